"""A small signer of presigned URLs, written from AWS's pages and independent of the mock's and of botocore's.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html (version 2)
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote, quote_plus

ACCESS_KEY, TEMPORARY_KEY, SECRET, TOKEN = "AKIASDK", "ASIASDK", "an-sdk's/secret+key", "a/session+token=="
SIGNATURE = "X-Amz-Signature"

Pairs = list[tuple[str, str]]
Spelling = Callable[[str], str]


def percent(text: str) -> str:
    """The spelling of most SDKs: everything but unreserved characters is percent-encoded."""
    return quote(text, safe="-_.~")


def plus(text: str) -> str:
    """The spelling of HTML forms: a plus sign for a space."""
    return quote_plus(text, safe="-_.~")


def lower(text: str) -> str:
    """The spelling of .NET's older HttpUtility: percent-escapes in lower case."""
    return "".join(
        character if character.isalnum() and character.isascii() else quote(character, safe="-_.~").lower()
        for character in text
    )


def bare(text: str) -> str:
    """The spelling of older SDKs for .NET: slashes, semicolons, colons and equals signs as they are."""
    return quote(text, safe="-_.~/;:=@,")


def escaped(text: str) -> str:
    """A spelling that escapes letters as well, in values and in names."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


SUBRESOURCES = (
    *("acl", "delete", "lifecycle", "location", "logging", "notification", "partNumber", "policy", "requestPayment"),
    *("tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website", "cors"),
    *("response-cache-control", "response-content-disposition", "response-content-encoding"),
    *("response-content-language", "response-content-type", "response-expires"),
)


def signing_key(scope: str) -> bytes:
    """The key of version 4 for a scope like ``20261120/us-east-1/s3/aws4_request``."""
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def version_4(
    method: str,
    path: str,
    query: Pairs,
    headers: Mapping[str, str],
    now: datetime,
    *,
    region: str = "us-east-1",
    expires: int = 900,
    payload: str = "UNSIGNED-PAYLOAD",
) -> Pairs:
    """The query with the values that the SDK fills in: parameters with an empty value, and the signature.

    ``query`` is decoded and in the SDK's order, ``path`` is decoded, ``headers`` are the signed ones.
    """
    scope = f"{now:%Y%m%d}/{region}/s3/aws4_request"
    names = sorted(headers)
    values = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{access_key(query)}/{scope}",
        "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
        "X-Amz-Expires": str(expires),
        "X-Amz-SignedHeaders": ";".join(names),
        "X-Amz-Security-Token": TOKEN,
    }
    filled = [(name, value or values.get(name) or values.get(name.title(), "")) for name, value in query]
    canonical_query = "&".join(
        f"{name}={value}"
        for name, value in sorted((percent(name), percent(value)) for name, value in filled if name != SIGNATURE)
    )
    lines = [method, quote(path, safe="/-_.~"), canonical_query]
    lines += [f"{name}:{' '.join(headers[name].split())}" for name in names]
    lines += ["", ";".join(names), payload]
    digest = sha256("\n".join(lines).encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{values['X-Amz-Date']}\n{scope}\n{digest}"
    signature = hmac.digest(signing_key(scope), text.encode(), "sha256").hex()
    return [(name, signature if name == SIGNATURE else value) for name, value in filled]


def version_2(
    method: str,
    resource: str,
    query: Pairs,
    headers: Mapping[str, str],
    now: datetime,
    *,
    expires: int = 900,
) -> Pairs:
    """The same for version 2. ``resource`` is /bucket/key, encoded; ``headers`` are those that the SDK signs.

    Amazon's headers in the query are signed like headers, as the SDKs for Java and JavaScript do.
    """
    values = {
        "AWSAccessKeyId": access_key(query),
        "Expires": str(int(now.timestamp()) + expires),
        "x-amz-security-token": TOKEN,
    }
    filled = [(name, value or values.get(name, "")) for name, value in query]
    signed = {name.lower(): value for name, value in filled if name.lower().startswith("x-amz-")} | dict(headers)
    lines = [method, signed.get("content-md5", ""), signed.get("content-type", ""), values["Expires"]]
    lines += [f"{name}:{signed[name]}" for name in sorted(signed) if name.startswith("x-amz-")]
    subresources = sorted((name, value) for name, value in filled if name in SUBRESOURCES)
    listed = "&".join(f"{name}={value}" if value else name for name, value in subresources)
    lines.append(resource + ("?" if listed else "") + listed)
    signature = b64encode(hmac.digest(SECRET.encode(), "\n".join(lines).encode(), "sha1")).decode()
    return [(name, signature if name == "Signature" else value) for name, value in filled]


def access_key(query: Pairs) -> str:
    """The access key that signs: the temporary one if the query has its token."""
    return TEMPORARY_KEY if any(name.lower() == "x-amz-security-token" for name, _ in query) else ACCESS_KEY


def spelled(query: Iterable[tuple[str, str]], spelling: Spelling) -> str:
    """The query of a URL, in an SDK's spelling."""
    return "&".join(f"{spelling(name)}={spelling(value)}" for name, value in query)


def template(text: str) -> Pairs:
    """The pairs of a decoded query like ``X-Amz-Date&x-id=GetObject``: parameters without a value are filled in."""
    return [(name, value) for name, _, value in (field.partition("=") for field in text.split("&"))]
