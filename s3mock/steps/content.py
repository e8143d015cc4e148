"""What a request brings along: its body, without the framing and with the right digests, and its members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.models.encryption import HEADER as SSE
from s3mock.responses import encryption, payload
from s3mock.wire import chunked, content_sha256, model
from s3mock.wire.http import Body

if TYPE_CHECKING:
    from s3mock.responses.registry import Parameters
    from s3mock.wire.http import Request
    from s3mock.wire.seal import Seal


def unwrap(operation: str, request: Request, seal: Seal | None, *, anonymous: bool) -> None:
    """Take the framing off the body, and let ``seal`` verify its chunks.

    A document's digests are compared at once, an object's while it is read. Raises BadDigest and its like.
    """
    streams = model.streams_in(operation)
    content_sha256.verify(request, streams=streams, anonymous=anonymous)
    chunked.decode(request, seal)
    if request.body.size != 0 and not streams:
        request.body = Body(payload.verified(request.body.read(), _about_the_body(operation, request.headers)))


def check_members(operation: str, refused: frozenset[str], parameters: Parameters, headers: dict[str, str]) -> None:
    """Refuse what the operation does not take, or does not support yet. Raises InvalidArgument, NotImplemented."""
    if SSE in headers and "ServerSideEncryption" not in parameters:
        raise encryption.header_refused(headers[SSE])
    if not refused.isdisjoint(parameters):
        members = ", ".join(sorted(refused & parameters.keys()))
        raise S3Error("NotImplemented", additionalMessage=f"s3mock does not support {members} of {operation} yet.")


def _about_the_body(operation: str, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers that may tell the document's digests: the checksums of this one operation are the object's."""
    if operation == "CompleteMultipartUpload":
        return {name: value for name, value in headers.items() if not name.startswith("x-amz-checksum-")}
    return headers
