"""mock_s3 as a decorator of functions, generators and coroutines."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any
from unittest import mock as unittest_mock

import boto3
import pytest

from s3mock import mock_s3
from tests.support.active_mock import add, is_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@mock_s3
def bare(name: str = "bare") -> list[str]:
    """List the buckets."""
    return add(name)


@mock_s3()
def called(name: str = "called") -> list[str]:
    return add(name)


@pytest.mark.parametrize("function", [bare, called])
def test_each_call_of_a_decorated_function_begins_with_an_empty_s3(function: Any) -> None:
    assert function("one") == ["one"]
    assert function(name="two") == ["two"]
    assert not is_on()


def test_a_decorated_function_keeps_its_name_signature_and_docstring() -> None:
    assert (bare.__name__, bare.__doc__) == ("bare", "List the buckets.")
    assert str(inspect.signature(bare)) == "(name: 'str' = 'bare') -> 'list[str]'"


def test_a_decorated_call_inside_a_mock_shares_it() -> None:
    with mock_s3():
        assert bare("one") == ["one"]
        assert called("two") == ["one", "two"]


def test_keywords_hold_for_the_decorated_function() -> None:
    @mock_s3(account_id="111122223333")
    def owner() -> str:
        with mock_s3() as s3:
            return s3.settings.account_id

    assert owner() == "111122223333"


def test_an_exception_stops_the_mock() -> None:
    @mock_s3
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not is_on()


def test_a_mock_decorates_several_functions() -> None:
    shared = mock_s3()
    first, second = shared(str.upper), shared(add)
    assert (first("a"), second("b")) == ("A", ["b"])


def test_a_generator_runs_inside_the_mock_to_its_end() -> None:
    @mock_s3
    def generate() -> Any:
        sent = yield add("one")
        try:
            yield add(sent)
        except KeyError:
            yield add("thrown")
        return "result"

    generator = generate()
    assert not is_on()
    assert next(generator) == ["one"]
    assert generator.send("sent") == ["one", "sent"]
    assert generator.throw(KeyError()) == ["one", "sent", "thrown"]
    assert is_on()
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value == "result"
    assert not is_on()


def test_closing_a_generator_stops_the_mock() -> None:
    @mock_s3
    def generate() -> Iterator[list[str]]:
        yield add("one")

    generator = generate()
    assert next(generator) == ["one"]
    generator.close()  # type: ignore[attr-defined]
    assert not is_on()


def test_a_coroutine_function_runs_inside_the_mock() -> None:
    @mock_s3
    async def call(name: str) -> list[str]:
        await asyncio.sleep(0)
        return add(name)

    assert inspect.iscoroutinefunction(call)
    assert asyncio.run(call("one")) == ["one"]
    assert not is_on()


def test_an_async_generator_runs_inside_the_mock_to_its_end() -> None:
    closed = []

    @mock_s3
    async def generate() -> Any:
        sent = yield add("one")
        try:
            yield add(sent)
        except KeyError:
            yield add("thrown")
        finally:
            closed.append(is_on())

    async def use() -> None:
        generator = generate()
        assert await generator.__anext__() == ["one"]
        assert await generator.asend("sent") == ["one", "sent"]
        assert await generator.athrow(KeyError()) == ["one", "sent", "thrown"]
        with pytest.raises(StopAsyncIteration):
            await generator.__anext__()
        assert not is_on()
        generator = generate()
        assert await generator.__anext__() == ["one"]
        assert await generator.asend("sent") == ["one", "sent"]
        await generator.aclose()
        assert not is_on()
        assert [_ async for _ in mock_s3(empty)()] == []

    async def empty() -> AsyncIterator[None]:
        for _ in ():
            yield

    asyncio.run(use())
    assert closed == [True, True]


def test_class_methods_and_static_methods_are_decorated_from_either_side() -> None:
    class Photos:
        @mock_s3
        @classmethod
        def one(cls) -> list[str]:
            return add(cls.__name__.lower())

        @classmethod
        @mock_s3
        def two(cls) -> list[str]:
            return add(cls.__name__.lower())

        @mock_s3
        @staticmethod
        def three() -> list[str]:
            return add("static")

    assert (Photos.one(), Photos().two(), Photos.three()) == (["photos"], ["photos"], ["static"])


def test_patches_of_unittest_mock_work_above_and_below() -> None:
    @unittest_mock.patch("boto3.s3", "above")
    @mock_s3
    @unittest_mock.patch("boto3.resource")
    def call(resource: Any) -> Any:
        return resource is boto3.resource, boto3.s3, add("one")

    assert call() == (True, "above", ["one"])


@pytest.mark.parametrize("target", [5, "max_keys=5", None.__class__.__name__])
def test_only_functions_and_classes_are_decorated(target: Any) -> None:
    with pytest.raises(TypeError, match="decorates functions and classes"):
        mock_s3(target)


def test_a_fixture_is_decorated_below_pytest_fixture() -> None:
    @pytest.fixture
    def photos() -> None:
        pass

    with pytest.raises(TypeError, match=r"put @mock_s3 below @pytest\.fixture"):
        mock_s3(photos)


@pytest.fixture
@mock_s3
def held() -> Iterator[str]:
    yield add("fixture")[0]  # noqa: PT022 - the mock ends here


def test_a_decorated_generator_fixture_holds_the_mock_for_the_test(held: str) -> None:
    assert add("test") == [held, "test"]


@pytest.fixture
def early() -> bool:
    return is_on()


@mock_s3
def test_fixtures_of_a_decorated_test_run_before_the_mock_begins(early: bool) -> None:
    assert (early, is_on()) == (False, True)
