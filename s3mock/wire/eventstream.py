"""The event stream that SelectObjectContent answers with: length-prefixed messages, each with headers and two CRCs.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from struct import pack
from typing import Any
from zlib import crc32

from s3mock.errors import S3Error
from s3mock.wire import xml

_STRING = 7
_FRAME = 16
"""Two lengths and the CRC of them before the headers, and the CRC of everything after the payload."""


def encode(events: Iterable[Mapping[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield the messages of events such as ``{"Records": {"Payload": b"..."}}`` or ``{"End": {}}``.

    ``Stats`` and ``Progress`` have ``Details``, whose members are written as XML. An S3Error that is raised meanwhile
    becomes an error message, which ends the stream: the status was sent long ago.
    """
    try:
        for event in events:
            ((name, content),) = event.items()
            yield _event(name, content)
    except S3Error as error:
        yield _message(
            {":error-code": error.code, ":error-message": error.message, ":message-type": "error"},
            b"",
        )


def _event(name: str, content: Mapping[str, Any]) -> bytes:
    headers = {":event-type": name, ":message-type": "event"}
    if "Payload" in content:
        return _message({**headers, ":content-type": "application/octet-stream"}, content["Payload"])
    if "Details" in content:
        members = "".join(f"<{member}>{value}</{member}>" for member, value in content["Details"].items())
        document = f"{xml.DECLARATION}<{name}>{members}</{name}>"
        return _message({**headers, ":content-type": "text/xml"}, document.encode())
    return _message(headers, b"")


def _message(headers: Mapping[str, str], payload: bytes) -> bytes:
    encoded = b"".join(_header(name.encode(), value.encode()) for name, value in headers.items())
    prelude = pack("!II", _FRAME + len(encoded) + len(payload), len(encoded))
    message = prelude + pack("!I", crc32(prelude)) + encoded + payload
    return message + pack("!I", crc32(message))


def _header(name: bytes, value: bytes) -> bytes:
    return pack("!B", len(name)) + name + pack("!BH", _STRING, len(value)) + value
