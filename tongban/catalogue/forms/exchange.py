"""The catalogue as a document other systems read: our own JSON, or the elements of GB/T 39046."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from tongban.catalogue.rules import gbt39046, guides
from tongban.catalogue.rules.guide import Frozen, Guide, Text
from tongban.catalogue.rules.misfits import Path, misfits

VERSION = 1
_BOM = b"\xef\xbb\xbf"


class Format(StrEnum):
    """What the items of a document are written in."""

    JSON = "tongban-catalogue"
    GBT39046 = gbt39046.STANDARD


class Envelope(Frozen, frozen=True):
    """What stands around the items: whose they are, and when the document was made."""

    format: Format
    version: int
    city: str
    time: datetime
    items: list[Any]


class PlaceFault(msgspec.Struct, frozen=True, order=True):
    """A fault of a document: the place as a JSON path ("$.items[0].name", "1:7" line and column), and words."""

    place: str
    words: Text


class Reading(msgspec.Struct, frozen=True):
    """What a document says: the guides that could be read, and the faults of the others."""

    guides: list[Guide]
    faults: list[PlaceFault]


def write(wanted: Sequence[Guide], *, form: Format, city: str, at: datetime) -> bytes:
    """The guides as a document that `read` reads back without loss; UTF-8, indented. Source: GB/T 39046-2020."""
    put = guides.plain if form is Format.JSON else gbt39046.written
    envelope = Envelope(
        format=form, version=VERSION, city=city, time=at, items=[put(guide) for guide in wanted]
    )
    return msgspec.json.format(msgspec.json.encode(envelope), indent=1) + b"\n"


def read(content: bytes) -> Reading:
    """The guides of a document in either format. A guide with a fault in it is left out; it never raises."""
    content = content.removeprefix(_BOM)
    try:
        said = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Reading([], [_unreadable(content, error)])
    if faults := [PlaceFault(_written(path), words) for path, words in _misfits(said)]:
        return Reading([], sorted(faults))
    found: dict[str, Guide] = {}
    told: list[PlaceFault] = []
    read_item = _plain if said["format"] == Format.JSON else _standard
    for number, item in enumerate(said["items"]):
        guide, faults_of_item = read_item(item)
        told += [
            PlaceFault(_written(("items", number, *path)), words) for path, words in faults_of_item.items()
        ]
        if guide and guide.base_code in found:
            told.append(PlaceFault(_written(("items", number)), _twice(guide)))
        elif guide:
            found[guide.base_code] = guide
    return Reading(list(found.values()), told)


def _unreadable(content: bytes, error: Exception) -> PlaceFault:
    """Where JSON ends: msgspec names the byte; of a document cut off it names none, and it is the end."""
    _, _, tail = str(error).partition("(byte ")
    digits = tail.rstrip(")")
    named = int(digits) if digits.isdecimal() else len(content) if "truncated" in str(error) else 0
    before = content[:named]
    line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    return PlaceFault(
        f"{line}:{column}",
        Text(
            zh="不是完整的 JSON 文件（UTF-8）：请使用导出的文件",
            en="This is not a whole JSON file in UTF-8: use an exported one",
        ),
    )


def _misfits(said: object) -> Iterator[tuple[Path, Text]]:
    """The faults of the envelope; of another format or version only that is told."""
    if isinstance(said, dict):
        if "format" in said and said["format"] not in list(Format):
            names = [form.value for form in Format]
            yield (
                ("format",),
                Text(
                    zh=f"不认识的格式：应为 {'、'.join(names)}",
                    en=f"Unknown format: use {' or '.join(names)}",
                ),
            )
            return
        if isinstance(said.get("version"), int) and said["version"] != VERSION:
            yield (
                ("version",),
                Text(
                    zh=f"不认识的版本：应为 {VERSION}，请重新导出",
                    en=f"Unknown version: this reads {VERSION}; export again",
                ),
            )
            return
    yield from misfits(Envelope, said)


def _plain(item: object) -> tuple[Guide | None, dict[Path, Text]]:
    faults = dict(misfits(Guide, item))
    return (None if faults else guides.from_plain(item)), faults


def _standard(item: object) -> tuple[Guide | None, dict[Path, Text]]:
    document = gbt39046.Document(item)
    if document.faults:
        return None, document.faults
    guide = guides.from_plain(document.values)
    document.compare(guide)
    return (None if document.faults else guide), document.faults


def _twice(guide: Guide) -> Text:
    return Text(
        zh=f"基本编码“{guide.base_code}”重复：请只保留一个",
        en=f"The base code {guide.base_code} stands twice: keep one",
    )


def _written(path: Path) -> str:
    """A path as JSONPath writes it: $.items[3].name."""
    return "$" + "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in path)
