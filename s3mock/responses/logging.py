"""Server access logging: ?logging of buckets, and the records of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.access import ownership_controls
from s3mock.backend.reports import log_delivery
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import copy_source
from s3mock.models.logging import NONE, Logging, LogRecord, key_of, time_of
from s3mock.models.version import NULL
from s3mock.responses import website
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket, Change
    from s3mock.backend.cloud import Cloud

UNKNOWN = dict.fromkeys(
    ("request_uri", "error", "bytes_sent", "total_time", "turn_around_time", "referer", "user_agent"), NONE
)
"""What the further records of one request do not say."""


@operation("GetBucketLogging", action="s3:GetBucketLogging", log="REST.GET.LOGGING_STATUS")
def get_bucket_logging(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return where the bucket's access logs go; nothing where they are not kept.

    S3 API: GetBucketLogging
    """
    logging = exchange.bucket.configuration.logging
    return {} if logging is None else {"LoggingEnabled": logging.document}


@operation("PutBucketLogging", action="s3:PutBucketLogging", log="REST.PUT.LOGGING_STATUS")
def put_bucket_logging(exchange: Exchange, request: Parameters) -> Parameters:
    """Say where the bucket's access logs go; a document without LoggingEnabled turns them off.

    S3 API: PutBucketLogging

    Differs: logs are delivered at every full hour of the mock's clock, or by ``s3.deliver_logs()``. In a record, cipher
    suite, TLS version and whether an ACL was required are always "-"; of the keys of a DeleteObjects, those that were
    not there have no record. The delivery of logs is not logged, be it into the bucket itself.
    """
    wanted = request["BucketLoggingStatus"].get("LoggingEnabled")
    if wanted is None:
        exchange.bucket.configure(logging=None)
        return {}
    _check_target(exchange, wanted)
    exchange.bucket.configure(logging=Logging.of(wanted, exchange.bucket.account))
    exchange.cloud.access_log.begin(exchange.cloud)
    return {}


def _check_target(exchange: Exchange, wanted: Parameters) -> None:
    """Refuse a target bucket that cannot have the logs.

    It is of the same account (https://github.com/zalando-stups/sevenseconds/issues/29) and region, and takes no grants
    where it has no ACLs (API page PutBucketLogging; which error that is, and the order of the checks, is assumed). No
    log comes to a directory bucket (User Guide, "Differences for directory buckets"): there is none of its name in the
    namespace of the others (assumed).

    Raises InvalidTargetBucketForLogging, CrossLocationLoggingProhibited, AccessControlListNotSupported.
    """
    bucket, name = exchange.bucket, wanted["TargetBucket"]
    target = exchange.cloud.partition(bucket.partition).get(name)
    if target is None or target.zone is not None:
        raise S3Error("InvalidTargetBucketForLogging", TargetBucket=name)
    if target.account != bucket.account:
        message = "The owner for the bucket to be logged and the target bucket must be the same."
        raise S3Error("InvalidTargetBucketForLogging", message, TargetBucket=name)
    if target.region != bucket.region:
        raise S3Error("CrossLocationLoggingProhibited")
    if not log_delivery.is_permitted(target):
        # github.com/s3tools/s3cmd/issues/614
        message = "You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket"
        raise S3Error("InvalidTargetBucketForLogging", message, TargetBucket=name)
    if wanted.get("TargetGrants") and ownership_controls.sole_owner(target) is not None:
        raise S3Error("AccessControlListNotSupported")


def keep(cloud: Cloud, bucket: Bucket, told: dict[str, str], source: str | None) -> None:
    """Keep the records of a request to a bucket, as far as buckets are logged.

    ``told`` is what the request and its answer say. A copy has a second record with its source, and a DeleteObjects one
    for each key; what they say are facts of records that were published (in tests of log readers, and in
    apache/hadoop). A key that got a delete marker has no version id: none was asked for (assumed).
    """
    when = cloud.clock.timestamp()
    operation, shown = told["operation"], bucket.configuration.website
    if operation.startswith("WEBSITE.") and shown is not None:
        told["key"] = website.wanted(shown, told["key"])
    said = {**told, "key": key_of(told["key"]), "time": time_of(cloud.clock.now())}
    line = LogRecord(owner=bucket.account.canonical_id, bucket=bucket.name, region=bucket.region, **said)
    removed = cloud.access_log.removed_by(line.request_id)
    if operation == "REST.DELETE.OBJECT" and removed:
        line = line._replace(object_size=_size_of(removed[0]))
    elif operation == "REST.POST.MULTI_OBJECT_DELETE":
        for change in removed:
            cloud.access_log.add(cloud, bucket, _of_key(line, change), when)
    elif operation.startswith("REST.COPY.") and source is not None and line.error == NONE:
        _keep_with_source(cloud, bucket, line, source, when)
    cloud.access_log.add(cloud, bucket, line, when)


def _of_key(line: LogRecord, change: Change) -> LogRecord:
    """Return the record of one key of a DeleteObjects."""
    version, by_id = change.version, change.event == "ObjectRemoved:Delete"
    return line._replace(
        operation="BATCH.DELETE.OBJECT",
        key=key_of(change.key or ""),
        status="204",
        object_size=_size_of(change),
        version_id=version.version_id if by_id and version is not None and version.version_id != NULL else NONE,
        **UNKNOWN,
    )


def _size_of(change: Change) -> str:
    """Return the size of what was deleted; a delete marker has none."""
    return NONE if change.version is None or change.version.blob is None else str(change.version.size)


def _keep_with_source(cloud: Cloud, bucket: Bucket, line: LogRecord, header: str, when: float) -> None:
    name, key, version_id = copy_source.parse(header)
    source = cloud.partition(bucket.partition).get(name)
    if source is None:  # an access point's
        return
    state = source.state
    version = versions.latest(state, key) if version_id is None else versions.find(state, key, version_id)
    got = line._replace(
        owner=source.account.canonical_id,
        bucket=source.name,
        operation=f"{line.operation}_GET",
        key=key_of(key),
        object_size=NONE if version is None else str(version.size),
        version_id=version_id or NONE,
        region=source.region,
        **UNKNOWN,
    )
    cloud.access_log.add(cloud, source, got, when)
