"""Block Public Access of a bucket, and the public ACLs that it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from s3mock.models.acl import ALL_USERS, AUTHENTICATED_USERS
from s3mock.server import S3MockServer
from tests.support import browser
from tests.support.accounts import client
from tests.support.raw_requests import ask
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

OWNER, OTHER = "111122223333", "444455556666"
BLOCKED = (
    'User: arn:aws:iam::111122223333:root is not authorized to perform: s3:{} on resource: "{}" because public ACLs '
    "are prevented by the BlockPublicAcls setting in S3 Block Public Access."
)
NONE = {
    "BlockPublicAcls": False,
    "IgnorePublicAcls": False,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": False,
}


def block(s3: S3Client, bucket: str, **settings: bool) -> None:
    configuration: Any = settings
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=configuration)


@pytest.fixture
def blocked() -> Iterator[S3Client]:
    """A client whose bucket "a-bucket" allows ACLs but no public ones, and has an object "k"."""
    with mock_s3():
        s3 = client(OWNER)
        s3.create_bucket(Bucket="a-bucket")
        s3.put_object(Bucket="a-bucket", Key="k", ACL="public-read")
        block(s3, "a-bucket", BlockPublicAcls=True)
        yield s3


def grants(s3: S3Client) -> list[str]:
    """The permissions on the object "k" that its ACL grants to others than its owner."""
    listed: Any = s3.get_object_acl(Bucket="a-bucket", Key="k")["Grants"]
    return [grant["Permission"] for grant in listed if "URI" in grant["Grantee"]]


@mock_s3(bucket_defaults="current")
def test_a_new_bucket_blocks_everything_by_default() -> None:
    """aws_recorded: test_crud_public_access_block."""
    s3 = client(OWNER)
    s3.create_bucket(Bucket="a-bucket")
    everything = dict.fromkeys(NONE, True)
    assert without_metadata(s3.get_public_access_block(Bucket="a-bucket")) == {
        "PublicAccessBlockConfiguration": everything
    }
    reply = s3.put_public_access_block(Bucket="a-bucket", PublicAccessBlockConfiguration={"BlockPublicAcls": False})
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert without_metadata(s3.get_public_access_block(Bucket="a-bucket")) == {"PublicAccessBlockConfiguration": NONE}
    for _ in range(2):
        assert s3.delete_public_access_block(Bucket="a-bucket")["ResponseMetadata"]["HTTPStatusCode"] == 204
        with refused(
            "NoSuchPublicAccessBlockConfiguration",
            404,
            BucketName="a-bucket",
            Message="The public access block configuration was not found",
        ):
            s3.get_public_access_block(Bucket="a-bucket")


def test_a_bucket_with_classic_defaults_blocks_nothing(s3: S3Client, bucket: str) -> None:
    with refused("NoSuchPublicAccessBlockConfiguration", 404):
        s3.get_public_access_block(Bucket=bucket)
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")


@pytest.mark.parametrize("setting", NONE)
def test_each_setting_is_its_own_and_replaces_all_of_them(s3: S3Client, bucket: str, setting: str) -> None:
    block(s3, bucket, **dict.fromkeys(NONE, True))
    block(s3, bucket, **{setting: True})
    reply = s3.get_public_access_block(Bucket=bucket)
    assert reply["PublicAccessBlockConfiguration"] == {**NONE, setting: True}


def test_an_empty_configuration_is_refused(s3: S3Client, bucket: str) -> None:
    with refused("InvalidRequest", 400, Message="Must specify at least one configuration."):
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={})
    with refused("NoSuchPublicAccessBlockConfiguration", 404):
        s3.get_public_access_block(Bucket=bucket)


@pytest.mark.parametrize("value", ["maybe", "2", ""])
def test_a_setting_is_true_or_false(cloud: Cloud, value: str) -> None:
    body = (
        f"<PublicAccessBlockConfiguration><BlockPublicAcls>{value}</BlockPublicAcls></PublicAccessBlockConfiguration>"
    )
    reply = ask(cloud, "PUT", "/a-bucket?publicAccessBlock", body.encode())
    assert isinstance(reply.body, bytes)
    assert (reply.status, b"<Code>MalformedXML</Code>" in reply.body) == (400, True)


def test_a_missing_bucket_has_no_settings(s3: S3Client) -> None:
    fields = {"BucketName": "no-such-bucket", "Message": "The specified bucket does not exist"}
    with refused("NoSuchBucket", 404, **fields):
        s3.get_public_access_block(Bucket="no-such-bucket")
    with refused("NoSuchBucket", 404, **fields):
        block(s3, "no-such-bucket", BlockPublicAcls=True)
    with refused("NoSuchBucket", 404, **fields):
        s3.delete_public_access_block(Bucket="no-such-bucket")


PUBLIC: list[Any] = [
    {"ACL": "public-read"},
    {"ACL": "public-read-write"},
    {"ACL": "authenticated-read"},
    {"GrantRead": f"uri={ALL_USERS}"},
    {"GrantReadACP": f'uri="{AUTHENTICATED_USERS}"'},
]
NOT_PUBLIC: list[Any] = [
    {"ACL": "private"},
    {"ACL": "aws-exec-read"},
    {"ACL": "log-delivery-write"},
    {"GrantRead": "uri=http://acs.amazonaws.com/groups/s3/LogDelivery"},
    {},
]


@pytest.mark.parametrize("acl", PUBLIC, ids=str)
def test_a_public_acl_is_refused_where_these_are_blocked(blocked: S3Client, acl: Any) -> None:
    name, of_bucket, of_object = "a-bucket", "arn:aws:s3:::a-bucket", "arn:aws:s3:::a-bucket/{}"
    with refused("AccessDenied", 403, Message=BLOCKED.format("PutBucketAcl", of_bucket)):
        blocked.put_bucket_acl(Bucket=name, **acl)
    with refused("AccessDenied", 403, Message=BLOCKED.format("PutObjectAcl", of_object.format("k"))):
        blocked.put_object_acl(Bucket=name, Key="k", **acl)
    with refused("AccessDenied", 403, Message=BLOCKED.format("PutObject", of_object.format("new"))):
        blocked.put_object(Bucket=name, Key="new", **acl)
    with refused("AccessDenied", 403, Message=BLOCKED.format("CopyObject", of_object.format("new"))):
        blocked.copy_object(Bucket=name, Key="new", CopySource="a-bucket/k", **acl)
    with refused("AccessDenied", 403, Message=BLOCKED.format("CreateMultipartUpload", of_object.format("new"))):
        blocked.create_multipart_upload(Bucket=name, Key="new", **acl)
    assert [entry["Key"] for entry in blocked.list_objects_v2(Bucket=name)["Contents"]] == ["k"]
    assert len(blocked.get_bucket_acl(Bucket=name)["Grants"]) == 1


@pytest.mark.parametrize("acl", NOT_PUBLIC, ids=str)
def test_an_acl_that_is_not_public_is_accepted(blocked: S3Client, acl: Any) -> None:
    """github.com/jenkinsci/pipeline-aws-plugin/issues/183 has tried the canned ones."""
    blocked.put_object(Bucket="a-bucket", Key="new", **acl)
    blocked.create_multipart_upload(Bucket="a-bucket", Key="new", **acl)
    if acl:
        blocked.put_bucket_acl(Bucket="a-bucket", **acl)
        blocked.put_object_acl(Bucket="a-bucket", Key="k", **acl)


def test_a_form_cannot_post_a_public_object_where_these_are_blocked() -> None:
    with S3MockServer() as server:
        s3: S3Client = browser.client_of(server.endpoint_url, key=OWNER)
        s3.create_bucket(Bucket=browser.BUCKET)
        block(s3, browser.BUCKET, BlockPublicAcls=True)
        url, fields = browser.presign(s3, fields={"acl": "public-read"})
        status, error = browser.error(browser.post_object(url, fields))
    assert (status, error["Code"]) == (403, "AccessDenied")
    assert error["Message"] == BLOCKED.format("PutObject", f"arn:aws:s3:::{browser.BUCKET}/{fields['key']}")


def test_a_policy_with_a_public_grant_is_refused(blocked: S3Client) -> None:
    owner: Any = {"ID": blocked.list_buckets()["Owner"]["ID"]}
    grant: Any = {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ_ACP"}
    policy: Any = {"Owner": owner, "Grants": [grant]}
    with refused("AccessDenied", 403):
        blocked.put_bucket_acl(Bucket="a-bucket", AccessControlPolicy=policy)
    with refused("AccessDenied", 403):
        blocked.put_object_acl(Bucket="a-bucket", Key="k", AccessControlPolicy=policy)


def test_existing_public_acls_stay(blocked: S3Client) -> None:
    assert grants(blocked) == ["READ"]
    block(blocked, "a-bucket", IgnorePublicAcls=True)
    assert grants(blocked) == ["READ"]


def test_public_acls_that_are_ignored_can_be_put(blocked: S3Client) -> None:
    block(blocked, "a-bucket", IgnorePublicAcls=True, BlockPublicPolicy=True, RestrictPublicBuckets=True)
    blocked.put_bucket_acl(Bucket="a-bucket", ACL="public-read")
    blocked.put_object(Bucket="a-bucket", Key="k", ACL="public-read-write")
    assert grants(blocked) == ["READ", "WRITE"]
    blocked.delete_public_access_block(Bucket="a-bucket")
    blocked.put_object_acl(Bucket="a-bucket", Key="k", ACL="authenticated-read")


def test_another_account_does_not_read_the_reason(blocked: S3Client) -> None:
    with refused("AccessDenied", 403, Message="Access Denied"):
        client(OTHER).put_object(Bucket="a-bucket", Key="new", ACL="public-read")


@mock_s3()
def test_the_reason_names_the_arn_of_the_default_accounts_root_user(s3: S3Client, bucket: str) -> None:
    block(s3, bucket, BlockPublicAcls=True)
    with pytest.raises(ClientError, match="User: arn:aws:iam::123456789012:root is not authorized"):
        s3.put_object(Bucket=bucket, Key="k", ACL="public-read")


@mock_s3(bucket_defaults="current")
def test_whether_ownership_or_the_block_refuses_first_depends_on_the_call() -> None:
    """Seen in sessions with the AWS CLI that were published in 2024-11 (all three) and 2026-07 (PutObjectAcl)."""
    s3 = client(OWNER)
    s3.create_bucket(Bucket="a-bucket")
    s3.put_object(Bucket="a-bucket", Key="k")
    with refused("AccessControlListNotSupported", 400):
        s3.put_object(Bucket="a-bucket", Key="k", ACL="public-read")
    with refused("AccessDenied", 403):
        s3.put_object_acl(Bucket="a-bucket", Key="k", ACL="public-read")
    with refused("AccessDenied", 403):
        s3.put_bucket_acl(Bucket="a-bucket", ACL="public-read")
    s3.delete_bucket_ownership_controls(Bucket="a-bucket")
    with refused("AccessDenied", 403):
        s3.put_object(Bucket="a-bucket", Key="k", ACL="public-read")


@pytest.mark.parametrize("acl", PUBLIC, ids=str)
@mock_s3(bucket_defaults="current")
def test_a_bucket_cannot_be_created_with_a_public_acl(acl: Any) -> None:
    s3 = client(OWNER)
    message = "Bucket cannot have public ACLs set with BlockPublicAccess enabled"
    with refused("InvalidBucketAclWithBlockPublicAccessError", 400) as refusal:
        s3.create_bucket(Bucket="a-bucket", ObjectOwnership="ObjectWriter", **acl)
    assert refusal.error["Message"] == message
    with refused("InvalidBucketAclWithObjectOwnership", 400):
        s3.create_bucket(Bucket="a-bucket", **acl)
    assert s3.list_buckets()["Buckets"] == []
    s3.create_bucket(Bucket="a-bucket", ObjectOwnership="ObjectWriter", ACL="private")


def test_a_blocking_bucket_cannot_be_created_again_with_a_public_acl(blocked: S3Client) -> None:
    with refused("InvalidBucketAclWithBlockPublicAccessError", 400):
        blocked.create_bucket(Bucket="a-bucket", ACL="public-read")
    blocked.create_bucket(Bucket="a-bucket", ACL="private")
