"""Sealed values: they open where they were sealed, under either cipher, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kit import vault

PLACE = "people_party.code"
NUMBER = "511802199003074514"


@pytest.fixture(params=["sm4", "aes"])
def cipher(request, settings):
    settings.FIELD_CIPHER = request.param
    return request.param


@given(plain=st.text(max_size=80))
def test_whatever_is_sealed_opens_again(plain):
    assert vault.open_sealed(vault.seal(plain, place=PLACE), place=PLACE) == plain


def test_a_value_opens_under_its_own_cipher(cipher):
    assert vault.open_sealed(vault.seal(NUMBER, place=PLACE), place=PLACE) == NUMBER


def test_the_number_is_not_to_be_seen_in_the_sealed_value(cipher):
    assert NUMBER.encode() not in vault.seal(NUMBER, place=PLACE)


def test_the_same_value_is_sealed_differently_each_time(cipher):
    assert vault.seal(NUMBER, place=PLACE) != vault.seal(NUMBER, place=PLACE)


def test_a_change_of_cipher_leaves_older_values_readable(settings):
    settings.FIELD_CIPHER = "sm4"
    older = vault.seal(NUMBER, place=PLACE)
    settings.FIELD_CIPHER = "aes"
    newer = vault.seal(NUMBER, place=PLACE)
    assert [vault.open_sealed(value, place=PLACE) for value in (older, newer)] == [NUMBER, NUMBER]
    assert [value.startswith(vault.current_head()) for value in (older, newer)] == [False, True]


def test_a_change_of_key_leaves_older_values_readable_while_the_old_key_is_kept(settings):
    older, old_key = vault.seal(NUMBER, place=PLACE), settings.FIELD_KEY
    settings.FIELD_KEY = bytes(32)
    with pytest.raises(vault.Tampered):
        vault.open_sealed(older, place=PLACE)
    settings.FIELD_KEYS_RETIRED = [old_key]
    assert vault.open_sealed(older, place=PLACE) == NUMBER


def test_a_single_changed_bit_anywhere_is_found(cipher):
    sealed = vault.seal(NUMBER, place=PLACE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(vault.Tampered):
            vault.open_sealed(bytes(changed), place=PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01\x01" + bytes(20)])
def test_what_is_too_short_is_not_a_sealed_value(sealed):
    with pytest.raises(vault.Tampered):
        vault.open_sealed(sealed, place=PLACE)


def test_a_value_moved_to_another_column_does_not_open(cipher):
    with pytest.raises(vault.Tampered):
        vault.open_sealed(vault.seal(NUMBER, place=PLACE), place="people_party.phone")


@pytest.mark.parametrize("text", ["not base64!", "AAAA", ""])
def test_text_that_was_never_sealed_does_not_open(text):
    with pytest.raises(vault.Tampered):
        vault.open_text(text, place=PLACE)


def test_a_keyed_hash_finds_the_value_however_it_was_typed():
    assert vault.lookup("5131 0119 7001 0100 1x", place=PLACE) == vault.lookup(
        "51310119700101001X", place=PLACE
    )


def test_a_keyed_hash_depends_on_value_place_and_key(settings):
    first = vault.lookup(NUMBER, place=PLACE)
    others = [vault.lookup(NUMBER[:-1] + "5", place=PLACE), vault.lookup(NUMBER, place="other")]
    settings.LOOKUP_KEY = bytes(32)
    others.append(vault.lookup(NUMBER, place=PLACE))
    assert len({first, *others}) == 4


def test_a_keyed_hash_does_not_follow_the_cipher(settings):
    settings.FIELD_CIPHER = "sm4"
    first = vault.lookup(NUMBER, place=PLACE)
    settings.FIELD_CIPHER = "aes"
    assert vault.lookup(NUMBER, place=PLACE) == first
