"""The documentation is true: snippets run, links lead somewhere, what it names exists, generated pages are fresh."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_architecture import LAYERS

ROOT = Path(__file__).parents[1]
ROOMS = sorted((ROOT / "s3mock").rglob("*.py"))
ASSUMED = re.compile(r"\bassumed\b(?!-)")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOR_USERS = (
    "README.md",
    *("docs/using.md", "docs/server.md", "docs/access.md"),
    *("docs/logging.md", "docs/notifications.md", "docs/object-lambda.md"),
)
RUNNING = "".join((ROOT / page).read_text("utf-8") for page in FOR_USERS)
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", RUNNING, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(1, len(SNIPPETS) + 1))
def test_a_snippet_of_a_page_for_users_runs(snippet: str, tmp_path: Path) -> None:
    file = tmp_path / "test_snippet.py"
    file.write_text(snippet, encoding="utf-8")
    is_test = "def test_" in snippet
    runner = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"] if is_test else ["-W", "error"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    run = subprocess.run(
        [sys.executable, *runner, file],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment | {"AWS_DEFAULT_REGION": "us-east-1"},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    if is_test:
        assert "1 passed" in run.stdout


def test_every_snippet_is_found() -> None:
    assert len(SNIPPETS) == RUNNING.count("```python\n") > 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tests_that_a_page_names_exist(page: Path) -> None:
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    named = re.findall(r"`(test_\w+)`", page.read_text("utf-8"))
    assert not [name for name in named if f"def {name}(" not in tests]
    files = re.findall(r"`(tests/[\w/]+\.py)`", page.read_text("utf-8"))
    assert page.name == "adding-an-operation.md" or not [file for file in files if not (ROOT / file).exists()]


def test_every_difference_and_whatever_is_assumed_is_told() -> None:
    rooms = {path.relative_to(ROOT / "s3mock").as_posix(): path.read_text("utf-8") for path in ROOMS}
    differences, _, assumed = (ROOT / "docs" / "differences.md").read_text("utf-8").partition("## Assumed")
    assert sorted(re.findall(r"\| \[([^\]]+)\]", differences)) == sorted(
        name for name, text in rooms.items() for _ in range(text.count("Differs: "))
    )
    told = re.split(r"^### \[([^\]]+)\].*$", assumed, flags=re.MULTILINE)[1:]
    numbers = {name: text.count("assumed") for name, text in zip(told[::2], told[1::2], strict=True)}
    assert numbers == {name: number for name, text in rooms.items() if (number := len(ASSUMED.findall(text)))}


def test_the_layers_of_the_architecture_page_are_those_of_the_test() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE)
    assert {layer: set(re.findall(r"`([\w.]+)`", doors)) for layer, doors in rows} == LAYERS


def test_the_generated_pages_are_fresh() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr
