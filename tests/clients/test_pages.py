"""The snippets on the pages of clients that pin an older botocore run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "clients"
SNIPPETS = [
    pytest.param(snippet, id=f"{name}-{number}")
    for name in ("aiobotocore", "s3fs")
    for number, snippet in enumerate(
        re.findall(r"^```python\n(.*?)^```$", (PAGES / f"{name}.md").read_text("utf-8"), re.MULTILINE | re.DOTALL), 1
    )
]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_the_snippets_on_the_page_run(snippet: str, tmp_path: Path) -> None:
    file = tmp_path / "test_snippet.py"
    file.write_text(snippet, encoding="utf-8")
    runner = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if "def test_" in snippet else []
    run = subprocess.run([sys.executable, *runner, file], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
