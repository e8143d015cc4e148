"""aws-chunked bodies: as botocore and other SDKs send them, cut anywhere, and broken."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import pytest
from botocore.httpchecksum import AwsChunkedWrapper, Crc32Checksum

from s3mock.errors import S3Error
from s3mock.http import Body, Request
from s3mock.wire import chunked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
SIGNED_V4A = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
SIGNED_V4A_TRAILER = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"
SIGNATURE = b";chunk-signature=" + b"0f" * 32
CRC32 = "x-amz-checksum-crc32"


def request(
    body: bytes | Iterable[bytes], length: int | str | None, form: str | None = UNSIGNED, **headers: str
) -> Request:
    all_headers = {
        "content-encoding": "aws-chunked",
        "x-amz-content-sha256": form,
        "x-amz-decoded-content-length": None if length is None else str(length),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    sent = {name: value for name, value in all_headers.items() if value is not None}
    return Request("PUT", "https", "localhost", "/bucket/key", "", sent, Body(body))


def decoded(sent: Request) -> bytes:
    chunked.decode(sent)
    return b"".join(sent.body)


def refusal(sent: Request) -> S3Error:
    with pytest.raises(S3Error) as caught:
        decoded(sent)
    return caught.value


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def encoded(chunks: Iterable[bytes], signature: bytes = b"", trailer: bytes = b"") -> bytes:
    return b"".join(b"%x%s\r\n%s\r\n" % (len(chunk), signature, chunk) for chunk in chunks) + (
        b"0" + signature + b"\r\n" + trailer + b"\r\n"
    )


def test_the_default_framing_of_botocore_is_decoded() -> None:
    data = random.Random(1).randbytes(3_000_000)
    wrapper = AwsChunkedWrapper(io.BytesIO(data), Crc32Checksum, CRC32)
    sent = request(iter(wrapper), len(data), x_amz_trailer=CRC32)
    chunked.decode(sent)
    assert sent.body.size == len(data)
    assert CRC32 not in sent.headers
    assert b"".join(sent.body) == data
    assert sent.headers[CRC32] == Crc32Checksum().handle(data)


def test_an_empty_body_also_has_a_trailer() -> None:
    sent = request(iter(AwsChunkedWrapper(io.BytesIO(b""), Crc32Checksum, CRC32)), 0, x_amz_trailer=CRC32)
    assert decoded(sent) == b""
    assert sent.headers[CRC32] == "AAAAAA=="


def test_the_body_can_be_read_in_pieces() -> None:
    sent = request(encoded([b"a" * 9000, b"bc"]), 9002)
    chunked.decode(sent)
    assert [len(sent.body.read(4000)) for _ in range(4)] == [4000, 4000, 1002, 0]


@pytest.mark.parametrize("form", [SIGNED, SIGNED_V4A])
def test_signed_chunks_are_decoded(form: str) -> None:
    chunks = [b"a" * 65536, b"b" * 65536, b"\r\n0\r\n"]
    assert decoded(request(encoded(chunks, SIGNATURE), 131077, form)) == b"".join(chunks)


def test_the_signature_of_sigv4a_can_be_padded() -> None:
    signature = b";chunk-signature=" + b"3046" * 35 + b"****"
    assert decoded(request(encoded([b"bytes"], signature), 5, SIGNED_V4A)) == b"bytes"


@pytest.mark.parametrize("form", [SIGNED_TRAILER, SIGNED_V4A_TRAILER])
@pytest.mark.parametrize("end_of_line", [b"\r\n", b"\n\r\n"])
def test_a_signed_trailer_is_kept_with_its_signature(form: str, end_of_line: bytes) -> None:
    trailer = b"x-amz-checksum-crc32c:sOO8/Q==" + end_of_line + b"x-amz-trailer-signature:" + b"63" * 32 + b"\r\n"
    sent = request(encoded([b"bytes"], SIGNATURE, trailer), 5, form, x_amz_trailer="x-amz-checksum-crc32c")
    assert decoded(sent) == b"bytes"
    assert sent.headers["x-amz-checksum-crc32c"] == "sOO8/Q=="
    assert sent.headers["x-amz-trailer-signature"] == "63" * 32


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 8191, 8192, 8193, 8198, 16390, 100_000])
@pytest.mark.parametrize("signature", [b"", SIGNATURE])
def test_a_body_can_arrive_split_at_any_byte(size: int, signature: bytes) -> None:
    data = random.Random(2).randbytes(8192 + 9000 + 11)
    chunks = [data[:8192], data[8192:-11], data[-11:]]
    trailer = b"x-amz-checksum-crc32:AAAAAA==\r\n"
    form = SIGNED_TRAILER if signature else UNSIGNED
    sent = request(cut(encoded(chunks, signature, trailer), size), len(data), form, x_amz_trailer=CRC32)
    assert decoded(sent) == data
    assert sent.headers[CRC32] == "AAAAAA=="


def test_pieces_of_a_chunk_are_passed_on_without_a_copy() -> None:
    piece = b"b" * 8192
    sent = request(iter([b"6000\r\n", piece, piece, piece, b"\r\n0\r\n\r\n"]), 24576)
    chunked.decode(sent)
    assert [received is piece for received in sent.body] == [True, True, True]


def test_nothing_is_read_until_the_decoded_body_is_read() -> None:
    pieces = iter([encoded([b"bytes"])])
    sent = request(pieces, 5)
    chunked.decode(sent)
    assert sent.body.size == 5
    assert list(pieces) == [encoded([b"bytes"])]


def test_closing_the_decoded_body_closes_the_encoded_one() -> None:
    closed: list[bool] = []
    sent = request(b"", 5)
    sent.body = Body(encoded([b"bytes"]), on_close=lambda: closed.append(True))
    chunked.decode(sent)
    sent.body.close()
    assert closed == [True]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("aws-chunked", None),
        ("gzip,aws-chunked", "gzip"),
        ("gzip, aws-chunked", "gzip"),
        ("aws-chunked, gzip", "gzip"),
        ("deflate, gzip, aws-chunked", "deflate,gzip"),
        ("AWS-Chunked", None),
        ("gzip", "gzip"),
        (None, None),
    ],
)
def test_aws_chunked_is_not_part_of_the_content_encoding(before: str | None, after: str | None) -> None:
    sent = request(encoded([b"bytes"]), 5)
    sent.headers.pop("content-encoding")
    if before is not None:
        sent.headers["content-encoding"] = before
    assert decoded(sent) == b"bytes"
    assert sent.headers.get("content-encoding") == after


def test_content_encoding_alone_announces_chunks_if_there_is_a_decoded_length() -> None:
    assert decoded(request(encoded([b"bytes"]), 5, "UNSIGNED-PAYLOAD")) == b"bytes"
    assert decoded(request(encoded([b"bytes"]), 5, None)) == b"bytes"
    assert decoded(request(encoded([b"bytes"], SIGNATURE), 5, None)) == b"bytes"


def test_a_plain_body_with_content_encoding_aws_chunked_is_unchanged() -> None:
    sent = request(b"bytes", None, "UNSIGNED-PAYLOAD", content_encoding="gzip, aws-chunked")
    assert decoded(sent) == b"bytes"
    assert sent.headers["content-encoding"] == "gzip"


def test_the_decoded_length_of_a_plain_body_is_ignored() -> None:
    sent = request(b"bytes", 17, "UNSIGNED-PAYLOAD", content_encoding="gzip")
    body = sent.body
    chunked.decode(sent)
    assert sent.body is body
    assert sent.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("length", [None, "abc", "-5", "", "5.0", "\u0665"])
def test_a_chunked_body_without_its_decoded_length_is_refused(length: str | None) -> None:
    error = refusal(request(encoded([b"bytes"]), length))
    assert (error.code, error.status) == ("MissingContentLength", 411)


@pytest.mark.parametrize("length", [0, 3, 6])
@pytest.mark.parametrize(("form", "signature"), [(UNSIGNED, b""), (SIGNED, SIGNATURE)])
def test_a_wrong_decoded_length_is_an_incomplete_body(length: int, form: str, signature: bytes) -> None:
    error = refusal(request(encoded([b"bytes"], signature), length, form))
    assert (error.code, error.status) == ("IncompleteBody", 400)
    assert error.message == "You did not provide the number of bytes specified by the Content-Length HTTP header"
    assert error.fields == {"NumberBytesExpected": length, "NumberBytesProvided": 5}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"5",
        b"5\r\n",
        b"5\r\nbyt",
        b"5\r\nbytes",
        b"5\r\nbytes\r\n",
        b"5\r\nbytes\r\n0",
        b"5\r\nbytes\r\n0\r\n",
        b"5\r\nbytes\r\n0\r\n\r",
        b"5\r\nbytes\r\n0\r\nX\n",
        b"3\r\nbytes\r\n0\r\n\r\n",
        b"5\r\nbytes0\r\n\r\n",
        b"5\nbytes\r\n0\r\n\r\n",
        b"\r\nbytes\r\n0\r\n\r\n",
        b"+5\r\nbytes\r\n0\r\n\r\n",
        b"0x5\r\nbytes\r\n0\r\n\r\n",
        b"5_0\r\nbytes\r\n0\r\n\r\n",
        b"-5\r\nbytes\r\n0\r\n\r\n",
        b"5;chunk-signature=\r\nbytes\r\n0\r\n\r\n",
        b"5;something=else\r\nbytes\r\n0\r\n\r\n",
        b"bytes and bytes",
        b"f" * 5000,
        b"ffffffffffffffff\r\nbytes",
    ],
)
def test_broken_framing_is_an_incomplete_body(body: bytes) -> None:
    for source in (body, cut(body, 1), cut(body, 4)):
        error = refusal(request(source, 5))
        assert (error.code, error.message) == ("IncompleteBody", "The request body terminated unexpectedly")


@pytest.mark.parametrize(
    "signature", [b"", b";chunk-signature=", b";chunk-signature", b";chunk-signature=xyz", b"chunk-signature=00"]
)
def test_a_chunk_without_its_signature_is_an_incomplete_body(signature: bytes) -> None:
    error = refusal(request(encoded([b"bytes"], signature), 5, SIGNED))
    assert (error.code, error.message) == ("IncompleteBody", "The request body terminated unexpectedly")


@pytest.mark.parametrize(("form", "signature"), [(UNSIGNED, b""), (SIGNED, SIGNATURE)])
def test_only_the_last_chunk_can_be_small(form: str, signature: bytes) -> None:
    assert decoded(request(encoded([b"a" * 8192, b"b"], signature), 8193, form)) == b"a" * 8192 + b"b"
    error = refusal(request(encoded([b"hel", b"lo"], signature), 5, form))
    assert error.code == "InvalidChunkSizeError"
    assert error.fields == {"Chunk": 2, "BadChunkSize": 3}
    error = refusal(request(encoded([b"a" * 8192, b"b" * 8191, b"c"], signature), 16384, form))
    assert error.fields == {"Chunk": 3, "BadChunkSize": 8191}


@pytest.mark.parametrize(
    ("trailer", "announced"),
    [
        (b"x-amz-checksum-crc32:AAAAAA==\r\n", None),
        (b"x-amz-checksum-crc32:AAAAAA==\r\n", "x-amz-checksum-sha256"),
        (b"", "x-amz-checksum-crc32"),
        (b"x-amz-checksum-crc32AAAAAA==\r\n", "x-amz-checksum-crc32"),
        (b":AAAAAA==\r\n", "x-amz-checksum-crc32"),
        (b"x-invalid-checksum-crc32:AAAAAA==\r\n", "x-amz-checksum-crc32"),
        (b"x-amz-checksum-crc32:AAAAAA==\r\nx-amz-checksum-sha1:AA==\r\n", "x-amz-checksum-crc32"),
        (b"x-amz-meta-a:b\r\n", None),
        (b"x-amz-checksum-crc32:" + b"A" * 20000 + b"\r\n", "x-amz-checksum-crc32"),
    ],
)
def test_a_trailer_other_than_the_announced_one_is_malformed(trailer: bytes, announced: str | None) -> None:
    headers = {"x_amz_trailer": announced} if announced else {}
    for source in (encoded([b"bytes"], b"", trailer), cut(encoded([b"bytes"], b"", trailer), 1)):
        sent = request(source, 5, **headers)
        error = refusal(sent)
        assert (error.code, error.status) == ("MalformedTrailerError", 400)
        assert CRC32 not in sent.headers


def test_a_signed_body_without_its_announced_trailer_is_incomplete() -> None:
    error = refusal(request(encoded([b"bytes"], SIGNATURE), 5, SIGNED_TRAILER, x_amz_trailer=CRC32))
    assert error.code == "IncompleteBody"


def test_a_trailer_after_a_payload_that_announced_none_is_malformed() -> None:
    body = encoded([b"bytes"], SIGNATURE, b"x-amz-checksum-crc32:AAAAAA==\r\n")
    assert refusal(request(body, 5, SIGNED, x_amz_trailer=CRC32)).code == "MalformedTrailerError"


@pytest.mark.parametrize("name", ["x-amz-checksum-sha10", "x-amz-meta-a", "content-type", f"{CRC32},{CRC32}c"])
def test_only_a_checksum_can_be_announced(name: str) -> None:
    error = refusal(request(encoded([b"bytes"]), 5, x_amz_trailer=name))
    assert (error.code, error.message) == (
        "InvalidRequest",
        "The value specified in the x-amz-trailer header is not supported",
    )


@pytest.mark.parametrize("algorithm", ["CRC32", "crc32c", "crc64nvme", "sha1", "sha256"])
def test_every_checksum_can_come_in_a_trailer(algorithm: str) -> None:
    body = encoded([b"bytes"], b"", b"X-Amz-Checksum-%s: AAAA \r\n" % algorithm.upper().encode())
    sent = request(body, 5, x_amz_trailer=f"x-amz-checksum-{algorithm}")
    assert decoded(sent) == b"bytes"
    assert sent.headers[f"x-amz-checksum-{algorithm.lower()}"] == "AAAA"


def test_an_unknown_streaming_value_is_refused() -> None:
    error = refusal(request(encoded([b"bytes"]), 5, "STREAMING-HMAC-SHA256-PAYLOAD"))
    assert error.code == "InvalidArgument"
    assert error.message.startswith("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    assert error.fields == {
        "ArgumentName": "x-amz-content-sha256",
        "ArgumentValue": "STREAMING-HMAC-SHA256-PAYLOAD",
    }
