"""The header x-amz-content-sha256: the digest of the payload, or how its chunks are framed and signed.

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
"""The values that announce the aws-chunked encoding (``chunked``)."""

_EMPTY_SHA256 = sha256(b"").hexdigest()
_DIGITS = frozenset(hexdigits)


def verify(request: Request, *, streams: bool, anonymous: bool) -> None:
    """Check the header. If it is a digest, the body is compared with it while it is read.

    ``streams`` is whether the operation takes an object's bytes, ``anonymous`` whether the request is unsigned. Raises
    InvalidArgument for an invalid value, InvalidRequest for one that the operation does not take or that needs a
    signature, and XAmzContentSHA256Mismatch: at once where the body is empty, otherwise when its last byte is read.
    """
    value = request.headers.get(HEADER)
    if not value or value == UNSIGNED_PAYLOAD:
        return
    if value in STREAMING:
        if not streams:  # https://github.com/versity/versitygw/issues/1601
            raise S3Error("InvalidRequest", "The value of x-amz-content-sha256 header is invalid.")
        if anonymous and value != UNSIGNED_TRAILER:  # https://github.com/versity/versitygw/pull/1555
            raise S3Error(
                "InvalidRequest",
                "Anonymous requests don't support this x-amz-content-sha256 value. "
                f"Please use {UNSIGNED_PAYLOAD} or {UNSIGNED_TRAILER}.",
            )
        return
    body = request.body
    if body.size == 0 and value == _EMPTY_SHA256:
        return
    if len(value) != len(_EMPTY_SHA256) or not _DIGITS.issuperset(value):
        raise refused(value)
    if body.size == 0:
        _compare(value, _EMPTY_SHA256)
        return

    def verified() -> Iterator[bytes]:
        running, count = sha256(), 0
        for chunk in body:
            running.update(chunk)
            count += len(chunk)
            yield chunk
        if body.size is None or count == body.size:  # a body that was cut off is IncompleteBody for its reader
            _compare(value, running.hexdigest())

    request.body = Body(verified(), body.size, body.close)


def refused(value: str) -> S3Error:
    """Return the error for an unknown value of the header."""
    # https://github.com/versity/versitygw/issues/1352
    return invalid_argument(
        f"{HEADER} must be {UNSIGNED_PAYLOAD}, {', '.join(STREAMING)} or a valid sha256 value.", HEADER, value
    )


def _compare(provided: str, computed: str) -> None:
    """Raise XAmzContentSHA256Mismatch unless the digests are the same."""
    if provided.lower() != computed:  # that capitals are accepted is assumed
        # https://github.com/versity/versitygw/issues/2043
        raise S3Error(
            "XAmzContentSHA256Mismatch", ClientComputedContentSHA256=provided, S3ComputedContentSHA256=computed
        )
