"""The auditable draw (随机抽取): frozen pool, committed nonces, a permutation anyone can recompute.

Freeze the pool and publish its digest; only then are the nonces revealed, so nobody can know the order
while the pool can still change. Places are then taken in the order of one full permutation; a skip or a
later replacement continues along it and never draws again.
Basis: 招标投标法 Art 37; 优化营商环境条例 Art 54 (双随机); configuration.

How to recompute, with H the pool's hash and `framed` each part preceded by its length (8 bytes, big end
first), all texts in UTF-8:
  commitment = H(framed("tongban-draw-1 commitment", party, nonce)), in hex
  digest     = H(framed("tongban-draw-1 pool", pool)), pool as JSON with sorted keys and no spaces
  seed       = H(framed("tongban-draw-1 seed", digest in hex, party 1, nonce 1, …, public value))
  keystream  = HMAC-H(seed, 0) HMAC-H(seed, 1) …, counters of 8 bytes, cut into words of 8 bytes
  order      = eligible ids sorted by code point, then for i = n-1 … 1 swap places i and j, where j is
               the next word below the greatest multiple of i+1 within 2^64, modulo i+1
"""

import hashlib
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from tongban.engine.refusal import Refused

ALGORITHM = "tongban-draw-1"
_SPACE = 1 << 64
_NONCE_CHARACTERS = 32  # sixteen random bytes in hex


class Hash(NamedTuple):
    """A hash function: its name in records, bytes to digest, and its block length in bytes."""

    name: str
    of: Callable[[bytes], bytes]
    block: int = 64


SHA256 = Hash("sha256", lambda data: hashlib.sha256(data).digest())


class Frozen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An immutable part of a record."""


class Candidate(Frozen, frozen=True):
    """Someone or something that may be drawn; `stratum` is the quota group it counts for."""

    id: str
    stratum: str = ""


class Exclusion(Frozen, frozen=True):
    """A candidate left out before the draw, and why (回避)."""

    id: str
    reason: str


class Commitment(Frozen, frozen=True):
    """What a party publishes before the pool is frozen: a digest that binds its nonce."""

    party: str
    value: str


class Pool(Frozen, frozen=True):
    """Everything fixed before the seed can exist; made by `freeze`, bound by `digest`.

    `quotas` are seats by stratum; `public_source` names a future public value, if one is to be used.
    """

    matter: str
    candidates: tuple[Candidate, ...]
    excluded: tuple[Exclusion, ...]
    quotas: dict[str, int]
    commitments: tuple[Commitment, ...]
    public_source: str
    parameters: dict[str, str]
    algorithm: str
    hash_name: str

    def eligible(self) -> dict[str, str]:
        """Id to stratum of the candidates not excluded, sorted by id."""
        left_out = {line.id for line in self.excluded}
        return {line.id: line.stratum for line in self.candidates if line.id not in left_out}


class SkipKind(StrEnum):
    """Why a selected candidate gives up the place."""

    CONFLICT = "conflict"  # 回避
    UNAVAILABLE = "unavailable"  # 不能参加
    REPLACED = "replaced"  # 更换


class Skip(Frozen, frozen=True):
    """A candidate the walk had reached, passed over with a reason."""

    id: str
    kind: SkipKind
    reason: str


class Selected(Frozen, frozen=True):
    """A candidate with a seat; `place` is the place in the permutation, from 1."""

    id: str
    stratum: str
    place: int


class Record(Frozen, frozen=True):
    """A whole draw. `nonces` by party; `seed`, `digest` and `seal` in hex; `seal` covers all the rest."""

    pool: Pool
    digest: str
    nonces: dict[str, str]
    public_value: str
    seed: str
    permutation: tuple[str, ...]
    skips: tuple[Skip, ...]
    selected: tuple[Selected, ...]
    seal: str = ""

    def shortfall(self) -> dict[str, int]:
        """Seats left empty, by stratum; empty if every seat is taken."""
        taken = Counter(line.stratum for line in self.selected)
        return {name: seats - taken[name] for name, seats in self.pool.quotas.items() if seats > taken[name]}


class Problem(Frozen, frozen=True):
    """A part of a record that does not follow from the others; `subject` says whose, where it has one."""

    code: str
    subject: str = ""


def commit(party: str, nonce: str, hash: Hash = SHA256) -> Commitment:
    """A party's commitment to its nonce, a random text of at least 32 characters kept secret till later.

    Raises `Refused`: nonce_too_short, party_without_name. Basis: configuration.
    """
    if len(nonce) < _NONCE_CHARACTERS:
        raise Refused("nonce_too_short", least=_NONCE_CHARACTERS)
    if not party:
        raise Refused("party_without_name")
    return Commitment(party=party, value=_digest(hash, "commitment", party, nonce))


def freeze(
    *,
    matter: str,
    candidates: Iterable[Candidate],
    excluded: Iterable[Exclusion] = (),
    quotas: Mapping[str, int],
    commitments: Iterable[Commitment],
    public_source: str = "",
    parameters: Mapping[str, str] | None = None,
    hash: Hash = SHA256,
) -> Pool:
    """The pool in canonical order: the same input in any order gives the same pool.

    Raises `Refused`: candidate_twice, exclusion_unknown, exclusion_without_reason, quota_needed,
    pool_too_small, draw_needs_two_to_four_parties. Basis: configuration.
    """
    pool = Pool(
        matter=matter,
        candidates=tuple(sorted(candidates, key=lambda line: line.id)),
        excluded=tuple(sorted(excluded, key=lambda line: line.id)),
        quotas=dict(sorted(quotas.items())),
        commitments=tuple(sorted(commitments, key=lambda line: line.party)),
        public_source=public_source,
        parameters=dict(sorted((parameters or {}).items())),
        algorithm=ALGORITHM,
        hash_name=hash.name,
    )
    _check_pool(pool)
    return pool


def _check_pool(pool: Pool) -> None:
    ids = {line.id for line in pool.candidates}
    for lines in (pool.candidates, pool.excluded):
        seen = Counter(line.id for line in lines)
        if len(seen) < len(lines):
            raise Refused("candidate_twice", ids=[name for name, times in seen.items() if times > 1])
    for line in pool.excluded:
        if line.id not in ids:
            raise Refused("exclusion_unknown", id=line.id)
        if not line.reason.strip():
            raise Refused("exclusion_without_reason", id=line.id)
    if not pool.quotas or any(seats < 1 for seats in pool.quotas.values()):
        raise Refused("quota_needed")
    strata = Counter(pool.eligible().values())
    for name, seats in pool.quotas.items():
        if strata[name] < seats:
            raise Refused("pool_too_small", stratum=name, seats=seats, eligible=strata[name])
    parties = {line.party for line in pool.commitments}
    if not 2 <= len(parties) <= 4 or len(parties) < len(pool.commitments):
        raise Refused("draw_needs_two_to_four_parties", parties=sorted(parties))


def digest(pool: Pool, hash: Hash = SHA256) -> str:
    """The digest of a frozen pool in hex, published before any nonce is revealed."""
    return _digest(hash, "pool", _canonical(pool))


def draw(pool: Pool, *, nonces: Mapping[str, str], public_value: str = "", hash: Hash = SHA256) -> Record:
    """The draw, once every party has revealed its nonce: party to nonce.

    Raises `Refused`: nonce_not_revealed, nonce_does_not_match, public_value_needed,
    public_value_not_announced, hash_not_the_pools. Basis: configuration.
    """
    if hash.name != pool.hash_name:
        raise Refused("hash_not_the_pools", needed=pool.hash_name)
    committed = {line.party: line.value for line in pool.commitments}
    if missing := sorted(committed.keys() - nonces.keys()):
        raise Refused("nonce_not_revealed", parties=missing)
    for party in sorted(nonces):
        if committed.get(party) != _digest(hash, "commitment", party, nonces[party]):
            raise Refused("nonce_does_not_match", party=party)
    if bool(pool.public_source) != bool(public_value):
        raise Refused("public_value_needed" if pool.public_source else "public_value_not_announced")
    frozen = digest(pool, hash)
    seed = _seed(frozen, nonces, public_value, hash)
    order = tuple(permutation(pool.eligible(), bytes.fromhex(seed), hash))
    record = Record(
        pool=pool,
        digest=frozen,
        nonces=dict(sorted(nonces.items())),
        public_value=public_value,
        seed=seed,
        permutation=order,
        skips=(),
        selected=_walk(pool, order, ()),
    )
    return replace(record, seal=_seal(record, hash))


def skip(record: Record, *, id: str, kind: SkipKind, reason: str, hash: Hash = SHA256) -> Record:
    """The record after a selected candidate gives up the place: the walk continues in its stratum.

    Also the later replacement: everyone else keeps the seat.
    Raises `Refused`: not_selected, skip_without_reason. Basis: configuration.
    """
    if id not in {line.id for line in record.selected}:
        raise Refused("not_selected", id=id)
    if not reason.strip():
        raise Refused("skip_without_reason", id=id)
    skips = (*record.skips, Skip(id=id, kind=SkipKind(kind), reason=reason))
    record = replace(record, skips=skips, selected=_walk(record.pool, record.permutation, skips))
    return replace(record, seal=_seal(record, hash))


def permutation(ids: Iterable[str], seed: bytes, hash: Hash = SHA256) -> list[str]:
    """All of `ids` in the order `seed` (bytes) gives them; the order they come in does not matter."""
    order, words = sorted(ids), _words(seed, hash)
    for last in range(len(order) - 1, 0, -1):
        bound = _SPACE - _SPACE % (last + 1)
        word = next(words)
        while word >= bound:  # reject, or low places would come up too often
            word = next(words)
        other = word % (last + 1)
        order[last], order[other] = order[other], order[last]
    return order


def _words(seed: bytes, hash: Hash) -> Iterator[int]:
    """The keystream in words of 64 bits: HMAC (RFC 2104) of a counter, the key pads prepared once."""
    key = (hash.of(seed) if len(seed) > hash.block else seed).ljust(hash.block, b"\0")
    inner, outer = bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)
    of, counter = hash.of, 0
    count = len(of(b"")) // 8
    cut = struct.Struct(f">{count}Q").unpack_from
    while True:
        yield from cut(of(outer + of(inner + counter.to_bytes(8, "big"))))
        counter += 1


def _walk(pool: Pool, order: tuple[str, ...], skips: tuple[Skip, ...]) -> tuple[Selected, ...]:
    """Seats by stratum to the first in order who were not skipped."""
    strata, left, over = pool.eligible(), dict(pool.quotas), {line.id for line in skips}
    selected: list[Selected] = []
    seats = sum(left.values())
    for place, name in enumerate(order, 1):
        if len(selected) == seats:
            break
        stratum = strata[name]
        if left.get(stratum) and name not in over:
            left[stratum] -= 1
            selected.append(Selected(id=name, stratum=stratum, place=place))
    return tuple(selected)


def verify(record: Record, hash: Hash = SHA256, *, published: str | None = None) -> list[Problem]:
    """Replay a draw; every part that does not follow is a problem, none means the draw is sound.

    `published` is the digest as it was announced before the draw; without it a record rewritten as a
    whole would still be consistent with itself.
    """
    pool = record.pool
    if pool.algorithm != ALGORITHM or pool.hash_name != hash.name:
        return [Problem(code="method_other", subject=f"{pool.algorithm} {pool.hash_name}")]
    found = _pool_problems(pool, hash)
    frozen = digest(pool, hash)
    if record.digest != frozen:
        found.append(Problem(code="digest"))
    if published is not None and published != frozen:
        found.append(Problem(code="digest_not_as_published"))
    found += _nonce_problems(record, hash)
    if bool(pool.public_source) != bool(record.public_value):
        found.append(Problem(code="public_value"))
    seed = _seed(frozen, record.nonces, record.public_value, hash)
    if record.seed != seed:
        found.append(Problem(code="seed"))
    order = tuple(permutation(pool.eligible(), bytes.fromhex(seed), hash))
    if record.permutation != order:
        found.append(Problem(code="permutation"))
    found += _walk_problems(record, order)
    if record.seal != _seal(record, hash):
        found.append(Problem(code="seal"))
    return found


def _pool_problems(pool: Pool, hash: Hash) -> list[Problem]:
    parts = {
        name: getattr(pool, name) for name in pool.__struct_fields__ if name not in {"algorithm", "hash_name"}
    }
    try:
        return [] if freeze(**parts, hash=hash) == pool else [Problem(code="pool_order")]
    except Refused as refused:
        return [Problem(code=refused.code)]


def _nonce_problems(record: Record, hash: Hash) -> list[Problem]:
    committed = {line.party: line.value for line in record.pool.commitments}
    revealed = {party: _digest(hash, "commitment", party, nonce) for party, nonce in record.nonces.items()}
    return [
        Problem(code="nonce", subject=party)
        for party in sorted(committed.keys() | revealed.keys())
        if committed.get(party) != revealed.get(party)
    ]


def _walk_problems(record: Record, order: tuple[str, ...]) -> list[Problem]:
    """Each skip must name someone selected at that point, with a reason; the seats must follow."""
    found = []
    for number, line in enumerate(record.skips):
        reached = {seat.id for seat in _walk(record.pool, order, record.skips[:number])}
        if line.id not in reached or not line.reason.strip():
            found.append(Problem(code="skip", subject=line.id))
    if record.selected != _walk(record.pool, order, record.skips):
        found.append(Problem(code="selected"))
    return found


def to_json(record: Record) -> bytes:
    """The record as JSON, for publication."""
    return msgspec.json.encode(record)


def from_json(content: bytes | str) -> Record:
    """A record from its JSON; `msgspec.ValidationError` if it has not the shape of one."""
    return msgspec.json.decode(content, type=Record)


def _seed(frozen: str, nonces: Mapping[str, str], public_value: str, hash: Hash) -> str:
    revealed = (part for party in sorted(nonces) for part in (party, nonces[party]))
    return _digest(hash, "seed", frozen, *revealed, public_value)


def _seal(record: Record, hash: Hash) -> str:
    return _digest(hash, "record", _canonical(replace(record, seal="")))


def _canonical(value: Frozen) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def _digest(hash: Hash, use: str, *parts: str) -> str:
    """H over the use and the parts, each preceded by its length so that none can run into another."""
    encoded = [part.encode() for part in (f"{ALGORITHM} {use}", *parts)]
    return hash.of(b"".join(len(part).to_bytes(8, "big") + part for part in encoded)).hex()
