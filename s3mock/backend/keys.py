"""The ordered index of a bucket's keys: an immutable map.

It is a B+ tree. A write makes a new index that shares all but one path of nodes with the old one, so readers need no
lock: the index that they hold stays as it is. Keys are ordered by code point, which is the order of their UTF-8 bytes
and so S3's ("List results are always returned in UTF-8 binary order", API page of ListObjectsV2).

No list changes once it is part of an index. They are lists and not tuples because a list is copied twice as fast.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import chain, compress, count, islice
from operator import is_not
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

V = TypeVar("V")
T = TypeVar("T")

Node: TypeAlias = "tuple[list[str], list[Any]]"
"""A leaf has keys in order, and their values. A branch has nodes, and between two of them a key that is the last one of
the former, or was when the two were made."""

# A write copies one node of each level, so nodes must be small, and levels few (docs/decisions has the table).
CHUNK = 128
SMALL = CHUNK // 4
NEAR = 16  # how many leaves a jump looks at before it looks at all


class KeyIndex(Generic[V]):
    """A persistent ordered map from keys to values. ``KeyIndex()`` is empty; every change returns a new index."""

    __slots__ = ("_depth", "_root", "_size")

    def __init__(self, _root: Node = ([], []), _depth: int = 0, _size: int = 0) -> None:
        self._root = _root
        self._depth = _depth  # how many levels of branches are above the leaves
        self._size = _size

    @classmethod
    def of(cls, items: Iterable[tuple[str, V]]) -> KeyIndex[V]:
        """An index of ``items``, which may come in any order; of equal keys the last one wins."""
        values = dict(items)
        keys = sorted(values)
        nodes: list[Node] = [(keys[run], [values[key] for key in keys[run]]) for run in _runs(keys)]
        lasts = [keys[-1] for keys, _ in nodes if keys]
        depth = 0
        while len(nodes) > 1:
            runs = [slice(at, at + CHUNK) for at in range(0, len(nodes), CHUNK)]
            nodes = [(lasts[run][: len(nodes[run]) - 1], nodes[run]) for run in runs]
            lasts = [lasts[run][-1] for run in runs]
            depth += 1
        return cls(nodes[0], depth, len(values))

    def get(self, key: str) -> V | None:
        """The value of ``key``, or None."""
        keys, items = self._root
        for _ in range(self._depth):
            keys, items = items[bisect_left(keys, key)]
        place = bisect_left(keys, key)
        return items[place] if place < len(keys) and keys[place] == key else None

    def set(self, key: str, value: V) -> KeyIndex[V]:
        """A new index with ``value`` for ``key``."""
        path, (keys, values) = self._way(key)
        place, depth, size = bisect_left(keys, key), self._depth, self._size
        values = values.copy()
        if place < len(keys) and keys[place] == key:
            values[place] = value
        else:
            keys, size = keys.copy(), size + 1
            keys.insert(place, key)
            values.insert(place, value)
        between: list[str] = []
        nodes: list[Node] = [(keys, values)]
        if len(keys) > CHUNK:
            # Keys usually arrive in order: they should leave full leaves behind, not half-full ones.
            low, high = (3, 4) if place == CHUNK else (1, 3)
            cut = _cut(keys, CHUNK * low // 4, CHUNK * high // 4)
            between, nodes = [keys[cut - 1]], [(keys[:cut], values[:cut]), (keys[cut:], values[cut:])]
        for branch, at in reversed(path):
            lasts, children = branch[0], _spliced(branch[1], at, nodes)
            if between:
                lasts = _spliced(lasts, at, between, 0)
            between, nodes = [], [(lasts, children)]
            if len(children) > CHUNK:
                cut = CHUNK if at >= CHUNK - 1 else CHUNK // 2
                between = [lasts[cut - 1]]
                nodes = [(lasts[: cut - 1], children[:cut]), (lasts[cut:], children[cut:])]
        if between:
            nodes, depth = [(between, nodes)], depth + 1
        return KeyIndex(nodes[0], depth, size)

    def remove(self, key: str) -> KeyIndex[V]:
        """An index without ``key``; this one if it does not have the key."""
        path, (keys, values) = self._way(key)
        place = bisect_left(keys, key)
        if place == len(keys) or keys[place] != key:
            return self
        node: Node = (_spliced(keys, place, []), _spliced(values, place, []))
        of_leaves = True
        for branch, at in reversed(path):
            node = _with_less(branch, at, node, of_leaves=of_leaves)
            of_leaves = False
        depth = self._depth
        while depth and len(node[1]) <= 1:
            node, depth = node[1][0] if node[1] else node, depth - 1
        return KeyIndex(node, depth, self._size - 1)

    def scan(self, start: str = "", *, after: bool = False, stop: str | None = None) -> Iterator[tuple[str, V]]:
        """Iterate over keys and values in order, from ``start`` (excluded if ``after``) up to ``stop`` (excluded)."""
        low = -1
        for keys, values in self._leaves(start):
            low = 0 if low >= 0 else (bisect_right if after else bisect_left)(keys, start)
            if stop is not None and keys and keys[-1] >= stop:
                high = bisect_left(keys, stop, low)
                yield from zip(keys[low:high], values[low:high], strict=True)
                return
            yield from zip(keys[low:], values[low:], strict=True)

    def walk(
        self, start: str = "", *, after: bool = False, stop: str | None = None
    ) -> Generator[tuple[str, V], str | None, None]:
        """Iterate as ``scan`` does; ``send(key)`` jumps ahead to ``key`` instead of taking the next step.

        A step takes longer than a step of ``scan``; a jump takes as long as a few steps, however far it goes.
        """
        if not self._size:
            return
        lasts, leaves, end = self._branch(start)
        at = bisect_left(lasts, start)
        keys, values = leaves[at]
        place = (bisect_right if after else bisect_left)(keys, start)
        while True:
            if place == len(keys):
                at, place = at + 1, 0
                if at == len(leaves):
                    if end is None:
                        return
                    lasts, leaves, end = self._branch(_next(end))
                    at = 0
                keys, values = leaves[at]
            key = keys[place]
            if stop is not None and key >= stop:
                return
            to = yield key, values[place]
            place += 1
            if to is None or (place < len(keys) and keys[place] >= to):
                continue
            # Most of the keys of a large bucket are in no cache: so as few as possible are compared.
            if end is not None and to > end:
                lasts, leaves, end = self._branch(to)
                at = 0
            near = min(at + NEAR, len(lasts))
            at = bisect_left(lasts, to, at, near)
            if at == near:
                at = bisect_left(lasts, to, near)
            keys, values = leaves[at]
            place = 0 if keys[0] >= to else bisect_left(keys, to)

    def changes(self, after: KeyIndex[V]) -> Iterator[tuple[str, V | None, V | None]]:
        """Iterate over the keys whose values differ in ``after``: the key, its value here and there, None without one.

        It takes as long as the nodes are many that the two do not share, whatever the number of keys.
        """
        depth = max(self._depth, after._depth)
        old, new = _unshared([self._lifted(depth)], [after._lifted(depth)])
        for _ in range(depth):
            old, new = _unshared(*([child for _, children in nodes for child in children] for nodes in (old, new)))
        (keys, values), (new_keys, new_values) = _joined(old), _joined(new)
        # Mostly one key of a leaf has changed: comparing lists takes a tenth of looking up all others.
        start = min(common(keys, new_keys), _same(values, new_values))
        end = min(
            common(keys[start:][::-1], new_keys[start:][::-1]), _same(values[start:][::-1], new_values[start:][::-1])
        )
        stop, new_stop = len(keys) - end, len(new_keys) - end
        before = dict(zip(keys[start:stop], values[start:stop], strict=True))
        now = dict(zip(new_keys[start:new_stop], new_values[start:new_stop], strict=True))
        for key, value in before.items():
            other = now.pop(key, None)
            if other is not value:
                yield key, value, other
        for key, other in now.items():
            yield key, None, other

    def _way(self, key: str) -> tuple[list[tuple[Node, int]], Node]:
        """The branches on the way to ``key``, each with the place where it goes on; and the leaf."""
        path = []
        node = self._root
        for _ in range(self._depth):
            at = bisect_left(node[0], key)
            path.append((node, at))
            node = node[1][at]
        return path, node

    def _branch(self, key: str) -> tuple[list[str], list[Node], str | None]:
        """The lowest branch on the way to ``key``; and the last key that it may have, None for the last branch."""
        end = None
        lasts, nodes = self._lifted(1)
        for _ in range(self._depth - 1):
            at = bisect_left(lasts, key)
            if at < len(lasts):
                end = lasts[at]
            lasts, nodes = nodes[at]
        return lasts, nodes, end

    def _leaves(self, start: str = "") -> Iterator[Node]:
        """Iterate over the leaves, from the one that has ``start`` or would have it."""
        lasts, leaves, end = self._branch(start)
        yield from islice(leaves, bisect_left(lasts, start), None)
        while end is not None:
            _, leaves, end = self._branch(_next(end))
            yield from leaves

    def _lifted(self, depth: int) -> Node:
        """The root, below as many branches of one node as make it ``depth`` levels of branches, or more."""
        node = self._root
        for _ in range(depth - self._depth):
            node = ([], [node])
        return node

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(keys for keys, _ in self._leaves())

    def __len__(self) -> int:
        return self._size

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __repr__(self) -> str:
        return f"<KeyIndex of {self._size} keys>"


def _runs(keys: list[str]) -> Iterator[slice]:
    """Iterate over the parts of ``keys`` that are a leaf each."""
    start = 0
    while len(keys) - start > CHUNK:
        cut = _cut(keys, start + CHUNK // 2, start + CHUNK)
        yield slice(start, cut)
        start = cut
    yield slice(start, len(keys))


def _with_less(branch: Node, at: int, node: Node, *, of_leaves: bool) -> Node:
    """A copy of ``branch`` whose child ``at`` has become ``node``, which goes if it is empty, or is merged if small."""
    lasts, children = branch
    if not node[1]:
        return _spliced(lasts, max(at - 1, 0), []), _spliced(children, at, [])
    if len(node[1]) < SMALL:
        for left in (at - 1, at):
            if 0 <= left < len(lasts):
                one, other = (children[left], node) if left < at else (node, children[at + 1])
                # Leave some room, or the next write would split the merged node again.
                if len(one[1]) + len(other[1]) <= CHUNK - SMALL:
                    between = [] if of_leaves else [lasts[left]]
                    merged = (one[0] + between + other[0], one[1] + other[1])
                    return _spliced(lasts, left, []), _spliced(children, left, [merged], 2)
    return lasts, _spliced(children, at, [node])


def _cut(keys: list[str], low: int, high: int) -> int:
    """The place from ``low`` to ``high`` before which ``keys`` are cut: where two neighbours have least in common.

    So a leaf mostly begins with the first key of a common prefix, where a jump over the one before it arrives.
    """
    shared = common(keys[low - 1], keys[high])
    return bisect_left(keys, keys[high][: shared + 1], low, high)


def _next(key: str) -> str:
    """The key right after ``key``."""
    return key + "\0"


def _unshared(one: list[Node], other: list[Node]) -> tuple[list[Node], list[Node]]:
    """Two lists of nodes without the nodes that are in both."""
    start = _same(one, other)
    end = _same(one[start:][::-1], other[start:][::-1])
    one, other = one[start : len(one) - end], other[start : len(other) - end]
    shared = {id(node) for node in one} & {id(node) for node in other}
    return [node for node in one if id(node) not in shared], [node for node in other if id(node) not in shared]


def _joined(leaves: list[Node]) -> Node:
    """The keys and the values of some leaves."""
    if len(leaves) == 1:
        return leaves[0]
    return [key for keys, _ in leaves for key in keys], [value for _, values in leaves for value in values]


def _same(one: Sequence[object], other: Sequence[object]) -> int:
    """How many items at the start of two sequences are the same objects."""
    return next(compress(count(), map(is_not, one, other)), min(len(one), len(other)))


def common(one: Sequence[object], other: Sequence[object]) -> int:
    """How many items at the start of two sequences are equal; those that are the same are not compared."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _spliced(items: list[T], at: int, new: list[T], count: int = 1) -> list[T]:
    """A copy of ``items`` with ``new`` in place of the ``count`` items at index ``at``."""
    copy = items.copy()
    copy[at : at + count] = new
    return copy
