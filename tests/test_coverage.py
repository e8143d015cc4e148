"""Every operation of S3 is implemented, documented and tested, and none ignores a member of its input."""

from __future__ import annotations

import ast
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
from botocore import xform_name
from botocore.loaders import Loader

from s3mock import responses
from s3mock.backend.cloud import Cloud
from s3mock.models.policy.actions import KINDS
from s3mock.responses import OPERATIONS, registry
from s3mock.settings import Settings
from s3mock.wire import model, routes
from s3mock.wire.quirks import SUCCESSORS
from tests.support.operations import DECLARED, IMPLEMENTED, missing
from tests.support.raw_requests import ask

TESTS = {path: path.read_text("utf-8") for path in Path(__file__).parent.rglob("test_*.py")}

HANDLED = sorted(OPERATIONS.keys() & set(IMPLEMENTED))
# A browser's form: botocore has no such operation.
UNMODELLED = {"PostObject"}

# Members whose names are not in the handlers, and why that is right.
EXPLAINED = {
    "Grant": "responses/acl.py puts the names together from the permissions",
    "Checksum": "the body is verified by its headers, which models/checksums.py knows by algorithm",
    "ContentMD5": "likewise",
    "ContentLength": "responses/payload.py compares the body with its size, which this header says",
    "Token": "AWS Support gave it out to lock existing buckets until November 2023; it is not needed any more",
    "RequestPayer": "responses/request_payment.py reads it, of every operation",
}
# The actions that no policy of a bucket or an access point can allow.
NOT_IN_POLICIES = {"s3-object-lambda:WriteGetObjectResponse", "s3express:ListAllMyDirectoryBuckets"}
GATEWAYS = {"Bucket", "ExpectedBucketOwner"}


def test_every_operation_of_s3_has_a_handler() -> None:
    """Of botocore 1.44.8, that is: see the next test."""
    assert len(IMPLEMENTED) >= 116


def test_an_operation_that_only_a_newer_botocore_has_is_a_501(monkeypatch: pytest.MonkeyPatch) -> None:
    newer: Any = Loader().load_service_model("s3", "service-2")
    newer["operations"]["GetBucketDream"] = newer["operations"]["GetBucketAcl"] | {
        "name": "GetBucketDream",
        "http": {"method": "GET", "requestUri": "/{Bucket}?dream"},
    }
    monkeypatch.setattr(model, "service", lambda: newer)
    for made in ("_resources", "_selectors"):
        monkeypatch.setattr(routes, made, cache(inspect.unwrap(getattr(routes, made))))
    assert "GetBucketDream" in missing()
    response = ask(Cloud(Settings()), "GET", "/a-bucket?dream")
    assert response.status == 501
    assert b"<Code>NotImplemented</Code>" in cast("bytes", response.body)
    assert b"s3mock does not implement GetBucketDream yet." in cast("bytes", response.body)


def test_every_handler_is_for_an_operation_of_s3() -> None:
    assert set(OPERATIONS) - UNMODELLED <= set(IMPLEMENTED) - set(SUCCESSORS)


def test_every_handler_is_in_the_module_that_the_table_names() -> None:
    for found in pkgutil.walk_packages(responses.__path__, "s3mock.responses."):
        import_module(found.name)
    homes = {name: inspect.unwrap(declared.handler).__module__ for name, declared in registry.OPERATIONS.items()}
    assert homes == {name: f"s3mock.responses.{module}" for name, module in OPERATIONS.items()}


def test_the_module_of_a_variant_loads_every_handler_of_it() -> None:
    code = """
import json
from s3mock.responses import VARIANTS, handler, registry
alone = {variant: [name for name in NAMES if handler(name, variant) is not registry.OPERATIONS[name].handler]
         for variant in VARIANTS}
print(json.dumps(alone))
"""
    here = [[name, variant] for name, variant in sorted(registry.VARIANTS)]
    code = code.replace("NAMES", repr([*OPERATIONS]))
    alone = json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)
    assert sorted([name, variant] for variant, names in alone.items() for name in names) == here


def test_threads_that_ask_for_the_same_operation_first_get_its_handler() -> None:
    code = """
import sys, threading
from s3mock import mock_s3
sys.setswitchinterval(1e-6)
ready = threading.Barrier(8)
failed = []

def ask(client):
    ready.wait()
    try:
        client.list_buckets()
        client.create_multipart_upload(Bucket="photos", Key="a")
    except BaseException as error:
        failed.append(error)

with mock_s3(buckets=["photos"]) as s3:
    threads = [threading.Thread(target=ask, args=(s3.client(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", HANDLED)
def test_every_operation_is_documented_and_called_by_a_test(name: str) -> None:
    handler = inspect.unwrap(DECLARED[name].handler)
    assert f"S3 API: {name}" in (handler.__doc__ or "")
    call = re.compile(rf"\.{xform_name(name)}\(")
    assert any(call.search(text) for text in TESTS.values()), f"no test calls {xform_name(name)}"


@pytest.mark.parametrize("name", HANDLED)
def test_a_policy_can_have_the_actions_of_every_operation(name: str) -> None:
    declared = {*DECLARED[name].actions, *DECLARED[name].version_actions}
    assert {action for action in declared if action.lower() not in KINDS} <= NOT_IN_POLICIES


@pytest.mark.parametrize("name", HANDLED)
def test_refused_members_are_members_of_the_operations_input(name: str) -> None:
    shape = model.input_shape(name)
    assert DECLARED[name].refuses <= set(shape.members if shape else ())


@cache
def literals(module: str) -> tuple[frozenset[str], frozenset[str]]:
    """The strings in a module, and the modules of handlers, values and queries that it imports."""
    strings, imports = set(), set()
    for node in ast.walk(ast.parse(inspect.getsource(sys.modules[module]))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.add(node.value)
        elif isinstance(node, ast.ImportFrom):
            imports |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    packages = ("s3mock.models.", "s3mock.responses.", "s3mock.select")
    return frozenset(strings), frozenset(name for name in imports & sys.modules.keys() if name.startswith(packages))


def reachable_literals(module: str) -> set[str]:
    """Every string in a module and in those that it imports, directly or not."""
    strings: set[str] = set()
    seen: set[str] = set()
    ahead = {module}
    while ahead:
        seen |= ahead
        modules = [literals(name) for name in ahead]
        strings.update(*(own for own, _ in modules))
        ahead = set[str]().union(*(imports for _, imports in modules)) - seen
    return strings


@pytest.mark.parametrize("name", HANDLED)
def test_every_member_of_an_input_is_read_or_refused_or_explained(name: str) -> None:
    operation = DECLARED[name]
    shape = model.input_shape(name)
    read = reachable_literals(inspect.unwrap(operation.handler).__module__) | GATEWAYS
    ignored = {member for member in (shape.members if shape else ()) if member not in read | operation.refuses}
    assert not {member for member in ignored if not member.startswith(tuple(EXPLAINED))}
