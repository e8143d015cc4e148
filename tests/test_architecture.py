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
    "__init__": {"backend.notification", "control", "mock", "process.real_calls", "server", "settings"},
    "__main__": {"server", "settings"},
    "pytest_plugin": {"mock", "settings"},
    # On and off: what is patched, set aside and put back. (The decorator knows the mock by type only.)
    "mock": {"backend.cloud", "control", "destinations", "gateway", "process", "settings", "transports"},
    "server": {"backend.cloud", "control", "destinations", "settings", "transports"},
    "control": {"backend", "destinations", "models"},
    "process": {"backend.clock", "http", "mock", "models.credentials", "settings"},
    # Events out of the house: it alone calls boto3 for S3's sake.
    "destinations": {"backend", "models", "process.beside_moto", "settings"},
    # Their request <-> our Request.
    "transports": {"backend.cloud", "errors", "gateway", "http", "process", "settings"},
    # Request -> Response.
    "gateway": {"backend", "errors", "exchange", "http", "models", "responses", "wire"},
    "wire": {"errors", "http"},
    "responses": {"backend", "errors", "exchange", "http", "models", "select"},
    "exchange": {"backend", "http", "models"},
    "backend": {"errors", "models", "settings"},
    "select": {"errors"},
    "models": {"errors"},
    "http": set(),
    "settings": set(),
    "errors": {"error_catalogue"},
    "error_catalogue": set(),
}

# Libraries that a layer must not know: no HTTP and no spelling where S3's meaning is.
MEANING = {"backend", "models", "responses"}
SPELLING = {"aiohttp", "boto3", "botocore", "email", "http", "httpx", "requests", "responses", "urllib3", "werkzeug"}
SPELLING |= {"wsgiref", "xml", "xmltodict"}

# Slow to import, optional or seldom needed: `import s3mock` loads none of them.
LATE = {"aiohttp", "anycrc", "awscrt", "crc32c", "httpx", "moto", "pyarrow", "pytest", "responses", "sqlglot"}
LATE |= {"werkzeug", "xxhash"}

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


def has_circle(imports: dict[str, set[str]]) -> bool:
    """Whether some of these import each other in a circle."""
    while leaves := {name for name, used in imports.items() if not used & imports.keys()}:
        imports = {name: used for name, used in imports.items() if name not in leaves}
    return bool(imports)


def test_models_do_not_import_each_other_in_a_circle() -> None:
    names = {module(path) for path in ROOMS if module(path).startswith("models.")}
    imports: dict[str, set[str]] = {}
    for path in ROOMS:
        if module(path) in names:
            dotted = {name.removeprefix("s3mock.") for name in imported(path)}
            used = {name if name in names else name.rpartition(".")[0] for name in dotted}
            imports[module(path)] = used & names - {module(path)}
    assert not has_circle(imports)


def test_the_folders_of_responses_do_not_import_each_other_in_a_circle() -> None:
    # The modules beside the folders count as one folder, without __init__, which registers everything.
    folders = {path.parent.name for path in ROOMS if path.parent.parent == PACKAGE / "responses"}

    def folder(name: str) -> str | None:
        parts = name.split(".")
        if parts[0] != "responses" or len(parts) == 1:
            return None
        return parts[1] if parts[1] in folders else "modules"

    imports: dict[str, set[str]] = {}
    for path in ROOMS:
        importing = folder(module(path))
        if importing is not None:
            used = {folder(name.removeprefix("s3mock.")) for name in imported(path)}
            imports.setdefault(importing, set()).update(other for other in used if other not in {None, importing})
    assert imports.keys() > {"modules", "objects"}
    assert not has_circle(imports)


@pytest.mark.parametrize("path", ROOMS, ids=module)
def test_what_s3_means_knows_nothing_of_how_it_is_spelt(path: Path) -> None:
    if module(path).partition(".")[0] in MEANING:
        assert not {name.partition(".")[0] for name in imported(path)} & SPELLING


def test_only_the_gateway_and_its_steps_know_both_sides() -> None:
    # Request and Response, and the Cloud to ask, are what the rooms above the gateway hand to it.
    doors = ("backend.cloud.",)
    both = set()
    for path in ROOMS:
        names = {name.partition(".")[2] + "." for name in imported(path) if name.startswith("s3mock.")}
        if {"wire", "backend"} <= {name.partition(".")[0] for name in names if not name.startswith(doors)}:
            both.add(module(path))
    assert all(room.partition(".")[0] == "gateway" for room in both)


def test_the_store_is_assigned_by_the_cloud_alone() -> None:
    writers = set()
    for path in ROOMS:
        for function in ast.walk(tree(path)):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Attribute)
                    and node.attr == "store"
                    and isinstance(node.ctx, ast.Store | ast.Del)
                ):
                    writers.add(f"{module(path)}.{function.name}")
    assert {writer.rpartition(".")[0] for writer in writers} == {"backend.cloud"}


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


def test_importing_s3mock_costs_none_of_the_slow_libraries() -> None:
    code = "import json, sys, boto3; old = {*sys.modules}; import s3mock; print(json.dumps([*{*sys.modules} - old]))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    names = {name.partition(".")[0] for name in json.loads(loaded)}
    assert "s3mock" in names
    assert not names & LATE
