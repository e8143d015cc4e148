"""The cause of a change: a request, or work that S3 does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from s3mock.models.account import ANONYMOUS, Account

if TYPE_CHECKING:
    from s3mock.backend.notification.message import Message


class Cause(NamedTuple):
    """The request, or the work of the agenda, that makes a change.

    ``outbox`` collects the messages about events, which are sent once the request has been answered or the work is
    done. ``user_id`` is the caller's aws:userid, ``source`` the IP address that the request came from; ``request_id``
    and ``host_id`` are those of the response (``x-amz-request-id``, ``x-amz-id-2``). ``trace`` is the request's
    ``X-Amzn-Trace-Id``, None where it has none. Where S3 acts by itself, ``operation`` is None, and ``due`` is when the
    work was due in seconds since 1970, which may be long ago; None for now.
    """

    outbox: list[Message]
    operation: str | None = None
    caller: Account = ANONYMOUS
    user_id: str = ""
    source: str = ""
    request_id: str = ""
    host_id: str = ""
    due: float | None = None
    trace: str | None = None

    @property
    def is_request(self) -> bool:
        """Whether a request is the cause, not S3 by itself."""
        return self.operation is not None
