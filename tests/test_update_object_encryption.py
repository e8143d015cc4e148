"""UpdateObjectEncryption: another key for an object without rewriting it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from s3mock.backend.cloud import Cloud
from tests.support.raw_requests import ask
from tests.support.responses import refused, without_metadata
from tests.support.uploads import md5_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.http import Response

ACCOUNT = "123456789012"
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY_ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{KEY_ID}"
MODIFY = "Requests that modify an object encryption configuration"
MODIFYING = "Requests that modify an object's encryption type to SSE-KMS"
V2 = "AWS AKIAIOSFODNN7EXAMPLE:c2lnbmF0dXJl"
V4 = (
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, "
    f"Signature={'0' * 64}"
)


def text_of(response: Response) -> str:
    """The document of a response as text."""
    assert isinstance(response.body, bytes)
    return response.body.decode()


def update(s3: S3Client, bucket: str, arn: str = KEY_ARN, *, version_id: str | None = None, **kms: Any) -> Any:
    """Update the encryption of ``a-key``."""
    which: Any = {} if version_id is None else {"VersionId": version_id}
    encryption: Any = {"SSEKMS": {"KMSKeyArn": arn, **kms}}
    return s3.update_object_encryption(Bucket=bucket, Key="a-key", ObjectEncryption=encryption, **which)


def test_an_update_changes_the_encryption_and_nothing_else(s3: S3Client, versioned: str) -> None:
    first = s3.put_object(Bucket=versioned, Key="a-key", Body=b"x", Metadata={"a": "b"})
    s3.put_object(Bucket=versioned, Key="a-key", Body=b"y")
    which: Any = {"Bucket": versioned, "Key": "a-key", "VersionId": first["VersionId"]}
    before = without_metadata(s3.head_object(**which))
    reply = update(s3, versioned, version_id=first["VersionId"], BucketKeyEnabled=True)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert without_metadata(reply) == {}
    kms = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY_ARN, "BucketKeyEnabled": True}
    assert without_metadata(s3.head_object(**which)) == before | kms
    assert s3.head_object(Bucket=versioned, Key="a-key")["ServerSideEncryption"] == "AES256"
    update(s3, versioned, KEY_ARN[:-1] + "c", version_id=first["VersionId"])
    head = s3.head_object(**which)
    assert ("BucketKeyEnabled" in head, head["SSEKMSKeyId"]) == (False, KEY_ARN[:-1] + "c")
    source: Any = which
    copied = s3.copy_object(Bucket=versioned, Key="a-copy", CopySource=source)
    assert copied["CopyObjectResult"]["ETag"] == md5_of(b"x")


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        (KEY_ID, "InvalidRequest", f"{MODIFYING} require a valid AWS KMS key Amazon Resource Name (ARN)."),
        (f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/mine", "InvalidRequest", f"{MODIFYING} require a valid AWS KMS key"),
        (
            KEY_ARN.replace(ACCOUNT, "210987654321"),
            "AccessDenied",
            "The AWS KMS key in the request must be owned by the",
        ),
        (KEY_ARN.replace("us-east-1", "us-west-2"), "KMS.NotFoundException", "Invalid arn us-west-2"),
    ],
    ids=["an-id", "an-alias", "another-account", "another-region"],
)
def test_an_update_needs_the_arn_of_a_key_of_the_buckets_account(
    s3: S3Client, bucket: str, arn: str, code: str, message: str
) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    with refused(code) as refusal:
        update(s3, bucket, arn)
    assert refusal.error["Message"].startswith(message)
    assert s3.head_object(Bucket=bucket, Key="a-key")["ServerSideEncryption"] == "AES256"


@pytest.mark.parametrize(
    ("body", "signed", "code", "message"),
    [
        ("<SSE-KMS/>", V4, "InvalidRequest", f"{MODIFYING} require an AWS KMS key Amazon Resource Name (ARN)."),
        ("", V4, "InvalidRequest", f"{MODIFY} require a valid new encryption type. Valid values are SSEKMS."),
        ("<SSE-S3/>", V4, "MalformedXML", "The XML you provided was not well-formed"),
        ("<SSE-KMS/>", V2, "InvalidRequest", f"{MODIFY} require AWS Signature Version 4."),
    ],
    ids=["no-key", "nothing", "s3s-keys", "version-2"],
)
def test_an_update_is_to_kms_and_signed_with_version_4(
    cloud: Cloud, body: str, signed: str, code: str, message: str
) -> None:
    ask(cloud, "PUT", "/a-bucket/a-key")
    document = f"<ObjectEncryption>{body}</ObjectEncryption>".encode()
    response = ask(cloud, "PUT", "/a-bucket/a-key?encryption", document, authorization=signed)
    assert response.status == 400
    assert f"<Code>{code}</Code><Message>{message}" in text_of(response)


def test_an_update_refuses_missing_and_otherwise_encrypted_versions(s3: S3Client, bucket: str) -> None:
    with refused("NoSuchKey", 404):
        update(s3, bucket)
    others: list[Any] = [
        {"ServerSideEncryption": "aws:kms:dsse"},
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32},
    ]
    for other in others:
        s3.put_object(Bucket=bucket, Key="a-key", **other)
        with refused("InvalidRequest", 400) as refusal:
            update(s3, bucket)
        assert refusal.error["Message"].startswith(
            "The UpdateObjectEncryption operation doesn't support source objects"
        )


@pytest.mark.parametrize(
    "lock",
    [
        {"ObjectLockLegalHoldStatus": "ON"},
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": datetime(2999, 1, 1, tzinfo=timezone.utc)},
    ],
    ids=["legal-hold", "retention"],
)
def test_an_update_refuses_locked_versions(s3: S3Client, lock: Any) -> None:
    s3.create_bucket(Bucket="a-locked-bucket", ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket="a-locked-bucket", Key="a-key", **lock)
    with refused("AccessDenied", 403) as refusal:
        update(s3, "a-locked-bucket")
    assert "because that object is protected by S3 Object Lock" in refusal.error["Message"]
