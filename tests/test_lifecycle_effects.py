"""Expiration as time passes: objects with a single version, and uploads."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from freezegun import freeze_time

from s3mock import mock_s3
from tests.support.changes import recorded
from tests.support.lifecycles import BUCKET, Life, midnight, rule
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

DELETED = "LifecycleExpiration:Delete"
NEVER = float("inf")


# Expiration


def test_an_object_expires_at_the_midnight_after_its_days(life: Life) -> None:
    life.rules(rule(Filter={"Prefix": "a"}, Expiration={"Days": 3}))
    life.put("a", "a/b", "b")
    life.until(4, seconds=-1)
    assert life.keys() == ["a", "a/b", "b"]
    life.until(4)
    assert life.keys() == ["b"]
    assert life.events == [(DELETED, "a"), (DELETED, "a/b")]
    with refused("NoSuchKey", 404, Key="a", Message="The specified key does not exist."):
        life.s3.get_object(Bucket=BUCKET, Key="a")


def test_a_year_in_one_step_is_like_365_days(life: Life) -> None:
    life.rules(rule(Expiration={"Days": 30}))
    life.put("a")
    life.clock.advance(days=365)
    life.put("b")
    assert life.keys() == ["b"]
    life.clock.advance(days=30)
    assert life.keys() == ["b"]
    life.clock.advance(days=1)
    assert life.keys() == []


def test_an_overwritten_object_counts_from_the_new_put(life: Life) -> None:
    life.rules(rule(Expiration={"Days": 3}))
    life.put("a")
    life.until(3)
    life.put("a")
    life.until(6)
    assert life.keys() == ["a"]
    life.until(7)
    assert life.keys() == []


def test_existing_objects_count_from_their_creation(life: Life) -> None:
    life.put("a")
    life.clock.advance(days=2)
    life.put("b")
    life.rules(rule(Expiration={"Days": 3}))
    life.until(4)
    assert life.keys() == ["b"]
    life.until(6)
    assert life.keys() == []


def test_an_object_older_than_a_new_rule_allows_expires_at_the_next_midnight(life: Life) -> None:
    """User Guide, "Setting an S3 Lifecycle configuration on a bucket": such objects are queued for removal."""
    life.put("a")
    life.until(10, seconds=60)
    life.rules(rule(Expiration={"Days": 3}))
    life.until(11, seconds=-1)
    assert life.keys() == ["a"]
    life.until(11)
    assert life.keys() == []


@pytest.mark.parametrize("day", [-5, 3], ids=["past", "future"])
def test_after_its_date_a_rule_expires_new_objects_at_the_next_midnight(life: Life, day: int) -> None:
    life.put("a")
    life.rules(rule(Expiration={"Date": midnight(day)}))
    first = max(day, 1)
    life.until(first, seconds=-1)
    assert life.keys() == ["a"]
    life.until(first)
    assert life.keys() == []
    life.put("b")
    life.until(first + 1, seconds=-1)
    assert life.keys() == ["b"]
    life.until(first + 1)
    assert life.keys() == []


def test_a_filter_selects_the_objects_that_expire(life: Life) -> None:
    tags = [{"Key": "k", "Value": "v"}, {"Key": "l", "Value": ""}]
    between = {"Prefix": "s", "ObjectSizeGreaterThan": 3, "ObjectSizeLessThan": 6}
    life.rules(
        rule(Filter={"Prefix": "p/"}, Expiration={"Days": 1}),
        rule(Filter={"And": {"Prefix": "t", "Tags": tags}}, Expiration={"Days": 1}),
        rule(Filter={"And": between}, Expiration={"Days": 1}),
        rule(Filter={"Tag": {"Key": "only", "Value": "this"}}, Expiration={"Days": 1}),
    )
    life.put("p", "p/", "xp/")
    life.put("t1", Tagging="l=&k=v&m=n")
    life.put("t2", Tagging="k=v")
    life.put("t3", Tagging="k=v&l=w")
    life.put("u", Tagging="k=v&l=")
    life.put("v", Tagging="only=this")
    for size in range(3, 7):
        life.put(f"s{size}", body=b"x" * size)
    life.until(2)
    assert life.keys() == ["p", "s3", "s6", "t2", "t3", "u", "xp/"]


def test_the_shortest_of_several_expirations_applies(life: Life) -> None:
    """User Guide, "How Amazon S3 handles conflicts in lifecycle configurations"."""
    life.rules(rule(Expiration={"Days": 9}), rule(Filter={"Prefix": "a"}, Expiration={"Days": 2}))
    life.put("a", "b")
    life.until(3)
    assert life.keys() == ["b"]
    life.until(10)
    assert life.keys() == []


def test_a_tag_counts_at_the_time_of_expiration(life: Life) -> None:
    life.rules(rule(Filter={"Tag": {"Key": "k", "Value": "v"}}, Expiration={"Days": 1}))
    life.put("a", "b", Tagging="k=v")
    life.put("c")
    life.s3.delete_object_tagging(Bucket=BUCKET, Key="b")
    life.until(5)
    assert life.keys() == ["b", "c"]
    life.s3.put_object_tagging(Bucket=BUCKET, Key="c", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    assert life.keys() == ["b", "c"]
    life.until(6)
    assert life.keys() == ["b"]


def test_only_rules_in_effect_do_anything(life: Life) -> None:
    life.put("a")
    life.rules(rule(ID="r", Status="Disabled", Expiration={"Days": 1}))
    life.until(5)
    assert life.keys() == ["a"]
    life.rules(rule(Expiration={"Days": 100}))
    life.rules(rule(Expiration={"Days": 7}))
    life.s3.delete_bucket_lifecycle(Bucket=BUCKET)
    life.until(20)
    assert life.keys() == ["a"]


def test_new_rules_replace_the_old_ones(life: Life) -> None:
    life.put("a", "b")
    life.rules(rule(Expiration={"Days": 2}))
    life.rules(rule(Filter={"Prefix": "b"}, Expiration={"Days": 4}))
    life.until(4)
    assert life.keys() == ["a", "b"]
    life.until(5)
    assert life.keys() == ["a"]


# Uploads


def test_uploads_are_aborted_after_their_days(life: Life) -> None:
    life.rules(rule(Filter={"Prefix": "a"}, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 2}))
    first = life.s3.create_multipart_upload(Bucket=BUCKET, Key="a")["UploadId"]
    other = life.s3.create_multipart_upload(Bucket=BUCKET, Key="b")["UploadId"]
    life.clock.advance(days=1)
    second = life.s3.create_multipart_upload(Bucket=BUCKET, Key="a")["UploadId"]
    life.s3.upload_part(Bucket=BUCKET, Key="a", UploadId=first, PartNumber=1, Body=b"x")
    listed = []
    for day in (2, 3, 4):
        life.until(day)
        listed.append([upload["UploadId"] for upload in life.s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]])
    assert listed == [[first, second, other], [second, other], [other]]
    assert life.events == []


def test_a_completed_upload_is_not_aborted(life: Life) -> None:
    life.rules(rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}))
    upload_id = life.s3.create_multipart_upload(Bucket=BUCKET, Key="a")["UploadId"]
    part: Any = life.s3.upload_part(Bucket=BUCKET, Key="a", UploadId=upload_id, PartNumber=1, Body=b"x")
    parts: Any = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    life.s3.complete_multipart_upload(Bucket=BUCKET, Key="a", UploadId=upload_id, MultipartUpload=parts)
    life.until(5)
    assert life.keys() == ["a"]


# The clock, and deleted buckets


def test_a_directory_buckets_objects_and_uploads_expire(west: S3Client, directory: str, mock: S3) -> None:
    west.put_bucket_lifecycle_configuration(
        Bucket=directory,
        LifecycleConfiguration={
            "Rules": [rule(Expiration={"Days": 1}, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1})]  # type: ignore[list-item]
        },
    )
    west.put_object(Bucket=directory, Key="a")
    west.create_multipart_upload(Bucket=directory, Key="b")
    mock.clock.advance(days=2)
    assert "Contents" not in west.list_objects_v2(Bucket=directory)
    assert "Uploads" not in west.list_multipart_uploads(Bucket=directory)


def test_lifecycle_rules_follow_a_frozen_clock(s3: S3Client, bucket: str) -> None:
    rules: Any = {"Rules": [rule(Expiration={"Days": 1})]}
    with freeze_time("2026-01-10 10:30:00"):
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)
        s3.put_object(Bucket=bucket, Key="a")
    with freeze_time("2026-01-11 23:59:59"):
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    with freeze_time("2026-01-12 00:00:00"):
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_clock_that_runs_backwards_is_harmless(s3: S3Client, bucket: str) -> None:
    rules: Any = {"Rules": [rule(Expiration={"Days": 1})]}
    with freeze_time("2040-01-10 10:30:00"):
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)
        s3.put_object(Bucket=bucket, Key="future")
    with freeze_time("2012-01-10 10:30:00"):
        s3.put_object(Bucket=bucket, Key="past")
        expiration = s3.head_object(Bucket=bucket, Key="future")["Expiration"]
        assert 'expiry-date="Thu, 12 Jan 2040 00:00:00 GMT"' in expiration
    with freeze_time("2012-01-12"):
        assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["future"]
    with freeze_time("2040-01-12"):
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_recreated_bucket_has_no_rules(life: Life) -> None:
    life.rules(rule(Expiration={"Days": 1}))
    life.put("a")
    life.s3.delete_object(Bucket=BUCKET, Key="a")
    life.s3.delete_bucket(Bucket=BUCKET)
    life.make()
    life.put("a")
    life.until(5)
    assert life.keys() == ["a"]


def test_rules_still_work_after_a_reset(life: Life) -> None:
    life.rules(rule(Expiration={"Days": 1}))
    life.put("a")
    offset = life.clock.offset
    life.mock.reset()
    life.clock.offset = offset
    life.make()
    life.rules(rule(Expiration={"Days": 2}))
    life.put("a")
    life.until(2)
    assert life.keys() == ["a"]
    life.until(3)
    assert life.keys() == []


def test_nothing_is_scheduled_where_nothing_can_become_due(life: Life) -> None:
    cloud = life.mock.cloud
    life.put("a", "b")
    life.s3.create_multipart_upload(Bucket=BUCKET, Key="a")
    assert cloud.store.agenda.next_due == NEVER
    life.rules(rule(Filter={"Prefix": "x"}, Expiration={"Days": 1}))
    assert cloud.store.agenda.next_due == midnight(1).timestamp()  # all keys are looked at once
    life.until(1)
    life.put("c")
    assert cloud.store.agenda.next_due == NEVER
    life.put("x")
    assert cloud.store.agenda.next_due == midnight(3).timestamp()
    life.until(3)
    assert life.keys() == ["a", "b", "c"]
    assert cloud.store.agenda.next_due == NEVER


def test_effects_of_rules_have_no_requester(life: Life) -> None:
    life.rules(rule(Expiration={"Days": 1}))
    life.put("a")
    committed = recorded(life.mock.cloud)
    life.until(2)
    life.put("b")
    gone, put = [each.cause for each in committed]
    assert gone is not None
    assert put is not None
    assert (gone.is_request, gone.due) == (False, midnight(2).timestamp())
    assert (put.operation, put.due) == ("PutObject", None)


def test_rules_apply_to_their_own_bucket_only() -> None:
    with mock_s3() as mock, freeze_time(datetime(2026, 1, 10, tzinfo=timezone.utc)) as frozen:
        s3 = mock.client(region_name="us-east-1")
        rules: Any = {"Rules": [rule(Expiration={"Days": 1})]}
        for name in ("one", "two"):
            s3.create_bucket(Bucket=f"bucket-{name}")
            s3.put_object(Bucket=f"bucket-{name}", Key="a")
        s3.put_bucket_lifecycle_configuration(Bucket="bucket-one", LifecycleConfiguration=rules)
        frozen.move_to("2026-02-10")
        counts = [s3.list_objects_v2(Bucket=f"bucket-{name}")["KeyCount"] for name in ("one", "two")]
    assert counts == [0, 1]
