"""The names that S3 takes: which bucket names are legal, and how long a key may be."""

from __future__ import annotations

import re

from s3mock.errors import S3Error

MAX_KEY_BYTES = 1024

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")

_LEGAL_CHARACTERS = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_IP_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)
# The User Guide forbids only the first; S3 refuses a hyphen beside a dot as well (ceph/s3-tests
# test_bucket_create_naming_dns_dot_dash and _dash_dot, noted as holding on S3).
_ILLEGAL_PAIRS = ("..", ".-", "-.")
_MAX_BYTES_OF_A_CHARACTER = 4


def is_bucket_name(name: str) -> bool:
    """Tell whether a general purpose bucket may be called ``name``.

    A name that ends in ``-an`` is legal here: whether it lies in the caller's account regional namespace depends on
    the request.
    """
    return (
        _LEGAL_CHARACTERS.fullmatch(name) is not None
        and not any(pair in name for pair in _ILLEGAL_PAIRS)
        and _IP_ADDRESS.fullmatch(name) is None
        and not name.startswith(RESERVED_PREFIXES)
        and not name.endswith(RESERVED_SUFFIXES)
    )


def check_bucket_name(name: str) -> None:
    """Refuse what no general purpose bucket may be called.

    Raises ``InvalidBucketName`` with the name.
    """
    if not is_bucket_name(name):
        raise S3Error("InvalidBucketName", BucketName=name)


def check_key(key: str) -> None:
    """Refuse a key of more than 1,024 bytes in UTF-8.

    Raises ``KeyTooLongError`` with the size of the key and the size allowed.
    """
    if len(key) * _MAX_BYTES_OF_A_CHARACTER <= MAX_KEY_BYTES:
        return
    size = len(key.encode())
    if size > MAX_KEY_BYTES:
        raise S3Error("KeyTooLongError", Size=size, MaxSizeAllowed=MAX_KEY_BYTES)
