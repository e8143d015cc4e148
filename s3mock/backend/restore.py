"""What a request to restore does to a version.

| the version is              | a request                                                    | answered              |
|-----------------------------|--------------------------------------------------------------|-----------------------|
| archived, or expired again  | begins a retrieval                                           | 202                   |
| being retrieved             | for the same days with a faster tier speeds it up            | 202                   |
|                             | of any other kind is refused                                 | 409                   |
| restored                    | sets the days, from now on                                   | 200                   |

(API page of RestoreObject; User Guide, "Upgrading the speed of an in-progress restore". That the faster one is a 202,
too, is assumed.)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.errors import S3Error
from s3mock.models import midnights, restore
from s3mock.models.restore import FASTEST_FIRST, RETRIEVALS, Restore

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.bucket import BucketState, Change
    from s3mock.models.version import Version

EVENT = "ObjectRestore:Post"


def request(
    state: BucketState, version: Version, tier: str, days: int | None, *, now: datetime, instant: bool
) -> Change:
    """Restore a version in an archive; ``days`` is None in the tiers of INTELLIGENT_TIERING.

    The change's ``previous`` is the version as it was. ``instant`` retrievals take no time.

    Raises RestoreAlreadyInProgress, and NoSuchKey where the version has gone in the meantime.
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
    made = Restore(tier, days, ready, None if days is None else midnights.after(ready, days))
    return versions.replace(state, replace(present, restore=made), EVENT)
