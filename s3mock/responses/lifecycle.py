"""The lifecycle rules of a bucket: ?lifecycle, and the dates of expiration and abortion in other responses.

The deprecated GetBucketLifecycle and PutBucketLifecycle are the same on the wire; their rules have their own Prefix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from s3mock.backend import ids
from s3mock.backend.bucket_state import configured
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.expiry import expiry_date
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.models.lifecycle import Lifecycle
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

READABLE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"%')
"""The characters of a rule's id that are not encoded in ``x-amz-expiration``. The API pages call it URL-encoded, but
spaces are not encoded in the sample response of HeadObject; of the other characters it is assumed."""


@operation(
    "GetBucketLifecycleConfiguration",
    action="s3:GetLifecycleConfiguration",
    log="REST.GET.LIFECYCLE",
    directory="regional",
)
def get_bucket_lifecycle_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's lifecycle rules, in their order.

    S3 API: GetBucketLifecycleConfiguration
    """
    lifecycle = exchange.configuration.lifecycle
    if lifecycle is None:
        raise S3Error("NoSuchLifecycleConfiguration", BucketName=exchange.bucket.name)
    return {"Rules": [rule.document for rule in lifecycle.rules], **_minimum(exchange, lifecycle)}


@operation(
    "PutBucketLifecycleConfiguration",
    action="s3:PutLifecycleConfiguration",
    log="REST.PUT.LIFECYCLE",
    directory="regional",
    needs_digest=True,
)
def put_bucket_lifecycle_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the bucket's lifecycle rules, which apply to all existing and later objects.

    S3 API: PutBucketLifecycleConfiguration
    Differs: rules act exactly at midnight (UTC), on all objects at once, and not within the day after.
    """
    from s3mock.models.lifecycle import document  # noqa: PLC0415 - every read of an object imports this module

    lifecycle = document.lifecycle(
        request["LifecycleConfiguration"],
        request.get("TransitionDefaultMinimumObjectSize"),
        ids.configuration_id,
        directory=exchange.bucket.zone is not None,
    )

    def decide(state: BucketState) -> Change:
        if state.configuration.mfa_delete == "Enabled":
            # User Guide, "How S3 Lifecycle interacts with other bucket configurations"; the error is assumed.
            raise S3Error("InvalidBucketState", "Lifecycle configuration is not supported on a bucket with MFA Delete.")
        return configured(state, lifecycle=lifecycle)

    exchange.commit(decide)
    return _minimum(exchange, lifecycle)


@operation(
    "DeleteBucketLifecycle", action="s3:PutLifecycleConfiguration", log="REST.DELETE.LIFECYCLE", directory="regional"
)
def delete_bucket_lifecycle(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete the bucket's lifecycle rules; it is no error if there are none.

    S3 API: DeleteBucketLifecycle
    """
    exchange.configure(lifecycle=None)
    return {}


def _minimum(exchange: Exchange, lifecycle: Lifecycle) -> Parameters:
    """The smallest object that default transitions move; nothing for a directory bucket."""
    return {"TransitionDefaultMinimumObjectSize": lifecycle.minimum} if exchange.bucket.zone is None else {}


def expiration(exchange: Exchange, version: Version) -> Parameters:
    """The ``x-amz-expiration`` of a current version: the date and the rule; nothing for one that does not expire."""
    lifecycle = exchange.configuration.lifecycle
    first = None if lifecycle is None else lifecycle.expiration(version)
    if first is None:
        return {}
    moment, rule = first
    return {"Expiration": f'expiry-date="{expiry_date(moment)}", rule-id="{quote(rule.id, READABLE)}"'}


def abort_date(exchange: Exchange, upload: Upload) -> Parameters:
    """The ``x-amz-abort-date`` of an upload and its rule; nothing for one without, and in directory buckets."""
    lifecycle = exchange.configuration.lifecycle
    first = None if lifecycle is None or exchange.bucket.zone is not None else lifecycle.abort_date(upload)
    if first is None:
        return {}
    moment, rule = first
    return {"AbortDate": moment, "AbortRuleId": quote(rule.id, READABLE)}
