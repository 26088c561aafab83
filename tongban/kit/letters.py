"""PDF letters: a typst template and plain data in, an archivable PDF with the data attached out."""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst

# Level 3 because level 2 forbids attachments; "a" adds the tags a screen reader needs.
STANDARD: Final = "a-3a"
ATTACHMENT = "data.json"
_HOUSE = Path(__file__).resolve().parent.parent

_NOT_SHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def render(template: Path, data: dict, *, fonts: Path, qr: str = "") -> bytes:
    """The PDF/A-3a letter that the typst file `template` makes of `data` (JSON values).

    The template reads `sys.inputs.data` (JSON text, never markup), attaches `sys.inputs.attachment`
    as `data.json` and may place `sys.inputs.qr`, an SVG picture (see `kit.qr.svg`; empty: none).
    A room's template may import files of the house's rooms ("/kit/typst/base.typ"), any other only those
    of its own folder. A character that no font in `fonts` (a folder of whole
    TTFs) can draw, and every invisible control, is printed as its code point, 〔U+20BB7〕; the
    attachment keeps the original. Raises FileNotFoundError without fonts, typst.TypstError for a
    template that does not fit its data.
    """
    attachment = json.dumps(data, ensure_ascii=False)
    hidden = {mark for mark in _texts(data) if unicodedata.category(mark) in {"Cc", "Cf", "Co"}} - {"\n"}
    while True:
        inputs = {"data": json.dumps(_named(data, hidden)), "attachment": attachment, "qr": qr}
        try:
            return typst.compile(
                template,
                root=_HOUSE if template.is_relative_to(_HOUSE) else template.parent,
                font_paths=_fonts(fonts),
                sys_inputs=inputs,
                pdf_standards=STANDARD,
            )
        except typst.TypstError as error:
            undrawn = _undrawn(error) & set(_texts(data)) - hidden
            if not undrawn:
                raise
            hidden |= undrawn


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    """The folder's fonts and no others: system fonts differ from machine to machine."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    if not found.families():
        raise FileNotFoundError(f"no fonts for letters in {folder}")
    return found


def _undrawn(error: typst.TypstError) -> set[str]:
    """The characters the compiler says no font can draw."""
    named = "".join(_NOT_SHOWN.findall(error.diagnostic))
    return set(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), named))


def _texts(value: object) -> Iterator[str]:
    """Every character of every string in JSON `value`."""
    match value:
        case str():
            yield from value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list() | tuple():
            for part in value:
                yield from _texts(part)


def _named(value: object, marks: set[str]) -> object:
    """`value` with each of `marks` written as its code point."""
    match value:
        case str() if not marks.isdisjoint(value):
            return "".join(f"〔U+{ord(mark):04X}〕" if mark in marks else mark for mark in value)
        case dict():
            return {name: _named(part, marks) for name, part in value.items()}
        case list() | tuple():
            return [_named(part, marks) for part in value]
    return value
