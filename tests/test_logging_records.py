"""Records of server access logs beyond one per request: copies, DeleteObjects, websites, lifecycle rules."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from s3mock.http import Request
from s3mock.transports import adapter
from tests.support.access_logs import lines, put

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

NOON = datetime(2026, 11, 25, 12, 10, tzinfo=timezone.utc)
REQUEST_FIELDS = (
    "uri",
    "error",
    "sent",
    "total",
    "turn_around",
    "referer",
    "agent",
    "cipher",
    "tls",
    "access_point",
    "acl",
)


pytestmark = pytest.mark.usefixtures("logs")


def records_of(s3: S3Client, mock: S3, operation: str) -> list[dict[str, str]]:
    """The records of an operation, after their delivery."""
    mock.deliver_logs()
    return [line for line in lines(s3) if line["operation"] == operation]


def without_request_fields(line: dict[str, str]) -> dict[str, str]:
    """A record without the fields that further records of a request lack."""
    assert {line[name] for name in REQUEST_FIELDS} == {"-"}
    return {name: value for name, value in line.items() if name not in REQUEST_FIELDS}


def test_a_copy_has_a_record_with_its_source_and_one_with_its_target(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.create_bucket(Bucket="source")
    put(s3, "source")
    s3.put_object(Bucket="source", Key="a b", Body=b"12345")
    reply = s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": "source", "Key": "a b"})
    (target,) = records_of(s3, mock, "REST.COPY.OBJECT")
    (source,) = records_of(s3, mock, "REST.COPY.OBJECT_GET")
    assert (target["bucket"], target["key"], target["uri"]) == (bucket, "c", '"PUT /c HTTP/1.1"')
    assert (source["request_id"], source["host_id"]) == (target["request_id"], target["host_id"])
    assert source["request_id"] == reply["ResponseMetadata"]["RequestId"]
    fields = without_request_fields(source)
    assert (fields["bucket"], fields["key"], fields["status"], fields["size"]) == ("source", "a%20b", "200", "5")
    assert fields["version"] == "-"


def test_a_failed_copy_has_no_record_with_its_source(s3: S3Client, mock: S3, bucket: str) -> None:
    with pytest.raises(s3.exceptions.ClientError):
        s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/none")
    (target,) = records_of(s3, mock, "REST.COPY.OBJECT")
    assert (target["status"], target["error"]) == ("404", "NoSuchKey")
    assert records_of(s3, mock, "REST.COPY.OBJECT_GET") == []


def test_a_copy_is_logged_for_the_source_even_if_the_target_has_no_logging(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.create_bucket(Bucket="target")
    s3.put_object(Bucket=bucket, Key="k")
    s3.copy_object(Bucket="target", Key="k", CopySource=f"{bucket}/k")
    assert [line["bucket"] for line in records_of(s3, mock, "REST.COPY.OBJECT_GET")] == [bucket]
    assert records_of(s3, mock, "REST.COPY.OBJECT") == []


def test_each_key_of_delete_objects_has_a_record(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    s3.put_object(Bucket=bucket, Key="b c", Body=b"12")
    objects: list[Any] = [{"Key": "a"}, {"Key": "b c"}, {"Key": "none"}]
    reply = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    records = [without_request_fields(line) for line in records_of(s3, mock, "BATCH.DELETE.OBJECT")]
    assert [(record["key"], record["status"], record["size"]) for record in records] == [
        ("a", "204", "1"),
        ("b%20c", "204", "2"),
    ]
    assert {record["request_id"] for record in records} == {reply["ResponseMetadata"]["RequestId"]}
    assert {record["signature"] for record in records} == {"SigV4"}
    (request,) = records_of(s3, mock, "REST.POST.MULTI_OBJECT_DELETE")
    assert (request["status"], request["key"]) == ("200", "-")


def test_the_record_of_a_deletion_has_the_object_size(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"123")
    for _ in range(2):
        s3.delete_object(Bucket=bucket, Key="a")
    assert [line["size"] for line in records_of(s3, mock, "REST.DELETE.OBJECT")] == ["3", "-"]


def test_records_of_delete_objects_have_version_ids(s3: S3Client, mock: S3, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="a", Body=b"1")["VersionId"]
    s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "a"}]})
    s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "a", "VersionId": version}]})
    versions = [(line["version"], line["size"]) for line in records_of(s3, mock, "BATCH.DELETE.OBJECT")]
    assert versions == [("-", "-"), (version, "1")]
    marker = s3.list_object_versions(Bucket=versioned)["DeleteMarkers"][0]["VersionId"]
    s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "a", "VersionId": marker}]})
    last = records_of(s3, mock, "BATCH.DELETE.OBJECT")
    assert (marker, "-") in [(line["version"], line["size"]) for line in last]


def test_the_record_of_a_website_visit_has_the_key_shown(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    s3.put_object(Bucket=bucket, Key="index.html", Body=b"hello", ACL="public-read")
    for path in ("/", "/docs/", "/none"):
        adapter.answer(mock.cloud, Request("GET", "http", f"{bucket}.s3-website-us-east-1.amazonaws.com", path))
    records = records_of(s3, mock, "WEBSITE.GET.OBJECT")
    assert [line["key"] for line in records] == ["index.html", "docs/index.html", "none"]
    first = records[0]
    assert (first["uri"], first["status"], first["sent"], first["size"]) == ('"GET / HTTP/1.1"', "200", "5", "5")
    assert (first["requester"], first["signature"], first["auth"]) == ("-", "-", "-")
    assert (records[2]["uri"], records[2]["error"] != "-") == ('"GET /none HTTP/1.1"', True)


RULES: dict[str, dict[str, Any]] = {
    "S3.EXPIRE.OBJECT": {"Expiration": {"Days": 1}},
    "S3.TRANSITION_SIA.OBJECT": {"Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}]},
    "S3.TRANSITION_ZIA.OBJECT": {"Transitions": [{"Days": 30, "StorageClass": "ONEZONE_IA"}]},
    "S3.TRANSITION_INT.OBJECT": {"Transitions": [{"Days": 1, "StorageClass": "INTELLIGENT_TIERING"}]},
    "S3.TRANSITION_GIR.OBJECT": {"Transitions": [{"Days": 1, "StorageClass": "GLACIER_IR"}]},
    "S3.TRANSITION.OBJECT": {"Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]},
    "S3.TRANSITION_GDA.OBJECT": {"Transitions": [{"Days": 1, "StorageClass": "DEEP_ARCHIVE"}]},
    "S3.DELETE.UPLOAD": {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
}


def put_rule(s3: S3Client, bucket: str, **actions: Any) -> None:
    """Set a lifecycle rule for all objects."""
    rule: Any = {"ID": "a-rule", "Status": "Enabled", "Filter": {"Prefix": ""}, **actions}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})


@pytest.mark.parametrize("operation", RULES)
def test_effects_of_lifecycle_rules_have_records(s3: S3Client, mock: S3, bucket: str, operation: str) -> None:
    with time_machine.travel(NOON, tick=False):
        put_rule(s3, bucket, **RULES[operation])
        s3.put_object(Bucket=bucket, Key="a b", Body=bytes(200_000))
        s3.create_multipart_upload(Bucket=bucket, Key="a b")
        owner = s3.list_buckets()["Owner"]["ID"]
        mock.clock.advance(days=32)
        (record,) = records_of(s3, mock, operation)
    days = 31 if "IA" in operation else 2
    midnight = NOON.replace(hour=0, minute=0) + timedelta(days=days)
    assert record.pop("time") == f"[{midnight:%d/%b/%Y:%H:%M:%S} +0000]"
    assert re.fullmatch("[0-9A-Z]{16}", record.pop("request_id"))
    assert {name: value for name, value in record.items() if value != "-"} == {
        "owner": owner,
        "bucket": bucket,
        "requester": "AmazonS3",
        "operation": operation,
        "key": "a%20b",
        "uri": '"-"',
        "referer": '"-"',
        "agent": '"-"',
        "region": "us-east-1",
        **({} if operation == "S3.DELETE.UPLOAD" else {"size": "200000"}),
    }


def test_a_delete_marker_of_a_lifecycle_rule_has_a_record(s3: S3Client, mock: S3, versioned: str) -> None:
    put_rule(s3, versioned, Expiration={"Days": 1}, NoncurrentVersionExpiration={"NoncurrentDays": 1})
    version = s3.put_object(Bucket=versioned, Key="a", Body=b"123")["VersionId"]
    mock.clock.advance(days=2)
    marker = s3.list_object_versions(Bucket=versioned)["DeleteMarkers"][0]["VersionId"]
    mock.clock.advance(days=2)
    (marked,) = records_of(s3, mock, "S3.CREATE.DELETEMARKER")
    expired = records_of(s3, mock, "S3.EXPIRE.OBJECT")
    assert (marked["version"], marked["size"]) == (marker, "3")
    assert (expired[0]["version"], expired[0]["size"]) == (version, "3")


def test_records_of_a_rule_are_delivered_with_those_of_their_hour(s3: S3Client, mock: S3, bucket: str) -> None:
    with time_machine.travel(NOON, tick=False):
        put_rule(s3, bucket, Expiration={"Days": 1})
        s3.put_object(Bucket=bucket, Key="a")
        mock.clock.advance(days=10)
        names = [entry["Key"] for entry in s3.list_objects_v2(Bucket="logs")["Contents"]]
    assert [name[len("log/") :][:19] for name in names] == ["2026-11-25-13-00-00", "2026-11-27-01-00-00"]
