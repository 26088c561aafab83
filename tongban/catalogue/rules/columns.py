"""A guide as tables: which sheets it takes, which columns each has, and what a cell may hold."""

import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, Union, get_args, get_origin

import msgspec

from tongban.catalogue.rules import terms
from tongban.catalogue.rules.guide import Guide, Text
from tongban.engine import conditions

_CONTENT = Text(zh="内容", en="Content")


class Column(msgspec.Struct, frozen=True):
    """A column: the path of its value in the row's part, its type, and whether a cell may stay empty."""

    path: tuple[str, ...]
    type: Any
    optional: bool

    @property
    def code(self) -> str:
        return ".".join(self.path)

    @property
    def title(self) -> Text:
        """What the column is called: the words of its path put together."""
        words = [_CONTENT] if self.path[0] in {"zh", "en"} else []
        words += [terms.FIELDS[name] for name in self.path]
        return Text(
            zh="".join(word.zh for word in words),
            en=" ".join(word.en for word in words if word.en).capitalize(),
        )

    @property
    def choices(self) -> tuple[str, ...]:
        """The words a cell may hold, where they are a closed list of single values."""
        if self.type is bool:
            return "是", "否"
        return tuple(word.zh for word in terms.VALUES[self.type].values()) if _is_enum(self.type) else ()


def value_at(part: Any, path: tuple[str, ...]) -> Any:
    """The value of a column in a part; None where a part on the way is missing."""
    for name in path:
        part = None if part is None else getattr(part, name)
    return part


def put_at(values: dict, path: tuple[str, ...], value: Any) -> None:
    """Set the value of a column in the plain values of a part."""
    for name in path[:-1]:
        values = values.setdefault(name, {})
    values[path[-1]] = value


class Sheet(msgspec.Struct, frozen=True):
    """A sheet: the path of the list it holds, the parts that name its rows' owners, and its columns.

    `inside` is the end of the path below the owner: the list's name, behind those of nested parts.
    """

    path: tuple[str, ...]
    part: type
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    inside: tuple[str, ...]

    @property
    def owner(self) -> tuple[str, ...]:
        """The path of the sheet whose rows own these."""
        return self.path[: len(self.path) - len(self.inside)]

    @property
    def code(self) -> str:
        return ".".join(self.path)

    @property
    def words(self) -> Text:
        return terms.SHEETS[self.code]

    @property
    def title(self) -> str:
        """As the sheet is called in a workbook."""
        return self.words.zh


_OWNER = {"questions": "question", "materials": "material", "form": "section", "fields": "field"}
KEY_TITLES = {
    "base_code": "基本编码",
    "question": "所属问题",
    "material": "所属材料",
    "section": "所属分节",
    "field": "所属字段",
}


def sheets() -> tuple[Sheet, ...]:
    """Every sheet of a workbook of guides, owners before what they own."""
    return tuple(_sheets(Guide, (), (), ()))


def _sheets(
    part: type, path: tuple[str, ...], keys: tuple[str, ...], inside: tuple[str, ...]
) -> Iterator[Sheet]:
    yield Sheet(path=path, part=part, keys=keys, columns=tuple(columns(part)), inside=inside)
    own = (*keys, _OWNER.get(path[-1], "")) if path else ("base_code",)
    for below, inner in _lists(part):
        yield from _sheets(inner, (*path, *below), own, below)


def _lists(part: type) -> Iterator[tuple[tuple[str, ...], type]]:
    """(path, kind of part) of every list of parts, those of nested parts too."""
    for name, kind, _ in _fields(part):
        inner, _none = _unwrapped(kind)
        if found := listed(inner):
            yield (name,), found
        elif isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from (((name, *below), nested) for below, nested in _lists(inner))


def columns(part: type, path: tuple[str, ...] = (), optional: bool = False) -> Iterator[Column]:
    """The columns of one kind of part: nested parts take theirs, lists of parts a sheet of their own."""
    for name, kind, free in _fields(part):
        inner, none = _unwrapped(kind)
        if listed(inner):
            continue
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from columns(inner, (*path, name), optional or none or free)
        else:
            yield Column(path=(*path, name), type=inner, optional=optional or none or free)


def listed(kind: Any) -> type | None:
    """The kind of part a list holds; None for anything but a list of parts."""
    if get_origin(kind) is list:
        (inner,) = get_args(kind)
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            return inner
    return None


def _fields(part: type) -> Iterator[tuple[str, Any, bool]]:
    """(name, type, has a default) of a part's fields."""
    for field in msgspec.structs.fields(part):
        yield field.encode_name, field.type, not field.required


def _unwrapped(kind: Any) -> tuple[Any, bool]:
    """(the type without None, whether None is allowed)."""
    if get_origin(kind) in (Union, types.UnionType):
        inner = [one for one in get_args(kind) if one is not type(None)]
        return inner[0], len(inner) < len(get_args(kind))
    return kind, False


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def written(value: object) -> str | int | None:
    """A value as a cell shows it."""
    match value:
        case None | "" | []:
            return None
        case bool():
            return "是" if value else "否"
        case Enum():
            return terms.words(value).zh
        case int() | str():
            return value
        case list():
            return "\n".join(str(written(one)) for one in value)
        case dict():
            return (
                "\n".join(f"{question}={'|'.join(accepted)}" for question, accepted in value.items()) or None
            )
    raise TypeError(type(value))


class Unreadable(ValueError):
    """A cell that cannot hold what stands in it; the message is Chinese, `en` English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def read(column: Column, cell: object) -> Any:
    """The value a cell means, None when it is empty. Raises Unreadable."""
    text = (
        ""
        if cell is None
        else str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()
    )
    if not text:
        return None
    return _value(column.type, text)


def _value(kind: Any, text: str) -> Any:
    if kind is bool:
        return _of(text, {"是": True, "否": False})
    if kind is int:
        return _integer(text)
    if _is_enum(kind):
        table = terms.VALUES[kind]
        return _of(
            text, {**{word.zh: value for value, word in table.items()}, **{value: value for value in table}}
        )
    if get_origin(kind) is list:
        (inner,) = get_args(kind)
        return [_value(inner, line.strip()) for line in text.splitlines() if line.strip()]
    if get_origin(kind) is dict:
        return condition(text)
    return text


def condition(text: str) -> conditions.Condition:
    """A condition as a cell or a box holds it. Raises Unreadable."""
    try:
        return conditions.read(text)
    except conditions.Unclear as error:
        raise Unreadable(str(error), error.en) from error


def _of(text: str, known: dict[str, Any]) -> Any:
    if text not in known:
        words = "、".join(dict.fromkeys(word for word in known if not word.isascii())) or "、".join(known)
        raise Unreadable(
            f"“{text}”不在可选值中：请填写 {words}", f"{text!r} is not one of the values: {words}"
        )
    return known[text]


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise Unreadable(f"“{text}”应为整数", f"{text!r} is not a whole number") from error
