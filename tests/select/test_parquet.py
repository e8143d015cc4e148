"""Queries over Parquet that pyarrow wrote."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.support.responses import refused
from tests.support.select_client import AS_CSV, PARQUET, Data

pytestmark = pytest.mark.usefixtures("is_read")

ALL = "SELECT * FROM S3Object"


def written(columns: dict[str, Any], **options: Any) -> bytes:
    """A table as Parquet."""
    buffer = io.BytesIO()
    parquet.write_table(pa.table(columns), buffer, **{"compression": "snappy", **options})
    return buffer.getvalue()


def test_rows_have_the_types_of_their_columns(data: Data) -> None:
    moment = dt.datetime(2020, 2, 3, 4, 5, 6, 789000, tzinfo=dt.timezone.utc)
    columns = {
        "name": ["a", None],
        "small": pa.array([1, 2], pa.int8()),
        "price": [Decimal("1.50"), Decimal("2.25")],
        "ratio": [0.5, 1.5],
        "ok": [True, False],
        "day": [dt.date(2020, 2, 3), None],
        "ms": pa.array([moment, None], pa.timestamp("ms", "UTC")),
        "us": pa.array([moment, None], pa.timestamp("us")),
        "ns": pa.array([1_580_702_706_789_000_001, None], pa.timestamp("ns")),
        "raw": [b"bytes", b""],
        "many": [[1, 2], []],
        "kind": pa.array(["x", "y"]).dictionary_encode(),
    }
    data.put(written(columns))
    first, second = data.select(ALL, PARQUET).splitlines()
    assert json.loads(first) == {
        "name": "a",
        "small": 1,
        "price": 1.5,
        "ratio": 0.5,
        "ok": True,
        "day": "2020-02-03",
        "ms": "2020-02-03T04:05:06.789Z",
        "us": "2020-02-03T04:05:06.789000Z",
        "ns": "2020-02-03T04:05:06.789000001Z",
        "raw": "bytes",
        "many": [1, 2],
        "kind": "x",
    }
    assert json.loads(second)["name"] is None
    query = "SELECT s.small + 1, s.price, s.NAME FROM S3Object s WHERE s.ms < `2021T` AND s.ratio < 1 AND s.kind = 'x'"
    assert data.select(query, PARQUET, AS_CSV) == "2,1.50,a\n"
    assert data.select("SELECT SUM(price), COUNT(name) FROM S3Object", PARQUET, AS_CSV) == "3.75,1\n"
    assert data.select("SELECT s.many[1] FROM S3Object s", PARQUET, AS_CSV) == "2\n\n"
    with refused("UnrecognizedFormatException", 400):
        data.events("SELECT s.many FROM S3Object s", PARQUET, AS_CSV)


def test_nested_columns_are_objects_and_arrays(data: Data) -> None:
    kind = pa.struct([("x", pa.int64()), ("when", pa.timestamp("ms"))])
    moment = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)
    data.put(written({"o": pa.array([{"x": 1, "when": moment}], kind), "many": [[{"y": [1]}]]}))
    assert data.select('SELECT s.o.x, s.o."when" FROM S3Object s', PARQUET) == (
        '{"x":1,"when":"2020-01-01T00:00:00.000Z"}\n'
    )
    assert data.select("SELECT y FROM S3Object[*].many[*].y[*]", PARQUET) == "{}\n"
    assert data.select("SELECT * FROM S3Object[*].many[*]", PARQUET) == '{"y":[1]}\n'


@pytest.mark.parametrize("compression", ["none", "gzip", "snappy"])
def test_columns_can_be_compressed_with_gzip_or_snappy(data: Data, compression: str) -> None:
    body = written({"a": list(range(1000))}, compression=compression)
    events = data.put(body).events("SELECT COUNT(*) FROM S3Object", PARQUET)
    assert events[0] == {"Records": {"Payload": b'{"_1":1000}\n'}}
    assert events[1]["Stats"]["Details"] == {
        "BytesScanned": len(body),
        "BytesProcessed": len(body),
        "BytesReturned": 12,
    }


@pytest.mark.parametrize("compression", ["zstd", "brotli", "lz4"])
def test_other_codecs_are_refused(data: Data, compression: str) -> None:
    data.put(written({"a": [1]}, compression=compression))
    with refused("ParquetUnsupportedCompressionCodec", 400):
        data.events(ALL, PARQUET)


def test_unsupported_types_are_refused(data: Data) -> None:
    data.put(written({"a": pa.array([0], pa.timestamp("ns"))}, use_deprecated_int96_timestamps=True))
    with refused("UnsupportedParquetType", 400):
        data.events(ALL, PARQUET)
    for column in ([dt.time(1)], [dt.timedelta(1)], [[dt.time(1)]], [{"a": dt.time(1)}], [b"\xff"]):
        data.put(written({"a": column}))
        with refused("UnsupportedParquetType", 400):
            data.events(ALL, PARQUET)


def test_an_object_that_is_not_parquet_is_refused(data: Data) -> None:
    body = written({"a": [1, 2]})
    for wrong in (b"", b"a,b\n", body[:-4], b"PAR1" + body[4:-20] + b"\0" * 16 + b"PAR1"):
        data.put(wrong)
        with refused("ParquetParsingError", 400):
            data.events(ALL, PARQUET)


def test_a_scan_range_covers_the_row_groups_that_start_in_it(data: Data) -> None:
    body = written({"a": [f"{number:0100}" for number in range(100)]}, row_group_size=10, use_dictionary=False)
    data.put(body)
    query = "SELECT COUNT(*) FROM S3Object"
    step = 700
    counts = [
        int(data.select(query, PARQUET, AS_CSV, ScanRange={"Start": start, "End": start + step - 1}))
        for start in range(0, len(body), step)
    ]
    assert sum(counts) == 100
    assert {count % 10 for count in counts} == {0}
    assert len([count for count in counts if count]) > 1
