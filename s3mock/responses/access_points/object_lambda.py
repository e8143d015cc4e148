"""Object Lambda: GetObject answered by a function, and WriteGetObjectResponse, by which the function answers.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-writing-lambda.html
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import checksums
from s3mock.models.access_points import object_lambda
from s3mock.models.access_points.lambda_context import LambdaContext
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
from s3mock.responses.access_points import object_lambda_event
from s3mock.responses.objects import objects
from s3mock.responses.registry import Outside, Parameters, operation

FORWARDED = (
    "AcceptRanges",
    "BucketKeyEnabled",
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentRange",
    "ContentType",
    "DeleteMarker",
    "ETag",
    "Expiration",
    "Expires",
    "LastModified",
    "Metadata",
    "MissingMeta",
    "ObjectLockLegalHoldStatus",
    "ObjectLockMode",
    "ObjectLockRetainUntilDate",
    "PartsCount",
    "ReplicationStatus",
    "RequestCharged",
    "Restore",
    "SSECustomerAlgorithm",
    "SSECustomerKeyMD5",
    "SSEKMSKeyId",
    "ServerSideEncryption",
    "StorageClass",
    "TagCount",
    "VersionId",
)
"""The members of WriteGetObjectResponse that the response of GetObject repeats."""


class Answer(NamedTuple):
    """A function's answer: the status and the response of GetObject, or an error."""

    status: int
    reply: Parameters
    error: S3Error | None = None


_log = logging.getLogger("s3mock.object_lambda")


@operation("GetObject", point="object lambda")
def get_object(exchange: Exchange, request: Parameters) -> Outside:
    """Let the function of the Object Lambda access point answer.

    Raises NotImplemented for a range or part that the access point does not allow, LambdaRuntimeError where the
    function raises before it has answered, LambdaResponseNotReceived where it returns without an answer, and the error
    that the function answers with.

    Differs: S3 passes the body on while the function writes it; here the response begins when the function has
    returned, and an incomplete body is no answer. How long the function takes does not matter.
    """
    point = _through(exchange)
    _check_features(exchange, request, point.features, "GetObject")
    invocation = exchange.cloud.invocations.begin(point.account, checked=request.get("ChecksumMode") == "ENABLED")
    event = object_lambda_event.event(exchange, request, point, invocation)
    context = LambdaContext.of(point.function, exchange.request_id, point.partition, point.region, point.account.id)

    def call() -> str:
        """Run the function; the error code for a call that it has not answered."""
        try:
            if _takes_context(point.function):
                point.function(event, context)
            else:
                point.function(event)
        except Exception:  # noqa: BLE001 - it is logged, and S3's callers do not learn more either
            # What the function does after its answer is ignored (User Guide), but its author wants to know.
            _log.exception("The function of %s failed", point.arn)
            return "LambdaRuntimeError"
        finally:
            exchange.cloud.invocations.end(invocation)
        return "LambdaResponseNotReceived"

    def reply(unanswered: str) -> Parameters:
        answer: Answer | None = invocation.answer
        if answer is None:
            raise S3Error(unanswered)
        if answer.error is not None:
            raise answer.error
        exchange.status = answer.status
        return answer.reply

    return Outside(call, reply)


@operation("HeadObject", point="object lambda")
def head_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Describe the object as the bucket has it, without calling the function. Raises NotImplemented as GetObject."""
    point = _through(exchange)
    _check_features(exchange, request, point.features, "HeadObject")
    return objects.head_object(exchange, request)


def _through(exchange: Exchange) -> ObjectLambdaAccessPoint:
    """The access point that the request came through. Raises LookupError if it is of another kind."""
    if exchange.through is None or not isinstance(exchange.through.point, ObjectLambdaAccessPoint):
        raise LookupError(f"{exchange.operation} did not come through an Object Lambda access point")
    return exchange.through.point


def _check_features(exchange: Exchange, request: Parameters, allowed: frozenset[str], action: str) -> None:
    """Refuse a range or a part unless the access point allows it (User Guide, "Range and partNumber headers").

    Raises NotImplemented.
    """
    asked = {"Range": "Range" in request or "Range" in exchange.query, "PartNumber": "PartNumber" in request}
    if any(present and f"{action}-{feature}" not in allowed for feature, present in asked.items()):
        raise S3Error("NotImplemented")


def _takes_context(function: Callable[..., Any]) -> bool:
    """Whether a function takes the event and the context, as Lambda's do, and not the event alone."""
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # some functions that are written in C have no signature
        return True
    return True


@operation(
    "WriteGetObjectResponse", action="s3-object-lambda:WriteGetObjectResponse", on="token", log="REST.POST.OBJECT"
)
def write_get_object_response(exchange: Exchange, request: Parameters) -> Parameters:
    """Answer a GetObject that waits at an Object Lambda access point.

    S3 API: WriteGetObjectResponse

    Raises ValidationError, AccessDenied for a function of another account, IncompleteBody, BadDigest, InvalidRequest.
    """
    body, status = request["Body"], request.get("StatusCode", 200)
    code, message = request.get("ErrorCode"), request.get("ErrorMessage")
    is_error = code is not None or message is not None
    announced = [algorithm for algorithm in checksums.ALGORITHMS.values() if algorithm.member in request]
    object_lambda.check_answer(status, code, message)
    if body.size and is_error:
        raise S3Error("ValidationError", "An error code or message cannot be used with an object in the body.")
    if len(announced) > 1:
        # "If you supply multiple checksum headers, this request will fail": the API page.
        raise S3Error("ValidationError", "Only one checksum header can be specified at a time.")
    invocations = exchange.cloud.invocations
    invocation = invocations.find(request["RequestRoute"], request["RequestToken"], exchange.caller)
    invocations.take(invocation)
    if is_error:
        error = S3Error(code or object_lambda.STATUSES[status], message or "", status=status)
        invocation.answer = Answer(status, {}, error)
        return {}

    # A checksum is verified and passed on if the caller of GetObject has enabled the checksum mode.
    reply = {member: request[member] for member in FORWARDED if member in request}
    if invocation.checked and announced:
        algorithm = announced[0]
        running = algorithm.new()
        blob = exchange.cloud.blobs.spool(body, running)
        checksums.verify(algorithm, running.digest(), request[algorithm.member])
        reply[algorithm.member] = request[algorithm.member]
    else:
        blob = exchange.cloud.blobs.spool(body)
    if body.size is not None and blob.size != body.size:
        raise S3Error("IncompleteBody", NumberBytesExpected=body.size, NumberBytesProvided=blob.size)
    reply["ContentLength"] = blob.size
    reply["Body"] = blob.read() if blob.size <= objects.IN_ONE_PIECE else blob.chunks()
    invocation.answer = Answer(status, reply)
    return {}
