"""Reading a version: which one a request names, and the headers that every answer has of it."""

from __future__ import annotations

from datetime import datetime

from s3mock.backend import ids, versions
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.http import fits_header
from s3mock.models import names, object_lock, restore
from s3mock.models.version import NULL, Version
from s3mock.responses.registry import Parameters

PREFIX = "response-"

OVERRIDES = {
    "response-cache-control": ("ResponseCacheControl", "CacheControl"),
    "response-content-disposition": ("ResponseContentDisposition", "ContentDisposition"),
    "response-content-encoding": ("ResponseContentEncoding", "ContentEncoding"),
    "response-content-language": ("ResponseContentLanguage", "ContentLanguage"),
    "response-content-type": ("ResponseContentType", "ContentType"),
    "response-expires": ("ResponseExpires", "Expires"),
}
"""The response headers that a query may override: its parameter, and the members of the request and the answer."""


def check_overrides(exchange: Exchange) -> None:
    """Refuse to override headers other than ``OVERRIDES``, and any override in an unsigned request.

    Raises InvalidArgument (https://github.com/versity/versitygw/issues/2075) and InvalidRequest
    (https://github.com/floci-io/floci/pull/1098, measured), in this order and before the object is looked up;
    InvalidArgument for a value that a header cannot hold.
    """
    overrides = {name: value for name, value in exchange.query.items() if name.startswith(PREFIX)}
    for name, value in overrides.items():
        if name not in OVERRIDES:
            raise invalid_argument(
                f"{name} is not in the set of overridable response headers. Please refer to the S3 API documentation "
                "for a complete list of overridable response headers.",
                name,
                value,
            )
    if overrides and exchange.signer is None:
        raise S3Error("InvalidRequest", "Request specific response headers cannot be used for anonymous GET requests.")
    for name, value in overrides.items():
        # aws_recorded test_get_response_overrides_unicode_metadata_with_sig_s3; of line breaks and NUL it is assumed
        if max(value, default="") > "\xff" or not fits_header(name, value):
            raise invalid_argument("Header value cannot be represented using ISO-8859-1.", name, value)


def overridden(request: Parameters) -> Parameters:
    """The members of the answer that the request overrides."""
    return {member: request[parameter] for parameter, member in OVERRIDES.values() if parameter in request}


def check_version_id(version_id: str) -> None:
    """Refuse a version id that S3 cannot have generated (s3_facts 7). Raises InvalidArgument."""
    if version_id == NULL or ids.is_version_id(version_id):
        return
    # The message for the empty string: https://github.com/amazon-archives/aws-sdk-core-ruby/issues/76
    message = "Invalid version id specified" if version_id else "Version id cannot be the empty string"
    raise invalid_argument(message, "versionId", version_id)


def find_version(
    exchange: Exchange, key: str, version_id: str | None, method: str, *, marker_hides: bool = True
) -> Version:
    """The version of ``key`` to read: the latest, or the one with ``version_id``.

    A delete marker as the latest version hides the key (NoSuchKey), or with ``marker_hides=False`` is refused itself.

    Raises KeyTooLongError, NoSuchKey, NoSuchVersion, InvalidArgument, or MethodNotAllowed (with ``method``) where
    the version is a delete marker; AccessDenied where another account owns the version
    and has not opened it to the bucket's owner.
    """
    names.check_key(key, exchange.cloud.settings.key_max_length)
    state = exchange.bucket.state
    if version_id is None:
        version = versions.latest(state, key)
        if version is None:
            raise S3Error("NoSuchKey", Key=key)
    else:
        check_version_id(version_id)
        version = versions.find(state, key, version_id)
        if version is None:
            raise S3Error("NoSuchVersion", Key=key, VersionId=version_id)
    if version.delete_marker:
        if version_id is None and marker_hides:
            raise S3Error("NoSuchKey", headers=_marker_headers(version), Key=key)
        raise marker_refused(version, method)
    if version.owner.id != exchange.bucket.account.id:
        from s3mock.responses.access import authorizer  # noqa: PLC0415 - the engine of policies

        authorizer.check_owner(exchange, version)
    return version


def marker_refused(marker: Version, method: str) -> S3Error:
    """The error for a request about a delete marker itself."""
    # GetObject's page: "a 405 Method Not Allowed error and the Last-Modified: timestamp response header".
    headers = _marker_headers(marker) | {"Allow": "DELETE", "Last-Modified": marker.last_modified}
    return S3Error("MethodNotAllowed", headers=headers, Method=method, ResourceType="DeleteMarker")


def _marker_headers(marker: Version) -> dict[str, str | datetime]:
    return {"x-amz-delete-marker": "true", "x-amz-version-id": marker.version_id}


def version_id_shown(exchange: Exchange, version: Version) -> str | None:
    """The version id that an answer has, None in a bucket that was never versioned."""
    if version.version_id == NULL and exchange.configuration.versioning is None:
        return None
    return version.version_id


def describe(exchange: Exchange, version: Version) -> Parameters:
    """The members of GetObject and HeadObject about ``version``, except for its bytes, size and checksum."""
    reply: Parameters = {
        "LastModified": version.last_modified,
        "ETag": f'"{version.etag}"',
        "AcceptRanges": "bytes",
        **version.encryption.members,
        "Metadata": version.metadata,
        "VersionId": version_id_shown(exchange, version),
    }
    reply.update(version.headers)
    if version.tags:
        reply["TagCount"] = len(version.tags)
    if version.replication is not None:
        reply["ReplicationStatus"] = version.replication.status
    if version.lock is not None:
        reply.update(object_lock.described(version.lock, exchange.cloud.clock.now()))
    if version.storage_class != "STANDARD":
        reply["StorageClass"] = version.storage_class
        reply.update(restore.described(version, exchange.cloud.clock.now()))
    return reply
