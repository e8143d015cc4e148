"""The bucket names of one partition: each belongs to one account in one region."""

from __future__ import annotations

from operator import attrgetter
from threading import Lock
from typing import TYPE_CHECKING

from s3mock.backend.bucket import Bucket, BucketState, Change
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.bucket import Listener
    from s3mock.models.account import Account
    from s3mock.models.configuration import Configuration


class Namespace:
    """The buckets of a partition by name.

    A bucket is gone from the moment its state says ``deleted``, which its own lock decides; the table follows. So the
    lock of the namespace and that of a bucket are never held together.
    """

    def __init__(self, partition: str, listeners: list[Listener]) -> None:
        self.partition = partition
        self.listeners = listeners
        self._buckets: dict[str, Bucket] = {}
        self._lock = Lock()

    def get(self, name: str) -> Bucket | None:
        """Return the bucket called ``name``, or None."""
        bucket = self._buckets.get(name)
        return None if bucket is None or bucket.state.deleted else bucket

    def create(
        self, name: str, account: Account, region: str, now: datetime, configuration: Configuration
    ) -> tuple[Bucket, bool]:
        """Create a bucket unless the name is taken: return the bucket that has the name, and whether it is new.

        Of several that try at once one creates it. What another's or one's own bucket means is for the caller to say.
        """
        with self._lock:
            present = self.get(name)
            if present is not None:
                return present, False
            bucket = Bucket(
                name, account, region, now, configuration, partition=self.partition, listeners=self.listeners
            )
            self._buckets[name] = bucket
            return bucket, True

    def remove(self, bucket: Bucket) -> None:
        """Delete ``bucket``, from now on and for everyone who still holds it.

        Uploads in progress go with it, but keep a directory bucket (DeleteBucket; the error is assumed). Raises
        BucketNotEmpty if it has a version or a delete marker, and NoSuchBucket if it is gone already.
        """

        def decide(state: BucketState) -> Change:
            if state.keys or (bucket.zone is not None and state.uploads):
                raise _not_empty(bucket.name, state)
            return Change(BucketState(configuration=state.configuration, deleted=True))

        bucket.commit(decide)
        with self._lock:
            # The name may have been taken again in the meantime.
            if self._buckets.get(bucket.name) is bucket:
                del self._buckets[bucket.name]

    def clear(self) -> None:
        """Forget all buckets, at once; a request under way keeps the one that it has."""
        with self._lock:
            self._buckets = {}

    def buckets(self) -> list[Bucket]:
        """Return all buckets, ordered by name."""
        present = [bucket for bucket in self._buckets.copy().values() if not bucket.state.deleted]
        return sorted(present, key=attrgetter("name"))

    def owned_by(self, account: Account) -> list[Bucket]:
        """Return the buckets of ``account``, ordered by name."""
        return [bucket for bucket in self.buckets() if bucket.account == account]

    def after_fork(self) -> None:
        """Take new locks in a forked child."""
        self._lock = Lock()
        for bucket in self._buckets.values():
            bucket.after_fork()


def _not_empty(name: str, state: BucketState) -> S3Error:
    # aws_recorded: test_delete_bucket_with_objects and test_delete_versioned_bucket_with_objects.
    if state.configuration.versioning is None:
        return S3Error("BucketNotEmpty", BucketName=name)
    return S3Error(
        "BucketNotEmpty",
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        BucketName=name,
    )
