"""Which buckets, versions, uploads and settings differ between two stores."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from s3mock.backend.blobs import Blob
from s3mock.backend.bucket_state import BucketState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from s3mock.backend.store import Store
    from s3mock.models.version import Version

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_NONE_BEFORE = BucketState()
_LONGEST = 60


class Changed(NamedTuple):
    """One thing that differs.

    ``what`` is "bucket", "version", "upload", "settings", "access point", "principal" or "clock"; ``name`` the bucket,
    access point or principal; ``key`` and ``id`` are those of a version or upload, otherwise None. ``fields`` has the
    values before and after of what has changed: fields of a version, topics of a bucket's settings.
    """

    kind: Literal["added", "removed", "changed"]
    what: str
    name: str
    key: str | None = None
    id: str | None = None
    fields: Mapping[str, tuple[Any, Any]] = MappingProxyType({})

    def __str__(self) -> str:
        place = self.name if self.key is None else f"{self.name}/{self.key}"
        which = "" if self.id is None else f" ({self.id})"
        details = ", ".join(f"{name} {_short(old)} -> {_short(new)}" for name, (old, new) in self.fields.items())
        return f"{_SIGNS[self.kind]} {self.what} {place}{which}" + (f": {details}" if details else "")


class Difference(tuple[Changed, ...]):  # noqa: SLOT001 - a subclass of tuple can have none
    """What differs between two snapshots; false if nothing does. Print it to read it."""

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "nothing differs"


def between(before: Store, after: Store) -> Difference:
    """What ``after`` has more, less or other than ``before``, ordered by bucket and key."""
    return Difference(_changes(before, after))


def _changes(before: Store, after: Store) -> Iterator[Changed]:
    for place in sorted(before.buckets.keys() | after.buckets.keys()):
        old, new = before.buckets.get(place), after.buckets.get(place)
        if old is new:
            continue
        if old is not None and new is not None and old.identity != new.identity:  # deleted, and created again
            yield from _of_bucket(old, None)
            old = None
        yield from _of_bucket(old, new)
    points = ({point.arn: point for point in store.access_points.by_name.values()} for store in (before, after))
    yield from _of_mappings("access point", *points)
    yield from _of_mappings("principal", before.principals.by_key, after.principals.by_key)
    clocks = [(store.clock_offset, store.clock_frozen_at) for store in (before, after)]
    if clocks[0] != clocks[1]:
        names = ("offset", "frozen_at")
        pairs = zip(names, zip(*clocks, strict=True), strict=True)
        yield Changed("changed", "clock", "", fields={name: pair for name, pair in pairs if pair[0] != pair[1]})


def _of_bucket(old: BucketState | None, new: BucketState | None) -> Iterator[Changed]:
    state = new or old
    if state is None:
        return
    name = state.identity.name
    if old is None or new is None:
        yield Changed("added" if old is None else "removed", "bucket", name)
    old, new = old or _NONE_BEFORE, new or _NONE_BEFORE
    if old is not _NONE_BEFORE and new is not _NONE_BEFORE and old.configuration is not new.configuration:
        topics = _fields(old.configuration, new.configuration)
        if topics:
            yield Changed("changed", "settings", name, fields=topics)
    for key, stack, other in sorted(old.keys.changes(new.keys), key=lambda change: change[0]):
        yield from _of_items("version", name, key, _by_id(stack), _by_id(other))
    for key, uploads, others in sorted(old.uploads.changes(new.uploads), key=lambda change: change[0]):
        by_ids = ({upload.upload_id: upload for upload in each or ()} for each in (uploads, others))
        yield from _of_items("upload", name, key, *by_ids)


def _by_id(stack: Sequence[Version] | None) -> dict[str, Version]:
    return {version.version_id: version for version in stack or ()}


def _of_items(what: str, name: str, key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Changed]:
    for identity in {**new, **old}:
        if identity not in old:
            yield Changed("added", what, name, key, identity)
        elif identity not in new:
            yield Changed("removed", what, name, key, identity)
        elif old[identity] is not new[identity]:
            changed = _fields(old[identity], new[identity])
            if changed:
                yield Changed("changed", what, name, key, identity, changed)


def _of_mappings(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Changed]:
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield Changed("added", what, name)
        elif name not in new:
            yield Changed("removed", what, name)
        elif old[name] != new[name]:
            yield Changed("changed", what, name, fields=_fields(old[name], new[name]))


def _fields(old: Any, new: Any) -> dict[str, tuple[Any, Any]]:
    """The fields that differ of two values of one class; of contents only the sizes are shown."""
    changed = {}
    for field in fields(old):
        one, other = getattr(old, field.name), getattr(new, field.name)
        if not field.compare or _same(one, other):
            continue
        if field.name == "blob":
            changed["size"] = (old.size, new.size)
        else:
            changed[field.name] = (one, other)
    return changed


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal, where bytes are those of the same size: their ETags tell them apart."""
    if one == other:
        return True
    if isinstance(one, Blob) and isinstance(other, Blob):
        return one.size == other.size
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if is_dataclass(one):
        return all(_same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return False


def _short(value: Any) -> str:
    text = repr(dict(value)) if hasattr(value, "items") else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
