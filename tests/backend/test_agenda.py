"""Due work is done in order of time, before the next request is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.backend.agenda import NEVER, Agenda, Due
from s3mock.backend.cloud import Cloud
from s3mock.backend.effects import WORK
from s3mock.backend.notification.message import Message
from s3mock.settings import Settings
from tests.support.changes import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_s3 import S3Client

    from s3mock.backend.cause import Cause
    from s3mock.backend.effects import Do
    from s3mock.control import S3
    from s3mock.models.notification import Target


def of(*dues: Due) -> Agenda:
    return Agenda().with_work(dues)


def lifecycle(when: float, key: str = "") -> Due:
    return Due(when, "lifecycle", key=key)


def drained(agenda: Agenda, now: float = NEVER) -> list[Due]:
    """The work that is due by ``now``, in the order in which it is done."""
    done = []
    while (first := agenda.first(now)) is not None:
        due, agenda = first
        done.append(due)
    return done


class Works:
    """A cloud whose work is only recorded: ``done`` lists each piece of work with its cause."""

    def __init__(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cloud = cloud
        self.done: list[tuple[Due, Cause]] = []
        self._monkeypatch = monkeypatch
        self.let(self._do)

    def _do(self, _cloud: Cloud, due: Due, cause: Cause) -> None:
        self.done.append((due, cause))

    def let(self, do: Do) -> None:
        self._monkeypatch.setattr("s3mock.backend.effects.WORK", dict.fromkeys(WORK, do))

    def add(self, dues: Iterable[Due]) -> None:
        self.cloud.update(lambda store: store.with_work(dues))

    def run(self, now: float) -> None:
        self.cloud.clock.offset += now - self.cloud.clock.timestamp()
        self.cloud.catch_up()

    @property
    def times(self) -> list[float]:
        return [due.when for due, _ in self.done]


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> Works:
    return Works(Cloud(Settings()), monkeypatch)


def test_due_work_is_returned_in_order_of_time_and_the_rest_stays() -> None:
    agenda = of(*map(lifecycle, (30.0, 10.0, 20.0, 40.0)))
    assert agenda.next_due == 10
    assert [due.when for due in drained(agenda, 30)] == [10, 20, 30]
    assert drained(agenda, 9) == []
    assert (Agenda().next_due, drained(Agenda())) == (NEVER, [])


def test_work_due_at_the_same_time_is_done_in_the_order_it_was_added() -> None:
    agenda = of(*(lifecycle(1, key) for key in ("b", "a", "c")))
    assert [due.key for due in drained(agenda)] == ["b", "a", "c"]


@given(st.lists(st.floats(allow_nan=False, width=64) | st.integers(-3, 3).map(float)))
def test_work_with_any_due_times_is_returned_in_order(times: list[float]) -> None:
    agenda = of(*map(lifecycle, times))
    assert [due.when for due in drained(agenda)] == sorted(times)
    assert agenda.next_due == min(times, default=NEVER)


def test_work_can_be_dropped() -> None:
    agenda = of(*(lifecycle(when, key) for when, key in ((1, "a"), (2, "b"), (3, "a"))))
    fewer = agenda.without(lambda due: due.key == "a")
    assert (fewer.next_due, drained(fewer)) == (2, [lifecycle(2, "b")])
    assert fewer.without(lambda due: due.key == "b").next_due == NEVER
    assert agenda.without(lambda due: due.key == "c") is agenda


def test_work_can_schedule_more_work(works: Works) -> None:
    def daily(_cloud: Cloud, due: Due, cause: Cause) -> None:
        works.done.append((due, cause))
        if due.key == "daily":
            works.add([due._replace(when=due.when + 10)])

    works.let(daily)
    works.add([lifecycle(10, "daily"), lifecycle(25)])
    works.run(30)
    assert works.times == [10, 20, 25, 30]
    assert works.cloud.store.agenda.next_due == 40


def test_work_that_settles_the_cloud_does_not_recurse(works: Works) -> None:
    def asking(cloud: Cloud, due: Due, cause: Cause) -> None:
        cloud.catch_up()
        works.done.append((due, cause))

    works.let(asking)
    works.add([lifecycle(1), lifecycle(2)])
    works.run(100)
    assert works.times == [1, 2]


def test_failed_work_is_not_repeated_and_the_rest_stays_due(works: Works) -> None:
    def failing(_cloud: Cloud, due: Due, cause: Cause) -> None:
        if due.key == "broken":
            raise RuntimeError("broken")
        works.done.append((due, cause))

    works.let(failing)
    works.add([lifecycle(1, "broken"), lifecycle(2)])
    with pytest.raises(RuntimeError, match="broken"):
        works.run(3)
    works.run(3)
    assert works.times == [2]


def test_events_of_earlier_work_are_delivered_although_later_work_fails(works: Works) -> None:
    message = Message("lambda", "arn:aws:lambda:us-east-1:123456789012:function:f", {})
    delivered: list[Message] = []

    class Recording:
        def problem(self, target: Target) -> str | None:
            raise NotImplementedError(target)

        def deliver(self, message: Message) -> None:
            delivered.append(message)

    def failing(_cloud: Cloud, due: Due, cause: Cause) -> None:
        cause.outbox.append(message)
        if due.key == "broken":
            raise RuntimeError("broken")

    works.cloud.events.carrier = Recording()
    works.let(failing)
    works.add([lifecycle(1), lifecycle(2, "broken"), lifecycle(3)])
    with pytest.raises(RuntimeError, match="broken"):
        works.run(4)
    assert delivered == [message, message]
    assert works.cloud.catch_up() == [message]


def test_work_of_a_deleted_bucket_is_not_done_for_a_new_one_of_its_name(
    s3: S3Client, mock: S3, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    works, there = Works(mock.cloud, monkeypatch), mock.cloud.find_bucket(bucket)
    assert there is not None
    works.add([Due(0, "lifecycle", there.identity), lifecycle(0)])
    s3.delete_bucket(Bucket=bucket)
    assert len(works.done) == 2
    works.add([Due(1, "lifecycle", there.identity), lifecycle(1)])
    s3.create_bucket(Bucket=bucket)
    assert [due.bucket for due, _ in works.done] == [there.identity, None, None]


def test_a_request_sees_all_work_that_was_due_done(s3: S3Client, mock: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    works, due = Works(mock.cloud, monkeypatch), mock.clock.timestamp() + 3600
    works.add([lifecycle(due)])
    s3.list_buckets()
    assert works.times == []
    mock.clock.advance(hours=2)
    s3.list_buckets()
    assert works.times == [due]


def test_reset_clears_the_agenda(s3: S3Client, mock: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    works = Works(mock.cloud, monkeypatch)
    works.add([lifecycle(0)])
    mock.reset()
    assert mock.cloud.store.agenda.next_due == NEVER
    s3.list_buckets()
    assert works.done == []


def test_a_change_has_the_request_that_made_it_as_its_cause(s3: S3Client, mock: S3, bucket: str) -> None:
    committed = recorded(mock.cloud)
    response = s3.put_object(Bucket=bucket, Key="k")["ResponseMetadata"]
    ((_, _, cause),) = committed
    assert cause is not None
    assert cause.is_request
    assert (cause.operation, cause.request_id, cause.host_id) == (
        "PutObject",
        response["RequestId"],
        response["HostId"],
    )
    assert (cause.user_id, cause.due) == ("123456789012", None)


def test_scheduled_work_has_a_cause_without_a_request_and_with_its_due_time(works: Works) -> None:
    works.add(map(lifecycle, (10.0, 20.0)))
    works.run(1000)
    assert [(cause.is_request, cause.due) for _, cause in works.done] == [(False, 10), (False, 20)]
