"""Records of Parquet: rows, read by pyarrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from s3mock.errors import S3Error
from s3mock.select import timestamps
from s3mock.select.timestamps import DAY, Timestamp
from s3mock.select.values import Value

CODECS = frozenset({"UNCOMPRESSED", "GZIP", "SNAPPY"})
"""How columns may be compressed (API page SelectObjectContent)."""

ROW_GROUP_LIMIT = 512 << 20
"""The bytes of a row group, uncompressed (User Guide, Requirements and limits)."""

_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}

Convert = Callable[[Any], Value]


def records(data: bytes, start: int, stop: int) -> Iterator[tuple[dict[str, Value], int]]:
    """Yield the rows of the row groups that begin at ``start`` or later, and before ``stop``.

    Raises ParquetParsingError, ParquetUnsupportedCompressionCodec, UnsupportedParquetType, OverMaxParquetBlockSize.
    """
    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        _check(file)
        converters = [_converter(field.type) for field in file.schema_arrow]
        names = file.schema_arrow.names
        for group in range(file.metadata.num_row_groups):
            begin, end = _span(file.metadata.row_group(group))
            if start <= begin < stop:
                yield from _rows(file.read_row_group(group), names, converters, end)
    except (pa.ArrowException, OSError, ValueError):
        raise S3Error("ParquetParsingError") from None


def _check(file: Any) -> None:
    metadata = file.metadata
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        if row_group.total_byte_size > ROW_GROUP_LIMIT:
            raise S3Error("OverMaxParquetBlockSize")
        for column in range(row_group.num_columns):
            chunk = row_group.column(column)
            if chunk.compression not in CODECS:
                raise S3Error("ParquetUnsupportedCompressionCodec")
            if chunk.physical_type == "INT96":  # User Guide, Data types
                raise S3Error("UnsupportedParquetType")


def _span(row_group: Any) -> tuple[int, int]:
    """Return where a row group begins and ends in the object."""
    chunks = [row_group.column(column) for column in range(row_group.num_columns)]
    begins = [chunk.dictionary_page_offset or chunk.data_page_offset for chunk in chunks]
    ends = [begin + chunk.total_compressed_size for begin, chunk in zip(begins, chunks, strict=True)]
    return min(begins, default=0), max(ends, default=0)


def _rows(table: Any, names: list[str], converters: list[Convert], end: int) -> Iterator[tuple[dict[str, Value], int]]:
    columns = [
        [convert(value) for value in _readable(column).to_pylist()]
        for column, convert in zip(table.columns, converters, strict=True)
    ]
    for row in zip(*columns, strict=True):
        yield dict(zip(names, row, strict=True)), end


def _readable(column: Any) -> Any:
    """Return a column that Python can read: nanoseconds become whole numbers."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pa.int64())
    return column


def _converter(kind: Any) -> Convert:
    """Return the function that makes a value of a column's type one of a query's. Raises UnsupportedParquetType."""
    convert = _present(kind)
    return lambda value: None if value is None else convert(value)


def _present(kind: Any) -> Convert:
    types = pa.types
    if types.is_struct(kind):
        fields = {field.name: _converter(field.type) for field in kind}
        return lambda value: {name: fields[name](member) for name, member in value.items()}
    if types.is_map(kind):
        of_item = _converter(kind.item_type)
        return lambda value: {str(name): of_item(item) for name, item in value}
    if types.is_list(kind) or types.is_large_list(kind):
        of_element = _converter(kind.value_type)
        return lambda value: [of_element(element) for element in value]
    if types.is_timestamp(kind):
        digits = _DIGITS[kind.unit]
        return lambda value: _nanoseconds(value) if isinstance(value, int) else timestamps.of(value, digits)
    for known, convert in _TYPES:
        if known(kind):
            return convert
    raise S3Error("UnsupportedParquetType")


def _nanoseconds(value: int) -> Timestamp:
    seconds, fraction = divmod(value, 1_000_000_000)
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
    return Timestamp(moment, fraction=f"{fraction:09}")


def _same(value: Value) -> Value:
    return value


def _day(value: date) -> Timestamp:
    return Timestamp(datetime(value.year, value.month, value.day, tzinfo=timezone.utc), DAY)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise S3Error("UnsupportedParquetType") from None


_TYPES: tuple[tuple[Callable[[Any], bool], Convert], ...] = (
    (pa.types.is_boolean, _same),
    (pa.types.is_integer, _same),
    (pa.types.is_floating, _same),
    (pa.types.is_decimal, _same),
    (pa.types.is_string, _same),
    (pa.types.is_large_string, _same),
    (pa.types.is_dictionary, _same),
    (pa.types.is_null, _same),
    (pa.types.is_date, _day),
    (pa.types.is_binary, _text),
)
"""The types that are not nested (User Guide, Data types, Supported Parquet types), and what becomes of their values."""
