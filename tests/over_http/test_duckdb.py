"""DuckDB, by its extension httpfs."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import duckdb
import pytest

from tests.over_http.place import ACCESS_KEY, REGION, SECRET_KEY, Place


def client() -> tuple[str, str]:
    return "DuckDB, httpfs", duckdb.__version__


@pytest.fixture
def database(place: Place) -> Iterator[Any]:
    """DuckDB with the extension, from its package on PyPI, and a secret."""
    (extension,) = (resources.files("duckdb_extension_httpfs") / "extensions").glob("**/httpfs.duckdb_extension")  # type: ignore[attr-defined]
    with duckdb.connect() as database:
        database.execute(f"LOAD '{extension}'")
        database.execute(
            f"CREATE SECRET here (TYPE s3, KEY_ID '{ACCESS_KEY}', SECRET '{SECRET_KEY}', REGION '{REGION}', "
            f"ENDPOINT '{place.address}', URL_STYLE 'path', USE_SSL false)"
        )
        yield database


def test_files_are_written_and_read(database: Any, bucket: str) -> None:
    for name in ("parquet", "csv", "json"):
        database.execute(f"COPY (SELECT range AS x FROM range(3000)) TO 's3://{bucket}/a b/{name}' (FORMAT {name})")
        read = f"read_{name}" if name != "json" else "read_json_auto"
        (total,) = database.execute(f"SELECT sum(x) FROM {read}('s3://{bucket}/a b/{name}')").fetchone()
        assert total == sum(range(3000))


def test_partitions_are_globbed(database: Any, place: Place, bucket: str) -> None:
    database.execute(
        f"COPY (SELECT range AS x, range % 3 AS part FROM range(3000)) TO 's3://{bucket}/set' "
        "(FORMAT parquet, PARTITION_BY (part))"
    )
    assert {key.split("/")[1] for key in place.keys(bucket)} == {"part=0", "part=1", "part=2"}
    for n in range(1010):
        place.s3.put_object(Bucket=bucket, Key=f"many/{n:04}.csv", Body=b"x\n1\n")
    query = f"SELECT count(*) FROM read_parquet('s3://{bucket}/set/*/*.parquet', hive_partitioning=true) WHERE part = 1"
    assert database.execute(query).fetchone() == (1000,)
    assert len(database.execute(f"FROM glob('s3://{bucket}/many/*.csv')").fetchall()) == 1010


def test_a_large_file_is_an_upload_of_parts(database: Any, place: Place, bucket: str) -> None:
    database.execute("SET s3_uploader_max_filesize='50GB'")  # parts of 5 MB
    database.execute(
        f"COPY (SELECT hash(range) AS x FROM range(2000000)) TO 's3://{bucket}/large' "
        "(FORMAT parquet, COMPRESSION uncompressed)"
    )
    assert "-" in place.s3.head_object(Bucket=bucket, Key="large")["ETag"]
    assert database.execute(f"SELECT count(DISTINCT x) FROM read_parquet('s3://{bucket}/large')").fetchone() == (
        2000000,
    )


def test_errors(database: Any, place: Place, bucket: str) -> None:
    with pytest.raises(duckdb.HTTPException, match="404"):
        database.execute(f"FROM read_parquet('s3://{bucket}/none')")
    with pytest.raises(duckdb.HTTPException, match="404"):
        database.execute("FROM read_csv('s3://no-such-bucket-here/a.csv')")
