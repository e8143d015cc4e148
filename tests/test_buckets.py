"""CreateBucket, HeadBucket, GetBucketLocation and DeleteBucket."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from tests.support import accounts
from tests.support.raw_requests import ask, document
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OWNER = "111122223333"
OTHER = "444455556666"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"

INVALID = "The specified location-constraint is not valid"
INCOMPATIBLE = (
    "The {} location constraint is incompatible for the region specific endpoint this request was sent to."
).format


def client(region: str = "us-east-1", account: str = OWNER) -> S3Client:
    return accounts.client(account, region)


def location(constraint: str) -> Any:
    """A configuration; botocore's types lack the constraints that S3 refuses."""
    return {"LocationConstraint": constraint}


# CreateBucket


def test_a_bucket_of_us_east_1_is_created_without_a_location(s3: S3Client) -> None:
    assert without_metadata(s3.create_bucket(Bucket="a-bucket")) == {
        "Location": "/a-bucket",
        "BucketArn": "arn:aws:s3:::a-bucket",
    }
    assert s3.head_bucket(Bucket="a-bucket")["BucketRegion"] == "us-east-1"


@pytest.mark.parametrize("endpoint", ["us-east-1", "eu-central-1"])
def test_a_bucket_elsewhere_is_created_from_us_east_1_or_its_own_endpoint(s3: S3Client, endpoint: str) -> None:
    reply = client(endpoint).create_bucket(Bucket="a-bucket", CreateBucketConfiguration=location("eu-central-1"))
    assert without_metadata(reply) == {
        "Location": "http://a-bucket.s3.amazonaws.com/",
        "BucketArn": "arn:aws:s3:::a-bucket",
    }
    assert s3.get_bucket_location(Bucket="a-bucket")["LocationConstraint"] == "eu-central-1"


@pytest.mark.parametrize("constraint", ["us-east-1", "nowhere-1", "cn-north-1", ""])
def test_us_east_1_refuses_an_invalid_location(s3: S3Client, constraint: str) -> None:
    """The empty one: https://github.com/ex-aws/ex_aws/issues/222."""
    with refused("InvalidLocationConstraint", 400, Message=INVALID, LocationConstraint=constraint or None):
        s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration=location(constraint))
    assert s3.list_buckets()["Buckets"] == []


@pytest.mark.parametrize("constraint", ["us-east-1", "eu-west-2", "nowhere-1", "EU"])
@pytest.mark.usefixtures("s3")
def test_a_regional_endpoint_refuses_another_location(constraint: str) -> None:
    with refused("IllegalLocationConstraintException", 400, Message=INCOMPATIBLE(constraint)):
        client("eu-central-1").create_bucket(Bucket="a-bucket", CreateBucketConfiguration=location(constraint))


@pytest.mark.usefixtures("s3")
def test_a_regional_endpoint_requires_its_location() -> None:
    with refused("IllegalLocationConstraintException", 400, Message=INCOMPATIBLE("unspecified")):
        client("eu-central-1").create_bucket(Bucket="a-bucket")


@pytest.mark.parametrize("endpoint", ["us-east-1", "eu-west-1"])
def test_the_old_location_eu_is_ireland_and_returned_as_eu(s3: S3Client, endpoint: str) -> None:
    client(endpoint).create_bucket(Bucket="a-bucket", CreateBucketConfiguration=location("EU"))
    assert s3.head_bucket(Bucket="a-bucket")["BucketRegion"] == "eu-west-1"
    assert s3.get_bucket_location(Bucket="a-bucket")["LocationConstraint"] == "EU"


def test_an_invalid_configuration_document_is_malformed(empty_cloud: Cloud) -> None:
    assert ask(empty_cloud, "PUT", "/a-bucket", b"<CreateBucketConfiguration>").status == 400
    assert empty_cloud.is_empty()


def test_a_configuration_without_tags_is_valid(s3: S3Client) -> None:
    """aws_recorded: test_create_bucket_with_empty_tags."""
    assert s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"Tags": []})["Location"] == "/a-bucket"


def test_a_name_belongs_to_one_account_in_all_regions(s3: S3Client) -> None:
    client().create_bucket(Bucket="a-bucket")
    for region in ("us-east-1", "eu-west-1"):
        configuration: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": location(region)}
        with refused("BucketAlreadyExists", 409, BucketName="a-bucket"):
            client(region, OTHER).create_bucket(Bucket="a-bucket", **configuration)
    assert s3.list_buckets()["Buckets"] == []


def test_a_name_is_free_in_another_partition(s3: S3Client) -> None:
    s3.create_bucket(Bucket="a-bucket")
    china = client("cn-north-1", OTHER)
    reply = china.create_bucket(Bucket="a-bucket", CreateBucketConfiguration=location("cn-north-1"))
    assert reply["BucketArn"] == "arn:aws-cn:s3:::a-bucket"
    assert [bucket["Name"] for bucket in china.list_buckets()["Buckets"]] == ["a-bucket"]
    china.delete_bucket(Bucket="a-bucket")
    s3.head_bucket(Bucket="a-bucket")


def test_the_owner_can_create_a_bucket_in_us_east_1_again(s3: S3Client) -> None:
    first = without_metadata(s3.create_bucket(Bucket="a-bucket"))
    s3.put_object(Bucket="a-bucket", Key="a-key")
    assert without_metadata(s3.create_bucket(Bucket="a-bucket")) == first
    assert s3.list_objects_v2(Bucket="a-bucket")["KeyCount"] == 1


def test_creating_again_resets_the_access_control_list(s3: S3Client) -> None:
    """Error responses page, BucketAlreadyOwnedByYou."""
    calls: list[tuple[Any, int]] = [({"ACL": "public-read"}, 2), ({"ACL": "public-read-write"}, 3), ({}, 1)]
    for parameters, grants in calls:
        s3.create_bucket(Bucket="a-bucket", **parameters)
        assert len(s3.get_bucket_acl(Bucket="a-bucket")["Grants"]) == grants


def test_the_owner_cannot_create_a_bucket_in_another_region_again(s3: S3Client) -> None:
    s3.create_bucket(Bucket="ireland", CreateBucketConfiguration=location("eu-west-1"), ACL="public-read")
    s3.create_bucket(Bucket="virginia")
    again: list[tuple[str, Any]] = [
        ("ireland", {"CreateBucketConfiguration": location("eu-west-1")}),
        ("virginia", {"CreateBucketConfiguration": location("eu-west-1")}),
    ]
    message = "Your previous request to create the named bucket succeeded and you already own it."
    for name, parameters in again:
        with refused("BucketAlreadyOwnedByYou", 409, Message=message, BucketName=name):
            s3.create_bucket(Bucket=name, **parameters)
    # DNS leads to Ireland, where botocore follows (see test_redirects.py) and a location constraint is required.
    with refused("IllegalLocationConstraintException", 400, Message=INCOMPATIBLE("unspecified")):
        s3.create_bucket(Bucket="ireland")
    assert len(s3.get_bucket_acl(Bucket="ireland")["Grants"]) == 2
    assert s3.head_bucket(Bucket="virginia")["BucketRegion"] == "us-east-1"


ILLEGAL = ["ab", "a" * 64, "Upper", "under_score", "-dash", "dash-", "a..b", "a.-b", "a-.b", "192.168.5.4"]


@pytest.mark.parametrize("name", [*ILLEGAL, "xn--abc", "sthree-abc", "amzn-s3-demo-abc", "abc-s3alias"])
def test_an_invalid_name_is_refused(s3: S3Client, name: str) -> None:
    with refused("InvalidBucketName", 400, BucketName=name, Message="The specified bucket is not valid."):
        s3.create_bucket(Bucket=name)


@pytest.mark.parametrize("name", ["abc", "a" * 63, "1a.b-c.2", "1.2.3.4.5"])
def test_a_valid_name_is_accepted(s3: S3Client, name: str) -> None:
    s3.create_bucket(Bucket=name)
    assert s3.list_buckets()["Buckets"][0]["Name"] == name


def test_an_invalid_name_is_refused_before_an_invalid_location(s3: S3Client) -> None:
    with refused("InvalidBucketName"):
        s3.create_bucket(Bucket="Upper", CreateBucketConfiguration=location("us-east-1"))


# Account regional namespaces

OWN = f"photos-{OWNER}-us-east-1-an"


def test_a_bucket_of_an_accounts_namespace_is_like_any_other(s3: S3Client) -> None:
    del s3
    owner = client()
    reply = owner.create_bucket(Bucket=OWN, BucketNamespace="account-regional")
    assert without_metadata(reply) == {"Location": f"/{OWN}", "BucketArn": f"arn:aws:s3:::{OWN}"}
    owner.put_object(Bucket=OWN, Key="a-key")
    assert [bucket["Name"] for bucket in owner.list_buckets()["Buckets"]] == [OWN]


def test_a_namespaced_name_has_the_region_of_the_bucket(s3: S3Client) -> None:
    del s3
    for number, endpoint in enumerate(("us-east-1", "eu-west-1")):
        client(endpoint).create_bucket(
            Bucket=f"photos{number}-{OWNER}-eu-west-1-an",
            BucketNamespace="account-regional",
            CreateBucketConfiguration=location("eu-west-1"),
        )
    with refused("InvalidBucketNamespace", 400):
        client().create_bucket(Bucket=f"films-{OWNER}-eu-west-1-an", BucketNamespace="account-regional")


def test_other_accounts_cannot_create_buckets_in_an_accounts_namespace(s3: S3Client) -> None:
    message = (
        "The requested bucket is an account-regional namespace bucket, but the requested AWS Account ID "
        f"'{OWNER}' does not match the caller's AWS Account ID '{OTHER}'. Specify the caller's AWS Account ID in the "
        "bucket name."
    )
    with refused("InvalidBucketNamespace", 400, Message=message, BucketNamespace=OWN):
        client(account=OTHER).create_bucket(Bucket=OWN, BucketNamespace="account-regional")
    assert s3.list_buckets()["Buckets"] == []


def test_a_namespaced_name_needs_the_header() -> None:
    with mock_s3():
        message = (
            "The requested bucket is an account-regional namespace bucket, but your request is missing the required "
            "x-amz-bucket-namespace header."
        )
        with refused("MissingNamespaceHeader", 400, Message=message, Header="x-amz-bucket-namespace"):
            client().create_bucket(Bucket=OWN)
        with refused("InvalidNamespaceHeader", 400):
            client().create_bucket(Bucket=OWN, BucketNamespace="global")


def test_the_header_needs_a_namespaced_name(s3: S3Client) -> None:
    del s3
    message = (
        "The requested bucket name did not include the account-regional namespace suffix, but the provided "
        f"x-amz-bucket-namespace header value is account-regional. Specify -{OWNER}-us-east-1-an as the bucket name "
        "suffix to create a bucket in your account-regional namespace, or remove the header."
    )
    for name in ("photos", f"photos-{OWNER}-us-east-1"):
        with refused("InvalidNamespaceHeader", 400, Message=message):
            client().create_bucket(Bucket=name, BucketNamespace="account-regional")


@pytest.mark.parametrize("name", ["xyz-an", f"photos-{OWNER}-an", "photos-us-east-1-an", f"{OWNER}-us-east-1-an"])
def test_a_namespaced_name_has_its_form(s3: S3Client, name: str) -> None:
    """s3_facts 30, after the AWS CLI's integration test of such names."""
    del s3
    with refused("InvalidBucketNamespace", 400, BucketNamespace=name):
        client().create_bucket(Bucket=name, BucketNamespace="account-regional")


def test_other_names_cannot_end_like_those_of_a_namespace(s3: S3Client) -> None:
    """User Guide, General purpose bucket naming rules."""
    with refused("InvalidBucketName", 400, BucketName="photos-an"):
        s3.create_bucket(Bucket="photos-an")


def test_an_unknown_namespace_is_refused(s3: S3Client) -> None:
    s3.create_bucket(Bucket="photos", BucketNamespace="global")
    with refused("InvalidArgument", 400) as refusal:
        s3.create_bucket(Bucket="films", BucketNamespace="Global")  # type: ignore[arg-type]
    assert refusal.error["ArgumentName"] == "x-amz-bucket-namespace"


# HeadBucket and GetBucketLocation


def test_head_bucket_returns_the_region(s3: S3Client) -> None:
    s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration=location("ap-south-1"))
    reply = s3.head_bucket(Bucket="a-bucket")
    assert without_metadata(reply) == {
        "BucketArn": "arn:aws:s3:::a-bucket",
        "BucketRegion": "ap-south-1",
        "AccessPointAlias": False,
    }
    headers = reply["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-bucket-arn"] == "arn:aws:s3:::a-bucket"
    assert headers["x-amz-bucket-region"] == "ap-south-1"
    assert headers["x-amz-access-point-alias"] == "false"
    assert headers["content-type"] == "application/xml"


def test_a_refused_head_bucket_returns_the_region(s3: S3Client) -> None:
    """HeadBucket, API page: "regardless of the permissions on the bucket"."""
    s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration=location("ap-south-1"))
    with refused("403", 403) as refusal:
        s3.head_bucket(Bucket="a-bucket", ExpectedBucketOwner="210987654321")
    assert refusal.headers["x-amz-bucket-region"] == "ap-south-1"
    for call in (s3.head_object, s3.get_object):
        with refused("404" if call == s3.head_object else "NoSuchKey", 404) as refusal:
            call(Bucket="a-bucket", Key="a-key")
        assert "x-amz-bucket-region" not in refusal.headers


def test_head_bucket_of_a_missing_bucket_is_a_404(s3: S3Client) -> None:
    with refused("404", 404, Message="Not Found"):
        s3.head_bucket(Bucket="nowhere")


def test_the_location_of_us_east_1_is_an_empty_element(cloud: Cloud) -> None:
    assert document(cloud, "/a-bucket?location") == (
        '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>'
    )


def test_a_missing_bucket_has_no_location(s3: S3Client) -> None:
    with refused("NoSuchBucket", 404, BucketName="nowhere"):
        s3.get_bucket_location(Bucket="nowhere")


# DeleteBucket


def test_a_deleted_bucket_is_gone_and_its_name_is_free(s3: S3Client, bucket: str) -> None:
    reply = s3.delete_bucket(Bucket=bucket)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.list_buckets()["Buckets"] == []
    with refused("NoSuchBucket", 404, BucketName=bucket):
        s3.delete_bucket(Bucket=bucket)
    client(account=OTHER).create_bucket(Bucket=bucket)


def test_a_bucket_with_an_object_cannot_be_deleted(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    message = "The bucket you tried to delete is not empty"
    with refused("BucketNotEmpty", 409, Message=message, BucketName=bucket):
        s3.delete_bucket(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="a-key")
    s3.delete_bucket(Bucket=bucket)


def test_a_bucket_with_a_version_or_a_delete_marker_cannot_be_deleted(s3: S3Client, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="a-key")["VersionId"]
    marker = s3.delete_object(Bucket=versioned, Key="a-key")["VersionId"]
    message = "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
    for version_id in (version, marker):
        with refused("BucketNotEmpty", 409, Message=message, BucketName=versioned):
            s3.delete_bucket(Bucket=versioned)
        s3.delete_object(Bucket=versioned, Key="a-key", VersionId=version_id)
    s3.delete_bucket(Bucket=versioned)


def test_uploads_in_progress_are_deleted_with_their_bucket(s3: S3Client, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="a-key")["UploadId"]
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)
    with refused("NoSuchUpload", 404):
        s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload)


def test_waiters_see_a_bucket_appear_and_disappear(s3: S3Client, bucket: str) -> None:
    s3.get_waiter("bucket_exists").wait(Bucket=bucket, WaiterConfig={"MaxAttempts": 1})
    s3.delete_bucket(Bucket=bucket)
    s3.get_waiter("bucket_not_exists").wait(Bucket=bucket, WaiterConfig={"MaxAttempts": 1})


def test_a_new_bucket_has_the_classic_or_the_current_defaults() -> None:
    grants = f'uri="{ALL_USERS}"'
    with mock_s3() as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="a-bucket", GrantRead=grants)
    with mock_s3(bucket_defaults="current") as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        with refused("InvalidBucketAclWithObjectOwnership", 400):
            s3.create_bucket(Bucket="a-bucket", GrantRead=grants)
        s3.create_bucket(Bucket="a-bucket", ACL="private")
        with refused("AccessControlListNotSupported", 400):
            s3.put_object(Bucket="a-bucket", Key="a-key", ACL="public-read")


@pytest.mark.parametrize(
    ("period", "acls", "customer_keys"),
    [
        ("2006", True, True),
        ("2023-04-26", True, True),
        ("2023-04-27", False, True),
        ("2023-04", False, True),
        ("2023", False, True),
        ("2026-04-05", False, True),
        ("2026-04-06", False, False),
        ("2026-04", False, False),
        ("2026", False, False),
    ],
)
def test_a_new_bucket_has_the_defaults_of_a_date(period: str, *, acls: bool, customer_keys: bool) -> None:
    key: Any = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    with mock_s3(bucket_defaults=period) as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        with nullcontext() if acls else refused("AccessControlListNotSupported", 400):
            s3.put_object(Bucket="a-bucket", Key="a-key", ACL="public-read")
        with refused("NoSuchPublicAccessBlockConfiguration", 404) if acls else nullcontext():
            s3.get_public_access_block(Bucket="a-bucket")
        with refused("OwnershipControlsNotFoundError", 404) if acls else nullcontext():
            s3.get_bucket_ownership_controls(Bucket="a-bucket")
        with nullcontext() if customer_keys else refused("AccessDenied", 403):
            s3.put_object(Bucket="a-bucket", Key="a-key", **key)
        assert s3.put_object(Bucket="a-bucket", Key="a-key")["ServerSideEncryption"] == "AES256"


@pytest.mark.parametrize("region", ["me-central-1", "me-south-1"])
def test_new_buckets_in_bahrain_and_the_emirates_do_not_block_customers_keys(region: str) -> None:
    with mock_s3(bucket_defaults="current") as mock:
        s3: S3Client = mock.client(region_name=region)
        s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration=location(region))
        (rule,) = s3.get_bucket_encryption(Bucket="a-bucket")["ServerSideEncryptionConfiguration"]["Rules"]
        assert "BlockedEncryptionTypes" not in rule
        s3.put_object(Bucket="a-bucket", Key="a-key", SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32)
        with refused("AccessControlListNotSupported", 400):
            s3.put_object(Bucket="a-bucket", Key="a-key", ACL="public-read")


def test_a_variable_sets_the_date_of_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3MOCK_BUCKET_DEFAULTS", "2023-05")
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        with refused("AccessControlListNotSupported", 400):
            s3.put_object(Bucket="a-bucket", Key="a-key", ACL="public-read")


def test_a_custom_endpoint_serves_buckets_of_every_partition() -> None:
    with mock_s3(custom_endpoints="http://localhost:9000") as mock:
        for region in ("us-west-2", "cn-north-1", "us-gov-west-1"):
            s3: S3Client = mock.client(region_name=region, endpoint_url="http://localhost:9000")
            s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration=location(region))
            assert s3.head_bucket(Bucket="a-bucket")["BucketRegion"] == region
            assert len(s3.list_buckets()["Buckets"]) == 1
