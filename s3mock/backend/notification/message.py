"""An event that is kept, and a message about one on its way to a destination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a bucket, as S3 reports it.

    ``name`` is S3's without "s3:" ("ObjectCreated:Put"), ``key`` the key as it is, ``version_id`` None in a bucket that
    was never versioned. ``record`` is what S3 sends in "Records", ``event_bridge`` the event that EventBridge gets,
    None where it gets none. ``destinations`` are the ARNs that it is for.
    """

    name: str
    bucket: str
    key: str
    version_id: str | None
    record: Mapping[str, Any]
    event_bridge: Mapping[str, Any] | None
    destinations: tuple[str, ...]


class Message(NamedTuple):
    """What is sent to one destination: ``service`` is "sqs", "sns", "lambda" or "events".

    ``chain`` counts the messages that led to it: 1 for one that no receiver of another has caused.
    """

    service: str
    arn: str
    body: Mapping[str, Any]
    chain: int = 1
