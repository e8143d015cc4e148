"""The buckets of a store: a dictionary while they are few, an index when they are many, and the same either way."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.backend import buckets
from s3mock.backend.bucket_state import BucketState
from s3mock.models.account import Account
from s3mock.models.bucket import BucketIdentity
from tests.support.search import search

PARTITIONS = ["aws", "aws-cn", "aws-us-gov"]
NAMES = ["a", "a-b", "a.b", "ab", "b", "c"]
OWNER = Account("123456789012")

places = st.tuples(st.sampled_from(PARTITIONS), st.sampled_from(NAMES))
changes = st.lists(st.tuples(places, st.booleans()), max_size=30)


def state(place: tuple[str, str], number: int) -> BucketState:
    partition, name = place
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    return BucketState(identity=BucketIdentity(name, OWNER, "us-east-1", now, partition, number))


@given(changes, st.sampled_from(PARTITIONS), st.sampled_from(["", *NAMES]), st.sampled_from(["", *NAMES]))
@search(200)
def test_few_and_many_buckets_are_a_dictionary(
    made: list[tuple[tuple[str, str], bool]], partition: str, prefix: str, after: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buckets, "FEW", 3)
        model: dict[tuple[str, str], BucketState] = {}
        now: buckets.Buckets = {}
        history = [(now, dict(model))]
        for number, (place, is_put) in enumerate(made):
            if is_put:
                model[place] = state(place, number)
                now = buckets.with_bucket(now, model[place])
            else:
                model.pop(place, None)
                now = buckets.without_bucket(now, place)
            history.append((now, dict(model)))
        assert len(model) <= buckets.FEW or isinstance(now, buckets.ManyBuckets)
        for then, expected in history:
            assert dict(then) == expected
            assert len(then) == len(expected)
            changed = {place for place in {**expected, **model} if expected.get(place) is not model.get(place)}
            assert {place: (old, new) for place, old, new in buckets.changes(then, now)} == {
                place: (expected.get(place), model.get(place)) for place in changed
            }
        assert all(now.get(place) is model.get(place) for place in [("aws", "none"), *model])
        assert [each.identity.name for each in buckets.in_order(now, partition, prefix, after)] == sorted(
            name for its, name in model if its == partition and name.startswith(prefix) and name > after
        )
        assert dict(buckets.of(model)) == model


def test_a_missing_bucket_of_many_is_a_key_error() -> None:
    many = buckets.ManyBuckets.of({("aws", "a"): state(("aws", "a"), 1)})
    with pytest.raises(KeyError):
        many["aws", "b"]
    assert many.get(("aws", "b"), None) is None
    assert ("aws", "a") in many
