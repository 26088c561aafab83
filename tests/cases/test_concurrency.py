"""Many at once, on real transactions: one decision, one case per key, serials without a gap."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from tests import city
from tests.cases import test_bundles as whole
from tongban.cases.actions import bundles, correction, drafts, submission
from tongban.cases.actions import commands as run
from tongban.cases.models import Bundle, Case, Member
from tongban.cases.queries import opened
from tongban.engine import lifecycle
from tongban.engine.lifecycle import commands, events
from tongban.engine.refusal import Refused
from tongban.record import queries as record

pytestmark = pytest.mark.django_db(transaction=True)


def together(*deeds: Callable[[], object]) -> list[object]:
    """The results of the deeds, all begun at the same moment; a refusal is its code."""
    gate = threading.Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> object:
        gate.wait()
        try:
            return deed()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def kinds(number: str) -> list[str]:
    return [event.kind for event in record.stream("case", number)]


def test_of_two_officers_deciding_at_once_one_wins_and_the_other_is_told():
    number = city.examined()
    grant = commands.Grant(opinion="同意")
    refuse = commands.Refuse(reasons="布局不合规", basis="食品安全法第三十五条", remedies="六十日内复议")
    results = together(
        lambda: city.do(number, grant, "yucheng_approver").events,
        lambda: city.do(number, refuse, "yucheng_approver").events,
    )
    told = [result for result in results if isinstance(result, str)]
    assert (len(told), told) == (1, ["not_at_this_stage"])
    assert Counter(kinds(number))["granted"] + Counter(kinds(number))["refused"] == 1


def test_of_two_clerks_claiming_at_once_one_holds_the_case_and_the_other_is_told_by_whom():
    number = city.received()
    results = together(
        lambda: city.do(number, commands.Claim(), "yucheng_clerk"),
        lambda: city.do(number, commands.Claim(), "yucheng_examiner"),
    )
    assert [result for result in results if isinstance(result, str)] == ["held_by_another"]
    assert kinds(number).count("claimed") == 1


def test_a_withdrawal_and_an_acceptance_at_once_leave_one_history_in_order():
    number = city.received()
    together(
        lambda: city.do(number, commands.Withdraw(reason="改日再办"), "wang_xiaomei"),
        lambda: city.do(number, commands.Accept(), "yucheng_clerk"),
    )
    assert kinds(number) in (["received", "withdrawn"], ["received", "accepted", "withdrawn"])
    positions = [event.position for event in record.stream("case", number)]
    assert positions == list(range(1, len(positions) + 1))


def test_the_serials_of_sixteen_concurrent_submitters_have_no_gap():
    """Every fourth submission breaks off after it took its number: the number is taken again."""
    drafts = [city.filled().pk for _ in range(16)]

    def submit(draft, breaks: bool):
        if not breaks:
            return submission.submit(draft=draft, caller=city.caller("wang_xiaomei"), at=city.AT).answer

        def broken(_case, _events):
            raise Refused("form_invalid")

        return submission.submit(
            draft=draft, caller=city.caller("wang_xiaomei"), at=city.AT, answer=broken
        ).answer

    results = together(*[lambda d=draft, n=n: submit(d, n % 4 == 3) for n, draft in enumerate(drafts)])
    made = [result["case_no"] for result in results if isinstance(result, dict)]
    assert results.count("form_invalid") == 4
    assert sorted(int(number[-4:]) for number in made) == list(range(1, 13))
    assert Case.objects.count() == 12


def test_a_request_retried_at_the_same_moment_with_the_same_key_makes_one_case():
    draft = city.filled().pk
    key = run.Key("5f0c", "digest")
    owner = city.caller("wang_xiaomei")
    results = together(
        *[lambda: submission.submit(draft=draft, caller=owner, at=city.AT, key=key).answer["case_no"]] * 8
    )
    assert (len(set(results)), Case.objects.count()) == (1, 1)
    assert kinds(results[0]) == ["received"]


def test_a_command_retried_at_the_same_moment_with_the_same_key_happens_once_and_all_hear_the_same():
    number = city.received()
    key = run.Key("9b1d", "digest")
    clerk = city.caller("yucheng_clerk")
    results = together(
        *[
            lambda: (
                run.perform(
                    case_no=number, command=commands.Accept(), caller=clerk, at=city.AT, key=key
                ).answer
            )
        ]
        * 8
    )
    assert [result == results[0] for result in results] == [True] * 8
    assert kinds(number) == ["received", "accepted"]


def test_the_same_key_with_another_request_is_refused_and_changes_nothing():
    number = city.received()
    clerk = city.caller("yucheng_clerk")
    run.perform(
        case_no=number, command=commands.Accept(), caller=clerk, at=city.AT, key=run.Key("77aa", "one")
    )
    with pytest.raises(Refused) as refused:
        run.perform(
            case_no=number, command=commands.Claim(), caller=clerk, at=city.AT, key=run.Key("77aa", "two")
        )
    assert refused.value.code == "key_reused"
    assert kinds(number) == ["received", "accepted"]


def test_a_correction_handed_in_twice_at_once_is_one_correction():
    number = city.noticed()
    owner = city.caller("wang_xiaomei")
    correction.supply(case_no=number, material=city.MISSING, file=city.png(), caller=owner, at=city.AT)
    results = together(*[lambda: correction.correct(case_no=number, caller=owner, at=city.AT)] * 2)
    assert [result for result in results if isinstance(result, str)] == ["not_at_this_stage"]
    assert kinds(number).count("corrected") == 1


def test_the_stored_state_is_the_fold_of_the_record_after_a_storm_of_commands():
    number = city.accepted()
    at = city.AT + timedelta(minutes=5)
    officers = ["yucheng_clerk", "yucheng_examiner", "yucheng_approver", "yucheng_delivery"]
    deeds = [lambda who=who: city.do(number, commands.Claim(), who, at) for who in officers]
    deeds += [lambda who=who: city.do(number, commands.Release(), who, at) for who in officers]
    together(*deeds)
    history = record.stream("case", number)
    told = [(events.load(event.kind, event.facts), event.by, event.at) for event in history]
    assert opened.state(Case.objects.get(pk=number)) == lifecycle.fold(told)


SMALL = {"form": "sole", "sign": "no", "sewage": "no", "fire": "no"}


def told(bundle: str) -> Counter:
    return Counter(event.kind for event in record.stream("bundle", bundle))


def test_a_bundle_handed_in_twice_at_once_is_one_application():
    draft, owner = whole.ready(**SMALL).pk, city.caller("wang_xiaomei")
    numbers = together(*[lambda: bundles.receive(draft=draft, caller=owner, at=city.AT)] * 2)
    assert (len(set(numbers)), Bundle.objects.count(), Case.objects.count()) == (1, 1, 3)
    assert told(numbers[0]) == {"bundle_received": 1, "member_received": 3}


def test_of_two_members_ending_at_once_both_are_noted_and_the_whole_is_closed_once():
    bundle = whole.received(**SMALL)
    for case_no in bundle.members.exclude(case=None).values_list("case", flat=True):
        city.do(case_no, commands.Withdraw(reason="改日再办"), "wang_xiaomei")
    waiting = bundle.members.get(case=None)
    bundles.withdraw_member(
        bundle=bundle.pk, item=waiting.item, caller=city.caller("wang_xiaomei"), at=city.AT
    )
    ended = list(bundle.members.exclude(case=None).values_list("case", flat=True))
    together(*[lambda number=number: bundles.onward(case_no=number, at=city.AT) for number in ended * 2])
    assert told(bundle.pk) == {
        "bundle_received": 1,
        "member_received": 3,
        "member_withdrawn": 1,
        "member_ended": 3,
        "bundle_closed": 1,
    }


def test_a_member_given_up_while_its_turn_comes_is_either_received_or_given_up():
    bundle, owner = whole.received(**SMALL), city.caller("wang_xiaomei")
    first = Member.objects.get(bundle=bundle, item=whole.SOLE).case_id
    whole.bring_to_decision(first, grant=True)
    results = together(
        lambda: bundles.onward(case_no=first, at=city.AT),
        lambda: bundles.withdraw_member(bundle=bundle.pk, item=whole.FOOD, caller=owner, at=city.AT),
    )
    food = Member.objects.get(bundle=bundle, item=whole.FOOD)
    received = results[1] == "member_received"
    assert (food.state, food.case_id is not None) == (("running", True) if received else ("withdrawn", False))
    assert told(bundle.pk)["member_withdrawn"] == (0 if received else 1)


def test_a_file_given_in_another_window_is_in_the_application_or_refused():
    draft, owner = city.filled(leave_out=frozenset({city.MISSING})).pk, city.caller("wang_xiaomei")
    attached, submitted = together(
        lambda: drafts.attach(
            draft=draft,
            material=city.MISSING,
            file=city.png(),
            caller=owner,
            at=city.AT + timedelta(seconds=1),
        ),
        lambda: submission.submit(draft=draft, caller=owner, at=city.AT).answer["case_no"],
    )
    given = Case.objects.get(pk=submitted).uploads.filter(material=city.MISSING).count()
    assert given == (0 if attached == "draft_submitted" else 1)
