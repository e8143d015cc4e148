"""Transitions to other storage classes as time passes."""

from __future__ import annotations

from typing import Any

from tests.support.lifecycles import BUCKET, LARGE, Life, midnight, rule
from tests.support.responses import refused

DELETED = "LifecycleExpiration:Delete"
MOVED = "LifecycleTransition"


def to(storage_class: str, days: int = 0) -> dict[str, Any]:
    return {"Days": days, "StorageClass": storage_class}


def test_objects_move_down_from_class_to_class(life: Life) -> None:
    life.rules(
        rule(Transitions=[to("STANDARD_IA", 30), to("GLACIER", 60), to("DEEP_ARCHIVE", 90)], Expiration={"Days": 365})
    )
    made = life.put("a", body=LARGE)
    for day, before, after in (
        (31, "STANDARD", "STANDARD_IA"),
        (61, "STANDARD_IA", "GLACIER"),
        (91, "GLACIER", "DEEP_ARCHIVE"),
    ):
        life.until(day, seconds=-1)
        assert life.storage() == before
        life.until(day)
        assert life.storage() == after
    head = life.s3.head_object(Bucket=BUCKET, Key="a")
    assert (head["LastModified"], head["ETag"]) == (midnight(0).replace(hour=12), made["ETag"])
    with refused("InvalidObjectState", 403):
        life.s3.get_object(Bucket=BUCKET, Key="a")
    life.until(366)
    assert life.keys() == []
    assert life.events == [(MOVED, "a")] * 3 + [(DELETED, "a")]


def test_no_object_moves_up(life: Life) -> None:
    """User Guide, "Transitioning objects using Amazon S3 Lifecycle", unsupported transitions."""
    reached = {
        "STANDARD_IA": {"INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"},
        "INTELLIGENT_TIERING": {"ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"},
        "ONEZONE_IA": {"GLACIER", "DEEP_ARCHIVE"},
        "GLACIER_IR": {"GLACIER", "DEEP_ARCHIVE"},
        "GLACIER": {"DEEP_ARCHIVE"},
        "DEEP_ARCHIVE": set[str](),
    }
    reached["STANDARD"] = reached["REDUCED_REDUNDANCY"] = set(reached)
    targets = [name for name in reached if name not in {"STANDARD", "REDUCED_REDUNDANCY"}]
    pairs = [(source, target) for source in reached for target in targets]
    days = {target: 30 if target.endswith("_IA") else 0 for target in targets}
    life.rules(*(rule(Filter={"Prefix": f"{name}/"}, Transitions=[to(name, days[name])]) for name in targets))
    for source, target in pairs:
        life.put(f"{target}/{source}", body=LARGE, StorageClass=source)
    life.until(31)
    moved = {(source, target) for source, target in pairs if source != life.storage(f"{target}/{source}")}
    assert moved == {(source, target) for source in reached for target in reached[source]}


def test_small_objects_do_not_move(life: Life) -> None:
    life.rules(rule(Transitions=[to("GLACIER")]))
    life.put("a", body=LARGE)
    life.put("b", body=LARGE[1:])
    life.until(1)
    assert (life.storage("a"), life.storage("b")) == ("GLACIER", "STANDARD")


def test_small_objects_move_to_archives_only_under_varies_by_storage_class(life: Life) -> None:
    life.rules(
        rule(Filter={"Prefix": "g"}, Transitions=[to("GLACIER")]),
        rule(Filter={"Prefix": "d"}, Transitions=[to("DEEP_ARCHIVE")]),
        rule(Filter={"Prefix": "i"}, Transitions=[to("INTELLIGENT_TIERING")]),
        TransitionDefaultMinimumObjectSize="varies_by_storage_class",
    )
    life.put("g", "d", "i")
    life.until(1)
    assert [life.storage(key) for key in "gdi"] == ["GLACIER", "DEEP_ARCHIVE", "STANDARD"]


def test_a_filter_by_size_overrides_the_default(life: Life) -> None:
    life.rules(rule(Filter={"ObjectSizeGreaterThan": 5}, Transitions=[to("GLACIER_IR")]))
    life.put("a", body=b"x" * 5)
    life.put("b", body=b"x" * 6)
    life.until(1)
    assert (life.storage("a"), life.storage("b")) == ("STANDARD", "GLACIER_IR")


def test_of_several_classes_the_cheapest_wins_except_intelligent_tiering(life: Life) -> None:
    """User Guide, "How Amazon S3 handles conflicts in lifecycle configurations"."""
    every = ["STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE"]
    for number in range(1, 7):
        life.put(f"object {number}", body=LARGE)
    life.rules(
        *(
            rule(Filter={"Prefix": f"object {number}"}, Transitions=[to(name, 30)])
            for place, name in enumerate(every)
            for number in range(place + 1, len(every) + 1)
        )
    )
    life.until(31)
    assert [life.storage(f"object {number}") for number in range(1, 7)] == every


def test_permanent_deletion_takes_precedence_over_a_transition(life: Life) -> None:
    life.rules(rule(Transitions=[to("GLACIER", 5)]), rule(Expiration={"Days": 5}))
    life.put("a", body=LARGE)
    life.until(6)
    assert life.keys() == []
    assert life.events == [(DELETED, "a")]


def test_an_archived_object_that_moves_on_loses_its_restored_copy(life: Life) -> None:
    life.rules(rule(Transitions=[to("DEEP_ARCHIVE", 5)]))
    life.put("a", body=LARGE, StorageClass="GLACIER")
    life.s3.restore_object(Bucket=BUCKET, Key="a", RestoreRequest={"Days": 30})
    life.until(6, seconds=-1)
    assert life.s3.get_object(Bucket=BUCKET, Key="a")["Body"].read() == LARGE
    life.until(6)
    with refused("InvalidObjectState", 403):
        life.s3.get_object(Bucket=BUCKET, Key="a")


def test_an_object_in_intelligent_tiering_moves_on_at_a_later_transition(life: Life) -> None:
    life.rules(rule(Transitions=[to("INTELLIGENT_TIERING"), to("GLACIER_IR", 5)]))
    life.put("a", body=LARGE)
    life.put("b", body=LARGE, StorageClass="INTELLIGENT_TIERING")
    life.until(6, seconds=-1)
    assert [life.storage(key) for key in "ab"] == ["INTELLIGENT_TIERING"] * 2
    life.until(6)
    assert [life.storage(key) for key in "ab"] == ["GLACIER_IR"] * 2
