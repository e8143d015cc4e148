"""Clients of several accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def client(account: str | None, region: str = "us-east-1", **keywords: Any) -> S3Client:
    """A client that signs with the account's id as its access key, or an unsigned client for None."""
    if account is None:
        return boto3.client("s3", region_name=region, config=Config(signature_version=UNSIGNED))
    return boto3.client("s3", region_name=region, aws_access_key_id=account, aws_secret_access_key="any", **keywords)
