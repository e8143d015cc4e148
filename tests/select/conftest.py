"""Fixtures of the tests of S3 Select."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3mock import mock_s3
from s3mock.select import content
from tests.support.select_client import FRUIT, Data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client


@pytest.fixture(scope="module")
def data() -> Iterator[Data]:
    """An object to query, in one mock for the whole module: cheaper than one for every test."""
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        yield Data(s3, "a-bucket")


@pytest.fixture
def fruit(data: Data) -> Data:
    """An object of CSV with a header."""
    return data.put(FRUIT)


@pytest.fixture(params=["whole", "in windows"])
def is_read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects are read whole, as small ones are, or in windows, as large ones."""
    if request.param == "in windows":
        monkeypatch.setattr(content, "SMALL", 0)
        monkeypatch.setattr(content, "WINDOW", 3)
