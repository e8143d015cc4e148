"""Every operation of S3 is answered, documented and tested, and none ignores what it is asked for."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from pathlib import Path

import pytest
from botocore import xform_name

from s3mock.responses import OPERATIONS
from s3mock.wire import model
from s3mock.wire.quirks import SUCCESSORS

NAMES = sorted(model.operation_names())
TESTS = {path: path.read_text("utf-8") for path in Path(__file__).parent.rglob("test_*.py")}

ANSWERED = sorted(OPERATIONS.keys() & NAMES)
# A browser's form: no client of botocore's sends it.
UNMODELLED = {"PostObject"}

# Members that stand nowhere in the handlers as they are, and why that is right.
EXPLAINED = {
    "Grant": "responses/acl.py puts the names together from the permissions",
    "Checksum": "the body is verified by its headers, which models/checksums.py knows by algorithm",
    "ContentMD5": "likewise",
    "ContentLength": "responses/payload.py compares the body with its size, which this header says",
    "Token": "AWS Support gave it out to lock existing buckets until November 2023; it is not needed any more",
    "RequestPayer": "responses/request_payment.py reads it, of every operation",
}
GATEWAYS = {"Bucket", "ExpectedBucketOwner"}


def test_every_operation_of_s3_is_answered() -> None:
    """Of the botocore that is installed: what a newer one names and we lack is a 501 until it is built."""
    assert [name for name in NAMES if SUCCESSORS.get(name, name) not in OPERATIONS] == []


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
    assert OPERATIONS[name].refuses <= set(shape.members if shape else ())


def literals(module: str, seen: set[str]) -> set[str]:
    """Return every string in a room of responses/ and in the rooms there and in models/ that it imports."""
    if module in seen or not module.startswith(("s3mock.models.", "s3mock.responses.", "s3mock.select")):
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
    ignored = {member for member in (shape.members if shape else ()) if member not in read | operation.refuses}
    assert not {member for member in ignored if not member.startswith(tuple(EXPLAINED))}
