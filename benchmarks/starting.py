"""The CPU time of importing ``mock_s3`` and of entering and leaving the mock, beside all client libraries.

``make bench-starting``: each turn is a new process that has imported those which are installed. The goals: the import
takes less than 20 ms, entering and leaving after the first time less than 1 ms.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASES = ("from s3mock import mock_s3", "the first mock", "each further one")

TURN = """
import importlib, importlib.util, json, time

for name in ("boto3", "requests", "urllib3", "httpx", "httpx2", "aiohttp", "aiobotocore.session", "aioboto3", "s3fs"):
    if importlib.util.find_spec(name.partition(".")[0]):
        importlib.import_module(name)

def spent(act, times=1):
    start = time.process_time_ns()
    for _ in range(times):
        act()
    return (time.process_time_ns() - start) / times / 1e6

def enter_and_leave():
    with mock_s3():
        pass

def import_it():
    global mock_s3  # the package loads its names at the first look at them
    from s3mock import mock_s3

imported = spent(import_it)
print(json.dumps([imported, spent(enter_and_leave), spent(enter_and_leave, 100)]))
"""


def measured(turns: int) -> dict[str, float]:
    """The milliseconds of each case, the best of several turns."""
    rows: list[list[float]] = []
    for _ in range(turns):
        reply = subprocess.run([sys.executable, "-c", TURN], cwd=ROOT, check=True, capture_output=True, text=True)
        rows.append(json.loads(reply.stdout))
    return {case: min(column) for case, column in zip(CASES, zip(*rows, strict=True), strict=True)}


def main(options: list[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=10, help="processes, of which the best counts (default: 10)")
    print("| Case | ms |\n| --- | ---: |")
    for case, milliseconds in measured(parser.parse_args(options).turns).items():
        print(f"| {case} | {milliseconds:.2f} |")


if __name__ == "__main__":
    main()
