"""Turn the mock on and off: one Cloud for all who hold it, patches put on by the first and taken off by the last."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload

from s3mock.control import S3
from s3mock.settings import Keywords, Settings, checked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from typing_extensions import Unpack


T = TypeVar("T")


@dataclass
class _Active:
    """The mock that is on: how many hold it, and what puts everything back."""

    s3: S3
    undo: ExitStack
    holders: int = 0


_lock = threading.RLock()
_active: _Active | None = None


def _renew_lock() -> None:
    global _lock  # noqa: PLW0603 - another thread may have held it when the process forked
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_renew_lock)


def _begin(settings: Settings) -> _Active:
    """Set the environment aside and put the patches on; if that fails, everything is as before."""
    # Here and not at `import s3mock`: the gateway brings xmltodict and werkzeug, boto3's transfers bring awscrt.
    from s3mock import destinations, gateway  # noqa: PLC0415
    from s3mock.process import beside_moto, client_clock, credentials  # noqa: PLC0415
    from s3mock.process.environment import Environment  # noqa: PLC0415
    from s3mock.process.patches import Patches  # noqa: PLC0415
    from s3mock.transports import botocore  # noqa: PLC0415

    s3 = S3(settings)
    destinations.install(s3.cloud)
    with ExitStack() as undo:
        undo.callback(Environment({*settings.accounts, *settings.credentials}).restore)
        patches = Patches()
        undo.callback(patches.restore)
        credentials.install(patches, settings)
        client_clock.install(patches, s3.clock)
        botocore.install(patches, settings, partial(gateway.handle, s3.cloud))
        beside_moto.install(patches)
        return _Active(s3, undo.pop_all())


class MockS3:
    """What ``mock_s3(...)`` returns: a context manager (sync and async), a decorator, and ``start`` and ``stop``."""

    def __init__(self, keywords: Keywords) -> None:
        self._keywords = checked(keywords)
        self._held = 0

    def start(self) -> S3:
        """Turn the mock on, or join the one that is on; return its control object.

        Raises RuntimeError if the active mock was started with other keywords, and SettingError if the environment has
        a senseless value.
        """
        global _active  # noqa: PLW0603 - the one thing that is the whole process's
        with _lock:
            if _active is None:
                _active = _begin(Settings(**self._keywords))
            else:
                self._join(_active.s3.settings.keywords)
            _active.holders += 1
            self._held += 1
            return _active.s3

    def _join(self, outer: Mapping[str, Any]) -> None:
        for keyword, value in self._keywords.items():
            if keyword not in outer or outer[keyword] != value:
                has = f"has {keyword}={outer[keyword]!r}" if keyword in outer else f"was started without {keyword}"
                raise RuntimeError(
                    f"mock_s3({keyword}={value!r}) inside an active mock that {has}: nested mocks share the outer one, "
                    f"with its settings. Give the keyword to the outermost mock_s3."
                )

    def stop(self) -> None:
        """Let go of the mock; when nobody holds it any more, everything is as before.

        Raises RuntimeError if this one is not started.
        """
        global _active
        with _lock:
            if not self._held or _active is None:
                raise RuntimeError("stop() of a mock_s3 that is not started")
            self._held -= 1
            _active.holders -= 1
            if not _active.holders:
                ended, _active = _active, None
                ended.undo.close()

    def reset(self) -> None:
        """Begin anew with an empty S3, for all who share it. Raises RuntimeError if no mock is active."""
        with _lock:
            if _active is None:
                raise RuntimeError("reset() while no mock_s3 is active")
            _active.s3.reset()

    def __enter__(self) -> S3:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> S3:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, target: T) -> T:
        """Decorate a function or a class: see ``mock_s3``."""
        from s3mock.process.decorator import decorate  # noqa: PLC0415

        return decorate(self, target)


@overload
def mock_s3(target: T, /) -> T: ...
@overload
def mock_s3(**keywords: Unpack[Keywords]) -> MockS3: ...
def mock_s3(target: Any = None, /, **keywords: Any) -> Any:
    """Answer S3 inside this process: use it as a decorator, as a context manager, or with ``start()`` and ``stop()``.

    ::

        @mock_s3
        def test_upload(): ...

        with mock_s3(bucket_defaults="current") as s3:
            s3.client().create_bucket(Bucket="photos")

    The decorated target may be a function, a generator or a coroutine function, a class or static method, or a class;
    it gets no further argument. Each decorated call begins with an empty S3, unless a mock is active already: nested
    mocks share the outer one. In a decorated class ``setUp`` or ``setup_method``, the test, and what tears down see
    the same S3; the buckets that ``setUpClass`` or ``setup_class`` made are there for all tests of the class.

    pytest sets fixtures up before it calls a decorated test, so they are outside: let the fixture itself hold the mock
    (``with mock_s3() as s3: yield s3``, or decorate the generator below ``@pytest.fixture``).

    The keywords are the settings in ``s3mock.settings``. Raises TypeError for an unknown keyword and
    ``s3mock.settings.SettingError`` for a value that makes no sense.
    """
    mock = MockS3(keywords)  # type: ignore[arg-type]
    return mock if target is None else mock(target)
