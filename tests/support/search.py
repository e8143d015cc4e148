"""How many examples Hypothesis tries."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

EFFORT = float(os.environ.get("FUZZ", "1"))
"""How many times as many examples as usual: more in `make fuzz`, fewer in `make quick`."""


def search(examples: int, *, repeatable: bool = False, **more: Any) -> settings:
    """The settings of a search with this many examples. A repeatable search has the same examples in every run.

    With more effort than usual no search is repeatable, or it would find nothing new the second time.
    """
    if repeatable and EFFORT <= 1:
        more |= {"derandomize": True, "database": None}
    return settings(max_examples=max(1, int(examples * EFFORT)), deadline=None, **more)
