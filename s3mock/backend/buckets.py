"""The buckets of a store, by partition and name.

A few buckets are a plain dictionary, which each write copies. For many that would be slow: they are a ``ManyBuckets``,
an index of which a write copies only a part. Neither is ever changed in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar, overload

from s3mock.backend.keys import KeyIndex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from s3mock.backend.bucket_state import BucketState

    Place: TypeAlias = tuple[str, str]
    Buckets: TypeAlias = Mapping[Place, BucketState]

D = TypeVar("D")

FEW = 100
"""The most buckets of a dictionary."""


class ManyBuckets(Mapping["Place", "BucketState"]):
    """Many buckets. ``index`` has them by ``partition/name``, in this order."""

    __slots__ = ("index",)

    def __init__(self, index: KeyIndex[BucketState]) -> None:
        self.index = index

    @classmethod
    def of(cls, buckets: Buckets) -> ManyBuckets:
        """The same buckets."""
        return cls(KeyIndex.of(("/".join(place), state) for place, state in buckets.items()))

    def __getitem__(self, place: Place) -> BucketState:
        state = self.index.get("/".join(place))
        if state is None:
            raise KeyError(place)
        return state

    @overload
    def get(self, place: Place, /) -> BucketState | None: ...

    @overload
    def get(self, place: Place, /, default: BucketState | D) -> BucketState | D: ...

    def get(self, place: Place, /, default: BucketState | D | None = None) -> BucketState | D | None:
        """The state of a bucket, or ``default``."""
        state = self.index.get("/".join(place))
        return default if state is None else state

    def __iter__(self) -> Iterator[Place]:
        for name in self.index:
            partition, _, bucket = name.partition("/")
            yield partition, bucket

    def __len__(self) -> int:
        return len(self.index)


def of(buckets: Buckets) -> Buckets:
    """These buckets, as a store has them."""
    return buckets if len(buckets) <= FEW else ManyBuckets.of(buckets)


def with_bucket(buckets: Buckets, state: BucketState) -> Buckets:
    """These with another state of a bucket, or with an additional bucket."""
    place = (state.identity.partition, state.identity.name)
    if type(buckets) is ManyBuckets:
        return ManyBuckets(buckets.index.set("/".join(place), state))
    buckets = {**buckets, place: state}
    return buckets if len(buckets) <= FEW else ManyBuckets.of(buckets)


def without_bucket(buckets: Buckets, place: Place) -> Buckets:
    """These without one."""
    if type(buckets) is ManyBuckets:
        return ManyBuckets(buckets.index.remove("/".join(place)))
    return {other: state for other, state in buckets.items() if other != place}


def in_order(buckets: Buckets, partition: str, prefix: str = "", after: str = "") -> Iterator[BucketState]:
    """Iterate over the buckets of a partition by name: those that begin with ``prefix``, after the name ``after``."""
    if type(buckets) is ManyBuckets:
        first, begin = f"{partition}/{after}", f"{partition}/{prefix}"
        for name, state in buckets.index.scan(max(first, begin), after=bool(after) and first >= begin):
            if not name.startswith(begin):
                return
            yield state
        return
    for place in sorted(buckets):
        if place[0] == partition and place[1].startswith(prefix) and place[1] > after:
            yield buckets[place]


def changes(before: Buckets, after: Buckets) -> Iterator[tuple[Place, BucketState | None, BucketState | None]]:
    """Iterate over the places whose buckets differ, with their states in both, None without one."""
    if type(before) is ManyBuckets and type(after) is ManyBuckets:
        for name, old, new in before.index.changes(after.index):
            partition, _, bucket = name.partition("/")
            yield (partition, bucket), old, new
        return
    for place in {**before, **after}:
        old, new = before.get(place), after.get(place)
        if old is not new:
            yield place, old, new
