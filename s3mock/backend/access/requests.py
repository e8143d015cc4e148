"""Access requests for a bucket and for an object: their owner, ACL and tags, gathered for the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend.access import grants, ownership_controls
from s3mock.backend.access.decision import AccessRequest
from s3mock.models.access_points import AccessPoint
from s3mock.models.account import ANONYMOUS

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.models.access_points import Point
    from s3mock.models.account import Account
    from s3mock.models.policy import RequestContext
    from s3mock.models.principal import Principal
    from s3mock.models.version import Version

BUCKET_DECIDES = frozenset({"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"})
"""Actions on objects that the bucket's owner allows, even if another account owns the present object."""


def on_bucket(
    bucket: Bucket, action: str, principal: Principal | None, keys: RequestContext, point: Point | None = None
) -> AccessRequest:
    """The request to perform ``action`` on the bucket, named by its own ARN or by that of the access point."""
    return AccessRequest(
        principal=principal,
        action=action,
        resource=bucket.arn,
        named=bucket.arn if point is None else point.arn,
        keys={**keys, **bucket_keys(bucket)},
        owner=bucket.account,
        bucket=bucket,
        acl=grants.acl_in_force(bucket, bucket.configuration.acl),
        permission=grants.BUCKET_PERMISSIONS.get(action),
        point_policy=point.policy if isinstance(point, AccessPoint) else None,
        vpc_id=point.vpc_id if isinstance(point, AccessPoint) else None,
    )


def on_object(
    bucket: Bucket,
    key: str,
    action: str,
    principal: Principal | None,
    keys: RequestContext,
    *,
    version: Version | None = None,
    owner: Account | None = None,
    point: Point | None = None,
) -> AccessRequest:
    """The request to perform ``action`` on an object, named below its bucket or below an access point.

    ``version`` is the existing version it is about, None where there is none. Actions that write a new version or
    delete one are allowed by the bucket. ``owner`` is given where another account counts as the owner.
    """
    acl, permissions = bucket.configuration.acl, grants.BUCKET_PERMISSIONS
    if version is not None and action not in BUCKET_DECIDES:
        owner = ownership_controls.sole_owner(bucket.state) or version.owner
        acl, permissions = version.acl, grants.OBJECT_PERMISSIONS
    permission = permissions.get(action)
    if action == "s3:DeleteObject":
        # WRITE: "For the bucket and object owners of existing objects, also allows deletions" (PutBucketAcl; seen by
        # https://github.com/scality/cloudserver/pull/3782). Everybody with WRITE may still replace an object:
        # https://github.com/aws/aws-sdk-java/issues/780.
        caller = ANONYMOUS if principal is None else principal.account
        permission = permission if version is not None and version.owner == caller else None
    tags = () if version is None else version.tags
    return AccessRequest(
        principal=principal,
        action=action,
        resource=f"{bucket.arn}/{key}",
        named=f"{bucket.arn}/{key}" if point is None else f"{point.arn}/object/{key}",
        keys={
            **keys,
            **bucket_keys(bucket),
            **{f"s3:existingobjecttag/{key}".lower(): (value,) for key, value in tags},
        },
        owner=owner or bucket.account,
        bucket=bucket,
        acl=grants.acl_in_force(bucket, acl),
        permission=permission,
        point_policy=point.policy if isinstance(point, AccessPoint) else None,
        vpc_id=point.vpc_id if isinstance(point, AccessPoint) else None,
    )


def bucket_keys(bucket: Bucket) -> RequestContext:
    """The condition keys of a bucket: its account, and its tags where attribute-based access control is on."""
    owner = (bucket.account.id,)
    keys = {"aws:resourceaccount": owner, "s3:resourceaccount": owner}
    if bucket.configuration.abac == "Enabled":
        for key, value in bucket.configuration.tags:
            keys[f"aws:resourcetag/{key}".lower()] = keys[f"s3:buckettag/{key}".lower()] = (value,)
    return keys
