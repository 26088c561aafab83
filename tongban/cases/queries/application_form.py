"""The application form as a PDF, made from the answers whenever it is asked for; nothing is stored twice."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tongban.cases.models import Case, Form
from tongban.cases.queries import applications, cosigning, opened
from tongban.cases.queries.letter_data import cosignature_line, signature_line
from tongban.cases.rules import application
from tongban.cases.rules import application_form as rules
from tongban.cases.rules.letters import Detail, LetterHead, SignatureLine
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Material, Source, Text
from tongban.engine.calendar import CST
from tongban.kit import letters as print_shop
from tongban.people import queries as people

TEMPLATE = Path(__file__).resolve().parent.parent / "letters" / "application_form.typ"


def of_draft(found: applications.Application, language: str) -> bytes:
    """The form as it stands, for the applicant before submission."""
    draft = found.draft
    given = {upload.material for upload in found.uploads}
    return _print(
        found.subject.name,
        found.situation.materials,
        [*found.settled, *applications.answers(found)],
        head=_head(found.subject.name, found.organ, draft.party, language, timezone.localdate()),
        given=given,
    )


def of_case(row: Case, *, plain: bool) -> bytes:
    """The form as submitted: in the clear for the applicant, masked for officers."""
    guide = catalogue.guide(row.version_id)
    form = Form.objects.get(case=row)
    situation = situations.resolve(guide, form.situation)
    sections, asked = situation.sections, situation.asked
    answers = people.open_answers(form.answers) if plain else people.masked_answers(form.answers, asked)
    named = applications.from_city(row.implementation.division_code, asked)
    case = opened.state(row)
    received_at, signed = row.received_at.astimezone(CST), case.signature
    head = _head(guide.name, row.organ, row.party, row.language, received_at.date(), row)
    files = list(row.uploads.filter(round=1, removed_at=None).order_by("uploaded_at", "id"))
    return _print(
        guide.name,
        situation.materials,
        applications.in_words(sections, answers | application.files_by_field(files), named),
        head=head,
        given={file.material for file in files},
        submitted_at=received_at,
        digest=form.digest,
        signature=signature_line(signed, received_at) if signed else None,
        cosignatures=[cosignature_line(one) for one in cosigning.of_case(case, guide)],
    )


def _head(name: Text, organ, party, language: str, on: date, row: Case | None = None) -> LetterHead:
    return LetterHead(
        organ=Text(zh=organ.name, en=organ.name_en),
        organ_code=organ.uscc,
        number="",
        addressee=party.name,
        case_no=row.case_no if row else "",
        query_code=row.query_code if row else "",
        item_name=name,
        issued_on=on,
        verify_url="",
        demo=settings.DEMO,
        language="en" if language.startswith("en") else "zh",
        seal_name="",
    )


def _print(
    name: Text,
    parts: Iterable[Material],
    groups: list[dict],
    *,
    head: LetterHead,
    given: set[str],
    submitted_at: datetime | None = None,
    digest: str = "",
    signature: SignatureLine | None = None,
    cosignatures: Iterable[SignatureLine] = (),
) -> bytes:
    parts = list(parts)
    form = rules.ApplicationForm(
        head=head,
        title=rules.title([part.name for part in parts if part.source is Source.FORM], name),
        themes=tuple(
            rules.Theme(
                title=group["section"].title,
                rows=tuple(
                    Detail(label=row["field"].label, value=applications.joined(row["words"]))
                    for row in group["rows"]
                ),
            )
            for group in groups
        ),
        materials=tuple(part.name for part in parts if part.code in given),
        submitted_at=submitted_at,
        digest=digest,
        signature=signature,
        cosignatures=tuple(cosignatures),
    )
    return print_shop.render(TEMPLATE, rules.document(form), fonts=Path(settings.LETTER_FONTS))
