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
from s3mock.wire import model
from s3mock.wire.signing import content_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.http import Request
    from s3mock.wire.signing.chunks import Seal


class _Form(NamedTuple):
    signed: bool
    trailer: bool


_FORMS = {
    name: _Form(signed=name != content_sha256.UNSIGNED_TRAILER, trailer=name.endswith("-TRAILER"))
    for name in content_sha256.STREAMING
}
# Content-Encoding says aws-chunked and x-amz-content-sha256 says nothing: SDKs for Java do that over https.
# (https://github.com/ministackorg/ministack/pull/100)
_UNSAID = _Form(signed=False, trailer=True)

MINIMUM = 8192
"""The least size of every chunk but the last."""

SMALL = 1 << 16
"""Up to this size a body is looked at whole."""

_HEADER = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;chunk-signature=([0-9A-Fa-f*]+))?[ \t]*")
_LONGEST_HEADER = 1024
_LONGEST_TRAILER = 16384
_TRAILER_SIGNATURE = "x-amz-trailer-signature"

# S3's words for all that is wrong with the framing, and for a sum that is not what was announced.
# (https://github.com/versity/versitygw/issues/1685, /1666, /1684)
_CUT = "The request body terminated unexpectedly"
_MISCOUNTED = "You did not provide the number of bytes specified by the Content-Length HTTP header"


def decode(request: Request, seal: Seal | None = None) -> None:
    """Replace an aws-chunked body by one that gives the decoded bytes, and take ``aws-chunked`` off Content-Encoding.

    When the last byte has been read, the trailers are in ``request.headers``. A request that is not aws-chunked stays
    as it is. Where the chunks are signed, ``seal`` verifies them while they are read; without it they are taken as they
    are.

    Raises ``MissingContentLength`` without a usable x-amz-decoded-content-length, ``InvalidRequest`` for an
    x-amz-trailer that is no checksum, ``InvalidArgument`` for an unknown x-amz-content-sha256. While it is read, the
    body raises ``IncompleteBody``, ``InvalidChunkSizeError``, ``MalformedTrailerError`` and ``SignatureDoesNotMatch``.
    """
    headers = request.headers
    streaming = headers.get(content_sha256.HEADER, "")
    if streaming.startswith("STREAMING-"):
        if streaming not in _FORMS:
            raise content_sha256.refused(streaming)
        form = _FORMS[streaming]
    elif "aws-chunked" not in headers.get("content-encoding", "").lower():
        return
    elif "x-amz-decoded-content-length" not in headers:
        # Somebody has written ContentEncoding="aws-chunked" and sends the bytes as they are: S3 drops the word.
        _strip_encoding(headers)
        return
    else:
        form = _UNSAID
    _strip_encoding(headers)
    length = headers.get("x-amz-decoded-content-length", "")
    if not (length.isascii() and length.isdecimal()):
        # https://github.com/versity/versitygw/issues/1656
        raise S3Error("MissingContentLength")
    announced = headers.get("x-amz-trailer", "").strip().lower()
    if announced and announced not in _checksums():
        # https://github.com/versity/versitygw/issues/1161
        raise S3Error("InvalidRequest", "The value specified in the x-amz-trailer header is not supported")
    encoded, size = request.body, int(length)
    chunks = None
    if 0 < size <= SMALL and announced and not form.signed:
        received = encoded.read(size + _LONGEST_TRAILER)
        chunks = _one_chunk(received, size, announced, headers)
        encoded = Body(chain((received,), encoded), encoded.size, encoded.close)
    if chunks is None:
        chunks = _chunks(encoded, form, size, announced, headers, seal if form.signed else None)
    request.body = Body(chunks, size, on_close=encoded.close)


def _one_chunk(received: bytes, size: int, announced: str, headers: dict[str, str]) -> Iterator[bytes] | None:
    """Return the bytes of a body that is one chunk and its trailer and nothing else, as botocore sends most; else None.

    It says nothing that ``_chunks`` does not, in a third of the time.
    """
    head, tail = b"%x\r\n" % size, b"\r\n0\r\n%s:" % announced.encode()
    start = len(head)
    stop = start + size
    if not (received.startswith(head) and received.startswith(tail, stop) and received.endswith(b"\r\n\r\n")):
        return None
    value = received[stop + len(tail) : -4]
    if b"\n" in value:
        return None
    return _then(received[start:stop], headers, announced, value.decode("latin-1").strip())


def _then(chunk: bytes, headers: dict[str, str], name: str, value: str) -> Iterator[bytes]:
    yield chunk
    headers[name] = value


def _strip_encoding(headers: dict[str, str]) -> None:
    encoding = headers.pop("content-encoding", "")
    if encoding == "aws-chunked":
        return
    others = [coding for coding in map(str.strip, encoding.split(",")) if coding and coding.lower() != "aws-chunked"]
    if others:
        headers["content-encoding"] = ",".join(others)


@cache
def _checksums() -> frozenset[str]:
    """Return the headers that can come as a trailer."""
    return frozenset(
        binding.name.lower()
        for binding in model.inputs("PutObject")
        if binding.location == "header" and binding.name.lower().startswith("x-amz-checksum-")
    )


def _chunks(
    encoded: Body, form: _Form, expected: int, announced: str, headers: dict[str, str], seal: Seal | None
) -> Iterator[bytes]:
    """Give the decoded bytes, in pieces as large as they come; then put the trailers into ``headers``.

    ``buffer`` from ``start`` on is what has been received and not yet used: no more than one piece and the beginning of
    a chunk's header, so that every byte is copied at most once however the pieces are cut.
    """
    pieces = iter(encoded)
    buffer, start = b"", 0
    number = previous = provided = 0
    while True:
        size, signature, buffer, start = _read_header(buffer, start, pieces, form)
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
        stop = start + size
        while stop > len(buffer):
            if start < len(buffer):
                if seal is not None:
                    running.update(memoryview(buffer)[start:])
                yield buffer[start:]
            stop -= len(buffer)
            buffer, start = _next(pieces), 0
        if seal is not None:
            running.update(memoryview(buffer)[start:stop])
            seal.check_chunk(running.hexdigest(), signature)
        yield buffer[start:stop]
        buffer, start = _read_end_of_chunk(buffer, stop, pieces)
    if seal is not None:
        seal.check_chunk(running.hexdigest(), signature)
    _read_trailers(_rest(buffer[start:], pieces), form, announced, headers, seal)
    if provided != expected:
        raise S3Error("IncompleteBody", _MISCOUNTED, NumberBytesExpected=expected, NumberBytesProvided=provided)


def _read_header(buffer: bytes, start: int, pieces: Iterator[bytes], form: _Form) -> tuple[int, str, bytes, int]:
    """Return the size of the next chunk, its signature, and where its bytes begin."""
    while (end := buffer.find(b"\r\n", start)) < 0:
        if len(buffer) - start > _LONGEST_HEADER:
            raise S3Error("IncompleteBody", _CUT)
        buffer, start = buffer[start:] + _next(pieces), 0
    header = _HEADER.fullmatch(buffer, start, end)
    if header is None or (form.signed and not header[2]):
        raise S3Error("IncompleteBody", _CUT)
    return int(header[1], 16), (header[2] or b"").decode(), buffer, end + 2


def _read_end_of_chunk(buffer: bytes, stop: int, pieces: Iterator[bytes]) -> tuple[bytes, int]:
    while len(buffer) < stop + 2:
        buffer, stop = buffer[stop:] + _next(pieces), 0
    if not buffer.startswith(b"\r\n", stop):
        raise S3Error("IncompleteBody", _CUT)
    return buffer, stop + 2


def _next(pieces: Iterator[bytes]) -> bytes:
    piece = next(pieces, None)
    if piece is None:
        raise S3Error("IncompleteBody", _CUT)
    return piece


def _rest(received: bytes, pieces: Iterator[bytes]) -> bytes:
    while len(received) <= _LONGEST_TRAILER:
        piece = next(pieces, None)
        if piece is None:
            return received
        received += piece
    raise S3Error("MalformedTrailerError")


def _read_trailers(rest: bytes, form: _Form, announced: str, headers: dict[str, str], seal: Seal | None) -> None:
    # A line may end in a mere line feed and be followed by a blank one: the API page has its examples so, and the SDKs
    # of MinIO send that. (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html)
    if not (rest == b"\r\n" or rest.endswith(b"\n\r\n")):
        raise S3Error("IncompleteBody", _CUT)
    trailers: dict[str, str] = {}
    for line in rest.decode("latin-1").split("\n"):
        name, colon, value = line.strip().partition(":")
        if colon:
            trailers[name.strip().lower()] = value.strip()
        elif name:
            raise S3Error("MalformedTrailerError")
    signature = trailers.pop(_TRAILER_SIGNATURE, None)
    if form.signed and announced and not trailers:
        # https://github.com/versity/versitygw/pull/1701
        raise S3Error("IncompleteBody", _CUT)
    if trailers.keys() != ({announced} if announced else set()) or (trailers and not form.trailer):
        # https://github.com/versity/versitygw/issues/1600, /1690, /1691
        raise S3Error("MalformedTrailerError")
    if seal is not None and trailers:  # a trailer without a signature has a wrong one (assumed)
        seal.check_trailer(announced, trailers[announced], signature or "")
    headers.update(trailers)
    if signature is not None:
        headers[_TRAILER_SIGNATURE] = signature
