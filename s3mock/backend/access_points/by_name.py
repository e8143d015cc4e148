"""The access points of one cloud by each of their names: an immutable part of its store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from s3mock.errors import S3Error
from s3mock.models.access_points import (
    AccessPoint,
    Point,
    arn_of_label,
    is_access_point_name,
    no_such_access_point,
)

if TYPE_CHECKING:
    from s3mock.models.bucket import BucketIdentity


class AccessPoints(NamedTuple):
    """The access points of all accounts and regions, by each of their names. An immutable part of the store."""

    by_name: Mapping[str, Point] = MappingProxyType({})

    def with_point(self, point: Point) -> AccessPoints:
        """These and another one. Raises AccessPointAlreadyOwnedByYou if the account has one of this name there."""
        if point.arn in self.by_name:
            raise S3Error("AccessPointAlreadyOwnedByYou")
        return AccessPoints({**self.by_name, **dict.fromkeys(point.names, point)})

    def with_changed(self, point: AccessPoint) -> AccessPoints:
        """These with another state of one of them. Raises NoSuchAccessPoint if it is not there."""
        if point.arn not in self.by_name:
            raise no_such_access_point(point.arn)
        return AccessPoints({**self.by_name, **dict.fromkeys(point.names, point)})

    def with_others(self, others: Iterable[tuple[AccessPoint, tuple[str, ...]]]) -> AccessPoints:
        """These, and others with more names; these go before others of the same name."""
        more = {name: point for point, names in others for name in (*point.names, *names)}
        return AccessPoints({**more, **self.by_name}) if more else self

    def without(self, point: Point) -> AccessPoints:
        """These without one. Raises NoSuchAccessPoint (or NoSuchMultiRegionAccessPoint) if it is not there."""
        if point.arn not in self.by_name:
            raise no_such_access_point(point.arn)
        return AccessPoints({name: other for name, other in self.by_name.items() if other.arn != point.arn})

    def find(self, name: str, service: str, region: str, partition: str) -> Point | None:
        """The access point called ``name``, by its ARN, alias or host; None where the name can only be a bucket's.

        ``service``, ``region`` and ``partition`` are those of a request to a custom endpoint, whose host has only the
        label of an access point. Raises NoSuchAccessPoint (or NoSuchMultiRegionAccessPoint) for an unknown name.
        """
        if not is_access_point_name(name):
            name = arn_of_label(name, service, region, partition) or name
            if name not in self.by_name:
                return None
        point = self.by_name.get(name)
        if point is None:
            raise no_such_access_point(name)
        from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint  # noqa: PLC0415 - few have one

        if isinstance(point, ObjectLambdaAccessPoint):
            supporting = self.by_name.get(point.supporting.arn)
            if not isinstance(supporting, AccessPoint):
                raise no_such_access_point(point.supporting.arn)  # assumed: it does not exist without it
            return replace(point, supporting=supporting)  # whose policy may have changed
        return point

    def check_detached(self, bucket: BucketIdentity) -> None:
        """Refuse to delete a bucket that has access points. Raises BucketHasAccessPointsAttached."""
        if not self.by_name:
            return
        from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint  # noqa: PLC0415

        for point in self.by_name.values():
            if isinstance(point, ObjectLambdaAccessPoint):
                continue  # it is attached to its access point
            if bucket.name in point.buckets and point.partition == bucket.partition:
                raise S3Error("BucketHasAccessPointsAttached")
