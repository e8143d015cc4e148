"""S3 Block Public Access: which public ACLs and policies a bucket refuses or ignores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from s3mock.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """The four settings of a bucket.

    ``block_public_acls`` refuses new public ACLs; existing ones stay. With ``ignore_public_acls`` a public ACL can be
    written and read, but grants nothing. ``block_public_policy`` refuses new public policies;
    ``restrict_public_buckets`` restricts a bucket with a public policy to its own account.
    """

    block_public_acls: bool = False
    ignore_public_acls: bool = False
    block_public_policy: bool = False
    restrict_public_buckets: bool = False

    @classmethod
    def of(cls, configuration: Mapping[str, Any]) -> PublicAccessBlock:
        """The settings of a PublicAccessBlockConfiguration; those that it leaves out are off."""
        return cls(*(configuration.get(member, False) for member in MEMBERS))

    def describe(self) -> dict[str, bool]:
        """All four settings, which S3 always returns (aws_recorded: test_crud_public_access_block)."""
        return dict(zip(MEMBERS, astuple(self), strict=True))


MEMBERS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

EVERYTHING = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)
"""The settings of every new bucket since April 2023 (``models.bucket_defaults``)."""
