"""What a website shows, for every state of its permissions, of the object and of the error document.

User Guide, "Setting permissions for website access", "Configuring a custom error document" and "Configuring a webpage
redirect"; ceph's test_s3_website.py, whose cases were run against S3; s3_facts 27.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from s3mock.server import S3MockServer
from tests.support.website import HOST, client, put_page, visit

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARN = "arn:aws:s3:::site"
GET = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}
LIST = {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": ARN}
PRIVATE = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/private*"}


class Permissions(NamedTuple):
    """The ACLs and the policy of a site; whether its pages can be read, and whether a missing page is a 404."""

    bucket_acl: str
    page_acl: str
    policy: list[dict[str, str]]
    readable: bool
    shows_absence: bool


PERMISSIONS = {
    "none": Permissions("private", "private", [], readable=False, shows_absence=False),
    "list policy": Permissions("private", "private", [LIST], readable=False, shows_absence=False),
    "policy": Permissions("private", "private", [GET, PRIVATE], readable=True, shows_absence=True),
    "acl": Permissions("public-read", "public-read", [], readable=True, shows_absence=True),
    "acl of the bucket": Permissions("public-read", "private", [], readable=False, shows_absence=True),
    "acl of the pages": Permissions("private", "public-read", [], readable=True, shows_absence=False),
    "both": Permissions("public-read", "public-read", [GET, PRIVATE], readable=True, shows_absence=True),
    "denied": Permissions(
        "public-read", "public-read", [GET, {**GET, "Effect": "Deny"}], readable=False, shows_absence=False
    ),
}

ERROR_DOCUMENTS = {
    "not configured": None,
    "there": "oops.html",
    "missing": "nothing.html",
    "unreadable": "private-oops.html",
    "redirecting": "elsewhere.html",
}

RULES: list[Any] = [
    {"Condition": {"KeyPrefixEquals": "rule/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}},
    {
        "Condition": {"KeyPrefixEquals": "rule-404/", "HttpErrorCodeReturnedEquals": "404"},
        "Redirect": {"ReplaceKeyPrefixWith": "new/"},
    },
    {
        "Condition": {"KeyPrefixEquals": "rule-403/", "HttpErrorCodeReturnedEquals": "403"},
        "Redirect": {"ReplaceKeyPrefixWith": "new/"},
    },
]
NEW = f"http://{HOST}/new/x"

APOLOGY = "An Error Occurred While Attempting to Retrieve a Custom Error Document"


def make_site(s3: S3Client, permissions: str, error_document: str) -> None:
    """Make the bucket "site" a website in this state."""
    granted = PERMISSIONS[permissions]
    s3.put_bucket_acl(Bucket="site", ACL=granted.bucket_acl)  # type: ignore[arg-type]
    for key, more in {
        "index.html": {},
        "page.html": {},
        "folder/index.html": {},
        "private.html": {},
        "private-oops.html": {},
        "oops.html": {},
        "moved.html": {"WebsiteRedirectLocation": "/page.html"},
        "private-moved.html": {"WebsiteRedirectLocation": "/page.html"},
        "elsewhere.html": {"WebsiteRedirectLocation": "https://example.com/oops"},
    }.items():
        put_page(s3, key, ACL="private" if key.startswith("private") else granted.page_acl, **more)
    if granted.policy:
        document = {"Version": "2012-10-17", "Statement": granted.policy}
        s3.put_bucket_policy(Bucket="site", Policy=json.dumps(document))
    website: Any = {"IndexDocument": {"Suffix": "index.html"}, "RoutingRules": RULES}
    error_key = ERROR_DOCUMENTS[error_document]
    if error_key is not None:
        website["ErrorDocument"] = {"Key": error_key}
    s3.put_bucket_website(Bucket="site", WebsiteConfiguration=website)


def before_errors(permissions: str) -> dict[str, tuple[int, str | None]]:
    """For each path, the status and the Location, or the status of the error that has to be shown."""
    readable, shows_absence = PERMISSIONS[permissions].readable, PERMISSIONS[permissions].shows_absence
    absent = 404 if shows_absence else 403
    return {
        "/": (200 if readable else 403, None),
        "/page.html": (200 if readable else 403, None),
        "/private.html": (403, None),
        "/missing.html": (absent, None),
        "/missing/": (absent, None),
        "/folder/": (200 if readable else 403, None),
        "/folder": (302, "/folder/") if readable else (absent, None),
        "/moved.html": (301, "/page.html") if readable else (403, None),
        "/private-moved.html": (403, None),
        "/rule/x": (301, NEW),
        "/rule-404/x": (301, NEW) if shows_absence else (403, None),
        "/rule-403/x": (404, None) if shows_absence else (301, NEW),
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("error_document", ERROR_DOCUMENTS)
@pytest.mark.parametrize("permissions", PERMISSIONS)
def test_a_visitor_sees_what_the_permissions_allow(
    server: S3MockServer, permissions: str, error_document: str, method: str
) -> None:
    make_site(client(server, public=False), permissions, error_document)
    readable = PERMISSIONS[permissions].readable
    for path, (status, location) in before_errors(permissions).items():
        seen = visit(server, path, method)
        page = seen.body.decode()
        case = (path, seen.status, page)
        if status < 400:
            assert (seen.status, seen.headers.get("location")) == (status, location), case
        elif error_document == "redirecting" and readable:
            # https://github.com/scality/cloudserver/pull/5518
            assert (seen.status, seen.headers["location"]) == (301, "https://example.com/oops"), case
            assert page == ("elsewhere.html" if method == "GET" else ""), case
        else:
            assert (seen.status, seen.headers.get("location")) == (status, None), case
            assert seen.headers["x-amz-error-code"] == ("NoSuchKey" if status == 404 else "AccessDenied"), case
            if method == "HEAD":
                assert page == "", case
            elif error_document == "there" and readable:
                assert page == "oops.html", case
            else:
                assert (APOLOGY in page) == (error_document != "not configured"), case
