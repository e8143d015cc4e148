"""S3 Transfer Acceleration: the configuration of a bucket, and the endpoints s3-accelerate.

The errors of the configuration are recorded (aws_recorded: TestS3BucketAccelerateConfiguration).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from s3mock.http import Request
from s3mock.transports import adapter
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
PERIODS = "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names"


def accelerate(s3: Any, bucket: str, status: str = "Enabled") -> None:
    """Configure the acceleration of transfers."""
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": status})


@pytest.fixture
def fast(mock: S3) -> S3Client:
    """A client that uses the accelerate endpoint where it can."""
    client: S3Client = mock.client(region_name="us-east-1", config=Config(s3={"use_accelerate_endpoint": True}))
    return client


def ask(mock: S3, method: str, host: str, path: str) -> tuple[int, str]:
    """The status and the document of the response to a request to ``host``."""
    body = adapter.answer(mock.cloud, Request(method, "https", host, path))
    assert isinstance(body.body, bytes)
    return body.status, body.body.decode()


def test_acceleration_has_no_status_until_it_is_set(s3: S3Client, bucket: str) -> None:
    assert without_metadata(s3.get_bucket_accelerate_configuration(Bucket=bucket)) == {}
    for status in ("Enabled", "Suspended"):
        accelerate(s3, bucket, status)
        assert without_metadata(s3.get_bucket_accelerate_configuration(Bucket=bucket)) == {"Status": status}


@pytest.mark.parametrize("status", ["enabled", "random", ""])
def test_an_unknown_status_is_malformed(s3: S3Client, bucket: str, status: str) -> None:
    accelerate(s3, bucket)
    with refused("MalformedXML", 400, Message=MALFORMED):
        accelerate(s3, bucket, status)
    with refused("MalformedXML", 400, Message=MALFORMED):
        s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={})
    assert s3.get_bucket_accelerate_configuration(Bucket=bucket)["Status"] == "Enabled"


def test_a_bucket_with_periods_in_its_name_is_refused(s3: S3Client) -> None:
    s3.create_bucket(Bucket="a.bucket")
    with refused("InvalidRequest", 400, Message=PERIODS):
        accelerate(s3, "a.bucket")
    assert without_metadata(s3.get_bucket_accelerate_configuration(Bucket="a.bucket")) == {}


def test_a_directory_bucket_is_refused(west: S3Client, directory: str) -> None:
    message = "AccelerateConfiguration is not valid, expected CreateBucketConfiguration"
    with refused("InvalidArgument", 400, Message=message):
        accelerate(west, directory)
    with refused("MethodNotAllowed", 405):
        west.get_bucket_accelerate_configuration(Bucket=directory)


def test_the_accelerate_endpoint_serves_buckets_with_acceleration(s3: S3Client, fast: S3Client, bucket: str) -> None:
    with refused("InvalidRequest", 400, Message="S3 Transfer Acceleration is not configured on this bucket"):
        fast.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")
    accelerate(s3, bucket)
    fast.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")
    assert fast.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"bytes"
    accelerate(s3, bucket, "Suspended")
    with refused("InvalidRequest", 400, Message="S3 Transfer Acceleration is disabled on this bucket"):
        fast.get_object(Bucket=bucket, Key="a-key")
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"bytes"


def test_a_missing_bucket_is_also_an_error_at_the_accelerate_endpoint(fast: S3Client) -> None:
    with refused("NoSuchBucket", 404):
        fast.get_object(Bucket="no-such-bucket", Key="a-key")


def test_the_accelerated_endpoint_does_not_create_delete_or_list_buckets(
    s3: S3Client, fast: S3Client, bucket: str
) -> None:
    accelerate(s3, bucket)
    with refused("MethodNotAllowed", 405, Method="PUT", ResourceType="BUCKET"):
        fast.create_bucket(Bucket="another")
    with refused("MethodNotAllowed", 405, Method="DELETE", ResourceType="BUCKET"):
        fast.delete_bucket(Bucket=bucket)
    # boto3 sends ListBuckets to the regional endpoint
    assert [each["Name"] for each in fast.list_buckets()["Buckets"]] == [bucket]


@pytest.mark.parametrize("path", ["/", "/a-bucket", "/a-bucket/a-key"])
@pytest.mark.usefixtures("bucket")
def test_the_accelerated_endpoint_requires_the_bucket_in_the_host(s3: S3Client, mock: S3, path: str) -> None:
    accelerate(s3, "a-bucket")
    for host in ("s3-accelerate.amazonaws.com", "s3-accelerate.dualstack.amazonaws.com"):
        status, document = ask(mock, "GET", host, path)
        assert status == 400
        assert "S3 Transfer Acceleration endpoint supports only virtual style requests" in document


def test_the_accelerated_endpoint_refuses_buckets_with_periods(s3: S3Client, mock: S3) -> None:
    s3.create_bucket(Bucket="a.bucket")
    status, document = ask(mock, "GET", "a.bucket.s3-accelerate.amazonaws.com", "/")
    assert (status, PERIODS in document) == (400, True)


def test_the_accelerated_endpoint_copies_only_within_a_region(s3: S3Client, fast: S3Client, bucket: str) -> None:
    s3.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for name in (bucket, "elsewhere"):
        s3.put_object(Bucket=name, Key="a-key", Body=b"bytes")
    accelerate(s3, bucket)
    fast.copy_object(Bucket=bucket, Key="a-copy", CopySource={"Bucket": bucket, "Key": "a-key"})
    with refused("InvalidRequest", 400):
        fast.copy_object(Bucket=bucket, Key="another", CopySource={"Bucket": "elsewhere", "Key": "a-key"})
    s3.copy_object(Bucket=bucket, Key="another", CopySource={"Bucket": "elsewhere", "Key": "a-key"})
