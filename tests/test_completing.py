"""Completing multipart uploads."""

from __future__ import annotations

import base64
import hashlib
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from s3mock import mock_s3
from s3mock.backend import multipart
from s3mock.backend.blobs import Blob
from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Request
from s3mock.settings import Settings
from s3mock.transports import adapter
from tests.support.digests import crc32_of, sha256_of
from tests.support.raw_requests import SIGNED
from tests.support.responses import refused, without_metadata
from tests.support.uploads import begin, complete, etag_of, md5_of, send

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# As in the recordings, except the small parts.
pytestmark = pytest.mark.settings(upload_part_min_size=1, bucket_defaults="current")

MIB = 1 << 20


def with_checksums(parts: list[Any], member: str, values: list[str]) -> list[Any]:
    return [part | {member: value} for part, value in zip(parts, values, strict=True)]


def test_completing_returns_the_recorded_response(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_multipart_if_match_etag, complete-multipart-if-match.
    upload_id = begin(s3, bucket)
    reply = complete(s3, bucket, upload_id, send(s3, bucket, upload_id, b"test"))
    assert without_metadata(reply) == {
        "Bucket": bucket,
        "ChecksumCRC64NVME": "+bu+zv66sUM=",
        "ChecksumType": "FULL_OBJECT",
        "ETag": '"60cd54a928cbbcbb6e7b5595bab46a9e-1"',
        "Key": "a-key",
        "Location": "https://a-bucket.s3.amazonaws.com/a-key",
        "ServerSideEncryption": "AES256",
    }


def test_completing_returns_a_version_id_only_in_a_versioned_bucket(s3: S3Client, versioned: str) -> None:
    upload_id = begin(s3, versioned)
    parts = send(s3, versioned, upload_id, b"test")
    version_id = complete(s3, versioned, upload_id, parts)["VersionId"]
    assert s3.head_object(Bucket=versioned, Key="a-key")["VersionId"] == version_id
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    assert complete(s3, versioned, upload_id, parts)["VersionId"] == version_id
    upload_id = begin(s3, versioned)
    assert "VersionId" not in complete(s3, versioned, upload_id, send(s3, versioned, upload_id, b"test"))


@pytest.mark.parametrize(
    ("region", "style", "expected"),
    [
        ("us-east-1", "virtual", "https://photos.s3.amazonaws.com/"),
        ("us-east-1", "path", "https://s3.amazonaws.com/photos/"),
        ("eu-west-1", "virtual", "https://photos.s3.eu-west-1.amazonaws.com/"),
        ("eu-west-1", "path", "https://s3.eu-west-1.amazonaws.com/photos/"),
    ],
)
def test_the_location_has_the_host_of_the_request_and_an_encoded_key(region: str, style: Any, expected: str) -> None:
    with mock_s3():
        s3: Any = boto3.client("s3", region, config=Config(s3={"addressing_style": style}))
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket="photos", **place)
        upload_id = begin(s3, "photos", "of me/ä+b")
        reply = complete(s3, "photos", upload_id, send(s3, "photos", upload_id, b"a", key="of me/ä+b"), key="of me/ä+b")
    assert reply["Location"] == f"{expected}of+me%2F%C3%A4%2Bb"


def test_parts_can_have_gaps_be_uploaded_in_any_order_and_be_left_out(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    parts = []
    for number in (7, 10_000, 1, 3):
        body = str(number).encode()
        reply = s3.upload_part(Bucket=bucket, Key="a-key", UploadId=upload_id, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": reply["ETag"]})
    complete(s3, bucket, upload_id, [parts[2], parts[0], parts[1]])
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"1710000"


def test_etags_are_accepted_with_and_without_quotes(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    first, second = send(s3, bucket, upload_id, b"a", b"b")
    complete(s3, bucket, upload_id, [first, second | {"ETag": second["ETag"].strip('"')}])


def test_a_listed_part_that_was_not_uploaded_is_an_invalid_part(s3: S3Client, bucket: str) -> None:
    # https://github.com/versity/versitygw/issues/2036; ceph/s3-tests: test_multipart_upload_missing_part,
    # test_multipart_upload_incorrect_etag.
    upload_id = begin(s3, bucket)
    [part] = send(s3, bucket, upload_id, b"a")
    message = (
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
        "specified entity tag may not match the part's entity tag."
    )
    with refused("InvalidPart", 400, Message=message, UploadId=upload_id, PartNumber="134", ETag="e868e0f4719e3941"):
        complete(s3, bucket, upload_id, [part, {"PartNumber": 134, "ETag": "e868e0f4719e3941"}])
    with refused("InvalidPart", 400, UploadId=upload_id, PartNumber="1", ETag="gibberish"):
        complete(s3, bucket, upload_id, [part | {"ETag": '"gibberish"'}])
    complete(s3, bucket, upload_id, [part])


def test_the_parts_are_listed_in_order_and_once(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    first, second = send(s3, bucket, upload_id, b"a", b"b")
    message = "The list of parts was not in ascending order. Parts must be ordered by part number."
    for parts in ([second, first], [first, first], [first, second, second]):
        with refused("InvalidPartOrder", 400, Message=message, UploadId=upload_id):
            complete(s3, bucket, upload_id, parts)


def test_a_list_with_a_number_below_one_is_an_invalid_argument(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    [part] = send(s3, bucket, upload_id, b"a")
    message = "PartNumber must be >= 1"
    for number in (0, -4):
        expected = {"Message": message, "ArgumentName": "PartNumber", "ArgumentValue": str(number)}
        with refused("InvalidArgument", 400, **expected):
            complete(s3, bucket, upload_id, [part | {"PartNumber": number}])


def test_every_part_but_the_last_has_at_least_five_mebibytes() -> None:
    # s3_facts 6; ceph/s3-tests: test_multipart_upload_size_too_small.
    with mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        upload_id = begin(s3, "a-bucket")
        small = b"2" * (5 * MIB - 1)
        first, second, third = send(s3, "a-bucket", upload_id, b"1" * 5 * MIB, small, b"3")
        with refused(
            "EntityTooSmall",
            400,
            Message="Your proposed upload is smaller than the minimum allowed size",
            ETag=md5_of(small).strip('"'),
            MinSizeAllowed="5242880",
            PartNumber="2",
            ProposedSize="5242879",
        ):
            complete(s3, "a-bucket", upload_id, [first, second, third])
        reply = complete(s3, "a-bucket", upload_id, [first, second])
        assert reply["ETag"] == etag_of(b"1" * 5 * MIB, small)


def test_an_upload_is_not_completed_without_parts(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    send(s3, bucket, upload_id, b"a")
    with refused("InvalidRequest", 400, Message="You must specify at least one part"):
        s3.complete_multipart_upload(Bucket=bucket, Key="a-key", UploadId=upload_id)
    with refused("MalformedXML", 400):
        complete(s3, bucket, upload_id, [])
    with refused("MalformedXML", 400):
        s3.complete_multipart_upload(Bucket=bucket, Key="a-key", UploadId=upload_id, MultipartUpload={})


@pytest.mark.parametrize("lacks", ["ETag", "PartNumber"])
def test_a_listed_part_has_a_number_and_an_etag(s3: S3Client, bucket: str, lacks: str) -> None:
    # https://github.com/versity/versitygw/issues/2111
    upload_id = begin(s3, bucket)
    [part] = send(s3, bucket, upload_id, b"a")
    del part[lacks]
    with refused("MalformedXML", 400):
        complete(s3, bucket, upload_id, [part])


def test_the_size_of_the_object_is_checked_if_the_request_has_it(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    parts = send(s3, bucket, upload_id, b"abc", b"de")
    negative = "Value for x-amz-mp-object-size header is less than zero: '-1'"
    with refused("InvalidRequest", 400, Message=negative):
        complete(s3, bucket, upload_id, parts, MpuObjectSize=-1)
    wrong = "The provided 'x-amz-mp-object-size' header value 4 does not match what was computed: 5"
    with refused("InvalidRequest", 400, Message=wrong):
        complete(s3, bucket, upload_id, parts, MpuObjectSize=4)
    complete(s3, bucket, upload_id, parts, MpuObjectSize=5)


def test_completing_twice_returns_the_same_response_without_a_checksum_type(s3: S3Client, versioned: str) -> None:
    # https://github.com/adobe/S3Mock/issues/2586; also with a condition: https://github.com/getmoto/moto/pull/9209.
    # The checksum's type: s3_facts 31.
    upload_id = begin(s3, versioned, ChecksumAlgorithm="SHA256")
    parts = with_checksums(
        send(s3, versioned, upload_id, b"test", ChecksumAlgorithm="SHA256"), "ChecksumSHA256", [sha256_of(b"test")]
    )
    first = without_metadata(complete(s3, versioned, upload_id, parts))
    assert first.pop("ChecksumType") == "COMPOSITE"
    s3.put_object(Bucket=versioned, Key="a-key", Body=b"newer")
    assert without_metadata(complete(s3, versioned, upload_id, parts)) == first
    assert without_metadata(complete(s3, versioned, upload_id, parts, IfNoneMatch="*")) == first
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 2
    with refused("NoSuchUpload", 404, UploadId=upload_id):
        complete(s3, versioned, upload_id, parts, key="another-key")


def test_concurrent_completions_of_an_upload_all_get_the_same_response(s3: S3Client, versioned: str) -> None:
    upload_id = begin(s3, versioned)
    parts = send(s3, versioned, upload_id, *(bytes([number]) * 1000 for number in range(20)))
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: complete(s3, versioned, upload_id, parts), range(16)))
    assert len({reply["VersionId"] for reply in replies}) == 1
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 1


def test_an_overtaken_completion_gets_the_response_of_the_first(
    s3: S3Client, versioned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = begin(s3, versioned)
    parts = send(s3, versioned, upload_id, b"test")
    look, first = multipart.completed, []

    def look_and_be_overtaken(*args: Any) -> Any:
        result = look(*args)
        monkeypatch.undo()
        first.append(complete(s3, versioned, upload_id, parts))
        return result

    monkeypatch.setattr(multipart, "completed", look_and_be_overtaken)
    second = complete(s3, versioned, upload_id, parts)
    assert second["VersionId"] == first[0]["VersionId"]
    assert ("ChecksumType" in first[0], "ChecksumType" in second) == (True, False)
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 1


def test_concurrently_completed_uploads_leave_one_whole_object(s3: S3Client, bucket: str) -> None:
    uploads = [begin(s3, bucket) for _ in range(8)]
    listed = [send(s3, bucket, upload_id, *[bytes([number]) * 500] * 4) for number, upload_id in enumerate(uploads)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda upload: complete(s3, bucket, *upload), zip(uploads, listed, strict=True)))
    body = s3.get_object(Bucket=bucket, Key="a-key")["Body"].read()
    assert body in [bytes([number]) * 2000 for number in range(8)]


def test_completing_copies_no_bytes(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket, ChecksumAlgorithm="CRC32")
    bodies = [bytes([number]) * 2 * MIB for number in range(8)]
    parts = with_checksums(send(s3, bucket, upload_id, *bodies), "ChecksumCRC32", [crc32_of(body) for body in bodies])
    tracemalloc.start()
    try:
        complete(s3, bucket, upload_id, parts)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MIB


def test_completing_an_upload_with_an_algorithm_reads_none_of_its_bytes(
    s3: S3Client, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = begin(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    parts = send(s3, bucket, upload_id, b"te", b"st")
    with monkeypatch.context() as patched:
        patched.delattr(Blob, "chunks")
        patched.delattr(Blob, "read")
        assert complete(s3, bucket, upload_id, parts)["ChecksumCRC32"] == "2H9+DA=="
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"test"


def test_a_complete_document_is_checked_against_its_md5() -> None:
    cloud = Cloud(Settings())

    def ask(method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> bytes:
        named = SIGNED | {name.replace("_", "-"): value for name, value in headers.items()}
        response = adapter.answer(
            cloud, Request(method, "https", "s3.amazonaws.com", path, query, named, Body(body))
        ).body
        assert isinstance(response, bytes)
        return response

    ask("PUT", "/a-bucket")
    upload_id = ask("POST", "/a-bucket/k", "uploads").partition(b"<UploadId>")[2].partition(b"<")[0].decode()
    ask("PUT", "/a-bucket/k", f"partNumber=1&uploadId={upload_id}", b"test")
    part = f"<Part><PartNumber>1</PartNumber><ETag>&quot;{hashlib.md5(b'test').hexdigest()}&quot;</ETag></Part>"
    document = f"<CompleteMultipartUpload>{part}</CompleteMultipartUpload>".encode()
    wrong = base64.b64encode(b"0" * 16).decode()
    assert b"BadDigest" in ask("POST", "/a-bucket/k", f"uploadId={upload_id}", document, content_md5=wrong)
    assert b"<CompleteMultipartUploadResult" in ask("POST", "/a-bucket/k", f"uploadId={upload_id}", document)
