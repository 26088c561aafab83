"""Erasure: the facts of an event go, that it happened stays. Basis: 个人信息保护法 Art 47."""

import pytest

from tests import city
from tests.record import log
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.kit.hashing import hasher
from tongban.record import actions, queries, rules, verification
from tongban.record.verification import Problem

REASON = "本人申请"


def erasable() -> int:
    """The event that names a person."""
    return queries.stream("test", "c")[1].pk


def erase(event: int) -> None:
    actions.erase(event=event, by="account:9", at=log.AT, reason=REASON)


def test_the_facts_and_the_salt_go_and_the_leaf_stays(sealed):
    before = queries.event(erasable())
    erase(before.pk)
    after = queries.event(before.pk)
    assert (after.facts, after.salt, bytes(after.leaf)) == (None, None, bytes(before.leaf))
    assert verification.verify().problems == []
    assert verification.verify().erased == 1


def test_the_erasure_is_an_event_of_its_own_that_names_no_person(sealed):
    row = queries.event(erasable())
    erase(row.pk)
    (erasure,) = queries.stream("erasure", str(row.pk))
    stays = {
        "id": row.pk,
        "stream_kind": "test",
        "stream_id": "c",
        "position": 2,
        "kind": "erasable",
        "by": "account:1",
        "at": rules.instant(log.AT),
        "leaf": bytes(row.leaf).hex(),
    }
    assert (erasure.kind, erasure.by, erasure.facts) == (
        "erased",
        "account:9",
        {"event": stays, "reason": REASON},
    )


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ("kind = 'opened'", {"erased_event_differs"}),
        ("by = 'account:2'", {"erased_event_differs"}),
        ("at = at - interval '1 day'", {"erased_event_differs"}),
        ("stream_id = 'd', position = 1", {"erased_event_differs", "stream_gap"}),
        ("leaf = ''", {"erased_event_differs", "log_and_event_differ"}),
        ("id = 900000000", {"erased_without_record", "log_and_event_differ"}),
    ],
)
def test_what_stays_of_an_erased_event_cannot_be_changed_unseen(sealed, change, codes):
    number = erasable()
    erase(number)
    log.tamper(f"update record_event set {change} where id = {number}")
    assert {problem.code for problem in verification.verify().problems} == codes


def test_an_erasure_cannot_be_taken_back(sealed):
    number = erasable()
    erase(number)
    log.tamper("delete from record_event where stream_kind = 'erasure'")
    assert verification.verify().problems == [Problem("erased_without_record", f"event {number}")]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (lambda: 900000000, "event_unknown"),
        (erasable, "event_erased"),
        (lambda: queries.stream("erasure", str(erasable()))[0].pk, "erasure_stays"),
    ],
    ids=["unknown", "erased already", "an erasure"],
)
def test_what_cannot_be_erased(sealed, event, code):
    erase(erasable())
    with pytest.raises(Refused) as refusal:
        erase(event())
    assert refusal.value.code == code


def test_a_proof_of_an_erased_event_says_that_it_is_erased(sealed, command):
    number = erasable()
    erase(number)
    with pytest.raises(Refused) as refusal:
        queries.proof(number)
    assert refusal.value.code == "event_erased"
    code, words = command("prove", number)
    assert (code, "event_erased" in words) == (1, True)


def test_a_proof_given_out_before_the_erasure_still_holds(sealed):
    proof = queries.proof(erasable())
    erase(erasable())
    assert rules.verify_proof(proof, hasher("sm3"), public=queries.public_key()) == []


@pytest.mark.django_db
def test_a_case_goes_on_after_one_of_its_events_is_erased():
    number = city.received()
    erase(queries.stream("case", number)[0].pk)
    city.do(number, commands.Accept(), "yucheng_clerk")
    assert [event.kind for event in queries.stream("case", number)] == ["received", "accepted"]
