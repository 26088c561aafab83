"""A case of a devolved power: where it goes, under which competence it is finished, and what its letters say (M27)."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.cases import devolved
from tests.people.signing import sign_in
from tongban.cases.actions import commands as run
from tongban.cases.actions import drafts, letters, submission, transfer
from tongban.cases.models import Case, Draft, Letter
from tongban.cases.queries import by_organ, competence, opened
from tongban.cases.rules.letters import LETTERS
from tongban.catalogue import actions as catalogue_actions
from tongban.engine.clock import Approver, Ground, Limit
from tongban.engine.competence import Competence, Mode
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.kit import signing
from tongban.licences.models import Licence
from tongban.people import queries as people
from tongban.record import queries as record

pytestmark = pytest.mark.django_db

NEXT = city.AT + timedelta(days=1)
DAY = people.today(city.AT)


def state(number: str):
    return opened.state(Case.objects.get(pk=number))


def kept(mode: Mode) -> Competence:
    """The competence of the town under a form."""
    answers = devolved.principal() if mode is Mode.DELEGATION else devolved.organ()
    return Competence(
        acting=devolved.organ().pk, in_name_of=answers.pk, seal=answers.pk, respondent=answers.pk,
        mode=mode, instrument=devolved.PAPER,
    )  # fmt: skip


# Where it goes


@pytest.mark.parametrize("mode", list(Mode))
def test_a_case_lodged_for_a_town_goes_to_the_organ_that_acts_there(mode):
    devolved.devolve(mode)
    number = devolved.received()
    row = Case.objects.get(pk=number)
    assert (row.organ_id, row.division_code) == (devolved.organ().pk, devolved.TOWN)
    assert (state(number).place, state(number).competence) == (devolved.TOWN, kept(mode))
    assert (row.mode, row.in_name_of) == (mode.value, kept(mode).in_name_of)
    assert number.startswith(f"{devolved.organ().uscc}5{city.ITEM}")


def test_a_town_without_the_power_leaves_it_to_the_county():
    devolved.devolve(Mode.DELEGATION)
    row = Case.objects.get(pk=devolved.received(place="511802001"))
    assert (row.organ_id, row.mode, row.in_name_of) == (devolved.principal().pk, None, None)


def test_where_towns_act_the_town_must_be_known_and_be_one_of_the_county():
    devolved.devolve(Mode.DELEGATION)
    for place, code in (
        ("511802", "town_needed"),
        ("511803001", "place_elsewhere"),
        ("511802999", "place_elsewhere"),
    ):
        with pytest.raises(Refused, match=code):
            devolved.drafted(place=place)


def test_a_draft_begun_before_the_power_moved_asks_for_the_town_and_loses_nothing():
    draft = devolved.drafted(place="511802")
    devolved.devolve(Mode.BY_LAW)
    applicant = city.caller("wang_xiaomei")
    with pytest.raises(Refused, match="town_needed"):
        submission.submit(draft=draft.pk, caller=applicant, at=city.AT)
    drafts.bring_to_competent(draft=draft.pk, place=devolved.TOWN, caller=applicant, at=city.AT)
    number = submission.submit(draft=draft.pk, caller=applicant, at=city.AT).answer["case_no"]
    assert Case.objects.get(pk=number).organ_id == devolved.organ().pk


def test_a_draft_of_a_town_follows_the_power_when_it_is_recalled():
    made = devolved.devolve(Mode.DELEGATION)
    draft = devolved.drafted()
    recall(made, DAY)
    applicant = city.caller("wang_xiaomei", NEXT)
    with pytest.raises(Refused, match="competence_moved"):
        submission.submit(draft=draft.pk, caller=applicant, at=NEXT)
    assert Draft.objects.get(pk=draft.pk).implementation.organ_id == devolved.principal().pk
    number = submission.submit(draft=draft.pk, caller=applicant, at=NEXT).answer["case_no"]
    assert state(number).competence is None


def recall(made, last_day) -> None:
    catalogue_actions.recall(
        devolution=made.pk,
        towns=[devolved.TOWN],
        last_day=last_day,
        by="account:2",
        at=city.AT,
        reason="收回",
    )


# Under which competence it is finished


def test_a_case_is_finished_under_the_competence_it_was_accepted_under():
    """行政许可法 Art 24; a recall leaves what was accepted before."""
    made = devolved.devolve(Mode.DELEGATION)
    number = devolved.received()
    devolved.do(number, commands.Accept(), "clerk")
    recall(made, DAY)
    devolved.examined(number, NEXT)
    devolved.do(number, commands.Grant(opinion="同意"), "approver", NEXT)
    assert (state(number).competence, state(number).granted) == (kept(Mode.DELEGATION), True)


def test_only_the_organ_competent_on_the_day_accepts_and_the_case_is_moved_to_it():
    """行政许可法 Art 32(2)."""
    made = devolved.devolve(Mode.DELEGATION)
    number = devolved.received()
    county = devolved.principal()
    recall(made, DAY)
    with pytest.raises(Refused) as refused:
        devolved.do(number, commands.Accept(), "clerk", NEXT)
    assert (refused.value.code, refused.value.facts["organ"]) == ("organ_not_competent", county.pk)
    move(number, county, NEXT)
    city.do(number, commands.Accept(), "yucheng_clerk", NEXT)
    assert (state(number).organ, state(number).competence, state(number).place) == (
        county.pk,
        None,
        devolved.TOWN,
    )


def move(number: str, organ, at) -> None:
    clerk = city.caller(devolved.officer("clerk"), at)
    transfer.transfer(case_no=number, organ=organ.pk, reason="办理机关已经改变", caller=clerk, at=at)


def test_a_case_cannot_be_moved_away_from_the_organ_that_is_competent():
    devolved.devolve(Mode.DELEGATION)
    number = devolved.received()
    with pytest.raises(Refused, match="organ_not_competent"):
        move(number, devolved.principal(), city.AT)
    move(number, people.organ_by_key("511803-market_regulation"), city.AT)  # lodged in the wrong district
    assert (state(number).place, state(number).competence) == ("511803", None)


def test_a_power_that_moved_after_the_receipt_takes_the_case_to_the_town_that_has_it():
    """行政许可法 Art 32(2)."""
    number = devolved.received()  # the town has no power yet: the district receives it
    devolved.devolve(Mode.DELEGATION, first=DAY + timedelta(days=1))
    clerk = city.caller("yucheng_clerk", NEXT)
    with pytest.raises(Refused) as refused:
        city.do(number, commands.Accept(), "yucheng_clerk", NEXT)
    assert (refused.value.code, refused.value.facts["organ"]) == ("organ_not_competent", devolved.organ().pk)
    told = {"reason": "职权已下放", "caller": clerk, "at": NEXT}
    transfer.transfer(case_no=number, organ=devolved.organ().pk, **told)
    devolved.do(number, commands.Accept(), "clerk", NEXT)
    assert (state(number).place, state(number).competence) == (devolved.TOWN, kept(Mode.DELEGATION))


def test_a_matter_lodged_for_the_wrong_town_is_moved_to_the_one_that_acts():
    """行政许可法 Art 32(2)."""
    devolved.devolve(Mode.DELEGATION)
    number = devolved.received(place="511802001")  # a town without the power: the district has the case
    told = {"reason": "经营场所在草坝镇", "caller": city.caller("yucheng_clerk"), "at": city.AT}
    transfer.transfer(case_no=number, organ=devolved.organ().pk, **told)
    assert (state(number).place, state(number).competence) == (devolved.TOWN, kept(Mode.DELEGATION))


def test_acceptance_by_silence_keeps_the_competence_of_the_receipt():
    """行政许可法 Art 32(4): as of the day the materials were received."""
    made = devolved.devolve(Mode.DELEGATION)
    number = devolved.received()
    recall(made, DAY)
    devolved.do(number, commands.Accept(), "clerk", city.AT + timedelta(days=20))
    assert (state(number).deemed, state(number).competence) == (True, kept(Mode.DELEGATION))


def test_a_new_form_in_force_at_acceptance_is_the_one_kept():
    devolved.devolve(Mode.DELEGATION, last=DAY)
    number = devolved.received()
    devolved.devolve(Mode.BY_LAW, first=DAY + timedelta(days=1))
    devolved.do(number, commands.Accept(), "clerk", NEXT)
    assert state(number).competence == kept(Mode.BY_LAW)


# Who sees it, and what it costs


def test_the_principal_reads_what_is_done_in_its_name_and_does_not_do_it(client):
    """行政许可法 Art 24(2): 委托行政机关负责监督."""
    now = datetime.now(UTC)
    devolved.devolve(Mode.DELEGATION, at=now)
    number = devolved.received(now)
    statuses = {}
    for username in ("yucheng_head", "mingshan_clerk", "yucheng_clerk"):
        sign_in(client, username)
        statuses[username] = client.get(f"/desk/cases/{number}/").status_code
    assert statuses == {"yucheng_head": 200, "mingshan_clerk": 404, "yucheng_clerk": 200}
    assert client.post(f"/desk/cases/{number}/claim").status_code == 404
    assert state(number).holder is None


def test_a_town_officer_is_told_in_whose_name_on_the_page_of_the_decision(client):
    now = datetime.now(UTC)
    devolved.devolve(Mode.DELEGATION, at=now)
    number = devolved.received(now)
    sign_in(client, devolved.officer("clerk"))
    page = client.get(f"/desk/cases/{number}/non-acceptance").content.decode()
    assert f"受{devolved.principal().name}委托办理（{devolved.PAPER}）" in page
    assert f"以{devolved.principal().name}为被申请人，向雨城区人民政府申请行政复议" in page
    sign_in(client, "wang_xiaomei", second_factor=False)
    tracker = client.get(f"/my/cases/{number}/").content.decode()
    assert f"{devolved.principal().name} " in tracker


def test_a_devolved_power_costs_the_case_page_and_the_inbox_no_statement(client):
    now = datetime.now(UTC)
    here = city.received(now)  # before the power moves: the district's own
    devolved.devolve(Mode.DELEGATION, at=now)
    there = devolved.received(now)
    counts: dict[str, set[int]] = {}
    for username, number in ((devolved.officer("clerk"), there), ("yucheng_clerk", here)):
        sign_in(client, username)
        for path in (f"/desk/cases/{number}/", "/desk/"):
            client.get(path)
            with CaptureQueriesContext(connection) as sent:
                assert client.get(path).status_code == 200
            counts.setdefault(path.replace(number, ""), set()).add(len(sent))
    assert [len(asked) for asked in counts.values()] == [1, 1], counts


def test_acceptance_in_a_town_costs_one_statement_more():
    here = city.received()
    devolved.devolve(Mode.DELEGATION)
    counts = []
    for number, username in ((devolved.received(), devolved.officer("clerk")), (here, "yucheng_clerk")):
        caller = city.caller(username)
        with CaptureQueriesContext(connection) as sent:
            run.perform(case_no=number, command=commands.Accept(), caller=caller, at=city.AT)
        counts.append(len(sent))
    assert counts[0] == counts[1] + 1


def test_cases_are_counted_by_who_acted_and_by_who_answers():
    devolved.devolve(Mode.DELEGATION)
    town, county = devolved.organ(), devolved.principal()
    decided = devolved.received()
    devolved.do(decided, commands.Accept(), "clerk")
    devolved.examined(decided)
    devolved.do(decided, commands.Grant(opinion="同意"), "approver")
    devolved.received()
    devolved.received(place="511802001")  # stays with the district
    one, two = by_organ.Counts(received=2, open=1, granted=1), by_organ.Counts(received=1, open=1)
    found = by_organ.figures(city.caller("yucheng_head"), DAY)
    assert sorted(
        (line.acting.pk, line.in_name_of.pk, line.mode, line.counts) for line in found.lines
    ) == sorted([(town.pk, county.pk, "delegation", one), (county.pk, county.pk, "", two)])
    assert [(organ.pk, counts) for organ, counts in found.answering] == [(county.pk, one + two)]
    towns_own = by_organ.figures(city.caller(devolved.officer("clerk")), DAY)
    assert [(line.acting.pk, line.counts) for line in towns_own.lines] == [(town.pk, one)]
    assert by_organ.figures(city.caller("mingshan_clerk"), DAY).lines == []
    assert by_organ.figures(city.caller("yucheng_head"), DAY + timedelta(days=1)).lines == []


# What its letters say


def everything(mode: Mode) -> dict[str, Letter]:
    """Every letter of the house, from three cases of the town."""
    devolved.devolve(mode)
    whole, declined, refused = devolved.corrected(), devolved.received(), devolved.received()
    devolved.do(whole, commands.Accept(), "clerk")
    special = commands.StartSpecial(ground=Ground.EXPERT_REVIEW, expected_days=3, reason="工艺需论证")
    devolved.do(whole, special, "examiner")
    devolved.do(whole, commands.EndSpecial(finding="通过"), "examiner", NEXT)
    longer = commands.Extend(limit=Limit(3), reason="核查对象停业整修", approver=Approver.ORGAN_HEAD)
    devolved.do(whole, longer, "head", NEXT)
    devolved.examined(whole, NEXT)
    devolved.do(whole, commands.Grant(opinion="同意"), "approver", NEXT)
    devolved.do(whole, commands.Deliver(method="window", recipient="王晓梅"), "delivery", NEXT)
    told = {"ground": "not_competent", "reason": "由市级管辖", "remedies": remedies(declined)}
    devolved.do(declined, commands.RefuseAcceptance(**told), "clerk")
    devolved.do(refused, commands.Accept(), "clerk")
    devolved.examined(refused)
    no = commands.Refuse(reasons="布局不合规", basis="食品安全法第三十三条", remedies=remedies(refused))
    devolved.do(refused, no, "approver")
    return {
        letter.kind: letter
        for number in (declined, refused, whole)
        for event in record.stream("case", number)
        for letter in letters.issue(case_no=number, position=event.position, at=NEXT)
    }


def remedies(number: str) -> str:
    """The remedies as the pages and the API write them into a refusal."""
    row = Case.objects.select_related("organ__division").get(pk=number)
    return "".join(line.zh for line in competence.issuer(row, opened.state(row)).remedies)


@pytest.fixture(scope="module")
def issued(django_db_setup, django_db_blocker, tmp_path_factory):
    """{form: {kind: letter}} of 委托, 授权 and 依法, made once."""
    from django.db import transaction
    from django.test import override_settings

    found = {}
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("letters")):
        for mode in Mode:
            with transaction.atomic():
                found[mode] = (everything(mode), [row.document for row in Licence.objects.all()])
                transaction.set_rollback(True)
    return found


def text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=bytes(pdf), capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


CONTESTED = ("correction_notice", "non_acceptance", "refusal")  # the letters that say where to go


OF_THE_PILOT = {"promise", "pre_acceptance", "returned"}  # no promises are taken in this district


@pytest.mark.parametrize("kind", sorted(set(LETTERS) - OF_THE_PILOT))
@pytest.mark.parametrize("mode", list(Mode))
def test_each_letter_bears_the_name_the_seal_and_the_respondent_of_its_form(issued, mode, kind):
    """行政许可法 Art 23, 24(2): 委托以委托机关的名义，授权以自己的名义; 行政复议法 Art 24; 行政诉讼法 Art 26."""
    letter = issued[mode][0][kind]
    town, county = devolved.organ(), devolved.principal()
    named, other = (county, town) if mode is Mode.DELEGATION else (town, county)
    page = text(letter.pdf)
    assert page.startswith(named.name) or kind == "licence"
    assert letter.number.startswith(named.short_name)
    assert letter.data["head"]["organ_code"] == named.uscc
    root = signing.root_certificate(settings.VAR_DIR / letters.SEALS)
    assert signing.verify_pdf(bytes(letter.pdf), root=root).signer == named.name
    entrusted = f"本文书由{town.name}受本机关委托办理（{devolved.PAPER}）。"
    assert (entrusted in page) == (mode is Mode.DELEGATION and kind != "licence")
    assert other.name not in page.replace(entrusted, "")
    for said in (
        f"以{named.name}为被申请人，向雨城区人民政府申请行政复议",
        f"以{named.name}为被告，向雨城区人民法院提起",
    ):
        assert (said in page) == (kind in CONTESTED)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_licence_names_the_organ_that_answers_for_it(issued, mode):
    named = devolved.principal() if mode is Mode.DELEGATION else devolved.organ()
    (document,) = issued[mode][1]
    assert (document["organ"]["zh"], document["organ_code"]) == (named.name, named.uscc)
    assert named.uscc in document["identifier"]


def test_a_decision_of_the_city_is_reviewed_by_the_city_and_judged_where_its_organs_sit():
    organ = people.organs(division="511800")[0]
    told = competence.Issuer(acting=organ, organ=organ, competence=None).remedies
    words = "".join(line.zh for line in told)
    assert "雅安市人民政府" in words
    assert "雨城区人民法院" in words
    assert "雅安市人民法院" not in words
