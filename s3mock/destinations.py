"""Where events go: Python functions, and queues, topics, functions and event buses of AWS through boto3.

Only here is boto3 called for S3's sake, and only where that reaches moto's ``mock_aws``, or a service that the setting
``allow_services`` lets be called. Otherwise events are kept (``s3.events``) and nothing is sent.
"""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from s3mock.backend import ids
from s3mock.backend.notification import DeliveryWarning, Message
from s3mock.models.access_points.lambda_context import LambdaContext
from s3mock.models.notification import Target
from s3mock.process import beside_moto

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from s3mock.backend.cloud import Cloud
    from s3mock.backend.notification import Function
    from s3mock.settings import Settings

__all__ = ["Delivery", "DeliveryWarning", "install", "on_event"]

SUBJECT = "Amazon S3 Notification"
"""The subject of what S3 publishes to a topic."""


def install(cloud: Cloud) -> None:
    """Let the events of ``cloud`` be delivered."""
    cloud.events.carrier = Delivery(cloud.events.functions, cloud.settings)


def on_event(cloud: Cloud, arn: str, function: Function) -> None:
    """Let ``function(event, context)`` receive what S3 sends to ``arn``, instead of whoever has that ARN.

    Raises TypeError for what is no plain function.
    """
    if not callable(function) or inspect.iscoroutinefunction(function):
        raise TypeError(f"{function!r} is no plain function, as Lambda calls one")
    cloud.events.functions[arn] = function


class Delivery:
    """The destinations of one cloud: its Python functions, by ARN, and AWS as far as it may be called."""

    def __init__(self, functions: Mapping[str, Function], settings: Settings) -> None:
        self._functions = functions
        self._settings = settings
        self._clients: dict[tuple[str, str, bool], Any] = {}

    def problem(self, target: Target) -> str | None:
        """Return what S3 says of a destination that does not exist, None where it does or cannot be asked.

        The words are assumed.
        """
        service, arn = target.kind.service, target.arn
        if arn in self._functions or not self._reaches(service):
            return None
        try:
            _FIND[service](self._client(service, arn), arn)
        except ClientError:
            return _MISSING[service].format(arn)
        return None

    def deliver(self, message: Message) -> None:
        """Hand a message to the function of its ARN, else send it there if that may be done.

        Raises whatever the function raises, or ClientError.
        """
        function = self._functions.get(message.arn)
        if function is not None:
            function(json.loads(_json(message.body)), _context(function, message))
        elif self._reaches(message.service):
            _SEND[message.service](self._client(message.service, message.arn), message)

    def _reaches(self, service: str) -> bool:
        """Whether a call would be answered: by moto, or by AWS because it is allowed."""
        allowed = self._settings.allow_services
        return beside_moto.is_active() or service in allowed or "*" in allowed

    def _client(self, service: str, arn: str) -> Any:
        region = arn.split(":")[3]
        # moto answers only clients that were made after it was imported.
        made_for = (service, region, beside_moto.is_active())
        if made_for not in self._clients:
            # A session of our own: the default one is the user's to make.
            self._clients[made_for] = boto3.session.Session().client(service, region_name=region)  # type: ignore[call-overload]
        return self._clients[made_for]


def _context(function: Function, message: Message) -> LambdaContext:
    partition, service, region, account_id = message.arn.split(":")[1:5]
    request_id = ids.uuid()
    if service == "lambda":
        return LambdaContext.called(message.arn, request_id)
    return LambdaContext.of(function, request_id, partition, region, account_id)


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def _queue_url(sqs: Any, arn: str) -> str:
    account_id, name = arn.split(":")[4:6]
    url: str = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account_id)["QueueUrl"]
    return url


def _send_to_queue(sqs: Any, message: Message) -> None:
    sqs.send_message(QueueUrl=_queue_url(sqs, message.arn), MessageBody=_json(message.body))


def _publish(sns: Any, message: Message) -> None:
    sns.publish(TopicArn=message.arn, Subject=SUBJECT, Message=_json(message.body))


def _invoke(aws_lambda: Any, message: Message) -> None:
    aws_lambda.invoke(FunctionName=message.arn, InvocationType="Event", Payload=_json(message.body).encode())


def _put_event(events: Any, message: Message) -> None:
    """Put an event on the bus, which gives it another id. Only S3 may put those of "aws.s3" at AWS; moto takes them."""
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
    "sqs": _send_to_queue,
    "sns": _publish,
    "lambda": _invoke,
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
