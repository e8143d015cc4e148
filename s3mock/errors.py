"""The error responses of S3. Statuses, messages and fields are data: ``s3mock.error_catalogue``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from s3mock.error_catalogue import CATALOGUE
from s3mock.error_catalogue.entry import ErrorEntry

__all__ = ["CATALOGUE", "ErrorEntry", "S3Error", "invalid_argument", "invalid_value"]


class S3Error(Exception):
    """An error response of S3.

    ``S3Error("NoSuchKey", Key=key)`` has the status and the message of the catalogue unless ``status`` and ``message``
    are given. With both, the code need not be S3's: functions of Object Lambda have codes of their own. Keyword fields
    become elements of the error document in the order given, empty ones for None. ``headers`` are those of the
    response.
    """

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        status: int | None = None,
        headers: Mapping[str, str | datetime] | None = None,
        **fields: Any,
    ) -> None:
        self.code = code
        self.message = CATALOGUE[code].message if message is None else message
        self.status = CATALOGUE[code].status if status is None else status
        self.headers = headers or {}
        self.fields = fields
        super().__init__(f"{code}: {self.message}")

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are pickled with their text as their only argument, which is no code.
        again = partial(
            type(self), self.code, self.message, status=self.status, headers=dict(self.headers), **self.fields
        )
        return again, (), self.__dict__


def invalid_argument(message: str, name: str, value: str | None, **fields: Any) -> S3Error:
    """InvalidArgument with the name and the value of the header, parameter or element that S3 refuses.

    A ``value`` of None is written as an empty ArgumentValue. Where S3 sends no ArgumentValue at all, make the S3Error
    itself. More ``fields`` follow those two.
    """
    return S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=value, **fields)


def invalid_value(name: str, value: str | None) -> S3Error:
    """InvalidArgument for a header, parameter or element whose value is not valid or "in the wrong format".

    The code: Error responses. The words, for values of which S3's own are not known, are assumed.
    """
    return invalid_argument(f"Invalid value for {name}", name, value)
