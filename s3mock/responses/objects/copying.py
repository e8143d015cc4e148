"""Copying objects: the source, whether it may be copied, and CopyObject."""

from __future__ import annotations

from typing import cast

from s3mock.backend import synthetic, versions
from s3mock.backend.blobs import Blob
from s3mock.backend.bucket import Bucket
from s3mock.backend.expected_owner import existing_bucket
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models import checksums, copy_source, names
from s3mock.models.access_points import AccessPoint, MultiRegionAccessPoint, Point
from s3mock.models.blob import Bytes
from s3mock.models.checksums import Checksum
from s3mock.models.conditions import Condition
from s3mock.models.encryption import DEFAULT
from s3mock.models.version import NULL, Version
from s3mock.responses import (
    accelerate,
    annotation,
    encryption,
    intelligent_tiering,
    lifecycle,
    payload,
    reading,
    request_payment,
    tagging,
)
from s3mock.responses.access import authorizer
from s3mock.responses.objects import new
from s3mock.responses.registry import Parameters, operation

DIRECTIVES = frozenset({"COPY", "REPLACE"})

CHANGES = encryption.MEMBERS | {"StorageClass", "WebsiteRedirectLocation"}
"""The members that make a copy of an object onto itself a change, even if its metadata is copied."""


@dataclass(frozen=True, slots=True)
class Source:
    """The version that a request copies from, its bucket and its bytes.

    ``by_id`` is whether the request names the version by its id. ``version_id`` is the id to answer, None in a bucket
    that was never versioned, and for a null version that the request does not name.
    """

    bucket: Bucket
    version: Version
    blob: Bytes
    by_id: bool
    version_id: str | None


def find_source(exchange: Exchange, request: Parameters) -> Source:
    """The source that ``CopySource`` names, once its conditions hold.

    Raises InvalidArgument for a source that names no object, NoSuchBucket, AccessDenied where the requester would have
    to pay, InvalidRequest for another region at an accelerated endpoint, NoSuchKey, NoSuchVersion, InvalidRequest for a
    delete marker, InvalidObjectState for an archived object, PreconditionFailed, and for a customer's key what
    ``encryption.check_read`` raises.
    """
    bucket_name, key, version_id = copy_source.parse(request["CopySource"])
    named, point = _source_bucket(exchange, bucket_name)
    bucket = existing_bucket(named, bucket_name, request.get("ExpectedSourceBucketOwner"))
    request_payment.check(exchange, request, bucket)
    accelerate.check_copy(exchange, bucket)
    authorizer.check_source(exchange, request, bucket, key, version_id, point)
    if version_id is None:
        version = versions.latest(bucket.state, key)
        if version is None or version.delete_marker:
            raise S3Error("NoSuchKey", Key=key)
    else:
        reading.check_version_id(version_id)
        version = versions.find(bucket.state, key, version_id)
        if version is None:
            raise S3Error("NoSuchVersion", Key=key, VersionId=version_id)
    if version.blob is None:
        # aws_recorded has none; CopyObject: a delete marker cannot be the source.
        raise S3Error(
            "InvalidRequest",
            "The source of a copy request may not specifically refer to a delete marker by version id.",
        )
    # https://github.com/epam/cloud-pipeline/issues/2813
    message = "Operation is not valid for the source object's storage class"
    intelligent_tiering.open_version(exchange, bucket, version, message)
    encryption.check_read(exchange, request, version, "CopySource")
    condition = Condition.for_read(
        request.get("CopySourceIfMatch"),
        request.get("CopySourceIfNoneMatch"),
        request.get("CopySourceIfModifiedSince"),
        request.get("CopySourceIfUnmodifiedSince"),
        prefix=f"{copy_source.HEADER}-",
    )
    if condition is not None:
        condition.check_read(version, exchange.cloud.clock.now())
    by_id = version_id is not None
    # A null version that was not named has no id (aws_recorded: test_s3_copy_object_in_place_suspended_only).
    shown = bucket.configuration.versioning is not None and (by_id or version.version_id != NULL)
    return Source(bucket, version, version.blob, by_id, version.version_id if shown else None)


def _source_bucket(exchange: Exchange, name: str) -> tuple[Bucket | None, Point | None]:
    """The bucket of a copy source, None where there is none, and the access point by which it is named.

    "Amazon S3 supports copy operations using Access points only when the source and destination buckets are in the same
    AWS Region" (CopyObject), Multi-Region Access Points only as the destination, and Object Lambda access points not as
    the source. Which errors these are is assumed: NotImplemented for a kind that cannot be a source, InvalidRequest for
    two regions. Raises NoSuchAccessPoint and its like.
    """
    buckets = exchange.cloud.partition(exchange.bucket.partition)
    bucket = buckets.get(name)
    regional = exchange.through is not None and not isinstance(exchange.through.point, MultiRegionAccessPoint)
    point = None
    if bucket is None:
        point = exchange.cloud.access_points.find(name, "s3", exchange.region, exchange.bucket.partition)
        if point is None:
            return None, None
        if not isinstance(point, AccessPoint):
            raise S3Error("NotImplemented", Header=copy_source.HEADER)
        bucket, regional = buckets.get(point.bucket), True
    if regional and bucket is not None and bucket.region != exchange.bucket.region:
        raise S3Error("InvalidRequest", "Access points of another Region cannot be copied from or to.")
    return bucket, point


def check_size(exchange: Exchange, size: int) -> None:
    """Refuse to copy more bytes than one request may. Raises InvalidRequest."""
    most = exchange.cloud.settings.put_max_size
    if size > most:
        message = "The specified copy source is larger than the maximum allowable size for a copy source: "
        raise S3Error("InvalidRequest", f"{message}{most}")


@operation(
    "CopyObject",
    action="s3:PutObject",
    on="new object",
    log="REST.COPY.OBJECT",
    event="ObjectCreated:Copy",
    directory="zonal",
    multi_region=True,
    # https://github.com/Seagate/cortx-prvsnr/issues/2908
    unsigned="Anonymous users cannot copy objects.  Please authenticate.",
)
def copy_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Make a new object of another object's bytes, with the same metadata or with new metadata.

    S3 API: CopyObject
    """
    key = request["Key"]
    names.check_key(key, exchange.cloud.settings.key_max_length)
    directive: str = request.get("MetadataDirective", "COPY")
    if directive not in DIRECTIVES:
        raise invalid_argument("Unknown metadata directive.", "x-amz-metadata-directive", directive)
    annotation.directive(request)
    condition = Condition.for_write(request.get("IfMatch"), request.get("IfNoneMatch"))
    properties = new.properties(exchange, request)
    source = find_source(exchange, request)
    if tagging.copies_tags(request):
        if source.version.tags and exchange.bucket.zone is not None:  # directory buckets have no tags of objects
            raise S3Error("NotImplemented", Header="x-amz-tagging-directive")
        properties["tags"] = source.version.tags
    if directive == "COPY":
        # The copy has all of the source's but its redirect, storage class, owner and ACL.
        headers = {**source.version.headers}
        headers.pop("WebsiteRedirectLocation", None)
        if "WebsiteRedirectLocation" in request:
            headers["WebsiteRedirectLocation"] = request["WebsiteRedirectLocation"]
        properties |= {"headers": headers, "metadata": source.version.metadata}
        # A configured default encryption counts as a change, even the one that every bucket has (tried on S3 in
        # https://github.com/getmoto/moto/issues/6300).
        onto_itself = source.bucket == exchange.bucket and source.version.key == key and not source.by_id
        unchanged = exchange.configuration.encryption is None and CHANGES.isdisjoint(request)
        if onto_itself and unchanged:
            raise S3Error(
                "InvalidRequest",
                "This copy request is illegal because it is trying to copy an object to itself without changing the "
                "object's metadata, storage class, website redirect location or encryption attributes.",
            )
    check_size(exchange, source.blob.size)
    md5, checksum = _digests(source, request)
    etag = properties["encryption"].etag(md5)
    version = Version(
        key=key,
        blob=source.blob,
        etag=etag,
        checksum=checksum,
        last_modified=exchange.cloud.clock.now(),
        annotations=annotation.copied(exchange, request, source.version),
        **properties,
    )
    event = exchange.declared.event
    change = exchange.commit(lambda state: versions.put(state, version, condition, event))
    made = change.made
    reply: Parameters = {
        "CopyObjectResult": {"LastModified": made.last_modified, "ETag": f'"{etag}"', **checksum.members},
        "CopySourceVersionId": source.version_id,
        **made.encryption.members,
        **lifecycle.expiration(exchange, made),
        # Unlike PutObject's, "null" in a suspended bucket (s3_facts 30).
        "VersionId": reading.version_id_shown(exchange, made),
    }
    return reply


def _digests(source: Source, request: Parameters) -> tuple[str, Checksum]:
    """The MD5 (in hex) and the checksum of the copy, which is an object in one piece whatever its source was.

    The checksum is of the requested algorithm, else of the source's. What the source has is not computed again. Bytes
    of ``put_synthetic`` have the ETag of an object of that size instead of an MD5.
    """
    version, checksum, blob = source.version, source.version.checksum, cast("Blob", source.blob)
    name = request.get("ChecksumAlgorithm") or (checksum.algorithm if checksum else checksums.DEFAULT.name)
    algorithm = checksums.named(name)
    has = checksum is not None and checksum.algorithm == algorithm.name and checksum.type == checksums.FULL_OBJECT
    if not version.parts and version.encryption is DEFAULT:
        md5: str | None = version.etag
    else:
        md5 = synthetic.etag_of(blob) or known_md5(version, 0, blob.size)
    md5, computed = payload.digests_of(blob, None if has else algorithm, md5)
    return md5, cast("Checksum", computed or checksum)


def known_md5(version: Version, start: int, stop: int) -> str | None:
    """The MD5 (in hex) of the bytes from ``start`` to ``stop``, where it is the ETag of the object or of a part."""
    if version.encryption is not DEFAULT:
        return None
    for piece in version.parts or (version,):
        if start <= 0:
            # An object whose bytes nobody has read has an ETag like that of an upload in parts.
            return piece.etag if (start, stop) == (0, piece.size) and "-" not in piece.etag else None
        start, stop = start - piece.size, stop - piece.size
    return None
