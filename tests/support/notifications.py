"""Destinations of notifications, and configurations that send events to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"
TOPIC = "arn:aws:sns:us-east-1:123456789012:topic"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:function"
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"

MEMBERS = {
    "sqs": ("QueueConfigurations", "QueueArn"),
    "sns": ("TopicConfigurations", "TopicArn"),
    "lambda": ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
}


def to(arn: str, *events: str, prefix: str | None = None, suffix: str | None = None, **more: Any) -> dict[str, Any]:
    """The configuration that sends these events, by default all ObjectCreated events, to ``arn``."""
    member, arn_member = MEMBERS.get(arn.removeprefix("arn:aws:").partition(":")[0], MEMBERS["sqs"])
    one: dict[str, Any] = {arn_member: arn, "Events": list(events or ("s3:ObjectCreated:*",)), **more}
    rules = [(name, value) for name, value in (("prefix", prefix), ("suffix", suffix)) if value is not None]
    if rules:
        one["Filter"] = {"Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in rules]}}
    return {member: [one]}


def both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The two configurations merged into one."""
    return {member: one.get(member, []) + other.get(member, []) for member in one.keys() | other.keys()}


def notify(s3: S3Client, bucket: str, configuration: dict[str, Any], **more: Any) -> None:
    """Configure the bucket's notifications."""
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration=configuration,  # type: ignore[arg-type]
        **more,
    )
