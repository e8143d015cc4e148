"""A bucket and its replication destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from s3mock import mock_s3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

SOURCE, TARGET, OTHER = "the-source", "the-target", "another-target"
ROLE = "arn:aws:iam::123456789012:role/replicates"
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"

VARIES = {"ReplicationStatus", "ResponseMetadata"}


def create_versioned(s3: S3Client, bucket: str, **more: Any) -> None:
    """Create a versioned bucket."""
    s3.create_bucket(Bucket=bucket, **more)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def rule(*, to: str = TARGET, markers: str = "Disabled", priority: int = 1, **more: Any) -> Any:
    """A V2 rule for all objects; members of ``Destination`` are added to its own."""
    return {
        "Status": "Enabled",
        "Priority": priority,
        "Filter": {},
        "DeleteMarkerReplication": {"Status": markers},
        **more,
        "Destination": {"Bucket": f"arn:aws:s3:::{to}", **more.get("Destination", {})},
    }


def old_rule(prefix: str = "", *, to: str = TARGET, **more: Any) -> Any:
    """A V1 rule."""
    return {"Status": "Enabled", "Prefix": prefix, "Destination": {"Bucket": f"arn:aws:s3:::{to}"}, **more}


def replicate(s3: S3Client, *rules: Any, bucket: str = SOURCE, role: str = ROLE) -> None:
    """Set the rules of a bucket."""
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration={"Role": role, "Rules": list(rules)})


def status(s3: S3Client, key: str = "k", bucket: str = SOURCE, **more: Any) -> str | None:
    """The replication status of an object, or None if it has none."""
    return s3.head_object(Bucket=bucket, Key=key, **more).get("ReplicationStatus")


def exists(s3: S3Client, key: str = "k", bucket: str = TARGET) -> bool:
    """Whether a bucket has an object."""
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "404"  # noqa: PT017 - nothing else is expected
        return False
    return True


def versions(s3: S3Client, bucket: str = TARGET) -> list[str]:
    """The ids of a bucket's versions, newest first."""
    return [entry["VersionId"] for entry in s3.list_object_versions(Bucket=bucket).get("Versions", [])]


def markers(s3: S3Client, bucket: str = TARGET) -> list[str]:
    """The ids of a bucket's delete markers, newest first."""
    return [entry["VersionId"] for entry in s3.list_object_versions(Bucket=bucket).get("DeleteMarkers", [])]


def head(s3: S3Client, bucket: str, key: str = "k") -> dict[str, Any]:
    """The response to a HeadObject, without the replication status."""
    reply: Any = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    return {name: value for name, value in reply.items() if name not in VARIES}


@pytest.fixture
def buckets(s3: S3Client) -> S3Client:
    """A client of an S3 with a source and two destination buckets."""
    for bucket in (SOURCE, TARGET, OTHER):
        create_versioned(s3, bucket)
    return s3


@pytest.fixture
def slow_replication() -> Iterator[S3]:
    """An S3 whose replication takes a minute."""
    with mock_s3(replication_time=60) as mock:
        client = mock.client(region_name="us-east-1")
        for bucket in (SOURCE, TARGET, OTHER):
            create_versioned(client, bucket)
        yield mock
