"""Keys that customers keep (SSE-C): what a request says of one, and whether it is the one that was used.

A key is known by its MD5 alone; S3 keeps a salted HMAC instead. What is said of AWS with no other citation was measured
by tests of the "s3_compliance" suite against it (2026), which are public.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.models.encryption import HEADER, S3_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5")
"""The members of a request that tell the key of the object that it is about ..."""
SOURCE = ("CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5")
"""... and of the object that it copies from."""
MEMBERS = frozenset(OWN)

Names = tuple[str, str, str]
KEY_SIZE = 32
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_SPECIFYING = "Requests specifying Server Side Encryption with Customer provided keys must "


def to_write(request: Mapping[str, Any]) -> str:
    """Return the MD5 (base64) of the key to write with, which a request has all three members of.

    Checks, in this order: the algorithm, the key and its MD5 are there; the key is not empty; the algorithm is AES256;
    the MD5 is the key's (https://github.com/aws/aws-cli/issues/6906: before the size); the key has 256 bits
    (https://github.com/aws/aws-sdk-js-v3/issues/5651).

    Raises InvalidArgument, InvalidEncryptionAlgorithmError.
    """
    key, digest = _key(request, OWN, needs_digest=True)
    if len(key) != KEY_SIZE:
        raise _refused("The secret key was invalid for the specified algorithm.")
    return digest


def to_read(request: Mapping[str, Any], names: Names = OWN) -> str:
    """Return the MD5 (base64) of the key to read with; the request need not tell it, and no size is a wrong one.

    ``names`` are the members that tell it. Raises as ``to_write`` does.
    """
    return _key(request, names, needs_digest=False)[1]


def _key(request: Mapping[str, Any], names: Names, *, needs_digest: bool) -> tuple[bytes, str]:
    algorithm, text, said = map(request.get, names)
    if algorithm is None:  # https://github.com/aws/aws-sdk-php/issues/1050
        raise _refused(f"{_SPECIFYING}provide a valid encryption algorithm.")
    if text is None:  # https://github.com/jenkinsci/s3-plugin/pull/366
        raise _refused(f"{_SPECIFYING}provide an appropriate secret key.")
    if said is None and needs_digest:  # that it is refused was measured; the words are minio's
        raise _refused(f"{_SPECIFYING}provide the client calculated MD5 of the secret key.")
    key = _decode(text)
    if not key:
        raise S3Error(
            "InvalidArgument", "The secret key was invalid - too short.", ArgumentName=HEADER, ArgumentValue=text
        )
    if algorithm != S3_KEYS:  # https://github.com/aws/aws-sdk-go/issues/2724
        raise S3Error("InvalidEncryptionAlgorithmError", ArgumentName=HEADER, ArgumentValue=algorithm)
    digest = b64encode(hashlib.md5(key, usedforsecurity=False).digest()).decode()
    if said not in (None, digest):
        raise _refused("The calculated MD5 hash of the key did not match the hash that was provided.")
    return key, digest


def _decode(text: str) -> bytes:
    """Return the bytes of a text in base64, where S3 passes over what is none: ``ZZ`` is a byte, ``####`` nothing."""
    digits = _NOT_BASE64.sub("", text)
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return b64decode(digits + "=" * (-len(digits) % 4))


def check_read(stored: str | None, request: Mapping[str, Any], names: Names = OWN) -> None:
    """Refuse to read, with the key that ``request`` has, what was stored with the key whose MD5 is ``stored``.

    Either may have none; ``names`` are the members that tell it. Raises InvalidRequest, AccessDenied for a wrong key
    (s3_facts 13), and as ``to_read`` does.
    """
    if not any(name in request for name in names):
        if stored is not None:  # https://github.com/boto/boto3/issues/1482
            raise S3Error(
                "InvalidRequest",
                "The object was stored using a form of Server Side Encryption. The correct parameters must be provided "
                "to retrieve the object.",
            )
        return
    digest = to_read(request, names)
    if stored is None:  # https://github.com/boto/boto3/issues/982
        raise S3Error("InvalidRequest", "The encryption parameters are not applicable to this object.")
    if digest != stored:  # the words: https://github.com/ministackorg/ministack/pull/1439, measured 2026-08
        raise S3Error("AccessDenied", f"{_SPECIFYING}provide the correct secret key.")


def check_part(stored: str | None, request: Mapping[str, Any], *, needed: bool = True) -> None:
    """Refuse a request about a part of an upload that was begun with the key whose MD5 is ``stored``, None for none.

    Where the key is not ``needed``, the request may leave it out, but may have no other. Raises InvalidRequest, and as
    ``to_write`` does.
    """
    if MEMBERS.isdisjoint(request):
        if stored is not None and needed:
            raise _other_than_the_upload()
        return
    digest = to_write(request)
    if stored is None:
        raise _other_than_the_upload()
    if digest != stored:  # the words: https://github.com/ministackorg/ministack/pull/1439, measured 2026-08
        raise S3Error("InvalidRequest", "The provided encryption parameters did not match the ones used originally.")


def _other_than_the_upload() -> S3Error:
    # https://github.com/aws/aws-sdk-ruby/issues/1084; both ways round.
    return S3Error(
        "InvalidRequest",
        "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
        "encryption parameters.",
    )


def _refused(message: str) -> S3Error:
    """Return the error, which names an argument that is none of the three."""
    return S3Error("InvalidArgument", message, ArgumentName=HEADER)
