"""How an object is encrypted at rest, and what a request or a bucket may ask for.

Nothing is encrypted: the bytes are kept as they came, and what S3 says and refuses is kept to.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from base64 import b64decode
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Mapping

S3_KEYS, KMS, DSSE = "AES256", "aws:kms", "aws:kms:dsse"
SSE_C = "SSE-C"
METHODS = frozenset({S3_KEYS, KMS, DSSE})
"""The methods of general purpose buckets; the others of the model belong to FSx and AWS Backup."""

HEADER = "x-amz-server-side-encryption"
CONTEXT_HEADER = "x-amz-server-side-encryption-context"

_KEY_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|mrk-[0-9a-f]{32}")
_KEY_ARN = re.compile(r"arn:aws[-a-z0-9]*:kms:[-a-z0-9]*:([0-9]{12}):key/.+")
"""API page SSEKMSEncryption, KMSKeyArn; the group is the account."""
_MANAGED_KEY = "alias/aws/s3"
_ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Encryption:
    """The encryption of an object or upload.

    ``algorithm`` is a value of x-amz-server-side-encryption, or AES256 with ``customer_key_md5``, the digest (base64)
    of the key that the customer keeps. ``members`` are what answers say of it, by their names in boto3. Directory
    buckets have ``random_etags``.
    """

    algorithm: str = S3_KEYS
    key_arn: str | None = None
    context: str | None = None
    bucket_key: bool = False
    customer_key_md5: str | None = None
    random_etags: bool = False
    members: Mapping[str, Any] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        members: dict[str, Any]
        if self.customer_key_md5 is not None:
            members = {"SSECustomerAlgorithm": self.algorithm, "SSECustomerKeyMD5": self.customer_key_md5}
        else:
            members = {"ServerSideEncryption": self.algorithm}
            if self.key_arn is not None:
                members["SSEKMSKeyId"] = self.key_arn
            if self.context is not None:
                members["SSEKMSEncryptionContext"] = self.context
            if self.bucket_key:  # never said to be off (aws_recorded: test_s3_bucket_encryption_sse_kms)
                members["BucketKeyEnabled"] = True
        object.__setattr__(self, "members", members)

    def etag(self, md5: str) -> str:
        """Return the ETag (unquoted) of bytes with this MD5, both in hex.

        It is the MD5 with S3's own keys only (API page Object). Otherwise it is another one at every put (aws_recorded:
        test_s3_bucket_encryption_sse_kms), as it is in directory buckets ("random alphanumeric strings unique to the
        object", User Guide, "Differences for directory buckets").
        """
        if self is DEFAULT or not (self.random_etags or self.key_arn or self.customer_key_md5):
            return md5
        return uuid.uuid4().hex


DEFAULT = Encryption()
"""SSE-S3, which every object has that asks for nothing else (s3_facts 2)."""


@dataclass(frozen=True, slots=True)
class BucketEncryption:
    """What a bucket's new objects get that do not ask for anything; ``key_id`` is as it was configured."""

    algorithm: str = S3_KEYS
    key_id: str | None = None
    bucket_key: bool = False


class Keyring(NamedTuple):
    """Where the ids of keys are looked up: the account of the caller, the region and partition of the bucket."""

    partition: str
    region: str
    account_id: str

    def arn(self, key_id: str | None) -> str:
        """Return the ARN of a key: the one with this id, alias or ARN, by default the account's AWS managed key.

        Every key exists whose id could be one's; an alias stands for a key of its own.

        Raises KMS.NotFoundException for a text that cannot be one, and for a key in another region than the bucket's:
        https://github.com/aws/aws-cli/issues/1517, https://github.com/aws/aws-cli/issues/4507.
        """
        if not key_id:
            return self._key(_uuid(self, _MANAGED_KEY))
        if not key_id.startswith("arn:"):
            return self.named(key_id, key_id)
        parts = key_id.split(":", _ARN_PARTS - 1)
        if len(parts) < _ARN_PARTS or parts[2] != "kms":
            raise S3Error("KMS.NotFoundException", f"Invalid arn {key_id}")  # assumed
        partition, region, account_id, resource = parts[1], parts[3], parts[4], parts[5]
        if region != self.region:
            raise S3Error("KMS.NotFoundException", f"Invalid arn {region}")
        return Keyring(partition, region, account_id).named(resource.removeprefix("key/"), key_id)

    def named(self, name: str, said: str) -> str:
        """Return the ARN of the key called ``name`` in this account; ``said`` is what an error calls it."""
        if name.startswith("alias/"):
            return self._key(_uuid(self, name))
        if _KEY_ID.fullmatch(name) is None:
            raise S3Error("KMS.NotFoundException", f"Invalid keyId '{said}'")
        return self._key(name)

    def _key(self, key_id: str) -> str:
        return f"arn:{self.partition}:kms:{self.region}:{self.account_id}:key/{key_id}"


@lru_cache(maxsize=1024)
def _uuid(keyring: Keyring, alias: str) -> str:
    digest = hashlib.sha256(f"s3mock:{':'.join(keyring)}:{alias}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def account_of_key(arn: str) -> str | None:
    """Return the account that a key belongs to, None where ``arn`` is not the ARN of a key (an alias' is not)."""
    found = _KEY_ARN.fullmatch(arn)
    return found and found[1]


def by_default(configured: BucketEncryption | None, keyring: Keyring, *, bucket_key: bool | None = None) -> Encryption:
    """Return what an object gets that does not ask for an encryption.

    ``bucket_key`` is what the request says of it all the same, None for nothing.
    """
    if configured is None or configured.algorithm == S3_KEYS:
        return DEFAULT
    return _with_kms(configured.algorithm, configured.key_id, None, configured, bucket_key, keyring)


def requested(request: Mapping[str, Any], configured: BucketEncryption | None, keyring: Keyring) -> Encryption:
    """Return the encryption that the members of a request ask for, all but a customer's key.

    Raises InvalidArgument for a method that there is not, for a key or a context without a method that has them, and
    for a context that is none; KMS.NotFoundException.
    """
    method, key_id, context = (
        request.get(name) for name in ("ServerSideEncryption", "SSEKMSKeyId", "SSEKMSEncryptionContext")
    )
    if method is not None and method not in METHODS:
        # With an empty value, too: https://github.com/aws/aws-sdk-cpp/issues/1771
        message = "The encryption method specified is not supported"
        raise S3Error("InvalidArgument", message, ArgumentName=HEADER, ArgumentValue=method)
    if method not in (KMS, DSSE):
        if key_id is not None or context is not None:
            # https://github.com/aws/aws-cli/issues/1431 of a key; that a context is refused likewise is assumed, as is
            # the name of the argument.
            raise S3Error(
                "InvalidArgument",
                "Server Side Encryption with AWS KMS managed key requires HTTP header "
                "x-amz-server-side-encryption : aws:kms",
                ArgumentName=HEADER,
                **({} if method is None else {"ArgumentValue": method}),
            )
        if method is None:
            return by_default(configured, keyring, bucket_key=request.get("BucketKeyEnabled"))
        return DEFAULT
    if context is not None:
        _check_context(context)
    return _with_kms(method, key_id, context, configured, request.get("BucketKeyEnabled"), keyring)


def _with_kms(
    method: str,
    key_id: str | None,
    context: str | None,
    configured: BucketEncryption | None,
    bucket_key: bool | None,
    keyring: Keyring,
) -> Encryption:
    """Return SSE-KMS or DSSE-KMS.

    The bucket tells of the bucket key where the request does not (User Guide, "Specifying server-side encryption with
    AWS KMS"). DSSE-KMS has none; that it is passed over, and not refused, is assumed.
    """
    if bucket_key is None:
        bucket_key = configured is not None and configured.bucket_key
    return Encryption(method, keyring.arn(key_id), context, bucket_key and method == KMS)


def _check_context(text: str) -> None:
    """Refuse a context that is not the base64 of a JSON object of strings.

    The words are S3's: https://github.com/minio/minio-go/issues/2235; the code is assumed.
    """
    try:
        context = json.loads(b64decode(text, validate=True).decode())
    except ValueError:
        context = None
    if not isinstance(context, dict) or not all(isinstance(value, str) for value in context.values()):
        raise S3Error(
            "InvalidArgument",
            f"The header '{CONTEXT_HEADER}' shall be Base64-encoded UTF-8 string holding JSON which represents a "
            "string-string map",
            ArgumentName=CONTEXT_HEADER,
            ArgumentValue=text,
        )
