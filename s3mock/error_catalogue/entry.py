"""The type of a row of the error catalogue."""

from __future__ import annotations

from typing import NamedTuple


class ErrorEntry(NamedTuple):
    """One row of the catalogue: HTTP status, S3's default message, and the extra elements that S3 sends, in S3's order.

    A response has only those that apply to its case: InvalidTag always has a TagKey, but not always a TagValue.
    """

    status: int
    message: str
    fields: tuple[str, ...] = ()
