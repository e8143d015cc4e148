"""Results as CSV or JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring

from s3mock.errors import S3Error
from s3mock.select.content import check_length
from s3mock.select.request import CsvOutput, JsonOutput
from s3mock.select.timestamps import Timestamp
from s3mock.select.values import MISSING, Value, text

Row = Iterable[tuple[str, Value]]
"""The names and values of a result."""

Write = Callable[[Row], bytes]


def writer(form: CsvOutput | JsonOutput) -> Write:
    """Return the function that writes a result as a record. It raises OverMaxRecordSize, and see ``_field``."""
    write = _csv(form) if isinstance(form, CsvOutput) else _json(form)

    def checked(row: Row) -> bytes:
        record = write(row)
        check_length(record)
        return record.encode()

    return checked


def _csv(form: CsvOutput) -> Callable[[Row], str]:
    quote, escape = form.quote, form.escape or form.quote
    special = {quote, *form.record_delimiter, "\n", "\r"} - {""}

    def field(value: Value) -> str:
        written = _field(value)
        needed = form.field_delimiter in written or not special.isdisjoint(written)
        if not quote or not (form.always_quoted or needed):
            return written
        if escape != quote:
            written = written.replace(escape, escape + escape)
        return quote + written.replace(quote, escape + quote) + quote

    return lambda row: form.field_delimiter.join([field(value) for _, value in row]) + form.record_delimiter


def _field(value: Value) -> str:
    """Return a value's text; NULL and MISSING have none.

    Raises UnrecognizedFormatException for a nested value: "Amazon S3 Select can only emit nested data using the JSON
    output format" (User Guide, Requirements and limits; the code is assumed).
    """
    if value is None or value is MISSING:
        return ""
    if isinstance(value, (list, dict)):
        raise S3Error("UnrecognizedFormatException")
    return text(value)


def _json(form: JsonOutput) -> Callable[[Row], str]:
    def write(row: Row) -> str:
        members = [f"{encode_basestring(name)}:{_value(value)}" for name, value in row if value is not MISSING]
        return "{" + ",".join(members) + "}" + form.record_delimiter

    return write


def _value(value: Value) -> str:
    if isinstance(value, dict):
        return "{" + ",".join([f"{encode_basestring(name)}:{_value(member)}" for name, member in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_value(element) for element in value]) + "]"
    if isinstance(value, (str, Timestamp)):
        return encode_basestring(str(value))
    if value is None or value is MISSING or (isinstance(value, float) and not math.isfinite(value)):
        return "null"
    return text(value)
