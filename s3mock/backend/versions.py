"""Changes of the versions of a key: everything that affects a key's stack is here.

| versioning | a put                                      | a delete without a version id                      |
|------------|--------------------------------------------|----------------------------------------------------|
| never set  | the new null version replaces the stack    | the stack goes                                     |
| Enabled    | a version with a new id on top             | a delete marker with a new id on top               |
| Suspended  | the null version goes from wherever it is, | the null version goes from wherever it is,         |
|            | the new null version is on top             | a null delete marker is on top                     |

(aws_recorded: test_put_object_on_suspended_bucket, test_delete_object_on_suspended_bucket,
test_delete_object_versioned.)

A delete with a version id removes that version or delete marker for good, with any versioning; the key goes with
its last version. Removing a missing version succeeds and changes nothing. "null" is a version id like any other.

The functions are pure: they take a state and return a change, for ``Bucket.commit``.
"""

from __future__ import annotations

from dataclasses import replace as replaced
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING

from s3mock.backend import ids, series
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.models.object_lock import Configuration, ObjectLock, check_deletable
from s3mock.models.version import NULL, PENDING, Version, is_modified

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from s3mock.models.account import Account
    from s3mock.models.conditions import Condition

_id = attrgetter("version_id")


def latest(state: BucketState, key: str) -> Version | None:
    """The latest version of ``key``, which may be a delete marker; None for a missing key.

    The order of the stack counts, never Last-Modified: the clock may run backwards.
    """
    stack = state.keys.get(key)
    return stack[0] if stack else None


def find(state: BucketState, key: str, version_id: str) -> Version | None:
    """The version or delete marker of ``key`` with this id, or None."""
    return series.find(state.keys.get(key) or (), version_id, _id)


def put(
    state: BucketState, version: Version, condition: Condition | None = None, event: str = "ObjectCreated:Put"
) -> Change:
    """Make ``version`` the latest of its key, under the version id that the bucket's versioning gives it.

    Raises what ``condition`` raises if it does not hold for the latest version.
    """
    stack = state.keys.get(version.key) or ()
    previous = stack[0] if stack else None
    if condition is not None:
        condition.check_write(previous, version.key)
    return _push(state, stack, version, event)


def delete(
    state: BucketState,
    key: str,
    version_id: str | None = None,
    condition: Condition | None = None,
    *,
    owner: Account,
    now: datetime,
    bypass: bool = False,
    event: str = "ObjectRemoved",
) -> Change:
    """Delete ``key``, or one of its versions; ``owner`` and ``now`` are those of the delete marker, if there is one.

    The change's ``version`` is the new delete marker, or the version that was removed: None if there was none.
    A condition is about the latest version, even if another is to be deleted (S3's page "Conditional deletes").
    ``bypass`` allows deleting versions that are locked in governance mode. ``event`` is the first half of the change's
    event.

    Raises what ``condition`` raises if it does not hold, and AccessDenied for a locked version; a delete marker may
    always be made.
    """
    stack = state.keys.get(key) or ()
    if condition is not None:
        condition.check_write(stack[0] if stack else None, key)
    if version_id is not None:
        version = series.find(stack, version_id, _id)
        if version is not None and version.lock is not None:
            check_deletable(version.lock, now, bypass=bypass)
        return _remove(state, key, stack, version_id, f"{event}:Delete")
    if state.configuration.versioning is None:
        return _remove(state, key, stack, NULL, f"{event}:Delete")
    marker = Version(key=key, last_modified=now, owner=owner)
    return _push(state, stack, marker, f"{event}:DeleteMarkerCreated")


def replace(state: BucketState, version: Version, event: str | None = None) -> Change:
    """Replace the version with the same key and version id, at the same place in the stack.

    This changes a version's ACL, tags or retention. If the version has been deleted meanwhile, nothing changes.
    """
    configuration = state.configuration.replication
    if configuration is not None and version.replication is not None:
        present = find(state, version.key, version.version_id)
        replication = None if present is None or not is_modified(present, version) else present.replication
        # Changes of metadata are replicated where a rule matches.
        if present is not None and replication is not None and configuration.rules_for_changes_of(present):
            version = replaced(version, replication=replication.begun())
    return swap(state, version, event)


def swap(state: BucketState, version: Version, event: str | None = None) -> Change:
    """Replace a version as ``replace`` does, but without replicating the change."""
    stack = state.keys.get(version.key) or ()
    place = series.place(stack, version.version_id, _id)
    if place is None:
        return Change(state, None, version.key)
    changed = series.replaced(stack, place, version, _id)
    return Change(state.with_keys(state.keys.set(version.key, changed)), event, version.key, version, stack[place])


def insert(state: BucketState, version: Version, event: str) -> Change:
    """Put a replica, which keeps its version id, into the stack of its key.

    Versions are ordered by their creation, here or in the bucket that they come from (assumed): so a late replica does
    not hide a newer version.
    """
    stack = state.keys.get(version.key) or ()
    order = ids.version_order(version.version_id)
    place = next((n for n, other in enumerate(stack) if ids.version_order(other.version_id) < order), len(stack))
    if state.configuration.object_lock is not None and version.blob is not None:
        version = _locked(state.configuration.object_lock, version)
    state = state.with_keys(state.keys.set(version.key, series.inserted(stack, place, version, _id)))
    return Change(_overtake(state, version.key), event, version.key, version, stack[0] if stack else None)


def _push(state: BucketState, stack: Sequence[Version], version: Version, event: str) -> Change:
    key, previous = version.key, stack[0] if stack else None
    versioning = state.configuration.versioning
    version_id = ids.version_id() if versioning == "Enabled" else NULL
    if version.version_id != version_id:
        version = replaced(version, version_id=version_id)
    if state.configuration.object_lock is not None and version.blob is not None:
        version = _locked(state.configuration.object_lock, version)
    replication = state.configuration.replication
    # Delete markers of lifecycle rules are not replicated.
    if replication is not None and not event.startswith("LifecycleExpiration:") and replication.rules_for(version):
        version = replaced(version, replication=PENDING)
    if versioning is None:
        stack = (version,)
    else:
        null = None if versioning == "Enabled" else series.place(stack, NULL, _id)
        stack = series.inserted(stack if null is None else series.removed(stack, null), 0, version, _id)
    return Change(_overtake(state.with_keys(state.keys.set(key, stack)), key), event, key, version, previous)


def _locked(configuration: Configuration, version: Version) -> Version:
    """A new version with the bucket's default retention, unless it has one of its own (User Guide)."""
    default, lock = configuration.default, version.lock
    if default is None or (lock is not None and lock.retention is not None):
        return version
    retention = default.retention(version.last_modified)
    return replaced(version, lock=ObjectLock(retention, lock.legal_hold if lock else None))


def _remove(state: BucketState, key: str, stack: Sequence[Version], version_id: str, event: str) -> Change:
    place = series.place(stack, version_id, _id)
    if place is None:
        # Nothing was removed, so there is no event (assumed).
        return Change(state, None, key, None, stack[0] if stack else None)
    if len(stack) == 1:
        state = state.with_keys(state.keys.remove(key))
    else:
        state = state.with_keys(state.keys.set(key, series.removed(stack, place)))
    if place == 0:
        state = _overtake(state, key)
    return Change(state, event, key, stack[place], stack[0])


def _overtake(state: BucketState, key: str) -> BucketState:
    """Mark the uploads in progress of ``key``: the object has changed since they were initiated."""
    if not state.uploads:
        return state
    uploads = state.uploads.get(key) or ()
    # The older ones have been marked before.
    current = list(takewhile(lambda upload: not upload.overtaken, reversed(uploads)))
    if not current:
        return state
    for place, upload in enumerate(reversed(current), len(uploads) - len(current)):
        uploads = series.replaced(uploads, place, replaced(upload, overtaken=True), attrgetter("upload_id"))
    return state._replace(uploads=state.uploads.set(key, uploads))
