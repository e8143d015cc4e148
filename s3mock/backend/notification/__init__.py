"""The events of buckets with a notification configuration: kept for tests to read, and sent to their destinations.

An event is kept in the same assignment as its change. Its messages wait in the outbox of the change's cause and are
sent once the request has been answered. So nothing is sent under a lock, and a receiver may call S3 again: the messages
that it causes are sent after those that are already waiting.
"""

from __future__ import annotations

import warnings
from collections import deque
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from s3mock.backend import ids
from s3mock.clock import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from s3mock.backend.cause import Cause
    from s3mock.backend.commit import Commit
    from s3mock.backend.notification.message import Message
    from s3mock.backend.store import Store
    from s3mock.models.bucket import BucketIdentity
    from s3mock.models.notification import Target

    Function: TypeAlias = "Callable[[Any, Any], Any]"

MOST_KEPT = 10_000
"""The number of events that are kept, so that a server that runs for days does not grow."""

LONGEST_CHAIN = 16
"""Lambda stops functions that cause one another after this number of calls (Lambda Developer Guide, "Use Lambda
recursive loop detection to prevent infinite loops")."""


class DeliveryWarning(RuntimeWarning):
    """An event did not reach its destination, which raised an error. The request itself succeeded."""


class Carrier(Protocol):
    """Sends messages to their destinations; see ``s3mock.destinations``."""

    def problem(self, target: Target) -> str | None:
        """The problem with a destination, in S3's words; None if it exists or this cannot be checked."""
        ...

    def deliver(self, message: Message) -> None:
        """Send a message; any exception means that it was not delivered."""
        ...


def keep_event(store: Store, commit: Commit) -> Store:
    """Keep the event of a change and add its messages to the outbox, if the configuration has a destination for it."""
    change, cause = commit.change, commit.cause
    notification, identity = change.state.configuration.notification, change.state.identity
    if notification is None or change.event is None or change.key is None:
        return store
    from s3mock.backend.notification import record as event_record  # noqa: PLC0415 - few buckets have a notification
    from s3mock.backend.notification.message import Event, Message  # noqa: PLC0415

    target = notification.find(change.event, change.key)
    to_bridge = notification.event_bridge and change.event in event_record.BRIDGED
    if target is None and not to_bridge:
        return store
    seconds = cause.due or commit.now  # work that is due at 0 is due at once
    # Sequencers grow from event to event, even if the clock does not; those of S3 begin with the seconds.
    sequence = max(store.sequence + 1, int(seconds * (1 << 32)))
    occurrence = event_record.Occurrence(
        change.event,
        identity,
        change,
        cause,
        EPOCH + timedelta(seconds=seconds),
        sequence,
        cause.request_id or ids.request_id(),
        cause.host_id or ids.host_id(),
    )
    record = event_record.record(occurrence, None if target is None else target.id)
    bridged = event_record.bridged(occurrence) if to_bridge else None
    messages = []
    if target is not None:
        messages.append(Message(target.kind.service, target.arn, {"Records": [record]}, trace=cause.trace))
    if bridged is not None:
        messages.append(Message("events", event_bus(identity), bridged))
    cause.outbox.extend(messages)
    destinations = tuple(message.arn for message in messages)
    event = Event(change.event, identity.name, change.key, occurrence.version_id, record, bridged, destinations)
    events = store.events if len(store.events) < MOST_KEPT else store.events.remove(next(iter(store.events)))
    return store._replace(events=events.set(f"{sequence:018x}", event), sequence=sequence)


def test_messages(bucket: BucketIdentity, targets: Iterable[Target], cause: Cause, now: float) -> list[Message]:
    """S3's test messages for the queues and topics of a new configuration; functions get none.

    ``now`` is in seconds since 1970.
    """
    from s3mock.backend.notification import record as event_record  # noqa: PLC0415
    from s3mock.backend.notification.message import Message  # noqa: PLC0415

    body = event_record.test_message(bucket, EPOCH + timedelta(seconds=now), cause)
    return [Message(target.kind.service, target.arn, body) for target in targets if target.kind.service != "lambda"]


def event_bus(bucket: BucketIdentity) -> str:
    """The ARN of the event bus for a bucket's events: the default one of its account."""
    return f"arn:{bucket.partition}:events:{bucket.region}:{bucket.account.id}:event-bus/default"


class _Delivery:
    """A delivery under way: the messages still waiting, and the chain length of the one that is being sent."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.waiting = deque(messages)
        self.chain = 0


_under_way: ContextVar[_Delivery | None] = ContextVar("s3mock_delivery", default=None)
"""The delivery under way in this context, such as within a receiver that calls S3."""


class Events:
    """Sends the messages of one cloud by its ``carrier``. ``functions`` are the receivers at an ARN in this process."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.carrier: Carrier | None = None

    def send(self, messages: list[Message]) -> None:
        """Send messages, and those that they cause in turn; within a receiver, add them to the delivery under way.

        Issues a ``DeliveryWarning`` for each error of a destination, and for each chain that was cut.
        """
        if not messages:
            return
        outer = _under_way.get()
        if outer is not None:
            outer.waiting.extend(message._replace(chain=outer.chain + 1) for message in messages)
            messages.clear()
            return
        delivery = _Delivery(messages)
        messages.clear()
        failures = []
        token = _under_way.set(delivery)
        try:
            while delivery.waiting:
                message = delivery.waiting.popleft()
                delivery.chain = message.chain
                if self.carrier is None:
                    continue
                if message.chain > LONGEST_CHAIN:
                    failures.append(
                        f"{message.arn} got no event: {LONGEST_CHAIN} messages have caused one another, "
                        f"which looks endless."
                    )
                    continue
                try:
                    self.carrier.deliver(message)
                except Exception as error:  # noqa: BLE001 - on S3 a request does not fail because a receiver does
                    failures.append(f"{message.arn} raised {type(error).__name__} for an event: {error}")
        finally:
            _under_way.reset(token)
        for failure in failures:
            warnings.warn(failure, DeliveryWarning, stacklevel=2)

    def clear(self) -> None:
        """Remove the functions, and the messages that still wait in the delivery under way."""
        self.functions.clear()
        delivery = _under_way.get()
        if delivery is not None:
            delivery.waiting.clear()
