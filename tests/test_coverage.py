"""Which operations of S3 are answered, and that the others say so."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from s3mock import mock_s3
from s3mock.responses import OPERATIONS
from s3mock.wire import model
from s3mock.wire.quirks import SUCCESSORS

NAMES = sorted(model.operation_names())
MISSING = [name for name in NAMES if SUCCESSORS.get(name, name) not in OPERATIONS]
TESTS = {path: path.read_text("utf-8") for path in Path(__file__).parent.rglob("test_*.py")}

ANSWERED = sorted(OPERATIONS.keys() & NAMES)
# A browser's form: no client of botocore's sends it.
UNMODELLED = {"PostObject"}
REFUSED = [(name, member) for name in ANSWERED for member in sorted(OPERATIONS[name].refused)]

# Members that stand nowhere in the handlers as they are, and why that is right.
EXPLAINED = {
    "Grant": "responses/acl.py puts the names together from the permissions",
    "Checksum": "the body is verified by its headers, which models/checksum.py knows by algorithm",
    "ContentMD5": "likewise",
    "ContentLength": "responses/payload.py compares the body with its size, which this header says",
    "Token": "AWS Support gave it out to lock existing buckets until November 2023; it is not needed any more",
    "RequestPayer": "responses/request_payment.py reads it, of every operation",
}
GATEWAYS = {"Bucket", "ExpectedBucketOwner"}

# S3 reads the document before it looks at the headers.
DOCUMENTS = {"CompleteMultipartUpload": {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "etag"}]}}}

SCALARS = {"integer": 1, "long": 1, "boolean": True, "blob": b"", "timestamp": "2026-11-20T12:00:00Z", "map": {}}
NAMED = {"Bucket": "bucket", "RequestRoute": "route"}


CLIENT = boto3.client("s3", region_name="us-east-1")


def refusal(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Call an operation in an empty S3, and return the answer, which is an error."""
    with mock_s3(), pytest.raises(ClientError) as refused:
        getattr(CLIENT, xform_name(name))(**parameters)
    return refused.value.response  # type: ignore[return-value]


def least(shape: Any, member: str = "") -> Any:
    """Return the smallest value that botocore lets pass for a shape."""
    if shape.type_name == "structure":
        names = shape.required_members or (list(shape.members)[:1] if shape.is_tagged_union else [])
        return {name: least(shape.members[name], name) for name in names}
    if shape.type_name == "list":
        return [least(shape.member)]
    if shape.type_name == "string":
        return NAMED.get(member, next(iter(shape.enum), "text" * 5))
    return SCALARS[shape.type_name]


def test_every_answered_operation_is_one_of_s3s() -> None:
    assert set(OPERATIONS) - UNMODELLED <= set(NAMES) - set(SUCCESSORS)


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answered_operation_is_documented_by_its_name_and_called_by_a_test(name: str) -> None:
    handler = inspect.unwrap(OPERATIONS[name].handler)
    assert f"S3 API: {name}" in (handler.__doc__ or "")
    call = re.compile(rf"\.{xform_name(name)}\(")
    assert any(call.search(text) for text in TESTS.values()), f"no test calls {xform_name(name)}"


@pytest.mark.parametrize("name", ANSWERED)
def test_what_is_refused_is_a_member_of_the_operations_input(name: str) -> None:
    shape = model.operation(name).input_shape
    assert OPERATIONS[name].refused <= set(shape.members if shape else ())


@pytest.mark.parametrize("name", MISSING)
def test_an_operation_that_is_not_answered_is_a_501_that_names_it(name: str) -> None:
    shape = model.operation(name).input_shape
    response = refusal(name, least(shape) if shape else {})
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert response["Error"]["Code"] == "NotImplemented"
    assert SUCCESSORS.get(name, name) in response["Error"]["Message"]


def test_a_parameter_whose_feature_is_missing_is_a_501_that_names_it() -> None:
    for name, member in REFUSED:
        shape = model.operation(name).input_shape
        assert shape is not None
        of_member = shape.members[member]
        response = refusal(name, least(shape) | DOCUMENTS.get(name, {}) | {member: least(of_member)})
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
        if name.startswith("Head"):
            continue  # a HEAD's error is only its status
        assert response["Error"]["Code"] == "NotImplemented"
        assert {member, of_member.serialization["name"]} & set(re.findall(r"[\w-]+", str(response["Error"])))


def literals(module: str, seen: set[str]) -> set[str]:
    """Return every string in a room of responses/ and in the rooms there and in models/ that it imports."""
    if module in seen or not module.startswith(("s3mock.models.", "s3mock.responses.")):
        return set()
    seen.add(module)
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(sys.modules[module]))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in {str(node.module), *names} & sys.modules.keys():
                found |= literals(name, seen)
    return found


@pytest.mark.parametrize("name", ANSWERED)
def test_every_member_of_an_input_is_read_or_refused_or_explained(name: str) -> None:
    operation = OPERATIONS[name]
    shape = model.operation(name).input_shape
    read = literals(inspect.unwrap(operation.handler).__module__, set()) | GATEWAYS
    ignored = {member for member in (shape.members if shape else ()) if member not in read | operation.refused}
    assert not {member for member in ignored if not member.startswith(tuple(EXPLAINED))}
