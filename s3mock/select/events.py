"""A query run over an object: the events that tell its results (API, "Appendix: SelectObjectContent Response")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from s3mock.errors import S3Error
from s3mock.select import query
from s3mock.select.content import decompressed
from s3mock.select.expressions import Scope, compiled, condition
from s3mock.select.functions import now
from s3mock.select.output import Row, writer
from s3mock.select.query import Query
from s3mock.select.request import Selection
from s3mock.select.sources import Source, source

Event = Mapping[str, Mapping[str, Any]]

MESSAGE = 128 << 10
"""So many bytes of results are sent at once; a record may be split among messages (API page, RecordsEvent)."""


def run(selection: Selection, data: bytes, moment: datetime) -> Iterator[Event]:
    """Yield the events of a query at ``moment``: Records, Progress where it is asked for, Stats, and End.

    Raises S3Error as the events are asked for: before the first one for everything that the expression says.
    """
    try:
        parsed = query.parse(selection.expression)
        progress = Progress(selection, data)
        records = source(selection.input, parsed, progress.content, progress.start, progress.stop)
        scope = Scope(selection.expression, records.resolve, now(moment))
        results = _results(parsed, records, scope, progress)
        yield from _events(selection, results, progress)
    except RecursionError:  # a tree too deep for Python
        raise S3Error("MaxOperatorsExceeded") from None


class Progress:
    """How far an object is read, and how much of the result is sent."""

    def __init__(self, selection: Selection, data: bytes) -> None:
        self.content = decompressed(data, selection.compression)
        self.start, self.stop = 0, len(self.content)
        if selection.scan_range is not None:
            self.start, self.stop = selection.scan_range.span(len(self.content))
        # What is compressed is read whole.
        self._scanned = len(data) if selection.compression != "NONE" else None
        self._processed = 0
        self.returned = 0

    def read_to(self, position: int) -> None:
        """Note that everything before ``position`` is read."""
        self._processed = max(position - self.start, self._processed)

    @property
    def details(self) -> dict[str, int]:
        """What Progress and Stats tell: bytes of the object, the same uncompressed, and bytes of results."""
        scanned = self._processed if self._scanned is None else self._scanned
        return {"BytesScanned": scanned, "BytesProcessed": self._processed, "BytesReturned": self.returned}


def _events(selection: Selection, results: Iterator[Row], progress: Progress) -> Iterator[Event]:
    write = writer(selection.output)
    pending = bytearray()
    told = False
    for row in results:
        pending += write(row)
        while len(pending) >= MESSAGE:
            progress.returned += MESSAGE
            yield {"Records": {"Payload": bytes(pending[:MESSAGE])}}
            del pending[:MESSAGE]
            if selection.progress:
                told = True
                yield {"Progress": {"Details": progress.details}}
    if pending:
        progress.returned += len(pending)
        yield {"Records": {"Payload": bytes(pending)}}
    if selection.progress and (pending or not told):
        yield {"Progress": {"Details": progress.details}}
    yield {"Stats": {"Details": progress.details}}
    yield {"End": {}}


def _results(parsed: Query, records: Source, scope: Scope, progress: Progress) -> Iterator[Row]:
    """Return the rows of the result. Raises S3Error for what the expression says wrongly."""
    selected: Callable[[Any], bool] = condition(parsed.where, scope) if parsed.where is not None else _always
    scope.bare = False
    scope.aggregates = []
    columns = _columns(parsed, scope)
    if scope.aggregates and scope.bare:
        raise S3Error("UnsupportedSqlStructure")  # there is no GROUP BY (assumed)
    if not scope.aggregates:
        return _rows(_read(records, selected, progress, parsed.limit), columns, records)
    return _totals(parsed, _read(records, selected, progress, None), columns, scope)


def _always(_record: Any) -> bool:
    return True


def _columns(parsed: Query, scope: Scope) -> list[tuple[str, Callable[[Any], Any]]] | None:
    """Return the names of the columns, and what computes them; None for ``*``."""
    if parsed.columns is None:
        return None
    return [
        (
            column.alias or query.label(column.expression, scope.expression) or f"_{place}",
            compiled(column.expression, scope),
        )
        for place, column in enumerate(parsed.columns, 1)
    ]


def _read(records: Source, selected: Callable[[Any], bool], progress: Progress, limit: int | None) -> Iterator[Any]:
    """Yield the selected records, and no more than ``limit``."""
    left = limit
    if left != 0:
        for record, behind in records.records:
            progress.read_to(behind)
            if selected(record):
                yield record
                if left is not None:
                    left -= 1
                    if not left:
                        return
    progress.read_to(progress.stop)


def _rows(
    read: Iterator[Any], columns: list[tuple[str, Callable[[Any], Any]]] | None, records: Source
) -> Iterator[Row]:
    if columns is None:
        return map(records.whole, read)
    return ([(name, value(record)) for name, value in columns] for record in read)


def _totals(
    parsed: Query, read: Iterator[Any], columns: list[tuple[str, Callable[[Any], Any]]] | None, scope: Scope
) -> Iterator[Row]:
    """Yield the one row of a query of aggregates."""
    aggregates = scope.aggregates or []
    for record in read:
        for aggregate in aggregates:
            aggregate.add(record)
    if parsed.limit != 0:
        totals = [aggregate.result for aggregate in aggregates]
        yield [(name, value(totals)) for name, value in columns or ()]
