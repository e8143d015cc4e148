"""Event holds: retentions that start when an event releases them (2026)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.locks import BUCKET, KEY, PROTECTED, Vault, days
from tests.support.responses import refused

ON: Any = {"EventHold": "ON", "EventHoldDuration": {"Days": 10}}


def near(date: datetime, expected: datetime) -> bool:
    """Whether the dates are equal, give or take the seconds that the test has taken."""
    return timedelta() <= date - expected < timedelta(minutes=1)


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_while_an_event_hold_is_on_the_retention_date_moves_with_the_clock(vault: Vault, mode: str) -> None:
    version = vault.put()
    vault.retain(mode, **ON)
    retention = vault.retention()
    assert near(retention.pop("RetainUntilDate"), days(10))
    assert retention == {"Mode": mode, "EventHold": "ON", "EventHoldDuration": {"Days": 10}}
    vault.clock.advance(days=100)
    assert near(vault.retention()["RetainUntilDate"], days(110))
    head = vault.head()
    assert (head["ObjectLockEventHold"], head["ObjectLockEventHoldDurationDays"]) == ("ON", 10)
    assert near(head["ObjectLockRetainUntilDate"], days(110))
    vault.keeps(version)


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_releasing_an_event_hold_starts_the_retention(vault: Vault, mode: str) -> None:
    version = vault.put()
    vault.retain(mode, EventHold="ON", EventHoldDuration={"Years": 1})
    vault.clock.advance(days=100)
    vault.retain(mode, EventHold="OFF")
    date = vault.retention()["RetainUntilDate"]
    assert near(date, days(465))
    assert vault.head()["ObjectLockEventHold"] == "OFF"
    assert "ObjectLockEventHoldDurationYears" not in vault.head()
    vault.clock.advance(days=364)
    assert vault.retention() == {"Mode": mode, "RetainUntilDate": date, "EventHold": "OFF"}
    vault.keeps(version)
    vault.clock.advance(days=2)
    vault.delete(version)


def test_the_later_of_two_dates_counts(vault: Vault) -> None:
    vault.put()
    vault.retain("COMPLIANCE", days(50), **ON)
    assert vault.retention()["RetainUntilDate"] == days(50)
    vault.clock.advance(days=45)
    assert near(vault.retention()["RetainUntilDate"], days(55))
    vault.retain("COMPLIANCE", days(99), EventHold="OFF")
    assert vault.retention()["RetainUntilDate"] == days(99)


def test_a_shorter_duration_does_not_shorten_the_retention(vault: Vault) -> None:
    vault.put()
    vault.retain("COMPLIANCE", **ON)
    vault.retain("COMPLIANCE", EventHold="ON", EventHoldDuration={"Days": 4})
    assert near(vault.retention()["RetainUntilDate"], days(10))
    vault.clock.advance(days=5)
    assert near(vault.retention()["RetainUntilDate"], days(10))
    vault.clock.advance(days=5)
    assert near(vault.retention()["RetainUntilDate"], days(14))


def test_a_fixed_date_leaves_the_hold_on(vault: Vault) -> None:
    vault.put()
    vault.retain("GOVERNANCE", **ON)
    vault.retain("GOVERNANCE", days(12))
    assert vault.retention() == {"Mode": "GOVERNANCE", "RetainUntilDate": days(12), **ON}


def test_governance_is_lifted_by_a_bypass_with_or_without_a_hold(vault: Vault) -> None:
    version = vault.put()
    vault.retain("GOVERNANCE", **ON)
    with refused("AccessDenied", 403, Message=PROTECTED):
        vault.retain()
    vault.retain(BypassGovernanceRetention=True)
    with refused("NoSuchObjectLockConfiguration", 404):
        vault.retention()
    vault.retain("COMPLIANCE", **ON)
    with refused("AccessDenied", 403, Message=PROTECTED):
        vault.retain(BypassGovernanceRetention=True)
    vault.keeps(version, BypassGovernanceRetention=True)


@pytest.mark.parametrize(
    "hold",
    [
        {"EventHold": "ON"},
        {"EventHold": "OFF"},
        {"EventHold": "OFF", "EventHoldDuration": {"Days": 1}},
        {"EventHold": "ON", "EventHoldDuration": {}},
        {"EventHold": "ON", "EventHoldDuration": {"Days": 1, "Years": 1}},
        {"EventHold": "on", "EventHoldDuration": {"Days": 1}},
    ],
    ids=["no duration", "nothing to release", "release with a duration", "empty duration", "both", "bad status"],
)
def test_an_invalid_event_hold_is_malformed(vault: Vault, hold: Any) -> None:
    vault.put()
    with refused("MalformedXML", 400):
        vault.retain("GOVERNANCE", **hold)


def test_a_hold_that_is_set_again_needs_its_duration_again(vault: Vault) -> None:
    vault.put()
    vault.retain("GOVERNANCE", **ON)
    with refused("MalformedXML", 400):
        vault.retain("GOVERNANCE", EventHold="ON")
    with refused("MalformedXML", 400):
        vault.retain("GOVERNANCE", EventHold="OFF", EventHoldDuration={"Days": 10})
    assert vault.retention()["EventHold"] == "ON"


def test_a_release_of_nothing_may_set_a_date(vault: Vault) -> None:
    vault.put()
    vault.retain("GOVERNANCE", days(9), EventHold="OFF")
    assert vault.retention() == {"Mode": "GOVERNANCE", "RetainUntilDate": days(9), "EventHold": "OFF"}


def test_a_hold_has_at_least_a_day_and_at_most_a_hundred_years(vault: Vault) -> None:
    vault.put()
    for unit, number in (("Days", 0), ("Days", 36_501), ("Years", 0), ("Years", 101)):
        with refused("InvalidArgument", 400) as refusal:
            vault.retain("GOVERNANCE", EventHold="ON", EventHoldDuration={unit: number})
        assert (refusal.error["ArgumentName"], refusal.error["ArgumentValue"]) == (unit, str(number))


def test_a_new_object_has_the_event_hold_of_its_request(vault: Vault) -> None:
    vault.put(ObjectLockMode="COMPLIANCE", ObjectLockEventHold="ON", ObjectLockEventHoldDurationYears=2)
    head = vault.head()
    assert (head["ObjectLockMode"], head["ObjectLockEventHold"]) == ("COMPLIANCE", "ON")
    assert head["ObjectLockEventHoldDurationYears"] == 2
    assert near(head["ObjectLockRetainUntilDate"], days(730))


def test_a_new_object_gets_the_buckets_default_hold(vault: Vault) -> None:
    vault.by_default(Mode="GOVERNANCE", Days=30, DefaultEventHold={"Days": 10})
    response = vault.s3.get_object_lock_configuration(Bucket=BUCKET)["ObjectLockConfiguration"]
    retention: Any = response["Rule"]["DefaultRetention"]
    assert retention == {"Mode": "GOVERNANCE", "Days": 30, "DefaultEventHold": {"Days": 10}}
    vault.put()
    assert near(vault.retention()["RetainUntilDate"], days(30))
    vault.clock.advance(days=25)
    assert near(vault.retention()["RetainUntilDate"], days(35))
    vault.put("GOVERNANCE", days(26))
    assert vault.retention() == {"Mode": "GOVERNANCE", "RetainUntilDate": days(26)}


def test_a_default_hold_needs_a_mode_and_a_duration(vault: Vault) -> None:
    vault.by_default(Mode="COMPLIANCE", DefaultEventHold={"Years": 1})
    for retention in ({"DefaultEventHold": {"Years": 1}}, {"Mode": "COMPLIANCE", "Days": 1, "DefaultEventHold": {}}):
        with refused("MalformedXML", 400):
            vault.by_default(**retention)


@pytest.mark.parametrize(
    "members",
    [
        {"ObjectLockEventHold": "ON"},
        {"ObjectLockEventHold": "ON", "ObjectLockEventHoldDurationDays": 1},
        {"ObjectLockEventHold": "ON", "ObjectLockMode": "GOVERNANCE"},
        {"ObjectLockEventHold": "maybe", "ObjectLockMode": "GOVERNANCE", "ObjectLockEventHoldDurationDays": 1},
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockEventHoldDurationDays": 1},
        {
            "ObjectLockEventHold": "ON",
            "ObjectLockMode": "GOVERNANCE",
            "ObjectLockEventHoldDurationDays": 1,
            "ObjectLockEventHoldDurationYears": 1,
        },
    ],
    ids=["alone", "no mode", "no duration", "bad status", "no hold", "both"],
)
def test_invalid_event_hold_headers_are_refused(vault: Vault, members: Any) -> None:
    with refused("InvalidArgument", 400):
        vault.s3.put_object(Bucket=BUCKET, Key=KEY, **members)
