"""Buckets themselves: CreateBucket, HeadBucket, ListBuckets, GetBucketLocation, DeleteBucket."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models import bucket_defaults, names, object_lock, ownership_controls, regions
from s3mock.responses import acl, tagging
from s3mock.responses.listing import decode_token, encode_token, longest_page
from s3mock.responses.registry import UNAUTHENTICATED, Parameters, operation

MOST_BUCKETS = 10_000


@operation(
    "CreateBucket",
    action="s3:CreateBucket",
    on="new bucket",
    log="REST.PUT.BUCKET",
    accelerated=False,
    unsigned=UNAUTHENTICATED,
)
def create_bucket(exchange: Exchange, request: Parameters) -> Parameters:
    """Create a bucket in the region of the LocationConstraint, by default that of the endpoint.

    S3 API: CreateBucket
    """
    name = request["Bucket"]
    names.check_bucket_name(name)
    # An empty document was MalformedXML once (cloudify-cosmo/cloudify-aws-plugin, pull 475); since it may have tags, it
    # is not (aws_recorded: test_create_bucket_with_empty_tags).
    document = request.get("CreateBucketConfiguration", {})
    if "Location" in document or "Bucket" in document:
        # A directory bucket, but not by its name (adobe/S3Mock, BucketIT, verified against S3): with a
        # LocationConstraint and without one. (Of either of the two alone: assumed.)
        raise S3Error("MalformedXML")
    constraint = document.get("LocationConstraint")
    region = regions.check_location_constraint(constraint, exchange.region)
    names.check_namespace(name, request.get("BucketNamespace"), exchange.caller.id, region)
    configuration = bucket_defaults.of_new_bucket(exchange.cloud.settings.bucket_defaults, region)
    if "ObjectOwnership" in request:
        configuration = replace(configuration, ownership=ownership_controls.check_header(request["ObjectOwnership"]))
    requested_acl = acl.of_new_bucket(request, exchange.caller, configuration)
    tags = tagging.of_new_bucket(document.get("Tags", ()))
    configuration = replace(configuration, acl=requested_acl, location_constraint=constraint, tags=tags)
    if request.get("ObjectLockEnabledForBucket"):
        configuration = replace(configuration, object_lock=object_lock.Configuration(), versioning="Enabled")
    namespace = exchange.cloud.partition(regions.partition_of(region))
    bucket, created = namespace.create(name, exchange.caller, region, exchange.cloud.clock.now(), configuration)
    if not created:
        if bucket.account != exchange.caller:
            raise S3Error("BucketAlreadyExists", BucketName=name)
        if tags or not (bucket.region == region == regions.CLASSIC):
            raise S3Error("BucketAlreadyOwnedByYou", BucketName=name)
        # us-east-1 answers 200 and resets the ACL, for legacy compatibility (Error responses page); not to a request
        # with tags (aws_recorded: test_create_bucket_with_tags_us_east_1_idempotency). The ownership stays (assumed).
        acl.check_new_bucket(requested_acl, bucket.configuration)
        bucket.configure(exchange.cause, acl=requested_acl)
    location = f"/{name}" if region == regions.CLASSIC else f"http://{name}.s3.amazonaws.com/"
    return {"Location": location, "BucketArn": bucket.arn}


@operation("HeadBucket", action="s3:ListBucket", log="REST.HEAD.BUCKET", directory="zonal", access_point=True)
def head_bucket(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's ARN and region.

    S3 API: HeadBucket
    """
    by_alias = exchange.through is not None and exchange.through.by_alias
    return {"BucketArn": exchange.bucket.arn, "BucketRegion": exchange.bucket.region, "AccessPointAlias": by_alias}


@operation("ListBuckets", action="s3:ListAllMyBuckets", on="account", log="REST.GET.SERVICE")
def list_buckets(exchange: Exchange, request: Parameters) -> Parameters:
    """List the caller's buckets by name, in pages of MaxBuckets.

    S3 API: ListBuckets
    """
    limit = request.get("MaxBuckets", MOST_BUCKETS)
    if not 1 <= limit <= MOST_BUCKETS:
        raise invalid_argument(
            f"Argument max-buckets must be an integer between 1 and {MOST_BUCKETS}", "max-buckets", str(limit)
        )
    region = None
    if "BucketRegion" in request:
        # A region without buckets is an empty list (aws_recorded: test_list_buckets_by_bucket_region); endpoints of
        # other regions than us-east-1's list their own.
        region = request["BucketRegion"].lower()
        if region not in regions.KNOWN:  # aws_recorded: test_list_buckets_region_validation
            raise S3Error(
                "InvalidArgument",
                f"Argument value {request['BucketRegion']} is not a valid AWS Region",
                ArgumentName="bucket-region",
            )
        if exchange.region not in {region, regions.CLASSIC}:
            # botocore's documentation of BucketRegion; the message: measured by brekkylab/backlot, 2026-09-29.
            raise S3Error(
                "InvalidArgument",
                "Requests with bucket-region specified must be made to the corresponding regional endpoint",
                ArgumentName="bucket-region",
            )
    prefix, token = request.get("Prefix", ""), request.get("ContinuationToken")
    # An empty token starts from the beginning (aws_recorded: test_list_buckets_when_continuation_token_is_empty).
    after = decode_token(token) if token else ""
    buckets = (
        bucket
        for bucket in exchange.cloud.partition(regions.partition_of(exchange.region)).scan(prefix, after)
        if bucket.account == exchange.caller and bucket.zone is None and region in {None, bucket.region}
    )
    page = list(islice(buckets, min(limit, longest_page(exchange, MOST_BUCKETS))))
    # The region is there only if the request has a parameter (botocore's documentation of Bucket), the ARN always
    # (measured by brekkylab/backlot, 2026-09-29).
    reply: Parameters = {
        "Owner": {"ID": exchange.caller.canonical_id},
        "Buckets": [
            {
                "Name": bucket.name,
                "CreationDate": bucket.creation_date,
                "BucketRegion": bucket.region if request else None,
                "BucketArn": bucket.arn,
            }
            for bucket in page
        ],
        "Prefix": request.get("Prefix"),
    }
    if next(buckets, None) is not None:
        reply["ContinuationToken"] = encode_token(page[-1].name)
    return reply


@operation("GetBucketLocation", action="s3:GetBucketLocation", log="REST.GET.LOCATION", access_point=True)
def get_bucket_location(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's location constraint: none for us-east-1, and ``EU`` if the bucket was created with this old name.

    S3 API: GetBucketLocation
    """
    region = None if exchange.bucket.region == regions.CLASSIC else exchange.bucket.region
    return {"LocationConstraint": exchange.configuration.location_constraint or region}


@operation("DeleteBucket", action="s3:DeleteBucket", log="REST.DELETE.BUCKET", directory="regional", accelerated=False)
def delete_bucket(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete an empty bucket.

    S3 API: DeleteBucket
    """
    exchange.cloud.partition(exchange.bucket.partition).remove(exchange.bucket)
    return {}
