"""From a request to the parameters that a boto3 caller would have written: one closure per operation.

A closure walks over what the request has (its headers, its query, its elements), never over what the model knows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error, invalid_argument
from s3mock.wire import elements, model, quirks, scalars, xml

if TYPE_CHECKING:
    from botocore.model import Shape

    from s3mock.http import Request, Target

Parameters = dict[str, Any]
Parser = Callable[["Request", "Target", Mapping[str, str]], Parameters]
_Fill = Callable[["Request", Parameters], None]
_Read = Callable[[str], Any]
_Slot = tuple[str, "_Read | None"]
"""The member that a header or parameter is, and how its text is read (None: as it is). A reading of None is absence."""


def compile_parser(operation: str) -> Parser:
    """Return the function that reads requests of ``operation``.

    It raises S3Error: InvalidArgument for headers and parameters, MalformedXML (or its like) for the body.
    """
    bindings = model.inputs(operation)
    headers = {b.name.lower(): (b.member, _reader(b)) for b in bindings if b.location == "header"}
    for name, member in quirks.OTHER_HEADERS.get(operation, {}).items():
        headers[name] = (member, scalars.etag_or_date)
    queries = {b.name: (b.member, _reader(b)) for b in bindings if b.location == "querystring"}
    metadata = next(((b.member, b.name.lower()) for b in bindings if b.location == "headers"), None)
    targets = [(b.member, b.name.lower()) for b in bindings if b.location == "uri"]
    required = [(b.member, b.name) for b in bindings if b.required and b.location in {"header", "querystring"}]
    fill = _payload(operation)

    def parse(request: Request, target: Target, query: Mapping[str, str]) -> Parameters:
        parameters: Parameters = {member: getattr(target, name) for member, name in targets}
        _take(request.headers.items(), headers, parameters)
        if metadata is not None:
            _take_prefixed(request.headers.items(), metadata, parameters)
        if query:
            _take(query.items(), queries, parameters)
            _take_hoisted(query, headers, metadata, parameters)
        for member, name in required:
            if member not in parameters:
                raise _missing(name)
        if fill is not None:
            fill(request, parameters)
        return parameters

    return parse


def _take(pairs: Iterable[tuple[str, str]], slots: Mapping[str, _Slot], parameters: Parameters) -> None:
    for name, text in pairs:
        slot = slots.get(name)
        if slot is not None:
            member, read = slot
            value = text if read is None else read(text)
            if value is not None:
                parameters[member] = value


def _take_prefixed(pairs: Iterable[tuple[str, str]], metadata: tuple[str, str], parameters: Parameters) -> None:
    member, prefix = metadata
    length = len(prefix)
    for name, text in pairs:
        if name.startswith(prefix):
            parameters.setdefault(member, {})[name[length:]] = text


def _take_hoisted(
    query: Mapping[str, str],
    headers: Mapping[str, _Slot],
    metadata: tuple[str, str] | None,
    parameters: Parameters,
) -> None:
    """Take the headers that a presigned URL carries in its query, as botocore's HmacV1QueryAuth does with x-amz-*."""
    pairs = [(name.lower(), text) for name, text in query.items() if name[:6].lower() == "x-amz-"]
    if pairs:
        _take(
            ((name, text) for name, text in pairs if headers.get(name, ("",))[0] not in parameters), headers, parameters
        )
        if metadata is not None:
            _take_prefixed(pairs, metadata, parameters)


def _missing(name: str) -> S3Error:
    if name in quirks.MISSING:
        return S3Error(*quirks.MISSING[name])  # without fields (measured by brekkylab/backlot, 2026-09-29)
    return invalid_argument(f"Missing required argument {name}", name, None)


def _reader(binding: model.Binding) -> _Read | None:
    """Return the function that reads the text of a header or parameter."""
    name, shape = binding.name, binding.shape
    if shape.type_name == "list":
        return _words
    if shape.type_name == "string" or (shape.type_name == "timestamp" and binding.member in quirks.TEXT_DATES):
        return None
    read = elements.READERS[shape.type_name]
    ignored = name.lower() in quirks.IGNORED_WHEN_BAD
    number = shape.type_name in {"integer", "long"}
    may_be_empty = number and name not in quirks.INTEGER_MESSAGES
    message = _message(name, shape.type_name)

    def read_or_refuse(text: str) -> Any:
        if not text and may_be_empty:  # max-keys= is as good as none (measured by others, 2026-03-23)
            return None
        try:
            return read(text)
        except ValueError:
            if ignored:
                return None
            raise invalid_argument(message, name, text) from None

    return read_or_refuse


def _message(name: str, type_name: str) -> str:
    if type_name in {"integer", "long"}:
        return quirks.INTEGER_MESSAGES.get(name) or quirks.NOT_AN_INTEGER.format(name)
    if type_name == "timestamp":
        return quirks.DATE_MESSAGES.get(name) or f"Bad value for {name}"  # assumed
    return f"Invalid value for {name}"  # assumed


def _words(text: str) -> list[str] | None:
    return [word.strip() for word in text.split(",") if word.strip()] or None


def _payload(operation: str) -> _Fill | None:
    """Return the function that puts what the body says into the parameters, or None if the operation has no body."""
    for binding in model.inputs(operation):
        if binding.location == "payload":
            if binding.shape.type_name == "structure":
                return _document(operation, binding.member, binding.shape, required=binding.required)
            return _raw(binding.member, binding.shape)
    if any(binding.location == "body" for binding in model.inputs(operation)):
        return _document(operation, None, model.operation(operation).input_shape, required=True)
    return None


def _raw(member: str, shape: Shape) -> _Fill:
    streaming = shape.serialization.get("streaming")
    text = shape.type_name == "string"

    def fill(request: Request, parameters: Parameters) -> None:
        if streaming:
            parameters[member] = request.body
        else:
            content = request.body.read()
            parameters[member] = content.decode("utf-8", "replace") if text else content

    return fill


def _document(operation: str, member: str | None, shape: Shape | None, *, required: bool) -> _Fill:
    """Read an XML body: the member ``member``, or (None) all members that live nowhere else."""
    assert shape is not None  # noqa: S101 - only operations with input have a document
    read = elements.structure(shape)
    roots = {shape.serialization.get("name", shape.name), shape.name} | quirks.OTHER_ROOTS.get(operation, frozenset())
    malformed = quirks.MALFORMED.get(operation, "MalformedXML")
    largest = quirks.LARGEST_DOCUMENTS.get(operation, sys.maxsize)
    empty = quirks.EMPTY_BODIES.get(operation, "MissingRequestBodyError" if required else None)

    def fill(request: Request, parameters: Parameters) -> None:
        content = request.body.read()
        if not content or content.isspace():
            if empty is not None:
                raise S3Error(empty)
            return
        if len(content) > largest:
            raise S3Error(malformed)
        try:
            value = read(xml.parse(content, roots))
        except ValueError:
            raise S3Error(malformed) from None
        if member is None:
            parameters.update(value)
        else:
            parameters[member] = value

    return fill
