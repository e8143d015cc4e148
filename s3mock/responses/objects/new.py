"""The properties of a new object besides its bytes, for PutObject, CopyObject and CreateMultipartUpload alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from s3mock.backend.access import ownership_controls
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import content_type, directory, mail_encoding
from s3mock.models.account import Account
from s3mock.models.encryption import with_random_etags
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
DEFAULT_HEADERS: Mapping[str, str] = {"ContentType": content_type.DEFAULT}
"""The headers of most objects: one dictionary for all, since one for each would be a quarter of a small object."""

_BEYOND_LATIN_1 = re.compile("[^\x00-\xff]")


def properties(exchange: Exchange, request: Parameters) -> dict[str, Any]:
    """The fields of a ``Version`` or ``Upload`` that the request's headers decide.

    Raises InvalidRedirectLocation, MetadataTooLarge, InvalidStorageClass, and what the request's encryption, ACL, tags
    and lock may raise, in this order.
    """
    account = owner(exchange, request.get("ACL"))
    headers, metadata = system_headers(request), user_metadata(exchange, request)
    storage_class: str = request.get("StorageClass", "STANDARD")
    if exchange.bucket.zone is not None:
        storage_class = directory.storage_class(exchange.bucket.zone, request.get("StorageClass"))
    elif storage_class not in STORAGE_CLASSES:
        raise S3Error("InvalidStorageClass", StorageClassRequested=storage_class)
    encrypted = encryption.requested(exchange, request)
    if exchange.bucket.zone is not None:
        encrypted = with_random_etags(encrypted)
    return {
        "owner": account,
        "headers": headers,
        "metadata": metadata,
        "storage_class": storage_class,
        "encryption": encrypted,
        "acl": requested_acl(exchange, request, account),
        "tags": tagging.requested_tags(request),
        "lock": object_lock.requested_lock(exchange, request),
    }


def owner(exchange: Exchange, canned: str | None = None) -> Account:
    """The owner of a new object with the canned ACL ``canned``: the writer, or the bucket's owner."""
    ownership = exchange.configuration.ownership
    return ownership_controls.owner_of_new(exchange.bucket.account, ownership, exchange.caller, canned)


def system_headers(request: Parameters) -> Mapping[str, str]:
    """The system headers to store, by their boto3 names. Raises InvalidRedirectLocation.

    They are returned byte by byte. A character of a form or a query that Latin-1 lacks becomes a blank (aws_recorded
    test_post_object_with_unicode_metadata).
    """
    headers = {name: _BEYOND_LATIN_1.sub(" ", request[name]) for name in SYSTEM_HEADERS if request.get(name)}
    location = request.get("WebsiteRedirectLocation")
    if location is not None:
        # PutObject, x-amz-website-redirect-location: begins with /, http:// or https://.
        if not location.startswith(("/", "http://", "https://")):
            raise S3Error("InvalidRedirectLocation")
        headers["WebsiteRedirectLocation"] = location
    if not headers:
        return DEFAULT_HEADERS
    if "ContentType" not in headers:
        headers["ContentType"] = content_type.DEFAULT
    return _shared_headers(tuple(headers.items()))


_shared_headers: Callable[[tuple[tuple[str, str], ...]], Mapping[str, str]] = lru_cache(maxsize=1024)(dict)
"""Makes the dictionary that all objects with these headers have in common."""


def user_metadata(exchange: Exchange, request: Parameters) -> Mapping[str, str]:
    """The user metadata as reads will send it; names and values have a limit together (2 KB: s3_facts 18).

    Values are stored and returned as ``mail_encoding`` has it. A header's bytes are taken for Latin-1, so that one sent
    in UTF-8 is encoded twice, as in the example of the User Guide, "User-defined object metadata". The fields of a form
    are not decoded (aws_recorded test_post_object_with_unicode_metadata).

    Raises MetadataTooLarge.
    """
    metadata: Mapping[str, str] = request.get("Metadata", NOTHING)
    if not metadata:
        return metadata
    size = sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())
    most = exchange.cloud.settings.metadata_max_size
    if size > most:
        raise S3Error("MetadataTooLarge", Size=size, MaxSizeAllowed=most)
    if "Fields" not in request:
        metadata = {name: mail_encoding.decode(value) for name, value in metadata.items()}
    return {name: mail_encoding.encode(value) for name, value in metadata.items()}
