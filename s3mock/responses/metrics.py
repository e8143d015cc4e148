"""Request metrics: ?metrics of buckets."""

from __future__ import annotations

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.metrics import Metrics
from s3mock.responses import listed_configurations as listed
from s3mock.responses.registry import Parameters, operation

KIND = listed.Kind("metrics", "MetricsConfiguration", Metrics.of)


@operation(
    "PutBucketMetricsConfiguration", action="s3:PutMetricsConfiguration", log="REST.PUT.METRICS", directory="regional"
)
def put_metrics_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Add or replace a configuration of request metrics.

    S3 API: PutBucketMetricsConfiguration

    Differs: nothing is measured, and no metrics are sent to CloudWatch.
    """
    metrics = listed.read(request, KIND)
    if exchange.bucket.zone is not None and metrics.filter.tags:
        # API page MetricsFilter; the code and the message are assumed.
        raise S3Error("InvalidRequest", "Tag filters are not supported for directory buckets.")
    return listed.put(exchange, KIND, metrics)


@operation(
    "GetBucketMetricsConfiguration", action="s3:GetMetricsConfiguration", log="REST.GET.METRICS", directory="regional"
)
def get_metrics_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """A configuration of request metrics.

    S3 API: GetBucketMetricsConfiguration
    """
    return listed.get(exchange, request, KIND)


@operation(
    "DeleteBucketMetricsConfiguration",
    action="s3:PutMetricsConfiguration",
    log="REST.DELETE.METRICS",
    directory="regional",
)
def delete_metrics_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Delete a configuration of request metrics.

    S3 API: DeleteBucketMetricsConfiguration
    """
    return listed.delete(exchange, request, KIND)


@operation(
    "ListBucketMetricsConfigurations", action="s3:GetMetricsConfiguration", log="REST.GET.METRICS", directory="regional"
)
def list_metrics_configurations(exchange: Exchange, request: Parameters) -> Parameters:
    """List the configurations of request metrics, 100 at a time.

    S3 API: ListBucketMetricsConfigurations
    """
    return listed.list_page(exchange, request, KIND)
