"""A store in a database of SQLite: the difference between two stores is written in one transaction.

``Database`` is the database of a data folder, whose files have the bytes of large objects, or one in a single file that
has everything (``save`` and ``load``). ``persistence.folder`` opens the folders.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import sqlite3
from collections import defaultdict
from dataclasses import replace
from errno import EEXIST, EISDIR, ENOENT
from typing import TYPE_CHECKING, Any

from s3mock.backend import buckets, ids, series, synthetic
from s3mock.backend.blobs import INLINE, Blob
from s3mock.backend.bucket_state import BucketState
from s3mock.backend.files import FilePiece
from s3mock.backend.keys import KeyIndex
from s3mock.backend.persistence import values
from s3mock.backend.persistence.tables import (
    OF_BUCKETS,
    OF_STORE,
    PARTS,
    SCHEMA,
    STATE,
    UPLOADS,
    Table,
    bucket_column,
    store_of,
)
from s3mock.backend.store import EMPTY
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from s3mock.backend.blobs import Piece
    from s3mock.backend.store import Store
    from s3mock.models.multipart import Upload

_log = logging.getLogger("s3mock")

FORMAT = 1
"""The format of the tables and of the values in them. A greater one is refused, a smaller one is migrated."""

MIGRATIONS: Mapping[int, Callable[[sqlite3.Connection], None]] = {}
"""For each former format, the function that turns a database of it into one of the next."""

_SYNTHETIC = "synthetic"
"""The name of the file whose bytes are made when they are read."""

_MAGIC = b"SQLite format 3\0"
"""The first bytes of a database."""

IDS_AHEAD = 1000
"""How many ids may be made until the database is told again how far they are."""


class NotADatabaseError(ValueError):
    """A file is not a database of s3mock, or one of a newer format."""


class Database:
    """The tables that have a store.

    ``keep`` is asked where a piece of a blob is kept: its place, or None if it belongs into the row. ``find`` returns
    the piece at a place. ``stored`` is the store that the tables have.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        keep: Callable[[Piece], list[Any] | None],
        find: Callable[..., Piece],
    ) -> None:
        self.stored: Store = EMPTY
        self._connection = connection
        self._execute = connection.execute
        self._keep = keep
        self._find = find
        self._ids = 0

    def create(self) -> None:
        """Create the tables, with an empty store."""
        with self._transaction():
            for statement in SCHEMA.split(";"):
                self._execute(statement)
            self._execute("INSERT INTO meta VALUES ('format', ?), ('ids', 0)", (FORMAT,))
            for name, of in STATE.items():
                self._execute("INSERT INTO state VALUES (?, ?)", (name, self._row(of(EMPTY))[0]))

    def check(self) -> None:
        """Bring a database of an older format up to this. Raises NotADatabaseError."""
        try:
            ((found,),) = self._execute("SELECT value FROM meta WHERE name = 'format'")
        except (sqlite3.DatabaseError, ValueError):
            raise NotADatabaseError("is not a database of s3mock") from None
        if found > FORMAT:
            raise NotADatabaseError(f"has the format {found} of a newer s3mock: this one reads formats up to {FORMAT}")
        for older in range(found, FORMAT):
            with self._transaction():
                MIGRATIONS[older](self._connection)
                self._execute("UPDATE meta SET value = ? WHERE name = 'format'", (older + 1,))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Everything in the block is written, or nothing is. Raises InsufficientStorage, InternalError."""
        try:
            self._execute("BEGIN")
            yield
            self._execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self._execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                if isinstance(error, sqlite3.OperationalError) and is_full(error):
                    raise S3Error("InsufficientStorage") from error
                _log.error("a change could not be kept: %s", error)
                raise S3Error("InternalError") from error
            raise

    # Writing

    def write(self, store: Store) -> None:
        """Write what ``store`` has that ``stored`` has not, or has differently. Raises InsufficientStorage."""
        before = self.stored
        if store is before:
            return
        with self._transaction():
            for table, of in OF_STORE.items():
                self._write_index(table, (), of(before), of(store))
            if store.buckets is not before.buckets:
                for place, old, state in buckets.changes(before.buckets, store.buckets):
                    if old is not None and (state is None or state.identity != old.identity):
                        self._delete_bucket(bucket_column(place))
                    if state is not None:
                        self._write_bucket(bucket_column(place), old, state)
            for name, get in STATE.items():
                value, old = get(store), get(before)
                if value is not old and value != old:  # a dictionary compares all of its items with themselves
                    self._execute("UPDATE state SET value = ? WHERE name = ?", (self._row(value)[0], name))
            number = ids.sequence()
            if number > self._ids:
                self._execute("UPDATE meta SET value = ? WHERE name = 'ids'", (number + IDS_AHEAD,))
        if number > self._ids:
            self._ids = number + IDS_AHEAD
        self.stored = store

    def _delete_bucket(self, bucket: str) -> None:
        for name in ("buckets", PARTS.name, *(table.name for table in OF_BUCKETS)):
            self._execute(f"DELETE FROM {name} WHERE bucket = ?", (bucket,))

    def _write_bucket(self, bucket: str, before: BucketState | None, state: BucketState) -> None:
        if before is None or before.identity != state.identity:
            before = BucketState()
            self._execute(
                "INSERT INTO buckets VALUES (?, ?, ?)",
                (bucket, self._row(state.identity)[0], self._row(state.configuration)[0]),
            )
        elif before.configuration is not state.configuration:
            configuration = self._row(state.configuration)[0]
            self._execute("UPDATE buckets SET configuration = ? WHERE bucket = ?", (configuration, bucket))
        for table, of in OF_BUCKETS.items():
            self._write_index(table, (bucket,), of(before), of(state))

    def _write_index(self, table: Table, scope: tuple[str, ...], before: KeyIndex[Any], after: KeyIndex[Any]) -> None:
        if before is after:
            return
        for key, old, new in before.changes(after):
            old_items, new_items = (() if value is None else table.items(value) for value in (old, new))
            if table is UPLOADS:
                self._write_parts(scope, old_items, new_items)
            self._write_items(table, (*scope, key), old_items, new_items)

    def _write_parts(self, scope: tuple[str, ...], before: Sequence[Upload], after: Sequence[Upload]) -> None:
        start, end = series.shared(before, after)
        old, new = (
            {upload.upload_id: upload.parts for upload in uploads[start : len(uploads) - end]}
            for uploads in (before, after)
        )
        for upload_id in {**old, **new}:
            self._write_items(PARTS, (*scope, upload_id), old.get(upload_id, ()), new.get(upload_id, ()))

    def _write_items(self, table: Table, scope: tuple[Any, ...], before: Sequence[Any], after: Sequence[Any]) -> None:
        count, direction = len(table.names), -1 if table.newest_first else 1

        def between(start: int, end: int) -> Iterator[dict[tuple[Any, ...], Any]]:
            for items in (before, after):
                yield {table.describe(item)[:count]: item for item in items[start : len(items) - end][::direction]}

        start, end = series.shared(before, after)
        old, new = between(start, end)
        kept = [names for names in new if names in old]
        if table.ordered:
            later = start if table.newest_first else end
            is_added_last = list(new)[: len(kept)] == kept and (not later or len(kept) == len(new))
            if not is_added_last or [names for names in old if names in new] != kept:
                # The others get a place before some that stay, so all are written again in their new order.
                old, new = between(0, end) if table.newest_first else between(start, 0)
                kept = []
        stay = set(kept)
        for names in old.keys() - stay:
            self._execute(table.delete, (*scope, *names))
        for names, item in new.items():
            if names not in stay:
                self._execute(table.insert, (*scope, *table.describe(item), *self._row(table.stored(item))))
            elif item is not old[names] and table.stored(item) != table.stored(old[names]):
                about = table.describe(item)[count:]
                self._execute(table.update, (*about, *self._row(table.stored(item)), *scope, *names))

    def _row(self, value: Any) -> tuple[str, bytes | None]:
        """A value as JSON, and the bytes in memory of its blobs, in which the JSON has their places."""
        pieces: list[bytes | memoryview] = []
        places: dict[int, list[Any]] = {}
        size = 0

        def place(piece: Piece) -> list[Any]:
            nonlocal size
            if synthetic.is_made(piece):
                return [_SYNTHETIC, piece.start, piece.stop]
            found = places.get(id(piece)) or self._keep(piece)
            if found is None:
                data = piece.read() if isinstance(piece, FilePiece) else piece
                found = places[id(piece)] = [size, size + len(data)]
                pieces.append(data)
                size += len(data)
            return found

        return values.dumps(value, place), b"".join(pieces) if pieces else None

    # Reading

    def load(self) -> Store:
        """The store in the tables; new ids follow those in it. Raises ValueError, FileNotFoundError for a lost file."""
        is_collected = gc.isenabled()
        gc.disable()  # of all these values none is garbage, and looking for it takes as long as making them
        try:
            self.stored = self._load()
        except (values.UnknownFormatError, sqlite3.Error) as error:
            raise NotADatabaseError(f"cannot be read: {error}") from error
        finally:
            if is_collected:
                gc.enable()
        ((number,),) = self._execute("SELECT value FROM meta WHERE name = 'ids'")
        ids.follow(number)
        return self.stored

    def _load(self) -> Store:
        row = _Row(self._find)
        read = values.Reader(row.find).loads
        states = {}
        keys_of = {table: self._read(table, row, read) for table in OF_BUCKETS}
        parts = self._read(PARTS, row, read)
        for bucket, identity, configuration in self._execute("SELECT * FROM buckets ORDER BY rowid"):
            of_bucket = {table: keys.get(bucket, {}) for table, keys in keys_of.items()}
            uploaded = parts.get(bucket, {})
            of_bucket[UPLOADS] = {
                key: [replace(upload, parts=PARTS.value_of(uploaded.get(upload.upload_id, []))) for upload in uploads]
                for key, uploads in of_bucket[UPLOADS].items()
            }
            keys, uploads, completed, renamed = (_index(table, items) for table, items in of_bucket.items())
            state = BucketState(keys, uploads, completed, read(configuration), renamed, read(identity))
            states[state.identity.partition, state.identity.name] = state
        indices = {table: _index(table, self._read(table, row, read).get("", {})) for table in OF_STORE}
        rest = {name: read(value) for name, value in self._execute("SELECT name, value FROM state")}
        return store_of(
            buckets.of(states), indices, {name: rest[name] if name in rest else of(EMPTY) for name, of in STATE.items()}
        )

    def _read(self, table: Table, row: _Row, read: Callable[[str], Any]) -> dict[str, dict[str, list[Any]]]:
        """The items in a table by bucket ("" for those of the store) and key, in their order."""
        found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        columns = ", ".join(("''", *table.scope)[-2:])
        rows = self._execute(f"SELECT {columns}, value, data FROM {table.name} ORDER BY number")
        for bucket, key, text, data in rows:
            row.data = data
            try:
                found[bucket][key].append(read(text))
            except (values.UnknownFormatError, OSError, EOFError) as error:
                raise NotADatabaseError(f"cannot be read: {error} ({table.name}, {bucket} {key})") from error
        return found


class _Row:
    """The bytes of the row that is being read; ``find`` returns the piece of a blob that is there or in a file."""

    __slots__ = ("_find", "data")

    def __init__(self, find: Callable[..., Piece]) -> None:
        self.data: bytes | None = None
        self._find = find

    def find(self, place: tuple[Any, ...]) -> Piece:
        """The piece at a place."""
        if len(place) == 3:  # name, start and stop
            if place[0] == _SYNTHETIC:
                return FilePiece(synthetic.FILE, *place[1:])
            return self._find(*place)
        return (self.data or b"")[slice(*place)]


def _index(table: Table, items: Mapping[str, list[Any]]) -> KeyIndex[Any]:
    return KeyIndex.of((key, table.value_of(each)) for key, each in items.items())


_FULL = ("database or disk is full", "disk I/O error")


def is_full(error: sqlite3.OperationalError) -> bool:
    """Whether there was no room for a write. SQLite reports a limit of a file's size as an I/O error."""
    return str(error) in _FULL


def save(store: Store, path: Path) -> None:
    """Write a store with all of its bytes into one file, in place of what was there. Raises OSError."""
    if path.is_dir():
        raise IsADirectoryError(EISDIR, "save writes a file, not a folder", str(path))
    if path.exists() and path.stat().st_size and not _is_database(path):
        raise FileExistsError(EEXIST, "save replaces only what it has saved, not this", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(ENOENT, "there is no such folder to save in", str(path.parent))
    incoming = path.with_name(f"{path.name}.incoming")
    incoming.unlink(missing_ok=True)
    names: dict[tuple[int, int, int], str] = {}

    def keep(piece: Piece) -> list[Any] | None:
        if len(piece) <= INLINE:
            return None
        place = (
            (id(piece.file), piece.start, piece.stop) if isinstance(piece, FilePiece) else (id(piece), 0, len(piece))
        )
        name = names.get(place)
        if name is None:
            name = names[place] = str(len(names))
            start = 0
            for chunk in Blob.of_pieces((piece,)).chunks():
                connection.execute("INSERT INTO contents VALUES (?, ?, ?)", (name, start, chunk))
                start += len(chunk)
        return [name, 0, len(piece)]

    connection = sqlite3.connect(incoming, isolation_level=None)
    try:
        with contextlib.closing(connection):
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            database = Database(connection, keep, _nowhere)
            database.create()
            database.write(store)
        incoming.replace(path)
    except BaseException:
        incoming.unlink(missing_ok=True)
        raise


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def load(path: Path) -> Store:
    """The store in a file that ``save`` has written; new ids follow those in it.

    Raises OSError, and ValueError for a file of something else or of a newer format.
    """
    contents: dict[str, bytes] = {}

    def find(name: str, start: int, stop: int) -> Piece:
        if name not in contents:
            rows = connection.execute("SELECT data FROM contents WHERE name = ? ORDER BY start", (name,))
            contents[name] = b"".join(data for (data,) in rows)
        return contents[name][start:stop]

    path.stat()
    if path.is_dir():
        raise IsADirectoryError(
            EISDIR, "load reads a file of save; S3MockServer(data_dir=...) reads a folder", str(path)
        )
    connection = sqlite3.connect(path, isolation_level=None)
    with contextlib.closing(connection):
        database = Database(connection, lambda _: None, find)
        try:
            database.check()
            store = database.load()
        except NotADatabaseError as error:
            raise NotADatabaseError(f"{path} {error}") from error
    if not all(contents.values()):
        raise NotADatabaseError(
            f"{path} is that of a data folder, whose large objects are in files: S3MockServer(data_dir=...) reads it"
        )
    return store


def _nowhere(*place: Any) -> Piece:
    raise LookupError(place)
