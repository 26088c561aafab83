"""Message catalogues: collects what the interface says, merges the rooms' English, compiles it with Babel.

Chinese is the source language: a msgid is what a reader of Chinese sees. The English stands beside each
room in `locale_en*.yaml`: `msgid: English`; a list gives the plural forms ([one, other]);
`context::msgid` is a message with a context. Percent placeholders are those of the msgid.
"""

import io
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import yaml
from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
_SOURCES = ("tongban", "config")
_ENGLISH = "locale_en*.yaml"
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed date: the catalogue changes only with its words
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")
_CHINESE = re.compile(r"[一-鿿]")

English = Mapping[str, str | list[str]]


class Message(msgspec.Struct, frozen=True, order=True):
    """Something the interface says: its context ("" for none), its words, whether it is counted."""

    context: str
    words: str
    counted: bool = False

    @property
    def key(self) -> str:
        """How the rooms' YAML names it."""
        return f"{self.context}::{self.words}" if self.context else self.words


def collect(root: Path = ROOT) -> dict[Message, set[str]]:
    """Every message of templates and Python under `root`, with the files (relative) that say it."""
    found: dict[Message, set[str]] = {}
    for source in _SOURCES:
        for path in sorted((root / source).rglob("*")):
            for message in _in_file(path):
                found.setdefault(message, set()).add(str(path.relative_to(root)))
    return found


def english(root: Path = ROOT) -> dict[str, str | list[str]]:
    """The merged English of all rooms; where two disagree the first file by name speaks (see `conflicts`)."""
    merged: dict[str, str | list[str]] = {}
    for _path, words, translation in _entries(root):
        merged.setdefault(words, translation)
    return merged


def conflicts(root: Path = ROOT) -> list[str]:
    """Where two files give one message different English: one line each, with both."""
    said: dict[str, tuple[str, Any]] = {}
    found = []
    for path, words, translation in _entries(root):
        first, wording = said.setdefault(words, (path, translation))
        if wording != translation:
            found.append(f"{words}: {first} says {wording!r}, {path} says {translation!r}")
    return found


def _entries(root: Path) -> Iterator[tuple[str, str, str | list[str]]]:
    for source in _SOURCES:
        for path in sorted((root / source).rglob(_ENGLISH)):
            for words, translation in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
                yield str(path.relative_to(root)), str(words), translation


def missing(root: Path = ROOT) -> list[str]:
    """Keys of messages in Chinese that have no English, sorted."""
    known = english(root)
    return sorted(
        message.key
        for message in collect(root)
        if message.key not in known and _CHINESE.search(message.words)
    )


def unfaithful(root: Path = ROOT) -> list[str]:
    """Keys whose English has not exactly the placeholders of its message."""
    return sorted(
        words
        for words, translation in english(root).items()
        if any(_placeholders(form) != _placeholders(words) for form in _forms(translation))
    )


def write(root: Path = ROOT, into: Path | None = None) -> dict[str, int]:
    """Write en/LC_MESSAGES/django.po and .mo under `into` (root/locale); returns {"messages": n, "missing": n}."""
    catalog = _catalog(collect(root), english(root))
    folder = (into or root / "locale") / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    text, binary = io.BytesIO(), io.BytesIO()
    write_po(text, catalog, sort_output=True, width=0, omit_header=False)
    write_mo(binary, catalog)
    (folder / "django.po").write_bytes(text.getvalue())
    (folder / "django.mo").write_bytes(binary.getvalue())
    return {"messages": len(catalog), "missing": len(missing(root))}


def _catalog(found: Mapping[Message, set[str]], known: English) -> Catalog:
    catalog = Catalog(
        locale="en",
        project="Tongban",
        creation_date=_EPOCH,
        revision_date=_EPOCH,
        last_translator="Tongban",
        language_team="Tongban",
        fuzzy=False,
    )
    for message, files in found.items():
        forms = _forms(known.get(message.key, ""))
        catalog.add(
            (message.words, message.words) if message.counted else message.words,
            tuple((forms * 2)[:2]) if message.counted else forms[0],
            locations=[(file, None) for file in sorted(files)],  # type: ignore[misc]
            context=message.context or None,
        )
    return catalog


def _forms(translation: str | list[str]) -> list[str]:
    return [translation] if isinstance(translation, str) else list(translation)


def _placeholders(words: str) -> set[str]:
    return {name or bare for name, bare in _PLACEHOLDER.findall(words.partition("::")[2] or words)}


def _in_file(path: Path) -> Iterator[Message]:
    if path.suffix == ".py":
        yield from _in_python(path.read_bytes())
    elif path.suffix == ".html":
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from _in_python(code.encode())


def _in_python(code: bytes) -> Iterator[Message]:
    for _line, function, arguments, _comments in extract_python(
        io.BytesIO(code), _KEYWORDS, [], {"encoding": "utf-8"}
    ):
        yield from _message(str(function), arguments)


def _message(function: str, arguments: Any) -> Iterator[Message]:
    """The message of one call; calls whose words are not literal say nothing that can be collected."""
    given = [arguments] if isinstance(arguments, str) else list(arguments or ())
    context = given.pop(0) if function.startswith(("pgettext", "npgettext")) else ""
    if given and given[0] and context is not None:
        yield Message(
            context=context, words=given[0], counted="ngettext" in function or "npgettext" in function
        )


def main(check: bool) -> int:
    """Compile the catalogue. With `check`: 1 when something has no English, or has it twice."""
    done = write()
    sys.stdout.write(f"{done['messages']} messages, {done['missing']} without English\n")
    if not check:
        return 0
    faults = [f"no English: {key}" for key in missing()] + [f"two wordings: {line}" for line in conflicts()]
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
