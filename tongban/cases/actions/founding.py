"""What a registration founds: the enterprise becomes a party, and a bundle goes on in its name.

Basis: 市场主体登记管理条例 Art 21 (founded on the day of its licence); GB 32100-2015.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.cases.models import Bundle, Case, Draft, Form, Upload
from tongban.cases.queries import opened
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import members, situations
from tongban.catalogue.rules.guide import Guide
from tongban.engine import bundle as engine
from tongban.people import actions as people_actions
from tongban.people import queries as people


@transaction.atomic
def founded(row: Case, guide: Guide, *, at: datetime) -> Any:
    """The enterprise that the grant of a case founds; again: the same one. A sole trader without a name of its
    own goes by its operator's. Refuses those of `people.found`.

    Basis: 市场主体登记管理条例 Art 8, 21.
    """
    answers = people.open_answers(Form.objects.get(case=row).answers)
    return people_actions.found(
        case_no=row.pk,
        category=guide.founds.category,
        division=row.division_code,
        name=str(answers.get(guide.founds.company) or answers[guide.founds.head]),
        head_id=str(answers[guide.founds.head_id]),
        applicant=Draft.objects.values_list("account", flat=True).get(case=row),
        at=at,
    )


def pass_on(bundle: Bundle, links: tuple[engine.Link, ...], row: Case, *, at: datetime) -> None:
    """After a member's grant, fill in what it answers where the waiting members ask for it.

    What its organ's system gave goes by code. After a registration the waiting members are applied for by the
    enterprise it founded, under its name, code, head and address.
    """
    guide = catalogue.guide(row.version_id)
    known: dict[str, Any] = dict(opened.state(row).produced)
    party = founded(row, guide, at=at) if guide.founds.category else None
    if party:
        answers = people.open_answers(Form.objects.get(case=row).answers)
        known |= {prefill: answers[code] for prefill, code in guide.founds.known.items() if code in answers}
        known |= people.registered(party.pk)
    if not known:
        return
    later = engine.later(links, guide.base_code)
    rows = Draft.objects.filter(part_of=bundle, case=None, implementation__item__base_code__in=later)
    drafts = list(rows.exclude(version=None))
    guides = catalogue.guides(draft.version_id for draft in drafts if draft.version_id)
    for draft in drafts:
        assert draft.version_id is not None
        asked = situations.resolve(guides[draft.version_id], draft.situation).asked
        fields = members.filled_by(asked, guide)
        filled = {code: known[name] for code, name in fields.items() if name in known}
        draft.form = draft.form | people.seal_answers(filled, asked)
        draft.party = party or draft.party
    Draft.objects.bulk_update(drafts, ["form", "party"])
    if party:
        Upload.objects.filter(draft__in=drafts).update(party=party)
