"""What the workbench shows of a case: facts, materials with marks, the verdict of a check, commands."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from tongban.cases import phrases
from tongban.cases.models import Case, Check, Form, Note, Upload
from tongban.cases.queries import applications, competence, cosigning, inbox, lists, progress, tracking
from tongban.cases.queries.findings import findings, is_closed
from tongban.cases.queries.opened import Opened
from tongban.cases.rules import application, duties
from tongban.cases.rules import remedies as wording
from tongban.cases.rules.resources import RESOURCES
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.completeness import MISSING
from tongban.catalogue.rules.guide import Source
from tongban.engine.lifecycle import commands as c
from tongban.engine.refusal import Refused
from tongban.kit import files
from tongban.kit.written import Written
from tongban.licences import queries as licences
from tongban.people import queries as people
from tongban.people.rules import Caller

# Decisions first, then what is rarer; a key each for the ones used all day.
_KEYS = {c.Claim: "c", c.Accept: "a", c.Grant: "g"}
_REFUSALS = (c.Refuse, c.RefuseAcceptance)
_MAIN = (c.Accept, c.CompleteStep, c.Grant, c.Deliver, c.EndSpecial)


# Words and tone of the inbox's filters.
_FILTERS = {
    "": (_("全部"), ""),
    "overdue": (_("已超期"), "stop"),
    "soon": (_("24 小时内到期"), "due"),
    "free": (_("未认领"), ""),
    "mine": (_("我认领的"), ""),
    "waiting": (_("等待中"), ""),
    "bilingual": (_("我的双语办件"), ""),
}


def filters(groups: list[inbox.Group], caller: Caller) -> list[dict]:
    """The inbox's filters with their counts; that of languages for those who serve in one."""
    counts = {group.key: group.shown for group in groups}
    return [
        {"key": key, "label": label, "tone": tone, "shown": counts[key]}
        for key, (label, tone) in _FILTERS.items()
        if key != "bilingual" or caller.speaks()
    ]


def by_urgency(lines: list[lists.Line], at: datetime) -> list[dict]:
    """The lines of an inbox page in groups: overdue, within a day, later, waiting."""
    soon = at + timedelta(days=1)
    groups: dict[str, list] = {"overdue": [], "soon": [], "later": [], "waiting": []}
    for line in lines:
        due = line.row.due_at
        key = "waiting" if due is None else "overdue" if due < at else "soon" if due < soon else "later"
        groups[key].append(line)
    titles = {
        "overdue": _("已超期"),
        "soon": _("24 小时内到期"),
        "later": _("以后到期"),
        "waiting": _("等待中"),
    }
    return [{"title": titles[key], "lines": found} for key, found in groups.items() if found]


def post_words(caller: Caller) -> str:
    """The organs the caller works at, for the top bar."""
    return "、".join(post.organ_name for post in caller.posts)


def case_page(found: Opened, caller: Caller) -> dict:
    """Everything of one case an officer sees; a fixed number of statements."""
    form = getattr(found.row, "form", None)
    used, files_given = licences.uses_of_case(found.row.pk), _FILES(case=found.row.pk)
    return {
        "o": found,
        "t": tracking.tracking(found),
        "party": people.masked(found.row.party),
        "answers": _answers(found, form, files_given),
        "materials": materials(found, used, files_given),
        "shared_licences": shared_licences(found, used),
        "milestones": progress.milestones(found),
        "history": progress.history(found, names=True),
        "letters": lists.letters(found.row),
        "notes": notes(found.row),
        "buttons": buttons(found, caller),
        "holder": found.row.holder,
        "cosigned": cosigning.of_case(found.case, found.guide),
        "guarded": cosigning.left_to_officers(form, found.guide, people.today(found.row.received_at)),
    }


def notes(row: Case) -> list[Note]:
    """The latest notes officers left on a case, newest first."""
    return _NOTES(case=row.pk)


_NOTES = Written(
    lambda: Note.objects.select_related("by").only("text", "at", "by__display_name"),
    "where case_id = %(case)s order by cases_note.at desc, cases_note.id desc limit 50",
)
_FILES = Written(
    Upload.objects.all, "where case_id = %(case)s and removed_at is null order by uploaded_at, id"
)


def _answers(found: Opened, form: Form | None, files_given: list[Upload]) -> list[dict]:
    """The form's sections with answers in words and the files given in them; sealed values masked."""
    if form is None:
        return []
    situation = situations.resolve(found.guide, form.situation)
    asked = situation.asked
    answers = people.masked_answers(form.answers, asked) | application.files_by_field(files_given)
    return applications.in_words(
        situation.sections, answers, applications.from_city(found.case.division, asked)
    )


def shared_licences(found: Opened, used: Mapping[str, licences.Used]) -> list[dict]:
    """Licences of the applicant that the organ found itself: {part, held} of materials nobody was asked for."""
    assert found.case.terms is not None
    asked = found.case.terms.materials
    return [
        {"part": part, "held": used[part.code]}
        for part in found.guide.materials
        if part.code in used and part.code not in asked
    ]


def materials(
    found: Opened,
    used: Mapping[str, licences.Used] | None = None,
    files_given: list[Upload] | None = None,
) -> list[dict]:
    """The materials asked for, the files given in each round, and which are new since the notice; `attached` to
    the one made from the form are the files given in it.

    `used` are the licences that stood for materials, `files_given` all files; read here unless they are at hand.
    """
    used = licences.uses_of_case(found.row.pk) if used is None else used
    files_given = _FILES(case=found.row.pk) if files_given is None else files_given
    attached = [file for file in files_given if application.field_of(file.material)]
    terms = found.case.terms
    assert terms is not None
    given: dict[str, list[Upload]] = {}
    for upload in files_given:
        if upload.material in found.case.submitted and upload.round <= found.case.notices + 1:
            given.setdefault(upload.material, []).append(upload)
    return [
        {
            "part": part,
            "files": given.get(part.code, []),
            "held": used.get(part.code),
            "produced": part.source is Source.FORM,
            "attached": attached if part.source is Source.FORM else [],
            "fresh": found.case.notices > 0 and part.code in found.case.fresh,
        }
        for part in found.guide.materials
        if part.code in terms.materials
    ]


def buttons(found: Opened, caller: Caller) -> list[dict]:
    """The commands allowed now as buttons: address, words, key, and whether it is a main one."""
    rows = []
    for command in duties.allowed(caller, found.case, found.at):
        if command in {c.Notify, c.Correct, c.Withdraw, c.Promise, c.Supplement}:
            continue
        if command is c.CompleteStep:
            rows += [
                _button(found, command, words=found.step(step.code).name, path=f"steps/{step.code}")
                for step in found.case.open_steps()
            ]
        elif command is c.Accept:
            rows.append(_button(found, command, words=phrases.BUTTONS["check"], path="check"))
        else:
            rows.append(_button(found, command, words=phrases.BUTTONS[RESOURCES[command]]))
    return sorted(rows, key=lambda row: not row["main"])


def _button(found: Opened, command: type[c.Command], *, words, path: str = "") -> dict:
    return {
        "words": words,
        "url": f"/desk/cases/{found.case.case_no}/{path or RESOURCES[command]}",
        "post": command is c.Claim,
        "key": _KEYS.get(command, ""),
        "main": command in _MAIN,
    }


class Marks(msgspec.Struct, frozen=True):
    """What a checklist says: defects and a remark by material; `unnamed`: found wrong without saying what."""

    marks: dict[str, list[str]]
    remarks: dict[str, str]
    unnamed: tuple[str, ...] = ()


def check_page(found: Opened, posted: Marks | None = None) -> dict:
    """The checklist: each material with its files, acceptance standard and possible defects."""
    said = posted or _kept(found)
    rows = []
    for row in materials(found):
        part = row["part"]
        marked = said.marks.get(
            part.code, [] if row["files"] or row["produced"] or row["held"] else ["missing"]
        )
        rows.append(
            row
            | {
                "remark": said.remarks.get(part.code, ""),
                "closed": is_closed(found, part.code),
                "fault": bool(marked) or part.code in said.unnamed,
                "unnamed": part.code in said.unnamed,
                "defects": [
                    {"code": code, "words": tracking.defect_words(part, code), "on": code in marked}
                    for code in ["missing", *(defect.code for defect in part.defects)]
                ],
            }
        )
    return {
        "o": found,
        "rows": rows,
        "unnamed": [row["part"] for row in rows if row["unnamed"]],
        "party": people.masked(found.row.party),
        "t": tracking.tracking(found),
    }


def _kept(found: Opened) -> Marks:
    kept = Check.objects.filter(case=found.row).first()
    return Marks(kept.marks, kept.remarks) if kept else Marks({}, {})


def marks_from(posted, found: Opened) -> Marks:
    """What a checklist posted; materials closed by the first notice stay unmarked."""
    marks, remarks, unnamed = {}, {}, []
    for row in materials(found):
        code = row["part"].code
        if is_closed(found, code):
            continue
        known = {"missing", *(defect.code for defect in row["part"].defects)}
        verdict = posted.get(f"v_{code}", "")
        given = [mark for mark in posted.getlist(f"m_{code}") if mark in known]
        marks[code] = [] if verdict == "ok" else given
        if verdict == "fault" and not given:
            unnamed.append(code)
        if remark := posted.get(f"r_{code}", "").replace("\0", "").strip()[:500]:
            remarks[code] = remark
    return Marks(marks, remarks, tuple(unnamed))


def verdict_page(found: Opened) -> dict:
    """What the check found, in the guide's words and order: the notice as it will be sent."""
    kept = Check.objects.filter(case=found.row).first()
    marks, remarks = (kept.marks, kept.remarks) if kept else ({}, {})
    open_marks = {code: found_wrong for code, found_wrong in marks.items() if not is_closed(found, code)}
    listed = findings(found, open_marks) if kept else ()
    promised = promised_now(found)
    return {
        "o": found,
        "checked": kept is not None,
        "findings": listed,
        "promised": promised,
        "tolerable": bool(promised)
        and {(line.material, line.defect) for line in listed} == {(code, MISSING) for code in promised},
        "marks": open_marks,
        "remarks": remarks,
        "party": people.masked(found.row.party),
        "t": tracking.tracking(found),
    }


def promised_now(found: Opened) -> tuple[str, ...]:
    """The materials the applicant has promised and the window may pre-accept against."""
    promise = found.case.promise
    return promise.materials if promise and promise.state == "made" else ()


def command_page(found: Opened, command: type[c.Command], step: str) -> dict:
    """The frame of a command's page: what it does and what follows."""
    words = found.step(step).name if step else phrases.BUTTONS[RESOURCES[command]]
    return {
        "o": found,
        "words": words,
        "effect": phrases.EFFECTS.get(RESOURCES[command], ""),
        "survey": bool(step) and is_survey(found, step),
        "is_step": bool(step),
        "issuer": competence.issuer(found.row, found.case),
        "remedies": remedies(found) if issubclass(command, _REFUSALS) else "",
        "party": people.masked(found.row.party),
        "t": tracking.tracking(found),
        "danger": issubclass(command, _REFUSALS),
    }


def is_survey(found: Opened, step: str) -> bool:
    """Whether the step is an on-site survey, by two officers."""
    return found.step(step).kind.value == "survey"


def remedies(found: Opened) -> str:
    """The remedies every refusal carries, naming where to go.

    Basis: 行政许可法 Art 38; 行政复议法 Art 20; 行政诉讼法 Art 46.
    """
    return wording.wording(competence.issuer(found.row, found.case).remedies)


def transfer_organs(found: Opened) -> list:
    """The other organs that handle the item today: of the towns those that have the power now."""
    runs = catalogue.acting(found.row.implementation.item_id, found.at)
    return [run.organ for run in runs if run.organ_id != found.case.organ]


def file_response(row: Case, upload: str) -> FileResponse:
    """A file of the case for an officer: downloaded, never run in the page."""
    try:
        kept = Upload.objects.filter(case=row, pk=UUID(upload), removed_at=None).first()
    except ValueError:
        kept = None
    if kept is None:
        raise Refused("upload_unknown")
    path = files.path_of(settings.MEDIA_ROOT, kept.digest)
    response = FileResponse(path.open("rb"), content_type=kept.media_type, filename=kept.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
