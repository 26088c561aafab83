"""Annulment and replacement: on a ground of law, by two officers of the issuing organ, once, never a step back."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests import city
from tests.licences.city_licences import NEXT, REASON, ended, granted, opened
from tongban.cases.models import Case
from tongban.engine.refusal import Refused
from tongban.licences import actions
from tongban.licences.models import Licence, Proceeding
from tongban.licences.rules.proceedings import GROUNDS, KINDS
from tongban.record import queries as record

pytestmark = pytest.mark.django_db


def refusal(call, **given) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        call(**given)
    return refused.value.code


def decide(proceeding, username: str, confirm: bool = True):
    return actions.decide(
        proceeding=proceeding.pk, confirm=confirm, caller=city.caller(username, NEXT), at=NEXT
    )


def test_a_revocation_ends_the_licence_and_leaves_the_decision_of_the_case():
    """行政许可法 Art 69."""
    licence = granted()
    before = Case.objects.get(pk=licence.case_no).state
    assert (ended(licence).status, Case.objects.get(pk=licence.case_no).state) == ("annulled", before)
    event = record.stream("licence", licence.identifier)[-1]
    assert (event.kind, event.facts["ground"], event.facts["reason"]) == (
        "licence_annulled",
        "unqualified",
        REASON,
    )


def test_a_cancellation_ends_it_as_well():
    """行政许可法 Art 70."""
    assert ended(granted(), kind="cancellation", ground="entity_gone").status == "annulled"


def test_nothing_ends_before_a_second_officer_confirms():
    licence = granted()
    proceeding = opened(licence)
    licence.refresh_from_db()
    assert licence.status == "valid"
    assert refusal(decide, proceeding=proceeding, username="yucheng_approver") == "own_proceeding"
    assert refusal(decide, proceeding=proceeding, username="yucheng_clerk") == "not_permitted"
    assert refusal(decide, proceeding=proceeding, username="mingshan_clerk") == "licence_unknown"
    decide(proceeding, "yucheng_head", confirm=False)
    licence.refresh_from_db()
    assert licence.status == "valid"
    assert refusal(decide, proceeding=proceeding, username="yucheng_head") == "proceeding_decided"


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("yucheng_clerk", "not_permitted"),
        ("yucheng_head", "not_permitted"),
        ("supervisor", "not_permitted"),
        ("mingshan_clerk", "licence_unknown"),
        ("wang_xiaomei", "licence_unknown"),
    ],
)
def test_only_an_approver_of_the_issuing_organ_opens_a_proceeding(username, code):
    given = {"licence": granted().pk, "kind": "revocation", "ground": "deceit", "reason": REASON, "at": NEXT}
    assert refusal(actions.open_proceeding, **given, caller=city.caller(username, NEXT)) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ground": "not_renewed"}, "ground_not_in_law"),
        ({"ground": "dislike"}, "ground_not_in_law"),
        ({"reason": "不好"}, "reason_missing"),
        ({"kind": "replacement", "ground": "misprinted"}, "nothing_changed"),
    ],
)
def test_a_proceeding_needs_a_ground_of_law_and_reasons(change, code):
    given = {"licence": granted().pk, "kind": "revocation", "ground": "deceit", "reason": REASON, "at": NEXT}
    caller = city.caller("yucheng_approver", NEXT)
    assert refusal(actions.open_proceeding, **given | change, caller=caller) == code


def test_one_proceeding_at_a_time_and_none_on_what_has_ended():
    licence = granted()
    proceeding = opened(licence)
    assert refusal(opened, licence=licence) == "proceeding_open"
    decide(proceeding, "yucheng_head")
    assert refusal(opened, licence=licence) == "licence_not_in_force"


def test_a_replacement_is_the_next_edition_of_the_same_number_with_what_was_corrected():
    """行政许可法 Art 49."""
    licence = granted()
    place = next(
        n for n, detail in enumerate(licence.document["details"]) if detail["label"]["zh"] == "经营场所"
    )
    ended(licence, kind="replacement", ground="changed", changes={str(place): "雅安市雨城区北纬路1号"})
    successor = Licence.objects.get(replaces=licence)
    assert (licence.status, successor.status) == ("replaced", "valid")
    assert (successor.number, successor.edition) == (licence.number, 2)
    assert successor.valid_to == licence.valid_to
    assert successor.document["details"][place]["value"]["zh"] == "雅安市雨城区北纬路1号"
    assert bytes(successor.pdf).startswith(b"%PDF-")
    kinds = [event.kind for event in record.stream("licence", licence.identifier)]
    assert kinds == ["licence_issued", "licence_replaced"]


def test_the_database_itself_holds_the_four_eyes_and_the_end():
    licence = granted()
    proceeding = opened(licence)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proceeding.objects.filter(pk=proceeding.pk).update(
            outcome="confirmed", decided_by=proceeding.opened_by, decided_at=NEXT
        )
    decide(proceeding, "yucheng_head")
    for statement in (
        "update licences_licence set status = 'valid', ended_at = null",
        "update licences_proceeding set outcome = 'rejected'",
        "delete from licences_proceeding",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_every_kind_has_grounds_and_every_ground_names_its_article():
    assert {ground.kind for ground in GROUNDS.values()} == set(KINDS)
    assert all("行政许可法》第" in ground.law.zh and ground.law.en for ground in GROUNDS.values())
