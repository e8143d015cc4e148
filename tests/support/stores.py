"""Stores, and what changes from one to another, in a form that can be compared: a store itself has identities."""

from __future__ import annotations

from hashlib import sha256
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from s3mock.backend.bucket_state import BucketState
from s3mock.backend.files import FilePiece
from s3mock.backend.persistence import values
from s3mock.backend.persistence.tables import OF_BUCKETS, OF_STORE, STATE
from s3mock.backend.store import EMPTY

if TYPE_CHECKING:
    from s3mock.backend.blobs import Piece
    from s3mock.backend.store import Store


def text_of(value: Any) -> str:
    """A value with the digests of its bytes."""
    return values.dumps(value, _digest)


def _digest(piece: Piece) -> list[Any]:
    data = piece.read() if isinstance(piece, FilePiece) else piece
    return [sha256(data).hexdigest()]


def content(store: Store) -> dict[Any, Any]:
    """Everything in a store."""
    return changes(EMPTY, store)


def changes(before: Store, after: Store) -> dict[Any, Any]:
    """What a store has differently from one before."""
    found: dict[Any, Any] = {
        name: text_of(get(after)) for name, get in STATE.items() if before is EMPTY or get(after) != get(before)
    }
    for table, of in OF_STORE.items():
        found[table.name] = {key: text_of(value) for key, _, value in of(before).changes(of(after))}
    for place in before.buckets.keys() | after.buckets.keys():
        old, new = before.buckets.get(place, BucketState()), after.buckets.get(place, BucketState())
        if old is not new:
            found[place] = [text_of(new.identity), text_of(new.configuration)]
            for table, of_bucket in OF_BUCKETS.items():
                changed = of_bucket(old).changes(of_bucket(new))
                found[place, table.name] = {key: text_of(value) for key, _, value in sorted(changed, key=itemgetter(0))}
    found["next due"] = after.agenda.next_due
    return found
