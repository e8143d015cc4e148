"""Archived objects: which versions are readable, and the retrieval times of restores.

| archive             | Expedited | Standard | Bulk     | a finished restore                             |
|---------------------|-----------|----------|----------|------------------------------------------------|
| GLACIER             | 5 minutes | 5 hours  | 12 hours | makes a copy that can be read until it expires |
| DEEP_ARCHIVE        | refused   | 12 hours | 48 hours | the same                                       |
| ARCHIVE_ACCESS      | 5 minutes | 5 hours  | 12 hours | moves the object to the Frequent Access tier   |
| DEEP_ARCHIVE_ACCESS | refused   | 12 hours | 48 hours | the same                                       |

The last two are tiers of INTELLIGENT_TIERING. The times are the longest that the API page of RestoreObject calls
typical. Nothing has to run when they are over: every function gets the current time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.models.expiry import expiry_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.models.version import Version

DEFAULT_TIER = "Standard"

_GLACIER = {"Expedited": timedelta(minutes=5), "Standard": timedelta(hours=5), "Bulk": timedelta(hours=12)}
_DEEP = {"Standard": timedelta(hours=12), "Bulk": timedelta(hours=48)}

RETRIEVALS: Mapping[str, Mapping[str, timedelta]] = {
    "GLACIER": _GLACIER,
    "DEEP_ARCHIVE": _DEEP,
    "ARCHIVE_ACCESS": _GLACIER,
    "DEEP_ARCHIVE_ACCESS": _DEEP,
}
"""The duration of a retrieval by archive and tier, the fastest tier first."""

FASTEST_FIRST = tuple(_GLACIER)


def archive(version: Version, now: datetime) -> str | None:
    """The archive that a version is in, None for one that is not archived or has been moved out again."""
    if version.archive_status is None:
        return version.storage_class if version.storage_class in RETRIEVALS else None
    return None if is_restored(version, now) else version.archive_status


def is_restored(version: Version, now: datetime) -> bool:
    """Whether the restore of an archived version has finished, and its copy has not expired."""
    return version.restore is not None and version.restore.readable(now)


def check_readable(version: Version, now: datetime, message: str | None = None) -> None:
    """Refuse to read an archived version that is not restored.

    Raises InvalidObjectState with the storage class, and with the tier of INTELLIGENT_TIERING.
    """
    if archive(version, now) is None or is_restored(version, now):
        return
    fields: dict[str, Any] = {"StorageClass": version.storage_class}
    if version.archive_status is not None:
        fields["AccessTier"] = version.archive_status
    raise S3Error("InvalidObjectState", message, **fields)


def described(version: Version, now: datetime) -> dict[str, Any]:
    """The members of GetObject and HeadObject about the archive: the restore, and the tier of INTELLIGENT_TIERING.

    An expired restore is left out (API page HeadObject, https://github.com/boto/boto3/issues/2623).
    """
    members: dict[str, Any] = {}
    archived_in, restore = archive(version, now), version.restore
    if archived_in is None:
        return members
    if version.archive_status is not None:
        members["ArchiveStatus"] = archived_in
    if restore is None:
        return members
    if restore.ongoing(now):
        members["Restore"] = 'ongoing-request="true"'
    elif restore.expiry is not None and restore.readable(now):
        members["Restore"] = f'ongoing-request="false", expiry-date="{expiry_date(restore.expiry)}"'
    return members


def status(version: Version, now: datetime) -> dict[str, Any] | None:
    """The RestoreStatus of a listing, None for a version that was not restored (API page RestoreStatus)."""
    restore = version.restore
    if restore is None or archive(version, now) is None:
        return None
    if restore.ongoing(now):
        return {"IsRestoreInProgress": True}
    if not restore.readable(now):
        return None
    return {"IsRestoreInProgress": False, "RestoreExpiryDate": restore.expiry}
