"""The listings of a bucket's objects: ListObjects, ListObjectsV2, ListObjectVersions."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import quote_plus

from s3mock.backend import listing
from s3mock.errors import S3Error
from s3mock.models.version import Version
from s3mock.responses.context import Context
from s3mock.responses.registry import Parameters, operation

LONGEST_PAGE = 1000
MOST = 2**31 - 1

Encode = Callable[[str], str]


def encoder(request: Parameters) -> Encode:
    """Return how to write the keys of this listing: as they are, or URL-encoded where EncodingType asks for it.

    Raises InvalidArgument for any other encoding (aws_recorded: test_list_ops_encoding_type_validation).
    """
    encoding = request.get("EncodingType")
    if encoding is None:
        return str
    if encoding == "url":
        return _url_encode
    raise S3Error(
        "InvalidArgument",
        "Invalid Encoding Method specified in Request",
        ArgumentName="encoding-type",
        ArgumentValue=encoding or None,
    )


_nothing_to_encode = re.compile(r"[A-Za-z0-9_./-]*").fullmatch


def _url_encode(text: str) -> str:
    return text if _nothing_to_encode(text) else quote_plus(text, safe="/")


def page_size(ctx: Context, request: Parameters, member: str = "MaxKeys", argument: str = "maxKeys") -> int:
    """Return how many entries the page may have: what was asked for, up to the longest page.

    Raises InvalidArgument for a negative number.
    """
    longest = min(ctx.cloud.settings.max_keys, LONGEST_PAGE)
    wanted: int = request.get(member, longest)
    if not 0 <= wanted <= MOST:
        raise S3Error(
            "InvalidArgument",
            f"Argument {argument} must be an integer between 0 and {MOST}",
            ArgumentName=argument,
            ArgumentValue=str(wanted),
        )
    return min(wanted, longest)


def current(stack: tuple[Version, ...]) -> Version | None:
    """Return the version that a listing of objects shows of a key: the latest, unless it is a delete marker."""
    version = stack[0]
    return None if version.blob is None else version


def entry(version: Version, encode: Encode) -> Parameters:
    """Return what every listing says of a version."""
    checksum = version.checksum
    described: Parameters = {
        "Key": encode(version.key),
        "LastModified": version.last_modified,
        "ETag": f'"{version.etag}"',
        "Size": version.size,
        "StorageClass": version.storage_class,
    }
    if checksum is not None:
        described["ChecksumAlgorithm"] = [checksum.algorithm]
        described["ChecksumType"] = checksum.type
    return described


def prefixes(common_prefixes: list[str], encode: Encode) -> list[Parameters]:
    """Return common prefixes as S3 lists them."""
    return [{"Prefix": encode(prefix)} for prefix in common_prefixes]


@operation("ListObjects", refused={"OptionalObjectAttributes"})
def list_objects(ctx: Context, request: Parameters) -> Parameters:
    """List objects and common prefixes in the order of their keys, after Marker.

    S3 API: ListObjects
    """
    encode = encoder(request)
    limit = page_size(ctx, request)
    prefix, delimiter, marker = request.get("Prefix", ""), request.get("Delimiter", ""), request.get("Marker", "")
    page = listing.page(
        ctx.bucket.state.keys, prefix=prefix, delimiter=delimiter, after=marker, limit=limit, pick=current
    )
    contents = []
    for _, version in page.entries:
        described = entry(version, encode)
        described["Owner"] = {"ID": version.owner.canonical_id}
        contents.append(described)
    reply = _head(ctx, request, encode, limit, page.truncated, page.common_prefixes)
    reply |= {"Marker": encode(marker), "Contents": contents}
    if page.truncated and delimiter:
        reply["NextMarker"] = encode(page.last)
    return reply


@operation("ListObjectsV2", refused={"OptionalObjectAttributes"})
def list_objects_v2(ctx: Context, request: Parameters) -> Parameters:
    """List objects and common prefixes in the order of their keys, after StartAfter or where a token goes on.

    S3 API: ListObjectsV2
    """
    encode = encoder(request)
    limit = page_size(ctx, request)
    prefix, delimiter = request.get("Prefix", ""), request.get("Delimiter", "")
    token, start_after = request.get("ContinuationToken"), request.get("StartAfter", "")
    after = start_after if token is None else decode_token(token)
    page = listing.page(
        ctx.bucket.state.keys, prefix=prefix, delimiter=delimiter, after=after, limit=limit, pick=current
    )
    contents = [entry(version, encode) for _, version in page.entries]
    if request.get("FetchOwner"):
        for described, (_, version) in zip(contents, page.entries, strict=True):
            described["Owner"] = {"ID": version.owner.canonical_id}
    reply = _head(ctx, request, encode, limit, page.truncated, page.common_prefixes)
    reply |= {"Contents": contents, "KeyCount": len(contents) + len(page.common_prefixes)}
    if token is not None:
        reply["ContinuationToken"] = token
    elif "StartAfter" in request:
        # With a token StartAfter is not echoed (aws_recorded: test_list_objects_v2_continuation_start_after).
        reply["StartAfter"] = encode(start_after)
    if page.truncated:
        reply["NextContinuationToken"] = encode_token(page.last)
    return reply


def _head(
    ctx: Context, request: Parameters, encode: Encode, limit: int, truncated: bool, common_prefixes: list[str]
) -> Parameters:
    reply: Parameters = {
        "Name": ctx.bucket.name,
        "Prefix": encode(request.get("Prefix", "")),
        "MaxKeys": limit,
        "IsTruncated": truncated,
        "EncodingType": request.get("EncodingType"),
        "CommonPrefixes": prefixes(common_prefixes, encode),
    }
    if request.get("Delimiter"):
        reply["Delimiter"] = encode(request["Delimiter"])
    return reply


TOKEN_BEGINS = b"s3mock:"
"""How every token begins once decoded, so that any other text is known to be none."""


def encode_token(key: str) -> str:
    """Return the token of a page that ends with ``key``: the key itself, so that nothing is kept for it."""
    return base64.urlsafe_b64encode(TOKEN_BEGINS + key.encode()).decode()


def decode_token(token: str) -> str:
    """Return the key in a token; raise InvalidArgument for any text that is none."""
    try:
        decoded = base64.b64decode(token, altchars=b"-_", validate=True)
        if decoded.startswith(TOKEN_BEGINS):
            return decoded.removeprefix(TOKEN_BEGINS).decode()
    except (binascii.Error, UnicodeError):
        pass
    # No ArgumentValue (aws_recorded: test_list_objects_v2_continuation_start_after, exc-continuation-token).
    raise S3Error("InvalidArgument", "The continuation token provided is incorrect", ArgumentName="continuation-token")


@operation("ListObjectVersions", refused={"OptionalObjectAttributes"})
def list_object_versions(ctx: Context, request: Parameters) -> Parameters:
    """List every version and delete marker, the keys in order and the versions of each from the newest on.

    S3 API: ListObjectVersions
    """
    encode = encoder(request)
    limit = page_size(ctx, request)
    key_marker, version_id_marker = request.get("KeyMarker", ""), request.get("VersionIdMarker", "")
    page = listing.versions_page(
        ctx.bucket.state.keys,
        prefix=request.get("Prefix", ""),
        delimiter=request.get("Delimiter", ""),
        key_marker=key_marker,
        version_id_marker=version_id_marker,
        limit=limit,
    )
    shown: list[Parameters] = []
    markers: list[Parameters] = []
    for key, version, is_latest in page.entries:
        if version.delete_marker:
            group, described = markers, {"Key": encode(key), "LastModified": version.last_modified}
        else:
            group, described = shown, entry(version, encode)
        described |= {
            "VersionId": version.version_id,
            "IsLatest": is_latest,
            "Owner": {"ID": version.owner.canonical_id},
        }
        group.append(described)
    reply = _head(ctx, request, encode, limit, page.truncated, page.common_prefixes)
    reply |= {
        "KeyMarker": encode(key_marker),
        "VersionIdMarker": version_id_marker,
        "Versions": shown,
        "DeleteMarkers": markers,
        "NextVersionIdMarker": page.next_version_id_marker,
    }
    if page.next_key_marker is not None:
        reply["NextKeyMarker"] = encode(page.next_key_marker)
    return reply
