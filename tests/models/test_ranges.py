from __future__ import annotations

import pytest

from s3mock.errors import S3Error
from s3mock.models.ranges import parse, parse_copy_source_range

FORM = (
    "The x-amz-copy-source-range value must be of the form bytes=first-last "
    "where first and last are the zero-based offsets of the first and last bytes to copy"
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-8", (0, 9)),
        ("bytes=1-1", (1, 2)),
        ("bytes=0-0", (0, 1)),
        ("bytes=1-", (1, 10)),
        ("bytes=-2", (8, 10)),
        ("bytes=-9", (1, 10)),
        ("bytes=-15", (0, 10)),
        ("bytes=0-100", (0, 10)),
        ("bytes=9-9", (9, 10)),
    ],
)
def test_a_range_is_clipped_to_the_end_of_the_object(header: str, expected: tuple[int, int]) -> None:
    assert parse(header, 10) == expected


@pytest.mark.parametrize(
    "header",
    [
        "bytes=1-0",
        "bytes=-1-",
        "bytes=0--1",
        "bytes=0-1,3-4,7-9",
        "0-8",
        "bytes=-",
        "",
        "bytes",
        "bytes=",
        "bytes=5",
        "bytes=a-b",
        "bytes=+1-2",
        "bytes=\u0661-2",
        "lines=1-2",
        pytest.param(f"bytes=0-{'9' * 5000}", id="thousands of digits"),
    ],
)
def test_an_invalid_range_is_ignored(header: str) -> None:
    assert parse(header, 10) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=-0", 10), ("bytes=100-200", 10), ("bytes=10-", 10), ("bytes=0-", 0), ("bytes=-5", 0)]
)
def test_a_range_outside_the_object_is_refused(header: str, size: int) -> None:
    with pytest.raises(S3Error) as caught:
        parse(header, size)
    assert caught.value.code == "InvalidRange"
    assert caught.value.status == 416
    assert caught.value.message == "The requested range is not satisfiable"
    assert caught.value.fields == {"RangeRequested": header, "ActualObjectSize": size}


@pytest.mark.parametrize(
    ("header", "expected"),
    [("bytes=0-8", (0, 9)), ("bytes=1-1", (1, 2)), ("bytes=0-0", (0, 1)), ("bytes=0-9", (0, 10))],
)
def test_a_copied_range_has_a_first_and_a_last_byte(header: str, expected: tuple[int, int]) -> None:
    assert parse_copy_source_range(header, 10) == expected


@pytest.mark.parametrize(
    "header",
    [
        "0-8",
        "bytes=1-0",
        "bytes=-1-",
        "bytes=0--1",
        "bytes=0-1,3-4,7-9",
        "bytes=-",
        "bytes=-0",
        "bytes=1-",
        "bytes=-2",
        "bytes=-15",
    ],
)
def test_an_invalid_copied_range_is_refused(header: str) -> None:
    with pytest.raises(S3Error) as caught:
        parse_copy_source_range(header, 10)
    assert caught.value.code == "InvalidArgument"
    assert caught.value.message == FORM
    assert caught.value.fields == {"ArgumentName": "x-amz-copy-source-range", "ArgumentValue": header}


def test_a_copied_range_must_not_end_past_the_source() -> None:
    with pytest.raises(S3Error) as caught:
        parse_copy_source_range("bytes=0-100", 10)
    assert caught.value.code == "InvalidArgument"
    assert caught.value.message == "Range specified is not valid for source object of size: 10"
    assert caught.value.fields == {"ArgumentName": "x-amz-copy-source-range", "ArgumentValue": "bytes=0-100"}


@pytest.mark.parametrize("header", ["bytes=100-200", "bytes=10-10"])
def test_a_copied_range_must_not_begin_past_the_source(header: str) -> None:
    with pytest.raises(S3Error) as caught:
        parse_copy_source_range(header, 10)
    assert caught.value.code == "InvalidRequest"
    assert caught.value.message == "The specified copy range is invalid for the source object size"
    assert caught.value.fields == {}
