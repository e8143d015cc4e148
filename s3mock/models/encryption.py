"""How an object is encrypted at rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

S3_KEYS = "AES256"


@dataclass(frozen=True, slots=True)
class Encryption:
    """The encryption of an object or upload.

    ``algorithm`` is a value of x-amz-server-side-encryption, or AES256 with ``customer_key_md5``, the digest (base64)
    of the key that the customer keeps. ``members`` are what answers say of it, by their names in boto3.
    """

    algorithm: str = S3_KEYS
    key_arn: str | None = None
    context: str | None = None
    bucket_key: bool = False
    customer_key_md5: str | None = None
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


DEFAULT = Encryption()
"""SSE-S3, which every object has that asks for nothing else (s3_facts 2)."""
