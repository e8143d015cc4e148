"""Native clients that read and write tables: ``python -m tests.support.native_clients deltalake 100`` runs one often.

Each run gets a number, and writes to places of its own. With a server in a process of its own none may ever hang.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3mock import S3MockServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3mock import S3

ROWS = 1000


def polars(s3: S3, number: int) -> None:
    """Write Parquet and CSV; read them, and explain a query, which holds the GIL in some versions."""
    import polars as pl  # noqa: PLC0415

    options = s3.polars_storage_options()
    frame = pl.DataFrame({"x": range(ROWS)})
    frame.write_parquet(f"s3://tables/polars/{number}.parquet", storage_options=options)
    frame.lazy().sink_csv(f"s3://tables/polars/{number}.csv", storage_options=options)
    read = pl.read_parquet(f"s3://tables/polars/{number}.parquet", storage_options=options)
    assert read["x"].sum() == ROWS * (ROWS - 1) // 2
    lazy = pl.scan_csv(f"s3://tables/polars/{number}.csv", storage_options=options).select(pl.len())
    assert lazy.explain()
    assert lazy.collect().item() == ROWS


def pyarrow(s3: S3, number: int) -> None:
    """Write Parquet and a dataset, and read both."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import dataset, parquet  # noqa: PLC0415

    files = s3.pyarrow_filesystem()
    table = pa.table({"x": list(range(ROWS)), "part": [row % 3 for row in range(ROWS)]})
    parquet.write_table(table, f"tables/pyarrow/{number}.parquet", filesystem=files)
    assert parquet.read_table(f"tables/pyarrow/{number}.parquet", filesystem=files).equals(table)
    folder = f"tables/pyarrow/{number}"
    dataset.write_dataset(table, folder, format="parquet", partitioning=["part"], filesystem=files)
    assert dataset.dataset(folder, filesystem=files, partitioning=["part"]).count_rows() == ROWS


def deltalake(s3: S3, number: int) -> None:
    """Write a table twice, read it, and do what holds the GIL: is_deltatable, history, compact."""
    import pyarrow as pa  # noqa: PLC0415
    from deltalake import DeltaTable, write_deltalake  # noqa: PLC0415

    options, place = s3.polars_storage_options(), f"s3://tables/delta/{number}"
    assert not DeltaTable.is_deltatable(place, storage_options=options)
    for _ in range(2):
        write_deltalake(place, pa.table({"x": list(range(ROWS))}), mode="append", storage_options=options)
    table = DeltaTable(place, storage_options=options)
    assert DeltaTable.is_deltatable(place, storage_options=options)
    assert len(table.history()) == 2
    assert table.to_pyarrow_table().num_rows == 2 * ROWS
    table.optimize.compact()
    table.delete("x < 10")
    assert table.to_pyarrow_table().num_rows == 2 * ROWS - 20


def duckdb(s3: S3, number: int) -> None:
    """Write Parquet and CSV, and read them."""
    import duckdb as db  # noqa: PLC0415
    import duckdb_extension_httpfs  # type: ignore[import-not-found]  # noqa: PLC0415

    folder = Path(duckdb_extension_httpfs.__file__).parent / "extensions"
    with db.connect() as connection:
        connection.execute(f"LOAD '{folder / f'v{db.__version__}' / 'httpfs.duckdb_extension'}'")
        connection.execute(s3.duckdb_secret_sql())
        for kind in "parquet", "csv":
            place = f"s3://tables/duckdb/{number}.{kind}"
            connection.execute(f"COPY (SELECT range AS x FROM range({ROWS})) TO '{place}'")
            assert connection.sql(f"SELECT sum(x) FROM '{place}'").fetchall() == [(ROWS * (ROWS - 1) // 2,)]


LIBRARIES: dict[Callable[[S3, int], Any], str] = {
    polars: "polars",
    pyarrow: "pyarrow",
    deltalake: "deltalake",
    duckdb: "duckdb_extension_httpfs",
}
"""The library that each needs."""
CLIENTS = {client.__name__: client for client, library in LIBRARIES.items() if find_spec(library)}
"""Those that can run here."""


def main(name: str, runs: int) -> None:
    """Run a client this number of times against one server in a process of its own."""
    with S3MockServer(process=True, buckets="tables") as server:
        for number in range(runs):
            CLIENTS[name](server.s3, number)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
