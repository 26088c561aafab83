"""A project in the shape of the national exchange (住建部 工程建设项目审批管理系统数据共享交换标准 3.0): tables of rows.

Table and column names are those deployed systems use; values follow the standard's enumerations where they are
known to us (status of handling 1-16), and are told in words beside their code where they are not.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from tongban.catalogue.rules import bundling
from tongban.catalogue.rules.guide import Limit
from tongban.construction.rules.definition import Definition, Theme
from tongban.construction.rules.firms import Firm
from tongban.engine.calendar import CST

Row = dict[str, object]
VERSION = "3.0"

# 审批事项办理状态 by kind of event. Source: national codes of the construction-approval standard.
STATUS = {
    "received": 1,
    "acceptance_refused": 5,
    "correction_noticed": 6,
    "corrected": 7,
    "accepted": 8,
    "special_started": 9,
    "special_ended": 10,
    "granted": 11,
    "refused": 13,
    "withdrawn": 14,
}
NATURE = {"new": "新建", "rebuild": "改建", "expand": "扩建", "technical": "技术改造"}
LAND = {"granted": "出让", "allocated": "划拨"}
INVESTOR = {"government": "政府投资", "enterprise": "企业投资"}
OWNER = "建设单位"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the exchange tells of a project beside its definition."""

    code: str
    name: str
    theme: Theme
    edition: str
    facts: Mapping[str, str]
    answers: Mapping[str, object]
    division: str
    owner: str
    owner_code: str
    registered_at: datetime
    planned_start: str
    planned_end: str
    completed_at: datetime | None


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """An item as it was applied for: its case, its organ, the limit promised."""

    item: str
    name: str
    version: int
    stage: str
    case_no: str
    application: str
    organ: str
    organ_code: str
    limit: Limit


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a case."""

    case_no: str
    kind: str
    at: datetime
    by: str
    facts: Mapping[str, object]


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What a grant produced."""

    case_no: str
    number: str
    name: str
    issued_on: date
    valid_to: date | None
    digest: str


def tables(
    table: Definition,
    project: Facts,
    firms: Iterable[Firm],
    handled: Sequence[Handling],
    happened: Sequence[Happening],
    papers: Iterable[Paper],
) -> dict[str, list[Row]]:
    """{table: its rows} of one project, in the order they are to be sent: flow, project, units, handling, papers.

    Basis: 优化营商环境条例 Art 41; configuration (exchange 3.0).
    """
    here: Row = {"XZQHDM": project.division, "XMDM": project.code, "GCDM": project.code}
    return {
        "SPGL_DFXMSPLCXXB": [_flow(project)],
        "SPGL_DFXMSPLCJDXXB": _stages(table, project),
        "SPGL_DFXMSPLCJDSXXXB": _items(table, project, handled),
        "SPGL_XMJBXXB": [here | _project(project)],
        "SPGL_XMDWXXB": [here | row for row in _units(table, project, firms)],
        "SPGL_XMSPSXBLXXB": [here | _handled(table, project, one) for one in handled],
        "SPGL_XMSPSXBLXXXXB": [here | _happened(one) for one in happened if one.kind in STATUS],
        "SPGL_XMSPSXBLTBCXXXB": [here | row for row in _special(happened)],
        "SPGL_XMSPSXPFWJXXB": [here | _paper(one) for one in papers],
    }


def _flow(project: Facts) -> Row:
    return {
        "XZQHDM": project.division,
        "SPLCBM": project.theme.code,
        "SPLCBBH": project.edition,
        "SPLCMC": project.theme.name.zh,
        "SPLCSX": project.theme.days,
        "SJYXBS": 1,
    }


def _stages(table: Definition, project: Facts) -> list[Row]:
    return [
        {
            "XZQHDM": project.division,
            "SPLCBM": project.theme.code,
            "SPLCBBH": project.edition,
            "SPJDBM": stage.code,
            "SPJDMC": stage.name.zh,
            "SPJDXH": stage.number,
            "DYBZSPJDXH": str(stage.number),
            "SPJDSX": stage.days,
            "SJYXBS": 1,
        }
        for stage in table.stages
    ]


def _items(table: Definition, project: Facts, handled: Sequence[Handling]) -> list[Row]:
    known = {one.item: one for one in handled}
    return [
        {
            "XZQHDM": project.division,
            "SPLCBM": project.theme.code,
            "SPLCBBH": project.edition,
            "SPJDXH": table.stage(planned.code).number,
            "SPSXBM": branch.code,
            "SPSXMC": known[branch.code].name if branch.code in known else None,
            "SFLCBSX": int(branch.milestone),
            "SFBB": int(branch.mandatory),
            "SJYXBS": 1,
        }
        for planned in table.plan(project.facts)
        for branch in planned.branches
    ]


def _project(project: Facts) -> Row:
    given = project.answers
    return {
        "XMMC": project.name,
        "SPLCBM": project.theme.code,
        "SPLCBBH": project.edition,
        "XMTZLY": INVESTOR.get(project.facts.get("investor", "")),
        "TDHQFS": LAND.get(project.facts.get("land", "")),
        "JSXZ": NATURE.get(str(given.get("construction_nature"))),
        "GBHYDMFBND": "2017",
        "GBHY": given.get("industry_code"),
        "NKGSJ": project.planned_start or None,
        "NJCSJ": project.planned_end or None,
        "XMSFWQBJ": int(project.completed_at is not None),
        "XMWQBJSJ": _instant(project.completed_at) if project.completed_at else None,
        "JSDDXZQH": project.division,
        "JSDD": given.get("project_address"),
        "ZTZE": _ten_thousands(given.get("investment_total")),
        "JSGMJNR": given.get("construction_scale"),
        "YDMJ": given.get("land_area"),
        "JZMJ": given.get("building_area"),
        "JSDW": project.owner,
        "JSDWDM": project.owner_code,
        "SFXXGC": int(project.facts.get("works") == "linear"),
        "SBSJ": _instant(project.registered_at),
        "SJYXBS": 1,
    }


def _ten_thousands(yuan: object) -> str | None:
    """Money in 万元, as the standard wants it."""
    return format((Decimal(str(yuan)) / 10_000).normalize(), "f") if yuan else None


def _units(table: Definition, project: Facts, firms: Iterable[Firm]) -> list[Row]:
    """The owner, then the participants."""
    owner = Firm(role="owner", name=project.owner, uscc=project.owner_code)
    kinds = {"owner": OWNER} | {role.code: role.label.zh for role in table.roles}
    return [
        {
            "DWMC": firm.name,
            "DWTYSHXYDM": firm.uscc,
            "DWLX": kinds[firm.role],
            "ZZDJ": firm.qualification or None,
            "XMFZR": firm.leader or None,
            "XMFZRZCZH": firm.certificate or None,
            "SJYXBS": 1,
        }
        for firm in (owner, *firms)
    ]


def _handled(table: Definition, project: Facts, one: Handling) -> Row:
    return {
        "SPLCBM": project.theme.code,
        "SPLCBBH": project.edition,
        "SPJDXH": table.stage(one.stage).number,
        "SPSXBM": one.item,
        "SPSXMC": one.name,
        "SPSXBBH": one.version,
        "SPSXSLBM": one.case_no,
        "BLSPSLBM": one.application,
        "SPBMBM": one.organ_code,
        "SPBMMC": one.organ,
        "SXBLSX": round(bundling.hours(one.limit) / bundling.DAY),  # in working days
        "SJYXBS": 1,
    }


def _happened(one: Happening) -> Row:
    return {
        "SPSXSLBM": one.case_no,
        "BLZT": STATUS[one.kind],
        "BLYJ": _words(one.facts) or None,
        "BLR": one.by,
        "BLSJ": _instant(one.at),
        "SJYXBS": 1,
    }


def _words(facts: Mapping[str, object]) -> str:
    """What was said, whatever kind of event it is."""
    return str(facts.get("opinion") or facts.get("reasons") or facts.get("reason") or "")


def _special(happened: Iterable[Happening]) -> list[Row]:
    """Special procedures, each from its start to its end."""
    rows: list[Row] = []
    open_ones: dict[str, Row] = {}
    for one in happened:
        if one.kind == "special_started":
            open_ones[one.case_no] = {
                "SPSXSLBM": one.case_no,
                "TBCX": one.facts.get("ground"),
                "TBCXKSSJ": one.facts.get("start_on"),
                "TBCXJSSJ": None,
                "TBCXSX": one.facts.get("expected_days"),
                "TBCXSM": one.facts.get("reason"),
                "SJYXBS": 1,
            }
            rows.append(open_ones[one.case_no])
        elif one.kind == "special_ended" and one.case_no in open_ones:
            open_ones.pop(one.case_no)["TBCXJSSJ"] = one.facts.get("end_on")
    return rows


def _paper(one: Paper) -> Row:
    return {
        "SPSXSLBM": one.case_no,
        "PFWH": one.number,
        "PFWJBT": one.name,
        "PFRQ": one.issued_on.isoformat(),
        "PFWJYXQX": one.valid_to.isoformat() if one.valid_to else None,
        "FJZY": one.digest,
        "SJYXBS": 1,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(CST).strftime("%Y-%m-%d %H:%M:%S")
