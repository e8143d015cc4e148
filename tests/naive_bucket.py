"""A bucket that is too simple to be wrong: a list of versions of every key, the newest first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

NULL = "null"


def md5(body: bytes) -> str:
    """Return the MD5 of ``body`` in hexadecimal."""
    return hashlib.md5(body).hexdigest()


@dataclass
class Version:
    """A version, or without a body a delete marker; ``mode`` is that of its retention, which never ends here."""

    id: str
    body: bytes | None
    etag: str = ""
    held: bool = False
    mode: str | None = None

    def is_locked(self, *, bypass: bool) -> bool:
        return self.held or self.mode == "COMPLIANCE" or (self.mode == "GOVERNANCE" and not bypass)


@dataclass
class Upload:
    """A multipart upload in progress."""

    key: str
    parts: dict[int, bytes] = field(default_factory=dict)
    overtaken: bool = False


@dataclass
class NaiveBucket:
    """What a bucket should hold; nothing of how s3mock keeps it is known here."""

    versioning: str | None = None
    stacks: dict[str, list[Version]] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def latest(self, key: str) -> Version | None:
        """Return the object that a read without a version id sees."""
        stack = self.stacks.get(key)
        return stack[0] if stack and stack[0].body is not None else None

    def push(self, key: str, body: bytes | None, etag: str, told: str | None) -> None:
        """Put a version on top, under the id that the reply told, where it had to tell one."""
        if self.versioning == "Enabled":
            assert told
            assert told != NULL
            stack = self.stacks.get(key, [])
            assert told not in [version.id for version in stack]
        else:
            assert told in {None, NULL}
            kept = self.stacks.get(key, []) if self.versioning else []
            stack = [version for version in kept if version.id != NULL]
        self.stacks[key] = [Version(told or NULL, body, etag), *stack]
        self.overtake(key)

    def overtake(self, key: str) -> None:
        for upload in self.uploads.values():
            upload.overtaken |= upload.key == key

    def condition(self, wanted: str, key: str) -> tuple[dict[str, str], str | None]:
        """Return the parameters of a condition, and the error that it must raise if any."""
        present = self.latest(key)
        if wanted == "none":
            return {}, None
        if wanted == "absent":
            return {"IfNoneMatch": "*"}, "PreconditionFailed" if present else None
        if present is None:
            return {"IfMatch": md5(b"whatever")}, "NoSuchKey"
        if wanted == "latest":
            return {"IfMatch": f'"{present.etag}"'}, None
        return {"IfMatch": md5(b"something else")}, "PreconditionFailed"

    def hide(self, key: str, marker: str | None) -> None:
        """Delete a key; ``marker`` is the id of the delete marker that the reply told, if it did."""
        if self.versioning is None:
            assert marker is None
            if self.stacks.pop(key, None):
                self.overtake(key)
        else:
            assert marker is not None
            self.push(key, None, "", marker)

    def remove(self, key: str, version_id: str) -> Version | None:
        """Remove a version for good; return what was there."""
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

    def version_at(self, place: int) -> tuple[str, Version]:
        """Return a version and its key by its place among all; the newest of a key come first."""
        versions = [(key, version) for key in sorted(self.stacks) for version in self.stacks[key]]
        return versions[place % len(versions)]

    def upload_at(self, place: int) -> tuple[str, Upload]:
        """Return an upload by the order in which they began; their ids are not the same in every run."""
        return list(self.uploads.items())[place % len(self.uploads)]
