"""XML by itself: escaped text, and documents that are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.wire import xml
from tests.support.search import search

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff")).filter(
    lambda text: all(character >= " " or character in "\t\n\r" for character in text),
)


@search(300, repeatable=True)
@given(text=TEXT)
def test_escaped_text_is_parsed_back(text: str) -> None:
    assert xml.parse(f"<a>{xml.escape(text)}</a>".encode(), ["a"]) == (text or None)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain", "plain"),
        ("\r\n\t", "&#13;\n\t"),
        ("\x00\x0b", "&#x0;&#xb;"),
        ("<&>\"'", "&lt;&amp;&gt;&quot;'"),
        ("\U0001f600", "\U0001f600"),
        ("\ud800", "&#xd800;"),
    ],
)
def test_text_is_escaped_as_s3_does(text: str, escaped: str) -> None:
    assert xml.escape(text) == escaped


@pytest.mark.parametrize(
    "document",
    [b"", b"a", b"<a>", b"<b/>", b"<a>&#x1;</a>", b"<a>&e;</a>", b"<!DOCTYPE a><a/>", b"<a>\x01</a>", b"<a>\xff</a>"],
)
def test_a_malformed_xml_document_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError):
        xml.parse(document, ["a"])


def test_documents_in_other_encodings_are_read() -> None:
    assert xml.parse('<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16"), ["a"]) == "é"
    assert xml.parse(b'\xef\xbb\xbf<a xmlns="urn:b"/>', ["a"]) == {"@xmlns": "urn:b"}


def nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


def test_a_root_has_at_most_so_many_elements() -> None:
    padding = b" " * 5000  # shorter documents are not looked at
    document = b"<a xmlns:x='x'><b/><x:b/><c><b/><b/></c></a>" + padding
    assert xml.parse(document, ["a"], ("b", 2))
    with pytest.raises(ValueError, match="too many"):
        xml.parse(document, ["a"], ("b", 1))
    with pytest.raises(ValueError, match="too many"):
        xml.parse(b"<a>" + b"<b/>" * 10_000_000, ["a"], ("b", 1000))  # refused before the rest is read


def test_elements_may_be_as_deep_as_no_document_of_s3_needs() -> None:
    padding = b" " * 5000  # shorter documents are not looked at
    assert xml.parse(nested(xml.DEEPEST) + padding, ["a"])
    with pytest.raises(ValueError, match="too deep"):
        xml.parse(nested(xml.DEEPEST + 1) + padding, ["a"])
    with pytest.raises(ValueError, match="too deep"):
        xml.parse(b"<a>" * 10_000_000, ["a"])  # refused before the rest is read, or this would take half a minute
