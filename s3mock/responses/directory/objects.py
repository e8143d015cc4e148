"""The operations on objects that directory buckets answer in their own way: appends, renames, listings."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from s3mock.backend import directory as state_rules
from s3mock.errors import S3Error, invalid_value
from s3mock.exchange import Exchange
from s3mock.models import names
from s3mock.models.conditions import Condition
from s3mock.models.directory import DIRECTORY_ONLY, check_directory_only, check_listing
from s3mock.models.version import NULL, Version
from s3mock.responses import listing, payload
from s3mock.responses.objects import completing, copying, deletion, multipart, new, objects
from s3mock.responses.registry import Parameters, operation

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TOKEN = re.compile(r"[!-~]{1,64}")


NO_EXPIRATION = {"Expiration": "NotImplemented"}
"""What GetObject, HeadObject, PutObject and CopyObject return (botocore's documentation of Expiration)."""


@operation("GetObject", bucket="directory")
def get_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Read an object."""
    return {**objects.get_object(exchange, request), **NO_EXPIRATION}


@operation("HeadObject", bucket="directory")
def head_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Describe an object."""
    return {**objects.head_object(exchange, request), **NO_EXPIRATION}


@operation("PutObject", bucket="directory")
def put_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Put an object, or append to one whose size is WriteOffsetBytes."""
    offset: int | None = request.pop("WriteOffsetBytes", None)
    if offset is None:
        return {**objects.put_object(exchange, request), **NO_EXPIRATION}
    key = request["Key"]
    names.check_key(key, exchange.cloud.settings.key_max_length)
    condition = Condition.for_write(request.get("IfMatch"), request.get("IfNoneMatch"))
    properties = new.properties(exchange, request)
    if request["Body"].size == 0:
        raise S3Error("InvalidRequest", "Request body cannot be empty when 'write offset' is specified.")
    blob, md5, checksum = payload.store(exchange, request)
    version = Version(
        key=key,
        blob=blob,
        etag=properties["encryption"].etag(md5),
        checksum=checksum,
        last_modified=exchange.cloud.clock.now(),
        **properties,
    )
    metadata, most_parts = bool(request.get("Metadata")), exchange.cloud.settings.upload_max_parts
    made = exchange.commit(
        lambda state: state_rules.append(state, version, offset, condition, metadata=metadata, most_parts=most_parts)
    ).made
    reply = objects.put_reply(exchange, made) | {"Size": made.size, **NO_EXPIRATION}
    # The checksum is the one of the appended bytes: "the SHA checksums returned in previous PutObject responses" are of
    # parts.
    if made.checksum is not None:
        reply.pop(made.checksum.member)
    checksum = made.parts[-1].checksum if made.parts else made.checksum
    return reply if checksum is None else reply | checksum.members


@operation("RenameObject", action="s3:PutObject", on="object", log="REST.PUT.RENAMEOBJECT", directory="zonal")
def rename_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Give an object another key, atomically; everything else of it stays, including its date and ETag.

    S3 API: RenameObject
    """
    if exchange.bucket.zone is None:
        check_directory_only(request, "RenameSource")
    key, source = request["Key"], _rename_source(exchange, request["RenameSource"])
    names.check_key(key, exchange.cloud.settings.key_max_length)
    if key.endswith("/") or source.endswith("/"):
        # User Guide: it "will not succeed on objects that end with the slash (/) delimiter character"; the error is
        # assumed.
        raise S3Error("InvalidRequest", "RenameObject does not support keys that end with a forward slash (/).")
    now = exchange.cloud.clock.now()
    of_source = Condition.for_read(
        request.get("SourceIfMatch"),
        request.get("SourceIfNoneMatch"),
        request.get("SourceIfModifiedSince"),
        request.get("SourceIfUnmodifiedSince"),
        prefix="x-amz-rename-source-",
    )
    of_destination = Condition.for_write(request.get("DestinationIfMatch"), request.get("DestinationIfNoneMatch"))
    modified, unmodified = request.get("DestinationIfModifiedSince"), request.get("DestinationIfUnmodifiedSince")
    identity, token = None, request.get("ClientToken")
    if token is not None:
        if _TOKEN.fullmatch(token) is None:  # "a max of 64 ASCII characters in the ASCII range of 33 - 126"
            raise invalid_value("x-amz-client-token", token)
        members = {**request, "RenameSource": source}
        identity = token, repr(sorted((member, str(value)) for member, value in members.items()))

    def check(version: Version, replaced: Version | None) -> None:
        if of_source is not None:
            of_source.check_read(version, now)
        if of_destination is not None:
            of_destination.check_write(replaced, key)
        if modified is not None and (replaced is None or replaced.last_modified <= modified <= now):
            raise S3Error("PreconditionFailed", Condition="If-Modified-Since")
        # Only If-Modified-Since is "if the destination exists and ..." (RenameObject).
        if unmodified is not None and replaced is not None and replaced.last_modified > unmodified:
            raise S3Error("PreconditionFailed", Condition="If-Unmodified-Since")

    exchange.commit(lambda state: state_rules.rename(state, source, key, check, identity))
    return {}


def _rename_source(exchange: Exchange, text: str) -> str:
    """The key in ``x-amz-rename-source``: URL-encoded, alone or after the bucket's name.

    Both are in use: the AWS CLI's example has the key, boto3's "bucket/key", and Mountpoint sends "/bucket/key". Any
    other value is a key. Raises InvalidArgument.
    """
    try:
        name = unquote_to_bytes(text).decode().removeprefix("/")
    except UnicodeDecodeError:
        name = ""
    name = name.removeprefix(f"{exchange.bucket.name}/")
    if not name:
        raise invalid_value("x-amz-rename-source", text)
    return name


@operation("ListObjectsV2", bucket="directory")
def list_objects_v2(exchange: Exchange, request: Parameters) -> Parameters:
    """List objects and common prefixes, not in the order of their names."""
    prefix, delimiter, token = request.get("Prefix", ""), request.get("Delimiter", ""), request.get("ContinuationToken")
    encode = listing.encoder(request)
    check_listing(prefix, delimiter)
    limit = listing.page_size(exchange, request)
    after = "" if token is None else listing.decode_token(token)
    page = state_rules.page(
        exchange.bucket.state, prefix=prefix, delimiter=delimiter, after=after, limit=limit, pick=listing.current
    )
    contents = [listing.entry(version, encode) for _, version in page.entries]
    if request.get("FetchOwner"):
        for described in contents:
            described["Owner"] = {"ID": exchange.bucket.account.canonical_id}
    reply = listing.head(exchange, request, encode, limit, page.truncated, page.common_prefixes)
    reply |= {"Contents": contents, "KeyCount": len(contents) + len(page.common_prefixes), "ContinuationToken": token}
    if page.truncated:
        reply["NextContinuationToken"] = listing.encode_token(page.last)
    return reply


@operation("ListMultipartUploads", bucket="directory")
def list_multipart_uploads(exchange: Exchange, request: Parameters) -> Parameters:
    """List uploads, not in the order of their keys; "key-marker is obfuscated and isn't a real object key"."""
    prefix, delimiter, marker = request.get("Prefix", ""), request.get("Delimiter", ""), request.get("KeyMarker", "")
    encode = listing.encoder(request)
    check_listing(prefix, delimiter)
    limit = listing.page_size(exchange, request, "MaxUploads", "max-uploads")
    key, _, upload_id = listing.decode_token(marker).rpartition("/") if marker else ("", "", "")
    page = state_rules.uploads_page(
        exchange.bucket.state, prefix=prefix, delimiter=delimiter, after=(key, upload_id), limit=limit
    )
    return {
        "Bucket": exchange.bucket.name,
        "KeyMarker": marker,
        "NextKeyMarker": listing.encode_token("/".join(page.last)) if page.truncated else "",
        "Prefix": encode(prefix) if prefix else None,
        "Delimiter": delimiter or None,
        "EncodingType": request.get("EncodingType"),
        "MaxUploads": limit,
        "IsTruncated": page.truncated,
        "Uploads": [multipart.listed_upload(exchange, upload, encode(key)) for key, upload in page.entries],
        "CommonPrefixes": listing.prefixes(page.common_prefixes, encode),
    }


@operation("CompleteMultipartUpload", bucket="directory")
def complete_multipart_upload(exchange: Exchange, request: Parameters) -> Parameters:
    """Complete an upload; CompletedPart: "the PartNumber must start at 1 and the part numbers must be consecutive"."""
    parts = request.get("MultipartUpload", {}).get("Parts", [])
    if [part["PartNumber"] for part in parts] != list(range(1, len(parts) + 1)):
        raise S3Error("InvalidPartOrder", UploadId=request["UploadId"])  # the code of a COMPOSITE upload (assumed)
    return completing.complete_multipart_upload(exchange, request)


@operation("CopyObject", bucket="directory")
def copy_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Copy an object without its annotations, which directory buckets do not have."""
    request.setdefault("AnnotationDirective", "EXCLUDE")  # assumed
    _check_encoding(request)
    return {**copying.copy_object(exchange, request), **NO_EXPIRATION}


@operation("CreateMultipartUpload", bucket="directory")
def create_multipart_upload(exchange: Exchange, request: Parameters) -> Parameters:
    """Begin an upload, without a content encoding."""
    _check_encoding(request)
    return multipart.create_multipart_upload(exchange, request)


def _check_encoding(request: Parameters) -> None:
    """Refuse a content encoding; CopyObject and CreateMultipartUpload: "only the aws-chunked value is supported".

    Raises NotImplemented, as for other headers (``check_members``).
    """
    if request.get("ContentEncoding"):
        raise S3Error("NotImplemented", Header="Content-Encoding")


@operation("DeleteObjects", bucket="directory")
def delete_objects(exchange: Exchange, request: Parameters) -> Parameters:
    """Delete objects; a key of white space alone or with control characters is refused (User Guide).

    A version id is not supported (API page ObjectIdentifier); that it is refused as a header is assumed. The code of a
    failed condition is the HTTP status with its reason, unlike in DeleteObject
    (https://github.com/ministackorg/ministack/issues/1501).
    """
    for identifier in request["Delete"].get("Objects", []):
        key = identifier.get("Key", "")
        if not key.strip() or _CONTROL.search(key):
            raise S3Error("MalformedXML")  # assumed
        if identifier.get("VersionId", NULL) != NULL:
            raise S3Error("NotImplemented")
    reply = deletion.delete_objects(exchange, request)
    for error in reply["Errors"]:
        if error["Code"] == "PreconditionFailed":
            error["Code"] = "412 Precondition Failed"
    return reply


@operation("AbortMultipartUpload", bucket="directory")
def abort_multipart_upload(exchange: Exchange, request: Parameters) -> Parameters:
    """Abort an upload, with IfMatchInitiatedTime only one initiated then; "... doesn't exist ... a 204"."""
    initiated = request.pop("IfMatchInitiatedTime", None)
    if initiated is None:
        return multipart.abort_multipart_upload(exchange, request)
    key, upload_id = request["Key"], request["UploadId"]
    uploads = [upload for upload in exchange.bucket.state.uploads.get(key) or () if upload.upload_id == upload_id]
    if not uploads:
        return {}
    if uploads[0].initiated != initiated:
        raise S3Error("PreconditionFailed", Condition=DIRECTORY_ONLY["IfMatchInitiatedTime"])
    return multipart.abort_multipart_upload(exchange, request)
