"""Timestamps: moments that know how precise they are and where on earth they were told.

As text they follow the W3C note on date and time formats, but end with ``T`` where they are less precise than a day
(User Guide, Data types). Examples that no rule explains are those of the page "Date functions".
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, datetime, timedelta, timezone
from decimal import Decimal

YEAR, MONTH, DAY, MINUTE, SECOND = range(5)
"""How precise a timestamp is; there is no hour without its minutes."""

PRECISION = {"year": YEAR, "month": MONTH, "day": DAY, "hour": MINUTE, "minute": MINUTE, "second": SECOND}
"""The parts that can be added and compared, and how precise a timestamp becomes by them."""

_SECONDS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
_MONTHS = {"year": 12, "month": 1}
_TEXT = re.compile(
    r"(\d{4})(?:T|-(\d\d)(?:T|-(\d\d)(?:T?|T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)))", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment. ``fraction`` has the digits behind the second; an unknown offset is written ``-00:00``."""

    moment: datetime
    precision: int = SECOND
    fraction: str = ""
    offset_known: bool = True

    @property
    def key(self) -> tuple[datetime, str]:
        """What timestamps are compared by: digits of fractions are in the order of their texts."""
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
        """Return the offset from UTC; ``zulu`` stands for none."""
        minutes = self.offset_minutes
        if not minutes and self.offset_known and zulu:
            return zulu
        sign = "-" if minutes < 0 or not self.offset_known else "+"
        return f"{sign}{abs(minutes) // 60:02}{separator}{abs(minutes) % 60:02}"

    @property
    def offset_minutes(self) -> int:
        """The minutes that the clocks there are ahead of UTC."""
        return int((self.moment.utcoffset() or timedelta()).total_seconds()) // 60

    def add(self, part: str, quantity: int) -> Timestamp:
        """Return this timestamp with ``quantity`` of ``part`` added. Raises ValueError where no calendar has it."""
        precision = max(self.precision, PRECISION[part])
        known = self.offset_known and (self.precision > DAY or precision <= DAY)
        try:
            if part in _SECONDS:
                moment = self.moment + timedelta(seconds=quantity * _SECONDS[part])
            else:
                moment = _months_later(self.moment, quantity * _MONTHS[part])
        except OverflowError:
            raise ValueError(quantity) from None
        return replace(self, moment=moment, precision=precision, offset_known=known)

    def until(self, other: Timestamp, part: str) -> int:
        """Return how many whole ``part`` lie between this timestamp and ``other``; negative where that is earlier."""
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
        """Return a part's value. Raises KeyError for what is no part."""
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


def _months_later(moment: datetime, months: int) -> datetime:
    """Return the same day of another month, or the last day that it has."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def parse(text: str) -> Timestamp:
    """Return the timestamp that ``text`` is. Raises ValueError.

    A time without an offset is taken (as ``-00:00``): an example of the page "Date functions" has one.
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
        tzinfo=zone(offset or "Z"),
    )
    # Less precise than a minute means UTC: `2010T` is 2010-01-01T00:00:00.000Z (page "Date functions").
    known = hour is None or offset not in (None, "-00:00")
    return Timestamp(moment, precision, fraction or "", known)


def zone(offset: str) -> timezone:
    """Return the time zone of ``Z`` or ``+hh:mm``. Raises ValueError."""
    if offset == "Z":
        return timezone.utc
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def of(moment: datetime, digits: int) -> Timestamp:
    """Return a datetime as a timestamp with ``digits`` behind the second; without a zone it is UTC."""
    aware = moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment
    return Timestamp(aware.replace(microsecond=0), SECOND, f"{aware.microsecond:06}".ljust(digits, "0")[:digits])
