"""Server access logging: targets, records, and the time of delivery."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import time_machine
from botocore import UNSIGNED
from botocore.config import Config

from s3mock.models.account import Account
from s3mock.models.acl import LOG_DELIVERY
from tests.support.access_logs import create_target, keys, lines, operations, put
from tests.support.raw_requests import document
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

NOON = datetime(2026, 11, 25, 12, 10, tzinfo=timezone.utc)


def test_a_buckets_logging_is_off_until_it_is_configured(s3: S3Client, bucket: str) -> None:
    assert without_metadata(s3.get_bucket_logging(Bucket=bucket)) == {}
    create_target(s3)
    enabled = put(s3, bucket)
    assert without_metadata(s3.get_bucket_logging(Bucket=bucket)) == {"LoggingEnabled": enabled}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    assert without_metadata(s3.get_bucket_logging(Bucket=bucket)) == {}


@pytest.mark.parametrize(
    "key_format",
    [
        {"SimplePrefix": {}},
        {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
        {"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}},
    ],
)
def test_logging_is_read_as_it_was_put(s3: S3Client, bucket: str, key_format: dict[str, Any]) -> None:
    create_target(s3)
    grants = [{"Grantee": {"Type": "Group", "URI": LOG_DELIVERY}, "Permission": "WRITE"}]
    enabled = put(s3, bucket, TargetObjectKeyFormat=key_format, TargetGrants=grants)
    assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"] == enabled


def test_a_record_has_27_fields(s3: S3Client, mock: S3, logs: str) -> None:
    """User Guide, "Amazon S3 server access log format"."""
    del logs
    with time_machine.travel(NOON, tick=False):
        reply = s3.put_object(Bucket="a-bucket", Key="a b/c", Body=b"12345")
        mock.deliver_logs()
        line = lines(s3)[-1]
        owner = s3.list_buckets()["Owner"]["ID"]
    metadata = reply["ResponseMetadata"]
    assert re.fullmatch(r'"PUT /a%20b/c HTTP/1\.1"', line.pop("uri"))
    assert line.pop("agent").startswith('"Boto3/')
    assert line == {
        "owner": owner,
        "bucket": "a-bucket",
        "time": "[25/Nov/2026:12:10:00 +0000]",
        "ip": "127.0.0.1",
        "requester": owner,
        "request_id": metadata["RequestId"],
        "operation": "REST.PUT.OBJECT",
        "key": "a%20b/c",
        "status": "200",
        "error": "-",
        "sent": "-",
        "size": "5",
        "total": "0",
        "turn_around": "0",
        "referer": '"-"',
        "version": "-",
        "host_id": metadata["HostId"],
        "signature": "SigV4",
        "cipher": "-",
        "auth": "AuthHeader",
        "host": "a-bucket.s3.amazonaws.com",
        "tls": "-",
        "access_point": "-",
        "acl": "-",
        "region": "us-east-1",
    }


def test_records_of_reads_have_the_bytes_sent_and_the_object_size(s3: S3Client, mock: S3, logs: str) -> None:
    del logs
    s3.put_object(Bucket="a-bucket", Key="k", Body=b"0123456789")
    s3.get_object(Bucket="a-bucket", Key="k", Range="bytes=0-3")
    s3.head_object(Bucket="a-bucket", Key="k")
    with refused("NoSuchVersion", 404):
        s3.get_object(Bucket="a-bucket", Key="none", VersionId="null")
    mock.deliver_logs()
    fields = [(line["operation"], line["status"], line["error"], line["sent"], line["size"]) for line in lines(s3)[-3:]]
    assert fields[:2] == [("REST.GET.OBJECT", "206", "-", "4", "10"), ("REST.HEAD.OBJECT", "200", "-", "-", "10")]
    assert fields[2][:3] == ("REST.GET.OBJECT", "404", "NoSuchVersion")
    assert fields[2][4] == "-"
    assert lines(s3)[-1]["version"] == "null"


def test_operations_have_the_names_of_rest(s3: S3Client, mock: S3, logs: str) -> None:
    del logs
    s3.list_objects_v2(Bucket="a-bucket")
    s3.put_bucket_versioning(Bucket="a-bucket", VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket="a-bucket", Key="k")
    s3.copy_object(Bucket="a-bucket", Key="c", CopySource="a-bucket/k")
    s3.get_object_tagging(Bucket="a-bucket", Key="k")
    s3.get_object_acl(Bucket="a-bucket", Key="k")
    s3.delete_objects(Bucket="a-bucket", Delete={"Objects": [{"Key": "k"}]})
    upload = s3.create_multipart_upload(Bucket="a-bucket", Key="m")["UploadId"]
    s3.upload_part(Bucket="a-bucket", Key="m", UploadId=upload, PartNumber=1, Body=b"1")
    s3.upload_part_copy(Bucket="a-bucket", Key="m", UploadId=upload, PartNumber=2, CopySource="a-bucket/c")
    s3.list_parts(Bucket="a-bucket", Key="m", UploadId=upload)
    s3.abort_multipart_upload(Bucket="a-bucket", Key="m", UploadId=upload)
    assert operations(s3, mock) == [
        *("REST.PUT.LOGGING_STATUS", "REST.GET.BUCKET", "REST.PUT.VERSIONING", "REST.PUT.OBJECT"),
        *("REST.COPY.OBJECT_GET", "REST.COPY.OBJECT", "REST.GET.OBJECT_TAGGING", "REST.GET.ACL"),
        *("BATCH.DELETE.OBJECT", "REST.POST.MULTI_OBJECT_DELETE", "REST.POST.UPLOADS", "REST.PUT.PART"),
        *("REST.COPY.PART_GET", "REST.COPY.PART", "REST.GET.UPLOAD", "REST.DELETE.UPLOAD"),
    ]


def test_unsigned_requests_and_presigned_urls_are_distinguished(s3: S3Client, mock: S3, logs: str) -> None:
    del logs
    anonymous = boto3.client("s3", region_name="us-east-1", config=Config(signature_version=UNSIGNED))
    s3.put_object(Bucket="a-bucket", Key="k", ACL="public-read")
    anonymous.get_object(Bucket="a-bucket", Key="k")
    mock.deliver_logs()
    line = lines(s3)[-1]
    assert (line["requester"], line["signature"], line["auth"]) == ("-", "-", "-")


@pytest.mark.parametrize(
    ("name", "account", "requester"),
    [
        ("ann", None, "arn:aws:iam::123456789012:user/ann"),
        ("ann", "210987654321", "arn:aws:iam::210987654321:user/ann"),
        ("role/reader", None, "arn:aws:sts::123456789012:assumed-role/reader/s3mock"),
        ("arn:aws:iam::210987654321:root", None, Account("210987654321").canonical_id),
    ],
)
def test_a_principal_is_named_by_its_arn_and_a_root_by_its_canonical_id(
    s3: S3Client, mock: S3, logs: str, name: str, account: str | None, requester: str
) -> None:
    del logs
    s3.put_object(Bucket="a-bucket", Key="k")
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [allowed]}
    mock.client(region_name="us-east-1", **mock.add_principal(name, [policy], account=account)).get_object(
        Bucket="a-bucket", Key="k"
    )
    mock.deliver_logs()
    assert lines(s3)[-1]["requester"] == requester


def test_logs_are_delivered_at_the_next_full_hour(s3: S3Client, mock: S3, logs: str) -> None:
    del logs
    with time_machine.travel(NOON, tick=False):
        s3.put_object(Bucket="a-bucket", Key="k")
        mock.clock.advance(minutes=49)
        assert keys(s3) == []
        mock.clock.advance(minutes=1)
        (key,) = keys(s3)
        s3.get_object(Bucket="a-bucket", Key="k")
        mock.clock.advance(hours=1)
        second = [other for other in keys(s3) if other != key]
    assert re.fullmatch(r"log/2026-11-25-13-00-00-[0-9A-Z]{16}", key)
    assert len(second) == 1
    assert re.fullmatch(r"log/2026-11-25-14-00-00-[0-9A-Z]{16}", second[0])


@pytest.mark.parametrize("source", [{"PartitionDateSource": "EventTime"}, {}], ids=["by event time", "by default"])
def test_keys_can_be_partitioned(s3: S3Client, mock: S3, bucket: str, source: dict[str, str]) -> None:
    create_target(s3)
    folder = "log/123456789012/us-east-1/a-bucket/"
    with time_machine.travel(NOON, tick=False):
        put(s3, bucket, TargetObjectKeyFormat={"PartitionedPrefix": source})
        mock.clock.advance(hours=30)
        (by_event,) = keys(s3)
        s3.delete_object(Bucket="logs", Key=by_event)
        put(s3, bucket, TargetObjectKeyFormat={"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}})
        mock.clock.advance(hours=1)
        (by_delivery,) = keys(s3)
    assert re.fullmatch(rf"{folder}2026/11/25/2026-11-25-00-00-00-[0-9A-Z]{{16}}", by_event)
    assert re.fullmatch(rf"{folder}2026/11/26/2026-11-26-19-00-00-[0-9A-Z]{{16}}", by_delivery)


def test_several_buckets_can_share_a_target_bucket(s3: S3Client, mock: S3, logs: str) -> None:
    del logs
    s3.create_bucket(Bucket="another-bucket")
    put(s3, "another-bucket", TargetPrefix="another/")
    mock.deliver_logs()
    assert sorted(key.partition("/")[0] for key in keys(s3)) == ["another", "log"]


def test_buckets_without_logging_have_no_records(s3: S3Client, mock: S3, logs: str) -> None:
    del logs
    s3.put_bucket_logging(Bucket="a-bucket", BucketLoggingStatus={})
    s3.put_object(Bucket="a-bucket", Key="k")
    s3.create_bucket(Bucket="another-bucket")
    assert operations(s3, mock) == ["REST.PUT.LOGGING_STATUS"]


def test_logs_for_a_deleted_target_are_lost(s3: S3Client, mock: S3, logs: str) -> None:
    s3.put_object(Bucket="a-bucket", Key="k")
    s3.delete_bucket(Bucket=logs)
    mock.clock.advance(hours=2)
    create_target(s3)
    mock.clock.advance(hours=2)
    assert keys(s3) == []


def test_log_objects_have_the_target_grants(s3: S3Client, mock: S3, bucket: str) -> None:
    create_target(s3)
    other = "a" * 64
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": other}, "Permission": "READ"}
    put(s3, bucket, TargetGrants=[grant])
    mock.deliver_logs()
    acl = s3.get_object_acl(Bucket="logs", Key=keys(s3)[0])
    grants = [(entry["Grantee"]["ID"], entry["Permission"]) for entry in acl["Grants"]]
    assert grants == [(acl["Owner"]["ID"], "FULL_CONTROL"), (other, "READ")]


def test_the_target_is_a_bucket_of_the_same_owner_and_region(s3: S3Client, mock: S3, bucket: str) -> None:
    with refused(
        "InvalidTargetBucketForLogging",
        400,
        Message="The target bucket for logging does not exist",
        TargetBucket="logs",
    ):
        put(s3, bucket)
    other: Any = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="444455556666", aws_secret_access_key="any"
    )
    other.create_bucket(Bucket="logs")
    message = "The owner for the bucket to be logged and the target bucket must be the same."
    with refused("InvalidTargetBucketForLogging", 400, Message=message, TargetBucket="logs"):
        put(s3, bucket)
    west = mock.client(region_name="us-west-2")
    west.create_bucket(Bucket="logs-in-the-west", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    with refused("CrossLocationLoggingProhibitted", 403, TargetBucketLocation="us-west-2"):
        put(s3, bucket, TargetBucket="logs-in-the-west")
    assert without_metadata(s3.get_bucket_logging(Bucket=bucket)) == {}


def test_target_grants_are_refused_for_a_target_without_acls(s3: S3Client, bucket: str) -> None:
    s3.create_bucket(Bucket="logs", ObjectOwnership="BucketOwnerEnforced")
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": "a" * 64}, "Permission": "READ"}
    with refused("AccessControlListNotSupported", 400):
        put(s3, bucket, TargetGrants=[grant])
    put(s3, bucket)


def test_a_target_grant_has_any_permission_of_an_acl(s3: S3Client, logs: str) -> None:
    """aws_recorded: test_put_bucket_logging_accept_wrong_grants."""
    grants = [
        {"Grantee": {"Type": "CanonicalUser", "ID": "a" * 64}, "Permission": permission}
        for permission in ("FULL_CONTROL", "READ", "READ_ACP", "WRITE", "WRITE_ACP")
    ]
    put(s3, "a-bucket", TargetBucket=logs, TargetGrants=grants)
    assert s3.get_bucket_logging(Bucket="a-bucket")["LoggingEnabled"]["TargetGrants"] == grants
    with refused("MalformedXML", 400):
        put(s3, "a-bucket", TargetBucket=logs, TargetGrants=[grants[0] | {"Permission": "LIST"}])


def test_logs_do_not_cross_regions(mock: S3, s3: S3Client) -> None:
    """S3's own spelling, which names no us-east-1 (aws_recorded: test_put_bucket_logging_cross_locations)."""
    for region in ("us-east-2", "us-west-2"):
        where: Any = {"LocationConstraint": region}
        s3.create_bucket(Bucket=f"in-{region}", CreateBucketConfiguration=where)
    message = "Cross S3 location logging not allowed. "
    places = {"SourceBucketLocation": "us-east-2", "TargetBucketLocation": "us-west-2"}
    with refused("CrossLocationLoggingProhibitted", 403, Message=message, **places):
        put(mock.client(region_name="us-east-2"), "in-us-east-2", TargetBucket="in-us-west-2")


def test_the_document_is_spelled_as_in_s3(s3: S3Client, mock: S3, logs: str) -> None:
    # API page GetBucketLogging, sample response
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": "a" * 64}, "Permission": "READ"}
    put(s3, "a-bucket", TargetGrants=[grant])
    written = re.sub("<Grantee [^>]*>.*</Grantee>", "<Grantee/>", document(mock.cloud, "/a-bucket?logging"))
    assert written == (
        '<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LoggingEnabled>'
        f"<TargetBucket>{logs}</TargetBucket><TargetPrefix>log/</TargetPrefix>"
        "<TargetGrants><Grant><Grantee/><Permission>READ</Permission></Grant></TargetGrants>"
        "</LoggingEnabled></BucketLoggingStatus>"
    )


def test_a_key_format_is_simple_or_partitioned(s3: S3Client, bucket: str) -> None:
    create_target(s3)
    for wrong in ({}, {"SimplePrefix": {}, "PartitionedPrefix": {"PartitionDateSource": "EventTime"}}):
        with refused("MalformedXML", 400):
            put(s3, bucket, TargetObjectKeyFormat=wrong)
    assert without_metadata(s3.get_bucket_logging(Bucket=bucket)) == {}


def test_a_reset_discards_undelivered_logs(s3: S3Client, mock: S3, logs: str) -> None:
    s3.put_object(Bucket="a-bucket", Key="k")
    mock.reset()
    create_target(s3)
    mock.deliver_logs()
    mock.clock.advance(hours=1)
    assert keys(s3) == []
