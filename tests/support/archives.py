"""An S3 with archived objects in it, and a clock."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.backend import versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.clock import Clock

BUCKET = "archives"


class Archives:
    """A client of a bucket, and a clock set to the time of the User Guide's example of an expiry."""

    def __init__(self, mock: Any) -> None:
        self.mock = mock
        self.s3: S3Client = mock.client(region_name="us-east-1")
        self.clock: Clock = mock.cloud.clock
        self.clock.offset = datetime(2012, 10, 15, 10, 30, tzinfo=timezone.utc).timestamp() - time.time()
        self.s3.create_bucket(Bucket=BUCKET)

    def put(self, key: str, storage_class: Any = "GLACIER") -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=b"bytes", StorageClass=storage_class)

    def restore(self, key: str, days: int | None = 3, tier: str | None = None, **more: Any) -> int:
        """Request a restore and return the status of the response."""
        request: dict[str, Any] = {} if days is None else {"Days": days}
        if tier is not None:
            request["GlacierJobParameters"] = {"Tier": tier}
        reply = self.s3.restore_object(Bucket=BUCKET, Key=key, RestoreRequest=request | more)  # type: ignore[arg-type]
        return reply["ResponseMetadata"]["HTTPStatusCode"]

    def head(self, key: str) -> Any:
        return self.s3.head_object(Bucket=BUCKET, Key=key)

    def get(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def demote(self, key: str, tier: str) -> None:
        """Move an object of INTELLIGENT_TIERING to one of its archive tiers, as 90 days without a read would."""

        def moved(state: BucketState) -> Change:
            version = versions.latest(state, key)
            assert version is not None
            return versions.replace(state, replace(version, archive_status=tier))

        self.mock.cloud.find_bucket(BUCKET).commit(moved)


@pytest.fixture
def archives() -> Iterator[Archives]:
    """Archives with instant retrieval."""
    with mock_s3() as mock:
        yield Archives(mock)


@pytest.fixture
def slow_archives() -> Iterator[Archives]:
    """Archives whose retrieval takes as long as documented."""
    with mock_s3(restore_duration="documented") as mock:
        yield Archives(mock)
