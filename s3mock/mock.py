"""Turn the mock on and off: the first holder puts the patches in place, all share one S3, the last removes them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from s3mock.control import S3
from s3mock.settings import Keywords, Settings, checked, host_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from s3mock.backend.cloud import Cloud
    from s3mock.initial import Contents
    from s3mock.process.environment import Environment
    from s3mock.process.patches import Patches
    from s3mock.server import S3MockServer
    from s3mock.transports.router import Router

T = TypeVar("T")


class _Active:
    """The active mock: its S3, the stack that puts everything back, and the numbers of its holders and sharers."""

    def __init__(
        self, cloud: Cloud, environment: Environment, router: Router, patches: Patches, undo: ExitStack
    ) -> None:
        self.s3 = S3(cloud, serve=self.serve, patches=patches)
        self.holders = self.sharers = 0
        self._environment, self._router, self._undo = environment, router, undo
        self._server: S3MockServer | None = None
        self._url: str | None = None
        self._end_sharing: Callable[[], None] | None = None
        router.serve = self.serve

    def serve(self) -> str:
        """The URL of the server on the same store, for clients that are not answered in the process.

        A process uses one port again and again, since workers may live longer than the mock that started them.
        """
        global _port
        from s3mock.server import S3MockServer  # noqa: PLC0415

        if self._router.parent is not None:
            return self._router.parent
        with _lock:
            if self._url is None:
                server = S3MockServer(port=_port, cloud=self.s3.cloud)
                try:
                    server.start()
                except OSError:  # someone else has the port now
                    server = S3MockServer(cloud=self.s3.cloud)
                    server.start()
                self._server, self._url, _port = server, server.endpoint_url, server.port
            return self._url

    def hold(self, *, share: bool) -> None:
        """Count a holder; the first one who shares starts the server and sets the environment."""
        if share and not self.sharers:
            self._end_sharing = self._environment.share(self.serve())
        self.sharers += share
        self.holders += 1

    def release(self, *, share: bool) -> None:
        """The opposite; the last holder ends the mock."""
        self.holders -= 1
        self.sharers -= share
        if share and not self.sharers and self._end_sharing is not None:
            self._end_sharing()
        if not self.holders:
            self.end()

    def end(self) -> None:
        """Put everything back, and stop the server."""
        self.s3.ended = True
        try:
            self._undo.close()
        finally:
            if self._server is not None:
                self._server.stop()

    def after_fork(self) -> None:
        """In a forked child: go on with the server of a shared mock, or else with a copy of everything."""
        if self.sharers and self._router.parent is None:
            self._router.parent = self._url
            self.s3.cloud = _InTheParent()  # type: ignore[assignment]
        self._server = self._url = None


class _InTheParent:
    """What a control object has in place of its cloud in a forked child of a shared mock."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(
            "this is a fork of the process that holds mock_s3(share=True): its clients share that one's S3, but the "
            "control object works there only"
        )


_lock = threading.RLock()
_active: _Active | None = None
_port = 0


def _after_fork() -> None:
    global _lock  # noqa: PLW0603 - another thread may have held it when the process forked
    _lock = threading.RLock()
    if _active is not None:
        _active.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_after_fork)


def _begin(settings: Settings) -> _Active:
    """Set the environment aside and put the patches in place; if that fails, everything is put back."""
    # Here and not at `import s3mock`: the gateway imports xmltodict and werkzeug, boto3's transfers import awscrt.
    from s3mock import destinations, entropy, for_moto, from_moto  # noqa: PLC0415
    from s3mock.backend.cloud import Cloud  # noqa: PLC0415
    from s3mock.process import beside_moto, children, client_clock, credentials, sleeping  # noqa: PLC0415
    from s3mock.process.environment import NOT_SHARED, Environment, forget_file_systems  # noqa: PLC0415
    from s3mock.process.patches import Patches  # noqa: PLC0415
    from s3mock.transports import in_process  # noqa: PLC0415
    from s3mock.transports.router import Router  # noqa: PLC0415

    cloud = Cloud(settings)
    cloud.custom_endpoints += (host_of(NOT_SHARED),)
    router = Router(cloud, settings)
    destinations.install(cloud)
    from_moto.install(cloud)
    with ExitStack() as undo:
        if settings.seed is not None:
            undo.callback(entropy.seed, None)
        forget_file_systems()
        undo.callback(forget_file_systems)
        environment = Environment(settings)
        undo.callback(environment.restore)
        patches = Patches()
        undo.callback(patches.restore)
        credentials.install(patches, settings, environment.configured)
        children.install(patches, environment)
        client_clock.install(patches, cloud.clock)
        sleeping.install(patches, cloud.faults.skips, cloud.faults.skip)
        in_process.install(patches, router)
        beside_moto.install(patches)
        for_moto.install(patches, cloud)
        return _Active(cloud, environment, router, patches, undo.pop_all())


class MockS3:
    """The object of ``mock_s3(...)``: a context manager (sync and async), a decorator, with ``start`` and ``stop``."""

    def __init__(
        self,
        keywords: Keywords,
        buckets: Contents = (),
        load: str | os.PathLike[str] | None = None,
        *,
        share: bool = False,
    ) -> None:
        self._keywords = checked(keywords)
        if not isinstance(share, bool):
            raise TypeError(f"share is True or False, not {share!r}")
        self._buckets, self._load = buckets, load
        self._share = share
        self._held = 0

    def start(self) -> S3:
        """Turn the mock on, or join the active one; return its control object.

        Raises RuntimeError if the active mock was started with other keywords, SettingError for an invalid
        environment variable, OSError if it shall be shared and no port can be had, ValueError with S3's error where it
        refuses one of the ``buckets``, and what ``S3.load`` raises.
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
            try:
                _active.hold(share=self._share)
            except BaseException:  # pytest-socket's is a RuntimeError
                if not _active.holders:
                    _active.end()
                    _active = None
                raise
            self._held += 1
            s3 = _active.s3
            try:
                self._fill(s3)
            except BaseException:
                self.stop()
                raise
            return s3

    def _fill(self, s3: S3) -> None:
        if self._load is not None:
            if not s3.cloud.is_empty():
                raise RuntimeError(
                    "mock_s3(load=...) inside a mock that has buckets: they would be lost. Use s3.load()"
                )
            s3.load(self._load)
        if self._buckets:
            s3.create_buckets(self._buckets)

    def stop(self) -> None:
        """Release the mock; its last holder ends it and puts everything back.

        Raises RuntimeError if this one is not started.
        """
        global _active  # noqa: PLW0603
        with _lock:
            if not self._held or _active is None:
                raise RuntimeError("stop() of a mock_s3 that was not started")
            self._held -= 1
            active = _active
            if active.holders == 1:
                _active = None
            active.release(share=self._share)

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
def mock_s3(
    *,
    buckets: Contents = (),
    load: str | os.PathLike[str] | None = None,
    share: bool = False,
    config: Mapping[str, Any] | None = None,
    **keywords: Unpack[Keywords],
) -> MockS3: ...
def mock_s3(
    target: Any = None,
    /,
    *,
    buckets: Contents = (),
    load: str | os.PathLike[str] | None = None,
    share: bool = False,
    config: Mapping[str, Any] | None = None,
    **keywords: Any,
) -> Any:
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

    ``buckets`` are created at the start, in the region that is configured: names, or a mapping of names to objects by
    their keys, like ``{"photos": {"a.txt": "text", "b.jpg": b"..."}}``. ``load`` is a file of ``S3.save``.

    With ``share`` a server on the loopback address has the same S3, and the environment leads there: processes that are
    started meanwhile share it, forked ones too. (docs/children.md)

    The other keywords are the settings in ``s3mock.settings``. ``config`` is what moto's ``mock_aws`` takes, as far as
    it concerns S3: its ``passthrough`` becomes the settings ``passthrough`` and ``allow_services``.

    Raises TypeError for an unknown keyword, or one that ``config`` gives too, and ``s3mock.SettingError`` for an
    invalid value and for what means nothing here.
    """
    if config:
        from s3mock.process import moto_config  # noqa: PLC0415 - few use it

        meant = moto_config.settings(config)
        if twice := sorted(meant.keys() & keywords.keys()):
            raise TypeError(f"{', '.join(twice)} and config say the same: give only one of them")
        keywords |= meant
    mock = MockS3(keywords, buckets, load, share=share)  # type: ignore[arg-type]
    return mock if target is None else mock(target)
