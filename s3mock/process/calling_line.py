"""The line of a user's code that called S3, for the journal."""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

Frame = tuple[str, int, str]
"""A file, the number of a line in it, and the name of the function."""

called_by: ContextVar[Frame | None] = ContextVar("s3mock_called_by", default=None)
"""The line of the call of an AWS SDK that is running, also in the threads and tasks that work for it."""

_OURS = f"{Path(__file__).parents[1]}{os.sep}"
_PYTHONS = f"{Path(os.__file__).parent}{os.sep}"

_is_library: dict[str, bool] = {}
"""Whether a file belongs to s3mock, to Python's own library or to an installed package."""


def innermost() -> Frame | None:
    """The innermost line that belongs to no library; None where the stack has none, as in the threads of a server."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the only way to walk the stack without building it
    is_known = _is_library.get
    while frame is not None:
        file = frame.f_code.co_filename
        is_library = is_known(file)
        if is_library is None:
            is_library = _is_library[file] = _belongs_to_library(file)
        if not is_library:
            return file, frame.f_lineno, frame.f_code.co_name
        frame = frame.f_back
    return None


def _belongs_to_library(file: str) -> bool:
    return (
        file.startswith((_OURS, _PYTHONS, "<frozen "))
        or f"{os.sep}site-packages{os.sep}" in file
        or f"{os.sep}dist-packages{os.sep}" in file
    )
