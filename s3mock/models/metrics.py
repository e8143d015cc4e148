"""Request metrics: the requests that CloudWatch counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from s3mock.dataclass import dataclass
from s3mock.errors import invalid_value
from s3mock.models import object_filter
from s3mock.models.object_filter import ObjectFilter


@dataclass(frozen=True, slots=True)
class Metrics:
    """A MetricsConfiguration; ``document`` is what reads return."""

    document: Mapping[str, Any]
    filter: ObjectFilter

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Metrics:
        """The configuration in a document.

        Raises what ``object_filter.of`` raises, and InvalidArgument for an invalid ARN of an access point.
        """
        configuration = cls(document, object_filter.of(document))
        arn = configuration.filter.access_point
        if arn is not None and not (arn.startswith("arn:") and "accesspoint/" in arn):
            raise invalid_value("AccessPointArn", arn or None)
        return configuration
