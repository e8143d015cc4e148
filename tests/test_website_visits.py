"""Visits of a bucket's website: pages, folders, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3mock.server import S3MockServer
from tests.support.website import HOST, client, make_public, put_page, visit

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import IndexDocumentTypeDef

INDEX: IndexDocumentTypeDef = {"Suffix": "index.html"}
NO_KEY = "The specified key does not exist."


@pytest.fixture
def s3(server: S3MockServer) -> S3Client:
    """A client of the server, with the bucket "site" as a public website."""
    s3 = client(server)
    s3.put_bucket_website(Bucket="site", WebsiteConfiguration={"IndexDocument": INDEX})
    return s3


def error(title: str, *items: str) -> str:
    """S3's error page, without the ids of the request."""
    listed = "\n".join(f"<li>{item}</li>" for item in items)
    head = f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>"
    return f"{head}\n<ul>\n{listed}\n</ul>\n<hr/>\n</body>\n</html>"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/", "index.html"),
        ("/docs/", "docs/index.html"),
        ("/docs/a%20page.html", "docs/a page.html"),
        ("/?x", "index.html"),
    ],
)
def test_a_path_shows_its_key_or_the_index_of_its_folder(
    server: S3MockServer, s3: S3Client, path: str, key: str
) -> None:
    put_page(s3, key, Metadata={"author": "me"})
    seen = visit(server, path)
    assert (seen.status, seen.body) == (200, key.encode())
    assert seen.headers["content-type"] == "text/html"
    assert seen.headers["x-amz-meta-author"] == "me"
    assert "x-amz-error-code" not in seen.headers


def test_query_parameters_are_ignored(server: S3MockServer, s3: S3Client) -> None:
    put_page(s3, "index.html")
    for query in ("acl", "list-type=2", "response-content-type=text/plain", "versionId=none"):
        seen = visit(server, f"/?{query}")
        assert (seen.status, seen.body, seen.headers["content-type"]) == (200, b"index.html", "text/html")


def test_the_response_to_a_head_request_has_only_headers(server: S3MockServer, s3: S3Client) -> None:
    put_page(s3, "index.html")
    seen = visit(server, "/", "HEAD")
    assert (seen.status, seen.body, seen.headers["content-length"]) == (200, b"", "10")
    missing = visit(server, "/missing", "HEAD")
    assert (missing.status, missing.body) == (404, b"")
    assert missing.headers["x-amz-error-code"] == "NoSuchKey"


def test_conditions_and_ranges_hold_for_pages(server: S3MockServer, s3: S3Client) -> None:
    put_page(s3, "index.html")
    etag = visit(server, "/").headers["etag"]
    unchanged = visit(server, "/", If_None_Match=etag)
    assert (unchanged.status, unchanged.body) == (304, b"")
    part = visit(server, "/", Range="bytes=0-4")
    assert (part.status, part.body, part.headers["content-range"]) == (206, b"index", "bytes 0-4/10")
    changed = visit(server, "/", If_Match='"other"')
    assert changed.status == 412
    assert changed.page == error(
        "412 Precondition Failed",
        "Code: PreconditionFailed",
        "Message: At least one of the pre-conditions you specified did not hold",
        "Condition: If-Match",
    )
    beyond = visit(server, "/", Range="bytes=99-")
    assert (beyond.status, beyond.headers["x-amz-error-code"]) == (416, "InvalidRange")


def test_a_missing_key_has_an_error_page(server: S3MockServer, s3: S3Client) -> None:
    del s3
    seen = visit(server, "/a%3Cb%C3%BC")
    assert seen.status == 404
    assert seen.page == error("404 Not Found", "Code: NoSuchKey", f"Message: {NO_KEY}", "Key: a&lt;bü")
    assert seen.headers["content-type"] == "text/html; charset=utf-8"
    assert seen.headers["x-amz-error-code"] == "NoSuchKey"
    assert seen.headers["x-amz-error-message"] == NO_KEY
    assert seen.headers["x-amz-error-detail-key"] == "a<b%C3%BC"
    ids = [seen.headers["x-amz-request-id"], seen.headers["x-amz-id-2"]]
    lines = seen.body.decode().splitlines()
    assert [f"<li>RequestId: {ids[0]}</li>", f"<li>HostId: {ids[1]}</li>"] == lines[8:10]


def test_the_error_for_a_missing_index_names_its_key(server: S3MockServer, s3: S3Client) -> None:
    del s3
    assert visit(server, "/").headers["x-amz-error-detail-key"] == "index.html"
    assert visit(server, "/docs/").headers["x-amz-error-detail-key"] == "docs/index.html"


def test_a_folder_without_its_slash_is_redirected_to_it(server: S3MockServer, s3: S3Client) -> None:
    put_page(s3, "a docs/v1/index.html")
    seen = visit(server, "/a%20docs/v1")
    assert (seen.status, seen.headers["location"]) == (302, "/a%20docs/v1/")
    assert seen.headers["x-amz-error-code"] == "Found"
    assert seen.headers["x-amz-error-message"] == "Resource Found"
    assert visit(server, "/a%20docs").status == 404  # only a prefix


def test_a_key_takes_precedence_over_a_folder_of_its_name(server: S3MockServer, s3: S3Client) -> None:
    put_page(s3, "docs/index.html")
    put_page(s3, "docs")
    assert visit(server, "/docs").body == b"docs"


def test_the_error_document_is_shown_with_the_status_of_the_error(server: S3MockServer, s3: S3Client) -> None:
    s3.put_bucket_website(
        Bucket="site", WebsiteConfiguration={"IndexDocument": INDEX, "ErrorDocument": {"Key": "oops.html"}}
    )
    put_page(s3, "oops.html")
    put_page(s3, "docs/index.html")
    seen = visit(server, "/missing", Range="bytes=0-1", If_None_Match="*")
    assert (seen.status, seen.body) == (404, b"oops.html")
    assert seen.headers["content-type"] == "text/html"
    assert seen.headers["x-amz-error-code"] == "NoSuchKey"
    assert seen.headers["x-amz-error-detail-key"] == "missing"
    assert visit(server, "/docs").status == 302
    assert visit(server, "/oops.html").status == 200
    assert visit(server, "/missing", "HEAD").headers["content-length"] == "9"


def test_a_missing_error_document_is_an_error_within_the_error(server: S3MockServer, s3: S3Client) -> None:
    s3.put_bucket_website(
        Bucket="site", WebsiteConfiguration={"IndexDocument": INDEX, "ErrorDocument": {"Key": "oops.html"}}
    )
    seen = visit(server, "/missing")
    assert seen.status == 404
    assert seen.page == (
        "<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n"
        f"<ul>\n<li>Code: NoSuchKey</li>\n<li>Message: {NO_KEY}</li>\n<li>Key: missing</li>\n</ul>\n"
        "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n"
        f"<ul>\n<li>Code: NoSuchKey</li>\n<li>Message: {NO_KEY}</li>\n<li>Key: oops.html</li>\n</ul>\n"
        "<hr/>\n</body>\n</html>"
    )
    assert seen.headers["x-amz-error-detail-key"] == "missing"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_visitors_can_only_read(server: S3MockServer, s3: S3Client, method: str) -> None:
    put_page(s3, "index.html")
    seen = visit(server, "/index.html", method)
    assert (seen.status, seen.headers["allow"]) == (405, "HEAD, GET")
    assert seen.page == error(
        "405 Method Not Allowed",
        "Code: MethodNotAllowed",
        "Message: The specified method is not allowed against this resource.",
        f"Method: {method}",
        "ResourceType: OBJECT",
    )
    assert visit(server, "/index.html").body == b"index.html"


def test_a_website_responds_to_preflights(server: S3MockServer, s3: S3Client) -> None:
    rule = {"AllowedOrigins": ["https://example.com"], "AllowedMethods": ["GET"]}
    s3.put_bucket_cors(Bucket="site", CORSConfiguration={"CORSRules": [rule]})  # type: ignore[list-item]
    put_page(s3, "index.html")
    preflight = visit(server, "/", "OPTIONS", Origin="https://example.com", Access_Control_Request_Method="GET")
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (200, "https://example.com")
    seen = visit(server, "/", Origin="https://example.com")
    assert seen.headers["access-control-allow-origin"] == "https://example.com"


def test_a_missing_bucket_or_website_has_an_error_page(server: S3MockServer, s3: S3Client) -> None:
    s3.delete_bucket_website(Bucket="site")
    no_website = visit(server, "/")
    assert no_website.status == 404
    assert no_website.page == error(
        "404 Not Found",
        "Code: NoSuchWebsiteConfiguration",
        "Message: The specified bucket does not have a website configuration",
        "BucketName: site",
    )
    no_bucket = visit(server, "/", host="none.s3-website.localhost")
    assert no_bucket.status == 404
    assert no_bucket.page == error(
        "404 Not Found", "Code: NoSuchBucket", "Message: The specified bucket does not exist", "BucketName: none"
    )
    assert no_bucket.headers["x-amz-error-detail-bucketname"] == "none"


@pytest.mark.parametrize("path", ["/", "/site/"])
def test_the_endpoint_itself_redirects_to_s3s_page(server: S3MockServer, s3: S3Client, path: str) -> None:
    # User Guide, "Configuring a custom error document"
    del s3
    for host in ("s3-website.localhost", "s3-website-us-east-1.amazonaws.com", "s3-website.eu-central-1.amazonaws.com"):
        root = visit(server, path, host=host)
        assert (root.status, root.headers["location"], root.body) == (301, "https://aws.amazon.com/s3/", b"")


@pytest.mark.parametrize(
    ("region", "host", "status"),
    [
        ("us-east-1", "site.s3-website-us-east-1.amazonaws.com", 200),
        ("us-east-1", "site.s3-website.eu-central-1.amazonaws.com", 400),
        ("eu-central-1", "site.s3-website.eu-central-1.amazonaws.com", 200),
        ("us-west-2", "site.s3-website-us-west-2.amazonaws.com", 200),
        ("us-west-2", "site.s3-website-us-east-1.amazonaws.com", 400),
        ("us-west-2", HOST, 200),
    ],
)
def test_a_website_is_at_the_endpoint_of_its_region(
    server: S3MockServer, s3: S3Client, region: str, host: str, status: int
) -> None:
    s3.delete_bucket_policy(Bucket="site")
    s3.delete_bucket(Bucket="site")
    location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket="site", **location)  # type: ignore[arg-type]
    make_public(s3, "site")
    s3.put_bucket_website(Bucket="site", WebsiteConfiguration={"IndexDocument": INDEX})
    put_page(s3, "index.html")
    seen = visit(server, "/", host=host)
    assert seen.status == status
    if status == 400:
        dash = "." if region == "eu-central-1" else "-"
        endpoint = f"site.s3-website{dash}{region}.amazonaws.com"
        assert seen.page == error(
            "400 Bad Request",
            "Code: IncorrectEndpoint",
            "Message: The specified bucket exists in another region. Please direct requests to the specified endpoint.",
            f"Endpoint: {endpoint}",
        )


def test_a_requester_pays_bucket_shows_nothing(server: S3MockServer, s3: S3Client) -> None:
    # User Guide, "Website endpoints"
    put_page(s3, "index.html")
    s3.put_bucket_request_payment(Bucket="site", RequestPaymentConfiguration={"Payer": "Requester"})
    seen = visit(server, "/", x_amz_request_payer="requester")
    assert (seen.status, seen.headers["x-amz-error-code"]) == (403, "AccessDenied")
