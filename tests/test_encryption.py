"""Encryption with S3's keys and KMS keys: the encryption of objects and in responses, and refused requests.

Bucket defaults as recorded in TestS3BucketEncryption; ``test_customer_keys`` has SSE-C.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from tests.support.raw_requests import ask
from tests.support.responses import refused, without_metadata
from tests.support.uploads import begin, complete, md5_of, send
from tests.support.website import make_public

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

    from s3mock.control import S3
    from tests.support.responses import Refusal

ACCOUNT = "123456789012"
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY_ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{KEY_ID}"
SSE = "x-amz-server-side-encryption"
ENCRYPTED = {"ServerSideEncryption", "SSEKMSKeyId", "SSEKMSEncryptionContext", "BucketKeyEnabled"}
CONTEXT = base64.b64encode(json.dumps({"team": "red"}).encode()).decode()


def encryption_of(reply: Any) -> dict[str, Any]:
    """The encryption members of a response."""
    return {member: value for member, value in reply.items() if member in ENCRYPTED}


def kms_needs_a_signature() -> AbstractContextManager[Refusal]:
    """Expect the refusal of a request that is not signed with version 4."""
    message = "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."
    return refused("InvalidArgument", 400, Message=message, ArgumentName="Authorization", ArgumentValue="null")


def configure(s3: S3Client, bucket: str, algorithm: str, key_id: str | None = None, **rule: Any) -> None:
    """Set the bucket's default encryption."""
    default: Any = {"SSEAlgorithm": algorithm} | ({} if key_id is None else {"KMSMasterKeyID": key_id})
    rules: Any = [{"ApplyServerSideEncryptionByDefault": default, **rule}]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def rule_of(s3: S3Client, bucket: str) -> Any:
    """The only rule of the bucket's configuration."""
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    return rule


def test_a_bucket_encrypts_with_s3s_keys_by_default(s3: S3Client, bucket: str) -> None:
    unset = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    assert without_metadata(s3.get_bucket_encryption(Bucket=bucket)) == {
        "ServerSideEncryptionConfiguration": {"Rules": [unset]}
    }
    configure(s3, bucket, "aws:kms", BucketKeyEnabled=True)
    for _ in range(2):
        reply = s3.delete_bucket_encryption(Bucket=bucket)
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
        assert without_metadata(reply) == {}
    assert rule_of(s3, bucket) == unset
    assert encryption_of(s3.put_object(Bucket=bucket, Key="a-key")) == {"ServerSideEncryption": "AES256"}


def test_the_encryption_of_a_missing_bucket_is_refused(s3: S3Client) -> None:
    with refused("NoSuchBucket", 404, BucketName="missing", Message="The specified bucket does not exist"):
        s3.get_bucket_encryption(Bucket="missing")
    with refused("NoSuchBucket", 404, BucketName="missing"):
        s3.delete_bucket_encryption(Bucket="missing")
    with refused("NoSuchBucket", 404, BucketName="missing"):
        configure(s3, "missing", "AES256")


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}] * 2,
        [{}],
        [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:fsx"}}],
        [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES512"}}],
        [{"BlockedEncryptionTypes": {"EncryptionType": ["SSE-C", "NONE"]}}],
        [{"BlockedEncryptionTypes": {"EncryptionType": ["SSE-KMS"]}}],
        [{"BlockedEncryptionTypes": {}}],
    ],
    ids=["none", "two", "empty", "another-service", "unknown", "all-and-none", "another-type", "no-type"],
)
def test_the_default_encryption_has_exactly_one_rule(s3: S3Client, bucket: str, rules: Any) -> None:
    with refused(
        "MalformedXML",
        400,
        Message="The XML you provided was not well-formed or did not validate against our published schema",
    ):
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})
    assert rule_of(s3, bucket)["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_s3s_own_keys_have_no_key_id(s3: S3Client, bucket: str) -> None:
    with refused(
        "InvalidArgument",
        400,
        ArgumentName="ApplyServerSideEncryptionByDefault",
        Message="a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    ):
        configure(s3, bucket, "AES256", KEY_ID)


def test_a_bucket_key_has_no_effect_with_s3s_keys(s3: S3Client, bucket: str) -> None:
    configure(s3, bucket, "AES256", BucketKeyEnabled=True)
    assert rule_of(s3, bucket)["BucketKeyEnabled"] is True
    reply = s3.put_object(Bucket=bucket, Key="a-key", Body=b"test-encrypted")
    assert encryption_of(reply) == {"ServerSideEncryption": "AES256"}
    assert reply["ETag"] == md5_of(b"test-encrypted")


def test_a_default_key_is_read_as_configured_and_reported_by_its_arn(s3: S3Client, bucket: str) -> None:
    configure(s3, bucket, "aws:kms", KEY_ID, BucketKeyEnabled=True)
    assert rule_of(s3, bucket) == {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY_ID},
        "BucketKeyEnabled": True,
    }
    expected = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY_ARN, "BucketKeyEnabled": True}
    put = s3.put_object(Bucket=bucket, Key="a-key", Body=b"test-encrypted")
    assert without_metadata(put).keys() == {"ChecksumCRC32", "ChecksumType", "ETag", *expected}
    assert encryption_of(put) == encryption_of(s3.head_object(Bucket=bucket, Key="a-key")) == expected
    got = s3.get_object(Bucket=bucket, Key="a-key")
    assert (encryption_of(got), got["Body"].read()) == (expected, b"test-encrypted")
    assert put["ETag"] == got["ETag"] != md5_of(b"test-encrypted")
    configure(s3, bucket, "aws:kms", KEY_ID, BucketKeyEnabled=False)
    assert encryption_of(s3.put_object(Bucket=bucket, Key="another")) == {
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": KEY_ARN,
    }


def test_without_a_key_the_accounts_managed_key_of_the_region_is_used(s3: S3Client, bucket: str) -> None:
    configure(s3, bucket, "aws:kms")
    assert rule_of(s3, bucket)["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms"}
    managed = s3.put_object(Bucket=bucket, Key="a-key")["SSEKMSKeyId"]
    assert re.fullmatch(
        rf"arn:aws:kms:us-east-1:{ACCOUNT}:key/[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}", managed
    )
    choices: list[Any] = [{}, {"SSEKMSKeyId": "alias/aws/s3"}]
    for key_id in choices:
        reply = s3.put_object(Bucket=bucket, Key="a-key", ServerSideEncryption="aws:kms", **key_id)
        assert reply["SSEKMSKeyId"] == managed


@pytest.mark.parametrize(
    ("key_id", "arn"),
    [
        (KEY_ID, KEY_ARN),
        (KEY_ARN, KEY_ARN),
        (f"arn:aws:kms:us-east-1:210987654321:key/{KEY_ID}", f"arn:aws:kms:us-east-1:210987654321:key/{KEY_ID}"),
        ("mrk-" + "0a" * 16, f"arn:aws:kms:us-east-1:{ACCOUNT}:key/mrk-" + "0a" * 16),
    ],
    ids=["id", "arn", "another-account", "multi-region"],
)
def test_responses_report_a_key_by_its_arn(s3: S3Client, bucket: str, key_id: str, arn: str) -> None:
    reply = s3.put_object(Bucket=bucket, Key="a-key", ServerSideEncryption="aws:kms", SSEKMSKeyId=key_id)
    assert encryption_of(reply) == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": arn}


def test_an_alias_resolves_to_one_key_of_its_account(s3: S3Client, bucket: str) -> None:
    def key(name: str) -> str:
        reply = s3.put_object(Bucket=bucket, Key="a-key", ServerSideEncryption="aws:kms", SSEKMSKeyId=name)
        return reply["SSEKMSKeyId"]

    assert key("alias/mine") == key(f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/mine")
    others = {key("alias/yours"), key("arn:aws:kms:us-east-1:210987654321:alias/mine")}
    assert len(others - {key("alias/mine")}) == 2


@pytest.mark.parametrize(
    ("key_id", "message"),
    [
        ("fake-key-id", "Invalid keyId 'fake-key-id'"),
        ("aws/s3", "Invalid keyId 'aws/s3'"),
        (f"arn:aws:kms:us-west-2:{ACCOUNT}:key/{KEY_ID}", "Invalid arn us-west-2"),
        ("arn:aws:s3:::a-bucket", "Invalid arn arn:aws:s3:::a-bucket"),
    ],
    ids=["no-id", "the-managed-key-is-an-alias", "another-region", "no-key"],
)
def test_an_invalid_key_is_not_found(s3: S3Client, bucket: str, key_id: str, message: str) -> None:
    with refused("KMS.NotFoundException", 400) as refusal:
        s3.put_object(Bucket=bucket, Key="a-key", ServerSideEncryption="aws:kms", SSEKMSKeyId=key_id)
    assert refusal.error["Message"] == message
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    configure(s3, bucket, "aws:kms", key_id)  # not checked here, but by every upload (API page PutBucketEncryption)
    with refused("KMS.NotFoundException", 400):
        s3.create_multipart_upload(Bucket=bucket, Key="a-key")


@pytest.mark.parametrize("method", ["AES128", "aes:kms", "aws:fsx", ""])
def test_an_invalid_method_is_refused(s3: S3Client, bucket: str, method: Any) -> None:
    with refused(
        "InvalidArgument",
        400,
        ArgumentName=SSE,
        ArgumentValue=method or None,
        Message="The encryption method specified is not supported",
    ):
        s3.put_object(Bucket=bucket, Key="a-key", ServerSideEncryption=method)


@pytest.mark.parametrize(
    "parameters", [{"SSEKMSKeyId": KEY_ID}, {"SSEKMSEncryptionContext": CONTEXT}], ids=["key", "context"]
)
@pytest.mark.parametrize("method", [{}, {"ServerSideEncryption": "AES256"}], ids=["alone", "with-s3s-keys"])
def test_a_key_or_context_of_kms_needs_kms(s3: S3Client, bucket: str, parameters: Any, method: Any) -> None:
    fields = {"ArgumentValue": "AES256"} if method else {}
    message = (
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms"
    )
    with refused("InvalidArgument", 400, ArgumentName=SSE, Message=message, **fields):
        s3.put_object(Bucket=bucket, Key="a-key", **parameters, **method)


def test_writes_return_the_context_and_reads_do_not(s3: S3Client, bucket: str) -> None:
    parameters: Any = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY_ARN, "SSEKMSEncryptionContext": CONTEXT}
    assert encryption_of(s3.put_object(Bucket=bucket, Key="a-key", **parameters)) == parameters
    without = {name: value for name, value in parameters.items() if name != "SSEKMSEncryptionContext"}
    assert encryption_of(s3.head_object(Bucket=bucket, Key="a-key")) == without
    source: CopySourceTypeDef = {"Bucket": bucket, "Key": "a-key"}
    assert encryption_of(s3.copy_object(Bucket=bucket, Key="a-copy", CopySource=source, **parameters)) == parameters


@pytest.mark.parametrize(
    "context", ["no base64", base64.b64encode(b"no json").decode(), base64.b64encode(b'{"a":{}}').decode()]
)
def test_a_context_is_a_map_of_strings(s3: S3Client, bucket: str, context: str) -> None:
    with refused("InvalidArgument", 400, ArgumentName=f"{SSE}-context", ArgumentValue=context, Message=(
        "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which "
        "represents a string-string map"
    )):  # fmt: skip
        s3.put_object(Bucket=bucket, Key="a-key", ServerSideEncryption="aws:kms", SSEKMSEncryptionContext=context)


def test_a_request_overrides_the_default_and_its_bucket_key(s3: S3Client, bucket: str) -> None:
    configure(s3, bucket, "aws:kms", KEY_ID, BucketKeyEnabled=True)

    def put(**parameters: Any) -> dict[str, Any]:
        return encryption_of(s3.put_object(Bucket=bucket, Key="a-key", **parameters))

    assert put(ServerSideEncryption="AES256") == {"ServerSideEncryption": "AES256"}
    assert "BucketKeyEnabled" not in put(BucketKeyEnabled=False)
    other = put(ServerSideEncryption="aws:kms")  # the managed key, with the bucket key of the bucket
    assert (other["SSEKMSKeyId"] == KEY_ARN, other["BucketKeyEnabled"]) == (False, True)
    assert "BucketKeyEnabled" not in put(ServerSideEncryption="aws:kms", BucketKeyEnabled=False)


def test_dual_layers_have_no_bucket_key(s3: S3Client, bucket: str) -> None:
    parameters: Any = {"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": KEY_ARN}
    reply = s3.put_object(Bucket=bucket, Key="a-key", Body=b"x", BucketKeyEnabled=True, **parameters)
    assert encryption_of(reply) == parameters
    assert reply["ETag"] != md5_of(b"x")
    configure(s3, bucket, "aws:kms:dsse", KEY_ARN)
    assert encryption_of(s3.put_object(Bucket=bucket, Key="a-key")) == parameters


def test_every_operation_of_an_upload_reports_its_encryption(s3: S3Client, bucket: str) -> None:
    parameters: Any = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY_ARN, "BucketKeyEnabled": True}
    begun = s3.create_multipart_upload(Bucket=bucket, Key="a-key", SSEKMSEncryptionContext=CONTEXT, **parameters)
    assert encryption_of(begun) == parameters | {"SSEKMSEncryptionContext": CONTEXT}
    upload_id = begun["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="a-key", UploadId=upload_id, PartNumber=1, Body=b"x")
    assert encryption_of(part) == parameters
    assert part["ETag"] != md5_of(b"x")
    s3.put_object(Bucket=bucket, Key="source", Body=b"x")
    source: CopySourceTypeDef = {"Bucket": bucket, "Key": "source"}
    copied = s3.upload_part_copy(Bucket=bucket, Key="a-key", UploadId=upload_id, PartNumber=1, CopySource=source)
    etag = copied["CopyPartResult"]["ETag"]
    assert encryption_of(copied) == parameters
    assert etag not in {part["ETag"], md5_of(b"x")}
    done = complete(s3, bucket, upload_id, [{"PartNumber": 1, "ETag": etag}])
    assert encryption_of(done) == encryption_of(s3.head_object(Bucket=bucket, Key="a-key")) == parameters


def test_a_copy_is_encrypted_by_its_request_or_bucket_and_not_like_its_source(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="source", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=KEY_ID)
    source: CopySourceTypeDef = {"Bucket": bucket, "Key": "source"}
    plain = s3.copy_object(Bucket=bucket, Key="a-copy", CopySource=source)
    assert encryption_of(plain) == {"ServerSideEncryption": "AES256"}
    assert plain["CopyObjectResult"]["ETag"] == md5_of(b"x")
    configure(s3, bucket, "aws:kms", "alias/mine")
    by_default = s3.copy_object(Bucket=bucket, Key="a-copy", CopySource=source)
    assert by_default["ServerSideEncryption"] == "aws:kms"
    assert by_default["SSEKMSKeyId"] != KEY_ARN
    head = s3.head_object(Bucket=bucket, Key="a-copy")
    assert head["ETag"] == by_default["CopyObjectResult"]["ETag"] != md5_of(b"x")
    itself = s3.copy_object(Bucket=bucket, Key="source", CopySource=source, ServerSideEncryption="AES256")
    assert itself["ServerSideEncryption"] == "AES256"


def test_kms_needs_a_signature_of_version_4(s3: S3Client, bucket: str) -> None:
    kms: Any = {"Bucket": bucket, "Key": "a-key", "ServerSideEncryption": "aws:kms"}
    s3.put_object(**kms)
    with mock_s3() as mock:
        old = mock.client(region_name="us-east-1", config=Config(signature_version="s3"))
        old.create_bucket(Bucket=bucket)
        with kms_needs_a_signature():
            old.put_object(**kms)
        mock.client(region_name="us-east-1").put_object(**kms)
        with kms_needs_a_signature():
            old.get_object(Bucket=bucket, Key="a-key")


@pytest.mark.parametrize("method", ["aws:kms", "aws:kms:dsse"])
@pytest.mark.parametrize("key_id", [None, KEY_ID])
def test_an_unsigned_request_cannot_write_under_kms(
    s3: S3Client, mock: S3, bucket: str, method: Any, key_id: str | None
) -> None:
    s3.delete_public_access_block(Bucket=bucket)
    make_public(s3, bucket, "s3:*")
    anonymous = mock.client(region_name="us-east-1", config=Config(signature_version=UNSIGNED))
    named: Any = {"ServerSideEncryption": method} | ({} if key_id is None else {"SSEKMSKeyId": key_id})
    s3.put_object(Bucket=bucket, Key="source")
    with kms_needs_a_signature():
        anonymous.put_object(Bucket=bucket, Key="a-key", **named)
    configure(s3, bucket, method, key_id)
    upload_id = begin(s3, bucket)
    parts = send(s3, bucket, upload_id, b"part")
    part: Any = {"Bucket": bucket, "Key": "a-key", "UploadId": upload_id, "PartNumber": 1}
    writes: list[Callable[[], Any]] = [
        lambda: anonymous.put_object(Bucket=bucket, Key="a-key"),
        lambda: anonymous.upload_part(**part, Body=b"another"),
        lambda: anonymous.upload_part_copy(**part, CopySource=f"{bucket}/source"),
        lambda: complete(anonymous, bucket, upload_id, parts),
    ]
    for write in writes:
        with kms_needs_a_signature():
            write()
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["source"]
    assert [upload["UploadId"] for upload in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload_id]
    assert anonymous.put_object(Bucket=bucket, Key="a-key", ServerSideEncryption="AES256")["ETag"]
    complete(s3, bucket, upload_id, parts)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/a-bucket/a-key"), ("PUT", "/a-bucket/a-key?partNumber=1&uploadId=x"), ("GET", "/a-bucket?list-type=2")],
    ids=["GetObject", "UploadPart", "ListObjectsV2"],
)
def test_only_requests_that_begin_an_object_can_choose_an_encryption(cloud: Cloud, method: str, path: str) -> None:
    ask(cloud, "PUT", "/a-bucket/a-key")
    response = ask(cloud, method, path, x_amz_server_side_encryption="AES256")
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert b"x-amz-server-side-encryption header is not supported for this operation." in response.body


def test_list_parts_does_not_report_the_default_encryption(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket, ServerSideEncryption="aws:kms")
    parts = send(s3, bucket, upload_id, b"x")
    reply = s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)
    assert reply["Parts"][0]["ETag"] == parts[0]["ETag"]
    assert encryption_of(reply) == {}


def test_with_a_kms_key_every_put_has_a_new_etag(s3: S3Client, bucket: str) -> None:
    # Recorded so: test_s3_bucket_encryption_sse_kms.
    etags = {s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms")["ETag"] for _ in range(3)}
    assert len(etags) == 3
    assert md5_of(b"x") not in etags
