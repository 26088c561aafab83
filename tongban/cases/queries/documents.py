"""Cases, drafts and items as the documents the API answers with."""

from datetime import datetime

import msgspec
from django.utils import timezone

from tongban.cases.models import Draft, Letter, Upload
from tongban.cases.queries import applications, competence, cosigning, cosigning_documents, subjects
from tongban.cases.queries.lists import within
from tongban.cases.queries.opened import Opened, find, opened, state, visible
from tongban.cases.rules import application, duties
from tongban.cases.rules import remedies as standard_remedies
from tongban.cases.rules.resources import RESOURCES
from tongban.catalogue import queries as catalogue
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.state import NATIONAL_CODE, Stage
from tongban.engine.refusal import Refused
from tongban.kit import schema
from tongban.licences import queries as licences
from tongban.people.rules import Caller
from tongban.record import queries as record


def resources(allowed: list[type[commands.Command]]) -> list[str]:
    """The addresses of the commands, as the API names them."""
    return [RESOURCES[command] for command in allowed if command in RESOURCES]


def receipt(answer: dict, caller: Caller) -> dict:
    """The answer to a submission; what a second submission of the same draft lacks is read."""
    if "query_code" in answer:
        return answer
    row = find(answer["case_no"], caller)
    return {
        "stage": row.stage,
        "position": row.position,
        "events": [],
        "allowed": [],
        **answer,
        "query_code": row.query_code,
    }


def draft_document(draft: Draft) -> dict:
    """A draft: sections with their state, materials, files given, and what is still open."""
    situation = subjects.resolved(draft)
    held = applications.holding(situation, party=draft.party_id, answers=draft.form, on=timezone.localdate())
    uploads = list(Upload.objects.filter(draft=draft, removed_at=None).order_by("uploaded_at", "id"))
    files = [(upload.material, upload.digest) for upload in uploads]
    provided = {material for material, _ in files} | set(held)
    ready = application.readiness(situation, complete=draft.complete, provided=provided)
    digest = application.digest(draft.situation, draft.form, application.signed_files(files, held))
    others = cosigning.lines(draft, situation, digest, timezone.localdate())
    return {
        "id": draft.pk,
        "task_code": draft.implementation.task_code if draft.implementation else None,
        "bundle": draft.bundle or None,
        "party": draft.party_id,
        "situation": draft.situation,
        "questions": situation.questions,
        "sections": [
            {
                "code": part.code,
                "title": part.title,
                "complete": part.code in draft.complete,
                "rows": part.rows,
                "fields": part.fields,
            }
            for part in situation.sections
        ],
        "materials": [
            {
                "code": part.code,
                "name": part.name,
                "necessity": part.necessity,
                "source": part.source,
                "provided": part.code in provided,
                "held_licence": held[part.code].number if part.code in held else None,
            }
            for part in situation.materials
        ],
        "files": [upload_document(upload) for upload in uploads],
        "form_schema": schema.document(situation.asked, draft.language),
        "open": {"sections": ready.sections, "materials": ready.materials, "questions": ready.questions},
        "can_submit": ready.can_submit,
        "digest": digest,
        "signers": cosigning_documents.signers(others),
        "case_no": draft.case_id,
    }


def upload_document(upload: Upload) -> dict:
    """A kept file, given as a material or for a field of the form."""
    field = application.field_of(upload.material)
    return {
        "id": upload.pk,
        "material": None if field else upload.material,
        "field": field or None,
        "name": upload.name,
        "media_type": upload.media_type,
        "size": upload.size,
        "sha256": upload.digest,
        "round": upload.round,
    }


def case_document(case_no: str, caller: Caller, at: datetime) -> dict:
    """One case: stage, clock, and the commands allowed now to this caller."""
    found = opened(case_no, caller, at)
    case, row = found.case, found.row
    return {
        "case_no": case.case_no,
        "query_code": row.query_code,
        "item": {"base_code": case.item, "name": found.name, "version": case.version},
        "organ": {"id": row.organ_id, "name": {"zh": row.organ.name, "en": row.organ.name_en}},
        "division": case.division,
        "applicant": case.applicant,
        "stage": case.stage,
        "national_code": NATIONAL_CODE.get(case.stage),
        "position": case.position,
        "received_at": case.received_at,
        "accepted_on": case.accepted_on,
        "deemed_accepted": case.deemed,
        "notice_due": case.notice_due,
        "notice": _notice(found),
        "clock": _clock(found),
        "steps": _steps(found),
        "decided_at": case.decided_at,
        "granted": case.granted,
        "delivery_due": case.delivery_due,
        "provisional": case.provisional or case.notice_provisional or case.delivery_provisional,
        "delivered_at": case.delivered_at,
        "holder": case.holder,
        "allowed": resources(duties.allowed(caller, case, at)),
    }


def _notice(found: Opened) -> dict | None:
    if not found.case.notices:
        return None
    return {
        "number": found.case.notices,
        "correct_by": found.case.correct_by,
        "defects": [msgspec.to_builtins(line) for line in found.case.noticed],
    }


def _clock(found: Opened) -> dict | None:
    if found.reading is None or found.case.terms is None:
        return None
    return {
        "statutory": msgspec.to_builtins(found.case.terms.statutory),
        "promised": msgspec.to_builtins(found.case.terms.promised),
        **msgspec.to_builtins(found.reading),
        "pauses": [msgspec.to_builtins(pause) for pause in found.case.pauses],
        "calendar": found.case.calendar,
    }


def _steps(found: Opened) -> list[dict]:
    terms = found.case.terms
    open_now = {step.code for step in found.case.open_steps()}
    return [
        {
            "code": step.code,
            "name": found.step(step.code).name,
            "kind": step.kind,
            "after": step.after,
            "open": step.code in open_now,
            "passed": done.passed if (done := found.case.done.get(step.code)) else None,
        }
        for step in (terms.steps if terms else ())
    ]


def case_page(caller: Caller, *, stage: Stage | None, after: str, size: int) -> dict:
    """A keyset page of the caller's cases, newest first. `after` is the `next` of the page before."""
    found = within(visible(caller), after=after, stage=stage.value if stage else "", size=size + 1)
    shown = ("case_no", "query_code", "stage", "received_at", "due_at", "position")
    items = [{name: getattr(row, name) for name in shown} for row in found[:size]]
    last = items[-1] if len(found) > size else None
    return {"items": items, "next": f"{last['received_at'].isoformat()}~{last['case_no']}" if last else None}


def timeline_document(case_no: str, caller: Caller) -> dict:
    """Everything recorded of the case, in order."""
    row = find(case_no, caller)
    return {
        "case_no": row.pk,
        "events": [
            {
                "position": e.position,
                "kind": e.kind,
                "facts": e.facts,
                "by": e.by,
                "at": e.at,
                "event_id": e.id,
            }
            for e in record.stream("case", row.pk)
        ],
    }


def materials_document(case_no: str, caller: Caller) -> dict:
    """The materials asked for and the files given, as materials and for fields of the form."""
    row = find(case_no, caller)
    guide = catalogue.guide(row.version_id)
    asked = set(row.state["terms"]["materials"])
    uploads = list(Upload.objects.filter(case=row, removed_at=None).order_by("uploaded_at", "id"))
    given: dict[str, list] = {}
    for upload in uploads:
        given.setdefault(upload.material, []).append(upload_document(upload))
    of_fields = application.files_by_field(uploads)
    used = licences.uses_of_case(row.pk)
    return {
        "case_no": row.pk,
        "materials": [
            {
                "code": part.code,
                "name": part.name,
                "necessity": part.necessity,
                "files": given.get(part.code, []),
                "held_licence": used[part.code].number if part.code in used else None,
                "defects": [{"code": "missing"}, *[{"code": d.code, "found": d.found} for d in part.defects]],
            }
            for part in guide.materials
            if part.code in asked
        ],
        "fields": [
            {
                "code": field.code,
                "label": field.label,
                "files": [upload_document(upload) for upload in of_fields[field.code]],
            }
            for section in guide.form
            for field in section.fields
            if field.code in of_fields
        ],
    }


def letters_document(case_no: str, caller: Caller) -> dict:
    """The letters issued in the case, in order."""
    row = find(case_no, caller)
    letters = Letter.objects.filter(case=row).defer("pdf", "data").order_by("position", "id")
    return {
        "case_no": row.pk,
        "letters": [
            {
                "kind": letter.kind,
                "number": letter.number,
                "code": letter.code,
                "issued_at": letter.issued_at,
                "sha256": letter.digest,
                "id": letter.pk,
                "pdf": f"/api/cases/{row.pk}/letters/{letter.pk}.pdf",
            }
            for letter in letters
        ],
    }


def letter_pdf(case_no: str, letter: int, caller: Caller) -> Letter:
    """The signed PDF of one letter of a case in the caller's scope."""
    found = Letter.objects.filter(case=find(case_no, caller), pk=letter).first()
    if found is None:
        raise Refused("letter_unknown", letter=letter)
    return found


def proof_document(case_no: str, position: int, caller: Caller) -> dict:
    """A self-contained proof that the event at `position` of the case is in the record."""
    row = find(case_no, caller)
    event = next((e for e in record.stream("case", row.pk) if e.position == position), None)
    if event is None:
        raise Refused("event_unknown", position=position)
    return record.proof(event.id)


def remedies(case_no: str, caller: Caller) -> str:
    """The standard wording of the remedies against the organ of this case."""
    row = find(case_no, caller)
    return standard_remedies.wording(competence.issuer(row, state(row)).remedies)


def found_items(words: str, audience: str, language: str) -> list[dict]:
    """Published items for the words given, best first."""
    return [msgspec.to_builtins(result) for result in catalogue.search(words, language, audience)]


def item_document(base_code: str, at: datetime) -> dict:
    """The guide of an item in force now, with the organs that run it."""
    return catalogue.item_document(base_code, at)
