"""What the parts of the benchmark share: a row of the table, turns, and the processes in which they run."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeVar

ROOT = Path(__file__).parents[1]
HERE = Path(sys.prefix)
"""This environment: s3mock without extras, and moto."""

Side = TypeVar("Side")
Taken = TypeVar("Taken")


class Row(NamedTuple):
    """A row of the table: what is measured, the unit of its numbers, and the number of each contender that has one.

    The contenders are the columns of the table: ``s3mock``, ``botocore`` (alone, with constant replies), ``moto`` (also
    as a server), ``ministack`` and ``localemu``. Units are ``us``, ``ms``, ``s``, ``B``, ``MB``, ``MiB``, ``calls``,
    ``requests/s``, and ``x`` with what it is a multiple of: ``x botocore``.
    """

    what: str
    unit: str
    values: Mapping[str, float]


def progress(text: str) -> None:
    """Say on stderr what is being measured."""
    print(text, file=sys.stderr, flush=True)


def in_turns(sides: Sequence[Side], turns: int, take: Callable[[Side], Taken]) -> list[tuple[Taken, ...]]:
    """What each side takes in each turn, side by side; every other turn is in reverse order."""
    rounds = []
    for turn in range(turns):
        order = range(len(sides)) if turn % 2 == 0 else range(len(sides) - 1, -1, -1)
        taken = {number: take(sides[number]) for number in order}
        rounds.append(tuple(taken[number] for number in range(len(sides))))
    return rounds


def ratio(pairs: Iterable[Sequence[float]]) -> float:
    """The median of second by first: what disturbs a pair disturbs both of it."""
    return median(second / first for first, second in pairs)


def environment(**variables: str) -> dict[str, str]:
    """The variables of a process: dummy credentials, no configuration of the user's, and byte code that is kept."""
    left_out = ("AWS_", "S3MOCK", "MOTO", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    dummies = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1"}
    dummies |= {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return inherited | dummies | variables


def child(*arguments: str) -> str:
    """Run this Python with these arguments in that environment; return what it prints."""
    return subprocess.run(
        [sys.executable, *arguments], env=environment(), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


class Asked:
    """A process of this Python that answers each line with a line of numbers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, line: str) -> list[float]:
        """The numbers that it answers. Raises RuntimeError if it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"a process has ended: {self._process.args!r}")
        return [float(number) for number in answer.split()]


@contextlib.contextmanager
def asked(*arguments: str) -> Iterator[Asked]:
    """Run this Python with these arguments in that environment, to be asked until it is left."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=environment(),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    try:
        yield Asked(process)
    finally:
        process.communicate()


def stamp(packages: Mapping[str, Path]) -> str:
    """The date, the machine, and the versions of what is measured, by its package and the environment that has it."""
    versions = {"python": platform.python_version()}
    for package, home in packages.items():
        for folder in home.glob("lib/python*/site-packages"):
            said = re.search(r"^version = (.*)$", (home / "pyvenv.cfg").read_text(encoding="utf-8"), re.MULTILINE)
            versions["python"] = said[1] if said else versions["python"]
            for found in distributions(name=package, path=[str(folder)]):
                versions[package] = found.version
    named = ", ".join(f"{name} {number}" for name, number in versions.items())
    return f"{dt.datetime.now(dt.timezone.utc):%Y-%m-%d}, {machine()}; {named}"


def machine() -> str:
    """The processor's name and number of cores."""
    cpus = Path("/proc/cpuinfo")
    names = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    models = [line.partition(":")[2].strip() for line in names if line.startswith("model name")]
    return f"{models[0] if models else platform.processor() or platform.machine()}, {os.cpu_count()} cores"
