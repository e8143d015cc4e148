"""Everything that one S3 holds at a moment, as one immutable value."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from s3mock.backend import buckets
from s3mock.backend.access.identities import Identities, Principals
from s3mock.backend.access_points.by_name import AccessPoints
from s3mock.backend.agenda import Agenda
from s3mock.backend.keys import KeyIndex
from s3mock.backend.reports.pending_logs import PendingLogs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from s3mock.backend.agenda import Due
    from s3mock.backend.bucket_state import BucketState
    from s3mock.backend.notification.message import Event
    from s3mock.models.bucket import BucketIdentity


class Store(NamedTuple):
    """The state of one cloud. It is replaced in one assignment, by ``Cloud`` alone: compare stores with ``is``.

    ``buckets`` has the buckets by partition and name, ``agenda`` what S3 will do by itself, ``events`` the latest
    events in their order, ``sequence`` the number of the latest. ``logs`` has the access logs that are not delivered
    yet, ``keeps_logs`` whether a bucket was ever logged. ``access_points`` are other names of buckets. ``identities``
    and ``principals`` were added to those of the settings. ``clock_offset`` is how many seconds ahead the clock was
    when this store was taken as a snapshot, ``clock_frozen_at`` where it stood; of the store in use, the clock itself
    has them.
    """

    buckets: Mapping[tuple[str, str], BucketState] = MappingProxyType({})
    agenda: Agenda = Agenda()
    events: KeyIndex[Event] = KeyIndex()
    sequence: int = 0
    logs: PendingLogs = PendingLogs()
    keeps_logs: bool = False
    access_points: AccessPoints = AccessPoints()
    identities: Identities = Identities()
    principals: Principals = Principals()
    clock_offset: float = 0.0
    clock_frozen_at: float | None = None

    def with_bucket(self, state: BucketState) -> Store:
        """The store with a new state of a bucket, or with an additional bucket; every write does this."""
        return Store._make((buckets.with_bucket(self.buckets, state), *self[1:]))

    def without_bucket(self, bucket: BucketIdentity) -> Store:
        """The store without a bucket."""
        return self._replace(buckets=buckets.without_bucket(self.buckets, (bucket.partition, bucket.name)))

    def with_work(self, dues: Iterable[Due]) -> Store:
        """The store with more work on its agenda."""
        agenda = self.agenda.with_work(dues)
        return self if agenda is self.agenda else self._replace(agenda=agenda)

    def with_visit(self, due: Due) -> Store:
        """The store with work on its agenda that is done once, however often it is added."""
        agenda = self.agenda.with_visit(due)
        return self if agenda is self.agenda else self._replace(agenda=agenda)


EMPTY = Store()
