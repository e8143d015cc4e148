"""What an S3 holds, as text and as HTML, for people who debug a test."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.errors import S3Error
from s3mock.journal.printing import plural, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from s3mock.backend.bucket_state import BucketState
    from s3mock.backend.cloud import Cloud
    from s3mock.models.configuration import Configuration
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

MOST_KEYS, MOST_BUCKETS, MOST_VERSIONS = 100, 50, 10
"""The numbers of keys and buckets that are shown, and of the versions and uploads of a key."""

INDENT = "  "


class _Shown(NamedTuple):
    """A bucket: its head line, the lines below it, how many keys they show, and whether there are more."""

    head: str
    lines: list[str]
    keys: int
    more: bool


def tree(cloud: Cloud, bucket: str | None = None, prefix: str = "", limit: int = MOST_KEYS) -> str:
    """Buckets with their keys, versions and uploads, at most ``limit`` keys; what is left out is counted at the end.

    Raises S3Error: NoSuchBucket.
    """
    shown, left_out = _shown(cloud, bucket, prefix, limit)
    if not shown:
        return "no buckets"
    lines: list[str] = []
    for each in shown:
        lines += [each.head, *(INDENT + line for line in each.lines)]
    return "\n".join([*lines, *left_out])


def summary(cloud: Cloud) -> str:
    """A line about the whole S3: its time, and the numbers of what it holds."""
    store, journal = cloud.store, cloud.journal
    numbers = {
        "bucket": len(store.buckets),
        "key": sum(len(state.keys) for state in store.buckets.values()),
        "upload": sum(len(uploads) for state in store.buckets.values() for _, uploads in state.uploads.scan()),
        "access point": len({point.arn for point in store.access_points.by_name.values()}),
        "principal": len(store.principals.by_key),
        "event": len(store.events),
        "request": 0 if journal is None else len(journal),
    }
    counted = [plural(number, noun) for noun, number in numbers.items() if number or noun == "bucket"]
    return f"S3 at {cloud.clock.now():%Y-%m-%d %H:%M:%S} UTC: {', '.join(counted)}"


def html(cloud: Cloud) -> str:
    """The summary and the tree as HTML."""
    shown, left_out = _shown(cloud, None, "", MOST_KEYS)
    parts = [f"<strong>{escape(summary(cloud))}</strong>"]
    for each in shown:
        body = escape("\n".join(each.lines))
        parts.append(f"<details open><summary>{escape(each.head)}</summary><pre>{body}</pre></details>")
    parts += [f"<p>{escape(line)}</p>" for line in left_out]
    return "".join(parts)


def _shown(cloud: Cloud, bucket: str | None, prefix: str, limit: int) -> tuple[list[_Shown], list[str]]:
    """The buckets that are shown, and lines about what is not."""
    every = sorted(cloud.store.buckets.values(), key=lambda state: (state.identity.name, state.identity.partition))
    states = every if bucket is None else [state for state in every if state.identity.name == bucket]
    if bucket is not None and not states:
        raise S3Error("NoSuchBucket", BucketName=bucket)
    left, more_keys, shown = limit, 0, []
    for state in states[:MOST_BUCKETS]:
        each = _bucket(state, prefix, left)
        left -= each.keys
        shown.append(each)
        if not prefix:
            more_keys += _key_count(state) - each.keys
    more_keys += sum(_key_count(state) for state in states[MOST_BUCKETS:])
    missing = []
    if len(states) > MOST_BUCKETS:
        missing.append(plural(len(states) - MOST_BUCKETS, "bucket"))
    if more_keys:
        missing.append(plural(more_keys, "key"))
    elif prefix and any(each.more for each in shown):
        missing.append("more keys with this prefix")
    if not missing:
        return shown, []
    return shown, [f"... {' and '.join(missing)} left out: tree(bucket, prefix=..., limit=...) shows others or more"]


def _key_count(state: BucketState) -> int:
    """The keys with versions, and those with uploads alone as far as these are few."""
    return len(state.keys) + sum(state.keys.get(key) is None for key, _ in islice(state.uploads.scan(), 1000))


def _bucket(state: BucketState, prefix: str, limit: int) -> _Shown:
    identity, configuration = state.identity, state.configuration
    facts = [identity.region]
    if configuration.versioning is not None:
        facts.append(f"versioning {configuration.versioning}")
    facts += _settings(configuration)
    if not len(state.keys) and not len(state.uploads):
        facts.append("empty")
    lines: list[str] = []
    folders: list[str] = []
    found = _merged(state, prefix)
    number = 0
    for key, versions, uploads in islice(found, max(limit, 0)):
        number += 1
        *above, name = key.split("/")
        same = 0
        while same < min(len(above), len(folders)) and above[same] == folders[same]:
            same += 1
        lines += [f"{INDENT * depth}{_printable(above[depth])}/" for depth in range(same, len(above))]
        folders = above
        indent = INDENT * len(above)
        lines += [indent + line for line in _key(_printable(name), versions, uploads)]
    return _Shown(f"{identity.name}  {', '.join(facts)}", lines, number, next(found, None) is not None)


def _merged(state: BucketState, prefix: str) -> Iterator[tuple[str, Sequence[Version], Sequence[Upload]]]:
    """The keys that begin with the prefix, in order, with their versions and their uploads."""
    uploads = {key: each for key, each in islice(state.uploads.scan(prefix), 1000) if key.startswith(prefix)}
    waiting = sorted(uploads)
    for key, versions in state.keys.scan(prefix):
        if not key.startswith(prefix):
            break
        while waiting and waiting[0] < key:
            alone = waiting.pop(0)
            yield alone, (), uploads[alone]
        if waiting and waiting[0] == key:
            waiting.pop(0)
        yield key, versions, uploads.get(key, ())
    for key in waiting:
        yield key, (), uploads[key]


def _key(name: str, versions: Sequence[Version], uploads: Sequence[Upload]) -> Iterator[str]:
    if len(versions) == 1 and not versions[0].delete_marker:
        yield f"{name}  {_version(versions[0])}"
    elif versions:
        yield f"{name}  {plural(len(versions), 'version')}"
        for place, version in enumerate(versions[:MOST_VERSIONS]):
            latest, time = "" if place else "latest, ", f"{version.last_modified:%Y-%m-%d %H:%M:%S}"
            yield f"{INDENT}{latest}{_version(version)}, {version.version_id}, {time}"
        if len(versions) > MOST_VERSIONS:
            yield f"{INDENT}... {plural(len(versions) - MOST_VERSIONS, 'version')} left out"
    else:
        yield f"{name}  no object yet"
    for upload in uploads[:MOST_VERSIONS]:
        parts = f"{plural(len(upload.parts), 'part')}, {size(sum(part.size for part in upload.parts))}"
        yield f"{INDENT}upload in progress, {parts}, {upload.upload_id[:16]}..."
    if len(uploads) > MOST_VERSIONS:
        yield f"{INDENT}... {plural(len(uploads) - MOST_VERSIONS, 'upload')} left out"


def _version(version: Version) -> str:
    if version.delete_marker:
        return "delete marker"
    facts = [size(version.size)]
    if version.storage_class != "STANDARD":
        facts.append(version.storage_class)
    if version.lock is not None:
        facts.append("locked")
    if version.tags:
        facts.append(plural(len(version.tags), "tag"))
    return ", ".join(facts)


def _settings(configuration: Configuration) -> list[str]:
    """The topics that are configured, with the names of their rules."""
    found = []
    for name, value in configuration.configured().items():
        rules = [_rule(rule) for rule in getattr(value, "rules", ())]
        topic = name.replace("_", " ")
        found.append(f"{topic} ({', '.join(rules)})" if all(rules) and rules else topic)
    return found


def _rule(rule: Any) -> str:
    """The id of a rule, and whether it is off; "" for one without an id."""
    name = getattr(rule, "id", None) or ""
    return f"{name}, off" if name and not getattr(rule, "enabled", True) else name


def _printable(text: str) -> str:
    """The text, or as Python writes it if it is empty, or has what a terminal would not show as it is."""
    return text if text and text.isprintable() else ascii(text)
