"""A bucket with lifecycle rules, and a clock that starts at noon."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from tests.support.changes import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

BUCKET = "a-lifetime"
NOON = datetime(2026, 1, 10, 12, tzinfo=timezone.utc)
"""When the bucket is created: a rule of N days applies to objects from then at ``midnight(N + 1)``."""
LARGE = b"x" * 128 * 1024
"""The smallest object that moves to another storage class."""


def midnight(day: int) -> datetime:
    """The midnight at the end of a day, counted from 1."""
    return NOON.replace(hour=0) + timedelta(days=day)


def rule(**members: Any) -> dict[str, Any]:
    """An enabled rule with these members, for all objects by default."""
    if "Prefix" not in members:
        members = {"Filter": {}} | members
    return {"Status": "Enabled"} | members


class Life:
    """A client of the bucket, its clock, and its lifecycle events."""

    def __init__(self, mock: S3) -> None:
        self.mock = mock
        self.s3: S3Client = mock.client(region_name="us-east-1")
        self.clock = mock.cloud.clock
        self.clock.offset = NOON.timestamp() - time.time()
        self.make()
        self._committed = recorded(mock.cloud)

    @property
    def events(self) -> list[tuple[str | None, str | None]]:
        """The events of lifecycle rules, with their keys."""
        changes = [each.change for each in self._committed]
        return [(change.event, change.key) for change in changes if (change.event or "").startswith("Lifecycle")]

    def make(self, **more: Any) -> None:
        self.s3.create_bucket(Bucket=BUCKET, **more)

    def version(self, status: Any = "Enabled") -> None:
        self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})

    def rules(self, *rules: Any, **more: Any) -> Any:
        """Set the rules, given as ``rule`` returns them."""
        return self.s3.put_bucket_lifecycle_configuration(
            Bucket=BUCKET, LifecycleConfiguration={"Rules": list(rules)}, **more
        )

    def read(self) -> Any:
        """The rules as S3 returns them."""
        return self.s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]

    def put(self, *keys: str, body: bytes = b"", **more: Any) -> Any:
        """Put an object under each key, and return the last response."""
        reply: Any = None
        for key in keys:
            reply = self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, **more)
        return reply

    def until(self, day: int, *, seconds: int = 0) -> None:
        """Move the clock to ``midnight(day)`` plus some seconds."""
        self.clock.offset += midnight(day).timestamp() + seconds - self.clock.timestamp()

    def keys(self) -> list[str]:
        """The keys of all current objects."""
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def stack(self, key: str = "a") -> list[str]:
        """The version ids of a key, newest first, with "marker " before those of delete markers."""
        reply = self.s3.list_object_versions(Bucket=BUCKET, Prefix=key)
        listed: list[Any] = [*reply.get("Versions", []), *reply.get("DeleteMarkers", [])]
        # S3 lists versions and markers in one order, but boto3 returns the markers separately.
        present = self.mock.cloud.namespace.get(BUCKET)
        assert present is not None
        order = [version.version_id for version in present.state.keys.get(key) or ()]
        assert sorted(entry["VersionId"] for entry in listed) == sorted(order)
        markers = {entry["VersionId"] for entry in reply.get("DeleteMarkers", [])}
        return [f"marker {version_id}" if version_id in markers else version_id for version_id in order]

    def storage(self, key: str = "a", **more: Any) -> str:
        """The storage class of an object."""
        reply: Any = self.s3.head_object(Bucket=BUCKET, Key=key, **more)
        return reply.get("StorageClass", "STANDARD")  # type: ignore[no-any-return]


@pytest.fixture
def life() -> Iterator[Life]:
    """An empty bucket at noon."""
    with mock_s3() as mock:
        yield Life(mock)
