"""Functions that run inside a mock, whatever their kind."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar

from s3mock.process.decorated_class import decorate_class

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from s3mock.mock import MockS3

    Function = Callable[..., Any]

T = TypeVar("T")


def decorate(mock: MockS3, target: T) -> T:
    """Return ``target``, a function or a class, made to run inside ``mock``. Raises TypeError for anything else."""
    decorated: Any = target
    if isinstance(target, type):
        decorate_class(mock, target, inside)
    elif isinstance(target, (classmethod, staticmethod)):
        decorated = type(target)(inside(mock, target.__func__))
    elif "Fixture" in type(target).__name__:
        raise TypeError("mock_s3 stands above a pytest fixture: put @mock_s3 below @pytest.fixture")
    elif callable(target):
        decorated = inside(mock, target)
    else:
        raise TypeError(f"mock_s3 decorates functions and classes, not {target!r}; settings are given by keyword")
    return decorated  # type: ignore[no-any-return]


def inside(mock: MockS3, function: Function, like: Function | None = None) -> Function:
    """Return a function that runs ``function`` inside ``mock``.

    It looks like ``like``, by default ``function`` itself, and is of its kind: plain, a generator, a coroutine
    function, or an async generator.
    """
    like = like or function
    if inspect.isasyncgenfunction(like):
        make = _async_generator
    elif inspect.iscoroutinefunction(like):
        make = _coroutine
    elif inspect.isgeneratorfunction(like):
        make = _generator
    else:
        make = _plain
    return functools.wraps(like)(make(mock, function))


def _plain(mock: MockS3, function: Function) -> Function:
    def call(*args: Any, **kwargs: Any) -> Any:
        with mock:
            return function(*args, **kwargs)

    return call


def _generator(mock: MockS3, function: Function) -> Function:
    def generate(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with mock:
            return (yield from function(*args, **kwargs))

    return generate


def _coroutine(mock: MockS3, function: Function) -> Function:
    async def call(*args: Any, **kwargs: Any) -> Any:
        with mock:
            return await function(*args, **kwargs)

    return call


def _async_generator(mock: MockS3, function: Function) -> Function:
    """Do for async generators what ``yield from`` does: pass on what is sent and thrown in."""

    async def generate(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        with mock:
            inner = function(*args, **kwargs)
            step = inner.__anext__()
            try:
                while True:
                    value = await step
                    try:
                        step = inner.asend((yield value))
                    except GeneratorExit:
                        await inner.aclose()
                        raise
                    except BaseException as error:  # noqa: BLE001 - it is for the inner generator to handle
                        step = inner.athrow(error)
            except StopAsyncIteration:
                return

    return generate
