"""The clock of a cloud follows the system's time, including freezegun's and time-machine's."""

from __future__ import annotations

import datetime as dt
import importlib.util
import pickle
import time
from datetime import datetime, timedelta, timezone

import pytest
import time_machine
from freezegun import freeze_time

from s3mock import clock as room
from s3mock.clock import Clock


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)


def test_the_time_is_utc_in_whole_seconds() -> None:
    before = int(time.time())
    now = Clock().now()
    assert before <= now.timestamp() <= time.time()
    assert now.microsecond == 0
    assert now.tzinfo is timezone.utc


def test_fractions_of_a_second_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.999)
    assert clock.now() == utc(2001, 9, 9, 1, 46, 40)
    assert clock.timestamp() == 1_000_000_000.999


def test_calls_within_a_second_share_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: 5.1)
    first = clock.now()
    monkeypatch.setattr(time, "time", lambda: 5.9)
    assert clock.now() is first
    monkeypatch.setattr(time, "time", lambda: 6.0)
    assert clock.now() == first + timedelta(seconds=1)


@pytest.mark.parametrize("year", [2012, 2040])
def test_freezegun_affects_an_existing_clock(year: int) -> None:
    clock = Clock()
    clock.now()
    with freeze_time(f"{year}-01-14 03:21:34.5") as frozen:
        assert clock.now() == utc(year, 1, 14, 3, 21, 34)
        assert clock.now() == dt.datetime.now(timezone.utc).replace(microsecond=0)
        assert clock.timestamp() == time.time()
        frozen.tick(timedelta(days=1))
        assert clock.now() == utc(year, 1, 15, 3, 21, 34)
    assert clock.now().year >= 2025
    assert clock.now().year < 2040


@pytest.mark.parametrize("year", [2012, 2040])
def test_time_machine_affects_an_existing_clock(year: int) -> None:
    clock = Clock()
    clock.now()
    with time_machine.travel(utc(year, 1, 14, 3, 21, 34), tick=False) as traveller:
        assert clock.now() == utc(year, 1, 14, 3, 21, 34)
        traveller.shift(60)
        assert clock.now() == utc(year, 1, 14, 3, 22, 34)


def test_times_within_a_freeze_are_plain_datetimes() -> None:
    plain = type(utc(2020, 1, 1))
    clock = Clock()
    with freeze_time("2012-01-14"):
        now = clock.now()
        assert isinstance(now, dt.datetime)
    assert type(now) is plain
    assert pickle.loads(pickle.dumps(now)) == now == utc(2012, 1, 14)
    assert now < clock.now()


def test_a_clock_module_imported_in_a_freeze_runs_on_after_it() -> None:
    spec = importlib.util.spec_from_file_location("clock_of_the_freeze", room.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with freeze_time("2012-01-14"):
        spec.loader.exec_module(module)
        clock = module.Clock()
        assert clock.now() == utc(2012, 1, 14)
    now = clock.now()
    assert abs(now - Clock().now()) <= timedelta(seconds=1)
    assert now.strftime("%Y") == str(now.year)


def test_a_clock_can_be_moved_ahead() -> None:
    clock = Clock()
    with freeze_time("2012-01-14"):
        clock.advance(days=30, seconds=1)
        clock.advance(hours=1)
        assert clock.offset == 30 * 86_400 + 3_601
        assert clock.now() == utc(2012, 2, 13, 1, 0, 1)
        assert clock.timestamp() == time.time() + clock.offset
        assert Clock().now() == utc(2012, 1, 14)
