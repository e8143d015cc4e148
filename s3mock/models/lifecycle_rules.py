"""Reading a lifecycle configuration: what S3 refuses, and what is left of a document.

There are two kinds of configurations. In the old one ("V1") each rule has a ``Prefix`` of its own, and no two rules of
the same action may be about the same objects; in the other one ("V2") each rule has a ``Filter``. The first rule says
which of them it is.

S3's words are known from issues, and from servers that follow it: where a message has no citation, it is as
noobaa/noobaa-core (pull 9969), scality/cloudserver or open-io's swift has it. The order of the checks and the fields of
the errors are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error
from s3mock.models import lifecycle_actions as actions
from s3mock.models.lifecycle import ALL_CLASSES, BY_CLASS, Filter, Lifecycle, Rule
from s3mock.models.tagging import LONGEST_KEY, LONGEST_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    Document: TypeAlias = "Mapping[str, Any]"

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
            raise actions.bad(f"ID length should not exceed allowed limit of {LONGEST_ID}", "ID", rule_id)
        if rule_id in seen:  # https://github.com/pingcap/tiflash/issues/9889
            raise actions.bad("Rule ID must be unique. Found same ID for more than one rule", "ID", rule_id)
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
    expiration, expired_markers = actions.expiration(rule.get("Expiration"))
    transitions = tuple(actions.transition(each, "Transition", "Days") for each in rule.get("Transitions", ()))
    actions.check_transitions(transitions, "Transition", "Days", named)
    actions.check_expiration(expiration, transitions, named)
    noncurrent = tuple(
        actions.transition(each, "NoncurrentVersionTransition", "NoncurrentDays", second=second)
        for each in rule.get("NoncurrentVersionTransitions", ())
    )
    actions.check_transitions(noncurrent, "NoncurrentVersionTransition", "NoncurrentDays", named)
    ended = actions.noncurrent_expiration(rule.get("NoncurrentVersionExpiration"), second=second)
    actions.check_noncurrent_expiration(ended, noncurrent, named)
    abort = actions.abort(rule.get("AbortIncompleteMultipartUpload"))
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
    if "And" in document and len(predicates) - ("Tags" in predicates) + len(tags) < 2:  # noqa: PLR2004
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
