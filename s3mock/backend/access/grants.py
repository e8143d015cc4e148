"""What access control lists grant: which permission allows which action, and to whom.

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
    from s3mock.models.public_access_block import PublicAccessBlock

OF_BUCKETS: Mapping[str, str] = {
    "s3:ListBucket": "READ",
    "s3:ListBucketVersions": "READ",
    "s3:ListBucketMultipartUploads": "READ",
    "s3:PutObject": "WRITE",
    "s3:DeleteObject": "WRITE",
    "s3:GetBucketAcl": "READ_ACP",
    "s3:PutBucketAcl": "WRITE_ACP",
}
"""The permission in a bucket's list that allows each action.

That who may write may delete what others have put, is of older editions of the page (assumed).
"""

OF_OBJECTS: Mapping[str, str] = {
    "s3:GetObject": "READ",
    "s3:GetObjectVersion": "READ",
    "s3:GetObjectAcl": "READ_ACP",
    "s3:GetObjectVersionAcl": "READ_ACP",
    "s3:PutObjectAcl": "WRITE_ACP",
    "s3:PutObjectVersionAcl": "WRITE_ACP",
}
"""The permission in an object's list that allows each action."""


def list_of(bucket: Bucket, acl: Acl | None) -> Acl:
    """Return the list that is in force for the bucket, or for an object with the list ``acl`` in it."""
    sole_owner = ownership_controls.sole_owner(bucket)
    found = private(bucket.account) if acl is None else acl
    return found if sole_owner is None else private(sole_owner)


def grantee(bucket: Bucket, acl: Acl, permission: str, principal: Principal | None) -> str | None:
    """Return to whom the list grants the permission that the caller has: a group, or its account; None for no grant.

    What public groups are granted does not count where the bucket ignores public lists.
    """
    block: PublicAccessBlock | None = bucket.configuration("public_access_block")
    among = {(ANONYMOUS if principal is None else principal.account).canonical_id}
    if block is None or not block.ignore_public_acls:
        among.add(ALL_USERS)
        if principal is not None:
            among.add(AUTHENTICATED_USERS)
    granted = {grant.grantee for grant in acl.grants if grant.permission in (permission, "FULL_CONTROL")}
    return min(among & granted, default=None)
