"""Server access logging: ?logging. The records of a request are made in ``gateway.logging``."""

from __future__ import annotations

from typing import Any

from s3mock.backend.access import ownership_controls
from s3mock.backend.reports import log_delivery
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.logging import Logging
from s3mock.responses.registry import Parameters, operation


@operation("GetBucketLogging", action="s3:GetBucketLogging", log="REST.GET.LOGGING_STATUS")
def get_bucket_logging(exchange: Exchange, _request: Parameters) -> Parameters:
    """The target of the bucket's access logs; nothing while logging is disabled.

    S3 API: GetBucketLogging
    """
    logging = exchange.configuration.logging
    return {} if logging is None else {"LoggingEnabled": logging.document}


@operation("PutBucketLogging", action="s3:PutBucketLogging", log="REST.PUT.LOGGING_STATUS")
def put_bucket_logging(exchange: Exchange, request: Parameters) -> Parameters:
    """Set the target of the bucket's access logs; a document without LoggingEnabled disables logging.

    S3 API: PutBucketLogging

    Differs: logs are delivered at every full hour of the mock's clock, or by ``s3.deliver_logs()``. In a record, cipher
    suite, TLS version and whether an ACL was required are always "-"; of the keys of a DeleteObjects, those that did
    not exist have no record. The delivery of logs is not logged, not even into the bucket itself.
    """
    enabled = request["BucketLoggingStatus"].get("LoggingEnabled")
    if enabled is None:
        exchange.configure(logging=None)
        return {}
    # The target bucket is of the same account (https://github.com/zalando-stups/sevenseconds/issues/29) and region, and
    # takes no grants where it has no ACLs (API page PutBucketLogging; which error that is, and the order of the checks,
    # is assumed). It is no directory bucket (User Guide, "Differences for directory buckets"): the namespace of the
    # others does not have its name (assumed).
    bucket, name = exchange.bucket, enabled["TargetBucket"]
    target = exchange.cloud.bucket(bucket.partition, name)
    if target is None or target.zone is not None:
        raise S3Error("InvalidTargetBucketForLogging", TargetBucket=name)
    if target.account != bucket.account:
        message = "The owner for the bucket to be logged and the target bucket must be the same."
        raise S3Error("InvalidTargetBucketForLogging", message, TargetBucket=name)
    if target.region != bucket.region:
        # us-east-1 is not named (aws_recorded: test_put_bucket_logging_cross_locations).
        places = {"SourceBucketLocation": bucket.region, "TargetBucketLocation": target.region}
        named: dict[str, Any] = {name: region for name, region in places.items() if region != "us-east-1"}
        raise S3Error("CrossLocationLoggingProhibitted", **named)
    if not log_delivery.is_permitted(target.state):
        # github.com/s3tools/s3cmd/issues/614
        message = "You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket"
        raise S3Error("InvalidTargetBucketForLogging", message, TargetBucket=name)
    if enabled.get("TargetGrants") and ownership_controls.sole_owner(target.state) is not None:
        raise S3Error("AccessControlListNotSupported")
    exchange.configure(logging=Logging.of(enabled, bucket.account))
    return {}
