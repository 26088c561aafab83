"""Applications to register a company whose shareholders are Wang Xiaomei and others, for tests of who signs."""

from datetime import datetime

from config import demo
from tests.city import AT, caller, png
from tongban.cases.actions import cosigning, drafts
from tongban.cases.models import CoSignature, Draft
from tongban.cases.queries import applications
from tongban.cases.queries import cosigning as queries
from tongban.cases.rules.signing import Signed
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.people import queries as people
from tongban.people import seeding

COMPANY = "000131002000"  # 公司设立登记
WANG, LI, ZHAO = (seeding.id_number(name) for name in ("wang_xiaomei", "li_qiang", "zhao_ying"))
NAMES = {WANG: "王晓梅", LI: "李强", ZHAO: "赵颖"}


def holder(number: str, **changed) -> dict:
    """A row of the list of shareholders."""
    return {
        "shareholder_kind": "person",
        "shareholder_name": NAMES.get(number, "张小丫"),
        "shareholder_id_number": number,
        "shareholder_address": {"town": "511802001", "detail": "幸福路 1 号"},
        "contribution_amount": "50000.00",
        "contribution_form": "money",
        "contribution_due": "2030-01-01",
    } | changed


def begun(at: datetime = AT) -> Draft:
    """A draft of the owner in person, nothing filled in."""
    item, owner = catalogue.item(COMPANY), caller("wang_xiaomei", at)
    here = next(
        row for row in catalogue.implementations(item.pk, at) if row.division_code.startswith("511802")
    )
    return drafts.begin(
        implementation=here,
        situation={"company_type": "limited", "premises_tenure": "declared", "prior_approval": "no"},
        party=demo.person(),
        language="zh-hans",
        caller=owner,
        at=at,
    )


def ready(*holders: dict, at: datetime = AT, **changed) -> Draft:
    """A complete draft with its materials; its shareholders are Wang and Li where nothing else is said."""
    draft, owner = begun(at), caller("wang_xiaomei", at)
    filled(draft, *(holders or (holder(WANG), holder(LI))), at=at, **changed)
    for part in situations.resolve(catalogue.guide(draft.version_id), draft.situation).materials:
        if part.brought:
            drafts.attach(draft=draft.pk, material=part.code, file=png(part.code), caller=owner, at=at)
    return Draft.objects.get(pk=draft.pk)


def filled(draft: Draft, *holders: dict, at: datetime = AT, **changed) -> Draft:
    situation = situations.resolve(catalogue.guide(draft.version_id), draft.situation)
    answers = demo.answers(demo.plain(situation.sections), party=draft.party_id)
    answers |= {"shareholders": list(holders)} | changed
    return drafts.fill(draft=draft.pk, answers=answers, caller=caller("wang_xiaomei", at), at=at)


def digest_of(draft: Draft) -> str:
    row = Draft.objects.select_related("implementation").get(pk=draft.pk)
    return applications.application(row).digest


def cosign(draft: Draft, username: str = "li_qiang", at: datetime = AT, **changed) -> CoSignature:
    who = caller(username, at)
    signed = {"name": who.name, "digest": digest_of(draft), "method": "password"} | changed
    return cosigning.cosign(draft=draft.pk, signed=Signed(**signed), caller=who, at=at)


def standing(draft: Draft, at: datetime = AT) -> dict[str, str]:
    """{name: signed, waits, guardian} of those who must sign a draft."""
    row = Draft.objects.select_related("implementation").get(pk=draft.pk)
    lines = queries.of_application(applications.application(row), people.today(at))
    return {
        line.named.name: "guardian" if line.minor else "waits" if line.waits else "signed" for line in lines
    }
