"""What keeps plain values from being a guide: every misfit, by the path it stands at."""

import types
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin

import msgspec

from tongban.catalogue.rules.guide import Text
from tongban.engine import conditions
from tongban.engine.conditions import Condition

Path = tuple[str | int, ...]


def misfits(kind: Any, value: object, path: Path = ()) -> Iterator[tuple[Path, Text]]:
    """(path, words with the mend) of whatever in `value` is not what `kind` asks for; none: it can be built."""
    if kind == Condition:
        yield from _of_condition(value, path)
        return
    inner = _without_none(kind)
    if value is None and inner is not kind:
        return
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
        yield from _of_struct(inner, value, path)
    elif get_origin(inner) is list:
        yield from _of_list(get_args(inner)[0], value, path)
    else:
        try:
            msgspec.convert(value, inner)
        except msgspec.ValidationError:
            yield path, _asked(inner)


def _of_struct(kind: type[msgspec.Struct], value: object, path: Path) -> Iterator[tuple[Path, Text]]:
    if not isinstance(value, dict):
        yield path, OBJECT
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in value:
        if name not in fields:
            yield (*path, name), unknown(list(fields))
    for name, field in fields.items():
        if name in value:
            yield from misfits(field.type, value[name], (*path, name))
        elif field.required:
            yield (*path, name), MISSING


def _of_list(kind: Any, value: object, path: Path) -> Iterator[tuple[Path, Text]]:
    if not isinstance(value, list):
        yield path, LIST
        return
    for number, one in enumerate(value):
        yield from misfits(kind, one, (*path, number))


def _of_condition(value: object, path: Path) -> Iterator[tuple[Path, Text]]:
    try:
        conditions.check(msgspec.convert(value, Condition))
    except msgspec.ValidationError:
        yield path, CONDITION
    except conditions.Unclear as error:
        yield path, Text(zh=str(error), en=error.en)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return next(one for one in get_args(kind) if one is not type(None))
    return kind


OBJECT = Text(zh="应为对象：写成 {…}", en="This should be an object: write {…}")
LIST = Text(zh="应为列表：写成 […]", en="This should be a list: write […]")
CONDITION = Text(
    zh='应写成 {"问题编码": ["选项值"]}，或者一句用 且、或、非 连接的条件',
    en='This should be {"question": ["value"]}, or a sentence joined by and, or, not',
)
MISSING = Text(zh="缺少这一项：请补上", en="This is missing: add it")
_WORDS = {
    str: Text(zh="应为文字：写在引号内", en="This should be text: write it in quotation marks"),
    int: Text(zh="应为整数：不加引号", en="This should be a whole number without quotation marks"),
    bool: Text(zh="应为 true 或 false", en="This should be true or false"),
    datetime: Text(
        zh="应为时间：写成 2026-01-31T09:00:00+08:00", en="This should be a time: 2026-01-31T09:00:00+08:00"
    ),
}


def _asked(kind: Any) -> Text:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return one_of([one.value for one in kind])
    return _WORDS[kind]


def one_of(words: list[str]) -> Text:
    """The fault of a value that is not in a closed list."""
    return Text(
        zh=f"不在可选值中：请填写 {'、'.join(words)}", en=f"This should be one of: {', '.join(words)}"
    )


def unknown(names: list[str]) -> Text:
    """The fault of a name nobody knows here."""
    return Text(
        zh=f"没有这一项：请删去或改为 {'、'.join(names)}",
        en=f"There is no such part: remove it or use one of {', '.join(names)}",
    )
