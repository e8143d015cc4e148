"""A bucket whose lifecycle rules are to be looked at, and a clock at the noon of a day."""

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
"""When the bucket is made: what a rule of N days does to what is made then, it does at ``midnight(N + 1)``."""
LARGE = b"x" * 128 * 1024
"""Just large enough to be moved to another storage class."""


def midnight(day: int) -> datetime:
    """Return the midnight at the end of the first day, for 1, and so on."""
    return NOON.replace(hour=0) + timedelta(days=day)


def rule(**members: Any) -> dict[str, Any]:
    """Return an enabled rule about everything, with what else it is to have."""
    if "Prefix" not in members:
        members = {"Filter": {}} | members
    return {"Status": "Enabled"} | members


class Life:
    """A client of the bucket, its clock, and what has been told of its changes."""

    def __init__(self, mock: S3) -> None:
        self.mock = mock
        self.s3: S3Client = mock.client(region_name="us-east-1")
        self.clock = mock.cloud.clock
        self.clock.offset = NOON.timestamp() - time.time()
        self.make()
        self._committed = recorded(mock.cloud)

    @property
    def events(self) -> list[tuple[str | None, str | None]]:
        """The events of lifecycle rules, and the keys that they are about."""
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
        """Return the rules as S3 tells them."""
        return self.s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]

    def put(self, *keys: str, body: bytes = b"", **more: Any) -> Any:
        """Put an object under each key, and return the last answer."""
        reply: Any = None
        for key in keys:
            reply = self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, **more)
        return reply

    def until(self, day: int, *, seconds: int = 0) -> None:
        """Move the clock to ``midnight(day)``, or so many seconds after it."""
        self.clock.offset += midnight(day).timestamp() + seconds - self.clock.timestamp()

    def keys(self) -> list[str]:
        """Return the keys of the objects that are there."""
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def stack(self, key: str = "a") -> list[str]:
        """Return the version ids of a key, the newest first, with "marker " before those of delete markers."""
        reply = self.s3.list_object_versions(Bucket=BUCKET, Prefix=key)
        listed: list[Any] = [*reply.get("Versions", []), *reply.get("DeleteMarkers", [])]
        # The listing is in order by itself, but for that boto3 tells of the markers apart.
        present = self.mock.cloud.namespace.get(BUCKET)
        assert present is not None
        order = [version.version_id for version in present.state.keys.get(key) or ()]
        assert sorted(entry["VersionId"] for entry in listed) == sorted(order)
        markers = {entry["VersionId"] for entry in reply.get("DeleteMarkers", [])}
        return [f"marker {version_id}" if version_id in markers else version_id for version_id in order]

    def storage(self, key: str = "a", **more: Any) -> str:
        """Return the storage class of an object."""
        reply: Any = self.s3.head_object(Bucket=BUCKET, Key=key, **more)
        return reply.get("StorageClass", "STANDARD")  # type: ignore[no-any-return]


@pytest.fixture
def life() -> Iterator[Life]:
    """Give an empty bucket at noon."""
    with mock_s3() as mock:
        yield Life(mock)
