"""What a bucket tells of its events, and whom: ?notification. What is told is in ``backend.events``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3mock.backend import ids
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.notification import Notification
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.notification import Events


@operation("GetBucketNotificationConfiguration")
def get_bucket_notification_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return which events of the bucket are told, and whom; nothing where none are.

    S3 API: GetBucketNotificationConfiguration
    """
    notification: Notification | None = exchange.bucket.configuration("notification")
    return {} if notification is None else notification.describe()


@operation("PutBucketNotificationConfiguration")
def put_bucket_notification_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace what is told of the bucket's events; queues and topics then get a test message.

    S3 API: PutBucketNotificationConfiguration

    Differs: a destination that cannot be asked (neither moto nor a function of ``s3.on_event`` is there, and the
    service is not allowed) is taken for one that exists; whether S3 may send to it is never asked. The test message
    leaves when the request has been answered, so that there is no ``x-amz-sns-test-message-id``.
    """
    bucket, events = exchange.bucket, exchange.cloud.events
    notification = Notification.of(request["NotificationConfiguration"], bucket.region, ids.configuration_id)
    validated = notification is not None and not request.get("SkipDestinationValidation", False)
    if notification is not None and validated:
        _check_destinations(notification, events)
    bucket.configure(notification=notification)
    if notification is not None:
        events.listen()
        if validated:
            events.test(bucket, notification.targets)
    return {}


def _check_destinations(notification: Notification, events: Events) -> None:
    """Raise InvalidArgument with the destinations that do not exist.

    The fields have numbers where they are several (assumed).
    """
    if events.carrier is None:
        return
    problems = [(target, events.carrier.problem(target)) for target in notification.targets]
    wrong = [(target, problem) for target, problem in problems if problem is not None]
    if not wrong:
        return
    fields: dict[str, Any] = {}
    for number, (target, problem) in enumerate(wrong, 1):
        which = number if len(wrong) > 1 else ""
        # A function is named with its qualifier, of which there is none (assumed).
        fields[f"ArgumentName{which}"] = f"{target.arn}, null" if target.kind.service == "lambda" else target.arn
        fields[f"ArgumentValue{which}"] = problem
    raise S3Error("InvalidArgument", "Unable to validate the following destination configurations", **fields)
