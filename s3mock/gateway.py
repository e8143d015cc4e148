"""From a request to a response, in S3's order of steps.

The one room that knows both how S3 spells and what it means.
"""

from __future__ import annotations

from s3mock import website
from s3mock.authentication import authenticate
from s3mock.backend import access_points, admission, cause, ids, redirects
from s3mock.backend.bucket import Bucket
from s3mock.backend.cause import Cause
from s3mock.backend.cloud import Cloud
from s3mock.errors import S3Error
from s3mock.models import regions
from s3mock.models.encryption import HEADER as SSE
from s3mock.responses import (
    OPERATIONS,
    accelerate,
    access,
    access_point,
    cors,
    directory,
    encryption,
    logging,
    payload,
    request_payment,
)
from s3mock.responses.context import Context, requester
from s3mock.responses.registry import Handler, Parameters
from s3mock.wire import (
    access_log,
    chunked,
    codec,
    content_sha256,
    error_document,
    hosts,
    model,
    routes,
    scalars,
    signature,
)
from s3mock.wire.hosts import Target
from s3mock.wire.http import Body, Request, Response, parse_query
from s3mock.wire.seal import Seal
from s3mock.wire.signature import Credential

BODILESS = frozenset({204, 304})
"""Statuses whose answers have neither a body nor headers about one (s3_facts 1)."""

WITHOUT_BUCKET = frozenset({"CreateBucket", "WriteGetObjectResponse"})
"""Operations whose bucket, by what the host or path says, is not there yet or is none."""


def handle(cloud: Cloud, request: Request) -> Response:
    """Answer one request from the state of ``cloud``; every error of S3 becomes its error document."""
    cloud.catch_up()
    request_id, host_id = ids.request_id(), ids.host_id()
    started = cloud.clock.timestamp() if cloud.access_log.on else 0.0
    # Said of the bucket as it is before the request: it may delete it.
    to_page = _to_page(cloud, request) if "origin" in request.headers else None
    failed = None
    try:
        response = _answer(cloud, request, request_id, host_id)
    except S3Error as error:
        failed = error.code
        response = error_document.serialize(error, request_id, host_id)
        if request.method == "HEAD":
            response.headers.update(_bucket_region(cloud, request))
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
        _log(cloud, request, response, request_id, host_id, started, failed)
    if cloud.listeners:
        cloud.events.send()
    return response


def _answer(cloud: Cloud, request: Request, request_id: str, host_id: str) -> Response:
    target = hosts.parse(request.host, request.path, cloud.settings.custom_endpoints)
    if target.endpoint == "website" and request.method != "OPTIONS":
        return website.answer(cloud, request, target, request_id, host_id)
    return _operate(cloud, request, target, request_id, host_id)


def _operate(cloud: Cloud, request: Request, target: Target, request_id: str, host_id: str) -> Response:
    query = parse_query(request.query)
    signer = signature.credential(request, query)
    name = routes.match(request.method, target, query, request.headers)
    if name == routes.PREFLIGHT:
        resource = "SERVICE" if target.bucket is None else "BUCKET" if target.key is None else "OBJECT"
        headers = cors.preflight(_bucket_by_address(cloud, target), request.headers, resource)
        return Response(200, {"Content-Length": "0", **headers})
    operation = OPERATIONS.get(name)
    if operation is None:
        raise S3Error("NotImplemented", f"s3mock does not implement {name} yet.")
    access_key, scope = (signer.access_key, signer.region) if signer else (None, None)
    region, bucket = _place(cloud, name, target, scope, request)
    looked_at = signer is not None and (signer.in_query or cloud.checks_headers or cloud.identities.temporary)
    seal = authenticate(cloud, request, query, target, region, signer) if signer is not None and looked_at else None
    _check_body(name, request, seal, anonymous=signer is None)
    parameters = codec.parse(name, request, target, query)
    _check_members(name, operation.refused, parameters, request.headers)
    if name == routes.POST_OBJECT:
        access_key = parameters["AccessKey"]  # it is the form that is signed
    caller = cloud.caller(access_key)
    through, handler = None, operation.handler
    if target.bucket is not None and name not in WITHOUT_BUCKET:
        bucket_name = target.bucket
        if bucket is None:
            through = _through(cloud, request, signer, bucket_name, region, request_id)
            if through is not None:
                handler = access_point.handler(name, handler, through, of_bucket=target.key is None)
                bucket_name = through.point.buckets[0]
                bucket = cloud.partition(through.point.partition).get(bucket_name)
        if bucket is None and name == "CreateSession" and directory.comes_first(bucket_name, request.host):
            handler = directory.create_session_ahead
        else:
            bucket = admission.admit(bucket, bucket_name, parameters.get("ExpectedBucketOwner"))
    endpoint = f"{request.scheme}://{request.host}"
    context = Context(
        *(cloud, name, caller, region, endpoint, request.headers, bucket, query, through),
        *(request, signer, access_key),
    )
    if target.accelerate:
        accelerate.check(name, bucket, virtual=target.style == "virtual")
    handler = _allowed(context, bucket, handler, parameters)
    source = request.remote_address
    why = Cause(name, caller, context.caller_arn, source, request_id, host_id) if cloud.listeners else None
    return _reply(context, handler, parameters, why)


def _allowed(context: Context, bucket: Bucket | None, handler: Handler, parameters: Parameters) -> Handler:
    """Return who answers, if the caller may ask."""
    if not access.is_unlimited(context, bucket):
        access.check(context, parameters)
    if bucket is None:
        return handler
    if bucket.configuration("payer") is not None:
        request_payment.check(context, bucket, parameters, anonymous=context.access_key is None)
    return handler if bucket.zone is None else directory.handler(context, handler, parameters)


def _reply(context: Context, handler: Handler, parameters: Parameters, why: Cause | None) -> Response:
    """Let the handler answer, with ``why`` where somebody listens to what it changes."""
    if why is None:
        reply = handler(context, parameters)
    else:
        with cause.of(why):
            reply = handler(context, parameters)
    if context.charged:
        reply = {**reply, "RequestCharged": request_payment.CONSENT}
    response = codec.serialize(context.operation, reply, context.status)
    response.headers.update(context.reply_headers)
    return response


def _log(
    cloud: Cloud,
    request: Request,
    response: Response,
    request_id: str,
    host_id: str,
    started: float,
    failed: str | None,
) -> None:
    """Keep a record of the request where the bucket that it was for is logged."""
    try:
        target = hosts.parse(request.host, request.path, cloud.settings.custom_endpoints)
        query = parse_query(request.query)
        signer = signature.credential(request, query)
    except S3Error:
        return
    bucket = _bucket_by_address(cloud, target)
    if bucket is None:
        return
    now = cloud.clock.timestamp()
    milliseconds = str(max(0, round((now - (started or now)) * 1000)))
    told = access_log.fields(request, response, target, query) | {
        "requester": "-" if signer is None else requester(cloud, cloud.caller(signer.access_key), bucket.region),
        "request_id": request_id,
        "host_id": host_id,
        "error": failed or response.headers.get("x-amz-error-code") or "-",
        "total_time": milliseconds,
        "turn_around_time": milliseconds,
    }
    logging.keep(cloud, bucket, told, request.headers.get("x-amz-copy-source"))


def _to_page(cloud: Cloud, request: Request) -> dict[str, str] | None:
    """Return what the answer says to a page of another origin; a preflight is answered with that alone."""
    if request.method == "OPTIONS":
        return None
    try:
        target = hosts.parse(request.host, request.path, cloud.settings.custom_endpoints)
    except S3Error:
        return None
    return cors.headers_for(_bucket_by_address(cloud, target), request.method, request.headers)


def _bucket_region(cloud: Cloud, request: Request) -> dict[str, str]:
    """Return what a refused HeadBucket tells all the same: where the bucket is, "regardless of the permissions"."""
    try:
        target = hosts.parse(request.host, request.path, cloud.settings.custom_endpoints)
    except S3Error:
        return {}
    bucket = _bucket_by_address(cloud, target) if target.key is None and target.endpoint == "s3" else None
    return {} if bucket is None else {redirects.HEADER: bucket.region}


def _bucket_by_address(cloud: Cloud, target: Target) -> Bucket | None:
    if target.bucket is None:
        return None
    return access_points.bucket_behind(cloud, target.bucket, target.region or regions.CLASSIC, target.partition)


def _place(cloud: Cloud, name: str, target: Target, signed: str | None, request: Request) -> tuple[str, Bucket | None]:
    """Return the region that the request is in and the bucket that it is for, None where that is not there.

    Raises PermanentRedirect and its like where one of AWS's endpoints is asked in the wrong region.
    """
    region = target.region or signed or regions.CLASSIC
    bucket = None
    if target.bucket is not None:
        # By the region and not by the host: a custom endpoint has buckets of every partition.
        bucket = cloud.partition(regions.partition_of(region)).get(target.bucket)
    if target.domain is not None and target.endpoint == "s3":
        region = redirects.arrival(name, bucket, target.region, target.domain, in_host=target.style == "virtual")
        redirects.check_signed(signed, region, bucket, in_query="authorization" not in request.headers)
    return region, None if name in WITHOUT_BUCKET else bucket


def _check_body(name: str, request: Request, seal: Seal | None, *, anonymous: bool) -> None:
    """Take the framing off the body, and let ``seal`` verify its chunks.

    A document's digests are compared at once, an object's while it is read.
    """
    streams = model.streams_in(name)
    content_sha256.verify(request, streams=streams, anonymous=anonymous)
    chunked.decode(request, seal)
    if request.body.size != 0 and not streams:
        request.body = Body(payload.verified(request.body.read(), _about_the_body(name, request.headers)))


def _check_members(name: str, refused: frozenset[str], parameters: Parameters, headers: dict[str, str]) -> None:
    """Refuse what the operation does not take, or does not support yet."""
    if SSE in headers and "ServerSideEncryption" not in parameters:
        raise encryption.header_refused(headers[SSE])
    if not refused.isdisjoint(parameters):
        members = ", ".join(sorted(refused & parameters.keys()))
        raise S3Error("NotImplemented", additionalMessage=f"s3mock does not support {members} of {name} yet.")


def _through(
    cloud: Cloud, request: Request, signer: Credential | None, name: str, region: str, request_id: str
) -> access_point.Through | None:
    """Return how the request came if ``name`` is an access point's; None if it can only be a bucket's.

    Raises NoSuchAccessPoint and its like.
    """
    service = (signer and signer.service) or "s3"
    point = cloud.access_points.find(name, service, region, regions.partition_of(region))
    if point is None:
        return None
    key = None if signer is None else signer.access_key
    return access_point.Through(point, name, request.method, request.url, key, request_id)


def _about_the_body(operation: str, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers that may tell the document's digests: the checksums of this one operation are the object's."""
    if operation == "CompleteMultipartUpload":
        return {name: value for name, value in headers.items() if not name.startswith("x-amz-checksum-")}
    return headers
