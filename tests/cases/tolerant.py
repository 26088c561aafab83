"""Food business licences of the pilot district whose lease is still missing, brought to any stage of a promise."""

from datetime import UTC, datetime

from config import demo
from tests import city
from tongban.cases.actions import correction, drafts, promises, submission
from tongban.cases.models import Draft
from tongban.cases.queries import applications, opened
from tongban.cases.queries import promises as found
from tongban.cases.rules.signing import Signed
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.engine import codes
from tongban.engine.lifecycle import commands
from tongban.people import actions as people_actions
from tongban.people import queries as people

PILOT, ELSEWHERE = "511803", "511802"
LEASE = "lease_contract"
AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # Tuesday 10:00 in Ya'an
OWNER = "wang_xiaomei"
RENTED = {"premises_tenure": "rented"}


def filled(
    at: datetime = AT,
    leave_out: frozenset[str] = frozenset({LEASE}),
    county: str = PILOT,
    who: str = OWNER,
) -> Draft:
    """A complete form for rented premises, every material given but those left out."""
    draft = begun(who, county, at)
    applicant = city.caller(who, at)
    draft = drafts.answer_situation(
        draft=draft.pk, situation=draft.situation | RENTED, caller=applicant, at=at
    )
    situation = situations.resolve(catalogue.guide(draft.version_id), draft.situation)
    answers = demo.answers(demo.plain(situation.sections)) | {"premises_town": f"{county}001"}
    drafts.fill(draft=draft.pk, answers=answers, caller=applicant, at=at)
    for material in situation.materials:
        if material.brought and material.code not in leave_out:
            drafts.attach(
                draft=draft.pk, material=material.code, file=city.png(material.code), caller=applicant, at=at
            )
    return draft


def begun(who: str, county: str, at: datetime) -> Draft:
    """A draft of the demo company, or of a company of somebody else's, registered for it."""
    if who == OWNER:
        return city.started(at=at, county=county)
    code = codes.make_uscc("91", PILOT, "MA620001")
    party = people.party_by_code(code) or people_actions.register_company(
        name="雅安名山茶香饭庄", uscc=code, caller=city.caller(who, at), at=at
    )
    item = catalogue.item(city.ITEM)
    here = next(row for row in catalogue.implementations(item.pk, at) if row.division_code == county)
    guide = catalogue.guide(catalogue.version_in_force(item.pk, at).pk)
    return drafts.begin(
        implementation=here,
        situation=city.first_answers(guide),
        party=party.pk,
        language="zh-hans",
        caller=city.caller(who, at),
        at=at,
    )


def received(
    at: datetime = AT,
    leave_out: frozenset[str] = frozenset({LEASE}),
    county: str = PILOT,
    who: str = OWNER,
) -> str:
    """The number of a received case without its lease."""
    draft, applicant = filled(at, leave_out, county, who), city.caller(who, at)
    signed = applications.signed_by(draft.pk, applicant, "password")
    return submission.submit(draft=draft.pk, caller=applicant, at=at, signed=signed).answer["case_no"]


def signed(case_no: str, at: datetime = AT, who: str = OWNER) -> Signed:
    """What the applicant signs when promising."""
    applicant = city.caller(who, at)
    digest = found.written(opened.opened(case_no, applicant, at)).digest
    return Signed(name=applicant.name, digest=digest, method="password")


def promised(at: datetime = AT, who: str = OWNER) -> str:
    """A case whose lease has been promised."""
    number = received(at, who=who)
    promises.promise(case_no=number, signed=signed(number, at, who), caller=city.caller(who, at), at=at)
    return number


def pre_reviewed(at: datetime = AT) -> str:
    """A case in pre-review."""
    number = promised(at)
    city.do(number, commands.PreAccept(), "mingshan_clerk", at)
    return number


def supplied(at: datetime = AT) -> str:
    """A case in pre-review whose promised file has been uploaded, not handed in."""
    number = pre_reviewed(at)
    correction.supply(
        case_no=number, material=LEASE, file=city.png(), caller=city.caller("wang_xiaomei", at), at=at
    )
    return number


def supplemented(at: datetime = AT) -> str:
    """A case whose promise was kept: to be accepted."""
    number = supplied(at)
    promises.supplement(case_no=number, caller=city.caller("wang_xiaomei", at), at=at)
    return number
