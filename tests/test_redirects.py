"""Requests to the wrong region: redirects, signatures for another region, and how botocore follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from s3mock.http import Request, Response
from s3mock.settings import Settings
from s3mock.transports import adapter
from tests.support.raw_requests import ask
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

PERMANENT = (
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future "
    "requests to this endpoint."
)
PATH_STYLE = Config(s3={"addressing_style": "path"})
SIGNATURE = "SignedHeaders=host, Signature=0"


def client(region: str, config: Config | None = None, **options: Any) -> S3Client:
    s3: S3Client = boto3.client("s3", region_name=region, config=config, **options)
    return s3


def strict(region: str, config: Config | None = None, **options: Any) -> S3Client:
    """A client that does not follow redirects."""
    s3 = client(region, config, **options)

    def stay(request_dict: dict[str, Any], **_: Any) -> None:
        request_dict["context"]["s3_redirect"]["redirected"] = True

    s3.meta.events.register_first("needs-retry.s3", stay)
    return s3


def create(*regions: str) -> None:
    """Create a bucket in each region, named after the region."""
    for region in regions:
        configuration: Any = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        client(region).create_bucket(Bucket=region, **({} if region == "us-east-1" else configuration))


@pytest.fixture(autouse=True)
def buckets() -> Iterator[None]:
    """A bucket in each of a few regions; me-south-1 was opened after March 2019."""
    with mock_s3():
        create("us-east-1", "us-west-2", "eu-central-1", "me-south-1")
        yield


@pytest.fixture
def cloud(buckets: None) -> Cloud:
    del buckets
    return Cloud(Settings())


def send(cloud: Cloud, method: str, url: str, signed_for: str | None = None) -> Response:
    """The response to a raw request."""
    host, _, rest = url.partition("/")
    path, _, query = rest.partition("?")
    headers = {}
    if signed_for is not None:
        headers["authorization"] = f"AWS4-HMAC-SHA256 Credential=key/20261126/{signed_for}/s3/aws4_request, {SIGNATURE}"
    return adapter.answer(cloud, Request(method, "https", host, f"/{path}", query, headers))


# To the endpoint of another region


@pytest.mark.parametrize("config", [None, PATH_STYLE], ids=["in the host", "in the path"])
@pytest.mark.parametrize(
    ("region", "bucket", "endpoint"),
    [
        ("us-west-2", "eu-central-1", "eu-central-1.s3.eu-central-1.amazonaws.com"),
        ("eu-central-1", "us-west-2", "us-west-2.s3-us-west-2.amazonaws.com"),
        ("eu-central-1", "us-east-1", "s3.amazonaws.com"),
    ],
)
def test_the_endpoint_of_another_region_redirects(
    region: str, bucket: str, endpoint: str, config: Config | None
) -> None:
    """https://github.com/yanganto/s3rs/issues/18."""
    with refused("PermanentRedirect", 301, Message=PERMANENT, Endpoint=endpoint, Bucket=bucket) as refusal:
        strict(region, config).list_objects_v2(Bucket=bucket)
    assert refusal.headers["x-amz-bucket-region"] == bucket
    assert "location" not in refusal.headers


def test_a_redirected_request_changes_nothing() -> None:
    s3 = strict("us-west-2")
    calls: list[Any] = [
        lambda: s3.put_object(Bucket="eu-central-1", Key="a-key", Body=b"not the body of an object there"),
        lambda: s3.put_bucket_versioning(Bucket="eu-central-1", VersioningConfiguration={"Status": "Enabled"}),
        lambda: s3.delete_bucket(Bucket="eu-central-1"),
    ]
    for call in calls:
        with refused("PermanentRedirect", 301):
            call()
    home = client("eu-central-1")
    assert home.list_objects_v2(Bucket="eu-central-1")["KeyCount"] == 0
    assert "Status" not in home.get_bucket_versioning(Bucket="eu-central-1")


def test_a_redirected_head_has_the_region_and_no_body() -> None:
    s3 = strict("us-west-2")
    calls: list[Any] = [
        lambda: s3.head_bucket(Bucket="eu-central-1"),
        lambda: s3.head_object(Bucket="eu-central-1", Key="a-key"),
    ]
    for call in calls:
        with refused("301", 301, Message="Moved Permanently") as refusal:
            call()
        assert refusal.headers["x-amz-bucket-region"] == "eu-central-1"


def test_a_redirect_comes_before_the_owner_and_the_document() -> None:
    s3 = strict("us-west-2")
    with refused("PermanentRedirect"):
        s3.list_objects_v2(Bucket="eu-central-1", ExpectedBucketOwner="000000000000")
    with refused("PermanentRedirect"):
        s3.put_bucket_tagging(Bucket="eu-central-1", Tagging={"TagSet": [{"Key": "aws:no", "Value": "v"}]})


def test_a_missing_bucket_is_not_redirected() -> None:
    with refused("NoSuchBucket", 404, BucketName="nowhere"):
        client("us-west-2").list_objects_v2(Bucket="nowhere")


def test_get_bucket_location_works_in_every_region() -> None:
    for region in ("us-west-2", "me-south-1", "us-east-1"):
        reply = strict(region).get_bucket_location(Bucket="eu-central-1")
        assert reply["LocationConstraint"] == "eu-central-1"


@pytest.mark.parametrize(
    ("region", "bucket", "named"),
    [
        ("us-west-2", "me-south-1", "me-south-1"),
        ("us-east-1", "me-south-1", "me-south-1"),
        ("me-south-1", "us-west-2", "us-west-2"),
        ("me-south-1", "us-east-1", "unspecified"),
    ],
)
def test_regions_since_2019_refuse_instead_of_redirecting(region: str, bucket: str, named: str) -> None:
    """https://github.com/aws/aws-cli/pull/9113, https://github.com/cloud-custodian/cloud-custodian/issues/8005."""
    message = (
        f"The {named} location constraint is incompatible for the region specific endpoint this request was sent to."
    )
    with refused("IllegalLocationConstraintException", 400, Message=message) as refusal:
        strict(region).list_objects_v2(Bucket=bucket)
    assert refusal.headers["x-amz-bucket-region"] == bucket
    with refused("400", 400):
        strict(region).head_bucket(Bucket=bucket)


# To the global endpoint


def test_the_buckets_region_refuses_a_signature_for_another_one() -> None:
    """https://github.com/s3fs-fuse/s3fs-fuse/issues/227."""
    message = "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'us-west-2'"
    s3 = strict("us-east-1")
    with refused("AuthorizationHeaderMalformed", 400, Message=message, Region="us-west-2") as refusal:
        s3.get_object(Bucket="us-west-2", Key="a-key")
    assert refusal.headers["x-amz-bucket-region"] == "us-west-2"
    with refused("400", 400, Message="Bad Request") as refusal:
        s3.head_object(Bucket="us-west-2", Key="a-key")
    assert refusal.headers["x-amz-bucket-region"] == "us-west-2"


def test_the_global_endpoint_serves_any_region_that_is_signed_for(cloud: Cloud) -> None:
    ask(
        cloud,
        "PUT",
        "/a-bucket",
        b"<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint></CreateBucketConfiguration>",
    )
    assert send(cloud, "GET", "a-bucket.s3.amazonaws.com/", "us-west-2").status == 200
    assert send(cloud, "GET", "a-bucket.s3.amazonaws.com/").status == 403  # served, but unsigned
    bucket = cloud.find_bucket("a-bucket")
    assert bucket is not None
    bucket.configure(accelerate="Enabled")
    assert send(cloud, "GET", "a-bucket.s3-accelerate.amazonaws.com/", "us-west-2").status == 200
    assert send(cloud, "GET", "a-bucket.s3.amazonaws.com/", "us-east-1").status == 400


def test_a_bucket_in_the_path_is_requested_from_us_east_1() -> None:
    """https://github.com/minio/mc/issues/595."""
    with refused("PermanentRedirect", 301, Endpoint="us-west-2.s3-us-west-2.amazonaws.com", Bucket="us-west-2"):
        strict("us-east-1", PATH_STYLE).list_objects(Bucket="us-west-2")


def test_creating_another_accounts_bucket_elsewhere_is_bucket_already_exists() -> None:
    """https://github.com/deliciousbrains/wp-amazon-s3-and-cloudfront/issues/456."""
    with refused("AuthorizationHeaderMalformed", 400, Region="us-west-2"):
        strict("us-east-1", aws_access_key_id="210987654321", aws_secret_access_key="any").create_bucket(
            Bucket="us-west-2"
        )


# Signed for another region


def test_a_signature_is_only_valid_in_its_region() -> None:
    """https://github.com/aws/aws-cli/issues/2954, https://github.com/aws/aws-sdk-cpp/issues/1339."""
    message = "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'us-west-2'"
    s3 = strict("us-east-1", endpoint_url="https://s3.us-west-2.amazonaws.com")
    calls: list[Any] = [
        s3.list_buckets,
        lambda: s3.get_bucket_location(Bucket="us-west-2"),
        lambda: s3.list_objects_v2(Bucket="nowhere"),
        lambda: s3.create_bucket(Bucket="films"),
    ]
    for call in calls:
        with refused("AuthorizationHeaderMalformed", 400, Message=message, Region="us-west-2"):
            call()
    assert len(client("us-east-1").list_buckets()["Buckets"]) == 4


def test_the_global_endpoint_requires_a_signature_for_us_east_1() -> None:
    """CreateBucket, API page: "the signature calculations must use us-east-1 as the Region"."""
    s3 = strict("eu-central-1", endpoint_url="https://s3.amazonaws.com")
    for call in (s3.list_buckets, lambda: s3.create_bucket(Bucket="films")):
        with refused("AuthorizationHeaderMalformed", 400, Region="us-east-1"):
            call()


def test_a_presigned_url_is_only_valid_in_its_region(cloud: Cloud) -> None:
    """https://github.com/bigassforce/aws-sdk/issues/5."""
    ask(cloud, "PUT", "/a-bucket")
    signed = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=key%2F20261126%2Fca-central-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20261126T000000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
    )
    response = send(cloud, "GET", f"a-bucket.s3.amazonaws.com/a-key?{signed}")
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert (
        b"<Code>AuthorizationQueryParametersError</Code><Message>Error parsing the X-Amz-Credential parameter; the "
        b"region 'ca-central-1' is wrong; expecting 'us-east-1'</Message><Region>us-east-1</Region>"
    ) in response.body


@pytest.mark.parametrize(
    "url", ["https://s3.example.com", "http://localhost:9000", "http://s3.eu-west-1.localhost:4566"]
)
def test_other_endpoints_have_no_region(url: str) -> None:
    """Custom endpoints are not S3's: any signing region is accepted there."""
    for region in ("us-east-1", "eu-central-1", "any-region-1"):
        s3 = strict(region, endpoint_url=url)
        for bucket in ("us-east-1", "us-west-2", "me-south-1"):
            s3.put_object(Bucket=bucket, Key="a-key")
            assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


# botocore follows by itself


@pytest.mark.parametrize("bucket", ["us-east-1", "us-west-2", "me-south-1"])
@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-central-1", "me-south-1"])
def test_botocore_follows_to_the_buckets_region(region: str, bucket: str) -> None:
    calls: list[Any] = [
        lambda s3: s3.put_object(Bucket=bucket, Key="a-key", Body=b"the body"),
        lambda s3: s3.get_object(Bucket=bucket, Key="a-key")["Body"].read(),
        lambda s3: s3.head_object(Bucket=bucket, Key="a-key"),
        lambda s3: s3.head_bucket(Bucket=bucket),
        lambda s3: s3.list_objects_v2(Bucket=bucket)["Contents"],
        lambda s3: s3.delete_object(Bucket=bucket, Key="a-key"),
    ]
    responses = [call(client(region)) for call in calls]
    assert responses[1] == b"the body"
    assert responses[3]["BucketRegion"] == bucket
    assert [content["Key"] for content in responses[4]] == ["a-key"]


def test_botocore_remembers_where_a_bucket_is() -> None:
    s3 = client("us-east-1")
    urls: list[str] = []
    s3.meta.events.register("before-send.s3", lambda request, **_: urls.append(request.url))
    for _ in range(2):
        s3.list_objects_v2(Bucket="eu-central-1")
    assert [url.partition("?")[0] for url in urls] == [
        "https://eu-central-1.s3.amazonaws.com/",
        "https://eu-central-1.s3.eu-central-1.amazonaws.com/",
        "https://eu-central-1.s3.eu-central-1.amazonaws.com/",
    ]


def test_objects_are_copied_across_regions() -> None:
    client("us-west-2").put_object(Bucket="us-west-2", Key="a-key", Body=b"the body")
    client("eu-central-1").copy_object(
        Bucket="eu-central-1", Key="a-key", CopySource={"Bucket": "us-west-2", "Key": "a-key"}
    )
    reply = client("eu-central-1").get_object(Bucket="eu-central-1", Key="a-key")
    assert reply["Body"].read() == b"the body"
