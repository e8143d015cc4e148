"""The event stream that answers SelectObjectContent: length-prefixed messages, each with headers and two CRCs.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from struct import pack
from typing import Any
from zlib import crc32

from s3mock.errors import S3Error
from s3mock.http import Body
from s3mock.wire import xml

_STRING = 7
"""The type of a header's value."""
_FRAME = 16
"""Bytes of a message besides headers and payload: two lengths and their CRC before, the CRC of the message after."""


def encode(events: Iterable[Mapping[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield the messages of events such as ``{"Records": {"Payload": b"..."}}`` or ``{"End": {}}``.

    ``Stats`` and ``Progress`` have ``Details``, whose members are written as XML. An S3Error raised by ``events``
    becomes an error message, which ends the stream: by then the status has been sent.
    """
    try:
        for event in events:
            ((name, content),) = event.items()
            headers, payload = {":event-type": name, ":message-type": "event"}, b""
            if "Payload" in content:
                headers[":content-type"] = "application/octet-stream"
                payload = content["Payload"]
            elif "Details" in content:
                headers[":content-type"] = "text/xml"
                members = "".join(f"<{member}>{value}</{member}>" for member, value in content["Details"].items())
                payload = f"{xml.DECLARATION}<{name}>{members}</{name}>".encode()
            yield _message(headers, payload)
    except S3Error as error:
        yield encode_error(error)


def encode_error(error: S3Error) -> bytes:
    """The message of an error, which ends a stream."""
    headers = {":error-code": error.code, ":error-message": error.message, ":message-type": "error"}
    return _message(headers, b"")


def first_messages(body: Body, number: int) -> Iterator[bytes]:
    """The first messages of a stream."""
    for _ in range(number):
        size = body.read(4)
        if len(size) < 4:
            return
        yield size + body.read(int.from_bytes(size, "big") - 4)


def _message(headers: Mapping[str, str], payload: bytes) -> bytes:
    encoded = b""
    for name, text in headers.items():
        value = text.encode()
        encoded += pack("!B", len(name)) + name.encode() + pack("!BH", _STRING, len(value)) + value
    prelude = pack("!II", _FRAME + len(encoded) + len(payload), len(encoded))
    message = prelude + pack("!I", crc32(prelude)) + encoded + payload
    return message + pack("!I", crc32(message))
