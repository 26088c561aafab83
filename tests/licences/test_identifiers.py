"""The e-licence identifier: its form, and a check character that finds what people mistype."""

from hypothesis import given
from hypothesis import strategies as st

from tongban.licences.rules import identifiers

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
characters = st.text(_ALPHABET, min_size=1, max_size=60)


def test_an_identifier_names_type_organ_serial_and_version():
    made = identifiers.make(type_code="000131001000", organ_code="11511802MB0A01029B", serial=12, edition=1)
    assert made[:-2] == "1.2.156.3005.2.000131001000.11511802MB0A01029B.000000012.001"
    assert identifiers.is_valid(made)


def checked_by_hand(text: str) -> str:
    """ISO 7064 MOD 37,36 written out: the product of every step lies between 1 and 36."""
    product = 36
    for mark in text:
        total = (product + _ALPHABET.index(mark)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]


@given(characters)
def test_the_check_character_is_that_of_iso_7064_mod_37_36(text):
    assert identifiers.check(text) == checked_by_hand(text)


@given(serial=st.integers(1, 999_999_999), edition=st.integers(1, 999), place=st.integers(0, 60), mark=st.sampled_from(_ALPHABET))  # fmt: skip
def test_one_wrong_character_is_always_found(serial, edition, place, mark):
    made = identifiers.make(
        type_code="000131001000", organ_code="11511802MB0A01029B", serial=serial, edition=edition
    )
    place = 15 + place % (len(made) - 15)
    if made[place] not in {mark, "."}:
        assert not identifiers.is_valid(made[:place] + mark + made[place + 1 :])


@given(st.text(max_size=80))
def test_no_other_text_is_an_identifier(text):
    assert not identifiers.is_valid(text)
