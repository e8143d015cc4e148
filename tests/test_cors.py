"""Cross-origin resource sharing: the rules of a bucket, and a browser's preflights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cors import PAGE, VARY, cors_headers, put, rule
from tests.support.raw_requests import ask, error_fields
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
NOT_ALLOWED = (
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
    "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
)
NOT_ENABLED = "CORSResponse: CORS is not enabled for this bucket."


def preflight(mock: S3, path: str = "/a-bucket/a-key", **headers: str) -> tuple[int, dict[str, str]]:
    """Send a preflight; return its status with its CORS headers or the elements of its error."""
    response = ask(mock.cloud, "OPTIONS", path, b"", **headers)
    if response.status == 200:
        assert response.body == b""
        assert response.headers["Content-Length"] == "0"
        return 200, cors_headers(response.headers)
    assert cors_headers(response.headers) == {}
    return response.status, {name: text or "" for name, text in error_fields(response).items()}


def forbidden(message: str, method: str = "GET", resource: str = "OBJECT") -> tuple[int, dict[str, str]]:
    """The status and the error of a refused preflight."""
    return 403, {"Code": "AccessForbidden", "Message": message, "Method": method, "ResourceType": resource}


# The configuration


def test_a_bucket_has_no_rules_before_they_are_put_and_after_they_are_deleted(s3: S3Client, bucket: str) -> None:
    missing = {"Message": "The CORS configuration does not exist", "BucketName": bucket}
    with refused("NoSuchCORSConfiguration", 404, **missing):
        s3.get_bucket_cors(Bucket=bucket)
    put(s3, bucket, rule())
    assert s3.delete_bucket_cors(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused("NoSuchCORSConfiguration", 404, **missing):
        s3.get_bucket_cors(Bucket=bucket)
    assert s3.delete_bucket_cors(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_rules_are_returned_as_put_in_order_and_replaced_as_a_whole(s3: S3Client, bucket: str) -> None:
    rules = [
        {
            "ID": "uploads",
            "AllowedHeaders": ["x-amz-*", "Content-Type"],
            "AllowedMethods": ["PUT", "POST", "DELETE"],
            "AllowedOrigins": ["https://*.example.com", "http://localhost:3000"],
            "ExposeHeaders": ["ETag", "x-amz-version-id"],
            "MaxAgeSeconds": 0,
        },
        rule(AllowedMethods=["GET", "HEAD"]),
    ]
    put(s3, bucket, *rules)
    assert without_metadata(s3.get_bucket_cors(Bucket=bucket)) == {"CORSRules": rules}
    put(s3, bucket, rule(AllowedOrigins=[""]))
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [rule(AllowedOrigins=[""])]


def test_an_empty_id_is_left_out(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, rule(ID=""))
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [rule()]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"AllowedMethods": ["GET", "PATCH"]},
            "Found unsupported HTTP method in CORS config. Unsupported method is PATCH",
        ),
        ({"AllowedMethods": ["get"]}, "Found unsupported HTTP method in CORS config. Unsupported method is get"),
        (
            {"AllowedMethods": ["OPTIONS"]},
            "Found unsupported HTTP method in CORS config. Unsupported method is OPTIONS",
        ),
        ({"AllowedMethods": [""]}, "Found unsupported HTTP method in CORS config. Unsupported method is "),
        (
            {"AllowedOrigins": ["*example*.com"]},
            'AllowedOrigin "*example*.com" can not have more than one wildcard.',
        ),
        ({"AllowedHeaders": ["x-*-*"]}, 'AllowedHeader "x-*-*" can not have more than one wildcard.'),
        (
            {"ExposeHeaders": ["*"]},
            'ExposeHeader "*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
        ),
        (
            {"ExposeHeaders": ["x-amz-*"]},
            'ExposeHeader "x-amz-*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
        ),
        ({"ExposeHeaders": ["a b"]}, 'AllowedHeader "a b" contains invalid character.'),
        ({"ID": "i" * 256}, "ID length should not exceed allowed limit of 255"),
    ],
)
def test_an_invalid_rule_is_refused_and_the_old_ones_stay(
    s3: S3Client, bucket: str, wrong: dict[str, Any], message: str
) -> None:
    put(s3, bucket, rule(ID="i" * 255))
    with refused("InvalidRequest", 400, Message=message):
        put(s3, bucket, rule(), rule(**wrong))
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [rule(ID="i" * 255)]


@pytest.mark.parametrize(
    "wrong",
    [{"AllowedMethods": []}, {"AllowedOrigins": []}, {"MaxAgeSeconds": -1}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_rule_without_methods_or_origins_or_with_a_negative_age_is_malformed(
    s3: S3Client, bucket: str, wrong: dict[str, Any]
) -> None:
    with refused("MalformedXML", 400, Message=MALFORMED):
        put(s3, bucket, rule(**wrong))
    with refused("NoSuchCORSConfiguration", 404):
        s3.get_bucket_cors(Bucket=bucket)


def test_a_bucket_has_one_to_a_hundred_rules(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, *[rule()] * 100)
    message = "The number of CORS rules should not exceed allowed limit of 100 rules."
    with refused("InvalidRequest", 400, Message=message):
        put(s3, bucket, *[rule()] * 101)
    with refused("MalformedXML", 400, Message=MALFORMED):
        put(s3, bucket)
    assert len(s3.get_bucket_cors(Bucket=bucket)["CORSRules"]) == 100


def test_the_document_has_at_most_64_kilobytes(s3: S3Client, bucket: str) -> None:
    sizes: list[int] = []
    s3.meta.events.register("before-send.s3", lambda request, **_: sizes.append(len(request.body or b"")))
    put(s3, bucket, rule())
    room = 64 * 1024 - sizes[0]
    largest = rule(AllowedOrigins=["*" + "o" * room])
    put(s3, bucket, largest)
    with refused("MalformedXML", 400, Message=MALFORMED):
        put(s3, bucket, rule(AllowedOrigins=["*" + "o" * (room + 1)]))
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [largest]


def test_the_size_of_the_document_ignores_x_amz_decoded_content_length(s3: S3Client, bucket: str) -> None:
    def claim(request: Any, **_others: Any) -> None:
        request.headers["x-amz-decoded-content-length"] = "nothing"

    s3.meta.events.register("before-sign.s3", claim)
    put(s3, bucket, rule())
    with refused("MalformedXML", 400, Message=MALFORMED):
        put(s3, bucket, rule(AllowedOrigins=["o" * 64 * 1024]))
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [rule()]


def test_a_directory_bucket_has_no_cors_rules(west: S3Client, directory: str) -> None:
    message = "CORSConfiguration is not valid, expected CreateBucketConfiguration"
    with refused("InvalidArgument", 400, Message=message):
        put(west, directory, rule())
    with refused("MethodNotAllowed", 405):
        west.get_bucket_cors(Bucket=directory)
    with refused("MethodNotAllowed", 405):
        west.delete_bucket_cors(Bucket=directory)


# Preflights


def test_a_preflight_without_an_origin_is_a_bad_request(mock: S3, bucket: str) -> None:
    expected = 400, {"Code": "BadRequest", "Message": "Insufficient information. Origin request header needed."}
    for path in (f"/{bucket}/a-key", f"/{bucket}", "/no-such-bucket", "/"):
        assert preflight(mock, path) == expected
        assert preflight(mock, path, access_control_request_method="GET") == expected


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/a-bucket", NOT_ENABLED),
        ("/a-bucket/a-key", NOT_ENABLED),
        ("/a-bucket/a-key?acl", NOT_ENABLED),
        ("/no-such-bucket", "CORSResponse: Bucket not found"),
        ("/no-such-bucket/a-key", "CORSResponse: Bucket not found"),
        ("/", "CORSResponse: Bucket not found"),
    ],
)
@pytest.mark.usefixtures("bucket")
def test_a_preflight_without_rules_is_forbidden_for_the_bucket(mock: S3, path: str, message: str) -> None:
    assert preflight(mock, path, origin=PAGE, access_control_request_method="PUT") == forbidden(
        message, "PUT", "BUCKET"
    )
    assert preflight(mock, path, origin=PAGE) == forbidden(message, "OPTIONS", "BUCKET")


def test_a_preflight_for_an_unknown_method_is_a_bad_request(s3: S3Client, mock: S3, bucket: str) -> None:
    put(s3, bucket, rule())
    for method in ("PATCH", "get", "OPTIONS"):
        status, error = preflight(mock, origin=PAGE, access_control_request_method=method)
        assert (status, error["Message"]) == (400, f"Invalid Access-Control-Request-Method: {method}")
    assert preflight(mock, origin=PAGE) == (
        400,
        {"Code": "BadRequest", "Message": "Invalid Access-Control-Request-Method: null"},
    )


def test_a_preflight_allowed_by_a_wildcard_rule_allows_no_credentials(s3: S3Client, mock: S3, bucket: str) -> None:
    put(s3, bucket, rule(AllowedMethods=["GET", "HEAD"]))
    for path in ("/a-bucket", "/a-bucket/a-key", "/a-bucket?acl"):  # whether the key exists or not
        assert preflight(mock, path, origin=PAGE, access_control_request_method="GET") == (
            200,
            {"access-control-allow-origin": "*", "access-control-allow-methods": "GET, HEAD", "vary": VARY},
        )


def test_a_preflight_from_a_named_origin_gets_the_whole_rule(s3: S3Client, mock: S3, bucket: str) -> None:
    configured = rule(
        AllowedOrigins=["https://other.example.com", "https://*.example.com"],
        AllowedHeaders=["*"],
        ExposeHeaders=["ETag", "x-amz-version-id"],
        MaxAgeSeconds=3000,
    )
    put(s3, bucket, configured)
    headers = {"access_control_request_method": "GET", "access_control_request_headers": "X-Amz-Date,  content-type,"}
    assert preflight(mock, origin=PAGE, **headers) == (
        200,
        {
            "access-control-allow-origin": PAGE,
            "access-control-allow-methods": "GET",
            "access-control-allow-headers": "x-amz-date, content-type",
            "access-control-expose-headers": "ETag, x-amz-version-id",
            "access-control-max-age": "3000",
            "access-control-allow-credentials": "true",
            "vary": VARY,
        },
    )


@pytest.mark.parametrize(
    ("pattern", "origin", "allowed"),
    [
        ("*", "https://any.example", True),
        ("*suffix", "foo.suffix", True),
        ("*suffix", "foo.suffix.get", False),
        ("start*end", "startend", True),
        ("start*end", "start12end", True),
        ("start*end", "0start12end", False),
        ("ab*ba", "aba", False),
        ("prefix*", "prefix", True),
        ("prefix*", "bla.prefix", False),
        ("https://a.example", "http://a.example", False),
        ("https://a.example", "https://a.example:8080", False),
        ("https://a.example", "https://A.example", False),
        ("https://a.example", "https://a.example", True),
    ],
)
def test_an_origin_matches_as_a_whole_with_one_wildcard(
    s3: S3Client, mock: S3, bucket: str, pattern: str, origin: str, allowed: bool
) -> None:
    put(s3, bucket, rule(AllowedOrigins=["https://never.example", pattern]))
    status, result = preflight(mock, origin=origin, access_control_request_method="GET")
    if allowed:
        assert (status, result["access-control-allow-origin"]) == (200, "*" if pattern == "*" else origin)
    else:
        assert (status, result) == forbidden(NOT_ALLOWED)


@pytest.mark.parametrize(
    ("patterns", "requested", "allowed"),
    [
        ([], "", True),
        ([], "content-type", False),
        (["Content-Type"], "content-TYPE", True),
        (["content-type"], "content-type, x-amz-date", False),
        (["x-amz-*", "content-type"], "content-type, X-Amz-Date", True),
        (["x-*-date"], "x-amz-date", True),
        (["x-*-date"], "x-date", False),
    ],
)
def test_every_header_in_a_preflight_must_be_allowed(
    s3: S3Client, mock: S3, bucket: str, patterns: list[str], requested: str, allowed: bool
) -> None:
    put(s3, bucket, rule(AllowedHeaders=patterns))
    headers = {"access_control_request_method": "GET", "access_control_request_headers": requested}
    status, result = preflight(mock, origin=PAGE, **headers)
    if allowed:
        assert (status, result.get("access-control-allow-headers")) == (200, requested.lower() or None)
    else:
        assert (status, result) == forbidden(NOT_ALLOWED)


def test_the_first_rule_that_allows_the_request_applies(s3: S3Client, mock: S3, bucket: str) -> None:
    put(
        s3,
        bucket,
        rule(AllowedOrigins=[PAGE], AllowedHeaders=["a"], MaxAgeSeconds=1),
        rule(AllowedOrigins=[PAGE], AllowedMethods=["PUT"], AllowedHeaders=["*"], MaxAgeSeconds=2),
        rule(AllowedHeaders=["b"], MaxAgeSeconds=3),
        rule(AllowedHeaders=["*"], MaxAgeSeconds=4),
    )
    ages = []
    for method, header in (("GET", "a"), ("PUT", "a"), ("GET", "b"), ("GET", "c")):
        headers = {"access_control_request_method": method, "access_control_request_headers": header}
        ages.append(preflight(mock, origin=PAGE, **headers)[1]["access-control-max-age"])
    assert ages == ["1", "2", "3", "4"]


def test_a_preflight_for_an_access_point_uses_the_rules_of_its_bucket(s3: S3Client, mock: S3, bucket: str) -> None:
    point = mock.add_access_point("a-point", bucket)
    put(s3, bucket, rule())
    assert preflight(mock, f"/{point.alias}/a-key", origin=PAGE, access_control_request_method="GET")[0] == 200
    assert preflight(mock, f"/x{point.alias}", origin=PAGE, access_control_request_method="GET") == forbidden(
        "CORSResponse: Bucket not found", resource="BUCKET"
    )
