"""What an applicant is told of a case: the clock in words, what to correct, is a letter genuine."""

from datetime import date, datetime

import msgspec
from django.conf import settings

from tongban.cases import phrases
from tongban.cases.models import Case, Letter, Upload
from tongban.cases.queries.opened import Opened, unfold
from tongban.catalogue.rules.guide import Material, Text
from tongban.engine.lifecycle.state import Stage
from tongban.kit import signing
from tongban.people import queries as people


class Tracking(msgspec.Struct, frozen=True):
    """The clock of a case as an applicant reads it."""

    stage: str
    due_on: date | None
    light: str
    paused: bool
    pause_words: str
    paused_since: date | None
    paused_days: int
    provisional: bool
    overdue: bool


def tracking(found: Opened) -> Tracking:
    """Due day, pauses and the light, from the clock's reading."""
    reading, case = found.reading, found.case
    open_pause = case.pauses[-1] if case.stage is Stage.SUSPENDED and case.pauses else None
    return Tracking(
        stage=phrases.stage_words(case.stage.value),
        due_on=reading.promised_due.date() if reading and case.promised_due and not open_pause else None,
        light=reading.light.value if reading else "",
        paused=open_pause is not None,
        pause_words=str(phrases.GROUNDS[open_pause.ground.value]) if open_pause else "",
        paused_since=open_pause.start if open_pause else None,
        paused_days=reading.paused_days if reading else 0,
        provisional=case.provisional,
        overdue=bool(reading and reading.light.value in {"red", "black"}),
    )


class CorrectionLine(msgspec.Struct, frozen=True):
    """One material of a notice: what was found, how to mend it, what has been given since."""

    material: Material
    found: tuple[Text, ...]
    mends: tuple[Text, ...]
    remarks: tuple[str, ...]
    files: tuple[Upload, ...]


def correction_lines(found: Opened) -> list[CorrectionLine]:
    """The materials the notice names, in the guide's order, each with all its defects."""
    case = found.case
    given = list(
        Upload.objects.filter(case=found.row, round=case.notices + 1, removed_at=None).order_by(
            "uploaded_at", "id"
        )
    )
    lines = []
    for material in found.guide.materials:
        defects = [line for line in case.noticed if line.material == material.code]
        if defects:
            words = [defect_words(material, line.defect) for line in defects]
            lines.append(
                CorrectionLine(
                    material=material,
                    found=tuple(word[0] for word in words),
                    mends=tuple(word[1] for word in words),
                    remarks=tuple(line.remark for line in defects if line.remark),
                    files=tuple(upload for upload in given if upload.material == material.code),
                )
            )
    return lines


def defect_words(material: Material, code: str) -> tuple[Text, Text]:
    """What was found and how to mend it, in the guide's words; `missing` is the same for every material."""
    known = next((defect for defect in material.defects if defect.code == code), None)
    if known:
        return known.found, known.mend
    return (
        Text(zh="缺少该材料", en="This material is missing"),
        Text(zh=f"请提供{material.name.zh}", en=f"Please provide: {material.name.en}"),
    )


def subject(code: str) -> str:
    """What failures with this code are counted under, a case's or not; empty when it cannot be a code."""
    return f"query:{_plain(code)}" if _plain(code) else ""


def _plain(code: str) -> str:
    """A query code as typed, without what no code has; empty when it cannot be one."""
    typed = code.strip().upper()
    return typed if typed.isascii() and typed.isalnum() and len(typed) < 13 else ""


def by_query_code(code: str, last4: str, at: datetime) -> Opened | None:
    """The case with this short code, if the last four of the applicant's number agree; else None."""
    row = (
        Case.objects.select_related("organ", "party", "implementation__item")
        .filter(query_code=_plain(code))
        .first()
    )
    if row is None or not people.code_ends_with(row.party, last4.strip().upper()):
        return None
    return unfold(row, at)


def letter_by_code(code: str) -> Letter | None:
    """The letter with this verification code, with its case and organ."""
    return Letter.objects.select_related("case__organ", "case__party").defer("pdf").filter(code=code).first()


def public_addressee(letter: Letter | None) -> str:
    """To whom a letter went, as anybody may see it: a person's name masked.

    Basis: 个人信息保护法 Art 25.
    """
    return people.masked(letter.case.party).public_name if letter else ""


def check_pdf(pdf: bytes) -> signing.Verdict:
    """Whether a PDF is a letter signed here and unchanged."""
    root = signing.root_certificate(settings.VAR_DIR / "keys" / "seals")
    return signing.verify_pdf(pdf, root=root)
