"""The destinations of events: Python functions, and queues, topics, functions and event buses of AWS through boto3.

Only this module calls boto3 on behalf of S3, and only where moto's ``mock_aws`` is active or the setting
``allow_services`` lists the service. Otherwise events are kept (``s3.events``) and nothing is sent.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from s3mock.backend import ids
from s3mock.backend.cloud import Cloud
from s3mock.backend.notification import DeliveryWarning
from s3mock.process import beside_moto
from s3mock.settings import Settings

if TYPE_CHECKING:
    from s3mock.backend.notification.message import Message
    from s3mock.models.notification import Target

__all__ = ["Delivery", "DeliveryWarning", "install", "on_event"]

Function = Callable[..., Any]

SUBJECT = "Amazon S3 Notification"
"""The subject of S3's messages to topics."""


def install(cloud: Cloud) -> None:
    """Have the events of ``cloud`` delivered."""
    cloud.events.carrier = Delivery(cloud.events.functions, cloud.settings)


def on_event(cloud: Cloud, arn: str, function: Function) -> None:
    """Deliver what S3 sends to ``arn`` to ``function(event, context)``, instead of AWS's resource with that ARN.

    A function of one argument gets the event alone. Raises TypeError for anything but a plain function of one or two
    arguments, ValueError for an ARN that ``check_arn`` refuses.
    """
    from s3mock.models.access_points.lambda_context import check_function  # noqa: PLC0415 - few tests have receivers

    check_arn(arn)
    check_function(function)
    try:
        signature = inspect.signature(function)
    except ValueError:  # some builtins have none
        signature = None
    if signature is None or _takes(signature, 2):
        receiver = function
    elif _takes(signature, 1):

        def receiver(event: Any, _context: Any) -> Any:
            return function(event)

    else:
        raise TypeError(f"{function!r} takes neither an event and a context nor an event alone")
    cloud.events.functions[arn] = receiver


def check_arn(arn: str) -> None:
    """Raise ValueError for an ARN that S3 sends no events to."""
    from s3mock.models.notification import is_destination  # noqa: PLC0415

    if not is_destination(arn):
        raise ValueError(
            f"S3 sends no events to {arn!r}: give the ARN of a queue or topic that is not FIFO, of a function, or of a "
            f"default event bus"
        )


def _takes(signature: inspect.Signature, count: int) -> bool:
    """Whether a function can be called with this number of positional arguments."""
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


class Delivery:
    """The destinations of one cloud: its Python functions by ARN, and the services of AWS that may be called."""

    def __init__(self, functions: Mapping[str, Function], settings: Settings) -> None:
        self._functions = functions
        self._settings = settings
        self._clients: dict[tuple[str, str, bool], Any] = {}

    def problem(self, target: Target) -> str | None:
        """The message of S3's error for a destination that does not exist; None if it exists or cannot be checked.

        The messages: aws_recorded test_invalid_sqs_arn and test_invalid_lambda_arn; that of topics is assumed.
        """
        service, arn = target.kind.service, target.arn
        if arn in self._functions or not self._reaches(service):
            return None
        from botocore.exceptions import ClientError  # noqa: PLC0415 - the server starts without it

        try:
            _FIND[service](self._client(service, arn), arn)
        except ClientError:
            return _MISSING[service].format(arn)
        return None

    def deliver(self, message: Message) -> None:
        """Call the function registered for the message's ARN, otherwise send the message if the service may be called.

        Raises the function's exception, ClientError, or RuntimeError for an entry that the event bus refuses.
        """
        function = self._functions.get(message.arn)
        if function is not None:
            from s3mock.models.access_points.lambda_context import LambdaContext  # noqa: PLC0415

            partition, service, region, account_id = message.arn.split(":")[1:5]
            if service == "lambda":
                context = LambdaContext.of_arn(message.arn, ids.uuid())
            else:
                context = LambdaContext.of(function, ids.uuid(), partition, region, account_id)
            function(json.loads(_json(message.body)), context)
        elif self._reaches(message.service):
            _SEND[message.service](self._client(message.service, message.arn), message)

    def _reaches(self, service: str) -> bool:
        """Whether a service may be called: moto answers, or a setting allows real calls."""
        allowed = self._settings.allow_services
        return beside_moto.is_active() or service in allowed or "*" in allowed

    def _client(self, service: str, arn: str) -> Any:
        region = arn.split(":")[3]
        # moto answers only clients made after its import.
        kind = (service, region, beside_moto.is_active())
        if kind not in self._clients:
            import boto3  # noqa: PLC0415

            # In a session of our own: the default session belongs to the user.
            self._clients[kind] = boto3.session.Session().client(service, region_name=region)  # type: ignore[call-overload]
        return self._clients[kind]


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def _queue_url(sqs: Any, arn: str) -> str:
    account_id, name = arn.split(":")[4:6]
    url: str = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account_id)["QueueUrl"]
    return url


def _send_message(sqs: Any, message: Message) -> None:
    """Send an event to a queue, with the trace of its request (aws_recorded test_xray_header)."""
    traced: dict[str, Any] = {}
    if message.trace is not None:
        attribute = {"DataType": "String", "StringValue": message.trace}
        traced = {"MessageSystemAttributes": {"AWSTraceHeader": attribute}}
    sqs.send_message(QueueUrl=_queue_url(sqs, message.arn), MessageBody=_json(message.body), **traced)


def _put_event(events: Any, message: Message) -> None:
    """Put an event on the bus, which gives it another id. AWS reserves the source "aws.s3" for S3; moto accepts it."""
    event = message.body
    reply = events.put_events(
        Entries=[
            {
                "Time": event["time"],
                "Source": event["source"],
                "Resources": event["resources"],
                "DetailType": event["detail-type"],
                "Detail": _json(event["detail"]),
                "EventBusName": message.arn.rpartition("/")[2],
            }
        ]
    )
    if reply.get("FailedEntryCount"):
        entry = reply["Entries"][0]
        raise RuntimeError(f"{entry.get('ErrorCode')}: {entry.get('ErrorMessage')}")


_SEND: Mapping[str, Callable[[Any, Message], None]] = {
    "sqs": _send_message,
    "sns": lambda sns, message: sns.publish(TopicArn=message.arn, Subject=SUBJECT, Message=_json(message.body)),
    "lambda": lambda aws_lambda, message: aws_lambda.invoke(
        FunctionName=message.arn, InvocationType="Event", Payload=_json(message.body).encode()
    ),
    "events": _put_event,
}
_FIND: Mapping[str, Callable[[Any, str], Any]] = {
    "sqs": _queue_url,
    "sns": lambda sns, arn: sns.get_topic_attributes(TopicArn=arn),
    "lambda": lambda aws_lambda, arn: aws_lambda.get_function(FunctionName=arn),
}
_MISSING = {
    "sqs": "The destination queue does not exist",
    "sns": "The destination topic does not exist",
    "lambda": "Not authorized to invoke function [{}]",
}
