"""``S3.snapshot``: what an S3 held at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3mock.backend.store import Store


class Snapshot:
    """All that an S3 held at a moment; ``S3.restore`` returns to it, any number of times, there or in another S3."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def __repr__(self) -> str:
        from s3mock.journal.printing import plural  # noqa: PLC0415 - few print one

        buckets = self._store.buckets.values()
        keys = sum(len(state.keys) for state in buckets)
        return f"<Snapshot of {plural(len(buckets), 'bucket')} with {plural(keys, 'key')}>"
