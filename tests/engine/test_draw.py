"""The draw: the same for everyone who recomputes it, fair, and every tampering found."""

import hashlib
import hmac
import itertools
import json
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.engine import draw
from tongban.engine.draw import (
    SHA256,
    Candidate,
    Commitment,
    Exclusion,
    Hash,
    Problem,
    Record,
    Selected,
    Skip,
    SkipKind,
)
from tongban.engine.refusal import Refused

NONCES = {"招标人": "1f" * 16, "监督方": "e0" * 16}
COMMITMENTS = [draw.commit(party, nonce) for party, nonce in NONCES.items()]
EXPERTS = [
    *(Candidate(id=f"E{number:02}", stratum="host") for number in range(8)),
    *(Candidate(id=f"R{number:02}", stratum="remote") for number in range(6)),
]
BLAKE = Hash("blake2b", lambda data: hashlib.blake2b(data).digest(), 128)


def freeze(**changes) -> draw.Pool:
    given_pool = {
        "matter": "2026-0001 评标专家",
        "candidates": EXPERTS,
        "excluded": [Exclusion(id="E03", reason="与投标人同单位")],
        "quotas": {"host": 3, "remote": 2},
        "commitments": COMMITMENTS,
        **changes,
    }
    return draw.freeze(**given_pool)


RECORD = draw.draw(freeze(), nonces=NONCES)


def refusal(action, *args, **more) -> tuple[str, dict]:
    with pytest.raises(Refused) as refused:
        action(*args, **more)
    return refused.value.code, refused.value.facts


def problems(record: Record, **more) -> list[str]:
    return [problem.code for problem in draw.verify(record, **more)]


# A second, straightforward implementation of what the module's docstring says.


def framed_hash(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part.encode()).to_bytes(8, "big"))
        digest.update(part.encode())
    return digest.hexdigest()


def pool_json(pool: draw.Pool) -> str:
    return json.dumps(msgspec.to_builtins(pool), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def permuted(ids: list[str], seed: bytes) -> list[str]:
    stream = b""
    for counter in range(2 * len(ids) + 8):
        stream += hmac.new(seed, counter.to_bytes(8, "big"), hashlib.sha256).digest()
    order, ids = [], sorted(ids)
    while len(ids) > 1:
        word, stream = int.from_bytes(stream[:8], "big"), stream[8:]
        if word // len(ids) < 2**64 // len(ids):
            ids[word % len(ids)], ids[-1] = ids[-1], ids[word % len(ids)]
            order.insert(0, ids.pop())
    return ids + order


def test_the_draw_agrees_with_a_second_implementation():
    pool = RECORD.pool
    assert [line.value for line in pool.commitments] == [
        framed_hash("tongban-draw-1 commitment", party, NONCES[party]) for party in sorted(NONCES)
    ]
    assert RECORD.digest == framed_hash("tongban-draw-1 pool", pool_json(pool))
    revealed = [part for party in sorted(NONCES) for part in (party, NONCES[party])]
    assert RECORD.seed == framed_hash("tongban-draw-1 seed", RECORD.digest, *revealed, "")
    ids = [line.id for line in EXPERTS if line.id != "E03"]
    assert RECORD.permutation == tuple(permuted(ids, bytes.fromhex(RECORD.seed)))


@given(st.binary(min_size=32, max_size=32), st.integers(0, 40))
@settings(max_examples=60)
def test_the_permutation_agrees_with_a_second_implementation(seed, count):
    ids = [f"专家{number}" for number in range(count)]
    assert draw.permutation(ids, seed) == permuted(ids, seed)


PINNED = "CIADGHJFBE"


def test_the_permutation_never_changes():
    """Published draws are recomputed years later: the same seed gives the same order in every version."""
    assert draw.permutation("ABCDEFGHIJ", bytes(32)) == list(PINNED)
    for long_seed in (bytes(range(64)), bytes(range(65))):  # past a block it is hashed first (RFC 2104)
        assert draw.permutation("ABCDEFGHIJ", long_seed) == permuted([*"ABCDEFGHIJ"], long_seed)


def test_seats_go_to_the_first_in_each_stratum():
    expected = []
    for stratum, seats in (("E", 3), ("R", 2)):
        expected += [name for name in RECORD.permutation if name.startswith(stratum)][:seats]
    assert sorted(line.id for line in RECORD.selected) == sorted(expected)
    assert [line.place for line in RECORD.selected] == sorted(line.place for line in RECORD.selected)
    assert all(RECORD.permutation[line.place - 1] == line.id for line in RECORD.selected)
    assert RECORD.shortfall() == {}


def test_an_excluded_candidate_has_no_place():
    assert "E03" not in RECORD.permutation
    assert len(RECORD.permutation) == len(EXPERTS) - 1


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_the_input_does_not_matter(shuffler):
    mixed = freeze(
        candidates=shuffler.sample(EXPERTS, len(EXPERTS)),
        commitments=shuffler.sample(COMMITMENTS, 2),
        quotas={"remote": 2, "host": 3},
    )
    assert draw.draw(mixed, nonces=dict(reversed(NONCES.items()))) == RECORD


def test_every_order_is_equally_likely():
    """Chi-square over the 24 orders of four, 23 degrees of freedom; 49.73 is exceeded once in 1,000."""
    runs = 6_000
    seeds = (hashlib.sha256(b"%d" % number).digest() for number in range(runs))
    counts = Counter("".join(draw.permutation("ABCD", seed)) for seed in seeds)
    assert set(counts) == {"".join(order) for order in itertools.permutations("ABCD")}
    assert sum((count - runs / 24) ** 2 for count in counts.values()) / (runs / 24) < 49.73


def test_every_candidate_is_equally_likely_to_come_first():
    """Chi-square over seven, which does not divide 2^64; 22.46 is exceeded once in 1,000."""
    runs = 4_200
    seeds = (hashlib.sha256(b"first %d" % number).digest() for number in range(runs))
    counts = Counter(draw.permutation("ABCDEFG", seed)[0] for seed in seeds)
    assert sum((counts[name] - runs / 7) ** 2 for name in "ABCDEFG") / (runs / 7) < 22.46


def test_a_word_that_would_bias_the_draw_is_rejected():
    """2^64 - 1 is the one word that would make the first of three places too likely; the next is used."""
    words = b"".join(word.to_bytes(8, "big") for word in (2**64 - 1, 1, 1, 0))
    answers = iter([bytes(32), bytes(32), words])  # length probe, inner and outer hash
    scripted = Hash("scripted", lambda data: next(answers))
    assert draw.permutation("ABC", bytes(32), scripted) == ["A", "C", "B"]


# Skips and replacements


def test_a_skip_continues_the_walk_in_the_same_stratum():
    gone = next(line for line in RECORD.selected if line.stratum == "host")
    after = draw.skip(RECORD, id=gone.id, kind=SkipKind.UNAVAILABLE, reason="出差")
    hosts = [name for name in RECORD.permutation if name.startswith("E")]
    came = Selected(id=hosts[3], stratum="host", place=RECORD.permutation.index(hosts[3]) + 1)
    stayed = [line for line in RECORD.selected if line != gone]
    assert after.selected == tuple(sorted([*stayed, came], key=lambda line: line.place))
    assert after.skips == (Skip(id=gone.id, kind=SkipKind.UNAVAILABLE, reason="出差"),)
    assert after.permutation == RECORD.permutation
    assert draw.verify(after) == []


def test_replacing_until_nobody_is_left_shows_the_shortfall():
    record = RECORD
    for _ in range(5):
        remote = next(line for line in record.selected if line.stratum == "remote")
        record = draw.skip(record, id=remote.id, kind=SkipKind.REPLACED, reason="生病")
    assert record.shortfall() == {"remote": 1}
    assert draw.verify(record) == []


def test_only_someone_with_a_seat_can_be_skipped():
    """Nobody can be passed over in advance: the walk must have reached them."""
    waiting = next(name for name in RECORD.permutation if name not in {line.id for line in RECORD.selected})
    reason = {"kind": SkipKind.CONFLICT, "reason": "近亲属"}
    assert refusal(draw.skip, RECORD, id=waiting, **reason) == ("not_selected", {"id": waiting})
    seated = RECORD.selected[0].id
    without = refusal(draw.skip, RECORD, id=seated, kind=SkipKind.CONFLICT, reason=" ")
    assert without == ("skip_without_reason", {"id": seated})


# Refusals before the draw


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"candidates": [*EXPERTS, EXPERTS[0]]}, "candidate_twice"),
        ({"excluded": [Exclusion(id="E99", reason="x")]}, "exclusion_unknown"),
        ({"excluded": [Exclusion(id="E03", reason="x")] * 2}, "candidate_twice"),
        ({"excluded": [Exclusion(id="E03", reason="")]}, "exclusion_without_reason"),
        ({"quotas": {}}, "quota_needed"),
        ({"quotas": {"host": 0}}, "quota_needed"),
        ({"quotas": {"host": 8}}, "pool_too_small"),
        ({"quotas": {"nowhere": 1}}, "pool_too_small"),
        ({"commitments": COMMITMENTS[:1]}, "draw_needs_two_to_four_parties"),
        ({"commitments": [COMMITMENTS[0]] * 2}, "draw_needs_two_to_four_parties"),
        (
            {"commitments": [draw.commit(party, "n" * 32) for party in "abcde"]},
            "draw_needs_two_to_four_parties",
        ),
    ],
)
def test_a_pool_that_cannot_be_drawn_from_is_refused(changes, code):
    assert refusal(freeze, **changes)[0] == code


def test_a_refused_pool_says_who_and_how_many():
    twice = refusal(freeze, candidates=[*EXPERTS, EXPERTS[0]])
    assert twice == ("candidate_twice", {"ids": ["E00"]})
    assert freeze(quotas={"host": 7}).quotas == {"host": 7}  # everyone eligible
    small = refusal(freeze, quotas={"host": 8})
    assert small == ("pool_too_small", {"stratum": "host", "seats": 8, "eligible": 7})


def test_a_nonce_must_be_long_and_its_party_named():
    assert refusal(draw.commit, "监督方", "f" * 31) == ("nonce_too_short", {"least": 32})
    assert refusal(draw.commit, "", "f" * 32)[0] == "party_without_name"


@pytest.mark.parametrize(
    ("pool", "reveal", "code"),
    [
        ({}, {"nonces": {"招标人": NONCES["招标人"]}}, "nonce_not_revealed"),
        ({}, {"nonces": {**NONCES, "监督方": "f" * 32}}, "nonce_does_not_match"),
        ({}, {"nonces": {**NONCES, "路人": "f" * 32}}, "nonce_does_not_match"),
        ({}, {"nonces": dict(zip(NONCES, reversed(NONCES.values()), strict=True))}, "nonce_does_not_match"),
        ({}, {"nonces": NONCES, "public_value": "07 12 19"}, "public_value_not_announced"),
        ({"public_source": "彩票 2026130 期"}, {"nonces": NONCES}, "public_value_needed"),
        ({}, {"nonces": NONCES, "hash": BLAKE}, "hash_not_the_pools"),
    ],
)
def test_a_draw_needs_exactly_what_was_committed_and_announced(pool, reveal, code):
    assert refusal(draw.draw, freeze(**pool), **reveal)[0] == code


@pytest.mark.parametrize("change", ["matter", "excluded", "nonces", "public_value", "parameters"])
def test_every_input_moves_the_seed(change):
    other = {"招标人": NONCES["招标人"], "监督方": "0e" * 16}
    record = {
        "matter": lambda: draw.draw(freeze(matter="2026-0002"), nonces=NONCES),
        "excluded": lambda: draw.draw(freeze(excluded=[Exclusion(id="E03", reason="其他")]), nonces=NONCES),
        "parameters": lambda: draw.draw(freeze(parameters={"venue": "副场"}), nonces=NONCES),
        "nonces": lambda: draw.draw(
            freeze(commitments=[draw.commit(party, nonce) for party, nonce in other.items()]), nonces=other
        ),
        "public_value": lambda: draw.draw(
            freeze(public_source="彩票 2026130 期"), nonces=NONCES, public_value="07 12 19"
        ),
    }[change]()
    assert record.seed != RECORD.seed
    assert draw.verify(record) == []


# Verification


@pytest.mark.parametrize(
    "hash", [SHA256, BLAKE, Hash("sm3", lambda data: hashlib.new("sm3", data).digest())], ids=lambda h: h.name
)
def test_any_hash_can_be_used_and_the_record_names_it(hash):
    if hash.name == "sm3" and "sm3" not in hashlib.algorithms_available:
        pytest.skip("this OpenSSL has no SM3")
    sworn = [draw.commit(party, nonce, hash) for party, nonce in NONCES.items()]
    record = draw.draw(freeze(commitments=sworn, hash=hash), nonces=NONCES, hash=hash)
    assert draw.verify(record, hash) == []
    other = SHA256 if hash is not SHA256 else BLAKE
    assert draw.verify(record, other) == [Problem(code="method_other", subject=f"tongban-draw-1 {hash.name}")]


SKIPPED = draw.skip(RECORD, id=RECORD.selected[0].id, kind=SkipKind.CONFLICT, reason="近亲属")


def test_a_record_survives_json():
    assert draw.from_json(draw.to_json(SKIPPED)) == SKIPPED
    assert draw.verify(draw.from_json(draw.to_json(SKIPPED)), published=SKIPPED.digest) == []
    for wrong in (b"{}", draw.to_json(SKIPPED).replace(b'"seal"', b'"extra":1,"seal"')):
        with pytest.raises(msgspec.ValidationError):
            draw.from_json(wrong)


def pool_with(**changes) -> dict:
    return {"pool": replace(SKIPPED.pool, **changes)}


TAMPERED = {
    "matter": (pool_with(matter="另一个项目"), "digest"),
    "candidate added": (pool_with(candidates=(*EXPERTS, Candidate(id="X", stratum="host"))), "digest"),
    "candidate moved": (pool_with(candidates=tuple(reversed(EXPERTS))), "pool_order"),
    "stratum": (
        pool_with(candidates=(replace(EXPERTS[0], stratum="remote"), *EXPERTS[1:])),
        "digest",
    ),
    "exclusion dropped": (pool_with(excluded=()), "permutation"),
    "exclusion's reason": (pool_with(excluded=(Exclusion(id="E03", reason="改"),)), "digest"),
    "exclusion of nobody": (pool_with(excluded=(Exclusion(id="E99", reason="x"),)), "exclusion_unknown"),
    "quotas": (pool_with(quotas={"host": 2, "remote": 2}), "selected"),
    "negative quota": (pool_with(quotas={"host": -1}), "quota_needed"),
    "commitment": (
        pool_with(commitments=(COMMITMENTS[0], Commitment(party="监督方", value="0" * 64))),
        "nonce",
    ),
    "public source": (pool_with(public_source="彩票"), "public_value"),
    "parameters": (pool_with(parameters={"venue": "副场"}), "digest"),
    "algorithm": (pool_with(algorithm="tongban-draw-0"), "method_other"),
    "hash name": (pool_with(hash_name="sm3"), "method_other"),
    "digest": ({"digest": "0" * 64}, "digest"),
    "nonce": ({"nonces": {**NONCES, "监督方": "f" * 32}}, "nonce"),
    "nonce missing": ({"nonces": {"招标人": NONCES["招标人"]}}, "nonce"),
    "nonce of a stranger": ({"nonces": {**NONCES, "路人": "f" * 32}}, "nonce"),
    "public value": ({"public_value": "07"}, "public_value"),
    "seed": ({"seed": "0" * 64}, "seed"),
    "seed not hex": ({"seed": "xyz"}, "seed"),
    "permutation": ({"permutation": tuple(reversed(SKIPPED.permutation))}, "permutation"),
    "permutation shortened": ({"permutation": SKIPPED.permutation[:-1]}, "permutation"),
    "skip dropped": ({"skips": ()}, "selected"),
    "skip's reason": ({"skips": (replace(SKIPPED.skips[0], reason="改"),)}, "seal"),
    "skip's kind": ({"skips": (replace(SKIPPED.skips[0], kind=SkipKind.REPLACED),)}, "seal"),
    "skip without reason": ({"skips": (replace(SKIPPED.skips[0], reason=" "),)}, "skip"),
    "skip of one never reached": (
        {"skips": (*SKIPPED.skips, Skip(id=SKIPPED.permutation[-1], kind=SkipKind.CONFLICT, reason="x"))},
        "skip",
    ),
    "same skip twice": ({"skips": SKIPPED.skips * 2}, "skip"),
    "selected dropped": ({"selected": SKIPPED.selected[:-1]}, "selected"),
    "selected place": (
        {"selected": (replace(SKIPPED.selected[0], place=99), *SKIPPED.selected[1:])},
        "selected",
    ),
    "seal": ({"seal": "0" * 64}, "seal"),
}


@pytest.mark.parametrize("part", TAMPERED)
def test_tampering_is_found(part):
    change, code = TAMPERED[part]
    assert code in problems(replace(SKIPPED, **change))


def test_every_field_of_record_and_pool_is_tampered_with_above():
    changed = [change for change, _ in TAMPERED.values()]
    fields = {name for change in changed for name in change}
    assert fields == set(Record.__struct_fields__)
    pools = [change["pool"] for change in changed if "pool" in change]
    for name in draw.Pool.__struct_fields__:
        assert any(getattr(pool, name) != getattr(SKIPPED.pool, name) for pool in pools)


def test_a_record_rewritten_as_a_whole_is_found_by_the_published_digest():
    forged = draw.draw(freeze(excluded=[]), nonces=NONCES)
    assert problems(forged) == []
    assert problems(forged, published=RECORD.digest) == ["digest_not_as_published"]
