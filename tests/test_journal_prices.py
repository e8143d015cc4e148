"""What requests would cost on S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3mock.journal import prices
from s3mock.journal.prices import FREE, PRICES, READ, WRITE, Line
from s3mock.models.version import STORAGE_CLASSES
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3


def lines(mock: S3) -> list[tuple[str, str, int]]:
    """The classes of the requests so far, with their numbers."""
    return [(line.requests, line.storage_class, line.number) for line in mock.cost().lines]


def test_requests_cost_by_their_class(mock: S3, s3: S3Client, bucket: str) -> None:
    mock.requests.clear()
    s3.put_object(Bucket=bucket, Key="a", Body=b"bytes")
    s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a")
    s3.list_objects_v2(Bucket=bucket)
    s3.list_buckets()
    s3.get_object(Bucket=bucket, Key="a")
    s3.head_object(Bucket=bucket, Key="a")
    s3.get_bucket_location(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b"}]})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="c")["UploadId"]
    s3.abort_multipart_upload(Bucket=bucket, Key="c", UploadId=upload)
    assert lines(mock) == [(WRITE, "STANDARD", 5), (READ, "STANDARD", 3), (FREE, "", 3)]
    assert mock.cost().dollars == pytest.approx(5 * 0.005 / 1000 + 3 * 0.0004 / 1000)
    assert mock.requests.of("PutObject").cost().lines == (Line(WRITE, "STANDARD", 1, 0.005 / 1000),)


def test_requests_cost_by_their_storage_class(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"b" * (1 << 20), StorageClass="GLACIER_IR")
    s3.head_object(Bucket=bucket, Key="a")
    s3.get_object(Bucket=bucket, Key="a")
    s3.create_multipart_upload(Bucket=bucket, Key="b", StorageClass="DEEP_ARCHIVE")
    requests = mock.requests.of(Bucket=bucket)[1:]
    cost = prices.cost(requests, times=1024)
    assert [line[:3] for line in cost.lines] == [
        (WRITE, "GLACIER_IR", 1),
        (WRITE, "STANDARD", 1),
        (READ, "GLACIER_IR", 2),
    ]
    assert [line.dollars for line in cost.lines] == pytest.approx([1.024 * 0.02, 1.024 * 0.005, 2.048 * 0.01])
    assert cost.retrieval == pytest.approx(0.03)
    assert cost.dollars == pytest.approx(sum(line.dollars for line in cost.lines) + 0.03)


def test_directory_buckets_have_their_prices(mock: S3, west: S3Client, directory: str) -> None:
    mock.requests.clear()
    west.put_object(Bucket=directory, Key="a")
    assert (WRITE, "EXPRESS_ONEZONE", 1) in lines(mock)


def test_errors_of_clients_are_billed_and_those_of_s3_are_not(mock: S3, s3: S3Client, bucket: str) -> None:
    mock.requests.clear()
    with refused("404"):
        s3.head_object(Bucket=bucket, Key="a")
    assert lines(mock) == [(READ, "STANDARD", 1)]
    mock.requests.clear()
    s3.list_buckets()
    failed = [entry._replace(status=503) for entry in mock.requests]
    assert prices.cost(failed).lines == ()


def test_the_cost_is_printed_with_what_it_leaves_out(mock: S3, s3: S3Client, bucket: str) -> None:
    mock.requests.clear()
    s3.put_object(Bucket=bucket, Key="a", StorageClass="STANDARD_IA")
    s3.delete_object(Bucket=bucket, Key="a")
    head, *rows = str(mock.cost(times=1_000_000)).splitlines()
    assert head == "$10.00 for 2 requests, 1,000,000 times"
    assert [" ".join(row.split()) for row in rows[:2]] == [
        "1 x PUT, COPY, POST, LIST of STANDARD_IA $10.00",
        "1 x DELETE and CANCEL $0.00",
    ]
    assert rows[2].startswith("Prices of us-east-1 on 2025-10-28. Left out: data transferred")
    assert str(mock.cost()).startswith("$0.000010 for 2 requests\n")
    mock.requests.clear()
    assert str(mock.cost()).startswith("$0.00 for 0 requests\n")


def test_every_storage_class_of_general_purpose_buckets_has_prices() -> None:
    assert STORAGE_CLASSES - PRICES.keys() == set()
