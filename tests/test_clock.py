"""A moved clock: S3 and botocore use the same time."""

from __future__ import annotations

import contextlib
import json
from base64 import b64decode
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import botocore.signers
import httpx
import pytest
import time_machine
from botocore.config import Config
from botocore.exceptions import ClientError
from freezegun import freeze_time

from s3mock import ScheduleWarning, mock_s3
from s3mock.backend import schedules
from tests.support.directory_buckets import create_directory_bucket
from tests.support.notifications import FUNCTION, notify, to
from tests.support.replication import SOURCE, TARGET, create_versioned, replicate
from tests.support.replication import rule as replication_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


def client(mock: S3, signature: str) -> Any:
    return mock.client(region_name="us-east-1", config=Config(signature_version=signature))


def test_the_clock_can_be_advanced_and_set(s3: S3Client, bucket: str, mock: S3) -> None:
    with freeze_time(NOON):
        s3.put_object(Bucket=bucket, Key="old")
        mock.clock.advance(days=31)
        s3.put_object(Bucket=bucket, Key="new")
        old, new = (s3.head_object(Bucket=bucket, Key=key) for key in ("old", "new"))
    assert (old["LastModified"], new["LastModified"]) == (NOON, NOON + timedelta(days=31))
    assert parsedate_to_datetime(new["ResponseMetadata"]["HTTPHeaders"]["date"]) == NOON + timedelta(days=31)


def test_a_multipart_object_is_as_old_as_its_upload(s3: S3Client, mock: S3) -> None:
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    s3.put_object_lock_configuration(
        Bucket="locked",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 5}},
        },
    )
    with freeze_time(NOON):
        upload = s3.create_multipart_upload(Bucket="locked", Key="key")["UploadId"]
        mock.clock.advance(days=1)
        part = s3.upload_part(Bucket="locked", Key="key", UploadId=upload, PartNumber=1, Body=b"part")
        s3.complete_multipart_upload(
            Bucket="locked",
            Key="key",
            UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
        head = s3.head_object(Bucket="locked", Key="key")
    assert head["LastModified"] == NOON
    assert head["ObjectLockRetainUntilDate"] == NOON + timedelta(days=5)


def test_a_reset_sets_the_clock_back(mock: S3) -> None:
    with freeze_time(NOON):
        mock.clock.advance(days=31)
        mock.reset()
        assert mock.clock.now() == NOON


def test_the_clock_is_advanced_by_a_timedelta_or_by_its_units(mock: S3) -> None:
    with freeze_time(NOON):
        mock.clock.advance(timedelta(hours=1))
        mock.clock.advance(timedelta(hours=1), minutes=30)
        mock.clock.advance(seconds=0)
        assert mock.clock.now() == NOON + timedelta(hours=2, minutes=30)
        assert mock.clock.timestamp() == (NOON + timedelta(hours=2.5)).timestamp()
        assert mock.clock.offset == 2.5 * 3600


@pytest.mark.parametrize(
    ("durations", "units", "error", "message"),
    [
        ((), {"month": 1}, TypeError, "advance has no unit 'month': there are weeks, days"),
        ((), {"day": 1}, TypeError, "advance has no unit 'day'; did you mean days?"),
        ((), {}, TypeError, "advance takes a timedelta, or units such as days=31"),
        ((31,), {}, TypeError, "advance takes a timedelta, or units such as days=31, not 31"),
        ((31,), {"days": 1}, TypeError, "advance takes a timedelta, or units such as days=31, not 31"),
        ((), {"days": "31"}, TypeError, "days"),
        ((), {"days": -1}, ValueError, "advance moves the clock ahead"),
        ((timedelta(hours=-1),), {}, ValueError, "travel moves it to any time"),
    ],
)
def test_the_clock_is_not_advanced_by_anything_else(
    mock: S3, durations: Any, units: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        mock.clock.advance(*durations, **units)
    assert mock.clock.offset == 0


@pytest.mark.parametrize("year", [1999, 2026, 2099])
@pytest.mark.parametrize("system", [NOON, NOON + timedelta(microseconds=123457)])
def test_the_clock_travels_to_a_time_and_runs_on(
    s3: S3Client, bucket: str, mock: S3, year: int, system: datetime
) -> None:
    with freeze_time(system) as frozen:
        for moment in (datetime(year, 1, 1), datetime(year, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))):  # noqa: DTZ001
            mock.clock.travel_to(moment)
            s3.put_object(Bucket=bucket, Key="key")
            start = datetime(year, 1, 1, tzinfo=timezone.utc)
            assert s3.head_object(Bucket=bucket, Key="key")["LastModified"] == start
        frozen.tick(60)
        assert mock.clock.now() == start + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("moment", "time"),
    [
        ("2027-01-01", "2027-01-01T00:00:00+00:00"),
        ("2027-01-01T12:30:00Z", "2027-01-01T12:30:00+00:00"),
        ("2027-01-01T12:30:00+02:00", "2027-01-01T10:30:00+00:00"),
        (date(2027, 1, 1), "2027-01-01T00:00:00+00:00"),
        (NOON, "2026-11-20T12:00:00+00:00"),
    ],
)
@pytest.mark.parametrize("frozen", [False, True])
def test_the_clock_travels_to_texts_and_dates(mock: S3, moment: Any, time: str, frozen: bool) -> None:
    with freeze_time("2026-11-01"):
        if frozen:
            mock.clock.freeze()
        mock.clock.travel(moment)
        assert mock.clock.now().isoformat() == time
        assert mock.clock.is_frozen == frozen


@pytest.mark.parametrize(("moment", "error"), [("tomorrow", ValueError), (3, TypeError), (None, TypeError)])
def test_the_clock_does_not_travel_to_anything_else(mock: S3, moment: Any, error: type[Exception]) -> None:
    before = mock.clock.offset
    with pytest.raises(error):
        mock.clock.travel(moment)
    assert mock.clock.offset == before


def test_a_frozen_clock_stands_still_and_can_be_moved(s3: S3Client, bucket: str, mock: S3) -> None:
    def put_and_head() -> datetime:
        s3.put_object(Bucket=bucket, Key="key")
        return s3.head_object(Bucket=bucket, Key="key")["LastModified"]

    with freeze_time(NOON) as system:
        mock.clock.freeze()
        system.tick(3600)
        assert put_and_head() == NOON
        mock.clock.advance(days=1)
        system.tick(3600)
        assert put_and_head() == NOON + timedelta(days=1)
        mock.clock.unfreeze()
        system.tick(60)
        assert put_and_head() == NOON + timedelta(days=1, minutes=1)
        mock.clock.freeze("2027-01-01")
        system.tick(60)
        assert put_and_head().isoformat() == "2027-01-01T00:00:00+00:00"
        mock.reset()
        assert (mock.clock.is_frozen, mock.clock.now()) == (False, NOON + timedelta(hours=2, minutes=2))


def test_a_move_is_taken_back_at_the_end_of_a_with(mock: S3) -> None:
    with freeze_time(NOON) as system:
        with mock.clock.freeze() as clock:
            with clock.advance(days=31):
                assert clock.now() == NOON + timedelta(days=31)
                with clock.travel("2027-01-01"), clock.unfreeze():
                    system.tick(60)
                    assert clock.now() == datetime(2027, 1, 1, 0, 1, tzinfo=timezone.utc)
                assert clock.now() == NOON + timedelta(days=31)
            assert clock.now() == NOON
        assert (clock.is_frozen, clock.now()) == (False, NOON + timedelta(minutes=1))
        with pytest.raises(LookupError), mock.clock.advance(days=1):
            raise LookupError
        assert mock.clock.offset == 0


def test_a_snapshot_has_a_frozen_clock(mock: S3) -> None:
    with freeze_time(NOON) as system:
        mock.clock.freeze()
        snapshot = mock.cloud.snapshot()
        mock.clock.unfreeze()
        system.tick(60)
        mock.cloud.restore(snapshot)
        assert (mock.clock.is_frozen, mock.clock.now()) == (True, NOON)


def daily_inventory(s3: S3Client, bucket: str) -> None:
    destination: Any = {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{bucket}", "Format": "CSV"}}
    s3.put_bucket_inventory_configuration(
        Bucket=bucket,
        Id="daily",
        InventoryConfiguration={
            "Id": "daily",
            "IsEnabled": True,
            "IncludedObjectVersions": "Current",
            "Schedule": {"Frequency": "Daily"},
            "Destination": destination,
        },
    )


def reports(s3: S3Client, bucket: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = (entry["Key"] for page in pages for entry in page.get("Contents", ()))
    return [key.split("/")[2][:10] for key in keys if key.endswith("manifest.json")]


def test_schedules_catch_up_with_a_limited_number_of_days_and_say_so(
    s3: S3Client, bucket: str, mock: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "MOST_DAYS", 3)
    with freeze_time(NOON):
        daily_inventory(s3, bucket)
        mock.clock.advance(days=3)
        with pytest.warns(ScheduleWarning, match=r"'daily' of .* leaves out 5 days, and goes on at 2026-11-30"):
            mock.clock.advance(days=9)
        mock.clock.advance(days=1)
        assert reports(s3, bucket) == [
            *("2026-11-21", "2026-11-22", "2026-11-23"),
            *("2026-11-24", "2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03"),
        ]


def test_a_schedule_goes_on_after_the_clock_was_set_back(s3: S3Client, bucket: str, mock: S3) -> None:
    with freeze_time(NOON):
        daily_inventory(s3, bucket)
        with mock.clock.advance(days=2):
            pass
        mock.clock.advance(days=1)
        mock.clock.travel("2026-11-10")
        mock.clock.advance(days=1, hours=1)
        assert reports(s3, bucket) == ["2026-11-10", "2026-11-11", "2026-11-21", "2026-11-22"]


def test_a_move_inside_frozen_time_is_a_distance_that_stays_unless_its_block_ends(mock: S3) -> None:
    with freeze_time(NOON):
        with mock.clock.travel("2027-01-01"):
            assert mock.clock.now().year == 2027
        assert mock.clock.now() == NOON
        mock.clock.travel(NOON + timedelta(days=30))
    assert mock.clock.offset == pytest.approx(30 * 86400)
    with freeze_time(NOON + timedelta(days=1)):
        assert mock.clock.now() == NOON + timedelta(days=31)


def test_a_clock_that_goes_backwards_harms_nothing(s3: S3Client, bucket: str, mock: S3) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    with freeze_time(NOON):
        ids = []
        for days in (0, -1, -400, 0):
            mock.clock.travel(NOON + timedelta(days=days))
            ids.append(s3.put_object(Bucket=bucket, Key="key", Body=b"1")["VersionId"])
            upload = s3.create_multipart_upload(Bucket=bucket, Key="upload")["UploadId"]
            s3.abort_multipart_upload(Bucket=bucket, Key="upload", UploadId=upload)
        versions = s3.list_object_versions(Bucket=bucket)["Versions"]
        assert [version["VersionId"] for version in versions] == ids[::-1]
        assert s3.get_object(Bucket=bucket, Key="key")["VersionId"] == ids[-1]


@pytest.fixture(params=["system", "freezegun", "time-machine"])
def at_noon(request: pytest.FixtureRequest, mock: S3) -> Iterator[Callable[..., object]]:
    """A function that sets the mock's clock to so much before or after noon, by a system's clock of each kind."""
    of: dict[str, Any] = {"freezegun": freeze_time, "time-machine": time_machine.travel}
    # A day off the mock's noon, so that both clocks have a part in what botocore signs.
    system = of[request.param](NOON - timedelta(days=1)) if request.param in of else contextlib.nullcontext()
    with system:
        yield lambda **duration: mock.clock.travel(NOON + timedelta(**duration))


def test_what_is_pending_survives_a_clock_that_goes_backwards(
    s3: S3Client, bucket: str, mock: S3, at_noon: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3MOCK_REPLICATION_TIME", "60")
    at_noon()
    for name in (SOURCE, TARGET):
        create_versioned(s3, name)
    replicate(s3, replication_rule())
    rule: Any = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    s3.put_object(Bucket=SOURCE, Key="k", Body=b"1")
    s3.put_object(Bucket=bucket, Key="tmp/late", Body=b"1")
    s3.put_object(Bucket=bucket, Key="archived", Body=b"1", StorageClass="GLACIER")
    s3.restore_object(Bucket=bucket, Key="archived", RestoreRequest={"Days": 2})
    at_noon(days=-30)
    s3.put_object(Bucket=bucket, Key="tmp/early", Body=b"1")
    at_noon(days=-27)  # what was put meanwhile expires in its time, and nothing else happens
    assert s3.head_object(Bucket=SOURCE, Key="k")["ReplicationStatus"] == "PENDING"
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=bucket, Prefix="tmp/")["Contents"]] == ["tmp/late"]
    at_noon(days=1)  # as if it had never gone back
    assert s3.head_object(Bucket=SOURCE, Key="k")["ReplicationStatus"] == "COMPLETED"
    assert s3.get_object(Bucket=TARGET, Key="k")["Body"].read() == b"1"
    assert s3.get_object(Bucket=bucket, Key="archived")["Body"].read() == b"1"
    at_noon(days=3)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket, Prefix="tmp/")
    assert "Restore" not in s3.head_object(Bucket=bucket, Key="archived")


def test_what_expires_is_valid_again_when_the_clock_is_set_back(
    s3: S3Client, bucket: str, mock: S3, at_noon: Callable[..., object]
) -> None:
    at_noon()
    s3.put_object(Bucket=bucket, Key="key", Body=b"1")
    url = client(mock, "s3v4").generate_presigned_url("get_object", {"Bucket": bucket, "Key": "key"}, ExpiresIn=60)
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    session = mock.client(region_name="us-east-1", **mock.add_principal("role/ann", everything, seconds=60))
    # A URL is too early from 15 minutes before its date on; clients with a new date are not.
    for hours, visit, call in ((0, 200, True), (2, 403, False), (0, 200, True), (-24, 403, True), (0, 200, True)):
        at_noon(hours=hours)
        assert httpx.get(url).status_code == visit
        with contextlib.nullcontext() if call else pytest.raises(ClientError):
            session.get_object(Bucket=bucket, Key="key")


@pytest.mark.parametrize("verified", ["presigned", "all"])
def test_signatures_and_sessions_follow_a_clock_that_goes_backwards(verified: Any) -> None:
    with mock_s3(verify_signatures=verified) as mock:
        west = mock.client(region_name="us-west-2")
        directory = create_directory_bucket(west, "d--usw2-az1--x-s3")
        for days in (0, -1, 1, -400, 400, 0):
            mock.clock.travel(NOON + timedelta(days=days))
            west.put_object(Bucket=directory, Key="key", Body=b"1")
            assert west.get_object(Bucket=directory, Key="key")["LastModified"].date() == mock.clock.now().date()


@pytest.mark.parametrize("move", ["advance", "travel_to"])
def test_what_is_due_is_done_and_delivered_when_the_clock_is_moved(
    s3: S3Client, bucket: str, mock: S3, move: str
) -> None:
    received: list[Any] = []
    mock.on_event(FUNCTION, lambda event, _context: received.append(event["Records"][0]))
    notify(s3, bucket, to(FUNCTION, "s3:LifecycleExpiration:*"))
    rule: Any = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    s3.put_object(Bucket=bucket, Key="key")
    if move == "advance":
        mock.clock.advance(days=3)
    else:
        mock.clock.travel_to(mock.clock.now() + timedelta(days=3))
    assert [(record["eventName"], record["s3"]["object"]["key"]) for record in received] == [
        ("LifecycleExpiration:Delete", "key")
    ]


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_requests_are_signed_with_the_time_of_the_moved_clock(bucket: str, mock: S3, signature: str) -> None:
    signed: list[Any] = []
    ours = client(mock, signature)
    ours.meta.events.register("before-send.s3", lambda request, **_: signed.append(request.headers))
    with freeze_time(NOON):
        mock.clock.advance(days=31)
        ours.list_objects_v2(Bucket=bucket)
    stamps = {"s3v4": ("X-Amz-Date", b"20261221T120000Z"), "s3": ("Date", b"Mon, 21 Dec 2026 12:00:00 GMT")}
    header, stamp = stamps[signature]
    value = signed[0][header]
    assert (value if isinstance(value, bytes) else value.encode()) == stamp


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("s3v4", {"X-Amz-Date": ["20261221T120000Z"]}),
        ("s3", {"Expires": [str(int(NOON.timestamp()) + 31 * 86400 + 60)]}),
    ],
)
def test_urls_are_presigned_with_the_time_of_the_moved_clock(
    bucket: str, mock: S3, signature: str, expected: dict[str, list[str]]
) -> None:
    with freeze_time(NOON):
        mock.clock.advance(days=31)
        url = client(mock, signature).generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": "key"}, ExpiresIn=60
        )
    assert expected.items() <= parse_qs(urlsplit(url).query).items()


def test_forms_are_presigned_with_the_time_of_the_moved_clock(s3: S3Client, bucket: str, mock: S3) -> None:
    with freeze_time(NOON):
        mock.clock.advance(days=31)
        form = s3.generate_presigned_post(bucket, "key", ExpiresIn=60)
    assert json.loads(b64decode(form["fields"]["policy"]))["expiration"] == "2026-12-21T12:01:00Z"


def test_a_client_renews_its_session_after_the_clock_was_moved(west: S3Client, directory: str) -> None:
    with mock_s3() as mock:
        west.put_object(Bucket=directory, Key="key", Body=b"1")
        mock.clock.advance(minutes=10)
        assert west.get_object(Bucket=directory, Key="key")["Body"].read() == b"1"


def test_botocore_uses_the_system_time_again_after_the_mock_ends() -> None:
    room = vars(botocore.signers)
    name = "get_current_datetime" if "get_current_datetime" in room else "datetime"
    before = room[name]
    with mock_s3() as mock:
        mock.clock.advance(days=31)
        assert room[name] is not before
    assert room[name] is before


@pytest.mark.parametrize("years", [8000, 100_000])
def test_the_clock_stays_within_the_years_that_a_datetime_has(years: int) -> None:
    with mock_s3() as s3:
        with pytest.raises(ValueError, match="year 9999"):
            s3.clock.advance(days=366 * years)
        with pytest.raises(ValueError, match="in no year from 1 to 9999"):
            s3.clock.travel_to(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
        assert s3.clock.offset == 0


def test_the_clock_is_set_back_to_the_systems() -> None:
    with mock_s3() as s3:
        s3.clock.advance(days=1)
        s3.clock.reset()
        assert s3.clock.offset == 0
