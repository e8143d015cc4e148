"""A bucket: an immutable state behind one reference, and the one door through which it changes."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.backend.keys import KeyIndex
from s3mock.errors import S3Error
from s3mock.models.configuration import Configuration
from s3mock.models.directory import zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import TypeAlias

    from typing_extensions import Unpack

    from s3mock.models.account import Account
    from s3mock.models.configuration import Topics
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

    Listener: TypeAlias = "Callable[[Bucket, Change], None]"


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
    deleted: bool = False
    renamed: KeyIndex[str] = KeyIndex()

    def with_keys(self, keys: KeyIndex[tuple[Version, ...]]) -> BucketState:
        """Return this state with other keys; every write does this, and ``_replace`` takes three times as long."""
        return BucketState(keys, self.uploads, self.completed, self.configuration, self.deleted, self.renamed)


class Change(NamedTuple):
    """What a commit did, or would do: the state after it, and what happened.

    ``event`` is S3's name of what happened ("ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated"), None where S3
    has none. ``version`` is the version that was created or removed, ``previous`` the one that was the latest before,
    ``upload`` the multipart upload that was created, changed or ended, ``configured`` the topics that were configured.
    ``event_data`` is what S3's record of the event has besides ("replicationEventData").
    """

    state: BucketState
    event: str | None = None
    key: str | None = None
    version: Version | None = None
    previous: Version | None = None
    upload: Upload | None = None
    configured: tuple[str, ...] = ()
    event_data: Mapping[str, Any] = MappingProxyType({})

    @property
    def made(self) -> Version:
        """The version that this change created, for whoever knows that it did."""
        if self.version is None:
            raise LookupError(f"{self.event} of {self.key} made no version")
        return self.version


def configured(state: BucketState, **topics: Unpack[Topics]) -> Change:
    """The change that sets some fields of the configuration."""
    return Change(state._replace(configuration=replace(state.configuration, **topics)), configured=tuple(topics))


class Bucket:
    """A bucket: who owns it, where it is, and its state.

    Reading takes no lock: take ``state`` once and look at that. ``commit`` is the only writer. ``zone`` is the id of a
    directory bucket's zone, None for every other bucket.
    """

    __slots__ = ("_lock", "account", "creation_date", "listeners", "name", "partition", "region", "state", "zone")

    def __init__(
        self,
        name: str,
        account: Account,
        region: str,
        creation_date: datetime,
        configuration: Configuration,
        *,
        partition: str = "aws",
        listeners: Sequence[Listener] = (),
    ) -> None:
        self.name = name
        self.zone = zone_of(name)
        self.account = account
        self.region = region
        self.creation_date = creation_date
        self.partition = partition
        self.listeners = listeners
        self.state = BucketState(configuration=configuration)
        self._lock = Lock()

    @property
    def arn(self) -> str:
        """The bucket's ARN."""
        if self.zone is not None:
            return f"arn:{self.partition}:s3express:{self.region}:{self.account.id}:bucket/{self.name}"
        return f"arn:{self.partition}:s3:::{self.name}"

    @property
    def configuration(self) -> Configuration:
        """The bucket's settings at this moment."""
        return self.state.configuration

    def configure(self, **topics: Unpack[Topics]) -> Change:
        """Set some fields of the configuration. Raises NoSuchBucket.

        Where the state decides whether they may be set, commit a decision that ends in ``configured``.
        """
        return self.commit(lambda state: configured(state, **topics))

    def commit(self, decide: Callable[[BucketState], Change]) -> Change:
        """Let ``decide`` see the state and replace it; whatever ``decide`` raises leaves everything as it was.

        ``decide`` runs under the bucket's lock: it must be quick and must not commit. Listeners hear of a change
        afterwards, without a lock, and may call S3 again. Raises NoSuchBucket if the bucket has been deleted.
        """
        with self._lock:
            before = self.state
            if before.deleted:
                raise S3Error("NoSuchBucket", BucketName=self.name)
            change = decide(before)
            self.state = change.state
        if self.listeners and change.state is not before:
            for listener in tuple(self.listeners):
                listener(self, change)
        return change

    def after_fork(self) -> None:
        """Take a new lock in a forked child: nobody is left there to release the old one."""
        self._lock = Lock()
