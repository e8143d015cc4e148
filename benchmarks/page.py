"""docs/performance.md and its charts, made from the numbers that are kept: ``make docs`` writes them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import results
from benchmarks.charts import charts, svg
from benchmarks.measure import ROOT
from benchmarks.results import COLUMNS, GOALS, Part, label, markdown, number


def page(text: str, parts: Mapping[str, Part]) -> str:
    """The page with new tables between their marks."""
    for name, table in TABLES.items():
        mark, end = f"<!-- {name}: made from benchmarks/results.json -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = text.partition(mark)
        text = f"{before}{mark}\n{table(parts)}\n\n{end}{rest.partition(end)[2]}"
    return text


def added(parts: Mapping[str, Part]) -> str:
    """What a mock adds to each call, beside what botocore takes alone: by their ratio, which is measured in pairs."""
    values = {row[:2]: row.values for row in (parts["operations"].rows if "operations" in parts else ())}
    lines = []
    for (what, unit), ratios in values.items():
        if unit == "x botocore":
            alone = values[what, "us"]["botocore"]
            lines.append([what, number(alone), *(number(alone * (ratios[mock] - 1)) for mock in ("s3mock", "moto"))])
    return markdown(["Microseconds of CPU time", "botocore alone", "s3mock adds", "moto adds"], lines)


def goals(parts: Mapping[str, Part]) -> str:
    """The goals, and whether three digits of the numbers reach them: more have no meaning."""
    values = {row[:2]: row.values["s3mock"] for part in parts.values() for row in part.rows if "s3mock" in row.values}
    lines = [
        [label(*key), number(goal), number(values[key]), "yes" if float(f"{values[key]:.3g}") <= goal else "no"]
        for key, goal in GOALS.items()
        if key in values
    ]
    return markdown(["What", "At most", "Measured", "Reached"], lines)


def everything(parts: Mapping[str, Part]) -> str:
    """All numbers, a table for each part below its date and machine."""
    tables = []
    for part in parts.values():
        columns = [name for name in COLUMNS if any(name in row.values for row in part.rows)]
        lines = [[label(row.what, row.unit), *(number(row.values.get(name)) for name in columns)] for row in part.rows]
        tables.append(f"{part.stamp}:\n\n{markdown(['What', *(COLUMNS[name] for name in columns)], lines)}")
    return "\n\n".join(tables)


TABLES = {"what a call costs": added, "goals": goals, "all numbers": everything}


def pages(parts: Mapping[str, Part]) -> dict[str, Callable[[str], str]]:
    """The files that are made from the numbers, each with the function from its present text to its new text."""
    made: dict[str, Callable[[str], str]] = {"docs/performance.md": lambda text: page(text, parts)}
    for name, chart in charts(parts).items():
        made[f"docs/charts/{name}"] = lambda _, chart=chart: svg(chart)  # type: ignore[misc]
    return made


def files(parts: Mapping[str, Part]) -> dict[Path, str]:
    """All files to write for the numbers."""
    found = {results.FILE: results.as_json(parts)}
    for name, make in pages(parts).items():
        path = ROOT / name
        found[path] = make(path.read_text(encoding="utf-8") if path.exists() else "")
    return found
