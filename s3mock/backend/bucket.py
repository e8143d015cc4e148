"""A bucket: its identity, the immutable state that it has at a moment, and the handle that a request holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.backend.keys import KeyIndex
from s3mock.errors import S3Error
from s3mock.models.account import ANONYMOUS, Account
from s3mock.models.configuration import Configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Unpack

    from s3mock.backend.agenda import Due
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.models.configuration import Topics
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version


@dataclass(frozen=True, slots=True)
class BucketIdentity:
    """What never changes of a bucket.

    ``number`` differs from that of a later bucket of the same name. ``zone`` is the id of a directory bucket's
    zone, None for every other bucket.
    """

    name: str
    account: Account
    region: str
    creation_date: datetime
    partition: str = "aws"
    number: int = 0
    zone: str | None = None

    @property
    def arn(self) -> str:
        """The bucket's ARN."""
        if self.zone is not None:
            return f"arn:{self.partition}:s3express:{self.region}:{self.account.id}:bucket/{self.name}"
        return f"arn:{self.partition}:s3:::{self.name}"


UNNAMED = BucketIdentity("", ANONYMOUS, "us-east-1", datetime(1970, 1, 1, tzinfo=timezone.utc))


class BucketState(NamedTuple):
    """All that a bucket holds at one moment. Compare states with ``is``.

    ``keys`` has the versions of each key, newest first and never none; ``uploads`` the multipart uploads in progress of
    each key in the order of their initiation; ``completed`` what became of the others, by upload id, without the bytes;
    ``renamed`` what renames with a client token did, by token;
    ``configuration`` the bucket's settings.
    """

    keys: KeyIndex[tuple[Version, ...]] = KeyIndex()
    uploads: KeyIndex[tuple[Upload, ...]] = KeyIndex()
    completed: KeyIndex[Version] = KeyIndex()
    configuration: Configuration = Configuration()
    renamed: KeyIndex[str] = KeyIndex()
    identity: BucketIdentity = UNNAMED

    def with_keys(self, keys: KeyIndex[tuple[Version, ...]]) -> BucketState:
        """The state with other keys; every write does this, and ``_replace`` takes three times as long."""
        return BucketState(keys, self.uploads, self.completed, self.configuration, self.renamed, self.identity)


class Change(NamedTuple):
    """What a commit did, or would do: the state after it, and what happened.

    ``event`` is S3's name of what happened ("ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated"), None where S3
    has none. ``version`` is the version that was created or removed, ``previous`` the one that was the latest before,
    ``upload`` the multipart upload that was created, changed or ended, ``configured`` the topics that were configured.
    ``event_data`` is what S3's record of the event has besides ("replicationEventData"). ``dues`` is work that the
    change itself puts on the agenda.
    """

    state: BucketState
    event: str | None = None
    key: str | None = None
    version: Version | None = None
    previous: Version | None = None
    upload: Upload | None = None
    configured: tuple[str, ...] = ()
    event_data: Mapping[str, Any] = MappingProxyType({})
    dues: tuple[Due, ...] = ()

    @property
    def made(self) -> Version:
        """The version that this change created. Raises LookupError if it created none."""
        if self.version is None:
            raise LookupError(f"{self.event} of {self.key} made no version")
        return self.version


def configured(state: BucketState, **topics: Unpack[Topics]) -> Change:
    """The change that sets some fields of the configuration."""
    return Change(state._replace(configuration=replace(state.configuration, **topics)), configured=tuple(topics))


class Bucket:
    """A bucket as a request holds it: its identity, and the way to the state that it has in the cloud's store.

    Reading takes no lock: take ``state`` once and look at that. ``commit`` is the only way to change it.
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

        Where the state decides whether they may be set, commit a decision that ends in ``configured``.
        """
        return self.commit(lambda state: configured(state, **topics), cause)

    def commit(
        self, decide: Callable[[BucketState], Change], cause: Cause | Callable[[], Cause] | None = None
    ) -> Change:
        """Let ``decide`` see the state and replace it; whatever ``decide`` raises leaves everything as it was.

        ``decide`` runs under the cloud's lock: it must be quick and must not commit. ``cause`` may be a function that
        returns it, since most changes have no effect that asks for it; without one it is S3 that acts by itself. Raises
        NoSuchBucket if the bucket has been deleted.
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
