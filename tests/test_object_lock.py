"""Object Lock: buckets, retentions and legal holds, and when versions can be deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.locks import BUCKET, KEY, PROTECTED, Vault, days
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MODES = ["GOVERNANCE", "COMPLIANCE"]
ENABLED: Any = {"ObjectLockEnabled": "Enabled"}
FAR = datetime(2099, 1, 1, tzinfo=timezone.utc)
NOT_LOCKED = "Bucket is missing Object Lock Configuration"
NO_LOCK = "The specified object does not have a ObjectLock configuration"
VERSIONING = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"


def default(**retention: Any) -> Any:
    return ENABLED | {"Rule": {"DefaultRetention": retention}}


# Buckets


def test_a_bucket_created_with_object_lock_is_versioned(s3: S3Client) -> None:
    """aws_recorded: test_get_put_object_lock_configuration."""
    s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    configured = [ENABLED, default(Mode="GOVERNANCE", Days=1), ENABLED, default(Mode="COMPLIANCE", Years=100)]
    for configuration in configured:
        reply = s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=configuration)
        assert without_metadata(reply) == {}
        response = without_metadata(s3.get_object_lock_configuration(Bucket=BUCKET))
        assert response == {"ObjectLockConfiguration": configuration}


def test_object_lock_can_be_enabled_later_on_a_versioned_bucket(s3: S3Client, bucket: str) -> None:
    """aws_recorded: test_put_object_lock_configuration_on_existing_bucket."""
    message = "Object Lock configuration does not exist for this bucket"
    with refused("ObjectLockConfigurationNotFoundError", 404, BucketName=bucket, Message=message):
        s3.get_object_lock_configuration(Bucket=bucket)
    with refused("InvalidBucketState", 409, Message=VERSIONING):
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=ENABLED)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    with refused("InvalidBucketState", 409, Message=VERSIONING):
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=ENABLED)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=ENABLED, Token="any")
    assert s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"] == ENABLED


@pytest.mark.parametrize(
    "configuration",
    [
        {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}},
        {},
        {"ObjectLockEnabled": "Disabled"},
        {"ObjectLockEnabled": "Enabled", "Rule": {}},
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {}}},
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE"}}},
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Days": 1}}},
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "governance", "Days": 1}}},
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1, "Years": 1}}},
    ],
    ids=["not enabled", "empty", "disabled", "no rule", "no retention", "no period", "no mode", "bad mode", "both"],
)
def test_an_invalid_configuration_is_malformed(vault: Vault, configuration: Any) -> None:
    """aws_recorded: test_put_object_lock_configuration_exc."""
    with refused("MalformedXML", 400):
        vault.s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=configuration)


@pytest.mark.parametrize(("unit", "longest"), [("Days", 36_500), ("Years", 100)])
def test_a_default_retention_is_a_day_to_a_hundred_years(vault: Vault, unit: str, longest: int) -> None:
    vault.by_default(Mode="GOVERNANCE", **{unit: longest})
    short, long = "Default retention period must be a positive integer value.", "Default retention period too large."
    for number, message in ((0, short), (-1, short), (longest + 1, long)):
        with refused("InvalidArgument", 400, Message=message, ArgumentName=unit, ArgumentValue=str(number)):
            vault.by_default(Mode="GOVERNANCE", **{unit: number})


def test_the_versioning_of_a_locked_bucket_stays_enabled(vault: Vault) -> None:
    """aws_recorded: test_disable_versioning_on_locked_bucket."""
    message = "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
    with refused("InvalidBucketState", 409, Message=message):
        vault.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    vault.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})


def test_locks_are_refused_in_a_bucket_without_object_lock(s3: S3Client, versioned: str) -> None:
    s3.put_object(Bucket=versioned, Key=KEY)
    named: Any = {"Bucket": versioned, "Key": KEY}
    with refused("InvalidRequest", 400, Message=NOT_LOCKED):
        s3.get_object_retention(**named)
    with refused("InvalidRequest", 400, Message=NOT_LOCKED):
        s3.put_object_retention(**named, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": FAR})
    with refused("InvalidRequest", 400, Message=NOT_LOCKED):
        s3.get_object_legal_hold(**named)
    with refused("InvalidRequest", 400, Message=NOT_LOCKED):
        s3.put_object_legal_hold(**named, LegalHold={"Status": "ON"})
    with refused("NoSuchBucket", 404, BucketName="no-such-bucket"):
        s3.get_object_lock_configuration(Bucket="no-such-bucket")


# Retentions


def test_a_version_without_a_lock_has_no_lock_configuration(vault: Vault) -> None:
    vault.put()
    for call in (vault.s3.get_object_retention, vault.s3.get_object_legal_hold):
        with refused("NoSuchObjectLockConfiguration", 404, Message=NO_LOCK):
            call(Bucket=BUCKET, Key=KEY)
    assert not {member for member in vault.head() if member.startswith("ObjectLock")}


def test_each_version_has_its_own_retention(vault: Vault) -> None:
    old, new = vault.put(), vault.put()
    vault.retain("GOVERNANCE", days(3), VersionId=old)
    with refused("NoSuchObjectLockConfiguration", 404):
        vault.retention()
    response = vault.s3.get_object_retention(Bucket=BUCKET, Key=KEY, VersionId=old)
    assert without_metadata(response) == {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": days(3)}}
    vault.keeps(old)
    vault.delete(new)
    head = vault.head()
    assert (head["ObjectLockMode"], head["ObjectLockRetainUntilDate"]) == ("GOVERNANCE", days(3))
    assert head["ResponseMetadata"]["HTTPHeaders"]["x-amz-object-lock-retain-until-date"] == "2026-11-23T12:00:00.000Z"


@pytest.mark.parametrize("mode", MODES)
def test_a_retained_version_is_kept_until_its_date(vault: Vault, mode: str) -> None:
    version = vault.put(mode, days(2))
    vault.keeps(version)
    vault.clock.advance(days=1.9)
    vault.keeps(version)
    vault.clock.advance(days=0.2)
    assert vault.retention() == {"Mode": mode, "RetainUntilDate": days(2)}  # reads still return it
    vault.delete(version)
    assert vault.versions() == []


@pytest.mark.parametrize("mode", MODES)
def test_a_retention_can_be_extended_without_a_bypass(vault: Vault, mode: str) -> None:
    vault.put(mode, days(1))
    vault.retain(mode, days(1))
    vault.retain(mode, days(3))
    assert vault.retention() == {"Mode": mode, "RetainUntilDate": days(3)}


@pytest.mark.parametrize(
    ("mode", "until"),
    [("GOVERNANCE", 2), ("COMPLIANCE", 4), (None, None)],
    ids=["shortened", "another mode", "lifted"],
)
def test_governance_can_be_weakened_with_a_bypass(vault: Vault, mode: str | None, until: float | None) -> None:
    vault.put("GOVERNANCE", days(3))
    date = None if until is None else days(until)
    for without in ({}, {"BypassGovernanceRetention": False}):
        with refused("AccessDenied", 403, Message=PROTECTED):
            vault.retain(mode, date, **without)
    vault.retain(mode, date, BypassGovernanceRetention=True)
    if mode is None:
        with refused("NoSuchObjectLockConfiguration", 404, Message=NO_LOCK):
            vault.retention()
        assert "ObjectLockMode" not in vault.head()
    else:
        assert vault.retention() == {"Mode": mode, "RetainUntilDate": date}


@pytest.mark.parametrize(
    ("mode", "until"),
    [("COMPLIANCE", 2), ("GOVERNANCE", 4), (None, None)],
    ids=["shortened", "another mode", "lifted"],
)
def test_compliance_cannot_be_weakened(vault: Vault, mode: str | None, until: float | None) -> None:
    version = vault.put("COMPLIANCE", days(3))
    for bypass in (False, True):
        with refused("AccessDenied", 403, Message=PROTECTED):
            vault.retain(mode, None if until is None else days(until), BypassGovernanceRetention=bypass)
    assert vault.retention() == {"Mode": "COMPLIANCE", "RetainUntilDate": days(3)}
    vault.keeps(version, BypassGovernanceRetention=True)


def test_an_expired_retention_does_not_protect(vault: Vault) -> None:
    version = vault.put("COMPLIANCE", days(1))
    vault.clock.advance(days=2)
    vault.retain("GOVERNANCE", days(3))
    vault.keeps(version)
    vault.retain(BypassGovernanceRetention=True)
    vault.delete(version)


@pytest.mark.parametrize(
    "retention",
    [
        {"Mode": "GOVERNANCE"},
        {"RetainUntilDate": FAR},
        {"Mode": "governance", "RetainUntilDate": FAR},
        {"Mode": "abc", "RetainUntilDate": FAR},
    ],
    ids=["no date", "no mode", "lower case", "abc"],
)
def test_an_invalid_retention_is_malformed(vault: Vault, retention: Any) -> None:
    vault.put()
    with refused("MalformedXML", 400):
        vault.s3.put_object_retention(Bucket=BUCKET, Key=KEY, Retention=retention)
    with refused("MalformedXML", 400):
        vault.s3.put_object_retention(Bucket=BUCKET, Key=KEY)


def test_a_missing_key_is_reported_before_a_past_retention_date(vault: Vault) -> None:
    """s3_facts 25."""
    for date in (days(-1), days(1)):
        with refused("NoSuchKey", 404, Key=KEY):
            vault.retain("GOVERNANCE", date)
    vault.put()
    for date in (days(-1), days(0)):
        with refused("InvalidArgument", 400) as refusal:
            vault.retain("GOVERNANCE", date)
        assert refusal.error["Message"] == "The retain until date must be in the future!"


def test_a_retention_until_the_year_1_has_passed(vault: Vault) -> None:
    def pad_year(params: Any, **_: Any) -> None:
        params["body"] = params["body"].replace(b">1-", b">0001-")  # Python's %Y has no zeros on Linux

    vault.put()
    vault.s3.meta.events.register("before-call.s3.PutObjectRetention", pad_year)
    with refused("InvalidArgument", 400):
        vault.retain("GOVERNANCE", datetime(1, 1, 1, tzinfo=timezone.utc))


def test_a_delete_marker_is_not_retained(vault: Vault) -> None:
    vault.put()
    marker = vault.s3.delete_object(Bucket=BUCKET, Key=KEY)["VersionId"]
    with refused("MethodNotAllowed", 405, Method="PUT", ResourceType="DeleteMarker"):
        vault.retain("GOVERNANCE", days(1), VersionId=marker)
    with refused("MethodNotAllowed", 405, Method="GET", ResourceType="DeleteMarker"):
        vault.s3.get_object_legal_hold(Bucket=BUCKET, Key=KEY, VersionId=marker)


# Legal holds


def test_a_legal_hold_keeps_a_version_until_it_is_lifted(vault: Vault) -> None:
    version = vault.put()
    vault.hold("ON")
    assert vault.s3.get_object_legal_hold(Bucket=BUCKET, Key=KEY)["LegalHold"] == {"Status": "ON"}
    assert vault.head()["ObjectLockLegalHoldStatus"] == "ON"
    vault.keeps(version)
    vault.keeps(version, BypassGovernanceRetention=True)
    vault.hold("OFF")
    assert vault.s3.get_object_legal_hold(Bucket=BUCKET, Key=KEY)["LegalHold"] == {"Status": "OFF"}
    assert vault.head()["ObjectLockLegalHoldStatus"] == "OFF"
    vault.delete(version)


def test_legal_hold_and_retention_are_independent(vault: Vault) -> None:
    version = vault.put("GOVERNANCE", days(1))
    with refused("NoSuchObjectLockConfiguration", 404):
        vault.s3.get_object_legal_hold(Bucket=BUCKET, Key=KEY)
    vault.hold("ON")
    vault.clock.advance(days=2)
    vault.keeps(version)
    vault.retain("GOVERNANCE", days(5))
    vault.hold("OFF")
    vault.keeps(version)
    vault.delete(version, BypassGovernanceRetention=True)


@pytest.mark.parametrize("hold", [{}, {"Status": "on"}, {"Status": "abc"}], ids=["none", "lower case", "abc"])
def test_an_invalid_legal_hold_is_malformed(vault: Vault, hold: Any) -> None:
    vault.put()
    with refused("MalformedXML", 400):
        vault.s3.put_object_legal_hold(Bucket=BUCKET, Key=KEY, LegalHold=hold)
    with refused("MalformedXML", 400):
        vault.s3.put_object_legal_hold(Bucket=BUCKET, Key=KEY)


# Deleting


@pytest.mark.parametrize("mode", MODES)
def test_delete_markers_can_always_be_created_and_removed(vault: Vault, mode: str) -> None:
    version = vault.put(mode, days(3))
    vault.hold("ON")
    marker = vault.s3.delete_object(Bucket=BUCKET, Key=KEY)
    assert marker["DeleteMarker"]
    vault.keeps(version)
    vault.delete(marker["VersionId"])
    assert vault.head()["VersionId"] == version
    assert vault.put() in vault.versions()


def test_delete_objects_deletes_each_unprotected_version(vault: Vault) -> None:
    retained, strict, free = vault.put("GOVERNANCE", days(3)), vault.put("COMPLIANCE", days(3)), vault.put()
    deletion: Any = {"Objects": [{"Key": KEY, "VersionId": version} for version in (retained, strict, free)]}
    protected = {"Code": "AccessDenied", "Message": PROTECTED}
    reply = vault.s3.delete_objects(Bucket=BUCKET, Delete=deletion)
    assert reply["Deleted"] == deletion["Objects"][2:]
    assert reply["Errors"] == [entry | protected for entry in deletion["Objects"][:2]]
    reply = vault.s3.delete_objects(Bucket=BUCKET, Delete=deletion, BypassGovernanceRetention=True)
    assert reply["Deleted"] == [deletion["Objects"][0], deletion["Objects"][2]]
    assert reply["Errors"] == [deletion["Objects"][1] | protected]
    (made,) = vault.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": KEY}]})["Deleted"]
    assert made["DeleteMarker"]
    assert vault.versions() == [strict]


def test_a_locked_bucket_with_a_locked_version_is_not_deleted(vault: Vault) -> None:
    vault.put("GOVERNANCE", days(3))
    with refused("BucketNotEmpty", 409):
        vault.s3.delete_bucket(Bucket=BUCKET)


def test_a_concurrent_retention_and_delete_cannot_both_succeed(vault: Vault) -> None:
    for _ in range(10):
        version = vault.put()
        with ThreadPoolExecutor(2) as threads:
            retained = threads.submit(vault.retain, "COMPLIANCE", days(3), VersionId=version)
            deleted = threads.submit(vault.delete, version)
        assert (retained.exception() is None) != (deleted.exception() is None)
        assert (version in vault.versions()) == (retained.exception() is None)


def test_tags_acls_and_locks_of_a_locked_version_can_be_changed(vault: Vault) -> None:
    version = vault.put("COMPLIANCE", days(3))
    vault.s3.put_object_tagging(Bucket=BUCKET, Key=KEY, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    head = vault.head()
    assert (head["TagCount"], head["ObjectLockMode"], head["VersionId"]) == (1, "COMPLIANCE", version)
    vault.keeps(version)
