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
    """The functions that one mock has replaced.

    ``in_force`` is False once the mock has ended: then a replacement calls the original. Where other code has wrapped
    it meanwhile, it stays reachable through that wrapper.
    """

    __slots__ = ("_awaited", "_replaced", "in_force")

    def __init__(self) -> None:
        self.in_force = True
        self._replaced: list[tuple[Any, str, Function, Function]] = []
        self._awaited: dict[str, Callable[[ModuleType], None]] = {}

    def replace(self, owner: Any, name: str, instead: Function) -> None:
        """Replace the function ``name`` of a class or module by ``instead``.

        ``instead`` gets the original function, and then its arguments.
        """
        original = _live(vars(owner)[name])

        def replacement(*args: Any, **kwargs: Any) -> Any:
            return instead(original, *args, **kwargs) if self.in_force else original(*args, **kwargs)

        functools.update_wrapper(replacement, original)
        setattr(replacement, _MARK, (self, original))
        self._replaced.append((owner, name, original, replacement))
        setattr(owner, name, replacement)

    def when_imported(self, module: str, install: Callable[[ModuleType], None]) -> None:
        """Call ``install`` with a module: now, or at the first ``check_imports`` after its import."""
        self._awaited[module] = install
        self.check_imports()

    def check_imports(self) -> None:
        """Patch awaited modules that have been imported meanwhile. The transports do so before each request."""
        for name in tuple(self._awaited):
            if name in sys.modules:
                self._awaited.pop(name)(sys.modules[name])

    def restore(self) -> None:
        """Put everything back, except below a patch of other code, where the replacement calls the original."""
        self.in_force = False
        self._awaited.clear()
        for owner, name, original, replacement in reversed(self._replaced):
            if vars(owner).get(name) is replacement:
                setattr(owner, name, _live(original))
        self._replaced.clear()


def _live(function: Function) -> Function:
    """The function below the replacements of ended mocks, which stay where other code had patched over them."""
    while True:
        patches, original = getattr(function, _MARK, (None, function))
        if patches is None or patches.in_force:
            return function
        function = original
