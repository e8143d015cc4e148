"""The mock that is active while a decorated function runs, and the buckets in it."""

from __future__ import annotations

import boto3

from s3mock import mock


def is_on() -> bool:
    """Whether a mock is active."""
    return mock._active is not None


def add(name: str) -> list[str]:
    """Create a bucket and return the names of all buckets."""
    client = boto3.client("s3")
    client.create_bucket(Bucket=f"bucket-{name}")
    return [bucket["Name"].removeprefix("bucket-") for bucket in client.list_buckets()["Buckets"]]
