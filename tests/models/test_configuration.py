"""A bucket's settings are typed: a misspelt topic, or a value of the wrong type, fails the type check."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from s3mock.models.configuration import Configuration, Topics

ROOT = Path(__file__).parents[2]
SNIPPET = """
from s3mock.backend.bucket import Bucket

def use(bucket: Bucket) -> None:
    bucket.configure({keyword}=None)
    bucket.configuration.{attribute}
"""


def mypy(text: str, directory: Path) -> tuple[int, str]:
    snippet = directory / "snippet.py"
    snippet.write_text(text)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache" / "snippets")]
    done = subprocess.run([*command, str(snippet)], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_topics_that_can_be_set_are_the_fields_with_their_types() -> None:
    assert Topics.__annotations__.keys() == {each.name for each in fields(Configuration) if each.init}
    expected = {each.name: each.type for each in fields(Configuration) if each.init}
    assert {name: hint.__forward_arg__ for name, hint in Topics.__annotations__.items()} == expected


@pytest.mark.parametrize(("keyword", "attribute"), [("lifecylce", "lifecycle"), ("lifecycle", "lifecylce")])
def test_mypy_refuses_a_misspelt_topic(keyword: str, attribute: str, tmp_path: Path) -> None:
    code, report = mypy(SNIPPET.format(keyword=keyword, attribute=attribute), tmp_path)
    assert code == 1
    assert "lifecylce" in report
    assert "Found 1 error" in report
