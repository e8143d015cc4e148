"""Objects: put, get, head."""

from __future__ import annotations

from s3mock.backend import versions
from s3mock.exchange import Exchange
from s3mock.models import checksums, directory, names, ranges
from s3mock.models.conditions import Condition, is_unchanged
from s3mock.models.version import NULL, Version
from s3mock.responses import encryption, lifecycle, object_lock, payload, reading
from s3mock.responses.objects import new, part_numbers
from s3mock.responses.registry import Parameters, operation

IN_ONE_PIECE = 1 << 20
"""Up to this many bytes are sent in one piece, more in chunks."""

NOT_MODIFIED = frozenset({"CacheControl", "ETag", "Expires", "LastModified", "VersionId"})
"""What a 304 has of the object: the headers that RFC 9110 15.4.5 requires, its time and its version (assumed)."""


@operation(
    "PutObject",
    action="s3:PutObject",
    on="new object",
    log="REST.PUT.OBJECT",
    event="ObjectCreated:Put",
    directory="zonal",
    multi_region=True,
)
def put_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Store an object whole, or not at all.

    S3 API: PutObject
    """
    key = request["Key"]
    names.check_key(key, exchange.cloud.settings.key_max_length)
    directory.check_directory_only(request, "WriteOffsetBytes")
    condition = Condition.for_write(request.get("IfMatch"), request.get("IfNoneMatch"))
    properties = new.properties(exchange, request)
    object_lock.check_digest(exchange, properties["lock"], "Object")
    blob, md5, checksum = payload.store(exchange, request, checksums.DEFAULT)
    version = Version(
        key=key,
        blob=blob,
        etag=properties["encryption"].etag(md5),
        checksum=checksum,
        last_modified=exchange.cloud.clock.now(),
        **properties,
    )
    event = exchange.declared.event
    change = exchange.commit(lambda state: versions.put(state, version, condition, event))
    return put_reply(exchange, change.made)


def put_reply(exchange: Exchange, version: Version) -> Parameters:
    """PutObject's answer for a version that it has made."""
    reply: Parameters = {"ETag": f'"{version.etag}"', **version.encryption.members}
    if version.checksum is not None:
        reply.update(version.checksum.members)
    if version.version_id != NULL:  # aws_recorded: test_put_object_on_suspended_bucket
        reply["VersionId"] = version.version_id
    reply.update(lifecycle.expiration(exchange, version))
    return reply


@operation(
    "GetObject",
    action="s3:GetObject",
    version_action="s3:GetObjectVersion",
    on="object",
    hides_absence=True,
    log="REST.GET.OBJECT",
    directory="zonal",
    multi_region=True,
)
def get_object(exchange: Exchange, request: Parameters) -> Parameters:
    """An object's bytes, or a range of them, with its headers and metadata.

    S3 API: GetObject
    """
    version, reply = _read(exchange, request, "GET")
    if version is None:
        return reply
    if version.storage_class != "STANDARD":
        from s3mock.responses import intelligent_tiering  # noqa: PLC0415 - other storage classes are rare

        intelligent_tiering.open_version(exchange, exchange.bucket, version)
    blob = version.blob
    assert blob is not None  # noqa: S101 - find_version has refused delete markers
    start, stop = _select(exchange, request, version, reply)
    reply["Body"] = blob.read(start, stop) if stop - start <= IN_ONE_PIECE else blob.chunks(start, stop)
    return reply


@operation(
    "HeadObject",
    action="s3:GetObject",
    version_action="s3:GetObjectVersion",
    on="object",
    hides_absence=True,
    log="REST.HEAD.OBJECT",
    directory="zonal",
    multi_region=True,
)
def head_object(exchange: Exchange, request: Parameters) -> Parameters:
    """The headers and metadata of an object, without its bytes.

    S3 API: HeadObject
    """
    version, reply = _read(exchange, request, "HEAD")
    if version is not None:
        _select(exchange, request, version, reply)
    return reply


def _read(exchange: Exchange, request: Parameters, method: str) -> tuple[Version | None, Parameters]:
    """The version to send and the answer's headers; no version where the conditions make it a 304."""
    if exchange.query:
        reading.check_overrides(exchange)
    if "PartNumber" in request:
        part_numbers.check_read(exchange, request)
    version = reading.find_version(exchange, request["Key"], request.get("VersionId"), method)
    encryption.check_read(exchange, request, version)
    condition = Condition.for_read(
        request.get("IfMatch"),
        request.get("IfNoneMatch"),
        request.get("IfModifiedSince"),
        request.get("IfUnmodifiedSince"),
    )
    described = reading.describe(exchange, version)
    if "VersionId" not in request:  # not for a version that is requested by its id, even if it is the current one
        described.update(lifecycle.expiration(exchange, version))
    if condition is not None and not condition.check_read(version, exchange.cloud.clock.now()):
        exchange.status = 304
        return None, {member: value for member, value in described.items() if member in NOT_MODIFIED}
    if exchange.query:
        described.update(reading.overridden(request))
    return version, described


def _select(exchange: Exchange, request: Parameters, version: Version, reply: Parameters) -> tuple[int, int]:
    """The start and stop of the requested bytes; adds their length, range and checksum to ``reply``.

    The checksum is sent with a whole object, even if requested as a range (aws_recorded: test_get_object_range), and
    with a part: ``part_numbers.checksum_of``.
    """
    size = version.size
    start, stop, partial = 0, size, False
    if "PartNumber" in request:
        start, stop = part_numbers.select(version, request["PartNumber"], reply)
        partial = True
    elif "Range" in request and ("IfRange" not in request or is_unchanged(request["IfRange"], version)):
        byte_range = ranges.parse(request["Range"], size)
        if byte_range is not None:
            start, stop = byte_range
            partial = True
    if partial and stop > start:
        exchange.status = 206
        reply["ContentRange"] = f"bytes {start}-{stop - 1}/{size}"
    reply["ContentLength"] = stop - start
    if request.get("ChecksumMode") == "ENABLED" and version.checksum is not None:
        reply.update(part_numbers.checksum_of(version, start, stop) if partial else version.checksum.members)
    return start, stop
