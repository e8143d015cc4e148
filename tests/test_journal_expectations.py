"""Assertions about requests, and what their errors show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import ANY

import pytest

from s3mock import S3MockServer, mock_s3
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3


def test_a_call_is_asserted_by_its_parameters_and_its_number(mock: S3, s3: S3Client, bucket: str) -> None:
    for key in ("logs/a", "logs/b", "photos/a"):
        s3.put_object(Bucket=bucket, Key=key, Metadata={"key": key})
    mock.assert_called("PutObject")
    mock.assert_called("PutObject", times=3)
    mock.assert_called("PutObject", Key="logs/a", times=1)
    mock.assert_called("PutObject", key="logs/*", times=2)
    mock.assert_called("PutObject", Metadata=ANY, times=range(1, 4))
    mock.assert_called("GetObject", times=0)
    mock.assert_called("Get*", times=0)


def test_the_error_shows_the_calls_that_were_one_too_many(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a")
    s3.put_object(Bucket=bucket, Key="a")
    with pytest.raises(AssertionError) as raised:
        mock.assert_called("PutObject", Key="a", times=1)
    head, _, called, *rows = str(raised.value).splitlines()
    assert head == "PutObject(Key='a') was called twice, expected once"
    assert called == "Called twice:"
    assert len(rows) == 2
    assert all(f"{bucket}/a" in row and "tests/test_journal_expectations.py:" in row for row in rows)


def test_the_error_shows_the_same_operation_with_other_parameters(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="b")
    with pytest.raises(AssertionError) as raised:
        mock.assert_called("PutObject", Key="a")
    head, _, otherwise, row = str(raised.value).splitlines()
    assert head == "PutObject(Key='a') was called never, expected at least once"
    assert otherwise == "PutObject was called otherwise:"
    assert f"{bucket}/b" in row


def test_the_error_shows_what_was_called_instead(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.list_objects_v2(Bucket=bucket)
    with pytest.raises(AssertionError, match=r"What was called instead:\n  CreateBucket .*\n  ListObjectsV2 "):
        mock.assert_called("GetObject", times=range(2, 5))
    mock.requests.clear()
    with pytest.raises(AssertionError) as raised:
        mock.assert_called("GetObject", times=range(2, 5))
    assert str(raised.value) == "GetObject() was called never, expected 2 to 4 times"


def test_a_block_makes_the_requests_that_are_expected(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a")
    with mock.expect(GetObject=1, HeadObject=0) as calls:
        s3.get_object(Bucket=bucket, Key="a")
        s3.list_objects_v2(Bucket=bucket)
    s3.head_object(Bucket=bucket, Key="a")
    assert [entry.operation for entry in calls.requests] == ["GetObject", "ListObjectsV2"]
    with mock.expect(GetObject=range(3), others=0):
        s3.get_object(Bucket=bucket, Key="a")
    with mock.expect(**{"List*": 2}):
        s3.list_objects_v2(Bucket=bucket)
        s3.list_objects(Bucket=bucket)


def test_the_error_of_a_block_is_a_difference(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a")

    def block() -> None:
        with mock.expect(GetObject=1, HeadObject=1, DeleteObject=2):
            s3.list_objects_v2(Bucket=bucket)
            for _ in range(3):
                s3.head_object(Bucket=bucket, Key="a")

    with pytest.raises(AssertionError) as raised:
        block()
    lines = str(raised.value).splitlines()
    assert lines[:5] == [
        "GetObject: expected once, was never",
        "HeadObject: expected once, was 3 times",
        "DeleteObject: expected twice, was never",
        "",
        "4 requests:",
    ]
    assert [line.partition(bucket)[0].split() for line in lines[5:]] == [
        ["ListObjectsV2"],
        ["HeadObject"],
        ["+", "HeadObject"],
        ["+", "HeadObject"],
        ["-", "GetObject"],
        ["-", "DeleteObject", "(2", "times)"],
    ]
    assert all("tests/test_journal_expectations.py:" in line for line in lines[5:9])


def test_others_are_all_that_have_no_number(mock: S3, s3: S3Client, bucket: str) -> None:
    def block() -> None:
        with mock.expect(PutObject=1, others=0):
            s3.put_object(Bucket=bucket, Key="a")
            s3.head_object(Bucket=bucket, Key="a")

    with pytest.raises(AssertionError, match=r"^others: expected never, was once\n\n2 requests:\n"):
        block()


def test_an_exception_in_a_block_is_not_replaced(mock: S3) -> None:
    with pytest.raises(ZeroDivisionError), mock.expect(GetObject=1):
        raise ZeroDivisionError


def test_the_error_of_a_large_block_shows_the_last_requests(mock: S3, s3: S3Client, bucket: str) -> None:
    def block() -> None:
        with mock.expect(PutObject=1):
            for number in range(60):
                s3.put_object(Bucket=bucket, Key=str(number))

    with pytest.raises(AssertionError) as raised:
        block()
    lines = str(raised.value).splitlines()
    assert lines[:4] == ["PutObject: expected once, was 60 times", "", "60 requests:", "  ... 10 earlier requests"]
    assert len(lines) == 54


@pytest.mark.parametrize(
    ("times", "error", "message"),
    [
        ({"GetObjects": 1}, ValueError, "did you mean GetObject?"),
        ({"GetObject": "1"}, TypeError, "a number of requests is"),
        ({"GetObject": -1}, TypeError, "a number of requests is"),
        ({"GetObject": True}, TypeError, "a number of requests is"),
        ({"GetObject": range(0)}, TypeError, "a number of requests is"),
        ({}, TypeError, "at least one operation"),
    ],
)
def test_an_expectation_that_means_nothing_is_refused(
    mock: S3, times: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        mock.expect(**times)


def test_nothing_can_be_asserted_without_a_journal() -> None:
    with mock_s3(journal=0) as s3:
        with pytest.raises(RuntimeError, match="journal is 0"):
            s3.assert_called("GetObject", times=0)
        with pytest.raises(RuntimeError, match="journal is 0"):
            s3.expect(GetObject=0)


def test_a_server_asserts_what_others_called(server: S3MockServer) -> None:
    client = server.s3.client(region_name="us-east-1")
    with server.s3.expect(CreateBucket=1, HeadObject=1, others=0):
        client.create_bucket(Bucket="photos")
        with refused("404"):
            client.head_object(Bucket="photos", Key="a")
    server.s3.assert_called("HeadObject", Bucket="photos", error="NoSuchKey", client="boto3")
