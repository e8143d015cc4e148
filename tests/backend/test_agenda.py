"""S3 does by itself what is due, in order of time, before anybody looks."""

from __future__ import annotations

import pytest
from mypy_boto3_s3 import S3Client

from s3mock.backend import cause
from s3mock.backend.agenda import NEVER, Agenda
from s3mock.backend.bucket import Bucket, Change
from s3mock.backend.cause import Cause
from s3mock.control import S3


def test_what_is_due_is_done_in_order_of_time_and_the_rest_stays() -> None:
    agenda, done = Agenda(), list[float]()
    for when in (30.0, 10.0, 20.0, 40.0):
        agenda.at(when, done.append)
    assert agenda.due == 10
    agenda.run(30)
    assert done == [10, 20, 30]
    assert agenda.due == 40


def test_of_two_that_are_due_at_once_the_first_comes_first() -> None:
    agenda, done = Agenda(), list[str]()
    for name in ("a", "b", "c"):
        agenda.at(1, lambda _when, name=name: done.append(name))  # type: ignore[misc]
    agenda.run(1)
    assert done == ["a", "b", "c"]


def test_work_puts_down_more_work_that_is_done_in_its_turn() -> None:
    agenda, done = Agenda(), list[float]()

    def daily(when: float) -> None:
        done.append(when)
        agenda.at(when + 10, daily)

    agenda.at(10, daily)
    agenda.at(25, done.append)
    agenda.run(30)
    assert done == [10, 20, 25, 30]
    assert agenda.due == 40


def test_work_that_asks_for_what_is_due_does_not_begin_anew() -> None:
    agenda, done = Agenda(), list[float]()

    def asking(when: float) -> None:
        agenda.run(100)
        done.append(when)

    agenda.at(1, asking)
    agenda.at(2, done.append)
    agenda.run(100)
    assert done == [1, 2]


def test_work_that_fails_is_not_done_again_and_the_rest_stays_due() -> None:
    agenda, done = Agenda(), list[float]()

    def failing(_when: float) -> None:
        raise RuntimeError("broken")

    agenda.at(1, failing)
    agenda.at(2, done.append)
    with pytest.raises(RuntimeError, match="broken"):
        agenda.run(3)
    agenda.run(3)
    assert done == [2]


def test_a_request_finds_done_what_was_due_when_it_came(s3: S3Client, mock: S3) -> None:
    done = list[float]()
    due = mock.clock.timestamp() + 3600
    mock.cloud.agenda.at(due, done.append)
    s3.list_buckets()
    assert done == []
    mock.clock.advance(hours=2)
    s3.list_buckets()
    assert done == [due]


def test_reset_forgets_what_was_to_be_done(s3: S3Client, mock: S3) -> None:
    mock.cloud.agenda.at(0, lambda _when: pytest.fail("it was forgotten"))
    mock.reset()
    assert mock.cloud.agenda.due == NEVER
    s3.list_buckets()


def test_a_listener_is_told_whose_request_made_the_change(s3: S3Client, mock: S3, bucket: str) -> None:
    causes = list[Cause | None]()

    def listen(_bucket: Bucket, _change: Change) -> None:
        causes.append(cause.current())

    mock.cloud.listeners.append(listen)
    answer = s3.put_object(Bucket=bucket, Key="k")["ResponseMetadata"]
    (found,) = causes
    assert found is not None
    assert (found.operation, found.request_id, found.host_id) == ("PutObject", answer["RequestId"], answer["HostId"])
    assert found.principal == "arn:aws:iam::123456789012:root"
    assert cause.current() is None


def test_what_s3_does_by_itself_has_no_cause(s3: S3Client, mock: S3, bucket: str) -> None:
    causes = list[Cause | None]()
    mock.cloud.listeners.append(lambda _bucket, _change: causes.append(cause.current()))
    there = mock.cloud.namespace.get(bucket)
    assert there is not None

    def work(_when: float) -> None:
        there.configure(tags=())

    mock.cloud.agenda.at(0, work)
    s3.list_buckets()
    assert causes == [None]


def test_work_knows_when_it_was_due_however_late_it_is_done() -> None:
    agenda, dues = Agenda(), list[float | None]()
    for when in (10.0, 20.0):
        agenda.at(when, lambda _when: dues.append(cause.due()))
    agenda.run(1000)
    assert dues == [10, 20]
    assert cause.due() is None
