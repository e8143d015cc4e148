"""Access to buckets: policies, ACLs, Block Public Access, other accounts, and unsigned requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from tests.support.accounts import client
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

OWNER, OTHER = "111122223333", "444455556666"
BUCKET, ARN = "a-bucket", "arn:aws:s3:::a-bucket"


@pytest.fixture
def owner() -> Iterator[S3Client]:
    """A client of the owner of a bucket with an object "k", under strict settings for accounts."""
    with mock_s3(allow_crossaccount_access=False):
        s3 = client(OWNER)
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"body")
        yield s3


@pytest.fixture
def other(owner: S3Client) -> S3Client:
    """A client of another account."""
    del owner
    return client(OTHER)


@pytest.fixture
def unsigned(owner: S3Client) -> S3Client:
    """A client that sends unsigned requests."""
    del owner
    return client(None)


def allow(s3: S3Client, action: Any, resource: Any = f"{ARN}/*", **elements: Any) -> None:
    """Set a bucket policy with one Allow statement, for everyone by default."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource, **elements}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def deny(s3: S3Client, action: Any, resource: Any = f"{ARN}/*", **elements: Any) -> None:
    """Set a bucket policy with a Deny statement."""
    allow(s3, action, resource, Effect="Deny", **elements)


def denied() -> Any:
    """Expect an AccessDenied without a reason."""
    return refused("AccessDenied", 403, Message="Access Denied")


def test_by_default_only_the_account_has_access(other: S3Client, unsigned: S3Client) -> None:
    for s3 in (other, unsigned):
        with denied():
            s3.get_object(Bucket=BUCKET, Key="k")
        with denied():
            s3.put_object(Bucket=BUCKET, Key="new")
        with denied():
            s3.list_objects_v2(Bucket=BUCKET)
        with denied():
            s3.delete_object(Bucket=BUCKET, Key="k")
        with denied():
            s3.delete_bucket(Bucket=BUCKET)
        with refused("403", 403):
            s3.head_bucket(Bucket=BUCKET)
        with denied():
            s3.get_bucket_policy(Bucket=BUCKET)


@mock_s3()
def test_by_default_other_accounts_have_full_access_but_unsigned_requests_do_not() -> None:
    client(OWNER).create_bucket(Bucket=BUCKET)
    client(OTHER).put_object(Bucket=BUCKET, Key="k", Body=b"theirs")
    assert client(OWNER).get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"theirs"
    with denied():
        client(None).get_object(Bucket=BUCKET, Key="k")


@mock_s3()
def test_a_policy_replaces_the_default_access_of_other_accounts() -> None:
    client(OWNER).create_bucket(Bucket=BUCKET)
    client(OWNER).put_object(Bucket=BUCKET, Key="k")
    allow(client(OWNER), "s3:PutObject")
    client(OTHER).put_object(Bucket=BUCKET, Key="new")
    with denied():
        client(OTHER).get_object(Bucket=BUCKET, Key="k")


def test_a_policy_allows_its_actions_to_its_principals(owner: S3Client, other: S3Client, unsigned: S3Client) -> None:
    allow(owner, "s3:GetObject", Principal={"AWS": OTHER})
    assert other.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"body"
    with denied():
        other.get_object_tagging(Bucket=BUCKET, Key="k")
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="k")
    allow(owner, "s3:GetObject")
    assert unsigned.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"body"
    owner.delete_bucket_policy(Bucket=BUCKET)
    with denied():
        other.get_object(Bucket=BUCKET, Key="k")


def test_a_deny_applies_to_the_owners_root_user_who_reads_the_reason(owner: S3Client) -> None:
    deny(owner, "s3:GetObject")
    message = (
        f'User: arn:aws:iam::{OWNER}:root is not authorized to perform: s3:GetObject on resource: "{ARN}/k" with an '
        "explicit deny in a resource-based policy"
    )
    with refused("AccessDenied", 403, Message=message):
        owner.get_object(Bucket=BUCKET, Key="k")
    owner.put_object(Bucket=BUCKET, Key="k")


def test_the_owners_root_user_can_always_change_the_policy(owner: S3Client) -> None:
    deny(owner, "s3:*", [ARN, f"{ARN}/*"])
    with refused("AccessDenied", 403):
        owner.list_objects_v2(Bucket=BUCKET)
    owner.get_bucket_policy(Bucket=BUCKET)
    owner.delete_bucket_policy(Bucket=BUCKET)
    owner.list_objects_v2(Bucket=BUCKET)


def test_without_list_permission_a_missing_key_is_access_denied(owner: S3Client, unsigned: S3Client) -> None:
    allow(owner, "s3:GetObject")
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="nothing")
    with refused("403", 403):
        unsigned.head_object(Bucket=BUCKET, Key="nothing")
    allow(owner, ["s3:GetObject", "s3:ListBucket"], [ARN, f"{ARN}/*"])
    with refused("NoSuchKey", 404):
        unsigned.get_object(Bucket=BUCKET, Key="nothing")
    with refused("404", 404):
        unsigned.head_object(Bucket=BUCKET, Key="nothing")


def test_with_list_permission_by_an_acl_a_missing_key_is_no_such_key(owner: S3Client, unsigned: S3Client) -> None:
    owner.put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    with refused("NoSuchKey", 404):
        unsigned.get_object(Bucket=BUCKET, Key="nothing")
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="k")


def test_reading_a_version_requires_its_own_permission(owner: S3Client, unsigned: S3Client) -> None:
    owner.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    version = owner.put_object(Bucket=BUCKET, Key="k")["VersionId"]
    allow(owner, "s3:GetObject")
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="k", VersionId=version)
    allow(owner, "s3:GetObjectVersion")
    unsigned.get_object(Bucket=BUCKET, Key="k", VersionId=version)
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="k")


def test_delete_objects_authorizes_each_key_separately(owner: S3Client, other: S3Client) -> None:
    owner.put_object(Bucket=BUCKET, Key="public/k")
    allow(owner, "s3:DeleteObject", f"{ARN}/public/*")
    reply = other.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "k"}, {"Key": "public/k"}]})
    assert reply["Errors"] == [{"Key": "k", "Code": "AccessDenied", "Message": "Access Denied"}]
    assert [deleted["Key"] for deleted in reply["Deleted"]] == ["public/k"]
    owner.head_object(Bucket=BUCKET, Key="k")


def test_a_copy_requires_permission_to_read_its_source(owner: S3Client, other: S3Client) -> None:
    other.create_bucket(Bucket="theirs")
    source: Any = {"Bucket": BUCKET, "Key": "k"}
    with denied():
        other.copy_object(Bucket="theirs", Key="k", CopySource=source)
    upload_id = other.create_multipart_upload(Bucket="theirs", Key="k")["UploadId"]
    part: Any = {"Bucket": "theirs", "Key": "k", "UploadId": upload_id, "PartNumber": 1, "CopySource": source}
    with denied():
        other.upload_part_copy(**part)
    allow(owner, "s3:GetObject")
    other.copy_object(Bucket="theirs", Key="k", CopySource=source)
    other.upload_part_copy(**part)


def test_copying_tags_requires_permission_to_read_them(owner: S3Client, other: S3Client) -> None:
    other.create_bucket(Bucket="theirs")
    owner.put_object_tagging(Bucket=BUCKET, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    allow(owner, "s3:GetObject")
    parameters: Any = {"Bucket": "theirs", "Key": "k", "CopySource": f"{BUCKET}/k"}
    with denied():
        other.copy_object(**parameters)
    other.copy_object(**parameters, TaggingDirective="REPLACE")
    allow(owner, ["s3:GetObject", "s3:GetObjectTagging"])
    other.copy_object(**parameters)


@pytest.mark.parametrize(
    ("parameters", "action"),
    [
        ({"Tagging": "a=b"}, "s3:PutObjectTagging"),
        (
            {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2099-01-01T00:00:00Z"},
            "s3:PutObjectRetention",
        ),
        ({"ObjectLockLegalHoldStatus": "ON"}, "s3:PutObjectLegalHold"),
    ],
    ids=str,
)
def test_setting_tags_or_locks_of_a_new_object_requires_their_permission(
    owner: S3Client, other: S3Client, parameters: dict[str, Any], action: str
) -> None:
    owner.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    owner.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    allow(owner, "s3:PutObject")
    other.put_object(Bucket=BUCKET, Key="new")
    with denied():
        other.put_object(Bucket=BUCKET, Key="new", **parameters)
    with denied():
        other.create_multipart_upload(Bucket=BUCKET, Key="new", **parameters)
    allow(owner, ["s3:PutObject", action])
    other.put_object(Bucket=BUCKET, Key="new", **parameters)
    other.create_multipart_upload(Bucket=BUCKET, Key="new", **parameters)


def test_the_initiator_of_an_upload_can_list_and_abort_it(owner: S3Client, other: S3Client, unsigned: S3Client) -> None:
    allow(owner, "s3:PutObject", Principal={"AWS": OTHER})
    upload: Any = {"Bucket": BUCKET, "Key": "new"}
    upload["UploadId"] = other.create_multipart_upload(**upload)["UploadId"]
    other.upload_part(**upload, PartNumber=1, Body=b"part")
    assert len(other.list_parts(**upload)["Parts"]) == 1
    with denied():
        unsigned.list_parts(**upload)
    with denied():
        unsigned.abort_multipart_upload(**upload)
    other.abort_multipart_upload(**upload)


BUCKET_LISTS: list[tuple[str, str]] = [
    ("READ", "list_objects_v2"),
    ("READ", "list_object_versions"),
    ("READ", "list_multipart_uploads"),
    ("READ_ACP", "get_bucket_acl"),
]


@pytest.mark.parametrize(("permission", "call"), BUCKET_LISTS)
def test_a_bucket_acl_grants_its_permissions(owner: S3Client, other: S3Client, permission: str, call: str) -> None:
    grantee = other.list_buckets()["Owner"]["ID"]
    with denied():
        getattr(other, call)(Bucket=BUCKET)
    for granted in (permission, "FULL_CONTROL"):
        grant = {
            f"Grant{''.join(word if word == 'ACP' else word.title() for word in granted.split('_'))}": f"id={grantee}"
        }
        owner.put_bucket_acl(Bucket=BUCKET, **grant)  # type: ignore[arg-type]
        getattr(other, call)(Bucket=BUCKET)
        with denied():
            other.get_bucket_versioning(Bucket=BUCKET)


def test_a_writer_by_an_acl_owns_its_objects(owner: S3Client, other: S3Client, unsigned: S3Client) -> None:
    owner.put_bucket_acl(Bucket=BUCKET, ACL="public-read-write")
    other.put_object(Bucket=BUCKET, Key="theirs", Body=b"theirs")
    assert other.get_object(Bucket=BUCKET, Key="theirs")["Body"].read() == b"theirs"
    with denied():
        owner.get_object(Bucket=BUCKET, Key="theirs")
    with denied():
        owner.copy_object(Bucket=BUCKET, Key="ours", CopySource=f"{BUCKET}/theirs")
    other.put_object_acl(Bucket=BUCKET, Key="theirs", ACL="bucket-owner-full-control")
    owner.get_object(Bucket=BUCKET, Key="theirs")
    unsigned.put_object(Bucket=BUCKET, Key="nobodys", Body=b"nobody's")
    assert unsigned.get_object(Bucket=BUCKET, Key="nobodys")["Body"].read() == b"nobody's"
    owner.delete_object(Bucket=BUCKET, Key="theirs")


def test_write_in_an_acl_allows_no_deletion_of_others_objects_and_no_tags(
    owner: S3Client, other: S3Client, unsigned: S3Client
) -> None:
    owner.put_bucket_acl(Bucket=BUCKET, ACL="public-read-write")
    other.put_object(Bucket=BUCKET, Key="theirs")
    unsigned.put_object(Bucket=BUCKET, Key="nobodys")
    for writer, key in ((other, "k"), (unsigned, "k"), (other, "nobodys"), (unsigned, "theirs"), (other, "missing")):
        with denied():
            writer.delete_object(Bucket=BUCKET, Key=key)
    (error,) = other.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "k"}, {"Key": "theirs"}]})["Errors"]
    assert (error["Key"], error["Code"]) == ("k", "AccessDenied")
    unsigned.delete_object(Bucket=BUCKET, Key="nobodys")
    with denied():
        other.put_object(Bucket=BUCKET, Key="tagged", Tagging="a=b")


def test_a_policy_does_not_open_objects_that_others_own(owner: S3Client, other: S3Client, unsigned: S3Client) -> None:
    allow(owner, ["s3:PutObject", "s3:GetObject"])
    other.put_object(Bucket=BUCKET, Key="theirs")
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="theirs")
    owner.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    unsigned.get_object(Bucket=BUCKET, Key="theirs")


def test_an_object_acl_grants_its_permissions(owner: S3Client, other: S3Client, unsigned: S3Client) -> None:
    owner.put_object_acl(Bucket=BUCKET, Key="k", ACL="authenticated-read")
    other.get_object(Bucket=BUCKET, Key="k")
    other.head_object(Bucket=BUCKET, Key="k")
    with denied():
        other.get_object_acl(Bucket=BUCKET, Key="k")
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="k")
    owner.put_object_acl(Bucket=BUCKET, Key="k", ACL="public-read")
    unsigned.get_object(Bucket=BUCKET, Key="k")
    with denied():
        unsigned.list_objects_v2(Bucket=BUCKET)


def test_public_acls_that_are_ignored_grant_nothing(owner: S3Client, unsigned: S3Client) -> None:
    owner.put_object_acl(Bucket=BUCKET, Key="k", ACL="public-read")
    ignored: Any = {"IgnorePublicAcls": True}
    owner.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=ignored)
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="k")
    allow(owner, "s3:GetObject")
    unsigned.get_object(Bucket=BUCKET, Key="k")


def test_acls_grant_nothing_where_they_are_disabled(owner: S3Client, unsigned: S3Client) -> None:
    owner.put_object_acl(Bucket=BUCKET, Key="k", ACL="public-read")
    owner.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="k")


def test_a_restricted_public_policy_applies_to_the_account_only(
    owner: S3Client, other: S3Client, unsigned: S3Client
) -> None:
    allow(owner, "s3:GetObject")
    restricted: Any = {"RestrictPublicBuckets": True}
    owner.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=restricted)
    owner.get_object(Bucket=BUCKET, Key="k")
    with denied():
        unsigned.get_object(Bucket=BUCKET, Key="k")
    with denied():
        other.get_object(Bucket=BUCKET, Key="k")
    allow(owner, "s3:GetObject", Principal={"AWS": OTHER})
    other.get_object(Bucket=BUCKET, Key="k")
