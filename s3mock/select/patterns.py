"""The format patterns of TO_STRING and TO_TIMESTAMP (User Guide, Date functions, the table of TO_STRING).

The errors are those of the list of S3 Select's error codes that begin with ``EvaluatorInvalidTimestampFormat``; which
case is answered by which of them follows from their messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from functools import lru_cache, partial

from s3mock.errors import S3Error
from s3mock.select.timestamps import DAY, MINUTE, MONTH, SECOND, YEAR, Timestamp, zone

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_PIECES = re.compile(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z']+)|(')")
_CENTURY_TURN = 70  # yy: 70 to 99 are the 1900s (assumed, as in Java's formatters of Ion)


def _hour12(at: Timestamp) -> int:
    return at.moment.hour % 12 or 12


def _fraction(at: Timestamp, width: int) -> str:
    return at.fraction.ljust(width, "0")[:width]


WRITE: dict[str, Callable[[Timestamp], str]] = {
    "yy": lambda at: f"{at.moment.year % 100:02}",
    "y": lambda at: str(at.moment.year),
    "yyyy": lambda at: f"{at.moment.year:04}",
    "M": lambda at: str(at.moment.month),
    "MM": lambda at: f"{at.moment.month:02}",
    "MMM": lambda at: MONTHS[at.moment.month - 1][:3],
    "MMMM": lambda at: MONTHS[at.moment.month - 1],
    "MMMMM": lambda at: MONTHS[at.moment.month - 1][0],
    "d": lambda at: str(at.moment.day),
    "dd": lambda at: f"{at.moment.day:02}",
    "a": lambda at: f"{at.moment:%p}",
    "h": lambda at: str(_hour12(at)),
    "hh": lambda at: f"{_hour12(at):02}",
    "H": lambda at: str(at.moment.hour),
    "HH": lambda at: f"{at.moment.hour:02}",
    "m": lambda at: str(at.moment.minute),
    "mm": lambda at: f"{at.moment.minute:02}",
    "s": lambda at: str(at.moment.second),
    "ss": lambda at: f"{at.moment.second:02}",
    **{"S" * width: partial(_fraction, width=width) for width in range(1, 10)},
    "n": lambda at: str(int(_fraction(at, 9))),
    "X": lambda at: _hours(at, "Z"),
    "XX": lambda at: at.offset(""),
    "XXXX": lambda at: at.offset(""),
    "XXX": lambda at: at.offset(":"),
    "XXXXX": lambda at: at.offset(":"),
    "x": lambda at: _hours(at, ""),
    "xx": lambda at: at.offset("", ""),
    "xxxx": lambda at: at.offset("", ""),
    "xxx": lambda at: at.offset(":", ""),
    "xxxxx": lambda at: at.offset(":", ""),
}
"""How each symbol is written."""

_NUMBER, _TWO = r"\d{1,2}", r"\d\d"
_NAMES = "|".join(MONTHS)
_SHORT = "|".join(month[:3] for month in MONTHS)
READ: dict[str, tuple[str, str]] = {
    "yy": ("year", _TWO),
    "y": ("year", r"\d{1,4}"),
    "yyyy": ("year", r"\d{4}"),
    "M": ("month", _NUMBER),
    "MM": ("month", _TWO),
    "MMM": ("month", _SHORT),
    "MMMM": ("month", _NAMES),
    "d": ("day", _NUMBER),
    "dd": ("day", _TWO),
    "a": ("half", "AM|PM|am|pm"),
    "h": ("hour", _NUMBER),
    "hh": ("hour", _TWO),
    "H": ("hour", _NUMBER),
    "HH": ("hour", _TWO),
    "m": ("minute", _NUMBER),
    "mm": ("minute", _TWO),
    "s": ("second", _NUMBER),
    "ss": ("second", _TWO),
    **{"S" * width: ("fraction", rf"\d{{{width}}}") for width in range(1, 10)},
    "n": ("fraction", r"\d{1,9}"),
    "X": ("offset", r"Z|[+-]\d\d(?:\d\d)?"),
    "XX": ("offset", r"Z|[+-]\d{4}"),
    "XXXX": ("offset", r"Z|[+-]\d{4}"),
    "XXX": ("offset", r"Z|[+-]\d\d:\d\d"),
    "XXXXX": ("offset", r"Z|[+-]\d\d:\d\d"),
    "x": ("offset", r"[+-]\d\d(?:\d\d)?"),
    "xx": ("offset", r"[+-]\d{4}"),
    "xxxx": ("offset", r"[+-]\d{4}"),
    "xxx": ("offset", r"[+-]\d\d:\d\d"),
    "xxxxx": ("offset", r"[+-]\d\d:\d\d"),
}
"""The field that a symbol stands for, and what it may look like. ``MMMMM`` is only ever written."""


def _hours(at: Timestamp, zulu: str) -> str:
    written = at.offset("", zulu)
    return written[:3] if written.endswith("00") else written


@lru_cache(maxsize=128)
def _symbols(pattern: str) -> tuple[tuple[str, bool], ...]:
    """Return the pieces of a pattern: symbols (True) and what is taken as it is (False)."""
    return tuple(_split(pattern))


def _split(pattern: str) -> Iterator[tuple[str, bool]]:
    for quoted, symbol, letter, other, open_quote in _PIECES.findall(pattern):
        if open_quote:
            raise S3Error("EvaluatorUnterminatedTimestampFormatPatternToken")
        if symbol:
            if symbol not in WRITE:
                known = any(name[0] == letter for name in WRITE)
                raise S3Error(f"EvaluatorInvalidTimestampFormatPattern{'Token' if known else 'Symbol'}")
            yield symbol, True
        else:
            yield other or quoted.replace("''", "'") or "'", False


def to_string(at: Timestamp, pattern: str) -> str:
    """Return a timestamp written as ``pattern`` says. Raises S3Error for a pattern that is none."""
    return "".join(WRITE[piece](at) if symbol else piece for piece, symbol in _symbols(pattern))


@lru_cache(maxsize=128)
def _reader(pattern: str) -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    """Return the expression that a text must match, and the symbol and field of each of its groups."""
    parts: list[str] = []
    fields: list[tuple[str, str]] = []
    for piece, symbol in _symbols(pattern):
        if not symbol:
            parts.append(re.escape(piece))
            continue
        if piece not in READ:
            raise S3Error("EvaluatorInvalidTimestampFormatPatternSymbolForParsing")
        field, look = READ[piece]
        parts.append(f"({look})")
        fields.append((piece, field))
    names = [field for _, field in fields]
    if len(set(names)) < len(names):
        raise S3Error("EvaluatorTimestampFormatPatternDuplicateFields")
    if "hour" in names and ("half" in names) != any(piece[0] == "h" for piece, _ in fields):
        raise S3Error("EvaluatorTimestampFormatPatternHourClockAmPmMismatch")
    if "year" not in names:
        raise S3Error("EvaluatorInvalidTimestampFormatPattern")
    return re.compile("".join(parts), re.ASCII), tuple(fields)


def to_timestamp(text: str, pattern: str) -> Timestamp:
    """Return the timestamp that ``text`` is by ``pattern``.

    Raises ValueParseFailure where the text does not match, and S3Error for a pattern that is none.
    """
    expression, names = _reader(pattern)
    match = expression.fullmatch(text)
    if match is None:
        raise S3Error("ValueParseFailure")
    fields = {field: (symbol, value) for (symbol, field), value in zip(names, match.groups(), strict=True)}
    try:
        return _built(fields)
    except ValueError:
        raise S3Error("ValueParseFailure") from None


def _built(fields: dict[str, tuple[str, str]]) -> Timestamp:
    symbol, value = fields["year"]
    year = int(value)
    if symbol == "yy":
        year += 1900 if year >= _CENTURY_TURN else 2000
    hour = int(fields.get("hour", ("", "0"))[1])
    if "half" in fields:
        hour = hour % 12 + (12 if fields["half"][1].upper() == "PM" else 0)
    offset = fields.get("offset", ("", ""))[1]
    precision = YEAR
    for name, level in (("month", MONTH), ("day", DAY), ("hour", MINUTE), ("minute", MINUTE), ("second", SECOND)):
        if name in fields:
            precision = level
    symbol, fraction = fields.get("fraction", ("", ""))
    moment = datetime(
        year,
        _month(fields.get("month", ("", "1"))[1]),
        int(fields.get("day", ("", "1"))[1]),
        hour,
        int(fields.get("minute", ("", "0"))[1]),
        int(fields.get("second", ("", "0"))[1]),
        tzinfo=_zone(offset or "Z"),
    )
    return Timestamp(moment, precision, fraction.zfill(9) if symbol == "n" else fraction, bool(offset))


def _month(value: str) -> int:
    if value.isdigit():
        return int(value)
    return next(place for place, month in enumerate(MONTHS, 1) if month.startswith(value))


def _zone(offset: str) -> timezone:
    digits = offset.replace(":", "")
    return zone(digits if digits == "Z" else f"{digits[:3]}:{digits[3:] or '00'}")
