"""A bucket as a request holds it: the way to its state in the cloud's store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend.bucket_state import configured
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Unpack

    from s3mock.backend.agenda import Due
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.models.bucket import BucketIdentity
    from s3mock.models.configuration import Configuration, Topics


class Bucket:
    """A bucket as a request holds it: its identity, and the way to the state that it has in the cloud's store.

    Reading takes no lock: get ``state`` once and read from that. ``commit`` is the only way to change it.
    """

    __slots__ = ("_place", "account", "cloud", "creation_date", "identity", "name", "partition", "region", "zone")

    def __init__(self, cloud: Cloud, identity: BucketIdentity) -> None:
        self.cloud = cloud
        self.identity = identity
        self.name = identity.name
        self.account = identity.account
        self.region = identity.region
        self.creation_date = identity.creation_date
        self.partition = identity.partition
        self.zone = identity.zone
        self._place = (identity.partition, identity.name)

    @property
    def arn(self) -> str:
        """The bucket's ARN."""
        return self.identity.arn

    @property
    def state(self) -> BucketState:
        """The bucket's state at this moment. Raises NoSuchBucket if it has been deleted."""
        state = self.cloud.store.buckets.get(self._place)
        if state is None or state.identity.number != self.identity.number:
            raise S3Error("NoSuchBucket", BucketName=self.name)
        return state

    @property
    def configuration(self) -> Configuration:
        """The bucket's settings at this moment. Raises NoSuchBucket if it has been deleted."""
        return self.state.configuration

    def configure(self, cause: Cause | Callable[[], Cause] | None = None, **topics: Unpack[Topics]) -> Change:
        """Set some fields of the configuration. Raises NoSuchBucket.

        Where the state decides whether they may be set, commit a decision that returns ``configured``.
        """
        return self.commit(lambda state: configured(state, **topics), cause)

    def commit(
        self, decide: Callable[[BucketState], Change], cause: Cause | Callable[[], Cause] | None = None
    ) -> Change:
        """Replace the state by the one that ``decide`` returns for it; an exception in ``decide`` changes nothing.

        ``decide`` runs under the cloud's lock: it must be quick and must not commit. ``cause`` may be a function that
        returns it, since most changes have no effect that needs it; None means S3 by itself. Raises NoSuchBucket if the
        bucket has been deleted.
        """
        return self.cloud.commit(self.identity, decide, cause)

    @classmethod
    def of(cls, cloud: Cloud, due: Due) -> Bucket:
        """The bucket that work of the agenda is about."""
        if due.bucket is None:
            raise LookupError(f"{due.work} is not about a bucket")
        return cls(cloud, due.bucket)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bucket) and self.cloud is other.cloud and self.identity == other.identity

    def __hash__(self) -> int:
        return hash((self._place, self.identity.number))

    def __repr__(self) -> str:
        return f"<Bucket {self.name}>"
