"""The website endpoint: what a bucket's website shows to a browser.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html

Requests are unsigned there, and the query has no parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from s3mock.backend import versions
from s3mock.errors import S3Error
from s3mock.gateway import address, faults
from s3mock.responses import declaration, request_payment
from s3mock.responses.access import authorizer
from s3mock.responses.website import website_in
from s3mock.wire import codec
from s3mock.wire.website import error_headers, error_page, redirect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.exchange import Exchange, Parameters
    from s3mock.http import Response
    from s3mock.models.website import Redirect, Website

HOME_PAGE = "https://aws.amazon.com/s3/"
"""Where S3 sends visitors who name no bucket: website endpoints (User Guide, "Configuring a custom error document"),
and other endpoints if the request is unsigned (https://github.com/minio/minio-java/issues/206).

Differs: a custom endpoint shows them an empty list of buckets, so that a server's visitors stay on it.
"""

READS = {"GET": "GetObject", "HEAD": "HeadObject"}

CONDITIONS = frozenset({"IfMatch", "IfModifiedSince", "IfNoneMatch", "IfRange", "IfUnmodifiedSince", "Range"})
"""The members of GetObject that a visitor's headers set; all others are ignored (assumed)."""

ABSENT = frozenset({"AccessDenied", "NoSuchKey"})
"""The errors for an object that does not exist."""

VISITORS_ERRORS = range(400, 500)


def answer(exchange: Exchange) -> Response:
    """The page or the redirect for a visitor; an error has S3's page, or the bucket's own."""
    try:
        return _visit(exchange)
    except S3Error as error:
        exchange.error = error.code
        return error_page(error, exchange.request_id, exchange.host_id)


def _visit(exchange: Exchange) -> Response:
    request, requested = exchange.request, exchange.target.key or ""
    operation = READS.get(request.method)
    if operation is None:
        # The resource is the key, whatever the path (assumed).
        raise S3Error("MethodNotAllowed", headers={"Allow": "HEAD, GET"}, Method=request.method, ResourceType="OBJECT")
    if exchange.target.style != "virtual":
        return redirect(301, HOME_PAGE)
    bucket = address.website_bucket(exchange)
    exchange.declare(declaration(operation))
    exchange.log = ""  # logs have another name for a visit than for a GetObject
    exchange.region = bucket.region
    exchange.set_bucket(bucket)
    if exchange.cloud.faults.entries and (interrupted := faults.begin(exchange)) is not None:
        return interrupted
    exchange.parameters = members = codec.of(operation).parse(request, exchange.target, {})
    conditions = {name: value for name, value in members.items() if name in CONDITIONS}
    website = website_in(bucket)

    # Rules without an error come before the object is read, the others after (botocore's documentation of Condition:
    # "if request is for pages in the /docs folder", "if request results in HTTP error 4xx").
    if website.redirect_all is not None:
        return _redirect(exchange, website.redirect_all)
    rule = website.rule(requested)
    if rule is not None:
        return _redirect(exchange, rule.redirect, rule.prefix)
    try:
        reply = _read(exchange, website.object_key(requested), conditions)
    except S3Error as error:
        return _without_object(exchange, website, error)
    location = reply.get("WebsiteRedirectLocation")
    return codec.of(operation).serialize(reply, exchange.status) if location is None else redirect(301, location)


def _without_object(exchange: Exchange, website: Website, error: S3Error) -> Response:
    """What a visitor gets when the object could not be read: a redirect, the error document or S3's page."""
    requested = exchange.target.key or ""
    # Before any rule for errors: "If the index document is not found, Amazon S3 returns an error" (User Guide,
    # "Configuring an index document"). The response: brianbeach.com, "Multi Cloud Blog", of January 2020.
    if (
        error.code in ABSENT
        and website.object_key(requested) == requested
        and versions.latest(exchange.bucket.state, requested) is None
    ):
        try:
            _read(exchange, f"{requested}/{website.index}", {})
        except S3Error:
            pass  # there is no such folder
        else:
            raise S3Error("Found", headers={"Location": f"/{quote(requested)}/"})
    rule = website.rule(requested, error.status)
    if rule is not None:
        return _redirect(exchange, rule.redirect, rule.prefix)
    if website.error_key is None or error.status not in VISITORS_ERRORS:
        raise error
    exchange.error = error.code
    try:
        reply = _read(exchange, website.error_key, {})
    except S3Error as of_document:
        return error_page(error, exchange.request_id, exchange.host_id, of_document)
    # An error document that redirects does so, with its content: https://github.com/scality/cloudserver/pull/5518.
    location = reply.get("WebsiteRedirectLocation")
    response = codec.of(exchange.operation).serialize(reply, error.status if location is None else 301)
    response.headers.update(error_headers(error))
    if location is not None:
        response.headers["Location"] = location
    return response


def _redirect(exchange: Exchange, target: Redirect, prefix: str | None = None) -> Response:
    location = target.location(exchange.endpoint, exchange.target.key or "", prefix or "", exchange.request.query)
    return redirect(target.status, location)


def _read(exchange: Exchange, key: str, conditions: Mapping[str, Any]) -> Parameters:
    """Read an object with public access. Raises what GetObject and HeadObject raise.

    Requester Pays buckets show nothing (User Guide, "Website endpoints").
    """
    request = {**conditions, "Key": key}
    authorizer.check_visit(exchange, request)
    request_payment.check(exchange, request)
    return cast("Parameters", exchange.declared.handler(exchange, request))  # GetObject's or HeadObject's
