"""S3 Block Public Access: what a bucket refuses or ignores of what would open it to everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """The four settings of a bucket.

    ``block_public_acls`` refuses public ACLs that are to be written; those there are stay. ``ignore_public_acls`` lets
    a public ACL be written and read, and grants nothing by it. ``block_public_policy`` refuses public policies that are
    to be written; ``restrict_public_buckets`` leaves a bucket with a public policy to its own account.
    """

    block_public_acls: bool = False
    ignore_public_acls: bool = False
    block_public_policy: bool = False
    restrict_public_buckets: bool = False

    @classmethod
    def of(cls, configuration: Mapping[str, Any]) -> PublicAccessBlock:
        """Return what a PublicAccessBlockConfiguration says; what it leaves out is off."""
        return cls(*(configuration.get(member, False) for member in MEMBERS))

    def describe(self) -> dict[str, bool]:
        """Return all four settings, as S3 answers them (aws_recorded: test_crud_public_access_block)."""
        settings = (
            self.block_public_acls,
            self.ignore_public_acls,
            self.block_public_policy,
            self.restrict_public_buckets,
        )
        return dict(zip(MEMBERS, settings, strict=True))


MEMBERS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

EVERYTHING = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)
"""What every new bucket has since April 2023."""
