"""The agenda of lifecycle rules misses nothing: the result equals that of checking all keys every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from s3mock.backend import ids, lifecycle, multipart, versions
from s3mock.backend.blobs import Blob
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.backend.cloud import Cloud
from s3mock.models.account import Account
from s3mock.models.configuration import Configuration, Topics
from s3mock.models.lifecycle import WATERFALL, Filter, Lifecycle, NoncurrentExpiration, Rule, Timing, Transition
from s3mock.models.multipart import Upload
from s3mock.models.object_lock import ObjectLock, Retention
from s3mock.models.version import Version
from s3mock.settings import Settings
from tests.support.search import search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.models.configuration import Status

NOON = datetime(2026, 1, 10, 12, tzinfo=timezone.utc)
OWNER = Account("123456789012")
DAYS = 40
BYTES = {"small": Blob.of(b""), "large": Blob.of(b"x" * 128 * 1024)}

timings = st.integers(0, 9).map(Timing) | st.integers(-5, 9).map(lambda day: Timing(date=midnight(day)))
filters = (
    st.just(Filter())
    | st.builds(Filter, prefix=st.sampled_from(["", "a", "b"]), tags=st.sampled_from([(), (("k", "v"),)]))
    | st.builds(Filter, object_size_less_than=st.just(5))
)
transitions = st.lists(st.builds(Transition, st.sampled_from(WATERFALL), timings, st.integers(0, 2)), max_size=3)
expirations = st.builds(NoncurrentExpiration, st.integers(0, 9).map(Timing), st.integers(0, 2))
rules = st.builds(
    Rule,
    id=st.just("a rule"),
    enabled=st.sampled_from([True, True, False]),
    filter=filters,
    document=st.just({}),
    expiration=st.none() | timings,
    expired_object_delete_marker=st.booleans(),
    transitions=transitions.map(tuple),
    noncurrent_expiration=st.none() | expirations,
    noncurrent_transitions=transitions.map(tuple),
    abort=st.none() | st.integers(1, 9).map(Timing),
)

kinds = st.sampled_from(["small", "large", "large", "marker", "upload", "removal", "tags", "replica"])
locks = st.none() | st.integers(0, 12).map(
    lambda days: ObjectLock(Retention("GOVERNANCE", NOON + timedelta(days=days)))
)
events = st.tuples(
    st.integers(0, 20 * 24),
    kinds,
    st.sampled_from(["a", "a", "a", "ab", "b"]),
    st.sampled_from([(), (("k", "v"),)]),
    locks,
    st.sampled_from(["STANDARD", "STANDARD", "STANDARD_IA", "INTELLIGENT_TIERING"]),
)


def midnight(day: int) -> datetime:
    return NOON.replace(hour=0) + timedelta(days=day)


def happen(state: BucketState, event: Any, version_id: str) -> Change:
    """The change that an event made some hours before noon. ``version_id`` is that of a replica."""
    hours, kind, key, tags, lock, storage_class = event
    then = NOON - timedelta(hours=hours)
    if kind == "marker":
        return versions.delete(state, key, owner=OWNER, now=then)
    stack = state.keys.get(key) or ()
    if kind in {"removal", "tags"}:
        if not stack:
            return Change(state)
        version = stack[hours % len(stack)]
        if kind == "removal":
            return versions.delete(state, key, version.version_id, owner=OWNER, now=then, bypass=True)
        return versions.replace(state, version if version.delete_marker else replace(version, tags=tags))
    if kind == "upload":
        upload = Upload(
            key=key, upload_id=f"{len(state.uploads)} {hours}", initiated=then, owner=OWNER, initiator=OWNER
        )
        return multipart.create(state, upload)
    version = Version(
        key=key,
        last_modified=then,
        owner=OWNER,
        blob=BYTES["small" if kind == "small" else "large"],
        tags=tags,
        lock=lock if state.configuration.versioning == "Enabled" else None,
        storage_class=storage_class,
    )
    if kind == "replica" and state.configuration.versioning == "Enabled":
        made = replace(version, version_id=version_id, last_modified=then - timedelta(days=2))
        return versions.insert(state, made, "ObjectCreated:Replication")
    return versions.put(state, version)


def shown(state: BucketState) -> Any:
    """Everything that rules can change, without the ids."""
    return (
        [
            (key, [(version.last_modified, version.delete_marker, version.storage_class) for version in stack])
            for key, stack in state.keys.scan()
        ],
        [(key, [upload.initiated for upload in uploads]) for key, uploads in state.uploads.scan()],
    )


def nights(state: BucketState, since: datetime, until: datetime) -> BucketState:
    """The state after all due actions are applied at each midnight."""
    night = since.replace(hour=0) + timedelta(days=1)
    while night <= until:
        for key in [*state.keys, *state.uploads]:
            while (change := next(changes(state, key, night), None)) is not None:
                state = change.state
        night += timedelta(days=1)
    return state


def changes(state: BucketState, key: str, now: datetime) -> Iterator[Change]:
    """The change by each action on a key that is due."""
    acts = [lifecycle.act(state, key, each.version_id, now, OWNER) for each in reversed(state.keys.get(key) or ())]
    acts += [lifecycle.abort(state, key, each.upload_id, now) for each in state.uploads.get(key) or ()]
    return (change for change in acts if change.state is not state)


@given(
    st.sampled_from(["Enabled", "Enabled", "Suspended", None]),
    st.lists(rules, min_size=1, max_size=2),
    st.lists(events, min_size=4, max_size=16),
    st.sampled_from([False, False, False, True]),
)
@search(150)
def test_every_lifecycle_action_that_is_due_is_found(
    versioning: Status | None, given: Any, happened: Any, late: bool
) -> None:
    cloud = Cloud(Settings())
    now = NOON - timedelta(days=21)
    cloud.clock.travel_to(now)
    bucket, _ = cloud.namespace.create("a-bucket", OWNER, "us-east-1", now, Configuration())
    configured: Topics = {"lifecycle": Lifecycle(tuple(given)), "versioning": versioning}
    bucket.configure(None, **(Topics(versioning=versioning) if late else configured))
    expected = bucket.state
    earlier = [ids.version_id(), ids.version_id()]  # a replica is older than what came since two events before it
    for event, version_id in zip(sorted(happened, key=lambda event: -event[0]), earlier, strict=False):
        then = NOON - timedelta(hours=event[0])
        earlier.append(ids.version_id())
        expected = happen(nights(expected, now, then), event, version_id).state
        now = then
        cloud.clock.travel_to(now)
        cloud.catch_up()
        bucket.commit(partial(happen, event=event, version_id=version_id))
    if late:
        bucket.configure(None, **configured)
        expected = expected._replace(configuration=bucket.configuration)
    cloud.clock.travel_to(midnight(DAYS - 1))
    cloud.catch_up()
    assert shown(bucket.state) == shown(nights(expected, now, midnight(DAYS - 1)))
    waiting = [key for key in bucket.state.keys if any(lifecycle.upcoming(bucket.state, key))]
    assert not waiting or cloud.store.agenda.next_due < float("inf")
