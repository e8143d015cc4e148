"""The grants of access control lists: which permission allows which action, and to which grantee.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from s3mock.backend.access import ownership_controls
from s3mock.models.account import ANONYMOUS
from s3mock.models.acl import ALL_USERS, AUTHENTICATED_USERS, private

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.models.acl import Acl
    from s3mock.models.principal import Principal

BUCKET_PERMISSIONS: Mapping[str, str] = {
    "s3:ListBucket": "READ",
    "s3:ListBucketVersions": "READ",
    "s3:ListBucketMultipartUploads": "READ",
    "s3:PutObject": "WRITE",
    "s3:DeleteObject": "WRITE",
    "s3:GetBucketAcl": "READ_ACP",
    "s3:PutBucketAcl": "WRITE_ACP",
}
"""The permission in a bucket's ACL that allows each action; WRITE allows callers to delete only their own objects."""

OBJECT_PERMISSIONS: Mapping[str, str] = {
    "s3:GetObject": "READ",
    "s3:GetObjectVersion": "READ",
    "s3:GetObjectAcl": "READ_ACP",
    "s3:GetObjectVersionAcl": "READ_ACP",
    "s3:PutObjectAcl": "WRITE_ACP",
    "s3:PutObjectVersionAcl": "WRITE_ACP",
}
"""The permission in an object's ACL that allows each action."""


def acl_in_force(bucket: Bucket, acl: Acl | None) -> Acl:
    """The ACL that counts for the bucket, or for an object in it whose ACL is ``acl``.

    It is the private one where there is none, and where object ownership has disabled ACLs.
    """
    sole_owner = ownership_controls.sole_owner(bucket.state)
    if sole_owner is not None:
        return private(sole_owner)
    return private(bucket.account) if acl is None else acl


def grantee(bucket: Bucket, acl: Acl, permission: str, principal: Principal | None) -> str | None:
    """The grantee of ``permission`` that the principal is: a group's URI or its canonical id; None without a grant.

    Grants to public groups do not count in a bucket that ignores public ACLs.
    """
    block = bucket.configuration.public_access_block
    identities = {(ANONYMOUS if principal is None else principal.account).canonical_id}
    if block is None or not block.ignore_public_acls:
        identities.add(ALL_USERS)
        if principal is not None:
            identities.add(AUTHENTICATED_USERS)
    granted = {grant.grantee for grant in acl.grants if grant.permission in (permission, "FULL_CONTROL")}
    return min(identities & granted, default=None)
