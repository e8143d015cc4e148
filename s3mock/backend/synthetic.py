"""Objects whose bytes are made when they are read: of any size, and always the same."""

from __future__ import annotations

import contextlib
import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeGuard

from s3mock.backend.blobs import Blob
from s3mock.backend.files import FilePiece
from s3mock.models import checksums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.backend.blobs import Piece
    from s3mock.backend.files import Read
    from s3mock.models.checksums import Algorithm, Checksum

BLOCK = hashlib.shake_128(b"s3mock").digest(1 << 16)
"""What the bytes repeat: random enough that no compression makes them small within a block."""

LARGEST = 50 * 10**12
"""The size of the largest object (botocore's documentation of CopyObject)."""

SMALLEST_PART, MOST_PARTS = 8 << 20, 10_000
_UNITS = {unit: 1000**power for power, unit in enumerate(("", "K", "M", "G", "T"))}
_UNITS |= {f"{unit}I": 1024**power for power, unit in enumerate(("K", "M", "G", "T"), 1)}
_SIZE = re.compile(r"(\d{1,20}(?:\.\d{1,20})?)\s*([KMGT]?I?)B?", re.IGNORECASE)


class SyntheticFile:
    """Endless repetitions of ``BLOCK``."""

    __slots__ = ()

    def __reduce__(self) -> str:
        return "FILE"  # pickled by its name: it is compared by identity, in other processes, too

    @contextlib.contextmanager
    def opened(self) -> Iterator[Read]:
        """The function that makes the bytes."""
        yield _made


def _made(start: int, size: int) -> bytes:
    offset = start % len(BLOCK)
    return (BLOCK * ((offset + size) // len(BLOCK) + 1))[offset : offset + size]


FILE = SyntheticFile()


def size_of(size: int | str) -> int:
    """A number of bytes, also of a text like "5 TB" (of 1000) or "5 TiB" (of 1024). Raises ValueError, TypeError."""
    if isinstance(size, str):
        match = _SIZE.fullmatch(size.strip())
        if match is None:
            raise ValueError(f"{size!r} is not a size like 1024, '5 TB' or '16 MiB'")
        number, unit = match.groups()
        size = int(float(number) * _UNITS[unit.upper()])
    if not isinstance(size, int):
        raise TypeError(f"{size!r} is not a size like 1024, '5 TB' or '16 MiB'")
    if not 0 <= size <= LARGEST:
        raise ValueError(f"an object has 0 to {LARGEST:,} bytes, not {size:,}")
    return size


def blob(size: int) -> Blob:
    """So many bytes."""
    return Blob.of_pieces([FilePiece(FILE, 0, size)])


def etag(size: int) -> str:
    """An ETag (unquoted) as of an upload in parts: nobody has read the bytes."""
    part = max(SMALLEST_PART, -(-size // MOST_PARTS))
    digest = hashlib.md5(f"synthetic {size}".encode(), usedforsecurity=False).hexdigest()
    return f"{digest}-{max(1, -(-size // part))}"


def etag_of(blob: Blob) -> str | None:
    """The ETag of an object with these bytes, if they are those of an object of this size; None for any other."""
    piece = blob.pieces[0]
    return etag(blob.size) if is_made(piece) and (piece.start, piece.stop) == (0, blob.size) else None


def is_made(piece: Piece) -> TypeGuard[FilePiece]:
    """Whether a piece's bytes are made when they are read."""
    return isinstance(piece, FilePiece) and piece.file is FILE


def checksum(algorithm: Algorithm, piece: FilePiece) -> Checksum:
    """The checksum of a piece whose bytes are made: a CRC without making them, a hash once for a size and a phase."""
    return _checksum(algorithm, piece.start % len(BLOCK), len(piece))


@lru_cache(1024)
def _checksum(algorithm: Algorithm, start: int, size: int) -> Checksum:
    if algorithm.crc is None:
        return checksums.of(algorithm, FilePiece(FILE, start, start + size).chunks())
    first = BLOCK[start : start + size]
    blocks, rest = divmod(size - len(first), len(BLOCK))
    value, done = checksums.of(algorithm, [first]).value, len(first)
    doubled, length = checksums.of(algorithm, [BLOCK]).value, len(BLOCK)
    while blocks:  # the checksum of each half is that of the other
        if blocks & 1:
            value, done = checksums.full_object(algorithm, [(value, done), (doubled, length)]).value, done + length
        doubled, length = checksums.full_object(algorithm, [(doubled, length)] * 2).value, length * 2
        blocks >>= 1
    last = checksums.of(algorithm, [BLOCK[:rest]]).value
    return checksums.full_object(algorithm, [(value, done), (last, rest)])
