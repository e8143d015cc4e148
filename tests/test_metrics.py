"""Request metrics: their own rules; test_listed_configurations has the common ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARN = "arn:aws:s3:us-east-1:111122223333:accesspoint/point"


def put(s3: S3Client, bucket: str, **predicates: Any) -> None:
    configuration: Any = {"Id": "one", "Filter": predicates}
    s3.put_bucket_metrics_configuration(Bucket=bucket, Id="one", MetricsConfiguration=configuration)


def test_metrics_can_be_filtered_by_access_point(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, AccessPointArn=ARN)
    reply = s3.get_bucket_metrics_configuration(Bucket=bucket, Id="one")
    assert reply["MetricsConfiguration"] == {"Id": "one", "Filter": {"AccessPointArn": ARN}}
    put(s3, bucket, And={"AccessPointArn": ARN, "Prefix": "logs/"})
    with refused("MalformedXML", 400):
        put(s3, bucket, And={"AccessPointArn": ARN})


def test_an_invalid_access_point_arn_is_refused(s3: S3Client, bucket: str) -> None:
    with refused("InvalidArgument", 400, ArgumentName="AccessPointArn", ArgumentValue="arn:aws:s3:::a-bucket"):
        put(s3, bucket, AccessPointArn="arn:aws:s3:::a-bucket")
    assert "MetricsConfigurationList" not in s3.list_bucket_metrics_configurations(Bucket=bucket)


def test_a_deleted_configuration_is_gone(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, Prefix="a")
    s3.delete_bucket_metrics_configuration(Bucket=bucket, Id="one")
    with refused("NoSuchConfiguration", 404):
        s3.get_bucket_metrics_configuration(Bucket=bucket, Id="one")


def test_directory_buckets_have_metrics_without_tags(west: S3Client, directory: str) -> None:
    put(west, directory, Prefix="a")
    with refused("InvalidRequest", 400):
        put(west, directory, Tag={"Key": "a", "Value": "1"})
    assert west.get_bucket_metrics_configuration(Bucket=directory, Id="one")["MetricsConfiguration"]["Filter"] == {
        "Prefix": "a"
    }
