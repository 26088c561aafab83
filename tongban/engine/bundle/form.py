"""The one form (一张表单): every data element the members ask for, asked once, in a format all of them accept."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from tongban.engine.refusal import Refused

# What a value of a kind also is: a whole number is a decimal, a date is text. Never the other way round.
_IS_ALSO = {
    "integer": ("decimal", "money"),
    "money": ("decimal",),
    "decimal": ("text",),
    "date": ("text",),
    "choice": ("text",),
    "yes_no": ("text",),
    "uscc": ("text",),
    "id_number": ("text",),
    "phone": ("text",),
    "town": ("text",),
    "text": ("long_text", "address"),
    "address": ("long_text",),
}
_NUMBERS = frozenset({"integer", "decimal", "money"})
_TEXTS = frozenset({"text", "long_text", "address"})
_LENGTHS = {"date": 10, "uscc": 18, "id_number": 18, "phone": 11, "town": 9, "yes_no": 3}  # as written


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """How one member asks for a data element.

    `minimum` and `maximum` bound the length of text or the value of a number; `options` are what a choice
    allows, empty for other kinds.
    """

    code: str
    kind: str = "text"
    required: bool = True
    minimum: int | None = None
    maximum: int | None = None
    options: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True):
    """A data element as the one form asks for it, and the members it is for, in their order."""

    ask: Ask
    members: tuple[str, ...]


class _Wanted(NamedTuple):
    member: str
    ask: Ask


def one_form(members: Mapping[str, Sequence[Ask]]) -> tuple[Asked, ...]:
    """The fields of `members` ({member: its fields}) by data element, in the order they first appear.

    An element is asked in the narrowest format; required as soon as one member requires it. Refuses
    `format_conflict` (element, members) where no value could satisfy all.
    Basis: 国发〔2024〕3号 (one form, no field twice); configuration (format reconciliation).
    """
    wanted: dict[str, list[_Wanted]] = {}
    for member, asks in members.items():
        for ask in asks:
            wanted.setdefault(ask.code, []).append(_Wanted(member, ask))
    return tuple(_once(code, rows) for code, rows in wanted.items())


def answers_of(form: Iterable[Asked], answers: Mapping[str, object], member: str) -> dict[str, object]:
    """What of the one form's answers goes to a member: those to what it asks, and nothing else."""
    return {
        asked.ask.code: answers[asked.ask.code]
        for asked in form
        if member in asked.members and asked.ask.code in answers
    }


def _once(element: str, rows: list[_Wanted]) -> Asked:
    members = tuple(dict.fromkeys(row.member for row in rows))
    asks = [row.ask for row in rows]
    kind = _narrowest({ask.kind for ask in asks})
    if kind is None:
        raise Refused("format_conflict", element=element, members=list(members))
    bounds = [_measured(ask, kind) for ask in asks]
    ask = Ask(
        code=element,
        kind=kind,
        required=any(ask.required for ask in asks),
        minimum=max((low for low, _ in bounds if low is not None), default=None),
        maximum=min((high for _, high in bounds if high is not None), default=None),
        options=_common(asks),
    )
    if _impossible(ask, asks):
        raise Refused("format_conflict", element=element, members=list(members))
    return Asked(ask, members)


def _measured(ask: Ask, kind: str) -> tuple[int | None, int | None]:
    """The bounds of `ask` in the measure of `kind`: a length of text, as a bound on the number written so."""
    if ask.kind not in _TEXTS or kind not in _NUMBERS:
        return ask.minimum, ask.maximum
    point = 0 if kind == "integer" else 3  # the point and two decimals
    low = None if ask.minimum is None else 10 ** max(ask.minimum - point - 1, 0)
    high = None if ask.maximum is None else 10 ** max(ask.maximum - point, 0) - 1
    return low, high


def _impossible(ask: Ask, asks: list[Ask]) -> bool:
    """Whether no value satisfies all."""
    if any(one.options for one in asks) and not ask.options:
        return True
    low, high = ask.minimum, ask.maximum
    if length := _LENGTHS.get(ask.kind):
        low, high = max(low or length, length), min(high or length, length)
    return low is not None and high is not None and low > high


def _narrowest(kinds: set[str]) -> str | None:
    """The kind among `kinds` whose values are values of all the others."""
    return next((kind for kind in sorted(kinds) if kinds <= _also(kind)), None)


def _also(kind: str) -> set[str]:
    found = {kind}
    for wider in _IS_ALSO.get(kind, ()):
        found |= _also(wider)
    return found


def _common(asks: list[Ask]) -> tuple[str, ...]:
    """The options every member allows, in the first one's order: those of every choice, as long as text may be."""
    lists = [ask.options for ask in asks if ask.options]
    texts = [ask for ask in asks if ask.kind in _TEXTS]
    allowed = set(lists[0]).intersection(*lists[1:]) if lists else set()
    return tuple(
        option
        for option in (lists[0] if lists else ())
        if option in allowed and all(_fits(len(option), text) for text in texts)
    )


def _fits(length: int, ask: Ask) -> bool:
    return (ask.minimum or 0) <= length and (ask.maximum is None or length <= ask.maximum)
