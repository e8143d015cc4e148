"""What a bucket tells of its events, and whom: ?notification. What is told is in ``backend.events``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3mock.backend import ids
from s3mock.backend.notification import test_messages
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.notification import Notification
from s3mock.responses.registry import Outside, Parameters, operation

if TYPE_CHECKING:
    from s3mock.models.notification import Target


@operation(
    "GetBucketNotificationConfiguration",
    action="s3:GetBucketNotification",
    log="REST.GET.NOTIFICATION",
    access_point=True,
)
def get_bucket_notification_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return which events of the bucket are told, and whom; nothing where none are.

    S3 API: GetBucketNotificationConfiguration
    """
    notification = exchange.bucket.configuration.notification
    return {} if notification is None else notification.describe()


@operation("PutBucketNotificationConfiguration", action="s3:PutBucketNotification", log="REST.PUT.NOTIFICATION")
def put_bucket_notification_configuration(exchange: Exchange, request: Parameters) -> Parameters | Outside:
    """Replace what is told of the bucket's events; queues and topics then get a test message.

    S3 API: PutBucketNotificationConfiguration

    Differs: a destination that cannot be asked (neither moto nor a function of ``s3.on_event`` is there, and the
    service is not allowed) is taken for one that exists; whether S3 may send to it is never asked. The test message
    leaves when the request has been answered, so that there is no ``x-amz-sns-test-message-id``.
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
        wrong = [(target, problem) for target, problem in zip(targets, problems, strict=True) if problem is not None]
        if wrong:
            raise _invalid_destinations(wrong)
        exchange.configure(notification=notification)
        exchange.outbox += test_messages(exchange.cloud, bucket.identity, exchange.cause, targets)
        return {}

    return Outside(problems, configure)


def _invalid_destinations(wrong: list[tuple[Target, str]]) -> S3Error:
    """The error for destinations that do not exist; its fields are numbered where there are several (assumed)."""
    fields: dict[str, Any] = {}
    for number, (target, problem) in enumerate(wrong, 1):
        suffix = number if len(wrong) > 1 else ""
        # A function is named with its qualifier, and there is none (assumed).
        fields[f"ArgumentName{suffix}"] = f"{target.arn}, null" if target.kind.service == "lambda" else target.arn
        fields[f"ArgumentValue{suffix}"] = problem
    return S3Error("InvalidArgument", "Unable to validate the following destination configurations", **fields)
