"""RestoreObject of versions in an archive, and the events at the end of a retrieval and of its copy.

| the version is                    | a request                                         | status |
|-----------------------------------|---------------------------------------------------|--------|
| archived, or its copy has expired | begins a retrieval                                | 202    |
| being retrieved                   | for the same days with a faster tier speeds it up | 202    |
|                                   | of any other kind is refused                      | 409    |
| restored                          | sets the days, counted from now                   | 200    |

(API page of RestoreObject: 200 "if the object is previously restored", otherwise 202; User Guide, "Upgrading the speed
of an in-progress restore".)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.agenda import Due
from s3mock.backend.bucket import Bucket
from s3mock.backend.bucket_state import Change
from s3mock.errors import S3Error
from s3mock.models import restore
from s3mock.models.expiry import midnight_after
from s3mock.models.restore import FASTEST_FIRST, RETRIEVALS
from s3mock.models.version import Restore

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.bucket_state import BucketState
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.models.version import Version

COMPLETED, EXPIRED = "ObjectRestore:Completed", "ObjectRestore:Delete"


def request(
    state: BucketState, version: Version, tier: str, days: int | None, *, now: datetime, instant: bool, event: str
) -> Change:
    """Restore a version in an archive; ``days`` is None in the tiers of INTELLIGENT_TIERING.

    The change's ``previous`` is the version before. ``instant`` retrievals take no time, and the caller reports their
    end (``report_end``). The end of others, and the expiry of a copy, are put on the agenda.

    Raises RestoreAlreadyInProgress, and NoSuchKey if the version has been deleted meanwhile.
    """
    present = versions.find(state, version.key, version.version_id)
    archive = None if present is None else restore.archive(present, now)
    if present is None or archive is None:
        raise S3Error("NoSuchKey", Key=version.key)
    old = present.restore
    if old is not None and old.ongoing(now):
        if days != old.days or FASTEST_FIRST.index(tier) >= FASTEST_FIRST.index(old.tier):
            raise S3Error("RestoreAlreadyInProgress")
        ready = min(old.ready, now + RETRIEVALS[archive][tier])
    elif restore.is_restored(present, now):
        ready = now
    else:
        ready = now + (timedelta() if instant else RETRIEVALS[archive][tier])
    made = Restore(tier, days, ready, None if days is None else midnight_after(ready, days))
    dues = []
    if ready > now:
        dues.append(Due(ready.timestamp(), "object restored", state.identity, version.key))
    if made.expiry is not None:
        dues.append(Due(made.expiry.timestamp(), "restored copy expired", state.identity, version.key))
    dues = [due._replace(data=(version.version_id, made)) for due in dues]
    return versions.replace(state, replace(present, restore=made), event)._replace(dues=tuple(dues))


def report(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Report the end of a retrieval, or the expiry of its copy, unless a later request has replaced the restore.

    The version does not change: readers compare the times.
    """
    version_id, made = due.data
    event = COMPLETED if due.work == "object restored" else EXPIRED
    _report(Bucket.of(cloud, due), due.key, version_id, made, event, cause)


def report_end(bucket: Bucket, version: Version, cause: Cause) -> None:
    """Report the end of the retrieval of a version that took no time."""
    if version.restore is not None:
        _report(bucket, version.key, version.version_id, version.restore, COMPLETED, cause)


def _report(bucket: Bucket, key: str, version_id: str, made: Restore, event: str, cause: Cause) -> None:
    def decide(state: BucketState) -> Change:
        present = versions.find(state, key, version_id)
        if present is None or present.restore != made:
            return Change(state)
        return Change(state, event, key, present)

    bucket.commit(decide, cause)
