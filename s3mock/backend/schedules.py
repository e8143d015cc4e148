"""Work that S3 does again and again for a configuration of a bucket: inventory reports, and moves to archive tiers."""

from __future__ import annotations

import warnings
from datetime import timedelta
from typing import TYPE_CHECKING

from s3mock.backend.agenda import Due
from s3mock.clock import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3mock.backend.agenda import Work
    from s3mock.backend.bucket_state import BucketState
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.models.configuration import ListedTopic
    from s3mock.models.listed_configuration import ListedConfiguration

DAY = 86400.0
MOST_DAYS = 1000
"""The days that a schedule catches up with when the clock is moved: the latest ones."""


class ScheduleWarning(RuntimeWarning):
    """The clock was moved so far that a schedule has left out some of its days."""


def scheduled(store: Store, commit: Commit, topic: ListedTopic, work: Work, when: float) -> Store:
    """The store with the first ``work`` for each configuration of a topic that a change has put, due at ``when``.

    What was on the agenda for another configuration with the same id is dropped.
    """
    change = commit.change
    if topic not in change.configured:
        return store
    old, identity = commit.before.configuration.listed(topic), change.state.identity
    new = {name: each for name, each in change.state.configuration.listed(topic).items() if old.get(name) is not each}

    def is_replaced(due: Due) -> bool:
        return due.work == work and due.bucket == identity and due.data.document["Id"] in new

    agenda = store.agenda.without(is_replaced)
    return store._replace(agenda=agenda.with_work(Due(when, work, identity, data=each) for each in new.values()))


def is_there(state: BucketState, due: Due, topic: ListedTopic) -> bool:
    """Whether the bucket still has the configuration that work of the agenda is for."""
    configuration: ListedConfiguration = due.data
    return state.configuration.listed(topic).get(configuration.document["Id"]) == configuration


def again(cloud: Cloud, due: Due, following: Callable[[Due, float], float]) -> None:
    """Put the next run of a schedule on the agenda; ``following`` is its first time after another one.

    Issues a ScheduleWarning if it leaves out some runs, since more than MOST_DAYS have passed.
    """
    when, earliest = following(due, due.when), cloud.clock.timestamp() - MOST_DAYS * DAY
    again = due._replace(when=max(when, following(due, earliest)))
    cloud.update(lambda store: store.with_work((again,)))
    if again.when > when:
        left_out, bucket = (again.when - when) / DAY, "" if due.bucket is None else due.bucket.name
        warnings.warn(
            f"The clock was moved so far that the schedule {due.data.document['Id']!r} of the bucket {bucket} "
            f"({due.work}) leaves out {left_out:.0f} days, and goes on at {EPOCH + timedelta(seconds=again.when)}: it "
            f"catches up with at most {MOST_DAYS} days. Move the clock in smaller steps to have them all.",
            ScheduleWarning,
            stacklevel=2,
        )


def next_midnight(when: float) -> float:
    """The first midnight (UTC) after ``when``."""
    return (when // DAY + 1) * DAY
