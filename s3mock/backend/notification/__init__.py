"""The events of buckets that have a notification configuration: kept for tests to see, and sent where they should go.

What changes a bucket is heard of after its commit; then the event is told, and its messages wait, by thread, until the
request has been answered (``send``). So nothing is sent under a lock, and a receiver may call S3 again: what it causes
waits behind what is being sent already.
"""

from __future__ import annotations

import threading
import warnings
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from s3mock.backend import cause, ids
from s3mock.backend.clock import EPOCH
from s3mock.backend.notification import record as event_record
from s3mock.backend.notification.record import Happening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeAlias

    from s3mock.backend.bucket import Bucket, Change, Listener
    from s3mock.backend.clock import Clock
    from s3mock.models.notification import Target

    Function: TypeAlias = "Callable[[Any, Any], Any]"

MOST_KEPT = 10_000
"""How many events are kept: a server that runs for days does not grow."""

LONGEST_CHAIN = 16
"""After so many calls of functions that caused one another Lambda stops them (Lambda Developer Guide, "Use Lambda
recursive loop detection to prevent infinite loops")."""


class DeliveryWarning(RuntimeWarning):
    """An event did not reach its destination: what it was sent to raised an error. The request itself succeeded."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a bucket, as S3 tells it.

    ``name`` is S3's without "s3:" ("ObjectCreated:Put"), ``key`` the key as it is, ``version_id`` None in a bucket that
    was never versioned. ``record`` is what S3 sends in "Records", ``event_bridge`` the event that EventBridge gets,
    None where it gets none. ``destinations`` are the ARNs that it is for.
    """

    name: str
    bucket: str
    key: str
    version_id: str | None
    record: Mapping[str, Any]
    event_bridge: Mapping[str, Any] | None
    destinations: tuple[str, ...]


class Message(NamedTuple):
    """What is sent to one destination: ``service`` is "sqs", "sns", "lambda" or "events".

    ``chain`` counts the messages that led to it: 1 for one that no receiver of another has caused.
    """

    service: str
    arn: str
    body: Mapping[str, Any]
    chain: int


class Carrier(Protocol):
    """Who knows the destinations; see ``s3mock.destinations``."""

    def problem(self, target: Target) -> str | None:
        """Return what is wrong with a destination in S3's words, None where it is there or cannot be asked."""
        ...

    def deliver(self, message: Message) -> None:
        """Send a message, raising whatever goes wrong."""
        ...


class _Waiting(threading.local):
    """What a thread has still to send, and how long the chain is that led to what it is sending."""

    def __init__(self) -> None:
        self.messages: deque[Message] = deque()
        self.chain = 0
        self.sending = False


class Events:
    """The events of one cloud. ``functions`` receive what is sent to their ARN; ``carrier`` knows everyone else."""

    def __init__(self, clock: Clock, listeners: list[Listener]) -> None:
        self.functions: dict[str, Function] = {}
        self.carrier: Carrier | None = None
        self._clock = clock
        self._listeners = listeners
        self._kept: deque[Event] = deque(maxlen=MOST_KEPT)
        self._waiting = _Waiting()
        self._sequence = 0
        self._lock = threading.Lock()

    def listen(self) -> None:
        """Hear of every change from now on: before the first bucket is configured, nothing is."""
        with self._lock:
            if self._hear not in self._listeners:
                self._listeners.append(self._hear)

    def _hear(self, bucket: Bucket, change: Change) -> None:
        if change.event is not None:
            self.tell(bucket, change)

    def tell(self, bucket: Bucket, change: Change) -> None:
        """Tell of an event, if the bucket's configuration asks for it; its messages wait to be sent."""
        notification = change.state.configuration.notification
        if notification is None or change.event is None or change.key is None:
            return
        target = notification.find(change.event, change.key)
        to_bridge = notification.event_bridge and change.event in event_record.BRIDGED
        if target is None and not to_bridge:
            return
        happening = self._happening(change.event, bucket, change)
        record = event_record.record(happening, None if target is None else target.id)
        bridged = event_record.bridged(happening) if to_bridge else None
        destinations = []
        if target is not None:
            destinations.append(target.arn)
            self._send_later(target.kind.service, target.arn, {"Records": [record]})
        if bridged is not None:
            destinations.append(bus(bucket))
            self._send_later("events", bus(bucket), bridged)
        self._kept.append(
            Event(change.event, bucket.name, change.key, happening.version_id, record, bridged, tuple(destinations))
        )

    def _happening(self, event: str, bucket: Bucket, change: Change) -> Happening:
        why, due = cause.current(), cause.due()
        seconds = due or self._clock.timestamp()  # what is due at 0 is due at once
        request_id, host_id = (why.request_id, why.host_id) if why else (ids.request_id(), ids.host_id())
        time = EPOCH + timedelta(seconds=seconds)
        return Happening(event, bucket, change, why, time, self._next_in_sequence(seconds), request_id, host_id)

    def _next_in_sequence(self, seconds: float) -> int:
        """Return a number that grows from event to event, even where the clock does not: S3's has the seconds first."""
        with self._lock:
            self._sequence = max(self._sequence + 1, int(seconds * (1 << 32)))
            return self._sequence

    def test(self, bucket: Bucket, targets: Iterable[Target]) -> None:
        """Let the queues and topics of a new configuration get S3's test message; functions get none."""
        message = event_record.test_message(bucket, EPOCH + timedelta(seconds=self._clock.timestamp()), cause.current())
        for target in targets:
            if target.kind.service != "lambda":
                self._send_later(target.kind.service, target.arn, message)

    def _send_later(self, service: str, arn: str, body: Mapping[str, Any]) -> None:
        self._waiting.messages.append(Message(service, arn, body, self._waiting.chain + 1))

    def send(self) -> None:
        """Send what this thread has told, and what that causes in turn; within a receiver, do nothing.

        Warns (``DeliveryWarning``) of what a destination raised, and of chains that were cut.
        """
        waiting = self._waiting
        if waiting.sending or not waiting.messages:
            return
        failures = []
        waiting.sending = True
        try:
            while waiting.messages:
                message = waiting.messages.popleft()
                waiting.chain = message.chain
                failure = self._deliver(message)
                if failure is not None:
                    failures.append(failure)
        finally:
            waiting.sending, waiting.chain = False, 0
        for failure in failures:
            warnings.warn(failure, DeliveryWarning, stacklevel=2)

    def _deliver(self, message: Message) -> str | None:
        if self.carrier is None:
            return None
        if message.chain > LONGEST_CHAIN:
            return f"{message.arn} got no event: {LONGEST_CHAIN} messages have caused one another, which looks endless."
        try:
            self.carrier.deliver(message)
        except Exception as error:  # noqa: BLE001 - on S3 a request does not fail because a receiver does
            return f"{message.arn} raised {type(error).__name__} for an event: {error}"
        return None

    def kept(self) -> tuple[Event, ...]:
        """Return the events so far, the oldest first."""
        return tuple(self._kept)

    def clear(self) -> None:
        """Forget the events, the functions, and what this thread has still to send."""
        self._kept.clear()
        self.functions.clear()
        self._waiting.messages.clear()
        with self._lock:
            if self._hear in self._listeners:
                self._listeners.remove(self._hear)

    def after_fork(self) -> None:
        """Take a new lock in a forked child."""
        self._lock = threading.Lock()


def bus(bucket: Bucket) -> str:
    """Return the ARN of the event bus that a bucket's events go to: its account's default one."""
    return f"arn:{bucket.partition}:events:{bucket.region}:{bucket.account.id}:event-bus/default"
