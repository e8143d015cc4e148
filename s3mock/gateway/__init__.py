"""From a request to a response, in S3's order of steps.

The gateway alone knows both sides: how S3 spells (``wire``) and what it means (``responses`` and ``backend``). It does
no I/O and runs no code of its users: calls to the outside are left to the transport (``Outside``).
"""
# ruff: noqa: PLC0415 - a step that few requests take is imported where it is taken

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.exchange import Exchange, Outside, WithoutDocument
from s3mock.gateway import address, authentication, body, journal
from s3mock.http import Request, Response, parse_query
from s3mock.models.encryption import HEADER as SSE
from s3mock.responses import OPERATIONS, access, declaration
from s3mock.wire import codec, error_document, hosts, inputs, routes, scalars
from s3mock.wire.signing import credential

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.exchange import Parameters

__all__ = ["handle", "journal", "refuse", "resume"]

BODILESS = frozenset({204, 304})
"""Statuses without a body and without headers about one (s3_facts 1)."""


def handle(cloud: Cloud, request: Request) -> Exchange:
    """The exchange of one request: with its ``response``, or with the call to make ``outside`` before ``resume``.

    Every error of S3 becomes its error document.
    """
    exchange = Exchange(cloud, request)
    try:
        outcome = _answer(exchange)
    except S3Error as error:
        outcome = _error(exchange, error)
    return _finish(exchange, outcome)


def resume(exchange: Exchange, result: Any) -> Exchange:
    """Go on with an exchange that waited for something outside: ``result`` is what its call returned."""
    outside, exchange.outside = exchange.outside, None
    if outside is None:
        raise LookupError("the exchange waits for nothing outside")
    try:
        outcome: Response | Outside = _serialize(exchange, outside.then(result))
    except S3Error as error:
        outcome = _error(exchange, error)
    return _finish(exchange, outcome)


def refuse(cloud: Cloud, error: S3Error) -> Exchange:
    """An exchange with an error as its response: for what is not an HTTP request, or would never reach S3."""
    exchange = Exchange(cloud, Request("GET", "http", "", "/"))
    return _finish(exchange, _error(exchange, error))


def _answer(exchange: Exchange) -> Response | Outside:
    """Take the steps in S3's order; the first error wins.

    The order, and its evidence, is the table of docs/errors.md; what has none there is assumed.
    """
    request = exchange.request
    inputs.check_section(request.headers)
    exchange.target = target = hosts.parse(request.host, request.path, exchange.cloud.custom_endpoints)
    if request.method == "OPTIONS":
        from s3mock.gateway import cors

        exchange.query = parse_query(request.query)
        return cors.preflight(exchange)
    if "origin" in request.headers:
        from s3mock.gateway import cors

        cors.allow(exchange)
    if target.endpoint == "website":
        from s3mock.gateway import website

        return website.answer(exchange)

    if request.method not in routes.METHODS:
        raise inputs.bad_request()
    if request.query:
        exchange.query = parse_query(request.query)
    query = exchange.query
    exchange.signer = credential.credential(request, query)
    exchange.headers = request.headers  # with those that a signed query brings
    name = routes.match(request.method, target, query, request.headers)
    if name not in OPERATIONS:
        raise S3Error("NotImplemented", f"s3mock does not implement {name} yet.")
    declared = declaration(name)
    exchange.declare(declared)
    if exchange.cloud.faults.entries and not request.by_mock:
        from s3mock.gateway import faults

        if (interrupted := faults.begin(exchange)) is not None:
            return interrupted
    if inputs.COPY_SOURCE in request.headers:
        inputs.check_copy_source(name, request.headers)
    if exchange.signer is None and name == "ListBuckets" and target.domain is not None and not target.accelerate:
        from s3mock.gateway import website

        return Response(307, {"Location": website.HOME_PAGE, "Content-Length": "0"})

    address.locate(exchange)
    wire = codec.of(name)
    body.unwrap(exchange, wire, authentication.authenticate(exchange))
    exchange.parameters = parameters = wire.parse(request, target, query)
    authentication.identify(exchange, parameters)
    if declared.refuses or SSE in request.headers:
        body.check_members(exchange, parameters)
    members = wire.document_members
    refused = body.read_document(exchange, wire, parameters) if members or request.body.size != 0 else None
    handler = address.resolve(exchange, parameters.get("ExpectedBucketOwner"))
    if target.accelerate:
        from s3mock.responses import accelerate

        accelerate.check(exchange)

    if not access.is_unlimited(exchange):
        from s3mock.responses.access import authorizer

        authorizer.check(exchange, parameters)
    if exchange.has_bucket:
        if exchange.configuration.payer is not None:
            from s3mock.responses import request_payment

            request_payment.check(exchange, parameters)
        if exchange.bucket.zone is not None:
            from s3mock.responses import directory

            parameters = dict(parameters)  # which it completes
            directory.check(exchange, parameters)
    if refused is not None:
        if not members:
            raise refused
        parameters = WithoutDocument(parameters, members, refused)
    reply = handler(exchange, parameters)
    return reply if isinstance(reply, Outside) else _serialize(exchange, reply)


def _serialize(exchange: Exchange, reply: Parameters) -> Response:
    if exchange.charged:
        from s3mock.responses import request_payment

        reply = {**reply, "RequestCharged": request_payment.CONSENT}
    response = codec.of(exchange.operation).serialize(reply, exchange.status)
    response.headers.update(exchange.reply_headers)
    return response


def _error(exchange: Exchange, error: S3Error) -> Response:
    exchange.error = error.code
    response = error_document.serialize(error, exchange.request_id, exchange.host_id)
    if exchange.request.method == "HEAD":
        response.headers.update(address.bucket_region(exchange))
    return response


def _finish(exchange: Exchange, outcome: Response | Outside) -> Exchange:
    """Add the headers that every response of S3 has, remove the body where there is none, and log the exchange."""
    if isinstance(outcome, Outside):
        exchange.outside = outcome
        return exchange
    if exchange.faults:
        from s3mock.gateway import faults

        outcome = faults.end(exchange, outcome)
    exchange.response = outcome
    headers = outcome.headers
    headers["x-amz-id-2"] = exchange.host_id
    headers["x-amz-request-id"] = exchange.request_id
    exchange.answered = exchange.cloud.clock.now()
    headers["Date"] = scalars.http_date(exchange.answered)
    headers["Server"] = "AmazonS3"
    if exchange.cors_headers:
        headers.update(exchange.cors_headers)
    if outcome.status in BODILESS:
        headers.pop("Content-Type", None)
        headers.pop("Content-Length", None)
        outcome.body = b""
    elif exchange.request.method == "HEAD":
        outcome.body = b""
    if exchange.cloud.store.keeps_logs and outcome.status:
        from s3mock.gateway import logging

        logging.record(exchange)
    return exchange
