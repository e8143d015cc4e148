"""The records of CSV and JSON, in the whole object or in a range of bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.responses import refused
from tests.support.select_client import AS_CSV, CSV, DOCUMENT, LINES, NAMED, Data

pytestmark = pytest.mark.usefixtures("is_read")

ALL = "SELECT * FROM S3Object"


def rows(data: Data, body: str | bytes, **form: Any) -> list[list[str]]:
    """The fields of the records of a CSV object."""
    result = data.put(body).select(ALL, {"CSV": form})
    return [list(json.loads(line).values()) for line in result.splitlines()]


@pytest.mark.parametrize(
    ("body", "form", "expected"),
    [
        ("a,b\nc,d\n", {}, [["a", "b"], ["c", "d"]]),
        ("a,b\nc,d", {}, [["a", "b"], ["c", "d"]]),
        ("", {}, []),
        ("\n\na\n\n", {}, [["a"]]),
        ("a,,c\n,\n", {}, [["a", "", "c"], ["", ""]]),
        ("a\nb,c,d\n", {}, [["a"], ["b", "c", "d"]]),
        (" a , b\n", {}, [[" a ", " b"]]),
        ("a,b\r\nc,d\r\n", {}, [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d\ne\r\n", {"RecordDelimiter": "\r\n"}, [["a", "b"], ["c", "d"], ["e"]]),
        ("a,b\r\nc,d\r\n", {"RecordDelimiter": "\n"}, [["a", "b"], ["c", "d"]]),
        ('a,"b"\r\n', {"RecordDelimiter": "\n"}, [["a", "b"]]),
        ("a|b;c|d;", {"RecordDelimiter": ";", "FieldDelimiter": "|"}, [["a", "b"], ["c", "d"]]),
        ("a,b##c,d", {"RecordDelimiter": "##", "Comments": "!"}, [["a", "b"], ["c", "d"]]),
        ("a\tb\n", {"FieldDelimiter": "\t"}, [["a", "b"]]),
        ("a\0b\n", {"FieldDelimiter": ""}, [["a", "b"]]),
        ("# no\na,#b\n#\n", {}, [["a", "#b"]]),
        ("# no\n-no\n", {"Comments": "-"}, [["# no"]]),
        ("#a\n", {"Comments": ""}, [["#a"]]),
        ('"a,b",c\n', {}, [["a,b", "c"]]),
        ('"say ""hi""",""\n', {}, [['say "hi"', ""]]),
        ('a"b,"c"\n', {}, [['a"b', "c"]]),
        ("'a,b',\"c\n", {"QuoteCharacter": "'"}, [["a,b", '"c']]),
        ('"a,b"\n', {"QuoteCharacter": ""}, [['"a', 'b"']]),
        (r'"say \"hi\" \\ \n",b', {"QuoteEscapeCharacter": "\\"}, [[r'say "hi" \ \n', "b"]]),
        ('"two\nlines",b\nc,d\n', {"AllowQuotedRecordDelimiter": True}, [["two\nlines", "b"], ["c", "d"]]),
        ('"1""\n2\n3",b\n', {"AllowQuotedRecordDelimiter": True}, [['1"\n2\n3', "b"]]),
        ("ü,ñ,日本\n", {}, [["ü", "ñ", "日本"]]),
        ("\ufeffa,b\n", {}, [["a", "b"]]),
        ("a,b\nc,d\n", {"FileHeaderInfo": "IGNORE"}, [["c", "d"]]),
        ("# header follows\na,b\nc,d\n", {"FileHeaderInfo": "USE"}, [["c", "d"]]),
        ("a,b\n", {"FileHeaderInfo": "USE"}, []),
    ],
)
def test_csv_is_split_into_records(data: Data, body: str, form: dict[str, Any], expected: list[list[str]]) -> None:
    assert rows(data, body, **form) == expected


def test_extra_fields_are_numbered_and_absent_ones_are_missing(data: Data) -> None:
    data.put("a,b\n1,2,3\n4\n")
    assert data.select(ALL, NAMED) == '{"a":"1","b":"2","_3":"3"}\n{"a":"4"}\n'
    assert data.select("SELECT b, _3 FROM S3Object", NAMED) == '{"b":"2","_3":"3"}\n{}\n'
    assert data.select("SELECT b, _3 FROM S3Object", NAMED, AS_CSV) == "2,3\n,\n"
    assert data.select("SELECT a FROM S3Object WHERE b IS MISSING", NAMED) == '{"a":"4"}\n'


def test_a_quoted_record_delimiter_must_be_allowed(data: Data) -> None:
    data.put('a,"two\nlines"\n')
    message = (
        "A quoted record delimiter was found in the file. To allow quoted record delimiters, "
        "set AllowQuotedRecordDelimiter to 'TRUE'."
    )
    with refused("CSVEscapingRecordDelimiter", 400, Message=message):
        data.events(ALL)
    for body in ('a,"open\n', 'a,"shut"open\n'):
        data.put(body)
        with refused("CSVUnescapedQuote", 400):
            data.events(ALL)
        with refused("CSVUnescapedQuote", 400):
            data.events(ALL, {"CSV": {"AllowQuotedRecordDelimiter": True}})


SIX = "A,B\nC,D\nD,E\nE,F\nG,H\nI,J\n"


@pytest.mark.parametrize(
    ("scan", "expected"),
    [
        ({"Start": 1, "End": 4}, "C,D\n"),  # User Guide, Requests using scan ranges: the example
        ({"Start": 0, "End": 3}, "A,B\n"),
        ({"Start": 0, "End": 4}, "A,B\nC,D\n"),
        ({"Start": 4, "End": 4}, "C,D\n"),
        ({"Start": 5, "End": 7}, ""),
        ({"Start": 17}, "I,J\n"),
        ({"Start": 0}, SIX),
        ({"End": 8}, "G,H\nI,J\n"),
        ({"End": 1000}, SIX),
        ({"Start": 0, "End": 1000}, SIX),
    ],
)
def test_a_record_belongs_to_the_scan_range_of_its_first_byte(data: Data, scan: dict[str, int], expected: str) -> None:
    data.put(SIX)
    assert data.select(ALL, CSV, AS_CSV, ScanRange=scan) == expected


def test_adjacent_scan_ranges_cover_every_record_once(data: Data) -> None:
    lines = [json.dumps({"n": number, "x": "é" * (number % 7)}, ensure_ascii=False) for number in range(50)]
    body = "\n".join(lines).encode()
    data.put(body)
    whole = data.select("SELECT s.n FROM S3Object s", LINES, AS_CSV)
    parts = [
        data.select("SELECT s.n FROM S3Object s", LINES, AS_CSV, ScanRange={"Start": start, "End": start + 36})
        for start in range(0, len(body), 37)
    ]
    assert "".join(parts) == whole == "".join(f"{number}\n" for number in range(50))


def test_the_header_applies_to_every_scan_range(data: Data) -> None:
    data.put("name,n\n" + SIX)
    scan = {"Start": 17, "End": 20}
    assert data.select("SELECT s.name FROM S3Object s", NAMED, AS_CSV, ScanRange=scan) == "E\n"
    assert data.select("SELECT s.name FROM S3Object s", NAMED, AS_CSV, ScanRange={"Start": 0, "End": 3}) == ""


def test_only_the_scan_range_is_scanned(data: Data) -> None:
    data.put(SIX)
    details = data.events(ALL, CSV, AS_CSV, ScanRange={"Start": 4, "End": 11})[1]["Stats"]["Details"]
    assert details == {"BytesScanned": 8, "BytesProcessed": 8, "BytesReturned": 8}


@pytest.mark.parametrize(
    "source",
    [
        DOCUMENT,
        {**CSV, "CompressionType": "GZIP"},
        {"CSV": {"AllowQuotedRecordDelimiter": True}},
    ],
)
def test_some_formats_do_not_allow_scan_ranges(data: Data, source: dict[str, Any]) -> None:
    data.put(SIX)
    with refused("UnsupportedScanRangeInput", 400):
        data.events(ALL, source, ScanRange={"Start": 0, "End": 10})


@pytest.mark.parametrize(
    ("body", "source", "expected"),
    [
        ('{"a":1}\n{"a":2}\n', LINES, '{"a":1}\n{"a":2}\n'),
        ('{"a":1}\r\n\r\n{"a":2}', LINES, '{"a":1}\n{"a":2}\n'),
        ('{"a":1}{"a":2}', LINES, '{"a":1}\n{"a":2}\n'),
        ("", LINES, ""),
        ("1\n[1]\nnull\n", LINES, '{"_1":1}\n{"_1":[1]}\n{"_1":null}\n'),
        ('{\n  "a": 1\n}\n{"a": 2}', DOCUMENT, '{"a":1}\n{"a":2}\n'),
        ('\ufeff[{"a": 1}]', DOCUMENT, '{"_1":[{"a":1}]}\n'),
        (
            '{"a": 1.10, "b": 1e2, "c": 18446744073709551616}',
            DOCUMENT,
            '{"a":1.10,"b":1E+2,"c":18446744073709551616}\n',
        ),
        ("", DOCUMENT, ""),
    ],
)
def test_json_is_split_into_records(data: Data, body: str, source: dict[str, Any], expected: str) -> None:
    assert data.put(body).select(ALL, source) == expected


def test_a_pair_of_surrogates_is_one_character(data: Data) -> None:
    assert data.put(r'{"a":"\ud83e\udd86","b":"\\ud83e"}').select(ALL, LINES) == '{"a":"🦆","b":"\\\\ud83e"}\n'


def test_a_wildcard_selects_the_elements_of_an_array(data: Data) -> None:
    data.put('[{"a": 1}, {"a": 2}]')
    assert data.select("SELECT _1.a FROM S3Object[*][*]", DOCUMENT) == '{"a":1}\n{"a":2}\n'
    assert data.select("SELECT s.a FROM S3Object[*][*] s WHERE s.a > 1", DOCUMENT) == '{"a":2}\n'


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        '{"a": 1',
        '{"a": NaN}',
        "{'a': 1}",
        "[" * 100_000,
        '{"a":1}\n,{"a":2}',
        r'{"a":"\ud800"}',
        r'{"\uDFFF":1}',
    ],
)
@pytest.mark.parametrize("source", [LINES, DOCUMENT])
def test_invalid_json_is_refused(data: Data, body: str, source: dict[str, Any]) -> None:
    data.put(body)
    message = "Error parsing JSON file. Please check the file and try again."
    with refused("JSONParsingError", 400, Message=message):
        data.events(ALL, source)
