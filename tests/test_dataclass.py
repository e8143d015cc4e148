"""Our dataclasses are those of the standard library, except that only mypy keeps them frozen."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import field, replace
from typing import Any

import pytest

from s3mock.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A value."""

    x: int
    y: int = 0
    note: str = field(default="", compare=False)
    secret: str = field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """The same as a dataclass."""

    x: int
    y: int = 0
    note: str = field(default="", compare=False)
    secret: str = field(default="", repr=False)


@dataclass(slots=True)
class Counter:
    """A value that changes."""

    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """Compared by identity."""

    x: int


ARGUMENTS: list[dict[str, Any]] = [{"x": 1}, {"x": 1, "y": 2}, {"x": 1, "note": "a"}, {"x": 1, "secret": "s"}]


@pytest.mark.parametrize("first", ARGUMENTS, ids=str)
@pytest.mark.parametrize("second", ARGUMENTS, ids=str)
def test_values_are_equal_where_dataclasses_are(first: dict[str, Any], second: dict[str, Any]) -> None:
    equal = Model(**first) == Model(**second)
    assert (Point(**first) == Point(**second)) is equal
    assert (hash(Point(**first)) == hash(Point(**second))) is equal


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_a_value_is_shown_copied_and_matched_like_a_dataclass(arguments: dict[str, Any]) -> None:
    point = Point(**arguments)
    assert repr(point) == repr(Model(**arguments)).replace("Model", "Point")
    assert replace(point, y=5) == Point(**{**arguments, "y": 5})
    assert copy.copy(point) == copy.deepcopy(point) == pickle.loads(pickle.dumps(point)) == point
    assert Point.__match_args__ == Model.__match_args__
    assert not hasattr(point, "__dict__")


def test_values_of_different_classes_are_not_equal() -> None:
    @dataclass(frozen=True)
    class Other:
        x: int

    others: list[Any] = [Thing(1), Point(1), 1]
    assert Other(1) == Other(1)
    assert all(Other(1) != other for other in others)


def test_values_without_fields_are_equal() -> None:
    @dataclass(frozen=True)
    class Nothing:
        pass

    assert Nothing() == Nothing()
    assert {Nothing()} == {Nothing()}


def test_a_value_that_changes_has_no_hash_as_a_dataclass_has_none() -> None:
    counter = Counter(1)
    counter.count = 2
    assert counter == Counter(2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)


def test_a_value_without_equality_is_compared_by_identity() -> None:
    thing = Thing(1)
    assert thing == thing  # noqa: PLR0124
    assert thing != Thing(1)
    assert len({thing, Thing(1)}) == 2
