"""The analyser of practice on recorded cases: planted ones found, clean ones not, read on and read again."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from tests import city
from tests.catalogue.test_lint import FOOD
from tests.record import log
from tongban.cases import tasks
from tongban.cases.actions import practice, silence
from tongban.cases.models import PracticeRead
from tongban.cases.queries import practice as reading
from tongban.cases.rules.practice import LOOK_BACK
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.catalogue.models import FindingCase, StandingFinding
from tongban.catalogue.rules.guide import Kind, Text
from tongban.engine import clock
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.state import DefectFound

AT, DAY = city.AT, timedelta(days=1)
LATER = AT + 10 * DAY


def noticed(remark: str) -> str:
    number = city.received(AT, frozenset({city.MISSING}))
    found = (DefectFound(material=city.MISSING, defect="missing", remark=remark),)
    city.do(number, commands.Notify(defects=found, correct_by=date(2026, 12, 3)), "yucheng_clerk", AT)
    return number


def stopped() -> str:
    number = city.accepted(AT)
    special = commands.StartSpecial(ground=clock.Ground.EXPERT_REVIEW, expected_days=5, reason="需专家评审")
    city.do(number, special, "yucheng_examiner", AT)
    return number


def refused(basis: str) -> str:
    number = city.accepted(AT)
    step = city._open(number)[0]
    failed = commands.CompleteStep(
        step=step.code, passed=False, opinion="面积不足", officers=("李敏", "周强")
    )
    city.do(number, failed, "yucheng_examiner", AT)
    command = commands.Refuse(reasons="面积不足", basis=basis, remedies="六十日内申请复议")
    city.do(number, command, "yucheng_approver", AT)
    return number


def silent() -> str:
    number = city.received(AT)
    silence.accept_silent(at=AT + 9 * DAY)
    return number


def taken_while_suspended() -> str:
    """Received and accepted at noon of an item that was suspended from eleven to one, as the record tells it."""
    number = city.received(AT + timedelta(hours=2))
    city.do(number, commands.Accept(), "yucheng_clerk", AT + timedelta(hours=2))
    version = catalogue.version_in_force(catalogue.item(city.ITEM).pk, AT).pk
    ruling = {"version": version, "reason": "清理", "caller": city.caller("service_reviewer")}
    catalogue_actions.suspend(**ruling, at=AT + timedelta(hours=1))
    catalogue_actions.resume(**ruling, at=AT + timedelta(hours=3))
    return number


PLANTED = {
    "closed_item_taken": taken_while_suspended,
    "material_not_in_guide": lambda: noticed("另需提供村委会开具的无违规经营证明"),
    "intermediary_demanded": lambda: noticed("请提交第三方机构出具的油烟检测报告"),
    "fee_not_in_guide": lambda: noticed("请到窗口缴纳资料工本费"),
    "clock_stopped_without_step": stopped,
    "refused_without_basis": lambda: refused("经局务会议研究决定"),
    "acceptance_delayed": silent,
}


def seen() -> set[tuple[str, str]]:
    return set(FindingCase.objects.values_list("finding__rule", "case_no"))


@pytest.mark.django_db(transaction=True)
def test_planted_cases_are_found_clean_ones_not_and_reading_again_adds_nothing():
    catalogue.calendar()
    corrected = city.corrected(AT)
    city.do(corrected, commands.Accept(), "yucheng_clerk", AT)
    clean = [city.granted(AT), corrected, city.accepted(AT), refused("《食品安全法》第三十五条")]
    log.seal_all(AT)
    first = practice.analyse(at=AT)
    assert (first.cases, first.raised, seen()) == (len(clean), 0, set())

    planted = {(rule, make()) for rule, make in PLANTED.items()}
    log.seal_all(LATER)
    second = practice.analyse(at=LATER)
    assert (second.cases, second.raised, seen()) == (len(planted), len(planted), planted)
    row = StandingFinding.objects.get(rule="intermediary_demanded")
    assert (row.base_code, row.path, row.organ.key, row.department, row.division_code) == (
        city.ITEM, "materials.油烟检测报告", "511802-market_regulation", "market_regulation", "511802",
    )  # fmt: skip

    assert practice.analyse(at=LATER) == practice.Run()
    tasks.analyse_practice(timestamp=0)
    assert seen() == planted
    again = practice.analyse(at=LATER, again=True, batch=7)
    assert (again.raised, again.reopened, seen()) == (0, 0, planted)
    former = city.finding(next(iter(planted))[1], "former_rule", LATER)
    PracticeRead.objects.update(rules="former rules")
    changed = practice.analyse(at=LATER)
    assert changed.read == again.read == PracticeRead.objects.get().upto + 1
    former.refresh_from_db()
    assert (changed.raised, changed.closed, former.stand) == (0, 1, "closed")
    FindingCase.objects.filter(finding=former).delete()

    counts = {}
    for limit in (2, 5000):
        with CaptureQueriesContext(connection) as sent:
            counts[limit] = len(reading.batch(first.read - 1, LATER, limit).histories), len(sent)
    assert counts[2][0] == 1 < counts[5000][0] and counts[2][1] == counts[5000][1] <= 7

    PracticeRead.objects.update(rules="former rules")
    a_year_on = practice.analyse(at=LATER + LOOK_BACK)  # what is older than that raises and closes nothing
    assert (a_year_on.raised, a_year_on.closed, seen()) == (0, 0, planted)

    another = noticed("还需提交第三方机构出具的油烟检测报告")
    log.seal_all(LATER)
    assert practice.analyse(at=LATER).raised == 0
    assert seen() == planted | {("intermediary_demanded", another)}


@pytest.mark.django_db(transaction=True)
def test_article_39_a_filing_that_takes_as_long_as_a_licence_is_found_from_the_decided_cases():
    name = Text(zh="食品经营备案", en="Food business filing")
    filing = replace(FOOD, kind=Kind.OTHER, name=name)
    catalogue_actions.publish(guide=filing, at=AT - DAY, by="system:test")
    numbers = [city.examined(AT) for _ in range(3)]
    for number in numbers[:2]:
        city.do(number, commands.Grant(opinion="同意"), "yucheng_approver", LATER)
    log.seal_all(LATER)
    assert practice.analyse(at=LATER).raised == 0
    city.do(numbers[2], commands.Grant(opinion="同意"), "yucheng_approver", LATER)
    log.seal_all(LATER)
    with CaptureQueriesContext(connection) as sent:
        assert practice.analyse(at=LATER).raised == 1
    assert sum("lateral" in one["sql"] for one in sent) == 1
    assert seen() == {("filing_slow", number) for number in numbers}
    PracticeRead.objects.update(rules="former rules")
    assert practice.analyse(at=LATER + LOOK_BACK).closed == 1  # no case of the last year is slow any more
