"""Multipart uploads: created, filled part by part, and completed into a version or aborted.

The functions are pure, like those of ``versions``. Completing takes two steps, so that the digests of large objects are
computed before the bucket's lock is taken: ``assemble`` checks the list of parts against the upload as it is, and
``complete`` puts the assembled object and ends the upload in one change.

| complete with a condition | and the key since the upload began | answer                     |
|---------------------------|------------------------------------|----------------------------|
| does not hold             | either way                         | as for any other write     |
| holds                     | written or deleted                 | ConditionalRequestConflict |
| holds                     | not touched                        | the object is put          |

(aws_recorded: test_multipart_if_match_with_put, ..._with_put_identical, ..._with_delete, ..._etag,
test_multipart_if_none_match_with_delete, ..._with_put. After a conflict the upload stays; only a new one can succeed.)
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import md5
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, cast

from s3mock.backend import series, versions
from s3mock.backend.blobs import EMPTY, Blob, concat
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.errors import S3Error
from s3mock.models.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from s3mock.models.checksums import Checksum
    from s3mock.models.conditions import Condition
    from s3mock.models.multipart import Part, Upload

_number, _id = attrgetter("part_number"), attrgetter("upload_id")


class Assembly(NamedTuple):
    """The object that an upload is about to become: the listed ``parts``, their bytes and their ``etag``."""

    upload: Upload
    parts: tuple[Part, ...]
    blob: Blob
    etag: str


def create(state: BucketState, upload: Upload) -> Change:
    """Add a new upload; a key may have several."""
    uploads = state.uploads.get(upload.key) or ()
    uploads = series.inserted(uploads, len(uploads), upload, _id)
    return Change(state._replace(uploads=state.uploads.set(upload.key, uploads)), key=upload.key, upload=upload)


def find(state: BucketState, key: str, upload_id: str) -> Upload | None:
    """The upload in progress of ``key`` with this id, or None."""
    return series.find(state.uploads.get(key) or (), upload_id, _id)


def in_progress(state: BucketState, key: str, upload_id: str) -> Upload:
    """The upload in progress of ``key`` with this id.

    Raises NoSuchUpload for an unknown id, the id of another key's upload, and an upload that was completed or aborted.
    """
    upload = find(state, key, upload_id)
    if upload is None:
        raise S3Error("NoSuchUpload", UploadId=upload_id)
    return upload


def put_part(state: BucketState, key: str, upload_id: str, part: Part) -> Change:
    """Add ``part`` to an upload, replacing one with the same number. Raises NoSuchUpload."""
    upload = in_progress(state, key, upload_id)
    parts = upload.parts
    place = series.sorted_place(parts, part.part_number, _number)
    present = next(series.starting_at(parts, place), None)
    is_new = present is None or present.part_number != part.part_number
    parts = (series.inserted if is_new else series.replaced)(parts, place, part, _number)
    changed = replace(upload, parts=parts)
    return Change(_with(state, upload, changed), key=key, upload=changed)


def parts_after(upload: Upload, number: int) -> Iterator[Part]:
    """Iterate over the parts of an upload with greater numbers than this one."""
    return series.starting_at(upload.parts, series.sorted_place(upload.parts, number + 1, _number))


def abort(state: BucketState, key: str, upload_id: str) -> Change:
    """Remove an upload and its parts; a completed one stays as it is.

    Raises NoSuchUpload for an unknown id, the id of another key's upload, and an upload that "might have been aborted"
    (Error responses).

    Differs: S3 remembers aborted uploads for some hours (the MinIO thread below).
    """
    # boto3's integration tests abort completed uploads on the real S3; https://github.com/minio/minio/issues/2250
    if completed(state, key, upload_id) is not None:
        return Change(state, key=key)
    upload = in_progress(state, key, upload_id)
    return Change(_with(state, upload, None), key=key, upload=upload)


def completed(state: BucketState, key: str, upload_id: str) -> Version | None:
    """The version that an upload was completed into, as it was then but without its bytes; None without one.

    S3 answers a repeated CompleteMultipartUpload like the first one, so that a client may retry (API page), but without
    the checksum's type (s3_facts 31).

    Differs: S3 remembers completed uploads for a limited time, here it is for as long as the bucket exists.
    """
    version = state.completed.get(upload_id)
    return version if version is not None and version.key == key else None


def assemble(
    state: BucketState, key: str, upload_id: str, listed: Sequence[tuple[int, str]], *, min_size: int
) -> Assembly:
    """The object of the ``listed`` parts of an upload (number and ETag, quoted or not), which may have more parts.

    Every part but the last must have at least ``min_size`` bytes. No bytes are copied.

    Raises NoSuchUpload, InvalidPartOrder, InvalidPart for the first part that is missing or has another ETag, and
    EntityTooSmall, in this order.
    """
    upload = in_progress(state, key, upload_id)
    if any(number >= following for (number, _), (following, _) in pairwise(listed)):
        raise S3Error("InvalidPartOrder", UploadId=upload_id)
    uploaded = {part.part_number: part for part in upload.parts}
    parts = []
    for number, quoted in listed:
        part, etag = uploaded.get(number), quoted.strip('"')
        if part is None or part.etag != etag:
            raise S3Error("InvalidPart", UploadId=upload_id, PartNumber=number, ETag=etag)
        parts.append(part)
    for part in parts[:-1]:
        if part.size < min_size:
            raise S3Error(
                "EntityTooSmall",
                ProposedSize=part.size,
                MinSizeAllowed=min_size,
                PartNumber=part.part_number,
                ETag=part.etag,
            )
    digest = md5(b"".join(bytes.fromhex(part.etag) for part in parts), usedforsecurity=False)
    # All blobs are made by ``backend.blobs``; to the models they are only bytes.
    blob = concat(cast("Blob", part.blob) for part in parts)
    return Assembly(upload, tuple(parts), blob, f"{digest.hexdigest()}-{len(parts)}")


def complete(
    state: BucketState,
    assembly: Assembly,
    *,
    checksum: Checksum | None = None,
    condition: Condition | None = None,
) -> Change:
    """Put the assembled object, with ``checksum``, and end its upload.

    Its Last-Modified is the initiation of its upload: "For multipart uploads, the object creation date is the date of
    initiation of the multipart upload" (User Guide, "Working with object metadata";
    https://github.com/treeverse/lakeFS/issues/8303). A default retention counts from then, too (assumed).

    The change has the event ``ObjectCreated:CompleteMultipartUpload`` and the new version. If the upload has been
    completed meanwhile, nothing changes, and the change's ``version`` is the version that it became.

    Raises NoSuchUpload if it has been aborted meanwhile, ConditionalRequestConflict, and what ``condition`` raises.
    """
    upload = assembly.upload
    key, upload_id = upload.key, upload.upload_id
    done = completed(state, key, upload_id)
    if done is not None:
        return Change(state, key=key, version=done, upload=upload)
    upload = in_progress(state, key, upload_id)
    if condition is not None:
        condition.check_write(versions.latest(state, key), key)
        if upload.overtaken:
            header = "If-Match" if condition.if_match is not None else "If-None-Match"
            raise S3Error("ConditionalRequestConflict", Condition=header, Key=key)
    version = Version(
        key=key,
        last_modified=upload.initiated,
        owner=upload.owner,
        etag=upload.encryption.etag(assembly.etag) if upload.encryption.random_etags else assembly.etag,
        blob=assembly.blob,
        storage_class=upload.storage_class,
        headers=upload.headers,
        metadata=upload.metadata,
        checksum=checksum,
        parts=assembly.parts,
        acl=upload.acl,
        encryption=upload.encryption,
        tags=upload.tags,
        lock=upload.lock,
    )
    change = versions.put(_with(state, upload, None), version, event="ObjectCreated:CompleteMultipartUpload")
    version = cast("Version", change.version)
    completed_uploads = change.state.completed.set(upload_id, replace(version, blob=EMPTY, parts=()))
    return change._replace(state=change.state._replace(completed=completed_uploads), upload=upload)


def _with(state: BucketState, upload: Upload, changed: Upload | None) -> BucketState:
    """``state`` with ``changed`` in place of ``upload``, or without it if that is None."""
    uploads = state.uploads.get(upload.key) or ()
    place = series.place(uploads, upload.upload_id, _id)
    if place is None:
        raise LookupError(upload.upload_id)
    rest = series.removed(uploads, place) if changed is None else series.replaced(uploads, place, changed, _id)
    return state._replace(uploads=state.uploads.set(upload.key, rest) if rest else state.uploads.remove(upload.key))
