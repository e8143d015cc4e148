"""The gateway's last step: the records of an exchange in server access logs.

What the second record of a copy and those of a DeleteObjects contain is taken from published records (in tests of log
readers, and in apache/hadoop).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.files import unless_full
from s3mock.backend.reports import logging
from s3mock.gateway import address
from s3mock.http import utf8
from s3mock.models import copy_source
from s3mock.models.logging import NONE, LogRecord, key_of, time_of
from s3mock.models.version import NULL
from s3mock.wire import access_log

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.exchange import Exchange

UNKNOWN = dict.fromkeys(
    ("request_uri", "error", "bytes_sent", "total_time", "turn_around_time", "referer", "user_agent"), NONE
)
"""The fields that only the first record of an exchange has."""


def record(exchange: Exchange) -> None:
    """Log the exchange if the addressed bucket is logged; a copy also where its source is, and each key of a deletion.

    A request whose signature could not be read is logged, too: its requester is "-".
    """
    cloud, request, response = exchange.cloud, exchange.request, exchange.response
    addressed = address.bucket_by_address(exchange)
    state = None if addressed is None else cloud.store.buckets.get((addressed.partition, addressed.name))
    if state is None:
        return
    bucket, now = state.identity, cloud.clock.timestamp()
    milliseconds = str(max(0, round((now - (exchange.started or now)) * 1000)))
    fields = access_log.fields(request, response, exchange.target, exchange.query, exchange.signer, exchange.log)
    operation, key = fields["operation"], fields["key"]
    website = state.configuration.website
    if website is not None and operation.startswith("WEBSITE."):
        key = website.object_key(key)
    fields |= {
        "key": key_of(key),
        "time": time_of(cloud.clock.now()),
        "requester": _requester(exchange),
        "request_id": exchange.request_id,
        "host_id": exchange.host_id,
        "error": exchange.error or NONE,
        "total_time": milliseconds,
        "turn_around_time": milliseconds,
    }
    entry = LogRecord(owner=bucket.account.canonical_id, bucket=bucket.name, region=bucket.region, **fields)

    entries: list[tuple[BucketState, LogRecord]] = []
    header, removed = exchange.headers.get(copy_source.HEADER), exchange.removed
    if operation == "REST.DELETE.OBJECT" and removed:
        entry = entry._replace(object_size=_size(removed[0]))
    elif operation == "REST.POST.MULTI_OBJECT_DELETE":
        for change in removed:
            # "The version ID in the request" (User Guide, "Amazon S3 server access log format"): none for a key that
            # got a delete marker.
            version = change.version if change.event == "ObjectRemoved:Delete" else None
            of_key = entry._replace(
                operation="BATCH.DELETE.OBJECT",
                key=key_of(change.key or ""),
                status="204",
                object_size=_size(change),
                version_id=NONE if version is None or version.version_id == NULL else version.version_id,
                **UNKNOWN,
            )
            entries.append((state, of_key))
    elif operation.startswith("REST.COPY.") and header is not None and entry.error == NONE:
        name, key, version_id = copy_source.parse(utf8(header))
        source = cloud.store.buckets.get((bucket.partition, name))
        if source is not None:  # else the name is an access point's
            version = versions.latest(source, key) if version_id is None else versions.find(source, key, version_id)
            of_source = entry._replace(
                owner=source.identity.account.canonical_id,
                bucket=name,
                operation=f"{operation}_GET",
                key=key_of(key),
                object_size=NONE if version is None else str(version.size),
                version_id=version_id or NONE,
                region=source.identity.region,
                **UNKNOWN,
            )
            entries.append((source, of_source))
    for of_bucket, each in (*entries, (state, entry)):
        with unless_full():  # a record may be lost ("best effort"), while reads go on
            cloud.update(partial(logging.with_record, state=of_bucket, line=each, when=now))


def _requester(exchange: Exchange) -> str:
    """The ARN of a user or of a role's session, the canonical id of a root user; "-" for an unsigned request.

    User Guide, "Amazon S3 server access log format".
    """
    access_key = exchange.access_key  # also that of a form
    if access_key is None and exchange.signer is not None:  # it was refused before its caller was known
        access_key = exchange.signer.access_key
    holder = exchange.cloud.holder(access_key)
    if access_key is None or not holder.is_accepted:
        return NONE
    principal = holder.principal
    return holder.account.canonical_id if principal is None or principal.is_root else principal.arn


def _size(change: Change) -> str:
    """The size in bytes of the version that was deleted; "-" for a delete marker."""
    return NONE if change.version is None or change.version.blob is None else str(change.version.size)
