"""S3 Object Ownership: its three settings, and the owner of new objects under each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from s3mock import mock_s3
from s3mock.models.acl import ALL_USERS
from tests.support import accounts
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

OWNER, WRITER = "111122223333", "444455556666"
FULL_CONTROL: Any = "bucket-owner-full-control"
MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
NOT_FOUND = "The bucket ownership controls were not found"


def client(account: str) -> S3Client:
    """A client of an account, which sends what botocore would refuse to send, without retries."""
    return accounts.client(account, config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))


@pytest.fixture
def owner() -> Iterator[S3Client]:
    """A client of the account that owns the buckets."""
    with mock_s3():
        yield client(OWNER)


@pytest.fixture
def current() -> Iterator[S3Client]:
    """A client of an S3 whose buckets have current defaults."""
    with mock_s3(bucket_defaults="current"):
        yield client(OWNER)


@pytest.fixture
def writer(owner: S3Client) -> S3Client:
    """A client of another account, which writes to the buckets of the first."""
    del owner
    return client(WRITER)


def control(s3: S3Client, *ownerships: str) -> Any:
    rules: Any = [{"ObjectOwnership": ownership} for ownership in ownerships]
    return s3.put_bucket_ownership_controls(Bucket="a-bucket", OwnershipControls={"Rules": rules})


def ownership(s3: S3Client) -> Any:
    return without_metadata(s3.get_bucket_ownership_controls(Bucket="a-bucket"))


def described(setting: str) -> Any:
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": setting}]}}


def canonical_id(s3: S3Client) -> str:
    return s3.list_buckets()["Owner"]["ID"]


def acl_of(s3: S3Client, key: str) -> tuple[str, list[tuple[Any, Any]]]:
    """The owner and the grants in an object's ACL."""
    reply: Any = s3.get_object_acl(Bucket="a-bucket", Key=key)
    granted = [
        (grant["Grantee"].get("ID", grant["Grantee"].get("URI")), grant["Permission"]) for grant in reply["Grants"]
    ]
    return reply["Owner"]["ID"], granted


# The configuration


def test_ownership_controls_are_put_read_and_deleted(current: S3Client) -> None:
    """aws_recorded: test_crud_bucket_ownership_controls."""
    current.create_bucket(Bucket="a-bucket")
    assert ownership(current) == described("BucketOwnerEnforced")
    for setting in ("ObjectWriter", "BucketOwnerPreferred", "BucketOwnerEnforced"):
        assert control(current, setting)["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert ownership(current) == described(setting)
    for _ in range(2):
        reply = current.delete_bucket_ownership_controls(Bucket="a-bucket")
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
        with refused("OwnershipControlsNotFoundError", 404, BucketName="a-bucket", Message=NOT_FOUND):
            current.get_bucket_ownership_controls(Bucket="a-bucket")


def test_a_bucket_with_classic_defaults_has_no_controls(owner: S3Client) -> None:
    owner.create_bucket(Bucket="a-bucket")
    with refused("OwnershipControlsNotFoundError", 404, BucketName="a-bucket", Message=NOT_FOUND):
        owner.get_bucket_ownership_controls(Bucket="a-bucket")


@pytest.mark.parametrize(
    "ownerships",
    [("BucketOwnerPreferred", "ObjectWriter"), ("ObjectWriter", "ObjectWriter"), ("RandomValue",), ("",), ()],
    ids=["two", "twice", "unknown", "empty", "none"],
)
def test_the_controls_have_one_rule_with_one_of_three_settings(current: S3Client, ownerships: tuple[str, ...]) -> None:
    """aws_recorded: test_bucket_ownership_controls_exc."""
    current.create_bucket(Bucket="a-bucket")
    with refused("MalformedXML", 400, Message=MALFORMED):
        control(current, *ownerships)
    assert ownership(current) == described("BucketOwnerEnforced")


def test_a_rule_has_a_setting(current: S3Client) -> None:
    current.create_bucket(Bucket="a-bucket")
    rule: Any = {}
    with refused("MalformedXML", 400, Message=MALFORMED):
        current.put_bucket_ownership_controls(Bucket="a-bucket", OwnershipControls={"Rules": [rule]})


def test_a_missing_bucket_has_no_controls(owner: S3Client) -> None:
    fields = {"BucketName": "a-bucket", "Message": "The specified bucket does not exist"}
    with refused("NoSuchBucket", 404, **fields):
        owner.get_bucket_ownership_controls(Bucket="a-bucket")
    with refused("NoSuchBucket", 404, **fields):
        control(owner, "ObjectWriter")
    with refused("NoSuchBucket", 404, **fields):
        owner.delete_bucket_ownership_controls(Bucket="a-bucket")


@pytest.mark.parametrize("setting", ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"])
def test_a_bucket_is_created_with_its_ownership(current: S3Client, setting: Any) -> None:
    """aws_recorded: test_crud_bucket_ownership_controls, get-ownership-at-creation."""
    current.create_bucket(Bucket="a-bucket", ObjectOwnership=setting)
    assert ownership(current) == described(setting)


@pytest.mark.parametrize("wrong", ["RandomValue", "", "objectwriter"])
def test_a_bucket_cannot_be_created_with_an_invalid_ownership(current: S3Client, wrong: Any) -> None:
    """aws_recorded: test_bucket_ownership_controls_exc."""
    message = f"Invalid x-amz-object-ownership header: {wrong}"
    with refused("InvalidArgument", 400, ArgumentName="x-amz-object-ownership", Message=message):
        current.create_bucket(Bucket="a-bucket", ObjectOwnership=wrong)
    assert current.list_buckets()["Buckets"] == []


def test_creating_a_bucket_again_keeps_its_ownership(current: S3Client) -> None:
    current.create_bucket(Bucket="a-bucket")
    current.create_bucket(Bucket="a-bucket", ObjectOwnership="ObjectWriter")
    assert ownership(current) == described("BucketOwnerEnforced")
    grant = f"id={canonical_id(client(WRITER))}"
    with refused("InvalidBucketAclWithObjectOwnership", 400):
        current.create_bucket(Bucket="a-bucket", ObjectOwnership="ObjectWriter", GrantRead=grant)


# The owner of objects


@pytest.mark.parametrize("setting", ["ObjectWriter", None])
def test_under_object_writer_the_writer_owns_an_object_with_any_acl(
    owner: S3Client, writer: S3Client, setting: Any
) -> None:
    owner.create_bucket(Bucket="a-bucket", **({"ObjectOwnership": setting} if setting else {}))
    writer.put_object(Bucket="a-bucket", Key="none")
    writer.put_object(Bucket="a-bucket", Key="full", ACL=FULL_CONTROL)
    own, others = canonical_id(writer), canonical_id(owner)
    assert acl_of(owner, "none") == (own, [(own, "FULL_CONTROL")])
    assert acl_of(owner, "full") == (own, [(own, "FULL_CONTROL"), (others, "FULL_CONTROL")])


def test_a_preferred_owner_owns_objects_that_grant_it_full_control(owner: S3Client, writer: S3Client) -> None:
    owner.create_bucket(Bucket="a-bucket", ObjectOwnership="BucketOwnerPreferred")
    own, others = canonical_id(writer), canonical_id(owner)
    source: Any = {"Bucket": "a-bucket", "Key": "none"}
    writer.put_object(Bucket="a-bucket", Key="none")
    writer.put_object(Bucket="a-bucket", Key="private", ACL="private")
    writer.put_object(Bucket="a-bucket", Key="granted", GrantFullControl=f"id={others}")
    writer.copy_object(Bucket="a-bucket", Key="copy", CopySource=source)
    for key in ("none", "private", "granted", "copy"):
        assert acl_of(owner, key)[0] == own
    writer.put_object(Bucket="a-bucket", Key="put", ACL=FULL_CONTROL)
    writer.copy_object(Bucket="a-bucket", Key="copied", CopySource=source, ACL=FULL_CONTROL)
    for key in ("put", "copied"):
        assert acl_of(owner, key) == (others, [(others, "FULL_CONTROL")])
    listed = {entry["Key"]: entry["Owner"]["ID"] for entry in owner.list_objects(Bucket="a-bucket")["Contents"]}
    assert (listed["none"], listed["put"]) == (own, others)


def test_a_preferred_owner_owns_an_upload_from_its_beginning(owner: S3Client, writer: S3Client) -> None:
    owner.create_bucket(Bucket="a-bucket", ObjectOwnership="BucketOwnerPreferred")
    lists: list[tuple[Any, str]] = [
        ({}, canonical_id(writer)),
        ({"ACL": "private"}, canonical_id(writer)),
        ({"ACL": FULL_CONTROL}, canonical_id(owner)),
    ]
    for acl, expected in lists:
        named: Any = {"Bucket": "a-bucket", "Key": "k"}
        named["UploadId"] = writer.create_multipart_upload(**named, **acl)["UploadId"]
        assert writer.list_parts(**named)["Owner"]["ID"] == expected
        etag = writer.upload_part(**named, PartNumber=1, Body=b"x")["ETag"]
        writer.complete_multipart_upload(**named, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
        assert acl_of(owner, "k")[0] == expected


def test_an_enforced_owner_owns_new_and_existing_objects(owner: S3Client, writer: S3Client) -> None:
    owner.create_bucket(Bucket="a-bucket")
    own, others = canonical_id(writer), canonical_id(owner)
    writer.put_object(Bucket="a-bucket", Key="before", ACL="public-read")
    upload = writer.create_multipart_upload(Bucket="a-bucket", Key="upload")["UploadId"]
    control(owner, "BucketOwnerEnforced")
    writer.put_object(Bucket="a-bucket", Key="put")
    writer.put_object(Bucket="a-bucket", Key="full", ACL=FULL_CONTROL)
    writer.put_object(Bucket="a-bucket", Key="granted", GrantFullControl=f"id={others}")
    for key in ("before", "put", "full", "granted"):
        assert acl_of(owner, key) == (others, [(others, "FULL_CONTROL")])
    replies: list[Any] = [
        owner.list_objects(Bucket="a-bucket")["Contents"],
        owner.list_objects_v2(Bucket="a-bucket", FetchOwner=True)["Contents"],
        owner.list_object_versions(Bucket="a-bucket")["Versions"],
        owner.list_multipart_uploads(Bucket="a-bucket")["Uploads"],
        [owner.list_parts(Bucket="a-bucket", Key="upload", UploadId=upload)],
    ]
    assert {entry["Owner"]["ID"] for listed in replies for entry in listed} == {others}
    owner.delete_bucket_ownership_controls(Bucket="a-bucket")
    assert acl_of(owner, "before") == (own, [(own, "FULL_CONTROL"), (ALL_USERS, "READ")])
    assert acl_of(owner, "put")[0] == others


# Enforcing it


@pytest.mark.parametrize(
    "acl",
    [{"ACL": "public-read"}, {"ACL": "log-delivery-write"}, {"GrantRead": f"uri={ALL_USERS}"}],
    ids=["public", "logs", "grant"],
)
def test_an_owner_cannot_be_enforced_while_the_bucket_acl_grants_others(owner: S3Client, acl: Any) -> None:
    owner.create_bucket(Bucket="a-bucket", **acl)
    message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    with refused("InvalidBucketAclWithObjectOwnership", 400) as refusal:
        control(owner, "BucketOwnerEnforced")
    assert refusal.error["Message"] == message
    control(owner, "BucketOwnerPreferred")
    owner.put_bucket_acl(Bucket="a-bucket", ACL="private")
    control(owner, "BucketOwnerEnforced")


def test_acls_can_be_put_once_ownership_is_no_longer_enforced(current: S3Client) -> None:
    current.create_bucket(Bucket="a-bucket")
    current.put_object(Bucket="a-bucket", Key="k")
    with refused("AccessControlListNotSupported", 400):
        current.put_object_acl(Bucket="a-bucket", Key="k", ACL="private")
    current.delete_bucket_ownership_controls(Bucket="a-bucket")
    current.put_object_acl(Bucket="a-bucket", Key="k", ACL="aws-exec-read")
    assert len(acl_of(current, "k")[1]) == 2


@pytest.mark.parametrize("acl", ["private", "bucket-owner-read"])
def test_a_redundant_acl_is_accepted_only_from_the_buckets_account(current: S3Client, acl: Any) -> None:
    """github.com/thephpleague/flysystem/issues/1904 and 1874; of another account ceph's s3-tests say the same."""
    current.create_bucket(Bucket="a-bucket")
    writer = client(WRITER)
    for key, more in (
        ("put_object", {}),
        ("create_multipart_upload", {}),
        ("copy_object", {"CopySource": "a-bucket/k"}),
    ):
        parameters: Any = {"Bucket": "a-bucket", "Key": "k2" if more else "k", "ACL": acl, **more}
        getattr(current, key)(**parameters)
        with refused("AccessControlListNotSupported", 400, Message="The bucket does not allow ACLs"):
            getattr(writer, key)(**parameters)
    assert acl_of(current, "k") == (canonical_id(current), [(canonical_id(current), "FULL_CONTROL")])
