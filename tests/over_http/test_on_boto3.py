"""smart_open, django-storages and awswrangler, which stand on boto3."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import awswrangler as wr
import boto3
import pandas as pd
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from smart_open import open as smart_open
from storages.backends.s3 import S3Storage

from tests.over_http.place import LARGE, TREE, Place


def client() -> tuple[str, str]:
    libraries = ("boto3", "smart_open", "django-storages", "awswrangler")
    return ", ".join(libraries), ", ".join(map(version, libraries))


def test_transfers_of_boto3(place: Place, bucket: str, tree: Any, tmp_path: Any) -> None:
    for name in TREE:
        place.s3.upload_file(str(tree / name), bucket, name, ExtraArgs={"ChecksumAlgorithm": "CRC32"})
    place.s3.copy({"Bucket": bucket, "Key": "large.bin"}, bucket, "copy")
    for name in [*TREE, "copy"]:
        place.s3.download_file(bucket, name, str(tmp_path / "got"), ExtraArgs={"ChecksumMode": "ENABLED"})
        assert (tmp_path / "got").read_bytes() == TREE.get(name, LARGE)


def test_smart_open(place: Place, bucket: str) -> None:
    parameters: Any = {"transport_params": {"client": place.s3}}
    with smart_open(f"s3://{bucket}/large.gz", "wb", **parameters) as stream:
        stream.write(os.urandom(6 * 1024 * 1024))
        stream.write(LARGE)
    with smart_open(f"s3://{bucket}/large.gz", "rb", **parameters) as stream:
        stream.seek(6 * 1024 * 1024 + 256)
        assert stream.read(256) == bytes(range(256))
    with smart_open(f"s3://{bucket}/a.txt", "w", encoding="utf-8", **parameters) as stream:
        stream.write("ä\nb\n")
    assert list(smart_open(f"s3://{bucket}/a.txt", encoding="utf-8", **parameters)) == ["ä\n", "b\n"]
    with pytest.raises(OSError, match="NoSuchKey"):
        smart_open(f"s3://{bucket}/none", "rb", **parameters)


def test_django_storages(place: Place, bucket: str) -> None:
    if not settings.configured:
        settings.configure()
    storage = S3Storage(
        bucket_name=bucket,
        endpoint_url=place.url,
        access_key=place.keywords["aws_access_key_id"],
        secret_key=place.keywords["aws_secret_access_key"],
        region_name=place.keywords["region_name"],
        file_overwrite=False,
    )
    names = [storage.save("ä b/c.txt", ContentFile(text)) for text in (b"one", b"two")]
    assert names[0] == "ä b/c.txt" != names[1]
    for name, text in zip(names, (b"one", b"two"), strict=True):
        with storage.open(name) as file:
            assert file.read() == text
    assert storage.size(names[0]) == 3
    assert storage.listdir("")[0] == ["ä b"]
    assert sorted(storage.listdir("ä b")[1]) == sorted(name.partition("/")[2] for name in names)
    with storage.open("large", "wb") as file:
        file.write(LARGE)
    assert place.body(bucket, "large") == LARGE
    storage.delete(names[0])
    assert not storage.exists(names[0])


@pytest.fixture
def session(place: Place) -> Iterator[boto3.Session]:
    """The session for awswrangler, which is pointed at the server."""
    wr.config.s3_endpoint_url = place.url
    keywords = place.keywords
    del keywords["endpoint_url"]
    yield boto3.Session(**keywords)
    wr.config.reset("s3_endpoint_url")


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_awswrangler(session: boto3.Session, place: Place, bucket: str) -> None:
    frame = pd.DataFrame({"x": range(3000), "part": [n % 3 for n in range(3000)]})
    wr.s3.to_parquet(frame, f"s3://{bucket}/set/", dataset=True, partition_cols=["part"], boto3_session=session)
    read = wr.s3.read_parquet(f"s3://{bucket}/set/", dataset=True, boto3_session=session)
    assert sorted(read["x"]) == list(range(3000))
    wr.s3.to_csv(frame, f"s3://{bucket}/a.csv", index=False, boto3_session=session)
    assert len(wr.s3.read_csv(f"s3://{bucket}/a.csv", boto3_session=session)) == 3000
    assert len(wr.s3.list_objects(f"s3://{bucket}/set/*", boto3_session=session)) == 3
    assert wr.s3.size_objects(f"s3://{bucket}/a.csv", boto3_session=session)[f"s3://{bucket}/a.csv"] > 3000
    wr.s3.copy_objects([f"s3://{bucket}/a.csv"], f"s3://{bucket}/", f"s3://{bucket}/copy/", boto3_session=session)
    wr.s3.delete_objects(f"s3://{bucket}/set/", boto3_session=session)
    assert place.keys(bucket) == ["a.csv", "copy/a.csv"]
