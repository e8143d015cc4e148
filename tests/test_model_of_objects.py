"""Random operations on objects, compared reply by reply with a model that is too simple to be wrong."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from s3mock import mock_s3
from tests.naive_bucket import NULL, NaiveBucket, Upload, Version, md5

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "a-bucket"
KEYS = st.sampled_from(["a", "a", "a/b", "é"])  # few, so that much happens to each
BODIES = st.sampled_from([b"0123456", b"abcde", b"xy", b""])
PARTS = st.binary(min_size=1, max_size=3)
CONDITIONS = st.sampled_from(["none", "none", "none", "absent", "latest", "latest", "other"])
ENDS = st.sampled_from([3, 1, 2, 0, 9, None])
PLACES = st.integers(min_value=0, max_value=9)
STATUSES = st.sampled_from(["Enabled", "Enabled", "Suspended"])
FAR = datetime(2100, 1, 1, tzinfo=timezone.utc)


def span(first: int, last: int | None) -> int | None:
    """Return how many bytes there are from ``first`` to ``last``, None for all that there are."""
    return None if last is None else last + 1 - first


def outcome(call: Any, **parameters: Any) -> dict[str, Any]:
    """Return the reply, or the code of the error."""
    try:
        reply: dict[str, Any] = call(**parameters)
    except ClientError as error:
        response: Any = error.response
        return {"code": response["Error"]["Code"]}
    return reply


class Objects(RuleBasedStateMachine):
    """A bucket, and what it should hold."""

    locked = False

    def __init__(self) -> None:
        super().__init__()
        self.mock = mock_s3(upload_part_min_size=1)
        self.s3: S3Client = self.mock.start().client(region_name="us-east-1")
        self.s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=self.locked)
        self.model = NaiveBucket("Enabled" if self.locked else None)

    @initialize(bodies=st.lists(st.tuples(KEYS, BODIES), min_size=2, max_size=6), status=st.none() | STATUSES)
    def fill(self, bodies: list[tuple[str, bytes]], status: Any) -> None:
        for place, (key, body) in enumerate(bodies):
            if place == 1 and status:
                self.set_versioning(status)
            self.put(key, body, "none")

    def teardown(self) -> None:
        self.mock.stop()

    @rule(status=STATUSES)
    def set_versioning(self, status: Any) -> None:
        reply = outcome(self.s3.put_bucket_versioning, Bucket=BUCKET, VersioningConfiguration={"Status": status})
        if self.locked and status == "Suspended":
            assert reply == {"code": "InvalidBucketState"}
        else:
            self.model.versioning = status

    @rule(key=KEYS, body=BODIES, wanted=CONDITIONS)
    def put(self, key: str, body: bytes, wanted: str) -> None:
        parameters, error = self.model.condition(wanted, key)
        reply = outcome(self.s3.put_object, Bucket=BUCKET, Key=key, Body=body, **parameters)
        if error is not None:
            assert reply == {"code": error}
            return
        assert reply["ETag"] == f'"{md5(body)}"'
        self.model.push(key, body, md5(body), reply.get("VersionId"))

    @rule(source=KEYS, key=KEYS, wanted=CONDITIONS)
    def copy(self, source: str, key: str, wanted: str) -> None:
        self.make_copy(source, self.model.latest(source), {}, key, wanted)

    @precondition(lambda self: self.model.stacks)
    @rule(place=PLACES, key=KEYS, wanted=CONDITIONS)
    def copy_version(self, place: int, key: str, wanted: str) -> None:
        source, copied = self.model.version_at(place)
        self.make_copy(source, copied, {"VersionId": copied.id}, key, wanted)

    def make_copy(self, source: str, copied: Version | None, named: dict[str, str], key: str, wanted: str) -> None:
        parameters, error = self.model.condition(wanted, key)
        if copied is None:
            error = "NoSuchKey"
        elif copied.body is None:
            error = "InvalidRequest"
        reply = outcome(
            self.s3.copy_object,
            Bucket=BUCKET,
            Key=key,
            CopySource={"Bucket": BUCKET, "Key": source, **named},
            MetadataDirective="REPLACE",
            **parameters,
        )
        if error is not None or copied is None or copied.body is None:
            assert reply == {"code": error}
            return
        assert reply["CopyObjectResult"]["ETag"] == f'"{md5(copied.body)}"'
        assert reply.get("CopySourceVersionId", NULL) == copied.id
        self.model.push(key, copied.body, md5(copied.body), reply.get("VersionId"))

    @rule(key=KEYS, wanted=st.sampled_from(["none", "none", "latest", "other", "any"]))
    def delete(self, key: str, wanted: str) -> None:
        parameters, error = self.model.condition(wanted, key)
        if wanted == "any":
            parameters, error = {"IfMatch": "*"}, None if self.model.latest(key) else "NoSuchKey"
        reply = outcome(self.s3.delete_object, Bucket=BUCKET, Key=key, **parameters)
        if error is not None:
            assert reply == {"code": error}
            return
        assert reply.get("DeleteMarker", False) == ("VersionId" in reply)
        self.model.hide(key, reply.get("VersionId"))

    @precondition(lambda self: self.model.stacks)
    @rule(place=PLACES, bypass=st.booleans())
    def delete_version(self, place: int, bypass: bool) -> None:
        key, version = self.model.version_at(place)
        parameters = {"BypassGovernanceRetention": True} if bypass else {}
        reply = outcome(self.s3.delete_object, Bucket=BUCKET, Key=key, VersionId=version.id, **parameters)
        if bypass and not self.locked:
            assert reply == {"code": "InvalidArgument"}
        elif version.is_locked(bypass=bypass):
            assert reply == {"code": "AccessDenied"}
        else:
            self.model.remove(key, version.id)
            assert reply.get("DeleteMarker", False) == (version.body is None)

    @precondition(lambda self: self.model.stacks)
    @rule(picks=st.lists(KEYS | PLACES, min_size=1, max_size=3))
    def delete_many(self, picks: list[str | int]) -> None:
        objects: list[Any] = []
        denied: set[str] = set()
        for pick in picks:
            if isinstance(pick, str):
                objects.append({"Key": pick})
                continue
            key, version = self.model.version_at(pick)
            objects.append({"Key": key, "VersionId": version.id})
            if version.is_locked(bypass=False):
                denied.add(version.id)
        reply = self.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects})
        errors = {(error["VersionId"], error["Code"]) for error in reply.get("Errors", [])}
        assert errors == {(version_id, "AccessDenied") for version_id in denied}
        allowed = [entry for entry in objects if entry.get("VersionId") not in denied]
        for asked, told in zip(allowed, reply.get("Deleted", []), strict=True):
            assert told["Key"] == asked["Key"]
            if "VersionId" not in asked:
                self.model.hide(asked["Key"], told.get("DeleteMarkerVersionId"))
                continue
            removed = self.model.remove(asked["Key"], asked["VersionId"])
            is_marker = removed is not None and removed.body is None
            assert told.get("DeleteMarker", False) == is_marker
            assert not is_marker or told["DeleteMarkerVersionId"] == asked["VersionId"]

    @precondition(lambda self: self.locked and self.model.stacks)
    @rule(place=PLACES, held=st.booleans())
    def hold(self, place: int, held: bool) -> None:
        key, version = self.model.version_at(place)
        if version.body is not None:
            status: Any = {"Status": "ON" if held else "OFF"}
            self.s3.put_object_legal_hold(Bucket=BUCKET, Key=key, VersionId=version.id, LegalHold=status)
            version.held = held

    @precondition(lambda self: self.locked and self.model.stacks)
    @rule(place=PLACES, mode=st.sampled_from(["GOVERNANCE", "COMPLIANCE"]))
    def retain(self, place: int, mode: str) -> None:
        key, version = self.model.version_at(place)
        if version.body is not None and version.mode is None:
            retention: Any = {"Mode": mode, "RetainUntilDate": FAR}
            self.s3.put_object_retention(Bucket=BUCKET, Key=key, VersionId=version.id, Retention=retention)
            version.mode = mode

    @rule(key=KEYS)
    def get(self, key: str) -> None:
        reply = outcome(self.s3.get_object, Bucket=BUCKET, Key=key)
        present = self.model.latest(key)
        if present is None:
            assert reply == {"code": "NoSuchKey"}
            return
        assert reply["Body"].read() == present.body
        assert reply["ETag"] == f'"{present.etag}"'
        assert reply.get("VersionId", NULL) == present.id
        assert ("VersionId" in reply) == (self.model.versioning is not None)

    @rule(key=KEYS, first=ENDS, last=ENDS)
    def get_range(self, key: str, first: int | None, last: int | None) -> None:
        header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
        reply = outcome(self.s3.get_object, Bucket=BUCKET, Key=key, Range=header)
        present = self.model.latest(key)
        if present is None or present.body is None:
            assert reply == {"code": "NoSuchKey"}
            return
        whole = present.body
        backwards = first is not None and last is not None and last < first
        if backwards or (first is None and last is None):
            assert reply["Body"].read() == whole
            return
        wanted = (
            whole[len(whole) - min(last or 0, len(whole)) :] if first is None else whole[first:][: span(first, last)]
        )
        if wanted:
            assert reply["Body"].read() == wanted
        else:
            assert reply == {"code": "InvalidRange"}

    @precondition(lambda self: self.model.stacks)
    @rule(place=PLACES)
    def get_version(self, place: int) -> None:
        key, version = self.model.version_at(place)
        reply = outcome(self.s3.get_object, Bucket=BUCKET, Key=key, VersionId=version.id)
        if version.body is None:
            assert reply == {"code": "MethodNotAllowed"}
        else:
            assert reply["Body"].read() == version.body

    @rule(key=KEYS)
    def get_null_version(self, key: str) -> None:
        missing = {"code": "NoSuchVersion"}
        reply = outcome(self.s3.get_object, Bucket=BUCKET, Key=key, VersionId=NULL)
        assert (reply == missing) == all(version.id != NULL for version in self.model.stacks.get(key, []))

    @rule(key=KEYS, body=PARTS)
    def begin_upload(self, key: str, body: bytes) -> None:
        upload_id = self.s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
        self.model.uploads[upload_id] = Upload(key)
        self.upload_part(len(self.model.uploads) - 1, 2, body)

    @precondition(lambda self: self.model.uploads)
    @rule(place=PLACES, number=st.integers(min_value=1, max_value=3), body=PARTS)
    def upload_part(self, place: int, number: int, body: bytes) -> None:
        upload_id, upload = self.model.upload_at(place)
        reply = self.s3.upload_part(Bucket=BUCKET, Key=upload.key, UploadId=upload_id, PartNumber=number, Body=body)
        assert reply["ETag"] == f'"{md5(body)}"'
        upload.parts[number] = body

    @precondition(lambda self: self.model.uploads)
    @rule(place=PLACES, wanted=CONDITIONS)
    def complete_upload(self, place: int, wanted: str) -> None:
        upload_id, upload = self.model.upload_at(place)
        parameters, error = self.model.condition(wanted, upload.key)
        if parameters and error is None and upload.overtaken:
            error = "ConditionalRequestConflict"
        parts = sorted(upload.parts.items())
        reply = outcome(
            self.s3.complete_multipart_upload,
            Bucket=BUCKET,
            Key=upload.key,
            UploadId=upload_id,
            MultipartUpload={"Parts": [{"PartNumber": number, "ETag": md5(body)} for number, body in parts]},
            **parameters,
        )
        if error is not None:
            assert reply == {"code": error}
            return
        joined = b"".join(bytes.fromhex(md5(body)) for _, body in parts)
        etag = f"{md5(joined)}-{len(parts)}"
        assert reply["ETag"] == f'"{etag}"'
        del self.model.uploads[upload_id]
        self.model.push(upload.key, b"".join(body for _, body in parts), etag, reply.get("VersionId"))

    @precondition(lambda self: self.model.uploads)
    @rule(place=PLACES)
    def abort_upload(self, place: int) -> None:
        upload_id, upload = self.model.upload_at(place)
        del self.model.uploads[upload_id]
        self.s3.abort_multipart_upload(Bucket=BUCKET, Key=upload.key, UploadId=upload_id)
        assert outcome(self.s3.list_parts, Bucket=BUCKET, Key=upload.key, UploadId=upload_id) == {
            "code": "NoSuchUpload"
        }

    @invariant()
    def the_listings_show_what_is_there(self) -> None:
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        assert [(entry["Key"], entry["ETag"]) for entry in listed] == [
            (key, f'"{version.etag}"') for key in sorted(self.model.stacks) if (version := self.model.latest(key))
        ]
        page = self.s3.list_object_versions(Bucket=BUCKET)
        entries = [(e["Key"], e["VersionId"], e["IsLatest"]) for e in page.get("Versions", [])]
        markers = [(e["Key"], e["VersionId"], e["IsLatest"]) for e in page.get("DeleteMarkers", [])]
        expected = [
            ((key, version.id, place == 0), version.body is None)
            for key in sorted(self.model.stacks)
            for place, version in enumerate(self.model.stacks[key])
        ]
        assert entries == [entry for entry, is_marker in expected if not is_marker]
        assert markers == [entry for entry, is_marker in expected if is_marker]
        uploads = self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        assert sorted(upload["UploadId"] for upload in uploads) == sorted(self.model.uploads)


class LockedObjects(Objects):
    """The same in a bucket with Object Lock, whose versions are held and retained."""

    locked = True


TestObjectsBehaveLikeTheModel = Objects.TestCase
TestObjectsBehaveLikeTheModel.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
TestLockedObjectsBehaveLikeTheModel = LockedObjects.TestCase
TestLockedObjectsBehaveLikeTheModel.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
