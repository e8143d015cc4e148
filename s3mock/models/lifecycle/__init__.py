"""A bucket's lifecycle rules: the objects that each applies to, and when its actions are due.

Everything happens at a midnight (UTC): "Amazon S3 calculates the time by adding the number of days specified in the
rule to the object creation time and rounding the resulting time to the next day midnight UTC" (User Guide, "Lifecycle
configuration elements"). A version's age in days counts from its Last-Modified, a noncurrent version's from that of the
version that replaced it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from s3mock.dataclass import dataclass
from s3mock.models.expiry import midnight_after
from s3mock.models.multipart import Upload
from s3mock.models.tagging import NO_TAGS, TagSet
from s3mock.models.version import Version

ALL_CLASSES = "all_storage_classes_128K"
BY_CLASS = "varies_by_storage_class"
SMALL = 128 * 1024
"""Smaller objects are not moved, unless the filter of the rule has a size."""
ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""The classes that small objects move to under ``varies_by_storage_class``."""

WATERFALL = ("STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
"""The classes that objects move to. They only move on in this order, and not from ONEZONE_IA to GLACIER_IR (User Guide,
"Transitioning objects using Amazon S3 Lifecycle", of unsupported transitions)."""

PREFERENCE = ("DEEP_ARCHIVE", "GLACIER", "INTELLIGENT_TIERING", "GLACIER_IR", "ONEZONE_IA", "STANDARD_IA")
"""Where several rules move an object, the first of these classes wins: the cheapest one, but INTELLIGENT_TIERING comes
before all classes that are not archives (User Guide, "How Amazon S3 handles conflicts in lifecycle configurations")."""


def reachable(storage_class: str, target: str) -> bool:
    """Whether a lifecycle rule can move objects from one storage class to another."""
    if storage_class not in WATERFALL:  # STANDARD and REDUCED_REDUNDANCY
        return True
    if (storage_class, target) == ("ONEZONE_IA", "GLACIER_IR"):
        return False
    return WATERFALL.index(target) > WATERFALL.index(storage_class)


@dataclass(frozen=True, slots=True)
class Filter:
    """The objects that a rule applies to: those that meet every predicate."""

    prefix: str = ""
    tags: TagSet = NO_TAGS
    object_size_greater_than: int | None = None
    object_size_less_than: int | None = None

    @property
    def of_size(self) -> bool:
        """Whether the size of an object matters."""
        return self.object_size_greater_than is not None or self.object_size_less_than is not None

    def matches(self, version: Version) -> bool:
        """Whether ``version`` meets every predicate; a delete marker has no tags and no bytes (assumed)."""
        if not version.key.startswith(self.prefix):
            return False
        if self.object_size_greater_than is not None and version.size <= self.object_size_greater_than:
            return False
        if self.object_size_less_than is not None and version.size >= self.object_size_less_than:
            return False
        return all(tag in version.tags for tag in self.tags)


@dataclass(frozen=True, slots=True)
class Timing:
    """When an action is due: N days after a version was created (or became noncurrent), or at a date."""

    days: int = 0
    date: datetime | None = None

    def due(self, since: datetime) -> datetime:
        """The midnight at which the action is due for a version or upload of this age.

        After the date, it is due at the next midnight: S3 "continues to apply the date-based action even after the date
        has passed" (User Guide, "Lifecycle configuration elements").
        """
        if self.date is None:
            return midnight_after(since, self.days)
        return max(self.date, midnight_after(since))


class Transition(NamedTuple):
    """Moves versions to another storage class, except for the ``newer_noncurrent_versions`` latest ones of a key."""

    storage_class: str
    timing: Timing
    newer_noncurrent_versions: int = 0

    def moves(self, version: Version, minimum: str, rule_filter: Filter) -> bool:
        """Whether ``version`` is large enough to be moved by a rule with this filter.

        ``minimum`` is the configuration's TransitionDefaultMinimumObjectSize.
        """
        small = version.size < SMALL and not rule_filter.of_size
        return not small or (minimum == BY_CLASS and self.storage_class in ARCHIVES)


class NoncurrentExpiration(NamedTuple):
    """Deletes noncurrent versions for good, except for the ``newer_noncurrent_versions`` latest ones of a key."""

    timing: Timing
    newer_noncurrent_versions: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``document`` is the rule as GetBucketLifecycleConfiguration returns it.

    With ``expired_object_delete_marker``, delete markers are removed once they hide no version; ``abort`` is when
    an upload is aborted. An action that the rule does not have is None or empty.
    """

    id: str
    enabled: bool
    filter: Filter
    document: Mapping[str, Any]
    expiration: Timing | None = None
    expired_object_delete_marker: bool = False
    transitions: tuple[Transition, ...] = ()
    noncurrent_expiration: NoncurrentExpiration | None = None
    noncurrent_transitions: tuple[Transition, ...] = ()
    abort: Timing | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A bucket's lifecycle configuration; ``minimum`` is its TransitionDefaultMinimumObjectSize."""

    rules: tuple[Rule, ...]
    minimum: str = ALL_CLASSES

    def about(self, key: str) -> Lifecycle:
        """The configuration with only the rules that may apply to ``key``: enabled ones with a prefix of the key."""
        rules = tuple(rule for rule in self.rules if rule.enabled and key.startswith(rule.filter.prefix))
        return Lifecycle(rules, self.minimum)

    def expiration(self, version: Version) -> tuple[datetime, Rule] | None:
        """When the current version of a key expires, and by which rule (of several the earliest); None for never."""
        return _earliest(
            (rule.expiration.due(version.last_modified), rule)
            for rule in self.about(version.key).rules
            if rule.expiration is not None and rule.filter.matches(version)
        )

    def abort_date(self, upload: Upload) -> tuple[datetime, Rule] | None:
        """When an upload is aborted, and by which rule; None for never."""
        rules = self.about(upload.key).rules
        return _earliest((rule.abort.due(upload.initiated), rule) for rule in rules if rule.abort is not None)


def _earliest(moments: Iterator[tuple[datetime, Rule]]) -> tuple[datetime, Rule] | None:
    return min(moments, key=lambda moment: moment[0], default=None)
