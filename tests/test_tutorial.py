"""A real program: Real Python's tutorial about S3."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).parents[1] / "examples" / "tutorial.py"


def test_the_real_python_tutorial_runs_as_written() -> None:
    walk = subprocess.run([sys.executable, TUTORIAL], capture_output=True, text=True, check=False)
    assert walk.returncode == 0, walk.stdout + walk.stderr
    assert "The whole tutorial ran on the mock" in walk.stdout
