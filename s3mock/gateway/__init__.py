"""From a request to a response, in S3's order of steps. It and its steps alone know how S3 spells and what it means."""

from __future__ import annotations

from s3mock.backend import cause
from s3mock.backend.cause import Cause
from s3mock.backend.cloud import Cloud
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.gateway import address, authentication, body, cors, logging, website
from s3mock.http import Request, Response, parse_query
from s3mock.responses import OPERATIONS, accelerate, access, directory, request_payment
from s3mock.responses.registry import Handler, Parameters
from s3mock.wire import codec, error_document, hosts, routes, scalars
from s3mock.wire.signing import credential

BODILESS = frozenset({204, 304})
"""Statuses whose answers have neither a body nor headers about one (s3_facts 1)."""


def handle(cloud: Cloud, request: Request) -> Response:
    """Answer one request from the state of ``cloud``; every error of S3 becomes its error document."""
    cloud.catch_up()
    exchange = Exchange(cloud, request)
    try:
        response = _answer(exchange)
    except S3Error as error:
        exchange.failed = error.code
        response = error_document.serialize(error, exchange.request_id, exchange.host_id)
        if request.method == "HEAD":
            response.headers.update(address.region_of_bucket(exchange))
    _finish(exchange, response)
    if cloud.access_log.on:
        logging.keep(exchange, response)
    if cloud.listeners:
        cloud.events.send()
    return response


def _answer(exchange: Exchange) -> Response:
    request = exchange.request
    exchange.target = target = hosts.parse(request.host, request.path, exchange.cloud.settings.custom_endpoints)
    if "origin" in request.headers:
        cors.prepare(exchange)
    if target.endpoint == "website" and request.method != "OPTIONS":
        return website.answer(exchange)
    exchange.query = parse_query(request.query)
    exchange.signer = credential.credential(request, exchange.query)
    exchange.operation = routes.match(request.method, target, exchange.query, request.headers)
    if exchange.operation == routes.PREFLIGHT:
        return cors.preflight(exchange)
    if exchange.operation not in OPERATIONS:
        raise S3Error("NotImplemented", f"s3mock does not implement {exchange.operation} yet.")
    handler, refused = OPERATIONS[exchange.operation]
    address.arrive(exchange)
    body.unwrap(exchange, authentication.authenticate(exchange))
    parameters = codec.parse(exchange.operation, request, target, exchange.query)
    body.check_members(exchange, refused, parameters)
    handler = address.enter(exchange, handler, parameters.get("ExpectedBucketOwner"))
    authentication.identify(exchange, parameters)
    accelerate.check(exchange)
    handler = _admitted(exchange, handler, parameters)
    if not exchange.cloud.listeners:
        return _reply(exchange, handler, parameters)
    with cause.of(
        Cause(
            exchange.operation,
            exchange.caller,
            exchange.caller_arn,
            request.remote_address,
            exchange.request_id,
            exchange.host_id,
        )
    ):
        return _reply(exchange, handler, parameters)


def _admitted(exchange: Exchange, handler: Handler, parameters: Parameters) -> Handler:
    """Return who answers, if the caller may ask."""
    if not access.is_unlimited(exchange):
        access.check(exchange, parameters)
    if not exchange.has_bucket:
        return handler
    if exchange.bucket.configuration("payer") is not None:
        request_payment.check(exchange, exchange.bucket, parameters, anonymous=exchange.access_key is None)
    return handler if exchange.bucket.zone is None else directory.handler(exchange, handler, parameters)


def _reply(exchange: Exchange, handler: Handler, parameters: Parameters) -> Response:
    reply = handler(exchange, parameters)
    if exchange.charged:
        reply = {**reply, "RequestCharged": request_payment.CONSENT}
    response = codec.serialize(exchange.operation, reply, exchange.status)
    response.headers.update(exchange.reply_headers)
    return response


def _finish(exchange: Exchange, response: Response) -> None:
    """Add what every answer has, and take off what this one must not have."""
    headers = response.headers
    headers["x-amz-id-2"] = exchange.host_id
    headers["x-amz-request-id"] = exchange.request_id
    headers["Date"] = scalars.http_date(exchange.cloud.clock.now())
    headers["Server"] = "AmazonS3"
    if exchange.to_page:
        headers.update(exchange.to_page)
    if response.status in BODILESS:
        headers.pop("Content-Type", None)
        headers.pop("Content-Length", None)
        response.body = b""
    elif exchange.request.method == "HEAD":
        response.body = b""
