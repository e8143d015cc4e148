"""What a bucket's lifecycle rules say: which versions they are about, and when their time has come.

Everything happens at a midnight (UTC): "Amazon S3 calculates the time by adding the number of days specified in the
rule to the object creation time and rounding the resulting time to the next day midnight UTC" (User Guide, "Lifecycle
configuration elements"). A version's age in days counts from its Last-Modified, a noncurrent version's from that of the
version which came after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.models import midnights
from s3mock.models.tagging import NO_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from s3mock.models.multipart import Upload
    from s3mock.models.tagging import TagSet
    from s3mock.models.version import Version

ALL_CLASSES = "all_storage_classes_128K"
BY_CLASS = "varies_by_storage_class"
SMALL = 128 * 1024
"""Smaller objects are not moved, unless a rule's filter says of what size they are to be."""
ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Where small objects may go with ``varies_by_storage_class``."""

WATERFALL = ("STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
"""What objects are moved to: only down from here to there, and not from ONEZONE_IA to GLACIER_IR (User Guide,
"Transitioning objects using Amazon S3 Lifecycle", of unsupported transitions)."""

PREFERENCE = ("DEEP_ARCHIVE", "GLACIER", "INTELLIGENT_TIERING", "GLACIER_IR", "ONEZONE_IA", "STANDARD_IA")
"""Of several classes that it may go to, an object takes the first: the cheapest, but INTELLIGENT_TIERING before all
that are no archives (User Guide, "How Amazon S3 handles conflicts in lifecycle configurations")."""


def reachable(storage_class: str, target: str) -> bool:
    """Tell whether a lifecycle rule can move objects from one storage class to another."""
    if storage_class not in WATERFALL:  # STANDARD and REDUCED_REDUNDANCY
        return True
    if (storage_class, target) == ("ONEZONE_IA", "GLACIER_IR"):
        return False
    return WATERFALL.index(target) > WATERFALL.index(storage_class)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which objects a rule is about: those with all that is said here."""

    prefix: str = ""
    tags: TagSet = NO_TAGS
    larger_than: int | None = None
    smaller_than: int | None = None

    @property
    def of_size(self) -> bool:
        """Whether it says of what size objects are to be."""
        return self.larger_than is not None or self.smaller_than is not None

    def matches(self, version: Version) -> bool:
        """Tell whether it is about ``version``; a delete marker has no tags and no bytes (assumed)."""
        if not version.key.startswith(self.prefix):
            return False
        if self.larger_than is not None and version.size <= self.larger_than:
            return False
        if self.smaller_than is not None and version.size >= self.smaller_than:
            return False
        return all(tag in version.tags for tag in self.tags)


@dataclass(frozen=True, slots=True)
class Timing:
    """When something is to be done: so many days after a version was made (or became noncurrent), or at a date."""

    days: int = 0
    date: datetime | None = None

    def due(self, since: datetime) -> datetime:
        """Return the midnight at which it is to be done with what is there ``since`` then.

        What is made after the date has its turn at the next midnight: S3 "continues to apply the date-based action even
        after the date has passed" (User Guide, "Lifecycle configuration elements").
        """
        if self.date is None:
            return midnights.after(since, self.days)
        return max(self.date, midnights.after(since))


class Transition(NamedTuple):
    """Move versions to another storage class; ``newer`` noncurrent versions stay where they are."""

    storage_class: str
    timing: Timing
    newer: int = 0

    def takes(self, version: Version, minimum: str, wanted: Filter) -> bool:
        """Tell whether ``version`` is large enough for it, with ``minimum`` as what a rule of that filter goes by."""
        small = version.size < SMALL and not wanted.of_size
        return not small or (minimum == BY_CLASS and self.storage_class in ARCHIVES)


class NoncurrentExpiration(NamedTuple):
    """Delete noncurrent versions for good, but for the ``newer`` ones of a key."""

    timing: Timing
    newer: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``document`` is it as S3 tells it.

    ``expired_markers`` asks for delete markers to be removed that hide nothing any more; ``abort`` says when an upload
    is given up. What a rule does not ask for is None or empty.
    """

    id: str
    enabled: bool
    filter: Filter
    document: Mapping[str, Any]
    expiration: Timing | None = None
    expired_markers: bool = False
    transitions: tuple[Transition, ...] = ()
    noncurrent_expiration: NoncurrentExpiration | None = None
    noncurrent_transitions: tuple[Transition, ...] = ()
    abort: Timing | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A bucket's lifecycle configuration; ``minimum`` says which small objects are not moved."""

    rules: tuple[Rule, ...]
    minimum: str = ALL_CLASSES

    def about(self, key: str) -> Lifecycle:
        """Return this with the rules only that may concern ``key``: those that are in effect and have its prefix."""
        rules = tuple(rule for rule in self.rules if rule.enabled and key.startswith(rule.filter.prefix))
        return Lifecycle(rules, self.minimum)

    def expiration(self, version: Version) -> tuple[datetime, Rule] | None:
        """Return when the current version of a key expires, and by which rule: of several the first; None for never."""
        expiring = (
            (rule.expiration.due(version.last_modified), rule)
            for rule in self.about(version.key).rules
            if rule.expiration is not None and rule.filter.matches(version)
        )
        return _first(expiring)

    def abortion(self, upload: Upload) -> tuple[datetime, Rule] | None:
        """Return when an upload is given up, and by which rule; None for never."""
        rules = self.about(upload.key).rules
        return _first((rule.abort.due(upload.initiated), rule) for rule in rules if rule.abort is not None)


def _first(moments: Iterator[tuple[datetime, Rule]]) -> tuple[datetime, Rule] | None:
    return min(moments, key=lambda moment: moment[0], default=None)
