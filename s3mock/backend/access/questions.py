"""What a request is about, for the decision: the bucket or the object, whose it is, its list, its tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend.access import Asked, grants, ownership_controls
from s3mock.models.access_points import AccessPoint

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.models.access_points import Point
    from s3mock.models.account import Account
    from s3mock.models.policy import Policy, RequestContext
    from s3mock.models.principal import Principal
    from s3mock.models.version import Version


def of_bucket(
    bucket: Bucket, action: str, principal: Principal | None, keys: RequestContext, point: Point | None = None
) -> Asked:
    """Return the question whether ``action`` may be done to the bucket."""
    return Asked(
        principal,
        action,
        bucket.arn,
        bucket.arn if point is None else point.arn,
        {**keys, **bucket_keys(bucket)},
        bucket.account,
        bucket,
        grants.list_of(bucket, bucket.configuration("acl")),
        grants.OF_BUCKETS.get(action),
        _policy(point),
    )


def of_object(
    bucket: Bucket,
    key: str,
    action: str,
    principal: Principal | None,
    keys: RequestContext,
    *,
    version: Version | None = None,
    owner: Account | None = None,
    point: Point | None = None,
) -> Asked:
    """Return the question whether ``action`` may be done to an object.

    ``version`` is the one that is there and that it is about; where there is none, or the action is about what is to
    be there (it writes a new one, or deletes), it is the bucket that decides. ``owner`` is another owner than that.
    """
    about_version = version is not None and action not in _OF_THE_BUCKET
    acl, permissions = bucket.configuration("acl"), grants.OF_BUCKETS
    if version is not None and about_version:
        owner = ownership_controls.sole_owner(bucket) or version.owner
        acl, permissions = version.acl, grants.OF_OBJECTS
    return Asked(
        principal,
        action,
        f"{bucket.arn}/{key}",
        f"{bucket.arn}/{key}" if point is None else f"{point.arn}/object/{key}",
        {**keys, **bucket_keys(bucket), **version_keys(version)},
        owner or bucket.account,
        bucket,
        grants.list_of(bucket, acl),
        permissions.get(action),
        _policy(point),
    )


_OF_THE_BUCKET = frozenset({"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"})
"""Actions on objects that the bucket's owner decides, whoever owns what is there."""


def _policy(point: Point | None) -> Policy | None:
    return point.policy if isinstance(point, AccessPoint) else None


def bucket_keys(bucket: Bucket) -> RequestContext:
    """Return the keys that say whose a bucket is, and its tags where attribute-based access control is on."""
    owner = (bucket.account.id,)
    keys = {"aws:resourceaccount": owner, "s3:resourceaccount": owner}
    if bucket.configuration("abac") == "Enabled":
        for key, value in bucket.configuration("tags", ()):
            keys[f"aws:resourcetag/{key}".lower()] = keys[f"s3:buckettag/{key}".lower()] = (value,)
    return keys


def version_keys(version: Version | None) -> RequestContext:
    """Return the keys that say which tags an object has."""
    tags = () if version is None else version.tags
    return {f"s3:existingobjecttag/{key}".lower(): (value,) for key, value in tags}
