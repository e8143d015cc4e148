"""Authorization of a request: the actions that its operation needs, decided before its handler runs.

Nothing is decided where nothing can be denied: for the root user of the bucket's own account, without a policy.
For everything else there is ``authorizer``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.exchange import Exchange


def is_unlimited(exchange: Exchange, bucket: Bucket | None = None) -> bool:
    """Whether nothing can be denied in the bucket: the caller is its account's root user, and it has no policy.

    Without a bucket nothing can be denied to a root user, nor to unsigned callers, who may list their buckets, of which
    there are none: see ``gateway.website.HOME_PAGE``.
    """
    if bucket is None:
        if not exchange.has_bucket:
            principal = exchange.principal
            return principal is None or (principal.is_root and principal.session_policies is None)
        bucket, policy = exchange.bucket, exchange.configuration.policy
    else:
        policy = bucket.configuration.policy
    return (
        exchange.caller.id == bucket.account.id
        and policy is None
        and exchange.through is None
        and exchange.holder.principal is None
    )
