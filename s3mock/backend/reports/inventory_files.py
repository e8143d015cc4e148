"""The files of an inventory report: the list as CSV, ORC or Parquet, and the schema that the manifest tells of it."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from s3mock.models.inventory import BOOLEAN, BUCKET, CSV, INTEGER, KEY, ORC, STRING, TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    from s3mock.models.inventory import Column

    Row: TypeAlias = "Mapping[str, Any]"

EXTENSIONS = {"CSV": "csv.gz", "ORC": "orc", "Parquet": "parquet"}

_OF_PARQUET = {
    STRING: "binary {} (UTF8)",
    BOOLEAN: "boolean {}",
    INTEGER: "int64 {}",
    TIMESTAMP: "int64 {} (TIMESTAMP_MILLIS)",
}


def schema(file_format: str, columns: Sequence[Column]) -> str:
    """Return what a manifest calls the fileSchema (User Guide, "What is an S3 Inventory manifest?")."""
    if file_format == CSV:
        return ", ".join(column.name for column in columns)
    if file_format == ORC:
        return f"struct<{','.join(f'{column.snake}:{column.type}' for column in columns)}>"
    fields = (
        f"{'required' if column in (BUCKET, KEY) else 'optional'} {_OF_PARQUET[column.type].format(column.snake)};"
        for column in columns
    )
    return f"message s3.inventory {{ {' '.join(fields)} }}"


def written(file_format: str, columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """Return the file that lists ``rows``, which have their values by the names of columns."""
    if file_format == CSV:
        return _csv(columns, rows)
    return _table(file_format, columns, rows)


def _csv(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """Return gzipped CSV: every value in quotation marks, no header, keys URL-encoded (User Guide, "S3 Inventory").

    That the slash stays in a key, and a blank is ``%20``, is assumed.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for row in rows:
        writer.writerow([quote(row[KEY.name]) if column is KEY else _text(row.get(column.name)) for column in columns])
    return gzip.compress(text.getvalue().encode(), mtime=0)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return str(value)


def _table(file_format: str, columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    # Not at the top: most reports are CSV, and pyarrow is optional.
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import orc, parquet  # noqa: PLC0415

    types = {STRING: pa.string(), BOOLEAN: pa.bool_(), INTEGER: pa.int64(), TIMESTAMP: pa.timestamp("ms", tz="UTC")}
    listed = list(rows)
    table = pa.table(
        [pa.array([row.get(column.name) for row in listed], types[column.type]) for column in columns],
        schema=pa.schema(
            [pa.field(column.snake, types[column.type], nullable=column not in (BUCKET, KEY)) for column in columns]
        ),
    )
    sink = io.BytesIO()
    (orc if file_format == ORC else parquet).write_table(table, sink)
    return sink.getvalue()
