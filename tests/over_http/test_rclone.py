"""rclone, by its S3 backend."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.over_http.place import ACCESS_KEY, LARGE, REGION, SECRET_KEY, TREE, Place, run

Rclone = Callable[..., str]


def client() -> tuple[str, str]:
    return "rclone", run("rclone", "--config=", "version", env={}).partition("rclone ")[2].split()[0]


@pytest.fixture
def rclone(place: Place, tmp_path: Path) -> Rclone:
    """Call rclone with the remote "s3:"."""
    settings = {
        "TYPE": "s3",
        "PROVIDER": "AWS",
        "ACCESS_KEY_ID": ACCESS_KEY,
        "SECRET_ACCESS_KEY": SECRET_KEY,
        "REGION": REGION,
        "ENDPOINT": place.url,
        "USE_UNSIGNED_PAYLOAD": "true",  # without it, it sends to AWS by HTTPS only
        "CHUNK_SIZE": "5Mi",
        "UPLOAD_CUTOFF": "5Mi",
    }
    env = {f"RCLONE_CONFIG_S3_{name}": value for name, value in settings.items()} | {
        "RCLONE_CONFIG": str(tmp_path / "rclone.conf"),
        "RCLONE_LOW_LEVEL_RETRIES": "1",
        "RCLONE_RETRIES": "1",
    }
    (tmp_path / "rclone.conf").touch()
    return lambda *words, **keywords: run("rclone", *words, env=env, **keywords)


def test_a_tree_is_copied_up_and_down(rclone: Rclone, place: Place, bucket: str, tree: Path, tmp_path: Path) -> None:
    rclone("copy", tree, f"s3:{bucket}/up", "--metadata")
    assert {key: place.body(bucket, key) for key in place.keys(bucket)} == {f"up/{k}": v for k, v in TREE.items()}
    assert "0 differences found" in rclone("check", tree, f"s3:{bucket}/up")
    assert "0 differences found" in rclone("check", tree, f"s3:{bucket}/up", "--download")
    rclone("copy", f"s3:{bucket}/up", tmp_path / "down")
    assert {name: (tmp_path / "down" / name).read_bytes() for name in TREE} == TREE
    assert json.loads(rclone("size", f"s3:{bucket}", "--json"))["bytes"] == sum(map(len, TREE.values()))
    assert place.s3.head_object(Bucket=bucket, Key="up/large.bin")["ETag"].endswith('-3"')


def test_a_sync_transfers_what_changed_and_removes_the_rest(
    rclone: Rclone, place: Place, bucket: str, tree: Path
) -> None:
    rclone("sync", tree, f"s3:{bucket}")
    (tree / "plain.txt").write_bytes(b"changed")
    (tree / "empty").unlink()
    printed = rclone("sync", tree, f"s3:{bucket}", "-v", "--checksum")
    assert "plain.txt: Copied" in printed
    assert "empty: Deleted" in printed
    assert "large.bin" not in printed
    assert place.body(bucket, "plain.txt") == b"changed"
    assert "There was nothing to transfer" in rclone("sync", tree, f"s3:{bucket}", "-v")
    assert "There was nothing to transfer" in rclone("sync", f"s3:{bucket}", tree, "-v")


def test_buckets_are_made_listed_and_purged(rclone: Rclone, place: Place, tree: Path) -> None:
    rclone("mkdir", "s3:made-by-rclone")
    assert "made-by-rclone" in rclone("lsd", "s3:")
    rclone("copy", tree, "s3:made-by-rclone")
    assert "BucketNotEmpty" in rclone("rmdir", "s3:made-by-rclone", status=1)
    rclone("purge", "s3:made-by-rclone")
    assert "made-by-rclone" not in rclone("lsd", "s3:")


def test_listings_go_on_over_pages(rclone: Rclone, place: Place, bucket: str) -> None:
    names = [f"d{n % 3}/{n:04}" for n in range(1010)]
    for name in names:
        place.s3.put_object(Bucket=bucket, Key=name)
    assert sorted(rclone("lsf", "-R", "--files-only", f"s3:{bucket}").split()) == sorted(names)
    assert sorted(rclone("lsf", "-R", "--files-only", f"s3:{bucket}", "--s3-list-chunk=100").split()) == sorted(names)
    for version in ("1", "2"):
        assert rclone("lsf", f"s3:{bucket}", f"--s3-list-version={version}").split() == ["d0/", "d1/", "d2/"]
    rclone("delete", f"s3:{bucket}/d0", "--fast-list")
    assert len(place.keys(bucket)) == sum(not name.startswith("d0") for name in names)


def test_metadata_times_and_hashes(rclone: Rclone, place: Place, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    place.s3.head_bucket(Bucket=bucket)
    rclone(
        "copyto", tmp_path / "a.txt", f"s3:{bucket}/a.txt", "--metadata", "--metadata-set", "colour=blue",
        "--metadata-set", "cache-control=no-store", "--header-upload", "Content-Language: de",
        "--s3-storage-class", "STANDARD_IA", "--header-upload", "x-amz-tagging: a=b",
    )  # fmt: skip
    head = place.s3.head_object(Bucket=bucket, Key="a.txt")
    assert (head["Metadata"]["colour"], head["CacheControl"], head["ContentLanguage"], head["StorageClass"]) == (
        "blue", "no-store", "de", "STANDARD_IA"
    )  # fmt: skip
    assert place.s3.get_object_tagging(Bucket=bucket, Key="a.txt")["TagSet"] == [{"Key": "a", "Value": "b"}]
    rclone("touch", f"s3:{bucket}/a.txt", "-t", "2020-02-03T04:05:06")
    listed = json.loads(rclone("lsjson", f"s3:{bucket}", "--metadata", "--hash"))[0]
    assert listed["ModTime"].startswith("2020-02-03T04:05:06")
    assert listed["Hashes"]["md5"] == "900150983cd24fb0d6963f7d28e17f72"
    assert listed["Metadata"]["colour"] == "blue"
    rclone("settier", "GLACIER", f"s3:{bucket}/a.txt")
    assert "GLACIER" in rclone("lsf", "--format", "pT", f"s3:{bucket}")
    rclone("backend", "restore", f"s3:{bucket}", "-o", "priority=Standard", "-o", "lifetime=1")
    assert "Restore" in rclone("backend", "restore-status", f"s3:{bucket}")


def test_copies_and_moves_are_made_by_the_server(rclone: Rclone, place: Place, bucket: str) -> None:
    place.s3.put_object(Bucket=bucket, Key="large", Body=LARGE, Metadata={"kept": "yes"})
    place.s3.put_object(Bucket=bucket, Key="small", Body=b"small")
    rclone("copyto", f"s3:{bucket}/large", f"s3:{bucket}/copy", "--s3-copy-cutoff=5Mi", "--metadata")
    rclone("moveto", f"s3:{bucket}/small", f"s3:{bucket}/m\u00f6ved & gone")
    assert place.keys(bucket) == ["copy", "large", "m\u00f6ved & gone"]
    assert place.body(bucket, "copy") == LARGE
    assert place.s3.head_object(Bucket=bucket, Key="copy")["Metadata"]["kept"] == "yes"
    assert place.s3.head_object(Bucket=bucket, Key="copy")["ETag"].endswith('-3"')


def test_streams_and_ranges(rclone: Rclone, place: Place, bucket: str) -> None:
    rclone("rcat", f"s3:{bucket}/small", input=b"0123456789")
    rclone("rcat", f"s3:{bucket}/large", "--streaming-upload-cutoff=1", input=LARGE)
    assert place.body(bucket, "large") == LARGE
    assert rclone("cat", f"s3:{bucket}/small", "--offset=2", "--count=3") == "234"
    assert rclone("cat", f"s3:{bucket}/small", "--tail=2") == "89"


def test_versions(rclone: Rclone, place: Place, bucket: str) -> None:
    assert "Enabled" in rclone("backend", "versioning", f"s3:{bucket}", "Enabled")
    rclone("rcat", f"s3:{bucket}/a.txt", input=b"one")
    rclone("deletefile", f"s3:{bucket}/a.txt")
    assert rclone("lsf", f"s3:{bucket}") == ""
    old = rclone("lsf", f"s3:{bucket}", "--s3-versions").rstrip()
    assert old.startswith("a-v20")
    assert rclone("cat", f"s3:{bucket}/{old}", "--s3-versions") == "one"
    rclone("backend", "cleanup-hidden", f"s3:{bucket}")
    assert rclone("lsf", f"s3:{bucket}", "--s3-versions") == ""


def test_uploads_that_were_left_are_listed_and_removed(rclone: Rclone, place: Place, bucket: str) -> None:
    place.s3.create_multipart_upload(Bucket=bucket, Key="left")
    uploads: Any = json.loads(rclone("backend", "list-multipart-uploads", f"s3:{bucket}"))
    assert [upload["Key"] for upload in uploads[bucket]] == ["left"]
    rclone("backend", "cleanup", f"s3:{bucket}", "-o", "max-age=0s")
    assert "Uploads" not in place.s3.list_multipart_uploads(Bucket=bucket)


def test_a_link_is_presigned(rclone: Rclone, place: Place, bucket: str) -> None:
    place.s3.put_object(Bucket=bucket, Key="a b", Body=b"linked")
    link = rclone("link", f"s3:{bucket}/a b", "--expire=1h").split()[-1]
    assert urllib.request.urlopen(link).read() == b"linked"


def test_keys_of_customers(rclone: Rclone, place: Place, bucket: str) -> None:
    key = ("--s3-sse-customer-algorithm=AES256", "--s3-sse-customer-key=" + "k" * 32)
    rclone("rcat", f"s3:{bucket}/secret", *key, input=LARGE)
    rclone("copyto", f"s3:{bucket}/secret", f"s3:{bucket}/copy", *key)
    assert rclone("cat", f"s3:{bucket}/copy", "--offset=-7", *key) == "the end"
    assert "stored using a form of Server Side Encryption" in rclone("cat", f"s3:{bucket}/copy", status=1)


@pytest.mark.parametrize("flag", ["v2-auth", "use-data-integrity-protections=true", "no-head", "provider=Minio"])
def test_other_ways_to_sign(rclone: Rclone, place: Place, tree: Path, flag: str) -> None:
    rclone("mkdir", "s3:signed", f"--s3-{flag}")
    rclone("copy", tree, "s3:signed", f"--s3-{flag}")
    assert sorted(rclone("lsf", "-R", "--files-only", "s3:signed", f"--s3-{flag}").splitlines()) == sorted(TREE)
    assert rclone("cat", "s3:signed/plain.txt", f"--s3-{flag}") == "plain\n"
    rclone("purge", "s3:signed", f"--s3-{flag}")


def test_errors(rclone: Rclone, place: Place, bucket: str, tmp_path: Path) -> None:
    assert "NoSuchBucket" in rclone("rcat", "s3:no-such-bucket-here/a", "--s3-no-check-bucket", status=1, input=b"x")
    assert "SignatureDoesNotMatch" in rclone("lsf", f"s3:{bucket}", "--s3-secret-access-key=wrong", status=1)
    assert "directory not found" in rclone("lsf", "s3:no-such-bucket-here", status=3)
