"""Copying objects: where the source is, whether it may be copied, and CopyObject."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from s3mock.backend import admission, versions
from s3mock.backend.bucket import Bucket
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models import checksums, copy_source, names
from s3mock.models.blob import Bytes
from s3mock.models.conditions import Condition
from s3mock.models.encryption import DEFAULT
from s3mock.models.version import NULL, Version
from s3mock.responses import (
    accelerate,
    access,
    access_points,
    annotation,
    encryption,
    intelligent_tiering,
    lifecycle,
    payload,
    reading,
    request_payment,
    tagging,
)
from s3mock.responses.objects import new
from s3mock.responses.registry import Parameters, operation

SOURCE_PREFIX = "x-amz-copy-source-"
DIRECTIVES = frozenset({"COPY", "REPLACE"})


@dataclass(frozen=True, slots=True)
class Source:
    """The object that a request copies from: its bucket, the version, its bytes, and the id to answer."""

    bucket: Bucket
    version: Version
    blob: Bytes
    version_id: str | None


def find_source(exchange: Exchange, request: Parameters) -> Source:
    """Return the source that ``CopySource`` names, once its conditions hold.

    Raises InvalidArgument for a source that names no object, NoSuchBucket, AccessDenied where the requester would have
    to pay, InvalidRequest for another region at an accelerated endpoint, NoSuchKey, NoSuchVersion, InvalidRequest for a
    delete marker, InvalidObjectState for an archived object, PreconditionFailed, and for a customer's key what
    ``encryption.check_read`` raises.
    """
    bucket_name, key, version_id = copy_source.parse(request["CopySource"])
    found, point = access_points.source_bucket(exchange, bucket_name)
    bucket = admission.admit(found, bucket_name, request.get("ExpectedSourceBucketOwner"))
    request_payment.check(exchange, request, bucket)
    accelerate.check_copy(exchange, bucket)
    access.check_source(exchange, request, bucket, key, version_id, point)
    version = _find_version(bucket, key, version_id)
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
        prefix=SOURCE_PREFIX,
    )
    if condition is not None:
        condition.check_read(version, exchange.cloud.clock.now())
    versioned = bucket.configuration.versioning is not None
    return Source(bucket, version, version.blob, version.version_id if versioned else None)


def check_size(size: int) -> None:
    """Refuse to copy more bytes than one request may. Raises InvalidRequest."""
    if size > payload.MOST_BYTES:
        message = "The specified copy source is larger than the maximum allowable size for a copy source: "
        raise S3Error("InvalidRequest", f"{message}{payload.MOST_BYTES}")


def _find_version(bucket: Bucket, key: str, version_id: str | None) -> Version:
    if version_id is None:
        version = versions.latest(bucket.state, key)
        if version is None or version.delete_marker:
            raise S3Error("NoSuchKey", Key=key)
        return version
    reading.check_version_id(version_id)
    version = versions.find(bucket.state, key, version_id)
    if version is None:
        raise S3Error("NoSuchVersion", Key=key, VersionId=version_id)
    return version


@operation(
    "CopyObject",
    action="s3:PutObject",
    on="new object",
    log="REST.COPY.OBJECT",
    event="ObjectCreated:Copy",
    directory="zonal",
    multi_region=True,
)
def copy_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Make a new object of another one's bytes, with its metadata or with new one.

    S3 API: CopyObject
    """
    key = request["Key"]
    names.check_key(key)
    replaces = _directive(request) == "REPLACE"
    annotation.directive(request)
    condition = Condition.for_write(request.get("IfMatch"), request.get("IfNoneMatch"))
    properties = new.properties(exchange, request)
    source = find_source(exchange, request)
    if tagging.copies_tags(request):
        properties["tags"] = source.version.tags
    if not replaces:
        properties |= _copied(source.version, request)
        _check_not_onto_itself(exchange, request, source)
    check_size(source.blob.size)
    md5, value = _digests(source, request)
    etag = properties["encryption"].etag(md5)
    version = Version(
        key=key,
        blob=source.blob,
        etag=etag,
        checksum=value,
        last_modified=exchange.cloud.clock.now(),
        annotations=annotation.copied(exchange, request, source.version),
        **properties,
    )
    event = exchange.declared.event
    made = exchange.bucket.commit(lambda state: versions.put(state, version, condition, event)).made
    reply: Parameters = {
        "CopyObjectResult": {"LastModified": made.last_modified, "ETag": f'"{etag}"', **value.members},
        "CopySourceVersionId": source.version_id,
        **made.encryption.members,
        **lifecycle.expiration(exchange, made),
    }
    if made.version_id != NULL:
        reply["VersionId"] = made.version_id
    return reply


def _directive(request: Parameters) -> str:
    directive: str = request.get("MetadataDirective", "COPY")
    if directive not in DIRECTIVES:
        raise invalid_argument("Unknown metadata directive.", "x-amz-metadata-directive", directive)
    return directive


def _copied(source: Version, request: Parameters) -> dict[str, Any]:
    """Return what a copy takes from its source: everything but the redirect, the storage class, the owner, the ACL."""
    headers = {name: value for name, value in source.headers.items() if name != "WebsiteRedirectLocation"}
    given = new.system_headers(request)
    if "WebsiteRedirectLocation" in given:
        headers["WebsiteRedirectLocation"] = given["WebsiteRedirectLocation"]
    return {"headers": headers, "metadata": source.metadata}


def _check_not_onto_itself(exchange: Exchange, request: Parameters, source: Source) -> None:
    """Refuse a copy of the latest version onto itself that would change nothing.

    A default encryption that somebody has configured is a change, be it the one that every bucket has (tried on S3 in
    https://github.com/getmoto/moto/issues/6300).
    """
    changes = encryption.MEMBERS | {"StorageClass", "WebsiteRedirectLocation"}
    itself = source.bucket is exchange.bucket and source.version.key == request["Key"]
    if exchange.bucket.configuration.encryption is not None:
        return
    if itself and "?versionId=" not in request["CopySource"] and changes.isdisjoint(request):
        raise S3Error(
            "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without changing the "
            "object's metadata, storage class, website redirect location or encryption attributes.",
        )


def _digests(source: Source, request: Parameters) -> tuple[str, checksums.Checksum]:
    """Return MD5 and checksum of the copy, which is an object in one piece whatever its source was.

    The checksum is of the algorithm asked for, else the source's; it is computed only where the source's is of another
    algorithm or of parts.
    """
    version, present = source.version, source.version.checksum
    name = request.get("ChecksumAlgorithm") or (present.algorithm if present else checksums.DEFAULT.name)
    algorithm = checksums.named(name)
    if present is None or present.algorithm != algorithm.name or present.type != checksums.FULL_OBJECT:
        present = checksums.of(algorithm, source.blob.chunks())
    etag_is_md5 = not version.parts and version.encryption is DEFAULT
    return (version.etag if etag_is_md5 else _md5(source.blob)), present


def _md5(blob: Bytes) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for chunk in blob.chunks():
        digest.update(chunk)
    return digest.hexdigest()
