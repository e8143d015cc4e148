"""Object Lock: ?object-lock of buckets, ?retention and ?legal-hold of objects, and the headers of new objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from s3mock.backend import object_lock as locking
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models import checksums, object_lock
from s3mock.models.object_lock import MODES, OFF, ON, ObjectLock
from s3mock.responses import reading
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.models.version import Version

MODE, DATE = "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"
LEGAL_HOLD, EVENT_HOLD = "x-amz-object-lock-legal-hold", "x-amz-object-lock-event-hold"
BYPASS = "x-amz-bypass-governance-retention"

MEMBERS = frozenset(
    {
        "ObjectLockMode",
        "ObjectLockRetainUntilDate",
        "ObjectLockLegalHoldStatus",
        "ObjectLockEventHold",
        "ObjectLockEventHoldDurationDays",
        "ObjectLockEventHoldDurationYears",
    }
)
"""The members of a request about the lock of the object that it makes."""


def requested_lock(exchange: Exchange, request: Parameters) -> ObjectLock | None:
    """The lock that a request's headers give the object that it makes, None without these headers.

    The headers are checked before the bucket (https://github.com/versity/versitygw/issues/1733, 1734, 1736, 1775).

    Raises InvalidArgument, and InvalidRequest where the bucket has no Object Lock.
    """
    if MEMBERS.isdisjoint(request):
        return None
    mode, date = request.get("ObjectLockMode"), request.get("ObjectLockRetainUntilDate")
    name = "ObjectLockEventHoldDuration"
    units = {unit: request[name + unit] for unit in object_lock.LONGEST if name + unit in request}
    if len(units) > 1:  # of refused event holds, see ``backend.object_lock``
        message = "An event hold duration may be given in days or in years, not in both"
        raise invalid_argument(message, f"{EVENT_HOLD}-duration-days", str(units["Days"]))
    duration = object_lock.period(units, "Event hold duration")
    event_hold = request.get("ObjectLockEventHold")
    if event_hold not in (None, ON, OFF):
        raise invalid_argument("Event Hold must be either of 'ON' or 'OFF'", EVENT_HOLD, event_hold)
    held = event_hold == ON
    if (mode is None) != (date is None) and not (held and mode is not None):
        # https://github.com/boto/s3transfer/pull/224; ArgumentName: versity/versitygw
        message = f"{DATE} and {MODE} must both be supplied"
        raise invalid_argument(message, MODE if mode is None else DATE, None)
    if held != (duration is not None) or (held and mode is None):
        message = f"{EVENT_HOLD}, its duration and {MODE} must all be supplied"
        raise invalid_argument(message, EVENT_HOLD, event_hold)
    if date is not None and date <= exchange.cloud.clock.now():
        raise _past(DATE, date.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    if mode not in (None, *MODES):
        raise invalid_argument("Unknown wormMode directive.", MODE, mode)
    legal_hold = request.get("ObjectLockLegalHoldStatus")
    if legal_hold not in (None, ON, OFF):
        raise invalid_argument("Legal Hold must be either of 'ON' or 'OFF'", LEGAL_HOLD, legal_hold)
    if exchange.configuration.object_lock is None:
        raise S3Error("InvalidRequest", "Bucket is missing ObjectLockConfiguration")  # versity/versitygw
    if mode is None:
        return ObjectLock(None, legal_hold)
    wanted = locking.RetentionRequest(mode, date, event_hold if held else None, duration)
    return ObjectLock(locking.retention(wanted, None, exchange.cloud.clock.now(), floor=False), legal_hold)


def _past(argument: str, text: str) -> S3Error:
    """The error for a date that has passed, by the name and the text of its header or element.

    A header: versity/versitygw. A document: aws_recorded, test_s3_object_retention_exc.
    """
    return invalid_argument("The retain until date must be in the future!", argument, text)


def _pacific(date: datetime) -> str:
    """A date as in S3's errors: "Tue Dec 31 16:00:00 PST 2019", by today's rules of daylight saving time."""

    def sunday(month: int, first: int, hour: int) -> datetime:
        """The first Sunday of a month from a day on, at an hour of UTC."""
        day = datetime(date.year, month, first, hour, tzinfo=timezone.utc)
        return day + timedelta(days=6 - day.weekday())

    summer = sunday(3, 8, 10) <= date < sunday(11, 1, 9)
    local = date - timedelta(hours=7 if summer else 8) if date.year > 1 else date  # nothing precedes the year 1
    # ctime has the English names in every locale.
    return f"{local.ctime()[:7]} {local:%d %H:%M:%S} {'PDT' if summer else 'PST'} {local.year}"


def check_digest(
    exchange: Exchange, lock: ObjectLock | None, what: str, headers: Mapping[str, str] | None = None
) -> None:
    """Refuse bytes without a digest if their request or the bucket's default locks them.

    ``what`` is "Object" or "Part"; ``headers`` are the request's, or the fields of a form.

    Raises InvalidRequest: as answered in https://github.com/versity/versitygw/issues/1776,
    https://github.com/offen/docker-volume-backup/issues/727 (a default retention) and
    https://github.com/s3tools/s3cmd/issues/1436 (a part).
    """
    if lock is None:
        bucket = exchange.configuration.object_lock
        if bucket is None or bucket.default is None:
            return
    if headers is None:
        headers = exchange.headers
    announced = headers.get("x-amz-trailer", "").lower()
    if "content-md5" not in headers and not any(checksums.is_value(name) for name in (*headers, announced)):
        required = "Content-MD5 OR x-amz-checksum- HTTP header is required"
        raise S3Error("InvalidRequest", f"{required} for Put {what} requests with Object Lock parameters")


def bypasses_governance(exchange: Exchange, request: Parameters) -> bool:
    """Whether a delete bypasses governance mode.

    Raises InvalidArgument for "true" and for "false" in a bucket without Object Lock, where there is nothing to bypass
    (aws_recorded: test_delete_object_with_no_locking).
    """
    bypass: bool | None = request.get("BypassGovernanceRetention")
    if bypass is not None and exchange.configuration.object_lock is None:
        message = f"{BYPASS} is only applicable to Object Lock enabled buckets."
        raise S3Error("InvalidArgument", message, ArgumentName=BYPASS)
    return bool(bypass)


@operation(
    "GetObjectLockConfiguration", action="s3:GetBucketObjectLockConfiguration", log="REST.GET.OBJECT_LOCK_CONFIGURATION"
)
def get_object_lock_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """The Object Lock of the bucket, and the default retention of new objects.

    S3 API: GetObjectLockConfiguration
    """
    bucket = exchange.configuration.object_lock
    if bucket is None:
        raise S3Error("ObjectLockConfigurationNotFoundError", BucketName=exchange.bucket.name)
    return {"ObjectLockConfiguration": object_lock.describe_configuration(bucket)}


@operation(
    "PutObjectLockConfiguration",
    action="s3:PutBucketObjectLockConfiguration",
    log="REST.PUT.OBJECT_LOCK_CONFIGURATION",
    needs_digest=True,
)
def put_object_lock_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Lock a bucket that keeps versions, and set the default retention of new objects; without a Rule there is none.

    Locking an existing bucket no longer needs a ``Token`` (What's New, November 2023).

    S3 API: PutObjectLockConfiguration
    """
    configuration = object_lock.configuration(request["ObjectLockConfiguration"])
    exchange.commit(lambda state: locking.configure(state, configuration))
    return {}


@operation(
    "GetObjectRetention",
    action="s3:GetObjectRetention",
    on="object",
    log="REST.GET.OBJECT_LOCK_RETENTION",
    multi_region=True,
)
def get_object_retention(exchange: Exchange, request: Parameters) -> Parameters:
    """The mode and the date of a version's retention, even if it is over.

    S3 API: GetObjectRetention
    """
    lock = _find(exchange, request, "GET").lock
    if lock is None or lock.retention is None:
        raise S3Error("NoSuchObjectLockConfiguration")
    return {"Retention": object_lock.describe_retention(lock.retention, exchange.cloud.clock.now())}


@operation(
    "PutObjectRetention",
    action="s3:PutObjectRetention",
    on="object",
    log="REST.PUT.OBJECT_LOCK_RETENTION",
    multi_region=True,
    needs_digest=True,
)
def put_object_retention(exchange: Exchange, request: Parameters) -> Parameters:
    """Retain a version; extend, shorten or lift its retention as far as its mode allows that.

    An empty document lifts the retention (User Guide).

    S3 API: PutObjectRetention
    """
    version = _find(exchange, request, "PUT")
    document, wanted = request["Retention"], None
    if document:
        mode, date, duration = document.get("Mode"), document.get("RetainUntilDate"), document.get("EventHoldDuration")
        if mode is None:  # aws_recorded: test_s3_object_retention_exc, of a mode or a date alone
            raise S3Error("MalformedXML")
        if date is not None and date <= exchange.cloud.clock.now():
            raise _past("RetainUntilDate", _pacific(date))
        period = None if duration is None else object_lock.period(duration, "Event hold duration")
        wanted = locking.RetentionRequest(mode, date, document.get("EventHold"), period)
    now, bypass = exchange.cloud.clock.now(), bool(request.get("BypassGovernanceRetention"))
    exchange.commit(lambda state: locking.retain(state, version, wanted, now, bypass=bypass))
    return {}


@operation(
    "GetObjectLegalHold",
    action="s3:GetObjectLegalHold",
    on="object",
    log="REST.GET.OBJECT_LOCK_LEGALHOLD",
    multi_region=True,
)
def get_object_legal_hold(exchange: Exchange, request: Parameters) -> Parameters:
    """The status of a version's legal hold, if it ever had one.

    S3 API: GetObjectLegalHold
    """
    lock = _find(exchange, request, "GET").lock
    if lock is None or lock.legal_hold is None:
        raise S3Error("NoSuchObjectLockConfiguration")
    return {"LegalHold": {"Status": lock.legal_hold}}


@operation(
    "PutObjectLegalHold",
    action="s3:PutObjectLegalHold",
    on="object",
    log="REST.PUT.OBJECT_LOCK_LEGALHOLD",
    multi_region=True,
    needs_digest=True,
)
def put_object_legal_hold(exchange: Exchange, request: Parameters) -> Parameters:
    """Turn the legal hold of a version on or off; s3:PutObjectLegalHold allows both (User Guide).

    S3 API: PutObjectLegalHold
    """
    version = _find(exchange, request, "PUT")
    status = request["LegalHold"].get("Status")
    if status is None:
        raise S3Error("MalformedXML")  # versity/versitygw
    exchange.commit(lambda state: locking.hold(state, version, status))
    return {}


def _find(exchange: Exchange, request: Parameters, method: str) -> Version:
    """The version whose lock the request is about. Raises InvalidRequest and what ``reading.find_version`` raises."""
    if exchange.configuration.object_lock is None:
        raise S3Error("InvalidRequest", "Bucket is missing Object Lock Configuration")  # versity/versitygw
    return reading.find_version(exchange, request["Key"], request.get("VersionId"), method)
