"""Numbers, booleans and dates as S3 reads and writes them.

All readers raise ValueError, which the codec turns into S3's error.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(?:(Z)|([+-])(\d\d):?(\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_DIGITS = 19
"""The digits of the largest 64-bit integer: int() never gets a longer text."""


def integer(text: str, bits: int = 32) -> int:
    """Return ``text`` as a signed integer of ``bits`` bits: ASCII digits only, without ``+`` and spaces."""
    digits = text[1:] if text[:1] == "-" else text
    if not (digits.isascii() and digits.isdigit()) or len(digits.lstrip("0")) > _DIGITS:
        raise ValueError(text)
    value = int(text)
    if not -(1 << bits - 1) <= value < 1 << bits - 1:
        raise ValueError(text)
    return value


def long(text: str) -> int:
    """Return ``text`` as a signed 64-bit integer."""
    return integer(text, 64)


def boolean(text: str) -> bool:
    """Return ``text`` as a boolean, in upper or lower case: PutPublicAccessBlock's API page writes ``TRUE``."""
    try:
        return _BOOLEANS[text.strip().lower()]
    except KeyError:
        raise ValueError(text) from None


def timestamp(text: str) -> datetime:
    """Return the aware datetime of an ISO 8601 or HTTP date; one without a zone is in UTC."""
    text = text.strip()
    match = _ISO.fullmatch(text)
    if match is None:
        return _http_date(text)
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = match.groups()
    zone = timezone.utc
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        zone = timezone(-offset if sign == "-" else offset)
    moment = datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        int((fraction or "").ljust(6, "0")[:6]),
        zone,
    )
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError(text) from None


def _http_date(text: str) -> datetime:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - a server starts without it

    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
    except (TypeError, ValueError, OverflowError, IndexError):
        raise ValueError(text) from None


def etag_or_date(text: str) -> str | datetime:
    """Return the aware datetime of an HTTP date, and any other text, an ETag, as it is."""
    try:
        return _http_date(text)
    except ValueError:
        return text


@lru_cache(maxsize=4096)
def xml_timestamp(moment: datetime) -> str:
    """Return ``2006-02-03T16:45:09.000Z``, as S3 writes dates in XML; a naive datetime is taken for UTC."""
    return _utc(moment).isoformat(timespec="milliseconds")[:23] + "Z"


@lru_cache(maxsize=4096)
def http_date(moment: datetime) -> str:
    """Return ``Fri, 03 Feb 2006 16:45:09 GMT``, as S3 writes dates in headers; a naive datetime is taken for UTC."""
    utc = _utc(moment)
    day, month = _DAYS[utc.weekday()], _MONTHS[utc.month - 1]
    return f"{day}, {utc.day:02} {month} {utc.year:04} {utc.hour:02}:{utc.minute:02}:{utc.second:02} GMT"


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.tzinfo is timezone.utc:
        return moment
    return moment.astimezone(timezone.utc)
