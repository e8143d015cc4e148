"""Chunk signatures: each signs its chunk and the signature before it, the first one the request's.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

_EMPTY_SHA256 = sha256(b"").hexdigest()


class ChunkVerifier:
    """Verifies the signatures of a body's chunks, one after the other, and of its trailer.

    ``date``, ``scope`` (the credential scope) and ``signature`` are the request's. ``verify`` gets a string to sign and
    a signature, and raises SignatureDoesNotMatch for a wrong one.
    """

    __slots__ = ("_date_and_scope", "_previous", "_verify")

    def __init__(self, date: str, scope: str, signature: str, verify: Callable[[str, str], None]) -> None:
        self._date_and_scope = f"{date}\n{scope}"
        self._previous = signature
        self._verify = verify

    def check_chunk(self, digest: str, signature: str) -> None:
        """Verify the signature of the chunk whose SHA-256 is ``digest``. Raises SignatureDoesNotMatch."""
        self._check("PAYLOAD", f"{_EMPTY_SHA256}\n{digest}", signature)

    def check_trailer(self, name: str, value: str, signature: str) -> None:
        """Verify the signature of the trailer ``name: value``. Raises SignatureDoesNotMatch."""
        self._check("TRAILER", sha256(f"{name}:{value}\n".encode()).hexdigest(), signature)

    def _check(self, part: str, digests: str, signature: str) -> None:
        self._verify(f"AWS4-HMAC-SHA256-{part}\n{self._date_and_scope}\n{self._previous}\n{digests}", signature)
        self._previous = signature
