"""How long Hypothesis searches."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

EFFORT = float(os.environ.get("FUZZ", "1"))
"""How many times as many examples as usual: more in `make fuzz`, fewer in `make quick`."""


def search(examples: int, *, repeatable: bool = False, **more: Any) -> settings:
    """Return the settings of a search for this many examples. A repeatable one has the same examples in every run.

    No search is repeatable with more effort than usual, which would find nothing new the second time.
    """
    if repeatable and EFFORT <= 1:
        more |= {"derandomize": True, "database": None}
    return settings(max_examples=max(1, int(examples * EFFORT)), deadline=None, **more)
