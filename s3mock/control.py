"""The control object of a mock or a server: its clock, events, principals, access points, and ``reset``."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import boto3

from s3mock.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from s3mock.backend.access.explain import Explanation
    from s3mock.backend.clock import Clock
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.notification import Event
    from s3mock.models.access_points import AccessPoint, MultiRegionAccessPoint
    from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint

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
        from s3mock import destinations  # noqa: PLC0415

        destinations.on_event(self.cloud, arn, function)

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
        from s3mock.backend.access import principals  # noqa: PLC0415

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
        from s3mock.backend.access import explain  # noqa: PLC0415

        return explain.explain(self.cloud, action, resource, by, keys)

    def reset(self) -> None:
        """Begin anew with an empty S3, for all who share it."""
        self.cloud.reset()
