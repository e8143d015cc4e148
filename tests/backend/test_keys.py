"""The persistent ordered map under every bucket."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from s3mock.backend import keys
from s3mock.backend.keys import KeyIndex
from tests.support.search import search

KEYS = st.text(alphabet="ab/é\ud7ff\ue000\U0001f600", max_size=4)


def check(index: KeyIndex[int], model: dict[str, int]) -> None:
    """Compare with the model, and check the invariants of the nodes."""
    assert list(index.scan()) == sorted(model.items())
    assert list(index) == sorted(model)
    assert len(index) == len(model)
    if model:
        check_node(index._root, index._depth)


def check_node(node: keys.Node, depth: int) -> None:
    assert 0 < len(node[1]) <= keys.CHUNK
    assert len(node[0]) == len(node[1]) - (depth > 0)
    if depth:
        for child in node[1]:
            check_node(child, depth - 1)


def nodes_of(index: KeyIndex[Any]) -> list[keys.Node]:
    """All nodes, the leaves last."""
    nodes = level = [index._root]
    for _ in range(index._depth):
        level = [child for _, children in level for child in children]
        nodes = nodes + level
    return nodes


class AnIndexIsADictionaryInOrder(RuleBasedStateMachine):
    """Writes to an index with tiny nodes; earlier indexes must not notice later writes."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(keys, "CHUNK", 8)
        self.patch.setattr(keys, "SMALL", 2)
        self.model: dict[str, int] = {}
        self.index: KeyIndex[int] = KeyIndex()
        self.earlier: list[tuple[KeyIndex[int], dict[str, int]]] = []

    @initialize(names=st.lists(KEYS, max_size=60))
    def begin(self, names: list[str]) -> None:
        items = [(name, number) for number, name in enumerate(names)]
        self.model, self.index = dict(items), KeyIndex.of(items)

    @rule(key=KEYS, value=st.integers(0, 9))
    def write(self, key: str, value: int) -> None:
        self.earlier.append((self.index, dict(self.model)))
        self.index = self.index.set(key, value)
        self.model[key] = value

    @rule(key=KEYS)
    def remove(self, key: str) -> None:
        self.index = self.index.remove(key)
        self.model.pop(key, None)

    @rule(pick=st.randoms(use_true_random=False), count=st.integers(1, 20))
    def remove_many(self, pick: random.Random, count: int) -> None:
        self.earlier.append((self.index, dict(self.model)))
        for key in pick.sample(sorted(self.model), min(count, len(self.model))):
            del self.model[key]
            self.index = self.index.remove(key)

    @rule(key=KEYS)
    def read(self, key: str) -> None:
        assert self.index.get(key) == self.model.get(key)
        assert (key in self.index) == (key in self.model)

    @rule(start=KEYS, after=st.booleans(), stop=st.none() | KEYS)
    def scan(self, start: str, after: bool, stop: str | None) -> None:
        expected = [
            (key, value)
            for key, value in sorted(self.model.items())
            if (key > start or (key == start and not after)) and (stop is None or key < stop)
        ]
        assert list(self.index.scan(start, after=after, stop=stop)) == expected

    @rule(start=KEYS, after=st.booleans(), stop=st.none() | KEYS, jumps=st.lists(KEYS, max_size=12))
    def walk(self, start: str, after: bool, stop: str | None, jumps: list[str]) -> None:
        left = list(self.index.scan(start, after=after, stop=stop))
        walk = self.index.walk(start, after=after, stop=stop)
        item = next(walk, None)
        while left:
            assert item == left[0]
            to = jumps.pop() if jumps else None
            if to is not None and to <= left[0][0]:
                to = None
            left = [other for other in left[1:] if to is None or other[0] >= to]
            try:
                item = walk.send(to)
            except StopIteration:
                item = None
        assert item is None

    @rule(pick=st.randoms(use_true_random=False))
    def compare(self, pick: random.Random) -> None:
        before, model = pick.choice([*self.earlier, (self.index, self.model), (KeyIndex(), {})])
        changed = {
            key: (model.get(key), self.model.get(key))
            for key in model.keys() | self.model.keys()
            if model.get(key) != self.model.get(key)
        }
        found = list(before.changes(self.index))
        assert {key: (old, new) for key, old, new in found} == changed
        assert len(found) == len(changed)

    @invariant()
    def all_is_in_order(self) -> None:
        check(self.index, self.model)

    def teardown(self) -> None:
        for index, model in self.earlier:
            check(index, model)
        self.patch.undo()


TestAnIndexIsADictionaryInOrder: Any = AnIndexIsADictionaryInOrder.TestCase
TestAnIndexIsADictionaryInOrder.settings = search(40, stateful_step_count=25)


def test_keys_are_in_the_order_of_their_utf_8_bytes() -> None:
    names = ["a", "A", "é", "\uffff", "\U0001f600", "a/", "a!", ""]
    assert list(KeyIndex.of((name, 0) for name in names)) == sorted(names, key=str.encode)


def test_keys_added_in_order_fill_the_leaves() -> None:
    index: KeyIndex[int] = KeyIndex()
    for number in range(2_000):
        index = index.set(f"{number:05}", number)
    assert len(list(index._leaves())) <= 2_000 / keys.CHUNK * 4 / 3


def test_nodes_are_merged_as_keys_are_removed() -> None:
    names = [f"{number:05}" for number in range(5_000)]
    index = KeyIndex.of((name, 0) for name in names)
    kept = set(names[::50])
    for name in random.Random(1).sample(names, len(names)):
        if name not in kept:
            index = index.remove(name)
    assert set(index) == kept
    assert len(nodes_of(index)) <= 4


def test_a_leaf_begins_with_a_common_prefix() -> None:
    names = [f"{folder:03}/{file:03}" for folder in range(20) for file in range(keys.CHUNK * 3 // 4 + folder)]
    inserted: KeyIndex[int] = KeyIndex()
    for name in names:
        inserted = inserted.set(name, 0)
    for index in (KeyIndex.of((name, 0) for name in names), inserted):
        firsts = {leaf[0][0] for leaf in index._leaves()}
        assert {f"{folder:03}/000" for folder in range(20)} <= firsts


def test_a_jump_looks_at_few_keys_however_many_are_in_between() -> None:
    compared: list[str] = []

    class Key(str):
        __slots__ = ()

        def __gt__(self, other: str) -> bool:
            compared.append(other)
            return str.__gt__(self, other)

        def __le__(self, other: str) -> bool:
            compared.append(other)
            return str.__le__(self, other)

    index = KeyIndex.of((f"{folder:02}/{file:04}", 0) for folder in range(50) for file in range(2_000))
    walk = index.walk()
    item = next(walk)
    for folder in range(1, 50):
        item = walk.send(Key(f"{folder:02}/"))
        assert item == (f"{folder:02}/0000", 0)
    assert len(compared) / 50 < 16, len(compared)


def test_a_write_copies_one_node_of_each_level() -> None:
    index = KeyIndex.of((f"{number:05}", 0) for number in range(50_000))
    assert index._depth == 2
    written, removed = index.set("02500", 1), index.remove("02500")
    nodes = {id(node) for node in nodes_of(index)}
    for changed in (written, removed):
        assert len(nodes - {id(node) for node in nodes_of(changed)}) == 3
    assert (index.get("02500"), written.get("02500"), removed.get("02500")) == (0, 1, None)


def test_comparing_two_indices_looks_only_at_the_nodes_that_they_do_not_share() -> None:
    looked_at: list[int] = []

    class Value:
        def __eq__(self, other: object) -> bool:
            looked_at.append(1)
            return self is other

        __hash__ = object.__hash__

    index = KeyIndex.of((f"{number:06}", Value()) for number in range(100_000))
    after = index.set("000001", Value()).set("050000", Value()).remove("099999").set("1", Value())
    assert [key for key, _, _ in index.changes(after)] == ["000001", "050000", "099999", "1"]
    assert len(looked_at) < 20


def test_removing_a_missing_key_returns_the_same_index() -> None:
    index = KeyIndex.of([("b", 1)])
    assert index.remove("a") is index
    assert index.remove("c") is index
    assert KeyIndex[int]().remove("a").get("a") is None


def test_a_scan_does_not_see_later_changes() -> None:
    index = KeyIndex.of((f"{number:05}", 0) for number in range(1_000))
    scan = index.scan()
    next(scan)
    for name in list(index):
        index = index.remove(name)
    assert len(index) == 0
    assert sum(1 for _ in scan) == 999


def test_the_repr_of_an_index_has_its_size() -> None:
    assert repr(KeyIndex.of([("a", 1)])) == "<KeyIndex of 1 keys>"
