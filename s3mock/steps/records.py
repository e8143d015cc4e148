"""The gateway's last step: a record of the request, where the bucket that it was for is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.responses import logging
from s3mock.responses.context import requester
from s3mock.steps import place
from s3mock.wire import access_log, signature
from s3mock.wire.http import parse_query

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.wire.http import Request, Response


def keep(cloud: Cloud, request: Request, response: Response, started: float, failed: str | None) -> None:
    """Keep a record of the request, which came at ``started`` (0 where nobody looked) and failed with a code or not."""
    target, query = place.target_of(cloud, request), parse_query(request.query)
    bucket = None if target is None else place.bucket_by_address(cloud, target)
    if target is None or bucket is None:
        return
    try:
        signer = signature.credential(request, query)
    except S3Error:
        return
    now = cloud.clock.timestamp()
    milliseconds = str(max(0, round((now - (started or now)) * 1000)))
    told = access_log.fields(request, response, target, query) | {
        "requester": requester(cloud, None if signer is None else signer.access_key, bucket.region),
        "request_id": response.headers["x-amz-request-id"],
        "host_id": response.headers["x-amz-id-2"],
        "error": failed or response.headers.get("x-amz-error-code") or "-",
        "total_time": milliseconds,
        "turn_around_time": milliseconds,
    }
    logging.keep(cloud, bucket, told, request.headers.get("x-amz-copy-source"))
