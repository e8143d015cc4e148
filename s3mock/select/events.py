"""A query run over an object: its rows as CSV or JSON, in a stream of events.

(API, "Appendix: SelectObjectContent Response".)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any

from s3mock.errors import S3Error
from s3mock.select import content, query
from s3mock.select.content import Store, Stored
from s3mock.select.expressions import Scope, compiled
from s3mock.select.functions import Aggregate, utc_now
from s3mock.select.query import Query
from s3mock.select.records import Row, Source, check_length, decompressed, source
from s3mock.select.request import CsvOutput, JsonOutput, Selection
from s3mock.select.timestamps import Timestamp
from s3mock.select.values import MISSING, Value, text

Event = Mapping[str, Mapping[str, Any]]

MESSAGE = 128 << 10
"""The bytes of a Records event; a record may be split between two (API page, RecordsEvent)."""


class Progress:
    """How much of an object has been read, and how much of the result has been sent, in bytes."""

    def __init__(self, selection: Selection, scanned: int | None, size: int) -> None:
        self.start, self.stop = 0, size
        if selection.scan_range is not None:
            self.start, self.stop = selection.scan_range.span(size)
        self._scanned = scanned  # compressed objects are read whole
        self._processed = 0
        self.returned = 0

    def read_to(self, position: int) -> None:
        """Note that everything before ``position`` has been read."""
        self._processed = max(position - self.start, self._processed)

    @property
    def details(self) -> dict[str, int]:
        """The numbers of Progress and Stats: bytes of the object, the same uncompressed, and bytes of results."""
        scanned = self._processed if self._scanned is None else self._scanned
        return {"BytesScanned": scanned, "BytesProcessed": self._processed, "BytesReturned": self.returned}


def run(selection: Selection, stored: Stored, now: datetime, store: Store) -> Iterator[Event]:
    """The events of a query: Records, Progress if requested, Stats, and End. ``store`` keeps what was compressed.

    Raises S3Error while the events are read; before the first one for every error in the expression.
    """
    try:
        parsed = query.parse(selection.expression)
        scanned = None
        if selection.compression != "NONE":
            scanned = stored.size
            stored = store(decompressed(stored.chunks(), selection.compression))
        progress = Progress(selection, scanned, stored.size)
        records = source(selection.input, parsed, content.of(stored), progress.start, progress.stop)
        scope = Scope(selection.expression, records.resolve, utc_now(now))
        rows = _rows(parsed, records, scope, progress)
        output = selection.output
        write = _csv(output) if isinstance(output, CsvOutput) else _json(output)

        pending = bytearray()
        reported = False
        for row in rows:
            record = write(row)
            check_length(len(record))
            pending += record.encode()
            while len(pending) >= MESSAGE:
                progress.returned += MESSAGE
                yield {"Records": {"Payload": bytes(pending[:MESSAGE])}}
                del pending[:MESSAGE]
                if selection.progress:
                    reported = True
                    yield {"Progress": {"Details": progress.details}}
        if pending:
            progress.returned += len(pending)
            yield {"Records": {"Payload": bytes(pending)}}
        if selection.progress and (pending or not reported):
            yield {"Progress": {"Details": progress.details}}
        yield {"Stats": {"Details": progress.details}}
        yield {"End": {}}
    except RecursionError:  # a tree too deep for Python
        raise S3Error("MaxOperatorsExceeded") from None


def _rows(parsed: Query, records: Source, scope: Scope, progress: Progress) -> Iterator[Row]:
    """The rows of the result. Raises S3Error at once for an error in the expression."""
    where = None if parsed.where is None else compiled(parsed.where, scope)
    scope.bare = False
    aggregates: list[Aggregate] = []
    scope.aggregates = aggregates
    columns = None
    if parsed.columns is not None:
        columns = [
            (
                column.alias or query.label(column.expression, scope.expression) or f"_{place}",
                compiled(column.expression, scope),
            )
            for place, column in enumerate(parsed.columns, 1)
        ]
    if aggregates and scope.bare:
        raise S3Error("UnsupportedSqlStructure")  # there is no GROUP BY

    def selected(limit: int | None) -> Iterator[Any]:
        remaining = limit
        if remaining != 0:
            for record, after in records.records:
                progress.read_to(after)
                if where is None or where(record) is True:
                    yield record
                    if remaining is not None:
                        remaining -= 1
                        if not remaining:
                            return
        progress.read_to(progress.stop)

    def totals() -> Iterator[Row]:
        for record in selected(None):
            for aggregate in aggregates:
                aggregate.add(record)
        if parsed.limit != 0:
            results = [aggregate.result for aggregate in aggregates]
            yield [(name, value(results)) for name, value in columns or ()]

    if columns is None:
        return map(records.star, selected(parsed.limit))
    if aggregates:
        return totals()
    return ([(name, value(record)) for name, value in columns] for record in selected(parsed.limit))


# --- The format of a result


def _csv(form: CsvOutput) -> Callable[[Row], str]:
    """The writer of a row as a record of CSV.

    It raises UnrecognizedFormatException for a nested value: "Amazon S3 Select can only emit nested data using the JSON
    output format" (User Guide, Requirements and limits).
    """
    quote, escape = form.quote, form.escape or form.quote
    special = {quote, *form.record_delimiter, "\n", "\r"} - {""}

    def field(value: Value) -> str:
        if isinstance(value, (list, dict)):
            raise S3Error("UnrecognizedFormatException")
        written = "" if value is None or value is MISSING else text(value)
        needed = form.field_delimiter in written or not special.isdisjoint(written)
        if not quote or not (form.always_quoted or needed):
            return written
        if escape != quote:
            written = written.replace(escape, escape + escape)
        return quote + written.replace(quote, escape + quote) + quote

    return lambda row: form.field_delimiter.join([field(value) for _, value in row]) + form.record_delimiter


def _json(form: JsonOutput) -> Callable[[Row], str]:
    """The writer of a row as a record of JSON, without the members that are MISSING."""

    def write(row: Row) -> str:
        members = [f"{encode_basestring(name)}:{_json_value(value)}" for name, value in row if value is not MISSING]
        return "{" + ",".join(members) + "}" + form.record_delimiter

    return write


def _json_value(value: Value) -> str:
    """A value as JSON. Python's json module cannot write a Decimal as a number."""
    if isinstance(value, dict):
        members = [f"{encode_basestring(name)}:{_json_value(member)}" for name, member in value.items()]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_json_value(element) for element in value]) + "]"
    if isinstance(value, (str, Timestamp)):
        return encode_basestring(str(value))
    if value is None or value is MISSING or (isinstance(value, float) and not math.isfinite(value)):
        return "null"
    return text(value)
