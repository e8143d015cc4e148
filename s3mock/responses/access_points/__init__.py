"""Requests that come through an access point: which operations may, and who answers them."""

from __future__ import annotations

from s3mock.backend.bucket import Bucket
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.access_points import AccessPoint, MultiRegionAccessPoint, Point
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
from s3mock.responses.access_points import object_lambda
from s3mock.responses.registry import Handler

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html ("a partial list": it has
# no operation that changes a bucket; operations on objects that are newer than the list are taken for supported)
BUCKET_OPERATIONS = frozenset(
    {
        "DeleteObjects",
        "GetBucketAcl",
        "GetBucketCors",
        "GetBucketLocation",
        "GetBucketNotificationConfiguration",
        "GetBucketPolicy",
        "HeadBucket",
        "ListMultipartUploads",
        "ListObjectVersions",
        "ListObjects",
        "ListObjectsV2",
        "PostObject",
        "PreflightRequest",
    }
)
NOT_THROUGH_OBJECT_LAMBDA = frozenset({"PostObject", "SelectObjectContent"})
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-best-practices.html"""
MULTI_REGION_OPERATIONS = frozenset(
    {
        "AbortMultipartUpload",
        "CompleteMultipartUpload",
        "CopyObject",  # as the destination (API page CopyObject)
        "CreateMultipartUpload",
        "DeleteObject",
        "DeleteObjectTagging",
        "GetObject",
        "GetObjectAcl",
        "GetObjectLegalHold",
        "GetObjectRetention",
        "GetObjectTagging",
        "HeadObject",
        "ListMultipartUploads",
        "ListObjectsV2",
        "ListParts",
        "PreflightRequest",
        "PutObject",
        "PutObjectAcl",
        "PutObjectLegalHold",
        "PutObjectRetention",
        "PutObjectTagging",
        "RestoreObject",
        "UploadPart",
    }
)
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/MrapOperations.html"""

SIGNED_ELSEWHERE = frozenset({"PostObject", "PreflightRequest"})
"""Requests that carry no signature themselves: a browser's form has one inside, its preflight needs none."""


def handler(exchange: Exchange, usual: Handler, point: Point) -> Handler:
    """Return who answers a request at an access point.

    Raises MethodNotAllowed for an operation that is not for access points (assumed, and so is the ResourceType), and
    AccessDenied for an anonymous request: access points take none (User Guide, "Access points naming rules,
    restrictions, and limitations").
    """
    operation = exchange.operation
    if isinstance(point, MultiRegionAccessPoint):
        allowed = operation in MULTI_REGION_OPERATIONS
    else:
        allowed = operation in BUCKET_OPERATIONS or exchange.target.key is not None
    if isinstance(point, ObjectLambdaAccessPoint):
        allowed = allowed and operation not in NOT_THROUGH_OBJECT_LAMBDA
    if not allowed:
        raise S3Error("MethodNotAllowed", Method=exchange.request.method, ResourceType="ACCESSPOINT")
    if exchange.signer is None and operation not in SIGNED_ELSEWHERE:
        raise S3Error("AccessDenied")
    if isinstance(point, ObjectLambdaAccessPoint):
        return object_lambda.HANDLERS.get(operation, usual)
    return usual


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
