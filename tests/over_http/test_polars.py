"""polars, by its own client on Rust's object_store."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.over_http.place import Place

FRAME = pl.DataFrame({"day": [date(2026, 11, day % 3 + 1) for day in range(3000)], "x": range(3000)})


def client() -> tuple[str, str]:
    return "polars", pl.__version__


def test_files_are_written_and_scanned(place: Place, bucket: str) -> None:
    for name in ("parquet", "csv", "ndjson", "ipc"):
        url = f"s3://{bucket}/a b/{name}"
        getattr(FRAME.lazy(), f"sink_{name}")(url, storage_options=place.options)
        scanned = getattr(pl, f"scan_{name}")(url, storage_options=place.options)
        assert scanned.select(pl.col("x").filter(pl.col("x") > 2990).sum()).collect().item() == sum(range(2991, 3000))
    assert place.keys(bucket) == ["a b/csv", "a b/ipc", "a b/ndjson", "a b/parquet"]


def test_partitions_are_found_by_a_listing(place: Place, bucket: str) -> None:
    for (day,), part in FRAME.group_by("day"):
        for n, piece in enumerate(part.iter_slices(3)):
            piece.write_parquet(f"s3://{bucket}/t/day={day}/{n:04}.parquet", storage_options=place.options)
    assert len(place.keys(bucket)) == 1002
    scanned = pl.scan_parquet(f"s3://{bucket}/t/", hive_partitioning=True, storage_options=place.options)
    assert scanned.filter(pl.col("day") == date(2026, 11, 2)).select(pl.len()).collect().item() == 1000
    some = pl.scan_parquet(f"s3://{bucket}/t/*/0000.parquet", storage_options=place.options)
    assert some.collect().height == 9


def test_a_large_file_is_an_upload_of_parts(place: Place, bucket: str) -> None:
    pl.DataFrame({"x": range(6_000_000)}).write_parquet(
        f"s3://{bucket}/large", storage_options=place.options, compression="uncompressed", use_pyarrow=False
    )
    assert "-" in place.s3.head_object(Bucket=bucket, Key="large")["ETag"]
    assert pl.scan_parquet(f"s3://{bucket}/large", storage_options=place.options).select(
        pl.col("x").sum()
    ).collect().item() == sum(range(6_000_000))


def test_errors(place: Place, bucket: str) -> None:
    with pytest.raises(OSError, match=r"NoSuchBucket|not found|404"):
        pl.read_parquet("s3://no-such-bucket-here/a.parquet", storage_options=place.options)
    with pytest.raises(OSError, match=r"SignatureDoesNotMatch|403"):
        pl.read_parquet(f"s3://{bucket}/a.parquet", storage_options=place.options | {"aws_secret_access_key": "wrong"})
