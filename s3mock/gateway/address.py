"""Where a request comes to: the region, the bucket, and the access point that may lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend import access_points, admission, redirects
from s3mock.models import regions
from s3mock.models.access_points import Through
from s3mock.responses import access_points as access_point
from s3mock.responses import directory

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.exchange import Exchange
    from s3mock.http import Target
    from s3mock.responses.registry import Handler

WITHOUT_BUCKET = frozenset({"CreateBucket", "WriteGetObjectResponse"})
"""Operations whose bucket, by what the host or path says, is not there yet or is none."""


def arrive(exchange: Exchange) -> None:
    """Find the region that the request is in and the bucket that it is for.

    Raises PermanentRedirect and its like where one of AWS's endpoints is asked in the wrong region.
    """
    target, signed = exchange.target, None if exchange.signer is None else exchange.signer.region
    region = target.region or signed or regions.CLASSIC
    bucket = None
    if target.bucket is not None:
        # By the region and not by the host: a custom endpoint has buckets of every partition.
        bucket = exchange.cloud.partition(regions.partition_of(region)).get(target.bucket)
    if target.domain is not None and target.endpoint == "s3":
        in_host = target.style == "virtual"
        region = redirects.arrival(exchange.operation, bucket, target.region, target.domain, in_host=in_host)
        redirects.check_signed(signed, region, bucket, in_query="authorization" not in exchange.headers)
    exchange.region = region
    if exchange.operation not in WITHOUT_BUCKET:
        exchange.enter(bucket)


def enter(exchange: Exchange, handler: Handler, expected_owner: str | None) -> Handler:
    """Go on in the bucket that the request names, itself or by an access point; return who answers.

    Raises NoSuchBucket, NoSuchAccessPoint and its like, and InvalidBucketOwnerAWSAccountID or AccessDenied for the
    owner that was expected.
    """
    name = exchange.target.bucket
    if name is None or exchange.operation in WITHOUT_BUCKET:
        return handler
    if not exchange.has_bucket:
        partition = regions.partition_of(exchange.region)
        point = exchange.cloud.access_points.find(
            name, (exchange.signer and exchange.signer.service) or "s3", exchange.region, partition
        )
        if point is not None:
            exchange.through = Through(point, name)
            handler, name = access_point.handler(exchange, handler, point), point.buckets[0]
            exchange.enter(exchange.cloud.partition(point.partition).get(name))
        elif handler is directory.create_session and directory.comes_first(name, exchange.request.host):
            return directory.create_session_ahead
    admission.admit(exchange.bucket if exchange.has_bucket else None, name, expected_owner)
    return handler


def bucket_by_address(exchange: Exchange, target: Target) -> Bucket | None:
    """Return the bucket that an address leads to, whoever asks and wherever from; None where there is none."""
    if target.bucket is None:
        return None
    return access_points.bucket_behind(
        exchange.cloud, target.bucket, target.region or regions.CLASSIC, target.partition
    )


def region_of_bucket(exchange: Exchange) -> dict[str, str]:
    """Return what a refused HeadBucket tells all the same: where the bucket is, "regardless of the permissions"."""
    target = getattr(exchange, "target", None)
    if target is None or target.key is not None or target.endpoint != "s3":
        return {}
    bucket = bucket_by_address(exchange, target)
    return {} if bucket is None else {redirects.HEADER: bucket.region}
