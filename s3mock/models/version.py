"""One version of an object, or the delete marker that hides it: immutable, complete from the moment it exists.

It includes the state of its restore and of its replication. The rules about these are in ``models.restore`` and
``models.replication``, which import this module, never the other way round.
"""

from __future__ import annotations

from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from s3mock.dataclass import dataclass
from s3mock.models.encryption import DEFAULT, Encryption

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from s3mock.models.account import Account
    from s3mock.models.acl import Acl
    from s3mock.models.annotation import Annotation
    from s3mock.models.blob import Bytes
    from s3mock.models.checksums import Checksum
    from s3mock.models.multipart import Part
    from s3mock.models.object_lock import ObjectLock
    from s3mock.models.tagging import TagSet

NULL = "null"
"""The id of a version that was made while the bucket was not versioned, or suspended."""

STORAGE_CLASSES = frozenset(
    {
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER",
        "DEEP_ARCHIVE",
        "GLACIER_IR",
    }
)
"""The storage classes of objects in general purpose buckets; the others in the model belong to Outposts, directory
buckets and FSx."""

NOTHING: Mapping[str, str] = MappingProxyType({})
"""No headers, no metadata."""


@dataclass(frozen=True, slots=True)
class Restore:
    """A RestoreObject request; ``days`` and ``expiry`` are None in the tiers of INTELLIGENT_TIERING."""

    tier: str
    days: int | None
    ready: datetime
    expiry: datetime | None

    def ongoing(self, now: datetime) -> bool:
        """Whether the retrieval is still in progress."""
        return now < self.ready

    def readable(self, now: datetime) -> bool:
        """Whether the object can be read: the retrieval is over and its copy has not expired."""
        return self.ready <= now and (self.expiry is None or now < self.expiry)


@dataclass(frozen=True, slots=True)
class ReplicationStatus:
    """The progress of a version's replication: ``status`` is the value of ``x-amz-replication-status``.

    ``replica`` marks a version that replication made. A replica whose metadata is on its way back is PENDING as well
    (User Guide, "Getting replication status information").
    """

    status: str
    replica: bool = False

    @property
    def pending(self) -> bool:
        """Whether something is still to be replicated."""
        return self.status == "PENDING"

    def begun(self) -> ReplicationStatus:
        """The status while something is on its way."""
        return ReplicationStatus("PENDING", self.replica)

    def ended(self, *, successful: bool) -> ReplicationStatus:
        """The status once everything has arrived, or once something could not be replicated."""
        if not successful:
            return ReplicationStatus("FAILED", self.replica)
        return REPLICA if self.replica else COMPLETED


PENDING = ReplicationStatus("PENDING")
COMPLETED = ReplicationStatus("COMPLETED")
REPLICA = ReplicationStatus("REPLICA", replica=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of an object, or a delete marker.

    ``etag`` has no quotes. ``last_modified`` is aware and has whole seconds. ``headers`` are the system headers that
    reads return, by their names in boto3 (ContentType, CacheControl, ContentDisposition, ContentEncoding,
    ContentLanguage, Expires, WebsiteRedirectLocation). ``parts`` are those of a multipart upload, in order. ``blob`` is
    None for a delete marker, which has only a key, an id, a time and an owner.

    ``version_id`` is "null" until the version is put (``backend.versions.put``). ``acl`` is None only for a delete
    marker. ``archive_status`` is the archive tier of INTELLIGENT_TIERING, None for an object outside of them;
    ``restore`` is the last restore of an archived version. ``models.restore`` says what the two mean at a given time.
    ``annotations`` are ordered by name. ``lock`` is None for a version that never had a retention or legal hold.
    ``last_access`` is the time of the last read of an object of INTELLIGENT_TIERING, None for one that was never read.
    ``replication`` is None if no rule applied to the version when it was created.
    """

    key: str
    last_modified: datetime
    owner: Account
    version_id: str = NULL
    etag: str = ""
    blob: Bytes | None = None
    storage_class: str = "STANDARD"
    headers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    checksum: Checksum | None = None
    parts: tuple[Part, ...] = ()
    acl: Acl | None = None
    archive_status: str | None = None
    restore: Restore | None = None
    annotations: tuple[Annotation, ...] = ()
    encryption: Encryption = DEFAULT
    tags: TagSet = ()
    lock: ObjectLock | None = None
    last_access: datetime | None = None
    replication: ReplicationStatus | None = None

    @property
    def delete_marker(self) -> bool:
        """Whether this is a delete marker."""
        return self.blob is None

    @property
    def size(self) -> int:
        """The number of bytes; 0 for a delete marker."""
        return 0 if self.blob is None else self.blob.size


def is_modified(before: Version, after: Version) -> bool:
    """Whether two states of a version differ in metadata that is replicated: tags, ACL, lock, annotations."""
    return (before.tags, before.acl, before.lock, before.annotations) != (
        after.tags,
        after.acl,
        after.lock,
        after.annotations,
    )
