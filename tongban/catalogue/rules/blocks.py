"""Shared blocks of forms (公用区块): one definition by its code, taken into the guides that use it.

A guide holds the block's fields itself, so that a version says everything it says; which wording of the block that
is, is told by comparing. A changed block therefore changes nobody's form: it shows where an older wording is used.
Basis: configuration (one-form deduplication by data-element code).
"""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from tongban.catalogue.rules.guide import Field, Frozen, Guide, Rows, Section, Text
from tongban.engine.refusal import Refused


class Block(Frozen, frozen=True):
    """A block: its code, what it is called, and the fields a section takes from it."""

    code: str
    title: Text
    fields: list[Field]
    rows: Rows | None = None


class Standing(StrEnum):
    """How a section stands to the block it names."""

    CURRENT = "current"  # as the newest wording
    BEHIND = "behind"  # as an earlier wording
    DIFFERENT = "different"  # as no wording: changed by itself
    UNKNOWN = "unknown"  # there is no such block


def digest(part: Block | Section) -> str:
    """SHA-256 of what a section takes from a block: fields and rows, never its title or condition."""
    content = msgspec.json.encode([part.fields, part.rows], order="sorted")
    return hashlib.sha256(content).hexdigest()


def of_section(section: Section, code: str) -> Block:
    """The block a section becomes. Refuses block_unfit when a field hangs on one item's questions."""
    if not section.fields or any(field.when for field in section.fields) or not code.isidentifier():
        raise Refused("block_unfit", block=code)
    return Block(code=code, title=section.title, fields=section.fields, rows=section.rows)


def taken(section: Section, block: Block) -> Section:
    """The section with the block's fields; its code, title and condition stay its own."""
    return msgspec.structs.replace(section, fields=block.fields, rows=block.rows, block=block.code)


def detached(section: Section) -> Section:
    """The section on its own: the fields stay, the block is named no more."""
    return msgspec.structs.replace(section, block="")


def new_section(guide: Guide, block: Block) -> Section:
    """A section made of a block, under a code the guide does not use yet."""
    used = {section.code for section in guide.form}
    numbers = (f"{block.code}_{n}" if n > 1 else block.code for n in range(1, len(used) + 2))
    code = next(name for name in numbers if name not in used)
    return Section(code=code, title=block.title, fields=block.fields, rows=block.rows, block=block.code)


def adopted(guide: Guide, block: Block) -> Guide:
    """The guide with the block's newest wording wherever it uses the block."""
    form = [taken(section, block) if section.block == block.code else section for section in guide.form]
    return msgspec.structs.replace(guide, form=form)


def standing(section: Section, wordings: Mapping[str, Sequence[str]]) -> Standing:
    """How a section stands to its block; `wordings` are digests by block code, the newest last."""
    known = wordings.get(section.block)
    if not known:
        return Standing.UNKNOWN
    mine = digest(section)
    if mine == known[-1]:
        return Standing.CURRENT
    return Standing.BEHIND if mine in known else Standing.DIFFERENT
