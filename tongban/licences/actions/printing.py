"""The PDF of a licence made in this room: a replacement, or a copy for one purpose; sealed by the organ."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from tongban.kit import letters as print_shop
from tongban.kit import qr, signing
from tongban.licences.actions.issuing import SEALS, Prepared
from tongban.licences.models import Licence
from tongban.licences.queries import addresses
from tongban.licences.rules import documents
from tongban.licences.rules.documents import Document

TEMPLATE = Path(__file__).resolve().parent.parent / "letters" / "licence.typ"


def licence(prepared: Prepared, *, organ: Any, at: datetime) -> bytes:
    """The licence itself."""
    data = documents.sheet(prepared.document, verify_url=addresses.by_code(prepared.code), code=prepared.code)
    return _sealed(data, scan=prepared.url, organ=organ, reason=prepared.document.name.zh, at=at)


def copy(row: Licence, *, code: str, purpose: str, recipient: str, until: date, at: datetime) -> bytes:
    """A copy that says on its face for what it was made."""
    document = msgspec.convert(row.document, Document)
    address = addresses.copy(code)
    data = documents.sheet(document, verify_url=address, code=code)
    data["copy"] = {"purpose": purpose, "recipient": recipient, "until": until.isoformat(), "code": code}
    return _sealed(data, scan=address, organ=row.organ, reason=f"{document.name.zh}（副本）", at=at)


def _sealed(data: dict, *, scan: str, organ: Any, reason: str, at: datetime) -> bytes:
    plain = print_shop.render(TEMPLATE, data, fonts=Path(settings.LETTER_FONTS), qr=qr.svg(scan))
    seal = signing.issuer(settings.VAR_DIR / SEALS, organ.name, organ.uscc)
    return signing.sign_pdf(plain, signer=seal, reason=reason, at=at)
