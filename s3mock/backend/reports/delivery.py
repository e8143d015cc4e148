"""Reports and logs: objects that S3 puts into the bucket that a configuration names."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.clock import EPOCH
from s3mock.models import acl, checksums, encryption
from s3mock.models.encryption import DEFAULT, Encryption, Keyring
from s3mock.models.version import Version

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.models.acl import Acl


def deliver(
    cloud: Cloud,
    bucket: Bucket,
    key: str,
    data: bytes,
    *,
    when: float,
    cause: Cause,
    content_type: str,
    encrypted: Encryption | None = None,
    granted: Acl | None = None,
) -> Version:
    """Put a private object of the bucket's owner, with the Last-Modified ``when`` (seconds since 1970).

    ``encrypted`` is its encryption, by default the bucket's; ``granted`` its ACL, if it is not private.

    Raises NoSuchBucket if the bucket has been deleted.
    """
    md5 = hashlib.md5(data, usedforsecurity=False)
    blob = cloud.blobs.spool([data])
    how = encrypted or default_encryption(bucket)
    version = Version(
        key=key,
        blob=blob,
        etag=how.etag(md5.hexdigest()),
        checksum=checksums.of(checksums.DEFAULT, [data]),
        last_modified=EPOCH + timedelta(seconds=int(when)),
        owner=bucket.account,
        acl=granted or acl.private(bucket.account),
        headers={"ContentType": content_type},
        encryption=how,
    )
    return bucket.commit(lambda state: versions.put(state, version), cause).made


def default_encryption(bucket: Bucket) -> Encryption:
    """The encryption of objects that the bucket's own account puts without encryption parameters."""
    default = bucket.configuration.encryption
    return DEFAULT if default is None else encryption.by_default(default, keyring(bucket).arn)


def keyring(bucket: Bucket) -> Keyring:
    """The keyring of the bucket's own account."""
    return Keyring(bucket.partition, bucket.region, bucket.account.id)
