"""The bytes of objects: immutable, shared by copies, and moved to disk where they would fill the memory."""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref
from bisect import bisect_right
from collections import deque
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEBIBYTE = 1 << 20
CHUNK = MEBIBYTE  # the most that ``Blob.chunks`` hands out at a time
PIECE = MEBIBYTE  # what ``BlobStore.spool`` collects before it asks for a place


class Digest(Protocol):
    """What ``spool`` can feed: a hash of hashlib, or one of ours."""

    def update(self, data: bytes, /) -> object:
        """Take in more bytes."""


class Blob:
    """Immutable bytes in one piece or in several; an object's body, a part, or a completed upload.

    Made by ``Blob.of``, ``concat`` and ``spool``. ``size`` is the number of bytes.
    """

    __slots__ = ("_ends", "_held", "_pieces", "size")

    def __init__(
        self,
        _pieces: tuple[bytes | memoryview, ...],
        _size: int,
        _held: tuple[object, ...] = (),
    ) -> None:
        self.size = _size
        self._pieces = _pieces
        self._held = _held  # keeps the bytes counted in the store's budget for as long as anybody has them
        self._ends: tuple[int, ...] = ()
        if len(_pieces) > 1:
            self._ends = tuple(accumulate(map(len, _pieces)))

    @classmethod
    def of(cls, data: bytes) -> Blob:
        """Return ``data`` as a blob, without copying it."""
        return cls((data,), len(data))

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """Return the bytes from ``start`` up to but not including ``stop``; one whole piece is not copied."""
        if len(self._pieces) == 1 and isinstance(piece := self._pieces[0], bytes):
            return piece[start:stop]
        return b"".join(self._slices(start, stop))

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Iterate over the bytes from ``start`` up to ``stop``, at most 1 MiB at a time."""
        for piece in self._slices(start, stop):
            for at in range(0, len(piece), CHUNK):
                yield bytes(piece[at : at + CHUNK])

    def _slices(self, start: int, stop: int | None) -> Iterator[bytes | memoryview]:
        """Iterate over the pieces between ``start`` and ``stop``, none of them copied."""
        stop = self.size if stop is None else min(stop, self.size)
        at = bisect_right(self._ends, start)
        offset = self._ends[at - 1] if at else 0
        for piece in self._pieces[at:]:
            if offset >= stop:
                return
            low, high = max(start - offset, 0), min(stop - offset, len(piece))
            if low == 0 and high == len(piece):
                yield piece
            elif low < high:
                yield memoryview(piece)[low:high]
            offset += len(piece)

    def __repr__(self) -> str:
        return f"<Blob of {self.size} bytes>"


def concat(blobs: Iterable[Blob]) -> Blob:
    """Return the blob of all these bytes one after the other; nothing is copied."""
    pieces: list[bytes | memoryview] = []
    held: list[object] = []
    size = 0
    for blob in blobs:
        if blob.size:
            pieces += blob._pieces  # noqa: SLF001  a blob's own kind
            held += blob._held  # noqa: SLF001
            size += blob.size
    return Blob(tuple(pieces), size, tuple(held)) if pieces else EMPTY


EMPTY = Blob.of(b"")


class BlobStore:
    """Where new blobs are put: up to ``budget`` bytes in memory, the rest in temporary files.

    Blobs below 1 MiB always stay in memory and are not counted: they cost more to track than to keep.
    """

    def __init__(self, budget: int = 512 * MEBIBYTE, segment: int = 256 * MEBIBYTE) -> None:
        self.budget = budget
        self._held = 0
        # A blob may go at any time, even while its thread is inside the lock (the garbage collector's choice).
        self._released: deque[int] = deque()
        self._segment_size = segment
        self._segment: _Segment | None = None
        self._lock = Lock()
        _stores.add(self)

    def spool(self, chunks: Iterable[bytes], *digests: Digest) -> Blob:
        """Read ``chunks`` once, to their end, show each to every digest, and return them as a blob."""
        pieces: list[bytes | memoryview] = []
        pending: list[bytes] = []
        held: list[object] = []
        size = pending_size = 0
        for chunk in chunks:
            for digest in digests:
                digest.update(chunk)
            pending.append(chunk)
            pending_size += len(chunk)
            if pending_size >= PIECE:
                pieces.append(self._stored(b"".join(pending), held))
                size += pending_size
                pending, pending_size = [], 0
        if pending_size or not pieces:
            pieces.append(b"".join(pending))
        return Blob(tuple(pieces), size + pending_size, tuple(held))

    @property
    def held(self) -> int:
        """How many bytes of the budget are used."""
        with self._lock:
            return self._settled()

    def _settled(self) -> int:
        while self._released:
            self._held -= self._released.popleft()
        return self._held

    def _stored(self, data: bytes, held: list[object]) -> bytes | memoryview:
        """Keep ``data`` in memory, counted while ``held`` lives, or in a file where the budget is used."""
        size = len(data)
        with self._lock:
            if self._settled() + size <= self.budget:
                self._held += size
                held.append(_Holding(size, self._released))
                return data
            if self._segment is None or self._segment.free < size:
                self._segment = _Segment(max(self._segment_size, size))
            return self._segment.append(data)

    def after_fork(self) -> None:
        """Begin anew in a forked child: the files are shared with the parent, which goes on writing to its last one."""
        self._lock = Lock()
        self._segment = None


class _Holding:
    """A part of a store's budget, given back when the last blob that has the bytes is gone."""

    __slots__ = ("__weakref__",)

    def __init__(self, size: int, released: deque[int]) -> None:
        weakref.finalize(self, released.append, size).atexit = False


class _Segment:
    """A temporary file without a name, mapped once and filled from its beginning.

    Many blobs share one file since a mapping holds a file descriptor. The memory views keep the mapping alive, so the
    file goes with the last of them.
    """

    __slots__ = ("__weakref__", "_file", "_view", "free")

    def __init__(self, size: int) -> None:
        self._file = tempfile.TemporaryFile(prefix="s3mock-", buffering=0)  # noqa: SIM115  closed with the segment
        weakref.finalize(self, self._file.close)
        self._file.truncate(size)
        self._view = memoryview(mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_READ))
        self.free = size

    def append(self, data: bytes) -> memoryview:
        """Write ``data`` and return where it lies."""
        start = len(self._view) - self.free
        # Through the file and not the mapping: a full disk is then an error here, and not a signal.
        self._file.seek(start)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self.free -= len(data)
        return self._view[start : start + len(data)]


_stores: weakref.WeakSet[BlobStore] = weakref.WeakSet()


def _after_fork() -> None:
    for store in list(_stores):
        store.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
