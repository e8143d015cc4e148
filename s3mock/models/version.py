"""One version of an object, or the delete marker that hides it: immutable, complete from the moment it exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from s3mock.models.encryption import DEFAULT, Encryption

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from s3mock.models.account import Account
    from s3mock.models.acl import Acl
    from s3mock.models.annotation import Annotation
    from s3mock.models.checksums import Checksum
    from s3mock.models.multipart import Part
    from s3mock.models.object_lock import ObjectLock
    from s3mock.models.replication import Replication
    from s3mock.models.restore import Restore
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
"""What an object in a general purpose bucket may be stored as; the others of the model belong to Outposts, directory
buckets and FSx."""

NOTHING: Mapping[str, str] = MappingProxyType({})
"""No headers, no metadata."""


class Bytes(Protocol):
    """What a version needs to know of its bytes; the backend's ``Blob`` is one."""

    @property
    def size(self) -> int:
        """The number of bytes."""
        ...

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """Return the bytes from ``start`` up to ``stop``."""
        ...

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to ``stop`` without joining them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What S3 keeps under a key and a version id.

    ``etag`` has no quotes. ``last_modified`` is aware and has whole seconds. ``headers`` are the system headers that a
    read sends back, by their names in boto3 (ContentType, CacheControl, ContentDisposition, ContentEncoding,
    ContentLanguage, Expires, WebsiteRedirectLocation). ``parts`` are those of a multipart upload, in order. ``blob`` is
    None for a delete marker, which has a key, an id, a time and an owner only.

    A version is given its ``version_id`` when it is put (``backend.versions.put``); until then it is "null". ``acl`` is
    None for a delete marker only. ``archive_status`` is the archive tier of INTELLIGENT_TIERING that it is in,
    ``restore`` the last restore of an archived version; ``models.restore`` knows what they mean now. ``annotations``
    are ordered by name. ``lock`` is None for a version that was never retained or held. ``last_access`` is when an
    object of INTELLIGENT_TIERING was read last, None for one that never was; ``replication`` is how far its replication
    has come, None where no rule was about it when it was made.
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
    replication: Replication | None = None

    @property
    def delete_marker(self) -> bool:
        """Whether this is a delete marker."""
        return self.blob is None

    @property
    def size(self) -> int:
        """The number of bytes; 0 for a delete marker."""
        return 0 if self.blob is None else self.blob.size
