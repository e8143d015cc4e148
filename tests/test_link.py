"""The link between two processes, with both ends in this one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from s3mock.backend import synthetic
from s3mock.backend.blobs import PIECE, Blob, BlobStore
from s3mock.backend.files import FilePiece
from s3mock.folders import UserFile
from s3mock.link import Functions, Link, LinkEndedError


class Ends:
    """Two ends of a link, ``here`` and ``there``; ``answers`` are called by their names, at either end."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[..., Any]] = {}
        to_here, from_there = os.pipe()
        to_there, from_here = os.pipe()
        functions = Functions()
        self.here = Link(to_here, from_here, self._answer, functions.reference, functions.find)
        self.there = Link(to_there, from_there, self._answer, functions.reference, functions.find)
        self._pipes = [from_here, from_there, to_here, to_there]
        self._threads = [threading.Thread(target=link.run) for link in (self.here, self.there)]
        for thread in self._threads:
            thread.start()

    def _answer(self, name: str, *arguments: Any) -> Any:
        return self.answers[name](*arguments)

    def end(self) -> None:
        """Close the ends that are written to, as the end of a process does; what is written later goes nowhere."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for pipe in self._pipes[:2]:
            os.dup2(nowhere, pipe)
        os.close(nowhere)
        for thread in self._threads:
            thread.join()


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = Ends()
    yield made
    made.end()
    for link in (made.here, made.there):
        assert link.close(5)  # a late answer of this test would go to the pipes of the next one
    for pipe in made._pipes:
        os.close(pipe)


def test_bytes_of_an_object_are_sent_wherever_they_are_kept(ends: Ends, tmp_path: Path) -> None:
    data = os.urandom(2 * PIECE)
    (tmp_path / "file").write_bytes(data)
    spooled = [BlobStore(budget, folder=folder).spool([data]) for budget, folder in ((0, None), (0, tmp_path))]
    of_a_file = Blob.of_pieces([FilePiece(UserFile(tmp_path / "file"), 0, len(data))])
    made = synthetic.blob(len(data))
    blobs = [*spooled, Blob.of(data), of_a_file, made]
    ends.answers["take"] = lambda whole, parts: (
        [blob.read() for blob in whole],
        [blob.read() for blob in parts],
        whole[-1].pieces[0].file is synthetic.FILE,
    )
    parts = [blob.part(1, PIECE + 2) for blob in blobs]  # of memory: a view
    assert ends.here.call("take", blobs, parts) == (
        [data] * 4 + [made.read()],
        [data[1 : PIECE + 2]] * 4 + [made.read(1, PIECE + 2)],
        True,
    )


def test_calls_made_for_a_call_are_answered_in_the_thread_that_waits(ends: Ends) -> None:
    seen = []

    def down(depth: int) -> int:
        seen.append(threading.current_thread())
        other = ends.here if depth % 2 else ends.there
        return 0 if not depth else 1 + other.call("down", depth - 1)

    ends.answers["down"] = down
    assert ends.here.call("down", 6) == 6
    assert len({*seen}) == 2
    assert seen[1::2] == [threading.current_thread()] * 3


def test_an_answer_that_takes_too_long_is_an_error_and_the_late_one_is_ignored(ends: Ends) -> None:
    release = threading.Event()
    ends.answers |= {"wait": release.wait, "now": lambda: "now"}
    with pytest.raises(TimeoutError, match=r"no answer within 0\.01 seconds"):
        ends.here.call("wait", timeout=0.01)
    release.set()
    assert ends.here.call("now") == "now"


def test_after_close_nothing_is_written_to_what_has_the_pipes_number_then(ends: Ends) -> None:
    assert ends.here.close(1)
    read, write = os.pipe()
    os.dup2(write, ends._pipes[0])
    os.close(write)
    with pytest.raises(LinkEndedError):
        ends.here.call("now", timeout=5)
    ends.end()
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b""


def test_a_long_message_goes_both_ways(ends: Ends) -> None:
    ends.answers["twice"] = lambda data: data * 2
    assert ends.here.call("twice", bytes(3 << 20)) == bytes(6 << 20)


def test_the_end_of_the_other_side_ends_the_calls_that_wait_and_those_that_come(ends: Ends) -> None:
    waiting, release = threading.Event(), threading.Event()

    def wait() -> None:
        waiting.set()
        release.wait()

    def end() -> None:
        waiting.wait()
        ends.end()
        release.set()

    ends.answers["wait"] = wait
    ender = threading.Thread(target=end)
    ender.start()
    with pytest.raises(LinkEndedError):
        ends.here.call("wait")
    ender.join()
    with pytest.raises(LinkEndedError):
        ends.here.call("wait")
