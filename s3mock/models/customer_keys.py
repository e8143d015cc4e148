"""Customer-provided keys (SSE-C): the key in a request, and whether it is the one that an object was stored with.

A key is known by its MD5 alone; S3 keeps a salted HMAC instead. Statements about AWS without a citation were measured
against it by the public tests of the "s3_compliance" suite (2026).
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from s3mock.errors import S3Error, invalid_argument
from s3mock.models.encryption import HEADER, S3_KEYS

OWN = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5")
"""The members with the key of the object that the request is about ..."""
SOURCE = ("CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5")
"""... and of the object that it copies from."""
MEMBERS = frozenset(OWN)

Names = tuple[str, str, str]
KEY_SIZE = 32
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_SPECIFYING = "Requests specifying Server Side Encryption with Customer provided keys must "


def to_write(request: Mapping[str, Any]) -> str:
    """The MD5 (base64) of the key to write with; the request needs all three members.

    The checks, in this order: the algorithm, the key and its MD5 are there; the key is not empty; the algorithm is
    AES256; the MD5 is that of the key (https://github.com/aws/aws-cli/issues/6906: before the size); the key has 256
    bits (https://github.com/aws/aws-sdk-js-v3/issues/5651).

    Raises InvalidArgument, InvalidEncryptionAlgorithmError.
    """
    key, digest = _key(request, OWN, needs_digest=True)
    if len(key) != KEY_SIZE:
        raise _refused("The secret key was invalid for the specified algorithm.")
    return digest


def _key(request: Mapping[str, Any], names: Names, *, needs_digest: bool) -> tuple[bytes, str]:
    """The key in the members of these names, and its MD5 (base64)."""
    algorithm, text, md5 = map(request.get, names)
    if algorithm is None:  # https://github.com/aws/aws-sdk-php/issues/1050
        raise _refused(f"{_SPECIFYING}provide a valid encryption algorithm.")
    if text is None:  # https://github.com/jenkinsci/s3-plugin/pull/366
        raise _refused(f"{_SPECIFYING}provide an appropriate secret key.")
    if md5 is None and needs_digest:  # that it is refused was measured; the words are minio's
        raise _refused(f"{_SPECIFYING}provide the client calculated MD5 of the secret key.")
    # S3 skips characters that are not base64: "ZZ" is a byte, "####" nothing.
    digits = _NOT_BASE64.sub("", text)
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    key = b64decode(digits + "=" * (-len(digits) % 4))
    if not key:
        raise invalid_argument("The secret key was invalid - too short.", HEADER, text)
    if algorithm != S3_KEYS:  # https://github.com/aws/aws-sdk-go/issues/2724
        raise S3Error("InvalidEncryptionAlgorithmError", ArgumentName=HEADER, ArgumentValue=algorithm)
    digest = b64encode(hashlib.md5(key, usedforsecurity=False).digest()).decode()
    if md5 not in (None, digest):
        raise _refused("The calculated MD5 hash of the key did not match the hash that was provided.")
    return key, digest


def check_read(stored: str | None, request: Mapping[str, Any], names: Names = OWN) -> None:
    """Refuse to read, with the key in ``request``, an object stored with the key whose MD5 is ``stored``.

    Either may be without a key; ``names`` are the members with the key. The request may omit the MD5, and its key may
    have any size. Raises InvalidRequest, AccessDenied for a wrong key (s3_facts 13), InvalidArgument,
    InvalidEncryptionAlgorithmError.
    """
    if not any(name in request for name in names):
        if stored is not None:  # https://github.com/boto/boto3/issues/1482
            raise S3Error(
                "InvalidRequest",
                "The object was stored using a form of Server Side Encryption. The correct parameters must be provided "
                "to retrieve the object.",
            )
        return
    _, digest = _key(request, names, needs_digest=False)
    if stored is None:  # https://github.com/boto/boto3/issues/982
        raise S3Error("InvalidRequest", "The encryption parameters are not applicable to this object.")
    if digest != stored:  # the words: https://github.com/ministackorg/ministack/pull/1439, measured 2026-08
        raise S3Error("AccessDenied", f"{_SPECIFYING}provide the correct secret key.")


def check_part(stored: str | None, request: Mapping[str, Any], *, needed: bool = True) -> None:
    """Refuse a request about a part of an upload that was created with the key whose MD5 is ``stored``; None for none.

    Where the key is not ``needed``, the request may omit it, but may not have another one. Raises InvalidRequest, and
    what ``to_write`` raises.
    """
    if MEMBERS.isdisjoint(request):
        if stored is not None and needed:
            raise _differs_from_the_upload()
        return
    digest = to_write(request)
    if stored is None:
        raise _differs_from_the_upload()
    if digest != stored:  # the words: https://github.com/ministackorg/ministack/pull/1439, measured 2026-08
        raise S3Error("InvalidRequest", "The provided encryption parameters did not match the ones used originally.")


def _differs_from_the_upload() -> S3Error:
    # https://github.com/aws/aws-sdk-ruby/issues/1084, both for a missing key and for a superfluous one.
    return S3Error(
        "InvalidRequest",
        "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
        "encryption parameters.",
    )


def _refused(message: str) -> S3Error:
    """InvalidArgument, which names none of the three headers here, and has no ArgumentValue."""
    return S3Error("InvalidArgument", message, ArgumentName=HEADER)
