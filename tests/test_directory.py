"""Directory buckets: names, zones, endpoints, and what they do not support."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from s3mock.models import directory as rules
from s3mock.server import S3MockServer
from s3mock.settings import Settings
from tests.support import raw_requests
from tests.support.operations import DECLARED, IMPLEMENTED
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import LocationTypeType

NAME = "films--usw2-az1--x-s3"
MODEL = botocore.session.get_session().get_service_model("s3")


def create(
    client: S3Client, name: str = NAME, zone: str = "usw2-az1", kind: LocationTypeType = "AvailabilityZone"
) -> Any:
    return client.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"Location": {"Type": kind, "Name": zone}, "Bucket": {"Type": "Directory"}},
    )


def documentation(text: str | None) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", text or ""))


def test_a_directory_bucket_is_created_in_a_zone_of_the_endpoints_region(west: S3Client) -> None:
    assert without_metadata(create(west)) == {
        "Location": f"https://{NAME}.s3express-usw2-az1.us-west-2.amazonaws.com/",
        "BucketArn": f"arn:aws:s3express:us-west-2:123456789012:bucket/{NAME}",
    }


def test_head_bucket_returns_the_zone_of_a_directory_bucket(west: S3Client) -> None:
    create(west)
    assert without_metadata(west.head_bucket(Bucket=NAME)) == {
        "BucketArn": f"arn:aws:s3express:us-west-2:123456789012:bucket/{NAME}",
        "BucketLocationType": "AvailabilityZone",
        "BucketLocationName": "usw2-az1",
        "BucketRegion": "us-west-2",
        "AccessPointAlias": False,
    }


def test_a_local_zone_can_have_directory_buckets(west: S3Client) -> None:
    name = "films--usw2-lax1-az1--x-s3"
    create(west, name, "usw2-lax1-az1", "LocalZone")
    assert west.head_bucket(Bucket=name)["BucketLocationType"] == "LocalZone"
    west.put_object(Bucket=name, Key="a", Body=b"1")
    assert west.head_object(Bucket=name, Key="a")["StorageClass"] == "ONEZONE_IA"


@pytest.mark.parametrize(
    "name", ["films--x-s3", "Films--usw2-az1--x-s3", "-films--usw2-az1--x-s3", "xn--f--usw2-az1--x-s3"]
)
def test_a_name_needs_a_base_and_a_zone(west: S3Client, name: str) -> None:
    with refused("InvalidBucketName", 400, BucketName=name):
        create(west, name)


def test_a_name_has_at_most_63_characters(west: S3Client) -> None:
    suffix = "--usw2-az1--x-s3"
    create(west, "a" * (63 - len(suffix)) + suffix)
    with refused("InvalidBucketName", 400):
        create(west, "a" * (64 - len(suffix)) + suffix)


def test_the_configuration_is_required(west: S3Client) -> None:
    with refused("MalformedXML", 400):
        west.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    with refused("MalformedXML", 400):
        west.create_bucket(Bucket=NAME)


def test_name_location_and_region_must_agree(west: S3Client) -> None:
    with refused("InvalidRequest", 400):
        create(west, zone="usw2-az3")
    with refused("InvalidRequest", 400):
        create(west, "films--use1-az4--x-s3", "use1-az4")
    with refused("InvalidRequest", 400):
        create(west, kind="LocalZone")


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("us-east-1", "use1-az4"),
        ("us-east-2", "use2-az1"),
        ("ap-south-1", "aps1-az1"),
        ("ap-northeast-1", "apne1-az4"),
        ("eu-west-1", "euw1-az3"),
        ("eu-north-1", "eun1-az2"),
    ],
)
def test_a_zone_is_named_after_its_region(region: str, zone: str) -> None:
    with mock_s3() as mock:
        client: S3Client = mock.client(region_name=region)
        create(client, f"films--{zone}--x-s3", zone)
        assert client.head_bucket(Bucket=f"films--{zone}--x-s3")["BucketRegion"] == region


def test_a_directory_bucket_cannot_be_created_twice(west: S3Client) -> None:
    create(west)
    with refused("BucketAlreadyOwnedByYou", 409, BucketName=NAME):
        create(west)
    other: S3Client = boto3.client(
        "s3", region_name="us-west-2", aws_access_key_id="210987654321", aws_secret_access_key="secret"
    )
    with refused("BucketAlreadyExists", 409, BucketName=NAME):
        create(other)


@pytest.mark.parametrize("constraint", [{}, {"LocationConstraint": "us-west-2"}], ids=["without", "with"])
@pytest.mark.parametrize(
    "configuration",
    [
        {"Location": {"Name": "usw2-az1", "Type": "AvailabilityZone"}},
        {"Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"}},
        {"Location": {"Name": "usw2-az1", "Type": "AvailabilityZone"}, "Bucket": {"Type": "Directory"}},
    ],
    ids=["location", "bucket", "both"],
)
def test_a_directory_bucket_under_an_ordinary_name_is_malformed(
    west: S3Client, configuration: Any, constraint: Any
) -> None:
    """s3_facts 31."""
    with refused("MalformedXML", 400):
        west.create_bucket(Bucket="films", CreateBucketConfiguration=configuration | constraint)
    assert west.list_buckets()["Buckets"] == []


def test_the_two_kinds_of_buckets_are_listed_separately(west: S3Client, directory: str) -> None:
    west.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    assert [bucket["Name"] for bucket in west.list_buckets()["Buckets"]] == ["a-bucket"]
    reply = west.list_directory_buckets()
    created = reply["Buckets"][0]["CreationDate"]
    arn = f"arn:aws:s3express:us-west-2:123456789012:bucket/{directory}"
    assert without_metadata(reply) == {"Buckets": [{"Name": directory, "CreationDate": created, "BucketArn": arn}]}


def test_directory_buckets_are_listed_by_region_and_account(west: S3Client, directory: str) -> None:
    assert directory
    east: S3Client = boto3.client("s3", region_name="us-east-1")
    other: S3Client = boto3.client(
        "s3", region_name="us-west-2", aws_access_key_id="210987654321", aws_secret_access_key="secret"
    )
    assert east.list_directory_buckets()["Buckets"] == other.list_directory_buckets()["Buckets"] == []
    assert len(west.list_directory_buckets()["Buckets"]) == 1


def test_directory_buckets_are_listed_in_pages(west: S3Client) -> None:
    names = [f"films{number}--usw2-az1--x-s3" for number in range(5)]
    for name in names:
        create(west, name)
    pages = west.get_paginator("list_directory_buckets").paginate(PaginationConfig={"PageSize": 2})
    assert [[bucket["Name"] for bucket in page["Buckets"]] for page in pages] == [names[:2], names[2:4], names[4:]]
    with refused("InvalidArgument", 400):
        west.list_directory_buckets(MaxDirectoryBuckets=1001)


def test_a_directory_bucket_is_deleted_only_when_empty(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="a", Body=b"1")
    with refused("BucketNotEmpty", 409):
        west.delete_bucket(Bucket=directory)
    west.delete_object(Bucket=directory, Key="a")
    west.delete_bucket(Bucket=directory)
    assert west.list_directory_buckets()["Buckets"] == []


def test_a_directory_bucket_with_an_upload_in_progress_is_not_deleted(west: S3Client, directory: str) -> None:
    upload = west.create_multipart_upload(Bucket=directory, Key="a")
    with refused("BucketNotEmpty", 409):
        west.delete_bucket(Bucket=directory)
    west.abort_multipart_upload(Bucket=directory, Key="a", UploadId=upload["UploadId"])
    west.delete_bucket(Bucket=directory)


def ask(cloud: Cloud, method: str, host: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    """The status and the document of the response to a request at ``host``."""
    response = raw_requests.ask(cloud, method, path, body, endpoint=host, **headers)
    assert isinstance(response.body, bytes)
    return response.status, response.body.decode()


CONFIGURATION = (
    b"<CreateBucketConfiguration><Location><Name>usw2-az1</Name><Type>AvailabilityZone</Type></Location>"
    b"<Bucket><Type>Directory</Type></Bucket></CreateBucketConfiguration>"
)


@pytest.fixture
def cloud() -> Cloud:
    cloud = Cloud(Settings())
    assert ask(cloud, "PUT", "s3express-control.us-west-2.amazonaws.com", f"/{NAME}", CONFIGURATION)[0] == 200
    return cloud


def test_a_directory_bucket_exists_only_at_its_own_endpoints(cloud: Cloud) -> None:
    zonal = f"{NAME}.s3express-usw2-az1.us-west-2.amazonaws.com"
    assert ask(cloud, "PUT", zonal, "/key", b"1")[0] == 200
    assert ask(cloud, "GET", zonal, "/key") == (200, "1")
    for host, path in (
        (f"{NAME}.s3express-usw2-az3.us-west-2.amazonaws.com", "/key"),
        (f"{NAME}.s3express-usw2-az1.us-east-1.amazonaws.com", "/key"),
        ("s3express-usw2-az1.us-west-2.amazonaws.com", f"/{NAME}/key"),
        (f"{NAME}.s3.us-west-2.amazonaws.com", "/key"),
        ("s3.us-west-2.amazonaws.com", f"/{NAME}/key"),
    ):
        status, document = ask(cloud, "GET", host, path)
        assert (status, "<Code>NoSuchBucket</Code>" in document) == (404, True)


def test_operations_on_buckets_and_on_objects_have_their_own_endpoints(cloud: Cloud) -> None:
    zonal = f"{NAME}.s3express-usw2-az1.us-west-2.amazonaws.com"
    control = "s3express-control.us-west-2.amazonaws.com"
    assert ask(cloud, "GET", control, f"/{NAME}?encryption")[0] == 200
    assert ask(cloud, "GET", zonal, "/?encryption")[0] == 405
    assert ask(cloud, "GET", zonal, "/?list-type=2")[0] == 200
    assert ask(cloud, "GET", control, f"/{NAME}?list-type=2")[0] == 405
    assert ask(cloud, "PUT", "s3.us-west-2.amazonaws.com", f"/b{NAME}", CONFIGURATION)[0] == 400


def test_a_custom_endpoint_serves_directory_buckets(west: S3Client) -> None:
    assert west
    local: S3Client = boto3.client("s3", region_name="us-west-2", endpoint_url="http://localhost:4566")
    create(local)
    local.put_object(Bucket=NAME, Key="a", Body=b"1")
    assert local.get_object(Bucket=NAME, Key="a")["Body"].read() == b"1"
    assert [bucket["Name"] for bucket in local.list_directory_buckets()["Buckets"]] == [NAME]


def test_a_server_serves_directory_buckets() -> None:
    with S3MockServer() as server:
        remote: S3Client = boto3.client(
            "s3",
            endpoint_url=server.endpoint_url,
            region_name="us-west-2",
            aws_access_key_id="210987654321",
            aws_secret_access_key="secret",
        )
        create(remote)
        remote.put_object(Bucket=NAME, Key="a", Body=b"1")
        remote.put_object(Bucket=NAME, Key="a", Body=b"2", WriteOffsetBytes=1)
        remote.rename_object(Bucket=NAME, Key="b", RenameSource="a")
        assert remote.get_object(Bucket=NAME, Key="b")["Body"].read() == b"12"
        arn = f"arn:aws:s3express:us-west-2:210987654321:bucket/{NAME}"
        assert remote.list_directory_buckets()["Buckets"][0]["BucketArn"] == arn


def test_the_supported_operations_are_those_of_the_documentation() -> None:
    refusal = re.compile("This operation is not supported (for|by) directory buckets")
    says_no = {name for name in IMPLEMENTED if refusal.search(documentation(MODEL.operation_model(name).documentation))}
    assert len(says_no) > 60
    supported = {name for name, declared in DECLARED.items() if declared.directory is not None}
    assert not says_no & supported
    rest = set(IMPLEMENTED) - says_no - supported
    others = re.compile("Annotation|Metadata|Abac|^CreateBucket$|^ListDirectoryBuckets$")
    assert [name for name in rest if not others.search(name)] == []


def test_the_refused_members_are_those_of_the_documentation() -> None:
    members = set()
    for name in {name for name, declared in DECLARED.items() if declared.directory is not None} | {"CreateBucket"}:
        shape = MODEL.operation_model(name).input_shape
        assert shape is not None
        for member, of_member in shape.members.items():
            text = documentation(of_member.documentation)
            if re.search("This functionality is not supported (for directory buckets|when the)", text):
                members.add((member, of_member.serialization["name"]))
    handled = {("ContentMD5", "Content-MD5"), ("ExpectedBucketOwner", "x-amz-expected-bucket-owner")}
    # In other words: "This parameter applies to general purpose buckets only."
    members.add(("TransitionDefaultMinimumObjectSize", "x-amz-transition-default-minimum-object-size"))
    assert members - handled == set(rules.REFUSED_MEMBERS.items())


def test_an_unsupported_configuration_has_the_error_of_create_bucket(west: S3Client, directory: str) -> None:
    with refused(
        "InvalidArgument", 400, Message="VersioningConfiguration is not valid, expected CreateBucketConfiguration"
    ):
        west.put_bucket_versioning(Bucket=directory, VersioningConfiguration={"Status": "Enabled"})


def test_unsupported_operations_are_refused(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="a", Body=b"1")
    with refused("NotSupported", 400):
        west.list_objects(Bucket=directory)
    with refused("MethodNotAllowed", 405, Method="GET", ResourceType="BUCKET"):
        west.get_bucket_versioning(Bucket=directory)
    with refused("MethodNotAllowed", 405):
        west.list_object_versions(Bucket=directory)
    with refused("NotImplemented", 501):
        west.get_object_tagging(Bucket=directory, Key="a")
    with refused("NotImplemented", 501):
        west.put_object_acl(Bucket=directory, Key="a", ACL="private")


@pytest.mark.parametrize(
    ("member", "value", "header"),
    [
        ("ACL", "private", "x-amz-acl"),
        ("Tagging", "a=b", "x-amz-tagging"),
        ("WebsiteRedirectLocation", "/b", "x-amz-website-redirect-location"),
        ("RequestPayer", "requester", "x-amz-request-payer"),
        ("ObjectLockLegalHoldStatus", "ON", "x-amz-object-lock-legal-hold"),
    ],
)
def test_a_header_of_another_feature_is_not_implemented(
    west: S3Client, directory: str, member: str, value: str, header: str
) -> None:
    parameters: Any = {member: value}
    with refused("NotImplemented", 501, Header=header):
        west.put_object(Bucket=directory, Key="a", Body=b"1", **parameters)
    assert west.list_objects_v2(Bucket=directory)["KeyCount"] == 0


def test_a_content_md5_is_not_supported(west: S3Client, directory: str) -> None:
    with refused("NotImplemented", 501, Message="This bucket does not support Content Md5 header."):
        west.put_object(Bucket=directory, Key="a", Body=b"1", ContentMD5="xMpCOKC5I4INzFCab3WEmw==")


def test_the_regional_endpoint_refuses_an_expected_owner(west: S3Client, directory: str) -> None:
    with refused("NotImplemented", 501, Header="x-amz-expected-bucket-owner"):
        west.get_bucket_encryption(Bucket=directory, ExpectedBucketOwner="123456789012")
    west.list_objects_v2(Bucket=directory, ExpectedBucketOwner="123456789012")


def test_access_logs_cannot_go_to_a_directory_bucket(west: S3Client, directory: str) -> None:
    west.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    with refused("InvalidTargetBucketForLogging", 400, TargetBucket=directory):
        west.put_bucket_logging(
            Bucket="a-bucket",
            BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": directory, "TargetPrefix": ""}},
        )
    assert without_metadata(west.get_bucket_logging(Bucket="a-bucket")) == {}


def test_no_inventory_report_is_delivered_to_a_directory_bucket(west: S3Client, directory: str) -> None:
    west.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    west.create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    for name, target in (("here", "reports"), ("there", directory)):
        west.put_bucket_inventory_configuration(
            Bucket="a-bucket",
            Id=name,
            InventoryConfiguration={
                "Id": name,
                "IsEnabled": True,
                "IncludedObjectVersions": "Current",
                "Schedule": {"Frequency": "Daily"},
                "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{target}", "Format": "CSV"}},
            },
        )
    with mock_s3() as mock:
        mock.clock.advance(days=2)
        assert west.list_objects_v2(Bucket="reports")["KeyCount"] > 0
        assert west.list_objects_v2(Bucket=directory)["KeyCount"] == 0


def test_general_purpose_buckets_have_no_sessions_renames_or_appends(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    with refused("MethodNotAllowed", 405):
        s3.create_session(Bucket=bucket)
    with refused("NotImplemented", 501, Header="x-amz-rename-source"):
        s3.rename_object(Bucket=bucket, Key="b", RenameSource="a")
    with refused("NotImplemented", 501, Header="x-amz-write-offset-bytes"):
        s3.put_object(Bucket=bucket, Key="a", Body=b"2", WriteOffsetBytes=1)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"
