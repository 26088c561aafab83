"""Who is competent in the city: the register of devolved powers resolved, town by town and day by day (M27)."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.catalogue import actions, queries, shipped
from tongban.catalogue.actions import Paper
from tongban.catalogue.models import Devolution, Implementation, TownPower
from tongban.catalogue.queries import lists
from tongban.catalogue.rules.guide import Basis, Kind, Level, Text
from tongban.engine import competence as engine
from tongban.engine.competence import Competence, Holding, Mode
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.record import queries as record

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 3)
JIUXIANG, WUSIHE = "511823101", "511823102"  # 汉源县九襄镇、乌斯河镇
GUIDES = {guide.base_code: guide for guide in shipped.guides()}
KEPT = next(
    guide for guide in GUIDES.values() if guide.name.zh == "兽药经营许可（新办）"
)  # stays with the counties
HELD_SINCE = shipped.load(shipped.DATA / "devolved.yaml")["held_since"]
LAW = Basis(law=Text(zh="《中华人民共和国行政许可法》", en=""), rank=1, article="第二十四条")


def town(code: str):
    return people.organ_by_key(f"{code}-township")


def county(item=KEPT):
    return people.organ_by_key(f"511823-{item.department}")


def own(organ) -> Competence:
    return Competence(acting=organ.pk, in_name_of=organ.pk, seal=organ.pk, respondent=organ.pk)


def paper(mode: Mode = Mode.DELEGATION, first: date = DAY, last: date | None = None, **other) -> Paper:
    given = {"basis": LAW, "instrument": "汉市监委〔2026〕1号", "notice_on": DAY, **other}
    return Paper(mode=mode, effective_from=first, effective_to=last, **given)


def devolve(*towns: str, grantor=None, **said) -> Devolution:
    return actions.devolve(
        item=queries.item(KEPT.base_code), grantor=grantor or county(), towns=[town(code) for code in towns],
        paper=paper(**said), by="account:1", at=AT,
    )  # fmt: skip


# The shipped list: 28 + 138


def test_every_devolved_item_is_run_by_every_town_and_none_is_without_its_power():
    codes = [row.item for row in lists.devolved()]
    licences = sum(GUIDES[code].kind is Kind.LICENCE for code in codes)
    run = Implementation.objects.filter(item__base_code__in=codes, level="town").count()
    held = TownPower.objects.on(DAY).count()
    county_only = [code for code in codes if Level.TOWN not in GUIDES[code].levels]
    assert (licences, len(codes) - licences, len(county_only) > 0) == (28, 138, True)
    assert (run, held) == (166 * 96, 166 * 96)


def test_the_law_holds_nothing_against_any_devolution_of_the_city():
    """行政许可法 Art 23, 24."""
    rows = defaultdict(list)
    for row in TownPower.objects.select_related("devolution__grantor").order_by("effective_from"):
        held = Holding(row.devolution.grantor_id, row.devolution.grantor.division_id, HELD_SINCE)
        rows[row.item_id, row.division_code].append((queries.devolution(row), held))
    assert len(rows) == 166 * 96
    found = {
        fault
        for powers in rows.values()
        for place, (one, held) in enumerate(powers)
        for fault in engine.faults(one, [held], [earlier for earlier, _ in powers[:place]])
    }
    assert found == set()


@pytest.mark.parametrize(
    ("name", "mode", "answers_county"),
    [
        ("林木采伐许可", Mode.BY_LAW, False),
        ("农药经营许可（新办）", Mode.DELEGATION, True),
        ("失业保险金申领", Mode.AUTHORISATION, False),
        ("兽药经营许可（新办）", None, True),
    ],
)
def test_the_town_acts_and_the_form_decides_who_answers(name, mode, answers_county):
    """行政许可法 Art 23, 24(2)."""
    guide = next(guide for guide in GUIDES.values() if guide.name.zh == name)
    found = queries.competent(guide.base_code, "511823101001", DAY)
    acting = county(guide) if mode is None else town(JIUXIANG)
    answers = county(guide) if answers_county else town(JIUXIANG)
    assert (found.mode, found.acting) == (mode, acting.pk)
    assert (found.in_name_of, found.seal, found.respondent) == (answers.pk,) * 3


def test_a_town_holds_by_itself_what_no_county_runs():
    guide = next(guide for guide in GUIDES.values() if guide.levels == [Level.TOWN])
    assert queries.competent(guide.base_code, JIUXIANG, DAY) == own(town(JIUXIANG))


def test_the_resolver_names_the_organ_the_principal_and_where_to_go():
    guide = next(guide for guide in GUIDES.values() if guide.name.zh == "农药经营许可（新办）")
    found = queries.handling(guide.base_code, JIUXIANG, DAY)
    assert (found.acting.name, found.in_name_of.name) == ("汉源县九襄镇人民政府", "汉源县农业农村局")
    assert (found.entrusted, found.run.level, found.run.organ_id) == (True, "town", town(JIUXIANG).pk)


# What may be entered


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({}, None),
        ({"mode": Mode.BY_LAW}, None),
        ({"mode": Mode.AUTHORISATION, "basis": Basis(law=LAW.law, rank=4)}, ["basis_too_low"]),
        ({"basis": Basis(law=LAW.law, rank=4)}, None),  # a rule carries a delegation …
        ({"basis": Basis(law=LAW.law, rank=5)}, ["basis_too_low"]),  # … a mere document does not
        ({"notice_on": None}, ["not_announced"]),
        ({"notice_on": DAY + timedelta(days=1)}, ["not_announced"]),
        ({"last": DAY - timedelta(days=1)}, ["ends_before_start"]),
        ({"grantor": "511802"}, ["grantor_lacks_power"]),  # another county's department
        ({"grantor": WUSIHE}, ["grantor_lacks_power"]),  # a town without the power
    ],
)  # fmt: skip
def test_what_may_be_devolved(said, faults):
    """行政许可法 Art 23, 24."""
    grantor = said.pop("grantor", None)
    if grantor:
        grantor = town(grantor) if len(grantor) == 9 else people.organ_by_key(f"{grantor}-{KEPT.department}")
    if faults is None:
        assert devolve(JIUXIANG, grantor=grantor, **said).powers.count() == 1
        return
    with pytest.raises(Refused) as refused:
        devolve(JIUXIANG, grantor=grantor, **said)
    assert refused.value.code == "devolution_unlawful"
    assert refused.value.facts["faults"] == {fault: [JIUXIANG] for fault in faults}
    assert not Devolution.objects.filter(item__base_code=KEPT.base_code).exists()


def test_what_was_received_is_never_passed_on():
    """行政许可法 Art 24(3): 不得再委托."""
    devolve(JIUXIANG)
    others = [queries.devolution(row) for row in queries.powers(KEPT.base_code, [JIUXIANG])]
    again = engine.Devolution(
        mode=Mode.DELEGATION, grantor=town(JIUXIANG).pk, grantee=town(WUSIHE).pk, division=WUSIHE, basis_rank=1,
        notice_on=DAY, administrative=True, effective_from=DAY,
    )  # fmt: skip
    assert engine.faults(again, queries.holdings(KEPT.base_code, WUSIHE), others) == ("no_redelegation",)
    with pytest.raises(Refused, match="devolution_unlawful"):
        devolve(WUSIHE, grantor=town(JIUXIANG))


def test_one_power_at_a_time_even_when_two_officers_are_equally_fast():
    """The database itself refuses what overlaps, and what would rewrite the past."""
    first = devolve(JIUXIANG, last=DAY + timedelta(days=9))
    with pytest.raises(Refused) as refused:
        devolve(JIUXIANG, WUSIHE, first=DAY + timedelta(days=9))
    assert refused.value.facts["faults"] == {"competence_conflict": [JIUXIANG]}
    power = first.powers.get()
    copy = TownPower(
        devolution=first, item=power.item, grantee=power.grantee, division_code=JIUXIANG, effective_from=DAY
    )
    for broken in (copy.save, power.delete, first.delete):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            broken()
    devolve(JIUXIANG, first=DAY + timedelta(days=10))  # the day after is free


def test_effective_dates_and_recall_move_the_competence_day_by_day():
    starts, ends = DAY + timedelta(days=5), DAY + timedelta(days=40)
    made = devolve(JIUXIANG, WUSIHE, first=starts, last=ends)
    recalled = DAY + timedelta(days=20)
    actions.recall(devolution=made.pk, towns=[JIUXIANG], last_day=recalled, by="account:2", at=AT, reason="r")
    acting = {
        day: queries.competent(KEPT.base_code, JIUXIANG, day).acting
        for day in (DAY, starts - timedelta(days=1), starts, recalled, recalled + timedelta(days=1), ends)
    }
    here, there = county().pk, town(JIUXIANG).pk
    assert list(acting.values()) == [here, here, there, there, here, here]
    assert queries.competent(KEPT.base_code, WUSIHE, ends).acting == town(WUSIHE).pk
    with pytest.raises(Refused, match="nothing_to_recall"):
        actions.recall(
            devolution=made.pk, towns=[JIUXIANG], last_day=ends, by="account:2", at=AT, reason="again"
        )


def test_a_devolution_and_its_recall_stand_on_the_record():
    made = devolve(JIUXIANG)
    actions.recall(
        devolution=made.pk, towns=[JIUXIANG], last_day=DAY, by="account:2", at=AT, reason="人员不足"
    )
    told = [(event.kind, event.by, event.facts) for event in record.stream("devolution", str(made.pk))]
    assert [(kind, by) for kind, by, _ in told] == [
        ("power_devolved", "account:1"), ("power_recalled", "account:2"),
    ]  # fmt: skip
    assert told[0][2]["item"] == KEPT.base_code
    assert told[1][2] == {"towns": [JIUXIANG], "last_day": DAY.isoformat(), "reason": "人员不足"}


def test_a_county_item_opens_at_the_town_that_takes_it():
    made = devolve(JIUXIANG)
    run = Implementation.objects.get(item=made.item, organ=town(JIUXIANG))
    assert (run.level, run.division_code, run.valid_from) == ("town", JIUXIANG, DAY)
    assert run.task_code == f"{town(JIUXIANG).uscc}5{KEPT.base_code}"


def handled(day: date) -> Implementation:
    return queries.handling(KEPT.base_code, JIUXIANG, day).run


def test_a_town_that_takes_an_item_runs_it_from_the_first_day_of_its_power():
    week = timedelta(days=7)
    devolve(JIUXIANG, first=DAY + week)
    devolve(JIUXIANG, first=DAY, last=DAY + week - timedelta(days=1))
    assert (handled(DAY).organ_id, handled(DAY).valid_from) == (town(JIUXIANG).pk, DAY)


def test_a_town_that_had_stopped_running_an_item_runs_it_again():
    devolve(JIUXIANG, last=DAY)
    Implementation.objects.filter(pk=handled(DAY).pk).update(valid_to=DAY)
    again = DAY + timedelta(days=9)
    devolve(JIUXIANG, first=again)
    assert (handled(again).organ_id, handled(again).valid_to) == (town(JIUXIANG).pk, None)


@pytest.mark.parametrize(
    ("days", "runs"),
    [
        ({"valid_from": DAY, "valid_to": DAY}, True),
        ({"valid_from": DAY, "valid_to": None}, True),
        ({"valid_to": DAY - timedelta(days=1)}, False),
        ({"valid_from": DAY + timedelta(days=1)}, False),
    ],
)
def test_an_item_is_handled_only_where_it_runs_that_day(days, runs):
    run = handled(DAY)
    devolve(JIUXIANG)
    Implementation.objects.filter(item=run.item, organ=town(JIUXIANG)).update(**days)
    if runs:
        assert handled(DAY).organ_id == town(JIUXIANG).pk
    else:
        with pytest.raises(Refused, match="item_not_running"):
            handled(DAY)


def test_a_town_holds_by_itself_what_its_own_county_does_not_run():
    guide = next(guide for guide in GUIDES.values() if guide.levels == [Level.TOWN])
    item, organ = queries.item(guide.base_code), people.organ_by_key("511823-market_regulation")
    run = queries.implementations(item.pk, AT)[0]
    run.pk, run.organ, run.task_code = None, organ, f"{organ.uscc}4{guide.base_code}"
    run.level, run.division_code = "county", "511823"
    run.save(force_insert=True)
    acting = {run.division_code for run in queries.acting(item.pk, AT)}
    towns = set(
        Implementation.objects.filter(item=item, level="town").values_list("division_code", flat=True)
    )
    assert acting == {"511823", *(code for code in towns if not code.startswith("511823"))}
    for place in (JIUXIANG, min(acting)):
        found = queries.competent(guide.base_code, place, DAY)
        assert (found.acting == town(place).pk) is (place in acting)


def test_the_towns_of_several_items_are_read_at_once(django_assert_num_queries):
    held = [queries.item(one.item).pk for one in lists.devolved()[:3]]
    kept = queries.item(KEPT.base_code).pk
    with django_assert_num_queries(1):
        towns = queries.devolved_in([kept, *held], "511823", DAY)
    assert towns == queries.devolved_in(held[0], "511823", DAY) != queries.devolved_in(kept, "511823", DAY)


# Random histories


days = st.integers(0, 60).map(lambda n: DAY + timedelta(days=n))
grants = st.tuples(
    st.just("grant"), st.sampled_from(list(Mode)), days, st.none() | days, st.sampled_from([JIUXIANG, WUSIHE])
)
recalls = st.tuples(st.just("recall"), st.integers(0, 5), days)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(deeds=st.lists(grants | recalls, max_size=7))
def test_whatever_was_granted_and_recalled_exactly_one_organ_is_competent_each_day(deeds):
    """M27: at any time exactly one organ is competent for (item, place)."""
    with transaction.atomic():
        expected = played(deeds)
        found = {
            (place, day): queries.competent(KEPT.base_code, place, day)
            for place in (JIUXIANG, WUSIHE)
            for day in sorted({DAY, *boundaries(deeds)})
        }
        transaction.set_rollback(True)
    for (place, day), one in found.items():
        mode = expected[place].get(day)
        acting = county() if mode is None else town(place)
        answers = county() if mode in (None, Mode.DELEGATION) else town(place)
        assert (one.mode, one.acting) == (mode, acting.pk)
        assert (one.in_name_of, one.seal, one.respondent) == (answers.pk,) * 3


def boundaries(deeds) -> set[date]:
    """The days on which anything begins or ends, and those beside them."""
    said = {part for deed in deeds for part in deed if isinstance(part, date)}
    return {day + timedelta(days=n) for day in said for n in (-1, 0, 1) if day + timedelta(days=n) >= DAY}


def played(deeds) -> dict[str, dict[date, Mode]]:
    """The deeds entered as far as they may be; {town: {day: form}} told from them day by day, without the engine."""
    held: dict[str, dict[date, Mode]] = {JIUXIANG: {}, WUSIHE: {}}
    made: list[tuple[int, str, set[date]]] = []
    horizon = DAY + timedelta(days=62)
    for deed in deeds:
        if deed[0] == "grant":
            _, mode, first, last, place = deed
            span = {first + timedelta(days=n) for n in range(((last or horizon) - first).days + 1)}
            lawful = bool(span) and not span & set(held[place])
            try:
                row = devolve(place, mode=mode, first=first, last=last, notice_on=first)
            except Refused:
                assert not lawful
                continue
            assert lawful
            made.append((row.pk, place, span))
            held[place].update(dict.fromkeys(span, mode))
        elif made:
            pk, place, span = made[deed[1] % len(made)]
            gone = {day for day in span if day > deed[2]}
            try:
                actions.recall(devolution=pk, towns=[place], last_day=deed[2], by="b", at=AT, reason="r")
            except Refused:
                assert deed[2] not in span or not gone
                continue
            for day in gone:
                span.discard(day)
                del held[place][day]
    return held
