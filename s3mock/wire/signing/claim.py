"""The string to sign and the date of a request: what versions 2 and 4 of the signature have in common."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.errors import S3Error
from s3mock.wire import scalars

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SKEW = timedelta(minutes=15)
"""The largest difference between the time of a request and S3's."""

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
_BASIC = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)


class Claim(NamedTuple):
    """The signature that a request provides, and the string to sign that it claims to sign.

    ``scope`` is the credential scope, DATE/REGION/SERVICE/aws4_request; version 2 has neither that nor a canonical
    request. ``others`` are strings that may have been signed instead.
    """

    string_to_sign: str
    signature: str
    scope: str | None = None
    canonical_request: str | None = None
    others: tuple[str, ...] = ()


def basic_date(text: str) -> datetime | None:
    """Return the time of a date in ISO 8601's basic format, ``20130524T000000Z``; None for any other text."""
    match = _BASIC.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None


def check_header_date(headers: Mapping[str, str], clocks: Iterable[datetime], *, required: bool) -> None:
    """Refuse a request whose ``x-amz-date``, or else ``Date``, is invalid or far from all ``clocks``.

    Raises AccessDenied, also without a date if one is ``required``, and RequestTimeTooSkewed.
    """
    text = headers.get("x-amz-date", headers.get("date"))
    if text is None and not required:
        return
    moment = None if text is None else basic_date(text)
    if text is not None and moment is None:
        with suppress(ValueError):
            moment = scalars.timestamp(text)
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


def check_window(begin: datetime, seconds: int, now: datetime) -> None:
    """Refuse a presigned URL of version 4 that is not valid yet, or has expired. Raises AccessDenied."""
    end = begin + timedelta(seconds=seconds) if begin < _LATEST - timedelta(seconds=seconds) else _LATEST
    if begin - now > SKEW:
        # The date is in milliseconds: https://github.com/minio/minio/issues/2638. That a URL is valid 15 minutes before
        # its date is assumed.
        milliseconds = (begin - EPOCH) // timedelta(milliseconds=1)
        fields: dict[str, Any] = {"X-Amz-Date": milliseconds, "Expires": iso(end), "ServerTime": iso(now)}
        raise S3Error("AccessDenied", "Request is not yet valid", **fields)
    if now >= end:
        raise expired(end, now, {"X-Amz-Expires": seconds})


def expired(end: datetime, now: datetime, fields: Mapping[str, int] | None = None) -> S3Error:
    """Return the error for a presigned URL that was valid until ``end`` (s3_facts 10); ``fields`` are its first."""
    all_fields: dict[str, Any] = {**(fields or {}), "Expires": iso(end), "ServerTime": iso(now)}
    return S3Error("AccessDenied", "Request has expired", **all_fields)


def iso(moment: datetime) -> str:
    """Return ``2013-05-24T00:00:00Z``."""
    return f"{moment.isoformat(timespec='seconds')[:19]}Z"
