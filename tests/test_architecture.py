"""The rules of docs/architecture.md that a test can keep."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3mock.control import S3
from s3mock.control.clock import MovableClock
from s3mock.control_api.routes import ONLY_IN_PYTHON, ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "s3mock"

# What each layer may import of s3mock besides itself, from the top down. A layer is a folder or module of the package,
# and "backend.cloud" is one module of a layer.
LAYERS: dict[str, set[str]] = {
    "__init__": {
        *("backend.notification", "backend.schedules", "control", "mock", "process.real_calls", "server", "settings")
    },
    "__main__": {"certificates", "doctor", "initial", "mock", "server", "settings"},
    "pytest_plugin": {
        *("backend.journal", "backend.journals", "control", "journal", "mock", "models.content_type"),
        *("models.credentials", "process.patches", "server", "settings", "transports"),
    },
    "connections": {"models.credentials"},
    "mock": {
        *("backend.cloud", "control", "destinations", "entropy", "for_moto", "from_moto", "initial", "process"),
        *("server", "settings", "transports"),
    },
    "server_process": {"backend", "control", "link", "server", "settings"},
    "server": {
        *("backend.cloud", "backend.persistence.folder", "certificates", "control", "control_api", "destinations"),
        *("from_moto", "http", "initial", "remote_control", "settings", "transports"),
    },
    "control_api": {"backend", "clock", "control", "errors", "http", "models", "transports.remote"},
    "remote_control": {"backend", "control", "link", "models", "settings"},
    "link": set(),
    "certificates": set(),
    "folders": {"backend", "models"},
    "initial": {"backend.cloud", "http", "models", "settings", "transports"},
    "journal": {"backend", "gateway.journal", "near_misses", "responses"},
    "doctor": {"process", "settings", "transports"},
    "tree": {"backend", "errors", "journal.printing", "models"},
    "control": {
        *(
            "backend",
            "clock",
            "connections",
            "destinations",
            "errors",
            "folders",
            "gateway.faults",
            "initial",
            "journal",
        ),
        *("doctor", "models", "near_misses", "process.patches", "tree"),
    },
    "destinations": {"backend", "models", "process.beside_moto", "settings"},
    "for_moto": {"backend", "from_moto", "models", "process"},
    "from_moto": {"backend", "errors", "models", "process.beside_moto"},
    "transports": {
        "backend.cloud",
        "clock",
        "errors",
        "gateway",
        "http",
        "process",
        "settings",
        "wire.hosts",
        "wire.inputs",
    },
    "process": {"clock", "http", "models.credentials", "settings"},
    "gateway": {"backend", "errors", "exchange", "http", "models", "responses", "wire"},
    "wire": {"errors", "http"},
    "responses": {"backend", "dataclass", "errors", "exchange", "http", "models", "select"},
    "exchange": {"backend", "http", "models"},
    "backend": {"clock", "dataclass", "entropy", "errors", "models", "settings"},
    "select": {"dataclass", "errors"},
    "models": {"dataclass", "entropy", "errors", "near_misses"},
    "http": set(),
    "settings": {"clock", "dataclass", "near_misses"},
    "clock": {"near_misses"},
    "dataclass": set(),
    "entropy": set(),
    "errors": {"error_catalogue"},
    "error_catalogue": set(),
    "near_misses": set(),
}

# Libraries that a layer must not know: no HTTP client, no XML and no botocore where S3's rules are.
RULES = {"backend", "models", "responses"}
CLIENTS = {"aiohttp", "boto3", "botocore", "email", "http", "httpx", "requests", "responses", "urllib3", "werkzeug"}
CLIENTS |= {"wsgiref", "xml", "xmltodict"}

# Slow to import, optional or rarely needed: `import s3mock` loads none of them.
LATE = {"aiohttp", "anycrc", "awscrt", "crc32c", "httpx", "moto", "pyarrow", "pytest", "responses", "sqlglot"}
LATE |= {"werkzeug", "xxhash"}

# Parts that an ordinary test needs none of: they are imported when they are used, as are the modules of operations.
RARE = (
    *("backend.access.decision", "backend.effects", "backend.persistence", "backend.replication", "for_moto.backend"),
    *("gateway.cors", "gateway.faults", "gateway.logging", "gateway.signatures", "gateway.website"),
    *("models.access_points.object_lambda", "models.annotation", "models.cors", "models.inventory", "models.lifecycle"),
    *("models.multipart", "models.notification", "models.policy", "models.replication", "models.website"),
    *("responses.access.authorizer", "responses.directory", "responses.metadata", "select", "wire.forms"),
)

MODULES = sorted(PACKAGE.rglob("*.py"))


def module(path: Path) -> str:
    """A module's dotted name below the package: ``wire.hosts``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def tree(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(node: ast.AST, *, types: bool = True) -> Iterator[str]:
    """The dotted names that a module imports, also within functions; without ``types`` only those of run time."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING" and not types:
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"line {child.lineno}: a relative import"
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        yield from imported(child, types=types)


def circle(imports: dict[str, set[str]]) -> set[str]:
    """The nodes that remain when ends are removed repeatedly: those in circles, and those between circles."""
    while True:
        targets = {target for used in imports.values() for target in used}
        ends = {name for name, used in imports.items() if not used & imports.keys() or name not in targets}
        if not ends:
            return set(imports)
        imports = {name: used for name, used in imports.items() if name not in ends}


def imports_of_modules(*, types: bool) -> dict[str, set[str]]:
    """The modules of s3mock that each module imports."""
    names = {module(path) for path in MODULES}
    imports: dict[str, set[str]] = {}
    for path in MODULES:
        dotted = {name.removeprefix("s3mock.") for name in imported(tree(path), types=types)}
        used = {name if name in names else name.rpartition(".")[0] for name in dotted}
        imports[module(path)] = used & names - {module(path)}
    return imports


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_imports_only_point_down(path: Path) -> None:
    layer = module(path).partition(".")[0]
    assert layer in LAYERS, (
        f"{layer} is no layer yet: add it to LAYERS, run `make docs`, and give it a line in docs/architecture.md"
    )
    allowed = LAYERS[layer] | {layer}
    wrong = []
    for name in imported(tree(path)):
        top, _, below = name.partition(".")
        if top == "s3mock" and not any(f"{below}.".startswith(f"{door}.") for door in allowed):
            wrong.append(name)
    assert not wrong


def test_layers_do_not_import_each_other_in_a_circle() -> None:
    assert not circle({layer: {door.partition(".")[0] for door in doors} for layer, doors in LAYERS.items()})


def test_the_folders_of_responses_do_not_import_each_other_in_a_circle() -> None:
    # The modules beside the folders count as one folder, without __init__, which imports each when it is needed.
    folders = {path.parent.name for path in MODULES if path.parent.parent == PACKAGE / "responses"}

    def folder(name: str) -> str | None:
        parts = name.split(".")
        if parts[0] != "responses" or len(parts) == 1:
            return None
        return parts[1] if parts[1] in folders else "modules"

    imports: dict[str, set[str]] = {}
    for path in MODULES:
        importing = folder(module(path))
        if importing is not None:
            used = {folder(name.removeprefix("s3mock.")) for name in imported(tree(path))}
            imports.setdefault(importing, set()).update(other for other in used if other not in {None, importing})
    assert imports.keys() > {"modules", "objects"}
    assert not circle(imports)


def test_modules_do_not_import_each_other_in_a_circle_at_run_time() -> None:
    assert not circle(imports_of_modules(types=False))


def test_the_circles_of_types_are_those_of_the_architecture_page() -> None:
    """Modules can import each other's types in a circle only where the page gives the reason."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## Circles")[2].partition("\n## ")[0]
    assert circle(imports_of_modules(types=True)) == set(re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE))


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_s3s_rules_import_neither_http_nor_botocore(path: Path) -> None:
    if module(path).partition(".")[0] in RULES:
        assert not {name.partition(".")[0] for name in imported(tree(path))} & CLIENTS


def test_only_the_gateway_imports_both_sides() -> None:
    # The layers above the gateway pass it the Cloud.
    doors = ("backend.cloud.",)
    both = set()
    for path in MODULES:
        names = {name.partition(".")[2] + "." for name in imported(tree(path)) if name.startswith("s3mock.")}
        if {"wire", "backend"} <= {name.partition(".")[0] for name in names if not name.startswith(doors)}:
            both.add(module(path).partition(".")[0])
    assert both == {"gateway"}


def test_only_the_cloud_assigns_the_store() -> None:
    writers = set()
    for path in MODULES:
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


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_only_the_clock_reads_the_time(path: Path) -> None:
    if module(path) == "clock":
        return
    assert "time" not in {name.partition(".")[0] for name in imported(tree(path))}
    reads = [
        f"{path}:{node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name | ast.Attribute)
        and ast.unparse(node.value).rpartition(".")[2] in {"datetime", "date"}
    ]
    assert not reads


def test_importing_s3mock_loads_no_slow_library() -> None:
    code = "import json, sys, boto3; old = {*sys.modules}; import s3mock; print(json.dumps([*{*sys.modules} - old]))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    names = {name.partition(".")[0] for name in json.loads(loaded)}
    assert "s3mock" in names
    assert not names & LATE


def test_an_ordinary_test_loads_no_topic_that_it_does_not_use() -> None:
    code = """
import json, sys
from s3mock import mock_s3
with mock_s3() as mock:
    s3 = mock.client(region_name="us-east-1")
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="a", Body=b"bytes")
    assert s3.get_object(Bucket="photos", Key="a")["Body"].read() == b"bytes"
    s3.list_objects_v2(Bucket="photos")
    s3.delete_object(Bucket="photos", Key="a")
    s3.delete_bucket(Bucket="photos")
print(json.dumps([*sys.modules]))
"""
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert "s3mock.responses.objects.objects" in loaded
    assert not [name for name in loaded if name.startswith(tuple(f"s3mock.{part}" for part in RARE))]


def test_a_server_starts_without_the_libraries_of_http_clients_and_mails() -> None:
    code = "import json, sys, s3mock.__main__; print(json.dumps([*sys.modules]))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert "s3mock.server" in loaded
    assert not {"email", "http.client", "mimetypes", "ssl", "tempfile", "urllib.request", "xmltodict"} & {*loaded}


def test_a_server_answers_without_the_libraries_of_clients() -> None:
    code = """
import json, sys
from http.client import HTTPConnection
from s3mock.__main__ import S3MockServer
with S3MockServer() as server:
    connection = HTTPConnection("127.0.0.1", server.port)
    for method, path, body in ("PUT", "/photos", None), ("PUT", "/photos/a", b"bytes"), ("GET", "/photos", None):
        connection.request(method, path, body, {"Authorization": "AWS AKID:signature"})
        response = connection.getresponse()
        assert response.status == 200, response.read()
        response.read()
print(json.dumps([*sys.modules]))
"""
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    names = {name.partition(".")[0] for name in json.loads(loaded)}
    assert not names & {"awscrt", "boto3", "botocore", "moto", "pyarrow", "sqlglot", "urllib3", "werkzeug"}


def test_the_control_api_has_every_member_of_the_control_object_or_says_why_not() -> None:
    members = {name for name in vars(S3) if not name.startswith("_")} - {"clock"}
    members |= {f"clock.{name}" for name in vars(MovableClock) if not name.startswith("_")}
    done = [member for route in ROUTES for member in route.does.split()]
    assert sorted([*done, *ONLY_IN_PYTHON]) == sorted(members), "add a route, or a row to ONLY_IN_PYTHON"
