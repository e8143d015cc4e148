"""Directory buckets: which requests they accept, and the operations on the buckets themselves.

The operations on their objects that differ from those of other buckets are in ``directory.objects``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.errors import S3Error, invalid_argument, invalid_value
from s3mock.exchange import Exchange
from s3mock.models import account, directory, public_access_block, regions
from s3mock.models.configuration import Configuration
from s3mock.models.directory import READ_ONLY_MODE, READ_WRITE, SESSION_LASTS, Session
from s3mock.models.encryption import HEADER, KMS, S3_KEYS, BucketEncryption
from s3mock.models.ownership_controls import BUCKET_OWNER_ENFORCED
from s3mock.responses import encryption, tagging
from s3mock.responses.listing import decode_token, encode_token, longest_page
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket

MOST_BUCKETS = 1000

CONFIGURATION = Configuration(
    ownership=BUCKET_OWNER_ENFORCED,
    public_access_block=public_access_block.EVERYTHING,
)
"""CreateBucket: "all Block Public Access settings are enabled ... and S3 Object Ownership is set to Bucket owner
enforced ... These settings can't be modified"."""

KEY_HEADER = f"{HEADER}-aws-kms-key-id"
_ENCRYPTION = ("ServerSideEncryption", "SSEKMSKeyId", "SSEKMSEncryptionContext")
_WRITES = frozenset({"PutObject", "CreateMultipartUpload", "CopyObject"})


def check(exchange: Exchange, request: Parameters) -> None:
    """Refuse what directory buckets do not support; a session determines the caller and the encryption of new objects.

    The order of the checks is that of docs/errors.md. Raises NoSuchBucket at an endpoint that does not know the bucket,
    InvalidRequest for another encryption than the session's, as for another key than the bucket's, and what
    ``unsupported`` and ``check_members`` of the models and the session raise.
    """
    bucket, target, supported = exchange.bucket, exchange.target, exchange.declared.directory
    if target.domain is not None:
        # Custom endpoints know every bucket. S3's endpoints other than the bucket's own answer 404
        # (https://github.com/peak/s5cmd/issues/725); the error at the other kind of endpoint is assumed.
        zonal = target.endpoint == "s3express" and target.style == "virtual" and target.zone == bucket.zone
        regional = target.endpoint == "s3express-control"
        if exchange.region != bucket.region or not (zonal or regional):
            raise S3Error("NoSuchBucket", BucketName=bucket.name)
        if supported is not None and zonal != (supported == "zonal"):
            raise S3Error("MethodNotAllowed")
    if supported is None:
        raise directory.unsupported(exchange.operation)
    session = _session(exchange)
    if session is not None:
        session.check(exchange.operation, bucket.name, exchange.cloud.clock.now())
        exchange.caller = account.account(session.account_id)
    directory.check_members(exchange.operation, request, zonal=supported == "zonal")
    if exchange.operation in _WRITES:
        _check_encryption(bucket, request)
        if session is not None and session.encryption:
            # "the encryption request headers must match the encryption settings that are specified in the
            # CreateSession request"
            for member, value in session.encryption.items():
                if request.setdefault(member, value) != value:
                    raise S3Error("InvalidRequest", "The encryption does not match that of the session.")
        if _is_under_kms(bucket, request):
            # "S3 Bucket Keys are always enabled for GET and PUT operations", and "aren't supported, when you copy"
            request["BucketKeyEnabled"] = exchange.operation != "CopyObject"


def _session(exchange: Exchange) -> Session | None:
    """The session of the request; None for a request without its token. Raises InvalidToken."""
    token = exchange.session_token
    return None if token is None else Session.of(token)


@operation("CreateBucket", bucket="directory")
def create_bucket(exchange: Exchange, request: Parameters) -> Parameters:
    """Create a directory bucket in the zone of its Location, which its name ends with.

    The errors are assumed, except that for a missing configuration
    (https://github.com/aws-controllers-k8s/community/issues/2658). Raises InvalidBucketName, MalformedXML,
    NotImplemented, InvalidRequest, BucketAlreadyOwnedByYou, BucketAlreadyExists.
    """
    name = request["Bucket"]
    zone = directory.zone_of(name)
    if zone is None or (exchange.target.domain is not None and exchange.target.endpoint != "s3express-control"):
        raise S3Error("InvalidBucketName", BucketName=name)
    directory.check_members("CreateBucket", request, zonal=False)
    session = _session(exchange)  # at a custom endpoint: see gateway.address
    caller = exchange.caller if session is None else account.account(session.account_id)
    document = request.get("CreateBucketConfiguration", {})
    location, kind = document.get("Location", {}), document.get("Bucket", {})
    zone_type = directory.LOCAL_ZONE if directory.is_local(zone) else directory.AVAILABILITY_ZONE
    redundancy = directory.REDUNDANCY[zone_type]
    if "LocationConstraint" in document or kind.get("Type") != "Directory" or "Name" not in location:
        raise S3Error("MalformedXML")
    if location.get("Type", zone_type) != zone_type or kind.get("DataRedundancy", redundancy) != redundancy:
        raise S3Error("InvalidRequest", "The location type and the data redundancy do not match the zone.")
    if location["Name"] != zone or not directory.lies_in(zone, exchange.region):
        raise S3Error("InvalidRequest", "The zone of the bucket name, the location and the Region do not match.")
    tags = tagging.of_new_bucket(document.get("Tags", ()))
    configuration = replace(CONFIGURATION, tags=tags)
    namespace = exchange.cloud.partition(regions.partition_of(exchange.region))
    bucket, created = namespace.create(name, caller, exchange.region, exchange.cloud.clock.now(), configuration)
    if not created:
        own = bucket.account == caller
        raise S3Error("BucketAlreadyOwnedByYou" if own else "BucketAlreadyExists", BucketName=name)
    return {"Location": f"https://{name}.s3express-{zone}.{exchange.region}.amazonaws.com/", "BucketArn": bucket.arn}


@operation("HeadBucket", bucket="directory")
def head_bucket(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's ARN, region and zone."""
    bucket = exchange.bucket
    local = directory.is_local(bucket.zone or "")
    return {
        "BucketArn": bucket.arn,
        "BucketLocationType": directory.LOCAL_ZONE if local else directory.AVAILABILITY_ZONE,
        "BucketLocationName": bucket.zone,
        "BucketRegion": bucket.region,
        "AccessPointAlias": False,
    }


@operation("ListDirectoryBuckets", action="s3express:ListAllMyDirectoryBuckets", on="account", log="REST.GET.SERVICE")
def list_directory_buckets(exchange: Exchange, request: Parameters) -> Parameters:
    """List the caller's directory buckets in the region by name, in pages of MaxDirectoryBuckets.

    S3 API: ListDirectoryBuckets
    """
    limit = request.get("MaxDirectoryBuckets", MOST_BUCKETS)
    if not 0 <= limit <= MOST_BUCKETS:  # the model's range
        raise invalid_value("max-directory-buckets", str(limit))
    token = request.get("ContinuationToken")
    after = decode_token(token) if token else ""
    buckets = [
        bucket
        for bucket in exchange.cloud.partition(regions.partition_of(exchange.region)).owned_by(exchange.caller)
        if bucket.zone is not None and bucket.region == exchange.region and bucket.name > after
    ]
    page = buckets[: min(limit, longest_page(exchange, MOST_BUCKETS))]
    reply: Parameters = {
        # "The BucketRegion response element is not part of the ListDirectoryBuckets Response Syntax."
        "Buckets": [
            {"Name": bucket.name, "CreationDate": bucket.creation_date, "BucketArn": bucket.arn} for bucket in page
        ]
    }
    if 0 < len(page) < len(buckets):
        reply["ContinuationToken"] = encode_token(page[-1].name)
    return reply


@operation("CreateSession", action="s3express:CreateSession", log="REST.GET.SESSION", directory="zonal")
def create_session(exchange: Exchange, request: Parameters) -> Parameters:
    """Issue credentials for the bucket that are valid for five minutes.

    Differs: at a custom endpoint a session may be created before its bucket: botocore does so for CreateBucket there.

    S3 API: CreateSession
    """
    if not exchange.has_bucket:  # see gateway.address
        ahead = Session(exchange.caller.id, request["Bucket"], READ_WRITE, exchange.cloud.clock.now() + SESSION_LASTS)
        return {"Credentials": ahead.credentials}
    if exchange.bucket.zone is None:  # assumed
        raise S3Error("MethodNotAllowed", Method="GET", ResourceType="SESSION")
    mode = request.get("SessionMode", READ_WRITE)
    if mode not in (READ_WRITE, READ_ONLY_MODE):
        raise invalid_value("x-amz-create-session-mode", mode)
    _check_encryption(exchange.bucket, request)
    members = {member: request[member] for member in _ENCRYPTION if member in request}
    if members.get("ServerSideEncryption") == KMS:
        key = members.setdefault("SSEKMSKeyId", _key(exchange.bucket))
        if key is None:
            # "you must specify the ... header ... Otherwise, you get an HTTP 400 Bad Request error."
            raise S3Error("InvalidArgument", "You must specify the ID of a KMS key.", ArgumentName=KEY_HEADER)
    expiration = exchange.cloud.clock.now() + SESSION_LASTS
    session = Session(exchange.caller.id, exchange.bucket.name, mode, expiration, members)
    if _is_under_kms(exchange.bucket, members):
        members = {**members, "BucketKeyEnabled": True}
    return {"Credentials": session.credentials, **encryption.requested(exchange, members).members}


def _key(bucket: Bucket) -> str | None:
    """The KMS key of a bucket's default encryption; None without one."""
    default = bucket.configuration.encryption
    return None if default is None else default.key_id


def _is_under_kms(bucket: Bucket, request: Parameters) -> bool:
    """Whether a request's new object will be encrypted under KMS."""
    default = bucket.configuration.encryption or BucketEncryption()
    return bool(request.get("ServerSideEncryption", default.algorithm) == KMS)


def _check_encryption(bucket: Bucket, request: Parameters) -> None:
    """Refuse encryption that directory buckets do not support: methods other than SSE-S3 and SSE-KMS, a second key.

    "only two supported options ...: SSE-S3 and SSE-KMS"; "1 customer managed key ... for the lifetime of the bucket".
    The codes and messages are assumed. Raises InvalidArgument, InvalidRequest.
    """
    method, key = request.get("ServerSideEncryption"), request.get("SSEKMSKeyId")
    if method not in (None, S3_KEYS, KMS):
        raise invalid_argument(f"The encryption method specified is not supported: {method}", HEADER, method)
    if key is not None and key.startswith("alias/"):  # "The key alias format of the KMS key isn't supported."
        raise S3Error("InvalidArgument", "You must specify the ID of a KMS key.", ArgumentName=KEY_HEADER)
    present = _key(bucket)
    if key is not None and present is not None and key.rpartition("/")[2] != present.rpartition("/")[2]:
        raise S3Error("InvalidRequest", "The KMS key does not match the default encryption of the bucket.")


@operation("PutBucketEncryption", bucket="directory")
def put_bucket_encryption(exchange: Exchange, request: Parameters) -> Parameters:
    """Set the default encryption: SSE-S3, or SSE-KMS under a key that cannot be changed afterwards."""
    rules = request["ServerSideEncryptionConfiguration"]["Rules"]
    default = rules[0].get("ApplyServerSideEncryptionByDefault", {}) if rules else {}
    key = default.get("KMSMasterKeyID")
    present, method = exchange.configuration.directory_key, default.get("SSEAlgorithm", S3_KEYS)
    _check_encryption(exchange.bucket, {"ServerSideEncryption": method})
    if method == KMS:
        if key is None or key.startswith("alias/"):  # PutBucketEncryption: "only use the key ID or key ARN"
            raise S3Error("InvalidArgument", "You must specify the ID of a KMS key.", ArgumentName="KMSMasterKeyID")
        if present not in (None, key):
            raise S3Error("InvalidRequest", "The KMS key of a directory bucket cannot be changed.")
        rules[0]["BucketKeyEnabled"] = True  # "S3 Bucket Keys are always enabled"
    reply = encryption.put_bucket_encryption(exchange, request)
    if key is not None:
        exchange.configure(directory_key=key)
    return reply
