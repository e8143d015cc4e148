"""pyarrow, by AWS's SDK for C++."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv, dataset, fs, parquet

from tests.over_http.place import ACCESS_KEY, LARGE, REGION, SECRET_KEY, TREE, Place

TABLE = pa.table({"x": list(range(3000)), "part": [n % 3 for n in range(3000)]})


def client() -> tuple[str, str]:
    return "pyarrow", pa.__version__


@pytest.fixture
def files(place: Place) -> Any:
    return fs.S3FileSystem(
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        region=REGION,
        scheme="http",
        endpoint_override=place.address,
        allow_bucket_creation=True,
        allow_bucket_deletion=True,
    )


def test_files_are_written_read_copied_and_moved(files: Any, place: Place, bucket: str) -> None:
    for name, content in TREE.items():
        with files.open_output_stream(f"{bucket}/{name}", metadata={"Content-Type": "text/x-odd"}) as stream:
            stream.write(content)
    assert {key: place.body(bucket, key) for key in place.keys(bucket)} == TREE
    assert place.s3.head_object(Bucket=bucket, Key="plain.txt")["ContentType"] == "text/x-odd"
    with files.open_input_file(f"{bucket}/large.bin") as stream:
        assert stream.size() == len(LARGE)
        stream.seek(len(LARGE) - 7)
        assert stream.read() == b"the end"
        assert stream.read_at(256, 256) == bytes(range(256))
    assert files.open_input_stream(f"{bucket}/large.bin").read() == LARGE
    files.copy_file(f"{bucket}/large.bin", f"{bucket}/copy")
    files.move(f"{bucket}/copy", f"{bucket}/moved")
    assert place.body(bucket, "moved") == LARGE
    assert "copy" not in place.keys(bucket)


def test_folders(files: Any, place: Place) -> None:
    files.create_dir("made-by-pyarrow/a/b", recursive=True)
    assert place.keys("made-by-pyarrow") == ["a/", "a/b/"]
    with files.open_output_stream("made-by-pyarrow/a/b/c") as stream:
        stream.write(b"c")
    selector = fs.FileSelector("made-by-pyarrow", recursive=True)
    assert {(info.path, info.type.name) for info in files.get_file_info(selector)} == {
        ("made-by-pyarrow/a", "Directory"),
        ("made-by-pyarrow/a/b", "Directory"),
        ("made-by-pyarrow/a/b/c", "File"),
    }
    files.delete_dir_contents("made-by-pyarrow/a")
    assert files.get_file_info("made-by-pyarrow/a/b").type.name == "NotFound"
    files.delete_dir("made-by-pyarrow")
    assert files.get_file_info("made-by-pyarrow").type.name == "NotFound"


def test_datasets(files: Any, place: Place, bucket: str) -> None:
    dataset.write_dataset(
        TABLE, f"{bucket}/set", filesystem=files, format="parquet", partitioning=["part"], max_rows_per_file=50,
        max_rows_per_group=50, existing_data_behavior="overwrite_or_ignore",
    )  # fmt: skip
    assert len([key for key in place.keys(bucket) if key.endswith(".parquet")]) == 60
    read = dataset.dataset(f"{bucket}/set", filesystem=files, partitioning=["part"])
    assert read.to_table(filter=dataset.field("part") == 1).num_rows == 1000
    parquet.write_table(TABLE, f"{bucket}/a.parquet", filesystem=files)
    assert parquet.read_table(f"{bucket}/a.parquet", filesystem=files, columns=["x"]).num_rows == 3000
    with files.open_output_stream(f"{bucket}/a.csv") as stream:
        csv.write_csv(TABLE, stream)
    assert csv.read_csv(files.open_input_stream(f"{bucket}/a.csv")).num_rows == 3000


def test_errors(files: Any, bucket: str) -> None:
    with pytest.raises(FileNotFoundError, match="none"):
        files.open_input_file(f"{bucket}/none")
    with pytest.raises(OSError, match="no-such-bucket-here"):
        files.open_output_stream("no-such-bucket-here/a").write(b"x")
    with pytest.raises(OSError, match=r"does not exist|non-existing"):
        files.delete_file(f"{bucket}/none")
