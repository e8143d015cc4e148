"""S3 Intelligent-Tiering: how objects move to its archive tiers and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3mock.models.intelligent_tiering import SMALLEST
from tests.support.changes import recorded
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

BOTH = {"ARCHIVE_ACCESS": 90, "DEEP_ARCHIVE_ACCESS": 180}


def put(s3: S3Client, bucket: str, days: dict[str, int], name: str = "one", **members: Any) -> None:
    tierings = [{"AccessTier": tier, "Days": number} for tier, number in days.items()]
    configuration: Any = {"Id": name, "Status": "Enabled", "Tierings": tierings, **members}
    s3.put_bucket_intelligent_tiering_configuration(
        Bucket=bucket, Id=name, IntelligentTieringConfiguration=configuration
    )


def store(s3: S3Client, bucket: str, key: str, size: int = SMALLEST, **more: Any) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=bytes(size), **{"StorageClass": "INTELLIGENT_TIERING", **more})


def tier(s3: S3Client, bucket: str, key: str) -> str | None:
    """The archive tier of an object, or None."""
    return s3.head_object(Bucket=bucket, Key=key).get("ArchiveStatus")


def test_objects_that_are_not_read_move_from_tier_to_tier(s3: S3Client, mock: S3, bucket: str) -> None:
    put(s3, bucket, BOTH)
    store(s3, bucket, "k")
    before = s3.head_object(Bucket=bucket, Key="k")
    mock.clock.advance(days=89)
    assert tier(s3, bucket, "k") is None
    mock.clock.advance(days=2)
    after = s3.head_object(Bucket=bucket, Key="k")
    assert after["ArchiveStatus"] == "ARCHIVE_ACCESS"
    assert (after["ETag"], after["LastModified"]) == (before["ETag"], before["LastModified"])
    with refused("InvalidObjectState", 403, StorageClass="INTELLIGENT_TIERING", AccessTier="ARCHIVE_ACCESS"):
        s3.get_object(Bucket=bucket, Key="k")
    mock.clock.advance(days=90)
    assert tier(s3, bucket, "k") == "DEEP_ARCHIVE_ACCESS"


def test_a_year_in_one_step_has_the_same_result(s3: S3Client, mock: S3, bucket: str) -> None:
    put(s3, bucket, BOTH)
    store(s3, bucket, "k")
    mock.clock.advance(days=365)
    assert tier(s3, bucket, "k") == "DEEP_ARCHIVE_ACCESS"


def test_reading_and_copying_are_accesses_and_head_object_is_not(s3: S3Client, mock: S3, bucket: str) -> None:
    put(s3, bucket, BOTH)
    for key in ("read", "copied", "looked-at"):
        store(s3, bucket, key)
    mock.clock.advance(days=60)
    s3.get_object(Bucket=bucket, Key="read", Range="bytes=0-1")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "copied"})
    s3.head_object(Bucket=bucket, Key="looked-at")
    s3.get_object_tagging(Bucket=bucket, Key="looked-at")
    mock.clock.advance(days=31)
    tiers = {key: tier(s3, bucket, key) for key in ("read", "copied", "looked-at")}
    assert tiers == {"read": None, "copied": None, "looked-at": "ARCHIVE_ACCESS"}
    mock.clock.advance(days=60)
    assert tier(s3, bucket, "read") == "ARCHIVE_ACCESS"


def test_restoring_an_object_counts_as_an_access(s3: S3Client, mock: S3, bucket: str) -> None:
    put(s3, bucket, BOTH)
    store(s3, bucket, "k")
    mock.clock.advance(days=91)
    s3.restore_object(Bucket=bucket, Key="k", RestoreRequest={})
    assert tier(s3, bucket, "k") is None
    mock.clock.advance(days=89)
    assert s3.get_object(Bucket=bucket, Key="k")["ContentLength"] == SMALLEST
    mock.clock.advance(days=91)
    assert tier(s3, bucket, "k") == "ARCHIVE_ACCESS"


@pytest.mark.parametrize(
    ("size", "more"),
    [(SMALLEST - 1, {}), (SMALLEST, {"StorageClass": "STANDARD"}), (SMALLEST, {"StorageClass": "STANDARD_IA"})],
)
def test_small_objects_and_other_classes_do_not_move(
    s3: S3Client, mock: S3, bucket: str, size: int, more: dict[str, str]
) -> None:
    put(s3, bucket, BOTH)
    store(s3, bucket, "k", size, **more)
    mock.clock.advance(days=800)
    assert tier(s3, bucket, "k") is None


def test_a_filter_selects_the_objects_to_move(s3: S3Client, mock: S3, bucket: str) -> None:
    put(s3, bucket, {"ARCHIVE_ACCESS": 90}, Filter={"And": {"Prefix": "a/", "Tags": [{"Key": "cold", "Value": "1"}]}})
    store(s3, bucket, "a/cold", Tagging="cold=1&more=2")
    store(s3, bucket, "a/warm", Tagging="cold=0")
    store(s3, bucket, "b/cold", Tagging="cold=1")
    mock.clock.advance(days=800)
    keys = ("a/cold", "a/warm", "b/cold")
    assert [tier(s3, bucket, key) for key in keys] == ["ARCHIVE_ACCESS", None, None]


def test_noncurrent_versions_also_move(s3: S3Client, mock: S3, versioned: str) -> None:
    put(s3, versioned, {"DEEP_ARCHIVE_ACCESS": 180})
    store(s3, versioned, "k")
    old = s3.head_object(Bucket=versioned, Key="k")["VersionId"]
    s3.delete_object(Bucket=versioned, Key="k")
    mock.clock.advance(days=182)
    reply = s3.head_object(Bucket=versioned, Key="k", VersionId=old)
    assert reply["ArchiveStatus"] == "DEEP_ARCHIVE_ACCESS"


def test_a_disabled_replaced_or_deleted_configuration_moves_nothing(s3: S3Client, mock: S3, bucket: str) -> None:
    put(s3, bucket, BOTH, Status="Disabled")
    put(s3, bucket, BOTH, "replaced")
    put(s3, bucket, {"ARCHIVE_ACCESS": 730}, "replaced")
    put(s3, bucket, BOTH, "deleted")
    s3.delete_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="deleted")
    store(s3, bucket, "k")
    mock.clock.advance(days=700)
    assert tier(s3, bucket, "k") is None
    mock.clock.advance(days=31)
    assert tier(s3, bucket, "k") == "ARCHIVE_ACCESS"


def test_a_move_is_an_event_and_a_read_is_not(s3: S3Client, mock: S3, bucket: str) -> None:
    put(s3, bucket, {"ARCHIVE_ACCESS": 90})
    store(s3, bucket, "k")
    committed = recorded(mock.cloud)
    mock.clock.advance(days=1)
    s3.get_object(Bucket=bucket, Key="k")
    assert {each.change.event for each in committed} == {None}
    mock.clock.advance(days=100)
    tier(s3, bucket, "k")
    events = [(each.change.event, each.change.key) for each in committed]
    assert [event for event in events if event != (None, None)] == [("IntelligentTiering", "k")]


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ({"ARCHIVE_ACCESS": 89}, "Days specified in ARCHIVE_ACCESS tier should not be less than 90."),
        ({"DEEP_ARCHIVE_ACCESS": 179}, "Days specified in DEEP_ARCHIVE_ACCESS tier should not be less than 180."),
        ({"ARCHIVE_ACCESS": 731}, "Days specified in ARCHIVE_ACCESS tier should not be greater than 730."),
    ],
)
def test_the_number_of_days_has_limits(s3: S3Client, bucket: str, days: dict[str, int], message: str) -> None:
    """https://github.com/aws-cloudformation/cfn-lint/issues/3992."""
    value = str(next(iter(days.values())))
    with refused("InvalidArgument", 400, Message=message, ArgumentName="Days", ArgumentValue=value):
        put(s3, bucket, days)
    assert "IntelligentTieringConfigurationList" not in s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket)


def test_the_deeper_tier_takes_longer(s3: S3Client, bucket: str) -> None:
    with refused("InvalidArgument", 400):
        put(s3, bucket, {"ARCHIVE_ACCESS": 200, "DEEP_ARCHIVE_ACCESS": 200})


@pytest.mark.parametrize(
    "tierings",
    [
        [],
        [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}, {"AccessTier": "ARCHIVE_ACCESS", "Days": 100}],
        [{"AccessTier": "FREQUENT", "Days": 90}],
    ],
)
def test_a_configuration_has_each_tier_at_most_once(s3: S3Client, bucket: str, tierings: list[dict[str, Any]]) -> None:
    with refused("MalformedXML", 400):
        put(s3, bucket, {}, Tierings=tierings)
    with refused("NoSuchConfiguration", 404):
        s3.get_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="one")
