"""A data folder: a database, the files with the bytes of large objects, and one process that uses them.

s3.db       what is known of everything, and the bytes of small objects (SQLite)
objects/    the bytes of the others, each in a file that is written once
incoming/   those that are being written
s3mock.pid  the process that uses the folder
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from threading import RLock
from typing import TYPE_CHECKING, Any

from s3mock.backend.blobs import INLINE, BlobStore
from s3mock.backend.files import FilePiece, remove, write_all
from s3mock.backend.persistence.database import Database, NotADatabaseError
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from pathlib import Path

    from s3mock.backend.blobs import Piece
    from s3mock.backend.store import Store

DATABASE, PID = "s3.db", "s3mock.pid"
MOST_LOG = 4 << 20
"""The bytes of the write-ahead log after which it is written into the database."""

MOST_DROPPED = 64 << 20
"""The bytes of files that no object has any more, after which they are removed; they are at the end, too."""

RESERVE, RESERVED = "reserve", MOST_LOG + (1 << 20)
"""A file, and its size in bytes, that is given up where the disk is full and something is deleted.

It has room for what is in the log: unless that can be written into the database, the log only grows with each deletion.
"""

MOST_FREED = 4096
"""The pages that a stop takes out of the database, which deletions have left empty: 16 MiB, a tenth of a second."""

_OF_A_DISK = frozenset({"lost+found"})
"""What an empty folder may have: the root of a file system is never quite empty."""


class DataFolderError(ValueError):
    """A folder cannot be used to keep the state in. The message is one line that names it."""


class DataFolder:
    """A folder that keeps the state of one cloud, for as long as it is open.

    ``blobs`` stores the bytes of new objects in it; ``is_new`` is whether it had no database yet. Raises
    DataFolderError if the folder is in use, is not writable, or has something else in it, or data of a newer s3mock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()  # a write may store bytes from elsewhere, which makes room where the disk is full
        self._has_reserve = False
        self._names: set[str] = set()
        self._adopted: dict[int, tuple[Piece, FilePiece]] = {}
        self._dropped: list[Path] = []
        self._dropped_size = 0
        self._log = path / f"{DATABASE}-wal"
        try:
            path.mkdir(parents=True, exist_ok=True)
            if not (path / DATABASE).exists() and {each.name for each in path.iterdir()} - _OF_A_DISK - {PID}:
                raise DataFolderError(f"{path} has other things in it: give an empty folder, or one of s3mock")
            self._connection = sqlite3.connect(
                path / DATABASE, timeout=0, isolation_level=None, check_same_thread=False
            )
            self._database = Database(self._connection, self._keep, self._find)
            try:
                self._open()
                self.blobs = BlobStore(folder=path, make_room=self.make_room)
                (path / PID).write_text(f"{os.getpid()}\n")
                self._take_reserve()
            except BaseException:
                self._connection.close()
                raise
        except NotADatabaseError as error:
            raise DataFolderError(f"{path / DATABASE} {error}") from error
        except sqlite3.Error as error:
            raise DataFolderError(f"cannot write to {path / DATABASE}: {error}") from error
        except S3Error as error:
            raise DataFolderError(f"cannot write to {path}: {error}") from error
        except (FileExistsError, NotADirectoryError) as error:
            raise DataFolderError(f"cannot use {path} to keep data in: it is not a folder") from error
        except OSError as error:
            raise DataFolderError(f"cannot use {path} to keep data in: {error.strerror}") from error

    def _open(self) -> None:
        execute = self._connection.execute
        try:
            execute("PRAGMA auto_vacuum = INCREMENTAL")  # of a new database; that of another one stays
            # Without a lock for each transaction, and so that nobody else ever gets one.
            execute("PRAGMA locking_mode = EXCLUSIVE")
            execute("BEGIN EXCLUSIVE")
            self.is_new = not execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            execute("COMMIT")
            if not self.is_new:
                self._database.check()
            execute("PRAGMA journal_mode = WAL")
            execute("PRAGMA synchronous = NORMAL")
            execute("PRAGMA wal_autocheckpoint = 0")
            if self.is_new:
                self._database.create()
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                message = f"{self.path} is in use{self._by()}: a folder serves one process at a time"
                raise DataFolderError(message) from error
            if isinstance(error, sqlite3.OperationalError):
                raise DataFolderError(f"cannot write to {self.path / DATABASE}: {error}") from error
            raise NotADatabaseError("is not a database of s3mock") from error

    def _by(self) -> str:
        try:
            return f" by the process {int((self.path / PID).read_text())}"
        except (OSError, ValueError):
            return ""

    def _keep(self, piece: Piece) -> list[Any] | None:
        if not (isinstance(piece, FilePiece) and self.blobs.owns(piece)):
            if len(piece) <= INLINE:
                return None
            # Of another S3, whose snapshot was restored here, or of a file of the user's: kept until the end.
            if id(piece) not in self._adopted:
                self._adopted[id(piece)] = piece, self.blobs.adopt(piece)
            piece = self._adopted[id(piece)][1]
        return [piece.file.name, piece.start, piece.stop]  # type: ignore[attr-defined]

    def load(self) -> Store:
        """The store in the folder. What a killed process has left of others is removed. Raises DataFolderError."""
        try:
            store = self._database.load()
        except ValueError as error:
            # Nothing is removed: what has been read of the store is garbage now, and its files are not.
            self._connection.close()
            remove(self.path / PID)
            raise DataFolderError(f"{self.path / DATABASE} {error}") from error
        self.blobs.sweep(self._names)
        self._names = set()
        return store

    def _find(self, name: str, start: int, stop: int) -> Piece:
        self._names.add(name)
        return self.blobs.open(name, start, stop)

    def write(self, store: Store) -> None:
        """Keep a store in place of the one before. Raises InsufficientStorage, after which that stays."""
        with self._lock:
            adopted = dict(self._adopted)
            try:
                try:
                    self._database.write(store)
                except S3Error:
                    self._remove_dropped()
                    if _size(store) < _size(self._database.stored):
                        self._release_reserve()
                    self._checkpoint()
                    self._database.write(store)
            except BaseException:
                self._adopted = adopted  # the files of what is not kept are dropped
                self._take_dropped()
                self._remove_dropped()
                raise
            if not self._has_reserve:
                self._take_reserve()
            self._take_dropped()
            if self._dropped_size > MOST_DROPPED:
                self._remove_dropped()
            if self._log.stat().st_size > MOST_LOG:
                self._checkpoint()

    def _take_reserve(self) -> None:
        try:
            with (self.path / RESERVE).open("wb", buffering=0) as file:
                write_all(file, bytes(RESERVED))
        except (S3Error, OSError):
            remove(self.path / RESERVE)
        else:
            self._has_reserve = True

    def _release_reserve(self) -> None:
        self._has_reserve = False
        remove(self.path / RESERVE)

    def make_room(self) -> None:
        """Remove the files that no object has any more, at once."""
        with self._lock:
            self._take_dropped()
            self._remove_dropped()

    def _take_dropped(self) -> None:
        for path in self.blobs.take_dropped():
            self._dropped.append(path)
            with contextlib.suppress(OSError):
                self._dropped_size += path.stat().st_size

    def _remove_dropped(self) -> None:
        # A machine that loses power may lose the end of a log that is not synced, and the state before had these files.
        with self._log.open("rb", buffering=0) as log:
            os.fsync(log.fileno())
        for path in self._dropped:
            remove(path)
        self._dropped.clear()
        self._dropped_size = 0

    def _checkpoint(self) -> None:
        """Write the log into the database, and empty it. If the disk is full, it is done later."""
        with contextlib.suppress(sqlite3.OperationalError):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Write everything into the database, and let others use the folder."""
        with self._lock:
            try:
                self._release_reserve()
                with contextlib.suppress(sqlite3.Error):  # executescript, since execute would free one page
                    self._connection.executescript(f"PRAGMA incremental_vacuum({MOST_FREED})")
                self._checkpoint()
                self._take_dropped()
                self._remove_dropped()
                remove(self.path / PID)
            finally:
                self._connection.close()  # at the end: after it, the files may be those of the next process

    def after_fork(self) -> None:
        """Leave the database to the parent: in a forked child it must not even be closed, which would write to it."""
        import ctypes  # noqa: PLC0415 - few fork

        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._connection))


def _size(store: Store) -> int:
    """How many buckets, keys and uploads a store has."""
    return sum(1 + len(state.keys) + len(state.uploads) for state in store.buckets.values())
