"""The content of an object, a part or an annotation, wherever its bytes are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Bytes(Protocol):
    """What S3's rules need of an object's, a part's or an annotation's content; the backend's ``Blob`` has it."""

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
