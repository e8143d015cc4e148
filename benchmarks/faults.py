"""How long faults take: 1,000 in all modes of botocore's retries, and one suite of calls with and without waiting.

The 1,000 are in seconds of CPU time, the suite in those of a clock on the wall.

``python -m benchmarks.faults`` runs the suite with the sleeps that it has elsewhere: some minutes. With aiobotocore
installed, half of the 1,000 are those of its clients.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from importlib.util import find_spec
from typing import Any

from botocore.config import Config

from benchmarks.measure import Row
from s3mock import mock_s3

TURNS = 1
FAULTS = 1000
MODES = ("legacy", "standard", "adaptive")
EFFECTS: tuple[dict[str, Any], ...] = (
    {"code": "SlowDown"},
    {"code": "InternalError"},
    {"connection": "refused"},
    {"connection": "reset"},
    {"connection": "reset", "after": True},
    {"connection": "closed"},
)
TIMEOUTS: tuple[dict[str, Any], ...] = ({"connection": "connect timeout"}, {"connection": "read timeout"})


def config(mode: str, **more: Any) -> Config:
    """A client's configuration with a mode of retries."""
    retries: Any = {"mode": mode}
    return Config(retries=retries, **more)


def many(number_of_faults: int, *, with_aiobotocore: bool) -> tuple[int, float]:
    """The number of faults, and the CPU seconds that they and the calls around them took."""
    with mock_s3() as s3:
        clients = [s3.client(region_name="us-east-1", config=config(mode)) for mode in MODES]
        clients[0].create_bucket(Bucket="photos")
        s3.fail("PutObject", sequence="fail pass", repeat=True, code="SlowDown", key="0/*")
        for number, effect in enumerate(EFFECTS[1:], 1):
            s3.fail("PutObject", sequence="fail pass", repeat=True, key=f"{number}/*", **effect)
        started = time.process_time()
        most = number_of_faults // 2 if with_aiobotocore else number_of_faults
        number = 0
        while len(s3.faults) < most:
            clients[number % 3].put_object(Bucket="photos", Key=f"{number % len(EFFECTS)}/{number}", Body=b"bytes")
            number += 1
        if with_aiobotocore:
            asyncio.run(asynchronous(s3, number, number_of_faults))
        return len(s3.faults), time.process_time() - started


async def asynchronous(s3: Any, number: int, most: int) -> None:
    """The same by clients of aiobotocore, up to ``most`` faults."""
    from aiobotocore.config import AioConfig  # noqa: PLC0415
    from aiobotocore.session import get_session  # noqa: PLC0415

    async with contextlib.AsyncExitStack() as stack:
        clients = []
        for mode in MODES:
            retries: Any = {"mode": mode}
            created = get_session().create_client("s3", region_name="us-east-1", config=AioConfig(retries=retries))
            clients.append(await stack.enter_async_context(created))
        while len(s3.faults) < most:
            key = f"{number % len(EFFECTS)}/{number}"
            await clients[number % 3].put_object(Bucket="photos", Key=key, Body=b"bytes")
            number += 1


def suite(*, wait: bool) -> tuple[int, float]:
    """Calls that fail twice and succeed, or fail until they give up: their number, and the seconds that they took."""
    calls = 0
    with mock_s3() as s3:
        s3.client(region_name="us-east-1").create_bucket(Bucket="photos")
        started = time.perf_counter()
        for mode in MODES:
            client = s3.client(region_name="us-east-1", config=config(mode, connect_timeout=1, read_timeout=2))
            for effect in EFFECTS + TIMEOUTS:
                for times in (1, 2, None):
                    more: Any = {} if times is None else {"times": times}
                    with s3.fail("PutObject", wait=wait, **effect, **more), contextlib.suppress(Exception):
                        client.put_object(Bucket="photos", Key="a", Body=b"bytes")
                    calls += 1
        return calls, time.perf_counter() - started


def rows(_turns: int = TURNS) -> list[Row]:
    """The faults and the suite, without waiting."""
    with_aiobotocore = find_spec("aiobotocore") is not None
    many(10, with_aiobotocore=with_aiobotocore)  # the first clients load their models
    faults, busy = many(FAULTS, with_aiobotocore=with_aiobotocore)
    calls, seconds = suite(wait=False)
    return [
        Row(f"{faults:,} faults in three modes of retries, CPU time", "s", {"s3mock": busy}),
        Row(f"{calls} calls that are retried", "s", {"s3mock": seconds}),
    ]


if __name__ == "__main__":
    calls, seconds = suite(wait=True)
    print(f"{calls} calls that are retried, with their sleeps: {seconds:.0f} s")
