"""Functions of other libraries, replaced while a mock is active and put back when it ends."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

Function = Callable[..., Any]

_MARK = "__s3mock_replaces__"


class Patches:
    """What one mock has replaced.

    A replacement asks ``in_force`` first and passes on to the original when it is False: where somebody else has
    wrapped our function meanwhile, it stays reachable through theirs after the end.
    """

    __slots__ = ("_awaited", "_replaced", "in_force")

    def __init__(self) -> None:
        self.in_force = True
        self._replaced: list[tuple[Any, str, Function, Function]] = []
        self._awaited: dict[str, Callable[[ModuleType], None]] = {}

    def replace(self, owner: Any, name: str, make: Callable[[Function], Function]) -> None:
        """Replace the function ``name`` of a class or module by what ``make`` makes of it."""
        original = _live(vars(owner)[name])
        replacement = functools.update_wrapper(make(original), original)
        setattr(replacement, _MARK, (self, original))
        self._replaced.append((owner, name, original, replacement))
        setattr(owner, name, replacement)

    def when_imported(self, module: str, install: Callable[[ModuleType], None]) -> None:
        """Call ``install`` with a module now, or at the first ``look`` that finds it imported."""
        self._awaited[module] = install
        self.look()

    def look(self) -> None:
        """See whether an awaited module has been imported. The transports do so before each request."""
        for name in [name for name in self._awaited if name in sys.modules]:
            self._awaited.pop(name)(sys.modules[name])

    def restore(self) -> None:
        """Put everything back, but for what lies below somebody else's patch: that passes on to the original."""
        self.in_force = False
        self._awaited.clear()
        for owner, name, original, replacement in reversed(self._replaced):
            if vars(owner).get(name) is replacement:
                setattr(owner, name, _live(original))
        self._replaced.clear()


def _live(function: Function) -> Function:
    """Return the function below what mocks left behind that ended while somebody else's patch lay over theirs."""
    while True:
        patches, original = getattr(function, _MARK, (None, function))
        if patches is None or patches.in_force:
            return function
        function = original
