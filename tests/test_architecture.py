"""The rules of docs/architecture.md that a test can keep."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "s3mock"

# What each layer may import of s3mock besides itself, from the top of the house down: a layer, or one room of it.
LAYERS: dict[str, set[str]] = {
    "__init__": {"mock", "settings"},
    "__main__": {"server", "settings"},
    "pytest_plugin": {"mock", "settings"},
    # On and off: what is patched, set aside and put back. (The decorator knows the mock by type only.)
    "mock": {"decorator", "environment", "credentials", "client_clock", "beside_moto", "patches", "transports"}
    | {"gateway", "delivery", "backend.clock", "backend.cloud", "backend.events", "wire.http", "settings"}
    | {
        "backend.access_points",
        "models.access_point",
        "models.object_lambda",
        "backend.principals",
        "backend.explaining",
    },
    "decorator": {"decorated_class", "mock"},
    "decorated_class": {"mock"},
    "environment": {"beside_moto", "credentials"},
    "beside_moto": {"patches"},
    "outside": {"credentials", "wire.http", "settings"},
    "credentials": {"models.credentials", "patches", "settings"},
    "client_clock": {"backend.clock", "patches"},
    "patches": set(),
    # Events out of the house: it alone calls boto3 for S3's sake.
    "delivery": {"beside_moto", "backend.cloud", "backend.events", "backend.ids", "settings"}
    | {"models.lambda_context", "models.notification"},
    # Their request <-> our Request.
    "server": {"transports", "delivery", "backend.cloud", "settings"},
    "transports": {"gateway", "outside", "credentials", "patches", "backend.cloud", "wire.http", "errors", "settings"},
    # Request -> Response.
    "gateway": {"steps", "wire", "responses", "backend", "errors"},
    "steps": {"wire", "responses", "backend", "models", "errors"},
    "wire": {"errors"},
    "responses": {"backend", "models", "errors"},
    "backend": {"models", "errors", "settings"},
    "models": {"errors"},
    "settings": set(),
    "errors": {"error_catalogue"},
    "error_catalogue": set(),
}

# Libraries that a layer must not know: no HTTP and no spelling where S3's meaning is.
MEANING = {"backend", "models", "responses"}
SPELLING = {"aiohttp", "boto3", "botocore", "email", "http", "httpx", "requests", "responses", "urllib3", "werkzeug"}
SPELLING |= {"wsgiref", "xml", "xmltodict"}

# They cost 15 ms and more, or are optional: nobody pays for them by `import s3mock`.
LATE = {"aiohttp", "awscrt", "httpx", "moto", "pyarrow", "pytest", "responses", "sqlglot", "werkzeug", "xxhash"}

MOST_LINES = 400

ROOMS = sorted(PACKAGE.rglob("*.py"))


def module(path: Path) -> str:
    """Return a room's dotted name below the package: ``wire.http``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def tree(path: Path) -> ast.Module:
    """Return a room's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a room imports, within functions and for types too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", ROOMS, ids=module)
def test_imports_point_down_only(path: Path) -> None:
    layer = module(path).partition(".")[0]
    assert layer in LAYERS, f"{layer} has no place in the house yet: give it one in LAYERS and in docs/architecture.md"
    allowed = LAYERS[layer] | {layer}
    wrong = []
    for name in imported(path):
        top, _, below = name.partition(".")
        if top == "s3mock" and not any(f"{below}.".startswith(f"{door}.") for door in allowed):
            wrong.append(name)
    assert not wrong


@pytest.mark.parametrize("path", ROOMS, ids=module)
def test_what_s3_means_knows_nothing_of_how_it_is_spelt(path: Path) -> None:
    if module(path).partition(".")[0] in MEANING:
        assert not {name.partition(".")[0] for name in imported(path)} & SPELLING


def test_only_the_gateway_and_its_steps_know_both_sides() -> None:
    # Request and Response, and the Cloud to ask, are what the rooms above the gateway hand to it.
    doors = ("wire.http.", "backend.cloud.")
    both = set()
    for path in ROOMS:
        names = {name.partition(".")[2] + "." for name in imported(path) if name.startswith("s3mock.")}
        if {"wire", "backend"} <= {name.partition(".")[0] for name in names if not name.startswith(doors)}:
            both.add(module(path))
    assert all(room == "gateway" or room.startswith("steps.") for room in both)


def test_a_buckets_state_is_assigned_by_its_commit_alone() -> None:
    writers = set()
    for path in ROOMS:
        for function in ast.walk(tree(path)):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Attribute)
                    and node.attr == "state"
                    and isinstance(node.ctx, ast.Store | ast.Del)
                ):
                    writers.add(f"{module(path)}.{function.name}")
    assert writers == {"backend.bucket.__init__", "backend.bucket.commit"}


@pytest.mark.parametrize("path", ROOMS, ids=module)
def test_only_the_clock_asks_what_time_it_is(path: Path) -> None:
    if module(path) == "backend.clock":
        return
    assert "time" not in {name.partition(".")[0] for name in imported(path)}
    asked = [
        f"{path}:{node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name | ast.Attribute)
        and ast.unparse(node.value).rpartition(".")[2] in {"datetime", "date"}
    ]
    assert not asked


@pytest.mark.parametrize("path", [*ROOMS, *sorted((ROOT / "tests").rglob("*.py"))], ids=lambda path: path.name)
def test_no_room_is_too_large(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, "it wants a second door"


def test_importing_s3mock_costs_none_of_the_slow_libraries() -> None:
    code = "import json, sys, boto3; old = {*sys.modules}; import s3mock; print(json.dumps([*{*sys.modules} - old]))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    names = {name.partition(".")[0] for name in json.loads(loaded)}
    assert "s3mock" in names
    assert not names & LATE
