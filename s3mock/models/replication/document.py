"""The document of a bucket's replication, and what S3 refuses of it.

|                         | V1: a ``Prefix``             | V2: a ``Filter``                                     |
|-------------------------|------------------------------|------------------------------------------------------|
| Priority                | may not be there             | must be there, each number once                      |
| DeleteMarkerReplication | may not be there: they are   | must be there, and Disabled with a filter by tags    |
|                         | replicated                   |                                                      |
| destinations            | one                          | any number                                           |

(User Guide, "Replication configuration file elements", "Backward compatibility considerations".) The codes are those of
the list of replication errors on S3's page "Error responses", whose sentences are S3's words here where nothing else is
cited; the order of the checks is assumed.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
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
"""The only time that S3 Replication Time Control has."""

_ROLE = re.compile(r"arn:aws[-a-z]*:iam::\d{12}:(.+)")
_KEY = re.compile(r"arn:aws[-a-z]*:kms:[-a-z0-9]+:\d{12}:(key|alias)/.+")
_ACCOUNT = re.compile(r"\d{12}")


def check_role(role: str) -> None:
    """Refuse what is no ARN of a role. Raises InvalidArgument (the words: scality/cloudserver, radkawar/stackd)."""
    found = _ROLE.fullmatch(role)
    if found is None:
        raise invalid_argument("Invalid Role specified in replication configuration", "Role", role)
    if not found[1].startswith("role/") or found[1] == "role/":
        raise invalid_argument("The relative id should start with role", "Role", role)


def configuration(document: Mapping[str, Any], bucket: str) -> Configuration:
    """Return what a ``ReplicationConfiguration`` says for the bucket whose ARN is ``bucket``.

    A rule without an ID gets one. Raises MalformedXML, InvalidRequest, InvalidArgument.
    """
    wanted = document["Rules"]
    if not wanted:
        raise S3Error("MalformedXML")
    if len(wanted) > MOST_RULES:  # the words: of lifecycle rules, OVH's S3 of these
        message = f"The number of replication rules must not exceed the allowed limit of {MOST_RULES} rules."
        raise S3Error("InvalidRequest", message)
    latest = any("Filter" in rule for rule in wanted)
    identified = [rule if rule.get("ID") else {"ID": str(uuid.uuid4()), **_without_id(rule)} for rule in wanted]
    rules = tuple(_rule(rule, bucket, latest=latest) for rule in identified)
    _check_ids([rule["ID"] for rule in identified])
    _check_together(rules, latest=latest)
    return Configuration(rules, {"Role": document["Role"], "Rules": identified})


def _without_id(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name != "ID"}


def _check_ids(ids: list[str]) -> None:
    for place, name in enumerate(ids):
        message = None
        if len(name) > LONGEST_ID:  # radkawar/stackd, as is the next but one
            message = f"Rule Id cannot be greater than {LONGEST_ID}"
        elif not name.isascii():
            message = "Rule ID must not contain non-ASCII characters."
        elif name in ids[:place]:
            message = "Rule Id must be unique"
        if message is not None:
            raise invalid_argument(message, "ID", name)


def _check_together(rules: tuple[Rule, ...], *, latest: bool) -> None:
    """Refuse priorities that come twice, and in V1 several destinations, or prefixes of which one has the other."""
    if not latest:
        if len({rule.destination.bucket for rule in rules}) > 1:
            # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/730
            raise S3Error("InvalidRequest", "Number of distinct destination bucket ARNs cannot exceed 1")
        for one, other in combinations([rule.filter.prefix for rule in rules], 2):
            if one.startswith(other) or other.startswith(one):
                # That they must not overlap: examples of AWS Tools for PowerShell; the words: scality/cloudserver
                raise S3Error("InvalidRequest", f"Found overlapping prefixes '{one}' and '{other}'")
        return
    priorities: set[int] = set()
    for rule in rules:
        if rule.priority in priorities:  # radkawar/stackd; OVH's S3 has the same words
            raise S3Error("InvalidRequest", f"Found duplicate priority {rule.priority}.")
        priorities.add(rule.priority)


def _rule(wanted: Mapping[str, Any], bucket: str, *, latest: bool) -> Rule:
    if ("Prefix" in wanted) == ("Filter" in wanted) or "ExistingObjectReplication" in wanted:
        # Neither, and a replication of what is there: answers of S3 in crossplane-contrib/provider-aws issue 554 and
        # aws-controllers-k8s/community issue 1885. Both, and a V1 and a V2 rule together: assumed.
        raise S3Error("MalformedXML")
    if ("Filter" in wanted) != latest:
        raise S3Error("MalformedXML")
    priority, markers = wanted.get("Priority"), wanted.get("DeleteMarkerReplication")
    _check_schema("Priority", present=priority is not None, latest=latest)
    _check_schema("DeleteMarkerReplication", present=markers is not None, latest=latest)
    if priority is not None and priority < 0:  # radkawar/stackd and OVH's S3
        raise S3Error("InvalidRequest", "Priority must be between 0 and 2147483647.")
    found = _filter(wanted["Filter"]) if latest else Filter(_prefix(wanted["Prefix"]))
    if markers is not None and "Status" not in markers:
        raise S3Error("MalformedXML")  # assumed
    replicates_markers = not latest or (markers is not None and markers["Status"] == "Enabled")
    if latest and replicates_markers and (found.tags or found.excluded_tags):
        raise S3Error(  # radkawar/stackd and OVH's S3
            "InvalidRequest",
            "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer "
            "Guide for more information.",
        )
    criteria = wanted.get("SourceSelectionCriteria")
    selected = _criteria(criteria, latest=latest)
    return Rule(
        wanted["ID"],
        found,
        _destination(wanted["Destination"], bucket, kms=criteria is not None and "SseKmsEncryptedObjects" in criteria),
        priority or 0,
        wanted["Status"] == "Enabled",
        replicates_markers,
        "SseKmsEncryptedObjects" in selected,
        "ReplicaModifications" in selected,
    )


def _check_schema(element: str, *, present: bool, latest: bool) -> None:
    """Refuse an element that V1 does not have, or that V2 lacks.

    The words are S3's in many public programs' notes ("... must be specified for this version of Cross Region
    Replication configuration schema"); of V1 radkawar/stackd has them.
    """
    if present == latest:
        return
    what = "must be specified" if latest else "cannot be used"
    raise S3Error(
        "InvalidRequest",
        f"{element} {what} for this version of Cross Region Replication configuration schema. Please refer to S3 "
        "Developer Guide for more information.",
    )


def _criteria(wanted: Mapping[str, Any] | None, *, latest: bool) -> frozenset[str]:
    """Return the selections that are Enabled."""
    if wanted is None:
        return frozenset()
    if not wanted:  # radkawar/stackd
        raise S3Error("InvalidRequest", "SourceSelectionCriteria cannot be empty.")
    if "ReplicaModifications" in wanted:  # botocore's model: "In the earlier version, this element is not allowed"
        _check_schema("ReplicaModifications", present=True, latest=latest)
    return frozenset(name for name, selection in wanted.items() if selection["Status"] == "Enabled")


def _filter(wanted: Mapping[str, Any]) -> Filter:
    """Return the filter of a V2 rule: empty, or exactly one of ``Prefix``, ``Tag``, ``And`` and ``Not`` (API page)."""
    if len(wanted) > 1:
        raise S3Error("MalformedXML")
    both = wanted.get("And", wanted)
    tags = [both["Tag"]] if "Tag" in both else both.get("Tags", [])
    excluded = both.get("Not", {})
    if "And" in wanted and len(tags) + ("Prefix" in both) + ("Not" in both) < 2:
        raise S3Error("MalformedXML")
    if "Not" in both and len(excluded) != 1:  # assumed
        raise S3Error("MalformedXML")
    of_any = excluded.get("Or", excluded)
    prefixes = [of_any["Prefix"]] if "Prefix" in of_any else of_any.get("Prefixes", [])
    excluded_tags = [of_any["Tag"]] if "Tag" in of_any else of_any.get("Tags", [])
    return Filter(
        _prefix(both.get("Prefix", "")), _tags(tags), tuple(map(_prefix, prefixes)), _tags(excluded_tags, again=True)
    )


def _prefix(prefix: str) -> str:
    if len(prefix.encode("utf-8", "surrogatepass")) > LONGEST_PREFIX:  # the limit: API page; the words are assumed
        message = f"The maximum size of a prefix is {LONGEST_PREFIX}."
        raise invalid_argument(message, "prefix", prefix)
    return prefix


def _tags(wanted: list[Mapping[str, str]], *, again: bool = False) -> TagSet:
    """Return the tags of a filter; of those that exclude, a key may come ``again`` with another value (assumed)."""
    keys = [tag["Key"] for tag in wanted]
    if not again and len(set(keys)) < len(keys):  # radkawar/stackd and OVH's S3
        raise S3Error("InvalidRequest", "Duplicate Tag Keys are not allowed.")
    return tuple(tagging.of_elements([tag], tagging.OBJECT)[0] for tag in wanted)


def _destination(wanted: Mapping[str, Any], bucket: str, *, kms: bool) -> Destination:
    arn, account = wanted["Bucket"], wanted.get("Account")
    of_buckets, name = arn.rpartition(":")[::2]
    if of_buckets != bucket.rpartition(":")[0] or not names.is_bucket_name(name):
        raise invalid_argument("Invalid bucket ARN", "Bucket", arn)  # radkawar/stackd and OVH's S3
    if arn == bucket:  # radkawar/stackd and OVH's S3
        raise S3Error("InvalidRequest", "Destination bucket cannot be the same as the source bucket.")
    storage_class = wanted.get("StorageClass")
    if storage_class is not None and storage_class not in STORAGE_CLASSES:
        raise S3Error("MalformedXML")  # assumed, as for what is no storage class at all
    if account is not None and _ACCOUNT.fullmatch(account) is None:  # the words are assumed, after the list's
        raise invalid_argument("Account must contain a valid account ID.", "Account", account)
    override = "AccessControlTranslation" in wanted
    if override and account is None:  # radkawar/stackd, after the list
        message = "Account must be specified if the Owner in AccessControlTranslation has a value"
        raise S3Error("InvalidRequest", message)
    key_arn, source_key = _key(wanted.get("EncryptionConfiguration"), kms=kms)
    metrics, time_control = _metrics(wanted)
    return Destination(name, account, override, storage_class, key_arn, source_key, metrics, time_control)


def _key(wanted: Mapping[str, Any] | None, *, kms: bool) -> tuple[str | None, bool]:
    """Return the key for the replicas, and whether it is the source's of another region.

    The first message is in answers of S3 that public programs show; the others radkawar/stackd has.
    """
    if wanted is not None and not kms:
        message = "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present."
        raise S3Error("InvalidRequest", message)
    key_arn = None if wanted is None else wanted.get("ReplicaKmsKeyID")
    source_key = wanted is not None and wanted.get("UseSourceMultiRegionKey", {}).get("Status") == "Enabled"
    if kms and not key_arn and not source_key:
        message = "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present."
        raise S3Error("InvalidRequest", message)
    if key_arn and _KEY.fullmatch(key_arn) is None:
        raise invalid_argument("Invalid ReplicaKmsKeyID ARN.", "ReplicaKmsKeyID", key_arn)
    return key_arn or None, source_key


def _metrics(wanted: Mapping[str, Any]) -> tuple[bool, bool]:
    """Return whether failures are told, and delays. The words of InvalidArgument: radkawar/stackd, after the list."""
    time, metrics = wanted.get("ReplicationTime"), wanted.get("Metrics")
    metered = metrics is not None and metrics["Status"] == "Enabled"
    timed = time is not None and time["Status"] == "Enabled"
    if time is not None:
        if metrics is None:
            message = "Replication destination must contain both ReplicationTime and Metrics or neither."
            raise S3Error("InvalidRequest", message)
        if time["Time"].get("Minutes") != MINUTES:
            raise S3Error("InvalidArgument", "Invalid time minute value", ArgumentName="ReplicationTime")
        if timed != metered:
            raise S3Error("InvalidRequest", "ReplicationTime and ReplicationMetrics must have the same status.")
    threshold = None if metrics is None else metrics.get("EventThreshold")
    if timed and threshold is None:
        raise S3Error(
            "InvalidArgument", "ReplicationMetrics must contain an event threshold", ArgumentName="ReplicationMetrics"
        )
    if timed and threshold is not None and threshold.get("Minutes") != MINUTES:
        raise S3Error("InvalidArgument", "Invalid event threshold minute value", ArgumentName="ReplicationMetrics")
    if threshold is not None and not timed:
        message = "Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled"
        raise S3Error("InvalidArgument", message, ArgumentName="Metrics")
    return metered, timed
