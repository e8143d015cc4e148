"""The bucket names of one partition: each belongs to one account in one region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3mock.backend.bucket import Bucket
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.bucket import BucketState
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

        Of several that try at once one creates it. What another's or one's own bucket means is for the caller to say.
        """
        return self.cloud.create_bucket(self.partition, name, account, region, now, configuration)

    def remove(self, bucket: Bucket) -> None:
        """Delete ``bucket``, from now on and for everyone who still holds it.

        Uploads in progress go with it, but keep a directory bucket (DeleteBucket; the error is assumed). Raises
        BucketNotEmpty if it has a version or a delete marker, and NoSuchBucket if it is gone already.
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
        buckets = self.cloud.store.buckets
        places = sorted(place for place in buckets if place[0] == self.partition)
        return [Bucket(self.cloud, buckets[place].identity) for place in places]

    def owned_by(self, account: Account) -> list[Bucket]:
        """The buckets of ``account``, ordered by name."""
        return [bucket for bucket in self.buckets() if bucket.account == account]
