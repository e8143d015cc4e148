"""Whose request it is that changes something: for those who tell of changes, who see only the change itself."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.models.account import Account


class Cause(NamedTuple):
    """The request that a thread is answering.

    ``principal`` is the ARN of the caller; ``source`` the IP address that the request came from; ``request_id`` and
    ``host_id`` are those of its answer (``x-amz-request-id``, ``x-amz-id-2``).
    """

    operation: str
    caller: Account
    principal: str
    source: str
    request_id: str
    host_id: str


_current: ContextVar[Cause | None] = ContextVar("s3mock_cause", default=None)
_due: ContextVar[float | None] = ContextVar("s3mock_due", default=None)

current = _current.get
"""Return the ``Cause`` of what this thread is doing; None where S3 acts by itself."""

due = _due.get
"""Return when the work of the agenda that this thread is doing was due, which may be long ago; None in a request."""


@contextmanager
def of(cause: Cause | None, due: float | None = None) -> Iterator[None]:
    """Say why a thread does what it does inside, and when it was due; a request within a request has its own."""
    token, due_token = _current.set(cause), _due.set(due)
    try:
        yield
    finally:
        _current.reset(token)
        _due.reset(due_token)
