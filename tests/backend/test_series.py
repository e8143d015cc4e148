"""Series: tuples while they are few, chunks when they are many, and the same either way."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from s3mock.backend import series
from tests.support.search import search

if TYPE_CHECKING:
    from collections.abc import Sequence


class Item(NamedTuple):
    name: int
    value: int = 0


name_of = attrgetter("name")


class ASeriesIsAList(RuleBasedStateMachine):
    """Changes of a series with tiny chunks; earlier ones must not notice later changes."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(series, "CHUNK", 4)
        self.model: list[Item] = []
        self.series: Sequence[Item] = ()
        self.earlier: list[tuple[Sequence[Item], list[Item]]] = []
        self.number = 0

    def teardown(self) -> None:
        self.patch.undo()

    def new(self) -> Item:
        self.number += 1
        return Item(self.number)

    @initialize(count=st.integers(0, 20))
    def begin(self, count: int) -> None:
        self.model = [self.new() for _ in range(count)]
        self.series = series.of(self.model, name_of)

    @rule(where=st.sampled_from(["start", "end"]) | st.floats(0, 1))
    def insert(self, where: str | float) -> None:
        self.earlier.append((self.series, list(self.model)))
        size, item = len(self.model), self.new()
        place = {"start": 0, "end": size}.get(where) if isinstance(where, str) else int(where * size)
        assert place is not None
        self.series = series.inserted(self.series, place, item, name_of)
        self.model.insert(place, item)

    @rule(where=st.floats(0, 0.99), value=st.integers(0, 9))
    def replace(self, where: float, value: int) -> None:
        if self.model:
            self.earlier.append((self.series, list(self.model)))
            place = int(where * len(self.model))
            self.model[place] = Item(self.model[place].name, value)
            self.series = series.replaced(self.series, place, self.model[place], name_of)

    @rule(where=st.floats(0, 0.99), count=st.integers(1, 5))
    def remove(self, where: float, count: int) -> None:
        self.earlier.append((self.series, list(self.model)))
        for _ in range(min(count, len(self.model))):
            place = int(where * len(self.model))
            self.series = series.removed(self.series, place)
            del self.model[place]

    @rule(start=st.integers(-25, 25), stop=st.integers(-25, 25) | st.none(), step=st.sampled_from([1, 2, -1, None]))
    def cut(self, start: int, stop: int | None, step: int | None) -> None:
        assert [*self.series[start:stop:step]] == self.model[start:stop:step]

    @rule(name=st.integers(0, 40))
    def look_up(self, name: int) -> None:
        names = [item.name for item in self.model]
        place = names.index(name) if name in names else None
        assert series.place(self.series, name, name_of) == place
        assert series.find(self.series, name, name_of) == (None if place is None else self.model[place])

    @invariant()
    def has_the_items_of_the_list(self) -> None:
        size = len(self.model)
        assert len(self.series) == size
        assert [*self.series] == [self.series[place] for place in range(size)] == self.model
        assert [*reversed(self.series)] == [self.series[-place - 1] for place in range(size)] == self.model[::-1]
        assert all([*series.starting_at(self.series, place)] == self.model[place:] for place in range(size + 1))
        assert isinstance(self.series, tuple) or size > series.CHUNK // 2 - 1
        if isinstance(self.series, series.Many):
            assert all(0 < len(chunk) <= series.CHUNK for chunk in self.series.chunks)

    @invariant()
    def knows_what_it_shares_with_earlier_ones(self) -> None:
        for earlier, model in self.earlier[-5:]:
            assert [*earlier] == model
            start, end = series.shared(earlier, self.series)
            assert [*map(id, model[:start])] == [*map(id, self.model[:start])]
            assert start + end <= min(len(model), len(self.model))
            assert not end or [*map(id, model[-end:])] == [*map(id, self.model[-end:])]
            assert (earlier == self.series) is (tuple(earlier) == tuple(self.series))


TestASeriesIsAList = ASeriesIsAList.TestCase
TestASeriesIsAList.settings = search(100)


def many(count: int) -> Sequence[Item]:
    return series.of([Item(number) for number in range(count)], name_of)


@pytest.mark.parametrize("count", [10, 1000])
def test_a_place_is_found_by_the_order_of_names(count: int) -> None:
    items = series.of([Item(2 * number) for number in range(count)], name_of)
    for name in range(-1, 2 * count + 1):
        assert series.sorted_place(items, name, name_of) == min(max((name + 1) // 2, 0), count)


def test_a_change_of_many_copies_one_chunk() -> None:
    before = many(1000)
    assert isinstance(before, series.Many)
    for after in (
        series.replaced(before, 500, Item(500, 1), name_of),
        series.removed(before, 500),
        series.inserted(before, 1000, Item(1000), name_of),
    ):
        assert isinstance(after, series.Many)
        shared = {*map(id, before.chunks)} & {*map(id, after.chunks)}
        assert len(shared) == len(before.chunks) - 1
    after = series.inserted(before, 0, Item(-1), name_of)
    assert isinstance(after, series.Many)
    assert len(after.chunks) == len(before.chunks) + 1  # full chunks stay behind


def test_a_place_behind_the_end_is_an_error() -> None:
    items = many(1000)
    for place in (1000, -1001):
        with pytest.raises(IndexError):
            items[place]
    with pytest.raises(IndexError):
        series.removed(items, 1001)


def test_many_items_are_equal_to_a_tuple_of_them() -> None:
    items = many(1000)
    assert items == tuple(items) == items
    assert items != tuple(items)[:-1]
    assert items != object()
    assert hash(items) == hash(many(1000))
    assert repr(items) == "<Many: 1000 items in 8 chunks>"
