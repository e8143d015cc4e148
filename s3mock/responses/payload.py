"""Taking bytes in: every digest that a request sends with them is checked before anything is stored."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping

from s3mock.backend.blobs import Blob
from s3mock.models import checksum
from s3mock.models.checksum import ALGORITHMS, Checksum, Digests
from s3mock.responses.context import Context
from s3mock.responses.registry import Parameters


def store(ctx: Context, request: Parameters) -> tuple[Blob, str, Checksum | None]:
    """Read the request's Body once; return it with its MD5 in hex and the checksum that the request announced.

    Raises BadDigest, InvalidDigest, InvalidRequest or MalformedTrailerError where a digest is wrong; the bytes are
    dropped then.
    """
    digests = Digests(request, ctx.headers)
    blob = ctx.cloud.blobs.spool(request.get("Body", ()), *digests.running)
    return blob, digests.md5.hexdigest(), digests.verify(ctx.headers)


def verified(body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return a document's bytes once the digests in the request's headers are found to be theirs.

    Raises BadDigest, InvalidDigest or InvalidRequest.
    """
    sent = {
        algorithm.member: headers[algorithm.header] for algorithm in ALGORITHMS.values() if algorithm.header in headers
    }
    if "content-md5" in headers:
        sent["ContentMD5"] = headers["content-md5"]
    if sent or "x-amz-trailer" in headers:
        digests = Digests(sent, headers)
        for running in digests.running:
            running.update(body)
        digests.verify(headers)
    return body


def take(ctx: Context, chunks: Iterable[bytes], algorithm: str | None) -> tuple[Blob, str, Checksum | None]:
    """Copy bytes that are here already; return them with their MD5 in hex and their checksum of ``algorithm``."""
    md5 = hashlib.md5(usedforsecurity=False)
    if algorithm is None:
        return ctx.cloud.blobs.spool(chunks, md5), md5.hexdigest(), None
    running = ALGORITHMS[algorithm].new()
    blob = ctx.cloud.blobs.spool(chunks, md5, running)
    return blob, md5.hexdigest(), Checksum(algorithm, b64encode(running.digest()).decode())


def default_checksum(blob: Blob) -> Checksum:
    """Return the checksum that S3 computes by itself where the uploader sent none (s3_facts 2)."""
    return checksum.of(checksum.DEFAULT, blob.chunks())
