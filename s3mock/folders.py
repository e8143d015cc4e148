"""Folders as buckets and buckets as folders: ``S3.load_dir`` and ``S3.dump_dir``."""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.blobs import Blob
from s3mock.backend.cause import Cause
from s3mock.backend.files import FilePiece, read_at
from s3mock.backend.reports import delivery
from s3mock.models import content_type
from s3mock.models.acl import private
from s3mock.models.names import check_key
from s3mock.models.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.files import Read
    from s3mock.backend.notification.message import Message
    from s3mock.models.checksums import Checksum

PART = 8 << 20
"""The size of the parts in which the AWS CLI would have uploaded a file."""


class UserFile:
    """A file of the user's, which is read when the object is, and has to stay as it was until then."""

    __slots__ = ("_path", "_seen")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._look()

    def _look(self) -> tuple[int, int]:
        status = self._path.stat()
        return status.st_size, status.st_mtime_ns

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self._seen[0]

    @property
    def etag(self) -> str:
        """An ETag as of an upload in parts: it does not depend on the bytes, which are not read for it."""
        identity = f"{self._path}\0{self._seen}".encode("utf-8", "surrogateescape")
        return f"{hashlib.md5(identity, usedforsecurity=False).hexdigest()}-{max(1, -(-self.size // PART))}"

    @contextlib.contextmanager
    def opened(self) -> Iterator[Read]:
        """The function that reads it. Raises OSError if it has changed."""
        with self._path.open("rb", buffering=0) as file:
            if self._look() != self._seen:
                raise OSError(f"{self._path} has changed since load_dir, which does not copy it: load it again")
            yield partial(read_at, file.fileno())


def load(cloud: Cloud, folder: Path, bucket: Bucket, prefix: str) -> list[Message]:
    """Put an object for each file at any depth in ``folder``: the messages about these events.

    Raises OSError for a folder that cannot be read, KeyTooLongError. Nothing is put then.
    """
    made = []
    for path in _files(folder):
        file = UserFile(path.absolute())
        blob = Blob.of_pieces([FilePiece(file, 0, file.size)])
        made.append(new(cloud, bucket, prefix + path.relative_to(folder).as_posix(), blob, file.etag))
    return put(bucket, made)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder")
    return sorted(file for file in folder.rglob("*") if file.is_file())


def put(bucket: Bucket, made: Iterable[Version]) -> list[Message]:
    """Put new objects into their bucket: the messages about these events."""
    outbox: list[Message] = []
    for version in made:
        bucket.commit(partial(versions.put, version=version), Cause(outbox))
    return outbox


def new(cloud: Cloud, bucket: Bucket, key: str, blob: Blob, etag: str, checksum: Checksum | None = None) -> Version:
    """A private object of the bucket's owner, whose type follows from its extension. Raises KeyTooLongError."""
    check_key(key, cloud.settings.key_max_length)
    return Version(
        key=key,
        blob=blob,
        etag=etag,
        checksum=checksum,
        last_modified=cloud.clock.now(),
        owner=bucket.account,
        acl=private(bucket.account),
        headers={"ContentType": content_type.of_key(key)},
        encryption=delivery.default_encryption(bucket),
    )


def dump(bucket: Bucket, folder: Path, prefix: str) -> int:
    """Write the current objects under ``prefix`` to files of an empty or new ``folder``; returns how many.

    The rest of a key is the path of its file; a key that ends with a slash is a folder. Raises FileExistsError for a
    folder with something in it, and ValueError for keys that cannot be files side by side. Nothing is written then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not an empty folder")
    current: dict[str, Version] = {}
    for key, stack in bucket.state.keys.scan(prefix):
        if not key.startswith(prefix):
            break
        if not stack[0].delete_marker and key != prefix:
            current[key.removeprefix(prefix)] = stack[0]
    for path in current:
        _check_path(path, current)
    folder.mkdir(parents=True, exist_ok=True)
    for path, version in current.items():
        place = folder / path
        if path.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:  # fails where names that differ in case are the same
            for chunk in version.blob.chunks() if version.blob else ():
                file.write(chunk)
    return len(current)


def _check_path(path: str, others: dict[str, Version]) -> None:
    """Raise ValueError for a key that is no path, leads out of the folder, or goes through the file of another key."""
    if path.endswith("/") and others[path].size:
        raise ValueError(f"the key {path!r} has bytes, but its name is that of a folder: it cannot be a file")
    parts = path.removesuffix("/").split("/")
    if any(part in ("", ".", "..") or "\0" in part or (os.altsep and "\\" in part) for part in parts):
        raise ValueError(f"the key {path!r} cannot be the path of a file")
    for depth in range(1, len(parts)):
        above = "/".join(parts[:depth])
        if above in others:
            raise ValueError(f"the keys {above!r} and {path!r} cannot both be files: one would be in the other")
