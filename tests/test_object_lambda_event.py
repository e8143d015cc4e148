"""The event that an Object Lambda function gets for a GetObject."""

from __future__ import annotations

import json
import urllib.request
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from s3mock.http import Request
from s3mock.models.credentials import SECRET_KEY
from s3mock.server import S3MockServer
from s3mock.transports import adapter
from tests.support.lambda_functions import ONCE, write

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3
    from s3mock.models.access_points import AccessPoint


def test_the_event_is_the_one_of_the_user_guide(mock: S3, lambda_client: S3Client, access_point: AccessPoint) -> None:
    events = []

    def function(event: dict[str, Any]) -> None:
        events.append(json.loads(json.dumps(event)))
        write(lambda_client, event)

    above = mock.add_object_lambda("above", access_point, function, payload='{"res-x": "100"}')
    reply = lambda_client.get_object(Bucket=above.arn, Key="a/ü key")
    (event,) = events
    assert list(event) == [
        *("xAmzRequestId", "getObjectContext", "configuration", "userRequest", "userIdentity", "protocolVersion"),
    ]
    assert event["xAmzRequestId"] == reply["ResponseMetadata"]["RequestId"]
    assert event["protocolVersion"] == "1.00"
    assert list(event["getObjectContext"]) == ["inputS3Url", "outputRoute", "outputToken"]
    assert event["configuration"] == {
        "accessPointArn": above.arn,
        "supportingAccessPointArn": access_point.arn,
        "payload": '{"res-x": "100"}',
    }
    assert event["userRequest"]["url"] == f"https://{above.host}/a/ü key"
    assert event["userRequest"]["headers"]["Host"] == above.host
    assert "Authorization" not in event["userRequest"]["headers"]
    assert event["userIdentity"] == {
        "type": "Root",
        "principalId": "123456789012",
        "arn": "arn:aws:iam::123456789012:root",
        "accountId": "123456789012",
        "accessKeyId": lambda_client._request_signer._credentials.access_key,  # type: ignore[attr-defined]
    }


def test_the_presigned_url_is_for_the_supporting_access_point_and_the_caller(
    mock: S3, lambda_client: S3Client, access_point: AccessPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = []

    def function(event: dict[str, Any]) -> None:
        events.append(event)
        write(lambda_client, event)

    above = mock.add_object_lambda("above", access_point, function)
    lambda_client.get_object(Bucket=above.alias, Key="a/ü key", VersionId="null", ExpectedBucketOwner="123456789012")
    url = urlsplit(events[0]["getObjectContext"]["inputS3Url"])
    assert (url.scheme, url.netloc, url.path) == ("https", access_point.host, "/a/%C3%BC%20key")
    query = parse_qs(url.query)
    assert query["versionId"] == ["null"]
    assert query["X-Amz-SignedHeaders"] == ["host;x-amz-expected-bucket-owner"]
    # botocore signs the same way.
    moment = datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment)
    request = AWSRequest("GET", f"https://{access_point.host}{url.path}?versionId=null")
    request.headers["x-amz-expected-bucket-owner"] = "123456789012"
    credentials = Credentials(query["X-Amz-Credential"][0].partition("/")[0], SECRET_KEY)
    S3SigV4QueryAuth(credentials, "s3", "us-east-1", expires=61).add_auth(request)
    assert parse_qs(urlsplit(str(request.url)).query) == query


def test_the_url_in_the_event_has_no_signature(mock: S3, lambda_client: S3Client, access_point: AccessPoint) -> None:
    events = []

    def function(event: dict[str, Any]) -> None:
        events.append(event)
        write(lambda_client, event)

    above = mock.add_object_lambda("above", access_point, function)
    parameters = {"Bucket": above.arn, "Key": "a key", "ResponseContentType": "text/plain"}
    url = urlsplit(lambda_client.generate_presigned_url("get_object", Params=parameters))
    headers = {"host": url.netloc, "x-custom": "a value"}
    adapter.answer(mock.cloud, Request("GET", url.scheme, url.netloc, url.path, url.query, headers))
    user_request = events[0]["userRequest"]
    assert user_request["url"] == f"https://{above.host}/a key?response-content-type=text/plain"
    assert user_request["headers"] == {"Host": above.host, "X-Custom": "a value"}


def test_headers_are_found_in_any_case(mock: S3, lambda_client: S3Client, access_point: AccessPoint) -> None:
    seen = []

    def function(event: dict[str, Any]) -> None:
        headers = event["userRequest"]["headers"]
        seen.append(("SuperSecretToken" in headers, headers["supersecrettoken"], headers.get("SUPERSECRETTOKEN")))
        write(lambda_client, event)

    above = mock.add_object_lambda("above", access_point, function)
    lambda_client.meta.events.register("before-call.s3.GetObject", lambda params, **_: params["headers"].update(secret))
    secret = {"SuperSecretToken": "x"}
    lambda_client.get_object(Bucket=above.arn, Key="a-key")
    assert seen == [(True, "x", "x")]


def test_a_function_behind_a_server_finds_the_object_at_that_server(mock: S3, access_point: AccessPoint) -> None:
    with S3MockServer(cloud=mock.cloud) as server:
        local = mock.client(region_name="us-east-1", endpoint_url=server.endpoint_url, config=ONCE)

        def function(event: dict[str, Any]) -> None:
            with urllib.request.urlopen(event["getObjectContext"]["inputS3Url"]) as response:
                write(local, event, Body=response.read()[::-1])

        above = mock.add_object_lambda("above", access_point, function)
        url = local.generate_presigned_url("get_object", Params={"Bucket": above.alias, "Key": "a/ü key"})
        with urllib.request.urlopen(url) as reply:
            assert reply.read() == b"setyb"
