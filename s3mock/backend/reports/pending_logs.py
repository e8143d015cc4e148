"""The records of access logs that are not delivered yet: an immutable part of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from s3mock.backend.agenda import NEVER
from s3mock.backend.keys import KeyIndex

if TYPE_CHECKING:
    from s3mock.models.bucket import BucketIdentity
    from s3mock.models.logging import Logging


class PendingRecord(NamedTuple):
    """A record to be delivered: the logged bucket, its logging then, the time (seconds since 1970), and the line."""

    source: BucketIdentity
    logging: Logging
    when: float
    line: str


class PendingLogs(NamedTuple):
    """Records that are still to be delivered, in their order, and when that is due."""

    records: KeyIndex[PendingRecord] = KeyIndex()
    due: float = NEVER
