from __future__ import annotations

from datetime import datetime, timezone
from hashlib import md5

import pytest

from s3mock.backend import ids, multipart, versions
from s3mock.backend.blobs import Blob
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.errors import S3Error
from s3mock.models.account import Account
from s3mock.models.acl import private
from s3mock.models.checksums import Checksum
from s3mock.models.conditions import Condition
from s3mock.models.configuration import Configuration
from s3mock.models.encryption import Encryption
from s3mock.models.multipart import Part, Upload
from s3mock.models.version import Version

NOW = datetime(2026, 2, 21, 12, tzinfo=timezone.utc)
OWNER = Account("123456789012")
INITIATOR = Account("210987654321")
PRIVATE = private(OWNER)
KMS = Encryption("aws:kms", "arn:aws:kms:us-east-1:123456789012:key/a-key")


def etag_of(data: bytes) -> str:
    return md5(data, usedforsecurity=False).hexdigest()


def begun(state: BucketState | None = None, upload_id: str = "u", key: str = "k") -> BucketState:
    upload = Upload(
        key=key,
        upload_id=upload_id,
        initiated=NOW,
        owner=OWNER,
        initiator=INITIATOR,
        acl=PRIVATE,
        encryption=KMS,
        storage_class="STANDARD_IA",
        headers={"ContentType": "text/plain"},
        metadata={"a": "b"},
    )
    return multipart.create(BucketState() if state is None else state, upload).state


def with_parts(state: BucketState, *parts: tuple[int, bytes], upload_id: str = "u") -> BucketState:
    for number, data in parts:
        part = Part(part_number=number, etag=etag_of(data), last_modified=NOW, blob=Blob.of(data))
        state = multipart.put_part(state, "k", upload_id, part).state
    return state


def complete(
    state: BucketState,
    *parts: tuple[int, bytes],
    upload_id: str = "u",
    min_size: int = 0,
    condition: Condition | None = None,
) -> Change:
    listed = [(number, f'"{etag_of(data)}"') for number, data in parts]
    assembly = multipart.assemble(state, "k", upload_id, listed, min_size=min_size)
    return multipart.complete(state, assembly, condition=condition)


def put(state: BucketState, data: bytes = b"put") -> BucketState:
    version = Version(key="k", last_modified=NOW, owner=OWNER, etag=etag_of(data), blob=Blob.of(data))
    return versions.put(state, version).state


def delete(state: BucketState) -> BucketState:
    return versions.delete(state, "k", owner=OWNER, now=NOW).state


def fields_of(error: pytest.ExceptionInfo[S3Error]) -> tuple[str, dict[str, object]]:
    return error.value.code, error.value.fields


def test_a_completed_upload_is_a_version_with_the_properties_of_its_creation() -> None:
    one, two = b"1" * 10, b"2" * 5
    checksum = Checksum("CRC32", "AAAAAA==", "COMPOSITE")
    state = with_parts(begun(), (1, one), (2, two))
    listed = [(1, etag_of(one)), (2, etag_of(two))]
    assembly = multipart.assemble(state, "k", "u", listed, min_size=10)
    change = multipart.complete(state, assembly, checksum=checksum)
    version = change.version
    assert version is not None
    assert version.blob is not None
    digest = md5(bytes.fromhex(etag_of(one) + etag_of(two)), usedforsecurity=False).hexdigest()
    assert version.etag == f"{digest}-2"
    assert version.blob.read() == one + two
    assert (version.size, version.last_modified, version.checksum) == (15, NOW, checksum)
    assert (version.storage_class, version.headers, version.metadata) == (
        "STANDARD_IA",
        {"ContentType": "text/plain"},
        {"a": "b"},
    )
    assert (version.owner, version.acl, version.encryption) == (OWNER, PRIVATE, KMS)
    assert [part.part_number for part in version.parts] == [1, 2]
    assert change.event == "ObjectCreated:CompleteMultipartUpload"
    assert change.upload is not None
    assert change.upload.upload_id == "u"


def test_the_etag_is_the_one_that_s3_computes() -> None:
    # aws_recorded: test_multipart_if_match_etag, the ETag of an upload whose only part is b"test".
    change = complete(with_parts(begun(), (1, b"test")), (1, b"test"))
    assert change.version is not None
    assert change.version.etag == "60cd54a928cbbcbb6e7b5595bab46a9e-1"


def test_completing_adds_the_version_and_removes_the_upload_in_one_change() -> None:
    state = with_parts(begun(), (1, b"a"))
    assert versions.latest(state, "k") is None
    change = complete(state, (1, b"a"))
    assert versions.latest(change.state, "k") is change.version
    assert len(change.state.uploads) == 0


def test_a_part_uploaded_again_replaces_the_first() -> None:
    state = with_parts(begun(), (1, b"old"), (2, b"b"), (1, b"new"))
    assert [part.part_number for part in multipart.in_progress(state, "k", "u").parts] == [1, 2]
    with pytest.raises(S3Error, match="InvalidPart"):
        complete(state, (1, b"old"))
    blob = complete(state, (1, b"new")).version
    assert blob is not None
    assert blob.size == 3


def test_parts_can_be_uploaded_in_any_order_with_gaps_and_left_out() -> None:
    state = with_parts(begun(), (7, b"c"), (10_000, b"d"), (1, b"a"), (3, b"b"))
    assert [part.part_number for part in multipart.in_progress(state, "k", "u").parts] == [1, 3, 7, 10_000]
    version = complete(state, (1, b"a"), (7, b"c"), (10_000, b"d")).version
    assert version is not None
    assert version.blob is not None
    assert version.blob.read() == b"acd"
    assert version.etag.endswith("-3")


@pytest.mark.parametrize("listed", [((2, b"b"), (1, b"a")), ((1, b"a"), (1, b"a"))])
def test_the_list_of_parts_is_in_ascending_order(listed: tuple[tuple[int, bytes], ...]) -> None:
    with pytest.raises(S3Error) as caught:
        complete(with_parts(begun(), (1, b"a"), (2, b"b")), *listed)
    assert fields_of(caught) == ("InvalidPartOrder", {"UploadId": "u"})


@pytest.mark.parametrize("wrong", [(2, b"b"), (1, b"x")])
def test_a_listed_part_was_uploaded_with_that_etag(wrong: tuple[int, bytes]) -> None:
    number, data = wrong
    with pytest.raises(S3Error) as caught:
        complete(with_parts(begun(), (1, b"a")), wrong)
    assert fields_of(caught) == ("InvalidPart", {"UploadId": "u", "PartNumber": number, "ETag": etag_of(data)})


def test_every_part_but_the_last_has_the_minimum_size() -> None:
    state = with_parts(begun(), (1, b"12345"), (2, b"1234"), (3, b"1"))
    assert complete(state, (1, b"12345"), (2, b"1234"), min_size=5).version is not None
    with pytest.raises(S3Error) as caught:
        complete(state, (1, b"12345"), (2, b"1234"), (3, b"1"), min_size=5)
    assert fields_of(caught) == (
        "EntityTooSmall",
        {"ProposedSize": 4, "MinSizeAllowed": 5, "PartNumber": 2, "ETag": etag_of(b"1234")},
    )


def test_a_failed_complete_keeps_the_upload() -> None:
    state = with_parts(begun(), (1, b"a"))
    with pytest.raises(S3Error):
        complete(state, (2, b"b"))
    assert complete(state, (1, b"a")).version is not None


def test_an_upload_is_found_under_its_own_key_only() -> None:
    state = begun(begun(), "u2", "other")
    with pytest.raises(S3Error) as caught:
        multipart.in_progress(state, "other", "u")
    assert fields_of(caught) == ("NoSuchUpload", {"UploadId": "u"})
    assert multipart.in_progress(state, "other", "u2").key == "other"


def test_uploads_to_one_key_are_ordered_by_initiation() -> None:
    state = begun(begun(begun(), "z"), "a")
    assert [upload.upload_id for upload in state.uploads.get("k") or ()] == ["u", "z", "a"]
    state = with_parts(state, (1, b"1"), upload_id="z")
    assert [upload.upload_id for upload in state.uploads.get("k") or ()] == ["u", "z", "a"]


def test_an_aborted_upload_is_gone_with_its_parts() -> None:
    state = begun(with_parts(begun(), (1, b"a")), "u2")
    change = multipart.abort(state, "k", "u")
    assert change.upload is not None
    assert change.upload.upload_id == "u"
    assert [upload.upload_id for upload in change.state.uploads.get("k") or ()] == ["u2"]
    state = multipart.abort(change.state, "k", "u2").state
    assert len(state.uploads) == 0
    for operation in (
        lambda: multipart.abort(state, "k", "u"),
        lambda: with_parts(state, (1, b"a")),
        lambda: complete(state, (1, b"a")),
    ):
        with pytest.raises(S3Error, match="NoSuchUpload"):
            operation()


def test_a_complete_after_a_concurrent_abort_creates_no_object() -> None:
    state = with_parts(begun(), (1, b"a"))
    assembly = multipart.assemble(state, "k", "u", [(1, etag_of(b"a"))], min_size=0)
    with pytest.raises(S3Error, match="NoSuchUpload"):
        multipart.complete(multipart.abort(state, "k", "u").state, assembly)


def test_completing_twice_returns_the_first_result_and_changes_nothing() -> None:
    state = with_parts(begun(BucketState(configuration=Configuration(versioning="Enabled"))), (1, b"a"))
    assembly = multipart.assemble(state, "k", "u", [(1, etag_of(b"a"))], min_size=0)
    first = multipart.complete(state, assembly)
    assert first.version is not None
    again = multipart.complete(first.state, assembly)
    assert again.state is first.state
    assert again.event is None
    assert again.version is not None
    assert (again.version.etag, again.version.version_id) == (first.version.etag, first.version.version_id)
    assert ids.is_version_id(again.version.version_id)
    later = delete(put(first.state))
    assert multipart.completed(later, "k", "u") == again.version
    with pytest.raises(S3Error, match="NoSuchUpload"):
        multipart.assemble(later, "k", "u", [(1, etag_of(b"a"))], min_size=0)


def test_a_completed_upload_is_remembered_for_its_key_without_its_bytes() -> None:
    state = complete(with_parts(begun(), (1, b"a" * 1000)), (1, b"a" * 1000)).state
    remembered = multipart.completed(state, "k", "u")
    assert remembered is not None
    assert (remembered.size, remembered.parts) == (0, ())
    assert multipart.completed(state, "other", "u") is None
    assert multipart.completed(state, "k", "never") is None


@pytest.mark.parametrize("during", [put, delete, lambda state: put(delete(state), b"test")])
def test_an_unconditional_complete_ignores_writes_made_during_the_upload(during: object) -> None:
    assert callable(during)
    state = during(with_parts(begun(put(BucketState())), (1, b"a")))
    change = complete(state, (1, b"a"))
    assert versions.latest(change.state, "k") is change.version


def refusal(state: BucketState, condition: Condition) -> tuple[str, dict[str, object]] | None:
    try:
        complete(state, (1, b"a"), condition=condition)
    except S3Error as error:
        return error.code, error.fields
    return None


CONFLICT = "ConditionalRequestConflict"
OLD, NEW = b"test", b"other"


def test_a_put_during_the_upload_is_a_conflict_for_if_match() -> None:
    # aws_recorded: test_multipart_if_match_with_put.
    state = put(with_parts(begun(put(BucketState(), OLD)), (1, b"a")), NEW)
    assert refusal(state, Condition(etag_of(OLD))) == ("PreconditionFailed", {"Condition": "If-Match"})
    assert refusal(state, Condition(etag_of(NEW))) == (CONFLICT, {"Condition": "If-Match", "Key": "k"})
    again = with_parts(begun(state, "u2"), (1, b"a"), upload_id="u2")
    assert complete(again, (1, b"a"), upload_id="u2", condition=Condition(etag_of(NEW))).version is not None


def test_a_put_of_the_same_bytes_is_also_a_conflict() -> None:
    # aws_recorded: test_multipart_if_match_with_put_identical.
    state = put(with_parts(begun(put(BucketState(), OLD)), (1, b"a")), OLD)
    assert refusal(state, Condition(etag_of(OLD))) == (CONFLICT, {"Condition": "If-Match", "Key": "k"})


def test_a_delete_during_the_upload_is_first_no_such_key_then_a_conflict() -> None:
    # aws_recorded: test_multipart_if_match_with_delete.
    state = delete(with_parts(begun(put(BucketState(), OLD)), (1, b"a")))
    assert refusal(state, Condition(etag_of(OLD))) == ("NoSuchKey", {"Key": "k"})
    assert refusal(put(state, OLD), Condition(etag_of(OLD))) == (CONFLICT, {"Condition": "If-Match", "Key": "k"})


def test_a_delete_during_the_upload_is_a_conflict_for_if_none_match() -> None:
    # aws_recorded: test_multipart_if_none_match_with_delete.
    state = with_parts(begun(put(BucketState(), OLD)), (1, b"a"))
    nothing = Condition(None, "*")
    assert refusal(state, nothing) == ("PreconditionFailed", {"Condition": "If-None-Match"})
    state = delete(state)
    assert refusal(state, nothing) == (CONFLICT, {"Condition": "If-None-Match", "Key": "k"})
    again = with_parts(begun(state, "u2"), (1, b"a"), upload_id="u2")
    assert complete(again, (1, b"a"), upload_id="u2", condition=nothing).version is not None


def test_a_put_during_the_upload_fails_if_none_match() -> None:
    # aws_recorded: test_multipart_if_none_match_with_put.
    state = put(with_parts(begun(), (1, b"a")), OLD)
    assert refusal(state, Condition(None, "*")) == ("PreconditionFailed", {"Condition": "If-None-Match"})


def test_completing_an_upload_overtakes_the_others() -> None:
    state = with_parts(begun(begun(), "u2"), (1, b"a"))
    state = complete(state, (1, b"a"), condition=Condition(None, "*")).state
    assert multipart.in_progress(state, "k", "u2").overtaken


def test_completing_copies_no_bytes() -> None:
    data = b"a" * 10_000
    change = complete(with_parts(begun(), (1, data)), (1, data))
    assert change.version is not None
    assert change.version.blob is not None
    assert change.version.blob.read() is data


def test_ten_thousand_parts_become_one_object() -> None:
    data = [number.to_bytes(2, "big") for number in range(1, 10_001)]
    listed = list(enumerate(data, 1))
    version = complete(with_parts(begun(), *listed), *listed).version
    assert version is not None
    assert version.blob is not None
    assert version.etag.endswith("-10000")
    assert version.blob.read() == b"".join(data)
