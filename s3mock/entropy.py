"""The only source of random numbers: unique rather than secret, and repeatable where a seed is set.

They come from a generator of our own, which neither follows nor disturbs the user's ``random.seed``.
"""

from __future__ import annotations

import os
from random import Random
from uuid import UUID

_random = Random()  # noqa: S311 - ids must be unique, not secret
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_random.seed)  # or the child would repeat its parent's ids

bits = _random.getrandbits
"""A random number of so many bits."""


def seed(number: str | None) -> None:
    """Let the numbers be those that follow from a seed; None lets them differ again."""
    _random.seed(number)


def uuid() -> str:
    """A new UUID of version 4, as text."""
    return str(UUID(int=bits(128), version=4))
