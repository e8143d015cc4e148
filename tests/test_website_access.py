"""Access to websites: every visitor sees only what is public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3mock.server import S3MockServer
from tests.support.website import client, make_public, put_page, visit

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INDEX = {"Suffix": "index.html"}
DENIED = "<ul>\n<li>Code: AccessDenied</li>\n<li>Message: Access Denied</li>\n</ul>"


@pytest.fixture
def s3(server: S3MockServer) -> S3Client:
    """A client of the server, with the bucket "site" as a website without public access."""
    s3 = client(server, public=False)
    make_website(s3)
    put_page(s3, "index.html")
    return s3


def make_website(s3: S3Client, **more: Any) -> None:
    """Configure the bucket "site" as a website."""
    website: Any = {"IndexDocument": INDEX, **more}
    s3.put_bucket_website(Bucket="site", WebsiteConfiguration=website)


def test_what_is_not_public_is_not_shown(server: S3MockServer, s3: S3Client) -> None:
    seen = visit(server, "/")
    assert seen.status == 403
    assert "<title>403 Forbidden</title>" in seen.page
    assert DENIED in seen.page
    assert (seen.headers["x-amz-error-code"], seen.headers["x-amz-error-message"]) == ("AccessDenied", "Access Denied")
    s3.put_object_acl(Bucket="site", Key="index.html", ACL="public-read")
    assert visit(server, "/").body == b"index.html"


def test_a_signature_does_not_count(server: S3MockServer, s3: S3Client) -> None:
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "site", "Key": "index.html"})
    assert visit(server, f"/index.html?{url.partition('?')[2]}").status == 403
    assert visit(server, "/index.html", authorization="AWS any:signature").status == 403


def test_a_policy_opens_a_website_and_a_block_closes_it(server: S3MockServer, s3: S3Client) -> None:
    make_public(s3, "site", "s3:GetObject")
    assert visit(server, "/").body == b"index.html"
    s3.put_public_access_block(Bucket="site", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    assert visit(server, "/").status == 403


def test_a_folder_redirects_without_list_permission(server: S3MockServer, s3: S3Client) -> None:
    make_public(s3, "site", "s3:GetObject")
    put_page(s3, "docs/index.html")
    assert visit(server, "/docs").headers["location"] == "/docs/"


def test_a_folder_with_a_private_index_does_not_redirect(server: S3MockServer, s3: S3Client) -> None:
    put_page(s3, "docs/index.html")
    assert visit(server, "/docs").status == 403


def test_the_error_document_must_also_be_public(server: S3MockServer, s3: S3Client) -> None:
    make_website(s3, ErrorDocument={"Key": "oops.html"})
    put_page(s3, "oops.html")
    seen = visit(server, "/")
    assert seen.status == 403
    apology = "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>"
    assert f"{DENIED}\n{apology}\n{DENIED}" in seen.page
    s3.put_object_acl(Bucket="site", Key="oops.html", ACL="public-read")
    shown = visit(server, "/")
    assert (shown.status, shown.body, shown.headers["x-amz-error-code"]) == (403, b"oops.html", "AccessDenied")


def test_a_rule_can_redirect_denied_requests(server: S3MockServer, s3: S3Client) -> None:
    rule = {"Condition": {"HttpErrorCodeReturnedEquals": "403"}, "Redirect": {"HostName": "login.example.com"}}
    make_website(s3, RoutingRules=[rule])
    assert visit(server, "/index.html").headers["location"] == "http://login.example.com/index.html"


def test_all_requests_are_redirected_without_reading_anything(server: S3MockServer, s3: S3Client) -> None:
    s3.put_bucket_website(Bucket="site", WebsiteConfiguration={"RedirectAllRequestsTo": {"HostName": "example.com"}})
    assert visit(server, "/").status == 301
