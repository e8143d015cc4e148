"""What requests cost on S3, in US dollars.

The prices are those of us-east-1 in AWS's Price List API (https://aws.amazon.com/s3/pricing/), those of S3 Express One
Zone from the examples of S3's FAQ, both without their discounts for large volumes.
"""

from __future__ import annotations

import math
from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from s3mock.journal.printing import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3mock.backend.journal import Entry

REGION, DATE = "us-east-1", "2025-10-28"
"""The region of the prices, and the day on which they were read."""


class Price(NamedTuple):
    """The prices of a storage class: of 1,000 requests that write or list, of 1,000 that read, of a GB read."""

    write: float
    read: float
    gigabyte: float = 0.0


PRICES = {
    "STANDARD": Price(0.005, 0.0004),
    "REDUCED_REDUNDANCY": Price(0.005, 0.0004),
    "INTELLIGENT_TIERING": Price(0.005, 0.0004),
    "STANDARD_IA": Price(0.01, 0.001, 0.01),
    "ONEZONE_IA": Price(0.01, 0.001, 0.01),
    "GLACIER_IR": Price(0.02, 0.01, 0.03),
    "GLACIER": Price(0.03, 0.0004),
    "DEEP_ARCHIVE": Price(0.05, 0.0004),
    "EXPRESS_ONEZONE": Price(0.00113, 0.00003, 0.0006),
}
"""The prices of each storage class."""

WRITE, READ, FREE = "PUT, COPY, POST, LIST", "GET, SELECT and others", "DELETE and CANCEL"
ORDER = (WRITE, READ, FREE)
"""The classes of requests on S3's page of prices."""

UNPRICED = frozenset({"RestoreObject"})
"""Operations that have prices of their own, which are not known here."""

LEFT_OUT = (
    "data transferred out of AWS or to another region",
    "storage",
    "restores from an archive",
    "what SelectObjectContent scans",
    "S3 Express One Zone's price of a GB uploaded",
    "keys of KMS",
    "replication, lifecycle transitions, inventories, monitoring and other features",
    "minimum sizes and durations of storage",
    "discounts, the free tier and taxes",
)
"""What S3 charges for and a ``Cost`` does not have."""

GIGABYTE = 1 << 30


class Line(NamedTuple):
    """The ``number`` of requests of one class on one storage class, "" where that means nothing; their ``dollars``."""

    requests: str
    storage_class: str
    number: int
    dollars: float


class Cost(NamedTuple):
    """An estimate of what requests cost on S3, as ``print`` shows it.

    ``dollars`` is the sum: of the ``lines``, one for each class of requests and storage, and of ``retrieval``, the
    price of the bytes read of storage classes that have one. All are for ``times`` repetitions of the requests.
    """

    dollars: float
    lines: tuple[Line, ...]
    retrieval: float
    times: int

    def __str__(self) -> str:
        repeated = f", {self.times:,} times" if self.times != 1 else ""
        text = [f"{_dollars(self.dollars)} for {plural(sum(line.number for line in self.lines), 'request')}{repeated}"]
        names = [
            f"{line.number:,} x {line.requests}" + (f" of {line.storage_class}" if line.storage_class else "")
            for line in self.lines
        ]
        amounts = [_dollars(line.dollars) for line in self.lines]
        if self.retrieval:
            names.append("data retrieval")
            amounts.append(_dollars(self.retrieval))
        width, right = max(map(len, names), default=0), max(map(len, amounts), default=0)
        text += [f"  {name:<{width}}  {amount:>{right}}" for name, amount in zip(names, amounts, strict=True)]
        text += wrap(f"Prices of {REGION} on {DATE}. Left out: {', '.join(LEFT_OUT)}.", 100)
        return "\n".join(text)


def cost(entries: Iterable[Entry], times: int = 1) -> Cost:
    """The cost of requests on S3.

    S3 bills successful requests and its 4XX errors, and not its 5XX errors; LIST is billed as of STANDARD, whatever is
    listed (User Guide, "Understanding your AWS billing and usage reports for Amazon S3"). DELETE and CANCEL are free
    (S3's page of prices). A DeleteObjects is one of S3's DeleteRequests in its metrics (User Guide, "Amazon S3
    CloudWatch request metrics"), and counts as a DELETE here, too.
    """
    numbers: Counter[tuple[str, str]] = Counter()
    retrieval = 0.0
    for entry in entries:
        if not 0 < entry.status < 500 or entry.operation in UNPRICED:
            continue
        requests, storage_class = _class_of(entry), _storage_class_of(entry)
        numbers[requests, "" if requests == FREE else storage_class] += 1
        if entry.operation == "GetObject":
            retrieval += times * PRICES[storage_class].gigabyte * entry.bytes_out / GIGABYTE
    lines = []
    for (requests, storage_class), number in sorted(numbers.items(), key=lambda pair: ORDER.index(pair[0][0])):
        price = PRICES.get(storage_class, Price(0, 0))
        dollars = times * number * (price.write if requests == WRITE else price.read) / 1000
        lines.append(Line(requests, storage_class, number, dollars))
    return Cost(sum(line.dollars for line in lines) + retrieval, tuple(lines), retrieval, times)


def _class_of(entry: Entry) -> str:
    operation = entry.operation
    if operation.startswith(("Delete", "Abort")) or entry.method == "DELETE":
        return FREE
    if operation == "SelectObjectContent":
        return READ
    return WRITE if operation.startswith("List") or entry.method in ("PUT", "POST") else READ


def _storage_class_of(entry: Entry) -> str:
    if (entry.bucket or "").endswith("--x-s3"):
        return "EXPRESS_ONEZONE"
    if entry.method in ("GET", "HEAD"):
        name = entry.storage_class
    else:
        name = entry.parameters.get("StorageClass")
        if entry.operation == "CreateMultipartUpload" and name in ("GLACIER", "DEEP_ARCHIVE"):
            name = None  # billed as of STANDARD until the upload is complete (the same page)
    return name if name in PRICES else "STANDARD"


def _dollars(amount: float) -> str:
    """The amount with two digits, or below a cent with the first two that are not zero."""
    if not amount or amount >= 0.01:
        return f"${amount:,.2f}"
    decimals = 1 - math.floor(math.log10(amount))
    return f"${amount:.{decimals}f}"
