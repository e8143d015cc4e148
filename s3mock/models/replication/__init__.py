"""Replication: the rules of a bucket, which versions they are about, and how far a version's replication is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.models.tagging import TagSet
    from s3mock.models.version import Version

UNREADABLE = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Storage classes whose objects are not replicated (User Guide, "What does Amazon S3 replicate?")."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which objects a rule is about: those that begin with ``prefix`` and have all ``tags``, less the excluded ones."""

    prefix: str = ""
    tags: TagSet = ()
    excluded_prefixes: tuple[str, ...] = ()
    excluded_tags: TagSet = ()

    def matches(self, version: Version) -> bool:
        """Tell whether ``version`` is one of them."""
        key, tags = version.key, version.tags
        return (
            key.startswith(self.prefix)
            and all(tag in tags for tag in self.tags)
            and not key.startswith(self.excluded_prefixes)
            and not any(tag in tags for tag in self.excluded_tags)
        )


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the replicas go, and what they are there.

    ``bucket`` is a name. ``account`` is whose bucket it should be, None for any; with ``owner_override`` that account
    owns the replicas. ``storage_class`` is None for the source's. Objects under a KMS key are encrypted with
    ``key_arn``, or with the source's key of the other region (``source_key``). ``metrics`` lets failures be told,
    ``time_control`` delays, too.
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
    """One rule of a bucket: which versions are replicated, and to where. The highest ``priority`` wins."""

    id: str
    filter: Filter
    destination: Destination
    priority: int = 0
    enabled: bool = True
    delete_markers: bool = False
    kms: bool = False
    replica_modifications: bool = False

    def allows(self, version: Version) -> bool:
        """Tell whether a version that the filter matches is of a kind that is replicated."""
        if version.delete_marker:
            return self.delete_markers
        if version.storage_class in UNREADABLE or version.archive_status is not None:
            return False
        return self.kms or version.encryption.key_arn is None


@dataclass(frozen=True, slots=True)
class Configuration:
    """A bucket's replication: ``document`` is what GetBucketReplication answers."""

    rules: tuple[Rule, ...]
    document: Mapping[str, Any]

    def rules_for(self, version: Version) -> tuple[Rule, ...]:
        """Return the rules by which a new version is replicated: at most one for each destination.

        Of several rules with one destination that of the highest priority decides, be it that nothing is replicated
        (API page ReplicationRule, Priority; that the rule decides that as well is assumed).
        """
        chosen: dict[str, Rule] = {}
        for rule in self.rules:
            name = rule.destination.bucket
            if rule.enabled and rule.filter.matches(version):
                other = chosen.get(name)
                if other is None or rule.priority > other.priority:
                    chosen[name] = rule
        return tuple(rule for rule in chosen.values() if rule.allows(version))

    def rules_for_changes_of(self, version: Version) -> tuple[Rule, ...]:
        """Return the rules by which changes of this version's metadata are replicated, ``version`` being as it was.

        What was never eligible never is: an object that is tagged later is not replicated (assumed), and objects that
        were there before the configuration are not either. Changes of replicas are where the rule says so.
        """
        state = version.replication
        if state is None:
            return ()
        rules = self.rules_for(version)
        return tuple(rule for rule in rules if rule.replica_modifications) if state.replica else rules


def is_modified(before: Version, after: Version) -> bool:
    """Tell whether two states of a version differ in what is replicated of changes: tags, ACL, lock, annotations."""
    return (before.tags, before.acl, before.lock, before.annotations) != (
        after.tags,
        after.acl,
        after.lock,
        after.annotations,
    )
