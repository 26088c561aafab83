"""Agents with some powers only: what is not given is refused, and who acted for a party decides nothing for it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from config import demo
from tests import city
from tongban.cases.actions import drafts, submission
from tongban.cases.queries import applications, lists
from tongban.cases.rules import duties
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.state import Case, Signature, Stage
from tongban.engine.refusal import Refused
from tongban.licences.queries import wallet
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.rules import Caller, Limited, PostHeld, Power, Role, require_power

AGENT = Caller(account=7, name="代办", kind="staff", by="account:7", parties=(1,))


@pytest.mark.parametrize(
    ("caller", "power", "party", "code"),
    [
        (AGENT, Power.SUBMIT, 1, None),
        (AGENT, None, 1, None),
        (AGENT, Power.SUBMIT, 2, "not_your_party"),
        (replace(AGENT, limits=(Limited(1, frozenset({Power.SUBMIT})),)), Power.SUBMIT, 1, None),
        (
            replace(AGENT, limits=(Limited(1, frozenset({Power.SUBMIT})),)),
            Power.PREPARE,
            1,
            "outside_mandate",
        ),
        (replace(AGENT, limits=(Limited(1, frozenset(Power)),)), None, 1, "outside_mandate"),
    ],
)
def test_civil_code_art_162_an_agent_acts_within_its_powers(caller, power, party, code):
    if code is None:
        assert require_power(caller, power, party) is None
    else:
        with pytest.raises(Refused, match=code):
            require_power(caller, power, party)


def case(signer: str = "") -> Case:
    signature = (
        Signature(signer=signer, name="代办", capacity="agent", method="code", digest="0") if signer else None
    )
    return Case(case_no="1", stage=Stage.RECEIVED, organ=5, applicant=1, signature=signature)


OFFICER = Caller(
    account=7,
    name="代办",
    kind="staff",
    by="account:7",
    posts=(PostHeld(1, 5, "机关", "511802", frozenset({Role.CLERK, Role.APPROVER})),),
)


@pytest.mark.parametrize(
    ("caller", "signer", "code"),
    [
        (OFFICER, "", None),
        (OFFICER, "account:8", None),
        (OFFICER, "account:7", "own_case"),  # handed it in, even though the mandate has ended
        (replace(OFFICER, parties=(1,)), "", "own_case"),  # acts for the applicant now
        (replace(OFFICER, parties=(1,), limits=(Limited(1, frozenset({Power.FOLLOW})),)), "", "own_case"),
        (replace(OFFICER, by="token:3"), "account:7", "own_case"),  # through another channel
    ],
)
@pytest.mark.parametrize("command", [commands.Accept, commands.Grant, commands.Claim])
def test_who_acts_for_the_applicant_decides_nothing_in_the_case(caller, signer, command, code):
    if code is None:
        assert duties.permit(caller, command, case(signer)) is None
    else:
        with pytest.raises(Refused, match=code):
            duties.permit(caller, command, case(signer))


@pytest.mark.parametrize(
    ("powers", "command", "code"),
    [
        ({Power.SUBMIT}, commands.Correct, None),
        ({Power.PREPARE, Power.FOLLOW}, commands.Correct, "outside_mandate"),
        (set(Power), commands.Withdraw, "outside_mandate"),  # giving up a claim is the principal's own
        (None, commands.Withdraw, None),
    ],
)
def test_an_agent_corrects_only_with_the_power_and_never_withdraws(powers, command, code):
    limits = () if powers is None else (Limited(1, frozenset(powers)),)
    caller = replace(AGENT, limits=limits)
    if code is None:
        assert duties.permit(caller, command, case()) is None
    else:
        with pytest.raises(Refused, match=code):
            duties.permit(caller, command, case())


def agent(*powers: Power) -> Caller:
    people_actions.add_agent(
        party=demo.company(), username="li_qiang", name="李强",
        valid_to=people.today(city.AT) + timedelta(days=30), powers=powers,
        caller=city.caller("wang_xiaomei"), at=city.AT,
    )  # fmt: skip
    return city.caller("li_qiang")


@pytest.mark.django_db
def test_an_agent_without_the_power_begins_no_draft_and_hands_none_in():
    follower = agent(Power.FOLLOW)
    assert (demo.company() in follower.parties, follower.may(Power.PREPARE, demo.company())) == (True, False)
    with pytest.raises(Refused, match="outside_mandate"):
        city.started("li_qiang")
    assert people.prefill(follower, demo.company(), people.today(city.AT)) == {}


@pytest.mark.django_db
def test_an_agent_who_may_prepare_does_not_submit_and_sees_neither_cases_nor_licences():
    preparer = agent(Power.PREPARE)
    city.received()
    draft = city.started("li_qiang")
    drafts.answer_situation(draft=draft.pk, situation=draft.situation, caller=preparer, at=city.AT)
    with pytest.raises(Refused, match="outside_mandate"):
        submission.submit(
            draft=draft.pk, caller=preparer, at=city.AT,
            signed=applications.signed_by(draft.pk, preparer, "password"),
        )  # fmt: skip
    assert lists.of_parties(preparer, after="", at=city.AT).lines == []
    assert list(wallet.owned(preparer)) == []


@pytest.mark.django_db
def test_a_limited_agent_cannot_change_what_is_the_principals_own():
    with pytest.raises(Refused, match="outside_mandate"):
        people_actions.change_phone(
            party=demo.company(), phone="13900001009", caller=agent(*Power), at=city.AT
        )
