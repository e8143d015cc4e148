"""What a request says was signed, and whether its time is right: what versions 2 and 4 have in common."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.errors import S3Error
from s3mock.wire import scalars

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SKEW = timedelta(minutes=15)
"""How far the time of a request may be from S3's."""

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)


class Claim(NamedTuple):
    """A signature and the text that it is said to be of.

    ``scope`` is DATE/REGION/SERVICE/aws4_request, and ``canonical`` the canonical request; version 2 has neither.
    """

    text: str
    signature: str
    scope: str | None = None
    canonical: str | None = None


def basic_date(text: str) -> datetime | None:
    """Return the time that ``20130524T000000Z`` is; None for another text."""
    match = _BASIC.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None


def check_header_date(headers: Mapping[str, str], clocks: Iterable[datetime], *, required: bool) -> None:
    """Refuse a request whose header ``x-amz-date``, else ``Date``, tells no time, or one that no clock is near.

    Raises AccessDenied, also without a date if one is ``required``, and RequestTimeTooSkewed.
    """
    text = headers.get("x-amz-date", headers.get("date"))
    if text is None and not required:
        return
    moment = None if text is None else _header_date(text)
    if text is None or moment is None or moment < EPOCH:  # before the epoch: ceph's s3-tests, test_headers
        # https://github.com/hubrick/vertx-s3-client/issues/5
        raise S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
    now, *others = clocks
    if not any(abs(moment - clock) <= SKEW for clock in (now, *others)):
        # https://github.com/versity/versitygw/issues/1514
        raise S3Error(
            "RequestTimeTooSkewed",
            RequestTime=text,
            ServerTime=iso(now),
            MaxAllowedSkewMilliseconds=SKEW // timedelta(milliseconds=1),
        )


def _header_date(text: str) -> datetime | None:
    moment = basic_date(text)
    if moment is not None:
        return moment
    try:
        return scalars.timestamp(text)
    except ValueError:
        return None


def check_window(begin: datetime, seconds: int, now: datetime) -> None:
    """Refuse a presigned URL of version 4 that is not good yet, or no longer. Raises AccessDenied."""
    end = begin + timedelta(seconds=seconds) if begin < _LATEST - timedelta(seconds=seconds) else _LATEST
    if begin - now > SKEW:
        # The date is in milliseconds: https://github.com/minio/minio/issues/2638. That 15 minutes are borne is assumed.
        milliseconds = (begin - EPOCH) // timedelta(milliseconds=1)
        told: dict[str, Any] = {"X-Amz-Date": milliseconds, "Expires": iso(end), "ServerTime": iso(now)}
        raise S3Error("AccessDenied", "Request is not yet valid", **told)
    if now >= end:
        raise expired(end, now, {"X-Amz-Expires": seconds})


def expired(end: datetime, now: datetime, fields: Mapping[str, int] | None = None) -> S3Error:
    """Return the error for a presigned URL that was good until ``end`` (s3_facts 10)."""
    told: dict[str, Any] = {**(fields or {}), "Expires": iso(end), "ServerTime": iso(now)}
    return S3Error("AccessDenied", "Request has expired", **told)


def iso(moment: datetime) -> str:
    """Return ``2013-05-24T00:00:00Z``."""
    return f"{moment.isoformat(timespec='seconds')[:19]}Z"
