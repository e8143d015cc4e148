"""Repeatable answers: with a seed, everything that S3 generates is the same in each run."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import S3MockServer, mock_s3
from s3mock.backend import ids
from s3mock.http import Body
from s3mock.transports import adapter
from tests.support.all_inputs import NEVER_SUCCEED, OPERATIONS, requests_of
from tests.support.full_store import fill, read_everything

if TYPE_CHECKING:
    from s3mock.control import S3


def replies(s3: Any) -> list[Any]:
    """What calls of many kinds are answered, with the ids of the requests and the dates."""
    s3.create_bucket(Bucket="photos")
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    upload = s3.create_multipart_upload(Bucket="photos", Key="b")
    return [
        s3.put_object(Bucket="photos", Key="a", Body=b"1"),
        s3.put_object(Bucket="photos", Key="a", Body=b"1", ServerSideEncryption="aws:kms"),
        upload,
        s3.upload_part(Bucket="photos", Key="b", UploadId=upload["UploadId"], PartNumber=1, Body=b"2"),
        s3.list_object_versions(Bucket="photos"),
        s3.generate_presigned_url("get_object", {"Bucket": "photos", "Key": "a"}),
    ]


def replies_of_a_mock(**settings: Any) -> list[Any]:
    with mock_s3(**settings) as mock:
        return replies(mock.client(region_name="us-east-1"))


def test_a_seed_makes_all_replies_repeatable() -> None:
    first, again, other = (replies_of_a_mock(seed=seed) for seed in (1, 1, 2))
    assert again == first
    assert first[4]["Versions"][0]["LastModified"].isoformat() == "2026-01-01T00:00:00+00:00"
    assert first[0]["ResponseMetadata"]["RequestId"] == again[0]["ResponseMetadata"]["RequestId"]
    for number, (one, two) in enumerate(zip(first[:5], other, strict=False)):
        assert one != two, number


def test_without_a_seed_they_differ() -> None:
    assert replies_of_a_mock()[0]["VersionId"] != replies_of_a_mock()[0]["VersionId"]
    seeded = replies_of_a_mock(seed=1)
    after = replies_of_a_mock()
    assert after[0]["VersionId"] != replies_of_a_mock()[0]["VersionId"]
    assert seeded[0]["VersionId"] != after[0]["VersionId"]


def test_the_seed_works_in_every_part_of_s3() -> None:
    def everything() -> dict[str, Any]:
        with mock_s3(seed=7) as mock:
            fill(mock)
            return read_everything(mock.client(region_name="us-east-1"))

    first, again = everything(), everything()
    assert {call: reply for call, reply in again.items() if reply != first[call]} == {}


def answers_to_all_operations() -> dict[str, Any]:
    """The status, headers and body of the answer to each operation, on a store that has something for it."""
    answers = {}
    with mock_s3(seed=7) as mock:
        requests = requests_of(mock)
        filled = mock.snapshot()
        for operation, (request, body) in requests.items():
            mock.restore(filled)
            request.body = Body(body)
            response = adapter.answer(mock.cloud, request)
            content = response.body if isinstance(response.body, bytes) else b"".join(response.body)
            answers[operation] = response.status, response.headers, content
    return answers


def test_a_seed_makes_the_answer_to_every_operation_repeatable() -> None:
    first, again = answers_to_all_operations(), answers_to_all_operations()
    assert first.keys() == {*OPERATIONS}
    assert {operation for operation, answer in again.items() if answer != first[operation]} == set()
    assert {operation for operation, answer in first.items() if answer[0] >= 300} <= NEVER_SUCCEED


def test_another_process_gets_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3MOCK_SEED", "5")
    code = "from s3mock import mock_s3; from tests.test_seed import replies_of_a_mock; print(replies_of_a_mock())"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout
    assert replies_of_a_mock()[5].endswith("&Expires=1767229200")  # an hour after the beginning of 2026


def test_a_reset_begins_anew() -> None:
    with S3MockServer(seed=3) as server:
        first = replies(server.s3.client(region_name="us-east-1"))
        server.s3.reset()
        again = replies(server.s3.client(region_name="us-east-1"))
        assert [one.get("VersionId") for one in first[:2]] == [one.get("VersionId") for one in again[:2]]


def test_ids_in_a_snapshot_do_not_come_again() -> None:
    def made(mock: S3) -> list[str]:
        s3 = mock.client(region_name="us-east-1")
        return [s3.put_object(Bucket="photos", Key="a", Body=b"1")["VersionId"] for _ in range(3)]

    with mock_s3(seed=1, buckets="photos") as mock:
        s3 = mock.client(region_name="us-east-1")
        s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
        before = made(mock)
        snapshot = mock.snapshot()
        after = made(mock)
        mock.restore(snapshot)
        restored = made(mock)
        assert not {*before} & {*restored}
        assert min(map(ids.version_order, restored)) > max(map(ids.version_order, [*before, *after]))
    with mock_s3(seed=1, buckets="photos") as mock:
        mock.restore(snapshot)
        assert made(mock) == restored
