"""Website configurations: what S3 accepts, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.raw_requests import ask, document
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

INDEX = {"Suffix": "index.html"}
SUFFIX = "<IndexDocument><Suffix>i</Suffix></IndexDocument>"
NO_NUMBER = "<Redirect><HttpRedirectCode>three</HttpRedirectCode></Redirect>"
MISSING = {"Message": "The specified bucket does not have a website configuration", "BucketName": "a-bucket"}
PROTOCOL = (
    "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically."
)
NO_CONDITION = (
    "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be "
    "present."
)


def put(s3: S3Client, **configuration: Any) -> None:
    """Configure the bucket as a website."""
    s3.put_bucket_website(Bucket="a-bucket", WebsiteConfiguration=configuration)  # type: ignore[arg-type]


def put_rule(s3: S3Client, condition: dict[str, str] | None = None, **redirect: str) -> None:
    """Configure the bucket as a website with one routing rule."""
    rule = {"Redirect": redirect} if condition is None else {"Condition": condition, "Redirect": redirect}
    put(s3, IndexDocument=INDEX, RoutingRules=[rule])


@pytest.fixture(autouse=True)
def old_website(s3: S3Client, bucket: str) -> None:
    """Put a website, which a refused request must not replace."""
    put(s3, IndexDocument={"Suffix": "before"})


def test_a_bucket_has_no_website_before_it_is_put_and_after_it_is_deleted(s3: S3Client, bucket: str) -> None:
    for _ in range(2):
        assert s3.delete_bucket_website(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
        with refused("NoSuchWebsiteConfiguration", 404, **MISSING):
            s3.get_bucket_website(Bucket=bucket)
    put(s3, IndexDocument=INDEX)
    assert without_metadata(s3.get_bucket_website(Bucket=bucket)) == {"IndexDocument": INDEX}


def test_a_website_is_read_as_it_was_put_and_replaced_as_a_whole(s3: S3Client, bucket: str) -> None:
    website = {
        "IndexDocument": INDEX,
        "ErrorDocument": {"Key": "errors/error.html"},
        "RoutingRules": [
            {
                "Condition": {"KeyPrefixEquals": "docs/", "HttpErrorCodeReturnedEquals": "404"},
                "Redirect": {
                    "HostName": "example.com",
                    "Protocol": "https",
                    "HttpRedirectCode": "307",
                    "ReplaceKeyPrefixWith": "documents/",
                },
            },
            {"Condition": {"KeyPrefixEquals": ""}, "Redirect": {"ReplaceKeyWith": "a.html"}},
            {"Redirect": {"HttpRedirectCode": "302"}},
        ],
    }
    put(s3, **website)
    assert without_metadata(s3.get_bucket_website(Bucket=bucket)) == website
    elsewhere = {"RedirectAllRequestsTo": {"HostName": "example.com"}}
    put(s3, **elsewhere)
    assert without_metadata(s3.get_bucket_website(Bucket=bucket)) == elsewhere


def test_the_document_of_a_website_is_spelled_as_in_s3(s3: S3Client, mock: S3, bucket: str) -> None:
    # API page GetBucketWebsite, sample response
    put(s3, IndexDocument=INDEX, ErrorDocument={"Key": "404.html"})
    assert document(mock.cloud, f"/{bucket}?website") == (
        '<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>"
        "<ErrorDocument><Key>404.html</Key></ErrorDocument></WebsiteConfiguration>"
    )


@pytest.mark.parametrize(
    ("configuration", "message", "name", "value"),
    [
        (
            {"RedirectAllRequestsTo": {"HostName": "example.com"}, "IndexDocument": INDEX},
            "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
            "RedirectAllRequestsTo",
            "not null",
        ),
        (
            {},
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
            "IndexDocument",
            "null",
        ),
        ({"IndexDocument": {"Suffix": "a/b"}}, "The IndexDocument Suffix is not well formed", "IndexDocument", "a/b"),
    ],
    ids=["everything and more", "nothing", "a slash"],
)
def test_the_documents_of_a_website_are_checked(
    s3: S3Client, configuration: dict[str, Any], message: str, name: str, value: str
) -> None:
    with refused("InvalidArgument", 400, Message=message, ArgumentName=name, ArgumentValue=value):
        put(s3, **configuration)
    assert s3.get_bucket_website(Bucket="a-bucket")["IndexDocument"] == {"Suffix": "before"}


@pytest.mark.parametrize(
    ("condition", "redirect", "message"),
    [
        (None, {"Protocol": "ftp"}, PROTOCOL),
        (
            None,
            {"HostName": ""},
            "The HostName cannot be blank. To redirect within the same domain, the element should not be present.",
        ),
        (
            None,
            {"ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b"},
            "You can only define ReplaceKeyPrefix or ReplaceKey but not both.",
        ),
        (
            None,
            {"HttpRedirectCode": "300"},
            "The provided HTTP redirect code (300) is not valid. Valid codes are 3XX except 300.",
        ),
        (
            None,
            {"HttpRedirectCode": "400"},
            "The provided HTTP redirect code (400) is not valid. Valid codes are 3XX except 300.",
        ),
        (
            {},
            {"ReplaceKeyWith": "a"},
            NO_CONDITION,
        ),
        (
            {"HttpErrorCodeReturnedEquals": "302"},
            {"ReplaceKeyWith": "a"},
            "The provided HTTP error code (302) is not valid. Valid codes are 4XX or 5XX.",
        ),
        (
            {"HttpErrorCodeReturnedEquals": "600"},
            {"ReplaceKeyWith": "a"},
            "The provided HTTP error code (600) is not valid. Valid codes are 4XX or 5XX.",
        ),
    ],
    ids=["protocol", "host", "both keys", "code 300", "code 400", "no condition", "error 302", "error 600"],
)
def test_a_rule_is_checked(
    s3: S3Client, condition: dict[str, str] | None, redirect: dict[str, str], message: str
) -> None:
    with refused("InvalidRequest", 400, Message=message):
        put_rule(s3, condition, **redirect)
    assert s3.get_bucket_website(Bucket="a-bucket")["IndexDocument"] == {"Suffix": "before"}


@pytest.mark.parametrize(
    ("elsewhere", "message"),
    [
        ({"HostName": ""}, 'A host name must be provided to redirect all requests (e.g. "example.com").'),
        ({"HostName": "example.com", "Protocol": "HTTP"}, PROTOCOL),
    ],
    ids=["host", "protocol"],
)
def test_the_redirect_of_all_requests_is_checked(s3: S3Client, elsewhere: dict[str, str], message: str) -> None:
    with refused("InvalidRequest", 400, Message=message):
        put(s3, RedirectAllRequestsTo=elsewhere)


def test_the_redirect_of_a_rule_can_be_empty(s3: S3Client, mock: S3, bucket: str) -> None:
    # scality/cloudserver, of S3: "doesn't actually make this check"
    put_rule(s3)
    assert s3.get_bucket_website(Bucket=bucket)["RoutingRules"] == [{"Redirect": {}}]
    rules = "<RoutingRules><RoutingRule><Redirect/></RoutingRule></RoutingRules>"
    body = f"<WebsiteConfiguration>{SUFFIX}{rules}</WebsiteConfiguration>".encode()
    assert ask(mock.cloud, "PUT", f"/{bucket}?website", body).status == 200


def test_a_website_has_fifty_rules_at_most(s3: S3Client) -> None:
    rules = [{"Redirect": {"HostName": "example.com"}}] * 51
    message = "51 routing rules provided, the number of routing rules in a website configuration is limited to 50."
    with refused("InvalidRequest", 400, Message=message):
        put(s3, IndexDocument=INDEX, RoutingRules=rules)
    put(s3, IndexDocument=INDEX, RoutingRules=rules[1:])
    assert len(s3.get_bucket_website(Bucket="a-bucket")["RoutingRules"]) == 50


@pytest.mark.parametrize(
    "content",
    [
        "<IndexDocument/>",
        f"{SUFFIX}<ErrorDocument/>",
        f"{SUFFIX}<RoutingRules/>",
        f"{SUFFIX}<RoutingRules><RoutingRule/></RoutingRules>",
        f"{SUFFIX}<RoutingRules><RoutingRule>{NO_NUMBER}</RoutingRule></RoutingRules>",
        "<RedirectAllRequestsTo/>",
        f"<IndexDocument><Suffix>{'i' * 128 * 1024}</Suffix></IndexDocument>",
    ],
    ids=["no suffix", "no key", "no rules", "no redirect", "no number", "no host", "too long"],
)
def test_an_invalid_website_document_is_malformed(mock: S3, bucket: str, content: str) -> None:
    body = f"<WebsiteConfiguration>{content}</WebsiteConfiguration>".encode()
    response = ask(mock.cloud, "PUT", f"/{bucket}?website", body)
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert b"<Code>MalformedXML</Code>" in response.body


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<IndexDocument><Suffix></Suffix></IndexDocument>", "IndexDocument Suffix"),
        (f"{SUFFIX}<ErrorDocument><Key></Key></ErrorDocument>", "ErrorDocument Key"),
    ],
)
def test_the_name_of_a_document_cannot_be_empty(mock: S3, bucket: str, content: str, what: str) -> None:
    body = f"<WebsiteConfiguration>{content}</WebsiteConfiguration>".encode()
    response = ask(mock.cloud, "PUT", f"/{bucket}?website", body)
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert f"<Code>InvalidArgument</Code><Message>The {what} is not well formed</Message>".encode() in response.body


def test_a_missing_bucket_has_no_website(s3: S3Client) -> None:
    with refused("NoSuchBucket", 404):
        s3.get_bucket_website(Bucket="no-such-bucket")
