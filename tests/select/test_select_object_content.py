"""SelectObjectContent: requests, the events of the response, and the formats of the result."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.client import Config
from botocore.exceptions import EventStreamError

from tests.support.responses import refused
from tests.support.select_client import (
    AS_CSV,
    AS_JSON,
    CHECK,
    CSV,
    DOCUMENT,
    FRUIT,
    LINES,
    NAMED,
    PARQUET,
    Data,
    records,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client


@pytest.fixture
def data(s3: S3Client, bucket: str) -> Data:
    """An object to query, in a mock of its own."""
    return Data(s3, bucket)


def test_a_query_returns_records_stats_and_the_end(data: Data) -> None:
    data.put(FRUIT)
    events = data.events("SELECT s.name FROM S3Object s WHERE s.ripe = 'TRUE'", NAMED)
    assert events == [
        {"Records": {"Payload": b'{"name":"apple"}\n{"name":"fig"}\n'}},
        {"Stats": {"Details": {"BytesScanned": len(FRUIT), "BytesProcessed": len(FRUIT), "BytesReturned": 32}}},
        {"End": {}},
    ]


def test_a_query_without_results_has_no_records_event(data: Data) -> None:
    data.put(FRUIT)
    events = data.events("SELECT * FROM S3Object s WHERE s._1 = 'maybe'")
    assert [next(iter(event)) for event in events] == ["Stats", "End"]
    assert events[0]["Stats"]["Details"]["BytesReturned"] == 0


def test_the_response_is_a_stream_of_unknown_length(data: Data) -> None:
    data.put(FRUIT)
    reply = data.query("SELECT * FROM S3Object", CSV, AS_CSV)
    headers = reply["ResponseMetadata"]["HTTPHeaders"]
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert "content-length" not in headers
    assert "etag" not in headers
    reply["Payload"].close()


def test_progress_is_reported_only_on_request(data: Data) -> None:
    data.put(FRUIT)
    progress = {"Details": {"BytesScanned": len(FRUIT), "BytesProcessed": len(FRUIT), "BytesReturned": len(FRUIT)}}
    events = data.events("SELECT * FROM S3Object", CSV, AS_CSV, RequestProgress={"Enabled": True})
    assert [*events[1:]] == [{"Progress": progress}, {"Stats": progress}, {"End": {}}]
    events = data.events("SELECT * FROM S3Object", CSV, AS_CSV, RequestProgress={"Enabled": False})
    assert not any("Progress" in event for event in events)


def test_a_long_result_is_split_into_messages_while_progress_grows(data: Data) -> None:
    body = "".join(f"{number},{'x' * 100}\n" for number in range(5000))
    data.put(body)
    events = data.events("SELECT * FROM S3Object", CSV, AS_CSV, RequestProgress={"Enabled": True})
    assert records(events) == body
    sizes = [len(event["Records"]["Payload"]) for event in events if "Records" in event]
    assert len(sizes) > 3
    assert max(sizes) <= 1 << 20
    scanned = [event["Progress"]["Details"]["BytesScanned"] for event in events if "Progress" in event]
    assert scanned == sorted(scanned)
    assert 0 < scanned[0] < scanned[-1] == len(body)


@pytest.mark.parametrize(("compression", "compress"), [("GZIP", gzip.compress), ("BZIP2", bz2.compress)])
def test_compressed_objects_are_read(data: Data, compression: str, compress: Any) -> None:
    packed = compress(FRUIT.encode()) + compress(b"4,date,FALSE\n")
    data.put(packed)
    events = data.events("SELECT COUNT(*) FROM S3Object", {**NAMED, "CompressionType": compression})
    assert records(events) == '{"_1":4}\n'
    details = events[1]["Stats"]["Details"]
    assert details == {"BytesScanned": len(packed), "BytesProcessed": len(FRUIT) + 13, "BytesReturned": 9}
    lines = compress(b'{"a":1}\n{"a":2}\n')
    data.put(lines)
    assert data.select("SELECT s.a FROM S3Object s", {**LINES, "CompressionType": compression}) == '{"a":1}\n{"a":2}\n'


def test_an_object_must_have_the_compression_that_the_request_names(data: Data) -> None:
    data.put(FRUIT)
    # apache/hadoop, s3_select.md
    message = "GZIP is not applicable to the queried object. Please correct the request and try again."
    with refused("InvalidCompressionFormat", 400, Message=message):
        data.events("SELECT * FROM S3Object", {**CSV, "CompressionType": "GZIP"})
    with refused("InvalidCompressionFormat", 400):
        data.events("SELECT * FROM S3Object", {**PARQUET, "CompressionType": "GZIP"})
    for compression, packed in (("GZIP", gzip.compress(FRUIT.encode())), ("BZIP2", bz2.compress(FRUIT.encode()))):
        data.put(packed[:-10])
        with refused("TruncatedInput", 400):
            data.events("SELECT * FROM S3Object", {**CSV, "CompressionType": compression})
    data.put(gzip.compress(FRUIT.encode()))
    with refused("InvalidTextEncoding", 400):
        data.events("SELECT * FROM S3Object")


def test_text_that_is_not_utf8_is_refused(data: Data) -> None:
    data.put(b'{"a": "caf\xe9"}')
    message = "UTF-8 encoding is required. The text encoding error was found near byte 10."
    with refused("InvalidTextEncoding", 400, Message=message):
        data.events("SELECT * FROM S3Object", LINES)
    data.put(b"a" * 8200 + b"\n" + b"\xff")
    message = "UTF-8 encoding is required. The text encoding error was found near byte 8,201."
    with refused("InvalidTextEncoding", 400, Message=message):
        data.events("SELECT * FROM S3Object")


def test_an_error_after_the_first_results_ends_the_stream(data: Data) -> None:
    data.put("".join(f"{number},{'x' * 100}\n" for number in range(5000)) + "five thousand\n")
    reply = data.query("SELECT CAST(s._1 AS INT), s._2 FROM S3Object s", CSV, AS_CSV)
    seen = []
    with pytest.raises(EventStreamError, match=r"\(CastFailed\)"):
        seen += [*reply["Payload"]]
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
    data.put("one\n")
    with refused("CastFailed", 400):
        data.events("SELECT CAST(s._1 AS INT) FROM S3Object s")


@pytest.mark.parametrize(
    ("changed", "code", "message"),
    [
        ({"Expression": ""}, "MissingRequiredParameter", f"Expression is required. {CHECK}"),
        ({"ExpressionType": "XPATH"}, "InvalidExpressionType", f"The XPATH expressionType is invalid. {CHECK}"),
        ({"Expression": "SELECT " + "x" * (256 << 10)}, "ExpressionTooLong", None),
        ({"InputSerialization": {}}, "MissingRequiredParameter", None),
        ({"OutputSerialization": {}}, "MissingRequiredParameter", None),
        ({"InputSerialization": {**CSV, **LINES}}, "ObjectSerializationConflict", None),
        ({"OutputSerialization": {**AS_CSV, **AS_JSON}}, "ObjectSerializationConflict", None),
        # aws/aws-sdk-java issue 1609
        ({"InputSerialization": {"JSON": {}}}, "MissingRequiredParameter", f"Type is required. {CHECK}"),
        # a response of S3 quoted in a program's comment
        (
            {"InputSerialization": {"JSON": {"Type": "LINE"}}},
            "InvalidJsonType",
            f"The LINE jsonType is invalid. {CHECK}",
        ),
        ({"InputSerialization": {**CSV, "CompressionType": "ZIP"}}, "InvalidCompressionFormat", None),
        ({"InputSerialization": {"CSV": {"FileHeaderInfo": "FIRST"}}}, "InvalidFileHeaderInfo", None),
        ({"InputSerialization": {"CSV": {"FieldDelimiter": ";;"}}}, "InvalidRequestParameter", None),
        (
            {"InputSerialization": {"CSV": {"RecordDelimiter": ""}}},
            "MissingRequiredParameter",
            f"RecordDelimiter is required. {CHECK}",
        ),
        ({"InputSerialization": {"CSV": {"QuoteCharacter": "''"}}}, "InvalidRequestParameter", None),
        ({"OutputSerialization": {"CSV": {"QuoteFields": "NEVER"}}}, "InvalidQuoteFields", None),
        ({"ScanRange": {}}, "InvalidScanRange", None),
        ({"ScanRange": {"Start": -1}}, "InvalidScanRange", None),
        ({"ScanRange": {"Start": 4, "End": 3}}, "InvalidScanRange", None),
        ({"ScanRange": {"Start": 100000}}, "InvalidScanRange", None),
    ],
)
def test_an_invalid_request_is_refused(data: Data, changed: Mapping[str, Any], code: str, message: str | None) -> None:
    data.put(FRUIT)
    request = {
        "Expression": "SELECT * FROM S3Object",
        "InputSerialization": CSV,
        "OutputSerialization": AS_CSV,
        **changed,
    }
    with refused(code, 400, **({} if message is None else {"Message": message})):
        data.events(request.pop("Expression"), **request)


def test_keywords_of_a_request_are_case_insensitive(data: Data) -> None:
    data.put(FRUIT)
    source = {"CSV": {"FileHeaderInfo": "Use"}, "CompressionType": "None"}
    result = {"CSV": {"QuoteFields": "AsNeeded"}}
    assert data.select("select name from s3object limit 1", source, result) == "apple\n"
    data.put('{"a":1}')
    assert data.select("select a from s3object", {"JSON": {"Type": "Lines"}}) == '{"a":1}\n'


def test_a_query_needs_an_object_in_a_readable_storage_class(data: Data, s3: S3Client) -> None:
    with refused("NoSuchKey", 404, Key="data"):
        data.events("SELECT * FROM S3Object")
    with refused("NoSuchBucket", 404):
        Data(s3, "no-such-bucket").events("SELECT * FROM S3Object")
    for storage_class in ("GLACIER", "DEEP_ARCHIVE", "REDUCED_REDUNDANCY"):
        data.put(FRUIT, StorageClass=storage_class)
        message = f"We do not support {storage_class} storage class. {CHECK}"
        with refused("UnsupportedStorageClass", 400, Message=message):
            data.events("SELECT * FROM S3Object")
    data.put(FRUIT, StorageClass="STANDARD_IA")
    assert data.select("SELECT COUNT(*) FROM S3Object") == '{"_1":4}\n'


def test_a_range_header_is_refused(data: Data, s3: S3Client) -> None:
    data.put(FRUIT)
    s3.meta.events.register(
        "before-call.s3.SelectObjectContent", lambda params, **_: params["headers"].update(Range="bytes=0-4")
    )
    with refused("UnsupportedRangeHeader", 400):
        data.events("SELECT * FROM S3Object")


def test_anonymous_queries_are_denied(data: Data) -> None:
    data.put(FRUIT)
    anonymous = boto3.client("s3", region_name="us-east-1", config=Config(signature_version=UNSIGNED))
    with refused("AccessDenied", 403):
        Data(anonymous, data.bucket).events("SELECT * FROM S3Object")


def test_an_object_encrypted_with_a_customer_key_needs_that_key(data: Data) -> None:
    key: dict[str, Any] = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    data.put(FRUIT, **key)
    assert data.select("SELECT COUNT(*) FROM S3Object", **key) == '{"_1":4}\n'
    with refused("InvalidRequest", 400):
        data.events("SELECT COUNT(*) FROM S3Object")
    with refused("AccessDenied", 403):
        data.events("SELECT COUNT(*) FROM S3Object", **{**key, "SSECustomerKey": "x" * 32})


def test_a_query_reads_the_latest_version(data: Data, versioned: str) -> None:
    assert data.bucket == versioned
    data.put("old\n").put("new\n")
    assert data.select("SELECT * FROM S3Object", CSV, AS_CSV) == "new\n"
    data.s3.delete_object(Bucket=versioned, Key="data")
    with refused("NoSuchKey", 404):
        data.events("SELECT * FROM S3Object")


@pytest.mark.parametrize("module", ["sqlglot", "pyarrow"])
def test_without_the_extra_a_501_names_what_to_install(module: str) -> None:
    code = f"""
import sys
sys.modules["{module}"] = None  # as if it were not installed
import s3mock, botocore.exceptions
with s3mock.mock_s3() as mock:
    s3 = mock.client(region_name="us-east-1")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k", Body=b"1")
    try:
        s3.select_object_content(
            Bucket="bucket", Key="k", Expression="SELECT * FROM S3Object", ExpressionType="SQL",
            InputSerialization={PARQUET}, OutputSerialization={AS_CSV},
        )
    except botocore.exceptions.ClientError as error:
        print(error.response["ResponseMetadata"]["HTTPStatusCode"], error)
"""
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert output.startswith("501 ")
    assert "NotImplemented" in output
    assert f"needs {module}" in output
    assert "pip install s3mock[select]" in output


def test_only_the_first_query_imports_the_extra() -> None:
    code = (
        "import sys, s3mock\n"
        "with s3mock.mock_s3() as mock:\n"
        "    s3 = mock.client(region_name='us-east-1')\n"
        "    s3.create_bucket(Bucket='bucket')\n"
        "    s3.put_object(Bucket='bucket', Key='k', Body=b'1')\n"
        "assert not {'sqlglot', 'pyarrow'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_result_in_json_is_valid_json(data: Data) -> None:
    body = {"a": 'quote " and \\ and \n', "b": ["ü", {"c": None}], "d": 1.50, "e": True, "f": {"g": {}}}
    data.put(json.dumps(body))
    assert json.loads(data.select("SELECT * FROM S3Object", DOCUMENT)) == body
    assert data.select("SELECT s.b[0] x, s.d FROM S3Object s", DOCUMENT) == '{"x":"ü","d":1.5}\n'
    assert data.select("SELECT s.e FROM S3Object s", DOCUMENT, {"JSON": {"RecordDelimiter": "|"}}) == '{"e":true}|'


def test_nested_values_need_json(data: Data) -> None:
    data.put('{"a": {"b": 1}}')
    with refused("UnrecognizedFormatException", 400):
        data.events("SELECT * FROM S3Object", LINES, AS_CSV)
    assert data.select("SELECT s.a.b FROM S3Object s", LINES, AS_CSV) == "1\n"


def test_a_result_in_csv_is_quoted_where_needed_or_always(data: Data) -> None:
    data.put('{"a": "x,y", "b": "say \\"hi\\"", "c": "two\\nlines", "d": null, "e": 5, "g": true}')
    expression = "SELECT s.a, s.b, s.c, s.d, s.e, s.f, s.g FROM S3Object s"
    assert data.select(expression, LINES, AS_CSV) == '"x,y","say ""hi""","two\nlines",,5,,true\n'
    always = {"CSV": {"QuoteFields": "ALWAYS", "QuoteCharacter": "'", "FieldDelimiter": ";", "RecordDelimiter": "|"}}
    assert data.select(expression, LINES, always) == "'x,y';'say \"hi\"';'two\nlines';'';'5';'';'true'|"
    escaped = {"CSV": {"QuoteEscapeCharacter": "\\"}}
    assert data.select("SELECT s.b FROM S3Object s", LINES, escaped) == '"say \\"hi\\""\n'


def test_a_record_has_at_most_1_mib(data: Data) -> None:
    message = "The character number in one record is more than our max threshold, maxCharsPerRecord: 1,048,576"
    long = "x" * (1 << 20)
    for body, source in ((long + "y\n", CSV), (json.dumps({"a": long}), LINES), (json.dumps([long]), DOCUMENT)):
        data.put(body)
        with refused("OverMaxRecordSize", 400, Message=message):
            data.events("SELECT * FROM S3Object", source)
    data.put(long[:-1] + "\n")
    assert len(data.select("SELECT * FROM S3Object", CSV, AS_CSV)) == 1 << 20
    with refused("OverMaxRecordSize", 400, Message=message):
        data.events("SELECT s._1, s._1 FROM S3Object s")
    document = io.StringIO()
    json.dump({"lots": [{"a": number} for number in range(100_000)]}, document)
    data.put(document.getvalue())
    assert data.select("SELECT COUNT(*) FROM S3Object[*].lots[*]", DOCUMENT) == '{"_1":100000}\n'
