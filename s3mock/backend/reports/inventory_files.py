"""The list of an inventory report as CSV, ORC or Parquet, and the schema that the manifest gives for it."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from s3mock.models.inventory import BOOLEAN, BUCKET, CSV, INTEGER, KEY, ORC, STRING, TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from s3mock.models.inventory import Column

    Row: TypeAlias = "Mapping[str, Any]"

EXTENSIONS = {"CSV": "csv.gz", "ORC": "orc", "Parquet": "parquet"}

_PARQUET_TYPES = {
    STRING: "binary {} (UTF8)",
    BOOLEAN: "boolean {}",
    INTEGER: "int64 {}",
    TIMESTAMP: "int64 {} (TIMESTAMP_MILLIS)",
}

_CSV_VALUES: Mapping[str, Callable[[Any], str]] = {
    STRING: str,
    BOOLEAN: lambda value: "true" if value else "false",
    INTEGER: str,
    TIMESTAMP: lambda value: value.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
}


def schema(file_format: str, columns: Sequence[Column]) -> str:
    """The fileSchema in a manifest (User Guide, "What is an S3 Inventory manifest?")."""
    if file_format == CSV:
        return ", ".join(column.name for column in columns)
    if file_format == ORC:
        return f"struct<{','.join(f'{column.snake}:{column.type}' for column in columns)}>"
    fields = (
        f"{'required' if column in (BUCKET, KEY) else 'optional'} {_PARQUET_TYPES[column.type].format(column.snake)};"
        for column in columns
    )
    return f"message s3.inventory {{ {' '.join(fields)} }}"


def content(file_format: str, columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """The content of the list file; each row maps the names of columns to values.

    CSV is gzipped, with every value in quotation marks, no header, and keys URL-encoded (User Guide, "S3 Inventory"): a
    slash as it is (User Guide, "Aggregate functions" of S3 Select), a blank as a plus
    (https://github.com/cloud-custodian/cloud-custodian/issues/1997).
    """
    if file_format == CSV:
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for row in rows:
            encoded = {**row, KEY.name: quote_plus(row[KEY.name], safe="/")}
            values = ((column, encoded.get(column.name)) for column in columns)
            writer.writerow("" if value is None else _CSV_VALUES[column.type](value) for column, value in values)
        return gzip.compress(text.getvalue().encode(), mtime=0)
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
