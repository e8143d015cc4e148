"""Accounts: callers, owners and expected owners."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from tests.support.accounts import client
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DEFAULT, FIRST, SECOND = "123456789012", "111122223333", "444455556666"


def id_of(access_key: str) -> str:
    """The canonical id of the account that the key belongs to."""
    return client(access_key).list_buckets()["Owner"]["ID"]


def account_of(access_key: str) -> str:
    """The account that owns a bucket created with the key: the only expected owner that is accepted."""
    s3 = client(access_key)
    s3.create_bucket(Bucket="whose")
    for account in (DEFAULT, FIRST, SECOND, "999900001111"):
        try:
            s3.head_bucket(Bucket="whose", ExpectedBucketOwner=account)
        except s3.exceptions.ClientError:
            continue
        s3.delete_bucket(Bucket="whose")
        return account
    raise AssertionError("no account owns the bucket")


def names_of(s3: S3Client) -> list[str]:
    return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


@pytest.mark.usefixtures("s3")
def test_an_access_key_of_twelve_digits_is_an_account() -> None:
    assert account_of(FIRST) == FIRST
    assert id_of(FIRST) != id_of(SECOND)
    assert id_of(FIRST) != id_of("any key")


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "any", "11112222333", "1111222233334", "11112222333x"])
@pytest.mark.usefixtures("s3")
def test_any_other_access_key_belongs_to_the_default_account(key: str) -> None:
    assert account_of(key) == DEFAULT


def test_the_setting_accounts_takes_precedence_for_a_key() -> None:
    with mock_s3(accounts={"AKIAIOSFODNN7EXAMPLE": FIRST, SECOND: FIRST, "other": "999900001111"}):
        assert account_of("AKIAIOSFODNN7EXAMPLE") == FIRST
        assert account_of(SECOND) == FIRST
        assert account_of("other") == "999900001111"
        assert account_of("any") == DEFAULT


def test_the_default_account_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("S3MOCK_ACCOUNT_ID", raising=False)
    monkeypatch.setenv("MOTO_ACCOUNT_ID", SECOND)
    with mock_s3():
        assert account_of("any") == SECOND
        monkeypatch.setenv("S3MOCK_ACCOUNT_ID", FIRST)
        assert account_of("any") == FIRST
        assert account_of(SECOND) == SECOND
    with mock_s3(account_id="999900001111"):
        assert account_of("any") == "999900001111"


def test_an_owners_canonical_id_is_the_same_in_every_run(s3: S3Client) -> None:
    owner = s3.list_buckets()["Owner"]
    assert owner.keys() == {"ID"}
    assert re.fullmatch(r"[0-9a-f]{64}", owner["ID"])
    with mock_s3() as mock:
        assert mock.client(region_name="us-east-1").list_buckets()["Owner"] == owner


@pytest.mark.usefixtures("s3")
def test_each_account_lists_its_own_buckets() -> None:
    first, second = client(FIRST), client(SECOND)
    first.create_bucket(Bucket="of-the-first")
    second.create_bucket(Bucket="of-the-second")
    assert names_of(first) == ["of-the-first"]
    assert names_of(second) == ["of-the-second"]
    assert names_of(client("any")) == []


@pytest.mark.usefixtures("s3")
def test_every_account_can_use_every_bucket_by_default() -> None:
    first, second = client(FIRST), client(SECOND)
    first.create_bucket(Bucket="a-bucket")
    second.put_object(Bucket="a-bucket", Key="a-key")
    (described,) = first.list_objects(Bucket="a-bucket")["Contents"]
    assert described["Owner"] == {"ID": id_of(SECOND)}
    assert first.get_bucket_acl(Bucket="a-bucket")["Owner"] == {"ID": id_of(FIRST)}


def test_with_bucket_owner_enforced_the_bucket_owner_owns_its_objects() -> None:
    with mock_s3(bucket_defaults="current"):
        client(FIRST).create_bucket(Bucket="a-bucket")
        client(SECOND).put_object(Bucket="a-bucket", Key="a-key")
        (described,) = client(SECOND).list_objects(Bucket="a-bucket")["Contents"]
        assert described["Owner"] == {"ID": id_of(FIRST)}


def test_an_expected_owner_must_be_the_owner(s3: S3Client, bucket: str) -> None:
    calls: list[tuple[str, Any]] = [
        ("list_objects", {}),
        ("list_objects_v2", {}),
        ("list_object_versions", {}),
        ("get_bucket_location", {}),
        ("get_bucket_versioning", {}),
        ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
        ("put_object", {"Key": "a-key"}),
        ("delete_object", {"Key": "a-key"}),
    ]
    for operation, parameters in calls:
        call = getattr(s3, operation)
        with refused("AccessDenied", 403, Message="Access Denied"):
            call(Bucket=bucket, ExpectedBucketOwner=SECOND, **parameters)
        for owner in ("me", "12345678901", "1234567890123"):
            message = f"The value of the expected bucket owner parameter must be an AWS Account ID... [{owner}]"
            with refused("InvalidBucketOwnerAWSAccountID", 400, Message=message):
                call(Bucket=bucket, ExpectedBucketOwner=owner, **parameters)
    assert s3.get_bucket_versioning(Bucket=bucket).get("Status") is None
    with refused("403", 403):
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=SECOND)
    with refused("AccessDenied", 403):
        s3.delete_bucket(Bucket=bucket, ExpectedBucketOwner=SECOND)
    for operation, parameters in calls:
        getattr(s3, operation)(Bucket=bucket, ExpectedBucketOwner=DEFAULT, **parameters)


def test_an_invalid_expected_owner_is_refused_before_a_missing_bucket(s3: S3Client) -> None:
    with refused("InvalidBucketOwnerAWSAccountID", 400):
        s3.list_objects_v2(Bucket="nowhere", ExpectedBucketOwner="me")
    with refused("NoSuchBucket", 404):
        s3.list_objects_v2(Bucket="nowhere", ExpectedBucketOwner=SECOND)
