"""One exchange carries a request from arrival to response: nothing is parsed twice, and nothing is guessed."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import gateway
from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Request, parse_query
from s3mock.responses.registry import OPERATIONS, operation
from s3mock.settings import Settings
from s3mock.transports import adapter
from s3mock.wire import codec, hosts, routes
from s3mock.wire.signing import credential
from tests.support import access_logs, cors
from tests.support.operations import DECLARED
from tests.support.raw_requests import SIGNED
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

PARSERS: tuple[Callable[..., Any], ...] = (
    hosts.parse,
    parse_query,
    credential.credential,
    routes.match,
    codec.of("PutObject").parse,  # all operations' have the same code
)
CUSTOMER_KEY = {"x-amz-server-side-encryption-customer-algorithm": "AES256"}


def calls_of(functions: tuple[Callable[..., Any], ...], action: Callable[[], object]) -> dict[str, int]:
    """How often ``action`` calls each of these functions, however they were imported."""
    codes: dict[CodeType, str] = {function.__code__: function.__qualname__ for function in functions}
    counted: Counter[str] = Counter()

    def profile(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code in codes:
            counted[codes[frame.f_code]] += 1

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(before)
    return dict(counted)


def test_nothing_is_parsed_twice_in_one_request(s3: S3Client, mock: S3, bucket: str) -> None:
    access_logs.create_target(s3)
    access_logs.put(s3, bucket)
    cors.put(s3, bucket, cors.rule(AllowedMethods=["PUT", "HEAD"]))
    cors.send_origin(s3, cors.PAGE)
    once = {"parse": 1, "compile_parser.<locals>.parse": 1, "credential": 1, "match": 1}
    assert calls_of(PARSERS, lambda: s3.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")) == once
    assert access_logs.operations(s3, mock)[-1] == "REST.PUT.OBJECT"
    tags = calls_of(PARSERS, lambda: s3.get_object_tagging(Bucket=bucket, Key="a-key"))
    assert tags == once | {"parse_query": 1}

    def head_of_a_missing_bucket() -> None:
        with pytest.raises(s3.exceptions.ClientError, match="404"):
            s3.head_bucket(Bucket="no-such-bucket")

    assert calls_of(PARSERS, head_of_a_missing_bucket) == once


def test_an_operation_without_an_action_fails_at_import() -> None:
    with pytest.raises(ValueError, match="without an action"):
        operation("GetBucketFlavor", log="REST.GET.FLAVOR")(lambda _exchange, _request: {})  # type: ignore[call-overload]
    assert "GetBucketFlavor" not in OPERATIONS


def test_every_operation_declares_its_iam_actions_and_log_name() -> None:
    services = ("s3:", "s3express:", "s3-object-lambda:")
    for name, declared in DECLARED.items():
        assert declared.actions, name
        assert all(action.startswith(services) for action in (*declared.actions, *declared.version_actions)), name
        assert declared.log.startswith("REST."), name


def test_the_gateway_never_calls_users_functions(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")
    called: list[Any] = []
    point = mock.add_access_point("below", bucket)
    above = mock.add_object_lambda("above", point, called.append)
    request = Request("GET", "https", above.host, "/a-key", headers=dict(SIGNED))
    exchange = gateway.handle(mock.cloud, request)
    assert exchange.outside is not None
    assert called == []
    returned = gateway.resume(exchange, exchange.outside.call())
    assert returned.response.status == 500
    assert len(called) == 1
    with pytest.raises(LookupError):
        gateway.resume(returned, None)


def test_the_gateway_calls_no_queue_and_delivers_no_event(mock: S3, s3: S3Client, bucket: str) -> None:
    delivered: list[Any] = []
    queue = "arn:aws:sqs:us-east-1:123456789012:a-queue"
    mock.on_event(queue, lambda event, _context: delivered.append(event))
    document = (
        "<NotificationConfiguration><QueueConfiguration><Queue>" + queue + "</Queue><Event>s3:ObjectCreated:*</Event>"
        "</QueueConfiguration></NotificationConfiguration>"
    )
    address = ("https", "s3.amazonaws.com", f"/{bucket}")
    exchange = gateway.handle(
        mock.cloud, Request("PUT", *address, "notification", dict(SIGNED), Body(document.encode()))
    )
    assert exchange.outside is not None
    assert s3.get_bucket_notification_configuration(Bucket=bucket).keys() == {"ResponseMetadata"}
    assert gateway.resume(exchange, exchange.outside.call()).response.status == 200
    assert delivered == []
    mock.cloud.events.send(exchange.outbox)
    assert len(delivered) == 1  # the test event
    put = Request("PUT", "https", "s3.amazonaws.com", f"/{bucket}/a-key", "", dict(SIGNED), Body(b"bytes"))
    exchange = gateway.handle(mock.cloud, put)
    assert exchange.response.status == 200
    assert len(delivered) == 1
    mock.cloud.events.send(exchange.outbox)
    assert len(delivered) == 2


@pytest.mark.parametrize(
    ("region", "domain"),
    [
        ("us-west-2", "amazonaws.com"),
        ("cn-north-1", "amazonaws.com.cn"),
        ("us-gov-west-1", "amazonaws.com"),
        ("eusc-de-east-1", "amazonaws.eu"),
        ("us-iso-east-1", "c2s.ic.gov"),
        ("us-isob-east-1", "sc2s.sgov.gov"),
        ("eu-isoe-west-1", "cloud.adc-e.uk"),
        ("us-isof-south-1", "csp.hci.ic.gov"),
    ],
)
def test_a_customer_provided_key_needs_tls_in_every_partition(region: str, domain: str) -> None:
    cloud, host = Cloud(Settings()), f"s3.{region}.{domain}"
    constraint = f"<LocationConstraint>{region}</LocationConstraint>"
    document = f"<CreateBucketConfiguration>{constraint}</CreateBucketConfiguration>".encode()
    created = Request("PUT", "https", host, "/a-bucket", headers=dict(SIGNED), body=Body(document))
    assert adapter.answer(cloud, created).status == 200
    answers = {
        scheme: adapter.answer(
            cloud, Request("PUT", scheme, host, "/a-bucket/a-key", headers=SIGNED | CUSTOMER_KEY, body=Body(b"bytes"))
        )
        for scheme in ("http", "https")
    }
    assert isinstance(answers["http"].body, bytes)
    assert isinstance(answers["https"].body, bytes)
    assert b"must be made over a secure connection" in answers["http"].body
    assert b"must be made over a secure connection" not in answers["https"].body


@pytest.mark.parametrize("query", ["X-Amz-Algorithm=none", "AWSAccessKeyId=a&Signature=b", "X-Amz-Signature="])
def test_a_preflight_is_recognised_before_signatures_are_read(s3: S3Client, mock: S3, bucket: str, query: str) -> None:
    cors.put(s3, bucket, cors.rule())
    headers = {"origin": cors.PAGE, "access-control-request-method": "GET"}
    request = Request("OPTIONS", "https", "s3.amazonaws.com", f"/{bucket}/a-key", query, headers)
    assert adapter.answer(mock.cloud, request).status == 200


def test_an_unreadable_signature_is_logged_without_a_requester(s3: S3Client, mock: S3, bucket: str) -> None:
    access_logs.create_target(s3)
    access_logs.put(s3, bucket)
    headers = {"authorization": "AWS4-HMAC-SHA256 nonsense"}
    path = f"/{bucket}/a-key"
    assert adapter.answer(mock.cloud, Request("GET", "https", "s3.amazonaws.com", path, "", headers)).status == 400
    query = "X-Amz-Algorithm=AWS4-HMAC-SHA256"
    assert adapter.answer(mock.cloud, Request("GET", "https", "s3.amazonaws.com", path, query, {})).status == 400
    mock.deliver_logs()
    records = [line for line in access_logs.lines(s3) if line["status"] == "400"]
    assert [(line["operation"], line["requester"], line["error"]) for line in records] == [
        ("REST.GET.OBJECT", "-", "AuthorizationHeaderMalformed"),
        ("REST.GET.OBJECT", "-", "AuthorizationQueryParametersError"),
    ]


def test_metrics_of_directory_buckets_need_s3express_actions(mock: S3, west: S3Client, directory: str) -> None:
    del west
    denied = mock.add_principal(
        "ann", [{"Statement": {"Effect": "Allow", "Action": "s3express:CreateSession", "Resource": "*"}}]
    )
    allowed = mock.add_principal(
        "bob", [{"Statement": {"Effect": "Allow", "Action": "s3express:GetMetricsConfiguration", "Resource": "*"}}]
    )
    with refused("AccessDenied", 403):
        mock.client(region_name="us-west-2", **denied).list_bucket_metrics_configurations(Bucket=directory)
    reply = mock.client(region_name="us-west-2", **allowed).list_bucket_metrics_configurations(Bucket=directory)
    assert reply["IsTruncated"] is False


def test_events_can_be_delivered_in_another_thread_with_those_that_receivers_cause(
    mock: S3, s3: S3Client, bucket: str
) -> None:
    function = "arn:aws:lambda:us-east-1:123456789012:function:a-function"
    received: list[tuple[str, int]] = []

    def copy_once(event: Any, _context: Any) -> None:
        key = event["Records"][0]["s3"]["object"]["key"]
        received.append((key, threading.get_ident()))
        if key == "a":
            s3.put_object(Bucket=bucket, Key="b")
            assert len(received) == 1  # what a receiver causes waits until it has returned

    mock.on_event(function, copy_once)
    configuration: Any = {"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [configuration]}
    )
    put = Request("PUT", "https", "s3.amazonaws.com", f"/{bucket}/a", "", dict(SIGNED), Body(b"bytes"))
    exchange = gateway.handle(mock.cloud, put)
    thread = threading.Thread(target=mock.cloud.events.send, args=(exchange.outbox,))
    thread.start()
    thread.join()
    assert [key for key, _ in received] == ["a", "b"]
    assert {ident for _, ident in received} == {thread.ident}
    assert [event.key for event in mock.events] == ["a", "b"]
