"""Lifecycle rules of a bucket: ?lifecycle, and what answers say of what the rules will do.

The deprecated GetBucketLifecycle and PutBucketLifecycle are the same on the wire; their rules have their own Prefix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from s3mock.backend import ids
from s3mock.backend.bucket import configured
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.lifecycle import document, expiry_date
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import BucketState, Change
    from s3mock.models.lifecycle import Lifecycle
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

READABLE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"%')
"""Characters of a rule's id that ``x-amz-expiration`` has as they are. The API pages call it URL-encoded, but blanks
are not in the sample response of HeadObject; of the other characters it is assumed."""


@operation(
    "GetBucketLifecycleConfiguration",
    action="s3:GetLifecycleConfiguration",
    log="REST.GET.LIFECYCLE",
    directory="regional",
)
def get_bucket_lifecycle_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return the bucket's lifecycle rules, in their order.

    S3 API: GetBucketLifecycleConfiguration
    """
    present = exchange.bucket.configuration.lifecycle
    if present is None:
        raise S3Error("NoSuchLifecycleConfiguration", BucketName=exchange.bucket.name)
    return {"Rules": [rule.document for rule in present.rules], **_minimum(exchange, present)}


@operation(
    "PutBucketLifecycleConfiguration",
    action="s3:PutLifecycleConfiguration",
    log="REST.PUT.LIFECYCLE",
    directory="regional",
)
def put_bucket_lifecycle_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the bucket's lifecycle rules, which from now on are about all objects there are and will be.

    S3 API: PutBucketLifecycleConfiguration
    Differs: what rules are to do they do at the very midnight (UTC), all at once, and not within the day after.
    """
    wanted = document.lifecycle(
        request["LifecycleConfiguration"],
        request.get("TransitionDefaultMinimumObjectSize"),
        ids.configuration_id,
        directory=exchange.bucket.zone is not None,
    )

    def decide(state: BucketState) -> Change:
        if state.configuration.mfa_delete == "Enabled":
            # User Guide, "How S3 Lifecycle interacts with other bucket configurations"; the error is assumed.
            raise S3Error("InvalidBucketState", "Lifecycle configuration is not supported on a bucket with MFA Delete.")
        return configured(state, lifecycle=wanted)

    exchange.commit(decide)
    return _minimum(exchange, wanted)


@operation(
    "DeleteBucketLifecycle", action="s3:PutLifecycleConfiguration", log="REST.DELETE.LIFECYCLE", directory="regional"
)
def delete_bucket_lifecycle(exchange: Exchange, _request: Parameters) -> Parameters:
    """Take the bucket's lifecycle rules away; it is no error if there are none.

    S3 API: DeleteBucketLifecycle
    """
    exchange.configure(lifecycle=None)
    return {}


def _minimum(exchange: Exchange, present: Lifecycle) -> Parameters:
    return {"TransitionDefaultMinimumObjectSize": present.minimum} if exchange.bucket.zone is None else {}


def expiration(exchange: Exchange, version: Version) -> Parameters:
    """Return the ``x-amz-expiration`` of a current version: when it expires, and by which rule; nothing for never."""
    present = exchange.bucket.configuration.lifecycle
    found = None if present is None else present.expiration(version)
    if found is None:
        return {}
    moment, rule = found
    return {"Expiration": f'expiry-date="{expiry_date(moment)}", rule-id="{quote(rule.id, READABLE)}"'}


def abortion(exchange: Exchange, upload: Upload) -> Parameters:
    """Return the ``x-amz-abort-date`` of an upload and its rule; nothing for never, and in directory buckets."""
    present = exchange.bucket.configuration.lifecycle
    found = None if present is None or exchange.bucket.zone is not None else present.abortion(upload)
    if found is None:
        return {}
    return {"AbortDate": found[0], "AbortRuleId": quote(found[1].id, READABLE)}
