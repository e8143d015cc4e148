"""Reading a LifecycleConfiguration: what S3 refuses, and the rules that result.

There are two kinds of configurations, V1 and V2. In V1 each rule has a ``Prefix`` of its own, and no two rules with the
same action may overlap; in V2 each rule has a ``Filter``. The first rule decides which kind a configuration is.

S3's messages are known from issues, and from servers that follow it: one without a citation is from
noobaa/noobaa-core (pull 9969), scality/cloudserver or open-io's swift. The order of the checks is that of
docs/errors.md; the fields of the errors are assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeAlias

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

Document: TypeAlias = Mapping[str, Any]

MOST_RULES = 1000
LONGEST_ID = 255
LONGEST_PREFIX = 1024
LARGEST = 1_099_511_627_776_000
"""1,000 TB in bytes, more than an object can have."""
SMALLEST_LIMITS = {"ObjectSizeGreaterThan": 0, "ObjectSizeLessThan": 1}

ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransitions",
    "AbortIncompleteMultipartUpload",
)
NOT_IN_DIRECTORY_BUCKETS = ("Transitions", "NoncurrentVersionExpiration", "NoncurrentVersionTransitions")

INFREQUENT = frozenset({"STANDARD_IA", "ONEZONE_IA"})
"""The classes that objects enter after 30 days at the earliest, and in which they stay for 30 days."""
THIRTY_DAYS = 30

NONCURRENT = "NoncurrentVersion"
"""The prefix of the names of actions on noncurrent versions."""


def lifecycle(document: Document, minimum: str | None, new_id: Callable[[], str], *, directory: bool) -> Lifecycle:
    """The configuration in a ``LifecycleConfiguration``; rules without an ID get one from ``new_id``.

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

    ids: set[str] = set()
    for rule_id in filter(None, (rule.get("ID") for rule in rules)):
        if len(rule_id) > LONGEST_ID:  # https://github.com/noobaa/noobaa-core/issues/8628
            raise _bad(f"ID length should not exceed allowed limit of {LONGEST_ID}", "ID", rule_id)
        if rule_id in ids:  # https://github.com/pingcap/tiflash/issues/9889
            raise _bad("Rule ID must be unique. Found same ID for more than one rule", "ID", rule_id)
        ids.add(rule_id)

    v2 = "Filter" in rules[0]
    for rule in rules:
        if ("Prefix" in rule) == ("Filter" in rule):  # aws/aws-sdk-go-v2 issue 2874; both: scality/cloudserver
            raise S3Error("MalformedXML")
        if v2 and "Prefix" in rule:  # hashicorp/terraform-provider-aws issue 23299
            raise S3Error(
                "InvalidRequest",
                "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
            )
        if not v2 and "Filter" in rule:  # https://github.com/noobaa/noobaa-core/issues/8426
            raise S3Error("InvalidRequest", "Filter element can only be used in Lifecycle V2.")

    made = tuple(_rule(rule, rule.get("ID") or new_id(), v2=v2, directory=directory) for rule in rules)

    if not v2:  # Rules with the same action may not overlap: ceph/ceph pull 23668
        for index, rule in enumerate(rules):
            for earlier in rules[:index]:
                one, two = rule["Prefix"], earlier["Prefix"]
                if not (one.startswith(two) or two.startswith(one)):
                    continue
                for action in ACTIONS:
                    if action in rule and action in earlier:
                        raise S3Error(
                            "InvalidRequest",
                            f"Found overlapping prefixes '{one}' and '{two}' for same action type "
                            f"'{action.removesuffix('s')}'",
                        )
    return Lifecycle(made, minimum or ALL_CLASSES)


def _rule(rule: Document, rule_id: str, *, v2: bool, directory: bool) -> Rule:
    rule_filter, described = _filter(rule)
    if not any(action in rule for action in ACTIONS):
        # The words: what Ansible's community.aws s3_lifecycle looks for in S3's answer.
        raise S3Error("InvalidRequest", "At least one action needs to be specified in a rule")
    element = rule.get("Expiration")
    if directory:  # What directory buckets lack is botocore's documentation; which error that is: assumed
        refused = [action for action in NOT_IN_DIRECTORY_BUCKETS if action in rule]
        refused += [name for name in ("Date", "ExpiredObjectDeleteMarker") if name in (element or {})]
        refused += ["Tag"] if rule_filter.tags else []
        refused += [] if v2 else ["Prefix"]
        if refused:
            raise S3Error("InvalidRequest", f"{refused[0]} is not supported for directory buckets.")

    # Current versions. An Expiration has one of three elements: aws/aws-cli issue 8239 has ExpiredObjectDeleteMarker
    # with Days, scality/cloudserver none at all.
    expiration = None
    if element is not None:
        if len(element) != 1:
            raise S3Error("MalformedXML")
        if "Date" in element:
            expiration = Timing(date=_midnight(element["Date"]))
        elif "Days" in element:
            expiration = Timing(_positive(element["Days"], "Days", "Expiration"))
    transitions = _transitions(rule, "", described, v2=v2)
    _check_after_transitions(expiration, transitions, "", described)

    # Noncurrent versions
    noncurrent_transitions = _transitions(rule, NONCURRENT, described, v2=v2)
    noncurrent_expiration = None
    noncurrent = rule.get("NoncurrentVersionExpiration")
    if noncurrent is not None:
        if "NoncurrentDays" not in noncurrent:  # https://github.com/noobaa/noobaa-core/issues/8861
            raise S3Error("MalformedXML")
        # The words: hashicorp/terraform-provider-aws issue 35328.
        days = _positive(noncurrent["NoncurrentDays"], "NoncurrentDays", "NoncurrentVersionExpiration")
        noncurrent_expiration = NoncurrentExpiration(Timing(days), _newer(noncurrent, v2=v2))
        _check_after_transitions(noncurrent_expiration.timing, noncurrent_transitions, NONCURRENT, described)

    # Uploads
    abort = None
    upload = rule.get("AbortIncompleteMultipartUpload")
    if upload is not None:
        if "DaysAfterInitiation" not in upload:
            raise S3Error("MalformedXML")
        days = _positive(upload["DaysAfterInitiation"], "DaysAfterInitiation", "AbortIncompleteMultipartUpload")
        abort = Timing(days)

    # Delete markers and uploads have neither tags nor a size: terraform-aws-modules/terraform-aws-s3-bucket issue 109,
    # aws-cloudformation/cfn-lint issue 3554.
    for action, present in (
        ("ExpiredObjectDeleteMarker", element is not None and "ExpiredObjectDeleteMarker" in element),
        ("AbortIncompleteMultipartUpload", abort is not None),
    ):
        if present and rule_filter.tags:
            raise S3Error("InvalidRequest", f"{action} cannot be specified with Tags.")
        if present and rule_filter.of_size:
            raise S3Error("InvalidRequest", f"{action} cannot be specified with Object Size.")

    return Rule(
        id=rule_id,
        enabled=rule["Status"] == "Enabled",
        filter=rule_filter,
        document={**rule, "ID": rule_id},
        expiration=expiration,
        expired_object_delete_marker=(element or {}).get("ExpiredObjectDeleteMarker", False),
        transitions=transitions,
        noncurrent_expiration=noncurrent_expiration,
        noncurrent_transitions=noncurrent_transitions,
        abort=abort,
    )


def _filter(rule: Document) -> tuple[Filter, str]:
    """The filter of a rule, and how S3's messages describe it.

    A ``Filter`` has no predicate, one, or several in an ``And``. Several without an And are MalformedXML
    (noobaa/noobaa-core pull 8914), as is an And of one (hashicorp/terraform-provider-aws issue 23882, by which an empty
    Prefix counts).
    """
    element: Document = rule.get("Filter", {"Prefix": rule.get("Prefix")})
    if len(element) > 1:
        raise S3Error("MalformedXML")
    predicates: Document = element.get("And", element)
    tags = [*predicates.get("Tags", ()), *((predicates["Tag"],) if "Tag" in predicates else ())]
    if "And" in element and len(predicates) - ("Tags" in predicates) + len(tags) < 2:
        raise S3Error("MalformedXML")

    pairs: dict[str, str] = {}
    for tag in tags:
        if not 1 <= len(tag["Key"]) <= LONGEST_KEY:
            raise S3Error("InvalidRequest", f"A Tag's Key must be a length between 1 and {LONGEST_KEY}")
        if len(tag["Value"]) > LONGEST_VALUE:
            raise S3Error("InvalidRequest", f"A Tag's Value must be a length between 0 and {LONGEST_VALUE}")
        if tag["Key"] in pairs:
            raise S3Error("InvalidRequest", "Duplicate Tag Keys are not allowed.")
        pairs[tag["Key"]] = tag["Value"]

    for name, least in SMALLEST_LIMITS.items():
        if name in predicates and not least <= predicates[name] <= LARGEST:
            # The words: hashicorp/terraform-provider-aws issue 41521, of ObjectSizeLessThan.
            raise S3Error("InvalidRequest", f"'{name}' should be between {least} and {LARGEST}.")
    larger, smaller = (predicates.get(name) for name in SMALLEST_LIMITS)
    if larger is not None and smaller is not None and smaller <= larger:
        raise S3Error("InvalidRequest", "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.")

    prefix: str = predicates.get("Prefix", "")
    if len(prefix.encode()) > LONGEST_PREFIX:
        raise S3Error("InvalidRequest", f"The maximum size of a prefix is {LONGEST_PREFIX}")

    made = Filter(prefix, tuple(pairs.items()), larger, smaller)
    if "Filter" not in rule:
        return made, f"prefix '{prefix}'"
    parts = [f"prefix={prefix}"] if "Prefix" in predicates else []
    parts += [f"tag={{key={key}, value={value}}}" for key, value in pairs.items()]
    parts += [] if larger is None else [f"objectsizegreaterthan={larger}"]
    parts += [] if smaller is None else [f"objectsizelessthan={smaller}"]
    return made, f"filter '({' and '.join(parts)})'"


def _transitions(rule: Document, kind: str, described: str, *, v2: bool) -> tuple[Transition, ...]:
    """The transitions of current versions (a ``kind`` of ""), or of noncurrent ones.

    Each leads further down the waterfall than the one before it, and takes place later.
    """
    action, unit = f"{kind}Transition", "NoncurrentDays" if kind else "Days"
    transitions = []
    for element in rule.get(f"{action}s", ()):
        if "StorageClass" not in element or (unit in element) == ("Date" in element):
            raise S3Error("MalformedXML")
        storage_class: str = element["StorageClass"]
        newer = _newer(element, v2=v2)
        if "Date" in element:
            transitions.append(Transition(storage_class, Timing(date=_midnight(element["Date"]))))
            continue
        days: int = element[unit]
        if days < 0:
            raise _bad(f"'{unit}' in {action} action must be nonnegative", unit, days)
        if storage_class in INFREQUENT and days < THIRTY_DAYS:
            raise _bad(
                f"'{unit}' in {action} action must be greater than or equal to {THIRTY_DAYS} for storageClass "
                f"'{storage_class}'",
                unit,
                days,
            )
        transitions.append(Transition(storage_class, Timing(days), newer))

    if len({each.storage_class for each in transitions}) < len(transitions):
        raise S3Error(
            "InvalidRequest",
            f"'StorageClass' must be different for '{action}' actions in same 'Rule' with {described}",
        )
    if len({each.timing.date is None for each in transitions}) > 1:
        raise S3Error(
            "InvalidRequest", f"Found mixed 'Date' and 'Days' based {action} actions in lifecycle rule for {described}"
        )
    ordered = sorted(transitions, key=lambda each: WATERFALL.index(each.storage_class))
    for before, after in pairwise(ordered):
        # User Guide, "General considerations for transitions": no archive within 30 days after an IA class; that the
        # same holds for the other classes is assumed.
        least = THIRTY_DAYS if before.storage_class in INFREQUENT else 1
        if _day(after.timing) < _day(before.timing) + least:
            unit = unit if after.timing.date is None else "Date"
            distance = "greater" if least == 1 else f"{least} days more"
            beginning = f"'{unit}' in the {action} action for StorageClass"
            raise _bad(
                f"{beginning} '{after.storage_class}' for {described} must be {distance} than "
                f"{beginning} '{before.storage_class}' for {described}",
                unit,
                after.timing.date or after.timing.days,
            )
    return tuple(transitions)


def _check_after_transitions(
    expiration: Timing | None, transitions: Sequence[Transition], kind: str, described: str
) -> None:
    """Refuse an expiration that does not come after the transitions, or has a date where they have days."""
    if expiration is None or not transitions:
        return
    if (expiration.date is None) != (transitions[0].timing.date is None):
        raise S3Error(
            "InvalidRequest",
            f"Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for {described}",
        )
    if _day(expiration) <= max(_day(each.timing) for each in transitions):
        unit, distance = (
            ("NoncurrentDays" if kind else "Days", "greater") if expiration.date is None else ("Date", "later")
        )
        raise _bad(
            f"'{unit}' in the {kind}Expiration action for {described} must be {distance} than '{unit}' in the "
            f"{kind}Transition action",
            unit,
            expiration.date or expiration.days,
        )


def _day(timing: Timing) -> int:
    return timing.days if timing.date is None else timing.date.toordinal()


def _newer(element: Document, *, v2: bool) -> int:
    """The number of newer noncurrent versions that stay; S3 accepts more than the 100 of the API page."""
    newer: int | None = element.get("NewerNoncurrentVersions")
    if newer is None:
        return 0
    if not v2:  # hashicorp/terraform-provider-aws issue 23228
        raise S3Error("InvalidRequest", "NewerNoncurrentVersions element can only be used in Lifecycle V2.")
    if newer < 1:
        raise _bad("NewerNoncurrentVersions must be a positive integer", "NewerNoncurrentVersions", newer)
    return newer


def _positive(number: int, element: str, action: str) -> int:
    if number < 1:
        raise _bad(f"'{element}' for {action} action must be a positive integer", element, number)
    return number


def _midnight(date: datetime) -> datetime:
    """Refuse a date at any other time of day (https://github.com/aws/aws-cli/issues/7677)."""
    if (date.hour, date.minute, date.second, date.microsecond) != (0, 0, 0, 0):
        raise _bad("'Date' must be at midnight GMT", "Date", date)
    return date


def _bad(message: str, element: str, value: str | int | datetime) -> S3Error:
    """InvalidArgument with the name and the value of an element."""
    text = value.isoformat(timespec="milliseconds")[:23] + "Z" if isinstance(value, datetime) else str(value)
    return invalid_argument(message, element, text)
