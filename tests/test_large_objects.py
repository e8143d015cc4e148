"""What large objects cost a server's process beside their bytes. `make bench ARGS=large` is the same with 1 GiB."""

from __future__ import annotations

import errno
import gc
import os
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import large
from benchmarks.large import MEBIBYTE
from s3mock import mock_s3
from s3mock.backend.blobs import BlobStore
from tests.support.responses import refused
from tests.support.uploads import begin, complete

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

    from s3mock.server import S3MockServer

SIZE = 32 * MEBIBYTE
MOST = 16 * MEBIBYTE


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process's memory is Linux's")
@pytest.mark.parametrize("stored", ["memory", "folder"])
def test_no_operation_holds_an_object_beside_what_is_stored(tmp_path: Path, stored: str) -> None:
    used = large.measure(SIZE, str(tmp_path) if stored == "folder" else None)
    assert used.keys() == large.CASES.keys()
    assert {case: each.extra for case, each in used.items() if each.extra > MOST} == {}


def test_copies_share_the_file_of_their_source(tmp_path: Path) -> None:
    body = bytes(range(256)) * 8192
    with mock_s3(upload_part_min_size=1) as mock:
        mock.cloud.blobs = BlobStore(folder=tmp_path)
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="source", Body=body)
        s3.copy_object(Bucket="bucket", Key="copy", CopySource="bucket/source")
        upload_id = begin(s3, "bucket", "parts")
        parts = []
        for number, span in ((1, "0-999999"), (2, "1000000-1999999"), (3, f"2000000-{len(body) - 1}")):
            part = s3.upload_part_copy(
                Bucket="bucket",
                Key="parts",
                UploadId=upload_id,
                PartNumber=number,
                CopySource="bucket/copy",
                CopySourceRange=f"bytes={span}",
            )
            parts.append({"PartNumber": number, "ETag": part["CopyPartResult"]["ETag"]})
        complete(s3, "bucket", upload_id, parts, "parts")
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
        for key in ("source", "copy"):
            s3.delete_object(Bucket="bucket", Key=key)
        gc.collect()
        assert mock.cloud.blobs.take_dropped() == []
        assert s3.get_object(Bucket="bucket", Key="parts")["Body"].read() == body


def test_a_full_disk_is_507_and_the_object_stays_as_it_was(
    server: S3MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    server.cloud.blobs = BlobStore(folder=tmp_path)
    s3: S3Client = server.s3.client(region_name="us-east-1")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="key", Body=b"before")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with refused("InsufficientStorage", 507):
            s3.put_object(Bucket="bucket", Key="key", Body=bytes(100_000))
        s3.put_object(Bucket="bucket", Key="small", Body=b"kept in memory")
    assert s3.get_object(Bucket="bucket", Key="key")["Body"].read() == b"before"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    s3.put_object(Bucket="bucket", Key="key", Body=bytes(100_000))
