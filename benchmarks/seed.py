"""How long a session of tests takes that all begin with one seed: 10,000 tests on 1 GB, in seconds.

pytest runs in a process of its own, with tests that do nothing, and with tests that have the fixture ``s3mock``, each
with the seed in it. The difference is what s3mock takes, of which the most is starting a mock.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.measure import Row, child, in_turns

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
SESSION = """
import pytest

@pytest.fixture
def nothing():
    yield

@pytest.mark.parametrize("number", range({tests}))
def test_of_a_session({fixture}, number):
    pass
"""
CASES = {"pytest alone": "nothing", "with a seed of 1 GB": "s3mock"}
TURNS = 1
TESTS = 10_000
MEGABYTES = 1000


def session(fixture: str, tests: int, megabytes: int) -> float:
    """The seconds that a session takes, by a clock on the wall."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "conftest.py").write_text(CONFTEST.format(megabytes=megabytes))
        (Path(folder) / "test_session.py").write_text(SESSION.format(tests=tests, fixture=fixture))
        options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "--rootdir", folder)
        begun = time.perf_counter()
        printed = child("-m", "pytest", *options, folder)
        seconds = time.perf_counter() - begun
    if f"{tests} passed" not in printed:
        raise RuntimeError(printed)
    return seconds


def rows(turns: int = TURNS) -> list[Row]:
    """The medians of sessions that take turns."""
    found = in_turns(list(CASES), turns, lambda case: session(CASES[case], TESTS, MEGABYTES))
    return [
        Row(f"{TESTS:,} tests, {case}", "s", {"s3mock": median(each[number] for each in found)})
        for number, case in enumerate(CASES)
    ]
