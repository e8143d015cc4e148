"""minio-py."""

from __future__ import annotations

import io
import urllib.request
from datetime import datetime, timedelta, timezone
from typing import Any

import minio
import pytest
from minio import Minio
from minio.commonconfig import ENABLED, ComposeSource, CopySource, Filter, Tags
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule
from minio.versioningconfig import VersioningConfig

from tests.over_http.place import ACCESS_KEY, LARGE, REGION, SECRET_KEY, TREE, Place


def client() -> tuple[str, str]:
    return "minio-py", minio.__version__


@pytest.fixture
def files(place: Place) -> Any:
    return Minio(place.address, ACCESS_KEY, SECRET_KEY, region=REGION, secure=False)


def test_objects(files: Any, place: Place, bucket: str, tmp_path: Any) -> None:
    for name, content in TREE.items():
        files.put_object(bucket, name, io.BytesIO(content), len(content), metadata={"colour": "blue"})
    files.put_object(bucket, "streamed", io.BytesIO(LARGE), -1, part_size=5 * 1024 * 1024)
    assert {key: place.body(bucket, key) for key in place.keys(bucket)} == TREE | {"streamed": LARGE}
    files.fget_object(bucket, "large.bin", str(tmp_path / "got"))
    assert (tmp_path / "got").read_bytes() == LARGE
    assert files.get_object(bucket, "large.bin", offset=256, length=256).read() == bytes(range(256))
    assert files.stat_object(bucket, "plain.txt").metadata["x-amz-meta-colour"] == "blue"
    files.copy_object(bucket, "copy", CopySource(bucket, "plain.txt"))
    files.compose_object(bucket, "composed", [ComposeSource(bucket, "large.bin"), ComposeSource(bucket, "plain.txt")])
    assert place.body(bucket, "composed") == LARGE + TREE["plain.txt"]
    assert list(files.remove_objects(bucket, [DeleteObject(name) for name in TREE])) == []
    assert [found.object_name for found in files.list_objects(bucket)] == ["composed", "copy", "streamed"]


def test_listings_go_on_over_pages(files: Any, bucket: str) -> None:
    for n in range(1010):
        files.put_object(bucket, f"d{n % 3}/{n:04}", io.BytesIO(b"x"), 1)
    for v1 in (False, True):
        assert len(list(files.list_objects(bucket, recursive=True, use_api_v1=v1))) == 1010
        assert [found.object_name for found in files.list_objects(bucket, use_api_v1=v1)] == ["d0/", "d1/", "d2/"]


def test_signed_urls(files: Any, bucket: str) -> None:
    url = files.presigned_put_object(bucket, "a b", timedelta(hours=1))
    urllib.request.urlopen(urllib.request.Request(url, data=b"signed", method="PUT"))
    url = files.presigned_get_object(bucket, "a b", response_headers={"response-content-type": "text/x-odd"})
    answer = urllib.request.urlopen(url)
    assert (answer.read(), answer.headers["content-type"]) == (b"signed", "text/x-odd")


def test_configurations(files: Any, bucket: str) -> None:
    files.set_bucket_versioning(bucket, VersioningConfig(ENABLED))
    assert files.get_bucket_versioning(bucket).status == ENABLED
    for body in (b"one", b"two"):
        files.put_object(bucket, "a", io.BytesIO(body), 3)
    assert len(list(files.list_objects(bucket, include_version=True))) == 2
    tags = Tags()
    tags["team"] = "red"
    files.set_bucket_tags(bucket, tags)
    assert files.get_bucket_tags(bucket) == tags
    rule = Rule(ENABLED, rule_filter=Filter(prefix="logs/"), rule_id="x", expiration=Expiration(days=3))
    files.set_bucket_lifecycle(bucket, LifecycleConfig([rule]))
    read = files.get_bucket_lifecycle(bucket)
    assert read is not None
    assert read.rules[0].expiration is not None
    assert read.rules[0].expiration.days == 3
    files.make_bucket("locked-by-minio", object_lock=True)
    files.put_object("locked-by-minio", "a", io.BytesIO(b"x"), 1)
    files.enable_object_legal_hold("locked-by-minio", "a")
    assert files.is_object_legal_hold_enabled("locked-by-minio", "a")
    assert files.stat_object(bucket, "a").last_modified <= datetime.now(timezone.utc)


def test_errors(files: Any, bucket: str) -> None:
    with pytest.raises(S3Error, match="NoSuchKey"):
        files.get_object(bucket, "none")
    with pytest.raises(S3Error, match="NoSuchBucket"):
        files.put_object("no-such-bucket-here", "a", io.BytesIO(b"x"), 1)
    files.put_object(bucket, "a", io.BytesIO(b"x"), 1)
    with pytest.raises(S3Error, match="BucketNotEmpty"):
        files.remove_bucket(bucket)
