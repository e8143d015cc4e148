"""Which presigned URLs are verified: those of known access keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from urllib3 import PoolManager

from s3mock import mock_s3
from s3mock.server import S3MockServer
from tests.support.presigned_urls import BOTH, Response, client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3


@BOTH
def test_an_unknown_key_is_not_verified_but_its_url_expires(s3: S3Client, mock: S3, bucket: str, version: str) -> None:
    s3.put_object(Bucket=bucket, Key="key")
    signer = client(version, aws_access_key_id="111122223333", aws_secret_access_key="whatever")
    url = signer.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "other"}, 60).replace(
        "/other?", "/key?"
    )
    assert Response("GET", url).status == 200
    mock.clock.advance(minutes=2)
    assert Response("GET", url).error["Message"] == "Request has expired"


@BOTH
def test_the_key_of_the_environment_is_known(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "its-secret")
    with mock_s3() as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="a-bucket")
        listing = client(version).generate_presigned_url("list_objects", {"Bucket": "a-bucket"})
        assert Response("GET", listing).status == 200
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
        assert Response("GET", listing).error["Code"] == "SignatureDoesNotMatch"


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
            assert (key, secret, Response("GET", url).status) == (key, secret, status)
        bob = mock.client(region_name="us-east-1", aws_access_key_id="AKIABOB", aws_secret_access_key="secret")
        bob.create_bucket(Bucket="bobs")
        assert [bucket.account.id for bucket in mock.cloud.account("111122223333").region("us-east-1").buckets] == [
            "111122223333"
        ]


@BOTH
def test_a_setting_turns_off_the_verification_of_presigned_urls(version: str) -> None:
    with mock_s3(verify_signatures="off") as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="a-bucket")
        url = client(version).generate_presigned_url("list_objects", {"Bucket": "a-bucket"}, 60)
        mock.clock.advance(days=1)
        assert Response("GET", url.replace("Signature=", "Signature=0")).status == 200


def test_the_session_of_a_directory_bucket_is_known(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="key", Body=b"bytes")
    url = west.generate_presigned_url("get_object", {"Bucket": directory, "Key": "key"})
    assert Response("GET", url).body == b"bytes"
    assert Response("GET", url.replace("/key?", "/other?")).error["Code"] == "SignatureDoesNotMatch"


@BOTH
@pytest.mark.parametrize("key", ["key", "a//b", "a b+ü%2F"])
def test_presigned_urls_are_valid_over_a_connection(version: str, key: str) -> None:
    with S3MockServer(credentials={"AKIAALICE": "secret"}) as server:
        s3 = boto3.client(
            "s3",
            endpoint_url=server.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id="AKIAALICE",
            aws_secret_access_key="secret",
            config=Config(signature_version=version),
        )
        s3.create_bucket(Bucket="a-bucket")
        url = s3.generate_presigned_url("put_object", {"Bucket": "a-bucket", "Key": key, "Metadata": {"a": "b"}})
        put = PoolManager().request("PUT", url, body=b"bytes", headers={"x-amz-meta-a": "b"})
        assert (put.status, s3.head_object(Bucket="a-bucket", Key=key)["Metadata"]) == (200, {"a": "b"})
        url = s3.generate_presigned_url("get_object", {"Bucket": "a-bucket", "Key": key})
        assert PoolManager().request("GET", url).data == b"bytes"
        assert PoolManager().request("DELETE", url).status == 403


def test_version_4a_is_accepted_unverified_by_a_multi_region_access_point_until_it_expires(
    mock: S3, bucket: str
) -> None:
    now = mock.clock.now()
    point = mock.add_multi_region_access_point("everywhere", bucket)
    url = (
        f"https://{point.alias}.accesspoint.s3-global.amazonaws.com/?list-type=2&X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Region-Set=%2A"
        f"&X-Amz-Credential=S3MOCKACCESSKEY%2F{now:%Y%m%d}%2Fs3%2Faws4_request&X-Amz-Date={now:%Y%m%dT%H%M%SZ}"
        "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=3045"
    )
    assert Response("GET", url).status == 200
    of_bucket = url.replace(f"{point.alias}.accesspoint.s3-global", f"{bucket}.s3")
    assert Response("GET", of_bucket).error["Code"] == "SignatureDoesNotMatch"
    assert Response("GET", url, {"x-amz-acl": "private"}).error["HeadersNotSigned"] == "x-amz-acl"
    mock.clock.advance(minutes=1)
    assert Response("GET", url).error["Message"] == "Request has expired"
