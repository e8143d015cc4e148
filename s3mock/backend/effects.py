"""What follows from changes: at once, in the same assignment, and later, when work of the agenda is due.

An effect sees every change that may concern it, under the cloud's lock: it reads the bucket's configuration and returns
the store with what follows. So nothing has to be switched on, and a store that was loaded goes on as it was saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend import intelligent_tiering, lifecycle, notification, replication, restore
from s3mock.backend.reports import inventory, logging

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from s3mock.backend.agenda import Due, Work
    from s3mock.backend.bucket import BucketState, Change
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.store import Store

    Effect: TypeAlias = "Callable[[Cloud, Store, BucketState, Change, Cause], Store]"
    Do: TypeAlias = "Callable[[Cloud, Due, Cause], None]"

EFFECTS: tuple[Effect, ...] = (
    notification.keep_event,
    logging.keep_records,
    lifecycle.plan,
    replication.plan,
    inventory.plan,
    intelligent_tiering.plan,
)
"""Each takes the cloud (for its settings and clock), the store with the change in it, the bucket's state before, the
change and its cause."""

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
"""Who does each kind of work of the agenda. The work of a bucket that has been deleted is not done."""
