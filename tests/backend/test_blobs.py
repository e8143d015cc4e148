"""The bytes of objects, in memory and on disk."""

from __future__ import annotations

import gc
import hashlib
import os
import random
import sys
import threading
import tracemalloc
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.backend import blobs
from s3mock.backend.blobs import MEBIBYTE, Blob, BlobStore, concat

if TYPE_CHECKING:
    from collections.abc import Iterator

POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and /dev/fd")


def noise(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


def descriptors() -> int:
    gc.collect()
    return len(list(Path("/dev/fd").iterdir()))


def test_a_blob_in_one_piece_is_read_without_a_copy() -> None:
    data = noise(3 * MEBIBYTE)
    blob = Blob.of(data)
    assert blob.size == len(data)
    assert blob.read() is data
    assert blob.read(5, 9) == data[5:9]


def test_an_empty_blob_has_no_chunks() -> None:
    for blob in (Blob.of(b""), BlobStore().spool(()), concat(()), concat([Blob.of(b"")])):
        assert (blob.size, blob.read(), list(blob.chunks())) == (0, b"", [])


def test_chunks_are_at_most_a_mebibyte() -> None:
    data = noise(2 * MEBIBYTE + 5)
    chunks = list(Blob.of(data).chunks())
    assert [len(chunk) for chunk in chunks] == [MEBIBYTE, MEBIBYTE, 5]
    assert b"".join(chunks) == data
    whole = noise(blobs.SMALL + 1)
    assert next(Blob.of(whole).chunks()) is whole
    assert list(Blob.of(data).chunks(MEBIBYTE - 1, MEBIBYTE + 1)) == [data[MEBIBYTE - 1 : MEBIBYTE + 1]]


@given(st.lists(st.binary(max_size=5), max_size=8), st.integers(0, 45), st.none() | st.integers(0, 45))
def test_a_rope_reads_like_its_bytes(parts: list[bytes], start: int, stop: int | None) -> None:
    data = b"".join(parts)
    nested = concat([concat(Blob.of(part) for part in parts[:3]), concat(Blob.of(part) for part in parts[3:])])
    assert nested.size == len(data)
    assert nested.read(start, stop) == data[start:stop]
    chunks = list(nested.chunks(start, stop))
    assert b"".join(chunks) == data[start:stop]
    assert all(isinstance(chunk, bytes) and chunk for chunk in chunks)


@given(st.lists(st.binary(min_size=1, max_size=5), max_size=8), st.data())
def test_a_part_reads_like_its_bytes(pieces: list[bytes], draw: st.DataObject) -> None:
    data = b"".join(pieces)
    start = draw.draw(st.integers(0, len(data)))
    stop = draw.draw(st.integers(start, len(data)))
    part = concat(Blob.of(piece) for piece in pieces).part(start, stop)
    assert (part.size, part.read(), b"".join(part.chunks())) == (stop - start, data[start:stop], data[start:stop])


def test_a_large_part_is_not_copied() -> None:
    data = noise(4 * MEBIBYTE)
    whole = concat([Blob.of(data), Blob.of(data)])
    assert whole.part(0, whole.size) is whole
    tracemalloc.start()
    part = whole.part(1000, whole.size - 1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000
    assert part.read() == data[1000:] + data[:-1000]
    assert part.part(5, 4 * MEBIBYTE).read() == (data[1000:] + data)[5 : 4 * MEBIBYTE]


def test_concat_copies_nothing() -> None:
    parts = [Blob.of(noise(MEBIBYTE, seed)) for seed in range(8)]
    tracemalloc.start()
    whole = concat(parts)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert whole.size == 8 * MEBIBYTE
    assert peak < 20_000


def test_pieces_that_follow_each_other_in_a_file_are_one_again() -> None:
    data = noise(3 * MEBIBYTE)
    blob = BlobStore(budget=0).spool([data])
    parts = [blob.part(0, 1000), blob.part(1000, MEBIBYTE), Blob.of(b"x"), blob.part(MEBIBYTE, blob.size)]
    whole = concat(parts)
    assert [len(piece) for piece in whole.pieces] == [MEBIBYTE, 1, 2 * MEBIBYTE]
    assert whole.read() == data[:MEBIBYTE] + b"x" + data[MEBIBYTE:]
    assert [len(piece) for piece in concat([parts[1], parts[0]]).pieces] == [MEBIBYTE - 1000, 1000]


def test_reading_the_chunks_of_a_body_once_feeds_every_digest() -> None:
    class Crc:
        value = 0

        def update(self, data: bytes, /) -> None:
            self.value = zlib.crc32(data, self.value)

    pieces = [noise(size, size) for size in (1, 0, 700_000, 700_000, 3_000_000, 10)]
    md5, crc = hashlib.md5(), Crc()
    blob = BlobStore().spool(iter(pieces), md5, crc)
    data = b"".join(pieces)
    assert blob.read() == data
    assert blob.size == len(data)
    assert md5.digest() == hashlib.md5(data).digest()
    assert crc.value == zlib.crc32(data)


def test_a_body_of_one_chunk_is_not_copied() -> None:
    for size in (blobs.SMALL + 1, 4 * MEBIBYTE):
        data = noise(size)
        assert BlobStore().spool([data]).read() is data


@pytest.mark.parametrize("size", [0, 1, blobs.SMALL])
def test_a_small_body_is_one_object_in_memory(size: int) -> None:
    blob = BlobStore().spool([noise(size)])
    assert gc.get_referents(blob) in ([], [type(blob)])
    assert sys.getsizeof(blob) < size + 80
    assert type(blob.read()) is bytes


def test_a_mutable_body_is_copied() -> None:
    data = bytearray(b"before")
    body: list[Any] = [data]
    blob = BlobStore().spool(body)
    data[:] = b"after!"
    assert blob.read() == b"before"


def test_bytes_over_the_budget_are_written_to_disk() -> None:
    store = BlobStore(budget=2 * MEBIBYTE, segment=4 * MEBIBYTE)
    data = noise(10 * MEBIBYTE + 7)
    kept = store.spool([data[: 2 * MEBIBYTE]])
    tracemalloc.start()
    spilled = store.spool(data[at : at + 300_000] for at in range(0, len(data), 300_000))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 2 * MEBIBYTE
    assert store.held == 2 * MEBIBYTE
    assert kept.read() == data[: 2 * MEBIBYTE]
    assert spilled.read() == data
    assert b"".join(spilled.chunks(5_000_000, 9_000_001)) == data[5_000_000:9_000_001]
    assert all(len(chunk) <= MEBIBYTE for chunk in spilled.chunks())


def test_a_body_larger_than_a_segment_gets_its_own_file() -> None:
    store = BlobStore(budget=0, segment=MEBIBYTE)
    data = noise(3 * MEBIBYTE)
    blobs_of = [store.spool([data]), store.spool([data[::-1]])]
    assert [blob.read() for blob in blobs_of] == [data, data[::-1]]


def test_the_budget_is_returned_when_the_last_blob_with_the_bytes_is_gone() -> None:
    store = BlobStore(budget=8 * MEBIBYTE)
    part = store.spool([noise(2 * MEBIBYTE)])
    whole = concat([part, Blob.of(b"end")])
    del part
    assert store.held == 2 * MEBIBYTE
    assert whole.size == 2 * MEBIBYTE + 3
    del whole
    assert store.held == 0


def test_a_truncated_body_returns_its_budget() -> None:
    def body() -> Iterator[bytes]:
        yield noise(2 * MEBIBYTE)
        raise ConnectionError

    store = BlobStore()
    with pytest.raises(ConnectionError):
        store.spool(body())
    assert store.held == 0


def test_small_blobs_are_not_counted() -> None:
    store = BlobStore(budget=0)
    assert store.spool([b"small"]).read() == b"small"
    assert store.held == 0


@POSIX
def test_a_segment_file_is_closed_when_its_last_blob_is_gone() -> None:
    before = descriptors()
    store = BlobStore(budget=0, segment=2 * MEBIBYTE)
    kept = [store.spool([noise(MEBIBYTE, seed)]) for seed in range(6)]
    assert descriptors() == before + 3
    last = kept[0]
    del kept, store
    assert descriptors() == before + 1
    assert last.read() == noise(MEBIBYTE, 0)
    del last
    assert descriptors() == before


@POSIX
def test_a_forked_child_does_not_change_the_bytes_of_its_parent() -> None:
    store = BlobStore(budget=0, segment=4 * MEBIBYTE)
    first = store.spool([noise(MEBIBYTE, 1)])
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        mine = store.spool([noise(MEBIBYTE, 2)])
        good = first.read() == noise(MEBIBYTE, 1) and mine.read() == noise(MEBIBYTE, 2)
        os._exit(0 if good else 1)
    second = store.spool([noise(MEBIBYTE, 3)])
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert second.read() == noise(MEBIBYTE, 3)
    assert first.read() == noise(MEBIBYTE, 1)


def test_threads_share_a_store() -> None:
    store = BlobStore(budget=2 * MEBIBYTE, segment=4 * MEBIBYTE)
    kept: dict[int, Blob] = {}

    def write(number: int) -> None:
        kept[number] = store.spool([noise(MEBIBYTE, number)])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(blob.read() == noise(MEBIBYTE, number) for number, blob in kept.items())
    assert store.held == 2 * MEBIBYTE


@pytest.mark.parametrize("size", [1, blobs.SMALL + 1])
def test_a_blob_equals_only_itself(size: int) -> None:
    blob = Blob.of(noise(size))
    assert {blob, blob} == {blob}
    assert blob != Blob.of(noise(size))


def test_the_repr_of_a_blob_has_its_size() -> None:
    assert repr(blobs.EMPTY) == "<Blob of 0 bytes>"
