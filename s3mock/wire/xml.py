"""XML as S3 reads and writes it: documents into plain trees, text into escaped text."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NoReturn, cast
from xml.parsers import expat

import xmltodict

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
CONTENT_TYPE = "application/xml"

Node = str | dict[str, Any] | list[Any] | None
"""An element as xmltodict gives it: None or its text, a dict of its children, or a list of repeated elements."""


class _Parsers:
    """expat for xmltodict, with document types refused: S3 has none, and entities are how small documents explode."""

    @staticmethod
    def ParserCreate(encoding: str | None, namespace_separator: str | None) -> expat.XMLParserType:  # noqa: N802
        parser = expat.ParserCreate(encoding, namespace_separator)
        parser.StartDoctypeDeclHandler = _refuse
        return parser


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a document type declaration")


def parse(document: bytes, roots: Collection[str]) -> Node:
    """Return the root element's node; raises ValueError if it is not well-formed or not called one of ``roots``.

    White space is kept, so that the key " a " stays what it is. Prefixes of names stay too: see ``local_name``.
    """
    try:
        tree = xmltodict.parse(document, expat=_Parsers, strip_whitespace=False)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(str(error)) from None
    ((root, node),) = tree.items()
    if local_name(root) not in roots:
        raise ValueError(root)
    return cast("Node", node)


def local_name(name: str) -> str:
    """Return the element's name without its prefix."""
    return name.rpartition(":")[2]


# What XML 1.0 cannot hold, and the carriage return, which a parser would read as a line feed.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """Return ``text`` as the content of an element or attribute.

    Where XML 1.0 has no way to say a character, S3 writes a reference to it that parsers refuse (``&#x1;``:
    basho/riak_cs pull 1255, boto/boto3 issue 2347); that is why listings have an encoding type.
    """
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    return text if text.isprintable() else _UNSPEAKABLE.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    character = match.group()
    return "&#13;" if character == "\r" else f"&#x{ord(character):x};"
