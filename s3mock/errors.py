"""The error that S3 answers with, and the catalogue of all of them as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class ErrorEntry(NamedTuple):
    """One row of the catalogue: HTTP status, S3's message, and the extra elements that S3 sends, in S3's order."""

    status: int
    message: str
    fields: tuple[str, ...] = ()


CATALOGUE: Mapping[str, ErrorEntry] = {
    "AccessDenied": ErrorEntry(403, "Access Denied"),
    "InternalError": ErrorEntry(500, "We encountered an internal error. Please try again."),
}


class S3Error(Exception):
    """An error answer of S3.

    ``S3Error("NoSuchKey", Key=key)`` takes status and message from the catalogue; ``message`` and ``status`` replace
    them. Keyword fields become elements of the error document in the order given; None is written as an empty element.
    ``headers`` are sent with the answer.
    """

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> None:
        entry = CATALOGUE[code]
        self.code = code
        self.message = entry.message if message is None else message
        self.status = entry.status if status is None else status
        self.headers = headers or {}
        self.fields = fields
        super().__init__(f"{code}: {self.message}")
