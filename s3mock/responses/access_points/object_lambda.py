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
"""What the function's answer says and GetObject's answer repeats: the members are the same in both."""


class Answer(NamedTuple):
    """What a function has answered: a status and what GetObject answers, or an error."""

    status: int
    reply: Parameters
    error: S3Error | None = None


_log = logging.getLogger("s3mock.object_lambda")


@operation("GetObject", point="object lambda")
def get_object(exchange: Exchange, request: Parameters) -> Outside:
    """Let the function of the Object Lambda access point answer.

    Raises NotImplemented for a range or part that the access point does not allow, LambdaRuntimeError where the
    function raises before it has answered, LambdaResponseNotReceived where it returns without an answer, and whatever
    error the function answers with.

    Differs: S3 passes the body on while the function writes it; here GetObject is answered when the function has
    returned, and a body that breaks off is no answer. How long the function takes does not matter.
    """
    point = _through(exchange)
    _check_features(exchange, request, point.features, "GetObject")
    invocation = exchange.cloud.invocations.begin(point.account, checked=request.get("ChecksumMode") == "ENABLED")
    event = object_lambda_event.event(exchange, request, point, invocation)
    context = LambdaContext.of(point.function, exchange.request_id, point.partition, point.region, point.account.id)

    def call() -> str:
        """Run the function; return the error code of a call that it leaves unanswered."""
        try:
            _call(point.function, event, context)
        except Exception:  # noqa: BLE001 - it is logged, and S3 tells the caller as much as here
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
    """Answer as the bucket does: no function is asked. Raises NotImplemented as ``get_object``."""
    point = _through(exchange)
    _check_features(exchange, request, point.features, "HeadObject")
    return objects.head_object(exchange, request)


def _through(exchange: Exchange) -> ObjectLambdaAccessPoint:
    """Return the access point that the request came through; raise LookupError if it is none of these."""
    if exchange.through is None or not isinstance(exchange.through.point, ObjectLambdaAccessPoint):
        raise LookupError(f"{exchange.operation} came through no Object Lambda access point")
    return exchange.through.point


def _check_features(exchange: Exchange, request: Parameters, allowed: frozenset[str], action: str) -> None:
    """Refuse a range or a part unless the access point allows them: the User Guide's "Range and partNumber headers".

    That it is a 501 is documented, the fields of the error are assumed.
    """
    if ("Range" in request or "Range" in exchange.query) and f"{action}-Range" not in allowed:
        raise S3Error("NotImplemented", Header="Range")
    if "PartNumber" in request and f"{action}-PartNumber" not in allowed:
        raise S3Error("NotImplemented", Header="partNumber")


def _call(function: Callable[..., Any], event: object, context: object) -> None:
    """Call a function as Lambda does, with event and context, or with the event alone if it takes no more."""
    if _takes_both(function):
        function(event, context)
    else:
        function(event)


def _takes_both(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # some that are written in C do not tell their parameters
        return True
    return True


@operation(
    "WriteGetObjectResponse", action="s3-object-lambda:WriteGetObjectResponse", on="token", log="REST.POST.OBJECT"
)
def write_get_object_response(exchange: Exchange, request: Parameters) -> Parameters:
    """Answer a GetObject that waits at an Object Lambda access point.

    S3 API: WriteGetObjectResponse
    """
    _check(request)
    invocation = exchange.cloud.invocations.find(request["RequestRoute"], request["RequestToken"], exchange.caller)
    exchange.cloud.invocations.take(invocation)
    status, code, message = request.get("StatusCode", 200), request.get("ErrorCode"), request.get("ErrorMessage")
    if code is None and message is None:
        invocation.answer = Answer(status, _reply(exchange, request, checked=invocation.checked))
    else:
        error = S3Error(code or object_lambda.STATUSES[status], message or "", status=status)
        invocation.answer = Answer(status, {}, error)
    return {}


def _check(request: Parameters) -> None:
    """Refuse an answer that is none. Raises ValidationError."""
    code, message = request.get("ErrorCode"), request.get("ErrorMessage")
    object_lambda.check_answer(request.get("StatusCode", 200), code, message)
    if request["Body"].size and (code is not None or message is not None):
        raise S3Error("ValidationError", "An error code or message cannot be used with an object in the body.")
    if len(_announced(request)) > 1:
        # "If you supply multiple checksum headers, this request will fail": how, is assumed.
        raise S3Error("ValidationError", "Only one checksum header can be specified at a time.")


def _announced(request: Parameters) -> list[checksums.Algorithm]:
    return [algorithm for algorithm in checksums.ALGORITHMS.values() if algorithm.member in request]


def _reply(exchange: Exchange, request: Parameters, *, checked: bool) -> Parameters:
    """Read the body; return what GetObject answers.

    A checksum is verified and passed on where the caller of GetObject asked for checksums. Raises IncompleteBody,
    BadDigest or InvalidRequest.
    """
    body, reply = request["Body"], {member: request[member] for member in FORWARDED if member in request}
    size = body.size
    algorithm = next(iter(_announced(request)), None) if checked else None
    if algorithm is None:
        blob = exchange.cloud.blobs.spool(body)
    else:
        running = algorithm.new()
        blob = exchange.cloud.blobs.spool(body, running)
        checksums.verify(algorithm, running.digest(), request[algorithm.member])
        reply[algorithm.member] = request[algorithm.member]
    if size is not None and blob.size != size:
        raise S3Error("IncompleteBody", NumberBytesExpected=size, NumberBytesProvided=blob.size)
    reply["ContentLength"] = blob.size
    reply["Body"] = blob.read() if blob.size <= objects.IN_ONE_PIECE else blob.chunks()
    return reply
