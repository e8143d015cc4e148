"""The state of a bucket at one moment, and a change of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.backend.keys import KeyIndex
from s3mock.models.account import ANONYMOUS
from s3mock.models.bucket import BucketIdentity
from s3mock.models.configuration import Configuration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Unpack

    from s3mock.backend.agenda import Due
    from s3mock.models.configuration import Topics
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

UNNAMED = BucketIdentity("", ANONYMOUS, "us-east-1", datetime(1970, 1, 1, tzinfo=timezone.utc))


class BucketState(NamedTuple):
    """All that a bucket holds at one moment. Compare states with ``is``.

    ``keys`` has the versions of each key, newest first and at least one; ``uploads`` the multipart uploads in progress
    of each key in the order of their initiation; both are series (``backend.series``). ``completed`` has the versions
    that the others became, without their bytes, by upload id; ``renamed`` the parameters of renames by their client
    tokens; ``configuration`` the bucket's settings.
    """

    keys: KeyIndex[Sequence[Version]] = KeyIndex()
    uploads: KeyIndex[Sequence[Upload]] = KeyIndex()
    completed: KeyIndex[Version] = KeyIndex()
    configuration: Configuration = Configuration()
    renamed: KeyIndex[str] = KeyIndex()
    identity: BucketIdentity = UNNAMED

    def with_keys(self, keys: KeyIndex[Sequence[Version]]) -> BucketState:
        """The state with other keys; every write does this, and ``_replace`` takes three times as long."""
        return BucketState(keys, self.uploads, self.completed, self.configuration, self.renamed, self.identity)


class Change(NamedTuple):
    """The result of a decision: the new state, and what happened.

    ``event`` is the name of S3's event ("ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated"), None without one.
    ``version`` is the version that was created or removed, ``previous`` the latest version before, ``upload`` the
    multipart upload that was created, changed or ended, ``configured`` the topics that were configured.
    ``event_data`` has additional members of the event's record ("replicationEventData"). ``dues`` is work that the
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
        """The version that this change created. Raises LookupError without one."""
        if self.version is None:
            raise LookupError(f"{self.event} of {self.key} created no version")
        return self.version


def configured(state: BucketState, **topics: Unpack[Topics]) -> Change:
    """The change that sets some fields of the configuration."""
    return Change(state._replace(configuration=replace(state.configuration, **topics)), configured=tuple(topics))
