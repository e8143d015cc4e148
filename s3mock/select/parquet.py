"""The records of Parquet: rows, read by pyarrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from s3mock.errors import S3Error
from s3mock.select import timestamps
from s3mock.select.content import Content, File
from s3mock.select.timestamps import DAY, Timestamp
from s3mock.select.values import Value

CODECS = frozenset({"UNCOMPRESSED", "GZIP", "SNAPPY"})
"""The compressions of columns (API page SelectObjectContent)."""

ROW_GROUP_LIMIT = 512 << 20
"""The bytes of a row group, uncompressed (User Guide, Requirements and limits)."""

Convert = Callable[[Any], Value]


def records(content: Content, start: int, stop: int) -> Iterator[tuple[dict[str, Value], int]]:
    """The rows of the row groups that begin at ``start`` or later, and before ``stop``, with the position after them.

    Raises ParquetParsingError, ParquetUnsupportedCompressionCodec, UnsupportedParquetType, OverMaxParquetBlockSize.
    """
    try:
        file = pyarrow.parquet.ParquetFile(_file(content))
        groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
        chunks = [[group.column(index) for index in range(group.num_columns)] for group in groups]
        for group, columns in zip(groups, chunks, strict=True):
            _check(group, columns)
        names = file.schema_arrow.names
        converters = [_converter(field.type) for field in file.schema_arrow]
        for index, columns in enumerate(chunks):
            begins = [column.dictionary_page_offset or column.data_page_offset for column in columns]
            ends = [begin + column.total_compressed_size for begin, column in zip(begins, columns, strict=True)]
            if not start <= min(begins, default=0) < stop:
                continue
            after = max(ends, default=0)
            for batch in file.iter_batches(row_groups=[index]):
                values = []
                for column, convert in zip(batch.columns, converters, strict=True):
                    nanoseconds = pa.types.is_timestamp(column.type) and column.type.unit == "ns"
                    plain = column.cast(pa.int64()) if nanoseconds else column  # Python's datetime has microseconds
                    values.append([convert(value) for value in plain.to_pylist()])
                for row in zip(*values, strict=True):
                    yield dict(zip(names, row, strict=True)), after
    except (pa.ArrowException, OSError, ValueError):
        raise S3Error("ParquetParsingError") from None


def _file(content: Content) -> Any:
    return pa.BufferReader(content) if isinstance(content, bytes) else pa.PythonFile(File(content), mode="r")


def _check(group: Any, columns: list[Any]) -> None:
    """Refuse a row group that S3 does not read."""
    if group.total_byte_size > ROW_GROUP_LIMIT:
        raise S3Error("OverMaxParquetBlockSize")
    for column in columns:
        if column.compression not in CODECS:
            raise S3Error("ParquetUnsupportedCompressionCodec")
        if column.physical_type == "INT96":  # User Guide, Data types
            raise S3Error("UnsupportedParquetType")


_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _converter(kind: Any) -> Convert:
    """From a value of a column's type, or None, to a value of a query. Raises UnsupportedParquetType."""
    types = pa.types
    if types.is_struct(kind):
        fields = {field.name: _converter(field.type) for field in kind}
        return _or_null(lambda value: {name: fields[name](member) for name, member in value.items()})
    if types.is_map(kind):
        of_item = _converter(kind.item_type)
        return _or_null(lambda value: {str(name): of_item(item) for name, item in value})
    if types.is_list(kind) or types.is_large_list(kind):
        of_element = _converter(kind.value_type)
        return _or_null(lambda value: [of_element(element) for element in value])
    if types.is_timestamp(kind):
        digits = _DIGITS[kind.unit]
        return _or_null(
            lambda value: (
                Timestamp(_EPOCH + timedelta(seconds=value // 1_000_000_000), fraction=f"{value % 1_000_000_000:09}")
                if isinstance(value, int)  # nanoseconds
                else timestamps.of(value, digits)
            )
        )
    for is_kind, convert in _PLAIN_TYPES:
        if is_kind(kind):
            return _or_null(convert)
    raise S3Error("UnsupportedParquetType")


def _or_null(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _same(value: Value) -> Value:
    return value


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise S3Error("UnsupportedParquetType") from None


_PLAIN_TYPES: tuple[tuple[Callable[[Any], bool], Convert], ...] = (
    (pa.types.is_boolean, _same),
    (pa.types.is_integer, _same),
    (pa.types.is_floating, _same),
    (pa.types.is_decimal, _same),
    (pa.types.is_string, _same),
    (pa.types.is_large_string, _same),
    (pa.types.is_dictionary, _same),
    (pa.types.is_null, _same),
    (pa.types.is_date, lambda day: Timestamp(datetime(day.year, day.month, day.day, tzinfo=timezone.utc), DAY)),
    (pa.types.is_binary, _text),
)
"""The types that are not nested (User Guide, Data types, Supported Parquet types), and how their values convert."""
