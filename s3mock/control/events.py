"""``S3.events``: the events that a mock or a server keeps, filtered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.notification.message import Event


def event_filter(bucket: str | None, key: str | None, name: str | None) -> Callable[[Event], bool]:
    """Whether an event is of a bucket, of a key, and has a name ("ObjectCreated:Put") or is of its family.

    Raises ValueError for a name that S3's events do not have.
    """
    from s3mock.models import notification  # noqa: PLC0415

    pattern = None if name is None else f"s3:{name.removeprefix('s3:')}"
    if pattern is not None and pattern not in notification.EVENTS:
        from s3mock import near_misses  # noqa: PLC0415

        known = sorted(event.removeprefix("s3:") for event in notification.EVENTS)
        raise ValueError(near_misses.message("S3 has no event", str(name), known))
    return lambda event: (
        (bucket is None or event.bucket == bucket)
        and (key is None or event.key == key)
        and (pattern is None or notification.includes(pattern, f"s3:{event.name}"))
    )


class KeptEvents(tuple["Event", ...]):  # noqa: SLOT001 - a subclass of tuple can have none
    """Events, oldest first, as a tuple that can be filtered; ``clear`` forgets those of the mock."""

    _cloud: Cloud

    @classmethod
    def all_of(cls, cloud: Cloud) -> KeptEvents:
        """The events that a cloud keeps."""
        events = cls(event for _, event in cloud.store.events.scan())
        events._cloud = cloud
        return events

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process gets the events alone.
        return tuple, (tuple(self),)

    def of(self, *, bucket: str | None = None, key: str | None = None, name: str | None = None) -> tuple[Event, ...]:
        """The events of a bucket, of a key, and with a name ("ObjectCreated:Put") or of a family ("ObjectCreated:*").

        Raises ValueError for a name that S3's events do not have.
        """
        return tuple(filter(event_filter(bucket, key, name), self))

    def clear(self) -> None:
        """Forget all events of the mock so far; later ones are kept."""
        from s3mock.backend.keys import KeyIndex  # noqa: PLC0415

        self._cloud.update(lambda store: store._replace(events=KeyIndex()))
