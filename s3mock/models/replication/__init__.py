"""Replication: the rules of a bucket, and the versions that each applies to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3mock.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.models.tagging import TagSet
    from s3mock.models.version import Version

UNREADABLE = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Storage classes whose objects are not replicated (User Guide, "What does Amazon S3 replicate?")."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The objects of a rule: keys that begin with ``prefix``, with all ``tags``, and without anything excluded."""

    prefix: str = ""
    tags: TagSet = ()
    excluded_prefixes: tuple[str, ...] = ()
    excluded_tags: TagSet = ()

    def matches(self, version: Version) -> bool:
        """Whether the rule applies to ``version``."""
        key, tags = version.key, version.tags
        return (
            key.startswith(self.prefix)
            and all(tag in tags for tag in self.tags)
            and not key.startswith(self.excluded_prefixes)
            and not any(tag in tags for tag in self.excluded_tags)
        )


@dataclass(frozen=True, slots=True)
class Destination:
    """The destination of replicas, and what they have there.

    ``bucket`` is a name; ``account`` is the id of its expected owner, None for any. With ``owner_override`` that
    account owns the replicas. A ``storage_class`` of None is the source's. Replicas of objects under a KMS key are
    encrypted with ``key_arn``, or with the replica of the source's multi-Region key (``source_key``). ``metrics`` turns
    on the events about failures, ``time_control`` also those about delays.
    """

    bucket: str
    account: str | None = None
    owner_override: bool = False
    storage_class: str | None = None
    key_arn: str | None = None
    source_key: bool = False
    metrics: bool = False
    time_control: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the versions to replicate, and their destination. The highest ``priority`` wins."""

    id: str
    filter: Filter
    destination: Destination
    priority: int = 0
    enabled: bool = True
    delete_markers: bool = False
    kms: bool = False
    replica_modifications: bool = False

    def allows(self, version: Version) -> bool:
        """Whether a version that matches the filter is of a kind that the rule replicates."""
        if version.delete_marker:
            return self.delete_markers
        if version.storage_class in UNREADABLE or version.archive_status is not None:
            return False
        return self.kms or version.encryption.key_arn is None


@dataclass(frozen=True, slots=True)
class Configuration:
    """A bucket's replication: its rules, and the ``document`` that GetBucketReplication returns."""

    rules: tuple[Rule, ...]
    document: Mapping[str, Any]

    def rules_for(self, version: Version) -> tuple[Rule, ...]:
        """The rules by which a new version is replicated: at most one for each destination.

        Of several rules with the same destination the one with the highest priority decides, even if it replicates
        nothing: objects are "replicated according to the rule with the highest priority" (API page ReplicationRule).
        """
        chosen: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.enabled and rule.filter.matches(version):
                best = chosen.setdefault(rule.destination.bucket, rule)
                if rule.priority > best.priority:
                    chosen[rule.destination.bucket] = rule
        return tuple(rule for rule in chosen.values() if rule.allows(version))

    def rules_for_changes_of(self, version: Version) -> tuple[Rule, ...]:
        """The rules by which changes of a version's metadata are replicated; ``version`` is as it was before.

        A version that no rule applied to when it was created is never replicated: neither an object that is tagged
        later (User Guide, "Troubleshooting replication") nor one that is older than the configuration. Changes of
        replicas need ``replica_modifications``.
        """
        if version.replication is None:
            return ()
        replica = version.replication.replica
        return tuple(rule for rule in self.rules_for(version) if rule.replica_modifications or not replica)
