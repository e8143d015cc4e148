"""S3 Intelligent-Tiering: objects that are not read move to the archive tiers.

Objects are moved at midnight (UTC; assumed). They keep their versions, times and ETags.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from s3mock.backend import schedules, versions
from s3mock.backend.bucket import Bucket
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.clock import EPOCH

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.agenda import Due
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.models.intelligent_tiering import IntelligentTiering
    from s3mock.models.version import Version

EVENT = "IntelligentTiering"


def plan(store: Store, commit: Commit) -> Store:
    """Put the first midnight of a new configuration on the agenda."""
    when = schedules.next_midnight(commit.now)
    return schedules.scheduled(store, commit, "intelligent_tiering", "move to archive tiers", when)


def run(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Move all versions that are due, including noncurrent ones, if the bucket still has the configuration."""
    bucket = Bucket.of(cloud, due)
    if not schedules.is_there(bucket.state, due, "intelligent_tiering"):
        return
    configuration, now = cast("IntelligentTiering", due.data), EPOCH + timedelta(seconds=due.when)

    def move(state: BucketState, *, version: Version) -> Change:
        present = versions.find(state, version.key, version.version_id)
        tier = None if present is None else configuration.tier(present, now)
        if present is None or tier is None:
            return Change(state)  # deleted or read meanwhile
        return versions.replace(state, replace(present, archive_status=tier, restore=None), EVENT)

    for _, stack in bucket.state.keys.scan():
        for version in stack:
            if configuration.tier(version, now) is not None:
                bucket.commit(partial(move, version=version), cause)
    schedules.again(cloud, due, following)


def following(_due: Due, when: float) -> float:
    """The first midnight after ``when``, at which the configuration applies again."""
    return schedules.next_midnight(when)


def read(state: BucketState, version: Version, now: datetime) -> Change:
    """Set the time of the last access of a version that is read now; this has no event."""
    present = versions.find(state, version.key, version.version_id)
    if present is None:
        return Change(state)
    return Change(versions.replace(state, replace(present, last_access=now)).state)
