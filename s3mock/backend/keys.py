"""The ordered index of a bucket's keys: an immutable map.

A write makes a new index that shares all but one chunk with the old one, so readers need no lock: the index that they
hold stays as it is. Keys are ordered by code point, which is the order of their UTF-8 bytes and so S3's ("List results
are always returned in UTF-8 binary order", API page of ListObjectsV2).

No list changes once it is part of an index. They are lists and not tuples because a list is copied twice as fast.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import chain, compress, count
from operator import is_not
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

V = TypeVar("V")
T = TypeVar("T")

# A write copies one chunk and the list of all chunks, so both must stay small: 256 is best up to a few
# hundred thousand keys (docs/decisions has the table).
CHUNK = 256
SMALL = CHUNK // 4


class KeyIndex(Generic[V]):
    """A persistent ordered map from keys to values. ``KeyIndex()`` is empty; every change returns a new index."""

    __slots__ = ("_chunks", "_firsts", "_size")

    def __init__(
        self,
        _firsts: list[str] | None = None,
        _chunks: list[tuple[list[str], list[V]]] | None = None,
        _size: int = 0,
    ) -> None:
        self._firsts = _firsts or []  # the first key of each chunk
        self._chunks = _chunks or []  # (keys in order, their values), never empty
        self._size = _size

    @classmethod
    def of(cls, items: Iterable[tuple[str, V]]) -> KeyIndex[V]:
        """An index of ``items``, which may come in any order; of equal keys the last one wins."""
        values = dict(items)
        keys = sorted(values)
        runs = [keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK)]
        return cls([run[0] for run in runs], [(run, [values[key] for key in run]) for run in runs], len(keys))

    def get(self, key: str) -> V | None:
        """The value of ``key``, or None."""
        at = bisect_right(self._firsts, key) - 1
        if at < 0:
            return None
        keys, values = self._chunks[at]
        place = bisect_left(keys, key)
        return values[place] if place < len(keys) and keys[place] == key else None

    def set(self, key: str, value: V) -> KeyIndex[V]:
        """A new index with ``value`` for ``key``."""
        firsts, chunks = self._firsts, self._chunks
        if not chunks:
            return KeyIndex([key], [([key], [value])], 1)
        at = bisect_right(firsts, key) - 1
        if at < 0:
            at = 0
            firsts = [key, *firsts[1:]]
        keys, values = chunks[at]
        values = values.copy()
        place = bisect_left(keys, key)
        if place < len(keys) and keys[place] == key:
            values[place] = value
            return KeyIndex(firsts, _spliced(chunks, at, [(keys, values)]), self._size)
        keys = keys.copy()
        keys.insert(place, key)
        values.insert(place, value)
        if len(keys) <= CHUNK:
            return KeyIndex(firsts, _spliced(chunks, at, [(keys, values)]), self._size + 1)
        # Keys usually arrive in order: they should leave full chunks behind, not half-full ones.
        half = CHUNK if place == CHUNK else CHUNK // 2
        halves = [(keys[:half], values[:half]), (keys[half:], values[half:])]
        return KeyIndex(_spliced(firsts, at, [keys[0], keys[half]]), _spliced(chunks, at, halves), self._size + 1)

    def remove(self, key: str) -> KeyIndex[V]:
        """An index without ``key``; this one if it does not have the key."""
        firsts, chunks = self._firsts, self._chunks
        at = bisect_right(firsts, key) - 1
        if at < 0:
            return self
        keys, values = chunks[at]
        place = bisect_left(keys, key)
        if place == len(keys) or keys[place] != key:
            return self
        keys, values = _spliced(keys, place, []), _spliced(values, place, [])
        if len(keys) >= SMALL:
            firsts = firsts if place else _spliced(firsts, at, [keys[0]])
            return KeyIndex(firsts, _spliced(chunks, at, [(keys, values)]), self._size - 1)
        count = 1
        for left in (at - 1, at):
            # Leave some room, or the next write would split the merged chunk again.
            if 0 <= left < len(chunks) - 1 and len(chunks[left][0]) + len(chunks[left + 1][0]) <= CHUNK - SMALL:
                more_keys, more_values = chunks[left if left < at else at + 1]
                keys, values = (
                    (more_keys + keys, more_values + values) if left < at else (keys + more_keys, values + more_values)
                )
                at, count = left, 2
                break
        chunk = [(keys, values)] if keys else []
        return KeyIndex(_spliced(firsts, at, keys[:1], count), _spliced(chunks, at, chunk, count), self._size - 1)

    def scan(self, start: str = "", *, after: bool = False, stop: str | None = None) -> Iterator[tuple[str, V]]:
        """Iterate over keys and values in order, from ``start`` (excluded if ``after``) up to ``stop`` (excluded)."""
        chunks = self._chunks
        first = max(bisect_right(self._firsts, start) - 1, 0)
        for at in range(first, len(chunks)):
            keys, values = chunks[at]
            low = 0 if at > first else (bisect_right if after else bisect_left)(keys, start)
            if stop is not None and keys[-1] >= stop:
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
        firsts, chunks = self._firsts, self._chunks
        at = max(bisect_right(firsts, start) - 1, 0)
        place = (bisect_right if after else bisect_left)(chunks[at][0], start) if chunks else 0
        while at < len(chunks):
            keys, values = chunks[at]
            end = len(keys) if stop is None or keys[-1] < stop else bisect_left(keys, stop)
            to = None
            while place < end:
                to = yield keys[place], values[place]
                place = place + 1 if to is None else bisect_left(keys, to, place + 1)
            if end < len(keys):
                return
            at, place = at + 1, 0
            if to is not None and at < len(chunks) and firsts[at] < to:
                at = bisect_right(firsts, to, at) - 1
                place = bisect_left(chunks[at][0], to)

    def changes(self, after: KeyIndex[V]) -> Iterator[tuple[str, V | None, V | None]]:
        """Iterate over the keys whose values differ in ``after``: the key, its value here and there, None without one.

        It takes as long as the chunks are many that the two do not share, whatever the number of keys.
        """
        if self is after:
            return
        old, new = self._chunks, after._chunks
        start = common(old, new)
        end = common(old[start:][::-1], new[start:][::-1])
        old, new = old[start : len(old) - end], new[start : len(new) - end]
        shared = {id(chunk) for chunk in old} & {id(chunk) for chunk in new}
        (keys, values), (new_keys, new_values) = (
            _joined([chunk for chunk in chunks if id(chunk) not in shared]) for chunks in (old, new)
        )
        # Mostly one key of a chunk has changed: comparing lists takes a tenth of looking up all others.
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

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(keys for keys, _ in self._chunks)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __repr__(self) -> str:
        return f"<KeyIndex of {self._size} keys in {len(self._chunks)} chunks>"


def _joined(chunks: list[tuple[list[str], list[V]]]) -> tuple[list[str], list[V]]:
    """The keys and the values of some chunks."""
    if len(chunks) == 1:
        return chunks[0]
    return [key for keys, _ in chunks for key in keys], [value for _, values in chunks for value in values]


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
