"""Configurations of which a bucket may have many, each with an id: metrics, analytics, inventory and archive tiers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from s3mock.errors import S3Error, invalid_argument

MOST = 1000
"""The limit for each kind in a bucket (API pages of the Put operations)."""

PAGE = 100
"""The size of a page of a list (API pages of the List operations)."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class ListedConfiguration(Protocol):
    """Any of these configurations."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The configuration as it was put and as reads return it, including its Id."""
        ...


def check_id(in_query: str, document: Mapping[str, Any], other_id: str) -> None:
    """Refuse the id of a configuration in a Put request.

    The request has it twice, and a different one in the document is the error ``other_id``: IdMismatch for an inventory
    (aws_recorded: test_s3_put_inventory_report_exceptions), MalformedXML for intelligent tiering
    (https://github.com/aws/aws-sdk/issues/336) and for metrics (https://github.com/aws/aws-cli/issues/2355,
    https://github.com/aws/aws-cli/issues/4476). It has up to 64 letters, digits, periods, dashes and underscores: API
    page MetricsConfiguration; that the kinds that are not named here are like metrics in both is assumed, as are the
    words.

    Raises ``other_id``, InvalidArgument.
    """
    if in_query != document["Id"]:
        raise S3Error(other_id)
    if _ID.fullmatch(in_query) is None:
        raise invalid_argument("The configuration id is not valid.", "id", in_query or None)


def destination_bucket(destination: Mapping[str, Any]) -> str:
    """The name of the bucket in an S3BucketDestination.

    The words for an inventory: aws_recorded, test_s3_put_inventory_report_exceptions; for an ARN with an account:
    https://github.com/aws/aws-cli/issues/3611. S3 does not check the account of the bucket (s3_facts 31:
    aws-sdk-java-v2's BucketInventoryConfigurationIntegrationTest). That it treats the destination of analytics alike is
    assumed (https://github.com/aws/aws-sdk-java/issues/1613 has an account of five digits).

    Raises InvalidS3DestinationBucket.
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
    return parts[5]
