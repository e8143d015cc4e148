"""Calls in several threads at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError


def outcomes(call: Callable[[int], str], count: int = 8) -> list[str]:
    """The sorted results of concurrent calls, with the error's code as the result of a call that was refused."""

    def outcome(number: int) -> str:
        try:
            return call(number)
        except ClientError as error:
            return error.response["Error"]["Code"]

    with ThreadPoolExecutor(8) as threads:
        return sorted(threads.map(outcome, range(count)))
