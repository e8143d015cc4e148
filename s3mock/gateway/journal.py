"""The entry of an answered exchange in the cloud's journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3mock.backend.journal import LARGE_DOCUMENT
from s3mock.models.account import ANONYMOUS
from s3mock.wire import codec, model

if TYPE_CHECKING:
    from s3mock.backend.journal import Journal
    from s3mock.exchange import Exchange

BODIES = {
    "PutObject": ("Body",),
    "UploadPart": ("Body",),
    "PostObject": ("Body", "Fields", "AccessKey", "Length", "URL", "TagSet"),
    "PutObjectAnnotation": ("AnnotationPayload",),
    "WriteGetObjectResponse": ("Body",),
}
"""The parameters with the bytes of an object, and what is read from a form besides parameters."""


def record(journal: Journal, exchange: Exchange, seconds: float, frame: tuple[str, int, str] | None) -> None:
    """Add the exchange to the journal: it took ``seconds``, and the line of ``frame`` called.

    This changes the parameters of the exchange: nothing may look at them afterwards.
    """
    request, response, target, operation = exchange.request, exchange.response, exchange.target, exchange.operation
    parameters: Any = exchange.parameters
    if not parameters:
        named = (("Bucket", target.bucket), ("Key", target.key))
        parameters = {member: value for member, value in named if value is not None} if operation else {}
    bytes_in, sent = request.body.size or 0, response.body
    if operation in BODIES:
        for member in BODIES[operation]:
            parameters.pop(member, None)
    elif operation and bytes_in >= LARGE_DOCUMENT:
        journal.forget_later(parameters, codec.of(operation).document_members)
    headers = exchange.headers
    signer: Any = ANONYMOUS if exchange.access_key is None else exchange.holder.principal or exchange.caller
    journal.append(
        (
            journal.number(),
            exchange.answered,
            operation,
            exchange.bucket.name if exchange.has_bucket else target.bucket,
            target.key,
            parameters,
            response.status,
            exchange.error,
            bytes_in,
            len(sent) if isinstance(sent, bytes) else sent.size or 0,
            seconds,
            exchange.request_id,
            request.method,
            request.scheme,
            request.host,
            request.path,
            request.query,
            headers.get("user-agent", ""),
            headers.get("amz-sdk-request", ""),
            response.headers.get("x-amz-storage-class"),
            signer,
            target.partition,
            frame,
            exchange.faults,
        )
    )


def parameters(operation: str) -> tuple[str, ...]:
    """The names of an operation's parameters; none if the installed botocore does not know it."""
    if operation not in model.operation_names() and operation not in model.ALIKE:
        return ()
    return tuple(binding.member for binding in model.inputs(operation))
