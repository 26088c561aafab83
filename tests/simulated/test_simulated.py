"""Simulated approval through the house: no clock, no number, no licence; a change falls exactly; it converts once."""

import subprocess
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import city
from tests.people.signing import sign_in
from tests.simulated import sample
from tongban.cases.actions import commands as run
from tongban.cases.actions import drafts, submission
from tongban.cases.models import Case, Draft, Letter
from tongban.cases.queries import applications, opened, tracking
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.licences import queries as licences
from tongban.licences.models import Licence
from tongban.people import actions as people_actions
from tongban.people.rules import Power
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


def submitted(row, at=city.AT) -> str:
    """The draft handed in as any other, past the page of the simulation."""
    caller = sample.owner(at)
    return submission.submit(draft=row.draft_id, caller=caller, at=at, signed=sample.signed(row, at)).answer[
        "case_no"
    ]


def test_licensing_law_art_38_a_simulated_draft_is_received_only_as_its_conversion_wherever_it_is_submitted():
    row = sample.given()
    with pytest.raises(Refused, match="precondition_missing"):
        submitted(row)
    actions.bring(number=row.pk, file=city.png(), caller=sample.owner(), at=city.AT)
    sample.change(row, floors="9")
    with pytest.raises(Refused, match="opinions_missing"):
        submitted(row)
    assert (Case.objects.count(), Draft.objects.get(pk=row.draft_id).case_id) == (0, None)
    actions.renew(number=row.pk, caller=sample.owner(), at=city.AT)
    actions.give(
        number=row.pk, aspect="works", passed=True, words="符合", caller=sample.examiner(row), at=city.AT
    )
    number = submitted(row)
    assert sample.seen(row).row.converted_at == city.AT
    assert kinds(row.pk)[-1] == "simulation_converted"
    assert submitted(row) == number
    assert kinds(row.pk).count("simulation_converted") == 1


def test_an_unfavourable_opinion_bars_the_ordinary_way_too():
    row = sample.given(passed=False)
    actions.bring(number=row.pk, file=city.png(), caller=sample.owner(), at=city.AT)
    with pytest.raises(Refused, match="opinion_unfavourable"):
        submitted(row)


def test_an_application_that_is_not_simulated_is_received_as_ever():
    draft = sample.filled()
    signed = applications.signed_by(draft.pk, sample.owner(), "password")
    assert submission.submit(draft=draft.pk, caller=sample.owner(), at=city.AT, signed=signed).case


def test_an_opinion_that_has_run_out_is_given_anew_and_the_old_one_is_kept():
    row = sample.given()
    later = in_yaan("2027-11-10")
    told = {"number": row.pk, "aspect": "site", "passed": True, "words": "仍符合"}
    assert sample.seen(row, later).lines[0].standing == "expired"
    actions.give(caller=sample.examiner(row), at=later, **told)
    line = sample.seen(row, later).lines[0]
    assert (line.standing, line.opinion.words, [old.words for old in line.former]) == (
        "valid", "仍符合", ["符合"],
    )  # fmt: skip
    with pytest.raises(Refused, match="opinion_given"):
        actions.give(caller=sample.examiner(row), at=later, **told)


def test_a_draft_with_a_simulation_on_it_is_not_given_up():
    row = sample.opened()
    with pytest.raises(Refused, match="draft_simulated"):
        drafts.discard(draft=row.draft_id, caller=sample.owner(), at=city.AT)
    assert Draft.objects.filter(pk=row.draft_id).exists()


def test_an_application_for_several_items_is_not_simulated():
    draft = sample.filled()
    Draft.objects.filter(pk=draft.pk).update(
        implementation=None, version=None, bundle="GG01", division_code="511803"
    )
    with pytest.raises(Refused, match="not_simulated_here"):
        actions.open_on(draft=draft.pk, caller=sample.owner(), at=city.AT)


def test_civil_code_art_165_an_agent_acts_on_a_simulation_within_his_powers():
    row = sample.opened()
    people_actions.add_agent(
        party=row.party_id, username="li_qiang", name="李强", valid_to=date(2026, 12, 31),
        powers={Power.FOLLOW}, caller=sample.owner(), at=city.AT,
    )  # fmt: skip
    agent = city.caller("li_qiang")
    assert [one.pk for one in queries.mine(agent)] == [row.pk]
    with pytest.raises(Refused, match="outside_mandate"):
        actions.bring(number=row.pk, file=city.png(), caller=agent, at=city.AT)


def test_an_agent_without_the_power_to_follow_sees_no_simulation_of_others():
    row = sample.opened()
    people_actions.add_agent(
        party=row.party_id, username="li_qiang", name="李强", valid_to=date(2026, 12, 31),
        powers={Power.BOOK}, caller=sample.owner(), at=city.AT,
    )  # fmt: skip
    with pytest.raises(Refused, match="simulation_unknown"):
        queries.own(row.pk, city.caller("li_qiang"))


def test_who_decides_reads_the_document_of_the_precondition(client):
    row = sample.opened()
    address = reverse("simulated:precondition", args=[row.pk])
    sign_in(client, "mingshan_examiner")
    assert client.get(address).status_code == 404  # of another organ
    with pytest.raises(Refused, match="precondition_missing"):
        queries.precondition(row)
    actions.bring(number=row.pk, file=city.png("land"), caller=sample.owner(), at=city.AT)
    found = queries.precondition(queries.own(row.pk, sample.owner()))
    assert (found["Content-Type"], b"".join(found)[:4]) == ("image/png", b"\x89PNG")


def test_a_list_is_as_many_statements_for_one_simulation_as_for_three():
    def counted() -> int:
        with CaptureQueriesContext(connection) as asked:
            found = [queries.seen(row, city.AT) for row in queries.of_organs(examiner)]
        assert all(len(one.lines) == 3 for one in found)
        return len(asked)

    examiner = sample.examiner(sample.given())
    counted()
    few = counted()
    sample.given()
    sample.given()
    assert (counted(), len(queries.of_organs(examiner))) == (few, 3)


def test_nothing_of_a_simulation_is_a_material_of_any_item():
    row = sample.given()
    assert licences.uses_of_case(row.pk) == {}
    held = applications.application(sample.filled()).held
    assert held == {}
    assert [offer.draft.pk for offer in queries.offers(sample.owner(), city.AT)] != [row.draft_id]
