"""A request of every operation that succeeds, and every header and query parameter that S3 knows."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from zlib import crc32

from botocore import xform_name

from s3mock.backend import ids
from s3mock.clock import Clock
from s3mock.http import Body, Request
from s3mock.transports import adapter
from s3mock.wire import model, quirks
from tests.support import service_model
from tests.support.digests import content_md5_of
from tests.support.minimal_parameters import parameters_of
from tests.support.operations import IMPLEMENTED
from tests.support.stores import changes
from tests.wire.test_codec_properties import sent_by_botocore

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.control import S3
    from s3mock.http import Response

NOW = datetime(2030, 1, 10, 12, 15, tzinfo=timezone.utc)
LATER = datetime(2032, 1, 1, tzinfo=timezone.utc)
KMS_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
BUCKET, KEY, LOCKED, ZONAL = "a-bucket", "a-key", "a-locked-bucket", "a-bucket--usw2-az1--x-s3"
OWNER = "123456789012"
SIGNED = "AWS4-HMAC-SHA256 Credential=any/20300110/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=a"
HOSTS = {
    "CreateSession": "localhost:9000",
    "ListDirectoryBuckets": "s3express-control.us-east-1.amazonaws.com",
    "RenameObject": "localhost:9000",
}
"""Where an operation is not one of the ordinary endpoint; a custom one has every bucket."""

NEVER_SUCCEED = frozenset(
    {
        *("DeleteBucketMetadataTableConfiguration", "GetBucketMetadataTableConfiguration"),  # of the first version
        *("GetObjectTorrent", "WriteGetObjectResponse"),  # S3 no longer has it; no function waits for it
    }
)

TABLES = {"JournalTableConfiguration": {"RecordExpiration": {"Expiration": "DISABLED"}}}

OPERATIONS = tuple(name for name in IMPLEMENTED if name not in quirks.SUCCESSORS)

GENERIC_HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "cookie", "date", "referer", "user-agent", "x-forwarded-for", "x-unknown"),
        *("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range"),
        *("content-encoding", "content-md5", "content-type", "expect", "x-amz-content-sha256", "x-amz-date"),
        *("x-amz-meta-a", "x-amz-trailer", "x-amz-decoded-content-length", "x-amz-security-token", "x-amz-unknown"),
        *("x-amzn-trace-id", "x-http-method-override", "x-method-override", "authorization", "host", "origin"),
    }
)
"""Headers of HTTP, of signatures and of SDKs, which no operation of the model has, and unknown ones."""

GENERIC_PARAMETERS = frozenset(
    {
        *("x-id", "x-unknown", "unknown", "AWSAccessKeyId", "Expires", "Signature", "X-Amz-Algorithm"),
        *("X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token", "X-Amz-Signature"),
        *("X-Amz-SignedHeaders", "X-Amz-Content-Sha256"),
    }
)


def _bindings(location: str) -> dict[str, model.Binding]:
    """The headers or query parameters of all operations by name: one that is required, if there is one."""
    every = (binding for name in model.operation_names() for binding in model.inputs(name))
    named = [binding for binding in every if binding.location == location]
    named.sort(key=lambda binding: binding.required)
    return {binding.name.lower() if location == "header" else binding.name: binding for binding in named}


def _value(binding: model.Binding | None) -> str:
    """A value that the header or parameter can have."""
    if binding is None:
        return "a"
    shape = binding.shape
    if shape.type_name == "timestamp":
        return "Wed, 09 Jan 2030 12:15:00 GMT"
    values = {"integer": "1", "long": "1", "boolean": "true"}
    enum: list[str] = getattr(shape, "enum", [])
    return values.get(shape.type_name) or (enum[0] if enum else "a")


def headers() -> dict[str, str]:
    """Every header that S3 knows, in lower case, with a value, except Content-Length, which is the transport's."""
    modelled = {name: _value(binding) for name, binding in _bindings("header").items()}
    read = {name for names in quirks.OTHER_HEADERS.values() for name in names}
    found = modelled | dict.fromkeys((GENERIC_HEADERS | read) - modelled.keys(), "a")
    del found["content-length"]
    return found


def parameters() -> dict[str, str]:
    """Every query parameter that S3 knows, with a value."""
    modelled = {name: _value(binding) for name, binding in _bindings("querystring").items()}
    literal = {name: value for each in model.operation_names() for name, value in model.http(each).query.items()}
    return literal | modelled | dict.fromkeys(GENERIC_PARAMETERS - modelled.keys(), "a")


def known(operation: str) -> set[str]:
    """The headers, in lower case, and the query parameters of an operation."""
    bindings = {
        binding.name.lower() if binding.location == "header" else binding.name for binding in model.inputs(operation)
    }
    return bindings | set(model.http(operation).query) | set(quirks.OTHER_HEADERS.get(operation, ()))


class _Stopped(Clock):
    """A clock that stands still."""

    def timestamp(self) -> float:
        return NOW.timestamp()

    def now(self) -> datetime:
        return NOW


Answer = tuple[int, dict[str, str], bytes, Any]
"""The status, headers and body of a response, and what the request changed: None for nothing."""


class Asked:
    """A cloud with something for every operation, which every request finds in the same state."""

    def __init__(self, mock: S3) -> None:
        self.cloud: Cloud = mock.cloud
        self.cloud.clock = _Stopped()
        self.requests = requests_of(mock)
        self.store = self.cloud.store

    def ask(
        self, operation: str, header: tuple[str, str] | None = None, parameter: tuple[str, str] | None = None
    ) -> Answer:
        """The answer to the operation's request with one more header or parameter; its identifiers do not vary."""
        ids.seed(crc32(operation.encode()), 1)
        self.cloud.store = self.store
        request, body = self.requests[operation]
        sent = Request(
            request.method,
            request.scheme,
            request.host,
            request.path,
            request.query if parameter is None else "&".join(filter(None, (request.query, "=".join(parameter)))),
            request.headers if header is None else {**request.headers, header[0]: header[1]},
            Body(body),
        )
        response: Response = adapter.answer(self.cloud, sent)
        content = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        return response.status, response.headers, content, self._changes()

    def _changes(self) -> Any:
        """What differs from the store at the beginning, in a form that can be compared; None if nothing does."""
        before, after = self.store, self.cloud.store
        return None if after is before else changes(before, after)


def requests_of(mock: S3) -> dict[str, tuple[Request, bytes]]:
    """A request of each operation, and its body."""
    s3: Any = mock.client(region_name="us-east-1")
    target = _fill(mock, s3)
    found = {}
    for name in OPERATIONS:
        request, _, _ = sent_by_botocore(name, {**parameters_of(name), **_here(name, target)})
        body = request.body.read()
        if name == "SelectObjectContent" or service_model.operation(name).http_checksum.get("requestChecksumRequired"):
            request.headers["content-md5"] = content_md5_of(body)
        request.headers["authorization"] = SIGNED
        request.host = HOSTS.get(name, request.host)
        found[name] = request, body
    return found


def _fill(mock: S3, s3: Any) -> dict[str, Any]:
    """Make a bucket with every configuration, and more; the parameters that differ from one S3 to another."""
    s3.create_bucket(Bucket="empty-bucket")
    s3.create_bucket(Bucket=BUCKET, ObjectOwnership="BucketOwnerPreferred")
    s3.create_bucket(Bucket=LOCKED, ObjectLockEnabledForBucket=True)
    s3.delete_public_access_block(Bucket=BUCKET)
    west: Any = mock.client(region_name="us-west-2")
    zone = {"Location": {"Type": "AvailabilityZone", "Name": "usw2-az1"}}
    kind = {"Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"}}
    west.create_bucket(Bucket=ZONAL, CreateBucketConfiguration={**zone, **kind})
    west.put_object(Bucket=ZONAL, Key=KEY, Body=b"zonal")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=LOCKED, Key=KEY, Body=b"locked", ObjectLockLegalHoldStatus="ON")
    retention = {"Mode": "GOVERNANCE", "RetainUntilDate": LATER}
    s3.put_object_retention(Bucket=LOCKED, Key=KEY, Retention=retention)
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"a,b\n1,2\n", Tagging="a=1", StorageClass="STANDARD")
    s3.put_object(Bucket=BUCKET, Key="cold", Body=b"cold", StorageClass="GLACIER")
    s3.put_object_annotation(Bucket=BUCKET, Key=KEY, AnnotationName="tttt", AnnotationPayload=b"note")
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key=KEY)["UploadId"]
    part = s3.upload_part(Bucket=BUCKET, Key=KEY, UploadId=upload, PartNumber=1, Body=b"part")
    for name, parameters in CONFIGURATIONS.items():
        bucket = LOCKED if "object_lock" in name else BUCKET
        getattr(s3, name)(Bucket=bucket, **parameters)
    return {"UploadId": upload, "ETag": part["ETag"]}


_RULE = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "none/"}, "Expiration": {"Days": 9}}
_TO = {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{BUCKET}", "Format": "CSV"}}
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "put_bucket_policy": {
        "Policy": '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", '
        '"Resource": "arn:aws:s3:::a-bucket/*"}}'
    },
    "put_bucket_cors": {"CORSConfiguration": {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]}},
    "put_bucket_tagging": {"Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}},
    "put_bucket_website": {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "i"}}},
    "put_public_access_block": {"PublicAccessBlockConfiguration": {"BlockPublicPolicy": True}},
    "put_bucket_lifecycle_configuration": {"LifecycleConfiguration": {"Rules": [_RULE]}},
    "put_bucket_metrics_configuration": {"Id": "tttt", "MetricsConfiguration": {"Id": "tttt"}},
    "put_bucket_analytics_configuration": {
        "Id": "tttt",
        "AnalyticsConfiguration": {"Id": "tttt", "StorageClassAnalysis": {}},
    },
    "put_bucket_inventory_configuration": {
        "Id": "tttt",
        "InventoryConfiguration": {
            "Id": "tttt",
            "IsEnabled": True,
            "IncludedObjectVersions": "All",
            "Schedule": {"Frequency": "Daily"},
            "Destination": _TO,
        },
    },
    "put_bucket_intelligent_tiering_configuration": {
        "Id": "tttt",
        "IntelligentTieringConfiguration": {
            "Id": "tttt",
            "Status": "Enabled",
            "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
        },
    },
    "put_bucket_replication": {
        "ReplicationConfiguration": {
            "Role": "arn:aws:iam::123456789012:role/replicates",
            "Rules": [
                {
                    "ID": "r",
                    "Status": "Enabled",
                    "Priority": 1,
                    "Filter": {"Prefix": "none/"},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": f"arn:aws:s3:::{LOCKED}"},
                }
            ],
        }
    },
    "create_bucket_metadata_configuration": {"MetadataConfiguration": TABLES},
    "put_object_lock_configuration": {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
}


SUCCESSFUL: dict[str, dict[str, Any]] = {
    "CreateBucket": {"Bucket": "new-bucket"},
    "DeleteBucket": {"Bucket": "empty-bucket"},
    "CopyObject": {"Key": "a-copy"},
    "PutObject": {"Body": b"bytes"},
    "UploadPart": {"Body": b"bytes"},
    "DeleteObjects": {"Delete": {"Objects": [{"Key": KEY}]}},
    "GetObjectAttributes": {"ObjectAttributes": ["ETag"]},
    "RestoreObject": {"Key": "cold", "RestoreRequest": {"Days": 1}},
    "PutBucketAcl": {"ACL": "private"},
    "PutObjectAcl": {"ACL": "private"},
    "PutObjectLegalHold": {"LegalHold": {"Status": "ON"}},
    "PutObjectRetention": {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": LATER}},
    "SelectObjectContent": {
        "Expression": "SELECT * FROM S3Object",
        "ExpressionType": "SQL",
        "InputSerialization": {"CSV": {}},
        "OutputSerialization": {"CSV": {}},
    },
    "PutBucketAbac": {"AbacStatus": {"Status": "Enabled"}},
    "CreateBucketMetadataConfiguration": {"Bucket": LOCKED},
    "CreateBucketMetadataTableConfiguration": {
        "Bucket": LOCKED,
        "MetadataTableConfiguration": {
            "S3TablesDestination": {
                "TableBucketArn": f"arn:aws:s3tables:us-east-1:{OWNER}:bucket/tables",
                "TableName": "a_table",
            }
        },
    },
    "CreateSession": {"Bucket": ZONAL},
    "RenameObject": {"Bucket": ZONAL, "Key": "renamed", "RenameSource": f"{ZONAL}/{KEY}"},
    "UpdateBucketMetadataJournalTableConfiguration": TABLES,
    "UpdateObjectEncryption": {
        "ObjectEncryption": {"SSEKMS": {"KMSKeyArn": f"arn:aws:kms:us-east-1:{OWNER}:key/{KMS_KEY}"}}
    },
    "PutBucketVersioning": {"VersioningConfiguration": {"Status": "Enabled"}},
    "PutBucketNotificationConfiguration": {"NotificationConfiguration": {"EventBridgeConfiguration": {}}},
    "PutBucketOwnershipControls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
    "PutBucketLogging": {"BucketLoggingStatus": {}},
    "PutBucketAccelerateConfiguration": {"AccelerateConfiguration": {"Status": "Enabled"}},
    "PutBucketEncryption": {
        "ServerSideEncryptionConfiguration": {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        }
    },
}
"""Parameters with which an operation succeeds."""


def _here(operation: str, target: dict[str, Any]) -> dict[str, Any]:
    """Parameters with which the operation succeeds in this S3, where the smallest do not."""
    shape = model.input_shape(operation)
    members = set(shape.members) if shape is not None else set()
    bucket = LOCKED if any(word in operation for word in ("Lock", "Retention", "LegalHold")) else BUCKET
    here = {"Bucket": bucket, "Key": KEY, "CopySource": f"{BUCKET}/{KEY}", "UploadId": target["UploadId"]}
    found = {name: value for name, value in here.items() if name in members}
    found |= CONFIGURATIONS.get(xform_name(operation), {})
    if operation == "CompleteMultipartUpload":
        found["MultipartUpload"] = {"Parts": [{"PartNumber": 1, "ETag": target["ETag"]}]}
    return found | SUCCESSFUL.get(operation, {})
