"""The digests of large bodies: hashlib hashes without Python's lock, so another core can do it.

A body that comes alone has its first digest, the MD5, computed by a thread of its own, while its bytes are received,
stored and hashed otherwise. Of several at a time each has a thread already.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from queue import Queue

AHEAD = 4
"""The pieces of a body that may wait to be hashed."""


class Digest(Protocol):
    """A hash in progress: one of hashlib, or one of ours."""

    def update(self, data: bytes, /) -> object:
        """Hash more bytes."""


class Hashing:
    """Feed ``digests``, in place of those given, with a large body; ``end`` completes them, and has to be called."""

    def __init__(self, digests: tuple[Digest, ...]) -> None:
        self.digests = digests
        self._in_thread: _InThread | None = None
        _under_way.add(self)
        if digests and len(_under_way) == 1:
            with contextlib.suppress(RuntimeError):  # no thread can be started, as at the end of the interpreter
                self._in_thread = _InThread(digests[0])
                self.digests = (self._in_thread, *digests[1:])

    def end(self) -> None:
        """Wait for the digests. Raises what one of them has raised in its thread."""
        _under_way.discard(self)
        if self._in_thread is not None:
            self._in_thread.end()


_under_way: set[Hashing] = set()
"""The large bodies that are being read in this process."""

if hasattr(os, "register_at_fork"):  # the child has none of the threads that read them
    os.register_at_fork(after_in_child=_under_way.clear)


class _InThread:
    """Hashes in a thread what ``update`` gets, until ``end``."""

    def __init__(self, digest: Digest) -> None:
        from queue import Queue  # noqa: PLC0415 - most bodies are too small to need it

        self._digest = digest
        self._pieces: Queue[bytes | None] = Queue(AHEAD)
        self._error: BaseException | None = None
        # A daemon: an interpreter that ends in the middle of a body does not wait for the rest.
        self._thread = threading.Thread(target=self._run, name="s3mock-digest", daemon=True)
        self._thread.start()

    def update(self, data: bytes, /) -> None:
        self._pieces.put(data)

    def _run(self) -> None:
        pieces = iter(self._pieces.get, None)
        try:
            for piece in pieces:
                self._digest.update(piece)
        except BaseException as error:  # noqa: BLE001 - ``end`` raises it
            self._error = error
            for _ in pieces:  # ``update`` must not wait for ever
                pass

    def end(self) -> None:
        self._pieces.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error
