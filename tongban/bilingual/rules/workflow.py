"""The path of a translation: one person translates, a second reviews, a third approves; only then is it shown."""

from enum import StrEnum

import msgspec

from tongban.engine.refusal import Refused
from tongban.people.rules import Caller, Fluency, Role


class Status(StrEnum):
    """Status of a translation."""

    DRAFT = "draft"  # 译稿
    REVIEWED = "reviewed"  # 已审校
    APPROVED = "approved"  # 已审定: shown
    WITHDRAWN = "withdrawn"  # 已撤回, or replaced by a later approved one


class Standing(StrEnum):
    """How a Chinese wording stands in a language."""

    APPROVED = "approved"
    REVIEWED = "reviewed"
    DRAFT = "draft"
    STALE = "stale"  # 中文已改: what was approved was approved for an earlier Chinese
    UNTRANSLATED = "untranslated"  # 待译


class Deed(StrEnum):
    """What can be done with a translation."""

    WRITE = "write"
    REVIEW = "review"
    RETURN = "return"
    APPROVE = "approve"
    WITHDRAW = "withdraw"


# What each deed makes of a status; a deed that is not listed for a status is refused.
PATH: dict[tuple[Status | None, Deed], Status] = {
    (None, Deed.WRITE): Status.DRAFT,
    (Status.DRAFT, Deed.WRITE): Status.DRAFT,
    (Status.DRAFT, Deed.REVIEW): Status.REVIEWED,
    (Status.DRAFT, Deed.RETURN): Status.DRAFT,
    (Status.DRAFT, Deed.WITHDRAW): Status.WITHDRAWN,
    (Status.REVIEWED, Deed.RETURN): Status.DRAFT,
    (Status.REVIEWED, Deed.APPROVE): Status.APPROVED,
    (Status.APPROVED, Deed.WITHDRAW): Status.WITHDRAWN,
}
OPEN = (Status.DRAFT, Status.REVIEWED)
# The standing of a wording is that of its most advanced translation.
PRECEDENCE = (Status.APPROVED, Status.REVIEWED, Status.DRAFT)

LEGAL_PARTS = frozenset({"letters"})  # what an organ says with legal effect


class Hands(msgspec.Struct, frozen=True):
    """Who has touched a translation: the last to write it, and its reviewer."""

    translator: str = ""
    reviewer: str = ""


def after(status: Status | None, deed: Deed) -> Status:
    """The status after `deed`. Refuses translation_not_open (status).

    Basis: configuration (译、审、定三道程序).
    """
    if (status, deed) not in PATH:
        raise Refused("translation_not_open", status=status.value if status else "")
    return PATH[status, deed]


def role_of(status: Status | None, deed: Deed, part: str) -> Role:
    """Whose turn a deed is: the translator's, the reviewer's, and for approval the service organ's reviewer;
    what has legal effect is approved by the legality reviewer.

    Basis: configuration (译、审、定分离；法律文书由法制审核员审定).
    """
    approver = Role.LEGAL_REVIEWER if part in LEGAL_PARTS else Role.SERVICE_REVIEWER
    if deed is Deed.WRITE or (status is Status.DRAFT and deed is Deed.WITHDRAW):
        return Role.TRANSLATOR
    return Role.TRANSLATION_REVIEWER if status is Status.DRAFT else approver


def needs_language(role: Role) -> bool:
    """Whether the role can only be exercised by one attested in written translation of the language.

    Basis: configuration (译员、审校员须经认定).
    """
    return role in {Role.TRANSLATOR, Role.TRANSLATION_REVIEWER}


def permit(
    caller: Caller, *, status: Status | None, deed: Deed, part: str, language: str, hands: Hands
) -> Status:
    """The status after the caller's deed, if it is the caller's to do.

    Refuses translation_not_open, role_needed, language_not_attested, own_translation.
    Basis: configuration (三人分别翻译、审校、审定).
    """
    to = after(status, deed)
    role = role_of(status, deed, part)
    if not caller.has(role) or caller.scopes is not None:
        raise Refused("role_needed", role=role.value)
    if needs_language(role) and language not in caller.speaks(Fluency.TRANSLATES):
        raise Refused("language_not_attested", language=language)
    if deed is Deed.REVIEW and caller.by == hands.translator:
        raise Refused("own_translation")
    if deed is Deed.APPROVE and caller.by in {hands.translator, hands.reviewer}:
        raise Refused("own_translation")
    return to


def deeds(caller: Caller, *, status: Status | None, part: str, language: str, hands: Hands) -> list[Deed]:
    """What the caller may do with a translation now."""
    found = []
    for deed in Deed:
        try:
            permit(caller, status=status, deed=deed, part=part, language=language, hands=hands)
        except Refused:
            continue
        found.append(deed)
    return found
