"""Requests that come through an access point: which operations work there."""

from __future__ import annotations

from s3mock.backend.bucket import Bucket
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.access_points import AccessPoint, MultiRegionAccessPoint, Point
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
from s3mock.responses.registry import Handler


def handler(exchange: Exchange, point: Point) -> Handler:
    """The handler of a request that comes through an access point.

    Which operations work there: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html
    ("a partial list": it has no operation that changes a bucket; operations on objects that are newer than the list are
    taken for supported), https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-best-practices.html and
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/MrapOperations.html

    Raises MethodNotAllowed for any other operation (assumed, and so is the ResourceType), and AccessDenied for an
    unsigned request: access points take none (User Guide, "Access points naming rules, restrictions, and limitations").
    A browser's form has its signature inside.
    """
    declared = exchange.declared
    if isinstance(point, MultiRegionAccessPoint):
        works, answers = declared.multi_region, declared.handler
    elif isinstance(point, ObjectLambdaAccessPoint):
        works, answers = declared.object_lambda, declared.object_lambda_handler
    else:
        works, answers = declared.access_point, declared.handler
    if not works:
        raise S3Error("MethodNotAllowed", Method=exchange.request.method, ResourceType="ACCESSPOINT")
    if exchange.signer is None and declared.name != "PostObject":
        raise S3Error("AccessDenied")
    return answers


def source_bucket(exchange: Exchange, name: str) -> tuple[Bucket | None, Point | None]:
    """Return the bucket that a copy source names, None where there is none, and the access point that it names it by.

    "Amazon S3 supports copy operations using Access points only when the source and destination buckets are in the same
    AWS Region" (CopyObject), Multi-Region Access Points only as the destination, and Object Lambda access points not as
    the source. Which errors these are is assumed: NotImplemented for a kind that cannot be a source, InvalidRequest for
    two regions. Raises NoSuchAccessPoint and its like.
    """
    buckets = exchange.cloud.partition(exchange.bucket.partition)
    found = buckets.get(name)
    regional = exchange.through is not None and not isinstance(exchange.through.point, MultiRegionAccessPoint)
    point = None
    if found is None:
        point = exchange.cloud.access_points.find(name, "s3", exchange.region, exchange.bucket.partition)
        if point is None:
            return None, None
        if not isinstance(point, AccessPoint):
            raise S3Error("NotImplemented", Header="x-amz-copy-source")
        found, regional = buckets.get(point.bucket), True
    if regional and found is not None and found.region != exchange.bucket.region:
        raise S3Error("InvalidRequest", "Access points of another Region cannot be copied from or to.")
    return found, point
