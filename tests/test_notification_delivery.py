"""Where events go: to Python functions, and through boto3 to the queues, topics and buses of moto's mock_aws."""

from __future__ import annotations

import json
import threading
import warnings
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from s3mock import mock_s3
from s3mock.destinations import DeliveryWarning
from s3mock.server import S3MockServer
from tests.support import browser
from tests.support.notifications import BUS, FUNCTION, QUEUE, TOPIC, both, notify, to
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

UNVALIDATED = "Unable to validate the following destination configurations"


class Receiver:
    """A function that records its calls."""

    __name__ = "receiver"

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.contexts: list[Any] = []

    def __call__(self, event: Any, context: Any) -> None:
        self.events.append(event)
        self.contexts.append(context)

    @property
    def names(self) -> list[str]:
        return [record["eventName"] for event in self.events for record in event.get("Records", ())]


@pytest.fixture
def moto(s3: S3Client) -> Iterator[None]:
    """Mock the other services with moto."""
    del s3
    with mock_aws():
        yield


class Queue:
    """A queue in moto."""

    def __init__(self, name: str = "queue") -> None:
        self.sqs: Any = boto3.client("sqs", region_name="us-east-1")
        self.url = self.sqs.create_queue(QueueName=name)["QueueUrl"]

    def take(self) -> list[Any]:
        """Receive and delete all messages, and return their bodies."""
        messages = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", ())
        for message in messages:
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]


def test_a_function_is_called_as_lambda_calls_it(s3: S3Client, bucket: str, mock: S3) -> None:
    receiver = Receiver()
    mock.on_event(FUNCTION, receiver)
    notify(s3, bucket, to(FUNCTION))
    assert receiver.events == []  # functions get no test message
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    assert receiver.events == [{"Records": [mock.events[0].record]}]
    context = receiver.contexts[0]
    assert (context.function_name, context.invoked_function_arn) == ("function", FUNCTION)


def test_a_function_can_change_its_event_without_effect(s3: S3Client, bucket: str, mock: S3) -> None:
    mock.on_event(FUNCTION, lambda event, _context: event["Records"][0].clear())
    notify(s3, bucket, to(FUNCTION))
    s3.put_object(Bucket=bucket, Key="key")
    assert mock.events[0].record["eventName"] == "ObjectCreated:Put"


@pytest.mark.parametrize("arn", [QUEUE, TOPIC])
def test_a_queue_and_a_topic_get_a_test_message_first(s3: S3Client, bucket: str, mock: S3, arn: str) -> None:
    receiver = Receiver()
    mock.on_event(arn, receiver)
    notify(s3, bucket, to(arn))
    (message,) = receiver.events
    assert list(message) == ["Service", "Event", "Time", "Bucket", "RequestId", "HostId"]
    assert (message["Service"], message["Event"], message["Bucket"]) == ("Amazon S3", "s3:TestEvent", bucket)
    assert receiver.contexts[0].invoked_function_arn == "arn:aws:lambda:us-east-1:123456789012:function:receiver"
    s3.put_object(Bucket=bucket, Key="key")
    assert receiver.names == ["ObjectCreated:Put"]
    assert [event.name for event in mock.events] == ["ObjectCreated:Put"]


def test_without_validation_there_is_no_test_message(s3: S3Client, bucket: str, mock: S3) -> None:
    receiver = Receiver()
    mock.on_event(QUEUE, receiver)
    notify(s3, bucket, to(QUEUE), SkipDestinationValidation=True)
    assert receiver.events == []


def test_the_event_bus_gets_its_own_event(s3: S3Client, bucket: str, mock: S3) -> None:
    receiver = Receiver()
    mock.on_event(BUS, receiver)
    notify(s3, bucket, {"EventBridgeConfiguration": {}})
    s3.put_object(Bucket=bucket, Key="key")
    assert receiver.events == [mock.events[0].event_bridge]


def test_only_a_plain_function_receives_events(mock: S3) -> None:
    async def receive(event: Any, context: Any) -> None:
        raise NotImplementedError

    with pytest.raises(TypeError, match="not a plain function"):
        mock.on_event(FUNCTION, receive)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "queue",
        "arn:aws:s3:::a-bucket",
        f"{QUEUE}.fifo",
        f"{TOPIC}.fifo",
        "arn:aws:sqs:us-east-1:1234:queue",
        "arn:aws:lambda:us-east-1:123456789012:function",
        "arn:aws:events:us-east-1:123456789012:event-bus/other",
    ],
)
def test_s3_sends_events_only_to_queues_topics_functions_and_default_buses(mock: S3, arn: str) -> None:
    with pytest.raises(ValueError, match="S3 sends no events to"):
        mock.on_event(arn, print)
    with pytest.raises(ValueError, match="S3 sends no events to"):
        mock.on_event(arn)


@pytest.mark.parametrize("arn", [QUEUE, TOPIC, FUNCTION, f"{FUNCTION}:live", BUS])
def test_on_event_is_a_decorator(s3: S3Client, bucket: str, mock: S3, arn: str) -> None:
    received: list[Any] = []

    @mock.on_event(arn)
    def receive(event: Any, _context: Any) -> str:
        received.append(event)
        return "received"

    assert receive({}, None) == "received"
    notify(s3, bucket, {"EventBridgeConfiguration": {}} if arn == BUS else to(arn))
    s3.put_object(Bucket=bucket, Key="key")
    (event,) = mock.events
    assert received[-1] == (event.event_bridge if arn == BUS else {"Records": [event.record]})
    mock.reset()
    count = len(received)
    s3.create_bucket(Bucket=bucket)
    notify(s3, bucket, {"EventBridgeConfiguration": {}} if arn == BUS else to(arn))
    s3.put_object(Bucket=bucket, Key="key")
    assert len(received) == count


def test_a_function_of_one_argument_gets_the_event_alone(s3: S3Client, bucket: str, mock: S3) -> None:
    received: list[Any] = []
    notify(s3, bucket, to(FUNCTION))
    for function in (received.append, lambda *event: received.append(event[0])):
        mock.on_event(FUNCTION, function)
        s3.put_object(Bucket=bucket, Key="key")
    assert received == [{"Records": [event.record]} for event in mock.events]


@pytest.mark.parametrize("function", [lambda: None, lambda one, two, three: None])  # noqa: ARG005
def test_a_function_that_takes_no_event_is_refused(mock: S3, function: Any) -> None:
    with pytest.raises(TypeError, match="takes neither an event and a context nor an event alone"):
        mock.on_event(FUNCTION, function)


def test_a_function_sees_the_object_and_can_call_s3(s3: S3Client, bucket: str, mock: S3) -> None:
    def copy(event: Any, _context: Any) -> None:
        key = event["Records"][0]["s3"]["object"]["key"]
        s3.copy_object(Bucket=bucket, Key=f"copies/{key}", CopySource={"Bucket": bucket, "Key": key})

    mock.on_event(FUNCTION, copy)
    notify(s3, bucket, to(FUNCTION, "s3:ObjectCreated:Put"))
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    assert s3.get_object(Bucket=bucket, Key="copies/key")["Body"].read() == b"hello"


def test_a_function_that_causes_its_own_events_is_stopped(s3: S3Client, bucket: str, mock: S3) -> None:
    calls: list[int] = []

    def put(_event: Any, _context: Any) -> None:
        calls.append(len(calls))
        s3.put_object(Bucket=bucket, Key=f"key-{len(calls)}")

    mock.on_event(FUNCTION, put)
    notify(s3, bucket, to(FUNCTION))
    with pytest.warns(DeliveryWarning, match="looks endless"):
        s3.put_object(Bucket=bucket, Key="key")
    assert len(calls) == 16
    assert len(mock.events) == 17
    with pytest.warns(DeliveryWarning):
        s3.put_object(Bucket=bucket, Key="key")
    assert len(calls) == 32


def test_an_error_of_a_function_is_a_warning_and_the_request_a_success(s3: S3Client, bucket: str, mock: S3) -> None:
    def fail(_event: Any, _context: Any) -> None:
        raise LookupError("nobody knows")

    mock.on_event(FUNCTION, fail)
    receiver = Receiver()
    mock.on_event(BUS, receiver)
    notify(s3, bucket, {**to(FUNCTION), "EventBridgeConfiguration": {}})
    with pytest.warns(DeliveryWarning, match=f"{FUNCTION} raised LookupError for an event: nobody knows"):
        s3.put_object(Bucket=bucket, Key="key")
    assert s3.head_object(Bucket=bucket, Key="key")["ContentLength"] == 0
    assert len(receiver.events) == 1  # the other destinations get their event


def test_with_warnings_as_errors_the_request_raises_and_the_object_is_stored(
    s3: S3Client, bucket: str, mock: S3
) -> None:
    mock.on_event(FUNCTION, lambda _event, _context: 1 / 0)
    notify(s3, bucket, to(FUNCTION))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DeliveryWarning, match="ZeroDivisionError"):
            s3.put_object(Bucket=bucket, Key="key")
    s3.head_object(Bucket=bucket, Key="key")


def test_threads_that_write_at_once_each_send_their_own_events(s3: S3Client, bucket: str, mock: S3) -> None:
    called_in: dict[str, int] = {}

    def receive(event: Any, _context: Any) -> None:
        called_in[event["Records"][0]["s3"]["object"]["key"]] = threading.get_ident()

    mock.on_event(FUNCTION, receive)
    notify(s3, bucket, to(FUNCTION))
    wrote_in: dict[str, int] = {}

    def write(key: str) -> None:
        wrote_in[key] = threading.get_ident()
        s3.put_object(Bucket=bucket, Key=key)
        assert called_in[key] == threading.get_ident()

    threads = [threading.Thread(target=write, args=(f"key-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert called_in == wrote_in


@pytest.mark.usefixtures("moto")
def test_a_queue_of_motos_gets_the_test_message_and_the_records(s3: S3Client, bucket: str, mock: S3) -> None:
    queue = Queue()
    notify(s3, bucket, to(QUEUE))
    (test,) = queue.take()
    assert test["Event"] == "s3:TestEvent"
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    assert queue.take() == [{"Records": [mock.events[0].record]}]


@pytest.mark.usefixtures("moto")
def test_a_topic_of_motos_gets_the_records_with_s3s_subject(s3: S3Client, bucket: str, mock: S3) -> None:
    queue = Queue()
    sns = boto3.client("sns", region_name="us-east-1")
    sns.create_topic(Name="topic")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
    notify(s3, bucket, to(TOPIC))
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    test, message = queue.take()
    assert test["Subject"] == message["Subject"] == "Amazon S3 Notification"
    assert json.loads(message["Message"]) == {"Records": [mock.events[0].record]}


@pytest.mark.usefixtures("moto")
def test_a_rule_of_motos_event_bridge_matches_the_events(s3: S3Client, bucket: str, mock: S3) -> None:
    queue = Queue()
    events = boto3.client("events", region_name="us-east-1")
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [bucket]}}}
    events.put_rule(Name="rule", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="rule", Targets=[{"Id": "queue", "Arn": QUEUE}])
    notify(s3, bucket, {"EventBridgeConfiguration": {}})
    s3.put_object(Bucket=bucket, Key="key", Body=b"hello")
    s3.delete_object(Bucket=bucket, Key="key")
    (message,) = queue.take()
    expected = mock.events[0].event_bridge
    assert expected is not None
    # The bus assigns its own id; moto leaves out the account.
    assert {**message, "id": None, "account": None} == {**expected, "id": None, "account": None}


@pytest.mark.usefixtures("moto")
def test_a_queue_gets_the_trace_of_the_request(s3: S3Client, bucket: str) -> None:
    # aws_recorded test_xray_header
    queue = Queue()
    notify(s3, bucket, to(QUEUE))
    queue.take()
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"

    def add_trace(request: Any, **_: Any) -> None:
        request.headers["X-Amzn-Trace-Id"] = trace

    s3.meta.events.register("before-sign.s3.PutObject", add_trace)
    s3.put_object(Bucket=bucket, Key="traced")
    (message,) = queue.sqs.receive_message(QueueUrl=queue.url, AttributeNames=["AWSTraceHeader"])["Messages"]
    assert message["Attributes"]["AWSTraceHeader"] == trace


@pytest.mark.usefixtures("moto")
def test_a_destination_that_does_not_exist_is_refused(s3: S3Client, bucket: str) -> None:
    with refused(
        "InvalidArgument",
        400,
        Message=UNVALIDATED,
        ArgumentName1=QUEUE,
        ArgumentValue1="The destination queue does not exist",
    ):
        notify(s3, bucket, to(QUEUE))
    with refused(
        "InvalidArgument",
        400,
        Message=UNVALIDATED,
        ArgumentName1=f"{FUNCTION}, null",
        ArgumentValue1=f"Not authorized to invoke function [{FUNCTION}]",
    ):
        notify(s3, bucket, to(FUNCTION))
    assert without_metadata(s3.get_bucket_notification_configuration(Bucket=bucket)) == {}


@pytest.mark.usefixtures("moto")
def test_several_missing_destinations_are_numbered_and_no_message_is_sent(s3: S3Client, bucket: str) -> None:
    there, missing = Queue(), QUEUE.replace(":queue", ":missing")
    configuration = both(both(to(QUEUE), to(missing, "s3:ObjectTagging:*")), to(TOPIC, "s3:ObjectRemoved:*"))
    with refused(
        "InvalidArgument",
        400,
        Message=UNVALIDATED,
        ArgumentName1=TOPIC,
        ArgumentValue1="The destination topic does not exist",
        ArgumentName2=missing,
        ArgumentValue2="The destination queue does not exist",
    ):
        notify(s3, bucket, configuration)
    assert there.take() == []
    notify(s3, bucket, configuration, SkipDestinationValidation=True)
    assert len(s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]) == 2


@pytest.mark.usefixtures("moto")
def test_a_local_function_takes_precedence_over_motos(s3: S3Client, bucket: str, mock: S3) -> None:
    queue, receiver = Queue(), Receiver()
    mock.on_event(QUEUE, receiver)
    mock.on_event(FUNCTION, receiver)
    notify(s3, bucket, both(to(QUEUE), to(FUNCTION, "s3:ObjectRemoved:*")))
    s3.put_object(Bucket=bucket, Key="key")
    s3.delete_object(Bucket=bucket, Key="key")
    assert receiver.names == ["ObjectCreated:Put", "ObjectRemoved:Delete"]
    assert queue.take() == []


@pytest.mark.usefixtures("moto")
def test_a_deleted_queue_is_a_warning(s3: S3Client, bucket: str) -> None:
    queue = Queue()
    notify(s3, bucket, to(QUEUE))
    queue.sqs.delete_queue(QueueUrl=queue.url)
    with pytest.warns(DeliveryWarning, match=QUEUE):
        s3.put_object(Bucket=bucket, Key="key")


def test_without_moto_events_are_kept_and_nothing_is_called(s3: S3Client, bucket: str, mock: S3) -> None:
    notify(s3, bucket, {**both(to(QUEUE), to(TOPIC, "s3:ObjectRemoved:*")), "EventBridgeConfiguration": {}})
    s3.put_object(Bucket=bucket, Key="key")
    assert [event.destinations for event in mock.events] == [(QUEUE, BUS)]


def test_a_service_that_is_allowed_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9")  # no server listens there
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    with mock_s3(allow_services=["sqs"]) as mock:
        s3 = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="bucket")
        notify(s3, "bucket", to(QUEUE), SkipDestinationValidation=True)
        with pytest.warns(DeliveryWarning, match="EndpointConnectionError"):
            s3.put_object(Bucket="bucket", Key="key")


def test_the_server_also_sends_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", browser.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", browser.SECRET)
    receiver = Receiver()
    with S3MockServer() as server:
        server.s3.on_event(FUNCTION, receiver)
        s3 = browser.client_of(server.endpoint_url)
        s3.create_bucket(Bucket=browser.BUCKET)
        notify(s3, browser.BUCKET, to(FUNCTION))
        s3.put_object(Bucket=browser.BUCKET, Key="key")
        assert browser.post_object(*browser.presign(s3)).status == 204
    assert receiver.names == ["ObjectCreated:Put", "ObjectCreated:Post"]
