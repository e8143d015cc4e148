"""A multipart upload in progress, and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

from s3mock.dataclass import dataclass
from s3mock.models.account import Account
from s3mock.models.acl import Acl
from s3mock.models.blob import Bytes
from s3mock.models.checksums import Checksum
from s3mock.models.encryption import DEFAULT, Encryption
from s3mock.models.object_lock import ObjectLock
from s3mock.models.tagging import TagSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One uploaded part. ``etag`` has no quotes; ``checksum`` is the part's own."""

    part_number: int
    etag: str
    last_modified: datetime
    blob: Bytes
    checksum: Checksum | None = None

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self.blob.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A multipart upload: the parameters of CreateMultipartUpload, and the parts so far, ordered by number.

    ``initiator_arn`` is the ARN of the user, session or root user of the account ``initiator``, "anonymous" for an
    unsigned request. ``checksum_algorithm`` and ``checksum_type`` are None where CreateMultipartUpload did not choose
    them. ``overtaken`` means that the key was written or deleted after the upload had been initiated: a conditional
    Complete is then refused.
    """

    key: str
    upload_id: str
    initiated: datetime
    owner: Account
    initiator: Account
    initiator_arn: str = "anonymous"
    storage_class: str = "STANDARD"
    headers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    checksum_algorithm: str | None = None
    checksum_type: str | None = None
    acl: Acl | None = None
    encryption: Encryption = DEFAULT
    tags: TagSet = ()
    lock: ObjectLock | None = None
    parts: Sequence[Part] = ()
    overtaken: bool = False
