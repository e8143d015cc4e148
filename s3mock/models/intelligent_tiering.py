"""S3 Intelligent-Tiering: the days without access after which an object moves to each archive tier.

| tier                | days       |
|---------------------|------------|
| ARCHIVE_ACCESS      | 90 to 730  |
| DEEP_ARCHIVE_ACCESS | 180 to 730 |

(API page Tiering.)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error, invalid_argument
from s3mock.models import object_filter, restore
from s3mock.models.object_filter import ObjectFilter
from s3mock.models.version import Version

STORAGE_CLASS = "INTELLIGENT_TIERING"
ENABLED = "Enabled"

LEAST_DAYS: Mapping[str, int] = {"ARCHIVE_ACCESS": 90, "DEEP_ARCHIVE_ACCESS": 180}
"""The minimum number of days for each tier, in the order in which objects reach the tiers."""

MOST_DAYS = 730

ACCESS_TIERS = ((90, "ARCHIVE_INSTANT_ACCESS"), (30, "INFREQUENT"))
"""The tiers that need no configuration, with the days without access after which objects reach them."""

SMALLEST = 128 * 1024
"""Smaller objects are not monitored and stay in the Frequent Access tier (User Guide, "How S3 Intelligent-Tiering
works")."""


@dataclass(frozen=True, slots=True)
class IntelligentTiering:
    """An IntelligentTieringConfiguration; ``document`` is what reads return, ``days`` has the days of each tier."""

    document: Mapping[str, Any]
    filter: ObjectFilter
    enabled: bool
    days: Mapping[str, int]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> IntelligentTiering:
        """The configuration in a document.

        Raises what ``object_filter.of`` raises, MalformedXML for a repeated tier (assumed), and InvalidArgument for
        days out of range or not more in DEEP_ARCHIVE_ACCESS (assumed, but for the words about the lower limit).
        """
        days: dict[str, int] = {}
        for tiering in document["Tierings"]:
            tier = tiering["AccessTier"]
            if tier in days:
                raise S3Error("MalformedXML")
            days[tier] = number = tiering["Days"]
            # https://github.com/aws-cloudformation/cfn-lint/issues/3992
            for refused, comparison, limit in (
                (number < LEAST_DAYS[tier], "less", LEAST_DAYS[tier]),
                (number > MOST_DAYS, "greater", MOST_DAYS),
            ):
                if refused:
                    message = f"Days specified in {tier} tier should not be {comparison} than {limit}."
                    raise invalid_argument(message, "Days", str(number))
        if not days:
            raise S3Error("MalformedXML")
        if len(days) > 1 and days["DEEP_ARCHIVE_ACCESS"] <= days["ARCHIVE_ACCESS"]:
            raise invalid_argument(
                "Days specified in DEEP_ARCHIVE_ACCESS tier should be greater than those in ARCHIVE_ACCESS tier.",
                "Days",
                str(days["DEEP_ARCHIVE_ACCESS"]),
            )
        return cls(document, object_filter.of(document), document["Status"] == ENABLED, days)

    def tier(self, version: Version, now: datetime) -> str | None:
        """The archive tier that a version moves to now; None if it stays where it is."""
        if not self.enabled or version.storage_class != STORAGE_CLASS or version.size < SMALLEST:
            return None
        if not self.filter.matches(version):
            return None
        current, idle = restore.archive(version, now), now - last_access(version, now)
        for tier in ("DEEP_ARCHIVE_ACCESS", "ARCHIVE_ACCESS"):
            if tier == current:
                break
            if tier in self.days and idle >= timedelta(days=self.days[tier]):
                return tier
        return None


def last_access(version: Version, now: datetime) -> datetime:
    """When a version was last put, read or restored from an archive.

    RestoreObject is an access as well (User Guide, "How S3 Intelligent-Tiering works"), which lasts until the restore
    is complete.
    """
    times = [version.last_modified]
    if version.last_access is not None:
        times.append(version.last_access)
    if version.restore is not None:
        times.append(now if version.restore.ongoing(now) else version.restore.ready)
    return max(times)


def access_tier(version: Version, now: datetime) -> str:
    """The tier of a version of this class, as an inventory names it.

    After 30 days without access it is the Infrequent Access tier, after 90 the Archive Instant Access tier (User Guide,
    "How S3 Intelligent-Tiering works"; the names are those of "What is an S3 Inventory manifest?").
    """
    archive = restore.archive(version, now)
    if archive is not None:
        return archive.removesuffix("_ACCESS")
    if version.size < SMALLEST:
        return "FREQUENT"
    idle = (now - last_access(version, now)).days
    return next((tier for days, tier in ACCESS_TIERS if idle >= days), "FREQUENT")
