"""Functions are replaced, kept on top of other people's, and put back, whatever others have done meanwhile."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import wrapt

from s3mock.process.patches import Patches


class Base:
    def inherited(self) -> str:
        return "base"


class Library(Base):
    def call(self) -> str:
        return "library"


def ours(original: Any, *args: Any) -> str:
    return f"ours({original(*args)})"


@pytest.fixture
def patches() -> Patches:
    return Patches()


def test_a_function_is_replaced_and_put_back(patches: Patches) -> None:
    genuine = vars(Library)["call"]
    patches.replace(Library, "call", ours)
    assert Library().call() == "ours(library)"
    patches.restore()
    assert vars(Library)["call"] is genuine


def test_a_wrapper_of_wrapt_below_gets_its_instance(patches: Patches, monkeypatch: pytest.MonkeyPatch) -> None:
    instances: list[Any] = []

    def instrument(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        instances.append(instance)
        return wrapped(*args, **kwargs)

    monkeypatch.setattr(Library, "call", wrapt.FunctionWrapper(vars(Library)["call"], instrument))
    patches.replace(Library, "call", ours)
    library = Library()
    assert library.call() == "ours(library)"
    assert instances == [library]


def test_a_value_is_put_in_place_of_another_and_put_back(patches: Patches, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "setting", "theirs", raising=False)
    patches.put(Library, "setting", "ours")
    assert vars(Library)["setting"] == "ours"
    patches.restore()
    assert vars(Library)["setting"] == "theirs"


def test_an_inherited_method_is_replaced_for_its_class_alone(patches: Patches) -> None:
    patches.replace(Library, "inherited", ours)
    assert (Library().inherited(), Base().inherited()) == ("ours(base)", "base")
    patches.restore()
    assert "inherited" not in vars(Library)


def test_what_is_kept_on_top_goes_above_another_patch_and_stays_single(
    patches: Patches, monkeypatch: pytest.MonkeyPatch
) -> None:
    patches.keep_on_top(Library, "call", ours)
    for _ in range(3):
        with monkeypatch.context() as patch:
            patch.setattr(Library, "call", lambda _: "theirs")
            patches.look()
            assert Library().call() == "ours(theirs)"
        patches.look()
        assert Library().call() == "ours(library)"
    patches.restore()
    assert Library().call() == "library"


@pytest.mark.parametrize("wraps", [True, False])
def test_a_wrapper_that_was_made_during_one_mock_stays_through_the_next(wraps: bool) -> None:
    genuine = vars(Library)["call"]
    first = Patches()
    first.replace(Library, "call", ours)
    inner = Library.call

    def wrapper(library: Library) -> str:
        return f"wrapper({inner(library)})"

    try:
        Library.call = functools.wraps(inner)(wrapper) if wraps else wrapper  # type: ignore[method-assign, assignment]
        assert Library().call() == "wrapper(ours(library))"
        first.restore()
        assert Library().call() == "wrapper(library)"
        second = Patches()
        second.replace(Library, "call", ours)
        assert Library().call() == "ours(wrapper(library))"
        second.restore()
        assert Library().call() == "wrapper(library)"
    finally:
        Library.call = genuine  # type: ignore[method-assign]
