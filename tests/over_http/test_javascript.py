"""AWS's SDK for JavaScript, version 3, in Node.js."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.over_http.place import Place, run

PACKAGES = Path(sys.prefix) / "node_modules"
SCRIPTS = Path(__file__).with_name("javascript.mjs")


def client() -> tuple[str, str]:
    package = json.loads((PACKAGES / "@aws-sdk" / "client-s3" / "package.json").read_text())
    return "AWS SDK for JavaScript", package["version"]


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """The script beside the packages that it imports."""
    script = tmp_path / "clients.mjs"
    script.write_text(SCRIPTS.read_text())
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    return script


NAMES = [
    line.split()[2].partition("(")[0] for line in SCRIPTS.read_text().splitlines() if line.startswith("async function")
]


@pytest.mark.parametrize("name", NAMES)
def test_javascript(place: Place, linked: Path, name: str) -> None:
    printed = run("node", linked, name, env=place.environment | {"NODE_NO_WARNINGS": "1"})
    assert printed.strip() == "all is well"
