"""A bucket that is too simple to be wrong: a list of versions of every key, the newest first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from tests.support.digests import crc32_of

NULL = "null"

Error = dict[str, str]
"""The fields of an error, except its message."""


def md5(body: bytes) -> str:
    """Return the MD5 of ``body`` in hexadecimal."""
    return hashlib.md5(body).hexdigest()


def crc32(body: bytes) -> dict[str, str]:
    """The checksum members of responses for bytes that botocore has put."""
    return {"ChecksumCRC32": crc32_of(body), "ChecksumType": "FULL_OBJECT"}


def no_such_key(key: str) -> Error:
    return {"Code": "NoSuchKey", "Key": key}


@dataclass
class Version:
    """A version, or a delete marker if it has no body.

    ``parts`` are the sizes of its parts after a multipart upload; ``hold`` is the last status of its legal hold, and
    ``until`` the last day of its retention.
    """

    id: str
    body: bytes | None
    etag: str = ""
    checksum: dict[str, str] = field(default_factory=dict)
    parts: tuple[int, ...] = ()
    hold: str | None = None
    mode: str | None = None
    until: int = 0

    def is_locked(self, today: int, *, bypass: bool) -> bool:
        return self.hold == "ON" or self.is_retained(today, bypass=bypass)

    def is_retained(self, today: int, *, bypass: bool) -> bool:
        return self.mode is not None and today <= self.until and not (bypass and self.mode == "GOVERNANCE")


@dataclass
class Upload:
    """A multipart upload in progress."""

    key: str
    parts: dict[int, bytes] = field(default_factory=dict)
    overtaken: bool = False


@dataclass
class NaiveBucket:
    """The expected content of a bucket, independent of how s3mock stores it."""

    versioning: str | None = None
    stacks: dict[str, list[Version]] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    completed: dict[str, tuple[Upload, dict[str, Any]]] = field(default_factory=dict)
    today: int = 0

    def latest(self, key: str) -> Version | None:
        """The object that a read without a version id returns, or None."""
        stack = self.stacks.get(key)
        return stack[0] if stack and stack[0].body is not None else None

    def push(self, key: str, version: Version) -> None:
        """Add the latest version of a key; its id is the one in the reply, or "null" for a reply without one."""
        if self.versioning == "Enabled":
            assert version.id != NULL
            stack = self.stacks.get(key, [])
            assert version.id not in [other.id for other in stack]
        else:
            assert version.id == NULL
            kept = self.stacks.get(key, []) if self.versioning else []
            stack = [other for other in kept if other.id != NULL]
        self.stacks[key] = [version, *stack]
        self.overtake(key)

    def overtake(self, key: str) -> None:
        for upload in self.uploads.values():
            upload.overtaken |= upload.key == key

    def shown(self, version_id: str) -> dict[str, str]:
        """The version id as reads return it: not at all in a bucket that was never versioned."""
        return {} if self.versioning is None else {"VersionId": version_id}

    def shown_as_source(self, version_id: str, *, by_id: bool) -> dict[str, str]:
        """The version id as copies return it: the null version's only if the request names it."""
        shown = self.shown(version_id) if by_id or version_id != NULL else {}
        return {f"CopySource{name}": value for name, value in shown.items()}

    def condition(self, kind: str, key: str) -> tuple[dict[str, str], Error | None]:
        """The parameters of a condition of this kind, and the error that it must cause, or None."""
        present = self.latest(key)
        if kind == "none":
            return {}, None
        if kind == "absent":
            failed = {"Code": "PreconditionFailed", "Condition": "If-None-Match"}
            return {"IfNoneMatch": "*"}, failed if present else None
        if present is None:
            return {"IfMatch": md5(b"whatever")}, no_such_key(key)
        if kind == "latest":
            return {"IfMatch": f'"{present.etag}"'}, None
        return {"IfMatch": md5(b"something else")}, {"Code": "PreconditionFailed", "Condition": "If-Match"}

    def hide(self, key: str, marker: str | None) -> None:
        """Delete a key; ``marker`` is the id of the delete marker in the reply, or None."""
        if self.versioning is None:
            assert marker is None
            if self.stacks.pop(key, None):
                self.overtake(key)
        else:
            assert marker is not None
            self.push(key, Version(marker, None))

    def remove(self, key: str, version_id: str) -> Version | None:
        """Remove a version permanently and return it, or None if it does not exist."""
        stack = self.stacks.get(key, [])
        for place, version in enumerate(stack):
            if version.id == version_id:
                del stack[place]
                if place == 0:
                    self.overtake(key)
                if not stack:
                    del self.stacks[key]
                return version
        return None

    def retain(self, version: Version, mode: str | None, until: int, *, bypass: bool) -> Error | None:
        """Set the retention of a version, or remove it without a mode; return the error if that is refused."""
        if mode is not None and until < self.today:
            return {"Code": "InvalidArgument", "ArgumentName": "RetainUntilDate"}
        weaker = mode != version.mode or until < version.until
        if weaker and version.is_retained(self.today, bypass=bypass):
            return {"Code": "AccessDenied"}
        version.mode, version.until = mode, until
        return None

    def version_at(self, place: int) -> tuple[str, Version]:
        """A key and a version of it, by its place among all versions; the newest of a key come first."""
        versions = [(key, version) for key in sorted(self.stacks) for version in self.stacks[key]]
        return versions[place % len(versions)]

    def upload_at(self, place: int) -> tuple[str, Upload]:
        """An upload by its place in the order of initiation, because ids differ between runs."""
        return list(self.uploads.items())[place % len(self.uploads)]
