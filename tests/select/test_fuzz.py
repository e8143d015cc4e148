"""Random queries over random objects: they cause S3's errors and nothing else."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock import select
from s3mock.backend.blobs import Blob, BlobStore
from s3mock.error_catalogue.select import SELECT
from s3mock.errors import S3Error
from tests.support.search import search

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.timezone.utc)
CODES = {*SELECT, "MissingHeaders", "InvalidTextEncoding", "MissingRequiredParameter"} - {"InternalError"}

_TEXT = r"""
SELECT FROM S3Object s S3Object[*] WHERE LIMIT AND OR NOT IN BETWEEN LIKE ESCAPE IS NULL MISSING TRUE CASE WHEN THEN
ELSE END AS CAST COUNT SUM AVG MIN MAX LOWER UPPER TRIM SUBSTRING CHAR_LENGTH COALESCE NULLIF EXTRACT DATE_ADD DATE_DIFF
TO_STRING TO_TIMESTAMP UTCNOW year month LEADING BOTH FOR int string decimal timestamp bool foo date order group union
a b _1 _2 s.a s.* a.b a[0] a[*] "a" "A b" 'x' '' '%' 'y-MM' `2010T` `x` `{` 1 2.5 1e3 .5 99999999999999999999 0
* ( ) , . [ ] + - / % = <> != < > <= >= || ; : :: @ # ? ! ~ ^ & | { } \ -- /* */ $ é 日
"""
WORDS = _TEXT.split()
EXPRESSIONS = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
CONDITIONS = EXPRESSIONS.map("SELECT * FROM S3Object s WHERE {}".format)
COLUMNS = EXPRESSIONS.map("SELECT {} FROM S3Object s".format)

CSV: dict[str, Any] = {"CSV": {"FileHeaderInfo": "USE"}}
JSON: dict[str, Any] = {"JSON": {"Type": "DOCUMENT"}}
OBJECTS = {"CSV": b'a,b\n1,x\n,"y"\nz\n', "JSON": b'{"a": [1, {"b": null}], "b": "x"} {"a": {"b": 2.5}} 7'}


def run(expression: str, source: dict[str, Any], data: bytes, result: dict[str, Any] | None = None) -> bytes | None:
    """The result of a query, or None if it was refused with an error of the catalogue."""
    request = {"Expression": expression, "ExpressionType": "SQL", "InputSerialization": source}
    try:
        selection = select.selection({**request, "OutputSerialization": result or {"JSON": {}}})
        events = list(select.run(selection, Blob.of(data), NOW, BlobStore().spool))
    except S3Error as error:
        refused = error
    else:
        assert [next(iter(event)) for event in events[-2:]] == ["Stats", "End"]
        return b"".join(event["Records"]["Payload"] for event in events if "Records" in event)
    assert refused.code in CODES
    assert refused.status == 400
    return None


@search(300)
@given(
    expression=st.one_of(EXPRESSIONS, CONDITIONS, COLUMNS, st.text(max_size=40)), kind=st.sampled_from(["CSV", "JSON"])
)
def test_any_expression_is_evaluated_or_refused(expression: str, kind: str) -> None:
    result = run(expression, {"CSV": CSV, "JSON": JSON}[kind], OBJECTS[kind])
    for line in (result or b"").splitlines():
        assert isinstance(json.loads(line), dict)


@search(300)
@given(data=st.binary(max_size=60), source=st.sampled_from([CSV, JSON, {"JSON": {"Type": "LINES"}}, {"Parquet": {}}]))
def test_any_object_is_read_or_refused(data: bytes, source: dict[str, Any]) -> None:
    run("SELECT * FROM S3Object", source, data)


FIELDS = st.text(st.sampled_from("abé ,;'\"|\\\r#"), max_size=6)
FORMS = st.fixed_dictionaries(
    {},
    optional={
        "QuoteCharacter": st.sampled_from("\"'"),
        "QuoteEscapeCharacter": st.sampled_from("\"'\\"),
        "FieldDelimiter": st.sampled_from(",;|"),
    },
)


@search(300)
@given(rows=st.lists(st.lists(FIELDS, min_size=1, max_size=4), max_size=4), form=FORMS)
def test_csv_output_reads_back_the_same(rows: list[list[str]], form: dict[str, str]) -> None:
    document = "".join(json.dumps({f"_{place}": field for place, field in enumerate(row)}) + "\n" for row in rows)
    written = run("SELECT * FROM S3Object", JSON, document.encode(), {"CSV": {**form, "QuoteFields": "ALWAYS"}})
    assert written is not None
    read = run("SELECT * FROM S3Object", {"CSV": {**form, "Comments": "", "RecordDelimiter": "\n"}}, written)
    assert read is not None
    assert [list(json.loads(line).values()) for line in read.splitlines()] == rows


@pytest.mark.parametrize("count", [100, 3000, 60_000])
def test_an_expression_too_deep_for_python_is_an_s3_error(count: int) -> None:
    for joint in (" OR ", " AND NOT "):
        expression = "SELECT * FROM S3Object WHERE " + joint.join(["a=1"] * count)
        run(expression, CSV, OBJECTS["CSV"])
    run("SELECT " + "-" * 2 + "1" + "+1" * count + " FROM S3Object", CSV, OBJECTS["CSV"])
    run("SELECT " + "NOT " * count + "TRUE FROM S3Object", CSV, OBJECTS["CSV"])
