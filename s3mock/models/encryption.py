"""The encryption of objects at rest, as requests and buckets choose it.

Nothing is really encrypted: the bytes are stored as received. Responses and errors are those of S3.

What S3 refuses of the headers is InvalidArgument and names x-amz-server-side-encryption, or the header of an invalid
context: so recorded of unknown methods and of customers' keys (aws_recorded: test_put_object_validation_sse_c), and
assumed where only S3's words are known, and of a context without KMS, which is refused like a key.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from s3mock import entropy
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error, invalid_argument

S3_KEYS, KMS, DSSE = "AES256", "aws:kms", "aws:kms:dsse"
SSE_C = "SSE-C"
METHODS = frozenset({S3_KEYS, KMS, DSSE})
"""The methods of general purpose buckets; the others in the model belong to FSx and AWS Backup."""

HEADER = "x-amz-server-side-encryption"
CONTEXT_HEADER = "x-amz-server-side-encryption-context"

_KEY_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|mrk-[0-9a-f]{32}")
_KEY_ARN = re.compile(r"arn:aws[-a-z0-9]*:kms:[-a-z0-9]*:([0-9]{12}):key/.+")
"""API page SSEKMSEncryption, KMSKeyArn; the group is the account."""
AWS_MANAGED_KEY = "alias/aws/s3"


@dataclass(frozen=True, slots=True)
class Encryption:
    """The encryption of an object or upload.

    ``algorithm`` is a value of x-amz-server-side-encryption, or AES256 with ``customer_key_md5``, the MD5 (base64) of a
    customer-provided key. ``members`` are its members of answers, by their names in boto3. Directory buckets have
    ``random_etags``.
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
            if self.bucket_key:  # omitted when off (aws_recorded: test_s3_bucket_encryption_sse_kms)
                members["BucketKeyEnabled"] = True
        object.__setattr__(self, "members", members)

    def etag(self, md5: str) -> str:
        """The ETag (unquoted) of bytes with this MD5, both in hex.

        It is the MD5 only with S3's own keys (API page Object). Otherwise every put makes a new one (aws_recorded:
        test_s3_bucket_encryption_sse_kms), as in directory buckets ("random alphanumeric strings unique to the object",
        User Guide, "Differences for directory buckets").
        """
        if self is DEFAULT or not (self.random_etags or self.key_arn or self.customer_key_md5):
            return md5
        return f"{entropy.bits(128):032x}"


DEFAULT = Encryption()
"""SSE-S3, the encryption of every object unless the request or the bucket chooses another (s3_facts 2)."""

shared = lru_cache(maxsize=1024)(Encryption)
"""Makes an encryption that all objects with the same have in common: one takes 400 bytes."""


@lru_cache(maxsize=1024)
def with_random_etags(encryption: Encryption) -> Encryption:
    """The encryption as objects of directory buckets have it."""
    return replace(encryption, random_etags=True)


@dataclass(frozen=True, slots=True)
class BucketEncryption:
    """The default encryption of a bucket's new objects; ``key_id`` is as configured."""

    algorithm: str = S3_KEYS
    key_id: str | None = None
    bucket_key: bool = False


class Keyring(NamedTuple):
    """Where the ids of keys are looked up: the account of the caller, the region and partition of the bucket."""

    partition: str
    region: str
    account_id: str

    def arn(self, key_id: str | None) -> str:
        """The ARN of the key with this id, alias or ARN; by default, of the account's AWS managed key.

        Every key with a well-formed id exists; each alias names a key of its own. Raises as ``named`` does.
        """
        named = self.named(key_id)
        head, _, name = named.rpartition(":")
        return f"{head}:key/{_key_id_of_alias(named)}" if name.startswith("alias/") else named

    def named(self, key_id: str | None) -> str:
        """The ARN of the key, or of the alias, with this id, alias or ARN; by default, of the AWS managed key's alias.

        Raises KMS.NotFoundException for a malformed id, and for a key in another region than the bucket:
        https://github.com/aws/aws-cli/issues/1517, https://github.com/aws/aws-cli/issues/4507.
        """
        keyring, name = self, key_id or AWS_MANAGED_KEY
        if name.startswith("arn:"):
            parts = name.split(":", 5)
            if len(parts) < 6 or parts[2] != "kms":
                raise S3Error("KMS.NotFoundException", f"Invalid arn {key_id}")  # assumed
            _, partition, _, region, account_id, resource = parts
            if region != self.region:
                raise S3Error("KMS.NotFoundException", f"Invalid arn {region}")
            keyring, name = Keyring(partition, region, account_id), resource.removeprefix("key/")
        if not name.startswith("alias/"):
            if _KEY_ID.fullmatch(name) is None:
                raise S3Error("KMS.NotFoundException", f"Invalid keyId '{key_id}'")
            name = f"key/{name}"
        return f"arn:{keyring.partition}:kms:{keyring.region}:{keyring.account_id}:{name}"


KeyArn = Callable[["str | None"], str]
"""The look-up of a key, as ``Keyring.arn``: from its id, alias or ARN to its ARN; None is the AWS managed key."""


@lru_cache(maxsize=1024)
def _key_id_of_alias(arn: str) -> str:
    digest = hashlib.sha256(f"s3mock:{arn}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def account_of_key(arn: str) -> str | None:
    """The account in the ARN of a key; None for any other text, including the ARN of an alias."""
    match = _KEY_ARN.fullmatch(arn)
    return match and match[1]


def by_default(configured: BucketEncryption | None, key_arn: KeyArn, *, bucket_key: bool | None = None) -> Encryption:
    """The encryption of an object whose request does not choose one.

    ``bucket_key`` is the request's BucketKeyEnabled, which it may have anyway; None if it does not.
    """
    if configured is None or configured.algorithm == S3_KEYS:
        return DEFAULT
    return _with_kms(configured.algorithm, configured.key_id, None, configured, bucket_key, key_arn)


def requested(request: Mapping[str, Any], configured: BucketEncryption | None, key_arn: KeyArn) -> Encryption:
    """The encryption that a request chooses, other than with a customer-provided key.

    Raises InvalidArgument for an unknown method, for a key or a context without a KMS method, and for an invalid
    context; what the look-up of the key raises.
    """
    method, key_id, context = (
        request.get(name) for name in ("ServerSideEncryption", "SSEKMSKeyId", "SSEKMSEncryptionContext")
    )
    if method is not None and method not in METHODS:
        # An empty value as well: https://github.com/aws/aws-sdk-cpp/issues/1771
        raise invalid_argument("The encryption method specified is not supported", HEADER, method)
    if method not in (KMS, DSSE):
        if key_id is not None or context is not None:
            # https://github.com/aws/aws-cli/issues/1431, for a key.
            raise S3Error(
                "InvalidArgument",
                "Server Side Encryption with AWS KMS managed key requires HTTP header "
                "x-amz-server-side-encryption : aws:kms",
                ArgumentName=HEADER,
                **({} if method is None else {"ArgumentValue": method}),
            )
        if method is None:
            return by_default(configured, key_arn, bucket_key=request.get("BucketKeyEnabled"))
        return DEFAULT
    if context is not None:
        # https://github.com/minio/minio-go/issues/2235
        try:
            decoded = json.loads(b64decode(context, validate=True).decode())
        except ValueError:
            decoded = None
        if not isinstance(decoded, dict) or not all(isinstance(value, str) for value in decoded.values()):
            raise invalid_argument(
                f"The header '{CONTEXT_HEADER}' shall be Base64-encoded UTF-8 string holding JSON which represents a "
                "string-string map",
                CONTEXT_HEADER,
                context,
            )
    return _with_kms(method, key_id, context, configured, request.get("BucketKeyEnabled"), key_arn)


def _with_kms(
    method: str,
    key_id: str | None,
    context: str | None,
    configured: BucketEncryption | None,
    bucket_key: bool | None,
    key_arn: KeyArn,
) -> Encryption:
    """SSE-KMS or DSSE-KMS.

    The bucket's setting for the bucket key applies if the request has none (User Guide, "Specifying server-side
    encryption with AWS KMS"). DSSE-KMS has none; that it is ignored rather than refused is assumed.
    """
    if bucket_key is None:
        bucket_key = configured is not None and configured.bucket_key
    return shared(method, key_arn(key_id), context, bucket_key and method == KMS)
