"""Conditions over answers: what a sentence means, how it is read, and that reading loses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.engine import conditions
from tongban.engine.conditions import Unclear, check, codes, holds, read

ANSWERS = {"tenure": "rented", "kind": "chain", "offices": ["director", "manager"]}


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ({}, True),
        ({"tenure": ["rented"]}, True),
        ({"tenure": ["owned", "rented"], "kind": ["single"]}, False),
        ({"size": ["small"]}, False),
        ({"offices": ["manager"]}, True),
        ({"offices": ["supervisor"]}, False),
        ("tenure=rented 且 kind=chain", True),
        ("tenure=owned 或 kind=chain", True),
        ("非 tenure=rented", False),
        ("tenure≠owned|free", True),
        ("size≠small 且 tenure=rented", True),
        ("非 非 tenure=rented", True),
        ("tenure=owned 或 tenure=rented 且 kind=single", False),
        ("(tenure=owned 或 tenure=rented) 且 非 (kind=single 或 size=small)", True),
        ("（tenure=owned或tenure=rented）且kind=chain", True),
        ("not (tenure=owned or size=small) and kind!=single", True),
        ("!(tenure=rented & kind=chain)", False),
    ],
)
def test_a_condition_holds_as_it_reads(condition, held):
    assert holds(condition, ANSWERS) is held


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("tenure= 且 kind=chain", "看不懂“tenure= 且 kind=chain”"),
        ("tenure=rented 且", "条件没有写完"),
        ("(tenure=rented 或 kind=chain", "括号没有配对"),
        ("非 tenure=rented kind=chain", "“kind=chain”的位置不对"),
        ("非 (tenure=rented))", "“)”的位置不对"),
        ("非 " * 300 + "a=b", "条件超过 500 个字"),
        ("非 " + "(" * 13 + "a=b" + ")" * 13, "括号套得太深"),
    ],
)
def test_a_sentence_that_cannot_be_read_says_where(sentence, words):
    with pytest.raises(Unclear) as told:
        read(sentence)
    assert words in str(told.value)
    assert told.value.en


def test_what_was_typed_is_read_in_one_way():
    assert read("tenure=rented | owned\nkind=chain") == {"tenure": ["rented", "owned"], "kind": ["chain"]}
    assert read(" 非 tenure=rented\n 且 kind=chain ") == "非 tenure=rented 且 kind=chain"
    assert codes("a=b 且 非 (c=d 或 a=e)") == {"a", "c"}
    with pytest.raises(Unclear):
        check("tenure=rented")  # no sentence: written as lines
    check("非 tenure=rented")


def test_a_sentence_is_compiled_once():
    assert conditions.compiled("非 a=b") is conditions.compiled("非 a=b")


_LEAVES = st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")).map(lambda pair: f"{pair[0]}={pair[1]}")
_SENTENCES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda one: f"非 ({one})"),
        st.tuples(inner, st.sampled_from(["且", "或"]), inner).map(
            lambda three: "({}) {} ({})".format(*three)
        ),
    ),
    max_leaves=6,
)


def _meant(sentence: str, answers: dict) -> bool:
    """What a sentence means, told by Python."""
    words = sentence.replace("非", " not ").replace("且", " and ").replace("或", " or ")
    for code in "abc":
        for value in "xyz":
            words = words.replace(f"{code}={value}", str(answers.get(code) == value))
    return eval(words)


@given(_SENTENCES, st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz")))
def test_any_sentence_means_what_its_words_mean(sentence, answers):
    assert holds(read(sentence), answers) is _meant(sentence, answers)
