"""Version 2 of the signature: its string to sign, and its expiry.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from s3mock.errors import S3Error
from s3mock.http import utf8
from s3mock.wire import model
from s3mock.wire.signing import claim
from s3mock.wire.signing.claim import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from s3mock.http import Request, Target

_PARAMETERS = frozenset(
    {
        *("partNumber", "response-cache-control", "response-content-disposition", "response-content-encoding"),
        *("response-content-language", "response-content-type", "response-expires", "select-type", "torrent"),
        *("uploadId", "versionId"),
    }
)
"""The query parameters that are signed besides subresources."""


@cache
def signed_parameters() -> frozenset[str]:
    """The names of the query parameters that are signed: whatever selects an operation is.

    The page and the SDKs list those of their time. S3 also signs later ones: a client that leaves ``object-lock`` out
    gets SignatureDoesNotMatch (https://github.com/aws/aws-sdk-java/issues/3059). Of the others this is assumed.
    ``list-type`` is not a subresource: no SDK signs it.
    """
    subresources = {name for operation in model.operation_names() for name in model.http(operation).query}
    return _PARAMETERS | (subresources - {"list-type"})


_QUERY_HEADERS = ("content-md5", "content-type", "x-amz-security-token")
_MOST_DIGITS = 10
_END_OF_TIME = 1 << 31
"""The end of 32-bit time, the limit of ``Expires`` unless our clock has been moved beyond it: OpenStack Swift's
test_presigned.py. (https://github.com/transloadit/uppy/issues/1130: milliseconds are refused.)"""


def check_query(query: Mapping[str, str], now: datetime) -> None:
    """Refuse a presigned URL whose ``Expires`` is invalid or has passed. Raises AccessDenied."""
    text = query["Expires"]
    valid = len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit()
    if not valid or int(text) >= _END_OF_TIME > now.timestamp():
        # That the value follows in the message is assumed.
        raise S3Error("AccessDenied", f"Invalid date (should be seconds since epoch): {text}")
    end = claim.EPOCH + timedelta(seconds=int(text))
    if now >= end:
        raise claim.expired(end, now)


def check_header(request: Request, clocks: Iterable[datetime], *, required: bool) -> None:
    """Refuse a request whose date is invalid or far from all ``clocks``. Raises AccessDenied, RequestTimeTooSkewed."""
    claim.check_header_date(request.headers, clocks, required=required)


def query_claim(request: Request, query: Mapping[str, str], target: Target) -> Claim:
    """Return the claim of a presigned URL.

    SDKs put headers into the query, as ``content-type`` (botocore) or ``Content-Type`` (JavaScript); ``credential`` has
    added those that begin with x-amz- to the request's. A header that is sent wins over one of the same name in the
    query (aws_recorded test_s3_put_presigned_url_with_different_headers).
    """
    in_query = {name.lower(): value for name, value in query.items()}
    headers = {name: in_query[name] for name in _QUERY_HEADERS if name in in_query} | request.headers
    signed, *others = _strings_to_sign(request, headers, query["Expires"], target)
    return Claim(signed, query["Signature"], others=tuple(others))


def header_claim(request: Request, target: Target) -> Claim:
    """Return the claim of an Authorization header."""
    headers = request.headers
    date = "" if "x-amz-date" in headers else headers.get("date", "")
    _, _, signature = headers["authorization"].partition(":")
    signed, *others = _strings_to_sign(request, headers, date, target)
    return Claim(signed, signature.strip(), others=tuple(others))


def _strings_to_sign(request: Request, headers: Mapping[str, str], date: str, target: Target) -> Iterable[str]:
    """Return the strings that S3 accepts as signed, the usual one first.

    botocore sends /bucket and signs /bucket/. minio-go sends /bucket?acl= and signs /bucket?acl, which S3 accepts, too
    (https://github.com/minio/mc/issues/1579).
    """
    lines = [request.method, *(utf8(headers.get(name, "")).strip() for name in ("content-md5", "content-type")), date]
    lines += [f"{name}:{utf8(headers[name]).strip()}" for name in sorted(headers) if name.startswith("x-amz-")]
    if target.style == "virtual":
        paths = [f"/{target.bucket}{request.path}"]
    elif request.path == f"/{target.bucket}":
        paths = [f"{request.path}/", request.path]
    else:
        paths = [request.path]
    # Names and values are decoded (s3_facts 26; spaces as a plus sign: https://github.com/minio/minio/issues/3547), but
    # otherwise as they were sent: a name may be repeated, or have no equals sign.
    signed, subresources = signed_parameters(), []
    for field in request.query.split("&"):
        name, equals, value = field.partition("=")
        name = unquote_plus(name)
        if name in signed:
            subresources.append((name, f"{name}{equals}{unquote_plus(value)}"))
    subresources.sort(key=lambda subresource: subresource[0])
    texts = [text for _, text in subresources]
    queries = dict.fromkeys(("&".join(texts), "&".join(text.removesuffix("=") for text in texts)))
    question_mark = "?" if texts else ""
    return ["\n".join([*lines, path + question_mark + query]) for path in paths for query in queries]
