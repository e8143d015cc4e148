"""Server access logging: ?logging of buckets. The lines are written where requests are answered."""

from __future__ import annotations

from s3mock.backend import access_log, ownership_controls
from s3mock.errors import S3Error
from s3mock.models.logging import Logging
from s3mock.responses.context import Context
from s3mock.responses.registry import Parameters, operation


@operation("GetBucketLogging")
def get_bucket_logging(ctx: Context, _request: Parameters) -> Parameters:
    """Return where the bucket's access logs go; nothing where they are not kept.

    S3 API: GetBucketLogging
    """
    logging: Logging | None = ctx.bucket.configuration(access_log.TOPIC)
    return {} if logging is None else {"LoggingEnabled": logging.document}


@operation("PutBucketLogging")
def put_bucket_logging(ctx: Context, request: Parameters) -> Parameters:
    """Say where the bucket's access logs go; a document without LoggingEnabled turns them off.

    S3 API: PutBucketLogging

    Differs: logs are delivered at every full hour of the mock's clock, or by ``s3.deliver_logs()``, be the target
    bucket open to S3's log delivery or not. In a record, cipher suite, TLS version and whether an ACL was required are
    always "-"; the keys of DeleteObjects have no records of their own.
    """
    wanted = request["BucketLoggingStatus"].get("LoggingEnabled")
    if wanted is None:
        ctx.bucket.configure(logging=None)
        return {}
    _check_target(ctx, wanted)
    ctx.bucket.configure(logging=Logging.of(wanted, ctx.bucket.account))
    ctx.cloud.access_log.on = True
    return {}


def _check_target(ctx: Context, wanted: Parameters) -> None:
    """Refuse a target bucket that cannot have the logs.

    It is of the same account (https://github.com/zalando-stups/sevenseconds/issues/29) and region, and takes no grants
    where it has no ACLs (API page PutBucketLogging; which error that is, and the order of the checks, is assumed).

    Raises InvalidTargetBucketForLogging, CrossLocationLoggingProhibited, AccessControlListNotSupported.
    """
    bucket, name = ctx.bucket, wanted["TargetBucket"]
    target = ctx.cloud.partition(bucket.partition).get(name)
    if target is None:
        raise S3Error("InvalidTargetBucketForLogging", TargetBucket=name)
    if target.account != bucket.account:
        message = "The owner for the bucket to be logged and the target bucket must be the same."
        raise S3Error("InvalidTargetBucketForLogging", message, TargetBucket=name)
    if target.region != bucket.region:
        raise S3Error("CrossLocationLoggingProhibited")
    if wanted.get("TargetGrants") and ownership_controls.sole_owner(target) is not None:
        raise S3Error("AccessControlListNotSupported")
