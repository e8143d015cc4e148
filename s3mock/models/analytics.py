"""A configuration of storage class analysis: what is analysed, and where the results would go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s3mock.models import destination, object_filter
from s3mock.models.object_filter import ObjectFilter


@dataclass(frozen=True, slots=True)
class Analytics:
    """An AnalyticsConfiguration; ``document`` is what reads answer, ``bucket`` where the results go, if anywhere."""

    document: Mapping[str, Any]
    filter: ObjectFilter
    bucket: str | None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Analytics:
        """Return the configuration that a document says.

        Raises what a filter does, and InvalidS3DestinationBucket.
        """
        export = document["StorageClassAnalysis"].get("DataExport")
        bucket = None
        if export is not None:
            bucket = destination.bucket_of(export["Destination"]["S3BucketDestination"], "BucketAccountId")
        return cls(document, object_filter.of(document), bucket)
