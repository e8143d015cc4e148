"""Storage class analysis: the objects to analyse, and the destination bucket of the results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models import object_filter
from s3mock.models.listed_configuration import destination_bucket
from s3mock.models.object_filter import ObjectFilter


@dataclass(frozen=True, slots=True)
class Analytics:
    """An AnalyticsConfiguration; ``document`` is what reads return, ``bucket`` None where no results are exported."""

    document: Mapping[str, Any]
    filter: ObjectFilter
    bucket: str | None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Analytics:
        """The configuration in a document.

        A filter may not be an empty prefix (aws-sdk-java-v2, BucketAnalyticsConfigurationIntegrationTest); the code is
        assumed.

        Raises what ``object_filter.of`` raises, MalformedXML, and InvalidS3DestinationBucket.
        """
        if document.get("Filter") == {"Prefix": ""}:
            raise S3Error("MalformedXML")
        export = document["StorageClassAnalysis"].get("DataExport")
        bucket = None
        if export is not None:
            bucket = destination_bucket(export["Destination"]["S3BucketDestination"])
        return cls(document, object_filter.of(document), bucket)
