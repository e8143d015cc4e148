"""Measure s3mock, beside botocore alone, moto and other servers, and print one table: ``make bench``.

A part is a module of this folder with ``rows(turns) -> list[Row]``, the usual number of its turns, ``TURNS``, and maybe
``PACKAGES`` that it compares with.
"Before" are the numbers of ``results.json``, which ``--write`` replaces; what it says of other parts stays.
"""

from __future__ import annotations

import argparse
import compileall
import time
from importlib import import_module
from importlib.util import find_spec

from benchmarks import page, results
from benchmarks.measure import ROOT, progress, stamp

PARTS = (
    "operations",
    "calls",
    "starting",
    "servers",
    "bodies",
    "large",
    "listings",
    "scale",
    "data_folder",
    "seed",
    "faults",
)


def measured(names: list[str], turns: int | None) -> dict[str, results.Part]:
    """The parts with these names, measured now."""
    parts = {}
    for name in names:
        begun = time.monotonic()
        module = import_module(f"benchmarks.{name}")
        rows = [results.rounded(row) for row in module.rows(module.TURNS if turns is None else turns)]
        parts[name] = results.Part(stamp(getattr(module, "PACKAGES", {})), rows)
        progress(f"{name}: {time.monotonic() - begun:.0f} s")
    return parts


def main(options: list[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--turns", type=int, help="turns of each part (default: what the part needs)")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument(
        "--write", action="store_true", help=f"keep the numbers in {results.FILE.name}, and write docs/performance.md"
    )
    arguments = parser.parse_args(options)
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if arguments.write and find_spec("awscrt"):
        parser.error("a plain install is measured, without awscrt: use `make bench ARGS=--write`")
    compileall.compile_dir(ROOT / "s3mock", quiet=1)
    before = results.kept()
    now = measured(arguments.parts or list(PARTS), arguments.turns)
    print(results.as_json(now) if arguments.json else results.side_by_side(now, before))
    if arguments.write:
        merged = results.kept() | now
        results.write(page.files({name: merged[name] for name in PARTS if name in merged}))


if __name__ == "__main__":
    main()
