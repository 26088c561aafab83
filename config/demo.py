"""The demo's people as the story and the console need them: who they are and what they would answer."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from tongban.connectors import queries as outside
from tongban.kit.api import clock
from tongban.people import actions, queries, seeding
from tongban.people.models import ApiToken

COUNTY = "511802"
TOWN = "511802101"  # 草坝镇, where devolved items are applied for
APPLICANT = "wang_xiaomei"
ROLES = (
    ("wang_xiaomei", "申请人，雅安雨城味道餐饮店负责人 applicant"),
    ("li_qiang", "申请人 applicant"),
    ("yucheng_clerk", "雨城区市场监管局 综窗受理员 clerk"),
    ("yucheng_examiner", "雨城区市场监管局 审查员 examiner"),
    ("yucheng_approver", "雨城区市场监管局 审批人 approver"),
    ("yucheng_head", "雨城区市场监管局 部门负责人 organ head"),
    ("yucheng_delivery", "雨城区市场监管局 出件员 deliverer"),
    ("caoba_township_clerk", "雨城区草坝镇人民政府 综窗受理员 clerk of a town: devolved items"),
    ("caoba_township_approver", "雨城区草坝镇人民政府 审批人 approver of a town"),
    ("yucheng_editor", "雨城区政务服务局 事项管理员: proposes what is devolved to towns"),
    ("mingshan_clerk", "名山区市场监管局 综窗受理员 clerk of another county"),
    ("mingshan_steward", "名山区企业服务中心 代办员 steward"),
    ("editor", "事项管理员 editor: guides and the working-day calendar"),
    ("supervisor", "效能监察员 supervisor, reads everything"),
    ("system_admin", "系统管理员 organs and posts"),
    ("security_admin", "安全管理员 accounts and tokens"),
    ("audit_admin", "审计管理员 the audit"),
)
_OWN = {  # who founds a company heads it and holds its shares, and so needs nobody else's signature
    "future_legal_representative": "person.name",
    "future_legal_representative_id_number": "person.id_number",
    "shareholder_name": "person.name",
    "shareholder_id_number": "person.id_number",
}
LI_QIANG = {  # a shareholder beside whoever applies: he signs for himself
    "shareholder_name": "李强",
    "shareholder_id_number": seeding.id_number("li_qiang"),
}
_WORDS = {
    "legal_representative": "王晓梅",
    "proposed_name": "雅安云上蒙顶茶业有限公司",
    "contact_name": "王晓梅",
    "contact_phone": "13900001001",
    "premises_address": "雅安市雨城区西门北路88号",
    "premises_town": f"{COUNTY}001",
    "premises_area": "86.50",
    "business_scope": "热食类食品制售",
    "name_industry": "茶业",
    "registered_capital": "1000000.00",
    "registered_address": "雅安市雨城区西门北路88号3楼301室",
}


def token(username: str, scopes: tuple[str, ...]) -> tuple[ApiToken, str]:
    """A token for a demo account, good for an hour, issued by the demo's security administrator."""
    at = clock()
    security = queries.caller_of(queries.account_by_username("security_admin"), at)
    return actions.issue_token(
        account=queries.account_by_username(username).pk,
        scopes=scopes,
        label="演示 demo",
        expires_at=at + timedelta(hours=1),
        caller=security,
        at=at,
    )


def end_token(issued: ApiToken) -> None:
    """Take a demo token back."""
    at = clock()
    security = queries.caller_of(queries.account_by_username("security_admin"), at)
    actions.revoke_token(token=issued.pk, caller=security, at=at)


def company() -> int:
    """The id of the demo applicant's company."""
    party = queries.party_by_code(seeding.COMPANY[2])
    assert party is not None
    return party.pk


def person() -> int:
    """The id of the demo applicant in person."""
    party = queries.party_by_code(seeding.id_number(APPLICANT))
    assert party is not None
    return party.pk


def founded(case_no: str) -> str:
    """The code of the enterprise a registration founded."""
    party = queries.party_founded_by(case_no)
    return queries.registered(party.pk)["company.uscc"] if party else ""


def answers(sections: list[dict], username: str = APPLICANT, party: int | None = None) -> dict:
    """Valid answers to every required field of a form: what is known of the applicant, else plausible.

    Files are given, not answered.
    """
    at = clock()
    caller = queries.caller_of(queries.account_by_username(username), at)
    known = queries.prefill(caller, party or company(), queries.today(at))
    found: dict[str, object] = {}
    for section in sections:
        if section.get("rows"):
            row = {f["code"]: _own(f, known) or _plausible(f) for f in section["fields"]}
            found[section["code"]] = [row]
    for field in (field for section in sections if not section.get("rows") for field in section["fields"]):
        code = field["code"]
        if words := known.get(field.get("prefill") or "") or _own(field, known) or _WORDS.get(code):
            found[code] = words
        elif field.get("required", True) and field.get("kind") != "file":
            found[code] = _plausible(field)
    return found


def _own(field: dict, known: Mapping[str, str]) -> str:
    return known.get(_OWN.get(field["code"], ""), "")


def plain(sections) -> list[dict]:
    """Sections of a guide as the API tells them."""
    return msgspec.json.decode(msgspec.json.encode(list(sections)))


def _plausible(field: dict) -> object:
    """A valid answer to a field the demo has no words for."""
    match field.get("kind", "text"):
        case "choice" if field.get("takers"):
            return min(outside.takers(field["takers"]), default="")
        case "choice":
            return field["options"][0]["value"]
        case "multiple":
            return [field["options"][0]["value"]]
        case "yes_no":
            return "no"
        case "integer":
            return max(field.get("minimum") or 0, 3)
        case "decimal" | "money":
            return "86.50"
        case "date":
            return "2026-11-02"
        case "town":
            return f"{COUNTY}001"
        case "place":
            return {"town": f"{COUNTY}001", "detail": "演示路 1 号"}
        case "phone":
            return "13900001001"
        case "id_number":
            return "513101197001010013"
        case "uscc":
            return seeding.COMPANY[2]
    return "如实填写"


def situation(questions: list[dict]) -> dict[str, str]:
    """The first answer to each question of the guidance."""
    return {question["code"]: question["options"][0]["value"] for question in questions}
