"""Requests into the parameters that a boto3 caller would have written: one closure per operation.

A closure iterates over what the request has (its headers, its query, its elements), never over what the model knows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error, invalid_argument, invalid_value
from s3mock.http import utf8
from s3mock.wire import elements, model, quirks, scalars, xml

if TYPE_CHECKING:
    from s3mock.http import Request, Target

Parameters = dict[str, Any]
Parser = Callable[["Request", "Target", Mapping[str, str]], Parameters]
DocumentParser = Callable[["Request", Parameters], None]
_Read = Callable[[str], Any]
_Slot = tuple[str, "_Read | None"]
"""The member that a header or parameter is, and how its text is read (None: as it is). None as its value is absence."""


def compile_parser(operation: str) -> Parser:
    """Return the function that reads requests of ``operation``: everything but a document in the body.

    It raises S3Error: InvalidArgument for headers and parameters.
    """
    bindings = model.inputs(operation)
    headers = {b.name.lower(): (b.member, _reader(b)) for b in bindings if b.location == "header"}
    for name, member in quirks.OTHER_HEADERS.get(operation, {}).items():
        headers[name] = (member, scalars.etag_or_date)
    queries = {b.name: (b.member, _reader(b)) for b in bindings if b.location == "querystring"}
    metadata = next(((b.member, b.name.lower()) for b in bindings if b.location == "headers"), None)
    targets = [(b.member, b.name.lower()) for b in bindings if b.location == "uri"]
    required = [(b.member, b.name) for b in bindings if b.required and b.location in {"header", "querystring"}]
    body = next((b.member for b in bindings if b.shape.traits.get("streaming")), None)

    def parse(request: Request, target: Target, query: Mapping[str, str]) -> Parameters:
        parameters: Parameters = {member: getattr(target, name) for member, name in targets}
        _take(request.headers.items(), headers, parameters)
        if metadata is not None and metadata[1] in "\n".join(request.headers):  # most requests have none
            _take_metadata(request.headers.items(), metadata, parameters)
        if query:
            _take(query.items(), queries, parameters)
        for member, name in required:
            if member in parameters:
                continue
            if name in quirks.MISSING:
                raise S3Error(*quirks.MISSING[name])  # without fields (measured by brekkylab/backlot, 2026-09-29)
            raise invalid_argument(f"Missing required argument {name}", name, None)
        if body is not None:
            parameters[body] = request.body
        return parameters

    return parse


def _take(pairs: Iterable[tuple[str, str]], slots: Mapping[str, _Slot], parameters: Parameters) -> None:
    """Add the headers or query parameters that have a slot to ``parameters``."""
    for name, text in pairs:
        slot = slots.get(name)
        if slot is not None:
            member, read = slot
            value = text if read is None else read(text)
            if value is not None:
                parameters[member] = value


def _take_metadata(pairs: Iterable[tuple[str, str]], metadata: tuple[str, str], parameters: Parameters) -> None:
    """Add the headers that have the prefix of user metadata to ``parameters``."""
    member, prefix = metadata
    length = len(prefix)
    for name, text in pairs:
        if name.startswith(prefix):
            parameters.setdefault(member, {})[name[length:]] = text


def _reader(binding: model.Binding) -> _Read | None:
    """Return the function that reads the text of a header or parameter; None where its text is its value."""
    name, type_name = binding.name, binding.shape.type_name
    if name in quirks.UTF8_HEADERS:
        return utf8
    if type_name == "list":
        return lambda text: [word for part in text.split(",") if (word := part.strip())] or None
    if type_name == "string" or (type_name == "timestamp" and binding.member in quirks.TEXT_DATES):
        return None
    read = elements.READERS[type_name]
    ignored = name.lower() in quirks.IGNORED_WHEN_BAD
    number = type_name in {"integer", "long"}
    may_be_empty = number and name not in quirks.INTEGER_MESSAGES
    message = None
    if number:
        message = quirks.INTEGER_MESSAGES.get(name) or quirks.NOT_AN_INTEGER.format(name)
    elif type_name == "timestamp":
        message = quirks.DATE_MESSAGES.get(name) or f"Bad value for {name}"  # assumed

    def read_or_refuse(text: str) -> Any:
        if not text and may_be_empty:  # an empty max-keys= counts as absent (measured by others, 2026-03-23)
            return None
        try:
            return read(text)
        except ValueError:
            if ignored:
                return None
            if name in quirks.INVALID_INTEGERS:
                raise S3Error("InvalidRequest", quirks.INVALID_INTEGERS[name].format(text)) from None
            raise (invalid_value(name, text) if message is None else invalid_argument(message, name, text)) from None

    return read_or_refuse


def document_members(operation: str) -> frozenset[str]:
    """Return the members of the input that a document in the body has; an object's bytes are no document."""
    return frozenset(
        b.member
        for b in model.inputs(operation)
        if b.location in {"payload", "body"} and not b.shape.traits.get("streaming")
    )


def compile_document_parser(operation: str) -> DocumentParser | None:
    """Return the function that reads the document in the body into the parameters; None if the operation has none.

    It raises S3Error: MalformedXML, MalformedACLError or MissingRequestBodyError.
    """
    if not document_members(operation):
        return None
    bindings = model.inputs(operation)
    payload = next((b for b in bindings if b.location == "payload"), None)
    if payload is not None and payload.shape.type_name != "structure":
        raw_member, text = payload.member, payload.shape.type_name == "string"

        def read_raw(request: Request, parameters: Parameters) -> None:
            content = request.body.read()
            parameters[raw_member] = content.decode("utf-8", "replace") if text else content

        return read_raw

    # An XML document: one member, or all those that are in no other place.
    if payload is not None:
        member, shape, required = payload.member, payload.shape, payload.required
    else:
        member, required = None, True
        input_shape = model.input_shape(operation)
        assert input_shape is not None  # noqa: S101 - it has members
        shape = input_shape
    read = elements.structure(shape)
    roots = {shape.traits.get("locationName", shape.name), shape.name} | quirks.OTHER_ROOTS.get(operation, frozenset())
    malformed = quirks.MALFORMED.get(operation, "MalformedXML")
    most = quirks.MOST_ELEMENTS.get(operation)
    largest = quirks.LARGEST_DOCUMENTS.get(operation, sys.maxsize)
    empty = quirks.EMPTY_BODIES.get(operation, "MissingRequestBodyError" if required else None)

    def read_document(request: Request, parameters: Parameters) -> None:
        content = request.body.read()
        if not content or content.isspace():
            if empty is not None:
                raise S3Error(empty)
            return
        if len(content) > largest:
            raise S3Error(malformed)
        try:
            value = read(xml.parse(content, roots, most))
        except ValueError:
            raise S3Error(malformed) from None
        if member is None:
            parameters.update(value)
        else:
            parameters[member] = value

    return read_document
