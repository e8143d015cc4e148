"""SelectObjectContent: a query over one object, answered by a stream of events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from s3mock import select
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.responses import encryption, intelligent_tiering, reading
from s3mock.responses.registry import UNAUTHENTICATED, Parameters, operation

UNREADABLE = frozenset({"DEEP_ARCHIVE", "GLACIER", "REDUCED_REDUNDANCY"})
"""Storage classes that cannot be queried (API page, GetObject Support)."""


@operation(
    "SelectObjectContent",
    action="s3:GetObject",
    on="object",
    hides_absence=True,
    log="REST.POST.SELECT",
    object_lambda=False,
    unsigned=UNAUTHENTICATED,  # API page: "Amazon S3 Select does not support anonymous access"
)
def select_object_content(exchange: Exchange, request: Parameters) -> Parameters:
    """Answer an SQL query over an object of CSV, JSON or Parquet.

    An error before the first result is an error answer; a later one ends the stream of events.

    S3 API: SelectObjectContent

    Differs: S3 reads ahead in blocks. So a query that LIMIT ends scans more bytes there, and an encoding error is
    reported near the end of a block. Here both are exact.
    """
    if "range" in exchange.headers:
        raise S3Error("UnsupportedRangeHeader")
    version = reading.find_version(exchange, request["Key"], None, "POST")
    selection = select.selection(request)
    encryption.check_read(exchange, request, version)
    if version.storage_class in UNREADABLE or version.blob is None:
        # Seen in a report on logs in DEEP_ARCHIVE (github code search).
        message = f"We do not support {version.storage_class} storage class. "
        raise S3Error("UnsupportedStorageClass", message + "Please check the service documentation and try again.")
    intelligent_tiering.open_version(exchange, exchange.bucket, version)
    cloud = exchange.cloud
    events: Iterator[Mapping[str, Any]] = select.run(selection, version.blob, cloud.clock.now(), cloud.blobs.spool)
    first = next(events)  # an error up to here is an error answer
    return {"Payload": chain((first,), events)}
