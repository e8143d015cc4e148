"""Topics of which a bucket has several configurations, each with an id: inventory, metrics, analytics and tiering."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from s3mock.backend.agenda import Due
from s3mock.backend.bucket_state import configured
from s3mock.errors import S3Error
from s3mock.models.listed_configuration import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.backend.agenda import Work
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.models.configuration import ListedTopic, Topics
    from s3mock.models.listed_configuration import ListedConfiguration

DAY = 86400.0


class Page(NamedTuple):
    """A page of a list: its configurations, and the id that the next page begins after; None on the last page."""

    configurations: list[ListedConfiguration]
    next: str | None


def put(state: BucketState, topic: ListedTopic, name: str, configuration: ListedConfiguration) -> Change:
    """Add or replace a configuration. Raises TooManyConfigurations."""
    present = state.configuration.listed(topic)
    if name not in present and len(present) >= MOST:
        raise S3Error("TooManyConfigurations")
    return _listed(state, topic, {**present, name: configuration})


def remove(state: BucketState, topic: ListedTopic, name: str) -> Change:
    """Remove a configuration. Raises NoSuchConfiguration (aws_recorded: test_delete_metrics_configuration_twice)."""
    present = state.configuration.listed(topic)
    if name not in present:
        raise S3Error("NoSuchConfiguration")
    return _listed(state, topic, {other: value for other, value in present.items() if other != name})


def _listed(state: BucketState, topic: ListedTopic, by_id: Mapping[str, ListedConfiguration]) -> Change:
    return configured(state, **cast("Topics", {topic: by_id}))


def page(state: BucketState, topic: ListedTopic, *, after: str, limit: int) -> Page:
    """Up to ``limit`` configurations after an id, in the order of their ids.

    For inventories: aws_recorded, test_put_bucket_inventory_config_order.
    """
    present = state.configuration.listed(topic)
    names = sorted(name for name in present if name > after)
    shown = names[:limit]
    return Page([present[name] for name in shown], shown[-1] if len(names) > limit else None)


def scheduled(store: Store, commit: Commit, topic: ListedTopic, work: Work, when: float) -> Store:
    """The store with the first ``work`` for each configuration of a topic that a change has put, due at ``when``.

    What was on the agenda for another configuration with the same id is dropped.
    """
    change = commit.change
    if topic not in change.configured:
        return store
    old, identity = commit.before.configuration.listed(topic), change.state.identity
    new = {name: each for name, each in change.state.configuration.listed(topic).items() if old.get(name) is not each}

    def is_replaced(due: Due) -> bool:
        return due.work == work and due.bucket == identity and due.data.document["Id"] in new

    agenda = store.agenda.without(is_replaced)
    return store._replace(agenda=agenda.with_work(Due(when, work, identity, data=each) for each in new.values()))


def is_there(state: BucketState, due: Due, topic: ListedTopic) -> bool:
    """Whether the bucket still has the configuration that work of the agenda is for."""
    configuration: ListedConfiguration = due.data
    return state.configuration.listed(topic).get(configuration.document["Id"]) == configuration


def next_midnight(when: float) -> float:
    """The first midnight (UTC) after ``when``."""
    return (when // DAY + 1) * DAY
