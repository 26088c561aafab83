"""Shared blocks of forms: a section becomes a new wording; an item adopts the newest one in a draft."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import Max

from tongban.catalogue import queries
from tongban.catalogue.actions import streams, versions
from tongban.catalogue.models import FormBlock, ItemVersion
from tongban.catalogue.rules import blocks, duties
from tongban.catalogue.rules.blocks import Block
from tongban.catalogue.rules.guide import Section
from tongban.catalogue.rules.workflow import OPEN, Status
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller


@transaction.atomic
def load_blocks(*, wanted: Sequence[Block], at: datetime, by: str) -> None:
    """The first wording of every block the city does not have yet."""
    known = set(FormBlock.objects.values_list("code", flat=True))
    fresh = [one for one in wanted if one.code not in known]
    rows = [_row(one, 1, at=at, by=by) for one in fresh]
    FormBlock.objects.bulk_create(rows)
    facts = {row.code: {"number": row.number, "digest": row.digest} for row in rows}
    streams.open_all("block", "block_written", facts, by=by, at=at)


@transaction.atomic
def save_block(*, section: Section, code: str, caller: Caller, at: datetime) -> Block:
    """A section as the newest wording of a block, or as a new block; a wording that is there is no new one.

    Refuses not_your_turn, block_unfit.
    """
    seats, city = queries.seats(caller), queries.city()
    writes = any(duties.may(Status.DRAFT, seats, duties.Matter(seat.department, city)) for seat in seats)
    if caller.scopes is not None or not writes:
        raise Refused("not_your_turn")
    block = blocks.of_section(section, code)
    last = FormBlock.objects.filter(code=code).order_by("-number").first()
    if last is None or last.digest != blocks.digest(block):
        number = (FormBlock.objects.filter(code=code).aggregate(last=Max("number"))["last"] or 0) + 1
        row = _row(block, number, at=at, by=caller.by)
        row.save(force_insert=True)
        facts = {"number": row.number, "digest": row.digest}
        streams.append("block", code, "block_written", facts, by=caller.by, at=at)
    return block


@transaction.atomic
def adopt(*, code: str, base_code: str, caller: Caller, at: datetime) -> ItemVersion:
    """A draft of an item with the newest wording of a block; an open draft of it is written on.

    Refuses block_unknown, item_unknown, not_your_turn, version_not_open, nothing_changed.
    """
    block, item = queries.block(code), queries.item(base_code)
    versions.allow(Status.DRAFT, caller, duties.Matter(item.department, queries.city()))
    row = item.versions.filter(implementation=None, status__in=OPEN).first()
    before = queries.read(row) if row else queries.guide(queries.version_in_force(item.pk, at).pk)
    guide = blocks.adopted(before, block)
    if guide == before:
        raise Refused("nothing_changed")
    if row is None:
        return versions.begin(guide=guide, caller=caller, at=at)
    return versions.write(
        version=row.pk, guide=guide, caller=caller, at=at, effective_from=row.effective_from
    )


def _row(block: Block, number: int, *, at: datetime, by: str) -> FormBlock:
    return FormBlock(
        code=block.code,
        number=number,
        block=msgspec.to_builtins(block),
        digest=blocks.digest(block),
        by=by,
        at=at,
    )
