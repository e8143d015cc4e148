"""Reading a lifecycle configuration: what S3 refuses, and what is left of a document.

There are two kinds of configurations. In the old one ("V1") each rule has a ``Prefix`` of its own, and no two rules of
the same action may be about the same objects; in the other one ("V2") each rule has a ``Filter``. The first rule says
which of them it is.

S3's words are known from issues, and from servers that follow it: where a message has no citation, it is as
noobaa/noobaa-core (pull 9969), scality/cloudserver or open-io's swift has it. The order of the checks and the fields of
the errors are assumed.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error, invalid_argument
from s3mock.models.lifecycle import (
    ALL_CLASSES,
    BY_CLASS,
    WATERFALL,
    Filter,
    Lifecycle,
    NoncurrentExpiration,
    Rule,
    Timing,
    Transition,
)
from s3mock.models.tagging import LONGEST_KEY, LONGEST_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    Document: TypeAlias = "Mapping[str, Any]"
INFREQUENT = frozenset({"STANDARD_IA", "ONEZONE_IA"})
"""Classes in which objects have to stay for a while, and which they may not enter at once."""
THIRTY_DAYS = 30


def read_expiration(document: Document | None) -> tuple[Timing | None, bool]:
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


def read_transition(document: Document, action: str, days: str, *, second: bool = True) -> Transition:
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


def read_noncurrent_expiration(document: Document | None, *, second: bool) -> NoncurrentExpiration | None:
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


def read_abort(document: Document | None) -> Timing | None:
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
    return invalid_argument(message, element, text)


MOST_RULES = 1000
LONGEST_ID = 255
LONGEST_PREFIX = 1024
LARGEST = 1_099_511_627_776_000
"""More bytes than an object can have: 1,000 TB."""

ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransitions",
    "AbortIncompleteMultipartUpload",
)
SIZES = {"ObjectSizeGreaterThan": 0, "ObjectSizeLessThan": 1}
"""The least that each may be."""

NOT_IN_DIRECTORIES = ("Transitions", "NoncurrentVersionExpiration", "NoncurrentVersionTransitions")


def lifecycle(document: Document, minimum: str | None, new_id: Callable[[], str], *, directory: bool) -> Lifecycle:
    """Return what a ``LifecycleConfiguration`` says; rules without an ID get one of ``new_id``.

    ``minimum`` is the header ``x-amz-transition-default-minimum-object-size``.

    Raises MalformedXML, InvalidRequest, InvalidArgument.
    """
    rules: Sequence[Document] = document["Rules"]
    if minimum not in (None, ALL_CLASSES, BY_CLASS):
        raise S3Error("InvalidRequest", f"Invalid TransitionDefaultMinimumObjectSize found: {minimum}")
    if len(rules) > MOST_RULES:  # Error responses, List of error codes
        raise S3Error(
            "InvalidRequest", f"The number of lifecycle rules must not exceed the allowed limit of {MOST_RULES} rules."
        )
    _check_ids([rule["ID"] for rule in rules if rule.get("ID")])
    second = "Filter" in rules[0]
    for rule in rules:
        _check_kind(rule, second=second)
    made = tuple(_rule(rule, rule.get("ID") or new_id(), second=second, directory=directory) for rule in rules)
    if not second:
        _check_overlaps(rules)
    return Lifecycle(made, minimum or ALL_CLASSES)


def _check_ids(ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for rule_id in ids:
        if len(rule_id) > LONGEST_ID:  # https://github.com/noobaa/noobaa-core/issues/8628
            raise bad(f"ID length should not exceed allowed limit of {LONGEST_ID}", "ID", rule_id)
        if rule_id in seen:  # https://github.com/pingcap/tiflash/issues/9889
            raise bad("Rule ID must be unique. Found same ID for more than one rule", "ID", rule_id)
        seen.add(rule_id)


def _check_kind(rule: Document, *, second: bool) -> None:
    """Refuse a rule that has neither a Prefix nor a Filter, or both, or one of the other kind than the first rule."""
    if ("Prefix" in rule) == ("Filter" in rule):  # aws/aws-sdk-go-v2 issue 2874; both: scality/cloudserver
        raise S3Error("MalformedXML")
    if second and "Prefix" in rule:  # hashicorp/terraform-provider-aws issue 23299
        raise S3Error(
            "InvalidRequest",
            "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
        )
    if not second and "Filter" in rule:  # https://github.com/noobaa/noobaa-core/issues/8426
        raise S3Error("InvalidRequest", "Filter element can only be used in Lifecycle V2.")


def _rule(rule: Document, rule_id: str, *, second: bool, directory: bool) -> Rule:
    wanted = _filter(rule["Filter"]) if second else Filter(_prefix(rule["Prefix"]))
    named = _text_of(wanted, rule["Filter"]) if second else f"prefix '{wanted.prefix}'"
    if not any(action in rule for action in ACTIONS):
        # The words: what Ansible's community.aws s3_lifecycle looks for in S3's answer.
        raise S3Error("InvalidRequest", "At least one action needs to be specified in a rule")
    if directory:
        _check_directory(rule, wanted, second=second)
    expiration, expired_markers = read_expiration(rule.get("Expiration"))
    transitions = tuple(read_transition(each, "Transition", "Days") for each in rule.get("Transitions", ()))
    check_transitions(transitions, "Transition", "Days", named)
    check_expiration(expiration, transitions, named)
    noncurrent = tuple(
        read_transition(each, "NoncurrentVersionTransition", "NoncurrentDays", second=second)
        for each in rule.get("NoncurrentVersionTransitions", ())
    )
    check_transitions(noncurrent, "NoncurrentVersionTransition", "NoncurrentDays", named)
    ended = read_noncurrent_expiration(rule.get("NoncurrentVersionExpiration"), second=second)
    check_noncurrent_expiration(ended, noncurrent, named)
    abort = read_abort(rule.get("AbortIncompleteMultipartUpload"))
    if "ExpiredObjectDeleteMarker" in rule.get("Expiration", ()):
        _check_prefix_alone(wanted, "ExpiredObjectDeleteMarker")
    if abort is not None:
        _check_prefix_alone(wanted, "AbortIncompleteMultipartUpload")
    return Rule(
        id=rule_id,
        enabled=rule["Status"] == "Enabled",
        filter=wanted,
        document={**rule, "ID": rule_id},
        expiration=expiration,
        expired_markers=expired_markers,
        transitions=transitions,
        noncurrent_expiration=ended,
        noncurrent_transitions=noncurrent,
        abort=abort,
    )


def _filter(document: Document) -> Filter:
    """Return what a ``Filter`` says: nothing, one predicate, or several in an ``And``.

    Several without an And are MalformedXML (noobaa/noobaa-core pull 8914), as is an And of one
    (hashicorp/terraform-provider-aws issue 23882, which says that an empty Prefix counts).
    """
    if len(document) > 1:
        raise S3Error("MalformedXML")
    predicates: Document = document.get("And", document)
    tags = [*predicates.get("Tags", ()), *((predicates["Tag"],) if "Tag" in predicates else ())]
    if "And" in document and len(predicates) - ("Tags" in predicates) + len(tags) < 2:
        raise S3Error("MalformedXML")
    _check_tags(tags)
    larger, smaller = (_size(predicates, element) for element in SIZES)
    if larger is not None and smaller is not None and smaller <= larger:
        raise S3Error("InvalidRequest", "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.")
    pairs = tuple((tag["Key"], tag["Value"]) for tag in tags)
    return Filter(_prefix(predicates.get("Prefix", "")), pairs, larger, smaller)


def _prefix(prefix: str) -> str:
    if len(prefix.encode()) > LONGEST_PREFIX:
        raise S3Error("InvalidRequest", f"The maximum size of a prefix is {LONGEST_PREFIX}")
    return prefix


def _check_tags(tags: Sequence[Document]) -> None:
    keys: set[str] = set()
    for tag in tags:
        if not 1 <= len(tag["Key"]) <= LONGEST_KEY:
            raise S3Error("InvalidRequest", f"A Tag's Key must be a length between 1 and {LONGEST_KEY}")
        if len(tag["Value"]) > LONGEST_VALUE:
            raise S3Error("InvalidRequest", f"A Tag's Value must be a length between 0 and {LONGEST_VALUE}")
        if tag["Key"] in keys:
            raise S3Error("InvalidRequest", "Duplicate Tag Keys are not allowed.")
        keys.add(tag["Key"])


def _size(predicates: Document, element: str) -> int | None:
    size: int | None = predicates.get(element)
    if size is not None and not SIZES[element] <= size <= LARGEST:
        # The words: hashicorp/terraform-provider-aws issue 41521, of ObjectSizeLessThan.
        raise S3Error("InvalidRequest", f"'{element}' should be between {SIZES[element]} and {LARGEST}.")
    return size


def _text_of(wanted: Filter, document: Document) -> str:
    """Return a filter as messages have it."""
    told = []
    if wanted.prefix or "Prefix" in document.get("And", document):
        told.append(f"prefix={wanted.prefix}")
    told += [f"tag={{key={key}, value={value}}}" for key, value in wanted.tags]
    if wanted.larger_than is not None:
        told.append(f"objectsizegreaterthan={wanted.larger_than}")
    if wanted.smaller_than is not None:
        told.append(f"objectsizelessthan={wanted.smaller_than}")
    return f"filter '({' and '.join(told)})'"


def _check_prefix_alone(wanted: Filter, action: str) -> None:
    """Refuse an action that looks at keys only where the filter has more than a prefix.

    terraform-aws-modules/terraform-aws-s3-bucket issue 109, aws-cloudformation/cfn-lint issue 3554.
    """
    if wanted.tags:
        raise S3Error("InvalidRequest", f"{action} cannot be specified with Tags.")
    if wanted.of_size:
        raise S3Error("InvalidRequest", f"{action} cannot be specified with Object Size.")


def _check_overlaps(rules: Sequence[Document]) -> None:
    """Refuse two rules of the old kind that do the same with the same objects (ceph/ceph pull 23668)."""
    for place, rule in enumerate(rules):
        for other in rules[:place]:
            one, two = rule["Prefix"], other["Prefix"]
            if not (one.startswith(two) or two.startswith(one)):
                continue
            for action in ACTIONS:
                if action in rule and action in other:
                    raise S3Error(
                        "InvalidRequest",
                        f"Found overlapping prefixes '{one}' and '{two}' for same action type "
                        f"'{action.removesuffix('s')}'",
                    )


def _check_directory(rule: Document, wanted: Filter, *, second: bool) -> None:
    """Refuse what directory buckets do not have (botocore's documentation); which error that is: assumed."""
    expiration = rule.get("Expiration", {})
    refused = [action for action in NOT_IN_DIRECTORIES if action in rule]
    refused += [element for element in ("Date", "ExpiredObjectDeleteMarker") if element in expiration]
    refused += ["Tag"] if wanted.tags else []
    refused += [] if second else ["Prefix"]
    if refused:
        raise S3Error("InvalidRequest", f"{refused[0]} is not supported for directory buckets.")
