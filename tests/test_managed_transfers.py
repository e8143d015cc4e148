"""boto3's managed transfers: files and streams are uploaded and downloaded, in parts and threads if they are large."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig

from s3mock import mock_s3
from tests.support.responses import refused
from tests.support.streams import Unseekable
from tests.support.uploads import etag_of, md5_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

MIB = 1 << 20
THRESHOLD = 8 * MIB
PATTERN = os.urandom(1 << 16)


def content_of(size: int) -> bytes:
    return (PATTERN * (size // len(PATTERN) + 1))[:size]


def parts_of(content: bytes, size: int = THRESHOLD) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@pytest.mark.parametrize(
    "size", [0, 1, THRESHOLD - 1, THRESHOLD, THRESHOLD + 1, 2 * THRESHOLD, 2 * THRESHOLD + 1], ids=str
)
def test_a_file_of_any_size_is_uploaded_and_downloaded(s3: S3Client, bucket: str, size: int, tmp_path: Path) -> None:
    content, source, target = content_of(size), tmp_path / "source", tmp_path / "target"
    source.write_bytes(content)
    s3.upload_file(str(source), bucket, "a-key")
    head = s3.head_object(Bucket=bucket, Key="a-key")
    expected = md5_of(content) if size < THRESHOLD else etag_of(*parts_of(content))
    assert (head["ContentLength"], head["ETag"]) == (size, expected)
    s3.download_file(bucket, "a-key", str(target))
    assert target.read_bytes() == content
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize("use_threads", [True, False])
def test_a_stream_is_uploaded_and_downloaded(s3: S3Client, bucket: str, use_threads: bool) -> None:
    content, config = content_of(13 * MIB + 5), TransferConfig(multipart_chunksize=5 * MIB, use_threads=use_threads)
    s3.upload_fileobj(io.BytesIO(content), bucket, "a-key", Config=config)
    assert s3.head_object(Bucket=bucket, Key="a-key")["ETag"] == etag_of(*parts_of(content, 5 * MIB))
    target = io.BytesIO()
    s3.download_fileobj(bucket, "a-key", target, Config=config)
    assert target.getvalue() == content


def test_a_stream_that_cannot_be_rewound_is_uploaded(s3: S3Client, bucket: str) -> None:
    content = content_of(9 * MIB)
    stream: Any = Unseekable(content)
    s3.upload_fileobj(stream, bucket, "a-key")
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == content


def test_a_managed_upload_sends_its_extra_arguments(s3: S3Client, bucket: str) -> None:
    extra = {"ContentType": "text/plain", "Metadata": {"colour": "blue"}, "ACL": "public-read"}
    s3.upload_fileobj(io.BytesIO(content_of(9 * MIB)), bucket, "a-key", ExtraArgs=extra)
    head = s3.head_object(Bucket=bucket, Key="a-key")
    assert (head["ContentType"], head["Metadata"]) == ("text/plain", {"colour": "blue"})
    assert len(s3.get_object_acl(Bucket=bucket, Key="a-key")["Grants"]) == 2


@pytest.mark.model("HeadObject.ChecksumType")
@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [
        (None, "COMPOSITE"),
        ("CRC32", "COMPOSITE"),
        ("CRC32C", "COMPOSITE"),
        ("SHA1", "COMPOSITE"),
        ("SHA256", "COMPOSITE"),
        ("CRC64NVME", "FULL_OBJECT"),
    ],
)
def test_a_managed_upload_has_the_requested_checksum(
    s3: S3Client, bucket: str, algorithm: str | None, kind: str
) -> None:
    content = content_of(11 * MIB)
    extra = {} if algorithm is None else {"ChecksumAlgorithm": algorithm}
    s3.upload_fileobj(io.BytesIO(content), bucket, "a-key", ExtraArgs=extra)
    head: Any = s3.head_object(Bucket=bucket, Key="a-key", ChecksumMode="ENABLED")
    assert head["ChecksumType"] == kind
    assert head[f"Checksum{algorithm or 'CRC32'}"].endswith("-2" if kind == "COMPOSITE" else "=")
    target = io.BytesIO()
    s3.download_fileobj(bucket, "a-key", target, ExtraArgs={"ChecksumMode": "ENABLED"})
    assert target.getvalue() == content


@pytest.mark.model("HeadObject.ChecksumType")
def test_a_wrong_full_object_checksum_fails_the_managed_upload(s3: S3Client, bucket: str) -> None:
    content = content_of(9 * MIB)
    s3.put_object(Bucket=bucket, Key="whole", Body=content)
    known = s3.head_object(Bucket=bucket, Key="whole", ChecksumMode="ENABLED")["ChecksumCRC32"]
    s3.upload_fileobj(io.BytesIO(content), bucket, "a-key", ExtraArgs={"ChecksumCRC32": known})
    head = s3.head_object(Bucket=bucket, Key="a-key", ChecksumMode="ENABLED")
    assert (head["ChecksumCRC32"], head["ChecksumType"]) == (known, "FULL_OBJECT")
    with pytest.raises(Exception, match="BadDigest"):
        s3.upload_fileobj(io.BytesIO(content), bucket, "a-key", ExtraArgs={"ChecksumCRC32": "AAAAAA=="})
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize("size", [100, 9 * MIB, 17 * MIB + 1], ids=str)
def test_a_managed_copy_is_the_same_in_parts_or_in_one_piece(s3: S3Client, bucket: str, size: int) -> None:
    content = content_of(size)
    s3.create_bucket(Bucket="other-bucket")
    s3.put_object(Bucket=bucket, Key="a key", Body=content)
    s3.copy({"Bucket": bucket, "Key": "a key"}, "other-bucket", "a-copy")
    response = s3.get_object(Bucket="other-bucket", Key="a-copy")
    assert response["Body"].read() == content
    assert response["ETag"] == (md5_of(content) if size < THRESHOLD else etag_of(*parts_of(content)))


def test_a_managed_copy_can_copy_an_old_version(s3: S3Client, versioned: str) -> None:
    old = content_of(9 * MIB)
    version_id = s3.put_object(Bucket=versioned, Key="a-key", Body=old)["VersionId"]
    s3.put_object(Bucket=versioned, Key="a-key", Body=b"new")
    s3.copy({"Bucket": versioned, "Key": "a-key", "VersionId": version_id}, versioned, "a-copy")
    assert s3.get_object(Bucket=versioned, Key="a-copy")["Body"].read() == old


def test_progress_reports_every_byte_once(s3: S3Client, bucket: str) -> None:
    size = 19 * MIB + 3
    content = content_of(size)
    transfers: list[Callable[[Any], None]] = [
        lambda callback: s3.upload_fileobj(io.BytesIO(content), bucket, "a-key", Callback=callback),
        lambda callback: s3.copy({"Bucket": bucket, "Key": "a-key"}, bucket, "a-copy", Callback=callback),
        lambda callback: s3.download_fileobj(bucket, "a-copy", io.BytesIO(), Callback=callback),
    ]
    for transfer in transfers:
        amounts: list[int] = []
        transfer(amounts.append)
        assert sum(amounts) == size


def test_resources_can_transfer_files(bucket: str, tmp_path: Path) -> None:
    content = content_of(9 * MIB)
    photos = boto3.resource("s3", "us-east-1").Bucket(bucket)
    (tmp_path / "source").write_bytes(content)
    photos.upload_file(str(tmp_path / "source"), "a-key")
    photos.Object("a-copy").copy({"Bucket": bucket, "Key": "a-key"})
    photos.download_file("a-copy", str(tmp_path / "target"))
    assert (tmp_path / "target").read_bytes() == content
    assert {summary.key: summary.size for summary in photos.objects.all()} == {"a-key": 9 * MIB, "a-copy": 9 * MIB}


def test_a_multipart_upload_works_through_the_resource(bucket: str) -> None:
    place = boto3.resource("s3", "us-east-1").Object(bucket, "a-key")
    upload = place.initiate_multipart_upload()
    etag = upload.Part(1).upload(Body=b"body")["ETag"]
    assert [part.part_number for part in upload.parts.all()] == [1]
    assert [begun.id for begun in place.Bucket().multipart_uploads.all()] == [upload.id]
    made = upload.complete(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert made.get()["Body"].read() == b"body"
    place.initiate_multipart_upload().abort()
    assert list(place.Bucket().multipart_uploads.all()) == []


def test_concurrent_transfers_are_independent(s3: S3Client, bucket: str) -> None:
    contents = {f"key-{number}": bytes([number]) * (9 * MIB) for number in range(6)}

    def there_and_back(key: str) -> bytes:
        s3.upload_fileobj(io.BytesIO(contents[key]), bucket, key)
        target = io.BytesIO()
        s3.download_fileobj(bucket, key, target)
        return target.getvalue()

    with ThreadPoolExecutor(4) as threads:
        assert dict(zip(contents, threads.map(there_and_back, contents), strict=True)) == contents


def test_an_object_that_changes_during_its_download_is_not_mixed(s3: S3Client, bucket: str) -> None:
    # s3transfer sends If-Match with every range.
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"1" * 30 * MIB)
    config = TransferConfig(max_concurrency=1, multipart_chunksize=5 * MIB)

    def change(_: int) -> None:
        s3.put_object(Bucket=bucket, Key="a-key", Body=b"2" * 30 * MIB)

    with pytest.raises(Exception, match="did not match expected ETag"):
        s3.download_fileobj(bucket, "a-key", io.BytesIO(), Config=config, Callback=change)


def test_a_managed_upload_to_a_missing_bucket_fails(s3: S3Client, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(content_of(9 * MIB))
    with pytest.raises(S3UploadFailedError, match="NoSuchBucket"):
        s3.upload_file(str(source), "no-bucket", "a-key")
    with refused("404", 404):
        s3.download_file("no-bucket", "a-key", str(source))


def test_small_parts_are_accepted_if_the_setting_allows_them() -> None:
    # s3transfer itself sends parts of at least 5 MiB; smaller ones come from manual uploads.
    with mock_s3(upload_part_min_size=256 * 1024) as mock:
        s3 = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        upload_id = s3.create_multipart_upload(Bucket="a-bucket", Key="a-key")["UploadId"]
        content = content_of(MIB)
        parts = []
        for number, body in enumerate(parts_of(content, 256 * 1024), 1):
            reply = s3.upload_part(Bucket="a-bucket", Key="a-key", UploadId=upload_id, PartNumber=number, Body=body)
            parts.append({"PartNumber": number, "ETag": reply["ETag"]})
        s3.complete_multipart_upload(
            Bucket="a-bucket", Key="a-key", UploadId=upload_id, MultipartUpload={"Parts": parts}
        )
        assert s3.get_object(Bucket="a-bucket", Key="a-key")["Body"].read() == content
