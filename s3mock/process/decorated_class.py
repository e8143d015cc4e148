"""Classes whose methods run inside a mock, which lasts as long as a test with its setup and teardown."""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s3mock.mock import MockS3

Inside = Callable[..., Any]


def decorate_class(mock: MockS3, klass: type, inside: Inside) -> None:
    """Make the methods of a class run inside ``mock``, inherited ones too; ``inside`` makes a function do so."""
    if issubclass(klass, unittest.TestCase):
        # `run` is around setUp, the test, tearDown and the cleanups, also those of IsolatedAsyncioTestCase. pytest's
        # --pdb calls tearDown after `run`.
        for name in ("run", "debug", "tearDown"):
            _put(mock, klass, name, getattr(klass, name), inside)
        if klass.setUpClass.__func__ is not unittest.TestCase.setUpClass.__func__:  # type: ignore[attr-defined]
            _span(mock, klass, "setUpClass", "tearDownClass")
        return
    methods = _methods(klass)
    for kind in ("method", "class"):
        if methods.pop(f"setup_{kind}", None) is not None:
            methods.pop(f"teardown_{kind}", None)
            _span(mock, klass, f"setup_{kind}", f"teardown_{kind}")
    for name, method in methods.items():
        _put(mock, klass, name, method, inside)
    for name, inner in list(vars(klass).items()):
        if isinstance(inner, type) and name.startswith("Test"):
            decorate_class(mock, inner, inside)


def _methods(klass: type) -> dict[str, Any]:
    """Return what is to be decorated: public functions, class methods and static methods, but not pytest's fixtures."""
    found: dict[str, Any] = {}
    for base in klass.__mro__:
        for name, value in vars(base).items():
            found.setdefault(name, value)
    return {
        name: value
        for name, value in found.items()
        if not name.startswith("_")
        and isinstance(value, (FunctionType, classmethod, staticmethod))
        and not hasattr(value, "_pytestfixturefunction")  # before pytest 8.4 a fixture is a function
    }


def _put(mock: MockS3, klass: type, name: str, method: Any, inside: Inside) -> None:
    """Put a method into the class that runs inside the mock; where it is inherited, what the MRO of ``self`` says."""

    def inherited(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(super(klass, self), name)(*args, **kwargs)

    if isinstance(method, staticmethod):
        setattr(klass, name, staticmethod(inside(mock, method.__func__)))
        return
    function = method.__func__ if isinstance(method, classmethod) else method
    wrapped = inside(mock, function if name in vars(klass) else inherited, function)
    setattr(klass, name, classmethod(wrapped) if isinstance(method, classmethod) else wrapped)


def _span(mock: MockS3, klass: type, setup: str, teardown: str) -> None:
    """Let the mock last from ``setup`` to the end of ``teardown``, so that the tests between find what it made.

    Where the setup of a class makes no bucket, each of its tests begins with an empty S3, as without a setup.
    """
    set_up, tear_down = _step(klass, setup), _step(klass, teardown)
    of_class = setup != "setup_method"
    held: list[MockS3] = []

    def begin(owner: Any, subject: Any = None) -> None:
        with mock as s3:
            set_up(owner, subject)
            if not of_class or not s3.cloud.is_empty():
                mock.start()
                held.append(mock)

    def end(owner: Any, subject: Any = None) -> None:
        try:
            with mock:
                tear_down(owner, subject)
        finally:
            if held:
                held.pop().stop()

    setattr(klass, setup, classmethod(begin) if of_class else begin)
    setattr(klass, teardown, classmethod(end) if of_class else end)


def _step(klass: type, name: str) -> Callable[[Any, Any], None]:
    """Return a function that calls the method ``name`` of the class, its own or the inherited, if there is one.

    pytest gives setup methods one argument where they take one: the test, or the class.
    """
    own = vars(klass).get(name)

    def step(owner: Any, subject: Any) -> None:
        if own is None:
            method = getattr(super(klass, owner), name, None)
        else:
            method = own.__get__(None, owner) if isinstance(owner, type) else own.__get__(owner)
        if method is not None:
            method(*(subject or owner,) if inspect.signature(method).parameters else ())

    return step
