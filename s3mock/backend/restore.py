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

from s3mock.backend import cause, versions
from s3mock.backend.bucket import Change
from s3mock.errors import S3Error
from s3mock.models import restore
from s3mock.models.lifecycle import midnight_after
from s3mock.models.restore import FASTEST_FIRST, RETRIEVALS
from s3mock.models.version import Restore

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.bucket import Bucket, BucketState
    from s3mock.backend.cloud import Cloud
    from s3mock.models.version import Version

COMPLETED, EXPIRED = "ObjectRestore:Completed", "ObjectRestore:Delete"


def request(
    state: BucketState, version: Version, tier: str, days: int | None, *, now: datetime, instant: bool, event: str
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
    made = Restore(tier, days, ready, None if days is None else midnight_after(ready, days))
    return versions.replace(state, replace(present, restore=made), event)


def follow(cloud: Cloud, bucket: Bucket, change: Change) -> None:
    """Tell of the end of a retrieval that ``change`` began, and of the expiry of its copy, when they come.

    Nothing else happens then: who reads looks at the time. A restore that was asked for anew is another one.
    """
    version, previous, now = change.made, change.previous, cloud.clock.now()
    made = version.restore
    if made is None:
        return

    def tell(event: str) -> None:
        present = versions.find(bucket.state, version.key, version.version_id)
        if present is not None and present.restore == made and not bucket.state.deleted:
            cloud.events.tell(bucket, Change(bucket.state, event, version.key, present))

    if previous is None or not restore.is_restored(previous, now):
        if made.ready <= now:
            with cause.of(None):
                tell(COMPLETED)
        else:
            cloud.agenda.at(made.ready.timestamp(), lambda _: tell(COMPLETED))
    if made.expiry is not None:
        cloud.agenda.at(made.expiry.timestamp(), lambda _: tell(EXPIRED))
