"""Restoring archived objects for some days."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from s3mock.models.expiry import midnight_after
from s3mock.models.version import Restore
from tests.support.archives import BUCKET, Archives
from tests.support.changes import recorded
from tests.support.responses import refused

ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
IN_DAYS = 'ongoing-request="false", expiry-date="Fri, 19 Oct 2012 00:00:00 GMT"'
ONGOING = 'ongoing-request="true"'


@pytest.mark.parametrize("storage_class", ARCHIVES)
def test_a_restored_object_is_read_and_copied_and_stays_in_its_class(archives: Archives, storage_class: str) -> None:
    archives.put("object", storage_class)
    assert archives.restore("object") == 202
    head = archives.head("object")
    assert head["Restore"] == IN_DAYS
    assert head["StorageClass"] == storage_class
    assert archives.get("object") == b"bytes"
    archives.s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/object")
    assert archives.get("copy") == b"bytes"
    assert {"StorageClass", "Restore"}.isdisjoint(archives.head("copy"))


def test_the_copy_expires_at_midnight_after_its_days_and_can_be_restored_again(archives: Archives) -> None:
    archives.put("object")
    archives.restore("object")
    archives.clock.advance(days=3, hours=13, minutes=29)
    assert archives.get("object") == b"bytes"
    archives.clock.advance(minutes=2)
    with refused("InvalidObjectState", 403):
        archives.get("object")
    assert "Restore" not in archives.head("object")
    assert archives.restore("object", days=1) == 202
    assert archives.get("object") == b"bytes"


def test_restoring_a_restored_object_is_a_200_that_renews_its_days(archives: Archives) -> None:
    archives.put("object")
    archives.restore("object", days=30)
    assert archives.restore("object", days=3) == 200
    assert archives.head("object")["Restore"] == IN_DAYS
    archives.clock.advance(days=1)
    assert archives.restore("object", days=2) == 200
    assert archives.head("object")["Restore"] == IN_DAYS


def test_a_copy_can_outlive_the_calendar(archives: Archives) -> None:
    archives.put("object")
    assert archives.restore("object", days=2**31 - 1) == 202
    assert "31 Dec 9999" in archives.head("object")["Restore"]
    assert archives.get("object") == b"bytes"


@pytest.mark.parametrize(
    ("storage_class", "tier", "hours"),
    [
        ("GLACIER", "Expedited", 1 / 12),
        ("GLACIER", "Standard", 5),
        ("GLACIER", None, 5),
        ("GLACIER", "Bulk", 12),
        ("DEEP_ARCHIVE", "Standard", 12),
        ("DEEP_ARCHIVE", "Bulk", 48),
    ],
)
def test_a_setting_makes_retrievals_take_the_documented_time(
    slow_archives: Archives, storage_class: str, tier: str | None, hours: float
) -> None:
    slow_archives.put("object", storage_class)
    assert slow_archives.restore("object", days=1, tier=tier) == 202
    assert slow_archives.head("object")["Restore"] == ONGOING
    with refused("InvalidObjectState", 403):
        slow_archives.get("object")
    slow_archives.clock.advance(hours=hours, seconds=-30)
    assert slow_archives.head("object")["Restore"] == ONGOING
    slow_archives.clock.advance(seconds=60)
    assert slow_archives.get("object") == b"bytes"
    assert slow_archives.head("object")["Restore"].startswith('ongoing-request="false", expiry-date="')


def test_the_days_count_from_the_end_of_the_retrieval(slow_archives: Archives) -> None:
    slow_archives.put("object", "DEEP_ARCHIVE")
    slow_archives.restore("object", days=2, tier="Bulk")
    slow_archives.clock.advance(hours=48, minutes=1)
    # Retrieved on October 17, so that two days are over on the 19th, and the copy goes at the next midnight.
    assert 'expiry-date="Sat, 20 Oct 2012 00:00:00 GMT"' in slow_archives.head("object")["Restore"]


def test_a_restore_in_progress_can_only_be_sped_up(slow_archives: Archives) -> None:
    slow_archives.put("object")
    slow_archives.restore("object", tier="Standard")
    for days, tier in ((3, "Standard"), (3, None), (3, "Bulk"), (4, "Expedited")):
        with refused("RestoreAlreadyInProgress", 409, Message="Object restore is already in progress"):
            slow_archives.restore("object", days=days, tier=tier)
    assert slow_archives.restore("object", tier="Expedited") == 202
    slow_archives.clock.advance(minutes=6)
    assert slow_archives.get("object") == b"bytes"
    assert slow_archives.restore("object", tier="Bulk") == 200


def test_a_faster_tier_never_makes_a_restore_end_later(slow_archives: Archives) -> None:
    slow_archives.put("object")
    slow_archives.restore("object", tier="Bulk")
    slow_archives.clock.advance(hours=11, minutes=58)
    slow_archives.restore("object", tier="Expedited")
    slow_archives.clock.advance(minutes=3)
    assert slow_archives.get("object") == b"bytes"


@pytest.mark.parametrize("request_", [None, {"Days": 1}, {}])
@pytest.mark.parametrize("storage_class", ["STANDARD", "STANDARD_IA", "GLACIER_IR"])
def test_an_object_that_is_not_archived_cannot_be_restored(
    archives: Archives, storage_class: str, request_: Any
) -> None:
    archives.put("object", storage_class)
    message = "Restore is not allowed for the object's current storage class"
    document = {} if request_ is None else {"RestoreRequest": request_}
    with refused("InvalidObjectState", 403, Message=message, StorageClass=storage_class):
        archives.s3.restore_object(Bucket=BUCKET, Key="object", **document)


def test_deep_archive_has_no_expedited_retrieval(archives: Archives) -> None:
    archives.put("object", "DEEP_ARCHIVE")
    message = "Retrieval option is not supported by this storage class"
    with refused("InvalidArgument", 400, Message=message, ArgumentName="Tier", ArgumentValue="Expedited"):
        archives.restore("object", tier="Expedited")
    assert "Restore" not in archives.head("object")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"GlacierJobParameters": {"Tier": "Bulk"}},
        {"Days": 1, "GlacierJobParameters": {"Tier": "Soon"}},
        {"Days": 1, "Tier": "Bulk"},
        {"Days": 1, "Tier": "Bulk", "GlacierJobParameters": {"Tier": "Bulk"}},
        {"OutputLocation": {"S3": {"BucketName": BUCKET, "Prefix": "results"}}},
        {"Days": 1, "OutputLocation": {"S3": {"BucketName": BUCKET, "Prefix": "results"}}},
        {"Days": 1, "Type": "ARCHIVE"},
    ],
)
def test_a_restore_needs_days_and_has_no_members_of_select(archives: Archives, document: Any) -> None:
    archives.put("object")
    with refused("MalformedXML", 400):
        archives.s3.restore_object(Bucket=BUCKET, Key="object", RestoreRequest=document)
    assert "Restore" not in archives.head("object")


def test_a_restore_without_a_document_is_malformed(archives: Archives) -> None:
    archives.put("object")
    with refused("MalformedXML", 400):
        archives.s3.restore_object(Bucket=BUCKET, Key="object")


@pytest.mark.parametrize("days", [0, -1])
def test_a_copy_lives_for_at_least_a_day(archives: Archives, days: int) -> None:
    archives.put("object")
    message = "restoration days should be at least 1"
    with refused("InvalidArgument", 400, Message=message, ArgumentName="Days", ArgumentValue=str(days)):
        archives.restore("object", days=days)


def test_a_restore_can_have_a_description(archives: Archives) -> None:
    archives.put("object")
    assert archives.restore("object", Description="for the audit") == 202


def test_select_restores_are_no_longer_offered(archives: Archives) -> None:
    archives.put("object")
    select = {
        "InputSerialization": {"CSV": {}},
        "ExpressionType": "SQL",
        "Expression": "SELECT * FROM object",
        "OutputSerialization": {"CSV": {}},
    }
    output = {"S3": {"BucketName": BUCKET, "Prefix": "results"}}
    with refused("MethodNotAllowed", 405, Method="POST", ResourceType="OBJECT"):
        archives.restore("object", days=None, Type="SELECT", SelectParameters=select, OutputLocation=output)


def test_each_version_is_restored_separately(archives: Archives) -> None:
    s3 = archives.s3
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first, second = (
        s3.put_object(Bucket=BUCKET, Key="object", Body=body, StorageClass="GLACIER")["VersionId"]
        for body in (b"first", b"second")
    )
    s3.restore_object(Bucket=BUCKET, Key="object", VersionId=first, RestoreRequest={"Days": 1})
    assert s3.get_object(Bucket=BUCKET, Key="object", VersionId=first)["Body"].read() == b"first"
    with refused("InvalidObjectState", 403):
        s3.get_object(Bucket=BUCKET, Key="object", VersionId=second)
    s3.restore_object(Bucket=BUCKET, Key="object", RestoreRequest={"Days": 1})
    assert s3.get_object(Bucket=BUCKET, Key="object")["VersionId"] == second
    marker = s3.delete_object(Bucket=BUCKET, Key="object")["VersionId"]
    with refused("NoSuchKey", 404, Key="object"):
        archives.restore("object")
    with refused("MethodNotAllowed", 405, Method="POST", ResourceType="DeleteMarker"):
        s3.restore_object(Bucket=BUCKET, Key="object", VersionId=marker, RestoreRequest={"Days": 1})


def test_a_missing_object_cannot_be_restored(archives: Archives) -> None:
    with refused("NoSuchKey", 404, Key="nothing"):
        archives.restore("nothing")
    with refused("NoSuchBucket", 404, BucketName="nowhere"):
        archives.s3.restore_object(Bucket="nowhere", Key="nothing", RestoreRequest={"Days": 1})
    with refused("InvalidArgument", 400):
        archives.s3.restore_object(Bucket=BUCKET, Key="nothing", VersionId="none", RestoreRequest={"Days": 1})


def test_overwriting_a_restored_object_ends_its_restore(archives: Archives) -> None:
    archives.put("object")
    archives.restore("object")
    archives.put("object")
    assert "Restore" not in archives.head("object")
    with refused("InvalidObjectState", 403):
        archives.get("object")


@pytest.mark.parametrize(
    ("tier", "hours"), [("ARCHIVE_ACCESS", 5), ("DEEP_ARCHIVE_ACCESS", 12)], ids=["archive", "deep archive"]
)
def test_an_object_in_an_archive_tier_moves_to_the_frequent_tier(
    slow_archives: Archives, tier: str, hours: int
) -> None:
    slow_archives.put("object", "INTELLIGENT_TIERING")
    slow_archives.demote("object", tier)
    assert slow_archives.head("object")["ArchiveStatus"] == tier
    with refused("InvalidObjectState", 403, StorageClass="INTELLIGENT_TIERING", AccessTier=tier):
        slow_archives.get("object")
    assert slow_archives.restore("object", days=None) == 202
    head = slow_archives.head("object")
    assert (head["ArchiveStatus"], head["Restore"]) == (tier, ONGOING)
    slow_archives.clock.advance(hours=hours, minutes=1)
    assert {"ArchiveStatus", "Restore"}.isdisjoint(slow_archives.head("object"))
    slow_archives.clock.advance(days=1000)
    assert slow_archives.get("object") == b"bytes"
    with refused("ObjectAlreadyInActiveTierError", 403):
        slow_archives.restore("object", days=None)


def test_intelligent_tiering_has_no_days_and_restores_archive_tiers_only(archives: Archives) -> None:
    archives.put("object", "INTELLIGENT_TIERING")
    message = (
        "INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when restoring this object"
    )
    with refused("InvalidArgument", 400, Message=message, ArgumentName="Days", ArgumentValue="1"):
        archives.restore("object", days=1)
    with refused("ObjectAlreadyInActiveTierError", 403):
        archives.restore("object", days=None)
    archives.demote("object", "DEEP_ARCHIVE_ACCESS")
    with refused("InvalidArgument", 400, ArgumentName="Tier", ArgumentValue="Expedited"):
        archives.restore("object", days=None, tier="Expedited")


def test_a_restore_sends_events(archives: Archives) -> None:
    archives.put("object")
    committed = recorded(archives.mock.cloud)
    archives.restore("object")
    assert [each.change.event for each in committed] == ["ObjectRestore:Post", "ObjectRestore:Completed"]


def test_a_restore_is_undone_when_the_clock_runs_backwards() -> None:
    now = datetime(2012, 10, 15, 10, 30, tzinfo=timezone.utc)
    made = Restore("Standard", 3, now, midnight_after(now, 3))
    assert made.readable(now)
    assert made.ongoing(now.replace(year=2011))
    assert not made.readable(now.replace(year=2040))
