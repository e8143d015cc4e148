"""What one row of the error catalogue says."""

from __future__ import annotations

from typing import NamedTuple


class ErrorEntry(NamedTuple):
    """One row of the catalogue: HTTP status, S3's default message, and the extra elements that S3 sends, in S3's order.

    An answer has those of them that its case knows: InvalidTag has always a TagKey, but not always a TagValue.
    """

    status: int
    message: str
    fields: tuple[str, ...] = ()
