"""What follows from changes: at once, in the same assignment, and later, when work of the agenda is due.

An effect sees every change that may concern it, under the cloud's lock, and reads the bucket's configuration. So
nothing has to be switched on, and a store that was loaded continues as the saved one would have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend import intelligent_tiering, lifecycle, notification, replication, restore
from s3mock.backend.reports import inventory, logging

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from s3mock.backend.agenda import Due, Work
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store

    Effect: TypeAlias = "Callable[[Store, Commit], Store]"
    Do: TypeAlias = "Callable[[Cloud, Due, Cause], None]"

EFFECTS: tuple[Effect, ...] = (
    notification.keep_event,
    logging.keep_records,
    lifecycle.plan,
    replication.plan,
    inventory.plan,
    intelligent_tiering.plan,
)
"""Each takes the store with the change in it, and returns it with what follows; messages go to the cause's outbox."""

WORK: Mapping[Work, Do] = {
    "lifecycle": lifecycle.run,
    "replicate": replication.replicate,
    "report replication delay": replication.report_delay,
    "object restored": restore.report,
    "restored copy expired": restore.report,
    "deliver inventory": inventory.run,
    "move to archive tiers": intelligent_tiering.run,
    "deliver logs": logging.run,
}
"""The function for each kind of work on the agenda. The work of a deleted bucket is not done."""

SCHEDULES: Mapping[Work, Callable[[Due, float], float]] = {
    "deliver inventory": inventory.following,
    "move to archive tiers": intelligent_tiering.following,
}
"""The work that is done again and again: the first time that it is due after another one."""


def set_back(store: Store, now: float) -> Store:
    """The store after its clock was set back to ``now``: schedules do not wait until the time when it was."""
    late = [
        due._replace(when=SCHEDULES[due.work](due, now))
        for _, due in store.agenda.entries.scan()
        if due.work in SCHEDULES and due.when > SCHEDULES[due.work](due, now)
    ]
    if not late:
        return store
    agenda = store.agenda.without(lambda due: due.work in SCHEDULES and due.when > SCHEDULES[due.work](due, now))
    return store._replace(agenda=agenda.with_work(late))
