"""What a bucket's lifecycle rules do to its versions and uploads, and when.

| what                                 | it counts from                | what is done                                  |
|--------------------------------------|-------------------------------|-----------------------------------------------|
| the current version                  | its Last-Modified             | deleted, or hidden by a delete marker         |
| a delete marker that hides nothing   | its Last-Modified             | deleted, by Days or ExpiredObjectDeleteMarker |
| a delete marker that hides something |                               | nothing                                       |
| a noncurrent version, a marker too   | its successor's Last-Modified | deleted, unless it is locked for longer       |
| either, but for markers              | as above                      | moved to another storage class                |
| an upload in progress                | its initiation                | aborted                                       |

Of what is due at once for one version, a permanent deletion goes before a transition, and a transition before a delete
marker (User Guide, "How Amazon S3 handles conflicts in lifecycle configurations"); that the marker is made at the same
midnight, on top of what was moved, is assumed. So is that a version whose successor was deleted counts from the next.

Nobody asks a bucket every day: each change puts what it makes due on the agenda, for a midnight that is still to come.
What was due earlier (the rules, a tag or the end of a retention came later) is done at the next midnight.
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
from s3mock.backend.clock import EPOCH
from s3mock.models.lifecycle import PREFERENCE, Lifecycle, Rule, Timing, midnight_after, reachable
from s3mock.models.object_lock import ON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import TypeAlias

    from s3mock.backend.bucket_state import BucketState
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.models.account import Account
    from s3mock.models.object_lock import ObjectLock
    from s3mock.models.version import Version

    Stack: TypeAlias = tuple[Version, ...]

EXPIRED = "LifecycleExpiration"
DELETED = f"{EXPIRED}:Delete"
HIDDEN = f"{EXPIRED}:DeleteMarkerCreated"
MOVED = "LifecycleTransition"
EVENTS = frozenset({DELETED, HIDDEN, MOVED})
NOT_YET = frozenset({"PENDING", "FAILED"})
"""States of its replication in which nothing is done to a version (User Guide, "How S3 Lifecycle interacts with other
bucket configurations")."""
PRECEDENCE = (DELETED, MOVED, HIDDEN)


class Action(NamedTuple):
    """Something that a rule does to a version, and when: ``event`` says what, ``storage_class`` where it is moved."""

    due: datetime
    event: str
    version: Version
    storage_class: str = ""

    @property
    def rank(self) -> tuple[int, int]:
        """What comes first of several actions on one version that are due."""
        preference = PREFERENCE.index(self.storage_class) if self.storage_class else 0
        return PRECEDENCE.index(self.event), preference


def actions(lifecycle: Lifecycle, stack: Stack, place: int, *, versioned: bool) -> Iterator[Action]:
    """Yield what the rules about a key will do to the version at ``place`` of its versions, unless it changes."""
    version = stack[place]
    if version.replication is not None and version.replication.status in NOT_YET:
        return
    moves: list[Action] = []
    for rule in lifecycle.rules:
        if not rule.filter.matches(version):
            continue
        if place == 0:
            yield from _of_current(rule, version, alone=len(stack) == 1, versioned=versioned)
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
    if not version.delete_marker:
        yield from _possible(moves, version.storage_class)


def _possible(moves: list[Action], storage_class: str) -> Iterator[Action]:
    """Yield the moves that can be made from ``storage_class``.

    Where a move has led there that was preferred to another, the other one has been decided against.
    """
    here = [move for move in moves if move.storage_class == storage_class]
    for move in moves:
        overruled = any(other.rank < move.rank and other.due >= move.due for other in here)
        if reachable(storage_class, move.storage_class) and not overruled:
            yield move


def _of_current(rule: Rule, version: Version, *, alone: bool, versioned: bool) -> Iterator[Action]:
    expiration = rule.expiration
    if not version.delete_marker:
        if expiration is not None:
            yield Action(expiration.due(version.last_modified), HIDDEN if versioned else DELETED, version)
    elif alone:
        if rule.expired_object_delete_marker:
            expiration = Timing()
        if expiration is not None:
            yield Action(expiration.due(version.last_modified), DELETED, version)


def _of_noncurrent(rule: Rule, version: Version, newer: int, since: datetime) -> Iterator[Action]:
    expiration = rule.noncurrent_expiration
    if expiration is None or newer < expiration.newer_noncurrent_versions:
        return
    due = expiration.timing.due(since)
    if version.lock is not None:
        unlocked = _unlocked(version.lock)
        if unlocked is None:
            return
        due = max(due, unlocked)
    yield Action(due, DELETED, version)


def _unlocked(lock: ObjectLock) -> datetime | None:
    """The first midnight at which a lock allows a version to be deleted; None while no end of the lock is known."""
    retention = lock.retention
    if lock.legal_hold == ON or (retention is not None and retention.event_hold == ON):
        return None
    return EPOCH if retention is None else midnight_after(retention.date)


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
    """The change of one action on ``key`` that is due by ``now``: the oldest versions come first, uploads last.

    Nothing changes where nothing is due. ``owner`` will own a delete marker.
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
            # The archive's tier or restored copy does not move to the other class; INTELLIGENT_TIERING counts the days
            # without an access from now on (both assumed).
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
    """Put the key of a change on the agenda, or all keys where the rules have changed."""
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

    A key that no rule applied to has changed since it was put on the agenda, and was put there again by that change.
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
