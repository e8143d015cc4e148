"""An event that is kept, and a message about an event for one destination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a bucket, as S3 reports it.

    ``name`` is S3's name without "s3:" ("ObjectCreated:Put"), ``key`` the key without URL encoding, ``version_id`` None
    in a bucket that was never versioned. ``record`` is the member of "Records" in messages, ``event_bridge`` the event
    for EventBridge, None if it is not sent there. ``destinations`` are the ARNs that it is sent to.
    """

    name: str
    bucket: str
    key: str
    version_id: str | None
    record: Mapping[str, Any]
    event_bridge: Mapping[str, Any] | None
    destinations: tuple[str, ...]


class Message(NamedTuple):
    """A message to one destination; ``service`` is "sqs", "sns", "lambda" or "events".

    ``chain`` is the number of messages that caused one another up to this one: 1 if no receiver caused it. ``trace`` is
    the ``X-Amzn-Trace-Id`` of the request that caused the event, None where it had none.
    """

    service: str
    arn: str
    body: Mapping[str, Any]
    chain: int = 1
    trace: str | None = None
