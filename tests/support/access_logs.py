"""Access logs: their bucket and their records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

FIELD = re.compile(r'\[[^]]*\]|"[^"]*"|[^ ]+')
NAMES = (
    *("owner", "bucket", "time", "ip", "requester", "request_id", "operation", "key", "uri", "status", "error", "sent"),
    *("size", "total", "turn_around", "referer", "agent", "version", "host_id", "signature", "cipher", "auth", "host"),
    *("tls", "access_point", "acl", "region"),
)


def create_target(s3: Any, **more: Any) -> None:
    """Create the bucket "logs" with the ACL that lets S3 deliver logs; boto3's stubs lack this canned ACL."""
    s3.create_bucket(Bucket="logs", ACL="log-delivery-write", **more)


def put(s3: S3Client, bucket: str, **more: Any) -> Any:
    """Log a bucket in the bucket "logs", below "log/"."""
    enabled: Any = {"TargetBucket": "logs", "TargetPrefix": "log/", **more}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled})
    return enabled


def keys(s3: S3Client) -> list[str]:
    """Return the keys of the logs."""
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket="logs").get("Contents", [])]


def lines(s3: S3Client) -> list[dict[str, str]]:
    """The fields of all records in the bucket "logs"; the first record is that of PutBucketLogging itself."""
    records = []
    for key in keys(s3):
        text = s3.get_object(Bucket="logs", Key=key)["Body"].read().decode()
        assert text.endswith("\n")
        for line in text.splitlines():
            fields = FIELD.findall(line)
            assert " ".join(fields) == line
            records.append(dict(zip(NAMES, fields, strict=True)))
    return records


def operations(s3: S3Client, mock: S3) -> list[str]:
    """The operations of all records, after their delivery."""
    mock.deliver_logs()
    return [line["operation"] for line in lines(s3)]


@pytest.fixture
def logs(s3: S3Client, bucket: str) -> str:
    """The name of the target bucket for the logs of "a-bucket", which are below "log/"."""
    create_target(s3)
    put(s3, bucket)
    return "logs"
