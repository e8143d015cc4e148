"""The snippets of the README run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(1, len(SNIPPETS) + 1))
def test_a_snippet_of_the_readme_runs(snippet: str, tmp_path: Path) -> None:
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


def test_the_readme_has_snippets() -> None:
    assert len(SNIPPETS) == README.count("```python\n") > 0
