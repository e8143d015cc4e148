"""The header x-amz-content-sha256: the digest of the bytes that are sent, or how they are framed and signed.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

from hashlib import sha256
from string import hexdigits
from typing import TYPE_CHECKING

from s3mock.errors import S3Error, invalid_argument
from s3mock.http import Body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.http import Request

HEADER = "x-amz-content-sha256"

UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
STREAMING = (
    UNSIGNED_TRAILER,
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
)
"""What announces the aws-chunked encoding (``chunked``)."""

_OF_NOTHING = sha256(b"").hexdigest()
_DIGITS = frozenset(hexdigits)


def verify(request: Request, *, streams: bool, anonymous: bool) -> None:
    """Check what the header says. If it is a digest, the body is compared with it while it is read.

    ``streams`` is whether the operation takes an object's bytes. Raises InvalidArgument for a value that is none,
    InvalidRequest for one that the operation does not take or that cannot be without a signature, and
    XAmzContentSHA256Mismatch: at once where the body is empty, else from the body after its last byte.
    """
    said = request.headers.get(HEADER)
    if not said or said == UNSIGNED_PAYLOAD:
        return
    if said in STREAMING:
        if not streams:  # https://github.com/versity/versitygw/issues/1601
            raise S3Error("InvalidRequest", "The value of x-amz-content-sha256 header is invalid.")
        if anonymous and said != UNSIGNED_TRAILER:  # https://github.com/versity/versitygw/pull/1555
            raise S3Error(
                "InvalidRequest",
                "Anonymous requests don't support this x-amz-content-sha256 value. "
                f"Please use {UNSIGNED_PAYLOAD} or {UNSIGNED_TRAILER}.",
            )
        return
    body = request.body
    if body.size == 0:
        if said != _OF_NOTHING:
            _compare(_digest(said), _OF_NOTHING)
        return
    request.body = Body(_compared(body, _digest(said)), body.size, body.close)


def _digest(said: str) -> str:
    if len(said) != len(_OF_NOTHING) or not _DIGITS.issuperset(said):
        raise refused(said)
    return said


def refused(said: str) -> S3Error:
    """Return the error for a header that says nothing S3 knows."""
    # https://github.com/versity/versitygw/issues/1352
    return invalid_argument(
        f"{HEADER} must be {UNSIGNED_PAYLOAD}, {', '.join(STREAMING)} or a valid sha256 value.",
        HEADER,
        said,
    )


def _compared(body: Body, said: str) -> Iterator[bytes]:
    running, count = sha256(), 0
    for chunk in body:
        running.update(chunk)
        count += len(chunk)
        yield chunk
    if body.size is None or count == body.size:  # one that was cut is IncompleteBody, whoever reads it says so
        _compare(said, running.hexdigest())


def _compare(said: str, computed: str) -> None:
    if said.lower() != computed:  # that capitals are taken is assumed
        # https://github.com/versity/versitygw/issues/2043
        raise S3Error("XAmzContentSHA256Mismatch", ClientComputedContentSHA256=said, S3ComputedContentSHA256=computed)
