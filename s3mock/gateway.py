"""From a request to a response, in S3's order of steps.

The one room that knows both how S3 spells and what it means.
"""

from __future__ import annotations

from s3mock.backend import access, ids
from s3mock.backend.cloud import Cloud
from s3mock.errors import S3Error
from s3mock.models import regions
from s3mock.models.encryption import HEADER as SSE
from s3mock.responses import OPERATIONS, access_point, directory, encryption, payload
from s3mock.responses.context import Context
from s3mock.wire import chunked, codec, content_sha256, error_document, hosts, model, routes, scalars, signature
from s3mock.wire.http import Body, Request, Response, parse_query

BODILESS = frozenset({204, 304})
"""Statuses whose answers have neither a body nor headers about one (s3_facts 1)."""

WITHOUT_BUCKET = frozenset({"CreateBucket", "WriteGetObjectResponse"})
"""Operations whose bucket, by what the host or path says, is not there yet or is none."""


def handle(cloud: Cloud, request: Request) -> Response:
    """Answer one request from the state of ``cloud``; every error of S3 becomes its error document."""
    request_id, host_id = ids.request_id(), ids.host_id()
    try:
        response = _answer(cloud, request, request_id)
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


def _answer(cloud: Cloud, request: Request, request_id: str) -> Response:
    target = hosts.parse(request.host, request.path, cloud.settings.custom_endpoints)
    query = parse_query(request.query)
    name = routes.match(request.method, target, query, request.headers)
    operation = OPERATIONS.get(name)
    if operation is None:
        raise S3Error("NotImplemented", f"s3mock does not implement {name} yet.")
    access_key, streams = signature.access_key(request, query), model.streams_in(name)
    content_sha256.verify(request, streams=streams, anonymous=access_key is None)
    chunked.decode(request)
    caller = cloud.caller(access_key)
    if request.body.size != 0 and not streams:
        request.body = Body(payload.verified(request.body.read(), _about_the_body(name, request.headers)))
    parameters = codec.parse(name, request, target, query)
    if SSE in request.headers and "ServerSideEncryption" not in parameters:
        raise encryption.header_refused(request.headers[SSE])
    if not operation.refused.isdisjoint(parameters):
        raise _refusal(name, operation.refused & parameters.keys())
    if name == routes.POST_OBJECT:
        caller = cloud.caller(parameters["AccessKey"])  # it is the form that is signed
    region = target.region or signature.scope_region(request, query) or "us-east-1"
    bucket, through, handler, bucket_name = None, None, operation.handler, target.bucket
    if bucket_name is not None and name not in WITHOUT_BUCKET:
        # By the region and not by the host: a custom endpoint has buckets of every partition.
        bucket = cloud.partition(regions.partition_of(region)).get(bucket_name)
        if bucket is None:
            through = _through(cloud, request, query, bucket_name, region, request_id)
            if through is not None:
                handler = access_point.handler(name, handler, through, of_bucket=target.key is None)
                bucket_name = through.point.buckets[0]
                bucket = cloud.partition(through.point.partition).get(bucket_name)
        if bucket is None and name == "CreateSession" and directory.comes_first(bucket_name, request.host):
            handler = directory.create_session_ahead
        else:
            bucket = access.admit(bucket, bucket_name, caller, parameters.get("ExpectedBucketOwner"))
    endpoint = f"{request.scheme}://{request.host}"
    context = Context(cloud, name, caller, region, endpoint, request.headers, bucket, query, through)
    if bucket is not None and bucket.zone is not None:
        handler = directory.handler(context, handler, parameters)
    response = codec.serialize(name, handler(context, parameters), context.status)
    response.headers.update(context.reply_headers)
    return response


def _through(
    cloud: Cloud, request: Request, query: dict[str, str], name: str, region: str, request_id: str
) -> access_point.Through | None:
    """Return how the request came if ``name`` is an access point's; None if it can only be a bucket's.

    Raises NoSuchAccessPoint and its like.
    """
    signer = signature.credential(request, query)
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


def _refusal(operation: str, members: frozenset[str]) -> S3Error:
    return S3Error(
        "NotImplemented",
        additionalMessage=f"s3mock does not support {', '.join(sorted(members))} of {operation} yet.",
    )
