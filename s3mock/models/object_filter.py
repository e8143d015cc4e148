"""The filter of a configuration: which objects of a bucket it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.models import tagging

if TYPE_CHECKING:
    from s3mock.models.tagging import TagSet
    from s3mock.models.version import Version

LEAST_IN_AND = 2


@dataclass(frozen=True, slots=True)
class ObjectFilter:
    """The predicates that an object must meet, all of them; ``access_point`` is the ARN that requests must come by."""

    prefix: str = ""
    tags: TagSet = tagging.NO_TAGS
    access_point: str | None = None

    def matches(self, version: Version) -> bool:
        """Tell whether prefix and tags are a version's."""
        return version.key.startswith(self.prefix) and set(self.tags) <= set(version.tags)


EVERYTHING = ObjectFilter()
"""What a configuration without a filter is about."""


def of(configuration: Mapping[str, Any]) -> ObjectFilter:
    """Return the filter that a configuration's Filter element says.

    It has exactly one predicate, or an And of two and more (API pages AnalyticsFilter, MetricsFilter). That anything
    else is against the schema is assumed.

    Raises MalformedXML, and what a tag that cannot be raises.
    """
    document = configuration.get("Filter")
    if document is None:
        return EVERYTHING
    if len(document) != 1:
        raise S3Error("MalformedXML")
    both = document.get("And")
    if both is None:
        tags = (document["Tag"],) if "Tag" in document else ()
        return _of(document, tags)
    tags = tuple(both.get("Tags", ()))
    if len(tags) + ("Prefix" in both) + ("AccessPointArn" in both) < LEAST_IN_AND:
        raise S3Error("MalformedXML")
    return _of(both, tags)


def _of(predicates: Mapping[str, Any], tags: tuple[Mapping[str, str], ...]) -> ObjectFilter:
    return ObjectFilter(
        predicates.get("Prefix", ""), tagging.of_elements(tags, tagging.OBJECT), predicates.get("AccessPointArn")
    )
