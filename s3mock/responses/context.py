"""What a handler knows about the request besides its parameters, and what it may say besides its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from s3mock.models.principal import root
from s3mock.models.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.models.account import Account
    from s3mock.models.principal import Principal
    from s3mock.responses.access_point import Through

USER = "s3mock"
"""What the caller is called where S3 shows the name of an IAM user."""

ANONYMOUS_ARN = "anonymous"
"""What stands for the ARN of a caller who has none."""


class Sent(Protocol):
    """What the gateway knows of the request besides its headers and query."""

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        ...

    @property
    def host(self) -> str:
        """The host that it was sent to."""
        ...

    @property
    def remote_address(self) -> str:
        """The IP address that it came from."""
        ...


class Signer(Protocol):
    """What the gateway knows of the signature."""

    @property
    def algorithm(self) -> str:
        """The version of the signature, as it calls itself."""
        ...

    @property
    def access_key(self) -> str:
        """The key that signed."""
        ...


class Context:
    """One request on its way through a handler.

    ``caller`` is the account that signed the request, ``region`` the region of the endpoint it was sent to,
    ``endpoint`` the scheme and host it used. ``query`` and ``headers`` are the request's: headers that come after the
    body are there once the body has been read. ``through`` is the access point that it came through, if any. ``sent``
    is the request as it came, and ``access_key`` the key that signed it; ``signer`` is None where nobody did, or a
    form. A handler may set ``status`` (206, 304 ...) and add ``reply_headers`` that S3's model does not name.
    ``charged`` tells that the caller pays for the request.
    """

    __slots__ = (
        *("_bucket", "access_key", "caller", "charged", "cloud", "endpoint", "headers", "operation", "query", "region"),
        *("reply_headers", "sent", "signer", "status", "through"),
    )

    def __init__(
        self,
        cloud: Cloud,
        operation: str,
        caller: Account,
        region: str,
        endpoint: str,
        headers: dict[str, str],
        bucket: Bucket | None,
        query: Mapping[str, str],
        through: Through | None,
        sent: Sent,
        signer: Signer | None,
        access_key: str | None,
    ) -> None:
        self.cloud = cloud
        self.operation = operation
        self.caller = caller
        self.region = region
        self.endpoint = endpoint
        self.headers = headers
        self._bucket = bucket
        self.query = query
        self.through = through
        self.sent = sent
        self.signer = signer
        self.access_key = access_key
        self.charged = False
        self.status: int | None = None
        self.reply_headers: dict[str, str] = {}

    @property
    def bucket(self) -> Bucket:
        """The bucket that the request names; the gateway has looked it up."""
        if self._bucket is None:
            raise LookupError(f"{self.operation} names no bucket")
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
