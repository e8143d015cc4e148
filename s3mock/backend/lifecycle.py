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

No bucket is scanned every day: each change puts the actions on its key on the agenda, for a midnight in the future.
Those that were due earlier (since the rules, a tag or the end of a retention came later) are done at the next midnight.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from s3mock.backend import multipart, versions
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


def next_due(state: BucketState, key: str) -> datetime | None:
    """The time of the next action on the versions or uploads of ``key``; None for never."""
    lifecycle = state.configuration.lifecycle
    if lifecycle is None:
        return None
    lifecycle = lifecycle.about(key)
    stack, versioned = state.keys.get(key) or (), state.configuration.versioning is not None
    moments = [
        action.due for place in range(len(stack)) for action in actions(lifecycle, stack, place, versioned=versioned)
    ]
    aborts = (lifecycle.abort_date(upload) for upload in state.uploads.get(key) or ())
    moments += [abort[0] for abort in aborts if abort is not None]
    return min(moments, default=None)


def step(state: BucketState, key: str, now: datetime, owner: Account) -> Change:
    """The change by one action on ``key`` that is due by ``now``: the oldest versions come first, uploads last.

    Nothing changes where nothing is due. ``owner`` is the owner of a delete marker.
    """
    lifecycle = state.configuration.lifecycle
    if lifecycle is None:
        return Change(state)
    lifecycle = lifecycle.about(key)
    stack, versioned = state.keys.get(key) or (), state.configuration.versioning is not None
    for place in reversed(range(len(stack))):
        due = [action for action in actions(lifecycle, stack, place, versioned=versioned) if action.due <= now]
        if not due:
            continue
        action = min(due, key=lambda action: action.rank)
        version = action.version
        if action.event == MOVED:
            # The archive tier and the restored copy do not move along; INTELLIGENT_TIERING counts the days without an
            # access from now on (both assumed).
            moved = replace(version, storage_class=action.storage_class, archive_status=None, restore=None)
            return versions.replace(state, replace(moved, last_access=now), MOVED)
        version_id = version.version_id if action.event == DELETED else None
        return versions.delete(state, key, version_id, owner=owner, now=now, event=EXPIRED)
    for upload in state.uploads.get(key) or ():
        abort = lifecycle.abort_date(upload)
        if abort is not None and abort[0] <= now:
            return multipart.abort(state, key, upload.upload_id)
    return Change(state)


def plan(store: Store, commit: Commit) -> Store:
    """Put the key of a change on the agenda, or all keys if the rules have changed."""
    change, due = commit.change, commit.cause.due
    state = change.state
    if state.configuration.lifecycle is None:
        return store
    now = int(commit.now) if due is None else due
    if "lifecycle" in change.configured:
        keys = {**dict.fromkeys(state.keys), **dict.fromkeys(state.uploads)}
        return store.with_work(_visits(state, keys, now))
    if change.key is not None and change.event not in EVENTS:
        return store.with_work(_visits(state, (change.key,), now))
    return store


def _visits(state: BucketState, keys: Iterable[str], now: float) -> Iterator[Due]:
    """Work at the midnights when the keys are due: all later than ``now``, in seconds since 1970."""
    earliest = midnight_after(EPOCH + timedelta(seconds=now))
    by_midnight: dict[datetime, list[str]] = {}
    for key in keys:
        due = next_due(state, key)
        if due is not None:
            by_midnight.setdefault(max(due, earliest), []).append(key)
    for midnight, due_keys in by_midnight.items():
        yield Due(midnight.timestamp(), "lifecycle", state.identity, data=tuple(due_keys))


def run(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Apply the rules to some keys at a midnight, and put those that changed on the agenda again.

    If no rule applies to a key any more, another change has put it on the agenda again.
    """
    bucket, now = Bucket.of(cloud, due), EPOCH + timedelta(seconds=due.when)
    changed = []
    for key in due.data:
        before = bucket.state
        while True:
            change = bucket.commit(partial(step, key=key, now=now, owner=bucket.account), cause)
            if change.event is None and change.upload is None:
                break
        if bucket.state is not before:
            changed.append(key)
    visits = tuple(_visits(bucket.state, changed, due.when))
    cloud.update(lambda store: store.with_work(visits))
