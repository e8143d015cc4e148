"""Request bodies: however they are sent, they are counted and their digests are compared."""

from __future__ import annotations

import hashlib
import io
from base64 import b64encode
from typing import TYPE_CHECKING, Any, cast

import pytest

from s3mock import mock_s3
from s3mock.backend.blobs import Blob
from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Response
from s3mock.models import checksums
from s3mock.models.checksums import ALGORITHMS
from tests.support.digests import content_md5_of
from tests.support.raw_requests import ask, error_fields
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

HELLO_MD5 = "5d41402abc4b2a76b9719d911017c592"
FIVE_GIB = 5 << 30
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def error_of(response: Response) -> dict[str, str | None]:
    """The fields of an error except its message."""
    return {name: text for name, text in error_fields(response).items() if name != "Message"}


@pytest.fixture(params=["https", "http"])
def either(request: pytest.FixtureRequest) -> Iterator[S3Client]:
    """A client that sends checksums in a trailer (https) or in a header (http), with a bucket."""
    with mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1", endpoint_url=f"{request.param}://s3.us-east-1.amazonaws.com")
        s3.create_bucket(Bucket="a-bucket")
        yield s3


def test_bytes_are_returned_however_they_were_sent(either: S3Client) -> None:
    for size in (0, 1, 65_536, 1_048_577, 3_000_000):
        content = (bytes(range(256)) * (size // 256 + 1))[:size]
        etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
        bodies: list[Any] = [content, bytearray(content), io.BytesIO(content)]
        for body in bodies:
            assert either.put_object(Bucket="a-bucket", Key="a-key", Body=body)["ETag"] == etag
            reply = either.get_object(Bucket="a-bucket", Key="a-key")
            assert reply["ContentLength"] == size
            assert reply["Body"].read() == content


def test_a_checksum_is_verified_and_kept_however_it_was_sent(either: S3Client) -> None:
    algorithms: list[Any] = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512"]
    algorithms += ["XXHASH64", "XXHASH3", "XXHASH128"]  # botocore does not compute the MD5
    for algorithm in algorithms:
        reply: Any = either.put_object(Bucket="a-bucket", Key="a-key", Body=b"hello", ChecksumAlgorithm=algorithm)
        got: Any = either.head_object(Bucket="a-bucket", Key="a-key", ChecksumMode="ENABLED")
        assert reply[f"Checksum{algorithm}"] == got[f"Checksum{algorithm}"]
        assert reply["ChecksumType"] == got["ChecksumType"] == "FULL_OBJECT"


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_given_checksum_is_compared_and_returned(either: S3Client, cloud: Cloud, name: str) -> None:
    algorithm = ALGORITHMS[name]
    value, other = (checksums.of(algorithm, [body]).value for body in (b"hello", b"other"))
    parameters: Any = {"Bucket": "a-bucket", "Key": "a-key", "Body": b"hello"}
    reply: Any = either.put_object(**parameters | {algorithm.member: value})
    assert reply[algorithm.member] == value
    response: Any = either.get_object(Bucket="a-bucket", Key="a-key")
    assert (response["Body"].read(), response[algorithm.member]) == (b"hello", value)
    with refused("BadDigest", 400, Message=f"The {name} you specified did not match the calculated checksum."):
        either.put_object(**parameters | {algorithm.member: other})
    with refused("InvalidRequest", 400, Message=f"Value for {algorithm.header} header is invalid."):
        either.put_object(**parameters | {algorithm.member: "AAAA"})

    def in_trailer(checksum: str) -> Response:
        named = {"x_amz_trailer": algorithm.header, "x_amz_decoded_content_length": "5"}
        body = f"5\r\nhello\r\n0\r\n{algorithm.header}:{checksum}\r\n\r\n".encode()
        return ask(cloud, "PUT", "/a-bucket/a-key", body, x_amz_content_sha256=UNSIGNED_TRAILER, **named)

    assert in_trailer(value).headers[algorithm.header] == value
    assert error_of(in_trailer(other))["Code"] == "BadDigest"
    assert ask(cloud, "GET", "/a-bucket/a-key").body == b"hello"


def test_without_a_checksum_s3_computes_its_own(cloud: Cloud) -> None:
    response = ask(cloud, "PUT", "/a-bucket/a-key", b"hello")
    assert response.headers["x-amz-checksum-crc64nvme"] == "M3eFcAZSQlc="
    assert response.headers["x-amz-checksum-type"] == "FULL_OBJECT"


def test_the_checksums_that_s3_computes_take_no_second_look_at_the_bytes(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chunks(blob: Blob, *_: object) -> Iterator[bytes]:
        raise AssertionError(f"{blob} is read again")

    monkeypatch.setattr(Blob, "chunks", chunks)
    body = bytes(3 << 20)
    crc64, crc32 = (checksums.of(ALGORITHMS[name], [body]).value for name in ("CRC64NVME", "CRC32"))
    assert ask(cloud, "PUT", "/a-bucket/a-key", body).headers["x-amz-checksum-crc64nvme"] == crc64
    created = ask(
        cloud, "POST", "/a-bucket/parts?uploads", x_amz_checksum_algorithm="CRC32", x_amz_checksum_type="FULL_OBJECT"
    )
    upload_id = error_fields(created)[f"{{{NAMESPACE}}}UploadId"]
    part = ask(cloud, "PUT", f"/a-bucket/parts?partNumber=1&uploadId={upload_id}", body)
    assert part.headers["x-amz-checksum-crc32"] == crc32


def test_a_wrong_checksum_changes_nothing(either: S3Client) -> None:
    either.put_object(Bucket="a-bucket", Key="a-key", Body=b"old")
    message = "The CRC32 you specified did not match the calculated checksum."
    with refused("BadDigest", 400, Message=message):
        either.put_object(Bucket="a-bucket", Key="a-key", Body=b"hello", ChecksumCRC32="AAAAAA==")
    with refused("InvalidRequest", 400, Message="Value for x-amz-checksum-crc32 header is invalid."):
        either.put_object(Bucket="a-bucket", Key="a-key", Body=b"hello", ChecksumCRC32="AAAA")
    assert either.get_object(Bucket="a-bucket", Key="a-key")["Body"].read() == b"old"


@pytest.mark.parametrize("path", ["/a-bucket/a-key", "/a-bucket/a-key?partNumber=1&uploadId={}"])
def test_a_checksum_of_an_unknown_algorithm_is_refused(cloud: Cloud, path: str) -> None:
    ask(cloud, "POST", "/a-bucket/a-key?uploads")
    (upload,) = cloud.namespace.buckets()[0].state.uploads.get("a-key") or ()
    named: Any = {"x-amz-checksum-sha256a": "dummy"}
    response = ask(cloud, "PUT", path.format(upload.upload_id), b"hello", **named)
    assert error_of(response) == {"Code": "InvalidRequest"}
    assert b"<Message>The algorithm type you specified in x-amz-checksum- header is invalid.</Message>" in cast(
        "bytes", response.body
    )
    assert ask(cloud, "GET", "/a-bucket/a-key").status == 404
    named = {"x-amz-checksum-mode": "ENABLED", "x-amz-checksum-type": "FULL_OBJECT", "x-amz-checksum-algorithm": "SHA1"}
    assert ask(cloud, "PUT", "/a-bucket/a-key", b"hello", **named).status == 200


def test_a_content_md5_is_compared(either: S3Client) -> None:
    digest = b64encode(bytes.fromhex(HELLO_MD5)).decode()
    either.put_object(Bucket="a-bucket", Key="a-key", Body=b"hello", ContentMD5=digest)
    calculated = content_md5_of(b"another")
    with refused("BadDigest", 400, CalculatedDigest=calculated, ExpectedDigest=HELLO_MD5):
        either.put_object(Bucket="a-bucket", Key="a-key", Body=b"another", ContentMD5=digest)
    with refused("InvalidDigest", 400, **{"Content-MD5": "abc"}):
        either.put_object(Bucket="a-bucket", Key="a-key", Body=b"hello", ContentMD5="abc")
    assert either.get_object(Bucket="a-bucket", Key="a-key")["Body"].read() == b"hello"


def test_aws_chunked_is_never_stored_as_an_encoding(either: S3Client) -> None:
    either.put_object(Bucket="a-bucket", Key="plain", Body=b"hello")
    either.put_object(Bucket="a-bucket", Key="zipped", Body=b"hello", ContentEncoding="gzip")
    assert "ContentEncoding" not in either.head_object(Bucket="a-bucket", Key="plain")
    assert either.head_object(Bucket="a-bucket", Key="zipped")["ContentEncoding"] == "gzip"


def test_a_body_shorter_than_announced_is_incomplete(cloud: Cloud) -> None:
    ask(cloud, "PUT", "/a-bucket/a-key", b"old")
    response = ask(cloud, "PUT", "/a-bucket/a-key", Body([b"hel"], 5), content_length="5")
    assert response.status == 400
    assert error_of(response) == {
        "Code": "IncompleteBody",
        "NumberBytesExpected": "5",
        "NumberBytesProvided": "3",
    }
    assert ask(cloud, "GET", "/a-bucket/a-key").body == b"old"


def test_a_body_without_a_length_is_refused(cloud: Cloud) -> None:
    response = ask(cloud, "PUT", "/a-bucket/a-key", Body([b"hello"]))
    assert (response.status, error_of(response)) == (411, {"Code": "MissingContentLength"})
    response = ask(cloud, "PUT", "/a-bucket/a-key", Body([b"hello"]), transfer_encoding="chunked")
    assert (response.status, error_of(response)) == (501, {"Code": "NotImplemented", "Header": "Transfer-Encoding"})


def test_more_than_5_gib_are_refused_before_they_are_read(cloud: Cloud) -> None:
    body = Body(iter([b"the first of many bytes"]), FIVE_GIB + 1)
    response = ask(cloud, "PUT", "/a-bucket/a-key", body, content_length=str(FIVE_GIB + 1))
    assert error_of(response) == {
        "Code": "EntityTooLarge",
        "ProposedSize": "5368709121",
        "MaxSizeAllowed": "5368709120",
    }
    assert body.read(9) == b"the first"
