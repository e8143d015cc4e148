"""Adding access points to a cloud, and removing them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.models import policy
from s3mock.models.access_points import (
    AccessPoint,
    MultiRegionAccessPoint,
    Point,
)
from s3mock.models.access_points.lambda_context import check_function
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
from s3mock.models.account import account

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.store import Store
    from s3mock.models.access_points.object_lambda import Function
    from s3mock.models.policy import Policy


def add(cloud: Cloud, point: Point) -> None:
    """Add an access point.

    Raises AccessPointAlreadyOwnedByYou if the account has one of this name there, and NoSuchBucket if a bucket of it
    has been deleted.
    """

    def with_point(store: Store) -> Store:
        for name in point.buckets:
            if (point.partition, name) not in store.buckets:
                raise S3Error("NoSuchBucket", BucketName=name)
        return store._replace(access_points=store.access_points.with_point(point))

    cloud.update(with_point)


def remove(cloud: Cloud, point: Point) -> None:
    """Remove an access point. Raises NoSuchAccessPoint (or NoSuchMultiRegionAccessPoint) if it is not there."""
    cloud.update(lambda store: store._replace(access_points=store.access_points.without(point)))


def add_access_point(
    cloud: Cloud,
    name: str,
    bucket: str,
    account_id: str | None = None,
    written: str | Mapping[str, Any] | None = None,
    vpc_id: str | None = None,
) -> AccessPoint:
    """Add an access point of ``bucket`` in its region, for its owner's account or another; return it.

    ``written`` is its policy, as JSON or as a dictionary; ``vpc_id`` restricts it to a VPC.
    Raises NoSuchBucket, InvalidAccessPoint, AccessPointAlreadyOwnedByYou, MalformedPolicy.
    """
    below = _bucket(cloud, bucket)
    owner = below.account if account_id is None else account(account_id)
    point = AccessPoint(name, below.name, owner, below.region, below.partition, vpc_id=vpc_id)
    point = replace(point, policy=_policy(written, point.arn))
    add(cloud, point)
    return point


def put_policy(cloud: Cloud, point: AccessPoint | str, written: str | Mapping[str, Any] | None) -> AccessPoint:
    """Replace the policy of an access point, or delete it (None); return the access point as it is now.

    Raises NoSuchAccessPoint and its like, MalformedPolicy; TypeError for another kind of access point.
    """
    name = point if isinstance(point, str) else point.arn
    found = cloud.store.access_points.find(name, "s3", "", "aws")
    if not isinstance(found, AccessPoint):
        raise TypeError(f"{name} is not an access point of one bucket: only those have policies here")
    changed = replace(found, policy=_policy(written, found.arn))
    cloud.update(lambda store: store._replace(access_points=store.access_points.with_changed(changed)))
    return changed


def _policy(written: str | Mapping[str, Any] | None, arn: str) -> Policy | None:
    if written is None:
        return None
    return policy.of_access_point(written if isinstance(written, str) else json.dumps(written), arn)


def add_multi_region_access_point(
    cloud: Cloud, name: str, buckets: Iterable[str], account_id: str | None = None
) -> MultiRegionAccessPoint:
    """Add a Multi-Region Access Point of several buckets, for the first one's account or another; return it.

    Raises NoSuchBucket, InvalidAccessPoint, AccessPointAlreadyOwnedByYou; ValueError where there is no bucket or two
    lie in one region.
    """
    below = [_bucket(cloud, bucket) for bucket in buckets]
    if not below or len({bucket.region for bucket in below}) < len(below):
        raise ValueError("a Multi-Region Access Point has one bucket in each of its regions, and at least one")
    owner = below[0].account if account_id is None else account(account_id)
    point = MultiRegionAccessPoint(name, tuple(bucket.name for bucket in below), owner, below[0].partition)
    add(cloud, point)
    return point


def add_object_lambda(
    cloud: Cloud,
    name: str,
    access_point: AccessPoint | str,
    function: Function,
    *,
    payload: str = "",
    features: Iterable[str] = (),
) -> ObjectLambdaAccessPoint:
    """Add an Object Lambda access point, where ``function`` answers GetObject; return it.

    ``access_point`` is the supporting access point, or its ARN or alias. Raises NoSuchAccessPoint, InvalidAccessPoint,
    AccessPointAlreadyOwnedByYou; TypeError for a coroutine function or anything that is not callable, and for another
    kind of access point; ValueError for an unknown feature.
    """
    check_function(function)
    supporting_name = access_point if isinstance(access_point, str) else access_point.arn
    supporting = cloud.access_points.find(supporting_name, "s3", "", "aws")
    if not isinstance(supporting, AccessPoint):
        raise TypeError(f"{access_point!r} is not an access point of a bucket")
    point = ObjectLambdaAccessPoint(name, supporting, function, payload, frozenset(features))
    add(cloud, point)
    return point


def _bucket(cloud: Cloud, name: str) -> Bucket:
    bucket = cloud.find_bucket(name)
    if bucket is None:
        raise S3Error("NoSuchBucket", BucketName=name)
    return bucket
