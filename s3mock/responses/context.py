"""What a handler knows about the request besides its parameters, and what it may say besides its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.models.account import Account
    from s3mock.wire.hosts import Target


class Context:
    """One request on its way through a handler.

    ``caller`` is the account that signed the request, ``region`` the region of the endpoint it was sent to, ``bucket`` the bucket
    it names (looked up once; None for root operations and CreateBucket). A handler may set ``status`` (206, 304 ...) and add
    ``headers`` that S3's model does not name.
    """

    __slots__ = ("bucket", "caller", "cloud", "headers", "operation", "region", "scheme", "status", "target")

    def __init__(
        self,
        cloud: Cloud,
        operation: str,
        target: Target,
        caller: Account,
        region: str,
        bucket: Bucket | None,
        scheme: str,
    ) -> None:
        self.cloud = cloud
        self.operation = operation
        self.target = target
        self.caller = caller
        self.region = region
        self.bucket = bucket
        self.scheme = scheme
        self.status: int | None = None
        self.headers: dict[str, str] = {}
