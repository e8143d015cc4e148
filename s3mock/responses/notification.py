"""Event notifications of a bucket: ?notification. The events are made in ``backend.notification``."""

from __future__ import annotations

from typing import Any

from s3mock.backend import ids
from s3mock.backend.notification import test_messages
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.notification import Notification
from s3mock.responses.registry import Outside, Parameters, operation


@operation(
    "GetBucketNotificationConfiguration",
    action="s3:GetBucketNotification",
    log="REST.GET.NOTIFICATION",
    access_point=True,
)
def get_bucket_notification_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's notification configuration; empty where there is none.

    S3 API: GetBucketNotificationConfiguration
    """
    notification = exchange.configuration.notification
    return {} if notification is None else notification.describe()


@operation("PutBucketNotificationConfiguration", action="s3:PutBucketNotification", log="REST.PUT.NOTIFICATION")
def put_bucket_notification_configuration(exchange: Exchange, request: Parameters) -> Parameters | Outside:
    """Replace the bucket's notification configuration; queues and topics then get a test message.

    S3 API: PutBucketNotificationConfiguration

    Differs: a destination that cannot be reached (there is neither moto nor a function of ``s3.on_event``, and the
    service is not allowed) counts as existing; whether S3 may send to it is never checked. The test message is sent
    after the response, which therefore has no ``x-amz-sns-test-message-id``.
    """
    bucket, carrier = exchange.bucket, exchange.cloud.events.carrier
    notification = Notification.of(request["NotificationConfiguration"], bucket.region, ids.configuration_id)
    if notification is None or request.get("SkipDestinationValidation", False) or carrier is None:
        exchange.configure(notification=notification)
        return {}
    targets = notification.targets

    def problems() -> list[str | None]:
        return [carrier.problem(target) for target in targets]

    def configure(problems: list[str | None]) -> Parameters:
        invalid = [(target, problem) for target, problem in zip(targets, problems, strict=True) if problem is not None]
        if invalid:
            fields: dict[str, Any] = {}
            for number, (target, problem) in enumerate(invalid, 1):
                # A function is named with its qualifier, and there is none (aws_recorded test_invalid_lambda_arn).
                arn = f"{target.arn}, null" if target.kind.service == "lambda" else target.arn
                fields |= {f"ArgumentName{number}": arn, f"ArgumentValue{number}": problem}
            raise S3Error("InvalidArgument", "Unable to validate the following destination configurations", **fields)
        exchange.configure(notification=notification)
        exchange.outbox += test_messages(bucket.identity, targets, exchange.cause(), exchange.cloud.clock.timestamp())
        return {}

    return Outside(problems, configure)
