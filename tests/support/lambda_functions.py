"""Helpers for Object Lambda functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3
    from s3mock.models.access_points import AccessPoint

ONCE = Config(retries={"total_max_attempts": 1})


def write(client: S3Client, event: dict[str, Any], **response: Any) -> None:
    """Call WriteGetObjectResponse for the event, as a Lambda function does."""
    context = event["getObjectContext"]
    tokens = {"RequestRoute": context["outputRoute"], "RequestToken": context["outputToken"]}
    client.write_get_object_response(**{**tokens, **response})


@pytest.fixture
def lambda_client(mock: S3) -> S3Client:
    """A client that does not retry a 500."""
    client: S3Client = mock.client(region_name="us-east-1", config=ONCE)
    return client


@pytest.fixture
def access_point(mock: S3, s3: S3Client, bucket: str) -> AccessPoint:
    """An access point of a bucket with one object."""
    s3.put_object(Bucket=bucket, Key="a/ü key", Body=b"bytes", Metadata={"stored": "yes"})
    return mock.add_access_point("a-point", bucket)
