"""The faults of an exchange: in place of S3's steps, or done to their response.

An error comes before everything that depends on the request's caller and on what is stored, so that a rule fires
whatever else is wrong with the request.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from s3mock.backend.faults import Call
from s3mock.errors import CATALOGUE, S3Error
from s3mock.exchange import ANONYMOUS_ARN
from s3mock.http import CHUNK, Body, FailingResponse, Failure, Response
from s3mock.models.principal import root
from s3mock.models.regions import partition_of
from s3mock.responses import OPERATIONS
from s3mock.wire import error_document, eventstream, model
from s3mock.wire.website import error_page

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.faults import Entry, Fired
    from s3mock.exchange import Exchange
    from s3mock.models.fault import Rule

REASONS = {"SlowDown": "Slow Down"}
"""The reason phrases of errors that differ from their status's (github.com/pingcap/tiflash/issues/10538)."""

CLOSED = frozenset({"SlowDown", "TemporaryRedirect", "RequestTimeout"})
"""Errors after which S3 closes the connection, as after an error in a 200 (the page of CompleteMultipartUpload).

SlowDown: the issue above. TemporaryRedirect: github.com/cperciva/bsdec2-image-upload/issues/11. RequestTimeout: its
message.
"""

_ATTEMPT = re.compile(r"attempt=(\d+)")
_CHECKSUM = "x-amz-checksum-"
_ENDPOINT = "Endpoint"


def put(cloud: Cloud, rows: Sequence[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """Add rules to the table of a cloud, given as keywords of ``S3.fail`` or rows of JSON: their entries.

    Raises TypeError for an unknown keyword, ValueError for an invalid value; then none is added.
    """
    from s3mock.models import fault  # noqa: PLC0415 - few S3s have faults

    now = cloud.clock.timestamp()
    return cloud.faults.add(*(fault.rule(OPERATIONS, row, now, _has_body) for row in rows))


@lru_cache(256)
def _has_body(operation: str) -> bool:
    return any(binding.location in ("payload", "body") for binding in model.outputs(operation))


def begin(exchange: Exchange) -> Response | None:
    """Let the request meet the faults that are due: the response, without a status, if S3 never gives one.

    Raises S3Error where a fault is an error of S3's.
    """
    exchange.faults = exchange.cloud.faults.fire(_call(exchange))
    rule = _failing(exchange.faults)
    if rule is None or rule.after or rule.in_stream is not None:
        return None
    if rule.code is not None:
        raise _error(rule, exchange)
    if not rule.reaches_s3:
        exchange.error = rule.connection
        return Response(0, {})
    return None


def _call(exchange: Exchange) -> Call:
    signer, target, headers = exchange.signer, exchange.target, exchange.headers
    callers: tuple[str, ...] = (ANONYMOUS_ARN,)
    region = target.region
    if signer is not None:
        region = signer.region or region
        holder = exchange.cloud.holder(signer.access_key)
        principal = holder.principal or root(holder.account, partition_of(region or ""))
        callers = (signer.access_key, holder.account.id, principal.arn)
    attempt = _ATTEMPT.search(headers.get("amz-sdk-request", ""))
    return Call(
        *(exchange.operation, exchange.request.method, target.bucket, target.key, region, callers, headers),
        None if attempt is None else int(attempt[1]),
    )


def _failing(fired: tuple[Fired, ...]) -> Rule | None:
    """The rule of the fault that fails the request, None where it is only late."""
    return next((fault.rule for fault in fired if fault.rule.fails), None)


def _error(rule: Rule, exchange: Exchange) -> S3Error:
    """The error of a rule, with the fields that S3 would fill in."""
    assert rule.code is not None  # noqa: S101
    target, entry = exchange.target, CATALOGUE.get(rule.code)
    headers: dict[str, str] = {}
    known = {"BucketName": target.bucket, "Bucket": target.bucket, "Key": target.key, "Method": exchange.request.method}
    if rule.code == "TemporaryRedirect":
        # github.com/cperciva/bsdec2-image-upload/issues/11
        request = exchange.request
        endpoint = rule.fields.get(_ENDPOINT) or _regional(exchange)
        path = request.path
        if target.style == "path" and target.bucket is not None and endpoint.startswith(f"{target.bucket}."):
            path = path.removeprefix(f"/{target.bucket}") or "/"
        query = f"?{request.query}" if request.query else ""
        headers["Location"] = f"{request.scheme}://{endpoint}{path}{query}"
        known[_ENDPOINT] = endpoint
    if rule.code in CLOSED or rule.in_200:
        headers["Connection"] = "close"
    fields = {name: known[name] for name in (entry.fields if entry else ()) if known.get(name) is not None}
    return S3Error(
        rule.code,
        rule.message,
        status=200 if rule.in_200 else rule.status,
        headers=headers,
        **fields | dict(rule.fields),
    )


def _regional(exchange: Exchange) -> str:
    """The host of the bucket at the endpoint of its region; at a server of ours, the host of the request."""
    target = exchange.target
    if target.domain is None or target.bucket is None or target.endpoint != "s3":
        return exchange.request.host
    state = exchange.cloud.store.buckets.get((target.partition, target.bucket))
    region = target.region or "us-east-1" if state is None else state.identity.region
    return f"{target.bucket}.s3.{region}.{target.domain}"


def end(exchange: Exchange, response: Response) -> Response:
    """The response as the faults change it, with what is to happen to it on its way."""
    rule = _failing(exchange.faults)
    kind = end_of_body = ""
    pace = reason = None
    if rule is not None:
        if rule.code is not None:
            if rule.after:
                exchange.error = rule.code
                serialize = error_page if exchange.target.endpoint == "website" else error_document.serialize
                response = serialize(_error(rule, exchange), exchange.request_id, exchange.host_id)
            elif rule.in_stream is not None and isinstance(response.body, Body):
                body, error = response.body, _error(rule, exchange)
                response.body = Body(_interrupted(body, rule.in_stream, error), None, body.close)
            reason = None if rule.in_200 or rule.in_stream is not None else REASONS.get(rule.code)
        elif rule.connection is not None:
            kind = rule.connection if rule.at is None else ""
            end_of_body = "" if rule.at is None else rule.connection
            if rule.at is not None:
                _cut(response, rule.at)
        elif rule.body == "cut":
            end_of_body = "cut"
            _cut(response, 0.5 if rule.at is None else rule.at)
        elif rule.body == "corrupt":
            _corrupt(response, 0.5 if rule.at is None else rule.at)
        elif rule.body == "wrong checksum":
            _falsify(response)
        else:
            pace = rule.pace
    for fired in exchange.faults:
        for name, text in fired.rule.set_headers.items():
            for present in [other for other in response.headers if other.lower() == name.lower()]:
                del response.headers[present]
            if text is not None:
                response.headers[name] = text
    delay = sum(fired.latency for fired in exchange.faults)
    failure = Failure(kind, end_of_body, delay, pace)
    return FailingResponse(response, failure if any(failure) else None, reason)


def _interrupted(body: Body, events: int, error: S3Error) -> Iterator[bytes]:
    """The first events of a stream, and an error that ends it."""
    yield from eventstream.first_messages(body, events)
    yield eventstream.encode_error(error)


def _offset(at: float, size: int) -> int:
    """The offset of a byte in a body: ``at`` is that, or a fraction of the size below 1."""
    return int(at * size) if at < 1 else min(int(at), size)


def _size(response: Response) -> int:
    body = response.body
    return len(body) if isinstance(body, bytes) else body.size or 0


def _cut(response: Response, at: float) -> None:
    """Leave out the end of the body; its headers still tell the whole size."""
    body, offset = response.body, _offset(at, _size(response))
    if isinstance(body, bytes):
        response.body = body[:offset]
    else:
        response.body = Body(_pieces(body, offset), offset, body.close)


def _pieces(body: Body, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := body.read(min(size, CHUNK))):
        size -= len(piece)
        yield piece


def _corrupt(response: Response, at: float) -> None:
    """Change the bits of one byte of the body."""
    body, size = response.body, _size(response)
    offset = min(_offset(at, size), size - 1)
    if isinstance(body, bytes):
        response.body = body[:offset] + bytes(byte ^ 0xFF for byte in body[offset : offset + 1]) + body[offset + 1 :]
    else:
        response.body = Body(_corrupted(body, offset), body.size, body.close)


def _corrupted(body: Body, offset: int) -> Iterator[bytes]:
    yield from _pieces(body, offset)
    yield bytes(byte ^ 0xFF for byte in body.read(1))
    yield from body


def _falsify(response: Response) -> None:
    """Change the checksums and the digest of the body in the headers, so that they are still valid ones."""
    headers = response.headers
    for name, value in headers.items():
        if name.lower().startswith(_CHECKSUM) and name.lower() != f"{_CHECKSUM}type":
            digest, _, parts = value.partition("-")
            false = base64.b64encode(bytes(byte ^ 0xFF for byte in base64.b64decode(digest))).decode()
            headers[name] = f"{false}-{parts}" if parts else false
