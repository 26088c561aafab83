"""Issuing a licence on grant: number it, sign what its QR code carries and its document, keep it."""

import hashlib
from datetime import date, datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection

from tongban.catalogue.rules.guide import Text
from tongban.engine.calendar import CST
from tongban.kit import signing
from tongban.licences.actions import codes, streams
from tongban.licences.models import Licence
from tongban.licences.queries import addresses
from tongban.licences.rules import documents, identifiers, standing, status, tokens
from tongban.people import queries as people

SEALS = "keys/seals"


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A licence about to be issued: its serial number, document and token, before there is a PDF."""

    serial: int
    party: int
    organ: Any
    code: str
    subject: dict[str, str]
    document: documents.Document
    token: str
    at: datetime

    @property
    def url(self) -> str:
        """The address its QR code opens."""
        return addresses.verification(self.token)


def prepare(grant: documents.Grant) -> Prepared:
    """Number the licence and sign its token; nothing is stored yet."""
    serial = _serial()
    number, index = status.place(serial)
    issued_on = grant.at.astimezone(CST).date()
    holder = people.masked(grant.party)
    identifier = identifiers.make(type_code=grant.item, organ_code=grant.organ.uscc, serial=serial, edition=1)
    document = documents.Document(
        identifier=identifier,
        number=grant.number,
        edition=1,
        name=grant.name,
        kind=grant.kind,
        holder=documents.Holder(
            kind=holder.kind.value, name=holder.name, public_name=holder.public_name, code=holder.code
        ),
        organ=Text(zh=grant.organ.name, en=grant.organ.name_en),
        organ_code=grant.organ.uscc,
        case_no=grant.case_no,
        item=grant.item,
        item_name=grant.item_name,
        item_version=grant.version,
        details=[documents.Detail(label=label, value=value) for label, value in grant.details],
        issued_on=issued_on.isoformat(),
        valid_from=issued_on.isoformat(),
        valid_to=grant.valid_to.isoformat() if grant.valid_to else None,
        status_list=addresses.status_list(number),
        status_index=index,
        verify_url="",
        demo=settings.DEMO,
    )
    return _prepared(
        document,
        serial=serial,
        party=grant.party.pk,
        organ=grant.organ,
        code=grant.code,
        subject=standing.subject(grant.answers),
        at=grant.at,
    )


def _prepared(document: documents.Document, *, serial: int, **more: Any) -> Prepared:
    """The document with its signed token."""
    number, index = status.place(serial)
    token = tokens.sign(
        tokens.Facts(
            identifier=document.identifier,
            number=document.number,
            name=document.name.zh,
            holder=document.holder.public_name,
            organ=document.organ.zh,
            issued_on=document.issued_on,
            valid_to=document.valid_to or "",
            list=number,
            index=index,
            demo=document.demo,
        ),
        settings.LICENCE_KEY,
    )
    signed = msgspec.structs.replace(document, verify_url=addresses.verification(token))
    return Prepared(serial=serial, document=signed, token=token, **more)


def next_edition(
    row: Licence, before: documents.Document, details: list[documents.Detail], *, at: datetime
) -> Prepared:
    """The next edition of a licence: same number and term, a new identifier, token and code."""
    serial = _serial()
    number, index = status.place(serial)
    document = msgspec.structs.replace(
        before,
        identifier=identifiers.make(
            type_code=row.item, organ_code=row.organ.uscc, serial=serial, edition=row.edition + 1
        ),
        edition=row.edition + 1,
        details=details,
        issued_on=at.astimezone(CST).date().isoformat(),
        status_list=addresses.status_list(number),
        status_index=index,
    )
    return _prepared(
        document,
        serial=serial,
        party=row.party_id,
        organ=row.organ,
        code=codes.make(),
        subject=row.subject,
        at=at,
    )


def _serial() -> int:
    """The next serial number; gaps are harmless."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('licences_licence', 'id'))")
        return cursor.fetchone()[0]


def keep(
    prepared: Prepared,
    *,
    letter: int | None = None,
    pdf: bytes | None = None,
    replaces: Licence | None = None,
    by: str,
    at: datetime,
) -> Licence:
    """Store the licence with its signed document; its PDF is in a letter, or given here.

    In the caller's transaction. Basis: 国务院令第716号 Art 8-10; 电子签名法 Art 13, 14.
    """
    document = prepared.document
    content = documents.canonical(document)
    seal = signing.issuer(settings.VAR_DIR / SEALS, prepared.organ.name, prepared.organ.uscc)
    licence = Licence.objects.create(
        id=prepared.serial,
        identifier=document.identifier,
        number=document.number,
        edition=document.edition,
        code=prepared.code,
        case_no=document.case_no,
        item=document.item,
        version_id=document.item_version,
        party_id=prepared.party,
        organ=prepared.organ,
        subject=prepared.subject,
        document=msgspec.to_builtins(document),
        signature=signing.sign_bytes(content, signer=seal, at=prepared.at),
        token=prepared.token,
        letter=letter,
        pdf=pdf,
        issued_at=at,
        valid_from=date.fromisoformat(document.valid_from),
        valid_to=date.fromisoformat(document.valid_to) if document.valid_to else None,
        replaces=replaces,
    )
    streams.append(licence, "licence_issued", _facts(licence, content), by=by, at=at)
    return licence


def _facts(licence: Licence, content: bytes) -> dict:
    """What the record says of an issue: who holds what on which case; the document by its digest."""
    return {
        "edition": licence.edition,
        "case_no": licence.case_no,
        "item": licence.item,
        "version": licence.version_id,
        "holder": licence.party_id,
        "organ": licence.organ_id,
        "valid_from": licence.valid_from.isoformat(),
        "valid_to": licence.valid_to.isoformat() if licence.valid_to else "",
        "digest": hashlib.sha256(content).hexdigest(),
    }
