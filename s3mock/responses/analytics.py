"""Storage class analysis: ?analytics of buckets."""

from __future__ import annotations

from s3mock.models.analytics import Analytics
from s3mock.responses import listed_configurations as listed
from s3mock.responses.context import Context
from s3mock.responses.registry import Parameters, operation

KIND = listed.Kind("analytics", "AnalyticsConfiguration", Analytics.of)


@operation("PutBucketAnalyticsConfiguration")
def put_analytics_configuration(ctx: Context, request: Parameters) -> Parameters:
    """Add or replace a configuration of storage class analysis.

    S3 API: PutBucketAnalyticsConfiguration

    Differs: nothing is analysed, and no results are exported.
    """
    listed.put(ctx, request, KIND)
    return {}


@operation("GetBucketAnalyticsConfiguration")
def get_analytics_configuration(ctx: Context, request: Parameters) -> Parameters:
    """Return a configuration of storage class analysis.

    S3 API: GetBucketAnalyticsConfiguration
    """
    return listed.get(ctx, request, KIND)


@operation("DeleteBucketAnalyticsConfiguration")
def delete_analytics_configuration(ctx: Context, request: Parameters) -> Parameters:
    """Take a configuration of storage class analysis away.

    S3 API: DeleteBucketAnalyticsConfiguration
    """
    return listed.delete(ctx, request, KIND)


@operation("ListBucketAnalyticsConfigurations")
def list_analytics_configurations(ctx: Context, request: Parameters) -> Parameters:
    """List the configurations of storage class analysis, 100 at a time.

    S3 API: ListBucketAnalyticsConfigurations
    """
    return listed.list_page(ctx, request, KIND)
