"""Timestamps, which know their precision and their offset from UTC, and the patterns that write and read them.

As text they follow the W3C note on date and time formats, but end with ``T`` where they are less precise than a day
(User Guide, Data types). Examples that no rule explains are those of the page "Date functions", whose table of
TO_STRING has the patterns. An invalid pattern gets one of the error codes that begin with
``EvaluatorInvalidTimestampFormat``; which of them follows from their messages.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache, partial

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error

YEAR, MONTH, DAY, MINUTE, SECOND = range(5)
"""The precision of a timestamp; there is no hour without its minutes."""

PRECISION = {"year": YEAR, "month": MONTH, "day": DAY, "hour": MINUTE, "minute": MINUTE, "second": SECOND}
"""The parts that can be added and compared, and the least precision that they give a timestamp."""

_SECONDS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
_MONTHS = {"year": 12, "month": 1}
_TEXT = re.compile(
    r"(\d{4})(?:T|-(\d\d)(?:T|-(\d\d)(?:T?|T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)))", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment. ``fraction`` is the digits after the second; an unknown offset is written ``-00:00``."""

    moment: datetime
    precision: int = SECOND
    fraction: str = ""
    offset_known: bool = True

    @property
    def key(self) -> tuple[datetime, str]:
        """The value to compare: the digits of fractions sort as text."""
        return self.moment, self.fraction.rstrip("0")

    def __str__(self) -> str:
        moment = self.moment
        if self.precision <= DAY:
            return moment.strftime(f"{moment.year:04}" + ("T", "-%mT", "-%m-%d")[self.precision])
        written = f"{moment.year:04}{moment:-%m-%dT%H:%M}"
        if self.precision == SECOND:
            written += f":{moment:%S}" + (f".{self.fraction}" if self.fraction else "")
        return written + self.offset(":")

    def offset(self, separator: str = ":", zulu: str = "Z") -> str:
        """The offset from UTC as text; ``zulu``, unless empty, stands for UTC itself."""
        minutes = self.offset_minutes
        if not minutes and self.offset_known and zulu:
            return zulu
        sign = "-" if minutes < 0 or not self.offset_known else "+"
        return f"{sign}{abs(minutes) // 60:02}{separator}{abs(minutes) % 60:02}"

    @property
    def offset_minutes(self) -> int:
        """The minutes ahead of UTC."""
        return int((self.moment.utcoffset() or timedelta()).total_seconds()) // 60

    def add(self, part: str, quantity: int) -> Timestamp:
        """The timestamp ``quantity`` years, months ... later. Raises ValueError beyond the calendar."""
        try:
            if part in _SECONDS:
                moment = self.moment + timedelta(seconds=quantity * _SECONDS[part])
            else:
                months = self.moment.year * 12 + self.moment.month - 1 + quantity * _MONTHS[part]
                first = self.moment.replace(year=months // 12, month=months % 12 + 1, day=1)
                moment = first.replace(day=min(self.moment.day, monthrange(first.year, first.month)[1]))
        except OverflowError:
            raise ValueError(quantity) from None
        precision = max(self.precision, PRECISION[part])
        known = self.offset_known and (self.precision > DAY or precision <= DAY)
        return replace(self, moment=moment, precision=precision, offset_known=known)

    def until(self, other: Timestamp, part: str) -> int:
        """The number of whole years, months ... from this timestamp to ``other``; negative where that is earlier."""
        if self.key > other.key:
            return -other.until(self, part)
        if part in _SECONDS:
            seconds = int((other.moment - self.moment).total_seconds())
            if other.fraction.rstrip("0") < self.fraction.rstrip("0"):
                seconds -= 1
            return seconds // _SECONDS[part]
        first, last = self.moment.astimezone(timezone.utc), other.moment.astimezone(timezone.utc)
        months = (last.year - first.year) * 12 + last.month - first.month
        if (last.day, last.time()) < (first.day, first.time()):
            months -= 1
        return months // _MONTHS[part]

    def extract(self, part: str) -> int | Decimal:
        """The value of a part. Raises KeyError for an unknown one."""
        if part == "second" and self.fraction:
            return Decimal(f"{self.moment.second}.{self.fraction}")
        hours, minutes = divmod(abs(self.offset_minutes), 60)
        sign = -1 if self.offset_minutes < 0 else 1
        moment = self.moment
        return {
            "year": moment.year,
            "month": moment.month,
            "day": moment.day,
            "hour": moment.hour,
            "minute": moment.minute,
            "second": moment.second,
            "timezone_hour": sign * hours,
            "timezone_minute": sign * minutes,
        }[part]


def of(moment: datetime, digits: int) -> Timestamp:
    """A datetime as a timestamp with ``digits`` after the second; a naive one is in UTC."""
    aware = moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment
    return Timestamp(aware.replace(microsecond=0), SECOND, f"{aware.microsecond:06}".ljust(digits, "0")[:digits])


def parse(text: str) -> Timestamp:
    """The timestamp that ``text`` spells. Raises ValueError.

    A time without an offset is valid (as ``-00:00``): an example of the page "Date functions" has one.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    precision = YEAR
    for level, field in ((MONTH, month), (DAY, day), (MINUTE, minute), (SECOND, second)):
        if field is not None:
            precision = level
    moment = datetime(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        tzinfo=_zone(offset or "Z"),
    )
    # Less precise than a minute means UTC: `2010T` is 2010-01-01T00:00:00.000Z (page "Date functions").
    known = hour is None or offset not in (None, "-00:00")
    return Timestamp(moment, precision, fraction or "", known)


def _zone(offset: str) -> timezone:
    """The time zone of ``Z``, ``+hh``, ``+hhmm`` or ``+hh:mm``. Raises ValueError."""
    if offset == "Z":
        return timezone.utc
    minutes = int(offset[1:3]) * 60 + int(offset[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


# --- Patterns of TO_STRING and TO_TIMESTAMP

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FIRST_YEAR_OF_1900S = 70  # yy: 70 to 99 are the 1900s (assumed, as in Java's formatters of Ion)


def _hour12(at: Timestamp) -> int:
    return at.moment.hour % 12 or 12


def _fraction(at: Timestamp, width: int) -> str:
    return at.fraction.ljust(width, "0")[:width]


def _short_offset(at: Timestamp, zulu: str) -> str:
    written = at.offset("", zulu)
    return written[:3] if written.endswith("00") else written


_WRITE: Mapping[str, Callable[[Timestamp], str]] = {
    "yy": lambda at: f"{at.moment.year % 100:02}",
    "y": lambda at: str(at.moment.year),
    "yyyy": lambda at: f"{at.moment.year:04}",
    "M": lambda at: str(at.moment.month),
    "MM": lambda at: f"{at.moment.month:02}",
    "MMM": lambda at: MONTH_NAMES[at.moment.month - 1][:3],
    "MMMM": lambda at: MONTH_NAMES[at.moment.month - 1],
    "MMMMM": lambda at: MONTH_NAMES[at.moment.month - 1][0],
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
    "X": lambda at: _short_offset(at, "Z"),
    "XX": lambda at: at.offset(""),
    "XXXX": lambda at: at.offset(""),
    "XXX": lambda at: at.offset(":"),
    "XXXXX": lambda at: at.offset(":"),
    "x": lambda at: _short_offset(at, ""),
    "xx": lambda at: at.offset("", ""),
    "xxxx": lambda at: at.offset("", ""),
    "xxx": lambda at: at.offset(":", ""),
    "xxxxx": lambda at: at.offset(":", ""),
}
"""How each symbol of a pattern is written."""

_NUMBER, _TWO = r"\d{1,2}", r"\d\d"
_READ: Mapping[str, tuple[str, str]] = {
    "yy": ("year", _TWO),
    "y": ("year", r"\d{1,4}"),
    "yyyy": ("year", r"\d{4}"),
    "M": ("month", _NUMBER),
    "MM": ("month", _TWO),
    "MMM": ("month", "|".join(name[:3] for name in MONTH_NAMES)),
    "MMMM": ("month", "|".join(MONTH_NAMES)),
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
"""The field of each symbol, and the expression that its text matches. ``MMMMM`` can only be written."""

_PIECES = re.compile(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z']+)|(')")


@lru_cache(maxsize=128)
def _pieces(pattern: str) -> tuple[tuple[str, bool], ...]:
    """The pieces of a pattern: symbols (True) and literal text (False)."""
    pieces: list[tuple[str, bool]] = []
    for quoted, symbol, letter, other, open_quote in _PIECES.findall(pattern):
        if open_quote:
            raise S3Error("EvaluatorUnterminatedTimestampFormatPatternToken")
        if symbol and symbol not in _WRITE:
            known = any(name[0] == letter for name in _WRITE)
            raise S3Error(f"EvaluatorInvalidTimestampFormatPattern{'Token' if known else 'Symbol'}")
        pieces.append((symbol, True) if symbol else (other or quoted.replace("''", "'") or "'", False))
    return tuple(pieces)


def write(at: Timestamp, pattern: str) -> str:
    """A timestamp in the format of ``pattern``. Raises S3Error for an invalid pattern."""
    return "".join(_WRITE[piece](at) if is_symbol else piece for piece, is_symbol in _pieces(pattern))


@lru_cache(maxsize=128)
def _reader(pattern: str) -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    """The expression that a text must match, and the symbol and the field of each of its groups."""
    parts: list[str] = []
    fields: list[tuple[str, str]] = []
    for piece, is_symbol in _pieces(pattern):
        if not is_symbol:
            parts.append(re.escape(piece))
            continue
        if piece not in _READ:
            raise S3Error("EvaluatorInvalidTimestampFormatPatternSymbolForParsing")
        field, look = _READ[piece]
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


def read(text: str, pattern: str) -> Timestamp:
    """The timestamp that ``text`` spells in the format of ``pattern``.

    Raises ValueParseFailure where the text does not match, and other S3Errors for an invalid pattern.
    """
    expression, groups = _reader(pattern)
    match = expression.fullmatch(text)
    if match is None:
        raise S3Error("ValueParseFailure")
    symbols: dict[str, str] = {}
    texts: dict[str, str] = {}
    for (symbol, field), value in zip(groups, match.groups(), strict=True):
        symbols[field], texts[field] = symbol, value

    year = int(texts["year"])
    if symbols["year"] == "yy":
        year += 1900 if year >= _FIRST_YEAR_OF_1900S else 2000
    month = texts.get("month", "1")
    if month.isdigit():
        month_number = int(month)
    else:
        month_number = next(place for place, name in enumerate(MONTH_NAMES, 1) if name.startswith(month))
    hour = int(texts.get("hour", "0"))
    if "half" in texts:
        hour = hour % 12 + (12 if texts["half"].upper() == "PM" else 0)
    fraction = texts.get("fraction", "")
    if symbols.get("fraction") == "n":
        fraction = fraction.zfill(9)
    precision = max(PRECISION.get(field, YEAR) for field in texts)
    try:
        moment = datetime(
            year,
            month_number,
            int(texts.get("day", "1")),
            hour,
            int(texts.get("minute", "0")),
            int(texts.get("second", "0")),
            tzinfo=_zone(texts.get("offset", "Z")),
        )
    except ValueError:
        raise S3Error("ValueParseFailure") from None
    return Timestamp(moment, precision, fraction, "offset" in texts)
