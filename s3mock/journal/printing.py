"""Requests as text: a table with a line about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3mock.backend.journal import Entry

MOST_PRINTED = 50
"""The number of requests that are printed, the last ones."""

LONGEST = 60
"""The characters of a bucket with its key that are printed."""

TOLD = ("Prefix", "Delimiter", "Range", "VersionId", "PartNumber", "CopySource", "IfMatch", "IfNoneMatch")
"""The parameters that are printed where a request has them."""

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def plural(number: int, noun: str) -> str:
    """A number and its noun, such as "1 request" and "2 requests"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def table(entries: Sequence[Entry], most: int = MOST_PRINTED) -> str:
    """The last entries as a table, one line each, below a line that counts them."""
    left_out = max(0, len(entries) - most)
    head = plural(len(entries), "request") + (f", of which the last {most}" if left_out else "")
    return "\n".join([head, *rows(entries[left_out:])])


def rows(entries: Sequence[Entry]) -> list[str]:
    """A line about each entry: operation, address, answer, sizes, client library, and the line that called."""
    cells = [_row(entry) for entry in entries]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def _row(entry: Entry) -> tuple[str, ...]:
    where = "/".join(part for part in (entry.bucket, entry.key) if part is not None) if entry.operation else ""
    where = where if len(where) <= LONGEST else f"{where[: LONGEST - 3]}..."
    told = [f"{name}={entry.parameters[name]!r}" for name in TOLD if name in entry.parameters]
    answer = f"{entry.status} {entry.error}" if entry.error else str(entry.status)
    notes = [effect for effect in entry.faults if effect != entry.error]
    if entry.attempt > 1:
        notes.append(f"attempt {entry.attempt}")
    if notes:
        answer += f" ({', '.join(notes)})"
    sizes = [f"{size(number)} {way}" for number, way in ((entry.bytes_in, "in"), (entry.bytes_out, "out")) if number]
    return (entry.name, " ".join([where, *told]).strip(), answer, ", ".join(sizes), entry.client, entry.line)


def size(number: float) -> str:
    """A number of bytes as people write it: "512 B", "1.5 KiB", "5 GiB"."""
    power = 0
    while number >= 1000 and power < len(UNITS) - 1:
        number, power = number / 1024, power + 1
    return f"{number:.1f}".removesuffix(".0") + f" {UNITS[power]}"
