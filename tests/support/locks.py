"""A bucket with Object Lock, and a clock that starts at noon."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.clock import Clock

BUCKET, KEY = "a-vault", "a-key"
NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
"""When a vault is created."""
PROTECTED = "Access Denied because object protected by object lock."


def days(number: float) -> datetime:
    """The time ``number`` days after the vault was created."""
    return NOON + timedelta(days=number)


class Vault:
    """A client of a bucket with Object Lock, and its clock."""

    def __init__(self, mock: Any) -> None:
        self.mock = mock
        self.s3: S3Client = mock.client(region_name="us-east-1")
        self.clock: Clock = mock.cloud.clock
        self.clock.offset = NOON.timestamp() - time.time()
        self.s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)

    def put(self, mode: str | None = None, until: datetime | None = None, **more: Any) -> str:
        """Put a new version, with a retention if there is a mode, and return its id."""
        if mode is not None:
            more |= {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": until}
        return self.s3.put_object(Bucket=BUCKET, Key=KEY, **more)["VersionId"]

    def retain(self, mode: str | None = None, until: datetime | None = None, **more: Any) -> None:
        """Set the retention of the latest version, or remove it without a mode and a date."""
        given = {"Mode": mode, "RetainUntilDate": until}
        bypass = {name: more.pop(name) for name in ("BypassGovernanceRetention", "VersionId") if name in more}
        retention: Any = {name: value for name, value in given.items() if value is not None} | more
        self.s3.put_object_retention(Bucket=BUCKET, Key=KEY, Retention=retention, **bypass)

    def hold(self, status: Any) -> None:
        self.s3.put_object_legal_hold(Bucket=BUCKET, Key=KEY, LegalHold={"Status": status})

    def retention(self) -> Any:
        return self.s3.get_object_retention(Bucket=BUCKET, Key=KEY)["Retention"]

    def head(self) -> Any:
        return self.s3.head_object(Bucket=BUCKET, Key=KEY)

    def by_default(self, **retention: Any) -> None:
        """Set the default retention of new versions, or remove it."""
        configuration: Any = {"ObjectLockEnabled": "Enabled"}
        if retention:
            configuration["Rule"] = {"DefaultRetention": retention}
        self.s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=configuration)

    def delete(self, version: str, **more: Any) -> None:
        self.s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=version, **more)

    def keeps(self, version: str, **more: Any) -> None:
        """Expect that the version cannot be deleted."""
        with refused("AccessDenied", 403, Message=PROTECTED):
            self.delete(version, **more)
        assert version in self.versions()

    def versions(self) -> list[str]:
        return [version["VersionId"] for version in self.s3.list_object_versions(Bucket=BUCKET).get("Versions", [])]


@pytest.fixture
def vault() -> Iterator[Vault]:
    """A bucket with Object Lock."""
    with mock_s3() as mock:
        yield Vault(mock)
