"""Version 4 of the signature: its canonical request and string to sign, and what must be signed.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from s3mock.errors import S3Error
from s3mock.http import utf8
from s3mock.wire.signing import claim, content_sha256
from s3mock.wire.signing.claim import Claim
from s3mock.wire.signing.credential import header_error, hoisted, query_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from s3mock.http import Credential, Request

A_WEEK = 604_800
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_SPACES = re.compile(" +")
# SDKs spell the parameter like the others, and in lower case.
_CONTENT_SHA256 = ("X-Amz-Content-Sha256", "X-Amz-Content-SHA256", content_sha256.HEADER)


def check_query(request: Request, query: Mapping[str, str], signer: Credential, now: datetime) -> None:
    """Refuse a presigned URL that is malformed, not valid now, or sent with headers that were not signed.

    Raises AuthorizationQueryParametersError, AccessDenied.
    """
    stamp, expires = query["X-Amz-Date"], query["X-Amz-Expires"]
    begin = claim.basic_date(stamp)
    if begin is None:
        # https://github.com/JustinM1/S3SignerAWS/issues/12
        raise query_error("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    if signer.date != stamp[:8]:
        raise query_error(_other_date(signer, stamp))
    # In 64 bits (OpenStack Swift's test_presigned.py); this and the next: https://github.com/versity/versitygw/pull/1543
    if not _INTEGER.fullmatch(expires) or int(expires) >= 1 << 63:
        raise query_error("X-Amz-Expires should be a number")
    seconds = int(expires)
    if seconds < 0:
        raise query_error("X-Amz-Expires must be non-negative")
    if seconds > A_WEEK:
        # https://github.com/aws/aws-cli/issues/5464
        raise query_error(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
            f"{A_WEEK} seconds"
        )
    claim.check_window(begin, seconds, now)
    _check_signed(request.headers, query["X-Amz-SignedHeaders"], query)


def check_header(request: Request, signer: Credential, clocks: Iterable[datetime], *, required: bool) -> None:
    """Refuse a request whose date is invalid, far from all ``clocks``, or not the credential's.

    With ``required`` it must also have everything that its signature is verified with. Raises AccessDenied,
    RequestTimeTooSkewed, AuthorizationHeaderMalformed, InvalidRequest.
    """
    headers = request.headers
    claim.check_header_date(headers, clocks, required=required)
    if not required:
        return
    stamp = headers.get("x-amz-date", "")
    if claim.basic_date(stamp) is not None and signer.date != stamp[:8]:
        # https://github.com/arqbackup/arq_restore/issues/48, with today's message
        raise header_error(_other_date(signer, stamp))
    if content_sha256.HEADER not in headers:
        # https://github.com/request/request/issues/2708
        raise S3Error("InvalidRequest", f"Missing required header for this request: {content_sha256.HEADER}")
    _check_signed(headers, _components(headers)["SignedHeaders"], {})


def query_claim(request: Request, query: Mapping[str, str], signer: Credential) -> Claim:
    """Return the claim of a presigned URL."""
    names = query["X-Amz-SignedHeaders"].split(";")
    payload = content_sha256.UNSIGNED_PAYLOAD
    if content_sha256.HEADER in names:
        payload = request.headers.get(content_sha256.HEADER, payload)
    else:
        payload = next((query[name] for name in _CONTENT_SHA256 if name in query), payload)
    return _claim(request, names, payload, query["X-Amz-Date"], query["X-Amz-Signature"], signer)


def header_claim(request: Request, signer: Credential) -> Claim:
    """Return the claim of an Authorization header. The date in its string to sign is as it was sent.

    It may be a Date instead of an x-amz-date: https://github.com/ceph/s3-tests/issues/346.
    """
    headers = request.headers
    components = _components(headers)
    stamp = headers.get("x-amz-date", headers.get("date", ""))
    names = components["SignedHeaders"].split(";")
    return _claim(request, names, headers[content_sha256.HEADER], stamp, components["Signature"], signer)


def canonical_request(method: str, path: str, query: str, headers: Mapping[str, str], payload: str) -> str:
    """Return the canonical request. ``headers`` are the signed ones, in order; ``payload`` is the hash of the payload.

    ``path`` and ``query`` are as they were sent: they are decoded and encoded again, and the path is not normalized,
    with ``//`` and ``..`` in it ("do not normalize URI paths for requests to Amazon S3").
    """
    path = quote(unquote_to_bytes(path), safe="/-_.~")
    pairs = []
    for field in query.split("&"):
        name, _, value = field.partition("=")
        name = _recoded(name)
        if name and name != "X-Amz-Signature":
            pairs.append((name, _recoded(value)))
    parameters = "&".join([f"{name}={value}" for name, value in sorted(pairs)])
    lines = "".join([f"{name}:{_SPACES.sub(' ', utf8(value).strip())}\n" for name, value in headers.items()])
    return f"{method}\n{path}\n{parameters}\n{lines}\n{';'.join(headers)}\n{payload}"


def _recoded(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe="-_.~")


def _claim(request: Request, names: list[str], payload: str, stamp: str, signature: str, signer: Credential) -> Claim:
    # A header that is signed and was not sent is empty: https://github.com/aws/aws-cli/issues/4356.
    headers = {name: request.headers.get(name, "") for name in names}
    if "host" in headers:
        headers["host"] = request.headers.get("host", request.host)
    canonical = canonical_request(request.method, request.path, request.query, headers, payload)
    scope = f"{signer.date}/{signer.region}/{signer.service}/aws4_request"
    digest = sha256(canonical.encode()).hexdigest()
    return Claim(f"{signer.algorithm}\n{stamp}\n{scope}\n{digest}", signature, scope, canonical)


def _components(headers: Mapping[str, str]) -> dict[str, str]:
    """Return Credential, SignedHeaders and Signature of an Authorization header that ``credential`` has accepted."""
    _, _, rest = headers["authorization"].partition(" ")
    pairs = (part.strip().partition("=") for part in rest.split(","))
    return {"SignedHeaders": "", "Signature": ""} | {name: value for name, _, value in pairs}


def _check_signed(headers: Mapping[str, str], signed: str, query: Mapping[str, str]) -> None:
    """Refuse headers that have to be signed and are not; those that were sent in a signed ``query`` are.

    These are the host and all of Amazon's, except the payload's digest, which is signed as such; and Content-MD5
    (https://github.com/dandi/dandi-archive/issues/1494, https://github.com/aws/aws-sdk-java/issues/1680). S3 refuses
    unsigned headers before it verifies the signature: aws_recorded test_put_url_metadata_with_sig_s3v4[False].
    """
    needed = {"host", *(name for name in headers if name.startswith("x-amz-") or name == "content-md5")}
    missing = needed.difference(signed.split(";"), (content_sha256.HEADER,))
    if missing and query:
        in_query = hoisted(query)
        missing = {name for name in missing if name not in in_query or in_query[name] != headers.get(name)}
    if missing:
        # https://github.com/apache/arrow-rs-object-store/issues/484
        raise S3Error(
            "AccessDenied",
            "There were headers present in the request which were not signed",
            HeadersNotSigned=", ".join(sorted(missing)),
        )


def _other_date(signer: Credential, stamp: str) -> str:
    # https://github.com/versity/versitygw/pull/1543
    return f'Invalid credential date "{signer.date}". This date is not the same as X-Amz-Date: "{stamp[:8]}".'
