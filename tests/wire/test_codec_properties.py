"""botocore is the oracle for every operation: s3mock reads what it writes, and it reads what s3mock writes."""

from __future__ import annotations

import io
from datetime import datetime, timezone
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSRequest, HeadersDict, prepare_request_dict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.utils import datetime2timestamp
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from s3mock.http import Body, Request, Target, parse_query
from s3mock.wire import codec, model, quirks, scalars
from tests.support import service_model
from tests.support.operations import IMPLEMENTED
from tests.support.search import search

if TYPE_CHECKING:
    from botocore.model import StructureShape

    from s3mock.wire.model import Shape

OPERATIONS = [name for name in IMPLEMENTED if name not in quirks.SUCCESSORS]
MODEST = search(20, repeatable=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
WORD = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=12)
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    max_size=12,
) | st.sampled_from([" a ", "<&>\"'", "]]>", "a\tb\nc", "&amp;", "%20+"])
REPLY_TEXT = TEXT | st.sampled_from(["\r", "a\r\nb"])
MOMENT = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, timezone.utc))
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "timestamp": MOMENT,
    "blob": st.binary(max_size=20),
}


def values(shape: Shape, text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    if shape.type_name == "structure":
        return structures(shape, text)
    if shape.type_name == "list":
        item = values(shape.member, text)
        return st.lists(item, min_size=1 if shape.traits.get("flattened") else 0, max_size=3)
    if shape.type_name == "map":
        assert shape.name == "Metadata"
        return st.dictionaries(st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True), WORD, min_size=1, max_size=3)
    if shape.type_name == "string":
        enum = shape.enum
        return st.sampled_from(enum) if enum else text
    return SCALARS[shape.type_name]


def structures(shape: Shape, text: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    required = set(shape.required) | quirks.ALSO_REQUIRED.get(shape.name, set())
    members = {name: values(member, text) for name, member in shape.members.items()}
    return st.fixed_dictionaries(
        {name: strategy for name, strategy in members.items() if name in required},
        optional={name: strategy for name, strategy in members.items() if name not in required},
    )


def bound(bindings: tuple[model.Binding, ...], text: st.SearchStrategy[str], always: set[str]) -> Any:
    """Inputs or outputs: headers have only words, keys and buckets are not empty."""
    fixed: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for binding in bindings:
        in_line = binding.location in {"header", "headers", "uri"}
        strategy = values(binding.shape, WORD if in_line else text)
        if in_line and binding.shape.type_name == "list":
            strategy = strategy.filter(bool)
        if binding.shape.traits.get("hostLabel"):
            strategy = st.from_regex(r"[a-z0-9.-]{1,9}", fullmatch=True)
        if binding.member == "Key":
            strategy = TEXT.filter(bool)
        (fixed if binding.required or binding.member in always else optional)[binding.member] = strategy
    return st.fixed_dictionaries(fixed, optional=optional)


@cache
def parameters_of(operation: str) -> st.SearchStrategy[dict[str, Any]]:
    always = {b.member for b in model.inputs(operation) if b.location == "payload" and operation in quirks.EMPTY_BODIES}
    return cast("st.SearchStrategy[dict[str, Any]]", bound(model.inputs(operation), TEXT, always))


@cache
def results_of(operation: str) -> st.SearchStrategy[dict[str, Any]]:
    payload = {b.member for b in model.outputs(operation) if b.location == "payload"}
    return cast("st.SearchStrategy[dict[str, Any]]", bound(model.outputs(operation), REPLY_TEXT, payload))


def sent_by_botocore(operation: str, parameters: dict[str, Any]) -> tuple[Request, Target, dict[str, str]]:
    serialized = create_serializer("rest-xml", include_validation=False).serialize_to_request(
        parameters,
        service_model.operation(operation),
    )
    prepare_request_dict(serialized, "https://s3.amazonaws.com")
    prepared = AWSRequest(
        method=serialized["method"],
        url=serialized["url"],
        data=serialized["body"],
        headers=serialized["headers"],
    ).prepare()
    url = urlsplit(prepared.url)
    body = serialized["body"]
    request = Request(
        prepared.method,
        "https",
        url.netloc,
        url.path,
        url.query,
        {name.lower(): value if isinstance(value, str) else value.decode() for name, value in prepared.headers.items()},
        Body(body if isinstance(body, bytes) else body.encode()),
    )
    target = Target(bucket=parameters.get("Bucket"), key=parameters.get("Key"))
    return request, target, parse_query(url.query)


@pytest.mark.parametrize("operation", OPERATIONS)
@MODEST
@given(data=st.data())
def test_parameters_are_read_as_botocore_wrote_them(operation: str, data: st.DataObject) -> None:
    parameters = data.draw(parameters_of(operation))
    request, target, query = sent_by_botocore(operation, parameters)
    parsed = codec.of(operation).parse(request, target, query)
    parse_document = codec.of(operation).parse_document
    if parse_document is not None:
        parse_document(request, parsed)
    for member, value in parsed.items():
        if isinstance(value, Body):
            parsed[member] = value.read()
        elif member in quirks.TEXT_DATES:
            parsed[member] = scalars.timestamp(value)
    if "ContentLength" not in parameters:  # AWSRequest.prepare has counted the body
        parsed.pop("ContentLength", None)
    for binding in model.inputs(operation):
        if binding.location == "payload" and binding.shape.type_name in {"blob", "string"}:
            parameters.setdefault(binding.member, "" if binding.shape.type_name == "string" else b"")
    assert parsed == parameters


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "SelectObjectContent"])
@MODEST
@given(data=st.data())
def test_botocore_reads_results_as_we_wrote_them(operation: str, data: st.DataObject) -> None:
    result = data.draw(results_of(operation).filter(lambda result: "LocationConstraint" not in result))
    sent = dict(result)
    for member in quirks.TEXT_DATES & result.keys():
        sent[member] = scalars.http_date(result[member])
    response = codec.of(operation).serialize(sent)
    assert isinstance(response.body, bytes)
    streams = {b.member for b in model.outputs(operation) if b.shape.traits.get("streaming")}
    reply = {
        "status_code": response.status,
        "headers": HeadersDict(response.headers),
        "body": io.BytesIO(response.body) if streams else response.body,
    }
    shape = cast("StructureShape", service_model.operation(operation).output_shape)  # the parser also accepts None
    parsed = create_parser("rest-xml").parse(reply, shape)
    del parsed["ResponseMetadata"]
    for member in streams:
        parsed[member] = parsed[member].read()
    if "ContentLength" not in result:  # s3mock has counted the body
        parsed.pop("ContentLength", None)
    if "ContentType" not in result:
        parsed.pop("ContentType", None)
    if not result.get("Metadata"):
        parsed.pop("Metadata", None)
    assert parsed == result


def test_botocore_and_s3mock_parse_dates_alike() -> None:
    moment = datetime(2006, 2, 3, 16, 45, 9, tzinfo=timezone.utc)
    assert datetime2timestamp(scalars.timestamp(scalars.http_date(moment))) == datetime2timestamp(moment)
