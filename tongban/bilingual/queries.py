"""Reading the bilingual service: approved words, wordings with their standing, coverage, staffing, signs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tongban.bilingual.models import Edition, Message, Translation
from tongban.bilingual.rules import staffing, workflow
from tongban.bilingual.rules.coverage import Coverage
from tongban.bilingual.rules.staffing import Serving, Town, Verdict
from tongban.bilingual.rules.wording import Source
from tongban.bilingual.rules.workflow import OPEN, PRECEDENCE, Deed, Hands, Standing, Status
from tongban.engine.refusal import Refused
from tongban.kit import letters, tongues
from tongban.people import queries as people
from tongban.people.rules import Caller, Fluency, Language

DATA = Path(__file__).parent / "data"
LETTERS = Path(__file__).parent / "letters"
PAGE = 50
PARTS = (tongues.INTERFACE, tongues.GUIDES, tongues.LETTERS, tongues.SIGNS)
LANGUAGES = tuple(one.value for one in Language)

Words = Mapping[tuple[str, str], str]
_held: dict[str, tuple[str, Words]] = {}  # language: edition and its words


def approved(language: str) -> Words:
    """{(part, Chinese): words} approved in a language; one statement, and one more after a change."""
    token = Edition.objects.filter(language=language).values_list("token", flat=True).first() or ""
    known = _held.get(language)
    if known is None or known[0] != token or not token:
        known = _held[language] = (token, _approved(language) if token else {})
    return known[1]


def _approved(language: str) -> Words:
    rows = Translation.objects.filter(language=language, status=Status.APPROVED).order_by("id")
    return {
        (part, f"{context}::{zh}" if context else zh): words
        for part, context, zh, words in rows.values_list("part", "context", "zh", "words")
    }


# How the wording of message `m` stands in %(language)s.
_STANDING = """
coalesce(
    (select t.status from bilingual_translation t
     where t.part = m.part and t.digest = m.digest and t.language = {language}
        and t.status = any(%(precedence)s::text[])
     order by array_position(%(precedence)s::text[], t.status) limit 1),
    case when m.former <> '' and exists (
        select 1 from bilingual_translation t where t.part = m.part and t.digest = m.former
            and t.language = {language} and t.status = 'approved'
    ) then 'stale' else 'untranslated' end
)
"""

# Message `m` is said no more: it was retired, or a planned one of its place has begun.
_GONE = """
(m.retired_at is not null or exists (
    select from bilingual_message later where later.part = m.part and later.key = m.key and later.retired_at is null
        and later.begins_at <= %(at)s and later.begins_at > coalesce(m.begins_at, '-infinity')
))
"""

_COVERAGE = f"""
select m.part, tongue.code, {_STANDING.format(language="tongue.code")} as standing,
    coalesce(m.begins_at > %(at)s, false) as planned, count(*), min(m.begins_at)
from bilingual_message m cross join unnest(%(languages)s::text[]) as tongue(code)
where not {_GONE} group by 1, 2, 3, 4
"""


def coverage(at: datetime | None = None) -> list[Coverage]:
    """Every part in every language at an instant, now if not said; one statement."""
    params: dict[str, Any] = {
        "languages": list(LANGUAGES),
        "precedence": [status.value for status in PRECEDENCE],
        "at": at or timezone.now(),
    }
    said: dict[tuple[str, str], dict[Standing, int]] = {}
    planned: dict[tuple[str, str], dict[Standing, int]] = {}
    begins: dict[tuple[str, str], datetime] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COVERAGE, params)
        for part, language, standing, ahead, count, first in cursor.fetchall():
            place = part, language
            (planned if ahead else said).setdefault(place, {})[Standing(standing)] = count
            if ahead:
                begins[place] = min(first, begins.get(place, first))
    return [
        Coverage(
            part=place[0],
            language=place[1],
            counts=said.get(place, {}),
            planned=planned.get(place, {}),
            begins_at=begins.get(place),
        )
        for place in ((part, language) for language in LANGUAGES for part in PARTS)
    ]


class Line(msgspec.Struct, frozen=True):
    """A wording in a list, and how it stands in the language asked for; of a planned one, from when it is said."""

    id: int
    zh: str
    context: str
    place: str
    standing: str
    begins_at: datetime | None = None


_LINES = f"""
select id, zh, context, place, standing, case when begins_at > %(at)s then begins_at end from (
    select m.*, {_STANDING.format(language="%(language)s")} as standing from bilingual_message m
    where m.part = %(part)s and not {_GONE} and m.id > %(after)s
        and (%(words)s = '' or strpos(m.zh, %(words)s) > 0 or strpos(m.place, %(words)s) > 0)
) as found
where %(only)s = '' or standing = %(only)s
order by id limit %(size)s
"""


def lines(
    part: str, language: str, *, only: str = "", words: str = "", after: int = 0, at: datetime | None = None
) -> list[Line]:
    """A page of a part's wordings and one more, behind `after`, planned ones among them; one statement."""
    params: dict[str, Any] = {
        "part": part,
        "language": language,
        "only": only if only in {one.value for one in Standing} else "",
        "words": words,
        "after": after,
        "size": PAGE + 1,
        "precedence": [status.value for status in PRECEDENCE],
        "at": at or timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LINES, params)
        return [Line(*row) for row in cursor.fetchall()]


class Step(msgspec.Struct, frozen=True):
    """A translation of a wording as history tells it."""

    row: Translation
    translator: str
    reviewer: str
    approver: str


class Sheet(msgspec.Struct, frozen=True):
    """A wording in a language: what is open, what is shown, what was for the former Chinese, what may be done."""

    message: Message
    language: str
    open: Translation | None
    shown: Translation | None
    former: Translation | None
    standing: Standing
    steps: list[Step]
    deeds: list[Deed]
    withdrawable: bool
    places: int


def message(message_id: int) -> Message:
    """A wording that is said or planned. Refuses `message_unknown`."""
    row = Message.objects.filter(pk=message_id, retired_at=None).first()
    if row is None:
        raise Refused("message_unknown")
    return row


def sheet(message_id: int, language: str, caller: Caller) -> Sheet:
    """A wording in a language with its translations. Refuses `message_unknown`."""
    said = message(message_id)
    rows = list(
        Translation.objects.filter(
            part=said.part, digest__in=[said.digest, said.former or said.digest], language=language
        ).order_by("-id")
    )
    mine = [row for row in rows if row.digest == said.digest]
    opened = next((row for row in mine if row.status in OPEN), None)
    shown = next((row for row in mine if row.status == Status.APPROVED), None)
    former = next((row for row in rows if row.digest != said.digest and row.status == Status.APPROVED), None)
    hands = Hands(opened.translated_by, opened.reviewed_by) if opened else Hands()
    facts = {"part": said.part, "language": language}
    return Sheet(
        message=said,
        language=language,
        open=opened,
        shown=shown,
        former=former,
        standing=_standing(mine, former),
        steps=_steps(mine),
        deeds=workflow.deeds(caller, status=Status(opened.status) if opened else None, hands=hands, **facts),
        withdrawable=shown is not None
        and Deed.WITHDRAW in workflow.deeds(caller, status=Status.APPROVED, hands=hands, **facts),
        places=Message.objects.filter(part=said.part, digest=said.digest, retired_at=None).count(),
    )


def _standing(rows: Sequence[Translation], former: Translation | None) -> Standing:
    held = {row.status for row in rows}
    found = next((Standing(status.value) for status in PRECEDENCE if status.value in held), None)
    return found or (Standing.STALE if former else Standing.UNTRANSLATED)


def _steps(rows: Sequence[Translation]) -> list[Step]:
    hands = [(row, row.translated_by, row.reviewed_by, row.approved_by) for row in rows]
    names = people.account_names(
        int(by.removeprefix("account:")) for _, *found in hands for by in found if by.startswith("account:")
    )

    def name(by: str) -> str:
        return names.get(int(by.removeprefix("account:")), "") if by.startswith("account:") else by

    return [Step(row, *(name(by) for by in found)) for row, *found in hands]


@cache
def _towns() -> dict:
    return yaml.safe_load((DATA / "towns.yaml").read_text(encoding="utf-8"))


def languages_of(division: str) -> tuple[str, ...]:
    """The languages somebody can ask to be served in by an organ of a division: those of its county."""
    county = division[:6]
    of_towns = [spoken for code, spoken in _towns()["towns"].items() if code.startswith(county)]
    offered = {
        language for spoken in (_towns()["counties"].get(county, ()), *of_towns) for language in spoken
    }
    return tuple(language for language in LANGUAGES if language in offered)


def towns() -> list[Town]:
    """The ethnic townships with their names as the divisions have them; one statement at most."""
    names = {code: name for _, listed in people.city_towns() for code, name, _ in listed}
    return [
        Town(code=code, name=names.get(code, code), languages=tuple(languages))
        for code, languages in _towns()["towns"].items()
    ]


def staffing_check(at: datetime) -> list[Verdict]:
    """Whether every ethnic township has its bilingual staff on the day of `at`."""
    places = towns()
    staff = [
        Serving(one.division, one.account, one.name, one.language, Fluency(one.fluency))
        for one in people.speakers([town.code for town in places], at)
    ]
    return staffing.check(places, staff)


class Sign(msgspec.Struct, frozen=True):
    """A sign of a hall: its kind (window or board) and its lines in Chinese."""

    key: str
    kind: str
    lines: tuple[str, ...]


@cache
def signs() -> dict[str, Sign]:
    """data/signs.yaml by key."""
    rows = yaml.safe_load((DATA / "signs.yaml").read_text(encoding="utf-8"))["signs"]
    return {key: Sign(key, row["kind"], tuple(row["lines"])) for key, row in rows.items()}


def sign_sources() -> list[Source]:
    """What signs say, to be translated."""
    return [
        Source(key=f"{sign.key}/{number}", zh=line, place=sign.lines[0])
        for sign in signs().values()
        for number, line in enumerate(sign.lines)
    ]


def sign_states(language: str) -> list[dict]:
    """Every sign and how many of its lines are not approved in a language: {sign, missing}."""
    words = approved(language)
    return [
        {"sign": sign, "missing": sum((tongues.SIGNS, line) not in words for line in sign.lines)}
        for sign in signs().values()
    ]


def sign_pdf(key: str, language: str, on: date) -> bytes:
    """A sign as a PDF printed `on` a day, Chinese and approved words. Refuses sign_unknown, sign_untranslated (count)."""
    sign, words = signs().get(key), approved(language)
    if sign is None or language not in LANGUAGES:
        raise Refused("sign_unknown")
    said = [(line, words.get((tongues.SIGNS, line))) for line in sign.lines]
    if missing := sum(word is None for _, word in said):
        raise Refused("sign_untranslated", count=missing)
    data = {
        "language": language,
        "kind": sign.kind,
        "demo": settings.DEMO,
        "printed_on": on.isoformat(),
        "lines": [{"zh": line, "words": word} for line, word in said],
    }
    return letters.render(LETTERS / "sign.typ", data, fonts=Path(settings.LETTER_FONTS))


def said(row: Translation) -> int | None:
    """The first place that says what a translation is of."""
    rows = Message.objects.filter(part=row.part, digest=row.digest, retired_at=None).order_by("id")
    return rows.values_list("pk", flat=True).first()
