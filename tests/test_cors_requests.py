"""Cross-origin resource sharing: the headers of responses to requests with an Origin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.support.cors import PAGE, VARY, cors_headers, cors_headers_of, put, rule, send_origin
from tests.support.raw_requests import ask
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3


def test_every_response_to_a_matching_origin_has_cors_headers(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")
    put(s3, bucket, rule(AllowedMethods=["GET", "PUT"], AllowedOrigins=[PAGE], ExposeHeaders=["ETag"], MaxAgeSeconds=9))
    expected = {
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "GET, PUT",
        "access-control-expose-headers": "ETag",
        "access-control-max-age": "9",
        "access-control-allow-credentials": "true",
        "vary": VARY,
    }
    send_origin(s3, PAGE)
    assert cors_headers_of(s3.get_object(Bucket=bucket, Key="a-key")) == expected
    assert cors_headers_of(s3.put_object(Bucket=bucket, Key="a-key", Body=b"others")) == expected
    assert cors_headers_of(s3.list_objects_v2(Bucket=bucket)) == expected
    assert cors_headers_of(s3.head_object(Bucket=bucket, Key="a-key")) == {}  # HEAD has to be allowed itself
    assert cors_headers_of(s3.delete_object(Bucket=bucket, Key="a-key")) == {}


def test_errors_and_not_modified_have_cors_headers(s3: S3Client, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")["ETag"]
    put(s3, bucket, rule())
    send_origin(s3, PAGE)
    with refused("NoSuchKey", 404) as refusal:
        s3.get_object(Bucket=bucket, Key="missing")
    assert cors_headers(refusal.headers)["access-control-allow-origin"] == "*"
    with refused("InvalidArgument", 400) as refusal:
        s3.list_objects_v2(Bucket=bucket, ContinuationToken="none")
    assert cors_headers(refusal.headers)["access-control-allow-origin"] == "*"
    with pytest.raises(ClientError, match="304") as unmodified:
        s3.get_object(Bucket=bucket, Key="a-key", IfNoneMatch=etag)
    assert cors_headers_of(unmodified.value.response)["access-control-allow-origin"] == "*"
    with refused("NoSuchBucket", 404) as refusal:
        s3.get_object(Bucket="no-such-bucket", Key="a-key")
    assert cors_headers(refusal.headers) == {}


def test_an_origin_without_a_matching_rule_gets_a_plain_response(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")
    send_origin(s3, PAGE)
    assert cors_headers_of(s3.get_object(Bucket=bucket, Key="a-key")) == {}
    put(s3, bucket, rule(AllowedOrigins=["https://other.example.com"]))
    response = s3.get_object(Bucket=bucket, Key="a-key")
    assert cors_headers_of(response) == {}
    assert response["Body"].read() == b"bytes"


def test_a_request_without_an_origin_gets_no_cors_headers(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, rule())
    assert cors_headers_of(s3.list_objects_v2(Bucket=bucket)) == {}


def test_the_method_that_a_preflight_would_name_replaces_the_requests(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, rule(AllowedOrigins=[PAGE]))
    send_origin(s3, PAGE, Access_Control_Request_Method="GET")
    assert cors_headers_of(s3.put_object(Bucket=bucket, Key="a-key"))["access-control-allow-methods"] == "GET"


def test_the_headers_that_a_preflight_would_name_have_to_be_allowed(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")
    put(s3, bucket, rule(AllowedOrigins=[PAGE], AllowedHeaders=["x-app-*"], ExposeHeaders=["ETag"]))
    expected = {
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "GET",
        "access-control-allow-headers": "x-app-trace, x-app-user",
        "access-control-expose-headers": "ETag",
        "access-control-allow-credentials": "true",
        "vary": VARY,
    }
    send_origin(s3, PAGE, Access_Control_Request_Headers="X-App-Trace,x-app-user")
    assert cors_headers_of(s3.get_object(Bucket=bucket, Key="a-key")) == expected
    with refused("NoSuchKey", 404) as refusal:
        s3.get_object(Bucket=bucket, Key="missing")
    assert cors_headers(refusal.headers) == expected
    send_origin(s3, PAGE, Access_Control_Request_Headers="x-app-trace, x-other")
    response = s3.get_object(Bucket=bucket, Key="a-key")
    assert cors_headers_of(response) == {}
    assert response["Body"].read() == b"bytes"


def test_the_rules_before_the_request_apply(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, rule(AllowedMethods=["PUT", "DELETE"]))
    send_origin(s3, PAGE)
    configuration = {"CORSRules": [rule(AllowedMethods=["DELETE"])]}
    assert cors_headers_of(s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=configuration))  # type: ignore[arg-type]
    deleted = cors_headers_of(s3.delete_bucket(Bucket=bucket))
    assert deleted["access-control-allow-methods"] == "DELETE"


def test_a_path_that_is_not_utf_8_is_also_refused_with_an_origin(mock: S3) -> None:
    response = ask(mock.cloud, "GET", "/a-bucket/%ff", origin=PAGE)
    assert (response.status, cors_headers(response.headers)) == (400, {})
    assert re.search(b"<Code>InvalidURI</Code>", response.body)  # type: ignore[arg-type]
