"""The address of a request: its region, its bucket, and the access point in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock import responses
from s3mock.backend import redirects
from s3mock.backend.expected_owner import existing_bucket
from s3mock.errors import S3Error
from s3mock.models import names, regions
from s3mock.models.directory import SUFFIX, zone_of
from s3mock.wire.routes import POST_OBJECT

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.exchange import Exchange, Handler

WITHOUT_BUCKET = frozenset({"new bucket", "token"})
"""The resources of operations for which the bucket in the host or the path need not exist."""


def locate(exchange: Exchange) -> None:
    """Note the region of the request, and the bucket that it names.

    Raises PermanentRedirect and its like at an endpoint of AWS in another region.
    """
    target, signer = exchange.target, exchange.signer
    signed = None if signer is None else signer.region
    region = target.region or signed or regions.CLASSIC
    bucket = None
    if target.bucket is not None:
        # By the region and not by the host: a custom endpoint has buckets of every partition.
        bucket = exchange.cloud.bucket(regions.partition_of(region), target.bucket)
    if target.domain is not None and target.endpoint == "s3":
        in_host = target.style == "virtual"
        region = redirects.region(exchange.operation, bucket, target.region, target.domain, in_host=in_host)
        if signer is not None and signed is not None and signed != region:
            raise redirects.wrong_region(signed, region, bucket, in_query=signer.in_query)
    exchange.region = region
    if bucket is not None and exchange.declared.on not in WITHOUT_BUCKET:
        exchange.set_bucket(bucket)


def resolve(exchange: Exchange, expected_owner: str | None) -> Handler:
    """Note the bucket behind an access point, and refuse one that does not exist; the operation's handler there.

    Which operations work at access points:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html ("a partial list": it
    has no operation that changes a bucket; operations on objects that are newer than the list count as supported),
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-best-practices.html and
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/MrapOperations.html

    Raises NoSuchBucket, InvalidBucketName for a name that no bucket can have, NoSuchAccessPoint and its like;
    MethodNotAllowed for an operation that does not work at the access point (assumed, and so is the ResourceType);
    AccessDenied for an unsigned request to one (User Guide, "Access points naming rules, restrictions, and
    limitations"); InvalidBucketOwnerAWSAccountID, or AccessDenied for another owner than the expected one.
    """
    declared, name = exchange.declared, exchange.target.bucket
    handler = declared.handler
    if name is None:
        return handler
    if declared.on in WITHOUT_BUCKET:
        return responses.handler(declared.name, "directory") if name.endswith(SUFFIX) else handler
    if not exchange.has_bucket:
        partition = regions.partition_of(exchange.region)
        service = (exchange.signer and exchange.signer.service) or "s3"
        point = exchange.cloud.access_points.find(name, service, exchange.region, partition)
        if point is not None:
            from s3mock.models.access_points import MultiRegionAccessPoint, Through  # noqa: PLC0415
            from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint  # noqa: PLC0415

            if isinstance(point, MultiRegionAccessPoint):
                works = declared.multi_region
            elif isinstance(point, ObjectLambdaAccessPoint):
                works, handler = declared.object_lambda, responses.handler(declared.name, "object lambda")
            else:
                works = declared.access_point
            if not works:
                raise S3Error("MethodNotAllowed", Method=exchange.request.method, ResourceType="ACCESSPOINT")
            if exchange.signer is None and declared.name != POST_OBJECT:  # a form has its signature inside
                raise S3Error("AccessDenied")
            exchange.through, name = Through(point, name), point.buckets[0]
            behind = exchange.cloud.bucket(point.partition, name)
            if behind is not None:
                exchange.set_bucket(behind)
        elif _is_session_ahead(exchange, name):
            return handler
        else:
            names.check_possible_bucket_name(name)
    bucket = existing_bucket(exchange.bucket if exchange.has_bucket else None, name, expected_owner)
    return handler if bucket.zone is None else responses.handler(declared.name, "directory")


def _is_session_ahead(exchange: Exchange, bucket: str) -> bool:
    """Whether a request creates a session for a directory bucket that does not exist yet, at a custom endpoint.

    botocore creates a session for CreateBucket there, which it does not at S3's endpoints.
    """
    return exchange.operation == "CreateSession" and exchange.target.domain is None and zone_of(bucket) is not None


def bucket_by_address(exchange: Exchange) -> Bucket | None:
    """The bucket at the request's address, also behind an access point; None where there is none.

    This is for unsigned requests, and for what is decided before the signer is known.
    """
    cloud, target = exchange.cloud, exchange.target
    if target.bucket is None:
        return None
    bucket = cloud.find_bucket(target.bucket)
    if bucket is None:
        try:
            point = cloud.access_points.find(target.bucket, "s3", target.region or regions.CLASSIC, target.partition)
        except S3Error:
            return None
        bucket = None if point is None else cloud.find_bucket(point.buckets[0])
    return bucket


def website_bucket(exchange: Exchange) -> Bucket:
    """The bucket whose website the request's host names.

    Raises NoSuchBucket, and IncorrectEndpoint at AWS's website endpoint of another region.
    """
    target, cloud = exchange.target, exchange.cloud
    name = target.bucket or ""
    if target.domain is not None and target.region is not None:
        bucket = cloud.bucket(regions.partition_of(target.region), name)
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
    """The header of a refused HeadBucket: the bucket's region, "regardless of the permissions"."""
    target = exchange.target
    if target.key is not None or target.endpoint != "s3":
        return {}
    bucket = bucket_by_address(exchange)
    return {} if bucket is None else {redirects.HEADER: bucket.region}
