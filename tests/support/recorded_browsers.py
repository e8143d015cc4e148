"""The requests of the recorded conversations about CORS and the configuration of notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xmltodict
from moto import mock_aws

from tests.support.recordings import NO_BUCKET, requests_of

if TYPE_CHECKING:
    from tests.support.recordings import Conversation

CORS = "cors/TestS3Cors"
PAGE = "https://localhost:4200"
OF_THE_CONNECTION = {"Connection", "Transfer-Encoding"}
"""Headers of the connection that the mock has no part in."""


def _send(
    c: Conversation, step: str, method: str, key: str = "/test-cors", *, named: bool = True, **headers: Any
) -> None:
    """Compare a raw response: its status, headers and body, or only its document."""
    recorded = c.recorded[step]
    if named:
        kept = {name.lower(): text for name, text in recorded["Headers"].items() if name not in OF_THE_CONNECTION}
        c.recorded = {**c.recorded, step: {**recorded, "Headers": kept}}
    response = c.send(method, f"/{c.bucket}{key}", **headers)
    assert isinstance(response.body, bytes)
    body: Any = response.body.decode()
    if body.startswith("<"):
        body = xmltodict.parse(body)
    if not named:
        c.note(step, body)
        return
    lower = {name.lower(): text for name, text in response.headers.items()}
    if isinstance(body, dict):
        lower.pop("content-length", None)  # S3 sends errors in chunks
    c.note(step, {"StatusCode": response.status, "Headers": lower, "Body": body})


def _cors(c: Conversation, **rule: Any) -> None:
    c("", "put_bucket_cors", CORSConfiguration={"CORSRules": [rule]})


@requests_of(CORS)
def test_cors_http_options_no_config(c: Conversation) -> None:
    _send(c, "options-no-origin", "OPTIONS", named=False)
    _send(c, "options-with-origin-no-method", "OPTIONS", named=False, origin=PAGE)
    asked: Any = {"origin": PAGE, "access_control_request_method": "PUT"}
    _send(c, "options-with-origin-and-method", "OPTIONS", named=False, **asked)


@requests_of(CORS)
def test_cors_http_options_non_existent_bucket(c: Conversation) -> None:
    c.bucket = NO_BUCKET
    _send(c, "options-no-origin", "OPTIONS", named=False)
    _send(c, "options-with-origin", "OPTIONS", named=False, origin=PAGE)


@requests_of(CORS)
def test_cors_match_origins(c: Conversation) -> None:
    c("", "put_object", Key="test-cors", Body="test-cors")
    _cors(c, AllowedMethods=["GET", "PUT"], AllowedOrigins=[PAGE], MaxAgeSeconds=3000)
    origins: dict[str, dict[str, Any]] = {
        "no-origin": {},
        "referer": {"referer": PAGE},
        "right-origin": {"origin": PAGE},
        "wrong-origin": {"origin": "http://localhost:4200"},
    }
    for step, headers in origins.items():
        _send(c, f"opt-{step}", "OPTIONS", access_control_request_method="PUT", **headers)
        _send(c, f"get-{step}", "GET", **headers)
    _cors(c, AllowedMethods=["GET", "PUT"], AllowedOrigins=["*"], MaxAgeSeconds=3000)
    random: Any = {"origin": "http://random:1234"}
    _send(c, "opt-random-wildcard-origin", "OPTIONS", access_control_request_method="PUT", **random)
    _send(c, "get-random-wildcard-origin", "GET", **random)


@requests_of(CORS)
def test_cors_match_methods(c: Conversation) -> None:
    c("", "put_object", Key="test-cors", Body="test-cors")
    _cors(c, AllowedMethods=["GET"], AllowedOrigins=[PAGE], MaxAgeSeconds=3000)
    _send(c, "opt-get", "OPTIONS", origin=PAGE, access_control_request_method="GET")
    _send(c, "get-wrong-op", "GET", origin=PAGE, access_control_request_method="PUT")
    _send(c, "get-op", "GET", origin=PAGE, access_control_request_method="GET")
    _send(c, "opt-put", "OPTIONS", origin=PAGE, access_control_request_method="PUT")
    _send(c, "put-op", "PUT", "/new-key", origin=PAGE)


@requests_of(CORS)
def test_cors_options_fails_partial_origin(c: Conversation) -> None:
    _cors(c, AllowedMethods=["GET"], AllowedOrigins=["http://test.origin"])
    asked: Any = {"origin": "http://test.origin.com", "access_control_request_method": "GET"}
    _send(c, "options_fails_partial_origin", "OPTIONS", "", **asked)


@requests_of(CORS)
def test_get_cors(c: Conversation) -> None:
    c("get-cors-no-set", "get_bucket_cors")
    _cors(c, AllowedMethods=["GET"], AllowedOrigins=["*"])
    c("get-cors-after-set", "get_bucket_cors")


@requests_of(CORS)
def test_put_cors(c: Conversation) -> None:
    rules = c.recorded["get-cors"]["CORSRules"]
    c("put-cors", "put_bucket_cors", CORSConfiguration={"CORSRules": rules})
    c("get-cors", "get_bucket_cors")


@requests_of(CORS)
def test_put_cors_empty_origin(c: Conversation) -> None:
    _cors(c, AllowedMethods=["GET", "PUT", "HEAD"], AllowedOrigins=[""])
    c("get-cors-empty", "get_bucket_cors")


SQS = "notifications/notifications_sqs::TestS3NotificationsToSQS"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:my-queue"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:my-lambda"


def _notify(c: Conversation, step: str, kind: str, *arns: str, skip: bool = False, **more: Any) -> None:
    target = {"Queue": "QueueArn", "LambdaFunction": "LambdaFunctionArn"}[kind]
    events = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")  # which do not overlap
    entries = [{target: arn, "Events": [event], **more} for arn, event in zip(arns, events, strict=False)]
    parameters: Any = {
        "NotificationConfiguration": {f"{kind}Configurations": entries},
        "SkipDestinationValidation": skip,
    }
    c(step, "put_bucket_notification_configuration", **parameters)


@requests_of("notifications/notifications_sns::TestS3NotificationsToSns")
def test_bucket_not_exist(c: Conversation) -> None:
    c.bucket = NO_BUCKET
    _notify(c, "bucket_not_exists", "Queue", QUEUE)


def _filtered(c: Conversation, **values: str) -> None:
    rules = [{"Name": name, "Value": value} for name, value in values.items()]
    _notify(c, "", "Queue", f"{QUEUE}-1", skip=True, Filter={"Key": {"FilterRules": rules}})
    c("bucket_notification_configuration", "get_bucket_notification_configuration")


@requests_of(SQS)
def test_filter_rules_case_insensitive(c: Conversation) -> None:
    _filtered(c, Prefix="notif-", sUffix=".txt")


@requests_of(SQS)
def test_filter_rules_empty_value(c: Conversation) -> None:
    _filtered(c, Suffix="")


def _invalid_arns(c: Conversation, kind: str, valid: str, missing: str) -> None:
    with mock_aws():
        _notify(c, missing, kind, valid, Id="id123")
    _notify(c, "invalid_not_skip", kind, "invalid-queue", Id="id123")
    _notify(c, "invalid_skip", kind, "invalid-queue", Id="id123", skip=True)
    _notify(c, "", kind, valid, Id="id123", skip=True)
    c("skip_destination_validation", "get_bucket_notification_configuration")


@requests_of(SQS)
def test_invalid_sqs_arn(c: Conversation) -> None:
    _invalid_arns(c, "Queue", QUEUE, "queue-does-not-exist")


@requests_of("notifications/notifications_lambda::TestS3NotificationsToLambda")
def test_invalid_lambda_arn(c: Conversation) -> None:
    _invalid_arns(c, "LambdaFunction", FUNCTION, "lambda-does-not-exist")


@requests_of(SQS)
def test_multiple_invalid_sqs_arns(c: Conversation) -> None:
    _notify(c, "two-queue-arns-invalid", "Queue", "invalid_arn", "invalid_arn_2")
    _notify(c, "one-queue-invalid-one-not-existent", "Queue", QUEUE, "invalid_arn_2")
    with mock_aws():
        _notify(c, "multiple-queues-do-not-exist", "Queue", QUEUE, f"{QUEUE}-2")
