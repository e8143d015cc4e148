"""From a request to a response, in S3's order of steps.

The one room that knows both how S3 spells and what it means.
"""

from __future__ import annotations

from s3mock.backend import access, ids
from s3mock.backend.cloud import Cloud
from s3mock.errors import S3Error
from s3mock.models import regions
from s3mock.responses import OPERATIONS, payload
from s3mock.responses.context import Context
from s3mock.wire import chunked, codec, error_document, hosts, model, routes, scalars, signature
from s3mock.wire.http import Body, Request, Response, parse_query

BODILESS = frozenset({204, 304})
"""Statuses whose answers have neither a body nor headers about one (s3_facts 1)."""


def handle(cloud: Cloud, request: Request) -> Response:
    """Answer one request from the state of ``cloud``; every error of S3 becomes its error document."""
    request_id, host_id = ids.request_id(), ids.host_id()
    try:
        response = _answer(cloud, request)
    except S3Error as error:
        response = error_document.serialize(error, request_id, host_id)
    headers = response.headers
    headers["x-amz-id-2"] = host_id
    headers["x-amz-request-id"] = request_id
    headers["Date"] = scalars.http_date(cloud.clock.now())
    headers["Server"] = "AmazonS3"
    if response.status in BODILESS:
        headers.pop("Content-Type", None)
        headers.pop("Content-Length", None)
        response.body = b""
    elif request.method == "HEAD":
        response.body = b""
    return response


def _answer(cloud: Cloud, request: Request) -> Response:
    target = hosts.parse(request.host, request.path, cloud.settings.custom_endpoints)
    query = parse_query(request.query)
    name = routes.match(request.method, target, query, request.headers)
    operation = OPERATIONS.get(name)
    if operation is None:
        raise S3Error("NotImplemented", f"s3mock does not implement {name} yet.")
    chunked.decode(request)
    caller = cloud.caller(signature.access_key(request, query))
    if request.body.size and not model.streams_in(name):
        request.body = Body(payload.verified(request.body.read(), _about_the_body(name, request.headers)))
    parameters = codec.parse(name, request, target, query)
    if not operation.refused.isdisjoint(parameters):
        raise _refusal(name, operation.refused & parameters.keys())
    if name == routes.POST_OBJECT:
        caller = cloud.caller(parameters["AccessKey"])  # it is the form that is signed
    region = target.region or signature.scope_region(request, query) or "us-east-1"
    bucket = None
    if target.bucket is not None and name != "CreateBucket":
        # By the region and not by the host: a custom endpoint has buckets of every partition.
        bucket = cloud.partition(regions.partition_of(region)).get(target.bucket)
        bucket = access.admit(bucket, target.bucket, caller, parameters.get("ExpectedBucketOwner"))
    endpoint = f"{request.scheme}://{request.host}"
    context = Context(cloud, name, caller, region, endpoint, request.headers, bucket)
    response = codec.serialize(name, operation.handler(context, parameters), context.status)
    response.headers.update(context.reply_headers)
    return response


def _about_the_body(operation: str, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers that may tell the document's digests: the checksums of this one operation are the object's."""
    if operation == "CompleteMultipartUpload":
        return {name: value for name, value in headers.items() if not name.startswith("x-amz-checksum-")}
    return headers


def _refusal(operation: str, members: frozenset[str]) -> S3Error:
    return S3Error(
        "NotImplemented",
        additionalMessage=f"s3mock does not support {', '.join(sorted(members))} of {operation} yet.",
    )
