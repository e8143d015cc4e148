"""Libraries that reach S3 through s3fs: pandas, dask, zarr and universal-pathlib."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dask.bag
import numpy as np
import pandas as pd
import pytest
import s3fs
import zarr
from upath import UPath

from s3mock import mock_s3

pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture
def mock() -> Iterator[Any]:
    """A mock with the bucket "data"."""
    with mock_s3() as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="data")
        yield mock


def test_pandas_writes_and_reads_csv_and_parquet(mock: Any) -> None:
    # Without storage_options pandas reads Parquet by pyarrow's own S3, which is C++ and not seen.
    options: Any = {"storage_options": mock.storage_options()}
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    frame.to_csv("s3://data/table.csv", index=False, **options)
    frame.to_parquet("s3://data/table.parquet", **options)
    assert mock.client().get_object(Bucket="data", Key="table.csv")["Body"].read() == b"a,b\n1,x\n2,y\n"
    assert pd.read_csv("s3://data/table.csv", **options).equals(frame)
    assert pd.read_parquet("s3://data/table.parquet", **options).equals(frame)


def test_pandas_reads_csv_by_the_url_alone(mock: Any) -> None:
    s3fs.S3FileSystem.clear_instance_cache()
    mock.client().put_object(Bucket="data", Key="a.csv", Body=b"a,b\n1,2\n")
    assert pd.read_csv("s3://data/a.csv").to_dict("list") == {"a": [1], "b": [2]}


def test_dask_reads_what_boto3_wrote(mock: Any) -> None:
    for number in range(3):
        mock.client().put_object(Bucket="data", Key=f"{number}.txt", Body=f"line {number}\n".encode())
    lines = dask.bag.read_text("s3://data/*.txt", storage_options=mock.storage_options())
    assert sorted(lines.compute(scheduler="synchronous")) == ["line 0\n", "line 1\n", "line 2\n"]


def test_zarr_stores_an_array(mock: Any) -> None:
    values = np.arange(10_000).reshape(100, 100)
    array = zarr.create_array(
        "s3://data/array", shape=values.shape, chunks=(50, 50), dtype="i8", storage_options=mock.storage_options()
    )
    array[:] = values
    again: Any = zarr.open_array("s3://data/array", mode="r", storage_options=mock.storage_options())
    assert np.array_equal(again[:], values)
    assert mock.client().list_objects_v2(Bucket="data", Prefix="array/c/")["KeyCount"] == 4


def test_universal_pathlib_makes_reads_and_lists_paths(mock: Any) -> None:
    root = UPath("s3://data", **mock.storage_options())
    (root / "cats" / "tom").write_bytes(b"meow")
    assert (root / "cats" / "tom").read_text() == "meow"
    assert [path.name for path in (root / "cats").iterdir()] == ["tom"]
    (root / "cats" / "tom").unlink()
    assert not (root / "cats" / "tom").exists()
