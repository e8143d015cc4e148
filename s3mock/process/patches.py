"""Functions of other libraries, replaced while a mock is active and put back when it ends."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

Function = Callable[..., Any]

_MARK = "__s3mock_replaces__"


class Patches:
    """The functions that one mock has replaced.

    ``in_force`` is False once the mock has ended: then a replacement calls the original. Where other code has wrapped
    it meanwhile, it stays reachable through that wrapper.

    It is also a finder on ``sys.meta_path`` while modules are awaited, and finds nothing itself: it lets the others
    find an awaited module, and patches the module as soon as that has been executed.
    """

    __slots__ = ("_awaited", "_finding", "_on_top", "_replaced", "in_force")

    def __init__(self) -> None:
        self.in_force = True
        self._replaced: list[tuple[Any, str, Any, Any]] = []
        self._on_top: list[tuple[Any, str, Function, set[Function]]] = []
        self._awaited: dict[str, Callable[[ModuleType], object]] = {}
        self._finding: set[str] = set()

    @property
    def replaced(self) -> tuple[tuple[Any, str, Any, Any], ...]:
        """What was replaced, in order: its class or module, its name, what was there, and what is in its place.

        What was there is None for a method that the class inherits.
        """
        return tuple(self._replaced)

    def replace(self, owner: Any, name: str, instead: Function) -> Function:
        """Replace the function ``name`` of a class or module by ``instead``, and return the function that calls it.

        ``instead`` gets the original function, and then its arguments. A method that the class inherits is replaced for
        this class alone. A class method gets its arguments without the class.
        """
        own = name in vars(owner)
        original = _live(vars(owner)[name] if own else getattr(owner, name))
        # As a call by the class would have it: wrapt's wrappers take their instance from there.
        call = original.__get__(None, owner) if isinstance(owner, type) and hasattr(original, "__get__") else original

        def replacement(*args: Any, **kwargs: Any) -> Any:
            return instead(call, *args, **kwargs) if self.in_force else call(*args, **kwargs)

        functools.update_wrapper(replacement, original)
        setattr(replacement, _MARK, (self, original, replacement))
        self._replaced.append((owner, name, original if own else None, replacement))
        setattr(owner, name, replacement)
        return replacement

    def put(self, owner: Any, name: str, value: Any) -> None:
        """Give the attribute ``name`` of a class or module another value until the mock ends."""
        self._replaced.append((owner, name, vars(owner)[name], value))
        setattr(owner, name, value)

    def keep_on_top(self, owner: Any, name: str, instead: Function) -> None:
        """Replace a function, and replace it again at a ``look`` if other code has replaced it in the meantime.

        The function that ``instead`` is given is then the other code's.
        """
        self._on_top.append((owner, name, instead, {self.replace(owner, name, instead)}))

    def look(self) -> None:
        """Put back on top what ``keep_on_top`` keeps there.

        A layer that is on top again because the other code's has been removed stays as it is.
        """
        for owner, name, instead, layers in self._on_top:
            if self.in_force and vars(owner)[name] not in layers:
                layers.add(self.replace(owner, name, instead))

    def look_before(self, owner: Any, name: str) -> None:
        """``look`` at each call of a function, before its first step."""

        def first_look(original: Function, *args: Any, **kwargs: Any) -> Any:
            self.look()
            return original(*args, **kwargs)

        self.replace(owner, name, first_look)

    def when_imported(self, module: str, install: Callable[[ModuleType], object]) -> None:
        """Call ``install`` with a module: now, or as soon as it has been imported."""
        if module in sys.modules:
            install(sys.modules[module])
            return
        if not self._awaited:
            sys.meta_path.insert(0, self)
        self._awaited[module] = install

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """The spec of an awaited module as the other finders find it, with a loader that patches it at the end."""
        if name not in self._awaited or name in self._finding:
            return None
        self._finding.add(name)
        try:
            spec = find_spec(name)
        finally:
            self._finding.discard(name)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            if install := self._awaited.pop(name, None):
                install(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign] # this loader is the spec's own
        return spec

    def restore(self) -> None:
        """Put everything back, except below a patch of other code, where the replacement calls the original."""
        self.in_force = False
        self._awaited.clear()
        self._on_top.clear()
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for owner, name, original, replacement in reversed(self._replaced):
            if vars(owner).get(name) is replacement:
                if original is None:
                    delattr(owner, name)  # it was inherited
                else:
                    setattr(owner, name, _live(original))
        self._replaced.clear()


def _live(function: Function) -> Function:
    """The function below the replacements of ended mocks, which stay where other code had patched over them.

    The mark is believed only on the function that it was put on: wrappers made by functools.wraps and wrapt show it,
    too, and they are other people's and stay.
    """
    while True:
        patches, original, replacement = getattr(function, _MARK, (None, function, None))
        if patches is None or replacement is not function or patches.in_force:
            return function
        function = original


_KEPT = {
    "responses": ("responses", "_real_send"),
    "requests_mock": ("requests_mock.mocker", "_original_send"),
    "vcr": ("vcr.patch", "_AiohttpClientSessionRequest"),
}
"""Where other mocks, named by their packages, keep the one function that they replace: in a module, under a name."""


def genuine(owner: type, name: str, method: Function) -> Function:
    """What is below another mock, if ``method`` is a known one's in the place of ``name``; otherwise ``method``.

    Known are the mocks above, and whatever was patched by unittest.mock. Any other wrapper stays in the chain, such as
    that of an instrumentation.
    """
    current = _live(method)
    file = getattr(getattr(current, "__code__", None), "co_filename", "")
    for package, (module, kept) in _KEPT.items():
        if package in sys.modules and Path(str(sys.modules[package].__file__)).parent in Path(file).parents:
            return _live(getattr(sys.modules[module], kept))
    patch_class = getattr(sys.modules.get("unittest.mock"), "_patch", None)
    for patch in getattr(patch_class, "_active_patches", ()):
        if getattr(patch, "attribute", None) == name and patch.getter() is owner:
            below = _live(patch.temp_original)
            return current if _stands_on(below, current) else below
    return current


def _stands_on(method: Function, other: Function) -> bool:
    """Whether ``method`` wraps ``other``, or is it: then ``other`` is not what replaced ``method``."""
    layer: Function | None = method
    while layer is not None:
        if layer == other:  # wrapt's wrappers are bound anew each time
            return True
        layer = getattr(layer, "__wrapped__", None)
    return False


def past_mocks(owner: type, name: str) -> Callable[[Function], Function]:
    """``genuine`` for this method, which remembers: what is there now has no mock above it yet."""
    known: dict[int, Function] = {}

    def past(method: Function) -> Function:
        if id(method) not in known:
            known[id(method)] = genuine(owner, name, method)
        return known[id(method)]

    past(_live(vars(owner)[name]))
    return past
