"""Random operations on objects, including uploads, compared reply by reply with a naive model."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.support.naive_bucket import NULL, Error, Upload, Version, md5, no_such_key
from tests.support.object_machine import (
    BODIES,
    BUCKET,
    CONDITIONS,
    ENCRYPTED,
    KEYS,
    PLACES,
    Objects,
    outcome,
    without_time,
)
from tests.support.search import search

OF_READS = st.sampled_from(["none", "none", "IfMatch", "IfNoneMatch", "IfMatch other", "IfNoneMatch other"])
ENDS = st.sampled_from([3, 1, 2, 0, 9, None])
NUMBERS = st.integers(min_value=1, max_value=3)
PARTS = st.binary(min_size=1, max_size=3)
LISTS = st.sampled_from(["all", "all", "all", "first", "backwards", "missing", "wrong"])
NO_UPLOAD = "NoSuchUpload"


def entry(number: int, body: bytes) -> dict[str, Any]:
    """The entry of a part in a list of parts."""
    return {"PartNumber": number, "ETag": f'"{md5(body)}"'}


def joined(bodies: list[bytes]) -> str:
    """The ETag of an object made of these parts."""
    return f"{md5(b''.join(bytes.fromhex(md5(body)) for body in bodies))}-{len(bodies)}"


class Reads(Objects):
    """A bucket whose objects are also read."""

    def described(self, version: Version, body: bytes) -> dict[str, Any]:
        """The response to a read of a whole version, or of ``body`` from it, without the time."""
        expected: dict[str, Any] = {
            "AcceptRanges": "bytes",
            "Body": body,
            "ContentLength": len(body),
            "ContentType": "binary/octet-stream",
            "ETag": f'"{version.etag}"',
            "Metadata": {},
            **ENCRYPTED,
            **self.model.shown(version.id),
        }
        if version.body is not None and len(body) == len(version.body):
            expected |= version.checksum
        if version.mode is not None:
            expected |= {"ObjectLockMode": version.mode, "ObjectLockRetainUntilDate": self.date(version.until)}
        return expected | ({"ObjectLockLegalHoldStatus": version.hold} if version.hold else {})

    def read(self, error: Error | None, version: Version | None, start: int, stop: int, **parameters: Any) -> None:
        """Compare GetObject and HeadObject with these bytes of the version, or with the error."""
        reply = outcome(self.s3.get_object, Bucket=BUCKET, **parameters)
        head = outcome(self.s3.head_object, Bucket=BUCKET, **parameters)
        if error is not None or version is None or version.body is None:
            assert reply == error
            assert head["Code"] in {"304", "404", "405", "412", "416"}
            return
        ranged = {name: reply.pop(name) for name in ("ContentRange", "PartsCount") if name in reply}
        body = version.body[start:stop]
        is_part = stop > start and not parameters.keys().isdisjoint({"Range", "PartNumber"})
        expected: dict[str, Any] = {"ContentRange": f"bytes {start}-{stop - 1}/{len(version.body)}"} if is_part else {}
        if "PartNumber" in parameters and version.parts:
            expected["PartsCount"] = len(version.parts)
        assert ranged == expected
        assert without_time(reply) == self.described(version, body)
        quiet = {name: value for name, value in reply.items() if name != "Body" and name not in version.checksum}
        assert without_time(head) == quiet | ranged

    @rule(key=KEYS, condition=OF_READS)
    def get(self, key: str, condition: str) -> None:
        present = self.model.latest(key)
        error = no_such_key(key) if present is None else None
        parameters: dict[str, str] = {}
        if condition != "none":
            name, _, other = condition.partition(" ")
            parameters = {name: md5(b"something else") if other or present is None else present.etag}
            if present is not None and condition == "IfMatch other":
                error = {"Code": "PreconditionFailed", "Condition": "If-Match"}
            elif present is not None and condition == "IfNoneMatch":
                error = {"Code": "304"}
        self.read(error, present, 0, len(present.body or b"") if present else 0, Key=key, **parameters)

    @rule(key=KEYS, first=ENDS, last=ENDS)
    def get_range(self, key: str, first: int | None, last: int | None) -> None:
        header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
        present = self.model.latest(key)
        if present is None or present.body is None:
            self.read(no_such_key(key), None, 0, 0, Key=key, Range=header)
            return
        size = len(present.body)
        backwards = first is not None and last is not None and last < first
        if backwards or (first is None and last is None):
            whole = outcome(self.s3.get_object, Bucket=BUCKET, Key=key, Range=header)
            assert without_time(whole) == self.described(present, present.body)
            return
        start, stop = (max(size - (last or 0), 0), size) if first is None else (first, size)
        if first is not None and last is not None:
            stop = min(last + 1, size)
        unsatisfiable = {"Code": "InvalidRange", "RangeRequested": header, "ActualObjectSize": str(size)}
        self.read(None if start < stop else unsatisfiable, present, start, stop, Key=key, Range=header)

    @rule(key=KEYS, number=NUMBERS)
    def get_part(self, key: str, number: int) -> None:
        present = self.model.latest(key)
        if present is None or present.body is None:
            self.read(no_such_key(key), None, 0, 0, Key=key, PartNumber=number)
            return
        parts = present.parts or (len(present.body),)
        error = {"Code": "InvalidPartNumber", "ActualPartCount": str(len(parts)), "PartNumberRequested": str(number)}
        stop = sum(parts[:number])
        start = stop - parts[min(number, len(parts)) - 1]
        self.read(error if number > len(parts) else None, present, start, stop, Key=key, PartNumber=number)

    @precondition(lambda self: self.model.stacks)
    @rule(place=PLACES)
    def get_version(self, place: int) -> None:
        key, version = self.model.version_at(place)
        error = {"Code": "MethodNotAllowed", "Method": "GET", "ResourceType": "DeleteMarker"}
        size = len(version.body or b"")
        self.read(error if version.body is None else None, version, 0, size, Key=key, VersionId=version.id)

    @rule(key=KEYS)
    def get_null_version(self, key: str) -> None:
        missing = {"Code": "NoSuchVersion", "Key": key, "VersionId": NULL}
        reply = outcome(self.s3.get_object, Bucket=BUCKET, Key=key, VersionId=NULL)
        assert (reply == missing) == all(version.id != NULL for version in self.model.stacks.get(key, []))


class Uploads(Reads):
    """A bucket that also has multipart uploads."""

    def __init__(self) -> None:
        super().__init__()
        self.crc64: dict[bytes, str] = {}

    def named(self, place: int) -> tuple[Upload, dict[str, Any]]:
        upload_id, upload = self.model.upload_at(place)
        return upload, {"Bucket": BUCKET, "Key": upload.key, "UploadId": upload_id}

    @rule(key=KEYS, body=PARTS)
    def begin_upload(self, key: str, body: bytes) -> None:
        reply = outcome(self.s3.create_multipart_upload, Bucket=BUCKET, Key=key)
        self.model.uploads[reply.pop("UploadId")] = Upload(key)
        assert reply == {"Bucket": BUCKET, "Key": key, **ENCRYPTED}
        self.upload_part(len(self.model.uploads) - 1, 2, body)

    @precondition(lambda self: self.model.uploads)
    @rule(place=PLACES, number=NUMBERS, body=PARTS)
    def upload_part(self, place: int, number: int, body: bytes) -> None:
        upload, named = self.named(place)
        reply = outcome(self.s3.upload_part, **named, PartNumber=number, Body=body)
        assert reply.pop("ChecksumCRC32")
        assert reply == {"ETag": f'"{md5(body)}"', **ENCRYPTED}
        upload.parts[number] = body

    @precondition(lambda self: self.model.uploads)
    @rule(place=PLACES, number=NUMBERS, source=KEYS, first=ENDS, last=ENDS)
    def upload_part_copy(self, place: int, number: int, source: str, first: int | None, last: int | None) -> None:
        upload, named = self.named(place)
        copied, copied_range = self.model.latest(source), {}
        body = copied.body if copied is not None and copied.body is not None else b""
        error: Error | None = None
        if first is not None and last is not None:
            header = f"bytes={first}-{last}"
            copied_range, of_header = {"CopySourceRange": header}, {"ArgumentName": "x-amz-copy-source-range"}
            if last < first or first < len(body) <= last:
                error = {"Code": "InvalidArgument", **of_header, "ArgumentValue": header}
            elif first >= len(body):
                error = {"Code": "InvalidRequest"}
            body = body[first : last + 1]
        if copied is None:
            error = no_such_key(source)
        elif error is None and not body:
            return  # an empty part would be too small
        source_named = {"Bucket": BUCKET, "Key": source}
        reply = outcome(self.s3.upload_part_copy, **named, PartNumber=number, CopySource=source_named, **copied_range)
        if error is not None or copied is None:
            assert reply == error
            return
        source_version = self.model.shown_as_source(copied.id, by_id=False)
        assert without_time(reply.pop("CopyPartResult")) == {"ETag": f'"{md5(body)}"'}
        assert reply == source_version | ENCRYPTED
        upload.parts[number] = body

    @precondition(lambda self: self.model.uploads)
    @rule(place=PLACES, marker=st.sampled_from([None, 1, 2, 3]), limit=st.sampled_from([None, 1, 2]))
    def list_parts(self, place: int, marker: int | None, limit: int | None) -> None:
        upload, named = self.named(place)
        paging = {"PartNumberMarker": marker, "MaxParts": limit}
        reply = outcome(self.s3.list_parts, **named, **{name: value for name, value in paging.items() if value})
        behind = [number for number in sorted(upload.parts) if number > (marker or 0)]
        page = behind[: limit or 1000]
        assert reply.pop("Initiator")
        assert reply.pop("Owner")
        parts = [without_time(part) for part in reply.pop("Parts", [])]
        assert parts == [entry(n, upload.parts[n]) | {"Size": len(upload.parts[n])} for n in page]
        assert reply == named | {
            "PartNumberMarker": marker or 0,
            "NextPartNumberMarker": page[-1] if page else 0,
            "MaxParts": limit or 1000,
            "IsTruncated": len(page) < len(behind),
            "StorageClass": "STANDARD",
        }

    @precondition(lambda self: self.model.uploads)
    @rule(place=PLACES, condition=CONDITIONS, chosen=LISTS, before=st.sampled_from(["", "", "put", "delete"]))
    def complete_upload(self, place: int, condition: str, chosen: str, before: str) -> None:
        upload, named = self.named(place)
        if before == "put":
            self.put(upload.key, b"meanwhile", "none")
        elif before == "delete":
            self.delete(upload.key, "none")
        listed = [entry(number, body) for number, body in sorted(upload.parts.items())]
        error = self.spoil(listed, chosen, named["UploadId"])
        parameters, failed = self.model.condition(condition if error is None else "none", upload.key)
        if parameters and failed is None and upload.overtaken:
            name = "If-Match" if "IfMatch" in parameters else "If-None-Match"
            failed = {"Code": "ConditionalRequestConflict", "Condition": name, "Key": upload.key}
        reply = self.complete(named, listed, parameters)
        if error is not None or failed is not None:
            assert reply == (error or failed)
            return
        bodies = [upload.parts[part["PartNumber"]] for part in listed]
        body, etag = b"".join(bodies), joined(bodies)
        crc = self.crc64.setdefault(body, reply["ChecksumCRC64NVME"])
        # Completed again, it answers without the type (adobe/S3Mock, MultipartIT, verified against S3).
        response = {name: value for name, value in reply.items() if name != "ChecksumType"}
        version = Version(NULL, body, etag, {"ChecksumCRC64NVME": crc, "ChecksumType": "FULL_OBJECT"})
        version.parts = tuple(len(part) for part in bodies)
        del self.model.uploads[named["UploadId"]]
        self.model.completed[named["UploadId"]] = (upload, response)
        self.pushed(upload.key, version, reply)
        assert reply.pop("Location").startswith("https://")
        assert reply == {
            "Bucket": BUCKET,
            "Key": upload.key,
            "ETag": f'"{etag}"',
            **version.checksum,
            **ENCRYPTED,
        }

    def complete(self, named: dict[str, Any], listed: list[Any], parameters: dict[str, Any]) -> dict[str, Any]:
        return outcome(self.s3.complete_multipart_upload, **named, MultipartUpload={"Parts": listed}, **parameters)

    def spoil(self, listed: list[dict[str, Any]], chosen: str, upload_id: str) -> Error | None:
        """Change the list of parts; return the error that it must then cause, or None."""
        named = {"UploadId": upload_id}
        if chosen == "first":
            del listed[1:]
        elif chosen == "backwards" and len(listed) > 1:
            listed.reverse()
            return {"Code": "InvalidPartOrder", **named}
        elif chosen == "missing":
            listed.append(entry(9, b"missing"))
            return {"Code": "InvalidPart", **named, "PartNumber": "9", "ETag": md5(b"missing")}
        elif chosen == "wrong":
            listed[0] = entry(listed[0]["PartNumber"], b"wrong")
            return {"Code": "InvalidPart", **named, "PartNumber": str(listed[0]["PartNumber"]), "ETag": md5(b"wrong")}
        return None

    @precondition(lambda self: self.model.completed)
    @rule(place=PLACES, body=BODIES)
    def complete_again(self, place: int, body: bytes) -> None:
        upload_id, (upload, response) = list(self.model.completed.items())[place % len(self.model.completed)]
        named = {"Bucket": BUCKET, "Key": upload.key, "UploadId": upload_id}
        listed = [entry(number, part) for number, part in sorted(upload.parts.items())]
        assert self.complete(named, listed, {}) == response
        gone = {"Code": NO_UPLOAD, "UploadId": upload_id}
        assert outcome(self.s3.upload_part, **named, PartNumber=1, Body=body) == gone
        assert outcome(self.s3.list_parts, **named) == gone
        assert outcome(self.s3.abort_multipart_upload, **named) == {}

    @precondition(lambda self: self.model.uploads)
    @rule(place=PLACES)
    def abort_upload(self, place: int) -> None:
        _, named = self.named(place)
        del self.model.uploads[named["UploadId"]]
        gone = {"Code": NO_UPLOAD, "UploadId": named["UploadId"]}
        assert outcome(self.s3.abort_multipart_upload, **named) == {}
        assert outcome(self.s3.abort_multipart_upload, **named) == gone
        assert self.complete(named, [entry(1, b"a")], {}) == gone

    @invariant()
    def the_uploads_in_progress_are_listed(self) -> None:
        uploads = self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        listed = [(upload["Key"], upload["UploadId"]) for upload in uploads]
        assert sorted(listed) == sorted((upload.key, name) for name, upload in self.model.uploads.items())
        assert [key for key, _ in listed] == sorted(key for key, _ in listed)


class LockedObjects(Reads):
    """A bucket with Object Lock, whose versions are held and retained while the days pass."""

    locked = True


TestObjectsBehaveLikeTheModel = Uploads.TestCase
TestObjectsBehaveLikeTheModel.settings = search(40, stateful_step_count=30)
TestLockedObjectsBehaveLikeTheModel = LockedObjects.TestCase
TestLockedObjectsBehaveLikeTheModel.settings = search(40, stateful_step_count=30)
