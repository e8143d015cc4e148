from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.backend import ids, multipart, versions
from s3mock.backend.blobs import Blob
from s3mock.backend.bucket_state import BucketState, Change, configured
from s3mock.errors import S3Error
from s3mock.models.account import Account
from s3mock.models.conditions import Condition
from s3mock.models.multipart import Upload
from s3mock.models.replication import Configuration, Destination, Filter, Rule
from s3mock.models.version import PENDING, Version
from tests.support.search import search

if TYPE_CHECKING:
    from s3mock.models.configuration import Status

NOW = datetime(2026, 2, 21, 12, tzinfo=timezone.utc)
OWNER = Account("123456789012")
OTHER = Account("210987654321")


def bucket(versioning: Status | None = None) -> BucketState:
    return versioned(BucketState(), versioning) if versioning else BucketState()


def versioned(state: BucketState, versioning: Status) -> BucketState:
    return configured(state, versioning=versioning).state


def an_object(etag: str, key: str = "k", now: datetime = NOW) -> Version:
    return Version(key=key, last_modified=now, owner=OWNER, etag=etag, blob=Blob.of(etag.encode()))


def put(state: BucketState, *etags: str) -> BucketState:
    for etag in etags:
        state = versions.put(state, an_object(etag)).state
    return state


def delete(state: BucketState, version_id: str | None = None, key: str = "k") -> Change:
    return versions.delete(state, key, version_id, owner=OTHER, now=NOW)


def shown(state: BucketState, key: str = "k") -> list[str]:
    """The versions of "k", newest first: the ETag or "marker", with "null " before null versions."""
    return [
        ("null " if version.version_id == "null" else "") + ("marker" if version.delete_marker else version.etag)
        for version in state.keys.get(key) or ()
    ]


def ids_of(state: BucketState) -> list[str]:
    return [version.version_id for version in state.keys.get("k") or ()]


def test_without_versioning_a_put_replaces_the_object() -> None:
    assert shown(put(bucket(), "a", "b")) == ["null b"]


def test_without_versioning_a_delete_removes_the_object() -> None:
    change = delete(put(bucket(), "a"))
    assert len(change.state.keys) == 0
    assert change.event == "ObjectRemoved:Delete"
    assert change.version is not None
    assert change.version.etag == "a"


@pytest.mark.parametrize("version_id", [None, "null", ids.version_id()], ids=["none", "null", "unknown"])
def test_without_versioning_deleting_a_missing_key_changes_nothing(version_id: str | None) -> None:
    state = bucket()
    change = delete(state, version_id)
    assert change.state is state
    assert (change.event, change.version) == (None, None)


def test_without_versioning_the_object_is_the_null_version() -> None:
    state = put(bucket(), "a")
    version = versions.find(state, "k", "null")
    assert version is versions.latest(state, "k")
    assert version is not None
    assert len(delete(state, "null").state.keys) == 0


def test_with_versioning_every_put_adds_a_version_with_its_own_id() -> None:
    state = put(bucket("Enabled"), "a", "b", "c")
    assert shown(state) == ["c", "b", "a"]
    assert len(set(ids_of(state))) == 3
    assert all(map(ids.is_version_id, ids_of(state)))
    assert [version.etag for i in ids_of(state) if (version := versions.find(state, "k", i))] == ["c", "b", "a"]


def test_a_delete_marker_hides_the_object_but_keeps_its_versions() -> None:
    change = delete(put(bucket("Enabled"), "a"))
    assert shown(change.state) == ["marker", "a"]
    assert change.event == "ObjectRemoved:DeleteMarkerCreated"
    marker = versions.latest(change.state, "k")
    assert marker is not None
    assert marker is change.version
    assert (marker.delete_marker, marker.size, marker.owner, marker.last_modified) == (True, 0, OTHER, NOW)


def test_a_delete_marker_can_follow_another_or_be_a_keys_first_version() -> None:
    # aws_recorded: test_delete_object_versioned, delete-object-2 and delete-wrong-key.
    state = delete(delete(bucket("Enabled")).state).state
    assert shown(state) == ["marker", "marker"]
    assert len(set(ids_of(state))) == 2


def test_deleting_the_delete_marker_brings_the_object_back() -> None:
    state = delete(put(bucket("Enabled"), "a")).state
    change = delete(state, ids_of(state)[0])
    assert shown(change.state) == ["a"]
    assert change.event == "ObjectRemoved:Delete"
    assert change.version is not None
    assert change.version.delete_marker


def test_deleting_versions_removes_the_key_with_the_last_of_them() -> None:
    state = put(bucket("Enabled"), "a", "b", "c")
    first, second, third = ids_of(state)
    state = delete(state, second).state
    assert shown(state) == ["c", "a"]
    state = delete(state, first).state
    assert shown(state) == ["a"]
    assert len(delete(state, third).state.keys) == 0


@pytest.mark.parametrize("versioning", [None, "Enabled", "Suspended"])
def test_deleting_an_unknown_version_changes_nothing(versioning: Status | None) -> None:
    state = put(bucket(versioning), "a")
    change = delete(state, ids.version_id())
    assert change.state is state
    assert (change.event, change.version) == (None, None)


def test_enabling_versioning_keeps_the_object_as_the_null_version() -> None:
    state = put(versioned(put(bucket(), "a"), "Enabled"), "b")
    assert shown(state) == ["b", "null a"]


def test_with_versioning_suspended_a_put_replaces_the_null_version_anywhere() -> None:
    state = put(versioned(put(bucket(), "a"), "Enabled"), "b", "c")
    state = versioned(state, "Suspended")
    state = put(state, "d")
    assert shown(state) == ["null d", "c", "b"]
    assert shown(put(state, "e")) == ["null e", "c", "b"]


def test_with_versioning_suspended_a_delete_replaces_the_null_version() -> None:
    # aws_recorded: test_delete_object_on_suspended_bucket.
    state = versioned(put(bucket("Enabled"), "a", "b"), "Suspended")
    change = delete(state)
    assert shown(change.state) == ["null marker", "b", "a"]
    assert change.event == "ObjectRemoved:DeleteMarkerCreated"
    state = put(change.state, "c")
    assert shown(state) == ["null c", "b", "a"]
    state = delete(state).state
    assert shown(state) == ["null marker", "b", "a"]
    assert shown(delete(state, "null").state) == ["b", "a"]


def test_enabling_versioning_again_keeps_the_null_version_in_its_place() -> None:
    state = versioned(put(versioned(put(bucket("Enabled"), "a"), "Suspended"), "b"), "Enabled")
    assert shown(put(state, "c")) == ["c", "null b", "a"]


def test_the_last_put_is_the_latest_even_if_the_clock_runs_backwards() -> None:
    state = bucket("Enabled")
    for etag, years in (("a", 14), ("b", 0)):
        state = versions.put(state, an_object(etag, now=NOW + timedelta(days=365 * years))).state
    latest = versions.latest(state, "k")
    assert latest is not None
    assert latest.etag == "b"


def test_a_put_reports_its_event_key_and_version() -> None:
    change = versions.put(put(bucket("Enabled"), "a"), an_object("b"), event="ObjectCreated:Copy")
    assert change.version is versions.latest(change.state, "k")
    assert change.previous is not None
    assert (change.event, change.key, change.previous.etag) == ("ObjectCreated:Copy", "k", "a")


def test_a_version_of_another_bucket_does_not_keep_its_id() -> None:
    copied = versions.latest(put(bucket("Enabled"), "a"), "k")
    assert copied is not None
    assert shown(versions.put(bucket(), copied).state) == ["null a"]


def test_a_state_is_not_changed_by_its_successors() -> None:
    state = put(bucket(), "a")
    put(state, "b")
    delete(state)
    assert shown(state) == ["null a"]


def test_a_version_is_replaced_in_place() -> None:
    state = put(bucket("Enabled"), "a", "b", "c")
    changed = Version(key="k", version_id=ids_of(state)[1], last_modified=NOW, owner=OWNER, etag="x", blob=Blob.of(b""))
    change = versions.replace(state, changed, "ObjectAcl:Put")
    assert shown(change.state) == ["c", "x", "a"]
    assert change.previous is not None
    assert (change.event, change.version, change.previous.etag) == ("ObjectAcl:Put", changed, "b")


def test_a_deleted_version_is_not_replaced() -> None:
    state = put(bucket("Enabled"), "a")
    change = versions.replace(state, an_object("x"), "ObjectAcl:Put")
    assert change.state is state
    assert (change.event, change.version) == (None, None)


@pytest.mark.parametrize("versioning", [None, "Enabled", "Suspended"])
def test_a_condition_is_about_the_latest_version(versioning: Status | None) -> None:
    state = put(bucket(versioning), "a", "b")
    assert shown(versions.put(state, an_object("c"), Condition("b")).state)[0].endswith("c")
    with pytest.raises(S3Error, match="PreconditionFailed"):
        versions.put(state, an_object("c"), Condition("a"))
    with pytest.raises(S3Error, match="PreconditionFailed"):
        versions.put(state, an_object("c"), Condition(None, "*"))


def test_a_condition_treats_a_key_under_a_delete_marker_as_missing() -> None:
    # aws_recorded: test_put_object_if_match_versioned_bucket, test_put_object_if_none_match_versioned_bucket.
    state = delete(put(bucket("Enabled"), "a")).state
    with pytest.raises(S3Error, match="NoSuchKey"):
        versions.put(state, an_object("b"), Condition("a"))
    assert shown(versions.put(state, an_object("b"), Condition(None, "*")).state) == ["b", "marker", "a"]


def test_a_conditional_delete_of_any_version_checks_the_latest_one() -> None:
    state = put(bucket("Enabled"), "a", "b")
    older = ids_of(state)[1]
    with pytest.raises(S3Error, match="PreconditionFailed"):
        versions.delete(state, "k", older, Condition("a"), owner=OWNER, now=NOW)
    assert shown(versions.delete(state, "k", older, Condition("b"), owner=OWNER, now=NOW).state) == ["b"]


def test_a_write_to_one_key_leaves_others_alone() -> None:
    state = versions.put(put(bucket(), "a"), an_object("b", "k/")).state
    assert list(state.keys) == ["k", "k/"]
    assert shown(delete(state, key="k/").state) == ["null a"]


def test_only_uploads_to_the_same_key_are_overtaken() -> None:
    state = bucket()
    for key in ("k", "other"):
        upload = Upload(key=key, upload_id=key, initiated=NOW, owner=OWNER, initiator=OWNER)
        state = multipart.create(state, upload).state
    state = put(state, "a")
    assert multipart.in_progress(state, "k", "k").overtaken
    assert not multipart.in_progress(state, "other", "other").overtaken


STEPS = st.lists(st.sampled_from(["put", "delete", "delete a version", "delete null", "Enabled", "Suspended"]))


@search(300)
@given(STEPS, st.randoms(use_true_random=False))
def test_any_sequence_of_writes_keeps_a_version_stack_well_formed(steps: list[str], random: Random) -> None:
    state, had_versioning, kept = bucket(), False, set[str]()
    for step in steps:
        before = {version.version_id: version for version in state.keys.get("k") or ()}
        status = state.configuration.versioning
        removed = set[str]()
        if step == "put":
            change = versions.put(state, an_object(str(len(before))))
        elif step == "delete":
            change = delete(state)
        elif step == "delete null":
            change, removed = delete(state, "null"), {"null"}
        elif step == "delete a version":
            removed = {random.choice([*before, ids.version_id()])}
            change = delete(state, *removed)
        else:
            change, had_versioning = configured(state, versioning=cast("Status", step)), True
        state = change.state
        after = {version.version_id: version for version in state.keys.get("k") or ()}
        assert list(state.keys) == (["k"] if after else []), "a key is there for as long as it has versions"
        assert len(after) == len(state.keys.get("k") or ()), "no two versions have one id, nor are two null"
        if not had_versioning:
            assert len(after) <= 1
        # Only the named version and a replaced null version are removed: a version with an id is never lost.
        assert before.keys() - after.keys() <= (removed | {"null"})
        if status == "Enabled":
            assert before.keys() - after.keys() <= removed
        assert all(after[version_id] is before[version_id] for version_id in before.keys() & after.keys() - {"null"})
        if step in {"put", "delete"} and status is not None:
            assert versions.latest(state, "k") is change.version
        kept |= after.keys()
    assert all(ids.is_version_id(version_id) for version_id in kept - {"null"})


@pytest.mark.parametrize(
    ("event", "expected"),
    [("ObjectRemoved:DeleteMarkerCreated", PENDING), ("LifecycleExpiration:DeleteMarkerCreated", None)],
)
def test_delete_markers_of_lifecycle_rules_are_not_replicated(event: str, expected: object) -> None:
    rule = Rule("rule", Filter(), Destination("target"), delete_markers=True)
    state = configured(bucket("Enabled"), replication=Configuration((rule,), {})).state
    marker = Version(key="k", last_modified=NOW, owner=OWNER)
    assert versions.put(state, marker, event=event).made.replication == expected


@given(st.permutations(range(5)))
def test_replicas_are_in_the_order_of_their_sources(order: list[int]) -> None:
    source = put(bucket("Enabled"), *"abcde")
    made = source.keys.get("k") or ()
    state = put(bucket(), "old")
    for place in order:
        state = versions.insert(state, made[place], "ObjectCreated:Put").state
    assert shown(state) == ["e", "d", "c", "b", "a", "null old"]
