"""How a licence ends before its term (撤销、注销、换发): which grounds the law knows, and who may say so."""

import msgspec

from tongban.catalogue.rules.guide import Text
from tongban.engine.refusal import Refused
from tongban.licences.rules.standing import Status
from tongban.people.rules import Caller, Role

_LAW = "《中华人民共和国行政许可法》"
_LAW_EN = "of the Administrative Licensing Law"


class Kind(msgspec.Struct, frozen=True):
    """A kind of proceeding: its words, and the status it leads to."""

    words: Text
    leads_to: Status


class Ground(msgspec.Struct, frozen=True):
    """A ground of law for one kind of proceeding."""

    kind: str
    words: Text
    law: Text


def _law(article: str, clause: str) -> Text:
    return Text(zh=f"{_LAW}{article}", en=f"{clause} {_LAW_EN}")


KINDS: dict[str, Kind] = {
    "revocation": Kind(Text(zh="撤销", en="Revocation"), Status.ANNULLED),
    "cancellation": Kind(Text(zh="注销", en="Cancellation"), Status.ANNULLED),
    "replacement": Kind(Text(zh="换发", en="Replacement"), Status.REPLACED),
}

# Basis: 行政许可法 Art 69 (撤销), Art 70 (注销), Art 49 (变更); 电子签名法 Art 13 for a damaged file.
GROUNDS: dict[str, Ground] = {
    "abuse": Ground(
        "revocation",
        Text(zh="工作人员滥用职权、玩忽职守作出准予决定", en="Granted by abuse of power or neglect of duty"),
        _law("第六十九条第一款第（一）项", "Article 69(1)(1)"),
    ),
    "beyond_powers": Ground(
        "revocation",
        Text(zh="超越法定职权作出准予决定", en="Granted beyond legal powers"),
        _law("第六十九条第一款第（二）项", "Article 69(1)(2)"),
    ),
    "procedure": Ground(
        "revocation",
        Text(zh="违反法定程序作出准予决定", en="Granted against legal procedure"),
        _law("第六十九条第一款第（三）项", "Article 69(1)(3)"),
    ),
    "unqualified": Ground(
        "revocation",
        Text(
            zh="对不具备申请资格或者不符合法定条件的申请人准予许可",
            en="Granted to somebody who was not qualified or did not meet the conditions",
        ),
        _law("第六十九条第一款第（四）项", "Article 69(1)(4)"),
    ),
    "deceit": Ground(
        "revocation",
        Text(
            zh="被许可人以欺骗、贿赂等不正当手段取得",
            en="Obtained by deceit, bribery or other improper means",
        ),
        _law("第六十九条第二款", "Article 69(2)"),
    ),
    "not_renewed": Ground(
        "cancellation",
        Text(zh="有效期届满未延续", en="The term ended and was not renewed"),
        _law("第七十条第（一）项", "Article 70(1)"),
    ),
    "person_gone": Ground(
        "cancellation",
        Text(zh="被许可的公民死亡或者丧失行为能力", en="The holder died or lost legal capacity"),
        _law("第七十条第（二）项", "Article 70(2)"),
    ),
    "entity_gone": Ground(
        "cancellation",
        Text(zh="法人或者其他组织依法终止", en="The legal person or organisation came to its legal end"),
        _law("第七十条第（三）项", "Article 70(3)"),
    ),
    "withdrawn": Ground(
        "cancellation",
        Text(zh="许可依法被撤回，或者证件依法被吊销", en="The licence was withdrawn or taken away by law"),
        _law("第七十条第（四）项", "Article 70(4)"),
    ),
    "impossible": Ground(
        "cancellation",
        Text(zh="因不可抗力无法实施许可事项", en="Force majeure makes the permitted matter impossible"),
        _law("第七十条第（五）项", "Article 70(5)"),
    ),
    "changed": Ground(
        "replacement",
        Text(zh="被许可人申请变更载明事项", en="The holder applied to change what is stated"),
        _law("第四十九条", "Article 49"),
    ),
    "misprinted": Ground(
        "replacement",
        Text(zh="载明事项有误，更正换发", en="What is stated is wrong and is corrected"),
        _law("第三十九条", "Article 39"),
    ),
}


def ground(kind: str, code: str) -> Ground:
    """A ground that fits the kind of proceeding. Refuses ground_not_in_law."""
    found = GROUNDS.get(code)
    if found is None or found.kind != kind:
        raise Refused("ground_not_in_law", kind=kind, ground=code)
    return found


def permit_opening(caller: Caller, organ: int, holder: int) -> None:
    """Only an approver of the organ in whose name it was issued opens a proceeding, never for itself.

    Basis: 行政许可法 Art 69, 70 (the organ that decided); configuration. Refuses not_permitted, own_licence.
    """
    if caller.scopes is not None or not caller.has(Role.APPROVER, organ):
        raise Refused("not_permitted")
    if holder in caller.parties:
        raise Refused("own_licence")


def permit_deciding(caller: Caller, organ: int, holder: int, opened_by: int) -> None:
    """Another approver or the head of the organ confirms or rejects it: four eyes.

    Basis: configuration (两人办理). Refuses not_permitted, own_licence, own_proceeding.
    """
    if caller.scopes is not None or not (
        caller.has(Role.APPROVER, organ) or caller.has(Role.ORGAN_HEAD, organ)
    ):
        raise Refused("not_permitted")
    if holder in caller.parties:
        raise Refused("own_licence")
    if caller.account == opened_by:
        raise Refused("own_proceeding")


def reason(words: str) -> str:
    """The facts and reasons of a proceeding, trimmed. Refuses reason_missing below five characters.

    Basis: 行政许可法 Art 38 para 2 by analogy (reasons are stated).
    """
    said = " ".join(words.split())
    if len(said) < 5:
        raise Refused("reason_missing")
    return said[:1000]
