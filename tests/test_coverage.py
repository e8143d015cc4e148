"""Which operations of S3 are answered, and that the others say so."""

from __future__ import annotations

import inspect
import re
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


SCALARS = {"integer": 1, "long": 1, "boolean": True, "blob": b"", "timestamp": "2026-11-20T12:00:00Z", "map": {}}
NAMED = {"Bucket": "bucket", "RequestRoute": "route"}


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
    assert set(OPERATIONS) <= set(NAMES) - set(SUCCESSORS)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_answered_operation_is_documented_by_its_name_and_called_by_a_test(name: str) -> None:
    handler = inspect.unwrap(OPERATIONS[name].handler)
    assert f"S3 API: {name}" in (handler.__doc__ or "")
    call = re.compile(rf"\.{xform_name(name)}\(")
    assert any(call.search(text) for text in TESTS.values()), f"no test calls {xform_name(name)}"


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_what_is_refused_is_a_member_of_the_operations_input(name: str) -> None:
    shape = model.operation(name).input_shape
    assert OPERATIONS[name].refused <= set(shape.members if shape else ())


@pytest.mark.parametrize("name", MISSING)
def test_an_operation_that_is_not_answered_is_a_501_that_names_it(name: str) -> None:
    shape = model.operation(name).input_shape
    parameters = least(shape) if shape else {}
    with mock_s3():
        client = boto3.client("s3", region_name="us-east-1")
        with pytest.raises(ClientError) as refused:
            getattr(client, xform_name(name))(**parameters)
    response = refused.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert response["Error"]["Code"] == "NotImplemented"
    assert SUCCESSORS.get(name, name) in response["Error"]["Message"]
