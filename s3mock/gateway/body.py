"""The body of a request, without its framing and with verified digests, and the members of its input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.http import Body
from s3mock.models.encryption import HEADER as SSE
from s3mock.responses import payload
from s3mock.wire import chunked, inputs
from s3mock.wire.signing import content_sha256

if TYPE_CHECKING:
    from s3mock.exchange import Exchange, Parameters
    from s3mock.wire.codec import Codec
    from s3mock.wire.signing.chunks import ChunkVerifier


def unwrap(exchange: Exchange, wire: Codec, verifier: ChunkVerifier | None) -> None:
    """Remove the aws-chunked framing of the body, and verify the signatures of its chunks by ``verifier``.

    The digests of the body are verified while it is read. Raises InvalidArgument and InvalidRequest for an invalid
    x-amz-content-sha256, InvalidRequest for a body where there must not be one, and for a document without the digest
    that its operation requires.
    """
    request = exchange.request
    content_sha256.verify(request, streams=wire.streams, anonymous=exchange.signer is None)
    chunked.decode(request, verifier)
    if exchange.operation in inputs.COPIES:
        inputs.check_body(request)
    needs_digest = exchange.declared.needs_digest and request.body.size != 0
    if needs_digest and payload.DOCUMENT_DIGESTS.isdisjoint(request.headers):
        # s3_facts 21; https://github.com/versity/versitygw/issues/1521, of PutBucketTagging. An issue of
        # PutObjectTagging (1662) says that it needs none.
        raise S3Error("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")


def read_document(exchange: Exchange, wire: Codec, parameters: Parameters) -> S3Error | None:
    """Verify the body and add its document to ``parameters``; the error where S3 refuses them.

    The error is not raised yet, since S3 looks up first what the request is addressed to (s3_facts 25). The bytes of an
    object are left to their handler.
    """
    if wire.streams:
        return None
    request = exchange.request
    try:
        if request.body.size != 0:
            digests = request.headers
            if (
                exchange.operation == "CompleteMultipartUpload"
            ):  # its checksums are those of the object, not of the document
                digests = {name: value for name, value in digests.items() if not name.startswith("x-amz-checksum-")}
            limit, size = wire.most_bytes, request.body.size or 0
            document = b"" if size > limit else request.body.read(limit + 1)
            if max(size, len(document)) > limit:
                return S3Error("MaxMessageLengthExceeded", MaxMessageLengthBytes=limit)  # Error responses
            request.body = Body(payload.verified(document, digests))
        if wire.parse_document is not None:
            wire.parse_document(request, parameters)
    except S3Error as error:
        return error
    return None


def check_members(exchange: Exchange, parameters: Parameters) -> None:
    """Refuse members that the operation does not take, or that are not supported.

    Raises InvalidArgument, NotImplemented.
    """
    if SSE in exchange.headers and "ServerSideEncryption" not in parameters:
        from s3mock.responses import encryption  # noqa: PLC0415

        raise encryption.header_refused(exchange.headers[SSE])
    refuses = exchange.declared.refuses
    if not refuses.isdisjoint(parameters):
        members = ", ".join(sorted(refuses & parameters.keys()))
        raise S3Error(
            "NotImplemented", additionalMessage=f"s3mock does not support {members} of {exchange.operation} yet."
        )
