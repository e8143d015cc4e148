"""Which function answers which operation of S3."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from s3mock.exchange import Exchange

Parameters = dict[str, Any]
Handler = Callable[[Exchange, Parameters], Parameters]


class Operation(NamedTuple):
    """A handler and the input members that it does not support yet: a request that has one is refused with 501."""

    handler: Handler
    refused: frozenset[str]


OPERATIONS: dict[str, Operation] = {}


def operation(name: str, *, refused: Iterable[str] = ()) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of the S3 operation ``name``."""

    def register(handler: Handler) -> Handler:
        OPERATIONS[name] = Operation(handler, frozenset(refused))
        return handler

    return register
