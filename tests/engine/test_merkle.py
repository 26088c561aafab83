"""The Merkle tree against the vectors of certificate transparency, and against the recursion of RFC 6962."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engine import merkle
from tongban.kit.hashing import hasher

SHA256, SM3 = hasher("sha256"), hasher("sm3")
LEAVES = [
    bytes.fromhex(content)
    for content in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 300)


class Tree:
    """A tree grown leaf by leaf, its complete subtrees kept as a store would."""

    def __init__(self, contents: list[bytes], hash: merkle.Hash) -> None:
        self.hash, self.nodes = hash, {}
        self.frontier = merkle.Frontier(size=0, peaks=[])
        self.roots = [self.frontier.root(hash)]
        for content in contents:
            for level, index, value in self.frontier.append(merkle.leaf_hash(content, hash), hash):
                assert (level, index) not in self.nodes
                self.nodes[level, index] = value
            self.roots.append(self.frontier.root(hash))

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


def naive_root(contents: list[bytes], hash: merkle.Hash) -> bytes:
    """The recursion of RFC 6962 2.1, word for word."""
    if not contents:
        return hash(b"")
    if len(contents) == 1:
        return hash(b"\x00" + contents[0])
    k = split(len(contents))
    return hash(b"\x01" + naive_root(contents[:k], hash) + naive_root(contents[k:], hash))


def naive_path(m: int, contents: list[bytes], hash: merkle.Hash) -> list[bytes]:
    """The recursion of RFC 6962 2.1.1."""
    if len(contents) == 1:
        return []
    k = split(len(contents))
    if m < k:
        return [*naive_path(m, contents[:k], hash), naive_root(contents[k:], hash)]
    return [*naive_path(m - k, contents[k:], hash), naive_root(contents[:k], hash)]


def naive_consistency(m: int, contents: list[bytes], hash: merkle.Hash, whole: bool = True) -> list[bytes]:
    """The recursion of RFC 6962 2.1.2."""
    if m == len(contents):
        return [] if whole else [naive_root(contents, hash)]
    k = split(len(contents))
    if m <= k:
        return [*naive_consistency(m, contents[:k], hash, whole), naive_root(contents[k:], hash)]
    return [*naive_consistency(m - k, contents[k:], hash, False), naive_root(contents[:k], hash)]


def split(count: int) -> int:
    """The largest power of two below `count`."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def contents_of(size: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(size)]


def flips(parts: list[bytes]):
    """The parts with one byte changed, for every byte."""
    for number, part in enumerate(parts):
        for place in range(len(part)):
            changed = bytearray(part)
            changed[place] ^= 0x01
            yield [*parts[:number], bytes(changed), *parts[number + 1 :]]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_published_with_certificate_transparency(size):
    tree = Tree(LEAVES[:size], SHA256)
    assert tree.roots[size].hex() == ROOTS[size]
    assert merkle.root(size, tree.node, SHA256).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
        (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    ],
)  # fmt: skip
def test_the_inclusion_proofs_are_those_published(index, size, path):
    tree = Tree(LEAVES, SHA256)
    found = merkle.inclusion(index, size, tree.node, SHA256)
    assert [part.hex() for part in found] == path
    leaf, root = tree.nodes[0, index], bytes.fromhex(ROOTS[size])
    assert merkle.verify_inclusion(leaf, index, size, found, root, SHA256)


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        (1, 1, []),
        (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
        (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
        (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    ],
)  # fmt: skip
def test_the_consistency_proofs_are_those_published(first, second, path):
    tree = Tree(LEAVES, SHA256)
    found = merkle.consistency(first, second, tree.node, SHA256)
    assert [part.hex() for part in found] == path
    roots = bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second])
    assert merkle.verify_consistency(first, second, found, *roots, SHA256)


def test_sm3_is_that_of_gb_t_32905_and_hashes_the_empty_tree():
    assert SM3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    empty = "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
    assert Tree([], SM3).roots[0].hex() == empty


@pytest.mark.parametrize("hash", [SHA256, SM3], ids=["sha256", "sm3"])
def test_every_root_and_proof_of_trees_up_to_33_leaves_is_that_of_the_recursion(hash):
    contents = contents_of(33)
    tree = Tree(contents, hash)
    for size in range(34):
        assert merkle.root(size, tree.node, hash) == tree.roots[size] == naive_root(contents[:size], hash)
        for index in range(size):
            assert merkle.inclusion(index, size, tree.node, hash) == naive_path(index, contents[:size], hash)
            first = index + 1
            found = merkle.consistency(first, size, tree.node, hash)
            assert found == naive_consistency(first, contents[:size], hash)


@settings(max_examples=40, deadline=None)
@given(SIZES, st.data(), st.sampled_from([SHA256, SM3]))
def test_proofs_of_larger_trees_are_those_of_the_recursion_and_hold(size, data, hash):
    contents = contents_of(size)
    tree = Tree(contents, hash)
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    path = merkle.inclusion(index, size, tree.node, hash)
    assert path == naive_path(index, contents, hash)
    assert merkle.verify_inclusion(tree.nodes[0, index], index, size, path, tree.roots[size], hash)
    steps = merkle.consistency(first, size, tree.node, hash)
    assert steps == naive_consistency(first, contents, hash)
    assert merkle.verify_consistency(first, size, steps, tree.roots[first], tree.roots[size], hash)


@settings(max_examples=40, deadline=None)
@given(SIZES, SIZES)
def test_a_frontier_taken_up_from_stored_nodes_grows_like_the_one_never_put_down(stored, more):
    contents = contents_of(stored + more)
    whole, part = Tree(contents, SM3), Tree(contents[:stored], SM3)
    taken_up = merkle.frontier(stored, part.node)
    for content in contents[stored:]:
        for level, index, value in taken_up.append(merkle.leaf_hash(content, SM3), SM3):
            part.nodes[level, index] = value
    assert (taken_up, part.nodes) == (whole.frontier, whole.nodes)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
def test_an_inclusion_proof_with_any_byte_changed_is_refused(size):
    tree = Tree(contents_of(size), SM3)
    for index in range(size):
        path, leaf, root = (
            merkle.inclusion(index, size, tree.node, SM3),
            tree.nodes[0, index],
            tree.roots[size],
        )
        assert merkle.verify_inclusion(leaf, index, size, path, root, SM3)
        for changed_leaf, changed_root, *changed in flips([leaf, root, *path]):
            assert not merkle.verify_inclusion(changed_leaf, index, size, changed, changed_root, SM3)


@pytest.mark.parametrize(("first", "second"), [(1, 2), (3, 7), (4, 8), (6, 8), (5, 13), (13, 13)])
def test_a_consistency_proof_with_any_byte_changed_is_refused(first, second):
    tree = Tree(contents_of(second), SM3)
    path = merkle.consistency(first, second, tree.node, SM3)
    assert merkle.verify_consistency(first, second, path, tree.roots[first], tree.roots[second], SM3)
    for old, new, *changed in flips([tree.roots[first], tree.roots[second], *path]):
        assert not merkle.verify_consistency(first, second, changed, old, new, SM3)


def test_a_proof_too_long_too_short_or_for_another_place_is_refused():
    tree = Tree(contents_of(13), SM3)
    leaf, root = tree.nodes[0, 5], tree.roots[13]
    path = merkle.inclusion(5, 13, tree.node, SM3)
    tried = [(5, 13, path[:-1]), (5, 13, [*path, path[-1]]), (5, 13, []), (4, 13, path), (13, 13, path),
             (-1, 13, path), (5, 7, path), (5, 0, path)]  # fmt: skip
    assert not any(merkle.verify_inclusion(leaf, i, size, parts, root, SM3) for i, size, parts in tried)
    steps = merkle.consistency(5, 13, tree.node, SM3)
    roots = tree.roots[5], root
    tried = [(5, 13, steps[:-1]), (5, 13, [*steps, steps[-1]]), (5, 13, []), (4, 13, steps), (0, 13, steps),
             (13, 5, steps)]  # fmt: skip
    assert not any(merkle.verify_consistency(one, two, parts, *roots, SM3) for one, two, parts in tried)


def test_there_is_no_proof_outside_the_tree():
    tree = Tree(contents_of(3), SM3)
    for index, size in [(3, 3), (-1, 3), (0, 0)]:
        with pytest.raises(ValueError, match="not in a tree"):
            merkle.inclusion(index, size, tree.node, SM3)
    for first, second in [(0, 3), (3, 2), (-1, 3)]:
        with pytest.raises(ValueError, match="no consistency"):
            merkle.consistency(first, second, tree.node, SM3)


def test_a_leaf_can_never_pass_for_a_node():
    left, right = (merkle.leaf_hash(content, SM3) for content in (b"a", b"b"))
    assert merkle.leaf_hash(left + right, SM3) != merkle.join(left, right, SM3)
