"""Lifecycle rules and replication, Intelligent-Tiering, browsers' forms, and several clients at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.server import S3MockServer
from tests.support import browser
from tests.support.lifecycles import BUCKET, LARGE, Life, midnight, rule
from tests.support.replication import TARGET, create_versioned, markers, replicate, status, versions
from tests.support.replication import rule as replication

if TYPE_CHECKING:
    from collections.abc import Iterator

HOURS = 3600


@pytest.fixture
def replicated() -> Iterator[Life]:
    """A bucket with lifecycle rules of one day, whose objects are replicated after three days."""
    with mock_s3(replication_time=72 * HOURS) as mock:
        life = Life(mock)
        life.version()
        create_versioned(life.s3, TARGET)
        replicate(life.s3, replication(markers="Enabled"), bucket=BUCKET)
        life.rules(rule(Expiration={"Days": 1}, Transitions=[{"Days": 0, "StorageClass": "GLACIER"}]))
        yield life


def test_an_object_that_is_not_replicated_yet_neither_moves_nor_expires(replicated: Life) -> None:
    """User Guide, "How S3 Lifecycle interacts with other bucket configurations"."""
    replicated.put("a", body=LARGE)
    replicated.until(4, seconds=-1)
    assert status(replicated.s3, "a", BUCKET) == "COMPLETED"
    assert replicated.storage() == "STANDARD"
    replicated.until(4)
    assert replicated.keys() == []
    assert [event for event, _ in replicated.events] == [
        "LifecycleTransition",
        "LifecycleExpiration:DeleteMarkerCreated",
    ]


def test_a_replicated_object_moves_and_expires_at_the_next_midnight(
    replicated: Life,
) -> None:
    replicated.put("a", body=LARGE)
    replicated.until(100)
    (marker,) = replicated.s3.list_object_versions(Bucket=BUCKET)["DeleteMarkers"]
    assert marker["LastModified"] == midnight(4)


def test_an_object_that_failed_to_replicate_neither_moves_nor_expires(replicated: Life) -> None:
    replicated.s3.delete_bucket(Bucket=TARGET)
    replicated.put("a", body=LARGE)
    replicated.until(100)
    assert status(replicated.s3, "a", BUCKET) == "FAILED"
    assert replicated.storage() == "STANDARD"


def test_delete_markers_of_rules_are_not_replicated(replicated: Life) -> None:
    """User Guide, "Replicating delete markers between buckets"."""
    replicated.put("a", body=LARGE)
    replicated.until(100)
    assert (len(versions(replicated.s3)), markers(replicated.s3)) == (1, [])
    replicated.s3.delete_object(Bucket=BUCKET, Key="a")
    replicated.clock.advance(days=3)
    assert len(markers(replicated.s3)) == 1


def test_intelligent_tiering_counts_from_when_an_object_came_to_it(life: Life) -> None:
    tiers: Any = {
        "Id": "archive",
        "Status": "Enabled",
        "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
    }
    life.s3.put_bucket_intelligent_tiering_configuration(
        Bucket=BUCKET, Id="archive", IntelligentTieringConfiguration=tiers
    )
    life.rules(rule(Transitions=[{"Days": 30, "StorageClass": "INTELLIGENT_TIERING"}]))
    life.put("a", body=LARGE)
    archived = []
    for day in (31, 31 + 89, 31 + 90):
        life.until(day)
        archived.append(life.s3.head_object(Bucket=BUCKET, Key="a").get("ArchiveStatus"))
    assert archived == [None, None, "ARCHIVE_ACCESS"]


def test_the_response_to_a_form_has_the_expiration() -> None:
    rules: Any = {"Rules": [rule(ID="soon", Filter={"Prefix": "a-key"}, Expiration={"Days": 1})]}
    with S3MockServer() as server:
        client = browser.client_of(server.endpoint_url)
        client.create_bucket(Bucket=browser.BUCKET)
        client.put_bucket_lifecycle_configuration(Bucket=browser.BUCKET, LifecycleConfiguration=rules)
        expirations = [
            browser.post_object(*browser.presign(client, key)).headers.get("x-amz-expiration")
            for key in ("a-key", "another")
        ]
        head = client.head_object(Bucket=browser.BUCKET, Key="a-key")
    assert expirations == [head["Expiration"], None]
    assert expirations[0] is not None
    assert expirations[0].endswith(', rule-id="soon"')


def test_at_midnight_everything_happens_once_with_many_requests(life: Life) -> None:
    life.version()
    life.rules(rule(Expiration={"Days": 1}))
    life.put(*(f"key {number}" for number in range(40)))
    life.until(2)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: life.s3.put_object(Bucket=BUCKET, Key=f"other {number}"), range(16)))
    assert sorted(key for _, key in life.events if key) == sorted(f"key {number}" for number in range(40))
    markers_there = life.s3.list_object_versions(Bucket=BUCKET)["DeleteMarkers"]
    assert len(markers_there) == 40
    assert life.keys() == sorted(f"other {number}" for number in range(16))


def test_events_of_rules_have_the_time_of_midnight(life: Life) -> None:
    life.s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    life.rules(rule(Expiration={"Days": 5}, Transitions=[{"Days": 0, "StorageClass": "GLACIER"}]))
    life.put("a", body=LARGE)
    life.until(100)
    moved, gone = life.mock.events[-2:]
    assert (moved.name, moved.record["eventTime"]) == ("LifecycleTransition", "2026-01-11T00:00:00.000Z")
    assert (gone.name, gone.record["eventTime"]) == ("LifecycleExpiration:Delete", "2026-01-16T00:00:00.000Z")
