"""Encryption with customer-provided keys (SSE-C), required for every write, read, copy and part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from urllib3.filepost import encode_multipart_formdata

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from s3mock.settings import Settings
from tests.support.digests import base64_of, content_md5_of
from tests.support.raw_requests import ask
from tests.support.responses import refused, without_metadata
from tests.support.uploads import begin, complete, md5_of, send

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SSE = "x-amz-server-side-encryption"


def key(raw: bytes, *, source: bool = False) -> Any:
    """The parameters for a key, as they are sent."""
    prefix = "CopySource" if source else ""
    members = {
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": base64_of(raw),
        "SSECustomerKeyMD5": content_md5_of(raw),
    }
    return {f"{prefix}{member}": value for member, value in members.items()}


RED, BLUE = b"r" * 32, b"b" * 32
ENCRYPTION = {"SSECustomerAlgorithm": "AES256", "SSECustomerKeyMD5": content_md5_of(RED)}
SPECIFYING = "Requests specifying Server Side Encryption with Customer provided keys must "
WITHOUT = (
    "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve "
    "the object."
)
WRONG = f"{SPECIFYING}provide the correct secret key."
NOT_APPLICABLE = "The encryption parameters are not applicable to this object."
OTHER_UPLOAD = (
    "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
    "encryption parameters."
)


@pytest.fixture
def secret(s3: S3Client, bucket: str) -> Any:
    """The bucket and key of an object under the red key, as parameters."""
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"secret", **key(RED))
    return {"Bucket": bucket, "Key": "a-key"}


def encryption_of(reply: Any) -> dict[str, Any]:
    """The encryption members of a response."""
    return {member: value for member, value in reply.items() if "SSE" in member or "Encryption" in member}


def test_responses_report_the_customer_key_and_no_other_encryption(s3: S3Client, bucket: str) -> None:
    put = s3.put_object(Bucket=bucket, Key="a-key", Body=b"secret", **key(RED))
    assert without_metadata(put).keys() == {"ETag", "ChecksumCRC32", "ChecksumType", *ENCRYPTION}
    head = s3.head_object(Bucket=bucket, Key="a-key", **key(RED))
    got = s3.get_object(Bucket=bucket, Key="a-key", **key(RED))
    assert encryption_of(put) == encryption_of(head) == encryption_of(got) == ENCRYPTION
    assert put["ETag"] == head["ETag"] != md5_of(b"secret")
    assert got["Body"].read() == b"secret"


def test_boto3_accepts_a_bare_key(s3: S3Client, secret: Any) -> None:
    bare: Any = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": RED}
    assert s3.get_object(**secret, **bare)["Body"].read() == b"secret"
    s3.put_object(**secret, **bare)
    assert encryption_of(s3.head_object(**secret, **key(RED))) == ENCRYPTION


def test_an_object_is_read_only_with_its_key(s3: S3Client, secret: Any) -> None:
    with refused("InvalidRequest", 400) as refusal:
        s3.get_object(**secret)
    assert refusal.error["Message"] == WITHOUT
    with refused("400", 400):
        s3.head_object(**secret)
    with refused("AccessDenied", 403) as refusal:
        s3.get_object(**secret, **key(BLUE))
    assert refusal.error["Message"] == WRONG
    with refused("403", 403):
        s3.head_object(**secret, **key(BLUE))
    s3.delete_object(**secret)  # without the key


def test_a_key_is_refused_for_an_object_without_one(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    with refused("InvalidRequest", 400) as refusal:
        s3.get_object(Bucket=bucket, Key="a-key", **key(RED))
    assert refusal.error["Message"] == NOT_APPLICABLE


def test_each_version_has_its_own_key(s3: S3Client, versioned: str) -> None:
    ids = [s3.put_object(Bucket=versioned, Key="a-key", Body=raw, **key(raw))["VersionId"] for raw in (RED, BLUE)]
    for version_id, raw, other in ((ids[0], RED, BLUE), (ids[1], BLUE, RED)):
        which: Any = {"Bucket": versioned, "Key": "a-key", "VersionId": version_id}
        assert s3.get_object(**which, **key(raw))["Body"].read() == raw
        with refused("AccessDenied", 403):
            s3.get_object(**which, **key(other))


HEADERS = {
    "algorithm": f"{SSE}-customer-algorithm",
    "key": f"{SSE}-customer-key",
    "md5": f"{SSE}-customer-key-MD5",
}
NO_ALGORITHM = f"{SPECIFYING}provide a valid encryption algorithm."
NO_KEY = f"{SPECIFYING}provide an appropriate secret key."
NO_MD5 = f"{SPECIFYING}provide the client calculated MD5 of the secret key."
WRONG_MD5 = "The calculated MD5 hash of the key did not match the hash that was provided."
WRONG_SIZE = "The secret key was invalid for the specified algorithm."
TOO_SHORT = "The secret key was invalid - too short."
WRONG_ALGORITHM = "The Encryption request you specified is not valid. Supported value: AES256."


def over_the_wire(cloud: Cloud, method: str, path: str, **parameters: str) -> tuple[int, str]:
    """The status and the document of the response to a request with these key headers."""
    headers: dict[str, Any] = {HEADERS[name].lower().replace("-", "_"): value for name, value in parameters.items()}
    response = ask(cloud, method, path, **headers)
    return response.status, response.body.decode() if isinstance(response.body, bytes) else ""


def store() -> Cloud:
    """A cloud with an object under the red key."""
    cloud = Cloud(Settings())
    ask(cloud, "PUT", "/a-bucket")
    status, _ = over_the_wire(
        cloud, "PUT", "/a-bucket/secret", algorithm="AES256", key=base64_of(RED), md5=content_md5_of(RED)
    )
    assert status == 200
    return cloud


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"key": base64_of(RED), "md5": content_md5_of(RED)}, NO_ALGORITHM),
        ({"md5": ""}, NO_ALGORITHM),
        ({"algorithm": "AES256", "md5": content_md5_of(RED)}, NO_KEY),
        ({"algorithm": ""}, NO_KEY),
        ({"algorithm": "", "key": "", "md5": ""}, TOO_SHORT),
        ({"algorithm": "AES256", "key": "####", "md5": content_md5_of(RED)}, TOO_SHORT),
        ({"algorithm": "AES512", "key": base64_of(RED), "md5": content_md5_of(RED)}, WRONG_ALGORITHM),
        ({"algorithm": "", "key": base64_of(RED), "md5": content_md5_of(RED)}, WRONG_ALGORITHM),
        ({"algorithm": "AES256", "key": base64_of(RED), "md5": content_md5_of(BLUE)}, WRONG_MD5),
        ({"algorithm": "AES256", "key": base64_of(RED), "md5": "not-valid-base64!!!"}, WRONG_MD5),
        ({"algorithm": "AES256", "key": "not-valid-base64!!!", "md5": content_md5_of(RED)}, WRONG_MD5),
        ({"algorithm": "AES256", "key": base64_of(RED[:10]), "md5": content_md5_of(RED)}, WRONG_MD5),
        ({"algorithm": "AES256", "key": base64_of(RED), "md5": ""}, WRONG_MD5),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_the_members_of_a_key_are_checked_in_s3s_order(method: str, parameters: dict[str, str], message: str) -> None:
    cloud = store()
    status, document = over_the_wire(cloud, method, "/a-bucket/secret", **parameters)
    code = "InvalidEncryptionAlgorithmError" if message == WRONG_ALGORITHM else "InvalidArgument"
    assert status == 400
    assert f"<Code>{code}</Code><Message>{message}</Message><ArgumentName>{SSE}</ArgumentName>" in document


def test_a_write_needs_a_key_of_256_bits_and_its_md5() -> None:
    cloud = store()
    status, document = over_the_wire(cloud, "PUT", "/a-bucket/secret", algorithm="AES256", key=base64_of(RED))
    assert (status, NO_MD5 in document) == (400, True)
    short = RED[:10]
    parameters = {"algorithm": "AES256", "key": base64_of(short), "md5": content_md5_of(short)}
    status, document = over_the_wire(cloud, "PUT", "/a-bucket/secret", **parameters)
    assert (status, WRONG_SIZE in document) == (400, True)


def test_a_read_needs_no_md5_and_any_other_key_is_wrong() -> None:
    cloud = store()
    status, _ = over_the_wire(cloud, "GET", "/a-bucket/secret", algorithm="AES256", key=base64_of(RED))
    assert status == 200
    parameters = {"algorithm": "AES256", "key": base64_of(RED[:10]), "md5": content_md5_of(RED[:10])}
    status, document = over_the_wire(cloud, "GET", "/a-bucket/secret", **parameters)
    assert (status, WRONG in document) == (403, True)


@pytest.mark.parametrize("method", ["AES256", "aws:kms"])
def test_a_key_is_incompatible_with_a_method(s3: S3Client, bucket: str, method: Any) -> None:
    message = "Server Side Encryption with Customer provided key is incompatible with the encryption method specified"
    with refused("InvalidArgument", 400, ArgumentName=SSE, ArgumentValue=method, Message=message):
        s3.put_object(Bucket=bucket, Key="a-key", ServerSideEncryption=method, **key(RED))


def test_a_customers_key_overrides_the_default(s3: S3Client, bucket: str) -> None:
    rules: Any = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})
    assert encryption_of(s3.put_object(Bucket=bucket, Key="a-key", **key(RED))) == ENCRYPTION


def test_a_key_over_plain_http_is_refused_at_aws_endpoints_only() -> None:
    message = f"{SPECIFYING}be made over a secure connection."
    with mock_s3(custom_endpoints="http://localhost:9000") as mock:
        clear = mock.client(region_name="us-east-1", use_ssl=False)
        clear.create_bucket(Bucket="a-bucket")
        wrong = key(RED) | {"SSECustomerAlgorithm": "DES"}
        with refused("InvalidArgument", 400, ArgumentName=SSE, Message=message):
            clear.put_object(Bucket="a-bucket", Key="a-key", **wrong)
        local = mock.client(region_name="us-east-1", endpoint_url="http://localhost:9000")
        local.put_object(Bucket="a-bucket", Key="a-key", **key(RED))
        with refused("InvalidArgument", 400, ArgumentName=SSE, Message=message):
            clear.get_object(Bucket="a-bucket", Key="a-key", **key(RED))


def test_a_copy_needs_the_key_of_its_source_and_can_have_another(s3: S3Client, secret: Any, bucket: str) -> None:
    copy: Any = {"Bucket": bucket, "Key": "a-copy", "CopySource": secret}
    with refused("InvalidRequest", 400) as refusal:
        s3.copy_object(**copy)
    assert refusal.error["Message"] == WITHOUT
    with refused("AccessDenied", 403):
        s3.copy_object(**copy, **key(BLUE, source=True))
    with refused("InvalidEncryptionAlgorithmError", 400, ArgumentName=SSE, ArgumentValue="DES"):
        s3.copy_object(**copy, **key(RED, source=True) | {"CopySourceSSECustomerAlgorithm": "DES"})
    plain = s3.copy_object(**copy, **key(RED, source=True))
    assert encryption_of(plain) == {"ServerSideEncryption": "AES256"}
    assert plain["CopyObjectResult"]["ETag"] == md5_of(b"secret")
    with refused("InvalidRequest", 400) as refusal:
        s3.copy_object(**copy | {"CopySource": f"{bucket}/a-copy"}, **key(RED, source=True))
    assert refusal.error["Message"] == NOT_APPLICABLE
    rotated = s3.copy_object(**copy | {"Key": "a-key"}, **key(RED, source=True), **key(BLUE))
    assert rotated["SSECustomerKeyMD5"] == content_md5_of(BLUE)
    assert s3.get_object(**secret, **key(BLUE))["Body"].read() == b"secret"


def test_every_part_needs_the_key_of_its_upload(s3: S3Client, secret: Any, bucket: str) -> None:
    begun = s3.create_multipart_upload(Bucket=bucket, Key="big", **key(RED))
    assert encryption_of(begun) == ENCRYPTION
    part: Any = {"Bucket": bucket, "Key": "big", "UploadId": begun["UploadId"], "PartNumber": 1}
    with refused("InvalidRequest", 400) as refusal:
        s3.upload_part(**part, Body=b"x")
    assert refusal.error["Message"] == OTHER_UPLOAD
    with refused("InvalidRequest", 400) as refusal:
        s3.upload_part(**part, Body=b"x", **key(BLUE))
    assert refusal.error["Message"] == "The provided encryption parameters did not match the ones used originally."
    with refused("InvalidArgument", 400) as refusal:
        s3.upload_part(**part, Body=b"x", **key(RED) | {"SSECustomerKeyMD5": content_md5_of(BLUE)})
    assert refusal.error["Message"] == WRONG_MD5
    uploaded = s3.upload_part(**part, Body=b"secret", **key(RED))
    assert encryption_of(uploaded) == ENCRYPTION
    assert uploaded["ETag"] != md5_of(b"secret")
    with refused("InvalidRequest", 400):
        s3.upload_part_copy(**part, CopySource=secret, **key(RED))
    with refused("InvalidRequest", 400):
        s3.upload_part_copy(**part, CopySource=secret, **key(RED, source=True))
    copied = s3.upload_part_copy(**part, CopySource=secret, **key(RED), **key(RED, source=True))
    assert encryption_of(copied) == ENCRYPTION
    assert copied["CopyPartResult"]["ETag"] not in {uploaded["ETag"], md5_of(b"secret")}


def test_a_key_is_refused_for_a_part_of_an_upload_without_one(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    with refused("InvalidRequest", 400) as refusal:
        send(s3, bucket, upload_id, b"x", **key(RED))
    assert refusal.error["Message"] == OTHER_UPLOAD


def test_an_upload_is_listed_and_completed_without_its_key(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket, **key(RED))
    parts = send(s3, bucket, upload_id, b"x", **key(RED))
    which: Any = {"Bucket": bucket, "Key": "a-key", "UploadId": upload_id}
    choices: list[Any] = [{}, key(RED)]
    for parameters in choices:
        assert s3.list_parts(**which, **parameters)["Parts"][0]["ETag"] == parts[0]["ETag"]
    with refused("InvalidRequest", 400):
        s3.list_parts(**which, **key(BLUE))
    with refused("InvalidRequest", 400):
        complete(s3, bucket, upload_id, parts, **key(BLUE))
    assert encryption_of(complete(s3, bucket, upload_id, parts)) == {}
    assert s3.get_object(Bucket=bucket, Key="a-key", **key(RED))["Body"].read() == b"x"


def test_s3_computes_no_checksum_for_an_upload_under_a_key(s3: S3Client, bucket: str) -> None:
    # https://github.com/localstack/localstack/pull/12401
    upload_id = begin(s3, bucket, **key(RED))
    reply = complete(s3, bucket, upload_id, send(s3, bucket, upload_id, b"x", **key(RED)))
    head = s3.head_object(Bucket=bucket, Key="a-key", ChecksumMode="ENABLED", **key(RED))
    [listed] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    for response in (reply, head, listed):
        assert not any(name.startswith("Checksum") for name in response)


def test_an_upload_with_checksums_is_listed_and_completed_with_its_key(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT", **key(RED))
    parts = send(s3, bucket, upload_id, b"x", ChecksumAlgorithm="CRC32", **key(RED))
    with refused("InvalidRequest", 400) as refusal:
        complete(s3, bucket, upload_id, parts)
    assert refusal.error["Message"] == OTHER_UPLOAD
    with refused("InvalidRequest", 400):
        s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)
    complete(s3, bucket, upload_id, parts, **key(RED))


def block(s3: S3Client, bucket: str, *kinds: str) -> None:
    """Set the encryption types that the bucket blocks."""
    rules: Any = [{"BlockedEncryptionTypes": {"EncryptionType": [*kinds]}}]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def test_a_bucket_that_blocks_customers_keys_still_allows_reads(s3: S3Client, secret: Any, bucket: str) -> None:
    upload_id = begin(s3, bucket, **key(RED))
    block(s3, bucket, "SSE-C")

    def blocked(action: str) -> Any:
        message = (
            f"User: arn:aws:iam::123456789012:root is not authorized to perform: s3:{action} on resource: "
            '"arn:aws:s3:::a-bucket/a-key" because this bucket has blocked upload requests that specify Server Side '
            "Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type"
        )
        return refused("AccessDenied", 403, Message=message)

    with blocked("PutObject"):
        s3.put_object(**secret, **key(RED) | {"SSECustomerKeyMD5": content_md5_of(BLUE)})
    with blocked("CopyObject"):
        s3.copy_object(**secret, CopySource=secret, **key(BLUE))
    with blocked("CreateMultipartUpload"):
        begin(s3, bucket, **key(RED))
    with blocked("UploadPart"):
        send(s3, bucket, upload_id, b"x", **key(RED))
    assert s3.get_object(**secret, **key(RED))["Body"].read() == b"secret"
    s3.put_object(Bucket=bucket, Key="another")
    block(s3, bucket, "NONE")
    s3.put_object(**secret, **key(BLUE))


def test_new_buckets_block_customers_keys_until_configured_otherwise() -> None:
    def blocked(s3: S3Client) -> Any:
        (rule,) = s3.get_bucket_encryption(Bucket="a-bucket")["ServerSideEncryptionConfiguration"]["Rules"]
        return rule["BlockedEncryptionTypes"]

    with mock_s3(bucket_defaults="current") as mock:
        s3 = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        assert blocked(s3) == {"EncryptionType": ["SSE-C"]}
        rules: Any = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
        s3.put_bucket_encryption(Bucket="a-bucket", ServerSideEncryptionConfiguration={"Rules": rules})
        assert blocked(s3) == {"EncryptionType": ["SSE-C"]}
        s3.delete_bucket_encryption(Bucket="a-bucket")
        with refused("AccessDenied", 403):
            s3.put_object(Bucket="a-bucket", Key="a-key", **key(RED))
        block(s3, "a-bucket", "NONE")
        assert blocked(s3) == {"EncryptionType": ["NONE"]}
        s3.put_object(Bucket="a-bucket", Key="a-key", **key(RED))


def test_a_select_query_needs_the_key_of_its_object(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"1,2\n", **key(RED))
    query: Any = {
        "Bucket": bucket,
        "Key": "a-key",
        "Expression": "SELECT _2 FROM S3Object",
        "ExpressionType": "SQL",
        "InputSerialization": {"CSV": {}},
        "OutputSerialization": {"CSV": {}},
    }
    with refused("InvalidRequest", 400) as refusal:
        s3.select_object_content(**query)
    assert refusal.error["Message"] == WITHOUT
    events = [*s3.select_object_content(**query, **key(RED))["Payload"]]
    assert events[0]["Records"]["Payload"] == b"2\n"


def test_a_form_has_its_keys_as_fields() -> None:
    with mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1", config=Config(signature_version="s3v4"))
        s3.create_bucket(Bucket="a-bucket")
        names = dict(zip(HEADERS.values(), ("AES256", base64_of(RED), content_md5_of(RED)), strict=True))
        kms = {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": "alias/mine"}
        for fields, expected in ((names, ENCRYPTION), (kms, {"ServerSideEncryption": "aws:kms"})):
            policy: list[Any] = [{name: value} for name, value in fields.items()]
            form = s3.generate_presigned_post("a-bucket", "a-key", Fields=dict(fields), Conditions=policy)
            body, kind = encode_multipart_formdata([*form["fields"].items(), ("file", ("a.txt", b"some bytes"))])
            response = ask(mock.cloud, "POST", "/a-bucket", body, content_type=kind, content_length=str(len(body)))
            assert response.status == 204
            assert response.headers["ETag"] != md5_of(b"some bytes")
            parameters: Any = key(RED) if fields is names else {}
            head = s3.head_object(Bucket="a-bucket", Key="a-key", **parameters)
            assert encryption_of(head).items() >= expected.items()
