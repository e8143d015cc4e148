"""From a request to a response, in S3's order of steps. It and its steps alone know how S3 spells and what it means."""

from __future__ import annotations

from s3mock.backend import cause, ids
from s3mock.backend.bucket import Bucket
from s3mock.backend.cause import Cause
from s3mock.backend.cloud import Cloud
from s3mock.errors import S3Error
from s3mock.responses import OPERATIONS, accelerate, access, directory, request_payment
from s3mock.responses.context import Context
from s3mock.responses.registry import Handler, Parameters
from s3mock.steps import authentication, content, cross_origin, place, records, website
from s3mock.wire import codec, error_document, hosts, routes, scalars, signature
from s3mock.wire.http import Request, Response, parse_query

BODILESS = frozenset({204, 304})
"""Statuses whose answers have neither a body nor headers about one (s3_facts 1)."""


def handle(cloud: Cloud, request: Request) -> Response:
    """Answer one request from the state of ``cloud``; every error of S3 becomes its error document."""
    cloud.catch_up()
    request_id, host_id = ids.request_id(), ids.host_id()
    started = cloud.clock.timestamp() if cloud.access_log.on else 0.0
    # Said of the bucket as it is before the request: it may delete it.
    to_page = cross_origin.headers(cloud, request) if "origin" in request.headers else None
    failed = None
    try:
        response = _answer(cloud, request, request_id, host_id)
    except S3Error as error:
        failed = error.code
        response = error_document.serialize(error, request_id, host_id)
        if request.method == "HEAD":
            response.headers.update(place.region_of_bucket(cloud, request))
    headers = response.headers
    headers["x-amz-id-2"] = host_id
    headers["x-amz-request-id"] = request_id
    headers["Date"] = scalars.http_date(cloud.clock.now())
    headers["Server"] = "AmazonS3"
    if to_page:
        headers.update(to_page)
    if response.status in BODILESS:
        headers.pop("Content-Type", None)
        headers.pop("Content-Length", None)
        response.body = b""
    elif request.method == "HEAD":
        response.body = b""
    if cloud.access_log.on:
        records.keep(cloud, request, response, started, failed)
    if cloud.listeners:
        cloud.events.send()
    return response


def _answer(cloud: Cloud, request: Request, request_id: str, host_id: str) -> Response:
    target = hosts.parse(request.host, request.path, cloud.settings.custom_endpoints)
    if target.endpoint == "website" and request.method != "OPTIONS":
        return website.answer(cloud, request, target, request_id, host_id)
    query = parse_query(request.query)
    signer = signature.credential(request, query)
    name = routes.match(request.method, target, query, request.headers)
    if name == routes.PREFLIGHT:
        return cross_origin.preflight(cloud, request, target)
    if name not in OPERATIONS:
        raise S3Error("NotImplemented", f"s3mock does not implement {name} yet.")
    handler, refused = OPERATIONS[name]
    region, bucket = place.arrive(cloud, name, target, request, signer)
    seal = None
    if signer is not None and authentication.looks_at(cloud, signer):
        seal = authentication.authenticate(cloud, request, query, target, region, signer)
    content.unwrap(name, request, seal, anonymous=signer is None)
    parameters = codec.parse(name, request, target, query)
    content.check_members(name, refused, parameters, request.headers)
    access_key = None if signer is None else signer.access_key
    if name == routes.POST_OBJECT:
        access_key = parameters["AccessKey"]  # it is the form that is signed
    through = None
    if target.bucket is not None and name not in place.WITHOUT_BUCKET:
        bucket, through, handler = place.enter(
            *(cloud, name, target, bucket, region, request, signer, request_id),
            *(handler, parameters.get("ExpectedBucketOwner")),
        )
    context = Context(
        *(cloud, name, cloud.caller(access_key), region, f"{request.scheme}://{request.host}", request.headers),
        *(bucket, query, through, request, signer, access_key),
    )
    if target.accelerate:
        accelerate.check(name, bucket, virtual=target.style == "virtual")
    handler = _admitted(context, bucket, handler, parameters)
    if not cloud.listeners:
        return _reply(context, handler, parameters)
    with cause.of(Cause(name, context.caller, context.caller_arn, request.remote_address, request_id, host_id)):
        return _reply(context, handler, parameters)


def _admitted(context: Context, bucket: Bucket | None, handler: Handler, parameters: Parameters) -> Handler:
    """Return who answers, if the caller may ask."""
    if not access.is_unlimited(context, bucket):
        access.check(context, parameters)
    if bucket is None:
        return handler
    if bucket.configuration("payer") is not None:
        request_payment.check(context, bucket, parameters, anonymous=context.access_key is None)
    return handler if bucket.zone is None else directory.handler(context, handler, parameters)


def _reply(context: Context, handler: Handler, parameters: Parameters) -> Response:
    reply = handler(context, parameters)
    if context.charged:
        reply = {**reply, "RequestCharged": request_payment.CONSENT}
    response = codec.serialize(context.operation, reply, context.status)
    response.headers.update(context.reply_headers)
    return response
