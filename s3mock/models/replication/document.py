"""Reading a ReplicationConfiguration, and refusing what S3 refuses.

|                         | V1: a ``Prefix``             | V2: a ``Filter``                                     |
|-------------------------|------------------------------|------------------------------------------------------|
| Priority                | not allowed                  | required, each number once                           |
| DeleteMarkerReplication | not allowed: delete markers  | required, and Disabled with a filter by tags         |
|                         | are replicated               |                                                      |
| destinations            | one                          | any number                                           |

(User Guide, "Replication configuration file elements", "Backward compatibility considerations".) The codes are those of
the list of replication errors on S3's page "Error responses", whose sentences are the messages here unless something
else is cited; their order is that of docs/errors.md. What is outside of the schema as the API pages describe it is
MalformedXML: an unknown value always, the rest as far as that is cited; of a rule with both Prefix and Filter, of rules
of V1 and V2 together, of DeleteMarkerReplication without its Status, of a Not with other than one predicate and of a
storage class that a replica cannot have it is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error, invalid_argument
from s3mock.models import names, tagging
from s3mock.models.replication import Configuration, Destination, Filter, Rule
from s3mock.models.version import STORAGE_CLASSES

if TYPE_CHECKING:
    from s3mock.models.tagging import TagSet

MOST_RULES = 1000
LONGEST_ID = 255
LONGEST_PREFIX = 1024
MINUTES = 15
"""The only time that S3 Replication Time Control allows."""

_ROLE = re.compile(r"arn:aws[-a-z]*:iam::\d{12}:(.+)")
_KEY = re.compile(r"arn:aws[-a-z]*:kms:[-a-z0-9]+:\d{12}:(key|alias)/.+")


def check_role(role: str) -> None:
    """Refuse an invalid ARN of a role. Raises InvalidArgument (the messages: scality/cloudserver, radkawar/stackd)."""
    found = _ROLE.fullmatch(role)
    if found is None:
        raise invalid_argument("Invalid Role specified in replication configuration", "Role", role)
    if not found[1].startswith("role/") or found[1] == "role/":
        raise invalid_argument("The relative id should start with role", "Role", role)


def configuration(document: Mapping[str, Any], bucket: str, new_id: Callable[[], str]) -> Configuration:
    """The replication of a ``ReplicationConfiguration`` for the bucket with the ARN ``bucket``.

    A rule without an ID gets one from ``new_id``. Raises MalformedXML, InvalidRequest, InvalidArgument.
    """
    elements = [{**rule, "ID": rule.get("ID") or new_id()} for rule in document["Rules"]]
    if not elements:
        raise S3Error("MalformedXML")
    if len(elements) > MOST_RULES:  # the message is that of lifecycle rules, and OVH's S3 has it
        message = f"The number of replication rules must not exceed the allowed limit of {MOST_RULES} rules."
        raise S3Error("InvalidRequest", message)
    v2 = any("Filter" in rule for rule in elements)
    rules = tuple(_rule(rule, bucket, v2=v2) for rule in elements)

    ids: set[str] = set()
    for rule in rules:
        if len(rule.id) > LONGEST_ID:  # radkawar/stackd, as is the next but one
            raise invalid_argument(f"Rule Id cannot be greater than {LONGEST_ID}", "ID", rule.id)
        if not rule.id.isascii():
            raise invalid_argument("Rule ID must not contain non-ASCII characters.", "ID", rule.id)
        if rule.id in ids:
            raise invalid_argument("Rule Id must be unique", "ID", rule.id)
        ids.add(rule.id)

    if v2:
        priorities: set[int] = set()
        for rule in rules:
            if rule.priority in priorities:  # radkawar/stackd; OVH's S3 has the same message
                raise S3Error("InvalidRequest", f"Found duplicate priority {rule.priority}.")
            priorities.add(rule.priority)
    else:
        if len({rule.destination.bucket for rule in rules}) > 1:
            # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/730
            raise S3Error("InvalidRequest", "Number of distinct destination bucket ARNs cannot exceed 1")
        for one, other in combinations([rule.filter.prefix for rule in rules], 2):
            if one.startswith(other) or other.startswith(one):
                # That they must not overlap: examples of AWS Tools for PowerShell; the message: scality/cloudserver
                raise S3Error("InvalidRequest", f"Found overlapping prefixes '{one}' and '{other}'")
    return Configuration(rules, {"Role": document["Role"], "Rules": elements})


def _rule(element: Mapping[str, Any], bucket: str, *, v2: bool) -> Rule:
    if ("Prefix" in element) == ("Filter" in element) or "ExistingObjectReplication" in element:
        # Neither, and ExistingObjectReplication: answers of S3 in crossplane-contrib/provider-aws issue 554 and
        # aws-controllers-k8s/community issue 1885.
        raise S3Error("MalformedXML")
    if ("Filter" in element) != v2:
        raise S3Error("MalformedXML")
    priority, markers = element.get("Priority"), element.get("DeleteMarkerReplication")
    _check_schema("Priority", present=priority is not None, v2=v2)
    _check_schema("DeleteMarkerReplication", present=markers is not None, v2=v2)
    if priority is not None and priority < 0:  # radkawar/stackd and OVH's S3
        raise S3Error("InvalidRequest", "Priority must be between 0 and 2147483647.")
    objects = _filter(element["Filter"]) if v2 else Filter(_prefix(element["Prefix"]))
    if markers is not None and "Status" not in markers:
        raise S3Error("MalformedXML")
    delete_markers = markers is None or markers["Status"] == "Enabled"
    if v2 and delete_markers and (objects.tags or objects.excluded_tags):
        raise S3Error(  # radkawar/stackd and OVH's S3
            "InvalidRequest",
            "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer "
            "Guide for more information.",
        )

    criteria = element.get("SourceSelectionCriteria")
    if criteria is not None and not criteria:  # radkawar/stackd
        raise S3Error("InvalidRequest", "SourceSelectionCriteria cannot be empty.")
    criteria = criteria or {}
    if "ReplicaModifications" in criteria:  # botocore's model: "In the earlier version, this element is not allowed"
        _check_schema("ReplicaModifications", present=True, v2=v2)
    enabled = {name for name, criterion in criteria.items() if criterion["Status"] == "Enabled"}
    return Rule(
        element["ID"],
        objects,
        _destination(element["Destination"], bucket, kms="SseKmsEncryptedObjects" in criteria),
        priority or 0,
        element["Status"] == "Enabled",
        delete_markers,
        "SseKmsEncryptedObjects" in enabled,
        "ReplicaModifications" in enabled,
    )


def _check_schema(element: str, *, present: bool, v2: bool) -> None:
    """Refuse an element that V1 does not have, or that V2 requires.

    Many public programs quote the messages of V2 from S3 ("... must be specified for this version of Cross Region
    Replication configuration schema"); those of V1 are in radkawar/stackd.
    """
    if present != v2:
        requirement = "must be specified" if v2 else "cannot be used"
        raise S3Error(
            "InvalidRequest",
            f"{element} {requirement} for this version of Cross Region Replication configuration schema. Please refer "
            "to S3 Developer Guide for more information.",
        )


def _filter(element: Mapping[str, Any]) -> Filter:
    """The filter of a V2 rule: empty, or exactly one of ``Prefix``, ``Tag``, ``And`` and ``Not`` (API page)."""
    if len(element) > 1:
        raise S3Error("MalformedXML")
    predicates = element.get("And", element)
    tags = [predicates["Tag"]] if "Tag" in predicates else predicates.get("Tags", [])
    if "And" in element and len(tags) + ("Prefix" in predicates) + ("Not" in predicates) < 2:
        raise S3Error("MalformedXML")
    exclusion = predicates.get("Not", {})
    if "Not" in predicates and len(exclusion) != 1:
        raise S3Error("MalformedXML")
    excluded = exclusion.get("Or", exclusion)
    prefixes = [excluded["Prefix"]] if "Prefix" in excluded else excluded.get("Prefixes", [])
    excluded_tags = [excluded["Tag"]] if "Tag" in excluded else excluded.get("Tags", [])
    return Filter(
        _prefix(predicates.get("Prefix", "")),
        _tags(tags),
        tuple(map(_prefix, prefixes)),
        _tags(excluded_tags, unique=False),
    )


def _prefix(prefix: str) -> str:
    if len(prefix.encode("utf-8", "surrogatepass")) > LONGEST_PREFIX:
        # The limit: API page; that the error is that of lifecycle rules is assumed.
        raise S3Error("InvalidRequest", f"The maximum size of a prefix is {LONGEST_PREFIX}")
    return prefix


def _tags(elements: list[Mapping[str, str]], *, unique: bool = True) -> TagSet:
    """The tags of a filter; excluded tags may have one key with several values (assumed)."""
    keys = [tag["Key"] for tag in elements]
    if unique and len(set(keys)) < len(keys):  # radkawar/stackd and OVH's S3
        raise S3Error("InvalidRequest", "Duplicate Tag Keys are not allowed.")
    return tuple(tagging.of_elements([tag], tagging.OBJECT)[0] for tag in elements)


def _destination(element: Mapping[str, Any], bucket: str, *, kms: bool) -> Destination:
    """The destination of a rule; ``kms`` says whether the rule has SseKmsEncryptedObjects, enabled or not."""
    arn, account = element["Bucket"], element.get("Account")
    arn_prefix, _, name = arn.rpartition(":")
    if arn_prefix != bucket.rpartition(":")[0] or not names.is_bucket_name(name):
        raise invalid_argument("Invalid bucket ARN", "Bucket", arn)  # radkawar/stackd and OVH's S3
    if arn == bucket:  # radkawar/stackd and OVH's S3
        raise S3Error("InvalidRequest", "Destination bucket cannot be the same as the source bucket.")
    storage_class = element.get("StorageClass")
    if storage_class is not None and storage_class not in STORAGE_CLASSES:
        raise S3Error("MalformedXML")
    if account == "":
        raise invalid_argument("The Account element is empty. It must contain a valid account ID.", "Account", account)
    owner_override = "AccessControlTranslation" in element
    if owner_override and account is None:  # radkawar/stackd, after the list
        message = "Account must be specified if the Owner in AccessControlTranslation has a value"
        raise S3Error("InvalidRequest", message)

    # Public programs quote the first message from S3; radkawar/stackd has the others.
    encryption = element.get("EncryptionConfiguration")
    if encryption is not None and not kms:
        message = "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present."
        raise S3Error("InvalidRequest", message)
    encryption = encryption or {}
    key_arn = encryption.get("ReplicaKmsKeyID") or None
    source_key = encryption.get("UseSourceMultiRegionKey", {}).get("Status") == "Enabled"
    if kms and not key_arn and not source_key:
        message = "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present."
        raise S3Error("InvalidRequest", message)
    if key_arn and _KEY.fullmatch(key_arn) is None:
        raise invalid_argument("Invalid ReplicaKmsKeyID ARN.", "ReplicaKmsKeyID", key_arn)

    metrics, time_control = _metrics(element)
    return Destination(name, account, owner_override, storage_class, key_arn, source_key, metrics, time_control)


def _metrics(destination: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether Metrics and ReplicationTime are enabled.

    The messages of InvalidArgument: radkawar/stackd, after the list.
    """
    time, metrics = destination.get("ReplicationTime"), destination.get("Metrics")
    has_metrics = metrics is not None and metrics["Status"] == "Enabled"
    time_control = time is not None and time["Status"] == "Enabled"
    if time is not None:
        if metrics is None:
            message = "Replication destination must contain both ReplicationTime and Metrics or neither."
            raise S3Error("InvalidRequest", message)
        if time["Time"].get("Minutes") != MINUTES:
            raise S3Error("InvalidArgument", "Invalid time minute value", ArgumentName="ReplicationTime")
        if time_control != has_metrics:
            raise S3Error("InvalidRequest", "ReplicationTime and ReplicationMetrics must have the same status.")
    threshold = None if metrics is None else metrics.get("EventThreshold")
    if time_control and threshold is None:
        message = "ReplicationMetrics must contain an event threshold"
        raise S3Error("InvalidArgument", message, ArgumentName="ReplicationMetrics")
    if time_control and threshold is not None and threshold.get("Minutes") != MINUTES:
        raise S3Error("InvalidArgument", "Invalid event threshold minute value", ArgumentName="ReplicationMetrics")
    if threshold is not None and not time_control:
        message = "Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled"
        raise S3Error("InvalidArgument", message, ArgumentName="Metrics")
    return has_metrics, time_control
