"""The pure-Python XXH functions, against the package that does the same in C."""

from __future__ import annotations

import random
import sys
from typing import Any

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from s3mock.models import checksums
from s3mock.models.checksums import ALGORITHMS, xxh

NAMES = ("xxh64", "xxh3_64", "xxh3_128")


def of_package(name: str, data: bytes) -> bytes:
    digest: bytes = getattr(xxhash, name)(data).digest()
    return digest


@pytest.mark.parametrize("name", NAMES)
def test_inputs_of_every_length_have_the_digests_of_the_package(name: str) -> None:
    function, size = xxh.FUNCTIONS[name]
    data = random.Random(name).randbytes(3000)
    for length in (*range(600), *range(1000, 1100), 2047, 2048, 2049, 3000):
        assert function(data[:length]).to_bytes(size, "big") == of_package(name, data[:length]), length


@given(st.lists(st.binary(max_size=3000), max_size=3), st.sampled_from(NAMES))
def test_an_input_may_come_in_pieces(pieces: list[bytes], name: str) -> None:
    running = xxh.Xxh(*xxh.FUNCTIONS[name])
    for number, piece in enumerate(pieces):
        assert running.digest() == of_package(name, b"".join(pieces[:number]))
        running.update(piece)
    assert running.digest() == of_package(name, b"".join(pieces))


@pytest.mark.parametrize("name", ["XXHASH64", "XXHASH3", "XXHASH128"])
def test_without_the_package_the_checksums_are_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data: list[Any] = [b"hello", b" ", b"world" * 1000]
    expected = checksums.of(ALGORITHMS[name], data)
    monkeypatch.setitem(sys.modules, "xxhash", None)
    assert isinstance(ALGORITHMS[name].new(), xxh.Xxh)
    assert checksums.of(ALGORITHMS[name], data) == expected
