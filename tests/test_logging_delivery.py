"""Target buckets that S3's log delivery can write to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.access_logs import create_target, keys, put
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

SERVICE = {"Service": "logging.s3.amazonaws.com"}


def set_policy(s3: S3Client, effect: str, principal: Any = SERVICE, **condition: Any) -> None:
    """Set a policy of the bucket "logs" for writes below "log/"."""
    statement = {
        "Effect": effect,
        "Principal": principal,
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::logs/log/*",
        **({"Condition": condition} if condition else {}),
    }
    s3.put_bucket_policy(Bucket="logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def delivered(s3: S3Client, mock: S3) -> int:
    """The number of log objects after the delivery."""
    mock.deliver_logs()
    return len(keys(s3))


def test_a_target_with_acls_must_grant_the_log_delivery_group(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.create_bucket(Bucket="logs")
    message = "You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket"
    with refused("InvalidTargetBucketForLogging", 400, Message=message, TargetBucket="logs"):
        put(s3, bucket)
    assert without_metadata(s3.get_bucket_logging(Bucket=bucket)) == {}
    group = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"'
    s3.put_bucket_acl(Bucket="logs", GrantWrite=group)
    with refused("InvalidTargetBucketForLogging", 400):
        put(s3, bucket)
    s3.put_bucket_acl(Bucket="logs", GrantWrite=group, GrantReadACP=group)
    put(s3, bucket)
    assert delivered(s3, mock) == 1


def test_a_target_policy_can_allow_the_logging_service(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.create_bucket(Bucket="logs")
    set_policy(s3, "Allow", {"Service": "s3.amazonaws.com"})
    with refused("InvalidTargetBucketForLogging", 400):
        put(s3, bucket)
    set_policy(s3, "Allow", StringEquals={"aws:SourceAccount": "111122223333"})
    put(s3, bucket)
    assert delivered(s3, mock) == 0
    s3.put_object(Bucket=bucket, Key="k")
    set_policy(
        s3, "Allow", StringEquals={"aws:SourceAccount": "123456789012"}, ArnLike={"aws:SourceArn": "arn:aws:s3:::a-*"}
    )
    assert delivered(s3, mock) == 1


def test_a_target_without_acls_needs_a_policy_until_logs_are_delivered(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.create_bucket(Bucket="logs", ObjectOwnership="BucketOwnerEnforced")
    put(s3, bucket)
    assert delivered(s3, mock) == 0
    s3.put_object(Bucket=bucket, Key="k")
    set_policy(s3, "Allow")
    assert delivered(s3, mock) == 1


def test_an_acl_without_the_grant_stops_the_delivery(s3: S3Client, mock: S3, bucket: str) -> None:
    create_target(s3)
    put(s3, bucket)
    assert delivered(s3, mock) == 1
    s3.put_object(Bucket=bucket, Key="k")
    s3.put_bucket_acl(Bucket="logs", ACL="private")
    assert delivered(s3, mock) == 1


@pytest.mark.parametrize(("principal", "logs"), [(SERVICE, 0), ("*", 0), ({"Service": "s3.amazonaws.com"}, 1)])
def test_a_policy_can_deny_what_an_acl_grants(s3: S3Client, mock: S3, bucket: str, principal: Any, logs: int) -> None:
    create_target(s3)
    put(s3, bucket)
    set_policy(s3, "Deny", principal)
    assert delivered(s3, mock) == logs


def test_a_policy_that_requires_tls_does_not_stop_the_delivery(s3: S3Client, mock: S3, bucket: str) -> None:
    create_target(s3)
    put(s3, bucket)
    set_policy(s3, "Deny", "*", Bool={"aws:SecureTransport": "false"})
    assert delivered(s3, mock) == 1


def test_no_logs_are_delivered_under_another_default_encryption_than_sse_s3(
    s3: S3Client, mock: S3, bucket: str
) -> None:
    # User Guide, "Logging requests with server access logging"
    create_target(s3)
    put(s3, bucket)
    rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket="logs", ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert delivered(s3, mock) == 0


def test_no_logs_are_delivered_to_a_requester_pays_bucket(s3: S3Client, mock: S3, bucket: str) -> None:
    create_target(s3)
    put(s3, bucket)
    s3.put_bucket_request_payment(Bucket="logs", RequestPaymentConfiguration={"Payer": "Requester"})
    assert delivered(s3, mock) == 0


@pytest.mark.parametrize("retained", [False, True])
def test_no_logs_are_delivered_under_a_default_retention(
    s3: S3Client, mock: S3, bucket: str, *, retained: bool
) -> None:
    create_target(s3, ObjectLockEnabledForBucket=True)
    put(s3, bucket)
    if retained:
        rule: Any = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
        lock: Any = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        s3.put_object_lock_configuration(Bucket="logs", ObjectLockConfiguration=lock)
    assert delivered(s3, mock) == (0 if retained else 1)
