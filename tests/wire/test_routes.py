"""botocore's requests match their operations; requests that match no operation get S3's errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from s3mock.errors import S3Error
from s3mock.http import Target, parse_query
from s3mock.wire import hosts, model, routes
from s3mock.wire.quirks import LATER_OF_BUCKETS, LATER_OF_KEYS
from tests.support.minimal_parameters import parameters_of
from tests.support.operations import IMPLEMENTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.awsrequest import AWSPreparedRequest

Style = Literal["path", "virtual"]

ROOT, BUCKET, KEY = Target(), Target(bucket="bucket"), Target(bucket="bucket", key="key")

ANNOTATIONS = pytest.mark.model("ListObjectAnnotations")

SERVED_BY_SUCCESSOR = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}
ENDPOINTS = [
    pytest.param("path", None, id="path"),
    pytest.param("virtual", None, id="virtual"),
    pytest.param("path", "http://127.0.0.1:5000", id="address"),
    pytest.param("path", "http://minio:9000", id="unknown-host"),
    pytest.param("virtual", "http://localhost:5000", id="localhost"),
]


class Caught(Exception):  # noqa: N818 - it carries a request out of botocore, and is not an error
    def __init__(self, request: AWSPreparedRequest) -> None:
        self.request = request


class Sender:
    """Clients that send nothing: ``request`` returns the request that one would have sent."""

    def __init__(self) -> None:
        self._clients: dict[tuple[Style, str | None], Any] = {}

    def request(self, operation: str, parameters: Mapping[str, Any], style: Style, endpoint: str | None) -> Sent:
        client = self._clients.get((style, endpoint)) or self._client(style, endpoint)
        with pytest.raises(Caught) as caught:
            client._make_api_call(operation, parameters)
        return Sent(caught.value.request)

    def _client(self, style: Style, endpoint: str | None) -> Any:
        client = boto3.client(
            "s3",
            region_name="us-west-2",
            endpoint_url=endpoint,
            aws_access_key_id="AKID",
            aws_secret_access_key="secret",
            config=Config(s3={"addressing_style": style}, retries={"max_attempts": 0}),
        )
        client.meta.events.register("before-send.s3", self._catch)
        self._clients[style, endpoint] = client
        return client

    def _catch(self, request: AWSPreparedRequest, **_: Any) -> None:
        raise Caught(request)


class Sent:
    def __init__(self, request: AWSPreparedRequest) -> None:
        url = urlsplit(request.url)
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else str(value)
            for name, value in dict[str, Any](request.headers).items()
        }
        self.query = parse_query(url.query)
        self.target = hosts.parse(url.netloc, url.path)
        self.operation = routes.match(request.method, self.target, self.query, headers)


@pytest.fixture(scope="module")
def sender() -> Sender:
    return Sender()


@pytest.mark.parametrize(("style", "endpoint"), ENDPOINTS)
@pytest.mark.parametrize("operation", IMPLEMENTED)
def test_botocores_request_for_every_operation_is_routed_to_it(
    operation: str, style: Style, endpoint: str | None, sender: Sender
) -> None:
    parameters = parameters_of(operation)
    sent = sender.request(operation, parameters, style, endpoint)
    assert sent.operation == SERVED_BY_SUCCESSOR.get(operation, operation)
    if operation != "WriteGetObjectResponse":
        assert sent.target.bucket == parameters.get("Bucket")
        assert sent.target.key == parameters.get("Key")


@pytest.mark.parametrize(("style", "endpoint"), ENDPOINTS)
@pytest.mark.parametrize(
    "key",
    [
        "a//b",
        "/a",
        "//",
        "a/",
        ".",
        "..",
        "a/../b",
        "./a",
        "a b",
        " ",
        "a+b",
        "a%2Fb",
        "%",
        "%zz",
        "é/€/🦆",
        "a?b#c&d=e",
        "\n",
        "\t\r",
        "~-_.!*'()",
        'a:b@c;d,e$f[g]{h}|\\^`"<>',
        "k" * 1024,
    ],
)
def test_every_key_arrives_as_it_was_sent(key: str, style: Style, endpoint: str | None, sender: Sender) -> None:
    sent = sender.request("GetObject", {"Bucket": "my-bucket", "Key": key}, style, endpoint)
    assert (sent.operation, sent.target.bucket, sent.target.key) == ("GetObject", "my-bucket", key)


@pytest.mark.parametrize(
    ("arn", "endpoint"),
    [
        ("arn:aws:s3:us-west-2:123456789012:accesspoint/my-point", "accesspoint"),
        ("arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/my-point", "object-lambda"),
        ("arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d/accesspoint/my-point", "outposts"),
    ],
)
def test_the_arn_of_an_access_point_arrives_as_the_bucket(arn: str, endpoint: str, sender: Sender) -> None:
    sent = sender.request("GetObject", {"Bucket": arn, "Key": "a/b"}, "virtual", None)
    assert (sent.operation, sent.target.bucket, sent.target.key) == ("GetObject", arn, "a/b")
    assert sent.target.endpoint == endpoint


def test_a_client_of_a_directory_bucket_first_creates_a_session(sender: Sender) -> None:
    sent = sender.request("GetObject", {"Bucket": "data--usw2-az1--x-s3", "Key": "key"}, "virtual", None)
    assert (sent.operation, sent.target.bucket) == ("CreateSession", "data--usw2-az1--x-s3")
    assert sent.target.endpoint == "s3express"


@pytest.mark.parametrize(
    ("method", "target", "query", "headers", "operation"),
    [
        ("GET", BUCKET, "list-type=2", {}, "ListObjectsV2"),
        ("GET", BUCKET, "list-type=1", {}, "ListObjects"),
        ("GET", BUCKET, "prefix=a&delimiter=/", {}, "ListObjects"),
        ("GET", BUCKET, "analytics&x-id=ListBucketAnalyticsConfigurations", {}, "ListBucketAnalyticsConfigurations"),
        ("GET", BUCKET, "analytics&id=1", {}, "GetBucketAnalyticsConfiguration"),
        ("DELETE", BUCKET, "analytics", {}, "DeleteBucketAnalyticsConfiguration"),
        ("PUT", BUCKET, "analytics", {}, "PutBucketAnalyticsConfiguration"),
        ("GET", BUCKET, "acl=", {}, "GetBucketAcl"),
        ("GET", BUCKET, "acl=something", {}, "GetBucketAcl"),
        ("GET", ROOT, "max-buckets=1", {}, "ListBuckets"),
        ("GET", ROOT, "x-id=ListDirectoryBuckets", {}, "ListDirectoryBuckets"),
        ("GET", KEY, "uploadId=1", {}, "ListParts"),
        ("GET", KEY, "uploadId=1&part-number-marker=2&max-parts=3", {}, "ListParts"),
        ("GET", KEY, "partNumber=1", {}, "GetObject"),
        ("HEAD", KEY, "partNumber=1&versionId=null", {}, "HeadObject"),
        ("GET", KEY, "response-content-type=text/plain&X-Amz-Signature=1&anything", {}, "GetObject"),
        ("GET", KEY, "attributes", {}, "GetObjectAttributes"),
        ("GET", KEY, "versioning", {}, "GetBucketVersioning"),
        pytest.param(*("GET", KEY, "annotation", {}, "ListObjectAnnotations"), marks=ANNOTATIONS),
        pytest.param(*("GET", KEY, "annotation&annotationName=a", {}, "GetObjectAnnotation"), marks=ANNOTATIONS),
        ("PUT", KEY, "partNumber=1&uploadId=1", {}, "UploadPart"),
        ("PUT", KEY, "partNumber=1&uploadId=1", {"x-amz-copy-source": "/a/b"}, "UploadPartCopy"),
        ("PUT", KEY, "", {"x-amz-copy-source": "/a/b"}, "CopyObject"),
        ("PUT", KEY, "x-id=PutObject", {}, "PutObject"),
        ("PUT", KEY, "x-id=PutObject", {"x-amz-copy-source": "/a/b"}, "CopyObject"),
        ("GET", KEY, "location", {}, "GetBucketLocation"),
        ("DELETE", KEY, "policy", {}, "DeleteBucketPolicy"),
        ("PUT", KEY, "tagging", {}, "PutObjectTagging"),
        ("POST", KEY, "select&select-type=2", {}, "SelectObjectContent"),
        ("POST", KEY, "select", {}, "SelectObjectContent"),
        ("POST", KEY, "uploads=", {}, "CreateMultipartUpload"),
        ("POST", BUCKET, "delete=", {}, "DeleteObjects"),
        ("POST", BUCKET, "", {}, routes.POST_OBJECT),
        ("POST", BUCKET, "anything", {"content-type": "multipart/form-data; boundary=b"}, routes.POST_OBJECT),
        ("OPTIONS", ROOT, "", {}, routes.PREFLIGHT),
        ("OPTIONS", BUCKET, "", {}, routes.PREFLIGHT),
        ("OPTIONS", KEY, "acl", {}, routes.PREFLIGHT),
    ],
)
def test_the_query_and_the_headers_distinguish_operations(
    method: str, target: Target, query: str, headers: dict[str, str], operation: str
) -> None:
    assert routes.match(method, target, parse_query(query), headers) == operation


def test_the_control_endpoint_lists_directory_buckets() -> None:
    target = hosts.parse("s3express-control.us-west-2.amazonaws.com", "/")
    assert routes.match("GET", target, {}, {}) == "ListDirectoryBuckets"


@pytest.mark.parametrize(
    ("method", "target", "query", "resource", "allow"),
    [
        # Seen in responses of S3: versity/versitygw#1810, google/tensorstore#91, brekkylab/backlot#230 and #312.
        ("POST", ROOT, "", "SERVICE", "GET"),
        ("POST", KEY, "", "OBJECT", "HEAD, DELETE, GET, PUT"),
        ("POST", KEY, "upload", "OBJECT", "HEAD, DELETE, GET, PUT"),
        ("PATCH", BUCKET, "", "BUCKET", "HEAD, DELETE, POST, GET, PUT"),
        ("HEAD", BUCKET, "location", "LOCATION", "GET"),
        ("HEAD", BUCKET, "uploads", "UPLOADS", "POST, GET"),
        ("HEAD", BUCKET, "versioning", "VERSIONING", "GET, PUT"),
        ("HEAD", BUCKET, "tagging", "TAGGING", "DELETE, GET, PUT"),
        ("HEAD", BUCKET, "policy", "BUCKETPOLICY", "DELETE, GET, PUT"),
        ("HEAD", BUCKET, "versions", "BUCKETVERSIONS", "GET"),
        ("HEAD", KEY, "acl", "ACL", "GET, PUT"),
        ("HEAD", KEY, "tagging", "TAGGING", "DELETE, GET, PUT"),
        ("HEAD", KEY, "location", "LOCATION", "GET"),
        ("HEAD", KEY, "uploadId=abc123", "UPLOAD", "DELETE, POST, GET"),
        # Assumed after those.
        ("PUT", KEY, "uploadId=1", "UPLOAD", "DELETE, POST, GET"),
        ("DELETE", ROOT, "", "SERVICE", "GET"),
        ("PUT", BUCKET, "location", "LOCATION", "GET"),
        ("TRACE", KEY, "", "OBJECT", "HEAD, DELETE, GET, PUT"),
    ],
)
def test_a_method_that_the_resource_lacks_is_not_allowed(
    method: str, target: Target, query: str, resource: str, allow: str
) -> None:
    with pytest.raises(S3Error) as caught:
        routes.match(method, target, parse_query(query), {})
    error = caught.value
    assert (error.code, error.status) == ("MethodNotAllowed", 405)
    assert error.fields == {"Method": method, "ResourceType": resource}
    assert error.headers == {"Allow": allow}


@pytest.mark.parametrize(
    ("method", "query", "code", "message", "fields"),
    [
        ("GET", "versions", "InvalidRequest", "There is no such thing as the ?versions sub-resource for a key", {}),
        ("GET", "uploads", "InvalidRequest", "Key is not expected for the GET method ?uploads subresource", {}),
        ("GET", "logging", "NoLoggingStatusForKey", None, {}),
        (
            "PUT",
            "partNumber=1",
            "InvalidArgument",
            "This operation does not accept partNumber without uploadId",
            {"ArgumentName": "partNumber", "ArgumentValue": "partNumber"},
        ),
    ],
)
def test_a_bucket_subresource_on_a_key_is_refused(
    method: str, query: str, code: str, message: str | None, fields: dict[str, str]
) -> None:
    with pytest.raises(S3Error) as caught:
        routes.match(method, KEY, parse_query(query), {})
    assert (caught.value.code, caught.value.status, caught.value.fields) == (code, 400, fields)
    assert message in (None, caught.value.message)
    assert routes.match("GET", KEY, parse_query("partNumber=1"), {}) == "GetObject"


@pytest.mark.parametrize("target", [ROOT, BUCKET, KEY], ids=["root", "bucket", "key"])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("uploadId=1&uploads", ["uploadId", "uploads"]),  # seen of a bucket: versity/versitygw#2155
        ("uploads&uploadId=1", ["uploadId", "uploads"]),
        ("versioning&acl", ["acl", "versioning"]),
        ("tagging&prefix=a&acl", ["acl", "tagging"]),
        ("versions&retention", ["retention", "versions"]),
        ("uploadId=1&partNumber=1&restore", ["restore", "uploadId"]),
        ("policy&cors&acl", ["acl", "cors", "policy"]),
    ],
)
def test_a_query_that_selects_two_subresources_is_refused(
    method: str, target: Target, query: str, names: list[str]
) -> None:
    with pytest.raises(S3Error) as caught:
        routes.match(method, target, parse_query(query), {})
    assert (caught.value.code, caught.value.status) == ("InvalidArgument", 400)
    assert caught.value.message == "Conflicting query string parameters: " + ", ".join(names)
    assert caught.value.fields == {"ArgumentName": "ResourceType", "ArgumentValue": names[0]}


def test_a_subresource_that_the_resource_lacks_is_ignored() -> None:
    assert routes.match("GET", BUCKET, parse_query("uploadId=1"), {}) == "ListObjects"
    assert routes.match("GET", BUCKET, parse_query("list-type=2&retention"), {}) == "ListObjectsV2"
    assert routes.match("GET", ROOT, parse_query("acl"), {}) == "ListBuckets"


LATER = [*((BUCKET, *row) for row in LATER_OF_BUCKETS.items()), *((KEY, *row) for row in LATER_OF_KEYS.items())]


@pytest.fixture
def oldest_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The model without the subresources that it has got since botocore 1.34."""
    later = {(target.key is not None, subresource) for target, subresource, _ in LATER}

    def is_old(name: str) -> bool:
        http = model.http(name)
        return not any((http.path.endswith("{Key+}"), subresource) in later for subresource in http.query)

    names = tuple(filter(is_old, model.operation_names()))
    caches = (routes._resources, routes._lacking, routes._of_versions)
    with monkeypatch.context() as patch:
        patch.setattr(model, "operation_names", lambda: names)
        for cached in caches:
            cached.cache_clear()
        yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.usefixtures("oldest_model")
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize(("target", "subresource", "_name"), LATER, ids=[row[2] for row in LATER])
def test_a_subresource_that_the_model_lacks_is_a_501(method: str, target: Target, subresource: str, _name: str) -> None:
    with pytest.raises(S3Error) as caught:
        routes.match(method, target, {subresource: ""}, {})
    assert caught.value.code == "NotImplemented"


@pytest.mark.model(*(name for _, _, name in LATER))
@pytest.mark.parametrize(("target", "subresource", "name"), LATER, ids=[row[2] for row in LATER])
def test_the_later_subresources_are_of_the_operations_that_quirks_name(
    target: Target, subresource: str, name: str
) -> None:
    assert routes.match(model.http(name).method, target, {subresource: ""}, {}) == name
