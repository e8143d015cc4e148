"""How long a session of tests takes that all begin with one seed: 10,000 tests on 1 GB, in seconds.

``make bench-seed`` runs pytest twice in a process of its own: with tests that do nothing, and with tests that have the
fixture ``s3mock``, each with the seed in it. The difference is what s3mock takes, of which the most is starting a mock.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def s3mock_seed():
    def seed(s3):
        s3.create_buckets("lake")
        client = s3.client()
        for number in range({megabytes}):
            client.put_object(Bucket="lake", Key=f"{{number:08}}", Body=number.to_bytes(4, "big") + bytes(1_000_000))
    return seed
"""
TESTS = """
import pytest

@pytest.fixture
def nothing():
    yield

@pytest.mark.parametrize("number", range({tests}))
def test_of_a_session({fixture}, number):
    pass
"""
CASES = {"pytest alone": "nothing", "with the seed": "s3mock"}


def session(fixture: str, tests: int, megabytes: int) -> tuple[float, float]:
    """The seconds that a session takes, by a clock on the wall and of CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "conftest.py").write_text(CONFTEST.format(megabytes=megabytes))
        (Path(folder) / "test_session.py").write_text(TESTS.format(fixture=fixture, tests=tests))
        options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "--rootdir", folder)
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", *options, folder], capture_output=True, text=True, check=False
        )
        seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode or f"{tests} passed" not in ended.stdout:
        raise RuntimeError(ended.stdout + ended.stderr)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(arguments: list[str] | None = None) -> None:
    """Print the seconds of each session."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=1000)
    given = parser.parse_args(arguments)
    print("| Session | Seconds | Of CPU time |\n| --- | ---: | ---: |")
    for case, fixture in CASES.items():
        seconds, busy = session(fixture, given.tests, given.megabytes)
        print(f"| {given.tests:,} tests, {case} | {seconds:.1f} | {busy:.1f} |")


if __name__ == "__main__":
    main()
