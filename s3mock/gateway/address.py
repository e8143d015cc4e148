"""Where a request arrives: the region, the bucket, and the access point that may lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend import access_points, redirects
from s3mock.backend.expected_owner import existing_bucket
from s3mock.errors import S3Error
from s3mock.models import regions
from s3mock.models.access_points import Through
from s3mock.responses import access_points as through_points
from s3mock.responses import directory

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.exchange import Exchange, Handler

WITHOUT_BUCKET = frozenset({"new bucket", "token"})
"""What operations are on whose bucket, by the host or the path, does not exist yet or is none."""


def arrive(exchange: Exchange) -> None:
    """Find the region that the request arrives in and the bucket that it names.

    Raises PermanentRedirect and its like at an endpoint of AWS in another region.
    """
    target, signed = exchange.target, None if exchange.signer is None else exchange.signer.region
    region = target.region or signed or regions.CLASSIC
    bucket = None
    if target.bucket is not None:
        # By the region and not by the host: a custom endpoint has buckets of every partition.
        bucket = exchange.cloud.partition(regions.partition_of(region)).get(target.bucket)
    if target.domain is not None and target.endpoint == "s3":
        in_host = target.style == "virtual"
        region = redirects.region(exchange.operation, bucket, target.region, target.domain, in_host=in_host)
        redirects.check_signed_region(signed, region, bucket, in_query="authorization" not in exchange.headers)
    exchange.region = region
    if bucket is not None and exchange.declared.on not in WITHOUT_BUCKET:
        exchange.enter(bucket)


def enter(exchange: Exchange, expected_owner: str | None) -> Handler:
    """Enter the bucket that the request names, directly or through an access point; return the handler there.

    Raises NoSuchBucket, NoSuchAccessPoint and its like, MethodNotAllowed for an operation that access points do not
    have, and InvalidBucketOwnerAWSAccountID or AccessDenied for another owner than the expected one.
    """
    declared, name = exchange.declared, exchange.target.bucket
    handler = declared.handler
    if name is None or declared.on in WITHOUT_BUCKET:
        return handler
    if not exchange.has_bucket:
        partition, service = (
            regions.partition_of(exchange.region),
            (exchange.signer and exchange.signer.service) or "s3",
        )
        point = exchange.cloud.access_points.find(name, service, exchange.region, partition)
        if point is not None:
            exchange.through = Through(point, name)
            handler, name = through_points.handler(exchange, point), point.buckets[0]
            behind = exchange.cloud.partition(point.partition).get(name)
            if behind is not None:
                exchange.enter(behind)
        elif directory.is_session_ahead(exchange, name):
            return handler
    bucket = existing_bucket(exchange.bucket if exchange.has_bucket else None, name, expected_owner)
    return handler if bucket.zone is None else declared.directory_handler


def bucket_by_address(exchange: Exchange) -> Bucket | None:
    """The bucket that the request's address leads to, whoever sent it and from wherever; None where there is none."""
    target = exchange.target
    if target.bucket is None:
        return None
    return access_points.bucket_behind(
        exchange.cloud, target.bucket, target.region or regions.CLASSIC, target.partition
    )


def website_bucket(exchange: Exchange) -> Bucket:
    """The bucket whose website the request's host names; any other host is a bucket's name itself (assumed).

    Raises NoSuchBucket, and IncorrectEndpoint at AWS's website endpoint of another region.
    """
    target, cloud = exchange.target, exchange.cloud
    name = (target.bucket if target.style == "virtual" else None) or exchange.request.host
    if target.domain is not None and target.region is not None:
        bucket = cloud.partition(regions.partition_of(target.region)).get(name)
    else:
        bucket = cloud.find_bucket(name)
    if bucket is None:
        raise S3Error("NoSuchBucket", BucketName=name)
    if target.domain is not None and bucket.region != (target.region or regions.CLASSIC):
        # us-east-1 has a label of the old form here: AWS General Reference, "Amazon S3 website endpoints".
        classic = bucket.region == regions.CLASSIC
        label = f"s3-{regions.CLASSIC}" if classic else regions.endpoint_label(bucket.region)
        endpoint = f"{bucket.name}.s3-website{label.removeprefix('s3')}.{target.domain}"
        raise S3Error("IncorrectEndpoint", Endpoint=endpoint)
    return bucket


def bucket_region(exchange: Exchange) -> dict[str, str]:
    """The header that a refused HeadBucket has, too: the bucket's region, "regardless of the permissions"."""
    target = exchange.target
    if target.key is not None or target.endpoint != "s3":
        return {}
    bucket = bucket_by_address(exchange)
    return {} if bucket is None else {redirects.HEADER: bucket.region}
