"""One commit, as its effects see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.backend.cause import Cause
    from s3mock.settings import Settings


class Commit(NamedTuple):
    """A change with its cause: the bucket's state ``before`` it, and the cloud's time and settings.

    ``now`` is in seconds since 1970. Work of the agenda is done later than it was due: see ``Cause.due``.
    """

    before: BucketState
    change: Change
    cause: Cause
    now: float
    settings: Settings
