"""A Merkle tree over leaf hashes as in RFC 6962 and RFC 9162, with any hash function.

Only complete subtrees are stored, as nodes (level, index); every root and proof of every size is computed
from O(log n) of them.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

Hash = Callable[[bytes], bytes]
Node = Callable[[int, int], bytes]  # (level, index) of a complete subtree of 2**level leaves → its hash


class Frontier(msgspec.Struct):
    """The right edge of a tree of `size` leaves: the complete subtrees that cover it, largest first."""

    size: int
    peaks: list[bytes]

    def append(self, leaf: bytes, hash: Hash) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf hash; yields the complete-subtree nodes it makes: (level, index, hash)."""
        index, level, value = self.size, 0, leaf
        yield 0, index, value
        while index & 1:
            value = join(self.peaks.pop(), value, hash)
            index >>= 1
            level += 1
            yield level, index, value
        self.peaks.append(value)
        self.size += 1

    def root(self, hash: Hash) -> bytes:
        """The root; of an empty tree, the hash of nothing."""
        if not self.peaks:
            return hash(b"")
        value = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            value = join(peak, value, hash)
        return value


def leaf_hash(content: bytes, hash: Hash) -> bytes:
    """The hash of a leaf."""
    return hash(b"\x00" + content)


def join(left: bytes, right: bytes, hash: Hash) -> bytes:
    """The hash of a node over two."""
    return hash(b"\x01" + left + right)


def peaks(size: int) -> list[tuple[int, int]]:
    """The (level, index) of the complete subtrees that cover `size` leaves, largest first."""
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def frontier(size: int, node: Node) -> Frontier:
    """The frontier of a tree of `size` leaves, from its stored nodes."""
    return Frontier(size=size, peaks=[node(level, index) for level, index in peaks(size)])


def root(size: int, node: Node, hash: Hash) -> bytes:
    """The root of the first `size` leaves."""
    return frontier(size, node).root(hash)


def _range(start: int, end: int, node: Node, hash: Hash) -> bytes:
    """The hash over leaves `start` … `end` - 1, where `start` begins a subtree."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    split = 1 << (count - 1).bit_length() - 1
    left = _range(start, start + split, node, hash)
    return join(left, _range(start + split, end, node, hash), hash)


def inclusion(index: int, size: int, node: Node, hash: Hash) -> list[bytes]:
    """The audit path of leaf `index` in a tree of `size` leaves. Basis: RFC 9162 2.1.3.1."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = 1 << (end - start - 1).bit_length() - 1
        if index - start < split:
            path.append(_range(start + split, end, node, hash))
            end = start + split
        else:
            path.append(_range(start, start + split, node, hash))
            start += split
    return path[::-1]


def consistency(first: int, second: int, node: Node, hash: Hash) -> list[bytes]:
    """The proof that the tree of `first` leaves is the beginning of the one of `second`.

    Basis: RFC 9162 2.1.4.1.
    """
    if not 0 < first <= second:
        raise ValueError(f"no consistency between {first} and {second}")
    return list(_subproof(first, 0, second, True, node, hash))


def _subproof(m: int, start: int, end: int, whole: bool, node: Node, hash: Hash) -> Iterator[bytes]:
    count = end - start
    if m == count:
        if not whole:
            yield _range(start, end, node, hash)
        return
    split = 1 << (count - 1).bit_length() - 1
    if m <= split:
        yield from _subproof(m, start, start + split, whole, node, hash)
        yield _range(start + split, end, node, hash)
    else:
        yield from _subproof(m - split, start + split, end, False, node, hash)
        yield _range(start, start + split, node, hash)


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Iterable[bytes], root: bytes, hash: Hash
) -> bool:
    """Whether `path` leads from leaf hash `leaf` at `index` to `root`. Basis: RFC 9162 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, value = index, size - 1, leaf
    for part in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            value = join(part, value, hash)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            value = join(value, part, hash)
        fn >>= 1
        sn >>= 1
    return sn == 0 and value == root


def verify_consistency(
    first: int, second: int, path: Iterable[bytes], first_root: bytes, second_root: bytes, hash: Hash
) -> bool:
    """Whether the tree with `first_root` is the beginning of that with `second_root`.

    Basis: RFC 9162 2.1.4.2.
    """
    parts = list(path)
    if not 0 < first <= second:
        return False
    if first == second:
        return not parts and first_root == second_root
    if first & (first - 1) == 0:
        parts.insert(0, first_root)
    if not parts:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    one = two = parts[0]
    for part in parts[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            one, two = join(part, one, hash), join(part, two, hash)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            two = join(two, part, hash)
        fn >>= 1
        sn >>= 1
    return sn == 0 and one == first_root and two == second_root
