"""Requests into parameters, and results into responses.

What an operation needs for that is compiled once, when it is first used: all of them take some 20 milliseconds.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from s3mock.wire import model, parsing, quirks, routes
from s3mock.wire.parsing import DocumentParser, Parser, compile_document_parser, compile_parser
from s3mock.wire.serializing import Serializer, compile_serializer


class Codec(NamedTuple):
    """One operation on the wire.

    ``parse`` returns the parameters of a request, its target and query as a boto3 caller would have written them,
    without those of a document. Absent members are absent. A streaming body is the request's ``Body``. Dates are aware
    datetimes, but ``Expires`` and ``ResponseExpires`` stay the text that was sent. Enums are checked in documents only:
    handlers check those of headers and of the query. Raises S3Error: InvalidArgument with the wire's name for headers
    and parameters.

    ``parse_document`` reads the document in a request's body, and adds its members to the parameters. It is None for an
    operation without one. Raises S3Error: MalformedXML, MalformedACLError or MissingRequestBodyError.
    ``document_members`` are the members that a document has, empty without one, and ``most_bytes`` the most bytes of
    it, whether the operation has one or ignores it. ``streams`` is whether the body is an object's bytes instead.

    ``serialize`` returns the response for a result as a boto3 caller would read it. Members that are None or absent are
    not written, empty strings and empty structures are. A blob is bytes or a ``Body``; SelectObjectContent's payload is
    an iterable of events. A second argument other than None replaces S3's usual status.
    """

    parse: Parser
    parse_document: DocumentParser | None
    document_members: frozenset[str]
    most_bytes: int
    streams: bool
    serialize: Serializer


@cache
def of(operation: str) -> Codec:
    """The codec of an operation."""
    name = quirks.SUCCESSORS.get(operation, operation)
    if operation == routes.POST_OBJECT:
        from s3mock.wire.forms import compile_form_parser, compile_form_serializer  # noqa: PLC0415 - forms are rare

        parser, serializer = compile_form_parser(), compile_form_serializer()
    else:
        parser, serializer = compile_parser(name), compile_serializer(name)
    return Codec(
        parser,
        compile_document_parser(name),
        parsing.document_members(name),
        quirks.MOST_BYTES_OF.get(operation, quirks.MOST_BYTES),
        model.streams_in(operation),
        serializer,
    )
