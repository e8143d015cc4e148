"""The content of an object as the readers of records see it: all of its bytes, or a window that moves over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase
from typing import Any, Protocol, TypeAlias

SMALL = 4 << 20
"""Up to this many bytes, content is read whole: that is quicker."""

WINDOW = 1 << 20
"""The bytes of larger content that are read at a time."""


class Stored(Protocol):
    """The bytes of an object, wherever they are kept."""

    @property
    def size(self) -> int:
        """The number of bytes."""
        ...

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """The bytes from ``start`` up to ``stop``."""
        ...

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to ``stop`` without joining them."""
        ...


Store: TypeAlias = Callable[[Iterable[bytes]], Stored]
"""Stores bytes for as long as they are in use."""


def of(stored: Stored) -> Content:
    """The content of an object."""
    return stored.read() if stored.size <= SMALL else Window(stored)


class Window:
    """Large content, with the methods of bytes that the readers use. Meant to be read from its start to its end."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self._start, self._bytes = 0, b""

    def __len__(self) -> int:
        return self._stored.size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(len(self))
        stop = max(start, stop)
        if self._start <= start and stop <= self._start + len(self._bytes):
            return self._bytes[start - self._start : stop - self._start]
        return self._stored.read(start, stop)

    def find(self, text: bytes, start: int) -> int:
        """The position of ``text`` at ``start`` or later; -1 where it does not follow."""
        while True:
            if not self._start <= start <= self._start + len(self._bytes) - len(text):
                self._start, self._bytes = start, self._stored.read(start, start + max(WINDOW, len(text)))
            found = self._bytes.find(text, start - self._start)
            if found >= 0:
                return self._start + found
            stop = self._start + len(self._bytes)
            if stop >= len(self):
                return -1
            start = stop - len(text) + 1  # it may begin in this window

    def startswith(self, text: bytes) -> bool:
        """Whether it begins with ``text``."""
        return self[: len(text)] == text


Content: TypeAlias = "bytes | Window"


class File(RawIOBase):
    """Content as a file that can be read anywhere."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._at = 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Move to a position, and return it."""
        self._at = offset + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: len(self._content)}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read into ``buffer`` and return the number of bytes; 0 at the end."""
        data = self._content[self._at : self._at + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
