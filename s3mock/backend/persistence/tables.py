"""The tables of the database: what each has of a store, and how that becomes rows and a store again."""

from __future__ import annotations

from dataclasses import field, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from s3mock.backend import series
from s3mock.backend.access.identities import Identities, Principals
from s3mock.backend.access_points.by_name import AccessPoints
from s3mock.backend.agenda import NEVER, Agenda
from s3mock.backend.keys import KeyIndex
from s3mock.backend.reports.pending_logs import PendingLogs
from s3mock.backend.store import Store
from s3mock.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from s3mock.backend.bucket_state import BucketState


@dataclass(frozen=True, eq=False)
class Table:
    """A table with a row for each item of the values in an index.

    The columns of ``scope`` and ``names`` say which item a row is, those of ``about`` are only for people: ``describe``
    returns both of an item, without the scope. The item itself is in ``value`` and ``data``. ``items`` returns those of
    a value of the index, and ``value_of`` the value of items. If they are ``ordered``, a later row is a later item, or
    an earlier one if they are ``newest_first``.

    ``stored`` returns what of an item is in its row.

    ``insert`` takes scope, names, about, value and data; ``update`` takes about, value, data, scope and names;
    ``delete`` takes scope and names.
    """

    name: str
    scope: tuple[str, ...]
    names: tuple[str, ...]
    about: tuple[str, ...]
    describe: Callable[[Any], tuple[Any, ...]]
    items: Callable[[Any], Sequence[Any]] = lambda value: (value,)
    value_of: Callable[[list[Any]], Any] = lambda items: items[0]
    ordered: bool = False
    newest_first: bool = False
    stored: Callable[[Any], Any] = lambda item: item
    create: str = field(init=False)
    insert: str = field(init=False)
    update: str = field(init=False)
    delete: str = field(init=False)

    def __post_init__(self) -> None:
        identity = ", ".join((*self.scope, *self.names))
        columns = (*self.scope, *self.names, *self.about, "value", "data")
        where = " AND ".join(f"{column} = ?" for column in (*self.scope, *self.names))
        changed = ", ".join(f"{column} = ?" for column in (*self.about, "value", "data"))
        declared = ", ".join((*self.scope, *self.names, *self.about, "value TEXT NOT NULL", "data BLOB"))
        statements = {
            "create": f"CREATE TABLE {self.name} (number INTEGER PRIMARY KEY, {declared});"
            f"CREATE UNIQUE INDEX {self.name}_names ON {self.name} ({identity});",
            "insert": f"INSERT INTO {self.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            "update": f"UPDATE {self.name} SET {changed} WHERE {where}",
            "delete": f"DELETE FROM {self.name} WHERE {where}",
        }
        for kind, statement in statements.items():
            object.__setattr__(self, kind, statement)


_number = attrgetter("part_number")

VERSIONS = Table(
    "versions",
    ("bucket", "key"),
    ("version_id",),
    ("size", "last_modified"),
    lambda version: (version.version_id, version.size, version.last_modified.isoformat()),
    items=lambda versions: versions,
    value_of=lambda versions: series.of(versions[::-1], attrgetter("version_id")),
    ordered=True,
    newest_first=True,
)
UPLOADS = Table(
    "uploads",
    ("bucket", "key"),
    ("upload_id",),
    ("initiated",),
    lambda upload: (upload.upload_id, upload.initiated.isoformat()),
    items=lambda uploads: uploads,
    value_of=lambda uploads: series.of(uploads, attrgetter("upload_id")),
    ordered=True,
    stored=lambda upload: replace(upload, parts=()) if upload.parts else upload,
)
"""The uploads in progress without their parts."""

PARTS = Table(
    "parts",
    ("bucket", "upload_id"),
    ("part_number",),
    ("size",),
    lambda part: (part.part_number, part.size),
    items=lambda parts: parts,
    value_of=lambda parts: series.of(sorted(parts, key=_number), _number),
)
"""The parts of the uploads in progress, by their numbers."""

COMPLETED = Table("completed", ("bucket", "upload_id"), (), ("key",), lambda version: (version.key,))
RENAMED = Table("renamed", ("bucket", "token"), (), (), lambda _: ())

OF_BUCKETS: Mapping[Table, Callable[[BucketState], KeyIndex[Any]]] = {
    VERSIONS: lambda state: state.keys,
    UPLOADS: lambda state: state.uploads,
    COMPLETED: lambda state: state.completed,
    RENAMED: lambda state: state.renamed,
}
"""The tables that have an index of each bucket; their first column is the bucket."""

WORK = Table("work", ("place",), (), ("work", "key"), lambda due: (due.work, due.key))
EVENTS = Table("events", ("place",), (), ("name", "bucket", "key"), lambda event: (event.name, event.bucket, event.key))
LOGS = Table("logs", ("place",), (), ("bucket",), lambda record: (record.source.name,))

OF_STORE: Mapping[Table, Callable[[Store], KeyIndex[Any]]] = {
    WORK: lambda store: store.agenda.entries,
    EVENTS: lambda store: store.events,
    LOGS: lambda store: store.logs.records,
}
"""The tables that have an index of the whole store."""

STATE: Mapping[str, Callable[[Store], Any]] = {
    "access points": lambda store: store.access_points.by_name,
    "clock frozen at": lambda store: store.clock_frozen_at,
    "clock offset": lambda store: store.clock_offset,
    "identities": lambda store: store.identities.by_key,
    "keeps logs": lambda store: store.keeps_logs,
    "logs due": lambda store: None if store.logs.due == NEVER else store.logs.due,
    "principals": lambda store: store.principals.by_key,
    "principals added": lambda store: store.principals.added,
    "removed keys": lambda store: store.identities.removed,
    "sequence": lambda store: store.sequence,
    "work added": lambda store: store.agenda.number,
}
"""The rest of a store: one value in each row of the table ``state``."""

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE buckets (bucket TEXT PRIMARY KEY, identity TEXT NOT NULL, configuration TEXT NOT NULL);
CREATE TABLE contents (name TEXT, start INTEGER, data BLOB, PRIMARY KEY (name, start));
""" + "".join(table.create for table in (*OF_BUCKETS, PARTS, *OF_STORE))
"""``contents`` has what a data folder has in files, where the database is a file by itself."""


def bucket_column(place: tuple[str, str]) -> str:
    """A bucket in the column ``bucket``: its name, with its partition before it if that is not "aws"."""
    partition, name = place
    return name if partition == "aws" else f"{partition}/{name}"


def store_of(
    buckets: Mapping[tuple[str, str], BucketState], indices: Mapping[Table, KeyIndex[Any]], state: Mapping[str, Any]
) -> Store:
    """The store that has these buckets, the indices of ``OF_STORE``, and the values of ``STATE``."""
    work, due = indices[WORK], state["logs due"]
    first = next(work.scan(), None)
    return Store(
        buckets=buckets,
        agenda=Agenda(work, state["work added"], NEVER if first is None else first[1].when),
        events=indices[EVENTS],
        sequence=state["sequence"],
        logs=PendingLogs(indices[LOGS], NEVER if due is None else due),
        keeps_logs=state["keeps logs"],
        access_points=AccessPoints(state["access points"]),
        identities=Identities(state["identities"], state["removed keys"]),
        principals=Principals(state["principals"], state["principals added"]),
        clock_offset=state["clock offset"],
        clock_frozen_at=state["clock frozen at"],
    )
