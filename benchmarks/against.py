"""The CPU time of s3mock beside that of another commit of it, in one run: ``make bench-against REV=HEAD~10``.

Both commits are measured by this one's ``operations.py``, each in a process of its own. They take turns of some
milliseconds, in an order that alternates, so that what else happens on the machine happens to both. It prints the
medians of each, and the median of the ratios of two turns that follow each other: of the whole call, and of the answer
alone ("in send"), in which botocore has no part. On a busy machine a ratio is exact to 2 percent.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.operations import CASES, environment

ROOT = Path(__file__).parents[1]


class Side:
    """A process that measures the s3mock of a folder, a case at a time."""

    def __init__(self, tree: Path) -> None:
        script = [sys.executable, str(ROOT / "benchmarks" / "operations.py"), "--contender", "s3mock", "--turns"]
        variables = environment(PYTHONPATH=str(tree))
        self._process = subprocess.Popen(
            script, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def measure(self, case: str) -> tuple[float, float]:
        """The median nanoseconds of some of the case's calls, and of their ``send``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{case}\n")
        call, in_send = self._process.stdout.readline().split()
        return float(call), float(in_send)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def main(options: list[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=100, help="turns of each commit and case (default: 100)")
    arguments = parser.parse_args(options)
    print(f"Microseconds of the thread's CPU time, {arguments.revision} and this commit:\n")
    print("| Operation | before | now | ratio | before, in `send` | now | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other"
        git = ("git", "-C", str(ROOT))
        subprocess.run([*git, "worktree", "add", "--quiet", "--detach", str(other), arguments.revision], check=True)
        sides = [Side(other), Side(ROOT)]
        try:
            for case in CASES:
                print(row(case, sides, arguments.rounds), flush=True)
        finally:
            for side in sides:
                side.close()
            subprocess.run([*git, "worktree", "remove", "--force", str(other)], check=True)


def row(case: str, sides: list[Side], rounds: int) -> str:
    """The table's row of a case."""
    pairs = []
    for turn in range(rounds):
        order = sides if turn % 2 else sides[::-1]
        taken = {side: side.measure(case) for side in order}
        pairs.append([taken[side] for side in sides])
    cells = [case]
    for part in (0, 1):
        cells += [f"{median(pair[side][part] for pair in pairs) / 1e3:,.0f}" for side in (0, 1)]
        cells.append(f"{median(after[part] / before[part] for before, after in pairs):.2f}")
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
