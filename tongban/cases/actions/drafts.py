"""Drafts: begin, answer a section, attach and remove files, discard. All survive sign-out."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from tongban.cases.models import CoSignature, Draft, Upload
from tongban.cases.queries import applications, competence, cosigning, subjects
from tongban.cases.rules import application
from tongban.cases.rules.defined import Defined
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Field, FieldKind
from tongban.catalogue.rules.lists import Bundle
from tongban.engine import conditions
from tongban.engine.refusal import Refused
from tongban.kit import files, forms
from tongban.people import queries as people
from tongban.people.rules import Caller, Power, require_power


def begin(
    *,
    implementation,
    situation: dict[str, str],
    party: int,
    language: str,
    caller: Caller,
    at: datetime,
    place: str = "",
) -> Draft:
    """A new draft for `party`, on the item version in force now; of `situation` what answers its questions.

    `place` is the town the matter belongs to; it goes to the organ that acts there, whichever was chosen.
    Raises `Refused`: not_your_party, party_not_served, town_needed (towns), place_elsewhere.
    """
    if caller.account is None:
        raise Refused("not_your_party")
    require_power(caller, Power.PREPARE, party)
    place = place or implementation.division_code
    implementation = competence.acting(implementation, place, at)
    version = catalogue.version_in_force(implementation.item_id, at, implementation.pk)
    guide = catalogue.guide(version.pk)
    if not application.serves(guide, people.party(party).kind):
        raise Refused("party_not_served", audiences=[audience.value for audience in guide.audiences])
    return Draft.objects.create(
        account_id=caller.signed_in,
        party_id=party,
        implementation=implementation,
        version_id=version.pk,
        place=place,
        situation=situations.resolve(guide, situation).answers,
        language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        created_at=at,
        updated_at=at,
    )


def begin_bundle(
    *,
    code: str,
    division: str,
    place: str = "",
    situation: dict[str, str],
    party: int,
    language: str,
    caller: Caller,
    at: datetime,
) -> Draft:
    """A new draft of a bundle at a county, each member under the version its organ runs now.

    `place` is the town the matter belongs to, where the county has moved one of its items to towns. Raises
    `Refused`: bundle_unknown, not_your_party, party_not_served, bundle_not_here (items nobody runs there),
    town_needed, place_elsewhere.
    """
    return _begin(bundle_in(code, division, at), division, place, situation, party, language, caller, at)


def begin_defined(
    *,
    defined: Defined,
    division: str,
    place: str = "",
    situation: dict[str, str],
    answers: dict,
    party: int,
    language: str,
    caller: Caller,
    at: datetime,
) -> Draft:
    """A new draft of a bundle that another room defines, with the `answers` given before, as they are stored.

    Raises `Refused` like `begin_bundle`.
    """
    here = _runs(defined.bundle, division, at)
    guides = {item: catalogue.guide(one.version) for item, one in here.items()}
    subject = subjects.OfBundle(defined.bundle, guides, defined, answers)
    return _begin(subject, division, place, situation, party, language, caller, at)


def _begin(
    subject: subjects.OfBundle,
    division: str,
    place: str,
    situation: dict[str, str],
    party: int,
    language: str,
    caller: Caller,
    at: datetime,
) -> Draft:
    if caller.account is None:
        raise Refused("not_your_party")
    require_power(caller, Power.PREPARE, party)
    if not application.serves(subject, people.party(party).kind):
        raise Refused("party_not_served", audiences=[audience.value for audience in subject.audiences])
    return Draft.objects.create(
        account_id=caller.signed_in,
        party_id=party,
        bundle=subject.bundle.code,
        defined=msgspec.to_builtins(subject.defined),
        division_code=division,
        place=place or division,
        members=pins(subject.bundle, division, place or division, at),
        situation=subject.resolve(situation).answers,
        form=dict(subject.stored),
        language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        created_at=at,
        updated_at=at,
    )


def bundle_in(code: str, division: str, at: datetime) -> subjects.OfBundle:
    """A bundle with its members' guides as they run for a county. Refuses bundle_unknown, bundle_not_here."""
    bundle = catalogue.bundle(code)
    here = _runs(bundle, division, at)
    return subjects.OfBundle(bundle, {item: catalogue.guide(one.version) for item, one in here.items()})


def pins(bundle: Bundle, division: str, place: str, at: datetime) -> dict[str, list[int]]:
    """{base code: [implementation, version]} of a bundle's items for a matter of `place` in a county.

    Refuses bundle_not_here, town_needed, place_elsewhere.
    """
    here = _runs(bundle, division, at)
    runs = catalogue.runs([one.implementation for one in here.values()])
    found = {}
    for item, one in here.items():
        chosen = runs[one.implementation]
        run = competence.acting(chosen, place if place != division else chosen.division_code, at)
        same = run.pk == one.implementation
        version = one.version if same else catalogue.version_in_force(run.item_id, at, run.pk).pk
        found[item] = [run.pk, version]
    return found


def _runs(bundle: Bundle, division: str, at: datetime) -> dict[str, catalogue.Here]:
    """Who runs each of a bundle's items for a county. Refuses `bundle_not_here`."""
    found = catalogue.running_for([member.item for member in bundle.members], division, at)
    known = bool(people.town_names(division))  # a county has towns
    near = {item for item, here in found.items() if here.near and known}
    missing = [member.item for member in bundle.members if member.item not in near]
    if missing:
        raise Refused("bundle_not_here", bundle=bundle.code, items=missing)
    return found


def open_of(caller: Caller, most: int = 20) -> list[Draft]:
    """The caller's open drafts of single items, latest touched first."""
    rows = Draft.objects.select_related("implementation__organ", "implementation__item", "version", "party")
    mine = rows.filter(account_id=caller.signed_in, party_id__in=caller.parties, part_of=None, bundle="")
    return list(mine.filter(submitted_at=None).order_by("-updated_at", "id")[:most])


def find(draft_id: UUID, caller: Caller, *, lock: bool = False) -> Draft:
    """The caller's open or submitted draft; `draft_unknown` when it is another's, or of a party the caller
    no longer acts for.
    """
    rows = Draft.objects.select_related("implementation__organ", "implementation__item", "version", "party")
    if lock:
        rows = rows.select_for_update(of=("self",))
    mine = rows.filter(account_id=caller.signed_in, party_id__in=caller.parties, part_of=None)
    draft = mine.filter(pk=draft_id).first()
    if draft is None:
        raise Refused("draft_unknown")
    return draft


@transaction.atomic
def answer_situation(*, draft: UUID, situation: dict[str, str], caller: Caller, at: datetime) -> Draft:
    """Store the answers of the guidance; sections that ask for something else now must be confirmed again."""
    row = _open(draft, caller)
    subject = subjects.subject(row)
    asked = _asked(subject.resolve(row.situation))
    resolved = subject.resolve(situation)
    row.situation = resolved.answers
    row.complete = [code for code in row.complete if asked.get(code) == _asked(resolved).get(code)]
    return _save(row, at)


@transaction.atomic
def bring_to_competent(*, draft: UUID, place: str = "", caller: Caller, at: datetime) -> Draft:
    """Move a draft to the organ that acts now for its place, or for the town `place`; everything else stays.

    Refuses town_needed (towns), place_elsewhere.
    """
    row = _open(draft, caller)
    row.place = place or row.place
    if row.implementation:  # a bundle's members are brought to theirs as it is brought up to date
        row.implementation = competence.acting(row.implementation, row.place, at)
    row.save(update_fields=["place", "implementation"])
    return bring_up_to_date(draft=draft, caller=caller, at=at)


@transaction.atomic
def bring_up_to_date(*, draft: UUID, caller: Caller, at: datetime) -> Draft:
    """Move a draft to the guide in force now; answers and files stay, sections that ask for something else
    must be confirmed again. Refuses item_not_running.
    """
    row = _open(draft, caller)
    before = subjects.resolved(row)
    if row.bundle:
        row.members = pins(subjects.bundle_of(row), row.division_code, row.place, at)
    elif row.implementation:
        row.version = catalogue.version_in_force(row.implementation.item_id, at, row.implementation_id)
    after = subjects.resolved(row)
    row.situation = after.answers
    row.complete = [code for code in row.complete if _asked(before).get(code) == _asked(after).get(code)]
    row.save(update_fields=["version", "members"])
    return _save(row, at)


def _asked(situation: subjects.Resolved) -> dict[str, list[tuple[str, str]]]:
    """What each section that applies asks for: codes and kinds of its fields, and whether they repeat."""
    return {
        section.code: [
            *((field.code, field.kind.value) for field in section.fields),
            *([(section.code, situations.ROWS)] if section.rows else []),
        ]
        for section in situation.sections
    }


@transaction.atomic
def answer_section(
    *, draft: UUID, section: str, answers: dict, complete: bool, caller: Caller, at: datetime
) -> Draft:
    """Store the answers of one section, sensitive values sealed; `complete` when they are all valid: files of
    fields that do not apply under them are then taken back.
    """
    row = _open(draft, caller)
    asked = next(situations.asked(part) for part in subjects.resolved(row).sections if part.code == section)
    if complete:
        unasked = [part.code for part in asked if not conditions.holds(part.only_if, answers)]
        _given_for(row, unasked).update(removed_at=at)
    taken = {part.code for part in asked}
    kept = {code: value for code, value in row.form.items() if code not in taken}
    row.form = kept | people.seal_answers(answers, asked, row.form)
    row.complete = [code for code in row.complete if code != section] + ([section] if complete else [])
    return _save(row, at)


@transaction.atomic
def fill(*, draft: UUID, answers: dict, caller: Caller, at: datetime) -> Draft:
    """Answer the whole form at once; sections whose fields are all valid become complete.

    A field of files is answered by the ids of files given for it; those not named are taken back.
    Raises `Refused("form_invalid", errors=[{field, rule, message, pointer}, …])` and stores nothing; pointers
    are JSON pointers into what was sent (RFC 6901).
    """
    row = _open(draft, caller)
    situation = subjects.resolved(row)
    fields = situation.asked
    uploads = _given_for(row, [part.code for part in fields if part.kind == forms.FILE])
    given = {
        code: [(str(file.pk), file.name) for file in files_of]
        for code, files_of in application.files_by_field(uploads).items()
    }
    stored = people.open_answers(row.form) | {code: [pk for pk, _ in named] for code, named in given.items()}
    kept = {f.code: stored[f.code] for f in fields if f.code in stored and forms.fits(f, stored[f.code])}
    settled = {part.code for section in situation.given for part in situations.asked(section)}
    clean, wrong = forms.validate(
        fields,
        {**kept, **{code: answer for code, answer in answers.items() if code not in settled}},
        language=row.language,
        choices_for=applications.choices_for(row, fields) | given,
    )
    if wrong:
        raise Refused("form_invalid", errors=[_told(fault) for fault in wrong])
    named = [pk for code in given for pk in clean.pop(code, [])]
    uploads.exclude(pk__in=named).update(removed_at=at)
    row.form = people.seal_answers(clean, fields, row.form)
    row.complete = [section.code for section in situation.sections]
    return _save(row, at)


def _told(fault: forms.Fault) -> dict:
    """A fault with the place it stands at in the body of a request."""
    pointer = fault.pointer or f"/{forms.pointer_token(fault.field)}"
    return msgspec.to_builtins(fault) | {"pointer": f"/answers{pointer}"}


@transaction.atomic
def attach(*, draft: UUID, material: str, file: UploadedFile, caller: Caller, at: datetime) -> Upload:
    """Keep a file as `material` of the draft. Raises unknown_material, and the refusals of `kit.files.keep`."""
    row = _open(draft, caller)
    _known_material(row, material)
    return _upload(row, material, _kept(file), caller, at)


@transaction.atomic
def attach_to_field(*, draft: UUID, field: str, file: UploadedFile, caller: Caller, at: datetime) -> Upload:
    """Keep a file as an answer to a field of the form; the same file given again is the one given before.

    Raises `Refused`: field_takes_no_file (field), too_many_files (field, most, name), and those of `kit.files.keep`.
    """
    row = _open(draft, caller)
    asked = _file_field(row, field)
    kept, given = _kept(file), _given_for(row, [field])
    if same := given.filter(digest=kept.digest).first():
        return same
    most = forms.file_answer(asked).most
    if given.count() >= most:
        raise Refused("too_many_files", field=field, most=most, name=kept.name)
    return _upload(row, application.of_field(field), kept, caller, at)


def _kept(file: UploadedFile) -> files.Kept:
    return files.keep(file, folder=Path(settings.MEDIA_ROOT), limit=settings.UPLOAD_LIMIT_MB * 1_000_000)


def _upload(row: Draft, material: str, kept: files.Kept, caller: Caller, at: datetime) -> Upload:
    _touch(row, at)
    return Upload.objects.create(
        draft=row,
        party_id=row.party_id,
        material=material,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        digest=kept.digest,
        uploaded_by_id=caller.signed_in,
        uploaded_at=at,
    )


@transaction.atomic
def remove(*, draft: UUID, upload: UUID, caller: Caller, at: datetime) -> Draft:
    """Take a file back before submission; a section that now has too few must be confirmed again.

    Raises upload_unknown. What was taken back before stays so.
    """
    row = _open(draft, caller)
    file = Upload.objects.filter(pk=upload, draft=row).first()
    if file is None:
        raise Refused("upload_unknown")
    if file.removed_at:
        return row
    Upload.objects.filter(pk=file.pk).update(removed_at=at)
    if field := application.field_of(file.material):
        row.complete = [code for code in row.complete if code != _short_of(row, field)]
    return _save(row, at)


def _short_of(row: Draft, field: str) -> str:
    """The section that asks for a field of files, when fewer are given than it needs; else empty."""
    for section in subjects.resolved(row).sections:
        for asked in section.fields:
            if asked.code == field and asked.kind == forms.FILE:
                count = _given_for(row, [field]).count()
                return section.code if forms.file_answer(asked).counted(count) else ""
    return ""


@transaction.atomic
def discard(*, draft: UUID, caller: Caller, at: datetime) -> None:
    """Give a draft up; its files are taken back first, and what others signed of it goes with it."""
    row = _open(draft, caller)
    Upload.objects.filter(draft=row).delete()
    CoSignature.objects.filter(draft=row).delete()
    row.delete()


def _open(draft_id: UUID, caller: Caller) -> Draft:
    row = find(draft_id, caller, lock=True)
    require_power(caller, Power.PREPARE, row.party_id)
    if row.submitted_at:
        raise Refused("draft_submitted", case_no=row.case_id)
    return row


def _touch(row: Draft, at: datetime) -> None:
    """Mark a change of the files, for who waits to submit the draft in another window."""
    row.updated_at = at
    row.save(update_fields=["updated_at"])


def _save(row: Draft, at: datetime) -> Draft:
    row.updated_at = at
    row.signers = cosigning.found_by(row)
    row.save(update_fields=["situation", "form", "complete", "signers", "updated_at"])
    return row


def _given_for(row: Draft, fields: Iterable[str]) -> QuerySet[Upload]:
    """The files given for fields of the form, the oldest first."""
    places = [application.of_field(code) for code in fields]
    return Upload.objects.filter(draft=row, material__in=places, removed_at=None).order_by(
        "uploaded_at", "id"
    )


def _file_field(row: Draft, code: str) -> Field:
    """The field of files with this code that the form asks for. Refuses field_takes_no_file."""
    for asked in subjects.resolved(row).asked:
        if isinstance(asked, Field) and asked.code == code and asked.kind is FieldKind.FILE:
            return asked
    raise Refused("field_takes_no_file", field=code)


def _known_material(row: Draft, material: str) -> None:
    known = {part.code for part in subjects.resolved(row).materials}
    if material not in known:
        raise Refused("unknown_material", materials=[material])
