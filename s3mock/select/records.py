"""The records of an object, and how a query reads them: CSV and JSON; Parquet is in ``parquet``."""

from __future__ import annotations

import bz2
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from s3mock.errors import S3Error
from s3mock.select.content import Content
from s3mock.select.paths import Resolve, in_fields, in_values, records_at
from s3mock.select.query import Query
from s3mock.select.request import CsvInput, Input, ParquetInput, missing_extra, not_compressed
from s3mock.select.values import Value, whole_number

RECORD_LIMIT = 1 << 20
"""The longest record, in characters, of an object or a result (User Guide, Requirements and limits)."""

_MOST_BYTES = 4  # of a character in UTF-8

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Row = Iterable[tuple[str, Value]]
"""The names and values of a row of the result."""


class Source(NamedTuple):
    """The records of an object, each with the position after it; how paths are resolved; the row that ``*`` selects."""

    records: Iterator[tuple[Any, int]]
    resolve: Resolve
    star: Callable[[Any], Row]


def source(form: Input, query: Query, content: Content, start: int, stop: int) -> Source:
    """The records of ``content`` that begin at ``start`` or later, and before ``stop``. Raises S3Error."""
    if isinstance(form, CsvInput):
        if query.source:
            raise S3Error("InvalidKeyPath")  # "This form of the FROM clause works only with JSON objects."
        names: list[str] = []
        if form.header != "NONE":
            # The header is the first line, even where the scan begins after it (assumed).
            header, after = next(csv_records(content, form, 0, len(content)), ([""], 0))
            names = header if form.header == "USE" else []
            start = max(start, after) if start else after
            if start >= stop:
                start = stop = len(content)

        def named(fields: list[str]) -> Row:
            unnamed = [f"_{place}" for place in range(len(names) + 1, len(fields) + 1)]
            return zip((*names, *unnamed), fields, strict=False)

        resolve = in_fields(query.alias, names if form.header == "USE" else None)
        return Source(csv_records(content, form, start, stop), resolve, named)

    if isinstance(form, ParquetInput):
        try:
            from s3mock.select import parquet  # noqa: PLC0415 - an extra, and slow to import
        except ImportError as error:
            raise missing_extra(error) from None
        values = parquet.records(content, start, stop)
    elif form.lines:
        values = json_lines(content, start, stop)
    else:
        values = json_document(content[:], limited=not query.source)
    return Source(
        ((record, after) for value, after in values for record in records_at(value, query.source)),
        in_values(query.alias),
        # A record that is not an object is its own only member.
        lambda record: record.items() if isinstance(record, dict) else (("_1", record),),
    )


# --- The text of an object

_COMPRESSIONS: Mapping[str, tuple[bytes, Callable[[], Any]]] = {
    "BZIP2": (b"BZh", bz2.BZ2Decompressor),
    "GZIP": (b"\x1f\x8b", lambda: zlib.decompressobj(zlib.MAX_WBITS | 16)),
}
"""The first bytes of each format, and its decompressor."""

_MOST_AT_ONCE = 1 << 20


def decompressed(chunks: Iterable[bytes], compression: str) -> Iterator[bytes]:
    """Iterate over the content of an object of one or more compressed members, at most 1 MiB at a time.

    Raises InvalidCompressionFormat for an object in another format, and TruncatedInput for one that is cut off or
    damaged.
    """
    magic, decompressor = _COMPRESSIONS[compression]
    rest = iter(chunks)
    data, members = b"", 0
    while True:
        while len(data) < len(magic) and (more := next(rest, b"")):
            data += more
        if not data.startswith(magic):
            break  # anything after the last member is padding
        members += 1
        member = decompressor()
        while not member.eof:
            try:
                content = member.decompress(data, _MOST_AT_ONCE)
            except (zlib.error, OSError):
                raise S3Error("TruncatedInput") from None
            yield content
            data = getattr(member, "unconsumed_tail", b"")  # that of zlib; bz2 keeps it
            if not data and not member.eof and len(content) < _MOST_AT_ONCE:
                data = next(rest, b"")
                if not data:
                    raise S3Error("TruncatedInput")
        data = member.unused_data
    if not members:
        raise not_compressed(compression)


def _decoded(data: bytes, offset: int = 0) -> str:
    """Bytes at ``offset`` of the object as text. Raises InvalidTextEncoding."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        # Seen: apache/hadoop, s3_select.md. S3 counts in blocks of its reads; this is the exact place.
        place = offset + error.start
        message = f"UTF-8 encoding is required. The text encoding error was found near byte {place:,}."
        raise S3Error("InvalidTextEncoding", message) from None


def check_length(length: int) -> None:
    """Refuse a record that is too long, in characters. Raises OverMaxRecordSize."""
    if length > RECORD_LIMIT:
        # Seen in a notebook of users of S3 Select (github code search for maxCharsPerRecord).
        message = (
            f"The character number in one record is more than our max threshold, maxCharsPerRecord: {RECORD_LIMIT:,}"
        )
        raise S3Error("OverMaxRecordSize", message)


# --- CSV. Python's csv module has neither other record delimiters nor the position of a record in the object.


def csv_records(data: Content, form: CsvInput, start: int, stop: int) -> Iterator[tuple[list[str], int]]:
    """The fields of the records that begin at ``start`` or later, and before ``stop``, each with the position after it.

    Empty lines and comments are not records. Raises InvalidTextEncoding, OverMaxRecordSize, CSVEscapingRecordDelimiter
    and CSVUnescapedQuote.
    """
    delimiter, separator, quote = form.record_delimiter.encode(), form.field_delimiter, form.quote
    if start == 0:
        at = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    else:
        before = data.find(delimiter, max(start - len(delimiter), 0))
        at = len(data) if before < 0 else before + len(delimiter)
    stop = min(stop, len(data))
    while at < stop:
        text, at = _csv_line(data, delimiter, at)
        while True:
            line = text.removesuffix("\r") if form.record_delimiter == "\n" else text
            fields = _quoted_fields(line, form) if quote and quote in line else line.split(separator)
            if fields is not None:
                break
            # The last field is still open: the record goes on after the delimiter.
            if at >= len(data):
                raise S3Error("CSVUnescapedQuote")
            if not form.quoted_delimiters:
                closed = data.find(quote.encode(), at) >= 0
                raise S3Error("CSVEscapingRecordDelimiter" if closed else "CSVUnescapedQuote")
            more, at = _csv_line(data, delimiter, at)
            text += form.record_delimiter + more
            check_length(len(text))
        check_length(len(text))
        if line and not (form.comment and line.startswith(form.comment)):
            yield fields, at


def _csv_line(data: Content, delimiter: bytes, at: int) -> tuple[str, int]:
    """The text up to the next delimiter, and the position after that."""
    end = data.find(delimiter, at)
    end, after = (len(data), len(data)) if end < 0 else (end, end + len(delimiter))
    check_length((end - at) // _MOST_BYTES)  # before that much is read
    return _decoded(data[at:end], at), after


def _quoted_fields(text: str, form: CsvInput) -> list[str] | None:
    """The fields of a record with quotes; None where the last field is still open at its end.

    A quote in the middle of a field is a character like any other.
    """
    quote, escape, separator = form.quote, form.escape, form.field_delimiter
    fields: list[str] = []
    at = 0
    while True:
        if text.startswith(quote, at):
            at += 1
            parts: list[str] = []
            while True:
                ends = [
                    place for place in (text.find(quote, at), text.find(escape, at) if escape else -1) if place >= 0
                ]
                if not ends:
                    return None
                end = min(ends)
                parts.append(text[at:end])
                follower = text[end + 1 : end + 2]
                if text[end] == escape and follower and follower in (quote, escape):
                    parts.append(follower)
                    at = end + 2
                elif text[end] == quote:
                    at = end + 1
                    break
                else:
                    parts.append(escape)
                    at = end + 1
            fields.append("".join(parts))
            if at < len(text) and text[at] != separator and text[at:] != "\r":
                raise S3Error("CSVUnescapedQuote")
        else:
            end = text.find(separator, at)
            end = len(text) if end < 0 else end
            fields.append(text[at:end])
            at = end
        if at >= len(text) or text[at] != separator:
            return fields
        at += 1


# --- JSON


def json_lines(data: Content, start: int, stop: int) -> Iterator[tuple[Value, int]]:
    """The values of the lines that begin at ``start`` or later, and before ``stop``, each with the position after it.

    Raises JSONParsingError, InvalidTextEncoding and OverMaxRecordSize.
    """
    at = 0
    if start:
        before = data.find(b"\n", start - 1)
        at = len(data) if before < 0 else before + 1
    while at < min(stop, len(data)):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        check_length(end - at)
        line = data[at:end]
        text = _decoded(line.removeprefix(BYTE_ORDER_MARK) if at == 0 else line, at)
        at = end + 1
        for value, _ in _json_values(text):
            yield value, min(at, len(data))


def json_document(data: bytes, *, limited: bool) -> Iterator[tuple[Value, int]]:
    """The values of an object; ``limited`` if each of them is a record. Raises as ``json_lines`` does."""
    text = _decoded(data.removeprefix(BYTE_ORDER_MARK))
    begin = 0
    for value, at in _json_values(text):
        if limited:
            check_length(at - begin)
        begin = at
        yield value, len(data) if at >= len(text) else min(at, len(data))


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
"""The escape of one of the two halves in which JSON writes a character beyond the Basic Multilingual Plane."""

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(
    parse_float=Decimal,
    parse_int=whole_number,
    parse_constant=int,  # raises ValueError: NaN and Infinity are not JSON
)


def _json_values(text: str) -> Iterator[tuple[Value, int]]:
    """The values of a text, each with the position of the next one."""
    at = _skip_space(text, 0)
    while at < len(text):
        try:
            value, after = _DECODER.raw_decode(text, at)
            if _SURROGATE.search(text, at, after):
                json.dumps(value, ensure_ascii=False, default=str).encode()  # refuses half of a pair (assumed)
            at = after
        except (ValueError, RecursionError):
            # Seen: the README of a command line tool on S3 Select (s3select).
            raise S3Error("JSONParsingError", "Error parsing JSON file. Please check the file and try again.") from None
        at = _skip_space(text, at)
        yield value, at


def _skip_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()
