"""Storage class analysis: ?analytics of buckets."""

from __future__ import annotations

from s3mock.exchange import Exchange
from s3mock.models.analytics import Analytics
from s3mock.responses import listed_configurations as listed
from s3mock.responses.registry import Parameters, operation

KIND = listed.Kind("analytics", "AnalyticsConfiguration", Analytics.of)


@operation("PutBucketAnalyticsConfiguration", action="s3:PutAnalyticsConfiguration", log="REST.PUT.ANALYTICS")
def put_analytics_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Add or replace a configuration of storage class analysis.

    S3 API: PutBucketAnalyticsConfiguration

    Differs: nothing is analysed, and no results are exported.
    """
    return listed.put(exchange, KIND, listed.read(request, KIND))


@operation("GetBucketAnalyticsConfiguration", action="s3:GetAnalyticsConfiguration", log="REST.GET.ANALYTICS")
def get_analytics_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """A configuration of storage class analysis.

    S3 API: GetBucketAnalyticsConfiguration
    """
    return listed.get(exchange, request, KIND)


@operation("DeleteBucketAnalyticsConfiguration", action="s3:PutAnalyticsConfiguration", log="REST.DELETE.ANALYTICS")
def delete_analytics_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Delete a configuration of storage class analysis.

    S3 API: DeleteBucketAnalyticsConfiguration
    """
    return listed.delete(exchange, request, KIND)


@operation("ListBucketAnalyticsConfigurations", action="s3:GetAnalyticsConfiguration", log="REST.GET.ANALYTICS")
def list_analytics_configurations(exchange: Exchange, request: Parameters) -> Parameters:
    """List the configurations of storage class analysis, 100 at a time.

    S3 API: ListBucketAnalyticsConfigurations
    """
    return listed.list_page(exchange, request, KIND)
