"""Boolean conditions over answers: read once, kept compiled, asked many times.

A condition is either {question: accepted answers} (all of the questions, any of the answers; empty: always) or a
sentence: `tenure=rented 且 非 (kind=chain|branch 或 size≠small)`. 且 and, 或 or, 非 not; 非 binds closest, 或 least;
`≠` is 非 in front of `=`. The English words and `!=`, `!`, `&`, `|` between values are understood too.
An answer that was not given equals nothing. Of several choices, any one counts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Condition = dict[str, list[str]] | str
Answers = Mapping[str, Any]
Tree = tuple  # ("is", code, (value, …)) | ("not", tree) | ("and", tree, …) | ("or", tree, …)

LONGEST, DEEPEST = 500, 12  # characters of a sentence, brackets within brackets


class Unclear(ValueError):
    """A sentence that is no condition; the message is Chinese, `en` English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Compiled:
    """A condition ready to be asked: its tree, and the test made from it."""

    tree: Tree
    holds: Callable[[Answers], bool]

    def asked(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """(code, values) of everything it depends on, in its order."""
        return _asked(self.tree)


ALWAYS: Tree = ("and",)


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether `condition` holds for `answers`. Raises Unclear. Basis: configuration (情形引导)."""
    if not condition:
        return True
    if isinstance(condition, str):
        return compiled(condition).holds(answers)
    return all(_among(answers.get(code), accepted) for code, accepted in condition.items())


def codes(condition: Condition) -> frozenset[str]:
    """Codes of the questions or fields `condition` depends on. Raises Unclear."""
    return frozenset(code for code, _ in asked(condition))


def asked(condition: Condition) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(code, values) of everything `condition` depends on. Raises Unclear."""
    if isinstance(condition, str):
        yield from compiled(condition).asked()
    else:
        yield from ((code, tuple(accepted)) for code, accepted in condition.items())


def tree(condition: Condition) -> Tree:
    """The condition as a tree of and, or, not and is. Raises Unclear."""
    if isinstance(condition, str):
        return compiled(condition).tree
    leaves = [("is", code, tuple(accepted)) for code, accepted in condition.items()]
    return leaves[0] if len(leaves) == 1 else ("and", *leaves)


def read(text: str) -> Condition:
    """What was typed as a condition: lines of question=value|value (all of them), or a sentence. Raises Unclear."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if all(_PLAIN.fullmatch(line) for line in lines):
        return dict(_line(line) for line in lines)
    compiled(sentence := " ".join(lines))
    return sentence


def check(condition: Condition) -> None:
    """Raises Unclear unless the condition can be read, and is written the one way it is stored."""
    if isinstance(condition, str) and read(condition) != condition:
        raise Unclear(
            '没有 且、或、非 的条件应写成 {"问题编码": ["选项值"]}',
            'A condition without and, or, not is written {"question": ["value"]}',
        )


_PLAIN = re.compile(
    r"(?!not\b)[^=≠!()（）且或非]*=?[^=≠!()（）且或非]*"
)  # without a word that joins or denies


def _line(line: str) -> tuple[str, list[str]]:
    question, sign, accepted = line.partition("=")
    if not sign or not question.strip() or not accepted.strip("| "):
        raise Unclear(f"“{line}”应写成 问题编码=选项值|选项值", f"{line!r} should be question=value|value")
    return question.strip(), [value.strip() for value in accepted.split("|")]


@lru_cache(maxsize=4096)
def compiled(sentence: str) -> Compiled:
    """A sentence compiled, once for the life of the process. Raises Unclear."""
    if len(sentence) > LONGEST:
        raise Unclear(
            f"条件超过 {LONGEST} 个字：请拆成几条", f"The condition is longer than {LONGEST} characters"
        )
    reader = _Reader(list(_tokens(sentence)))
    found = reader.any_of() if reader.tokens else ALWAYS
    if reader.tokens and reader.place < len(reader.tokens):
        raise reader.stuck()
    return Compiled(found, _test(found))


def _among(answer: Any, accepted: Any) -> bool:
    if isinstance(answer, list | tuple):
        return any(one in accepted for one in answer)
    return answer in accepted


def _asked(tree: Tree) -> Iterator[tuple[str, tuple[str, ...]]]:
    if tree[0] == "is":
        yield tree[1], tree[2]
        return
    for part in tree[1:]:
        yield from _asked(part)


def _test(tree: Tree) -> Callable[[Answers], bool]:
    """The test a tree stands for."""
    if tree[0] == "is":
        code, accepted = tree[1], frozenset(tree[2])
        return lambda answers: _among(answers.get(code), accepted)
    inner = [_test(part) for part in tree[1:]]
    if tree[0] == "not":
        return lambda answers: not inner[0](answers)
    if tree[0] == "or":
        return lambda answers: any(test(answers) for test in inner)
    return lambda answers: all(test(answers) for test in inner)


_WORD = r"[^\s()（）=≠!|&且或非，,]+"
_TOKEN = re.compile(
    rf"\s*(?:(?P<open>[(（])|(?P<close>[)）])"
    rf"|(?P<is>(?P<code>{_WORD})\s*(?P<sign>≠|!=|=)\s*(?P<values>{_WORD}(?:\s*\|\s*{_WORD})*))"
    r"|(?P<and>且|&|and\b)|(?P<or>或|or\b)|(?P<not>非|!|not\b))",
    re.IGNORECASE,
)


def _tokens(sentence: str) -> Iterator[tuple[str, Any]]:
    place, text = 0, sentence.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            rest = text[place:].strip()[:20]
            raise Unclear(
                f"看不懂“{rest}”：写成 问题编码=选项值，用 且、或、非 和括号连接",
                f"Cannot read {rest!r}: write question=value, joined by and, or, not and brackets",
            )
        place = found.end()
        kind = next(
            name for name in ("open", "close", "is", "and", "or", "not") if found.group(name) is not None
        )
        if kind == "is":
            leaf = ("is", found["code"], tuple(value.strip() for value in found["values"].split("|")))
            yield "is", leaf if found["sign"] == "=" else ("not", leaf)
        else:
            yield kind, found.group(kind)


class _Reader:
    """Reads tokens by precedence: or, and, not, brackets."""

    def __init__(self, tokens: list[tuple[str, Any]]) -> None:
        self.tokens, self.place, self.depth = tokens, 0, 0

    def any_of(self) -> Tree:
        return self._joined("or", self.all_of)

    def all_of(self) -> Tree:
        return self._joined("and", self.one)

    def one(self) -> Tree:
        denied = False
        while self._next("not"):
            denied = not denied
        if self._next("open"):
            self.depth += 1
            if self.depth > DEEPEST:
                raise Unclear("括号套得太深：请拆成几条", "Too many brackets within brackets")
            found = self.any_of()
            if not self._next("close"):
                raise Unclear("括号没有配对：请补上右括号", "A bracket is not closed")
            self.depth -= 1
        elif self.place < len(self.tokens) and self.tokens[self.place][0] == "is":
            found = self.tokens[self.place][1]
            self.place += 1
        else:
            raise self.stuck()
        return ("not", found) if denied else found

    def stuck(self) -> Unclear:
        if self.place >= len(self.tokens):
            return Unclear("条件没有写完", "The condition ends too early")
        kind, what = self.tokens[self.place]
        word = what if kind != "is" else _written(what)
        return Unclear(f"“{word}”的位置不对：请检查条件", f"{word!r} does not belong here")

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        found = [part()]
        while self._next(word):
            found.append(part())
        return found[0] if len(found) == 1 else (word, *found)

    def _next(self, kind: str) -> bool:
        if self.place < len(self.tokens) and self.tokens[self.place][0] == kind:
            self.place += 1
            return True
        return False


def _written(tree: Tree) -> str:
    if tree[0] == "not":
        return f"{tree[1][1]}≠{'|'.join(tree[1][2])}"
    return f"{tree[1]}={'|'.join(tree[2])}"
