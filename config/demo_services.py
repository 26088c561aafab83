"""Service projects of the demo city: two stewards, mandates, a log with evidence, a blocker with its consultation."""

from datetime import datetime, timedelta
from decimal import Decimal

from config import demo, demo_cases
from tongban.cases.rules.signing import Signed
from tongban.catalogue import queries as catalogue
from tongban.enterprise import rules
from tongban.enterprise.actions import blockers, mandates, projects, services
from tongban.enterprise.models import ServiceProject
from tongban.enterprise.queries import evidence
from tongban.enterprise.queries import mandates as mandate_queries
from tongban.enterprise.queries import projects as queries
from tongban.enterprise.rules import GRANTABLE, Act
from tongban.people import queries as people
from tongban.people import seeding
from tongban.people.rules import Caller

TEA, STORE = "2609-511803-04-01-000118", "2610-511803-04-01-000203"  # of config/demo_projects.py
USCC = seeding.COMPANY[2]
# Name, county, steward, key, kind of building, investment, whether building has begun.
PLAIN = (
    (
        "雨城区藏茶文化体验馆（演示）",
        "511802",
        "yucheng_steward",
        True,
        "private_industrial",
        "18000000",
        False,
    ),
    ("雨城区中央厨房扩建（演示）", "511802", "yucheng_steward", False, "", "3600000", True),
    ("名山区茶机维修中心（演示）", "511803", "mingshan_steward", False, "private_small", "2200000", False),
)


def build(*, now: datetime) -> int:
    """A handful of projects, some weeks old; returns how many there are."""
    calendar, opening = catalogue.calendar(), demo_cases.opening
    tea = _construction(TEA, opening(calendar, now, 15), key=True)
    projects.enter_construction(code=STORE, key=False, caller=_as("mingshan_steward", now), at=now)
    _log(tea, "mingshan_steward", opening(calendar, now, 6), now)
    _blocked(tea, opening(calendar, now, 5))
    for name, county, steward, key, theme, investment, begun in PLAIN:
        at = opening(calendar, now, 10)
        row = projects.enter_plain(
            name=name,
            uscc=USCC,
            county=county,
            theme=theme,
            investment=Decimal(investment),
            key=key,
            started_on=people.today(at) if begun else None,
            caller=_as(steward, at),
            at=at,
        )
        _assign(row, steward, at)
        services.log(
            project=row.pk,
            on=people.today(at),
            act=Act.ADVISE,
            what="上门讲解惠企政策和办事流程",
            minutes=60,
            outcome="企业已了解需要办理的事项",
            file=demo_cases.page("visit") if begun else None,
            caller=_as(steward, at),
            at=at,
        )
        if begun:
            _draw(row, steward, at)
    return ServiceProject.objects.count()


def _as(username: str, at: datetime) -> Caller:
    return people.caller_of(people.account_by_username(username), at)


def _assign(row: ServiceProject, steward: str, at: datetime) -> None:
    account = people.account_by_username(steward).pk
    projects.assign(project=row.pk, steward=account, caller=_as(steward, at), at=at)


def _draw(row: ServiceProject, steward: str, at: datetime):
    until = people.today(at) + timedelta(days=180)
    return mandates.draw(
        project=row.pk, scope=GRANTABLE, data=True, until=until, caller=_as(steward, at), at=at
    )


def _construction(code: str, at: datetime, *, key: bool) -> ServiceProject:
    """A construction project with a steward under a signed mandate."""
    steward, owner = "mingshan_steward", _as(demo.APPLICANT, at)
    row = projects.enter_construction(code=code, key=key, caller=_as(steward, at), at=at)
    _assign(row, steward, at)
    drawn = _draw(row, steward, at)
    signed = Signed(name=owner.name, digest=mandate_queries.digest(drawn), method="password")
    mandates.sign(mandate=drawn.pk, signed=signed, caller=owner, at=at)
    return row


def _log(row: ServiceProject, steward: str, at: datetime, now: datetime) -> None:
    """Services with events of the project's cases as evidence, and one without any."""
    found = queries.opened(queries.rows().get(pk=row.pk), now)
    known = [one for one in evidence.happenings(found.row, found.plan) if one.at <= at]
    words = {
        "received": "协助核对材料并跟踪收件",
        "accepted": "跟踪受理",
        "granted": "跟踪办结，提醒企业领取结果",
    }
    for one in {one.kind: one for one in known}.values():  # one of each kind
        if one.kind in words:
            services.log(
                project=row.pk, on=people.today(at), act=Act.FOLLOW, what=words[one.kind], minutes=30,
                event=one.event, caller=_as(steward, at), at=at,
            )  # fmt: skip
    services.log(
        project=row.pk, on=people.today(at), act=Act.ADVISE, what="电话答复用地政策", minutes=15,
        caller=_as(steward, at), at=at,
    )  # fmt: skip


def _blocked(row: ServiceProject, at: datetime) -> None:
    """A blocker whose consultation has a task that is overdue by now."""
    caller, day = _as("mingshan_steward", at), people.today(at)
    organ = people.organ_by_key("511803-natural_resources")
    made = blockers.raise_blocker(
        project=row.pk, what="用地红线与规划道路有重叠，需要确定退让距离", organ=organ.pk,
        since=day - timedelta(days=3), caller=caller, at=at,
    )  # fmt: skip
    blockers.convene(
        blocker=made.pk, on=day, question="退让距离按哪一版规划确定", organs=[organ.pk], caller=caller, at=at
    )
    task = rules.Task(organ.pk, "规划股（演示）", "出具退让距离的书面意见", day + timedelta(days=3))
    blockers.conclude(
        blocker=made.pk, conclusion="按已批准的控制性详细规划执行", tasks=[task], caller=caller, at=at
    )
