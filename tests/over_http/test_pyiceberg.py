"""pyiceberg, by its file systems on pyarrow and on s3fs."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from tests.over_http.place import ACCESS_KEY, REGION, SECRET_KEY, Place


def client() -> tuple[str, str]:
    return "pyiceberg", version("pyiceberg")


@pytest.mark.parametrize("files", ["pyarrow.PyArrowFileIO", "fsspec.FsspecFileIO"])
def test_a_table_through_its_life(place: Place, tmp_path: Path, files: str) -> None:
    bucket = f"iceberg-{files[:6].strip('.').lower()}"
    place.s3.create_bucket(Bucket=bucket)
    properties = {
        "uri": f"sqlite:///{tmp_path}/catalog.db",
        "warehouse": f"s3://{bucket}/house",
        "py-io-impl": f"pyiceberg.io.{files}",
        "s3.endpoint": place.url,
        "s3.access-key-id": ACCESS_KEY,
        "s3.secret-access-key": SECRET_KEY,
        "s3.region": REGION,
    }
    catalog = SqlCatalog("here", **properties)
    catalog.create_namespace("ns")
    rows = pa.table({"x": list(range(1000)), "name": [str(n % 3) for n in range(1000)]})
    table = catalog.create_table("ns.t", schema=rows.schema)
    table.append(rows)
    table.append(rows)
    assert table.scan(row_filter="x < 10").to_arrow().num_rows == 20
    first = table.snapshots()[0].snapshot_id
    table.delete("x >= 10")
    assert table.scan().to_arrow().num_rows == 20
    assert table.scan(snapshot_id=first).to_arrow().num_rows == 1000
    with table.update_schema() as update:
        update.rename_column("name", "label")
    table.overwrite(rows.rename_columns(["x", "label"]))
    assert SqlCatalog("here", **properties).load_table("ns.t").scan().to_arrow().column_names == ["x", "label"]
    assert any(key.endswith(".metadata.json") for key in place.keys(bucket))
    catalog.drop_table("ns.t")
