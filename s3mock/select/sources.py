"""The three kinds of objects, as a query sees them: records one after the other, and what their columns are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from s3mock.errors import S3Error
from s3mock.select import csv_records, json_records, missing_extra
from s3mock.select.output import Row
from s3mock.select.paths import Resolve, columns, members, rows
from s3mock.select.query import Query
from s3mock.select.request import CsvInput, JsonInput, ParquetInput


class Source(NamedTuple):
    """An object's records, each with the position behind it; how paths are resolved; and what ``*`` means."""

    records: Iterator[tuple[Any, int]]
    resolve: Resolve
    whole: Callable[[Any], Row]


def source(form: CsvInput | JsonInput | ParquetInput, query: Query, content: bytes, start: int, stop: int) -> Source:
    """Return the records of ``content`` that begin between ``start`` and ``stop``. Raises S3Error."""
    if isinstance(form, CsvInput):
        return _csv(form, query, content, start, stop)
    if isinstance(form, ParquetInput):
        values = _parquet(content, start, stop)
    elif form.lines:
        values = json_records.lines(content, start, stop)
    else:
        values = json_records.document(content, limited=not query.source)
    records = ((row, at) for value, at in values for row in rows(value, query.source))
    return Source(records, members(query.alias), _members)


def _csv(form: CsvInput, query: Query, content: bytes, start: int, stop: int) -> Source:
    if query.source:
        raise S3Error("InvalidKeyPath")  # "This form of the FROM clause works only with JSON objects."
    split = csv_records.splitter(form)
    header: list[str] = []
    if form.header != "NONE":
        # The header is the first line, wherever the scan begins (assumed).
        first, behind = next(csv_records.lines(content, form, 0, len(content)), ("", 0))
        header = split(first)
        start = max(start, behind) if start else behind
        if start >= stop:
            start = stop = len(content)
    records = ((split(line), at) for line, at in csv_records.lines(content, form, start, stop))
    if form.header != "USE":
        return Source(records, columns(query.alias, None), _numbered)
    return Source(records, columns(query.alias, header), lambda record: _named(record, header))


def _parquet(content: bytes, start: int, stop: int) -> Iterator[tuple[Any, int]]:
    try:
        from s3mock.select import parquet_records  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise missing_extra(error) from None
    return parquet_records.records(content, start, stop)


def _members(record: Any) -> Row:
    """Return the members of a record; one that has none is ``_1``."""
    return record.items() if isinstance(record, dict) else (("_1", record),)


def _numbered(record: Sequence[str]) -> Row:
    return [(f"_{place}", field) for place, field in enumerate(record, 1)]


def _named(record: Sequence[str], header: Sequence[str]) -> Row:
    """Return the fields under their names, and those that have none by their number."""
    surplus = [f"_{place}" for place in range(len(header) + 1, len(record) + 1)]
    return zip((*header, *surplus), record, strict=False)
