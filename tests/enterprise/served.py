"""Service projects in tests: entered, with a steward and a signed mandate, by the actions."""

from datetime import date, timedelta

from tests import city
from tests.construction import project as at_work
from tongban.cases.rules.signing import Signed
from tongban.enterprise import rules
from tongban.enterprise.actions import blockers, mandates, projects, services
from tongban.enterprise.models import Mandate, ServiceProject
from tongban.enterprise.queries import mandates as mandate_queries
from tongban.enterprise.rules import GRANTABLE, Act
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.rules import Role
from tongban.people.seeding import SEEDING

USCC = "91511802MA62QX8TXN"
STEWARD, OWNER = "mingshan_steward", "wang_xiaomei"


def plain(by: str = STEWARD, county: str = "511803", at=city.AT, **said) -> ServiceProject:
    given = {"name": "演示冷链仓", "uscc": USCC, "key": False, **said}
    return projects.enter_plain(county=county, caller=city.caller(by, at), at=at, **given)


def building(
    code: str = at_work.CODE, by: str = STEWARD, at=city.AT, county: str = "511803"
) -> ServiceProject:
    """A construction project that has entered the centre."""
    at_work.registered(code=code, at=at, county=county)
    return projects.enter_construction(code=code, key=True, caller=city.caller(by, at), at=at)


def assigned(row: ServiceProject, steward: str = STEWARD, at=city.AT) -> ServiceProject:
    account = people.account_by_username(steward).pk
    return projects.assign(project=row.pk, steward=account, caller=city.caller(steward, at), at=at)


def drawn(row: ServiceProject, steward: str = STEWARD, at=city.AT, scope=GRANTABLE, data=True) -> Mandate:
    until = people.today(at) + timedelta(days=180)
    return mandates.draw(
        project=row.pk, scope=scope, data=data, until=until, caller=city.caller(steward, at), at=at
    )


def signed(mandate: Mandate, by: str = OWNER, at=city.AT) -> Mandate:
    caller = city.caller(by, at)
    declared = Signed(name=caller.name, digest=mandate_queries.digest(mandate), method="password")
    return mandates.sign(mandate=mandate.pk, signed=declared, caller=caller, at=at)


def mandated(row: ServiceProject, steward: str = STEWARD, at=city.AT, scope=GRANTABLE) -> Mandate:
    """The project with its steward, and the mandate signed."""
    assigned(row, steward, at)
    return signed(drawn(row, steward, at, scope), at=at)


def world(project: str, by: str, at) -> dict:
    """Everything the pages can show, of a construction project in 雨城区 whose steward is `by`, and of a plain one
    under a mandate; for tests of pages.
    """
    account = people.account_by_username(by).pk
    people_actions.grant_post(
        account=account, organ=people.organ_by_key("511802-government_services").pk, title="代办员",
        roles={Role.STEWARD.value}, valid_from=date(2023, 6, 30), caller=SEEDING, at=at,
    )  # fmt: skip
    me, day = city.caller(by, at), people.today(at)
    row = projects.enter_construction(code=project, key=True, caller=me, at=at)
    assigned(row, by, at)
    entry = services.log(
        project=row.pk, on=day, act=Act.ADVISE, what="上门辅导政策", minutes=30, file=city.png(), caller=me, at=at
    )  # fmt: skip
    organ = people.organ_by_key("511802-natural_resources").pk

    def held_up(what: str):
        return blockers.raise_blocker(project=row.pk, what=what, organ=organ, since=day, caller=me, at=at).pk

    def convened(number: int) -> None:
        blockers.convene(blocker=number, on=day, question="红线怎样定", organs=[organ], caller=me, at=at)

    blocker, consulted, resolved = (held_up(what) for what in ("红线没有确定", "道路退让", "用电容量"))
    convened(consulted)
    convened(resolved)
    task = rules.Task(organ, "李科长", "出具红线图", day)
    made = blockers.conclude(blocker=resolved, conclusion="当日出具", tasks=[task], caller=me, at=at)
    blockers.resolve(blocker=resolved, how="已经增容", caller=me, at=at)
    other = plain("yucheng_steward", "511802", at)
    held = mandated(other, "yucheng_steward", at)
    return {
        "service": row.pk, "mandated": other.pk, "mandate": drawn(row, by, at).pk, "signed_mandate": held.pk,
        "steward": account, "entry": entry.pk, "blocker": blocker, "consulted": consulted,
        "resolved": resolved, "task": made.tasks.get().pk,
    }  # fmt: skip
