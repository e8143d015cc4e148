"""Directory buckets: appends, renames, and listings in no particular order.

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
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.backend.ids import upload_order
from s3mock.backend.listing import Page
from s3mock.errors import S3Error
from s3mock.models import checksums
from s3mock.models.checksums import ALGORITHMS, FULL_OBJECT, Checksum
from s3mock.models.multipart import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from s3mock.models.conditions import Condition
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

NO_LIMIT = sys.maxsize
"""The limit of a page with all entries."""


def append(
    state: BucketState, appended: Version, offset: int, condition: Condition | None, *, metadata: bool, most_parts: int
) -> Change:
    """Append bytes to the object under a key, whose size must be ``offset``; a missing object has the size 0.

    ``appended`` is the new part as an object of its own, with the checksum that was sent, if any. The object keeps its
    headers and metadata: ``metadata``, whether the request has user metadata, is refused. ``most_parts`` is how many it
    may have. The messages of errors are in botocore's documentation, their order in docs/errors.md.

    Raises what ``condition`` raises, InvalidWriteOffset, InvalidRequest, EncryptionTypeMismatch, TooManyParts.
    """
    key = appended.key
    blob = cast("Blob", appended.blob)
    current = versions.latest(state, key)
    if condition is not None:
        condition.check_write(current, key)
    if offset != (0 if current is None else current.size):
        raise S3Error("InvalidWriteOffset")
    if current is None:
        value = appended.checksum or checksums.of(checksums.DEFAULT, blob.chunks())
        return versions.put(state, replace(appended, checksum=value))
    if metadata:
        raise S3Error(
            "InvalidRequest",
            "Cannot specify both a write offset value and user-defined object metadata for existing objects.",
        )
    if appended.encryption != current.encryption:
        raise S3Error("EncryptionTypeMismatch")
    parts = current.parts or (_part(1, current, current.checksum),)
    if len(parts) >= most_parts:
        raise S3Error("TooManyParts")
    parts = (*parts, _part(parts[-1].part_number + 1, appended, _part_checksum(current, appended)))
    whole = replace(
        current,
        last_modified=appended.last_modified,
        etag=appended.etag,
        blob=concat((cast("Blob", current.blob), blob)),
        checksum=_joined_checksum(current, parts),
        parts=parts,
    )
    return versions.put(state, whole)


def _part(number: int, version: Version, checksum: Checksum | None) -> Part:
    return Part(
        part_number=number,
        etag=version.etag,
        last_modified=version.last_modified,
        blob=cast("Blob", version.blob),
        checksum=checksum,
    )


def _part_checksum(current: Version, appended: Version) -> Checksum | None:
    """The checksum of an appended part: the one that was sent, otherwise one by the object's algorithm."""
    known, sent = current.checksum or (current.parts[-1].checksum if current.parts else None), appended.checksum
    if known is None:
        return sent
    if sent is None:
        return checksums.of(ALGORITHMS[known.algorithm], cast("Blob", appended.blob).chunks())
    if sent.algorithm != known.algorithm:
        raise S3Error(
            "InvalidRequest",
            f"Checksum Type mismatch occurred, expected checksum Type: {known.algorithm.lower()}, "
            f"actual checksum Type: {sent.algorithm.lower()}",
        )
    return sent


def _joined_checksum(current: Version, parts: tuple[Part, ...]) -> Checksum | None:
    """The checksum of the object with its new last part: a full-object CRC, or None for other algorithms.

    User Guide, "Appending data to objects in directory buckets": with a CRC, HeadObject and GetObject return that of
    the full object; with SHA-1 and SHA-256 only the appended parts have one, which PutObject returns.
    """
    part = parts[-1]
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
    """Move the object under ``source`` to ``destination``, replacing the object there.

    ``check`` gets both objects and raises if a condition does not hold. ``token`` is a client token with the request's
    parameters: if the same request is repeated with its token, nothing happens. The change has no event: directory
    buckets send none.

    Raises IdempotencyParameterMismatch, NoSuchKey, and what ``check`` raises.
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
    without = versions.delete(state, source, owner=version.owner, now=version.last_modified).state
    change = versions.put(without, replace(version, key=destination))
    return change._replace(event=None)


class UploadsPage(NamedTuple):
    """A page of uploads; ``last`` is the key and upload id of its last entry, or a common prefix and ""."""

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
    pick: Callable[[Sequence[Version]], Version | None],
) -> Page[Version]:
    """A page of keys and common prefixes, in a stable order that is not the order of names.

    ListObjectsV2 "does not return objects in lexicographical order", and with a delimiter its common prefixes include
    those of uploads in progress. The order is our own and may change. ``after`` is the last name on the
    previous page.
    """
    sorted_page = listing.page(state.keys, prefix=prefix, delimiter=delimiter, limit=NO_LIMIT, pick=pick)
    names: dict[str, Version | None] = dict(sorted_page.entries)
    names |= dict.fromkeys(sorted_page.common_prefixes)
    if delimiter and state.uploads:
        uploads = listing.uploads_page(state.uploads, prefix=prefix, delimiter=delimiter, limit=NO_LIMIT)
        names |= dict.fromkeys(uploads.common_prefixes)
    places = [_place(name) for name in names]
    if after:
        marker = _place(after)
        places = [place for place in places if place > marker]
    shown, truncated = _first(places, limit)
    entries = [(name, version) for _, name, _ in shown if (version := names[name]) is not None]
    common_prefixes = [name for _, name, _ in shown if names[name] is None]
    return Page(entries, common_prefixes, truncated, shown[-1][1] if shown else "")


def uploads_page(state: BucketState, *, prefix: str, delimiter: str, after: tuple[str, str], limit: int) -> UploadsPage:
    """A page of uploads and common prefixes, ordered like ``page``; uploads to one key are ordered by initiation.

    ``after`` is ``last`` of the previous page, ("", "") for the first page.
    """
    sorted_page = listing.uploads_page(state.uploads, prefix=prefix, delimiter=delimiter, limit=NO_LIMIT)
    uploads = {_place(key, upload.upload_id): upload for key, upload in sorted_page.entries}
    places = [*uploads, *map(_place, sorted_page.common_prefixes)]
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
    """The sort key of a name in listings: by checksum, so that the order is stable but not that of names."""
    order = upload_order(upload_id, name) if upload_id else 0
    return crc32(name.encode("utf-8", "surrogatepass")), name, order


def _first(places: list[tuple[int, str, int]], limit: int) -> tuple[list[tuple[int, str, int]], bool]:
    """The first ``limit`` places, and whether there are more."""
    return (nsmallest(limit, places), len(places) > limit) if limit > 0 else ([], False)
