"""An S3 with every kind of content that a store can have, and the results of all operations that read it."""

from __future__ import annotations

import json
import pickle
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import ClientError

from s3mock import mock_s3
from s3mock.backend.persistence import database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

START = datetime(2030, 1, 10, 12, 15, tzinfo=timezone.utc)
"""Far enough from a full hour and from midnight that none passes during a test."""

DEPRECATED = {"GetBucketLifecycle", "GetBucketNotification"}
"""botocore leaves elements of the XML document in their results, which never compare equal."""

SETTINGS: Any = {"replication_time": 600, "restore_duration": "documented"}
MAIN, TARGET, LOCKED = "the-main-bucket", "the-target", "a-locked-bucket"
DIRECTORY = "the-directory--usw2-az1--x-s3"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:a-queue"
POLICY: Any = {
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "s3:Get*",
        "Resource": f"arn:aws:s3:::{MAIN}/*",
        "Condition": {
            "StringLike": {"aws:UserAgent": "*"},
            "IpAddress": {"aws:SourceIp": "127.0.0.0/8"},
            "DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"},
        },
    }
}


def fill(mock: S3) -> dict[str, Any]:
    """Fill an empty S3 with every kind of content; return the credentials of a principal that was added."""
    mock.cloud.clock.offset = START.timestamp() - time.time()
    s3: Any = mock.client(region_name="us-east-1")
    for bucket in (MAIN, TARGET):
        s3.create_bucket(Bucket=bucket, ObjectOwnership="BucketOwnerPreferred")
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.create_bucket(Bucket=LOCKED, ObjectLockEnabledForBucket=True)
    west: Any = mock.client(region_name="us-west-2")
    zone = {"Location": {"Type": "AvailabilityZone", "Name": "usw2-az1"}}
    kind = {"Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"}}
    west.create_bucket(Bucket=DIRECTORY, CreateBucketConfiguration={**zone, **kind})
    west.put_object(Bucket=DIRECTORY, Key="a/b", Body=b"zonal")
    _configure(s3)

    s3.put_object(Bucket=MAIN, Key="before", Body=b"1", Tagging="a=1", Metadata={"m": "v"}, ContentType="text/x")
    s3.put_object(Bucket=MAIN, Key="before", Body=b"22", ChecksumAlgorithm="SHA256")
    s3.put_object_acl(Bucket=MAIN, Key="before", ACL="public-read")
    s3.delete_object(Bucket=MAIN, Key="gone")
    s3.copy_object(Bucket=MAIN, Key="copy", CopySource=f"{MAIN}/before", ServerSideEncryption="aws:kms")
    s3.put_object(Bucket=MAIN, Key="large", Body=b"x" * (3 << 20))
    for key in ("frozen", "thawing"):
        s3.put_object(Bucket=MAIN, Key=key, Body=b"cold", StorageClass="GLACIER")
    s3.restore_object(Bucket=MAIN, Key="thawing", RestoreRequest={"Days": 2})
    s3.put_object(Bucket=MAIN, Key="tiered", Body=b"t" * (128 << 10), StorageClass="INTELLIGENT_TIERING")
    upload = s3.create_multipart_upload(Bucket=MAIN, Key="uploading")["UploadId"]
    s3.upload_part(Bucket=MAIN, Key="uploading", UploadId=upload, PartNumber=1, Body=b"part")
    done = s3.create_multipart_upload(Bucket=MAIN, Key="uploaded")["UploadId"]
    part = s3.upload_part(Bucket=MAIN, Key="uploaded", UploadId=done, PartNumber=1, Body=b"part")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=MAIN, Key="uploaded", UploadId=done, MultipartUpload=parts)
    s3.put_object(Bucket=LOCKED, Key="kept", Body=b"kept")
    s3.put_object_legal_hold(Bucket=LOCKED, Key="kept", LegalHold={"Status": "ON"})

    point = mock.add_access_point("the-point", MAIN, policy=None)
    mock.add_object_lambda("the-lambda", point, lambda_function)
    mock.clock.freeze()
    return mock.add_principal("ann", [{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}])


def lambda_function(event: Any, _context: Any) -> None:
    """An Object Lambda function that can be imported by its name."""
    raise NotImplementedError(event)


def _configure(s3: Any) -> None:
    target = {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{TARGET}", "Format": "CSV"}}
    s3.put_bucket_acl(
        Bucket=TARGET,
        GrantWrite="uri=http://acs.amazonaws.com/groups/s3/LogDelivery",
        GrantReadACP="uri=http://acs.amazonaws.com/groups/s3/LogDelivery",
    )
    s3.put_bucket_logging(
        Bucket=MAIN, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": TARGET, "TargetPrefix": "logs/"}}
    )
    rule = {"AllowedOrigins": ["https://*.example.com"], "AllowedMethods": ["GET"], "MaxAgeSeconds": 9}
    s3.put_bucket_cors(Bucket=MAIN, CORSConfiguration={"CORSRules": [rule]})
    s3.put_bucket_policy(Bucket=MAIN, Policy=json.dumps(POLICY))
    s3.put_bucket_tagging(Bucket=MAIN, Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    s3.put_bucket_abac(Bucket=LOCKED, AbacStatus={"Status": "Enabled"})
    s3.put_bucket_website(
        Bucket=MAIN,
        WebsiteConfiguration={
            "IndexDocument": {"Suffix": "index.html"},
            "RoutingRules": [
                {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}},
            ],
        },
    )
    s3.put_bucket_accelerate_configuration(Bucket=MAIN, AccelerateConfiguration={"Status": "Enabled"})
    s3.put_bucket_request_payment(Bucket=LOCKED, RequestPaymentConfiguration={"Payer": "Requester"})
    s3.put_public_access_block(Bucket=TARGET, PublicAccessBlockConfiguration={"BlockPublicPolicy": True})
    encryption = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=LOCKED, ServerSideEncryptionConfiguration={"Rules": [encryption]})
    s3.put_object_lock_configuration(
        Bucket=LOCKED,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        },
    )
    s3.put_bucket_notification_configuration(
        Bucket=MAIN,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*", "s3:LifecycleExpiration:*"]}],
            "EventBridgeConfiguration": {},
        },
    )
    replication = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{TARGET}"},
    }
    s3.put_bucket_replication(
        Bucket=MAIN,
        ReplicationConfiguration={"Role": "arn:aws:iam::123456789012:role/replicates", "Rules": [replication]},
    )
    expire = {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": "before"}, "Expiration": {"Days": 3}}
    s3.put_bucket_lifecycle_configuration(Bucket=MAIN, LifecycleConfiguration={"Rules": [expire]})
    s3.put_bucket_metrics_configuration(Bucket=MAIN, Id="m", MetricsConfiguration={"Id": "m"})
    s3.put_bucket_analytics_configuration(
        Bucket=MAIN, Id="a", AnalyticsConfiguration={"Id": "a", "StorageClassAnalysis": {}}
    )
    s3.put_bucket_inventory_configuration(
        Bucket=MAIN,
        Id="i",
        InventoryConfiguration={
            "Id": "i",
            "IsEnabled": True,
            "IncludedObjectVersions": "All",
            "Schedule": {"Frequency": "Daily"},
            "Destination": target,
        },
    )
    tiering = {"Id": "t", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
    s3.put_bucket_intelligent_tiering_configuration(Bucket=MAIN, Id="t", IntelligentTieringConfiguration=tiering)
    s3.create_bucket_metadata_configuration(
        Bucket=MAIN,
        MetadataConfiguration={"JournalTableConfiguration": {"RecordExpiration": {"Expiration": "DISABLED"}}},
    )


def read_everything(s3: S3Client) -> dict[str, Any]:
    """The results of every reading operation for every bucket, key, version and upload."""
    results: dict[str, Any] = dict(_calls(s3, {}))
    for bucket in (*(each["Name"] for each in s3.list_buckets()["Buckets"]), DIRECTORY):
        results |= _calls(s3, {"Bucket": bucket})
        listed = results.get(f"ListObjectVersions {bucket}") or results[f"ListObjectsV2 {bucket}"]
        for version in listed.get("Versions", []) + listed.get("Contents", []):
            about = {"Bucket": bucket, "Key": version["Key"]}
            if "VersionId" in version:
                about["VersionId"] = version["VersionId"]
            results |= _calls(s3, about)
        for upload in results[f"ListMultipartUploads {bucket}"].get("Uploads", []):
            results |= _calls(s3, {"Bucket": bucket, "Key": upload["Key"], "UploadId": upload["UploadId"]})
    return results


def _calls(s3: Any, about: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """The results of the reading operations that need just these parameters, by operation and parameters."""
    model = s3.meta.service_model
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        required = set(shape.required_members) if shape is not None else set()
        optional = set(about) - required
        if not name.startswith(("Get", "List", "Head")) or name in DEPRECATED or optional - {"VersionId"}:
            continue
        if not required <= set(about) or (optional and "VersionId" not in shape.members):
            continue
        more = {"ObjectAttributes": ["ETag", "ObjectSize", "Checksum"]} if name == "GetObjectAttributes" else {}
        try:
            reply: Any = getattr(s3, xform_name(name))(**about, **more)
        except ClientError as error:
            reply = error.response["Error"]
        reply.pop("ResponseMetadata", None)
        if "Body" in reply:
            reply["Body"] = reply["Body"].read()
        yield " ".join((name, *about.values())), reply


def after_months(mock: S3) -> dict[str, Any]:
    """The effects of months of scheduled work, without values that are random."""
    s3 = mock.client(region_name="us-east-1")
    mock.clock.advance(days=8)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=TARGET)["Contents"]]
    status = s3.head_object(Bucket=MAIN, Key="large")["ReplicationStatus"]
    restored = s3.head_object(Bucket=MAIN, Key="thawing").get("Restore")
    mock.clock.advance(days=100)
    return {
        "replicated": [key for key in keys if not key.startswith(("logs/", MAIN))],
        "logs": sum(key.startswith("logs/") for key in keys),
        "reports": sum(key.endswith("manifest.json") for key in keys),
        "status": status,
        "expired": "DeleteMarkers" in s3.list_object_versions(Bucket=MAIN, Prefix="before"),
        "restored": restored,
        "tier": s3.head_object(Bucket=MAIN, Key="tiered").get("ArchiveStatus"),
        "events": sorted({event.name for event in mock.events}),
    }


def main(path: str, results: str) -> None:
    """Load a store in this process from a file, and write its content now and after months to another file."""
    with mock_s3(**SETTINGS) as mock:
        mock.cloud.restore(database.load(Path(path)))
        outcome = read_everything(mock.client(region_name="us-east-1")), after_months(mock)
    Path(results).write_bytes(pickle.dumps(outcome))


if __name__ == "__main__":
    main(*sys.argv[1:])
