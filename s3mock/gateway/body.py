"""What a request brings along: its body, without the framing and with the right digests, and its members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.http import Body
from s3mock.models.encryption import HEADER as SSE
from s3mock.responses import encryption, payload
from s3mock.wire import chunked, model
from s3mock.wire.signing import content_sha256

if TYPE_CHECKING:
    from s3mock.exchange import Exchange
    from s3mock.responses.registry import Parameters
    from s3mock.wire.signing.chunks import Seal


def unwrap(exchange: Exchange, seal: Seal | None) -> None:
    """Take the framing off the body, and let ``seal`` verify its chunks.

    A document's digests are compared at once, an object's while it is read. Raises BadDigest and its like.
    """
    request, streams = exchange.request, model.streams_in(exchange.operation)
    content_sha256.verify(request, streams=streams, anonymous=exchange.signer is None)
    chunked.decode(request, seal)
    if request.body.size != 0 and not streams:
        request.body = Body(payload.verified(request.body.read(), _about_the_body(exchange.operation, request.headers)))


def check_members(exchange: Exchange, refused: frozenset[str], parameters: Parameters) -> None:
    """Refuse what the operation does not take, or does not support yet. Raises InvalidArgument, NotImplemented."""
    if SSE in exchange.headers and "ServerSideEncryption" not in parameters:
        raise encryption.header_refused(exchange.headers[SSE])
    if not refused.isdisjoint(parameters):
        members = ", ".join(sorted(refused & parameters.keys()))
        raise S3Error(
            "NotImplemented", additionalMessage=f"s3mock does not support {members} of {exchange.operation} yet."
        )


def _about_the_body(operation: str, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers that may tell the document's digests: the checksums of this one operation are the object's."""
    if operation == "CompleteMultipartUpload":
        return {name: value for name, value in headers.items() if not name.startswith("x-amz-checksum-")}
    return headers
