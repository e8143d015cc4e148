"""XML as S3 reads and writes it: documents into nested dicts, text into escaped text."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NoReturn, cast
from xml.parsers import expat

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
CONTENT_TYPE = "application/xml"

Node = str | dict[str, Any] | list[Any] | None
"""An element as xmltodict gives it: None or its text, a dict of its children, or a list of repeated elements."""


class _Parsers:
    """expat for xmltodict, with document types refused: S3 has none, and their entities let small documents explode."""

    @staticmethod
    def ParserCreate(encoding: str | None, namespace_separator: str | None) -> expat.XMLParserType:  # noqa: N802
        def refuse(*_: object) -> NoReturn:
            raise ValueError("a document type declaration")

        parser = expat.ParserCreate(encoding, namespace_separator)
        parser.StartDoctypeDeclHandler = refuse
        return parser


class OtherRootError(ValueError):
    """A document is well-formed, but its root is not an element that is read here."""


def parse(document: bytes, roots: Collection[str], most: tuple[str, int] | None = None) -> Node:
    """Return the node of the root element, whose name must be one of ``roots``.

    White space is kept, because a key may begin or end with it. Names keep their prefixes, too: see ``local_name``.
    ``most`` is the name of elements in the root, and how many there may be.

    Raises OtherRootError, and ValueError for elements that are too deep or too many, and a document that is not
    well-formed.
    """
    import xmltodict  # noqa: PLC0415 - it imports http.client and ssl: 20 ms of a server's start

    try:
        if len(document) > _SMALL:
            _check_elements(document, most)
        tree = xmltodict.parse(document, expat=_Parsers, strip_whitespace=False)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(str(error)) from None
    ((root, node),) = tree.items()
    if local_name(root) not in roots:
        raise OtherRootError(root)
    return cast("Node", node)


DEEPEST = 32
"""The most elements inside each other: no document of S3 has half as many."""
_SMALL = 4096
"""A document of up to this many bytes needs no look at its elements before it is read."""


def _check_elements(document: bytes, most: tuple[str, int] | None) -> None:
    """Refuse a document whose elements are too deep or too many before anything is made of them.

    Raises ValueError, ExpatError.
    """
    parser = _Parsers.ParserCreate("utf-8", None)
    depth = 0
    counted, left = most or ("", 0)

    def begin(name: str, _attributes: object) -> None:
        nonlocal depth, left
        depth += 1
        if depth > DEEPEST:
            raise ValueError("elements too deep")
        if depth == 2 and local_name(name) == counted:
            left -= 1
            if left < 0:
                raise ValueError("too many elements")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.Parse(document, True)


def local_name(name: str) -> str:
    """Return the element's name without its prefix."""
    return name.rpartition(":")[2]


# The characters that XML 1.0 cannot hold, and the carriage return, which a parser would read as a line feed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """Return ``text`` as the content of an element or attribute.

    For a character that XML 1.0 cannot hold, S3 writes a reference that parsers refuse (``&#x1;``: basho/riak_cs pull
    1255, boto/boto3 issue 2347); that is why listings have an encoding type.
    """
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    if text.isprintable():
        return text
    return _FORBIDDEN.sub(lambda match: "&#13;" if match[0] == "\r" else f"&#x{ord(match[0]):x};", text)
