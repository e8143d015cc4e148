"""What happens in a directory bucket and nowhere else: appends, renames, and listings in no particular order.

The functions are pure, like those of ``versions`` and ``listing``.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple, cast
from zlib import crc32

from s3mock.backend import listing, versions
from s3mock.backend.blobs import Blob, concat
from s3mock.backend.bucket import BucketState, Change
from s3mock.backend.ids import upload_order
from s3mock.backend.listing import Page
from s3mock.errors import S3Error
from s3mock.models import checksums
from s3mock.models.checksums import ALGORITHMS, FULL_OBJECT, Checksum
from s3mock.models.multipart import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3mock.models.conditions import Condition
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

MOST_PARTS = 10_000
"""An object has at most so many parts, those of a multipart upload and those that were appended (User Guide)."""

EVERYTHING = sys.maxsize
"""The limit of a page that is to have all entries."""


def append(
    state: BucketState, appended: Version, offset: int, condition: Condition | None, *, metadata: bool
) -> Change:
    """Put the bytes of ``appended`` behind those of its key, whose size must be ``offset``; none is an empty object.

    ``appended`` is the object as it would be by itself, with the checksum that was sent, if any; ``metadata`` says
    whether user metadata came with it. What is there keeps its headers and metadata. The messages are those of
    botocore's documentation of the errors; their order is assumed.

    Raises what ``condition`` does, InvalidWriteOffset, InvalidRequest, EncryptionTypeMismatch, TooManyParts.
    """
    key = appended.key
    current = versions.latest(state, key)
    if condition is not None:
        condition.check_write(current, key)
    if offset != (0 if current is None else current.size):
        raise S3Error("InvalidWriteOffset")
    if current is None:
        blob = cast("Blob", appended.blob)
        value = appended.checksum or checksums.of(checksums.DEFAULT, blob.chunks())
        return versions.put(state, replace(appended, checksum=value))
    if metadata:
        raise S3Error(
            "InvalidRequest",
            "Cannot specify both a write offset value and user-defined object metadata for existing objects.",
        )
    if appended.encryption != current.encryption:
        raise S3Error("EncryptionTypeMismatch")
    parts = _parts(current)
    if len(parts) >= MOST_PARTS:
        raise S3Error("TooManyParts")
    part = Part(
        part_number=parts[-1].part_number + 1,
        etag=appended.etag,
        last_modified=appended.last_modified,
        blob=cast("Blob", appended.blob),
        checksum=_checksum_of_part(current, appended),
    )
    whole = replace(
        current,
        last_modified=appended.last_modified,
        etag=appended.etag,
        blob=concat((cast("Blob", current.blob), cast("Blob", appended.blob))),
        checksum=_checksum(current, part, (*parts, part)),
        parts=(*parts, part),
    )
    return versions.put(state, whole)


def _parts(version: Version) -> tuple[Part, ...]:
    """Return the parts of an object; one that came in one piece is its own first part."""
    if version.parts:
        return version.parts
    blob = cast("Blob", version.blob)
    first = Part(
        part_number=1, etag=version.etag, last_modified=version.last_modified, blob=blob, checksum=version.checksum
    )
    return (first,)


def _checksum_of_part(current: Version, appended: Version) -> Checksum | None:
    """Return the checksum of what is appended: the one that was sent, or one of the algorithm that the object has."""
    expected, sent = _algorithm(current), appended.checksum
    if expected is None:
        return sent
    if sent is None:
        return checksums.of(ALGORITHMS[expected], cast("Blob", appended.blob).chunks())
    if sent.algorithm != expected:
        raise S3Error(
            "InvalidRequest",
            f"Checksum Type mismatch occurred, expected checksum Type: {expected.lower()}, "
            f"actual checksum Type: {sent.algorithm.lower()}",
        )
    return sent


def _algorithm(version: Version) -> str | None:
    known = version.checksum or (version.parts[-1].checksum if version.parts else None)
    return None if known is None else known.algorithm


def _checksum(current: Version, part: Part, parts: tuple[Part, ...]) -> Checksum | None:
    """Return the checksum of the whole: a CRC is joined; there is none of another algorithm.

    User Guide, "Appending data to objects in directory buckets": with a CRC, HeadObject and GetObject have that of the
    full object; with SHA-1 and SHA-256 only the appended parts have theirs, in the answers of PutObject.
    """
    if part.checksum is None or ALGORITHMS[part.checksum.algorithm].crc is None:
        return None
    algorithm = ALGORITHMS[part.checksum.algorithm]
    known = current.checksum
    if known is not None and known.type == FULL_OBJECT:
        return checksums.full_object(algorithm, [(known.value, current.size), (part.checksum.value, part.size)])
    values = [(each.checksum.value, each.size) for each in parts if each.checksum is not None]
    return checksums.full_object(algorithm, values) if len(values) == len(parts) else None


def rename(
    state: BucketState,
    source: str,
    destination: str,
    check: Callable[[Version, Version | None], None],
    token: tuple[str, str] | None = None,
) -> Change:
    """Let the object under ``source`` be under ``destination``, as it is, and whatever was there gone.

    ``check`` is given both objects and refuses what conditions forbid. ``token`` is a client token and what was asked
    for with it: asked for again, nothing happens. A rename onto itself changes nothing (assumed). The change has no
    event: directory buckets tell of none.

    Raises IdempotencyParameterMismatch, NoSuchKey, and what ``check`` does.
    """
    if token is not None:
        known = state.renamed.get(token[0])
        if known is not None:
            if known != token[1]:
                raise S3Error("IdempotencyParameterMismatch")
            return Change(state, key=destination)
    version = versions.latest(state, source)
    if version is None:
        raise S3Error("NoSuchKey", Key=source)
    check(version, versions.latest(state, destination))
    if token is not None:
        state = state._replace(renamed=state.renamed.set(*token))
    if source == destination:
        return Change(state, key=destination)
    without = versions.delete(state, source, owner=version.owner, now=version.last_modified).state
    change = versions.put(without, replace(version, key=destination))
    return change._replace(event=None)


class UploadsPage(NamedTuple):
    """A page of uploads; ``last`` is key and upload id of its last entry, or a common prefix and ""."""

    entries: list[tuple[str, Upload]]
    common_prefixes: list[str]
    truncated: bool
    last: tuple[str, str]


def page(
    state: BucketState,
    *,
    prefix: str,
    delimiter: str,
    after: str,
    limit: int,
    pick: Callable[[tuple[Version, ...]], Version | None],
) -> Page[Version]:
    """Return a page of keys and common prefixes, in an order that is always the same but not that of the names.

    ListObjectsV2 "does not return objects in lexicographical order", and with a delimiter it has the prefixes of
    uploads in progress, too. The order is ours: nobody is to rely on it. ``after`` is the last name on the page before.
    """
    found = listing.page(state.keys, prefix=prefix, delimiter=delimiter, limit=EVERYTHING, pick=pick)
    names: dict[str, Version | None] = dict(found.entries)
    names |= dict.fromkeys(found.common_prefixes)
    if delimiter and state.uploads:
        uploads = listing.uploads_page(state.uploads, prefix=prefix, delimiter=delimiter, limit=EVERYTHING)
        names |= dict.fromkeys(uploads.common_prefixes)
    behind = [_place(name) for name in names]
    if after:
        marker = _place(after)
        behind = [place for place in behind if place > marker]
    shown, truncated = _first(behind, limit)
    entries = [(name, version) for _, name, _ in shown if (version := names[name]) is not None]
    common_prefixes = [name for _, name, _ in shown if names[name] is None]
    return Page(entries, common_prefixes, truncated, shown[-1][1] if shown else "")


def uploads_page(state: BucketState, *, prefix: str, delimiter: str, after: tuple[str, str], limit: int) -> UploadsPage:
    """Return a page of uploads and common prefixes, like ``page``; those of one key in the order of their initiation.

    ``after`` is the ``last`` of the page before, ("", "") for the first page.
    """
    found = listing.uploads_page(state.uploads, prefix=prefix, delimiter=delimiter, limit=EVERYTHING)
    uploads = {_place(key, upload.upload_id): upload for key, upload in found.entries}
    places = [*uploads, *map(_place, found.common_prefixes)]
    if after[0]:
        marker = _place(*after)
        places = [place for place in places if place > marker]
    shown, truncated = _first(places, limit)
    entries = [(place[1], upload) for place in shown if (upload := uploads.get(place)) is not None]
    common_prefixes = [place[1] for place in shown if place not in uploads]
    last = ("", "")
    if shown:
        upload = uploads.get(shown[-1])
        last = (shown[-1][1], "" if upload is None else upload.upload_id)
    return UploadsPage(entries, common_prefixes, truncated, last)


def _place(name: str, upload_id: str = "") -> tuple[int, str, int]:
    """Return where a name stands in the order of listings, which is no order of names."""
    order = upload_order(upload_id, name) if upload_id else 0
    return crc32(name.encode("utf-8", "surrogatepass")), name, order


def _first(places: list[tuple[int, str, int]], limit: int) -> tuple[list[tuple[int, str, int]], bool]:
    """Return the first ``limit`` places, and whether there are more."""
    return (nsmallest(limit, places), len(places) > limit) if limit > 0 else ([], False)
