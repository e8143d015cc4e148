"""S3 Inventory: its configurations, and the reports that are made as time passes."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from base64 import b64decode
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from botocore import loaders

from s3mock.models.inventory import OPTIONAL
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
SCHEMAS = {
    "Parquet": (
        "message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); optional int64 size; "
        "optional int64 last_modified_date (TIMESTAMP_MILLIS); optional boolean is_multipart_uploaded; }"
    ),
    "ORC": ("struct<bucket:string,key:string,size:bigint,last_modified_date:timestamp,is_multipart_uploaded:boolean>"),
}
KEY_ID = "12345678-1234-1234-1234-123456789012"


@pytest.fixture
def reports(s3: S3Client, bucket: str) -> str:
    """The name of a bucket for reports of the bucket "a-bucket"."""
    del bucket
    s3.create_bucket(Bucket="reports")
    return "reports"


def configuration(*fields: str, destination: dict[str, Any] | None = None, **more: Any) -> Any:
    target = {"Bucket": "arn:aws:s3:::reports", "Format": "CSV", **(destination or {})}
    return {
        "Id": "one",
        "IsEnabled": True,
        "IncludedObjectVersions": "Current",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": target},
        **({"OptionalFields": list(fields)} if fields else {}),
        **more,
    }


def put(s3: S3Client, *fields: str, destination: dict[str, Any] | None = None, **more: Any) -> Any:
    inventory = configuration(*fields, destination=destination, **more)
    s3.put_bucket_inventory_configuration(Bucket="a-bucket", Id="one", InventoryConfiguration=inventory)
    return inventory


def keys(s3: S3Client, ending: str = "") -> list[str]:
    """The keys in the bucket of reports."""
    listed = s3.list_objects_v2(Bucket="reports").get("Contents", [])
    return [entry["Key"] for entry in listed if entry["Key"].endswith(ending)]


def read(s3: S3Client, key: str) -> bytes:
    return s3.get_object(Bucket="reports", Key=key)["Body"].read()


def report(s3: S3Client) -> tuple[dict[str, Any], list[list[str]]]:
    """The only manifest, and the rows of its only inventory list, which is CSV."""
    (key,) = keys(s3, "manifest.json")
    manifest = json.loads(read(s3, key))
    (file,) = manifest["files"]
    text = gzip.decompress(read(s3, file["key"])).decode()
    return manifest, list(csv.reader(io.StringIO(text)))


def test_a_report_and_its_manifests_are_delivered_at_one_o_clock(s3: S3Client, mock: S3, reports: str) -> None:
    """User Guide, "Locating your inventory list" and "What is an S3 Inventory manifest?"."""
    with time_machine.travel(WEDNESDAY, tick=False):
        s3.put_object(Bucket="a-bucket", Key="b c/ä.txt", Body=b"12")
        s3.put_object(Bucket="a-bucket", Key="a", Body=b"1")
        put(s3, "Size", "ETag", destination={"Prefix": "inv"})
        mock.clock.advance(hours=12, minutes=59)
        assert keys(s3) == []
        mock.clock.advance(minutes=1)
        manifest, rows = report(s3)
        (file,) = manifest["files"]
        content = read(s3, file["key"])
        folder = "inv/a-bucket/one"
        assert keys(s3) == [
            f"{folder}/2026-11-26T01-00Z/manifest.checksum",
            f"{folder}/2026-11-26T01-00Z/manifest.json",
            file["key"],
            f"{folder}/hive/dt=2026-11-26-01-00/symlink.txt",
        ]
        assert file["key"].startswith(f"{folder}/data/")
        assert file["key"].endswith(".csv.gz")
        assert manifest == {
            "sourceBucket": "a-bucket",
            "destinationBucket": "arn:aws:s3:::reports",
            "version": "2016-11-30",
            "creationTimestamp": "1795654800000",
            "fileFormat": "CSV",
            "fileSchema": "Bucket, Key, Size, ETag",
            "files": [
                {
                    "key": file["key"],
                    "size": len(content),
                    "MD5checksum": hashlib.md5(content).hexdigest(),
                    "inventoryRecordCount": 2,
                }
            ],
        }
        assert rows == [
            ["a-bucket", "a", "1", "c4ca4238a0b923820dcc509a6f75849b"],
            ["a-bucket", "b+c/%C3%A4.txt", "2", "c20ad4d76fe97759aa27a0c99bff6710"],
        ]
        document = read(s3, f"{folder}/2026-11-26T01-00Z/manifest.json")
        checksum = read(s3, f"{folder}/2026-11-26T01-00Z/manifest.checksum")
        assert checksum.decode() == hashlib.md5(document).hexdigest()
        assert read(s3, f"{folder}/hive/dt=2026-11-26-01-00/symlink.txt").decode() == f"s3://reports/{file['key']}"
        del reports


def test_daily_reports_are_made_every_day_and_weekly_ones_on_sundays(s3: S3Client, mock: S3, reports: str) -> None:
    with time_machine.travel(WEDNESDAY, tick=False):
        put(s3)
        weekly = configuration(Schedule={"Frequency": "Weekly"}) | {"Id": "weekly"}
        s3.put_bucket_inventory_configuration(Bucket="a-bucket", Id="weekly", InventoryConfiguration=weekly)
        mock.clock.advance(days=13)
        dates = [key.split("/")[1:3] for key in keys(s3, "manifest.json")]
    assert [date for name, date in dates if name == "one"] == [
        *(f"2026-11-{day}T01-00Z" for day in range(26, 31)),
        *(f"2026-12-0{day}T01-00Z" for day in range(1, 9)),
    ]
    assert [date for name, date in dates if name == "weekly"] == [
        "2026-11-26T01-00Z",
        "2026-11-29T01-00Z",
        "2026-12-06T01-00Z",
    ]
    del reports


def test_a_configuration_that_comes_back_makes_one_report_a_day(s3: S3Client, mock: S3, reports: str) -> None:
    with time_machine.travel(WEDNESDAY, tick=False):
        put(s3)
        put(s3, "Size")
        put(s3)
        s3.delete_bucket_inventory_configuration(Bucket="a-bucket", Id="one")
        put(s3)
        mock.clock.advance(days=2)
        assert len(keys(s3, "manifest.json")) == 2
    del reports


def test_a_report_shows_the_bucket_as_of_its_time(s3: S3Client, mock: S3, reports: str) -> None:
    with time_machine.travel(WEDNESDAY, tick=False):
        put(s3)
        mock.clock.advance(days=1)
        (key,) = keys(s3, "manifest.json")
        reply = s3.head_object(Bucket=reports, Key=key)
    assert reply["LastModified"] == datetime(2026, 11, 26, 1, tzinfo=timezone.utc)
    assert reply["ServerSideEncryption"] == "AES256"


def test_all_versions_are_listed_with_their_status(s3: S3Client, mock: S3, reports: str) -> None:
    s3.put_bucket_versioning(Bucket="a-bucket", VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket="a-bucket", Key="k", Body=b"1")["VersionId"]
    marker = s3.delete_object(Bucket="a-bucket", Key="k")["VersionId"]
    put(s3, "Size", "StorageClass", IncludedObjectVersions="All")
    mock.clock.advance(days=1)
    manifest, rows = report(s3)
    assert manifest["fileSchema"] == "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, StorageClass"
    assert rows == [
        ["a-bucket", "k", marker, "true", "true", "", ""],
        ["a-bucket", "k", old, "false", "false", "1", "STANDARD"],
    ]
    del reports


def test_reports_of_current_versions_leave_out_the_others(s3: S3Client, mock: S3, reports: str) -> None:
    s3.put_bucket_versioning(Bucket="a-bucket", VersioningConfiguration={"Status": "Enabled"})
    for key in ("a/gone", "a/there", "a/there", "b/elsewhere"):
        s3.put_object(Bucket="a-bucket", Key=key)
    s3.delete_object(Bucket="a-bucket", Key="a/gone")
    put(s3, Filter={"Prefix": "a/"})
    mock.clock.advance(days=1)
    assert report(s3)[1] == [["a-bucket", "a/there"]]
    del reports


def test_every_field_of_s3_has_its_column() -> None:
    model = loaders.Loader().load_service_model("s3", "service-2")
    assert set(OPTIONAL) == set(model["shapes"]["InventoryOptionalField"]["enum"])


def test_every_field_agrees_with_what_reads_return(s3: S3Client, mock: S3, reports: str) -> None:
    with time_machine.travel(WEDNESDAY, tick=False):
        s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
        until = datetime(2027, 1, 1, tzinfo=timezone.utc)
        s3.put_object(
            Bucket="locked",
            Key="k",
            Body=b"1",
            StorageClass="INTELLIGENT_TIERING",
            ServerSideEncryption="aws:kms",
            BucketKeyEnabled=True,
            ChecksumAlgorithm="SHA256",
            ObjectLockMode="GOVERNANCE",
            ObjectLockRetainUntilDate=until,
            ObjectLockLegalHoldStatus="ON",
        )
        rule: Any = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
        s3.put_bucket_lifecycle_configuration(Bucket="locked", LifecycleConfiguration={"Rules": [rule]})
        inventory = configuration(*OPTIONAL)
        s3.put_bucket_inventory_configuration(Bucket="locked", Id="one", InventoryConfiguration=inventory)
        mock.clock.advance(days=1)
        manifest, (row,) = report(s3)
        owner = s3.list_buckets()["Owner"]["ID"]
        etag = s3.head_object(Bucket="locked", Key="k")["ETag"].strip('"')
    columns = dict(zip(manifest["fileSchema"].split(", "), row, strict=True))
    grants = json.loads(b64decode(columns.pop("ObjectAccessControlList")))
    assert grants == {
        "version": "2022-11-10",
        "status": "AVAILABLE",
        "grants": [{"canonicalId": owner, "type": "CanonicalUser", "permission": "FULL_CONTROL"}],
    }
    assert columns == {
        "Bucket": "locked",
        "Key": "k",
        "Size": "1",
        "LastModifiedDate": "2026-11-25T12:00:00.000Z",
        "ETag": etag,
        "StorageClass": "INTELLIGENT_TIERING",
        "IsMultipartUploaded": "false",
        "ReplicationStatus": "",
        "EncryptionStatus": "SSE-KMS",
        "ObjectLockRetainUntilDate": "2027-01-01T00:00:00.000Z",
        "ObjectLockMode": "GOVERNANCE",
        "ObjectLockLegalHoldStatus": "ON",
        "ObjectLockEventHoldStatus": "",
        "ObjectLockEventHoldDuration": "",
        "IntelligentTieringAccessTier": "FREQUENT",
        "IntelligentTieringReferenceDate": "2026-11-25T12:00:00.000Z",
        "BucketKeyStatus": "ENABLED",
        "ChecksumAlgorithm": "SHA256",
        "ObjectOwner": owner,
        "LifecycleExpirationDate": "2026-12-26T00:00:00.000Z",
    }
    del reports


@pytest.mark.parametrize(
    ("size", "days", "tier"),
    [
        (128 * 1024, 29, "FREQUENT"),
        (128 * 1024, 31, "INFREQUENT"),
        (128 * 1024, 91, "ARCHIVE_INSTANT_ACCESS"),
        (1024, 91, "FREQUENT"),
    ],
)
def test_the_access_tier_depends_on_the_last_access(
    s3: S3Client, mock: S3, reports: str, size: int, days: int, tier: str
) -> None:
    s3.put_object(Bucket="a-bucket", Key="k", Body=bytes(size), StorageClass="INTELLIGENT_TIERING")
    mock.clock.advance(days=days)
    put(s3, "IntelligentTieringAccessTier")
    mock.clock.advance(days=1)
    assert report(s3)[1] == [["a-bucket", "k", tier]]
    del reports


@pytest.mark.parametrize("file_format", ["Parquet", "ORC"])
def test_reports_can_be_parquet_or_orc(s3: S3Client, mock: S3, reports: str, file_format: str) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import orc, parquet  # noqa: PLC0415

    with time_machine.travel(WEDNESDAY, tick=False):
        s3.put_object(Bucket="a-bucket", Key="a b", Body=b"1")
        put(s3, "Size", "LastModifiedDate", "IsMultipartUploaded", destination={"Format": file_format})
        mock.clock.advance(days=1)
        (key,) = keys(s3, "manifest.json")
        manifest = json.loads(read(s3, key))
        content = io.BytesIO(read(s3, manifest["files"][0]["key"]))
    reader: Any = parquet if file_format == "Parquet" else orc
    table = reader.read_table(content)
    assert manifest["fileFormat"] == file_format
    assert manifest["fileSchema"] == SCHEMAS[file_format]
    (row,) = table.to_pylist()
    assert row == {
        "bucket": "a-bucket",
        "key": "a b",
        "size": 1,
        "last_modified_date": WEDNESDAY,
        "is_multipart_uploaded": False,
    }
    del reports


def test_a_report_is_encrypted_as_configured(s3: S3Client, mock: S3, reports: str) -> None:
    put(s3, destination={"Encryption": {"SSEKMS": {"KeyId": KEY_ID}}})
    mock.clock.advance(days=1)
    reply = s3.head_object(Bucket=reports, Key=keys(s3, "manifest.json")[0])
    assert reply["ServerSideEncryption"] == "aws:kms"
    assert reply["SSEKMSKeyId"].endswith(f":key/{KEY_ID}")


def test_a_report_is_encrypted_by_the_default_of_its_bucket(s3: S3Client, mock: S3, reports: str) -> None:
    rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket=reports, ServerSideEncryptionConfiguration={"Rules": [rule]})
    put(s3)
    mock.clock.advance(days=1)
    assert s3.head_object(Bucket=reports, Key=keys(s3, "manifest.json")[0])["ServerSideEncryption"] == "aws:kms"


@pytest.mark.parametrize(
    ("destination", "more"),
    [
        ({"Bucket": "arn:aws:s3:::nowhere"}, {}),
        ({"AccountId": "999999999999"}, {}),
        ({"Encryption": {"SSEKMS": {"KeyId": "arn:aws:kms:eu-west-1:111122223333:key/elsewhere"}}}, {}),
        ({}, {"IsEnabled": False}),
    ],
)
def test_no_report_is_delivered_to_a_missing_bucket_or_while_disabled(
    s3: S3Client, mock: S3, reports: str, destination: dict[str, Any], more: dict[str, Any]
) -> None:
    put(s3, destination=destination, **more)
    mock.clock.advance(days=10)
    assert keys(s3) == []
    del reports


def test_no_report_is_delivered_to_another_region(s3: S3Client, mock: S3, bucket: str) -> None:
    west = mock.client(region_name="us-west-2")
    west.create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    put(s3)
    mock.clock.advance(days=2)
    assert keys(west) == []
    del bucket


def test_no_report_is_made_after_its_configuration_is_deleted(s3: S3Client, mock: S3, reports: str) -> None:
    put(s3)
    mock.clock.advance(days=1)
    assert len(keys(s3)) == 4
    s3.delete_bucket_inventory_configuration(Bucket="a-bucket", Id="one")
    mock.clock.advance(days=2)
    assert len(keys(s3)) == 4
    del reports


def test_a_configuration_is_read_as_it_was_put(s3: S3Client, bucket: str) -> None:
    destination = {"AccountId": "111122223333", "Prefix": "p", "Encryption": {"SSES3": {}}}
    inventory = put(s3, "Size", destination=destination, Filter={"Prefix": "a/"})
    reply = s3.get_bucket_inventory_configuration(Bucket=bucket, Id="one")
    assert without_metadata(reply) == {"InventoryConfiguration": inventory}
    listed = s3.list_bucket_inventory_configurations(Bucket=bucket)
    assert without_metadata(listed) == {"InventoryConfigurationList": [inventory], "IsTruncated": False}


def test_the_account_of_the_destination_is_not_checked(s3: S3Client, bucket: str) -> None:
    """s3_facts 31."""
    inventory = put(s3, destination={"AccountId": "not-an-account"})
    reply = s3.get_bucket_inventory_configuration(Bucket=bucket, Id="one")
    assert reply["InventoryConfiguration"] == inventory


@pytest.mark.parametrize(
    ("destination", "more", "code"),
    [
        ({"Bucket": "reports"}, {}, "InvalidS3DestinationBucket"),
        ({"Format": "TSV"}, {}, "MalformedXML"),
        ({"Encryption": {}}, {}, "MalformedXML"),
        ({"Encryption": {"SSES3": {}, "SSEKMS": {"KeyId": KEY_ID}}}, {}, "MalformedXML"),
        ({}, {"IncludedObjectVersions": "Some"}, "MalformedXML"),
        ({}, {"OptionalFields": ["Size", "Size"]}, "MalformedXML"),
        ({}, {"OptionalFields": ["Colour"]}, "MalformedXML"),
        ({}, {"Schedule": {"Frequency": "Hourly"}}, "MalformedXML"),
    ],
)
def test_an_invalid_configuration_is_refused(
    s3: S3Client, bucket: str, destination: dict[str, Any], more: dict[str, Any], code: str
) -> None:
    with refused(code, 400):
        put(s3, destination=destination, **more)
    with refused("NoSuchConfiguration", 404):
        s3.get_bucket_inventory_configuration(Bucket=bucket, Id="one")


def test_directory_buckets_have_fewer_fields(west: S3Client, directory: str) -> None:
    def put_in_directory(*fields: str) -> None:
        inventory = configuration(*fields)
        west.put_bucket_inventory_configuration(Bucket=directory, Id="one", InventoryConfiguration=inventory)

    put_in_directory("Size", "ETag")
    with refused("MalformedXML", 400):
        put_in_directory("Size", "ObjectOwner")
    reply = west.get_bucket_inventory_configuration(Bucket=directory, Id="one")
    assert reply["InventoryConfiguration"]["OptionalFields"] == ["Size", "ETag"]


def test_without_pyarrow_only_csv_is_written(s3: S3Client, reports: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3mock.responses.inventory.find_spec", lambda _: None)
    with refused("NotImplemented", 501) as refusal:
        put(s3, destination={"Format": "Parquet"})
    assert "pyarrow" in refusal.error["additionalMessage"]
    put(s3)
    del reports
