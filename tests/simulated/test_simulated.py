"""Simulated approval through the house: no clock, no number, no licence; a change falls exactly; it converts once."""

import subprocess
from datetime import date, datetime

import pytest

from tests import city
from tests.simulated import sample
from tongban.cases.actions import commands as run
from tongban.cases.models import Case, Letter
from tongban.cases.queries import applications, opened, tracking
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.licences import queries as licences
from tongban.licences.models import Licence
from tongban.record import queries as record
from tongban.simulated import actions, queries
from tongban.simulated.models import Opinion

pytestmark = pytest.mark.django_db


def in_yaan(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=CST)


def kinds(number: str) -> list[str]:
    return [event.kind for event in record.stream("simulation", number)]


def test_switched_on_by_place_and_date():
    with pytest.raises(Refused, match="not_simulated_here"):
        actions.open_on(draft=sample.filled(county="511802").pk, caller=sample.owner(), at=city.AT)


def test_it_is_no_case_has_no_clock_no_letter_and_no_licence():
    before = (Case.objects.count(), Letter.objects.count(), Licence.objects.count())
    row = sample.given()
    assert (Case.objects.count(), Letter.objects.count(), Licence.objects.count()) == before
    assert not record.stream("case", row.pk)
    assert kinds(row.pk) == ["simulation_opened", *["simulated_opinion_given"] * 3]


def test_an_opinion_is_watermarked_says_that_it_has_no_effect_and_verifies_as_no_letter():
    opinion = Opinion.objects.filter(simulation=sample.given()).order_by("id")[0]
    drawn = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=bytes(opinion.pdf), capture_output=True, check=True
    )
    words = "".join(drawn.stdout.decode().split())
    assert "不具有法律效力" in words
    assert opinion.number in words
    assert "模拟" in opinion.number
    assert not tracking.check_pdf(bytes(opinion.pdf)).valid


def test_only_an_examiner_of_the_organ_gives_opinions_once_each():
    row = sample.opened()
    for caller in (sample.owner(), city.caller("mingshan_examiner")):
        with pytest.raises(Refused, match="simulation_unknown"):
            actions.give(number=row.pk, aspect="site", passed=True, words="符合", caller=caller, at=city.AT)
    told = {"number": row.pk, "aspect": "site", "passed": True, "words": "符合", "at": city.AT}
    actions.give(caller=sample.examiner(row), **told)
    with pytest.raises(Refused, match="opinion_given"):
        actions.give(caller=sample.examiner(row), **told)


def test_a_changed_parameter_takes_back_exactly_the_opinions_that_rest_on_it_with_the_reason():
    row = sample.given()
    sample.change(row, floors="9")
    assert {line.aspect.code: line.standing for line in sample.seen(row).lines} == {
        "site": "valid", "works": "changed", "parties": "valid",
    }  # fmt: skip
    assert actions.renew(number=row.pk, caller=sample.owner(), at=city.AT) == 1
    assert actions.renew(number=row.pk, caller=sample.owner(), at=city.AT) == 0
    fallen = Opinion.objects.get(simulation=row, invalidated_at__isnull=False)
    assert (fallen.aspect, fallen.changed) == ("works", ["floors"])
    assert kinds(row.pk)[-1] == "simulated_opinions_invalidated"


def test_it_converts_only_with_the_precondition_and_opinions_on_what_is_applied_for_now():
    row = sample.given()
    convert = {"number": row.pk, "caller": sample.owner(), "at": city.AT}
    with pytest.raises(Refused, match="precondition_missing"):
        actions.convert(signed=sample.signed(row), **convert)
    actions.bring(number=row.pk, file=city.png(), caller=sample.owner(), at=city.AT)
    sample.change(row, building_area="7000")
    with pytest.raises(Refused, match="opinions_missing"):
        actions.convert(signed=sample.signed(row), **convert)
    assert Opinion.objects.filter(simulation=row, invalidated_at__isnull=False).count() == 1


def test_the_real_case_has_the_same_form_and_files_and_a_person_confirms_each_step():
    row = sample.given(at=in_yaan("2026-11-03"))
    come = in_yaan("2026-11-10")
    actions.bring(number=row.pk, file=city.png(), caller=sample.owner(come), at=come)
    files = {upload.material for upload in row.draft.uploads.all()}
    number = actions.convert(
        number=row.pk, signed=sample.signed(row, come), caller=sample.owner(come), at=come
    )
    again = actions.convert(
        number=row.pk, signed=sample.signed(row, come), caller=sample.owner(come), at=come
    )
    assert again == number
    case = Case.objects.get(pk=number)
    assert {upload.material for upload in case.uploads.all()} == files
    assert opened.state(case).done == {}  # no opinion decides anything by itself
    examiner = sample.examiner(row)
    with pytest.raises(Refused, match="not_at_this_stage"):
        actions.confirm(number=row.pk, step="examine", caller=examiner, at=come)
    run.perform(case_no=number, command=commands.Accept(), caller=examiner, at=come)
    actions.confirm(number=row.pk, step="examine", caller=examiner, at=come)
    assert opened.state(Case.objects.get(pk=number)).done["examine"].by == examiner.by
    assert "simulated_opinions_confirmed" in kinds(row.pk)
    grant = commands.Grant(opinion="同意")
    decided = in_yaan("2026-11-12")
    run.perform(case_no=number, command=grant, caller=sample.examiner(row, "yucheng_approver"), at=decided)
    found = sample.seen(row, in_yaan("2026-11-20"))
    assert found.formal_days == 2
    assert found.row.decide_by.astimezone(CST).date() == date(2026, 11, 13)
    assert found.simulated_days == 5


def test_nothing_of_a_simulation_is_a_material_of_any_item():
    row = sample.given()
    assert licences.uses_of_case(row.pk) == {}
    held = applications.application(sample.filled()).held
    assert held == {}
    assert [offer.draft.pk for offer in queries.offers(sample.owner(), city.AT)] != [row.draft_id]
