from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from botocore.exceptions import ClientError

from s3mock import mock_s3
from tests.support.accounts import client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

S3Client: TypeAlias = Any  # boto3 creates the methods of its clients at run time

ALL_USERS = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
AUTHENTICATED_USERS = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
ACCOUNT, OTHER_ACCOUNT = "111122223333", "444455556666"


@pytest.fixture
def s3() -> Iterator[S3Client]:
    with mock_s3():
        s3 = client(ACCOUNT)
        s3.create_bucket(Bucket="classic")
        yield s3


@pytest.fixture
def current() -> Iterator[S3Client]:
    """A client of an S3 with a bucket with current defaults: its owner owns everything in it."""
    with mock_s3(bucket_defaults="current"):
        s3 = client(ACCOUNT)
        s3.create_bucket(Bucket="current")
        yield s3


def user(s3: S3Client) -> dict[str, Any]:
    """The grantee of the account that ``s3`` signs for."""
    return {"Type": "CanonicalUser", "ID": s3.list_buckets()["Owner"]["ID"]}


def grant(grantee: dict[str, Any], permission: str) -> dict[str, Any]:
    return {"Grantee": grantee, "Permission": permission}


def error_of(call: Callable[..., Any], **parameters: Any) -> dict[str, Any]:
    """The error of a call, and its status."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response: dict[str, Any] = dict(caught.value.response)
    return {**response["Error"], "Status": response["ResponseMetadata"]["HTTPStatusCode"]}


def bucket_grants(s3: S3Client, bucket: str = "classic") -> list[Any]:
    return list(s3.get_bucket_acl(Bucket=bucket)["Grants"])


def object_grants(s3: S3Client, key: str = "k", bucket: str = "classic") -> list[Any]:
    return list(s3.get_object_acl(Bucket=bucket, Key=key)["Grants"])


def test_a_new_bucket_is_private(s3: S3Client) -> None:
    reply = s3.get_bucket_acl(Bucket="classic")
    assert reply["Owner"] == {"ID": user(s3)["ID"]}
    assert reply["Grants"] == [grant(user(s3), "FULL_CONTROL")]


def test_a_bucket_is_created_with_a_canned_acl_or_with_grants(s3: S3Client) -> None:
    s3.create_bucket(Bucket="canned", ACL="public-read-write")
    assert bucket_grants(s3, "canned") == [
        grant(user(s3), "FULL_CONTROL"),
        grant(ALL_USERS, "READ"),
        grant(ALL_USERS, "WRITE"),
    ]
    s3.create_bucket(Bucket="granted", GrantWrite=f'uri="{ALL_USERS["URI"]}"')
    assert bucket_grants(s3, "granted") == [grant(ALL_USERS, "WRITE")]


def test_a_bucket_acl_is_replaced_by_a_canned_one_grants_or_a_policy(s3: S3Client) -> None:
    s3.put_bucket_acl(Bucket="classic", ACL="authenticated-read")
    assert bucket_grants(s3) == [grant(user(s3), "FULL_CONTROL"), grant(AUTHENTICATED_USERS, "READ")]
    other = user(client(OTHER_ACCOUNT))
    s3.put_bucket_acl(Bucket="classic", GrantFullControl=f"id={other['ID']}", GrantReadACP=f"id={other['ID']}")
    assert bucket_grants(s3) == [grant(other, "FULL_CONTROL"), grant(other, "READ_ACP")]
    policy: Any = {"Owner": {"ID": user(s3)["ID"]}, "Grants": [grant(ALL_USERS, "READ_ACP"), grant(other, "WRITE")]}
    s3.put_bucket_acl(Bucket="classic", AccessControlPolicy=policy)
    assert bucket_grants(s3) == policy["Grants"]


def test_an_acl_that_was_read_can_be_put_again(s3: S3Client) -> None:
    s3.put_bucket_acl(Bucket="classic", ACL="log-delivery-write")
    before = s3.get_bucket_acl(Bucket="classic")
    s3.put_bucket_acl(Bucket="classic", ACL="private")
    s3.put_bucket_acl(Bucket="classic", AccessControlPolicy={"Owner": before["Owner"], "Grants": before["Grants"]})
    assert bucket_grants(s3) == before["Grants"]
    assert len(before["Grants"]) == 3


def test_all_access_can_be_revoked(s3: S3Client) -> None:
    owner = s3.get_bucket_acl(Bucket="classic")["Owner"]
    s3.put_bucket_acl(Bucket="classic", AccessControlPolicy={"Owner": owner, "Grants": []})
    assert bucket_grants(s3) == []


def test_overwriting_an_object_resets_its_acl(s3: S3Client) -> None:
    s3.put_object(Bucket="classic", Key="k", ACL="public-read")
    assert object_grants(s3) == [grant(user(s3), "FULL_CONTROL"), grant(ALL_USERS, "READ")]
    s3.put_object(Bucket="classic", Key="k")
    assert object_grants(s3) == [grant(user(s3), "FULL_CONTROL")]
    s3.put_object(Bucket="classic", Key="k", GrantRead=f"uri={ALL_USERS['URI']}")
    assert object_grants(s3) == [grant(ALL_USERS, "READ")]


def test_an_empty_acl_header_is_ignored(s3: S3Client) -> None:
    empty: Any = ""
    s3.put_object(Bucket="classic", Key="k", ACL=empty)
    assert object_grants(s3) == [grant(user(s3), "FULL_CONTROL")]


def test_a_copy_and_an_upload_have_their_own_acls(s3: S3Client) -> None:
    s3.put_object(Bucket="classic", Key="k", ACL="public-read")
    source = {"Bucket": "classic", "Key": "k"}
    s3.copy_object(Bucket="classic", Key="copy", CopySource=source)
    assert object_grants(s3, "copy") == [grant(user(s3), "FULL_CONTROL")]
    s3.copy_object(Bucket="classic", Key="copy", CopySource=source, ACL="authenticated-read")
    assert object_grants(s3, "copy") == [grant(user(s3), "FULL_CONTROL"), grant(AUTHENTICATED_USERS, "READ")]
    upload = s3.create_multipart_upload(Bucket="classic", Key="large", ACL="public-read")["UploadId"]
    etag = s3.upload_part(Bucket="classic", Key="large", UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    s3.complete_multipart_upload(
        Bucket="classic", Key="large", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]}
    )
    assert object_grants(s3, "large") == [grant(user(s3), "FULL_CONTROL"), grant(ALL_USERS, "READ")]


def test_a_new_acl_changes_nothing_else_of_the_object(s3: S3Client) -> None:
    s3.put_object(Bucket="classic", Key="k", Body=b"bytes", Metadata={"a": "b"}, ContentType="text/plain")
    before = s3.head_object(Bucket="classic", Key="k")
    s3.put_object_acl(Bucket="classic", Key="k", ACL="public-read")
    after = s3.head_object(Bucket="classic", Key="k")
    for reply in (before, after):
        reply.pop("ResponseMetadata")
    assert after == before
    assert object_grants(s3) == [grant(user(s3), "FULL_CONTROL"), grant(ALL_USERS, "READ")]


def test_each_version_has_its_own_acl(s3: S3Client) -> None:
    s3.put_bucket_versioning(Bucket="classic", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="classic", Key="k")["VersionId"]
    second = s3.put_object(Bucket="classic", Key="k")["VersionId"]
    reply = s3.put_object_acl(Bucket="classic", Key="k", VersionId=first, ACL="public-read")
    assert reply["ResponseMetadata"]["HTTPHeaders"]["x-amz-version-id"] == first
    assert object_grants(s3) == [grant(user(s3), "FULL_CONTROL")]
    old = s3.get_object_acl(Bucket="classic", Key="k", VersionId=first)
    assert old["Grants"] == [grant(user(s3), "FULL_CONTROL"), grant(ALL_USERS, "READ")]
    assert old["ResponseMetadata"]["HTTPHeaders"]["x-amz-version-id"] == first
    versions = s3.list_object_versions(Bucket="classic")["Versions"]
    assert [version["VersionId"] for version in versions] == [second, first]


def test_a_delete_marker_has_no_acl(s3: S3Client) -> None:
    s3.put_bucket_versioning(Bucket="classic", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="classic", Key="k")
    marker = s3.delete_object(Bucket="classic", Key="k")["VersionId"]
    # S3's answers are in aws_recorded, test_put_object_acl_on_delete_marker.
    for call, more, latest in (
        (s3.get_object_acl, {}, "NoSuchKey"),
        (s3.put_object_acl, {"ACL": "private"}, "MethodNotAllowed"),
    ):
        assert error_of(call, Bucket="classic", Key="k", **more)["Code"] == latest
        assert error_of(call, Bucket="classic", Key="k", VersionId=marker, **more)["Code"] == "MethodNotAllowed"


def test_a_missing_bucket_or_object_has_no_acl(s3: S3Client) -> None:
    for call, more in ((s3.get_object_acl, {}), (s3.put_object_acl, {"ACL": "private"})):
        error = error_of(call, Bucket="classic", Key="no", **more)
        assert (error["Code"], error["Status"], error["Key"]) == ("NoSuchKey", 404, "no")
    assert error_of(s3.get_bucket_acl, Bucket="nothing-here")["Code"] == "NoSuchBucket"
    assert error_of(s3.put_bucket_acl, Bucket="nothing-here", ACL="private")["Code"] == "NoSuchBucket"


def test_an_object_in_another_accounts_bucket_belongs_to_its_writer(s3: S3Client) -> None:
    other = client(OTHER_ACCOUNT)
    other.put_object(Bucket="classic", Key="k", ACL="bucket-owner-full-control")
    reply = s3.get_object_acl(Bucket="classic", Key="k")
    assert reply["Owner"] == {"ID": user(other)["ID"]}
    assert reply["Grants"] == [grant(user(other), "FULL_CONTROL"), grant(user(s3), "FULL_CONTROL")]
    other.put_object_acl(Bucket="classic", Key="k", ACL="bucket-owner-read")
    assert object_grants(s3) == [grant(user(other), "FULL_CONTROL"), grant(user(s3), "READ")]


def test_a_request_sets_an_acl_in_one_way_only(s3: S3Client) -> None:
    s3.put_object(Bucket="classic", Key="k")
    policy = {"Owner": {"ID": user(s3)["ID"]}, "Grants": [grant(ALL_USERS, "READ")]}
    everybody = f"uri={ALL_USERS['URI']}"
    for call, more in ((s3.put_bucket_acl, {}), (s3.put_object_acl, {"Key": "k"}), (s3.put_object, {"Key": "k"})):
        error = error_of(call, Bucket="classic", ACL="private", GrantRead=everybody, **more)
        assert (error["Code"], error["Status"]) == ("InvalidRequest", 400)
        assert error["Message"] == "Specifying both Canned ACLs and Header Grants is not allowed"
    for call, more in ((s3.put_bucket_acl, {}), (s3.put_object_acl, {"Key": "k"})):
        for header in ({"ACL": "private"}, {"GrantRead": everybody}):
            error = error_of(call, Bucket="classic", AccessControlPolicy=policy, **header, **more)
            assert (error["Code"], error["Status"]) == ("UnexpectedContent", 400)
            assert error["Message"] == "This request does not support content"
        error = error_of(call, Bucket="classic", **more)
        assert (error["Code"], error["Status"]) == ("MissingSecurityHeader", 400)
        assert error["Message"] == "Your request was missing a required header"
        assert error["MissingHeaderName"] == "x-amz-acl"


@pytest.mark.parametrize("operation", ["create_bucket", "put_bucket_acl", "put_object", "put_object_acl"])
def test_an_unknown_canned_acl_changes_nothing(s3: S3Client, operation: str) -> None:
    s3.put_object(Bucket="classic", Key="k", Body=b"before")
    parameters = {"Bucket": "new" if operation == "create_bucket" else "classic"}
    if "object" in operation:
        parameters["Key"] = "k"
    error = error_of(getattr(s3, operation), **parameters, ACL="privatee")
    # boto3 returns the empty message as None.
    assert (error["Code"], error["Status"], error["Message"]) == ("InvalidArgument", 400, None)
    assert (error["ArgumentName"], error["ArgumentValue"]) == ("x-amz-acl", "privatee")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["classic"]
    assert s3.get_object(Bucket="classic", Key="k")["Body"].read() == b"before"


def test_a_malformed_acl_or_one_of_another_owner_is_refused(s3: S3Client) -> None:
    owner = {"ID": user(s3)["ID"]}
    policies: list[tuple[dict[str, Any], str]] = [
        ({"Grants": []}, "MalformedACLError"),
        ({"Owner": owner}, "MalformedACLError"),
        ({"Owner": owner, "Grants": [grant(ALL_USERS, "EVERYTHING")]}, "MalformedACLError"),
        ({"Owner": owner, "Grants": [{"Permission": "READ"}]}, "MalformedACLError"),
        ({"Owner": user(client(OTHER_ACCOUNT)), "Grants": []}, "AccessDenied"),
        ({"Owner": owner, "Grants": [grant({"Type": "CanonicalUser", "ID": "_foo"}, "READ")]}, "InvalidArgument"),
    ]
    for policy, code in policies:
        policy["Owner"] = {"ID": policy["Owner"]["ID"]} if "Owner" in policy else {}
        assert error_of(s3.put_bucket_acl, Bucket="classic", AccessControlPolicy=policy)["Code"] == code
    assert bucket_grants(s3) == [grant(user(s3), "FULL_CONTROL")]


def test_with_bucket_owner_enforced_acls_are_refused(current: S3Client) -> None:
    current.put_object(Bucket="current", Key="k")
    owner = {"ID": user(current)["ID"]}
    policy = {"Owner": owner, "Grants": [grant(user(client(OTHER_ACCOUNT)), "READ")]}
    for call, more in (
        (current.put_bucket_acl, {}),
        (current.put_object_acl, {"Key": "k"}),
        (current.put_object, {"Key": "k"}),
        (current.create_multipart_upload, {"Key": "k"}),
        (current.copy_object, {"Key": "k2", "CopySource": "current/k"}),
    ):
        headers: list[dict[str, Any]] = [
            {"ACL": "log-delivery-write"},
            {"GrantFullControl": f"id={user(client(OTHER_ACCOUNT))['ID']}"},
        ]
        if call in (current.put_bucket_acl, current.put_object_acl):
            # The refusal of public ACLs is tested in tests/test_public_access_block.py.
            headers += [{"AccessControlPolicy": policy}, {"ACL": "private"}]
        else:
            headers += [{"ACL": "public-read"}, {"GrantRead": f"uri={ALL_USERS['URI']}"}]
        for header in headers:
            error = error_of(call, Bucket="current", **more, **header)
            assert (error["Code"], error["Status"]) == ("AccessControlListNotSupported", 400)
            assert error["Message"] == "The bucket does not allow ACLs"
    assert object_grants(current, bucket="current") == [grant(user(current), "FULL_CONTROL")]


def test_with_bucket_owner_enforced_full_control_of_the_owner_is_accepted(current: S3Client) -> None:
    own = user(current)
    policy: Any = {"Owner": {"ID": own["ID"]}, "Grants": [grant(own, "FULL_CONTROL")]}
    current.put_object(Bucket="current", Key="k", ACL="bucket-owner-full-control")
    current.put_object(Bucket="current", Key="k", GrantFullControl=f"id={own['ID']}")
    current.put_object_acl(Bucket="current", Key="k", AccessControlPolicy=policy)
    current.put_bucket_acl(Bucket="current", AccessControlPolicy=policy)
    assert bucket_grants(current, "current") == [grant(own, "FULL_CONTROL")]


def test_with_bucket_owner_enforced_others_grant_the_owner_full_control(current: S3Client) -> None:
    client(OTHER_ACCOUNT).put_object(Bucket="current", Key="k", ACL="bucket-owner-full-control")
    reply = current.get_object_acl(Bucket="current", Key="k")
    assert reply["Owner"] == {"ID": user(current)["ID"]}
    assert reply["Grants"] == [grant(user(current), "FULL_CONTROL")]


def test_a_bucket_with_owner_enforced_is_created_without_an_acl(current: S3Client) -> None:
    error = error_of(current.create_bucket, Bucket="public", ACL="public-read")
    assert (error["Code"], error["Status"]) == ("InvalidBucketAclWithObjectOwnership", 400)
    assert error["Message"] == "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    current.create_bucket(Bucket="private", ACL="private")
    assert [bucket["Name"] for bucket in current.list_buckets()["Buckets"]] == ["current", "private"]
