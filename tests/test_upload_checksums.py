"""The checksums of multipart uploads, and the conditions under which they are completed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from s3mock.models import checksums
from tests.support.digests import crc32_of, sha256_of
from tests.support.responses import refused, without_metadata
from tests.support.uploads import begin, complete, send

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# As in the recordings, except the small parts.
pytestmark = pytest.mark.settings(upload_part_min_size=1, bucket_defaults="current")

CRC32, SHA256 = "ChecksumCRC32", "ChecksumSHA256"
BODIES = (b"first", b"second")
PRECONDITION = "At least one of the pre-conditions you specified did not hold"
CONFLICT = "The conditional request cannot succeed due to a conflicting operation against this resource."


def composite_of(*bodies: bytes) -> str:
    digests = b"".join(hashlib.sha256(body).digest() for body in bodies)
    return f"{sha256_of(digests)}-{len(bodies)}"


@pytest.fixture
def of_parts(s3: S3Client, bucket: str) -> tuple[str, list[Any]]:
    """A COMPOSITE upload with SHA256, and its two parts for CompleteMultipartUpload."""
    upload_id = begin(s3, bucket, ChecksumAlgorithm="SHA256")
    parts = send(s3, bucket, upload_id, *BODIES, ChecksumAlgorithm="SHA256")
    return upload_id, [part | {SHA256: sha256_of(body)} for part, body in zip(parts, BODIES, strict=True)]


@pytest.fixture
def of_the_whole(s3: S3Client, bucket: str) -> tuple[str, list[Any]]:
    """A FULL_OBJECT upload with CRC32, and its two parts for CompleteMultipartUpload."""
    upload_id = begin(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    parts = send(s3, bucket, upload_id, *BODIES)
    return upload_id, [part | {CRC32: crc32_of(body)} for part, body in zip(parts, BODIES, strict=True)]


def test_a_composite_checksum_is_a_checksum_of_the_part_checksums(s3: S3Client, bucket: str, of_parts: Any) -> None:
    reply = complete(s3, bucket, *of_parts)
    assert (reply[SHA256], reply["ChecksumType"]) == (composite_of(*BODIES), "COMPOSITE")
    head = s3.head_object(Bucket=bucket, Key="a-key", ChecksumMode="ENABLED")
    assert (head["ChecksumSHA256"], head["ChecksumType"]) == (composite_of(*BODIES), "COMPOSITE")
    [listed] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert (listed["ChecksumAlgorithm"], listed["ChecksumType"]) == (["SHA256"], "COMPOSITE")


@pytest.mark.parametrize("name", ["SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"])
def test_the_newer_algorithms_make_composite_checksums(s3: S3Client, bucket: str, name: str) -> None:
    """As in versity/versitygw (pull 2102); botocore computes no MD5 by itself, so each value is given here."""
    algorithm, member = checksums.ALGORITHMS[name], f"Checksum{name}"
    values = [checksums.of(algorithm, [body]).value for body in BODIES]
    reply = s3.create_multipart_upload(Bucket=bucket, Key="a-key", ChecksumAlgorithm=name)  # type: ignore[arg-type]
    upload_id, parts = reply["UploadId"], []
    assert (reply["ChecksumAlgorithm"], reply["ChecksumType"]) == (name, "COMPOSITE")
    for number, (body, value) in enumerate(zip(BODIES, values, strict=True), 1):
        part: Any = {"Bucket": bucket, "Key": "a-key", "UploadId": upload_id, "PartNumber": number, "Body": body}
        sent: Any = s3.upload_part(**part | {member: value})
        assert sent[member] == value
        parts.append({"PartNumber": number, "ETag": sent["ETag"], member: value})
    listed: Any = s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id)["Parts"]
    assert [part[member] for part in listed] == values
    whole = complete(s3, bucket, upload_id, parts)[member]
    assert whole == checksums.composite(algorithm, values).value
    head: Any = s3.head_object(Bucket=bucket, Key="a-key", ChecksumMode="ENABLED")
    assert (head[member], head["ChecksumType"]) == (whole, "COMPOSITE")


def test_a_full_object_checksum_covers_all_bytes(s3: S3Client, bucket: str, of_the_whole: Any) -> None:
    reply = complete(s3, bucket, *of_the_whole)
    assert (reply[CRC32], reply["ChecksumType"]) == (crc32_of(b"".join(BODIES)), "FULL_OBJECT")
    response = s3.get_object(Bucket=bucket, Key="a-key", ChecksumMode="ENABLED")
    assert response["Body"].read() == b"".join(BODIES)  # botocore compares the checksum


def test_a_full_object_upload_can_omit_the_checksums_of_its_parts(s3: S3Client, bucket: str, of_the_whole: Any) -> None:
    upload_id, parts = of_the_whole
    for part in parts:
        del part[CRC32]
    assert complete(s3, bucket, upload_id, parts)[CRC32] == crc32_of(b"".join(BODIES))


def test_a_composite_upload_needs_the_checksum_of_every_part(s3: S3Client, bucket: str, of_parts: Any) -> None:
    upload_id, (first, second) = of_parts
    del second[SHA256]
    message = (
        "The upload was created using a sha256 checksum. The complete request must include the checksum for each part. "
        "It was missing for part 2 in the request."
    )
    with refused("InvalidRequest", 400, Message=message):
        complete(s3, bucket, upload_id, [first, second])


def test_the_parts_of_a_composite_upload_are_numbered_without_gaps_from_1(
    s3: S3Client, bucket: str, of_parts: Any
) -> None:
    # API page CompletedPart.
    upload_id, (first, second) = of_parts
    with refused("InvalidPartOrder", 400, UploadId=upload_id):
        complete(s3, bucket, upload_id, [second])
    complete(s3, bucket, upload_id, [first])


def test_a_wrong_checksum_of_a_part_is_an_invalid_part(
    s3: S3Client, bucket: str, of_parts: Any, of_the_whole: Any
) -> None:
    for (upload_id, (first, second)), wrong in (
        (of_parts, {SHA256: sha256_of(b"other")}),
        (of_the_whole, {CRC32: crc32_of(b"other")}),
    ):
        etag = second["ETag"].strip('"')
        with refused("InvalidPart", 400, UploadId=upload_id, PartNumber="2", ETag=etag):
            complete(s3, bucket, upload_id, [first, second | wrong])


def test_a_checksum_of_a_part_by_another_algorithm_is_a_bad_digest(
    s3: S3Client, bucket: str, of_the_whole: Any
) -> None:
    upload_id, (first, second) = of_the_whole
    message = "The sha256 you specified for part 1 did not match what we received."
    del first[CRC32]
    with refused("BadDigest", 400, Message=message):
        complete(s3, bucket, upload_id, [first | {SHA256: sha256_of(BODIES[0])}, second])


def test_a_part_has_one_valid_checksum(s3: S3Client, bucket: str, of_the_whole: Any) -> None:
    upload_id, (first, second) = of_the_whole
    message, crc, sha = "Invalid Base64 or multiple checksums present in request", first[CRC32], sha256_of(BODIES[0])
    for extra, value in (
        ({SHA256: sha}, f"CRC32:{crc};SHA256:{sha};"),
        ({CRC32: "no checksum"}, "no checksum"),
        ({CRC32: sha}, sha),
    ):
        with refused("InvalidArgument", 400, Message=message, ArgumentName="Checksum", ArgumentValue=value):
            complete(s3, bucket, upload_id, [first | extra, second])
    without_crc = {name: value for name, value in first.items() if name != CRC32}
    with refused("InvalidArgument", 400, Message=message, ArgumentName="Checksum", ArgumentValue="AAAA"):
        complete(s3, bucket, upload_id, [without_crc | {"ChecksumSHA512": "AAAA"}, second])


def test_parts_of_an_upload_without_an_algorithm_are_listed_without_checksums(s3: S3Client, bucket: str) -> None:
    # https://github.com/aws/aws-sdk-go-v2/issues/3005, https://github.com/aws/aws-sdk-java-v2/issues/6518
    upload_id = begin(s3, bucket)
    [part] = send(s3, bucket, upload_id, b"body")
    with refused("InvalidPart", 400):
        complete(s3, bucket, upload_id, [part | {CRC32: crc32_of(b"body")}])
    complete(s3, bucket, upload_id, [part])


def test_the_checksum_of_the_object_is_compared_if_the_request_has_it(
    s3: S3Client, bucket: str, of_parts: Any, of_the_whole: Any
) -> None:
    with refused("BadDigest", 400, Message="The sha256 you specified did not match the calculated checksum."):
        complete(s3, bucket, *of_parts, **{SHA256: composite_of(b"other", b"bodies")})
    with refused("BadDigest", 400, Message="The sha256 you specified did not match the calculated checksum."):
        complete(s3, bucket, *of_parts, **{SHA256: composite_of(*BODIES).replace("-2", "-3")})
    complete(s3, bucket, *of_parts, **{SHA256: composite_of(*BODIES)})
    # aws_recorded: test_multipart_parts_checksum_exceptions_full_object, of a wrong one and of one without its type
    for wrong in (
        {"ChecksumCRC32": crc32_of(b"other"), "ChecksumType": "FULL_OBJECT"},
        {"ChecksumSHA256": composite_of(*BODIES), "ChecksumType": "FULL_OBJECT"},
        {"ChecksumCRC32": crc32_of(b"".join(BODIES))},
    ):
        with refused("BadDigest", 400, Message="The crc32 you specified did not match the calculated checksum."):
            complete(s3, bucket, *of_the_whole, **wrong)
    complete(s3, bucket, *of_the_whole, ChecksumCRC32=crc32_of(b"".join(BODIES)), ChecksumType="FULL_OBJECT")


def test_the_part_count_of_a_composite_checksum_can_be_omitted(s3: S3Client, bucket: str, of_parts: Any) -> None:
    complete(s3, bucket, *of_parts, **{SHA256: composite_of(*BODIES).removesuffix("-2")})


@pytest.mark.parametrize("value", ["no checksum", "AAAA", "2H9+DA==-", "2H9+DA==-two", "2H9+DA==-1-2"])
def test_an_invalid_checksum_of_the_object_is_refused(s3: S3Client, bucket: str, of_the_whole: Any, value: str) -> None:
    message = "Value for x-amz-checksum-crc32 header is invalid."
    with refused("InvalidRequest", 400, Message=message):
        complete(s3, bucket, *of_the_whole, ChecksumCRC32=value)


def test_the_object_has_one_checksum_in_a_request(s3: S3Client, bucket: str, of_the_whole: Any) -> None:
    message = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
    with refused("InvalidRequest", 400, Message=message):
        complete(s3, bucket, *of_the_whole, ChecksumCRC32=crc32_of(b"a"), ChecksumSHA256=sha256_of(b"a"))


def test_the_checksum_type_is_that_of_the_created_upload(s3: S3Client, bucket: str, of_the_whole: Any) -> None:
    mode = "checksum mode. The complete request must use the same checksum mode."
    with refused("InvalidRequest", 400, Message=f"The upload was created using the FULL_OBJECT {mode}"):
        complete(s3, bucket, *of_the_whole, ChecksumType="COMPOSITE")
    with refused("InvalidRequest", 400, Message="Value for x-amz-checksum-type header is invalid."):
        complete(s3, bucket, *of_the_whole, ChecksumType="WHOLE")
    upload_id = begin(s3, bucket)
    parts = send(s3, bucket, upload_id, b"body")
    with refused("InvalidRequest", 400, Message=f"The upload was created using the null {mode}"):
        complete(s3, bucket, upload_id, parts, ChecksumType="FULL_OBJECT")


def test_an_upload_without_an_algorithm_gets_s3s_own_checksum(s3: S3Client, bucket: str) -> None:
    # versity/versitygw tests/integration, CompleteMultipartUpload_should_ignore_the_final_checksum.
    upload_id = begin(s3, bucket)
    parts = send(s3, bucket, upload_id, b"te", b"st")
    reply = complete(s3, bucket, upload_id, parts, ChecksumCRC64NVME="vqf3hRLTlJw=")
    assert reply["ChecksumCRC64NVME"] == "+bu+zv66sUM="


def test_boto3_can_be_configured_to_send_no_checksums(s3: S3Client, bucket: str) -> None:
    bare = boto3.client("s3", "us-east-1", config=Config(request_checksum_calculation="when_required"))
    upload_id = begin(bare, bucket)
    reply = bare.upload_part(Bucket=bucket, Key="a-key", UploadId=upload_id, PartNumber=1, Body=b"test")
    assert without_metadata(reply).keys() == {"ETag", "ServerSideEncryption"}
    reply = complete(bare, bucket, upload_id, [{"PartNumber": 1, "ETag": reply["ETag"]}])
    assert reply["ChecksumCRC64NVME"] == "+bu+zv66sUM="
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"test"


def put(s3: S3Client, bucket: str, body: bytes = b"test") -> str:
    return s3.put_object(Bucket=bucket, Key="a-key", Body=body)["ETag"]


def uploaded(s3: S3Client, bucket: str) -> tuple[str, list[Any]]:
    upload_id = begin(s3, bucket)
    return upload_id, send(s3, bucket, upload_id, b"test")


def test_an_upload_replaces_the_object_that_if_match_names(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_multipart_if_match_etag.
    etag = put(s3, bucket)
    first = complete(s3, bucket, *uploaded(s3, bucket), IfMatch=etag)["ETag"]
    upload = uploaded(s3, bucket)
    with refused("PreconditionFailed", 412, Message=PRECONDITION, Condition="If-Match"):
        complete(s3, bucket, *upload, IfMatch=etag)
    assert complete(s3, bucket, *upload, IfMatch=first)["ETag"] == first


@pytest.mark.parametrize("body", [b"other", b"test"])
def test_an_object_that_was_put_during_the_upload_is_a_conflict(s3: S3Client, bucket: str, body: bytes) -> None:
    # aws_recorded: test_multipart_if_match_with_put, ..._with_put_identical.
    before = put(s3, bucket)
    upload = uploaded(s3, bucket)
    during = put(s3, bucket, body)
    if during != before:
        with refused("PreconditionFailed", 412, Message=PRECONDITION, Condition="If-Match"):
            complete(s3, bucket, *upload, IfMatch=before)
    with refused("ConditionalRequestConflict", 409, Message=CONFLICT, Condition="If-Match", Key="a-key"):
        complete(s3, bucket, *upload, IfMatch=during)
    complete(s3, bucket, *uploaded(s3, bucket), IfMatch=during)


def test_a_key_deleted_during_the_upload_is_missing_and_then_a_conflict(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_multipart_if_match_with_delete.
    etag = put(s3, bucket)
    upload = uploaded(s3, bucket)
    s3.delete_object(Bucket=bucket, Key="a-key")
    with refused("NoSuchKey", 404, Message="The specified key does not exist.", Key="a-key"):
        complete(s3, bucket, *upload, IfMatch=etag)
    put(s3, bucket)
    with refused("ConditionalRequestConflict", 409, Message=CONFLICT, Condition="If-Match", Key="a-key"):
        complete(s3, bucket, *upload, IfMatch=etag)


def test_an_upload_can_require_a_new_key(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_multipart_if_none_match_with_delete, ..._with_put.
    put(s3, bucket)
    upload = uploaded(s3, bucket)
    with refused("PreconditionFailed", 412, Message=PRECONDITION, Condition="If-None-Match"):
        complete(s3, bucket, *upload, IfNoneMatch="*")
    s3.delete_object(Bucket=bucket, Key="a-key")
    with refused("ConditionalRequestConflict", 409, Message=CONFLICT, Condition="If-None-Match", Key="a-key"):
        complete(s3, bucket, *upload, IfNoneMatch="*")
    complete(s3, bucket, *uploaded(s3, bucket), IfNoneMatch="*")


@pytest.mark.parametrize(
    ("conditions", "header"),
    [
        ({"IfMatch": "*"}, "If-Match"),
        ({"IfNoneMatch": '"an-etag"'}, "If-None-Match"),
        ({"IfMatch": '"an-etag"', "IfNoneMatch": "*"}, "If-Match,If-None-Match"),
    ],
)
def test_other_conditions_are_not_implemented(
    s3: S3Client, bucket: str, conditions: dict[str, str], header: str
) -> None:
    upload = uploaded(s3, bucket)
    with refused("NotImplemented", 501) as refusal:
        complete(s3, bucket, *upload, **conditions)
    assert refusal.error["Header"] == header
