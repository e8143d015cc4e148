"""The bucket names of one partition: each belongs to one account in one region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend.bucket import Bucket
from s3mock.backend.buckets import in_order
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from s3mock.backend.bucket_state import BucketState
    from s3mock.backend.cloud import Cloud
    from s3mock.models.account import Account
    from s3mock.models.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Namespace:
    """The buckets of one partition of a cloud, by name."""

    cloud: Cloud
    partition: str

    def get(self, name: str) -> Bucket | None:
        """The bucket called ``name``, or None."""
        return self.cloud.bucket(self.partition, name)

    def create(
        self, name: str, account: Account, region: str, now: datetime, configuration: Configuration
    ) -> tuple[Bucket, bool]:
        """Create a bucket unless the name is taken: the bucket that has the name, and whether it is new.

        Of several threads that try at once, one creates it. The caller decides what an existing bucket means.
        """
        return self.cloud.create_bucket(self.partition, name, account, region, now, configuration)

    def remove(self, bucket: Bucket) -> None:
        """Delete ``bucket``.

        Uploads in progress are deleted with it, except that a directory bucket with one is not empty (DeleteBucket; the
        error is assumed). Raises NoSuchBucket if it has been deleted already, BucketHasAccessPointsAttached, and
        BucketNotEmpty if it has a version or a delete marker.
        """

        def check(state: BucketState) -> None:
            if not state.keys and not (bucket.zone is not None and state.uploads):
                return
            # aws_recorded: test_delete_bucket_with_objects and test_delete_versioned_bucket_with_objects.
            if state.configuration.versioning is None:
                raise S3Error("BucketNotEmpty", BucketName=bucket.name)
            raise S3Error(
                "BucketNotEmpty",
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
                BucketName=bucket.name,
            )

        self.cloud.delete_bucket(bucket.identity, check)

    def buckets(self) -> list[Bucket]:
        """All buckets, ordered by name."""
        return list(self.scan())

    def scan(self, prefix: str = "", after: str = "") -> Iterator[Bucket]:
        """Iterate by name over the buckets that begin with ``prefix``, after the name ``after``."""
        for state in in_order(self.cloud.store.buckets, self.partition, prefix, after):
            yield Bucket(self.cloud, state.identity)

    def owned_by(self, account: Account) -> list[Bucket]:
        """The buckets of ``account``, ordered by name."""
        return [bucket for bucket in self.buckets() if bucket.account == account]
