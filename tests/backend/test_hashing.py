"""The digests of large bodies, of which the first may have a thread of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from freezegun import freeze_time

from s3mock import mock_s3
from s3mock.backend.blobs import MEBIBYTE, BlobStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE = bytes(MEBIBYTE)
ETAG = '"d1dd210d6b1312cb342b56d02bd5e651"'
"""Of three of them."""


class Recorder:
    """A digest that knows the threads that it was computed in, and how many bytes it was fed."""

    def __init__(self, raises: Exception | None = None) -> None:
        self.threads: set[threading.Thread] = set()
        self.size = 0
        self.raises = raises

    def update(self, data: bytes, /) -> None:
        self.threads.add(threading.current_thread())
        self.size += len(data)
        if self.raises is not None and self.size > MEBIBYTE:
            raise self.raises

    @property
    def in_thread(self) -> bool:
        return self.threads != {threading.current_thread()}


def assert_no_thread_is_left() -> None:
    assert not [thread for thread in threading.enumerate() if thread.name == "s3mock-digest"]


def test_the_first_digest_of_a_large_body_has_a_thread_until_its_end() -> None:
    first, second = Recorder(), Recorder()
    BlobStore().spool([PIECE] * 20, first, second)
    assert (first.in_thread, second.in_thread) == (True, False)
    assert (first.size, second.size) == (20 * MEBIBYTE, 20 * MEBIBYTE)
    assert_no_thread_is_left()


def test_a_body_in_a_folder_has_a_thread_too(tmp_path: Path) -> None:
    first = Recorder()
    BlobStore(folder=tmp_path).spool([bytes(1 << 16)] * 64, first)
    assert (first.in_thread, first.size) == (True, 4 * MEBIBYTE)


@pytest.mark.parametrize("chunks", [[], [PIECE[:-1]], [b"x"] * 3], ids=["empty", "below a piece", "chunks"])
def test_a_smaller_body_has_no_thread(chunks: list[bytes]) -> None:
    first = Recorder()
    BlobStore().spool(chunks, first)
    assert not first.in_thread


def test_of_several_bodies_at_a_time_only_one_has_a_thread() -> None:
    outer, inner, after = Recorder(), Recorder(), Recorder()

    def chunks() -> Iterator[bytes]:
        yield PIECE
        BlobStore().spool([PIECE], inner)
        yield PIECE

    BlobStore().spool(chunks(), outer)
    BlobStore().spool([PIECE], after)
    assert (outer.in_thread, inner.in_thread, after.in_thread) == (True, False, True)


def test_an_error_of_the_digest_is_the_bodys() -> None:
    with pytest.raises(MemoryError, match="no room"):
        BlobStore().spool([PIECE] * 20, Recorder(MemoryError("no room")))
    assert_no_thread_is_left()


def test_an_error_of_the_body_ends_the_thread() -> None:
    def cut() -> Iterator[bytes]:
        yield PIECE
        raise ConnectionError("cut")

    with pytest.raises(ConnectionError, match="cut"):
        BlobStore().spool(cut(), Recorder())
    assert_no_thread_is_left()
    after = Recorder()
    BlobStore().spool([PIECE], after)
    assert after.in_thread


def test_where_no_thread_can_be_started_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    first = Recorder()
    BlobStore().spool([PIECE] * 2, first)
    assert (first.in_thread, first.size) == (False, 2 * MEBIBYTE)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_in_the_middle_of_a_body_has_threads_for_its_own() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x"
        yield PIECE
        child = os.fork()
        if child == 0:  # pragma: no cover - in the child
            mine = Recorder()
            BlobStore().spool([PIECE], mine)
            os._exit(0 if mine.in_thread else 1)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    codes: list[int] = []
    BlobStore().spool(chunks())  # without a digest it has no thread that a fork would have to care for
    assert codes == [0]


def test_a_large_body_is_put_while_time_stands_still() -> None:
    with freeze_time("2026-01-01"), mock_s3(buckets="bucket") as mock:
        reply = mock.client(region_name="us-east-1").put_object(Bucket="bucket", Key="key", Body=PIECE * 3)
    assert reply["ETag"] == ETAG


def test_a_large_body_is_put_while_the_interpreter_ends() -> None:
    code = """
import atexit
from s3mock import mock_s3
mock = mock_s3(buckets="bucket")
client = mock.start().client(region_name="us-east-1")
atexit.register(lambda: print(client.put_object(Bucket="bucket", Key="key", Body=bytes(3 << 20))["ETag"]))
"""
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == (f"{ETAG}\n", "")
