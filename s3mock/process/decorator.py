"""Functions of every kind that run inside a mock."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Generator
from typing import Any, TypeVar

from s3mock.process.decorated_class import Mock, decorate_class
from s3mock.process.patches import Function

T = TypeVar("T")


def decorate(mock: Mock, target: T) -> T:
    """The function or class ``target``, made to run inside ``mock``. Raises TypeError for anything else."""
    decorated: Any = target
    if isinstance(target, type):
        decorate_class(mock, target, inside)
    elif isinstance(target, (classmethod, staticmethod)):
        decorated = type(target)(inside(mock, target.__func__))
    elif "Fixture" in type(target).__name__:
        raise TypeError("mock_s3 cannot decorate a pytest fixture: put @mock_s3 below @pytest.fixture")
    elif callable(target):
        decorated = inside(mock, target)
    else:
        raise TypeError(f"mock_s3 decorates functions and classes, not {target!r}; pass settings by keyword")
    return decorated  # type: ignore[no-any-return]


def inside(mock: Mock, function: Function, like: Function | None = None) -> Function:
    """Return a function that runs ``function`` inside ``mock``.

    It has the name and the signature of ``like``, by default ``function`` itself, and is of its kind: plain, a
    generator, a coroutine function, or an async generator.
    """

    def plain(*args: Any, **kwargs: Any) -> Any:
        with mock:
            return function(*args, **kwargs)

    def generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with mock:
            return (yield from function(*args, **kwargs))

    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        with mock:
            return await function(*args, **kwargs)

    like = like or function
    wrapper: Function = plain
    if inspect.isasyncgenfunction(like):
        wrapper = _async_generator(mock, function)
    elif inspect.iscoroutinefunction(like):
        wrapper = coroutine
    elif inspect.isgeneratorfunction(like):
        wrapper = generator
    return functools.wraps(like)(wrapper)


def _async_generator(mock: Mock, function: Function) -> Function:
    """An async ``yield from``: values that are sent and exceptions that are thrown in reach the inner generator."""

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
                    except BaseException as error:  # noqa: BLE001 - the inner generator handles it
                        step = inner.athrow(error)
            except StopAsyncIteration:
                return

    return generate
