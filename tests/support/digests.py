"""Digests in base64, as checksum members, headers and trailers have them."""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64encode


def base64_of(digest: bytes) -> str:
    return b64encode(digest).decode()


def crc32_of(content: bytes) -> str:
    """The value of x-amz-checksum-crc32."""
    return base64_of(zlib.crc32(content).to_bytes(4, "big"))


def sha256_of(content: bytes) -> str:
    """The value of x-amz-checksum-sha256."""
    return base64_of(hashlib.sha256(content).digest())


def content_md5_of(content: bytes) -> str:
    """The value of Content-MD5."""
    return base64_of(hashlib.md5(content, usedforsecurity=False).digest())
