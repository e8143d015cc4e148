"""The CPU time of s3mock beside that of another commit of it, in one run: ``make bench-against REV=HEAD~10``.

Both commits are measured by this one's ``operations.py``, each turn in a process of its own, the two in turns whose
order alternates. It prints the best turn of each, and the ratio: of the whole call, and of the answer alone ("in
send"), in which botocore has no part. Below some percent a ratio is noise; run it on a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.operations import CASES, child

ROOT = Path(__file__).parents[1]


def measured(tree: Path) -> dict[str, list[float]]:
    """The median nanoseconds of each case's call and of its ``send``, with the s3mock of ``tree``."""
    reply: dict[str, list[float]] = json.loads(
        child(str(ROOT / "benchmarks" / "operations.py"), "--contender", "s3mock", PYTHONPATH=str(tree))
    )
    return reply


def main(options: list[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=6, help="turns of each commit (default: 6)")
    arguments = parser.parse_args(options)
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other"
        git = ("git", "-C", str(ROOT))
        subprocess.run([*git, "worktree", "add", "--quiet", "--detach", str(other), arguments.revision], check=True)
        try:
            turns: dict[Path, list[dict[str, list[float]]]] = {other: [], ROOT: []}
            for turn in range(arguments.rounds):
                print(f"round {turn + 1} of {arguments.rounds}", file=sys.stderr)
                for tree in (other, ROOT) if turn % 2 else (ROOT, other):
                    turns[tree].append(measured(tree))
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", str(other)], check=True)
    print(f"Microseconds of the thread's CPU time, {arguments.revision} and this commit:\n")
    print("| Operation | before | now | ratio | before, in `send` | now | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for case in CASES:
        row = [min(turn[case][part] for turn in turns[tree]) / 1e3 for part in (0, 1) for tree in (other, ROOT)]
        whole, in_send = f"{row[1] / row[0]:.2f}", f"{row[3] / row[2]:.2f}"
        print(f"| {case} | {row[0]:,.0f} | {row[1]:,.0f} | {whole} | {row[2]:,.0f} | {row[3]:,.0f} | {in_send} |")


if __name__ == "__main__":
    main()
