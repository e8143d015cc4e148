"""Is a request in the right region? S3 sends one for a bucket elsewhere away, and refuses another region's signature.

| the bucket is named | at the endpoint of | the request arrives in                                             |
|---------------------|--------------------|--------------------------------------------------------------------|
| anywhere            | a region           | that region                                                        |
| in the host         | no region          | the bucket's region, to which DNS leads; us-east-1 for a late one  |
| in the path         | no region          | us-east-1                                                          |

https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html

Differs: DNS knows a new bucket at once. S3 may answer 307 TemporaryRedirect in the bucket's first hours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.models import regions

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket

ANSWERED_ANYWHERE = frozenset({"CreateBucket", "GetBucketLocation"})
"""What is not sent away. ("In other Regions, the bucket policy doesn't apply", says GetBucketLocation's API page.)"""

HEADER = "x-amz-bucket-region"


def arrival(operation: str, bucket: Bucket | None, endpoint: str | None, domain: str, *, in_host: bool) -> str:
    """Return the region in which a request for ``bucket`` arrives; None is a bucket that is not there, or none at all.

    ``endpoint`` is the region of the endpoint, None for the global one, ``domain`` its domain; ``in_host`` tells that
    the bucket is named in the host.

    Raises PermanentRedirect (https://github.com/yanganto/s3rs/issues/18), or IllegalLocationConstraintException to or
    from a late region (https://github.com/aws/aws-cli/pull/9113; its ``x-amz-bucket-region`` is assumed).
    """
    if bucket is None or bucket.zone is not None:
        return endpoint or regions.CLASSIC
    home = bucket.region
    if endpoint is None and in_host and home not in regions.LATE:
        return home
    here = endpoint or regions.CLASSIC
    if home == here or operation in ANSWERED_ANYWHERE:
        return here
    headers = {HEADER: home}
    if home in regions.LATE or here in regions.LATE:
        constraint = None if home == regions.CLASSIC else home
        raise regions.illegal_location_constraint(constraint, headers)
    # Where the request named the bucket in the path, too (https://github.com/carrierwaveuploader/carrierwave/issues/285),
    # but for us-east-1 (https://github.com/chilts/awssum-amazon-s3/issues/3).
    host = "s3" if home == regions.CLASSIC else f"{bucket.name}.{regions.endpoint_label(home)}"
    raise S3Error("PermanentRedirect", headers=headers, Endpoint=f"{host}.{domain}", Bucket=bucket.name)


def check_signed(signed: str | None, here: str, bucket: Bucket | None, *, in_query: bool) -> None:
    """Refuse a request that was signed for another region than the one it arrives in; None was signed for any.

    Raises AuthorizationHeaderMalformed (https://github.com/s3fs-fuse/s3fs-fuse/issues/227), for a presigned URL
    AuthorizationQueryParametersError (https://github.com/HHS/Head-Start-TTADP/issues/370).
    """
    if signed is None or signed == here:
        return
    wrong = f"the region '{signed}' is wrong; expecting '{here}'"
    headers = {} if bucket is None else {HEADER: bucket.region}
    if in_query:
        message = f"Error parsing the X-Amz-Credential parameter; {wrong}"
        raise S3Error("AuthorizationQueryParametersError", message, headers=headers, Region=here)
    message = f"The authorization header is malformed; {wrong}"
    raise S3Error("AuthorizationHeaderMalformed", message, headers=headers, Region=here)
