"""From a result, as a boto3 caller would read it, to the response that S3 sends: one closure per operation.

The closures are made so that a listing of a thousand keys is a few microseconds a key: nothing is looked up or compared
that the model could have told before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from s3mock.http import Body, Response
from s3mock.wire import eventstream, model, quirks, scalars, xml

if TYPE_CHECKING:
    from botocore.model import ListShape, Shape, StringShape, StructureShape

Result = Mapping[str, Any]
Serializer = Callable[[Result, "int | None"], Response]
_Write = Callable[[Any], str]
"""Returns a value as whole elements, start and end tag included."""
_Writers = tuple[tuple[str, _Write], ...]
"""The members that are elements, in S3's order, and how each is written."""
_Fill = Callable[[Result, dict[str, str]], "bytes | Body"]

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_FEW = 1024
"""So many different texts of an enum, a date or a list are remembered."""


def compile_serializer(operation: str) -> Serializer:
    """Return the function that writes results of ``operation``; its second parameter replaces the usual status."""
    bindings = model.outputs(operation)
    usual = quirks.STATUSES.get(operation, model.http(operation).status)
    headers = {b.member: (b.name, _header(b)) for b in bindings if b.location == "header"}
    prefix = next(((b.member, b.name) for b in bindings if b.location == "headers"), None)
    fill = _body(operation)
    content_type = quirks.CONTENT_TYPES.get(operation)

    def serialize(result: Result, status: int | None) -> Response:
        lines: dict[str, str] = {}
        body = fill(result, lines)
        if content_type is not None:
            lines["Content-Type"] = content_type
        for member, value in result.items():
            slot = headers.get(member)
            if slot is not None and value is not None:
                name, text = slot
                lines[name] = text(value)
        if prefix is not None:
            member, start = prefix
            for name, value in (result.get(member) or {}).items():
                lines[start + name] = value
        size = len(body) if isinstance(body, bytes) else body.size
        if size is not None:
            lines.setdefault("Content-Length", str(size))
        return Response(usual if status is None else status, lines, body)

    return serialize


def _header(binding: model.Binding) -> _Write:
    """Return the function that writes the value of a header."""
    type_name = binding.shape.type_name
    if type_name == "timestamp" and binding.member not in quirks.TEXT_DATES:
        if binding.shape.serialization.get("timestampFormat") == "iso8601":
            return scalars.xml_timestamp
        return scalars.http_date
    if type_name == "list":
        return ",".join
    return _boolean if type_name == "boolean" else str


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _body(operation: str) -> _Fill:
    """Return the function that writes the body, and the headers that follow from its kind."""
    bindings = model.outputs(operation)
    for binding in bindings:
        if binding.location == "payload":
            if binding.shape.type_name != "structure":
                return _raw(binding.member)
            if binding.shape.serialization.get("eventstream"):
                return _events(binding.member)
            root = binding.shape.serialization.get("name", binding.shape.name)
            return _payload(binding.member, _document(root, _writers(binding.shape)))
    if not any(binding.location == "body" for binding in bindings):
        return _nothing
    shape = model.operation(operation).output_shape
    assert shape is not None  # noqa: S101 - it has members
    root = quirks.ROOTS.get(operation, shape.name)
    if operation in quirks.UNWRAPPED:
        return _unwrapped(root, quirks.UNWRAPPED[operation])
    writers = _writers(shape)
    return _document(root, _mixed(writers, *quirks.MIXED[operation]) if operation in quirks.MIXED else writers)


def _mixed(writers: _Writers, member: str, lists: frozenset[str]) -> _Writers:
    """Add the writer of ``member``, whose entries tell their list, where the first of ``lists`` is."""
    writes = {name: write for name, write in writers if name in lists}
    place = next(index for index, (name, _) in enumerate(writers) if name in lists)
    mixed = (member, lambda entries: "".join([writes[name]((entry,)) for name, entry in entries]))
    return (*writers[:place], mixed, *writers[place:])


def _nothing(_result: Result, _lines: dict[str, str]) -> bytes:
    return b""


def _raw(member: str) -> _Fill:
    def fill(result: Result, _lines: dict[str, str]) -> bytes | Body:
        content = result.get(member)
        if content is None:
            return b""
        if isinstance(content, str):
            return content.encode()
        # A handler that has many bytes gives an iterable of them: it need not know what a Body is.
        return content if isinstance(content, (bytes, Body)) else Body(content)

    return fill


def _events(member: str) -> _Fill:
    def fill(result: Result, _lines: dict[str, str]) -> Body:
        return Body(eventstream.encode(result.get(member) or ()))

    return fill


def _payload(member: str, document: _Fill) -> _Fill:
    def fill(result: Result, lines: dict[str, str]) -> bytes | Body:
        content = result.get(member)
        return b"" if content is None else document(content, lines)

    return fill


def _unwrapped(root: str, member: str) -> _Fill:
    start, end = _root_tags(root)

    def fill(result: Result, lines: dict[str, str]) -> bytes:
        lines["Content-Type"] = xml.CONTENT_TYPE
        return f"{start}{xml.escape(result.get(member) or '')}{end}".encode()

    return fill


def _document(root: str, writers: _Writers) -> _Fill:
    start, end = _root_tags(root)

    def fill(result: Result, lines: dict[str, str]) -> bytes:
        lines["Content-Type"] = xml.CONTENT_TYPE
        get = result.get
        content = [write(value) for member, write in writers if (value := get(member)) is not None]
        return f"{start}{''.join(content)}{end}".encode()

    return fill


def _root_tags(root: str) -> tuple[str, str]:
    return f'{xml.DECLARATION}<{root} xmlns="{xml.NAMESPACE}">', f"</{root}>"


def _writers(shape: Shape) -> _Writers:
    """Return the members of a structure that are elements, in S3's order, and how each is written."""
    members = cast("StructureShape", shape).members
    first = [member for member in quirks.ORDER.get(shape.name, ()) if member in members]  # not in every botocore
    return tuple(
        (member, _element(_element_name(member, members[member]), members[member]))
        for member in (*first, *(member for member in members if member not in first))
        if "location" not in members[member].serialization and not members[member].serialization.get("xmlAttribute")
    )


def _element_name(member: str, shape: Shape) -> str:
    name = shape.serialization.get("name")
    if name is None and shape.type_name == "list" and shape.serialization.get("flattened"):
        name = cast("ListShape", shape).member.serialization.get("name")
    return cast("str", name or member)


def _element(name: str, shape: Shape) -> _Write:
    """Return the function that writes a value as the element ``name``, or as several of a flattened list."""
    if shape.type_name == "structure":
        write_all = _structures(name, shape)
        return lambda value: write_all((value,))
    if shape.type_name == "list":
        return _list(name, cast("ListShape", shape))
    return _leaf(name, shape)


def _structures(name: str, shape: Shape) -> _Write:
    """Return the function that writes several structures, each as an element: a listing spends its time here."""
    writers = _writers(shape)
    start, end = f"<{name}>", f"</{name}>"
    attribute = _attribute(name, shape)

    def write_all(values: Iterable[Result]) -> str:
        parts: list[str] = []
        append = parts.append
        for value in values:
            append(start if attribute is None else attribute(value))
            get = value.get
            for member, write in writers:
                content = get(member)
                if content is not None:
                    append(write(content))
            append(end)
        return "".join(parts)

    return write_all


def _attribute(name: str, shape: Shape) -> Callable[[Result], str] | None:
    """Return the function that writes the start tag, if it has an attribute: there is only Grantee's xsi:type."""
    for member, member_shape in cast("StructureShape", shape).members.items():
        if member_shape.serialization.get("xmlAttribute"):
            start = f'<{name} xmlns:xsi="{_XSI}" {member_shape.serialization["name"]}="'
            return lambda value: f'{start}{xml.escape(value.get(member) or "")}">'
    return None


def _list(name: str, shape: ListShape) -> _Write:
    flattened = shape.serialization.get("flattened")
    item_name = name if flattened else shape.member.serialization.get("name", "member")
    start, end = ("", "") if flattened else (f"<{name}>", f"</{name}>")
    if shape.member.type_name == "structure":
        write_all = _structures(item_name, shape.member)
        return write_all if flattened else lambda values: f"{start}{write_all(values)}{end}"
    write_item = _element(item_name, shape.member)
    # Lists of words (ChecksumAlgorithm) are short and always the same.
    remembered = lru_cache(_FEW)(lambda values: f"{start}{''.join([write_item(value) for value in values])}{end}")
    return lambda values: remembered(tuple(values))


def _leaf(name: str, shape: Shape) -> _Write:
    start, end = f"<{name}>", f"</{name}>"
    escape = xml.escape
    if shape.type_name == "timestamp":
        return lru_cache(_FEW)(lambda value: f"{start}{scalars.xml_timestamp(value)}{end}")
    if shape.type_name == "boolean":
        true, false = f"{start}true{end}", f"{start}false{end}"
        return lambda value: true if value else false
    if shape.type_name != "string":
        return lambda value: f"{start}{value}{end}"
    if _is_enum(shape):
        return lru_cache(_FEW)(lambda value: f"{start}{escape(value)}{end}")
    return lambda value: f"{start}{escape(value)}{end}"


def _is_enum(shape: Shape) -> bool:
    return shape.type_name == "string" and bool(cast("StringShape", shape).enum)
