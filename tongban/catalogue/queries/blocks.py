"""Shared blocks of forms: their wordings, and the items that use them."""

import msgspec

from tongban.catalogue.models import FormBlock
from tongban.catalogue.queries.items import items
from tongban.catalogue.rules import blocks
from tongban.catalogue.rules.blocks import Block, Standing
from tongban.catalogue.rules.guide import Guide
from tongban.engine.refusal import Refused


class Use(msgspec.Struct, frozen=True):
    """An item in force that uses a block: in which section, and how that stands to the block."""

    guide: Guide
    section: str
    standing: Standing


class Shared(msgspec.Struct, frozen=True):
    """A block with its newest wording, how many there were, and where it is used."""

    block: Block
    number: int
    uses: list[Use]

    @property
    def behind(self) -> int:
        """How many uses have an earlier wording."""
        return sum(use.standing is Standing.BEHIND for use in self.uses)


def wordings() -> dict[str, list[str]]:
    """{block code: digests of its wordings, the newest last}."""
    found: dict[str, list[str]] = {}
    for code, digest in FormBlock.objects.order_by("code", "number").values_list("code", "digest"):
        found.setdefault(code, []).append(digest)
    return found


def shared() -> list[Shared]:
    """Every block by code, each with its uses; two statements whatever there is."""
    known, used = wordings(), _uses()
    rows = FormBlock.objects.order_by("code", "-number").distinct("code")
    return [
        Shared(
            block=_read(row),
            number=row.number,
            uses=[
                Use(guide, section.code, blocks.standing(section, known))
                for guide, section in used.get(row.code, [])
            ],
        )
        for row in rows
    ]


def shared_block(code: str) -> Shared:
    """One block. Refuses block_unknown."""
    found = next((one for one in shared() if one.block.code == code), None)
    if found is None:
        raise Refused("block_unknown", block=code)
    return found


def block(code: str) -> Block:
    """The newest wording of a block. Refuses block_unknown."""
    row = FormBlock.objects.filter(code=code).order_by("-number").first()
    if row is None:
        raise Refused("block_unknown", block=code)
    return _read(row)


def block_names() -> list[tuple[str, Block]]:
    """(code, newest wording) of every block, for choosing one."""
    rows = FormBlock.objects.order_by("code", "-number").distinct("code")
    return [(row.code, _read(row)) for row in rows]


def _read(row: FormBlock) -> Block:
    return msgspec.convert(row.block, Block)


def _uses() -> dict[str, list]:
    """{block code: [(guide, section)…]} of the items in force."""
    found: dict[str, list] = {}
    for running in items():
        for section in running.guide.form:
            if section.block:
                found.setdefault(section.block, []).append((running.guide, section))
    return found
