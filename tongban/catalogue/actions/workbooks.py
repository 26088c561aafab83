"""A workbook handed in, kept between what it would do being shown and its being imported."""

import hashlib
from datetime import datetime

from django.db import transaction

from tongban.catalogue.models import Workbook
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller

MOST_BYTES = 20_000_000


@transaction.atomic
def keep(*, content: bytes, name: str, caller: Caller, at: datetime) -> str:
    """Keep a workbook as the caller's last one; returns its digest. Refuses file_too_large."""
    if len(content) > MOST_BYTES:
        raise Refused("file_too_large", limit=MOST_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    kept = {"digest": digest, "name": name[:120], "content": content, "at": at}
    Workbook.objects.update_or_create(by=caller.by, defaults=kept)
    return digest


def kept(caller: Caller, digest: str = "") -> Workbook:
    """The caller's last workbook. Refuses workbook_gone, also when it is another than `digest` says."""
    row = Workbook.objects.filter(by=caller.by).first()
    if row is None or (digest and row.digest != digest):
        raise Refused("workbook_gone")
    return row


def forget(caller: Caller) -> None:
    """The caller's workbook was imported."""
    Workbook.objects.filter(by=caller.by).delete()
