"""The Filter element of a metrics or analytics configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models import tagging

if TYPE_CHECKING:
    from s3mock.models.tagging import TagSet
    from s3mock.models.version import Version


@dataclass(frozen=True, slots=True)
class ObjectFilter:
    """The predicates of a filter, all of which must hold; ``access_point`` is the ARN that requests must use."""

    prefix: str = ""
    tags: TagSet = tagging.NO_TAGS
    access_point: str | None = None

    def matches(self, version: Version) -> bool:
        """Whether a version has the prefix and the tags."""
        return version.key.startswith(self.prefix) and set(self.tags) <= set(version.tags)


EVERYTHING = ObjectFilter()
"""The filter of a configuration without one."""


def of(configuration: Mapping[str, Any]) -> ObjectFilter:
    """The filter of a configuration's Filter element.

    It has exactly one predicate, or an And of two or more (API pages AnalyticsFilter, MetricsFilter). That anything
    else is against the schema is assumed.

    Raises MalformedXML, and what ``tagging.tag_set`` raises for an invalid tag.
    """
    element = configuration.get("Filter")
    if element is None:
        return EVERYTHING
    if len(element) != 1:
        raise S3Error("MalformedXML")
    predicates = element.get("And", element)
    tags = [predicates["Tag"]] if "Tag" in predicates else predicates.get("Tags", [])
    if "And" in element and len(tags) + ("Prefix" in predicates) + ("AccessPointArn" in predicates) < 2:
        raise S3Error("MalformedXML")
    tag_set = tagging.of_elements(tags, tagging.OBJECT)
    return ObjectFilter(predicates.get("Prefix", ""), tag_set, predicates.get("AccessPointArn"))
