"""The region of a request: S3 redirects requests for buckets elsewhere, and refuses signatures for another region.

| the bucket is named | at the endpoint of | the region of the request                                                |
|---------------------|--------------------|--------------------------------------------------------------------------|
| anywhere            | a region           | that region                                                              |
| in the host         | no region          | the bucket's, as DNS resolves it; us-east-1 if it is one of regions.LATE |
| in the path         | no region          | us-east-1                                                                |

https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html

Differs: DNS knows a new bucket at once. S3 may return 307 TemporaryRedirect in the bucket's first hours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.models import regions

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket

IN_ANY_REGION = frozenset({"CreateBucket", "GetBucketLocation"})
"""Operations that are not redirected (API page of the latter: "In other Regions, the bucket policy doesn't apply")."""

HEADER = "x-amz-bucket-region"


def region(operation: str, bucket: Bucket | None, endpoint: str | None, domain: str, *, in_host: bool) -> str:
    """The region of a request. ``bucket`` is None where the request names no bucket, or one that does not exist.

    ``endpoint`` is the region of the endpoint, None for the global one, and ``domain`` its domain. ``in_host`` means
    that the host names the bucket.

    Raises PermanentRedirect (https://github.com/yanganto/s3rs/issues/18), or IllegalLocationConstraintException if
    either region is late (https://github.com/aws/aws-cli/pull/9113; that it has ``x-amz-bucket-region`` is assumed).
    """
    if bucket is None or bucket.zone is not None:
        return endpoint or regions.CLASSIC
    home = bucket.region
    if endpoint is None and in_host and home not in regions.LATE:
        return home
    here = endpoint or regions.CLASSIC
    if home == here or operation in IN_ANY_REGION:
        return here
    headers = {HEADER: home}
    if home in regions.LATE or here in regions.LATE:
        constraint = None if home == regions.CLASSIC else home
        raise regions.illegal_location_constraint(constraint, headers)
    # The host has the bucket even if the request named it in the path
    # (https://github.com/carrierwaveuploader/carrierwave/issues/285), except in us-east-1
    # (https://github.com/chilts/awssum-amazon-s3/issues/3).
    host = "s3" if home == regions.CLASSIC else f"{bucket.name}.{regions.endpoint_label(home)}"
    raise S3Error("PermanentRedirect", headers=headers, Endpoint=f"{host}.{domain}", Bucket=bucket.name)


def wrong_region(signed: str, here: str, bucket: Bucket | None, *, in_query: bool) -> S3Error:
    """The error for a request that was signed for another region than its own.

    https://github.com/s3fs-fuse/s3fs-fuse/issues/227; for a presigned URL
    https://github.com/HHS/Head-Start-TTADP/issues/370.
    """
    wrong = f"the region '{signed}' is wrong; expecting '{here}'"
    headers = {} if bucket is None else {HEADER: bucket.region}
    if in_query:
        message = f"Error parsing the X-Amz-Credential parameter; {wrong}"
        return S3Error("AuthorizationQueryParametersError", message, headers=headers, Region=here)
    message = f"The authorization header is malformed; {wrong}"
    return S3Error("AuthorizationHeaderMalformed", message, headers=headers, Region=here)
