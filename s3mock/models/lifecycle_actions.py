"""The actions of a lifecycle rule: what S3 refuses of each, and of those that do not go together.

Where a message has no citation it is as ``lifecycle_rules`` says. ``named`` is the rule's filter, as messages have it.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.models.lifecycle import WATERFALL, NoncurrentExpiration, Timing, Transition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    Document: TypeAlias = "Mapping[str, Any]"

INFREQUENT = frozenset({"STANDARD_IA", "ONEZONE_IA"})
"""Classes in which objects have to stay for a while, and which they may not enter at once."""
THIRTY_DAYS = 30


def expiration(document: Document | None) -> tuple[Timing | None, bool]:
    """Return when current versions expire, and whether delete markers are removed: exactly one of the three elements.

    aws/aws-cli issue 8239 has ExpiredObjectDeleteMarker with Days, scality/cloudserver none at all. Raises
    MalformedXML, InvalidArgument.
    """
    if document is None:
        return None, False
    if len(document) != 1:
        raise S3Error("MalformedXML")
    if "ExpiredObjectDeleteMarker" in document:
        return None, document["ExpiredObjectDeleteMarker"]
    if "Date" in document:
        return Timing(date=_midnight(document["Date"])), False
    return Timing(_positive(document["Days"], "Days", "Expiration")), False


def transition(document: Document, action: str, days: str, *, second: bool = True) -> Transition:
    """Return one transition of a rule; ``days`` is what the action calls them.

    Raises MalformedXML, InvalidArgument.
    """
    if "StorageClass" not in document or (days in document) == ("Date" in document):
        raise S3Error("MalformedXML")
    storage_class: str = document["StorageClass"]
    newer = _newer(document, second=second)
    if "Date" in document:
        return Transition(storage_class, Timing(date=_midnight(document["Date"])))
    number: int = document[days]
    if number < 0:
        raise bad(f"'{days}' in {action} action must be nonnegative", days, number)
    if storage_class in INFREQUENT and number < THIRTY_DAYS:
        raise bad(
            f"'{days}' in {action} action must be greater than or equal to {THIRTY_DAYS} for storageClass "
            f"'{storage_class}'",
            days,
            number,
        )
    return Transition(storage_class, Timing(number), newer)


def check_transitions(transitions: Sequence[Transition], action: str, days: str, named: str) -> None:
    """Refuse transitions of one rule that do not lead down the waterfall one after the other."""
    classes = [each.storage_class for each in transitions]
    if len(set(classes)) < len(classes):
        raise S3Error(
            "InvalidRequest", f"'StorageClass' must be different for '{action}' actions in same 'Rule' with {named}"
        )
    by_date = {each.timing.date is not None for each in transitions}
    if len(by_date) > 1:
        raise S3Error(
            "InvalidRequest", f"Found mixed 'Date' and 'Days' based {action} actions in lifecycle rule for {named}"
        )
    ordered = sorted(transitions, key=lambda each: WATERFALL.index(each.storage_class))
    for before, after in pairwise(ordered):
        # User Guide, "General considerations for transitions": no archive within 30 days after an IA class; that it is
        # so of the other classes as well is assumed.
        least = THIRTY_DAYS if before.storage_class in INFREQUENT else 1
        if _day(after.timing) < _day(before.timing) + least:
            unit = days if after.timing.date is None else "Date"
            distance = "greater" if least == 1 else f"{least} days more"
            said = f"'{unit}' in the {action} action for StorageClass"
            raise bad(
                f"{said} '{after.storage_class}' for {named} must be {distance} than "
                f"{said} '{before.storage_class}' for {named}",
                unit,
                after.timing.date or after.timing.days,
            )


def check_expiration(expiration: Timing | None, transitions: Sequence[Transition], named: str) -> None:
    """Refuse an expiration that is counted otherwise than the transitions, or does not come after them."""
    if expiration is None or not transitions:
        return
    unit = "Days" if expiration.date is None else "Date"
    if (expiration.date is None) != (transitions[0].timing.date is None):
        raise S3Error(
            "InvalidRequest",
            f"Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for {named}",
        )
    if _day(expiration) <= max(_day(each.timing) for each in transitions):
        distance = "greater" if unit == "Days" else "later"
        raise bad(
            f"'{unit}' in the Expiration action for {named} must be {distance} than '{unit}' in the Transition action",
            unit,
            expiration.date or expiration.days,
        )


def _day(timing: Timing) -> int:
    return timing.days if timing.date is None else timing.date.toordinal()


def noncurrent_expiration(document: Document | None, *, second: bool) -> NoncurrentExpiration | None:
    """Return what a ``NoncurrentVersionExpiration`` says, None for none. Raises MalformedXML, InvalidArgument."""
    if document is None:
        return None
    if "NoncurrentDays" not in document:  # https://github.com/noobaa/noobaa-core/issues/8861
        raise S3Error("MalformedXML")
    # The words: hashicorp/terraform-provider-aws issue 35328.
    days = _positive(document["NoncurrentDays"], "NoncurrentDays", "NoncurrentVersionExpiration")
    return NoncurrentExpiration(Timing(days), _newer(document, second=second))


def check_noncurrent_expiration(
    expiration: NoncurrentExpiration | None, transitions: Sequence[Transition], named: str
) -> None:
    """Refuse an expiration of noncurrent versions that does not come after their transitions."""
    if expiration is None or not transitions:
        return
    if expiration.timing.days <= max(each.timing.days for each in transitions):
        raise bad(
            f"'NoncurrentDays' in the NoncurrentVersionExpiration action for {named} must be greater than "
            "'NoncurrentDays' in the NoncurrentVersionTransition action",
            "NoncurrentDays",
            expiration.timing.days,
        )


def _newer(document: Document, *, second: bool) -> int:
    """Return how many noncurrent versions are kept; that S3 takes more than the 100 of the API page is known."""
    newer: int | None = document.get("NewerNoncurrentVersions")
    if newer is None:
        return 0
    if not second:  # hashicorp/terraform-provider-aws issue 23228
        raise S3Error("InvalidRequest", "NewerNoncurrentVersions element can only be used in Lifecycle V2.")
    if newer < 1:
        raise bad("NewerNoncurrentVersions must be a positive integer", "NewerNoncurrentVersions", newer)
    return newer


def abort(document: Document | None) -> Timing | None:
    """Return when uploads are given up, None for never. Raises MalformedXML, InvalidArgument."""
    if document is None:
        return None
    if "DaysAfterInitiation" not in document:
        raise S3Error("MalformedXML")
    days = _positive(document["DaysAfterInitiation"], "DaysAfterInitiation", "AbortIncompleteMultipartUpload")
    return Timing(days)


def _positive(number: int, element: str, action: str) -> int:
    if number < 1:
        raise bad(f"'{element}' for {action} action must be a positive integer", element, number)
    return number


def _midnight(date: datetime) -> datetime:
    """Refuse a date at another time than midnight (https://github.com/aws/aws-cli/issues/7677)."""
    if (date.hour, date.minute, date.second, date.microsecond) != (0, 0, 0, 0):
        raise bad("'Date' must be at midnight GMT", "Date", date)
    return date


def bad(message: str, element: str, value: str | int | datetime) -> S3Error:
    """Return the error of an element with a value that cannot be."""
    text = value.isoformat(timespec="milliseconds")[:23] + "Z" if isinstance(value, datetime) else str(value)
    return S3Error("InvalidArgument", message, ArgumentName=element, ArgumentValue=text)
