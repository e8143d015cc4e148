"""Things in an order, each with a name: the versions of a key, its uploads in progress, the parts of an upload.

A few items are a plain tuple. Each change would copy a long tuple whole, and each look for a name would search it, so
more than ``CHUNK`` items are a ``Many``, of which a change copies one chunk. Both are immutable.

``name_of`` returns the name of an item. Two items of a series never have the same one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain, compress, count, islice
from operator import is_not
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    Name: TypeAlias = Any  # a str or an int, comparable with the others

T = TypeVar("T")

CHUNK = 128
"""The most items of a tuple, and of a chunk."""


class Many(Sequence[T]):
    """Many items in ``chunks``, which are dictionaries by their names, never empty. None of them is ever changed."""

    __slots__ = ("_size", "chunks")

    def __init__(self, chunks: tuple[dict[Name, T], ...], size: int) -> None:
        self.chunks = chunks
        self._size = size

    @classmethod
    def of(cls, items: Iterable[T], name_of: Callable[[T], Name]) -> Many[T]:
        """These items, in chunks."""
        named = [(name_of(item), item) for item in items]
        return cls(tuple(dict(named[at : at + CHUNK]) for at in range(0, len(named), CHUNK)), len(named))

    def spliced(self, at: int, chunks: tuple[dict[Name, T], ...], grown: int) -> Many[T]:
        """These items with ``chunks`` in place of the chunk at ``at``; ``grown`` is how many items that adds."""
        return Many((*self.chunks[:at], *chunks, *self.chunks[at + 1 :]), self._size + grown)

    def locate(self, place: int) -> tuple[int, int]:
        """Where the item at ``place`` is, or would be at the end of all: the number of its chunk, and its place there.

        Raises IndexError behind the end.
        """
        for at, chunk in enumerate(self.chunks):
            if place < len(chunk) or (place == len(chunk) and at == len(self.chunks) - 1):
                return at, place
            place -= len(chunk)
        raise IndexError(place)

    def starting_at(self, place: int) -> Iterator[T]:
        """Iterate over the items from ``place`` on."""
        at, skipped = self.locate(place)
        yield from islice(self.chunks[at].values(), skipped, None)
        for chunk in islice(self.chunks, at + 1, None):
            yield from chunk.values()

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...

    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        if isinstance(place, slice):
            start, stop, step = place.indices(self._size)
            if step == 1:
                return tuple(islice(self.starting_at(start), max(stop - start, 0)))
            return tuple(self)[place]
        if place == 0:  # the latest version
            return next(iter(self.chunks[0].values()))
        if not -self._size <= place < self._size:
            raise IndexError(place)
        return next(self.starting_at(place % self._size))

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(chunk.values() for chunk in self.chunks)

    def __reversed__(self) -> Iterator[T]:
        return chain.from_iterable(reversed(chunk.values()) for chunk in reversed(self.chunks))

    def __len__(self) -> int:
        return self._size

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(other) != self._size:
            return False
        start, end = shared(self, other)
        return tuple(self[start : self._size - end]) == tuple(other[start : self._size - end])

    def __hash__(self) -> int:
        return hash((self._size, self[0], self[-1]))

    def __repr__(self) -> str:
        return f"<Many: {self._size} items in {len(self.chunks)} chunks>"


def of(items: Sequence[T], name_of: Callable[[T], Name]) -> Sequence[T]:
    """These items as a series."""
    return tuple(items) if len(items) <= CHUNK else Many.of(items, name_of)


def find(items: Sequence[T], name: Name, name_of: Callable[[T], Name]) -> T | None:
    """The item with this name, or None."""
    if type(items) is Many:
        return next((chunk[name] for chunk in items.chunks if name in chunk), None)
    for item in items:
        if name_of(item) == name:
            return item
    return None


def place(items: Sequence[T], name: Name, name_of: Callable[[T], Name]) -> int | None:
    """The place of the item with this name; None without one."""
    if type(items) is Many:
        passed = 0
        for chunk in items.chunks:
            if name in chunk:
                return passed + list(chunk).index(name)
            passed += len(chunk)
        return None
    for at, item in enumerate(items):
        if name_of(item) == name:
            return at
    return None


def sorted_place(items: Sequence[T], name: Name, name_of: Callable[[T], Name]) -> int:
    """The place of the first item whose name is not less than this one, in a series that is ordered by its names."""
    if type(items) is not Many:
        return bisect_left(items, name, key=name_of)
    passed = 0
    for chunk in items.chunks:
        if next(reversed(chunk)) >= name:
            return passed + bisect_left(list(chunk), name)
        passed += len(chunk)
    return passed


def starting_at(items: Sequence[T], place: int) -> Iterator[T]:
    """Iterate over the items from a place on."""
    return items.starting_at(place) if type(items) is Many else islice(items, place, None)


def inserted(items: Sequence[T], place: int, item: T, name_of: Callable[[T], Name]) -> Sequence[T]:
    """These with another item, at ``place``."""
    if type(items) is not Many:
        return of((*items[:place], item, *items[place:]), name_of)
    at, there = items.locate(place)
    chunk, name = items.chunks[at], name_of(item)
    if there == len(chunk) < CHUNK:
        return items.spliced(at, ({**chunk, name: item},), 1)
    if there == 0 and len(chunk) < CHUNK:
        return items.spliced(at, ({name: item, **chunk},), 1)
    named = list(chunk.items())
    named.insert(there, (name, item))
    if len(named) <= CHUNK:
        return items.spliced(at, (dict(named),), 1)
    # Most are added at an end: they should leave full chunks behind, not half-full ones.
    half = {0: 1, CHUNK: CHUNK}.get(there, CHUNK // 2)
    return items.spliced(at, (dict(named[:half]), dict(named[half:])), 1)


def replaced(items: Sequence[T], place: int, item: T, name_of: Callable[[T], Name]) -> Sequence[T]:
    """These with an item of the same name in place of the one at ``place``."""
    if type(items) is not Many:
        return (*items[:place], item, *items[place + 1 :])
    at, _ = items.locate(place)
    return items.spliced(at, ({**items.chunks[at], name_of(item): item},), 0)


def removed(items: Sequence[T], place: int) -> Sequence[T]:
    """These without the item at ``place``."""
    if type(items) is not Many:
        return (*items[:place], *items[place + 1 :])
    if len(items) <= CHUNK // 2:
        return removed(tuple(items), place)
    at, there = items.locate(place)
    chunk = items.chunks[at].copy()
    del chunk[next(islice(chunk, there, None))]
    return items.spliced(at, (chunk,) if chunk else (), -1)


def shared(one: Sequence[T], other: Sequence[T]) -> tuple[int, int]:
    """How many items at the start of two series are the same objects, and how many of the others at the end."""
    start = end = 0
    if type(one) is Many and type(other) is Many:
        chunks, others = one.chunks, other.chunks
        head = _same(chunks, others)
        chunks, others = chunks[head:], others[head:]
        tail = _same(chunks[::-1], others[::-1])
        start = sum(map(len, one.chunks[:head]))
        end = sum(map(len, chunks[len(chunks) - tail :]))
        one, other = (
            tuple(chain.from_iterable(chunk.values() for chunk in each[: len(each) - tail]))
            for each in (chunks, others)
        )
    head = _same(one, other)
    return start + head, end + _same(one[head:][::-1], other[head:][::-1])


def _same(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many items at the start of two sequences are the same objects."""
    return next(compress(count(), map(is_not, one, other)), min(len(one), len(other)))
