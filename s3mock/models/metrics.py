"""A configuration of request metrics: which requests CloudWatch is told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s3mock.errors import S3Error
from s3mock.models import object_filter
from s3mock.models.object_filter import ObjectFilter

_ACCESS_POINT = "accesspoint/"


@dataclass(frozen=True, slots=True)
class Metrics:
    """A MetricsConfiguration; ``document`` is what reads answer."""

    document: Mapping[str, Any]
    filter: ObjectFilter

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Metrics:
        """Return the configuration that a document says.

        Raises what a filter does, and InvalidArgument for what is no access point's ARN (assumed).
        """
        found = object_filter.of(document)
        arn = found.access_point
        if arn is not None and not (arn.startswith("arn:") and _ACCESS_POINT in arn):
            raise S3Error(
                "InvalidArgument",
                "The access point ARN is not valid.",
                ArgumentName="AccessPointArn",
                ArgumentValue=arn or None,
            )
        return cls(document, found)
