"""Disguised approvals as they happen: every planted case is seen by its rule, the clean ones by none (M32)."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from tests.catalogue.test_lint import FOOD
from tests.catalogue.test_shipped import SHIPPED
from tongban.cases.queries import practice as reading
from tongban.cases.rules import practice
from tongban.cases.rules.practice import Closed, Happened, History, Where, wording
from tongban.catalogue.rules.guide import Kind
from tongban.catalogue.rules.standing import Sighting
from tongban.engine.calendar import Calendar
from tongban.engine.clock import Approver, Ground, Limit
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.state import DefectFound, Terms
from tongban.kit.holidays_table import FIRST_YEAR, LAST_YEAR, published_days

CALENDAR = Calendar.from_days(published_days(), first_year=FIRST_YEAR, last_year=LAST_YEAR)
AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # Tuesday 10:00 in Ya'an
DAY = timedelta(days=1)
ORGAN = 7
LEASE, CHART = FOOD.materials[0].code, "layout_flow_chart"
FILING = next(guide for guide in SHIPPED if guide.kind is Kind.OTHER and "备案" in guide.name.zh)
LAWFUL = "《食品安全法》第三十五条"
TERMS = Terms(
    statutory=Limit(20), promised=Limit(5), instant=False, extendable=True,
    steps=(), materials=tuple(part.code for part in FOOD.materials),
)  # fmt: skip
RECEIVED = e.Received(
    case_no="X", item=FOOD.base_code, version=1, organ=ORGAN, division="511802", applicant=1, terms=TERMS,
    materials=TERMS.materials, situation={}, form_digest="", received_on=date(2026, 11, 3),
    notice_due=date(2026, 11, 10), calendar="", channel="web",
)  # fmt: skip
DUES = {"statutory_due": AT + 28 * DAY, "promised_due": AT + 7 * DAY, "provisional": False, "calendar": ""}
ACCEPTED = e.Accepted(accepted_on=date(2026, 11, 4), deemed=False, **DUES)
CORRECTED = e.Corrected(
    materials=(CHART,), received_on=date(2026, 11, 5), notice_due=date(2026, 11, 12), calendar=""
)
ENDED = e.SpecialEnded(end_on=date(2026, 11, 9), finding="", **DUES)
GRANTED = e.Granted(opinion="", valid_until=None, delivery_due=date(2026, 11, 20), calendar="")


def notice(remark: str = "", material: str = CHART, number: int = 1) -> e.CorrectionNoticed:
    found = (DefectFound(material=material, defect="missing", remark=remark),)
    return e.CorrectionNoticed(number=number, defects=found, correct_by=date(2026, 12, 3))


def step(code: str = "review", *, passed: bool = True, opinion: str = "符合") -> e.StepCompleted:
    return e.StepCompleted(step=code, passed=passed, opinion=opinion, officers=("甲",))


def special(
    ground: Ground = Ground.HEARING, days: int = 5, reason: str = "申请人要求听证"
) -> e.SpecialStarted:
    return e.SpecialStarted(ground=ground, start_on=date(2026, 11, 4), expected_days=days, reason=reason)


def refused(basis: str = LAWFUL, reasons: str = "布局不符合要求") -> e.Refused:
    return e.Refused(
        reasons=reasons, basis=basis, remedies="六十日内复议", delivery_due=date(2026, 11, 20), calendar=""
    )


def not_accepted(ground: str = "not_competent", reason: str = "应向名山区申请") -> e.AcceptanceRefused:
    return e.AcceptanceRefused(ground=ground, reason=reason, remedies="六十日内复议")


def sent_to(organ: int, place: str = "") -> e.Transferred:
    return e.Transferred(organ=organ, division="511803", reason="不属于本机关职权", place=place)


def history(*events: e.Event, guide=FOOD, closed=(), no: str = "X", apart: timedelta = DAY) -> History:
    """A case of these events after its receipt, each a day later, at the organ it was sent to last."""
    organ, happened = ORGAN, []
    for n, event in enumerate([RECEIVED, *events]):
        happened.append(Happened(n + 1, event, AT + n * apart, organ))
        organ = event.organ if isinstance(event, e.Transferred) else organ
    return History(case_no=no, guide=guide, events=tuple(happened), closed=closed, calendar=CALENDAR)


EXTENDED = e.Extended(limit=Limit(3), reason="需核实", approver=Approver.ORGAN_HEAD, **DUES)
CANCELLED = (Closed(AT - DAY, None),)

PLANTED = {
    "a notice names a material the guide does not have": (
        history(notice(material="hygiene_pledge")), "material_not_in_guide"),
    "a notice's words ask for a proof": (
        history(notice("另需提供村委会开具的无违规经营证明")), "material_not_in_guide"),
    "a refusal asks for a letter of recommendation": (
        history(ACCEPTED, refused(reasons="请先提交行业协会的推荐信")), "material_not_in_guide"),
    "an examiner's opinion asks for an agreement": (
        history(ACCEPTED, step(passed=False, opinion="须补交与相邻业主签订的谅解协议")), "material_not_in_guide"),
    "a notice asks for an intermediary's report": (
        history(notice("请提交第三方机构出具的油烟检测报告")), "intermediary_demanded"),
    "a refusal asks for an assessment": (
        history(ACCEPTED, refused(reasons="未提供安全评估报告")), "intermediary_demanded"),
    "a notice asks for a fee": (history(notice("请到窗口缴纳资料工本费")), "fee_not_in_guide"),
    "a deposit is asked for": (history(ACCEPTED, refused(reasons="未交纳食品安全保证金")), "fee_not_in_guide"),
    "only enterprises registered here": (
        history(ACCEPTED, refused(reasons="申请人不是本市注册企业")), "condition_not_in_guide"),
    "a step the guide does not have": (history(ACCEPTED, step("leaders_meeting")), "step_not_in_guide"),
    "the clock stopped for a review nobody announced": (
        history(ACCEPTED, special(Ground.EXPERT_REVIEW)), "clock_stopped_without_step"),
    "the clock stopped for longer than told": (
        history(ACCEPTED, special(days=2), ENDED), "clock_stopped_too_long"),
    "told in pieces": (history(notice(), CORRECTED, notice(material=LEASE, number=2)), "noticed_again"),
    "told in pieces without waiting": (history(notice(), notice(material=LEASE, number=2)), "noticed_again"),
    "silence until acceptance by law": (history(replace(ACCEPTED, deemed=True)), "acceptance_delayed"),
    "accepted after the fifth working day": (history(ACCEPTED, apart=12 * DAY), "acceptance_delayed"),
    "a notice after the fifth working day": (history(notice(), apart=12 * DAY), "acceptance_delayed"),
    "refused on a notice of the organ's own": (
        history(ACCEPTED, refused("《市局关于规范餐饮秩序的通知》")), "refused_without_basis"),
    "refused on a meeting": (history(ACCEPTED, refused("经局务会议研究决定")), "refused_without_basis"),
    "not accepted on a ground no law has": (
        history(not_accepted("quota_full", "本月名额已满")), "refused_without_basis"),
    "not accepted by order of a notice": (
        history(not_accepted(reason="按内部通知暂不受理")), "refused_without_basis"),
    "a cancelled item still received": (history(ACCEPTED, closed=CANCELLED), "closed_item_taken"),
    "sent on twice": (history(sent_to(8), sent_to(9)), "passed_around"),
    "sent back": (history(sent_to(8), sent_to(ORGAN)), "passed_around"),
    "a filing refused": (history(ACCEPTED, refused(), guide=FILING), "filing_decided"),
    "a filing extended": (history(ACCEPTED, EXTENDED, guide=FILING), "filing_decided"),
    "a filing stopped": (history(ACCEPTED, special(), guide=FILING), "filing_decided"),
}  # fmt: skip

REVIEWED = replace(FOOD, steps=[replace(FOOD.steps[0], kind="expert_review"), *FOOD.steps[1:]])
CLEAN = {
    "granted without a word": history(ACCEPTED, step(), GRANTED),
    "one notice in the guide's words": history(notice("操作间与售卖间未分开标注"), CORRECTED, ACCEPTED),
    "a notice that says where to find a form": history(notice("请提供按实际尺寸绘制的布局流程图")),
    "a material the guide lists by another word": history(notice("请提交房屋租赁合同")),
    "told that something is not needed": history(notice("无需提供无犯罪记录证明，只需补正布局图")),
    "a second notice of what came with the correction": history(notice(), CORRECTED, notice(number=2)),
    "not competent": history(not_accepted()),
    "refused on a law's article": history(ACCEPTED, step(passed=False, opinion="操作间面积不足"), refused()),
    "refused on the law the guide is set by": history(ACCEPTED, refused(FOOD.basis[0].law.zh)),
    "a hearing as long as told": history(ACCEPTED, special(), ENDED),
    "an expert review that the guide has": history(
        ACCEPTED, special(Ground.EXPERT_REVIEW, 5, "需专家评审"), ENDED, guide=REVIEWED),
    "extended once by the head of the organ": history(ACCEPTED, EXTENDED, GRANTED),
    "received before the cancellation": history(ACCEPTED, closed=(Closed(AT + DAY, None),)),
    "received after it was resumed": history(
        ACCEPTED, closed=(Closed(AT - 2 * DAY, AT - DAY),)),
    "sent on to the organ that is competent": history(sent_to(8), ACCEPTED),
    "a filing noted": history(ACCEPTED, GRANTED, guide=FILING),
    "what was handed in is false": history(ACCEPTED, refused(reasons="申请人提交虚假的检测报告")),
    "what was handed in does not suffice": history(
        ACCEPTED, step(passed=False, opinion="提交的第三方检测报告与现场不一致")),
    "it was handed in already": history(ACCEPTED, refused(reasons="已补充提交审计报告，布局仍不合规")),
    "it may be handed in": history(notice("可以提供公证书代替，也可到窗口核对原件")),
    "the organ draws up a paper itself": history(ACCEPTED, refused(reasons="本机关已出具核查报告，布局不合规")),
    "what others are paid": history(ACCEPTED, refused(reasons="申请人未缴纳社会保险费，学校超标准收取培训费")),
    "not competent, with the place it belongs to": history(
        not_accepted(reason="申请人不是本市注册企业，应向注册地申请")),
    "not corrected after the notice": history(
        notice(), not_accepted("not_corrected", "已书面通知补正，逾期未按补正通知书补正")),
    "barred, on the findings of the inspection": history(
        not_accepted("barred", "根据审查意见，申请人一年内不得再次申请")),
    "sent on as the power moved to a town and back": history(
        sent_to(8, "511802101"), sent_to(ORGAN, "511802101"), ACCEPTED),
    "lodged in the wrong district, then sent to the town that acts there": history(
        sent_to(8, "511803"), sent_to(9, "511803001"), ACCEPTED),
}  # fmt: skip


# What would be a verdict; a sign says what is on record.
VERDICTS = (
    "等同",
    "变相",
    "违规",
    "违法",
    "来回",
    "增设",
    "索要",
    "没有法定",
    "没有写明",
    "不得",
    "disguised",
    "unlawful",
    "as if",
)


@pytest.mark.parametrize("name", PLANTED)
def test_a_sign_says_what_is_on_record_and_asks_to_look_at_it_but_never_what_it_means(name):
    for _, one in practice.look(PLANTED[name][0]):
        said = one.message
        assert said.zh.endswith("，请核实")
        assert said.en.endswith(": to be looked at")
        named = re.sub("“[^”]*”", "", said.zh + said.en)  # what the letter itself says stays in its marks
        assert not [word for word in VERDICTS if word in named]


def test_what_to_do_begins_with_looking():
    assert all(told.mend.zh.startswith("先核实") for told in practice.TOLD.values())


def test_lateness_is_of_the_organ_that_had_the_case_when_the_days_were_over():
    """行政许可法 Art 32(4): the next organ accepts at once and is not named."""
    late = history(sent_to(8), ACCEPTED, apart=12 * DAY)
    assert {one.happened.organ for rule, one in practice.look(late) if rule == "acceptance_delayed"} == {
        ORGAN
    }


def test_what_happened_before_the_window_is_not_reported():
    case, organs = history(notice("请到窗口缴纳工本费")), {ORGAN: Where("market_regulation", "511802")}
    counts = [len(practice.found([case], organs, since)) for since in (AT, AT + DAY, AT + 2 * DAY)]
    assert counts == [1, 1, 0]


@pytest.mark.parametrize("name", PLANTED)
def test_article_39_a_planted_case_is_seen_by_its_rule(name):
    case, rule = PLANTED[name]
    assert {found for found, _ in practice.look(case)} == {rule}


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_case_shows_nothing(name):
    assert list(practice.look(CLEAN[name])) == []


def test_every_rule_has_a_case_planted_for_it_and_says_its_law():
    assert {rule for _, rule in PLANTED.values()} == set(practice.RULES)
    assert set(practice.TOLD) == {*practice.RULES, practice.SLOW}
    assert all(told.basis.zh.startswith("《") and told.basis.en for told in practice.TOLD.values())


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("另需提供村委会开具的无违规经营证明", ["无违规经营证明"]),
        ("请提交张三的无犯罪记录证明，并补充验资报告", ["无犯罪记录证明", "验资报告"]),
        ("无需提供证明", []),
        ("请重新上传清晰的照片", []),
        ("", []),
    ],
)
def test_documents_are_named_without_whose_they_are(words, names):
    assert list(wording.documents(words)) == names


def test_one_finding_for_all_cases_of_a_rule_a_place_and_an_organ():
    cases = [history(notice("请到窗口缴纳工本费"), no=no) for no in ("A", "B")]
    (found,) = practice.found(cases, {ORGAN: Where("market_regulation", "511802")})
    assert (found.rule, found.path, found.organ, found.division) == (
        "fee_not_in_guide", "fees.工本费", ORGAN, "511802",
    )  # fmt: skip
    assert [(one.case_no, one.position, one.what) for one in found.sightings] == [
        ("A", 2, "工本费"),
        ("B", 2, "工本费"),
    ]
    assert practice.found(cases, {}) == []


@pytest.mark.parametrize(
    ("days", "promised", "slow"),
    [
        ((6, 7, 8), 0, True),
        ((6, 7), 0, False),
        ((0, 0, 9), 0, False),
        ((1, 2, 3), 0, False),
        ((6, 7, 8), 10, False),  # as the guide says: what it may promise is asked of the guide
    ],
)
def test_article_39_a_filing_that_takes_as_long_as_a_licence_and_longer_than_promised(days, promised, slow):
    decided = tuple((Sighting(case_no=str(n), position=1, at=AT), taken) for n, taken in enumerate(days))
    guide = replace(FILING, promised=Limit(promised))
    filings = [practice.Practice(guide=guide, organ=ORGAN, decided=decided)]
    found = practice.slow_filings(filings, {ORGAN: Where(FILING.department, "511802")})
    assert [one.rule for one in found] == ["filing_slow"] * slow
    for one in found:
        assert (
            one.message.zh
            == "备案近 365 天内收件并已决定的最近 3 件平均用 7.0 个工作日，指南承诺 0 个，请核实"
        )


def published(number: int, at: datetime, start: datetime) -> SimpleNamespace:
    facts = {"number": number, "effective_from": start.isoformat()}
    return SimpleNamespace(kind="version_published", facts=facts, at=at)


def ruled(kind: str, number: int, at: datetime) -> SimpleNamespace:
    return SimpleNamespace(kind=f"version_{kind}", facts={"number": number}, at=at)


FIRST = published(1, AT - 9 * DAY, AT - 9 * DAY)

# What happened to an item; when it took no applications.
SHUT = {
    "suspended": ([FIRST, ruled("suspended", 1, AT)], [Closed(AT, None)]),
    "suspended and resumed": (
        [FIRST, ruled("suspended", 1, AT), ruled("resumed", 1, AT + DAY)], [Closed(AT, AT + DAY)]),
    "suspended until the next version begins": (
        [FIRST, ruled("suspended", 1, AT), published(2, AT, AT + 5 * DAY)], [Closed(AT, AT + 5 * DAY)]),
    "a planned version cancelled": (
        [FIRST, published(2, AT, AT + 5 * DAY), ruled("cancelled", 2, AT + DAY)], [Closed(AT + 5 * DAY, None)]),
    "an old version cancelled": ([FIRST, published(2, AT, AT), ruled("cancelled", 1, AT + DAY)], []),
}  # fmt: skip


@pytest.mark.parametrize("name", SHUT)
def test_an_item_is_closed_while_no_version_of_it_is_in_force(name):
    told, closed = SHUT[name]
    assert reading._closed({FOOD.base_code: told})[FOOD.base_code, ""] == closed
