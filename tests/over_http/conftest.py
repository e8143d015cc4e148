"""Clients of others, used as people use them, against a server in a process of its own.

``make clients-over-http`` runs them against a server in memory and one with a folder, and prints a table of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.over_http.place import SECRETS, TREE, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

collect_ignore_glob = [] if find_spec("obstore") else ["test_*.py"]

STORAGES = ["memory", "data-dir"]
"""Where the server keeps what it stores."""

CLIENTS = pytest.StashKey[dict[str, tuple[str, str]]]()
"""The names and versions of the clients that were tested, by the files of their tests."""


@pytest.fixture(scope="module", params=STORAGES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A fresh server that verifies every signature, and the way to it."""
    folder = ["--data-dir", str(tmp_path_factory.mktemp("data"))] if request.param == "data-dir" else []
    request.config.stash.setdefault(CLIENTS, {})[request.path.name] = request.module.client()
    server = subprocess.Popen(
        [sys.executable, "-m", "s3mock", "--port", "0", *folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"S3MOCK_VERIFY_SIGNATURES": "all", "S3MOCK_CREDENTIALS": SECRETS},
    )
    assert server.stdout is not None
    place = Place(server.stdout.readline().split()[-1])
    yield place
    server.terminate()
    _, complaints = server.communicate()
    assert complaints == ""  # no traceback, no warning
    assert server.returncode == 0


@pytest.fixture
def bucket(place: Place, request: pytest.FixtureRequest) -> str:
    """The name of a new bucket, which is the test's own."""
    name: str = request.node.originalname.removeprefix("test_").replace("_", "-")[:60].rstrip("-")
    place.s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder of files: plain, empty, nested, of two parts, and with names that have to be encoded."""
    for name, content in TREE.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "tree"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of the clients: how many of their tests passed, with each kind of storage."""
    clients = terminalreporter.config.stash.get(CLIENTS, {})
    outcomes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            path, _, name = report.nodeid.partition("::")
            storage = next((storage for storage in STORAGES if f"[{storage}" in name), "")
            outcomes[Path(path).name, storage][outcome] += 1
    if clients:
        terminalreporter.write_line("\n" + " | ".join(["| Client", "Version", *STORAGES, ""]).rstrip())
        terminalreporter.write_line("| --- | --- |" + " ---: |" * len(STORAGES))
    for file, (name, version) in sorted(clients.items(), key=lambda item: item[1]):
        counts = [outcomes[file, storage] for storage in STORAGES]
        cells = [f"{count['passed']} of {count.total()}" for count in counts]
        terminalreporter.write_line(" | ".join([f"| {name}", version, *cells, ""]).rstrip())
