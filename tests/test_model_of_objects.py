"""Random operations on objects, compared reply by reply with a model that is too simple to be wrong.

The model keeps a list of versions of every key, the newest first, and knows nothing of how s3mock keeps them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from s3mock import mock_s3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "a-bucket"
KEYS = st.sampled_from(["a", "a/b", "a/c", "b", "é"])
BODIES = st.binary(max_size=4)
CONDITIONS = st.sampled_from(["none", "none", "absent", "latest", "other"])
PLACES = st.integers(min_value=0, max_value=3)
NULL = "null"
FAR = datetime(2100, 1, 1, tzinfo=timezone.utc)


@dataclass
class Version:
    """A version, or without a body a delete marker; ``mode`` is that of its retention, which never ends here."""

    id: str
    body: bytes | None
    etag: str = ""
    held: bool = False
    mode: str | None = None

    def is_locked(self, *, bypass: bool) -> bool:
        return self.held or self.mode == "COMPLIANCE" or (self.mode == "GOVERNANCE" and not bypass)


@dataclass
class Upload:
    """A multipart upload in progress."""

    key: str
    parts: dict[int, bytes] = field(default_factory=dict)
    overtaken: bool = False


def md5(body: bytes) -> str:
    return hashlib.md5(body).hexdigest()


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
        self.versioning: str | None = "Enabled" if self.locked else None
        self.stacks: dict[str, list[Version]] = {}
        self.uploads: dict[str, Upload] = {}

    def teardown(self) -> None:
        self.mock.stop()

    def latest(self, key: str) -> Version | None:
        """Return the object that a read without a version id sees."""
        stack = self.stacks.get(key)
        return stack[0] if stack and stack[0].body is not None else None

    def push(self, key: str, body: bytes | None, etag: str, told: str | None) -> None:
        """Put a version on top, under the id that the reply told, where it had to tell one."""
        if self.versioning == "Enabled":
            assert told
            assert told != NULL
            stack = self.stacks.get(key, [])
            assert told not in [version.id for version in stack]
        else:
            assert told in {None, NULL}
            kept = self.stacks.get(key, []) if self.versioning else []
            stack = [version for version in kept if version.id != NULL]
        self.stacks[key] = [Version(told or NULL, body, etag), *stack]
        self.overtake(key)

    def overtake(self, key: str) -> None:
        for upload in self.uploads.values():
            upload.overtaken |= upload.key == key

    def condition(self, wanted: str, key: str) -> tuple[dict[str, str], str | None]:
        """Return the parameters of a condition, and the error that it must raise if any."""
        present = self.latest(key)
        if wanted == "none":
            return {}, None
        if wanted == "absent":
            return {"IfNoneMatch": "*"}, "PreconditionFailed" if present else None
        if present is None:
            return {"IfMatch": md5(b"whatever")}, "NoSuchKey"
        if wanted == "latest":
            return {"IfMatch": f'"{present.etag}"'}, None
        return {"IfMatch": md5(b"something else")}, "PreconditionFailed"

    @rule(status=st.sampled_from(["Enabled", "Suspended"]))
    def set_versioning(self, status: Any) -> None:
        reply = outcome(self.s3.put_bucket_versioning, Bucket=BUCKET, VersioningConfiguration={"Status": status})
        if self.locked and status == "Suspended":
            assert reply == {"code": "InvalidBucketState"}
        else:
            self.versioning = status

    @rule(key=KEYS, body=BODIES, wanted=CONDITIONS)
    def put(self, key: str, body: bytes, wanted: str) -> None:
        parameters, error = self.condition(wanted, key)
        reply = outcome(self.s3.put_object, Bucket=BUCKET, Key=key, Body=body, **parameters)
        if error is not None:
            assert reply == {"code": error}
            return
        assert reply["ETag"] == f'"{md5(body)}"'
        self.push(key, body, md5(body), reply.get("VersionId"))

    @rule(source=KEYS, key=KEYS, place=st.none() | PLACES, wanted=CONDITIONS)
    def copy(self, source: str, key: str, place: int | None, wanted: str) -> None:
        stack = self.stacks.get(source, [])
        copied = self.latest(source) if place is None else stack[place] if place < len(stack) else None
        if place is not None and copied is None:
            return
        parameters, error = self.condition(wanted, key)
        if copied is None:
            error = "NoSuchKey"
        elif copied.body is None:
            error = "InvalidRequest"
        named = {} if place is None or copied is None else {"VersionId": copied.id}
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
        self.push(key, copied.body, md5(copied.body), reply.get("VersionId"))

    def hide(self, key: str, marker: str | None) -> None:
        """Delete a key; ``marker`` is the id of the delete marker that the reply told, if it did."""
        if self.versioning is None:
            assert marker is None
            if self.stacks.pop(key, None):
                self.overtake(key)
        else:
            assert marker is not None
            self.push(key, None, "", marker)

    def remove(self, key: str, version_id: str) -> Version | None:
        """Remove a version for good; return what was there."""
        stack = self.stacks.get(key, [])
        for place, version in enumerate(stack):
            if version.id == version_id:
                del stack[place]
                if place == 0:
                    self.overtake(key)
                if not stack:
                    del self.stacks[key]
                return version
        return None

    @rule(key=KEYS, wanted=st.sampled_from(["none", "none", "latest", "other", "any"]))
    def delete(self, key: str, wanted: str) -> None:
        parameters, error = self.condition(wanted, key)
        if wanted == "any":
            parameters, error = {"IfMatch": "*"}, None if self.latest(key) else "NoSuchKey"
        reply = outcome(self.s3.delete_object, Bucket=BUCKET, Key=key, **parameters)
        if error is not None:
            assert reply == {"code": error}
            return
        assert reply.get("DeleteMarker", False) == ("VersionId" in reply)
        self.hide(key, reply.get("VersionId"))

    def version_at(self, key: str, place: int) -> Version | None:
        stack = self.stacks.get(key, [])
        return stack[place] if place < len(stack) else None

    @rule(key=KEYS, place=PLACES, bypass=st.booleans())
    def delete_version(self, key: str, place: int, bypass: bool) -> None:
        version = self.version_at(key, place)
        version_id = version.id if version else NULL
        parameters = {"BypassGovernanceRetention": True} if bypass else {}
        reply = outcome(self.s3.delete_object, Bucket=BUCKET, Key=key, VersionId=version_id, **parameters)
        if bypass and not self.locked:
            assert reply == {"code": "InvalidArgument"}
        elif version is not None and version.is_locked(bypass=bypass):
            assert reply == {"code": "AccessDenied"}
        else:
            removed = self.remove(key, version_id)
            assert reply.get("DeleteMarker", False) == (removed is not None and removed.body is None)

    @rule(picks=st.lists(st.tuples(KEYS, st.none() | PLACES), min_size=1, max_size=3, unique=True))
    def delete_many(self, picks: list[tuple[str, int | None]]) -> None:
        objects: list[Any] = []
        denied: set[str] = set()
        for key, place in picks:
            version = None if place is None else self.version_at(key, place)
            if version is not None:
                objects.append({"Key": key, "VersionId": version.id})
                if version.is_locked(bypass=False):
                    denied.add(version.id)
            elif place is None:
                objects.append({"Key": key})
        if not objects:
            return
        reply = self.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects})
        errors = {(error["VersionId"], error["Code"]) for error in reply.get("Errors", [])}
        assert errors == {(version_id, "AccessDenied") for version_id in denied}
        allowed = [entry for entry in objects if entry.get("VersionId") not in denied]
        for asked, told in zip(allowed, reply.get("Deleted", []), strict=True):
            assert told["Key"] == asked["Key"]
            if "VersionId" not in asked:
                self.hide(asked["Key"], told.get("DeleteMarkerVersionId"))
                continue
            removed = self.remove(asked["Key"], asked["VersionId"])
            is_marker = removed is not None and removed.body is None
            assert told.get("DeleteMarker", False) == is_marker
            assert not is_marker or told["DeleteMarkerVersionId"] == asked["VersionId"]

    @precondition(lambda self: self.locked)
    @rule(key=KEYS, place=PLACES, held=st.booleans())
    def hold(self, key: str, place: int, held: bool) -> None:
        version = self.version_at(key, place)
        if version is not None and version.body is not None:
            status: Any = {"Status": "ON" if held else "OFF"}
            self.s3.put_object_legal_hold(Bucket=BUCKET, Key=key, VersionId=version.id, LegalHold=status)
            version.held = held

    @precondition(lambda self: self.locked)
    @rule(key=KEYS, place=PLACES, mode=st.sampled_from(["GOVERNANCE", "COMPLIANCE"]))
    def retain(self, key: str, place: int, mode: str) -> None:
        version = self.version_at(key, place)
        if version is not None and version.body is not None and version.mode is None:
            retention: Any = {"Mode": mode, "RetainUntilDate": FAR}
            self.s3.put_object_retention(Bucket=BUCKET, Key=key, VersionId=version.id, Retention=retention)
            version.mode = mode

    @rule(key=KEYS)
    def get(self, key: str) -> None:
        reply = outcome(self.s3.get_object, Bucket=BUCKET, Key=key)
        present = self.latest(key)
        if present is None:
            assert reply == {"code": "NoSuchKey"}
            return
        assert reply["Body"].read() == present.body
        assert reply["ETag"] == f'"{present.etag}"'
        assert reply.get("VersionId", NULL) == present.id
        assert ("VersionId" in reply) == (self.versioning is not None)

    @rule(key=KEYS, first=st.none() | PLACES, last=st.none() | PLACES)
    def get_range(self, key: str, first: int | None, last: int | None) -> None:
        header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
        reply = outcome(self.s3.get_object, Bucket=BUCKET, Key=key, Range=header)
        present = self.latest(key)
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

    @rule(key=KEYS, place=PLACES)
    def get_version(self, key: str, place: int) -> None:
        stack = self.stacks.get(key, [])
        if place >= len(stack):
            missing = {"code": "NoSuchVersion"}
            reply = outcome(self.s3.get_object, Bucket=BUCKET, Key=key, VersionId=NULL)
            assert (reply == missing) == all(version.id != NULL for version in stack)
            return
        reply = outcome(self.s3.get_object, Bucket=BUCKET, Key=key, VersionId=stack[place].id)
        if stack[place].body is None:
            assert reply == {"code": "MethodNotAllowed"}
        else:
            assert reply["Body"].read() == stack[place].body

    @rule(key=KEYS)
    def begin_upload(self, key: str) -> None:
        upload_id = self.s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
        self.uploads[upload_id] = Upload(key)

    @precondition(lambda self: self.uploads)
    @rule(data=st.data(), number=st.integers(min_value=1, max_value=3), body=st.binary(min_size=1, max_size=3))
    def upload_part(self, data: st.DataObject, number: int, body: bytes) -> None:
        upload_id = data.draw(st.sampled_from(sorted(self.uploads)))
        upload = self.uploads[upload_id]
        reply = self.s3.upload_part(Bucket=BUCKET, Key=upload.key, UploadId=upload_id, PartNumber=number, Body=body)
        assert reply["ETag"] == f'"{md5(body)}"'
        upload.parts[number] = body

    @precondition(lambda self: self.uploads)
    @rule(data=st.data(), wanted=CONDITIONS)
    def complete_upload(self, data: st.DataObject, wanted: str) -> None:
        upload_id = data.draw(st.sampled_from(sorted(self.uploads)))
        upload = self.uploads[upload_id]
        if not upload.parts:
            return
        parameters, error = self.condition(wanted, upload.key)
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
        del self.uploads[upload_id]
        self.push(upload.key, b"".join(body for _, body in parts), etag, reply.get("VersionId"))

    @precondition(lambda self: self.uploads)
    @rule(data=st.data())
    def abort_upload(self, data: st.DataObject) -> None:
        upload_id = data.draw(st.sampled_from(sorted(self.uploads)))
        upload = self.uploads.pop(upload_id)
        self.s3.abort_multipart_upload(Bucket=BUCKET, Key=upload.key, UploadId=upload_id)
        assert outcome(self.s3.list_parts, Bucket=BUCKET, Key=upload.key, UploadId=upload_id) == {
            "code": "NoSuchUpload"
        }

    @invariant()
    def the_listings_show_what_is_there(self) -> None:
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        assert [(entry["Key"], entry["ETag"]) for entry in listed] == [
            (key, f'"{version.etag}"') for key in sorted(self.stacks) if (version := self.latest(key))
        ]
        page = self.s3.list_object_versions(Bucket=BUCKET)
        entries = [(e["Key"], e["VersionId"], e["IsLatest"]) for e in page.get("Versions", [])]
        markers = [(e["Key"], e["VersionId"], e["IsLatest"]) for e in page.get("DeleteMarkers", [])]
        expected = [
            ((key, version.id, place == 0), version.body is None)
            for key in sorted(self.stacks)
            for place, version in enumerate(self.stacks[key])
        ]
        assert entries == [entry for entry, is_marker in expected if not is_marker]
        assert markers == [entry for entry, is_marker in expected if is_marker]
        uploads = self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        assert sorted(upload["UploadId"] for upload in uploads) == sorted(self.uploads)


class LockedObjects(Objects):
    """The same in a bucket with Object Lock, whose versions are held and retained."""

    locked = True


TestObjectsBehaveLikeTheModel = Objects.TestCase
TestObjectsBehaveLikeTheModel.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestLockedObjectsBehaveLikeTheModel = LockedObjects.TestCase
TestLockedObjectsBehaveLikeTheModel.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
