"""Midnights (UTC), at which what S3 counts in days begins and ends."""

from __future__ import annotations

from datetime import datetime, timedelta


def after(moment: datetime, days: int = 0) -> datetime:
    """Return the midnight after so many days: 3 days from October 15, 10:30, are over on October 19, 00:00.

    (User Guide, "Restoring an archived object" and "Lifecycle configuration elements".) From a midnight exactly it is
    as from any other time of its day (assumed).
    """
    try:
        end = moment + timedelta(days=days + 1)
    except OverflowError:
        end = moment.replace(year=9999, month=12, day=31)  # so many days are for ever
    return end.replace(hour=0, minute=0, second=0, microsecond=0)


def http(midnight: datetime) -> str:
    """Return ``Sun, 13 Aug 2017 00:00:00 GMT`` (https://github.com/embulk/embulk-input-s3/pull/113)."""
    day, month, date, _, year = midnight.ctime().split()  # ctime knows no locale
    return f"{day}, {date:0>2} {month} {year} 00:00:00 GMT"
