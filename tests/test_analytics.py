"""Storage class analysis: its own rules; test_listed_configurations has the common ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def put(s3: S3Client, bucket: str, **destination: str) -> Any:
    export = {
        "OutputSchemaVersion": "V_1",
        "Destination": {"S3BucketDestination": {"Format": "CSV", "Bucket": "arn:aws:s3:::results", **destination}},
    }
    configuration: Any = {"Id": "one", "StorageClassAnalysis": {"DataExport": export}}
    s3.put_bucket_analytics_configuration(Bucket=bucket, Id="one", AnalyticsConfiguration=configuration)
    return configuration


def test_results_go_to_a_bucket(s3: S3Client, bucket: str) -> None:
    configuration = put(s3, bucket, Prefix="analysis", BucketAccountId="111122223333")
    reply = s3.get_bucket_analytics_configuration(Bucket=bucket, Id="one")
    assert reply["AnalyticsConfiguration"] == configuration
    s3.delete_bucket_analytics_configuration(Bucket=bucket, Id="one")
    assert "AnalyticsConfigurationList" not in s3.list_bucket_analytics_configurations(Bucket=bucket)


@pytest.mark.parametrize(
    "arn", ["results", "arn:aws:s3::results", "arn:aws:sqs:::results", "arn:aws:s3:::", "arn:aws:s3:::a/b"]
)
def test_the_bucket_is_named_by_its_arn(s3: S3Client, bucket: str, arn: str) -> None:
    with refused("InvalidS3DestinationBucket", 400, Message="Invalid bucket ARN."):
        put(s3, bucket, Bucket=arn)
    assert "AnalyticsConfigurationList" not in s3.list_bucket_analytics_configurations(Bucket=bucket)


@pytest.mark.parametrize("arn", ["arn:aws:s3::111122223333:results", "arn:aws:s3:us-east-1::results"])
def test_the_arn_has_neither_an_account_nor_a_region(s3: S3Client, bucket: str, arn: str) -> None:
    """https://github.com/aws/aws-cli/issues/3611."""
    with refused("InvalidS3DestinationBucket", 400, Message="Bucket ARN should not specify a namespace."):
        put(s3, bucket, Bucket=arn)


def test_the_account_of_the_bucket_is_not_checked(s3: S3Client, bucket: str) -> None:
    """https://github.com/aws/aws-sdk-java/issues/1613."""
    configuration = put(s3, bucket, BucketAccountId="12345")
    reply = s3.get_bucket_analytics_configuration(Bucket=bucket, Id="one")
    assert reply["AnalyticsConfiguration"] == configuration


@pytest.mark.parametrize("wrong", [{"Format": "TSV"}, {"OutputSchemaVersion": "V_2"}])
def test_the_format_is_csv_and_the_schema_version_v_1(s3: S3Client, bucket: str, wrong: dict[str, str]) -> None:
    destination = {"Format": wrong.get("Format", "CSV"), "Bucket": "arn:aws:s3:::results"}
    export = {
        "OutputSchemaVersion": wrong.get("OutputSchemaVersion", "V_1"),
        "Destination": {"S3BucketDestination": destination},
    }
    configuration: Any = {"Id": "one", "StorageClassAnalysis": {"DataExport": export}}
    with refused("MalformedXML", 400):
        s3.put_bucket_analytics_configuration(Bucket=bucket, Id="one", AnalyticsConfiguration=configuration)
