"""Random puts, copies, reads, deletes and locks, compared with a model that is too simple to be wrong.

Every reply is compared as a whole: it must have all members that S3 returns and no others.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from botocore.exceptions import ClientError
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from s3mock import mock_s3
from s3mock.backend import series
from tests.support.naive_bucket import NULL, Error, NaiveBucket, Version, crc32, md5, no_such_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "a-bucket"
KEYS = st.sampled_from(["a", "a", "a/b", "é"])  # few, so that much happens to each of them
BODIES = st.sampled_from([b"0123456", b"abcde", b"xy", b""])
CONDITIONS = st.sampled_from(["none", "none", "none", "absent", "latest", "latest", "other"])
PLACES = st.integers(min_value=0, max_value=9)
STATUSES = st.sampled_from(["Enabled", "Enabled", "Suspended"])
MODES = st.sampled_from(["GOVERNANCE", "GOVERNANCE", "COMPLIANCE"])
DAYS = st.integers(min_value=-1, max_value=2)
ENCRYPTED = {"ServerSideEncryption": "AES256"}
RETAIN_UNTIL = "x-amz-object-lock-retain-until-date"
LOCKED = "Access Denied because object protected by object lock."


def outcome(call: Any, **parameters: Any) -> dict[str, Any]:
    """The reply without its metadata, or the fields of the error."""
    try:
        reply: dict[str, Any] = call(**parameters)
    except ClientError as refused:
        response: Any = refused.response
        error: dict[str, Any] = response["Error"]
        message = error.pop("Message")
        if error["Code"] == "AccessDenied":
            assert message == LOCKED
        if error.get("ArgumentName") in ("RetainUntilDate", RETAIN_UNTIL):
            error.pop("ArgumentValue")
        return error
    reply.pop("ResponseMetadata")
    if "Body" in reply:
        reply["Body"] = reply["Body"].read()
    return reply


def without_time(reply: dict[str, Any]) -> dict[str, Any]:
    """A reply without its time, which it must have."""
    assert isinstance(reply.pop("LastModified"), datetime)
    return reply


class Objects(RuleBasedStateMachine):
    """A bucket, and its expected content."""

    locked = False

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(series, "CHUNK", 3)  # so that a few versions are many
        self.mock = mock_s3(upload_part_min_size=1)
        self.control = self.mock.start()
        self.s3: S3Client = self.control.client(region_name="us-east-1")
        self.s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=self.locked)
        self.model = NaiveBucket("Enabled" if self.locked else None)
        self.noon = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=12)

    @initialize(bodies=st.lists(st.tuples(KEYS, BODIES), min_size=2, max_size=6), status=st.none() | STATUSES)
    def fill(self, bodies: list[tuple[str, bytes]], status: Any) -> None:
        for place, (key, body) in enumerate(bodies):
            if place == 1 and status:
                self.set_versioning(status)
            self.put(key, body, "none")

    def teardown(self) -> None:
        self.mock.stop()
        self.patch.undo()

    def pushed(self, key: str, version: Version, reply: dict[str, Any]) -> None:
        """Add a version to the model under the id in the reply, and remove the id from the reply."""
        version.id = reply.pop("VersionId", NULL)
        self.model.push(key, version)

    @rule(status=STATUSES)
    def set_versioning(self, status: Any) -> None:
        reply = outcome(self.s3.put_bucket_versioning, Bucket=BUCKET, VersioningConfiguration={"Status": status})
        if self.locked and status == "Suspended":
            assert reply == {"Code": "InvalidBucketState"}
        else:
            assert reply == {}
            self.model.versioning = status

    @rule(key=KEYS, body=BODIES, condition=CONDITIONS)
    def put(self, key: str, body: bytes, condition: str) -> None:
        parameters, error = self.model.condition(condition, key)
        reply = outcome(self.s3.put_object, Bucket=BUCKET, Key=key, Body=body, **parameters)
        if error is not None:
            assert reply == error
            return
        self.pushed(key, Version(NULL, body, md5(body), crc32(body)), reply)
        assert reply == {"ETag": f'"{md5(body)}"', **crc32(body), **ENCRYPTED}

    @rule(source=KEYS, key=KEYS, condition=CONDITIONS, of_source=st.sampled_from(["", "", "same", "other"]))
    def copy(self, source: str, key: str, condition: str, of_source: str) -> None:
        self.make_copy(source, self.model.latest(source), {}, key, condition, of_source)

    @precondition(lambda self: self.model.stacks)
    @rule(place=PLACES, key=KEYS, condition=CONDITIONS)
    def copy_version(self, place: int, key: str, condition: str) -> None:
        source, copied = self.model.version_at(place)
        self.make_copy(source, copied, {"VersionId": copied.id}, key, condition, "")

    def make_copy(
        self, source: str, copied: Version | None, named: dict[str, str], key: str, condition: str, of_source: str
    ) -> None:
        parameters, error = self.model.condition(condition, key)
        if of_source:
            etag = copied.etag if copied is not None and of_source == "same" else md5(b"something else")
            parameters["CopySourceIfMatch"] = etag
            if of_source == "other":
                error = {"Code": "PreconditionFailed", "Condition": "x-amz-copy-source-If-Match"}
        if copied is None:
            error = no_such_key(source)
        elif copied.body is None:
            error = {"Code": "InvalidRequest"}
        reply = outcome(
            self.s3.copy_object,
            Bucket=BUCKET,
            Key=key,
            CopySource={"Bucket": BUCKET, "Key": source, **named},
            MetadataDirective="REPLACE",
            **parameters,
        )
        if error is not None or copied is None or copied.body is None:
            assert reply == error
            return
        source_version = self.model.shown_as_source(copied.id, by_id=bool(named))
        self.pushed(key, Version(NULL, copied.body, md5(copied.body), copied.checksum), reply)
        assert without_time(reply.pop("CopyObjectResult")) == {"ETag": f'"{md5(copied.body)}"', **copied.checksum}
        assert reply == source_version | ENCRYPTED

    @rule(key=KEYS, condition=st.sampled_from(["none", "none", "latest", "other", "any"]))
    def delete(self, key: str, condition: str) -> None:
        parameters, error = self.model.condition(condition, key)
        if condition == "any":
            parameters, error = {"IfMatch": "*"}, None if self.model.latest(key) else no_such_key(key)
        reply = outcome(self.s3.delete_object, Bucket=BUCKET, Key=key, **parameters)
        if error is not None:
            assert reply == error
            return
        marker = reply.pop("VersionId", None)
        assert reply == ({} if marker is None else {"DeleteMarker": True})
        self.model.hide(key, marker)

    @precondition(lambda self: self.model.stacks)
    @rule(place=PLACES, bypass=st.none() | st.booleans())
    def delete_version(self, place: int, bypass: bool | None) -> None:
        key, version = self.model.version_at(place)
        parameters = {} if bypass is None else {"BypassGovernanceRetention": bypass}
        reply = outcome(self.s3.delete_object, Bucket=BUCKET, Key=key, VersionId=version.id, **parameters)
        if bypass is not None and not self.locked:
            assert reply == {"Code": "InvalidArgument", "ArgumentName": "x-amz-bypass-governance-retention"}
        elif version.is_locked(self.model.today, bypass=bool(bypass)):
            assert reply == {"Code": "AccessDenied"}
        else:
            members = self.model.shown(version.id)
            self.model.remove(key, version.id)
            assert reply == (members if version.body is not None else members | {"DeleteMarker": True})

    @precondition(lambda self: self.model.stacks)
    @rule(
        picks=st.lists(st.tuples(KEYS, CONDITIONS) | PLACES, min_size=1, max_size=4),
        bypass=st.booleans(),
        quiet=st.booleans(),
    )
    def delete_many(self, picks: list[tuple[str, str] | int], bypass: bool, quiet: bool) -> None:
        bypass &= self.locked
        bypassing = {"BypassGovernanceRetention": True} if bypass else {}
        objects: list[Any] = []
        for pick in picks:
            if isinstance(pick, int):
                key, version = self.model.version_at(pick)
                objects.append({"Key": key, "VersionId": version.id})
            else:
                parameters, _ = self.model.condition(pick[1], pick[0])
                etag = {"ETag": parameters["IfMatch"]} if "IfMatch" in parameters else {}
                objects.append({"Key": pick[0], **etag})
        # A quiet delete of the same key twice would not report the markers.
        quiet &= self.model.versioning is None
        deletion: Any = {"Objects": objects, "Quiet": quiet}
        reply = outcome(self.s3.delete_objects, Bucket=BUCKET, Delete=deletion, **bypassing)
        deleted, errors = reply.pop("Deleted", []), reply.pop("Errors", [])
        assert reply == {}
        for entry in objects:
            refused = self.expected_error(entry, bypass=bypass)
            if refused is not None:
                error = errors.pop(0)
                assert error.pop("Message")
                assert error == refused
            else:
                self.check_deleted(entry, None if quiet else deleted.pop(0))
        assert (deleted, errors) == ([], [])

    def expected_error(self, entry: dict[str, str], *, bypass: bool) -> Error | None:
        """The error that an object of a DeleteObjects must get, or None."""
        key, present = entry["Key"], self.model.latest(entry["Key"])
        if "ETag" in entry and present is None:
            return no_such_key(key)
        if "ETag" in entry and present is not None and entry["ETag"].strip('"') != present.etag:
            return {"Code": "PreconditionFailed", "Key": key}
        for version in self.model.stacks.get(key, []):
            if version.id == entry.get("VersionId") and version.is_locked(self.model.today, bypass=bypass):
                return {"Code": "AccessDenied", "Key": key, "VersionId": version.id}
        return None

    def check_deleted(self, entry: dict[str, str], deleted: dict[str, Any] | None) -> None:
        key, version_id = entry["Key"], entry.get("VersionId")
        if version_id is None:
            self.model.hide(key, deleted.get("DeleteMarkerVersionId") if deleted else None)
            assert deleted is None or deleted.pop("DeleteMarker", False) == ("DeleteMarkerVersionId" in deleted)
            assert deleted is None or deleted.pop("DeleteMarkerVersionId", "") is not None
            assert deleted in (None, {"Key": key})
            return
        removed = self.model.remove(key, version_id)
        of_marker = {"DeleteMarker": True, "DeleteMarkerVersionId": version_id}
        is_marker = removed is not None and removed.body is None
        assert deleted in (None, {"Key": key, "VersionId": version_id} | (of_marker if is_marker else {}))

    @precondition(lambda self: self.locked)
    @rule(days=st.integers(min_value=1, max_value=2))
    def wait(self, days: int) -> None:
        self.control.clock.advance(days=days)
        self.model.today += days

    def date(self, day: int) -> datetime:
        return self.noon + timedelta(days=day)

    @precondition(lambda self: self.locked)
    @rule(key=KEYS, body=BODIES, mode=st.none() | MODES, days=DAYS, hold=st.sampled_from([None, "ON", "OFF"]))
    def put_locked(self, key: str, body: bytes, mode: str | None, days: int, hold: str | None) -> None:
        until = self.model.today + days
        parameters: dict[str, Any] = {"ObjectLockLegalHoldStatus": hold} if hold else {}
        if mode:
            parameters |= {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": self.date(until)}
        version = Version(NULL, body, md5(body), crc32(body), hold=hold)
        reply = outcome(self.s3.put_object, Bucket=BUCKET, Key=key, Body=body, **parameters)
        error = self.model.retain(version, mode, until, bypass=False)
        if error is not None:
            assert reply == error | {"ArgumentName": RETAIN_UNTIL}
        else:
            self.pushed(key, version, reply)
            assert reply == {"ETag": f'"{md5(body)}"', **crc32(body), **ENCRYPTED}

    @precondition(lambda self: self.locked and self.model.stacks)
    @rule(place=PLACES, status=st.sampled_from(["ON", "OFF"]))
    def hold(self, place: int, status: Any) -> None:
        key, version = self.model.version_at(place)
        named: Any = {"Bucket": BUCKET, "Key": key, "VersionId": version.id}
        reply = outcome(self.s3.put_object_legal_hold, **named, LegalHold={"Status": status})
        if version.body is None:
            assert reply == {"Code": "MethodNotAllowed", "Method": "PUT", "ResourceType": "DeleteMarker"}
            return
        version.hold = status
        assert reply == {}
        assert outcome(self.s3.get_object_legal_hold, **named) == {"LegalHold": {"Status": status}}

    @precondition(lambda self: self.locked and self.model.stacks)
    @rule(place=PLACES, changes=st.lists(st.tuples(MODES | st.none(), DAYS, st.booleans()), min_size=1, max_size=3))
    def retain(self, place: int, changes: list[tuple[str | None, int, bool]]) -> None:
        key, version = self.model.version_at(place)
        for mode, days, bypass in changes:
            self.change_retention(key, version, mode, days, bypass=bypass)
        self.delete_version(place, bypass=changes[0][2] or None)

    def change_retention(self, key: str, version: Version, mode: str | None, days: int, *, bypass: bool) -> None:
        until = self.model.today + days
        named: Any = {"Bucket": BUCKET, "Key": key, "VersionId": version.id}
        parameters: Any = {"Retention": {"Mode": mode, "RetainUntilDate": self.date(until)} if mode else {}}
        if bypass:
            parameters["BypassGovernanceRetention"] = True
        reply = outcome(self.s3.put_object_retention, **named, **parameters)
        if version.body is None:
            assert reply == {"Code": "MethodNotAllowed", "Method": "PUT", "ResourceType": "DeleteMarker"}
            return
        assert reply == (self.model.retain(version, mode, until, bypass=bypass) or {})
        kept: Any = {"Code": "NoSuchObjectLockConfiguration"}
        if version.mode is not None:
            kept = {"Retention": {"Mode": version.mode, "RetainUntilDate": self.date(version.until)}}
        assert outcome(self.s3.get_object_retention, **named) == kept

    @invariant()
    def the_listings_show_what_is_there(self) -> None:
        page: Any = self.s3.list_object_versions(Bucket=BUCKET)
        owner = {"Owner": self.s3.get_bucket_acl(Bucket=BUCKET)["Owner"]}
        listed = tuple(
            [without_time(dict(entry)) for entry in page.get(kind, [])] for kind in ("Versions", "DeleteMarkers")
        )
        expected: tuple[list[Any], list[Any]] = ([], [])
        latest: list[Any] = []
        for key in sorted(self.model.stacks):
            for place, version in enumerate(self.model.stacks[key]):
                of_version = {"Key": key, "VersionId": version.id, "IsLatest": place == 0, **owner}
                if version.body is None:
                    expected[1].append(of_version)
                    continue
                described = self.listed(version)
                expected[0].append(of_version | described)
                if place == 0:
                    latest.append({"Key": key, **described})
        assert listed == expected
        objects = self.s3.list_objects_v2(Bucket=BUCKET)
        assert objects["KeyCount"] == len(latest)
        assert [without_time(dict(entry)) for entry in objects.get("Contents", [])] == latest

    def listed(self, version: Version) -> dict[str, Any]:
        """The members of a version in listings, except its key and time."""
        (algorithm,) = (name.removeprefix("Checksum") for name in version.checksum if name != "ChecksumType")
        return {
            "ETag": f'"{version.etag}"',
            "Size": len(version.body or b""),
            "ChecksumAlgorithm": [algorithm],
            "ChecksumType": "FULL_OBJECT",
            "StorageClass": "STANDARD",
        }
