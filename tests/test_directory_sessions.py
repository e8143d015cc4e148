"""CreateSession, and the use of its credentials."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from freezegun import freeze_time

from s3mock import mock_s3
from s3mock.http import Body, Request
from s3mock.transports import adapter
from tests.support import raw_requests
from tests.support.directory_buckets import create_directory_bucket
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = "arn:aws:kms:us-west-2:123456789012:key/abcd1234-12ab-34cd-56ef-1234567890ab"

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20261120/us-west-2/s3express/aws4_request, SignedHeaders=host, Signature=0"
)


def ask(method: str, bucket: str, path: str, token: str, body: bytes = b"") -> tuple[int, str]:
    """Send a request with a session token to the active mock; return its status and document."""
    endpoint = f"{bucket}.s3express-usw2-az1.us-west-2.amazonaws.com"
    headers = {"x_amz_s3session_token": token, "authorization": SIGNED}
    with mock_s3() as mock:
        response = raw_requests.ask(mock.cloud, method, path, body, endpoint=endpoint, **headers)
    assert isinstance(response.body, bytes)
    return response.status, response.body.decode()


def encrypt(client: S3Client, bucket: str, key: str) -> None:
    rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def test_a_session_has_credentials_valid_for_five_minutes(west: S3Client, directory: str) -> None:
    with freeze_time("2026-11-20 12:00:00"):
        reply = west.create_session(Bucket=directory)
    assert set(reply) == {"Credentials", "ServerSideEncryption", "ResponseMetadata"}
    credentials = reply["Credentials"]
    assert credentials["Expiration"] == dt.datetime(2026, 11, 20, 12, 5, tzinfo=dt.timezone.utc)
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert len(credentials["SecretAccessKey"]) == 40
    assert credentials["SessionToken"]


def test_a_session_needs_its_bucket(west: S3Client) -> None:
    with refused("NoSuchBucket", 404, BucketName="none--usw2-az1--x-s3"):
        west.create_session(Bucket="none--usw2-az1--x-s3")


def test_a_session_is_read_write_or_read_only(west: S3Client, directory: str) -> None:
    with refused("InvalidArgument", 400):
        west.create_session(Bucket=directory, SessionMode="WriteOnly")  # type: ignore[arg-type]


def test_a_session_acts_for_its_creator(west: S3Client, directory: str) -> None:
    token = west.create_session(Bucket=directory)["Credentials"]["SessionToken"]
    assert ask("PUT", directory, "/key", token, b"1")[0] == 200
    assert ask("GET", directory, "/key", token) == (200, "1")


def test_a_read_only_session_cannot_write(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="key", Body=b"1")
    token = west.create_session(Bucket=directory, SessionMode="ReadOnly")["Credentials"]["SessionToken"]
    assert ask("GET", directory, "/key", token) == (200, "1")
    assert ask("GET", directory, "/?list-type=2", token)[0] == 200
    for method, path in (("PUT", "/key"), ("DELETE", "/key"), ("POST", "/key?uploads")):
        status, document = ask(method, directory, path, token)
        assert (status, "<Code>AccessDenied</Code>" in document) == (403, True)
    assert west.get_object(Bucket=directory, Key="key")["Body"].read() == b"1"


def test_a_session_is_valid_for_one_bucket(west: S3Client, directory: str) -> None:
    other = create_directory_bucket(west, "films--usw2-az1--x-s3")
    token = west.create_session(Bucket=directory)["Credentials"]["SessionToken"]
    assert ask("GET", other, "/?list-type=2", token)[0] == 403


def test_a_session_expires(west: S3Client, directory: str) -> None:
    with freeze_time("2026-11-20 12:00:00") as clock:
        token = west.create_session(Bucket=directory)["Credentials"]["SessionToken"]
        clock.tick(299)
        assert ask("GET", directory, "/?list-type=2", token)[0] == 200
        clock.tick(1)
        status, document = ask("GET", directory, "/?list-type=2", token)
    assert (status, "<Code>InvalidSessionException</Code>" in document) == (400, True)


def test_a_client_renews_its_session(west: S3Client, directory: str) -> None:
    with freeze_time("2026-11-20 12:00:00") as clock:
        west.put_object(Bucket=directory, Key="key", Body=b"1")
        clock.tick(3600)
        assert west.get_object(Bucket=directory, Key="key")["Body"].read() == b"1"


def test_a_client_renews_its_session_by_the_clock_of_the_mock(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="key", Body=b"1")
    with mock_s3() as mock:
        mock.cloud.clock.advance(hours=1)
    assert west.get_object(Bucket=directory, Key="key")["Body"].read() == b"1"


@pytest.mark.parametrize("token", ["none", "", "c3Ntb2Nr", "czNtb2NrLXNlc3Npb246W10=", "not base64 at all"])
def test_an_invalid_token_is_refused(west: S3Client, directory: str, token: str) -> None:
    assert west
    status, document = ask("GET", directory, "/?list-type=2", token)
    if token:
        assert (status, "<Code>InvalidToken</Code>" in document) == (400, True)
    else:
        assert status == 200  # unsigned


def test_an_empty_token_does_not_open_a_directory_bucket(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="key", Body=b"1")
    host = f"{directory}.s3express-usw2-az1.us-west-2.amazonaws.com"
    with mock_s3() as mock:
        request = Request("GET", "https", host, "/key", headers={"x-amz-s3session-token": ""})
        assert adapter.answer(mock.cloud, request).status == 403


def test_a_session_belongs_to_its_account(west: S3Client, directory: str) -> None:
    assert west
    other: S3Client = boto3.client(
        "s3", region_name="us-west-2", aws_access_key_id="210987654321", aws_secret_access_key="any"
    )
    upload = other.create_multipart_upload(Bucket=directory, Key="key")
    listed = west.list_parts(Bucket=directory, Key="key", UploadId=upload["UploadId"])
    assert listed["Initiator"]["ID"] != listed["Owner"]["ID"]
    assert "user" not in listed["Initiator"]["ID"]


def test_a_presigned_url_of_a_directory_bucket_has_a_session_token(west: S3Client, directory: str) -> None:
    west.put_object(Bucket=directory, Key="key", Body=b"1")
    url = west.generate_presigned_url("get_object", Params={"Bucket": directory, "Key": "key"})
    host, _, rest = url.removeprefix("https://").partition("/")
    path, _, query = rest.partition("?")
    assert "X-Amz-S3session-Token=" in query
    with mock_s3() as mock:
        assert adapter.answer(mock.cloud, Request("GET", "https", host, f"/{path}", query, {}, Body())).body == b"1"


def test_without_a_default_a_session_can_encrypt_with_a_kms_key(west: S3Client, directory: str) -> None:
    reply = west.create_session(Bucket=directory, ServerSideEncryption="aws:kms", SSEKMSKeyId=KEY)
    assert (reply["ServerSideEncryption"], reply["SSEKMSKeyId"], reply["BucketKeyEnabled"]) == ("aws:kms", KEY, True)
    assert ask("PUT", directory, "/key", reply["Credentials"]["SessionToken"], b"1")[0] == 200
    head = west.head_object(Bucket=directory, Key="key")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"], head["BucketKeyEnabled"]) == ("aws:kms", KEY, True)
    with refused("InvalidArgument", 400):
        west.create_session(Bucket=directory, ServerSideEncryption="aws:kms")
    with refused("InvalidArgument", 400):
        west.create_session(Bucket=directory, ServerSideEncryption="aws:kms:dsse")


def test_the_encryption_of_a_session_cannot_be_changed_by_its_requests(west: S3Client, directory: str) -> None:
    with refused("InvalidArgument", 400):
        west.put_object(Bucket=directory, Key="key", ServerSideEncryption="aws:kms:dsse")
    encrypt(west, directory, KEY)
    west.put_object(Bucket=directory, Key="key", Body=b"1")
    head = west.head_object(Bucket=directory, Key="key")
    assert (head["SSEKMSKeyId"], head["BucketKeyEnabled"]) == (KEY, True)
    with refused("InvalidRequest", 400):
        west.put_object(Bucket=directory, Key="key", ServerSideEncryption="aws:kms", SSEKMSKeyId=OTHER_KEY)
    with refused("InvalidArgument", 400):
        west.put_object(Bucket=directory, Key="key", ServerSideEncryption="aws:kms", SSEKMSKeyId="alias/a-key")


def test_create_session_returns_the_encryption_of_its_bucket(west: S3Client, directory: str) -> None:
    encrypt(west, directory, KEY)
    reply = west.create_session(Bucket=directory)
    assert (reply["ServerSideEncryption"], reply["SSEKMSKeyId"], reply["BucketKeyEnabled"]) == ("aws:kms", KEY, True)


def test_a_copy_has_no_bucket_key(west: S3Client, directory: str) -> None:
    encrypt(west, directory, KEY)
    assert west.put_object(Bucket=directory, Key="a", Body=b"1")["BucketKeyEnabled"] is True
    reply = west.copy_object(Bucket=directory, Key="b", CopySource=f"{directory}/a")
    assert (reply["SSEKMSKeyId"], "BucketKeyEnabled" in set(reply)) == (KEY, False)


def test_a_directory_bucket_keeps_its_kms_key(west: S3Client, directory: str) -> None:
    encrypt(west, directory, KEY)
    encrypt(west, directory, KEY)
    with refused("InvalidRequest", 400):
        encrypt(west, directory, OTHER_KEY)
    west.delete_bucket_encryption(Bucket=directory)
    assert (
        west.get_bucket_encryption(Bucket=directory)["ServerSideEncryptionConfiguration"]["Rules"][0][
            "ApplyServerSideEncryptionByDefault"
        ]["SSEAlgorithm"]
        == "AES256"
    )
    with refused("InvalidRequest", 400):
        encrypt(west, directory, OTHER_KEY)
    with refused("InvalidArgument", 400):
        encrypt(west, directory, "alias/a-key")
