"""Records of CSV: lines of an object, and the fields that a line has.

Python's csv module knows neither other record delimiters nor where in the object a record begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from s3mock.errors import S3Error
from s3mock.select.content import check_length, decoded
from s3mock.select.request import CsvInput

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Line = tuple[str, int]
"""The text of a record without its delimiter, and the position behind it."""


def lines(data: bytes, form: CsvInput, start: int, stop: int) -> Iterator[Line]:
    """Yield the records that begin at ``start`` or later, and before ``stop``; empty lines and comments are none.

    Raises InvalidTextEncoding, OverMaxRecordSize, CSVEscapingRecordDelimiter and CSVUnescapedQuote.
    """
    delimiter = form.record_delimiter.encode()
    at = _first(data, delimiter, start)
    while at < min(stop, len(data)):
        begin = at
        text, at = _line(data, delimiter, begin)
        while form.quote and not _closed(text, form):
            if at >= len(data):
                raise S3Error("CSVUnescapedQuote")
            if not form.quoted_delimiters:
                raise S3Error("CSVEscapingRecordDelimiter" if form.quote.encode() in data[at:] else "CSVUnescapedQuote")
            more, at = _line(data, delimiter, at)
            text += delimiter.decode() + more
            check_length(text)
        check_length(text)
        if form.record_delimiter == "\n":
            text = text.removesuffix("\r")
        if text and not (form.comment and text.startswith(form.comment)):
            yield text, at


def _first(data: bytes, delimiter: bytes, start: int) -> int:
    """Return where the first record begins at ``start`` or later."""
    if start == 0:
        return len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    found = data.find(delimiter, max(start - len(delimiter), 0))
    return len(data) if found < 0 else found + len(delimiter)


def _line(data: bytes, delimiter: bytes, at: int) -> tuple[str, int]:
    end = data.find(delimiter, at)
    behind = len(data) if end < 0 else end + len(delimiter)
    return decoded(data[at : len(data) if end < 0 else end], at), behind


def splitter(form: CsvInput) -> Callable[[str], list[str]]:
    """Return the function that splits a record into its fields."""
    quote, separator = form.quote, form.field_delimiter

    def split(text: str) -> list[str]:
        if not quote or quote not in text:
            return text.split(separator)
        return list(_fields(text, form))

    return split


def _closed(text: str, form: CsvInput) -> bool:
    """Whether every quoted field of a line ends in it."""
    if form.quote not in text:
        return True
    try:
        for _ in _fields(text, form):
            pass
    except _OpenQuoteError:
        return False
    return True


class _OpenQuoteError(Exception):
    """A quoted field has no end."""


def _fields(text: str, form: CsvInput) -> Iterator[str]:
    """Yield the fields of a record: a quote is one only where the field begins with it."""
    quote, separator = form.quote, form.field_delimiter
    at = 0
    while True:
        if text.startswith(quote, at):
            field, at = _quoted(text, at + 1, form)
            if at < len(text) and text[at] != separator and text[at:] != "\r":
                raise S3Error("CSVUnescapedQuote")  # assumed
        else:
            end = text.find(separator, at)
            end = len(text) if end < 0 else end
            field, at = text[at:end], end
        yield field
        if at >= len(text) or text[at] != separator:
            return
        at += 1


def _quoted(text: str, at: int, form: CsvInput) -> tuple[str, int]:
    """Return the content of a quoted field that begins at ``at``, and where it ends."""
    quote, escape = form.quote, form.escape
    parts: list[str] = []
    while True:
        ends = [place for place in (text.find(quote, at), text.find(escape, at) if escape else -1) if place >= 0]
        if not ends:
            raise _OpenQuoteError
        end = min(ends)
        parts.append(text[at:end])
        follower = text[end + 1 : end + 2]
        if text[end] == escape and follower and follower in (quote, escape):
            parts.append(follower)
            at = end + 2
        elif text[end] == quote:
            return "".join(parts), end + 1
        else:
            parts.append(escape)
            at = end + 1
