"""Redirects of websites: routing rules, redirects of all requests, and objects with a redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3mock.server import S3MockServer
from tests.support.website import HOST, client, put_page, visit

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INDEX = {"Suffix": "index.html"}


@pytest.fixture
def s3(server: S3MockServer) -> S3Client:
    """A client of the server, with the public bucket "site"."""
    return client(server)


def rules(s3: S3Client, *routing_rules: dict[str, Any], **more: Any) -> None:
    """Configure the bucket as a website with routing rules."""
    website = {"IndexDocument": INDEX, "RoutingRules": list(routing_rules), **more}
    s3.put_bucket_website(Bucket="site", WebsiteConfiguration=website)  # type: ignore[arg-type]


def sent(server: S3MockServer, path: str, method: str = "GET") -> tuple[int, str | None]:
    """The status, and the Location of the redirect."""
    seen = visit(server, path, method)
    if "location" in seen.headers and seen.status != 302:  # its body is a page
        assert (seen.body, seen.headers["content-length"]) == (b"", "0")
    return seen.status, seen.headers.get("location")


@pytest.mark.parametrize(
    ("redirect", "status", "location"),
    [
        ({"ReplaceKeyPrefixWith": "documents/"}, 301, f"http://{HOST}/documents/a%20page.html"),
        ({"ReplaceKeyPrefixWith": ""}, 301, f"http://{HOST}/a%20page.html"),
        ({"ReplaceKeyWith": "new.html"}, 301, f"http://{HOST}/new.html"),
        ({"HostName": "example.com"}, 301, "http://example.com/docs/a%20page.html"),
        ({"Protocol": "https"}, 301, f"https://{HOST}/docs/a%20page.html"),
        ({"HostName": "example.com", "HttpRedirectCode": "307"}, 307, "http://example.com/docs/a%20page.html"),
        (
            {
                "HostName": "example.com",
                "Protocol": "https",
                "ReplaceKeyPrefixWith": "resize?key=",
                "HttpRedirectCode": "308",
            },
            308,
            "https://example.com/resize?key=a%20page.html",
        ),
    ],
    ids=["prefix", "no prefix", "key", "host", "protocol", "code", "all"],
)
def test_a_rule_replaces_its_parts_and_keeps_the_rest(
    server: S3MockServer, s3: S3Client, redirect: dict[str, str], status: int, location: str
) -> None:
    put_page(s3, "docs/a page.html")
    put_page(s3, "other/docs/")
    rules(s3, {"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": redirect})
    assert sent(server, "/docs/a%20page.html") == (status, location)
    assert sent(server, "/docs/a%20page.html", "HEAD") == (status, location)
    assert sent(server, "/other") == (404, None)


def test_a_redirect_keeps_the_query(server: S3MockServer, s3: S3Client) -> None:
    rules(
        s3,
        {"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyPrefixWith": "b/"}},
        {"Condition": {"KeyPrefixEquals": "c/"}, "Redirect": {"ReplaceKeyPrefixWith": "d?k="}},
    )
    assert sent(server, "/a/x?y=%20z") == (301, f"http://{HOST}/b/x?y=%20z")
    assert sent(server, "/c/x?y=1") == (301, f"http://{HOST}/d?k=x&y=1")


def test_the_first_rule_that_applies_wins(server: S3MockServer, s3: S3Client) -> None:
    rules(
        s3,
        {"Condition": {"KeyPrefixEquals": "a/b/"}, "Redirect": {"ReplaceKeyWith": "first"}},
        {"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyWith": "second"}},
        {"Redirect": {"ReplaceKeyPrefixWith": "all/"}},
    )
    assert sent(server, "/a/b/c") == (301, f"http://{HOST}/first")
    assert sent(server, "/a/c") == (301, f"http://{HOST}/second")
    assert sent(server, "/") == (301, f"http://{HOST}/all/")
    assert sent(server, "/c") == (301, f"http://{HOST}/all/c")


def test_a_rule_for_an_error_applies_to_the_visitors_error(server: S3MockServer, s3: S3Client) -> None:
    put_page(s3, "there")
    put_page(s3, "oops.html")
    put_page(s3, "folder/index.html")
    rules(
        s3,
        {
            "Condition": {"HttpErrorCodeReturnedEquals": "404", "KeyPrefixEquals": "images/"},
            "Redirect": {"ReplaceKeyPrefixWith": "make/"},
        },
        {"Condition": {"HttpErrorCodeReturnedEquals": "412"}, "Redirect": {"ReplaceKeyWith": "failed"}},
        ErrorDocument={"Key": "oops.html"},
    )
    assert sent(server, "/there") == (200, None)
    assert sent(server, "/images/1") == (301, f"http://{HOST}/make/1")
    assert sent(server, "/folder") == (302, "/folder/")
    missing = visit(server, "/missing")
    assert (missing.status, missing.body) == (404, b"oops.html")
    assert visit(server, "/there", If_Match='"other"').headers["location"] == f"http://{HOST}/failed"


@pytest.mark.parametrize(("protocol", "scheme"), [(None, "http"), ("https", "https")])
def test_all_requests_are_redirected(server: S3MockServer, s3: S3Client, protocol: str | None, scheme: str) -> None:
    put_page(s3, "docs/index.html")
    elsewhere = {"HostName": "example.com"} | ({"Protocol": protocol} if protocol else {})
    s3.put_bucket_website(
        Bucket="site",
        WebsiteConfiguration={"RedirectAllRequestsTo": elsewhere},  # type: ignore[typeddict-item]
    )
    assert sent(server, "/") == (301, f"{scheme}://example.com/")
    assert sent(server, "/docs/?a=b") == (301, f"{scheme}://example.com/docs/?a=b")


@pytest.mark.parametrize("location", ["/new.html", "https://example.com/new.html"])
def test_an_object_can_redirect(server: S3MockServer, s3: S3Client, location: str) -> None:
    rules(s3, {"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}})
    put_page(s3, "old.html", WebsiteRedirectLocation=location)
    put_page(s3, "folder/index.html", WebsiteRedirectLocation=location)
    assert sent(server, "/old.html") == (301, location)
    assert sent(server, "/folder/") == (301, location)
    # The API shows the object.
    assert s3.get_object(Bucket="site", Key="old.html")["WebsiteRedirectLocation"] == location
