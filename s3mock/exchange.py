"""What a handler knows about the request besides its parameters, and what it may say besides its result."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from s3mock.backend import ids
from s3mock.models.account import ANONYMOUS
from s3mock.models.principal import root
from s3mock.models.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.http import Credential, Request, Target
    from s3mock.models.access_points import Through
    from s3mock.models.principal import Principal

NO_QUERY: Mapping[str, str] = MappingProxyType({})

USER = "s3mock"
"""What the caller is called where S3 shows the name of an IAM user."""

ANONYMOUS_ARN = "anonymous"
"""What stands for the ARN of a caller who has none."""


class Exchange:
    """One request on its way through s3mock: what came, and what each step of the gateway found out about it.

    ``request`` is the request as it came; ``request_id`` and ``host_id`` are those of its answer. The steps add, in
    this order: the ``target`` it is addressed to, its ``query``, its ``signer`` (None for an unsigned request and for
    a form), the ``operation``, the ``region`` it arrived in, its bucket and the access point it came ``through``, the
    ``access_key`` that signed it and the ``caller``, an account. A handler may set ``status`` (206, 304 ...) and add
    ``reply_headers`` that S3's model does not name. ``charged`` is set where the requester pays.
    """

    __slots__ = (
        *("_bucket", "access_key", "caller", "charged", "cloud", "failed", "host_id", "operation", "query", "region"),
        *("reply_headers", "request", "request_id", "signer", "started", "status", "target", "through", "to_page"),
    )

    target: Target
    operation: str
    region: str

    def __init__(self, cloud: Cloud, request: Request) -> None:
        self.cloud = cloud
        self.request = request
        self.request_id = ids.request_id()
        self.host_id = ids.host_id()
        self.started = cloud.clock.timestamp() if cloud.access_log.on else 0.0
        self.query: Mapping[str, str] = NO_QUERY
        self.signer: Credential | None = None
        self.access_key: str | None = None
        self.caller = ANONYMOUS
        self._bucket: Bucket | None = None
        self.through: Through | None = None
        self.charged = False
        self.status: int | None = None
        self.reply_headers: dict[str, str] = {}
        self.to_page: dict[str, str] | None = None
        self.failed: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers; those that come after the body are there once the body has been read."""
        return self.request.headers

    @property
    def endpoint(self) -> str:
        """The scheme and the host that the request was sent to."""
        return f"{self.request.scheme}://{self.request.host}"

    @property
    def bucket(self) -> Bucket:
        """The bucket that the request names; the gateway has looked it up."""
        if self._bucket is None:
            raise LookupError(f"{self.operation} names no bucket")
        return self._bucket

    def enter(self, bucket: Bucket | None) -> None:
        """Go on in ``bucket``."""
        self._bucket = bucket

    @property
    def bucket_or_none(self) -> Bucket | None:
        """The bucket, None where the request names none that is there."""
        return self._bucket

    @property
    def has_bucket(self) -> bool:
        """Whether the request names a bucket that is there."""
        return self._bucket is not None

    @property
    def principal(self) -> Principal | None:
        """Who calls: somebody who was added, else the root of the caller's account; None where nobody has signed."""
        if self.access_key is None:
            return None
        added = self.cloud.principals.find(self.access_key)
        return added or root(self.caller, partition_of(self.region))

    @property
    def caller_arn(self) -> str:
        """The ARN of the caller."""
        principal = self.principal
        return ANONYMOUS_ARN if principal is None else principal.arn


def requester(cloud: Cloud, access_key: str | None, region: str) -> str:
    """Return what access logs call who signs with ``access_key``: the ARN of a user or of a role's session.

    The root of an account has its canonical id, who has not signed "-" (User Guide, "Amazon S3 server access log
    format").
    """
    if access_key is None:
        return "-"
    caller, added = cloud.caller(access_key), cloud.principals.find(access_key)
    if added is not None and not added.is_root:
        return added.arn
    if added is None and caller.id == cloud.settings.account_id:
        return f"arn:{partition_of(region)}:iam::{caller.id}:user/{USER}"
    return caller.canonical_id
