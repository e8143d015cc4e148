"""The bytes of objects: immutable, shared by copies, and written to disk rather than filling the memory."""

from __future__ import annotations

import mmap
import os
import weakref
from bisect import bisect_right
from collections import deque
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEBIBYTE = 1 << 20
CHUNK = MEBIBYTE  # the longest chunk of ``Blob.chunks``
PIECE = MEBIBYTE  # the bytes that ``BlobStore.spool`` collects before it stores them


class Digest(Protocol):
    """A hash that ``spool`` can feed: one of hashlib, or one of ours."""

    def update(self, data: bytes, /) -> object:
        """Hash more bytes."""


class Blob:
    """Immutable bytes in one or several pieces: an object's body, a part, or a completed upload.

    ``Blob.of``, ``concat`` and ``spool`` make blobs. ``size`` is the number of bytes.
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
        self._held = _held  # while a blob holds these, its bytes count toward the budget of the store
        self._ends: tuple[int, ...] = ()
        if len(_pieces) > 1:
            self._ends = tuple(accumulate(map(len, _pieces)))

    @classmethod
    def of(cls, data: bytes) -> Blob:
        """A blob of ``data``, which is not copied."""
        return cls((data,), len(data))

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """The bytes from ``start`` to ``stop`` (excluded). A blob in one piece is returned whole without copying."""
        if len(self._pieces) == 1 and isinstance(piece := self._pieces[0], bytes):
            return piece[start:stop]
        return b"".join(self._slices(start, stop))

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Iterate over the bytes from ``start`` to ``stop`` (excluded), at most 1 MiB at a time."""
        for piece in self._slices(start, stop):
            for at in range(0, len(piece), CHUNK):
                yield bytes(piece[at : at + CHUNK])

    def _slices(self, start: int, stop: int | None) -> Iterator[bytes | memoryview]:
        """Iterate over the pieces between ``start`` and ``stop``, without copying."""
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

    def __reduce__(self) -> tuple[Any, ...]:
        # Pieces that two blobs share are pickled once where they are bytes.
        pieces = tuple(piece if isinstance(piece, bytes) else bytes(piece) for piece in self._pieces)
        return Blob, (pieces, self.size)

    def __repr__(self) -> str:
        return f"<Blob of {self.size} bytes>"


def concat(blobs: Iterable[Blob]) -> Blob:
    """One blob of the bytes of all ``blobs``, in order, without copying."""
    pieces: list[bytes | memoryview] = []
    held: list[object] = []
    size = 0
    for blob in blobs:
        if blob.size:
            pieces += blob._pieces  # noqa: SLF001 - the same class
            held += blob._held  # noqa: SLF001
            size += blob.size
    return Blob(tuple(pieces), size, tuple(held)) if pieces else EMPTY


EMPTY = Blob.of(b"")


class BlobStore:
    """Stores new blobs: up to ``budget`` bytes in memory, the rest in temporary files.

    Blobs below 1 MiB always stay in memory and do not count: tracking them would cost more than keeping them. Those of
    a store that was loaded stay in memory and do not count, either: pickle makes them, and knows no budget.
    """

    def __init__(self, budget: int = 512 * MEBIBYTE, segment: int = 256 * MEBIBYTE) -> None:
        self.budget = budget
        self._held = 0
        # The garbage collector may drop a blob at any time, even in a thread that holds the lock.
        self._released: deque[int] = deque()
        self._segment_size = segment
        self._segment: _Segment | None = None
        self._lock = Lock()
        _stores.add(self)

    def spool(self, chunks: Iterable[bytes], *digests: Digest) -> Blob:
        """Read ``chunks`` once, to the end, feeding every digest; return the bytes as a blob."""
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
        """The bytes of the budget that are in use."""
        with self._lock:
            return self._settled()

    def _settled(self) -> int:
        while self._released:
            self._held -= self._released.popleft()
        return self._held

    def _stored(self, data: bytes, held: list[object]) -> bytes | memoryview:
        """Store ``data``: in memory, counted for as long as ``held`` lives, or in a file if the budget is used up."""
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
        """Start a new file in a forked child: the current one is shared with the parent, which still writes to it."""
        self._lock = Lock()
        self._segment = None


class _Holding:
    """A part of a store's budget, given back when the last blob with the bytes is gone."""

    __slots__ = ("__weakref__",)

    def __init__(self, size: int, released: deque[int]) -> None:
        weakref.finalize(self, released.append, size).atexit = False


class _Segment:
    """An unnamed temporary file, mapped once and filled from the start.

    Many blobs share one file, since each mapping takes a file descriptor. Their memory views keep the mapping alive, so
    the file disappears with the last of them.
    """

    __slots__ = ("__weakref__", "_file", "_view", "free")

    def __init__(self, size: int) -> None:
        import tempfile  # noqa: PLC0415 - a server starts without it

        self._file = tempfile.TemporaryFile(prefix="s3mock-", buffering=0)  # noqa: SIM115  closed with the segment
        weakref.finalize(self, self._file.close)
        self._file.truncate(size)
        self._view = memoryview(mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_READ))
        self.free = size

    def append(self, data: bytes) -> memoryview:
        """Append ``data`` and return a view of it in the mapping."""
        start = len(self._view) - self.free
        # Written to the file rather than the mapping, where a full disk would be a signal instead of an error.
        self._file.seek(start)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self.free -= len(data)
        return self._view[start : start + len(data)]


_stores: weakref.WeakSet[BlobStore] = weakref.WeakSet()


def _after_fork() -> None:
    # Parent and child would write to the same places of one file, and another thread may have held the lock.
    for store in list(_stores):
        store.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
