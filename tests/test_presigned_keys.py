"""Whose presigned URLs are verified: the keys that a mock knows, and what becomes of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3mock import mock_s3
from tests.presigning import BOTH, Answer, client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.mock import S3


@BOTH
def test_an_unknown_key_is_not_verified_but_its_url_ends_all_the_same(
    s3: S3Client, mock: S3, bucket: str, version: str
) -> None:
    s3.put_object(Bucket=bucket, Key="key")
    signer = client(version, aws_access_key_id="111122223333", aws_secret_access_key="whatever")
    url = signer.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "other"}, 60).replace(
        "/other?", "/key?"
    )
    assert Answer("GET", url).status == 200
    mock.clock.advance(minutes=2)
    assert Answer("GET", url).error["Message"] == "Request has expired"


@BOTH
def test_the_key_of_the_environment_is_known(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "its-secret")
    with mock_s3() as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="a-bucket")
        listing = client(version).generate_presigned_url("list_objects", {"Bucket": "a-bucket"})
        assert Answer("GET", listing).status == 200
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
        assert Answer("GET", listing).error["Code"] == "SignatureDoesNotMatch"


@BOTH
def test_the_keys_of_the_settings_are_known_and_have_their_accounts(version: str) -> None:
    with mock_s3(credentials={"AKIAALICE": "secret", "AKIABOB": ("secret", "111122223333")}) as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="a-bucket")
        for key, secret, status in (
            ("AKIAALICE", "secret", 200),
            ("AKIAALICE", "other", 403),
            ("AKIABOB", "secret", 200),
            ("AKIABOB", "", 403),
        ):
            signer = client(version, aws_access_key_id=key, aws_secret_access_key=secret or "none")
            url = signer.generate_presigned_url("list_objects", {"Bucket": "a-bucket"})
            assert (key, secret, Answer("GET", url).status) == (key, secret, status)
        bob = mock.client(region_name="us-east-1", aws_access_key_id="AKIABOB", aws_secret_access_key="secret")
        bob.create_bucket(Bucket="bobs")
        assert [bucket.account.id for bucket in mock.cloud.account("111122223333").region("us-east-1").buckets] == [
            "111122223333"
        ]


@BOTH
def test_nothing_is_looked_at_where_the_settings_say_so(version: str) -> None:
    with mock_s3(verify_signatures="off") as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="a-bucket")
        url = client(version).generate_presigned_url("list_objects", {"Bucket": "a-bucket"}, 60)
        mock.clock.advance(days=1)
        assert Answer("GET", url.replace("Signature=", "Signature=0")).status == 200


def test_the_session_of_a_directory_bucket_is_known(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="key", Body=b"bytes")
    url = west.generate_presigned_url("get_object", {"Bucket": directory, "Key": "key"})
    assert Answer("GET", url).body == b"bytes"
    assert Answer("GET", url.replace("/key?", "/other?")).error["Code"] == "SignatureDoesNotMatch"
