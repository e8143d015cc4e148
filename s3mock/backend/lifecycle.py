"""The actions of a bucket's lifecycle rules on its versions and uploads, and their times.

| on                                   | counted from                  | action                                        |
|--------------------------------------|-------------------------------|-----------------------------------------------|
| the current version                  | its Last-Modified             | deleted, or hidden by a delete marker         |
| a delete marker that is alone        | its Last-Modified             | deleted, by Days or ExpiredObjectDeleteMarker |
| a delete marker above other versions |                               | none                                          |
| a noncurrent version, or marker      | its successor's Last-Modified | deleted, unless it is locked for longer       |
| any version but a delete marker      | as above                      | moved to another storage class                |
| an upload in progress                | its initiation                | aborted                                       |

Of several actions that are due on one version, a permanent deletion precedes a transition, and a transition precedes a
delete marker (User Guide, "How Amazon S3 handles conflicts in lifecycle configurations"); that the marker is made at
the same midnight, on top of the moved version, is assumed. So is that a version whose successor was deleted counts from
the next one.

No bucket is scanned every day: each change puts a visit of its key on the agenda, for a midnight in the future, unless
it is there. It looks only at the versions that it may have made due earlier: the others have visits of their own, and
each visit plans the next one of all versions of its key. Actions that were due earlier (since the rules, a tag or the
end of a retention came later) are done at the next midnight.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from s3mock.backend import multipart, series, versions
from s3mock.backend.agenda import Due
from s3mock.backend.bucket import Bucket
from s3mock.backend.bucket_state import Change
from s3mock.clock import EPOCH
from s3mock.models.expiry import midnight_after
from s3mock.models.lifecycle import PREFERENCE, Lifecycle, Rule, Timing, reachable
from s3mock.models.object_lock import ON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from typing import TypeAlias

    from s3mock.backend.bucket_state import BucketState
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.models.account import Account
    from s3mock.models.version import Version

    Stack: TypeAlias = Sequence[Version]
    Moments: TypeAlias = list[tuple[datetime, str]]

EXPIRED = "LifecycleExpiration"
DELETED = f"{EXPIRED}:Delete"
HIDDEN = f"{EXPIRED}:DeleteMarkerCreated"
MOVED = "LifecycleTransition"
EVENTS = frozenset({DELETED, HIDDEN, MOVED})
NOT_YET = frozenset({"PENDING", "FAILED"})
"""The replication statuses of versions that lifecycle rules leave alone (User Guide, "How S3 Lifecycle interacts with
other bucket configurations")."""
PRECEDENCE = (DELETED, MOVED, HIDDEN)


class Action(NamedTuple):
    """An action of a rule on a version: its event and time, and the storage class that a transition leads to."""

    due: datetime
    event: str
    version: Version
    storage_class: str = ""

    @property
    def rank(self) -> tuple[int, int]:
        """The sort key of the actions on one version that are due: the first one is done."""
        preference = PREFERENCE.index(self.storage_class) if self.storage_class else 0
        return PRECEDENCE.index(self.event), preference


def actions(lifecycle: Lifecycle, stack: Stack, place: int, *, versioned: bool) -> Iterator[Action]:
    """Yield the actions of the rules about a key on the version at ``place`` of its versions, unless it changes."""
    version = stack[place]
    if version.replication is not None and version.replication.status in NOT_YET:
        return
    moves: list[Action] = []
    for rule in lifecycle.rules:
        if not rule.filter.matches(version):
            continue
        if place == 0:
            # The only delete marker of a key expires at once by ExpiredObjectDeleteMarker; above others it stays.
            expiration = rule.expiration
            if version.delete_marker and rule.expired_object_delete_marker:
                expiration = Timing()
            if expiration is not None and (not version.delete_marker or len(stack) == 1):
                event = HIDDEN if versioned and not version.delete_marker else DELETED
                yield Action(expiration.due(version.last_modified), event, version)
            newer, since, transitions = 0, version.last_modified, rule.transitions
        else:
            newer, since, transitions = place - 1, stack[place - 1].last_modified, rule.noncurrent_transitions
            yield from _of_noncurrent(rule, version, newer, since)
        moves += [
            Action(transition.timing.due(since), MOVED, version, transition.storage_class)
            for transition in transitions
            if newer >= transition.newer_noncurrent_versions
            and transition.moves(version, lifecycle.minimum, rule.filter)
        ]
    if version.delete_marker:
        return
    # A move that was done because it was preferred to another has ruled the other one out.
    done = [move for move in moves if move.storage_class == version.storage_class]
    for move in moves:
        ruled_out = any(other.rank < move.rank and other.due >= move.due for other in done)
        if reachable(version.storage_class, move.storage_class) and not ruled_out:
            yield move


def _of_noncurrent(rule: Rule, version: Version, newer: int, since: datetime) -> Iterator[Action]:
    """Yield the deletion of a noncurrent version with ``newer`` noncurrent ones above it, noncurrent ``since`` then."""
    expiration = rule.noncurrent_expiration
    if expiration is None or newer < expiration.newer_noncurrent_versions:
        return
    due = expiration.timing.due(since)
    if version.lock is not None:
        retention = version.lock.retention
        if version.lock.legal_hold == ON or (retention is not None and retention.event_hold == ON):
            return  # no end of the lock is known
        if retention is not None:
            due = max(due, midnight_after(retention.date))
    yield Action(due, DELETED, version)


def upcoming(state: BucketState, key: str) -> tuple[Moments, Moments]:
    """The times of the next actions on the versions of ``key``, with the versions' ids, and the same of its uploads.

    The oldest come first.
    """
    lifecycle = state.configuration.lifecycle
    if lifecycle is None:
        return [], []
    lifecycle, stack = lifecycle.about(key), tuple(state.keys.get(key) or ())
    of_versions = _of_places(state, lifecycle, stack, reversed(range(len(stack))))
    aborts = ((lifecycle.abort_date(upload), upload.upload_id) for upload in state.uploads.get(key) or ())
    return of_versions, [(abort[0], upload_id) for abort, upload_id in aborts if abort is not None]


def _of_places(state: BucketState, lifecycle: Lifecycle, stack: Stack, places: Iterable[int]) -> Moments:
    versioned = state.configuration.versioning is not None
    moments = []
    for place in places:
        moment = min((each.due for each in actions(lifecycle, stack, place, versioned=versioned)), default=None)
        if moment is not None:
            moments.append((moment, stack[place].version_id))
    return moments


def act(state: BucketState, key: str, version_id: str, now: datetime, owner: Account) -> Change:
    """The change by one action on a version that is due by ``now``; nothing changes where none is.

    ``owner`` is the owner of a delete marker.
    """
    lifecycle, stack = state.configuration.lifecycle, state.keys.get(key) or ()
    place = series.place(stack, version_id, attrgetter("version_id"))
    if lifecycle is None or place is None:
        return Change(state)
    versioned = state.configuration.versioning is not None
    due = [action for action in actions(lifecycle.about(key), stack, place, versioned=versioned) if action.due <= now]
    if not due:
        return Change(state)
    action = min(due, key=lambda action: action.rank)
    if action.event == MOVED:
        # The archive tier and the restored copy do not move along; INTELLIGENT_TIERING counts the days without an
        # access from now on (both assumed).
        moved = replace(action.version, storage_class=action.storage_class, archive_status=None, restore=None)
        return versions.replace(state, replace(moved, last_access=now), MOVED)
    return versions.delete(
        state, key, version_id if action.event == DELETED else None, owner=owner, now=now, event=EXPIRED
    )


def abort(state: BucketState, key: str, upload_id: str, now: datetime) -> Change:
    """The change that aborts an upload which is due to be by ``now``; nothing changes otherwise."""
    lifecycle = state.configuration.lifecycle
    upload = series.find(state.uploads.get(key) or (), upload_id, attrgetter("upload_id"))
    date = None if lifecycle is None or upload is None else lifecycle.abort_date(upload)
    if date is not None and date[0] <= now:
        return multipart.abort(state, key, upload_id)
    return Change(state)


def plan(store: Store, commit: Commit) -> Store:
    """Put the key of a change on the agenda, or the whole bucket if the rules have changed."""
    change, due = commit.change, commit.cause.due
    state, key = change.state, change.key
    lifecycle = state.configuration.lifecycle
    if lifecycle is None:
        return store
    earliest = midnight_after(EPOCH + timedelta(seconds=int(commit.now) if due is None else due))
    if "lifecycle" in change.configured:
        if not state.keys and not state.uploads:
            return store
        return store.with_visit(Due(earliest.timestamp(), "lifecycle", state.identity))
    if key is None or change.event in EVENTS:
        return store
    lifecycle, stack = lifecycle.about(key), state.keys.get(key) or ()
    moments = [moment for moment, _ in _of_places(state, lifecycle, stack, _affected(lifecycle, commit, stack))]
    abort = None if change.upload is None else lifecycle.abort_date(change.upload)
    if abort is not None:
        moments.append(abort[0])
    if not moments:
        return store
    midnight = max(min(moments), earliest)
    return store.with_visit(Due(midnight.timestamp(), "lifecycle", state.identity, key))


def _affected(lifecycle: Lifecycle, commit: Commit, stack: Stack) -> list[int]:
    """The places in a key's stack of the versions that a change may have made due earlier. The others stay planned."""
    places = {0}  # it may have become the current one, or be the only one that is left
    for rule in lifecycle.rules:
        # The version at this place has just as many newer noncurrent ones as the rule keeps.
        places.update(move.newer_noncurrent_versions + 1 for move in rule.noncurrent_transitions)
        if rule.noncurrent_expiration is not None:
            places.add(rule.noncurrent_expiration.newer_noncurrent_versions + 1)
    version = commit.change.version
    place = None if version is None else series.place(stack, version.version_id, attrgetter("version_id"))
    if place is not None:
        places.update((place, place + 1))  # the version itself, and the one whose successor it has become
    return sorted(place for place in places if place < len(stack))


def run(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Apply the rules at a midnight to a key, to the keys in ``data``, or to the whole bucket; and plan their next."""
    bucket, now = Bucket.of(cloud, due), EPOCH + timedelta(seconds=due.when)
    state = bucket.state
    keys = due.data or ((due.key,) if due.key else {**dict.fromkeys(state.keys), **dict.fromkeys(state.uploads)})
    visits: dict[datetime, list[str]] = {}
    for key in keys:
        moment = _apply(bucket, key, now, cause)
        if moment is not None:
            visits.setdefault(max(moment, midnight_after(now)), []).append(key)

    def planned(store: Store) -> Store:
        for midnight, each in visits.items():
            again = due._replace(when=midnight.timestamp(), data=None if due.key else tuple(each))
            store = store.with_visit(again) if due.key else store.with_work((again,))
        return store

    cloud.update(planned)


def _apply(bucket: Bucket, key: str, now: datetime, cause: Cause) -> datetime | None:
    """Do everything that is due on the versions and uploads of a key; the time of what is next, None without any."""
    while True:
        of_versions, of_uploads = upcoming(bucket.state, key)
        changes = []
        for moment, version_id in of_versions:
            if moment <= now:
                decide = partial(act, key=key, version_id=version_id, now=now, owner=bucket.account)
                changes.append(bucket.commit(decide, cause))
                while changes[-1].event == MOVED:  # it may be due to move on
                    changes.append(bucket.commit(decide, cause))
        for moment, upload_id in of_uploads:
            if moment <= now:
                changes.append(bucket.commit(partial(abort, key=key, upload_id=upload_id, now=now), cause))
        # An action may make others due, such as a delete marker an old version below it.
        if not any(change.event is not None or change.upload is not None for change in changes):
            return min((moment for moment, _ in (*of_versions, *of_uploads)), default=None)
