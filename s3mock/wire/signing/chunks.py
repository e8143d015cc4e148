"""The signatures of chunks: each is of its chunk and of the signature before it, the first of the request's.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

_OF_NOTHING = sha256(b"").hexdigest()


class Seal:
    """Verifies the signatures of a body's chunks, one after the other, and of its trailer.

    ``date``, ``scope`` and ``signature`` are the request's. ``verify`` is called as ``verify(text, signature)``, and
    raises SignatureDoesNotMatch unless that is the signature of the text.
    """

    __slots__ = ("_before", "_head", "_verify")

    def __init__(self, date: str, scope: str, signature: str, verify: Callable[[str, str], None]) -> None:
        self._head = f"{date}\n{scope}"
        self._before = signature
        self._verify = verify

    def check_chunk(self, digest: str, signature: str) -> None:
        """Verify the signature of the chunk whose SHA-256 is ``digest``. Raises SignatureDoesNotMatch."""
        self._check("PAYLOAD", f"{_OF_NOTHING}\n{digest}", signature)

    def check_trailer(self, name: str, value: str, signature: str) -> None:
        """Verify the signature of the trailer ``name: value``. Raises SignatureDoesNotMatch."""
        self._check("TRAILER", sha256(f"{name}:{value}\n".encode()).hexdigest(), signature)

    def _check(self, part: str, said: str, signature: str) -> None:
        self._verify(f"AWS4-HMAC-SHA256-{part}\n{self._head}\n{self._before}\n{said}", signature)
        self._before = signature
