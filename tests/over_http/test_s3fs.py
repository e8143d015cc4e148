"""s3fs, by aiobotocore and aiohttp."""

from __future__ import annotations

import urllib.request
from typing import Any

import pandas as pd
import pytest
import s3fs

from tests.over_http.place import ACCESS_KEY, LARGE, SECRET_KEY, TREE, Place


def client() -> tuple[str, str]:
    return "s3fs", s3fs.__version__


OPTIONS: dict[str, Any] = {
    "key": ACCESS_KEY,
    "secret": SECRET_KEY,
    "skip_instance_cache": True,
    "use_listings_cache": False,
}


@pytest.fixture
def files(place: Place) -> Any:
    return s3fs.S3FileSystem(endpoint_url=place.url, **OPTIONS)


def test_a_tree_is_put_and_got(files: Any, place: Place, bucket: str, tree: Any, tmp_path: Any) -> None:
    files.put(f"{tree}/", f"{bucket}/up/", recursive=True, chunksize=5 * 1024 * 1024)
    assert {key: place.body(bucket, key) for key in place.keys(bucket)} == {f"up/{k}": v for k, v in TREE.items()}
    files.get(f"{bucket}/up/", f"{tmp_path}/down/", recursive=True)
    assert {name: (tmp_path / "down" / name).read_bytes() for name in TREE} == TREE
    assert files.find(bucket) == sorted(f"{bucket}/up/{name}" for name in TREE)
    assert files.glob(f"{bucket}/up/*.txt") == [f"{bucket}/up/plain.txt"]
    assert files.du(bucket) == sum(map(len, TREE.values()))
    files.cp(f"{bucket}/up/large.bin", f"{bucket}/copy")
    files.mv(f"{bucket}/copy", f"{bucket}/moved")
    assert files.cat_file(f"{bucket}/moved", start=-7) == b"the end"
    files.rm(f"{bucket}/up", recursive=True)
    assert place.keys(bucket) == ["moved"]


def test_files_are_opened(files: Any, place: Place, bucket: str) -> None:
    with files.open(f"{bucket}/a", "wb", block_size=5 * 1024 * 1024, Metadata={"colour": "blue"}) as stream:
        stream.write(LARGE)
    assert place.body(bucket, "a") == LARGE
    assert files.metadata(f"{bucket}/a") == {"colour": "blue"}
    with files.open(f"{bucket}/a", "rb") as stream:
        stream.seek(-7, 2)
        assert stream.read() == b"the end"
    files.setxattr(f"{bucket}/a", shape="round")
    assert files.getxattr(f"{bucket}/a", "shape") == "round"
    files.pipe_file(f"{bucket}/small", b"small")
    assert urllib.request.urlopen(files.sign(f"{bucket}/small")).read() == b"small"
    with files.open(f"{bucket}/small", "ab") as stream:
        stream.write(b" and more")
    assert files.cat(f"{bucket}/small") == b"small and more"
    with pytest.raises(FileExistsError):
        files.pipe_file(f"{bucket}/small", b"again", mode="create")


def test_buckets_versions_and_errors(files: Any, place: Place, bucket: str) -> None:
    aware = s3fs.S3FileSystem(endpoint_url=place.url, version_aware=True, **OPTIONS)
    files.mkdir("made-by-s3fs")
    assert "made-by-s3fs" in files.ls("")
    files.make_bucket_versioned("made-by-s3fs", True)
    for body in (b"one", b"two"):
        files.pipe_file("made-by-s3fs/a", body)
    assert len(aware.object_version_info("made-by-s3fs/a")) == 2
    with pytest.raises(OSError, match="not empty"):
        files.rmdir("made-by-s3fs")
    with pytest.raises(FileNotFoundError):
        files.info(f"{bucket}/none")
    with pytest.raises(FileNotFoundError):
        files.ls("no-such-bucket-here")


def test_pandas(place: Place, bucket: str) -> None:
    options = {"key": ACCESS_KEY, "secret": SECRET_KEY, "endpoint_url": place.url}
    frame = pd.DataFrame({"x": range(100)})
    frame.to_csv(f"s3://{bucket}/a.csv", index=False, storage_options=options)
    pd.testing.assert_frame_equal(pd.read_csv(f"s3://{bucket}/a.csv", storage_options=options), frame)
    frame.to_parquet(f"s3://{bucket}/a.parquet", storage_options=options)
    pd.testing.assert_frame_equal(pd.read_parquet(f"s3://{bucket}/a.parquet", storage_options=options), frame)
