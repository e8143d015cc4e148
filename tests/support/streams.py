"""Streams to upload."""

from __future__ import annotations

import io
from typing import Any


class Unseekable(io.RawIOBase):
    """A stream that can only be read once, forwards, a little at a time."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._rest.readinto(memoryview(buffer)[:100_000])
