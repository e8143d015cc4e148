"""The bytes of requests: every digest that a request sends with them is checked before anything is stored."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping

from s3mock.backend.blobs import Blob
from s3mock.backend.digests import checksums_of
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import checksums
from s3mock.models.checksums import ALGORITHMS, Algorithm, Checksum, Digests
from s3mock.responses.registry import Parameters

DIGEST_HEADERS = {
    "content-md5": "ContentMD5",
    "x-amz-sdk-checksum-algorithm": "ChecksumAlgorithm",
    **{algorithm.header: algorithm.member for algorithm in ALGORITHMS.values()},
}
"""The headers with a document's digests, and the members that they are where an operation has them."""

DOCUMENT_DIGESTS = DIGEST_HEADERS.keys() - {"x-amz-sdk-checksum-algorithm"}
"""The headers of which some operations require one."""


def store(
    exchange: Exchange, request: Parameters, default: Algorithm | None = None
) -> tuple[Blob, str, Checksum | None]:
    """Store the request's Body; returns the blob, its MD5 in hex, and its checksum.

    That is the one that the request has, otherwise one of ``default``, and None without either.

    Raises MissingContentLength, NotImplemented or EntityTooLarge before the body is read, IncompleteBody where it ends
    too early; BadDigest, InvalidDigest, InvalidRequest or MalformedTrailerError where a digest is wrong. The bytes are
    dropped then.
    """
    body = request["Body"]
    size = body.size
    if size is None:
        raise missing_length(exchange.headers)
    most = exchange.cloud.settings.put_max_size
    if size > most:
        raise S3Error("EntityTooLarge", ProposedSize=size, MaxSizeAllowed=most)
    digests = Digests(request, exchange.headers, default)
    blob = exchange.cloud.blobs.spool(body, *digests.running)
    if blob.size != size:
        raise S3Error("IncompleteBody", NumberBytesExpected=size, NumberBytesProvided=blob.size)
    return blob, digests.md5.hexdigest(), digests.verify(exchange.headers)


def missing_length(headers: Mapping[str, str]) -> S3Error:
    """The error for an object whose length is not known before its bytes come."""
    if "transfer-encoding" in headers:  # as answered in https://github.com/Automattic/knox/issues/43
        return S3Error("NotImplemented", Header="Transfer-Encoding")
    return S3Error("MissingContentLength")


def verified(body: bytes, headers: Mapping[str, str]) -> bytes:
    """The bytes of a document, once they are compared with the digests in the request's headers.

    Raises BadDigest, InvalidDigest or InvalidRequest.
    """
    sent = {member: headers[header] for header, member in DIGEST_HEADERS.items() if header in headers}
    if sent or "x-amz-trailer" in headers:
        digests = Digests(sent, headers)
        for running in digests.running:
            running.update(body)
        digests.verify(headers)
    return body


def digests_of(blob: Blob, algorithm: Algorithm | None, md5: str | None) -> tuple[str, Checksum | None]:
    """The MD5, in hex, of bytes that are stored already, and their checksum of ``algorithm``, if that is not None.

    The bytes are read for what is needed, ``md5`` if it is not known.
    """
    needed = [each for each in (None if md5 else ALGORITHMS["MD5"], algorithm) if each is not None]
    computed = {checksum.algorithm: checksum for checksum in checksums_of(blob, *needed)}
    return md5 or b64decode(computed["MD5"].value).hex(), None if algorithm is None else computed[algorithm.name]


def default_checksum(blob: Blob) -> Checksum:
    """The checksum that S3 computes by itself where the uploader sent none (s3_facts 2)."""
    return checksums_of(blob, checksums.DEFAULT)[0]
