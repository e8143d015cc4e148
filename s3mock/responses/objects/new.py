"""What a new object is told besides its bytes, by PutObject, CopyObject and CreateMultipartUpload alike."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from s3mock.backend.access import ownership_controls
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import directory
from s3mock.models.account import Account
from s3mock.models.encryption import Encryption
from s3mock.models.version import NOTHING, STORAGE_CLASSES
from s3mock.responses import encryption, object_lock, tagging
from s3mock.responses.acl import requested_acl
from s3mock.responses.registry import Parameters

SYSTEM_HEADERS = (
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
)
DEFAULT_HEADERS: Mapping[str, str] = {"ContentType": "binary/octet-stream"}
"""What most objects have: one dictionary for all of them, since one for each would be a fifth of a small object."""

METADATA_LIMIT = 2048


def properties(exchange: Exchange, request: Parameters) -> dict[str, Any]:
    """Return the fields of a ``Version`` or ``Upload`` that the request's headers decide.

    Raises InvalidStorageClass, MetadataTooLarge, and what the request's encryption, ACL, tags and lock may raise.
    """
    new_owner = owner(exchange, request.get("ACL"))
    return {
        "owner": new_owner,
        "headers": system_headers(request),
        "metadata": user_metadata(request),
        "storage_class": storage_class(exchange, request),
        "encryption": encryption_of(exchange, request),
        "acl": requested_acl(exchange, request, new_owner),
        "tags": tagging.requested_tags(request),
        "lock": object_lock.requested_lock(exchange, request),
    }


def encryption_of(exchange: Exchange, request: Parameters) -> Encryption:
    """Return the encryption that a new object gets, which has its own ETags in a directory bucket."""
    found = encryption.requested(exchange, request)
    return found if exchange.bucket.zone is None else replace(found, random_etags=True)


def owner(exchange: Exchange, canned: str | None = None) -> Account:
    """Return who will own what is put with the canned list ``canned``: the writer, or the bucket's owner."""
    return ownership_controls.owner_of_new(exchange.bucket, exchange.caller, canned)


def system_headers(request: Parameters) -> Mapping[str, str]:
    """Return the system headers to store, by their boto3 names."""
    headers = {name: request[name] for name in SYSTEM_HEADERS if request.get(name)}
    if "WebsiteRedirectLocation" in request:
        headers["WebsiteRedirectLocation"] = _redirect(request["WebsiteRedirectLocation"])
    if not headers:
        return DEFAULT_HEADERS
    if "ContentType" not in headers:
        headers["ContentType"] = DEFAULT_HEADERS["ContentType"]
    return headers


def _redirect(location: str) -> str:
    # PutObject, x-amz-website-redirect-location: begins with /, http:// or https://.
    if not location.startswith(("/", "http://", "https://")):
        raise S3Error("InvalidRedirectLocation")
    return location


def user_metadata(request: Parameters) -> Mapping[str, str]:
    """Return the user metadata as reads will send it; names and values may have 2 KB together (s3_facts 18).

    Raises MetadataTooLarge.
    """
    metadata: Mapping[str, str] = request.get("Metadata", NOTHING)
    if not metadata:
        return metadata
    size = sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())
    if size > METADATA_LIMIT:
        raise S3Error("MetadataTooLarge", Size=size, MaxSizeAllowed=METADATA_LIMIT)
    return {name: _mail_safe(value) for name, value in metadata.items()}


def _mail_safe(value: str) -> str:
    """Return a value as RFC 2047 has it where it is not ASCII: the User Guide's "User-defined object metadata".

    A header's bytes are taken for Latin-1, so that one sent in UTF-8 is encoded twice, as in the example there.
    """
    return value if value.isascii() else f"=?UTF-8?B?{b64encode(value.encode()).decode()}?="


def storage_class(exchange: Exchange, request: Parameters) -> str:
    """Return the storage class; raise InvalidStorageClass for one that the bucket does not have."""
    if exchange.bucket.zone is not None:
        return directory.storage_class(exchange.bucket.zone, request.get("StorageClass"))
    wanted: str = request.get("StorageClass", "STANDARD")
    if wanted not in STORAGE_CLASSES:
        raise S3Error("InvalidStorageClass", StorageClassRequested=wanted)
    return wanted
