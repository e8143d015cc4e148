"""The journals of this process, for what looks at all of them: pytest's report of a failed test."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

alive: WeakSet[Any] = WeakSet()
"""The journals that anything uses."""

begun: list[Any] | None = None
"""The journals that have begun while a test runs, which outlive their mocks until it ends; None outside of tests."""


def add(journal: Any) -> None:
    """Note a new journal."""
    alive.add(journal)
    if begun is not None:
        begun.append(journal)
