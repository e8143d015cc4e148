"""Classes whose methods run inside a mock: a test shares it with its setup and teardown."""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Callable
from types import FunctionType, TracebackType
from typing import Any, Protocol

from s3mock.process.patches import Function

Inside = Callable[..., Function]


class Mock(Protocol):
    """What is decorated with: ``s3mock.mock.MockS3``, which is a layer above."""

    def start(self) -> Any:
        """Turn the mock on, or hold the one that is on; return its control object."""
        ...

    def stop(self) -> None:
        """Let go of it."""
        ...

    def __enter__(self) -> Any: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def decorate_class(mock: Mock, klass: type, inside: Inside) -> None:
    """Make the public methods of a class run inside ``mock``, and those of the public classes defined in it.

    Inherited methods are included. ``inside`` wraps a function.
    """
    for name, inner in list(vars(klass).items()):
        # As moto: whatever its name is, since pytest's python_classes may find it. A class of somewhere else, which is
        # only an attribute here, stays as it is.
        here = f"{klass.__qualname__}.{name}"
        if isinstance(inner, type) and not name.startswith("_") and inner.__qualname__ == here:
            decorate_class(mock, inner, inside)
    if issubclass(klass, unittest.TestCase):
        # `run` is around setUp, the test, tearDown and the cleanups, also those of IsolatedAsyncioTestCase. pytest's
        # --pdb calls tearDown after `run`.
        for name in ("run", "debug", "tearDown"):
            own = name in vars(klass)
            _put(mock, klass, name, getattr(klass, name), inside)
            if not own:
                setattr(klass, name, _Inherited(vars(klass)[name]))
        if klass.setUpClass.__func__ is not unittest.TestCase.setUpClass.__func__:  # type: ignore[attr-defined]
            _span(mock, klass, "setUpClass", "tearDownClass")
        return
    attributes: dict[str, Any] = {}
    for base in reversed(klass.__mro__):
        attributes |= vars(base)
    methods = {
        name: value
        for name, value in attributes.items()
        if not name.startswith("_")
        and isinstance(value, (FunctionType, classmethod, staticmethod))
        and not hasattr(value, "_pytestfixturefunction")  # before pytest 8.4 a fixture is a function
    }
    for kind in ("method", "class"):
        if methods.pop(f"setup_{kind}", None) is not None:
            methods.pop(f"teardown_{kind}", None)
            _span(mock, klass, f"setup_{kind}", f"teardown_{kind}")
    for name, method in methods.items():
        _put(mock, klass, name, method, inside)


class _Inherited:
    """A method put into a class that other decorators do not mistake for one of the class's own.

    moto's ``mock_aws`` wraps the plain functions in ``vars(klass)``. Around ``TestCase.run`` it would be active before
    setUp and the test; since it resets its services only when it is not active yet, it would never reset them.
    """

    def __init__(self, function: Any) -> None:
        self._function = function

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self._function.__get__(instance, owner)


def _put(mock: Mock, klass: type, name: str, method: Any, inside: Inside) -> None:
    """Put a method that runs inside the mock into the class; an inherited one is looked up in the MRO of ``self``."""

    def inherited(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(super(klass, self), name)(*args, **kwargs)

    if isinstance(method, staticmethod):
        setattr(klass, name, staticmethod(inside(mock, method.__func__)))
        return
    function = method.__func__ if isinstance(method, classmethod) else method
    wrapped = inside(mock, function if name in vars(klass) else inherited, function)
    setattr(klass, name, classmethod(wrapped) if isinstance(method, classmethod) else wrapped)


def _span(mock: Mock, klass: type, setup: str, teardown: str) -> None:
    """Keep the mock active from ``setup`` to the end of ``teardown``, so that tests see the buckets that setup made.

    If the setup of a class makes no bucket, each of its tests begins with an empty S3, as without a setup.
    """
    set_up, tear_down = _step(klass, setup), _step(klass, teardown)
    of_class = setup != "setup_method"
    held: list[Mock] = []

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

    for name, function in ((setup, begin), (teardown, end)):
        function.__name__ = name  # moto's decorator skips a function whose name the class does not have
        setattr(klass, name, classmethod(function) if of_class else function)


def _step(klass: type, name: str) -> Callable[[Any, Any], None]:
    """Return a function that calls the class's own or inherited method ``name``, if there is one.

    Like pytest, it passes one argument to a setup method that takes one: the test, or the class.
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
