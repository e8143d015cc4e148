"""s3fs shares the store with boto3, and no file system outlives its mock."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import fsspec
import pytest
import s3fs

from s3mock import mock_s3

pytestmark = pytest.mark.usefixtures("no_network")

CONTENT = b"y" * 12_000_000


def test_a_large_file_is_written_in_parts_and_read_by_ranges() -> None:
    with mock_s3() as mock:
        client = mock.client(region_name="us-east-1")
        files = s3fs.S3FileSystem(**mock.storage_options())
        files.mkdir("photos")
        with files.open("photos/big", "wb", block_size=5 << 20) as file:
            file.write(CONTENT)
        assert "-" in client.head_object(Bucket="photos", Key="big")["ETag"]
        assert files.cat("photos/big") == CONTENT
        assert files.cat_ranges(["photos/big"] * 2, [5, 0], [9, 2]) == [b"yyyy", b"yy"]
        with files.open("photos/big") as file:
            file.seek(11_999_998)
            assert file.read() == b"yy"


def test_the_journal_has_the_line_that_called_the_file_system() -> None:
    with mock_s3() as mock:
        files = s3fs.S3FileSystem(**mock.storage_options())
        mock.client(region_name="us-east-1").create_bucket(Bucket="photos")
        mock.requests.clear()
        line = sys._getframe().f_lineno + 1
        files.pipe("photos/cat", b"meow")
        assert files.cat("photos/cat") == b"meow"
        lines = [f"tests/clients/test_s3fs.py:{line}", f"tests/clients/test_s3fs.py:{line + 1}"]
        assert [mock.requests.of(operation)[-1].line for operation in ("PutObject", "GetObject")] == lines


def test_files_are_found_copied_moved_and_removed() -> None:
    with mock_s3() as mock:
        client = mock.client(region_name="us-east-1")
        client.create_bucket(Bucket="photos")
        client.put_object(Bucket="photos", Key="cats/tom", Body=b"meow")
        files = s3fs.S3FileSystem(**mock.storage_options())
        assert files.ls("photos") == ["photos/cats"]
        assert files.find("photos") == ["photos/cats/tom"]
        assert files.info("photos/cats/tom")["size"] == 4
        assert not files.exists("photos/dogs")
        files.copy("photos/cats/tom", "photos/dogs/rex")
        files.mv("photos/dogs/rex", "photos/dogs/max")
        assert client.get_object(Bucket="photos", Key="dogs/max")["Body"].read() == b"meow"
        files.rm("photos", recursive=True)
        assert client.list_buckets()["Buckets"] == []
        with pytest.raises(FileNotFoundError):
            files.cat("photos/cats/tom")


def test_a_file_system_without_the_mocks_options_needs_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(variable, raising=False)
    with mock_s3() as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="photos")
        for options in ({}, {"anon": False}, {"key": "a", "secret": "b"}):
            files = fsspec.filesystem("s3", skip_instance_cache=True, **options)
            files.pipe("photos/cat", b"meow")
            assert files.cat("photos/cat") == b"meow"


def test_the_file_systems_that_s3fs_keeps_are_forgotten_with_their_listings() -> None:
    for key in ("photos/cat", "photos/dog"):
        with mock_s3() as mock:
            mock.client(region_name="us-east-1").create_bucket(Bucket="photos")
            with fsspec.open(f"s3://{key}", "wb") as file:
                file.write(b"bytes")
            assert fsspec.filesystem("s3") is fsspec.filesystem("s3")
            assert fsspec.filesystem("s3").ls("photos") == [key]


def test_options_of_one_mock_find_nothing_of_another() -> None:
    for name in ("one", "two"):
        with mock_s3() as mock:
            files = s3fs.S3FileSystem(**mock.storage_options())
            files.mkdir(name)
            assert files.ls("") == [name]


def test_an_asynchronous_file_system() -> None:
    async def main(options: Any) -> None:
        files = s3fs.S3FileSystem(asynchronous=True, **options)
        session = await files.set_session()
        await files._mkdir("photos")
        await asyncio.gather(*(files._pipe_file(f"photos/{number}", b"x") for number in range(10)))
        assert len(await files._ls("photos")) == 10
        await session.close()

    with mock_s3() as mock:
        asyncio.run(main(mock.storage_options()))
