"""Hosts and paths of S3, as its endpoints are documented and as clients send them."""

from __future__ import annotations

import pytest

from s3mock.errors import S3Error
from s3mock.http import Target
from s3mock.wire import hosts

VIRTUAL = [
    ("bucket.s3.amazonaws.com", Target(style="virtual", bucket="bucket")),
    ("my.dotted.bucket.s3.amazonaws.com", Target(style="virtual", bucket="my.dotted.bucket")),
    ("bucket.s3.us-west-2.amazonaws.com", Target(style="virtual", bucket="bucket", region="us-west-2")),
    ("my.dotted.bucket.s3.eu-west-1.amazonaws.com", Target("virtual", bucket="my.dotted.bucket", region="eu-west-1")),
    ("bucket.s3-us-west-2.amazonaws.com", Target(style="virtual", bucket="bucket", region="us-west-2")),
    ("bucket.s3-external-1.amazonaws.com", Target(style="virtual", bucket="bucket")),
    (
        "bucket.s3.dualstack.eu-central-1.amazonaws.com",
        Target(style="virtual", bucket="bucket", region="eu-central-1", dualstack=True),
    ),
    ("bucket.s3-fips.us-east-2.amazonaws.com", Target(style="virtual", bucket="bucket", region="us-east-2", fips=True)),
    (
        "bucket.s3-fips.dualstack.us-east-2.amazonaws.com",
        Target(style="virtual", bucket="bucket", region="us-east-2", fips=True, dualstack=True),
    ),
    ("bucket.s3-accelerate.amazonaws.com", Target(style="virtual", bucket="bucket", accelerate=True)),
    (
        "my.bucket.s3-accelerate.dualstack.amazonaws.com",
        Target(style="virtual", bucket="my.bucket", accelerate=True, dualstack=True),
    ),
    (
        "bucket.s3-website-us-east-1.amazonaws.com",
        Target(style="virtual", endpoint="website", bucket="bucket", region="us-east-1"),
    ),
    (
        "www.example.com.s3-website.eu-central-1.amazonaws.com",
        Target(style="virtual", endpoint="website", bucket="www.example.com", region="eu-central-1"),
    ),
    (
        "data--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
        Target("virtual", "s3express", bucket="data--use1-az4--x-s3", region="us-east-1", zone="use1-az4"),
    ),
    (
        "data--use1-az4--x-s3.s3express-fips-use1-az4.dualstack.us-east-1.amazonaws.com",
        Target(
            style="virtual",
            endpoint="s3express",
            bucket="data--use1-az4--x-s3",
            region="us-east-1",
            fips=True,
            dualstack=True,
            zone="use1-az4",
        ),
    ),
    (
        "bucket.s3.cn-north-1.amazonaws.com.cn",
        Target(style="virtual", bucket="bucket", region="cn-north-1", partition="aws-cn"),
    ),
    (
        "bucket.s3.us-gov-west-1.amazonaws.com",
        Target(style="virtual", bucket="bucket", region="us-gov-west-1", partition="aws-us-gov"),
    ),
    (
        "bucket.s3-fips-us-gov-west-1.amazonaws.com",
        Target(style="virtual", bucket="bucket", region="us-gov-west-1", partition="aws-us-gov", fips=True),
    ),
    (
        "bucket.s3.eusc-de-east-1.amazonaws.eu",
        Target(style="virtual", bucket="bucket", region="eusc-de-east-1", partition="aws-eusc"),
    ),
    (
        "bucket.s3.us-iso-east-1.c2s.ic.gov",
        Target(style="virtual", bucket="bucket", region="us-iso-east-1", partition="aws-iso"),
    ),
    (
        "bucket.s3.us-isob-east-1.sc2s.sgov.gov",
        Target(style="virtual", bucket="bucket", region="us-isob-east-1", partition="aws-iso-b"),
    ),
    (
        "bucket.s3.eu-isoe-west-1.cloud.adc-e.uk",
        Target(style="virtual", bucket="bucket", region="eu-isoe-west-1", partition="aws-iso-e"),
    ),
    (
        "bucket.s3.us-isof-south-1.csp.hci.ic.gov",
        Target(style="virtual", bucket="bucket", region="us-isof-south-1", partition="aws-iso-f"),
    ),
    (
        "bucket.bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com",
        Target(style="virtual", bucket="bucket", region="us-east-1"),
    ),
    (
        "my-point-o01ac5d28a6--op-s3.op-01ac5d28a6a232904.s3-outposts.us-west-2.amazonaws.com",
        Target(style="virtual", endpoint="outposts", bucket="my-point-o01ac5d28a6--op-s3", region="us-west-2"),
    ),
    ("bucket.localhost", Target(style="virtual", bucket="bucket")),
    ("my.bucket.localhost:5000", Target(style="virtual", bucket="my.bucket")),
    ("bucket.s3.localhost:5000", Target(style="virtual", bucket="bucket")),
    ("bucket.s3.us-west-2.localhost:5000", Target(style="virtual", bucket="bucket", region="us-west-2")),
    ("bucket.s3-website.localhost:5000", Target(style="virtual", endpoint="website", bucket="bucket")),
]

PATH = [
    ("s3.amazonaws.com", Target()),
    ("s3.us-west-2.amazonaws.com", Target(region="us-west-2")),
    ("s3-us-west-2.amazonaws.com", Target(region="us-west-2")),
    ("s3-external-1.amazonaws.com", Target()),
    ("s3.dualstack.us-west-2.amazonaws.com", Target(region="us-west-2", dualstack=True)),
    ("s3-fips.us-gov-east-1.amazonaws.com", Target(region="us-gov-east-1", partition="aws-us-gov", fips=True)),
    ("s3-accelerate.amazonaws.com", Target(accelerate=True)),
    ("s3.cn-northwest-1.amazonaws.com.cn", Target(region="cn-northwest-1", partition="aws-cn")),
    ("s3express-control.us-east-1.amazonaws.com", Target(endpoint="s3express-control", region="us-east-1")),
    (
        "s3express-control-fips.dualstack.us-east-1.amazonaws.com",
        Target(endpoint="s3express-control", region="us-east-1", fips=True, dualstack=True),
    ),
    ("s3-object-lambda.us-east-1.amazonaws.com", Target(endpoint="object-lambda", region="us-east-1")),
    ("io-a1b2c3.s3-object-lambda.us-east-1.amazonaws.com", Target(endpoint="object-lambda", region="us-east-1")),
    ("bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com", Target(region="us-east-1")),
    ("s3.a-region-of-a-test.amazonaws.com", Target(region="a-region-of-a-test")),
    ("localhost", Target()),
    ("localhost:5000", Target()),
    ("s3.localhost:5000", Target()),
    ("127.0.0.1", Target()),
    ("127.0.0.1:5000", Target()),
    ("[::1]", Target()),
    ("[::1]:5000", Target()),
    ("minio:9000", Target()),
    ("storage.example.com", Target()),
    ("ec2.us-east-1.amazonaws.com", Target()),
    ("", Target()),
]

ACCESS_POINTS = [
    (
        "my-point-123456789012.s3-accesspoint.us-west-2.amazonaws.com",
        Target("virtual", "accesspoint", "arn:aws:s3:us-west-2:123456789012:accesspoint/my-point", region="us-west-2"),
    ),
    (
        "my-point-123456789012.s3-accesspoint-fips.dualstack.us-gov-west-1.amazonaws.com",
        Target(
            "virtual",
            "accesspoint",
            "arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint/my-point",
            region="us-gov-west-1",
            partition="aws-us-gov",
            fips=True,
            dualstack=True,
        ),
    ),
    (
        "my-point-123456789012.s3-object-lambda.eu-west-1.amazonaws.com",
        Target(
            "virtual",
            "object-lambda",
            "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/my-point",
            region="eu-west-1",
        ),
    ),
    (
        "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com",
        Target("virtual", "mrap", "arn:aws:s3:::accesspoint/mfzwi23gnjvgw.mrap"),
    ),
    (
        "my-point-123456789012.op-01ac5d28a6a232904.s3-outposts.us-west-2.amazonaws.com",
        Target(
            "virtual",
            "outposts",
            "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/accesspoint/my-point",
            region="us-west-2",
        ),
    ),
]

KEYS = [
    ("key", "key"),
    ("folder/key", "folder/key"),
    ("folder/", "folder/"),
    ("/key", "/key"),
    ("//", "//"),
    ("a//b", "a//b"),
    (".", "."),
    ("..", ".."),
    ("a/../b", "a/../b"),
    ("./a", "./a"),
    ("a%2Fb", "a/b"),
    ("a%2fb", "a/b"),
    ("%2F", "/"),
    ("a+b", "a+b"),
    ("a%2Bb", "a+b"),
    ("a%20b", "a b"),
    ("%20a%20", " a "),
    ("a%25b", "a%b"),
    ("a%252Fb", "a%2Fb"),
    ("a%3Fb%23c", "a?b#c"),
    ("%E2%82%AC", "€"),
    ("%F0%9F%A6%86.txt", "🦆.txt"),
    ("a%0Ab", "a\nb"),
    ("a%00b", "a\x00b"),
    ("a;b=c&d", "a;b=c&d"),
]


def parse(host: str, path: str) -> Target:
    """The target without its domain, which has its own test."""
    return hosts.parse(host, path)._replace(domain=None)


@pytest.mark.parametrize(("host", "expected"), VIRTUAL + ACCESS_POINTS)
def test_a_host_can_name_the_bucket(host: str, expected: Target) -> None:
    assert parse(host, "/") == expected
    assert parse(host, "/folder/key") == expected._replace(key="folder/key")


@pytest.mark.parametrize(("host", "expected"), PATH)
def test_the_path_names_the_bucket_if_the_host_does_not(host: str, expected: Target) -> None:
    assert parse(host, "/") == expected
    assert parse(host, "") == expected
    assert parse(host, "/bucket") == expected._replace(bucket="bucket")
    assert parse(host, "/bucket/") == expected._replace(bucket="bucket")
    assert parse(host, "/bucket/folder/key") == expected._replace(bucket="bucket", key="folder/key")


@pytest.mark.parametrize(
    "name", ["a.s3-us-west-2", "a.s3.us-west-2", "a.s3", "s3.amazonaws.com", "a.s3-website-eu-west-1"]
)
def test_a_bucket_can_have_the_name_of_an_endpoint(name: str) -> None:
    assert hosts.parse(f"{name}.s3.eu-west-1.amazonaws.com", "/").bucket == name
    assert hosts.parse(f"{name}.s3.amazonaws.com", "/").bucket == name


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("s3.amazonaws.com", "amazonaws.com"),
        ("a.s3.us-west-2.amazonaws.com:443", "amazonaws.com"),
        ("s3.a-region-of-a-test.amazonaws.com", "amazonaws.com"),
        ("s3.cn-north-1.amazonaws.com.cn", "amazonaws.com.cn"),
        ("ec2.us-east-1.amazonaws.com", None),
        ("s3.us-west-2.localhost:5000", None),
        ("a.localhost", None),
        ("localhost", None),
        ("storage.example.com", None),
    ],
)
def test_an_aws_endpoint_has_a_domain(host: str, domain: str | None) -> None:
    assert hosts.parse(host, "/").domain == domain
    assert hosts.parse(host, "/a/b", ("other.example.com",)).domain == domain


def test_a_custom_endpoint_has_no_aws_domain() -> None:
    assert hosts.parse("s3.us-west-2.amazonaws.com", "/", ("s3.us-west-2.amazonaws.com",)).domain is None


def test_a_host_is_case_insensitive() -> None:
    assert parse("Bucket.S3.US-West-2.AmazonAWS.com", "/") == Target("virtual", bucket="bucket", region="us-west-2")


def test_a_port_and_a_final_dot_are_ignored() -> None:
    expected = Target(style="virtual", bucket="bucket", region="us-west-2")
    assert parse("bucket.s3.us-west-2.amazonaws.com:443", "/") == expected
    assert parse("bucket.s3.us-west-2.amazonaws.com.", "/") == expected


@pytest.mark.parametrize(("encoded", "key"), KEYS)
def test_a_key_is_kept_byte_for_byte(encoded: str, key: str) -> None:
    assert hosts.parse("localhost", f"/bucket/{encoded}") == Target(bucket="bucket", key=key)
    assert hosts.parse("bucket.localhost", f"/{encoded}") == Target("virtual", bucket="bucket", key=key)


def test_an_encoded_slash_in_the_bucket_name_does_not_start_the_key() -> None:
    assert hosts.parse("localhost", "/a%2Fb/c") == Target(bucket="a/b", key="c")


def test_the_bucket_name_in_the_path_is_decoded() -> None:
    assert hosts.parse("localhost", "/my%20bucket/") == Target(bucket="my bucket")


def test_a_path_with_a_key_but_no_bucket_has_an_empty_bucket_name() -> None:
    assert hosts.parse("localhost", "//key") == Target(bucket="", key="key")


@pytest.mark.parametrize("path", ["/bucket/%FF", "/bucket/a%C3", "/%FF/key"])
def test_a_path_that_is_not_utf_8_is_an_invalid_uri(path: str) -> None:
    with pytest.raises(S3Error) as caught:
        hosts.parse("localhost", path)
    assert (caught.value.code, caught.value.status, caught.value.fields) == ("InvalidURI", 400, {"URI": path})


@pytest.mark.parametrize(
    ("endpoint", "host", "bucket"),
    [
        ("s3.example.com", "s3.example.com", None),
        ("s3.example.com", "bucket.s3.example.com", "bucket"),
        ("s3.example.com", "my.bucket.s3.example.com", "my.bucket"),
        ("s3.example.com", "bucket.s3.example.com:9000", "bucket"),
        ("s3.example.com:9000", "bucket.s3.example.com:9000", "bucket"),
        ("s3.example.com:9000", "bucket.s3.example.com:9001", None),
        ("http://S3.example.com:9000/", "bucket.s3.example.com:9000", "bucket"),
        ("127.0.0.1:5000", "bucket.127.0.0.1:5000", "bucket"),
        ("s3.example.com", "bucketXs3.example.com", None),
    ],
)
def test_a_subdomain_of_a_custom_endpoint_is_a_bucket(endpoint: str, host: str, bucket: str | None) -> None:
    assert hosts.parse(host, "/", ("other.example.com", endpoint)).bucket == bucket
    assert hosts.parse(host, "/x/y", (endpoint,)).key == ("x/y" if bucket else "y")
