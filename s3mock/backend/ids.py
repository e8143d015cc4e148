"""The identifiers that S3 generates: of versions, uploads, requests and hosts.

Version and upload ids hold a sequence number and a checksum, both hidden under random bits. S3 distinguishes an id that
it never issued from the id of something deleted (aws_recorded ``test_delete_object``), continues a listing after a
version that was deleted since the last page (aws_recorded
``test_list_objects_versions_with_prefix_only_and_pagination``), and recognizes the upload id of another key
(aws_recorded ``test_list_multiparts_next_marker``).
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64, crc32
from hashlib import sha256
from itertools import count

from s3mock import entropy

_sequence = count(1)

_STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_S3 = _STANDARD.replace(b"+/", b"._")
_TO_S3 = bytes.maketrans(_STANDARD, _S3)
# Any other character becomes "!", which is not in the alphabet of base64.
_FROM_S3 = bytes(_STANDARD[_S3.index(byte)] if byte in _S3 else ord("!") for byte in range(256))
_REQUEST = bytes(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[byte % 32] for byte in range(256))
_IAM = bytes(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32] for byte in range(256))

_VERSION_LENGTH, _VERSION_RANDOM = 32, 96
_EPOCH_BITS = 32
_UPLOAD_LENGTH, _UPLOAD_RANDOM = 128, 640
_LOW_64 = (1 << 64) - 1
_LOW_96 = (1 << 96) - 1


def sequence() -> int:
    """A number greater than those in all ids so far."""
    return next(_sequence)


def follow(number: int) -> None:
    """Let new ids follow those that another process made up to ``number``."""
    global _sequence  # noqa: PLW0603 - a count cannot be moved on
    _sequence = count(max(next(_sequence), number + 1))


def seed(number: int, epoch: int) -> None:
    """Let ids be those that follow from a seed. Each ``epoch`` has ids of its own, above those of the one before."""
    global _sequence  # noqa: PLW0603
    entropy.seed(f"{number}/{epoch}")
    _sequence = count((epoch << _EPOCH_BITS) + 1)


def epoch() -> int:
    """The epoch that the latest ids are of."""
    return sequence() >> _EPOCH_BITS


def version_id() -> str:
    """A new version id: 32 URL-safe characters."""
    noise = entropy.bits(_VERSION_RANDOM)
    return _sealed((noise << 64 | (noise & _LOW_64) ^ next(_sequence)).to_bytes(20, "big"))


def is_version_id(text: str) -> bool:
    """Whether this could be a version id of S3; "null" is left to the caller."""
    return _opened(text, _VERSION_LENGTH) is not None


def version_order(text: str) -> int:
    """A number that grows from one version id to the next; 0 for any other text, such as "null"."""
    content = _opened(text, _VERSION_LENGTH)
    return 0 if content is None else (content ^ content >> 64) & _LOW_64


def upload_id(key: str) -> str:
    """A new upload id for an upload to ``key``: 128 URL-safe characters."""
    noise = entropy.bits(_UPLOAD_RANDOM)
    hidden = next(_sequence) << 32 | _digest(key)
    return _sealed((noise << 96 | (noise & _LOW_96) ^ hidden).to_bytes(92, "big"))


def upload_order(text: str, key: str) -> int:
    """A number that grows from one upload id of ``key`` to the next; 0 for any other text."""
    content = _opened(text, _UPLOAD_LENGTH)
    if content is None:
        return 0
    hidden = (content ^ content >> 96) & _LOW_96
    return hidden >> 32 if hidden & 0xFFFFFFFF == _digest(key) else 0


def bucket_number() -> int:
    """A new random number for a bucket, which also differs from those in a store that was loaded."""
    return entropy.bits(64)


def request_id() -> str:
    """A new request id: 16 upper-case letters and digits."""
    return entropy.bits(128).to_bytes(16, "big").translate(_REQUEST).decode()


def host_id() -> str:
    """A new extended request id (``x-amz-id-2``): 76 characters of base64."""
    return b2a_base64(entropy.bits(448).to_bytes(56, "big"), newline=False).decode()


def of_request() -> tuple[str, str]:
    """A new request id and a new extended request id: every request needs both."""
    noise = entropy.bits(576).to_bytes(72, "big")
    return noise[:16].translate(_REQUEST).decode(), b2a_base64(noise[16:], newline=False).decode()


def request_token() -> str:
    """A new token for one response of an Object Lambda function: 128 characters of base64."""
    return b2a_base64(entropy.bits(768).to_bytes(96, "big"), newline=False).decode()


def uuid() -> str:
    """A new UUID of version 4, as text."""
    return entropy.uuid()


def configuration_id() -> str:
    """A new id for a rule that was configured without one: a UUID in 48 characters of base64.

    https://github.com/aws/aws-sdk-go-v2/issues/3165 shows the id of a lifecycle rule, the AWS CLI's examples of
    get-bucket-notification-configuration and get-bucket-replication those of the others.
    """
    return b2a_base64(uuid().encode(), newline=False).decode()


def iam_id(arn: str, prefix: str) -> str:
    """The unique id of an IAM user or role ("AIDA...", "AROA..."), always the same for an ARN."""
    return prefix + sha256(arn.encode()).digest()[:17].translate(_IAM).decode()


def _digest(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass"))


def _sealed(content: bytes) -> str:
    return b2a_base64(content + crc32(content).to_bytes(4, "big"), newline=False).translate(_TO_S3).decode()


def _opened(text: str, length: int) -> int | None:
    if len(text) != length or not text.isascii():
        return None
    raw = text.encode().translate(_FROM_S3)
    if b"!" in raw:
        return None
    data = a2b_base64(raw)
    content = data[:-4]
    return int.from_bytes(content, "big") if crc32(content) == int.from_bytes(data[-4:], "big") else None
