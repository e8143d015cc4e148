"""Records of JSON: one a line, or any number of values one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from s3mock.errors import S3Error
from s3mock.select.content import check_length, decoded
from s3mock.select.csv_records import BYTE_ORDER_MARK
from s3mock.select.values import LEAST, MOST, Value

Record = tuple[Value, int]
"""A value, and the position behind it."""

_SPACE = re.compile(r"[ \t\r\n]*")


def _refuse(_constant: str) -> NoReturn:
    raise ValueError


def _integer(text: str) -> int | Decimal:
    whole = int(text)
    return whole if LEAST <= whole <= MOST else Decimal(whole)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=_integer, parse_constant=_refuse)


def lines(data: bytes, start: int, stop: int) -> Iterator[Record]:
    """Yield the values of the lines that begin at ``start`` or later, and before ``stop``; empty lines have none.

    Raises JSONParsingError, InvalidTextEncoding and OverMaxRecordSize.
    """
    at = data.find(b"\n", start - 1) + 1 if start else 0
    if start and not at:
        return
    while at < min(stop, len(data)):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        line = data[at:end]
        check_length(line)
        text = decoded(line.removeprefix(BYTE_ORDER_MARK) if at == 0 else line, at)
        at = end + 1
        for value, _ in _values(text):
            yield value, min(at, len(data))


def document(data: bytes, *, limited: bool) -> Iterator[Record]:
    """Yield all values of an object; ``limited`` where each of them is a record. Raises as ``lines`` does."""
    text = decoded(data.removeprefix(BYTE_ORDER_MARK))
    begin = 0
    for value, at in _values(text):
        if limited and at - begin > 0:
            check_length(text[begin:at])
        begin = at
        yield value, len(data) if at >= len(text) else min(at, len(data))


def _values(text: str) -> Iterator[tuple[Any, int]]:
    at = _skip(text, 0)
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            # Seen: the README of a command line tool on S3 Select (s3select).
            raise S3Error("JSONParsingError", "Error parsing JSON file. Please check the file and try again.") from None
        at = _skip(text, at)
        yield value, at


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space is not None else at
