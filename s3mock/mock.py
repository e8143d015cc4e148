"""Turn the mock on and off: one Cloud for all who hold it, patches put on by the first and taken off by the last."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, overload

import boto3

from s3mock.settings import Keywords, Settings, checked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from typing_extensions import Unpack

    from s3mock.backend.clock import Clock
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.events import Event
    from s3mock.backend.explaining import Explanation
    from s3mock.models.access_point import AccessPoint, MultiRegionAccessPoint
    from s3mock.models.object_lambda import ObjectLambdaAccessPoint

T = TypeVar("T")


class S3:
    """The S3 of the active mock: what ``with mock_s3() as s3`` gives, and what nested mocks share.

    ``settings`` are those of the outermost mock; ``cloud`` is the state behind everything.
    """

    def __init__(self, settings: Settings) -> None:
        from s3mock.backend.cloud import Cloud  # noqa: PLC0415 - `import s3mock` stays light

        self.settings = settings
        self.cloud: Cloud = Cloud(settings)

    @property
    def clock(self) -> Clock:
        """The mock's clock: ``clock.advance(days=31)`` lets time pass, for S3 and for botocore, which signs with it.

        It follows freezegun and time-machine besides; ``reset`` sets it back.
        """
        return self.cloud.clock

    def client(self, **keywords: Any) -> Any:
        """Return a new S3 client: ``boto3.client("s3", **keywords)``."""
        return boto3.client("s3", **keywords)

    def resource(self, **keywords: Any) -> Any:
        """Return a new S3 resource: ``boto3.resource("s3", **keywords)``."""
        return boto3.resource("s3", **keywords)

    def add_access_point(
        self, name: str, bucket: str, *, account_id: str | None = None, policy: str | None = None
    ) -> AccessPoint:
        """Give a bucket an access point, of its owner's account or of another: use its ``arn`` or ``alias`` as Bucket.

        ``policy`` is the JSON of its policy, which says besides the bucket's who may use it.

        Raises S3Error: NoSuchBucket, InvalidAccessPoint for the name, AccessPointAlreadyOwnedByYou, MalformedPolicy.
        """
        from s3mock.backend import access_points  # noqa: PLC0415

        return access_points.add_access_point(self.cloud, name, bucket, account_id, policy)

    def add_multi_region_access_point(
        self, name: str, *buckets: str, account_id: str | None = None
    ) -> MultiRegionAccessPoint:
        """Make a Multi-Region Access Point: use its ``arn`` as Bucket; requests go to the first of ``buckets``.

        botocore signs such requests with the AWS Common Runtime (``pip install awscrt``). Raises as
        ``add_access_point``, and ValueError where two buckets lie in one region.
        """
        from s3mock.backend import access_points  # noqa: PLC0415

        return access_points.add_multi_region_access_point(self.cloud, name, buckets, account_id)

    def add_object_lambda(
        self,
        name: str,
        access_point: AccessPoint | str,
        function: Callable[..., Any],
        *,
        payload: str = "",
        allowed_features: Iterable[str] = (),
    ) -> ObjectLambdaAccessPoint:
        """Make an Object Lambda access point: GetObject there is answered by ``function(event, context)``.

        The function gets the event that S3 sends to Lambda, and answers by ``write_get_object_response`` of any client.
        ``access_point`` is what ``add_access_point`` returned, or its ARN or alias; ``payload`` is told in the event;
        ``allowed_features`` are S3's ``GetObject-Range``, ``GetObject-PartNumber`` and so on.

        Raises S3Error: NoSuchAccessPoint, InvalidAccessPoint, AccessPointAlreadyOwnedByYou; TypeError for what is no
        plain function; ValueError for an unknown feature.
        """
        from s3mock.backend import access_points  # noqa: PLC0415

        return access_points.add_object_lambda(
            self.cloud, name, access_point, function, payload=payload, features=allowed_features
        )

    def remove_access_point(self, access_point: AccessPoint | MultiRegionAccessPoint | ObjectLambdaAccessPoint) -> None:
        """Take an access point of any kind away; a bucket with access points cannot be deleted.

        Raises S3Error: NoSuchAccessPoint, NoSuchMultiRegionAccessPoint.
        """
        self.cloud.access_points.remove(access_point)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that buckets with a notification configuration have told of, the oldest first.

        What S3 was to do by itself until now is done first. The last 10,000 are there; ``reset`` forgets them.
        """
        self.cloud.catch_up()
        self.cloud.events.send()
        return self.cloud.events.kept()

    def on_event(self, arn: str, function: Callable[..., Any]) -> None:
        """Let ``function(event, context)`` receive what S3 sends to ``arn``, the destination of a bucket's events.

        ``arn`` is that of a Lambda function, a queue, a topic or a default event bus. It counts as existing when it is
        configured, and the function is called when the request that caused the event has been answered. What it raises
        becomes a ``s3mock.delivery.DeliveryWarning``.

        Raises TypeError for what is no plain function.
        """
        from s3mock import delivery  # noqa: PLC0415

        delivery.on_event(self.cloud, arn, function)

    def deliver_logs(self) -> None:
        """Deliver the access logs of what has been asked until now; else they come at the clock's next full hour."""
        self.cloud.access_log.deliver(self.cloud, self.clock.timestamp())

    def add_principal(
        self,
        name: str,
        policies: Iterable[str | Mapping[str, Any]] = (),
        *,
        account: str | None = None,
        session_policies: Iterable[str | Mapping[str, Any]] | None = None,
        seconds: float = 3600,
        keys: Mapping[str, str | Iterable[str]] = MappingProxyType({}),
    ) -> dict[str, str]:
        """Return credentials of a user, a role or a session: ``s3.client(**s3.add_principal("ann", [policy]))``.

        ``name`` is a user's, ``role/...``, or an ARN; ``account`` its account, by default the default one.
        ``policies`` are its own, as JSON or as dictionaries: it may do nothing else but what a bucket's policy allows
        it. ``session_policies`` limit a session further. The credentials of a role, and with session policies of a
        user, are temporary, and good for ``seconds``. ``keys`` are condition keys that its requests have besides, such
        as aws:PrincipalOrgID, aws:PrincipalTag/team, aws:SourceVpc or aws:MultiFactorAuthPresent.

        Raises ValueError for what is no principal, S3Error: MalformedPolicy.
        """
        from s3mock.backend import principals  # noqa: PLC0415

        return principals.add_principal(
            self.cloud,
            name,
            policies,
            account_id=account,
            session_policies=session_policies,
            seconds=seconds,
            keys=keys,
        )

    def explain(
        self,
        action: str,
        resource: str,
        by: str | Mapping[str, str] | None = None,
        keys: Mapping[str, str | Iterable[str]] = MappingProxyType({}),
    ) -> Explanation:
        """Tell whether somebody may do something now, and why: which statement of which policy decides.

        ``print(s3.explain("s3:GetObject", "arn:aws:s3:::photos/a.jpg", by=credentials))``. ``by`` is what
        ``add_principal`` returned, an ARN, an access key or an account; nobody has signed where it is None. ``keys``
        are what the request says to conditions: ``{"aws:SourceIp": "203.0.113.7"}``.

        Raises S3Error: NoSuchBucket.
        """
        from s3mock.backend import explaining  # noqa: PLC0415

        return explaining.explain(self.cloud, action, resource, by, keys)

    def reset(self) -> None:
        """Begin anew with an empty S3, for all who share it."""
        self.cloud.reset()


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
    from s3mock import beside_moto, client_clock, credentials, delivery, gateway  # noqa: PLC0415
    from s3mock.environment import Environment  # noqa: PLC0415
    from s3mock.patches import Patches  # noqa: PLC0415
    from s3mock.transports import botocore  # noqa: PLC0415

    s3 = S3(settings)
    delivery.install(s3.cloud)
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
        from s3mock.decorator import decorate  # noqa: PLC0415

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
