"""The bytes of an object as text: decompressed, and UTF-8."""

from __future__ import annotations

import bz2
import zlib

from s3mock.errors import S3Error
from s3mock.select.request import not_compressed

RECORD_LIMIT = 1 << 20
"""The characters that a record may have, in the object or in the result (User Guide, Requirements and limits)."""

_MAGIC = {"GZIP": b"\x1f\x8b", "BZIP2": b"BZh"}


def decompressed(data: bytes, compression: str) -> bytes:
    """Return what was compressed, of however many members.

    Raises InvalidCompressionFormat where the object is not compressed like that, and TruncatedInput where it ends early
    or is damaged.
    """
    if compression == "NONE":
        return data
    if not data.startswith(_MAGIC[compression]):
        raise not_compressed(compression)
    try:
        return _gunzip(data) if compression == "GZIP" else bz2.decompress(data)
    except (zlib.error, OSError, ValueError, EOFError):
        raise S3Error("TruncatedInput") from None


def _gunzip(data: bytes) -> bytes:
    parts: list[bytes] = []
    while data.startswith(_MAGIC["GZIP"]):  # what follows the last member is padding
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        parts.append(decoder.decompress(data))
        if not decoder.eof:
            raise EOFError
        data = decoder.unused_data
    return b"".join(parts)


def decoded(data: bytes, offset: int = 0) -> str:
    """Return bytes as text; ``offset`` is where they lie in the object. Raises InvalidTextEncoding."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        # Seen: apache/hadoop, s3_select.md. S3 counts in blocks of what it reads, we tell the place itself.
        place = offset + error.start
        message = f"UTF-8 encoding is required. The text encoding error was found near byte {place:,}."
        raise S3Error("InvalidTextEncoding", message) from None


def check_length(record: str | bytes) -> None:
    """Refuse a record that is too long. Raises OverMaxRecordSize."""
    if len(record) > RECORD_LIMIT:
        # Seen in a notebook of users of S3 Select (github code search for maxCharsPerRecord).
        message = (
            f"The character number in one record is more than our max threshold, maxCharsPerRecord: {RECORD_LIMIT:,}"
        )
        raise S3Error("OverMaxRecordSize", message)
