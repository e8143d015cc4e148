"""The destination bucket of a configuration: S3 writes its reports there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from s3mock.errors import S3Error, invalid_argument

_ACCOUNT = re.compile(r"[0-9]{12}")


def bucket_of(destination: Mapping[str, Any], account_member: str) -> str:
    """The name of the bucket in an S3BucketDestination, whose account is checked as well.

    The code, and the words for an ARN with an account: https://github.com/aws/aws-cli/issues/3611; the other words are
    assumed.

    Raises InvalidS3DestinationBucket, InvalidArgument.
    """
    arn: str = destination["Bucket"]
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != "s3":
        # "arn:aws:s3::account:bucket" has one colon less than an ARN with a region and an account.
        raise S3Error("InvalidS3DestinationBucket", "Invalid bucket ARN.")
    if parts[3] or parts[4]:
        raise S3Error("InvalidS3DestinationBucket", "Bucket ARN should not specify a namespace.")
    if not parts[5] or "/" in parts[5]:
        raise S3Error("InvalidS3DestinationBucket", "Invalid bucket ARN.")
    account = destination.get(account_member)
    if account is not None and _ACCOUNT.fullmatch(account) is None:
        raise invalid_argument("The account id is not valid.", account_member, account)
    return parts[5]
