"""Waiting that is skipped while requests fail: between retries, the mock's clock moves instead of the process sleeping.

Only the names in the modules below are replaced. ``time.sleep`` and ``asyncio.sleep`` of everyone else sleep as before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from s3mock.process.patches import Function, Patches

MODULES = {
    "botocore.endpoint": "time",
    "botocore.waiter": "time",
    "s3transfer.bandwidth": "time",
    "urllib3.util.retry": "time",
    "aiobotocore.endpoint": "asyncio",
    "aiobotocore.waiter": "asyncio",
}
"""The modules that wait between retries, and the name by which they reach ``sleep``."""

BUCKETS = {"botocore.retries.bucket": "TokenBucket", "aiobotocore.retries.bucket": "AsyncTokenBucket"}
"""The modules in which botocore's adaptive mode waits for its turn, and the classes of what it waits for."""


class Waiting:
    """How waiting is skipped: ``skip`` is called with the seconds while ``skips()``.

    ``total`` are the seconds that have been skipped in this process, by all mocks.
    """

    total = 0.0

    def __init__(self, skips: Callable[[], bool], skip: Callable[[float], None]) -> None:
        self.skips, self._skip = skips, skip

    def skip(self, seconds: float) -> None:
        """Let the time pass at once."""
        self._skip(seconds)
        Waiting.total += seconds


def install(patches: Patches, skips: Callable[[], bool], skip: Callable[[float], None]) -> None:
    """Where ``skips()``, call ``skip`` with the seconds instead of waiting."""
    waiting = Waiting(skips, skip)
    for name, library in MODULES.items():
        patches.when_imported(name, partial(_install_sleep, patches, waiting, library))
    for name, kind in BUCKETS.items():
        patches.when_imported(name, partial(_install_bucket, patches, waiting, kind))


class _Module(ModuleType):
    """A module that is another one but for what is set here."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(module.__name__)
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _install_sleep(patches: Patches, waiting: Waiting, library: str, module: ModuleType) -> None:
    real = vars(module).get(library)
    if not isinstance(real, ModuleType):
        return
    genuine = real.sleep

    def sleep(seconds: float) -> None:
        if waiting.skips() and real.sleep is genuine:  # a test that has replaced it wants to see it
            waiting.skip(seconds)
        else:
            real.sleep(seconds)

    async def sleep_async(seconds: float, result: Any = None) -> Any:
        if waiting.skips() and real.sleep is genuine:
            waiting.skip(seconds)
            seconds = 0
        return await real.sleep(seconds, result)

    async def endpoint_sleep(original: Function, endpoint: Any, seconds: float) -> None:
        if waiting.skips():
            waiting.skip(seconds)
            seconds = 0
        await original(endpoint, seconds)

    instead = _Module(real)
    instead.sleep = sleep if library == "time" else sleep_async  # type: ignore[attr-defined]
    patches.put(module, library, instead)
    if hasattr(module, "AnyioEndpoint"):  # that of httpx, which imports anyio only there
        patches.replace(module.AnyioEndpoint, "_sleep", endpoint_sleep)


class _Ahead:
    """The time of one of botocore's own clocks, with what has been skipped since.

    A client keeps it beyond the mock: its clock never goes back.
    """

    def __init__(self, clock: Any) -> None:
        self._original, self._since = clock.current_time, Waiting.total

    def __call__(self) -> float:
        now: float = self._original()
        return now + Waiting.total - self._since


def _install_bucket(patches: Patches, waiting: Waiting, kind: str, module: ModuleType) -> None:
    """Let a bucket of tokens fill without waiting."""

    def acquire(original: Function, bucket: Any, amount: float = 1, block: bool = True) -> Any:
        if waiting.skips() and block:
            clock = bucket._clock  # noqa: SLF001 - the client's own clock; tests/test_upstream.py watches it
            if not isinstance(clock.current_time, _Ahead):
                clock.current_time = _Ahead(clock)
            bucket._refill()  # noqa: SLF001
            waiting.skip(max(0.0, bucket._sleep_amount(amount)))  # noqa: SLF001
        return original(bucket, amount, block)

    if hasattr(module, kind):
        patches.replace(getattr(module, kind), "_acquire", acquire)
