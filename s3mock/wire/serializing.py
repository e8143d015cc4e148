"""Results, as a boto3 caller would read them, into S3's responses: one closure per operation.

Everything that follows from the model is decided when the closures are made, so that a listing of a thousand keys takes
about a microsecond per key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, Protocol

from s3mock.http import Body, Response
from s3mock.wire import eventstream, model, quirks, scalars, xml
from s3mock.wire.model import Shape

Result = Mapping[str, Any]


class Serializer(Protocol):
    """Writes a result of an operation; a ``status`` replaces the usual one."""

    def __call__(self, result: Result, status: int | None = None, /) -> Response:
        """The response."""
        ...


_Write = Callable[[Any], str]
"""Returns a value as whole elements, including start and end tags."""
_WriteColumn = Callable[[Sequence[Any]], list[str]]
"""Returns each of several values as whole elements."""
_WriteBody = Callable[[Result, dict[str, str]], "bytes | Body"]
"""Returns the body of a result, and adds the headers that follow from its kind."""

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_REMEMBERED = 1024
"""How many different elements of an enum, a date or a list are cached."""

_HEADER_WRITERS: Mapping[str, _Write] = {
    "boolean": lambda value: "true" if value else "false",
    "list": ",".join,
    "timestamp": scalars.http_date,
}
"""How the value of a type is written in a header; of all others, ``str``."""


def compile_serializer(operation: str) -> Serializer:
    """Return the function that writes results of ``operation``."""
    bindings = model.outputs(operation)
    usual_status = quirks.STATUSES.get(operation, model.http(operation).status)
    headers: dict[str, tuple[str, _Write]] = {}
    for binding in bindings:
        if binding.location == "header":
            write = _HEADER_WRITERS.get(binding.shape.type_name, str)
            if binding.member in quirks.TEXT_DATES:
                write = str
            elif binding.shape.traits.get("timestampFormat") == "iso8601":
                write = scalars.xml_timestamp
            headers[binding.member] = (binding.name, write)
    metadata = next(((b.member, b.name) for b in bindings if b.location == "headers"), None)
    write_body = _body(operation)
    content_type = quirks.CONTENT_TYPES.get(operation)

    def serialize(result: Result, status: int | None = None) -> Response:
        lines: dict[str, str] = {}
        body = write_body(result, lines)
        if content_type is not None:
            lines["Content-Type"] = content_type
        for member, value in result.items():
            header = headers.get(member)
            if header is not None and value is not None:
                name, write = header
                lines[name] = write(value)
        if metadata is not None:
            member, prefix = metadata
            for name, value in (result.get(member) or {}).items():
                lines[prefix + name] = value
        size = len(body) if isinstance(body, bytes) else body.size
        if size is not None:
            lines.setdefault("Content-Length", str(size))
        return Response(usual_status if status is None else status, lines, body)

    return serialize


def _body(operation: str) -> _WriteBody:
    """Return the function that writes the body of ``operation``: nothing, raw bytes, events, or a document."""
    bindings = model.outputs(operation)
    payload = next((b for b in bindings if b.location == "payload"), None)
    if payload is None and not any(b.location == "body" for b in bindings):
        return lambda _result, _lines: b""
    member = "" if payload is None else payload.member

    if payload is not None and payload.shape.traits.get("eventstream"):
        return lambda result, _lines: Body(eventstream.encode(result.get(member) or ()))

    if payload is not None and payload.shape.type_name != "structure":

        def write_raw(result: Result, _lines: dict[str, str]) -> bytes | Body:
            content = result.get(member)
            if content is None:
                return b""
            if isinstance(content, str):
                return content.encode()
            # A handler returns many bytes as an iterable of them: handlers do not know Body.
            return content if isinstance(content, (bytes, Body)) else Body(content)

        return write_raw

    if payload is not None:
        shape = payload.shape
        root = shape.traits.get("locationName", shape.name)
    else:
        found = model.output_shape(operation)
        assert found is not None  # noqa: S101 - it has members
        shape = found
        root = quirks.ROOTS.get(operation, shape.name)
    writers = [(member, _element(name, shape)) for member, name, shape in _members(shape)]
    if operation in quirks.UNWRAPPED:
        writers = [(quirks.UNWRAPPED[operation], xml.escape)]
    if operation in quirks.MIXED:
        # The member that mixes several lists is written in its own order, at the place of the first of them.
        mixed, lists = quirks.MIXED[operation]
        each = {member: _structures(name, shape.member) for member, name, shape in _members(shape) if member in lists}
        first = next(index for index, (member, _) in enumerate(writers) if member in lists)

        def write_mixed(entries: Sequence[tuple[str, Result]]) -> str:
            written = {
                member: iter(write([entry for name, entry in entries if name == member]))
                for member, write in each.items()
            }
            return "".join([next(written[member]) for member, _ in entries])

        writers.insert(first, (mixed, write_mixed))
    start, end = f'{xml.DECLARATION}<{root} xmlns="{xml.NAMESPACE}">', f"</{root}>"

    def write_document(result: Result, lines: dict[str, str]) -> bytes:
        lines["Content-Type"] = xml.CONTENT_TYPE
        get = result.get
        content = [write(value) for name, write in writers if (value := get(name)) is not None]
        return f"{start}{''.join(content)}{end}".encode()

    if payload is None:
        return write_document

    def write_payload(result: Result, lines: dict[str, str]) -> bytes:
        content = result.get(member)
        return b"" if content is None else write_document(content, lines)

    return write_payload


def _members(shape: Shape) -> Iterator[tuple[str, str, Shape]]:
    """Iterate over the members of a structure that are elements, in S3's order, each with its element's name."""
    members = shape.members
    first = [member for member in quirks.ORDER.get(shape.name, ()) if member in members]  # not in every botocore
    for member in (*first, *(member for member in members if member not in first)):
        member_shape = members[member]
        traits = member_shape.traits
        if "location" in traits or traits.get("xmlAttribute"):
            continue
        name = traits.get("locationName")
        if name is None and member_shape.type_name == "list" and traits.get("flattened"):
            name = member_shape.member.traits.get("locationName")
        yield member, name or member, member_shape


def _element(name: str, shape: Shape) -> _Write:
    """Return the function that writes a value as the element ``name``, or as several of a flattened list."""
    start, end = f"<{name}>", f"</{name}>"
    escape, remember = xml.escape, lru_cache(_REMEMBERED)
    if shape.type_name == "structure":
        write_one = _structures(name, shape)
        return lambda value: write_one((value,))[0]
    if shape.type_name == "list":
        flattened, item = shape.traits.get("flattened"), shape.member
        item_name = name if flattened else item.traits.get("locationName", "member")
        if flattened:
            start = end = ""
        if item.type_name == "structure":
            write_all = _structures(item_name, item)
            return lambda values: f"{start}{''.join(write_all(values))}{end}"
        write_item = _element(item_name, item)
        # Lists of scalars (ChecksumAlgorithm) are short, and few different ones are written.
        write_items = remember(lambda values: f"{start}{''.join([write_item(value) for value in values])}{end}")
        return lambda values: write_items(tuple(values))
    if shape.type_name == "timestamp":
        return remember(lambda value: f"{start}{scalars.xml_timestamp(value)}{end}")
    if shape.type_name == "boolean":
        true, false = f"{start}true{end}", f"{start}false{end}"
        return lambda value: true if value else false
    if shape.type_name != "string":
        return lambda value: f"{start}{value}{end}"
    if shape.enum:
        return remember(lambda value: f"{start}{escape(value)}{end}")
    return lambda value: f"{start}{escape(value)}{end}"


def _structures(name: str, shape: Shape) -> _WriteColumn:
    """Return the function that writes several structures, each as an element: a listing spends its time here.

    It goes through the members, and through all structures for each, which takes half the time of the other way round.
    """
    columns = [(member, _column(element, shape)) for member, element, shape in _members(shape)]
    start, end = f"<{name}>", f"</{name}>"
    attribute = None  # the start tag of the only structure that has one: Grantee's xsi:type
    for member, member_shape in shape.members.items():
        if member_shape.traits.get("xmlAttribute"):
            attribute = member
            start = f'<{name} xmlns:xsi="{_XSI}" {member_shape.traits["locationName"]}="'

    def write_all(values: Sequence[Result]) -> list[str]:
        if not values:
            return []
        parts: list[Iterable[str]] = [[start] * len(values)]
        if attribute is not None:
            parts = [[f'{start}{xml.escape(value.get(attribute) or "")}">' for value in values]]
        for member, write in columns:
            cells = [value.get(member) for value in values]
            if cells.count(cells[0]) < len(cells):
                parts.append(write(cells))
            elif cells[0] is not None:  # what all have in common is written once
                parts.append(write(cells[:1]) * len(cells))
        return list(map("".join, zip(*parts, repeat(end))))

    return write_all


def _column(name: str, shape: Shape) -> _WriteColumn:
    """Return the function that writes a member of several structures; as "" where a structure does not have it."""
    if shape.type_name == "structure":
        write_all = _structures(name, shape)

        def write_present(values: Sequence[Result | None]) -> list[str]:
            written = iter(write_all([value for value in values if value is not None]))
            return ["" if value is None else next(written) for value in values]

        return write_present
    if shape.type_name == "string" and not shape.enum:
        start, end, escape = f"<{name}>", f"</{name}>", xml.escape
        return lambda values: ["" if value is None else f"{start}{escape(value)}{end}" for value in values]
    write = _element(name, shape)
    return lambda values: ["" if value is None else write(value) for value in values]
