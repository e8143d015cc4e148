"""Requests into parameters, and results into responses.

Each operation's parser and serializer are compiled once, when it is first used: all of them take some 20 milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from s3mock.wire import parsing, quirks, routes
from s3mock.wire.forms import compile_form_parser, compile_form_serializer
from s3mock.wire.parsing import DocumentParser, Parser, compile_document_parser, compile_parser
from s3mock.wire.serializing import Serializer, compile_serializer

if TYPE_CHECKING:
    from s3mock.http import Request, Response, Target


def parse(operation: str, request: Request, target: Target, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of ``operation`` as a boto3 caller would have written them, without those of a document.

    Absent members are absent. A streaming body is the request's ``Body``. Dates are aware datetimes, but ``Expires``
    and ``ResponseExpires`` stay the text that was sent. Enums are checked in documents only: handlers check those of
    headers and of the query. Raises S3Error: InvalidArgument with the wire's name for headers and parameters.
    """
    return _parser(operation)(request, target, query)


def parse_document(operation: str, request: Request, parameters: dict[str, Any]) -> None:
    """Read the document in the body, if the operation has one, and add its members to ``parameters``.

    Raises S3Error: MalformedXML, MalformedACLError or MissingRequestBodyError.
    """
    parser = _document_parser(operation)
    if parser is not None:
        parser(request, parameters)


def most_bytes(operation: str) -> int:
    """The most bytes of the document in the body, whether the operation has one or ignores it."""
    return quirks.MOST_BYTES_OF.get(operation, quirks.MOST_BYTES)


@cache
def document_members(operation: str) -> frozenset[str]:
    """Return the members of the operation's input that the document in the body has, empty without a document."""
    return parsing.document_members(quirks.SUCCESSORS.get(operation, operation))


def serialize(operation: str, result: Mapping[str, Any], status: int | None = None) -> Response:
    """Return the response for a result of ``operation`` as a boto3 caller would read it.

    Members that are None or absent are not written, empty strings and empty structures are. A blob is bytes or a
    ``Body``; SelectObjectContent's payload is an iterable of events. ``status`` replaces S3's usual one.
    """
    return _serializer(operation)(result, status)


@cache
def _parser(operation: str) -> Parser:
    if operation == routes.POST_OBJECT:
        return compile_form_parser()
    return compile_parser(quirks.SUCCESSORS.get(operation, operation))


@cache
def _document_parser(operation: str) -> DocumentParser | None:
    return compile_document_parser(quirks.SUCCESSORS.get(operation, operation))


@cache
def _serializer(operation: str) -> Serializer:
    if operation == routes.POST_OBJECT:
        return compile_form_serializer()
    return compile_serializer(quirks.SUCCESSORS.get(operation, operation))
