"""What S3 Intelligent-Tiering does by itself: it moves what nobody reads to the archive tiers, and remembers reads.

It looks at every midnight (UTC; assumed). Moved objects keep their versions, times and ETags.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from s3mock.backend import listed_configurations, versions
from s3mock.backend.bucket import BucketState, Change
from s3mock.backend.clock import EPOCH

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.models.intelligent_tiering import IntelligentTiering
    from s3mock.models.version import Version

EVENT = "IntelligentTiering"


def watch(cloud: Cloud, bucket: Bucket, configuration: IntelligentTiering) -> None:
    """Move the bucket's objects to the tiers of a configuration as time passes, for as long as it is there."""

    def work(when: float) -> None:
        move_all(bucket, configuration, EPOCH + timedelta(seconds=when))

    listed_configurations.while_there(
        cloud,
        bucket,
        "intelligent_tiering",
        configuration,
        first=listed_configurations.next_midnight(cloud.clock.timestamp()),
        after=listed_configurations.next_midnight,
        work=work,
    )


def move_all(bucket: Bucket, configuration: IntelligentTiering, now: datetime) -> None:
    """Move every version whose time has come, noncurrent ones too."""
    for _, stack in bucket.state.keys.scan():
        for version in stack:
            if configuration.tier(version, now) is not None:
                bucket.commit(partial(_move, version=version, configuration=configuration, now=now))


def _move(state: BucketState, *, version: Version, configuration: IntelligentTiering, now: datetime) -> Change:
    present = versions.find(state, version.key, version.version_id)
    tier = None if present is None else configuration.tier(present, now)
    if present is None or tier is None:
        return Change(state)
    return versions.replace(state, replace(present, archive_status=tier, restore=None), EVENT)


def read(state: BucketState, version: Version, now: datetime) -> Change:
    """Remember that a version is read now; nobody is told of a change."""
    present = versions.find(state, version.key, version.version_id)
    if present is None:
        return Change(state)
    return Change(versions.replace(state, replace(present, last_access=now)).state)
