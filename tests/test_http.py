"""A body is read once, in order, and copied only once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from s3mock.http import Body


class Counted(bytes):
    """Bytes that count how many bytes are copied from them and from their slices."""

    copied: ClassVar[int] = 0

    def __getitem__(self, index: Any) -> Any:
        taken = super().__getitem__(index)
        Counted.copied += len(taken)
        return Counted(taken)

    def __radd__(self, other: bytes) -> Counted:
        Counted.copied += len(other) + len(self)
        return Counted(bytes(other) + bytes(self))


CONTENT = bytes(range(256)) * 1024
SIZE = len(CONTENT)


@pytest.mark.parametrize("chunks", [None, 1, 3, SIZE // 100])
@pytest.mark.parametrize("amount", [256, 1000, 100_000, SIZE])
def test_reading_a_body_in_pieces_copies_every_byte_once(chunks: int | None, amount: int) -> None:
    Counted.copied = 0
    step = SIZE if chunks is None else -(-SIZE // chunks)
    pieces = [Counted(CONTENT[start : start + step]) for start in range(0, SIZE, step)]
    body = Body(pieces[0]) if chunks is None else Body(pieces, SIZE)
    parts = list(iter(lambda: body.read(amount), b""))
    assert b"".join(parts) == CONTENT
    assert {len(part) for part in parts[:-1]} <= {amount}
    assert Counted.copied == SIZE


@pytest.mark.parametrize("source", [b"abcdef", [b"abcdef"], [b"ab", b"", b"cd", b"ef"], [b"abcd", b"ef", b""]])
def test_a_body_can_be_read_in_part_and_then_to_its_end(source: bytes | list[bytes]) -> None:
    for rest in (lambda body: body.read(), lambda body: body.read(None), b"".join):
        body = Body(source)
        assert (body.read(0), body.read(1), body.read(2), rest(body)) == (b"", b"a", b"bc", b"def")
        assert (body.read(), body.read(1), [*body]) == (b"", b"", [])


def test_an_iterable_is_read_no_further_than_needed() -> None:
    taken = []

    def chunks() -> Iterator[bytes]:
        for chunk in (b"abc", b"def", b"ghi"):
            taken.append(chunk)
            yield chunk

    body = Body(chunks(), 9)
    assert (body.read(0), taken) == (b"", [])
    assert (body.read(3), taken) == (b"abc", [b"abc"])
    assert (body.read(1), taken) == (b"d", [b"abc", b"def"])


def test_a_closed_body_is_empty_and_closes_its_source_once() -> None:
    for source in (b"abc", [b"abc"]):
        closed: list[str] = []
        body = Body(source, on_close=lambda closed=closed: closed.append("closed"))  # type: ignore[misc]
        assert body.read(1) == b"a"
        body.close()
        body.close()
        assert (body.read(), body.read(1), closed) == (b"", b"", ["closed"])
