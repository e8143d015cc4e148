"""Topics of which a bucket has several configurations, each with an id: inventory, metrics, analytics and tiering."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from s3mock.backend.bucket_state import configured
from s3mock.errors import S3Error
from s3mock.models.listed_configuration import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.models.configuration import ListedTopic, Topics
    from s3mock.models.listed_configuration import ListedConfiguration


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
