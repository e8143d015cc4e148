"""The aws-chunked encoding: an object's bytes in chunks, each perhaps signed, and a checksum in a trailer after them.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from s3mock.errors import S3Error
from s3mock.http import Body
from s3mock.wire import model, scalars
from s3mock.wire.signing import content_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.http import Request
    from s3mock.wire.signing.chunks import ChunkVerifier


class _Framing(NamedTuple):
    signed: bool
    trailer: bool


_FRAMINGS = {
    name: _Framing(signed=name != content_sha256.UNSIGNED_TRAILER, trailer=name.endswith("-TRAILER"))
    for name in content_sha256.STREAMING
}
# Content-Encoding is aws-chunked, and x-amz-content-sha256 names no framing: SDKs for Java do that over https.
# (https://github.com/ministackorg/ministack/pull/100)
_UNANNOUNCED = _Framing(signed=False, trailer=True)

MINIMUM = 8192
"""The minimum number of bytes of every chunk but the last."""

SMALL = 1 << 16
"""Up to this many bytes, an object may be decoded in one step."""

_HEADER = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;chunk-signature=([0-9A-Fa-f*]+))?[ \t]*")
_LONGEST_HEADER = 1024
_LONGEST_TRAILER = 16384
_TRAILER_SIGNATURE = "x-amz-trailer-signature"

# S3's messages for anything wrong with the framing, and for a size other than the announced one.
# (https://github.com/versity/versitygw/issues/1685, /1666, /1684)
_CUT = "The request body terminated unexpectedly"
_MISCOUNTED = "You did not provide the number of bytes specified by the Content-Length HTTP header"


def decode(request: Request, verifier: ChunkVerifier | None = None) -> None:
    """Replace an aws-chunked body by one of the decoded bytes, and remove ``aws-chunked`` from Content-Encoding.

    When the last byte has been read, the trailers are in ``request.headers``. A request that is not aws-chunked stays
    as it is. ``verifier`` verifies the signatures of signed chunks while they are read; without one, nothing does.

    Raises ``MissingContentLength`` without a usable x-amz-decoded-content-length, ``InvalidRequest`` for an
    x-amz-trailer that is not a checksum, ``InvalidArgument`` for an unknown x-amz-content-sha256. While it is read, the
    body raises ``IncompleteBody``, ``InvalidChunkSizeError``, ``MalformedTrailerError`` and ``SignatureDoesNotMatch``.
    """
    headers = request.headers
    streaming = headers.get(content_sha256.HEADER, "")
    if streaming.startswith("STREAMING-"):
        if streaming not in _FRAMINGS:
            raise content_sha256.refused(streaming)
        framing = _FRAMINGS[streaming]
    elif "aws-chunked" not in headers.get("content-encoding", "").lower():
        return
    elif "x-amz-decoded-content-length" not in headers:
        # The caller wrote ContentEncoding="aws-chunked" and sends the bytes as they are: S3 drops the coding.
        _strip_encoding(headers)
        return
    else:
        framing = _UNANNOUNCED
    _strip_encoding(headers)
    length = headers.get("x-amz-decoded-content-length", "")
    try:
        size = scalars.long(length)
    except ValueError:
        size = -1
    if size < 0:
        # https://github.com/versity/versitygw/issues/1656
        raise S3Error("MissingContentLength")
    announced = headers.get("x-amz-trailer", "").strip().lower()
    if announced and announced not in _checksums():
        # https://github.com/versity/versitygw/issues/1161
        raise S3Error("InvalidRequest", "The value specified in the x-amz-trailer header is not supported")
    encoded, decoded = request.body, None
    if 0 < size <= SMALL and announced and not framing.signed:
        received = encoded.read(size + _LONGEST_TRAILER)
        decoded = _one_chunk(received, size, announced, headers)
        if decoded is None:
            encoded = Body(chain((received,), encoded), encoded.size, encoded.close)
    if decoded is None:
        decoded = _chunks(encoded, framing, size, announced, headers, verifier if framing.signed else None)
    request.body = Body(decoded, size, on_close=encoded.close)


def _one_chunk(received: bytes, size: int, announced: str, headers: dict[str, str]) -> Iterator[bytes] | None:
    """Return the bytes of a body that is one chunk and its trailer, as most of botocore's are; None for any other.

    It accepts nothing that ``_chunks`` does not, and takes a third of the time.
    """
    head, tail = b"%x\r\n" % size, b"\r\n0\r\n%s:" % announced.encode()
    start = len(head)
    stop = start + size
    if not (received.startswith(head) and received.startswith(tail, stop) and received.endswith(b"\r\n\r\n")):
        return None
    value = received[stop + len(tail) : -4]
    if b"\n" in value:
        return None
    return _chunk_and_trailer(received[start:stop], headers, announced, value.decode("latin-1").strip())


def _chunk_and_trailer(chunk: bytes, headers: dict[str, str], name: str, value: str) -> Iterator[bytes]:
    yield chunk
    headers[name] = value


def _strip_encoding(headers: dict[str, str]) -> None:
    """Remove ``aws-chunked`` from Content-Encoding, and all of it where it is the only coding."""
    encoding = headers.pop("content-encoding", "")
    if encoding == "aws-chunked":
        return
    others = [coding for coding in map(str.strip, encoding.split(",")) if coding and coding.lower() != "aws-chunked"]
    if others:
        headers["content-encoding"] = ",".join(others)


@cache
def _checksums() -> frozenset[str]:
    """Return the names of the headers that may be sent as a trailer."""
    return frozenset(
        binding.name.lower()
        for binding in model.inputs("PutObject")
        if binding.location == "header" and binding.name.lower().startswith("x-amz-checksum-")
    )


def _chunks(
    encoded: Body,
    framing: _Framing,
    expected: int,
    announced: str,
    headers: dict[str, str],
    verifier: ChunkVerifier | None,
) -> Iterator[bytes]:
    """Yield the decoded bytes, in pieces as large as they are received; then put the trailers into ``headers``.

    ``buffer`` from ``start`` on has been received and not yet used: at most one piece and the beginning of a chunk's
    header, so that every byte is copied at most once however the pieces are cut.
    """
    pieces = iter(encoded)
    buffer, start = b"", 0
    number = previous = provided = 0
    while True:
        # The chunk's header: its size, and its signature.
        while (end := buffer.find(b"\r\n", start)) < 0:
            if len(buffer) - start > _LONGEST_HEADER:
                raise S3Error("IncompleteBody", _CUT)
            buffer, start = buffer[start:] + _next(pieces), 0
        header = _HEADER.fullmatch(buffer, start, end)
        if header is None or (framing.signed and not header[2]):
            raise S3Error("IncompleteBody", _CUT)
        size, signature, start = int(header[1], 16), (header[2] or b"").decode(), end + 2
        running = sha256()
        if not size:
            break
        number += 1
        if number > 1 and previous < MINIMUM:
            # The chunk that S3 names is the one after the small one. (https://github.com/versity/versitygw/issues/1683;
            # unsigned chunks too: https://github.com/aws/aws-sdk-js-v3/pull/6799)
            raise S3Error("InvalidChunkSizeError", Chunk=number, BadChunkSize=previous)
        previous = size
        provided += size

        # Its bytes. The last of them are yielded after its signature has been verified.
        stop = start + size
        while stop > len(buffer):
            if start < len(buffer):
                if verifier is not None:
                    running.update(memoryview(buffer)[start:])
                yield buffer[start:]
            stop -= len(buffer)
            buffer, start = _next(pieces), 0
        if verifier is not None:
            running.update(memoryview(buffer)[start:stop])
            verifier.check_chunk(running.hexdigest(), signature)
        yield buffer[start:stop]

        # The line break after them.
        while len(buffer) < stop + 2:
            buffer, stop = buffer[stop:] + _next(pieces), 0
        if not buffer.startswith(b"\r\n", stop):
            raise S3Error("IncompleteBody", _CUT)
        start = stop + 2

    if verifier is not None:
        verifier.check_chunk(running.hexdigest(), signature)
    _read_trailers(buffer[start:], pieces, framing, announced, headers, verifier)
    if provided != expected:
        raise S3Error("IncompleteBody", _MISCOUNTED, NumberBytesExpected=expected, NumberBytesProvided=provided)


def _next(pieces: Iterator[bytes]) -> bytes:
    """Return the next piece of the body. Raises IncompleteBody."""
    piece = next(pieces, None)
    if piece is None:
        raise S3Error("IncompleteBody", _CUT)
    return piece


def _read_trailers(
    received: bytes,
    pieces: Iterator[bytes],
    framing: _Framing,
    announced: str,
    headers: dict[str, str],
    verifier: ChunkVerifier | None,
) -> None:
    """Put the trailers after the last chunk into ``headers``.

    Raises IncompleteBody, MalformedTrailerError, SignatureDoesNotMatch.
    """
    for piece in pieces:
        received += piece
        if len(received) > _LONGEST_TRAILER:
            break
    if len(received) > _LONGEST_TRAILER:
        raise S3Error("MalformedTrailerError")
    # A line may end in a line feed alone, and a blank line may follow it: the API page's examples are like that, and
    # the SDKs of MinIO send it. (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html)
    if not (received == b"\r\n" or received.endswith(b"\n\r\n")):
        raise S3Error("IncompleteBody", _CUT)
    trailers: dict[str, str] = {}
    for line in received.decode("latin-1").split("\n"):
        name, colon, value = line.strip().partition(":")
        if colon:
            trailers[name.strip().lower()] = value.strip()
        elif name:
            raise S3Error("MalformedTrailerError")
    signature = trailers.pop(_TRAILER_SIGNATURE, None)
    if framing.signed and announced and not trailers:
        # https://github.com/versity/versitygw/pull/1701
        raise S3Error("IncompleteBody", _CUT)
    if trailers.keys() != ({announced} if announced else set()) or (trailers and not framing.trailer):
        # https://github.com/versity/versitygw/issues/1600, /1690, /1691
        raise S3Error("MalformedTrailerError")
    if verifier is not None and trailers:  # a trailer without a signature has a wrong one (assumed)
        verifier.check_trailer(announced, trailers[announced], signature or "")
    headers.update(trailers)
    if signature is not None:
        headers[_TRAILER_SIGNATURE] = signature
