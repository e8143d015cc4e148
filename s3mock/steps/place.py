"""Where a request comes to: the region, the bucket, and the access point that may lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend import access_points, admission, redirects
from s3mock.errors import S3Error
from s3mock.models import regions
from s3mock.responses import access_point, directory
from s3mock.wire import hosts

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.responses.access_point import Through
    from s3mock.responses.registry import Handler
    from s3mock.wire.hosts import Target
    from s3mock.wire.http import Request
    from s3mock.wire.signature import Credential

WITHOUT_BUCKET = frozenset({"CreateBucket", "WriteGetObjectResponse"})
"""Operations whose bucket, by what the host or path says, is not there yet or is none."""


def arrive(
    cloud: Cloud, operation: str, target: Target, request: Request, signer: Credential | None
) -> tuple[str, Bucket | None]:
    """Return the region that the request is in and the bucket that it is for, None where that is not there.

    Raises PermanentRedirect and its like where one of AWS's endpoints is asked in the wrong region.
    """
    signed = None if signer is None else signer.region
    region = target.region or signed or regions.CLASSIC
    bucket = None
    if target.bucket is not None:
        # By the region and not by the host: a custom endpoint has buckets of every partition.
        bucket = cloud.partition(regions.partition_of(region)).get(target.bucket)
    if target.domain is not None and target.endpoint == "s3":
        region = redirects.arrival(operation, bucket, target.region, target.domain, in_host=target.style == "virtual")
        redirects.check_signed(signed, region, bucket, in_query="authorization" not in request.headers)
    return region, None if operation in WITHOUT_BUCKET else bucket


def enter(
    cloud: Cloud,
    operation: str,
    target: Target,
    bucket: Bucket | None,
    region: str,
    request: Request,
    signer: Credential | None,
    request_id: str,
    handler: Handler,
    expected_owner: str | None,
) -> tuple[Bucket | None, Through | None, Handler]:
    """Return the bucket that the request goes on in, the access point that it came through, if any, and who answers.

    ``bucket`` is the one that has the name itself, if one has. Raises NoSuchBucket, NoSuchAccessPoint and its like, and
    InvalidBucketOwnerAWSAccountID or AccessDenied for the owner that was expected.
    """
    name, through = target.bucket or "", None
    if bucket is None:
        through = _through(cloud, name, request, region, signer, request_id)
        if through is not None:
            handler = access_point.handler(operation, handler, through, of_bucket=target.key is None)
            name = through.point.buckets[0]
            bucket = cloud.partition(through.point.partition).get(name)
    if bucket is None and handler is directory.create_session and directory.comes_first(name, request.host):
        return None, through, directory.create_session_ahead
    return admission.admit(bucket, name, expected_owner), through, handler


def _through(
    cloud: Cloud, name: str, request: Request, region: str, signer: Credential | None, request_id: str
) -> Through | None:
    """Return how the request came if ``name`` is an access point's; None if it can only be a bucket's."""
    service = (signer and signer.service) or "s3"
    point = cloud.access_points.find(name, service, region, regions.partition_of(region))
    if point is None:
        return None
    key = None if signer is None else signer.access_key
    return access_point.Through(point, name, request.method, request.url, key, request_id)


def bucket_by_address(cloud: Cloud, target: Target) -> Bucket | None:
    """Return the bucket that an address leads to, whoever asks and wherever from; None where there is none."""
    if target.bucket is None:
        return None
    return access_points.bucket_behind(cloud, target.bucket, target.region or regions.CLASSIC, target.partition)


def target_of(cloud: Cloud, request: Request) -> Target | None:
    """Return what a request is addressed to, for those who look at it besides; None where nobody can tell."""
    try:
        return hosts.parse(request.host, request.path, cloud.settings.custom_endpoints)
    except S3Error:
        return None


def region_of_bucket(cloud: Cloud, request: Request) -> dict[str, str]:
    """Return what a refused HeadBucket tells all the same: where the bucket is, "regardless of the permissions"."""
    target = target_of(cloud, request)
    if target is None or target.key is not None or target.endpoint != "s3":
        return {}
    bucket = bucket_by_address(cloud, target)
    return {} if bucket is None else {redirects.HEADER: bucket.region}
