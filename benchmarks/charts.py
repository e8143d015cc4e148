"""Charts of the numbers that are kept, as SVG: bars with their numbers beside them, readable on white and on black."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from benchmarks.results import Part, number

WIDTH = 720
LEFT = 190
"""Where bars begin; the groups' names are before it."""
RIGHT = 130
"""What is kept free for a number and a name after the longest bar."""
BAR, GAP, TOP = 16, 12, 54

COLOURS = {"s3mock": "#2f7de1", "moto": "#d9822b", "ministack": "#3f9e5f", "localemu": "#a45bc9"}
STYLE = """\
svg { color: #1f2328; font: 12px system-ui, sans-serif }
text { fill: currentColor }
.title { font-size: 15px; font-weight: 600 }
.quiet { fill: #818b98 }
@media (prefers-color-scheme: dark) { svg { color: #f0f6fc } }
"""


class Chart(NamedTuple):
    """What a chart shows: for each group the number of each contender. ``floor`` is the part that is nobody's."""

    title: str
    subtitle: str
    groups: Mapping[str, Mapping[str, float]]
    floor: float = 0


def svg(chart: Chart) -> str:
    """The chart as a document, with its numbers in the description for those who do not see it."""
    longest = max(value for values in chart.groups.values() for value in values.values())
    scale = (WIDTH - LEFT - RIGHT) / longest
    shapes, told, y = [], [], TOP
    for group, values in chart.groups.items():
        told.append(f"{group}: " + ", ".join(f"{name} {number(value)}" for name, value in values.items()))
        middle = y + len(values) * BAR / 2 + 4
        shapes.append(f'<text x="{LEFT - 10}" y="{middle:.0f}" text-anchor="end">{escape(group)}</text>')
        for name, value in values.items():
            ends = LEFT + value * scale
            if chart.floor:
                shapes.append(bar(LEFT, y, min(value, chart.floor) * scale, "#818b98"))
            shapes.append(bar(LEFT + chart.floor * scale, y, (value - chart.floor) * scale, COLOURS[name]))
            shapes.append(f'<text x="{ends + 6:.1f}" y="{y + 12}">{number(value)} {name}</text>')
            y += BAR
        y += GAP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}"',
        'role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(chart.title)}</title>',
        f'<desc id="desc">{escape(chart.subtitle)}. {escape("; ".join(told))}.</desc>',
        f"<style>\n{STYLE}</style>",
        f'<text class="title" x="0" y="18">{escape(chart.title)}</text>',
        f'<text class="quiet" x="0" y="38">{escape(chart.subtitle)}</text>',
        *shapes,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def bar(x: float, y: float, width: float, colour: str) -> str:
    """A bar, if it has a width."""
    return f'<rect x="{x:.1f}" y="{y}" width="{max(width, 0):.1f}" height="{BAR - 3}" fill="{colour}"/>'


def charts(parts: Mapping[str, Part]) -> dict[str, Chart]:
    """The charts of docs/performance.md by their files' names: those of the parts that are there."""

    def of(part: str, unit: str, start: str = "", end: str = "") -> dict[str, Mapping[str, float]]:
        return {
            row.what.removeprefix(start).removesuffix(end): row.values
            for row in (parts[part].rows if part in parts else ())
            if row.unit == unit and row.what.startswith(start) and row.what.endswith(end)
        }

    found = {
        "calls.svg": Chart(
            "What a mock adds to a call of boto3",
            "CPU time, as a multiple of what botocore takes alone, which is grey",
            of("operations", "x botocore"),
            floor=1,
        ),
        "servers.svg": Chart(
            "Requests per second of a server",
            "8 connections, which stay open; more is better",
            of("servers", "requests/s", "server: ", ", 8 connections"),
        ),
        "start.svg": Chart(
            "The start of a server",
            "Milliseconds from the command to the first answer; less is better",
            of("servers", "ms", "server: ", " to the first answer"),
        ),
    }
    return {name: chart for name, chart in found.items() if chart.groups}
