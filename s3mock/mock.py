"""Turn the mock on and off: the first holder puts the patches in place, all share one S3, the last removes them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from s3mock.control import S3
from s3mock.settings import Keywords, Settings, checked

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from s3mock.server import S3MockServer

T = TypeVar("T")


@dataclass
class _Active:
    """The active mock: its S3, the stack that puts everything back, and the number of its holders."""

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
    """Set the environment aside and put the patches in place; if that fails, everything is put back."""
    # Here and not at `import s3mock`: the gateway imports xmltodict and werkzeug, boto3's transfers import awscrt.
    from s3mock import destinations, for_moto, from_moto  # noqa: PLC0415
    from s3mock.backend.cloud import Cloud  # noqa: PLC0415
    from s3mock.process import beside_moto, client_clock, credentials  # noqa: PLC0415
    from s3mock.process.environment import Environment, forget_file_systems  # noqa: PLC0415
    from s3mock.process.patches import Patches  # noqa: PLC0415
    from s3mock.transports import in_process  # noqa: PLC0415
    from s3mock.transports.router import Router  # noqa: PLC0415

    cloud = Cloud(settings)
    servers: list[S3MockServer] = []

    def serve() -> str:
        """The URL of the server on the same store, for clients that are not answered in the process."""
        from s3mock.server import S3MockServer  # noqa: PLC0415

        with _lock:
            if not servers:
                servers.append(S3MockServer(cloud=cloud))
                servers[0].start()
        return servers[0].endpoint_url

    def stop_servers() -> None:
        for server in servers:
            server.stop()

    destinations.install(cloud)
    from_moto.install(cloud)
    with ExitStack() as undo:
        undo.callback(stop_servers)
        forget_file_systems()
        undo.callback(forget_file_systems)
        undo.callback(Environment({*settings.accounts, *settings.credentials}).restore)
        patches = Patches()
        undo.callback(patches.restore)
        credentials.install(patches, settings)
        client_clock.install(patches, cloud.clock)
        in_process.install(patches, Router(cloud, settings, serve=serve))
        beside_moto.install(patches)
        for_moto.install(patches, cloud)
        return _Active(S3(cloud, serve=serve), undo.pop_all())


class MockS3:
    """The object of ``mock_s3(...)``: a context manager (sync and async), a decorator, with ``start`` and ``stop``."""

    def __init__(self, keywords: Keywords) -> None:
        self._keywords = checked(keywords)
        self._held = 0

    def start(self) -> S3:
        """Turn the mock on, or join the active one; return its control object.

        Raises RuntimeError if the active mock was started with other keywords, and SettingError for an invalid
        environment variable.
        """
        global _active  # noqa: PLW0603 - a process has one mock
        with _lock:
            if _active is None:
                _active = _begin(Settings(**self._keywords))
            else:
                outer = _active.s3.settings.keywords
                for keyword, value in self._keywords.items():
                    if keyword not in outer:
                        outer_call = f"without {keyword}"
                    elif outer[keyword] != value:
                        outer_call = f"with {keyword}={outer[keyword]!r}"
                    else:
                        continue
                    raise RuntimeError(
                        f"mock_s3({keyword}={value!r}) inside a mock that was started {outer_call}: nested mocks share "
                        f"the settings of the outermost one. Pass {keyword} to the outermost mock_s3."
                    )
            _active.holders += 1
            self._held += 1
            return _active.s3

    def stop(self) -> None:
        """Release the mock; its last holder ends it and puts everything back.

        Raises RuntimeError if this one is not started.
        """
        global _active
        with _lock:
            if not self._held or _active is None:
                raise RuntimeError("stop() of a mock_s3 that was not started")
            self._held -= 1
            _active.holders -= 1
            if not _active.holders:
                ended, _active = _active, None
                ended.s3.ended = True
                ended.undo.close()

    def reset(self) -> None:
        """Start over with an empty S3, for everyone who shares it. Raises RuntimeError if no mock is active."""
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
def mock_s3(*, config: Mapping[str, Any] | None = None, **keywords: Unpack[Keywords]) -> MockS3: ...
def mock_s3(target: Any = None, /, *, config: Mapping[str, Any] | None = None, **keywords: Any) -> Any:
    """Answer S3 inside this process: use it as a decorator, as a context manager, or with ``start()`` and ``stop()``.

    ::

        @mock_s3
        def test_upload(): ...

        with mock_s3(bucket_defaults="current") as s3:
            s3.client().create_bucket(Bucket="photos")

    It decorates functions, generators, coroutine functions, class and static methods, and classes, and passes no
    argument of its own. Each decorated call begins with an empty S3, unless a mock is active already: nested mocks
    share the outer one. In a decorated class a test shares one S3 with ``setUp`` and ``tearDown``, or ``setup_method``
    and ``teardown_method``; buckets made by ``setUpClass`` or ``setup_class`` are there for all tests of the class.

    pytest sets up fixtures before it calls a decorated test, so they run outside the mock: let the fixture itself hold
    it (``with mock_s3() as s3: yield s3``, or decorate the generator below ``@pytest.fixture``).

    The keywords are the settings in ``s3mock.settings``. ``config`` is what moto's ``mock_aws`` takes, as far as it
    concerns S3: its ``passthrough`` becomes the settings ``passthrough`` and ``allow_services``.

    Raises TypeError for an unknown keyword, or one that ``config`` gives too, and ``s3mock.SettingError`` for an
    invalid value and for what means nothing here.
    """
    if config:
        from s3mock.process import moto_config  # noqa: PLC0415 - few use it

        meant = moto_config.settings(config)
        if twice := sorted(meant.keys() & keywords.keys()):
            raise TypeError(f"{', '.join(twice)} and config say the same: give only one of them")
        keywords |= meant
    mock = MockS3(keywords)  # type: ignore[arg-type]
    return mock if target is None else mock(target)
