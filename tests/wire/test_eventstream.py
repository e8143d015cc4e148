"""The event stream, read by botocore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.eventstream import EventStream
from botocore.exceptions import EventStreamError
from botocore.parsers import EventStreamXMLParser

from s3mock.errors import S3Error
from s3mock.http import Body
from s3mock.wire import codec, eventstream
from tests.support import service_model

if TYPE_CHECKING:
    from botocore.model import StructureShape

EVENTS: list[dict[str, Any]] = [
    {"Records": {"Payload": b"a,b\n" * 3}},
    {"Cont": {}},
    {"Progress": {"Details": {"BytesScanned": 1, "BytesProcessed": 2, "BytesReturned": 3}}},
    {"Records": {"Payload": b""}},
    {"Stats": {"Details": {"BytesScanned": 10, "BytesProcessed": 20, "BytesReturned": 2**40}}},
    {"End": {}},
]


class _Raw:
    """What botocore streams events from."""

    def __init__(self, messages: list[bytes]) -> None:
        self.messages = messages

    def stream(self) -> Iterator[bytes]:
        return iter(self.messages)

    def close(self) -> None:
        self.messages = []


def read(messages: list[bytes]) -> list[dict[str, Any]]:
    output = service_model.operation("SelectObjectContent").output_shape
    assert output is not None
    payload = cast("StructureShape", output.members["Payload"])
    raw = cast("Any", _Raw(messages))
    return list(EventStream(raw, payload, EventStreamXMLParser(), "SelectObjectContent"))


def test_botocore_reads_every_kind_of_event() -> None:
    assert read(list(eventstream.encode(EVENTS))) == EVENTS


def test_the_response_of_select_is_a_stream_of_unknown_length() -> None:
    response = codec.of("SelectObjectContent").serialize({"Payload": iter(EVENTS)})
    assert isinstance(response.body, Body)
    assert response.status == 200
    assert "Content-Length" not in response.headers
    assert read([response.body.read()]) == EVENTS


def test_an_error_between_events_ends_the_stream() -> None:
    def events() -> Iterator[dict[str, Any]]:
        yield EVENTS[0]
        raise S3Error("InternalError", "We broke.")

    messages = list(eventstream.encode(events()))
    assert read(messages[:1]) == EVENTS[:1]
    with pytest.raises(EventStreamError, match=r"InternalError.*We broke\."):
        read(messages)


def test_a_message_is_framed_as_on_the_api_page() -> None:
    (message,) = eventstream.encode([{"Cont": {}}])
    assert message[:8] == bytes([0, 0, 0, 57, 0, 0, 0, 41])
    assert message[12:-4] == b"\x0b:event-type\x07\x00\x04Cont\x0d:message-type\x07\x00\x05event"
