"""deltalake (delta-rs): tables whose commits are conditional writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import deltalake
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from tests.over_http.place import Place


def client() -> tuple[str, str]:
    return "deltalake", deltalake.__version__


def table(*numbers: int) -> pa.Table:
    return pa.table({"x": pa.array(numbers, pa.int64()), "part": pa.array([n % 2 for n in numbers], pa.int64())})


def numbers(url: str, options: dict[str, str], version: int | None = None) -> list[int]:
    read = DeltaTable(url, version=version, storage_options=options)
    return sorted(pa.table(read.to_pyarrow_table()).column("x").to_pylist())


def test_a_table_through_its_life(place: Place, bucket: str) -> None:
    url = f"s3://{bucket}/tables/a b"
    write_deltalake(url, table(1, 2, 3), partition_by=["part"], storage_options=place.options)
    write_deltalake(url, table(4), mode="append", storage_options=place.options)
    assert numbers(url, place.options) == [1, 2, 3, 4]
    assert numbers(url, place.options, version=0) == [1, 2, 3]
    delta = DeltaTable(url, storage_options=place.options)
    delta.delete("x = 2")
    delta.update({"x": "x + 10"}, predicate="x = 3")
    delta.merge(table(1, 7), "t.x = s.x", source_alias="s", target_alias="t").when_not_matched_insert_all().execute()
    assert numbers(url, place.options) == [1, 4, 7, 13]
    delta.optimize.compact()
    delta.create_checkpoint()
    delta.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    assert numbers(url, place.options) == [1, 4, 7, 13]
    assert len(delta.history()) >= 5
    write_deltalake(url, table(9), mode="overwrite", storage_options=place.options)
    assert numbers(url, place.options) == [9]


def test_writers_at_once_lose_nothing(place: Place, bucket: str) -> None:
    url = f"s3://{bucket}/contended"
    write_deltalake(url, table(-1), storage_options=place.options)

    def append(n: int) -> None:
        write_deltalake(url, table(n), mode="append", storage_options=place.options)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(16)))
    assert numbers(url, place.options) == list(range(-1, 16))
    assert DeltaTable(url, storage_options=place.options).version() == 16


def test_errors(place: Place, bucket: str) -> None:
    with pytest.raises(TableNotFoundError):
        DeltaTable(f"s3://{bucket}/none", storage_options=place.options)
    with pytest.raises((DeltaError, OSError)):
        write_deltalake("s3://no-such-bucket-here/t", table(1), storage_options=place.options)
