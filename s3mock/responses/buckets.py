"""Buckets themselves: create, head, list, locate, delete."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from s3mock.errors import S3Error
from s3mock.models import names, regions
from s3mock.responses.acl import requested_acl
from s3mock.responses.context import Context
from s3mock.responses.registry import Parameters, operation

MOST_BUCKETS = 10_000

CURRENT_DEFAULTS = {
    "ownership": "BucketOwnerEnforced",
    "public_access_block": {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    },
    "blocked_encryption_types": ("SSE-C",),
}
"""What S3 sets on every new bucket since April 2023 (ownership, public access) and April 2026 (SSE-C)."""


@operation(
    "CreateBucket",
    refused={"ObjectLockEnabledForBucket", "ObjectOwnership", "BucketNamespace"},
)
def create_bucket(ctx: Context, request: Parameters) -> Parameters:
    """Create a bucket in the region of the endpoint, or where its LocationConstraint says.

    S3 API: CreateBucket
    """
    name = request["Bucket"]
    names.check_bucket_name(name)
    wanted = request.get("CreateBucketConfiguration", {})
    for member in ("Location", "Bucket", "Tags"):
        if wanted.get(member):
            raise S3Error("NotImplemented", additionalMessage=f"s3mock does not support {member} of CreateBucket yet.")
    constraint = wanted.get("LocationConstraint")
    region = regions.check_location_constraint(constraint, ctx.region)
    configuration: dict[str, Any] = {}
    if ctx.cloud.settings.bucket_defaults == "current":
        configuration.update(CURRENT_DEFAULTS)
    if constraint is not None:
        configuration["location_constraint"] = constraint
    configuration["acl"] = requested_acl(ctx, request, ctx.caller)
    namespace = ctx.cloud.partition(regions.partition_of(region))
    bucket, created = namespace.create(name, ctx.caller, region, ctx.cloud.clock.now(), configuration)
    if not created:
        if bucket.account != ctx.caller:
            raise S3Error("BucketAlreadyExists", BucketName=name)
        if not (bucket.region == ctx.region == regions.CLASSIC):
            raise S3Error("BucketAlreadyOwnedByYou", BucketName=name)
        # us-east-1 answers 200 and resets the ACL, for legacy compatibility (Error responses page).
        bucket.configure(acl=configuration["acl"])
    location = f"/{name}" if ctx.region == regions.CLASSIC else f"http://{name}.s3.amazonaws.com/"
    return {"Location": location, "BucketArn": bucket.arn}


@operation("HeadBucket")
def head_bucket(ctx: Context, _request: Parameters) -> Parameters:
    """Tell that the bucket exists, and where.

    S3 API: HeadBucket
    """
    ctx.reply_headers["Content-Type"] = "application/xml"
    return {"BucketArn": ctx.bucket.arn, "BucketRegion": ctx.bucket.region, "AccessPointAlias": False}


@operation("ListBuckets")
def list_buckets(ctx: Context, request: Parameters) -> Parameters:
    """List the caller's buckets by name, in pages where MaxBuckets asks for them.

    S3 API: ListBuckets
    """
    prefix, region = request.get("Prefix", ""), request.get("BucketRegion")
    if region is not None and region not in regions.KNOWN:
        # aws_recorded: test_list_buckets_region_validation.
        raise S3Error(
            "InvalidArgument", f"Argument value {region} is not a valid AWS Region", ArgumentName="bucket-region"
        )
    limit = request.get("MaxBuckets", MOST_BUCKETS)
    if not 1 <= limit <= MOST_BUCKETS:
        raise S3Error(
            "InvalidArgument",
            f"Argument max-buckets must be an integer between 1 and {MOST_BUCKETS}",
            ArgumentName="max-buckets",
            ArgumentValue=str(limit),
        )
    after = _bucket_of_token(request.get("ContinuationToken"))
    buckets = [
        bucket
        for bucket in ctx.cloud.partition(regions.partition_of(ctx.region)).owned_by(ctx.caller)
        if bucket.name > after and bucket.name.startswith(prefix) and region in {None, bucket.region}
    ]
    page = buckets[:limit]
    entries = []
    for bucket in page:
        entry = {"Name": bucket.name, "CreationDate": bucket.creation_date}
        if request:
            # botocore's documentation of Bucket: the region comes only when the request has a parameter; the recordings
            # (test_list_buckets_*) show the ARN beside it.
            entry |= {"BucketRegion": bucket.region, "BucketArn": bucket.arn}
        entries.append(entry)
    reply: Parameters = {"Owner": {"ID": ctx.caller.canonical_id}, "Buckets": entries}
    if len(buckets) > len(page):
        reply["ContinuationToken"] = base64.urlsafe_b64encode(page[-1].name.encode()).decode()
    if "Prefix" in request:
        reply["Prefix"] = prefix
    return reply


def _bucket_of_token(token: str | None) -> str:
    # An empty token starts from the beginning (aws_recorded: test_list_buckets_when_continuation_token_is_empty).
    try:
        return base64.b64decode(token or "", altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise S3Error(
            "InvalidArgument", "The continuation token provided is incorrect", ArgumentName="continuation-token"
        ) from None


@operation("GetBucketLocation")
def get_bucket_location(ctx: Context, _request: Parameters) -> Parameters:
    """Return the bucket's location constraint: empty for us-east-1, and as it was given for the old name ``EU``.

    S3 API: GetBucketLocation
    """
    region = None if ctx.bucket.region == regions.CLASSIC else ctx.bucket.region
    return {"LocationConstraint": ctx.bucket.configuration("location_constraint", region)}


@operation("DeleteBucket")
def delete_bucket(ctx: Context, _request: Parameters) -> Parameters:
    """Delete an empty bucket.

    S3 API: DeleteBucket
    """
    ctx.cloud.partition(ctx.bucket.partition).remove(ctx.bucket)
    return {}
