"""s5cmd."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.over_http.place import LARGE, TREE, Place, run

S5cmd = Callable[..., str]


def client() -> tuple[str, str]:
    return "s5cmd", run("s5cmd", "version", env={}).split("-")[0]


@pytest.fixture
def s5cmd(place: Place) -> S5cmd:
    """Call s5cmd."""
    return lambda *words, **keywords: run(
        "s5cmd", "--endpoint-url", place.url, "--retry-count=0", *words, env=place.environment, **keywords
    )


def test_a_tree_is_copied_and_synced(s5cmd: S5cmd, place: Place, bucket: str, tree: Path, tmp_path: Path) -> None:
    s5cmd("cp", "--part-size=5", f"{tree}/", f"s3://{bucket}/up/")
    assert {key: place.body(bucket, key) for key in place.keys(bucket)} == {f"up/{k}": v for k, v in TREE.items()}
    assert place.s3.head_object(Bucket=bucket, Key="up/large.bin")["ETag"].endswith('-3"')
    s5cmd("cp", "--part-size=5", f"s3://{bucket}/up/*", f"{tmp_path}/down/")
    assert {name: (tmp_path / "down" / name).read_bytes() for name in TREE} == TREE
    (tree / "plain.txt").write_bytes(b"changed!")
    (tree / "empty").unlink()
    printed = s5cmd("sync", "--delete", "--size-only", f"{tree}/", f"s3://{bucket}/up/")
    assert len(printed.splitlines()) == 2
    assert place.body(bucket, "up/plain.txt") == b"changed!"
    assert "up/empty" not in place.keys(bucket)


def test_buckets(s5cmd: S5cmd, tree: Path) -> None:
    s5cmd("mb", "s3://made-by-s5cmd")
    assert "s3://made-by-s5cmd" in s5cmd("ls")
    s5cmd("cp", f"{tree}/plain.txt", "s3://made-by-s5cmd/a")
    assert "BucketNotEmpty" in s5cmd("rb", "s3://made-by-s5cmd", status=1)
    s5cmd("rm", "s3://made-by-s5cmd/*")
    s5cmd("rb", "s3://made-by-s5cmd")
    assert "made-by-s5cmd" not in s5cmd("ls")


def test_listings_go_on_over_pages(s5cmd: S5cmd, place: Place, bucket: str) -> None:
    for n in range(1010):
        place.s3.put_object(Bucket=bucket, Key=f"d{n % 3}/{n:04}", Body=b"x")
    assert len(s5cmd("ls", f"s3://{bucket}/*").splitlines()) == 1010
    assert [line.split()[-1] for line in s5cmd("ls", f"s3://{bucket}/").splitlines()] == ["d0/", "d1/", "d2/"]
    assert s5cmd("du", f"s3://{bucket}/*").startswith("1010 bytes in 1010 objects")
    assert len(s5cmd("rm", f"s3://{bucket}/*").splitlines()) == 1010
    assert place.keys(bucket) == []


def test_metadata(s5cmd: S5cmd, place: Place, bucket: str, tree: Path) -> None:
    s5cmd(
        "cp", "--metadata=colour=blue", "--cache-control=no-store", "--content-type=text/x-odd", "--sse=aws:kms",
        "--storage-class=STANDARD_IA", f"{tree}/plain.txt", f"s3://{bucket}/a",
    )  # fmt: skip
    head = place.s3.head_object(Bucket=bucket, Key="a")
    assert (head["Metadata"], head["CacheControl"], head["ContentType"]) == (
        {"colour": "blue"}, "no-store", "text/x-odd"
    )  # fmt: skip
    assert (head["StorageClass"], head["ServerSideEncryption"]) == ("STANDARD_IA", "aws:kms")
    shown = json.loads(s5cmd("head", f"s3://{bucket}/a"))
    assert shown["metadata"]["colour"] == "blue"
    assert shown["size"] == 6


def test_copies_moves_pipes_and_reads(s5cmd: S5cmd, place: Place, bucket: str) -> None:
    s5cmd("pipe", "--part-size=5", f"s3://{bucket}/a & b", input=LARGE)
    s5cmd("cp", f"s3://{bucket}/a & b", f"s3://{bucket}/copy")
    s5cmd("mv", f"s3://{bucket}/copy", f"s3://{bucket}/moved")
    assert place.keys(bucket) == ["a & b", "moved"]
    assert place.body(bucket, "moved") == LARGE
    place.s3.put_object(Bucket=bucket, Key="small", Body=b"small")
    assert s5cmd("cat", f"s3://{bucket}/small") == "small"
    link = s5cmd("presign", "--expire=1h", f"s3://{bucket}/small").strip()
    assert urllib.request.urlopen(link).read() == b"small"
    commands = f"cp s3://{bucket}/small s3://{bucket}/one\nrm 's3://{bucket}/a & b'\n"
    s5cmd("run", input=commands.encode())
    assert place.keys(bucket) == ["moved", "one", "small"]


def test_versions(s5cmd: S5cmd, place: Place, bucket: str) -> None:
    s5cmd("bucket-version", "--set=Enabled", f"s3://{bucket}")
    assert "Enabled" in s5cmd("bucket-version", f"s3://{bucket}")
    for body in (b"one", b"two"):
        s5cmd("pipe", f"s3://{bucket}/a", input=body)
    s5cmd("rm", f"s3://{bucket}/a")
    listed = [line.split() for line in s5cmd("ls", "--all-versions", f"s3://{bucket}/a").splitlines()]
    assert len(listed) == 3
    versions = [version["VersionId"] for version in place.s3.list_object_versions(Bucket=bucket)["Versions"]]
    assert {*versions} < {words[-1] for words in listed}
    assert [s5cmd("cat", f"--version-id={version}", f"s3://{bucket}/a") for version in versions] == ["two", "one"]
    s5cmd("rm", "--all-versions", f"s3://{bucket}/*")
    assert s5cmd("ls", "--all-versions", f"s3://{bucket}/*", status=1)


def test_select(s5cmd: S5cmd, place: Place, bucket: str) -> None:
    place.s3.put_object(Bucket=bucket, Key="a.csv", Body=b"x,y\n1,2\n3,4\n")
    printed = s5cmd("select", "csv", "--use-header=USE", "--query=SELECT s.y FROM s3object s", f"s3://{bucket}/a.csv")
    assert printed.split() == ["2", "4"]


def test_errors(s5cmd: S5cmd, bucket: str, tree: Path) -> None:
    assert "NoSuchBucket" in s5cmd("ls", "s3://no-such-bucket-here/", status=1)
    assert "NoSuchBucket" in s5cmd("cp", f"{tree}/plain.txt", "s3://no-such-bucket-here/", status=1)
    assert "no object found" in s5cmd("ls", f"s3://{bucket}/none*", status=1)
    assert "not found" in s5cmd("cat", f"s3://{bucket}/none", status=1)
