"""What a handler knows about the request besides its parameters, and what it may say besides its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.models.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.models.account import Account
    from s3mock.responses.access_point import Through

USER = "s3mock"
"""What the caller is called where S3 shows the name of an IAM user."""


class Context:
    """One request on its way through a handler.

    ``caller`` is the account that signed the request, ``region`` the region of the endpoint it was sent to,
    ``endpoint`` the scheme and host it used. ``query`` and ``headers`` are the request's: headers that come after the
    body are there once the body has been read. ``through`` is the access point that it came through, if any. A handler
    may set ``status`` (206, 304 ...) and add ``reply_headers`` that S3's model does not name. ``charged`` tells that
    the caller pays for the request.
    """

    __slots__ = (
        *("_bucket", "caller", "cloud", "endpoint", "headers", "operation", "query", "region", "reply_headers"),
        *("charged", "status", "through"),
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
        through: Through | None = None,
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
    def caller_arn(self) -> str:
        """The ARN of the caller: an account, or a user of the default account."""
        return arn_of(self.cloud, self.caller, self.region)


def arn_of(cloud: Cloud, caller: Account, region: str) -> str:
    """Return the ARN of a caller in a region."""
    kind = f"user/{USER}" if caller.id == cloud.settings.account_id else "root"
    return f"arn:{partition_of(region)}:iam::{caller.id}:{kind}"


def requester(cloud: Cloud, caller: Account, region: str) -> str:
    """Return what access logs call a caller: the ARN of a user, the canonical id of an account."""
    arn = arn_of(cloud, caller, region)
    return caller.canonical_id if arn.endswith(":root") else arn
