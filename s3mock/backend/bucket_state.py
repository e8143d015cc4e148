"""All that a bucket holds at one moment, and the changes of it: values, and pure functions of them."""

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
    from collections.abc import Mapping

    from typing_extensions import Unpack

    from s3mock.backend.agenda import Due
    from s3mock.models.configuration import Topics
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

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
