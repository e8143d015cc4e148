"""The CPU time of s3mock beside that of another commit of it, in one run: ``make bench-against REV=HEAD~10``.

Both commits are measured by this one's ``operations.py``, each in a process of its own. They take turns of some
milliseconds, in an order that alternates, so that what else happens on the machine happens to both. It prints the
medians of each, and the median of the ratios of two turns that follow each other: of the whole call, and of the hook
alone, in which botocore has no part. On a busy machine a ratio is exact to 2 percent.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.measure import ROOT, Asked, in_turns, ratio
from benchmarks.operations import CASES, Taken, worker


def main(options: list[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=100, help="turns of each commit and case (default: 100)")
    arguments = parser.parse_args(options)
    print(f"Microseconds of the thread's CPU time, {arguments.revision} and this commit:\n")
    print("| Operation | before | now | ratio | before, in the hook | now | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other"
        git = ("git", "-C", str(ROOT))
        subprocess.run([*git, "worktree", "add", "--quiet", "--detach", str(other), arguments.revision], check=True)
        try:
            with worker("s3mock", str(other)) as before, worker("s3mock") as now:
                for case in CASES:
                    print(row(case, [before, now], arguments.rounds), flush=True)
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", str(other)], check=True)


def row(case: str, sides: list[Asked], rounds: int) -> str:
    """The table's row of a case."""
    pairs = in_turns(sides, max(1, rounds // CASES[case].every), lambda side: Taken(*side.ask(case)[2:]))
    cells = [case]
    for part in (0, 1):
        numbers = [(before[part], after[part]) for before, after in pairs]
        cells += [f"{median(column):,.0f}" for column in zip(*numbers, strict=True)]
        cells.append(f"{ratio(numbers):.2f}")
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
