"""The bytes of objects: immutable, shared by copies, and written to disk rather than filling the memory."""

from __future__ import annotations

import contextlib
import os
import weakref
from bisect import bisect_right
from collections import deque
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from s3mock.backend.files import CHUNK, FilePiece, Folder, NewFile, Segment
from s3mock.backend.hashing import Hashing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from s3mock.backend.hashing import Digest

MEBIBYTE = 1 << 20
PIECE = MEBIBYTE  # the bytes that ``BlobStore.spool`` collects before it stores them
INLINE = 1 << 14  # the largest blob that stays in memory though there is a folder
SMALL = 1 << 12  # the largest ``SmallBlob``: what it saves is three percent of a larger one

Piece: TypeAlias = "bytes | memoryview | FilePiece"


class Blob:
    """Immutable bytes in one or several pieces: an object's body, a part, or a completed upload.

    ``Blob.of``, ``Blob.of_pieces``, ``concat`` and ``spool`` make blobs: a ``SmallBlob`` or a ``LargeBlob``.
    """

    __slots__ = ()

    _held: tuple[object, ...] = ()  # while a blob holds these, its bytes count toward the budget of the store
    _ends: tuple[int, ...] = ()  # where each of several pieces ends

    @property
    def size(self) -> int:
        """The number of bytes."""
        raise NotImplementedError

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The bytes in memory, and the parts of files, that it consists of."""
        raise NotImplementedError

    @staticmethod
    def of(piece: Piece) -> Blob:
        """A blob of one piece, which is not copied if it is large."""
        if isinstance(piece, bytes) and len(piece) <= SMALL:
            return SmallBlob(piece)
        return LargeBlob((piece,), len(piece))

    @staticmethod
    def of_pieces(pieces: Iterable[Piece]) -> Blob:
        """A blob of ``pieces``, which are not copied and do not count toward any budget."""
        pieces = tuple(pieces) or (b"",)
        return LargeBlob(pieces, sum(map(len, pieces)))

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """The bytes from ``start`` to ``stop`` (excluded). A large blob in one piece is not copied."""
        if len(self.pieces) == 1:
            piece = self.pieces[0][start:stop]
            if isinstance(piece, bytes):
                return piece
            return piece.read() if isinstance(piece, FilePiece) else bytes(piece)
        return b"".join(piece.read() if isinstance(piece, FilePiece) else piece for piece in self._slices(start, stop))

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Iterate over the bytes from ``start`` to ``stop`` (excluded), at most 1 MiB at a time."""
        for piece in self._slices(start, stop):
            if isinstance(piece, FilePiece):
                yield from piece.chunks()
            else:
                for at in range(0, len(piece), CHUNK):
                    yield bytes(piece[at : at + CHUNK])

    def part(self, start: int, stop: int) -> Blob:
        """The bytes from ``start`` to ``stop`` (excluded). Large pieces are kept whole, and not copied."""
        if start == 0 and stop == self.size:
            return self
        pieces = tuple(
            bytes(piece) if isinstance(piece, memoryview) and len(piece) < PIECE else piece
            for piece in self._slices(start, stop)
        )
        return LargeBlob(pieces or (b"",), stop - start, self._held)

    def _slices(self, start: int, stop: int | None) -> Iterator[Piece]:
        """Iterate over the pieces between ``start`` and ``stop``, without copying."""
        stop = self.size if stop is None else min(stop, self.size)
        at = bisect_right(self._ends, start)
        offset = self._ends[at - 1] if at else 0
        for piece in self.pieces[at:]:
            if offset >= stop:
                return
            low, high = max(start - offset, 0), min(stop - offset, len(piece))
            if low == 0 and high == len(piece):
                yield piece
            elif low < high:
                yield piece[low:high] if isinstance(piece, FilePiece) else memoryview(piece)[low:high]
            offset += len(piece)

    def __repr__(self) -> str:
        return f"<Blob of {self.size} bytes>"


class SmallBlob(bytes, Blob):
    """A blob of up to 4 KiB, which is its own piece: one object in memory instead of a blob, a tuple and bytes.

    By this an object of a few bytes takes a seventh less memory.
    """

    __slots__ = ()

    size = property(bytes.__len__)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The blob itself."""
        return (self,)

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """The bytes from ``start`` to ``stop`` (excluded)."""
        return self[start:stop]

    __repr__ = Blob.__repr__
    # Like any blob it equals only itself: what is stored again is a change.
    __eq__ = Blob.__eq__
    __ne__ = Blob.__ne__
    __hash__ = Blob.__hash__


class LargeBlob(Blob):
    """A blob of any other pieces."""

    __slots__ = ("_ends", "_held", "pieces", "size")
    size: int
    pieces: tuple[Piece, ...]

    def __init__(self, pieces: tuple[Piece, ...], size: int, held: tuple[object, ...] = ()) -> None:
        self.size = size
        self.pieces = pieces
        self._held = held
        self._ends = tuple(accumulate(map(len, pieces))) if len(pieces) > 1 else ()


def concat(blobs: Iterable[Blob]) -> Blob:
    """One blob of the bytes of all ``blobs``, in order, without copying. What follows itself in a file is one piece."""
    pieces: list[Piece] = []
    held: list[object] = []
    size = 0
    for blob in blobs:
        if blob.size:
            first, *others = blob.pieces
            last = pieces[-1] if pieces else None
            if isinstance(first, FilePiece) and isinstance(last, FilePiece) and first.follows(last):
                pieces[-1] = FilePiece(first.file, last.start, first.stop)
            else:
                pieces.append(first)
            pieces += others
            held += blob._held  # noqa: SLF001 - the same class
            size += blob.size
    return LargeBlob(tuple(pieces), size, tuple(held)) if pieces else EMPTY


EMPTY = Blob.of(b"")


class BlobStore:
    """Stores new blobs: in a ``folder``, or up to ``budget`` bytes in memory and the rest in temporary files.

    With a folder, blobs of up to 16 KiB stay in memory, and the database keeps them with the state. Each larger one
    has a file of its own, which is on disk when ``spool`` returns. A forked child reads the files for as long as
    its parent has them, and neither writes nor removes any: its own bytes are stored as without a folder. Where the
    disk is full, ``make_room`` is called before another try.

    Without one, blobs below 1 MiB stay in memory and do not count: tracking them would cost more than keeping them.
    Those of a store that was loaded from a file stay in memory and do not count, either.
    """

    def __init__(
        self,
        budget: int = 512 * MEBIBYTE,
        segment: int = 256 * MEBIBYTE,
        folder: Path | None = None,
        make_room: Callable[[], None] = lambda: None,
    ) -> None:
        self.budget = budget
        self._held = 0
        # The garbage collector may drop a blob at any time, even in a thread that holds the lock.
        self._released: deque[int] = deque()
        self._segment_size = segment
        self._segment: Segment | None = None
        self._lock = Lock()
        self._folder = None if folder is None else Folder(folder, make_room)
        self._kept_small = INLINE if folder is not None else PIECE - 1
        _stores.add(self)

    def spool(self, chunks: Iterable[bytes], *digests: Digest) -> Blob:
        """Read ``chunks`` once, to the end, feeding every digest; return the bytes as a blob.

        Raises InsufficientStorage where the disk is full, and whatever ``chunks`` raises. Nothing stays of the bytes.
        """
        pieces: list[Piece] = []
        pending: list[bytes] = []
        held: list[object] = []
        file: NewFile | None = None
        hashing: Hashing | None = None
        size = pending_size = 0
        most = self._kept_small
        try:
            for chunk in chunks:
                pending.append(chunk)
                pending_size += len(chunk)
                if pending_size > most:
                    data = b"".join(pending)
                    if hashing is None and pending_size >= PIECE:
                        hashing = Hashing(digests)
                        digests = hashing.digests
                    for digest in digests:
                        digest.update(data)
                    if self._folder is None:
                        pieces.append(self._stored(data, held))
                    else:
                        if file is None:
                            file = self._folder.new()
                            most = PIECE - 1
                        file.write(data)
                    size += pending_size
                    pending, pending_size = [], 0
            data = b"".join(pending)
            for digest in digests:
                digest.update(data)
            if file is not None:
                file.write(data)
                pieces.append(file.keep())
            elif not pieces:
                return Blob.of(data)
            elif data:
                pieces.append(data)
        except BaseException:
            if file is not None:
                file.discard()
            raise
        finally:
            if hashing is not None:
                hashing.end()
        return LargeBlob(tuple(pieces), size + pending_size, tuple(held))

    def adopt(self, data: bytes | memoryview | FilePiece) -> FilePiece:
        """Bytes from elsewhere, written to a new file of the folder. Raises InsufficientStorage."""
        file = self._of_folder().new()
        try:
            for chunk in data.chunks() if isinstance(data, FilePiece) else (data,):
                file.write(chunk)
            return file.keep()
        except BaseException:
            file.discard()
            raise

    def open(self, name: str, start: int, stop: int) -> FilePiece:
        """A piece of the file that has this ``name`` in the folder. Raises FileNotFoundError, EOFError.

        Pieces of one file share its StoredFile.
        """
        file = self._of_folder().file(name)
        if file.size < stop:
            raise EOFError(f"{file.path} has {file.size} bytes instead of {stop} or more")
        return FilePiece(file, start, stop)

    def owns(self, piece: FilePiece) -> bool:
        """Whether a piece is of a file in the folder: ``open`` will find it by its name."""
        return self._folder is not None and self._folder.has(piece)

    def take_dropped(self) -> list[Path]:
        """The files of the folder of which no piece is left, each once: the caller removes them when it is time."""
        folder, taken = self._folder, []
        if folder is not None:
            with contextlib.suppress(IndexError):
                while True:
                    taken.append(folder.path_of(folder.dropped.popleft()))
        return taken

    def sweep(self, names: set[str]) -> None:
        """Remove what a killed process has left in the folder: all files but those with these ``names``."""
        self._of_folder().sweep(names)

    def _of_folder(self) -> Folder:
        if self._folder is None:
            raise ValueError("these bytes are kept in no folder")
        return self._folder

    @property
    def held(self) -> int:
        """The bytes of the budget that are in use."""
        with self._lock:
            return self._settled()

    def _settled(self) -> int:
        while self._released:
            self._held -= self._released.popleft()
        return self._held

    def _stored(self, data: bytes, held: list[object]) -> Piece:
        """Store ``data``: in memory, counted for as long as ``held`` lives, or in a file if the budget is used up."""
        size = len(data)
        with self._lock:
            if self._settled() + size <= self.budget:
                self._held += size
                held.append(_Holding(size, self._released))
                return data
            if self._segment is None or self._segment.free < size:
                self._segment = Segment(max(self._segment_size, size))
            return self._segment.append(data)

    def after_fork(self) -> None:
        """Leave the files to the parent: it still writes to the current segment, and removes those of the folder."""
        self._lock = Lock()
        self._segment = None
        self._folder = None
        self._kept_small = PIECE - 1


class _Holding:
    """A part of a store's budget, given back when the last blob with the bytes is gone."""

    __slots__ = ("__weakref__",)

    def __init__(self, size: int, released: deque[int]) -> None:
        weakref.finalize(self, released.append, size).atexit = False


_stores: weakref.WeakSet[BlobStore] = weakref.WeakSet()


def _after_fork() -> None:
    # Parent and child would write to the same places of one file, and another thread may have held the lock.
    for store in list(_stores):
        store.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
