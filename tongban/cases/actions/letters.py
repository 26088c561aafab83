"""Issuing letters: one signed PDF for each event that must be told in writing; safe to repeat."""

import hashlib
import secrets
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import connection, transaction

from tongban.cases.actions import founding
from tongban.cases.models import Case, Letter
from tongban.cases.queries import competence, letter_data
from tongban.cases.rules import letters
from tongban.catalogue import queries as catalogue
from tongban.engine import lifecycle
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import events as e
from tongban.kit import letters as print_shop
from tongban.kit import qr, signing
from tongban.licences import actions as licences
from tongban.people.rules import system
from tongban.record import queries as record

TEMPLATES = Path(__file__).resolve().parent.parent / "letters"
SEALS = "keys/seals"
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def issue(*, case_no: str, position: int, at: datetime) -> list[Letter]:
    """Issue the letters of the event at `position`, unless they are out already.

    A licence becomes a row of the wallet in the same transaction. The letter is dated with the event, signed under the seal of the organ in whose name it is issued.
    Basis: 行政许可法 Art 32 para 2, 38; 国务院令第716号 Art 8-10.
    """
    row = Case.objects.select_related("organ__division__parent", "party").get(pk=case_no)
    guide = catalogue.guide(row.version_id)
    told = _told(row, guide, position)
    if told is None:
        return []
    return [
        _issue(row, kind, position, told, at=at)
        for kind in letter_data.kinds(told[2])
        if not Letter.objects.filter(case=row, kind=kind, position=position).exists()
    ]


def _told(row: Case, guide, position: int):
    """The case before and after the event at `position`, the event and its instant."""
    state = lifecycle.Case()
    for stored in record.stream("case", row.pk):
        event = e.load(stored.kind, stored.facts or {})
        before, state = state, lifecycle.evolve(state, event, by=stored.by, at=stored.at)
        if stored.position == position:
            return before, state, event, stored.at
    return None


@transaction.atomic
def _issue(row: Case, kind: str, position: int, told, *, at: datetime) -> Letter:
    before, after, event, happened = told
    code = _code()
    guide = catalogue.guide(row.version_id)
    issuer = competence.issuer(row, after)
    number = _number(issuer.organ, kind, happened)
    said = letter_data.Told(
        row=row,
        before=before,
        after=after,
        event=event,
        at=happened,
        guide=guide,
        issuer=issuer,
        head=letter_data.head(row, guide, issuer, number=number, code=code, at=happened),
        founded=_founded(row, kind, guide, at),
    )
    letter = letter_data.letter(kind, said)
    if isinstance(letter, letters.Licence):
        prepared = licences.prepare(letter_data.grant(said, letter, code))
        letter = msgspec.structs.replace(letter, identifier=prepared.document.identifier)
        kept = _kept(said, kind, position, letter, code, scan=prepared.url, at=at)
        licences.keep(prepared, letter=kept.pk, by=system("letters").by, at=at)
        return kept
    return _kept(said, kind, position, letter, code, scan=letter.head.verify_url, at=at)


def _founded(row: Case, kind: str, guide, at: datetime):
    """The enterprise a registration founds, whose licence is printed; None for every other letter."""
    return founding.founded(row, guide, at=at) if kind == "licence" and guide.founds.category else None


def _kept(
    said: letter_data.Told,
    kind: str,
    position: int,
    letter: letters.Letter,
    code: str,
    *,
    scan: str,
    at: datetime,
) -> Letter:
    """The letter printed, sealed and stored; its QR code is `scan`."""
    data = letter_data.document(letter)
    pdf = _signed(said.issuer.organ, kind, data, scan, said.at)
    return Letter.objects.create(
        case=said.row,
        kind=kind,
        position=position,
        number=letter.head.number,
        code=code,
        data=data,
        pdf=pdf,
        digest=hashlib.sha256(pdf).hexdigest(),
        issued_at=at,
    )


def _signed(organ, kind: str, data: dict, scan: str, at: datetime) -> bytes:
    """The PDF of `data`, under the seal of the organ in whose name it is issued."""
    plain = print_shop.render(
        TEMPLATES / letters.TEMPLATES[kind], data, fonts=Path(settings.LETTER_FONTS), qr=qr.svg(scan)
    )
    seal = signing.issuer(settings.VAR_DIR / SEALS, organ.name, organ.uscc)
    return signing.sign_pdf(plain, signer=seal, reason=letters.TITLES[kind].zh, at=at)


_NEXT = """
insert into cases_letterserial (organ_id, kind, year, last) values (%s, %s, %s, 1)
on conflict (organ_id, kind, year) do update set last = cases_letterserial.last + 1
returning last
"""


def _number(organ, kind: str, at: datetime) -> str:
    """The next document number (文号) of the organ for this kind of letter; gapless in the year."""
    year = at.astimezone(CST).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [organ.pk, kind, year])
        serial = cursor.fetchone()[0]
    return letters.number(organ.short_name, kind, year=year, serial=serial)


def _code() -> str:
    """A verification code nobody can guess: twelve letters and digits without look-alikes."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))
