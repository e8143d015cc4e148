"""What S3 Intelligent-Tiering does by itself: it moves what nobody reads to the archive tiers, and remembers reads.

It looks at every midnight (UTC; assumed). Moved objects keep their versions, times and ETags.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from s3mock.backend import listed_configurations, versions
from s3mock.backend.agenda import Due
from s3mock.backend.bucket import Bucket
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.backend.clock import EPOCH

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.models.intelligent_tiering import IntelligentTiering
    from s3mock.models.version import Version

EVENT = "IntelligentTiering"


def plan(store: Store, commit: Commit) -> Store:
    """Put the first midnight of a new configuration on the agenda."""
    when = listed_configurations.next_midnight(commit.now)
    configurations = listed_configurations.new(commit.before, commit.change, "intelligent_tiering")
    identity = commit.change.state.identity
    return store.with_work(Due(when, "move to archive tiers", identity, data=each) for each in configurations)


def run(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Move every version whose time has come, noncurrent ones too, for as long as the bucket has the configuration."""
    bucket = Bucket.of(cloud, due)
    if not listed_configurations.is_there(bucket.state, due, "intelligent_tiering"):
        return
    configuration, now = cast("IntelligentTiering", due.data), EPOCH + timedelta(seconds=due.when)
    for _, stack in bucket.state.keys.scan():
        for version in stack:
            if configuration.tier(version, now) is not None:
                bucket.commit(partial(_move, version=version, configuration=configuration, now=now), cause)
    again = due._replace(when=listed_configurations.next_midnight(due.when))
    cloud.update(lambda store: store.with_work((again,)))


def _move(state: BucketState, *, version: Version, configuration: IntelligentTiering, now: datetime) -> Change:
    present = versions.find(state, version.key, version.version_id)
    tier = None if present is None else configuration.tier(present, now)
    if present is None or tier is None:
        return Change(state)
    return versions.replace(state, replace(present, archive_status=tier, restore=None), EVENT)


def read(state: BucketState, version: Version, now: datetime) -> Change:
    """Note that a version is read now; there is no event for that."""
    present = versions.find(state, version.key, version.version_id)
    if present is None:
        return Change(state)
    return Change(versions.replace(state, replace(present, last_access=now)).state)
