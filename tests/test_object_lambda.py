"""Object Lambda: a function makes the response of GetObject."""

from __future__ import annotations

import gzip
import io
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from threading import Barrier
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from s3mock.errors import S3Error
from s3mock.http import Request, Response
from s3mock.models.access_points.object_lambda import STATUSES
from s3mock.transports import adapter
from tests.support.lambda_functions import ONCE, write
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3
    from s3mock.models.access_points import AccessPoint

    Answers = Callable[..., str]


@pytest.fixture
def answering(mock: S3, lambda_client: S3Client, access_point: AccessPoint) -> Answers:
    """A function that creates an Object Lambda access point with a fixed response."""

    def add(name: str = "above", **members_of_response: Any) -> str:
        def function(event: dict[str, Any]) -> None:
            write(lambda_client, event, **members_of_response)

        return mock.add_object_lambda(name, access_point, function).arn

    return add


def fetch(mock: S3, event: dict[str, Any]) -> bytes:
    """The object at the presigned URL of the event."""
    url = urlsplit(event["getObjectContext"]["inputS3Url"])
    return body_of(adapter.answer(mock.cloud, Request("GET", url.scheme, url.netloc, url.path, url.query)))


def body_of(response: Response) -> bytes:
    """The whole body of a response."""
    return response.body if isinstance(response.body, bytes) else response.body.read()


@pytest.mark.parametrize("name", ["arn", "alias"])
def test_a_function_transforms_the_response_of_get_object(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint, name: str
) -> None:
    def function(event: dict[str, Any], context: Any) -> None:
        assert context.get_remaining_time_in_millis() > 0
        route, token = event["getObjectContext"]["outputRoute"], event["getObjectContext"]["outputToken"]
        lambda_client.write_get_object_response(RequestRoute=route, RequestToken=token, Body=fetch(mock, event).upper())

    above = mock.add_object_lambda("above", access_point, function)
    reply = lambda_client.get_object(Bucket=getattr(above, name), Key="a/ü key")
    assert reply["Body"].read() == b"BYTES"
    assert without_metadata(reply).keys() == {"Body", "ContentLength", "Metadata"}
    assert lambda_client.get_object(Bucket=access_point.arn, Key="a/ü key")["Body"].read() == b"bytes"


def test_a_function_can_read_the_object_with_boto3_and_do_anything_else(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint, bucket: str
) -> None:
    def function(event: dict[str, Any]) -> None:
        below = event["configuration"]["supportingAccessPointArn"]
        body = lambda_client.get_object(Bucket=below, Key="a/ü key")["Body"].read()
        lambda_client.put_object(Bucket=bucket, Key="log", Body=body)
        write(lambda_client, event, Body=gzip.compress(body), ContentEncoding="gzip")

    above = mock.add_object_lambda("above", access_point, function)
    assert gzip.decompress(lambda_client.get_object(Bucket=above.arn, Key="a/ü key")["Body"].read()) == b"bytes"
    assert lambda_client.get_object(Bucket=bucket, Key="log")["Body"].read() == b"bytes"


def test_a_function_can_read_through_another_object_lambda_access_point(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint, answering: Answers
) -> None:
    inner = answering("inner", Body=b"inner")

    def function(event: dict[str, Any]) -> None:
        write(lambda_client, event, Body=lambda_client.get_object(Bucket=inner, Key="a-key")["Body"].read() + b" outer")

    outer = mock.add_object_lambda("outer", access_point, function)
    assert lambda_client.get_object(Bucket=outer.arn, Key="a-key")["Body"].read() == b"inner outer"


def test_the_names_of_an_object_lambda_access_point_are_formed_as_in_the_user_guide(
    mock: S3, access_point: AccessPoint
) -> None:
    above = mock.add_object_lambda("my-object-lambda-access-point", access_point, print)
    assert above.arn == "arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/my-object-lambda-access-point"
    assert above.host == "my-object-lambda-access-point-123456789012.s3-object-lambda.us-east-1.amazonaws.com"
    assert above.alias.startswith("my-object-lambda-acc-")
    assert above.alias.endswith("use1a--ol-s3")
    assert len(above.alias) == len("my-object-lambda-acc-1a4n8yjrb3kda96f67zwrwiiuse1a--ol-s3")


def test_the_metadata_from_the_function_is_that_of_get_object(lambda_client: S3Client, answering: Answers) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    members: dict[str, Any] = {
        "AcceptRanges": "bytes",
        "BucketKeyEnabled": True,
        "CacheControl": "no-store",
        "ContentDisposition": "inline",
        "ContentEncoding": "identity",
        "ContentLanguage": "de",
        "ContentRange": "bytes 0-1/5",
        "ContentType": "text/plain",
        "DeleteMarker": False,
        "ETag": '"an-etag"',
        "Expiration": 'expiry-date="Fri, 23 Dec 2026 00:00:00 GMT", rule-id="rule"',
        "LastModified": moment,
        "Metadata": {"a": "b", "c": "d"},
        "MissingMeta": 1,
        "ObjectLockLegalHoldStatus": "ON",
        "ObjectLockMode": "GOVERNANCE",
        "ObjectLockRetainUntilDate": moment,
        "PartsCount": 2,
        "ReplicationStatus": "COMPLETE",
        "RequestCharged": "requester",
        "Restore": 'ongoing-request="false"',
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKeyMD5": "md5",
        "SSEKMSKeyId": "a-key-id",
        "ServerSideEncryption": "aws:kms",
        "StorageClass": "GLACIER",
        "TagCount": 3,
        "VersionId": "a-version",
    }
    arn = answering(Body=b"by", StatusCode=206, Expires=moment, **members)
    reply = lambda_client.get_object(Bucket=arn, Key="a-key")
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert reply["Body"].read() == b"by"
    assert without_metadata(reply)["ExpiresString"] == "Fri, 02 Jan 2026 03:04:05 GMT"
    returned = {
        name: value for name, value in without_metadata(reply).items() if not name.startswith(("Body", "Expires"))
    }
    assert returned == {**members, "ContentLength": 2}


def test_a_function_can_stream_a_body_of_unknown_length(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint
) -> None:
    class Stream(io.RawIOBase):
        chunks = iter([b"a" * 70_000, b"b" * 3_000_000, b"c"])

        def read(self, _size: int = -1) -> bytes:
            return next(self.chunks, b"")

    # As in the User Guide's example: otherwise botocore reads the body to sign it, and has to rewind it.
    settings: Any = {"payload_signing_enabled": False}
    streaming = mock.client(region_name="us-east-1", config=Config(s3=settings))

    def function(event: dict[str, Any]) -> None:
        write(streaming, event, Body=Stream())

    above = mock.add_object_lambda("above", access_point, function)
    reply = lambda_client.get_object(Bucket=above.arn, Key="a-key")
    assert reply["ContentLength"] == 3_070_001
    assert reply["Body"].read() == b"a" * 70_000 + b"b" * 3_000_000 + b"c"


def test_a_function_can_return_its_own_error(lambda_client: S3Client, answering: Answers) -> None:
    message = "The request was not secret enough."
    arn = answering(StatusCode=403, ErrorCode="NoSuperSecretTokenFound", ErrorMessage=message)
    with refused("NoSuperSecretTokenFound", 403, Message=message):
        lambda_client.get_object(Bucket=arn, Key="a-key")


def test_a_function_can_return_not_modified(lambda_client: S3Client, answering: Answers) -> None:
    with pytest.raises(ClientError, match="304"):
        lambda_client.get_object(Bucket=answering(StatusCode=304, ETag='"an-etag"'), Key="a-key")


def test_a_function_can_forward_an_s3_error(mock: S3, lambda_client: S3Client, access_point: AccessPoint) -> None:
    def function(event: dict[str, Any]) -> None:
        write(lambda_client, event, StatusCode=404, Body=fetch(mock, event))

    above = mock.add_object_lambda("above", access_point, function)
    with refused("NoSuchKey", 404, Key="no-key"):
        lambda_client.get_object(Bucket=above.arn, Key="no-key")


def test_a_function_that_returns_without_a_response_is_a_500(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint
) -> None:
    above = mock.add_object_lambda("above", access_point, lambda _event, _context: None)
    message = "The Lambda exited without successfully calling WriteGetObjectResponse."
    with refused("LambdaResponseNotReceived", 500, Message=message):
        lambda_client.get_object(Bucket=above.arn, Key="a-key")


def test_a_function_that_raises_is_a_500_and_its_error_is_logged(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint, caplog: pytest.LogCaptureFixture
) -> None:
    def function(event: dict[str, Any]) -> None:
        raise ZeroDivisionError(event["protocolVersion"])

    above = mock.add_object_lambda("above", access_point, function)
    with caplog.at_level(logging.ERROR, "s3mock"), refused("LambdaRuntimeError", 500):
        lambda_client.get_object(Bucket=above.arn, Key="a-key")
    assert "ZeroDivisionError: 1.00" in caplog.text


def test_errors_of_a_function_after_its_response_are_ignored(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint
) -> None:
    def function(event: dict[str, Any]) -> None:
        write(lambda_client, event, Body=b"answer")
        raise ZeroDivisionError

    above = mock.add_object_lambda("above", access_point, function)
    assert lambda_client.get_object(Bucket=above.arn, Key="a-key")["Body"].read() == b"answer"


def test_simultaneous_calls_get_their_own_answers(mock: S3, lambda_client: S3Client, access_point: AccessPoint) -> None:
    def function(event: dict[str, Any]) -> None:
        together.wait(timeout=30)
        write(lambda_client, event, Body=event["userRequest"]["url"].encode())

    together = Barrier(4)
    above = mock.add_object_lambda("above", access_point, function)
    with ThreadPoolExecutor(4) as pool:
        replies = pool.map(lambda key: lambda_client.get_object(Bucket=above.arn, Key=key)["Body"].read(), "abcd")
    assert [reply.decode() for reply in replies] == [f"https://{above.host}/{key}" for key in "abcd"]


def test_a_token_is_valid_for_one_response(mock: S3, lambda_client: S3Client, access_point: AccessPoint) -> None:
    def function(event: dict[str, Any]) -> None:
        write(lambda_client, event, Body=b"first")
        with refused("ValidationError", 400):
            write(lambda_client, event, Body=b"second")
        events.append(event)

    events: list[dict[str, Any]] = []
    above = mock.add_object_lambda("above", access_point, function)
    assert lambda_client.get_object(Bucket=above.arn, Key="a-key")["Body"].read() == b"first"
    assert len(events) == 1


def test_a_response_after_the_function_returned_is_too_late(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint
) -> None:
    events: list[dict[str, Any]] = []
    above = mock.add_object_lambda("above", access_point, events.append)
    with refused("LambdaResponseNotReceived", 500):
        lambda_client.get_object(Bucket=above.arn, Key="a-key")
    with refused("ValidationError", 400):
        write(lambda_client, events[0], Body=b"late")


def test_a_response_must_come_from_the_account_of_the_access_point(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint
) -> None:
    other = mock.client(region_name="us-east-1", aws_access_key_id="210987654321", aws_secret_access_key="x")

    def function(event: dict[str, Any]) -> None:
        with refused("AccessDenied", 403):
            write(other, event, Body=b"theirs")
        write(lambda_client, event, Body=b"ours")

    above = mock.add_object_lambda("above", access_point, function)
    assert lambda_client.get_object(Bucket=above.arn, Key="a-key")["Body"].read() == b"ours"


@pytest.mark.parametrize(
    "members_of_response",
    [
        {"RequestToken": "another"},
        {"RequestRoute": "another"},
        {"StatusCode": 201},
        {"StatusCode": 404, "ErrorCode": "noCapital"},
        {"StatusCode": 404, "ErrorCode": "N"},
        {"StatusCode": 404, "ErrorCode": "Two words"},
        {"StatusCode": 404, "ErrorCode": "NoSuchKey", "Body": b"a body"},
        {"StatusCode": 404, "ErrorMessage": "A message", "Body": b"a body"},
        {"StatusCode": 200, "ErrorCode": "NoSuchKey"},
        {"ErrorCode": "NoSuchKey"},
        {"ErrorMessage": "A message"},
        {"ChecksumCRC32": "AAAAAA==", "ChecksumCRC32C": "AAAAAA=="},
    ],
)
def test_an_invalid_response_leaves_the_token_valid(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint, members_of_response: dict[str, Any]
) -> None:
    def function(event: dict[str, Any]) -> None:
        with refused("ValidationError", 400):
            write(lambda_client, event, **members_of_response)
        write(lambda_client, event, Body=b"good")

    above = mock.add_object_lambda("above", access_point, function)
    assert lambda_client.get_object(Bucket=above.arn, Key="a-key")["Body"].read() == b"good"


@pytest.mark.parametrize("status", [status for status in STATUSES if status >= 400])
def test_every_error_status_can_be_returned(lambda_client: S3Client, answering: Answers, status: int) -> None:
    with refused("MyError", status, Message=None):
        lambda_client.get_object(Bucket=answering(StatusCode=status, ErrorCode="MyError"), Key="a-key")


def test_a_checksum_is_verified_and_passed_on_in_checksum_mode(
    mock: S3, lambda_client: S3Client, answering: Answers
) -> None:
    plain = mock.client(
        region_name="us-east-1", config=ONCE.merge(Config(response_checksum_validation="when_required"))
    )
    right = answering("right", Body=b"hello", ChecksumCRC32="NhCmhg==")
    assert lambda_client.get_object(Bucket=right, Key="a-key")["ChecksumCRC32"] == "NhCmhg=="
    assert "ChecksumCRC32" not in plain.get_object(Bucket=right, Key="a-key")
    wrong = answering("wrong", Body=b"hello", ChecksumCRC32="AAAAAA==")
    with refused("LambdaRuntimeError", 500):
        lambda_client.get_object(Bucket=wrong, Key="a-key")
    assert plain.get_object(Bucket=wrong, Key="a-key")["Body"].read() == b"hello"


def test_ranges_and_parts_are_a_501_unless_the_access_point_allows_them(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint
) -> None:
    def function(event: dict[str, Any]) -> None:
        write(lambda_client, event, Body=event["userRequest"]["headers"].get("Range", "all").encode())

    above = mock.add_object_lambda("above", access_point, function)
    for parameters in ({"Range": "bytes=0-1"}, {"PartNumber": 1}):
        with refused("NotImplemented", 501) as refusal:
            lambda_client.get_object(Bucket=above.arn, Key="a-key", **parameters)
        assert "Header" not in refusal.error
    with refused("501", 501):
        lambda_client.head_object(Bucket=above.arn, Key="a/ü key", Range="bytes=0-1")
    features = ("GetObject-Range", "HeadObject-Range")
    allowed = mock.add_object_lambda("allowed", access_point, function, allowed_features=features)
    assert lambda_client.get_object(Bucket=allowed.arn, Key="a-key", Range="bytes=0-1")["Body"].read() == b"bytes=0-1"
    assert lambda_client.head_object(Bucket=allowed.arn, Key="a/ü key", Range="bytes=0-1")["ContentLength"] == 2


def test_operations_other_than_get_object_go_to_the_bucket(
    lambda_client: S3Client, answering: Answers, bucket: str
) -> None:
    arn = answering(Body=b"transformed")
    assert lambda_client.head_object(Bucket=arn, Key="a/ü key")["Metadata"] == {"stored": "yes"}
    assert lambda_client.list_objects_v2(Bucket=arn)["KeyCount"] == 1
    lambda_client.put_object(Bucket=arn, Key="b-key", Body=b"stored")
    assert lambda_client.get_object(Bucket=arn, Key="b-key")["Body"].read() == b"transformed"
    assert lambda_client.get_object(Bucket=bucket, Key="b-key")["Body"].read() == b"stored"
    with refused("NotImplemented", 501, Header="x-amz-copy-source"):
        lambda_client.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": arn, "Key": "b-key"})


def test_an_object_lambda_access_point_needs_an_access_point_and_a_plain_function(
    mock: S3, bucket: str, access_point: AccessPoint
) -> None:
    async def coroutine(_event: object, _context: object) -> None: ...

    for function in (coroutine, None):
        with pytest.raises(TypeError, match="not a plain function"):
            mock.add_object_lambda("above", access_point, function)  # type: ignore[arg-type]
    above = mock.add_object_lambda("above", access_point.alias, print)
    with pytest.raises(TypeError, match="is not an access point"):
        mock.add_object_lambda("higher", above.arn, print)
    with pytest.raises(TypeError, match="is not an access point"):
        mock.add_object_lambda("higher", bucket, print)
    with pytest.raises(ValueError, match="PutObject-Range"):
        mock.add_object_lambda("higher", access_point, print, allowed_features=["PutObject-Range"])
    with pytest.raises(S3Error, match="NoSuchAccessPoint"):
        mock.add_object_lambda("higher", access_point.arn + "x", print)
    with pytest.raises(S3Error, match="InvalidAccessPoint"):
        mock.add_object_lambda("x" * 46, access_point, print)
    with pytest.raises(S3Error, match="AccessPointAlreadyOwnedByYou"):
        mock.add_object_lambda("above", access_point, print)


@pytest.mark.parametrize("host", ["io-cell001.localhost", "127.0.0.1", "s3-object-lambda.us-east-1.amazonaws.com"])
def test_a_response_needs_a_token_and_no_bucket(mock: S3, host: str) -> None:
    headers = {"x-amz-request-route": "io-cell001"}
    response = adapter.answer(mock.cloud, Request("POST", "https", host, "/WriteGetObjectResponse", headers=headers))
    assert response.status == 400
    message = (
        "1 validation error detected: Value null at 'requestToken' failed to satisfy constraint: Member must not be"
    )
    assert f"<Code>ValidationError</Code><Message>{message}".encode() in body_of(response)
