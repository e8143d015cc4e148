"""The midnight at which an object, or the copy of a restored one, expires."""

from __future__ import annotations

from datetime import datetime, timedelta


def midnight_after(moment: datetime, days: int = 0) -> datetime:
    """The midnight at which N days after ``moment`` are over: 3 days from October 15, 10:30 end on October 19, 00:00.

    (User Guide, "Restoring an archived object" and "Lifecycle configuration elements": "rounding the resulting time to
    the next day midnight UTC", so that a moment that is itself a midnight counts like any other time of its day.)
    """
    try:
        end = moment + timedelta(days=days + 1)
    except OverflowError:
        end = moment.replace(year=9999, month=12, day=31)  # the end of time, as far as datetime knows
    return end.replace(hour=0, minute=0, second=0, microsecond=0)


def expiry_date(midnight: datetime) -> str:
    """``Sun, 13 Aug 2017 00:00:00 GMT``, as x-amz-expiration and x-amz-restore have it.

    https://github.com/embulk/embulk-input-s3/pull/113
    """
    day, month, date, _, year = midnight.ctime().split()  # ctime ignores the locale
    return f"{day}, {date:0>2} {month} {year} 00:00:00 GMT"
