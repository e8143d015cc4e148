"""The permission of S3's log delivery to write into a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend.access import ownership_controls
from s3mock.backend.access.policy.evaluation import PolicyRequest, evaluate
from s3mock.models.acl import LOG_DELIVERY
from s3mock.models.encryption import S3_KEYS

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState
    from s3mock.models.bucket import BucketIdentity
    from s3mock.models.policy import Statement

SERVICE = "logging.s3.amazonaws.com"


def may_deliver(target: BucketState, source: BucketIdentity, prefix: str) -> bool:
    """Whether logs of ``source`` are delivered to ``target``, below ``prefix``.

    They are not if the target's default encryption is not SSE-S3, if it has a default retention, or if requesters pay
    (User Guide, "Logging requests with server access logging"). Otherwise its policy or its ACL has to allow it.
    """
    default = target.configuration.encryption
    lock = target.configuration.object_lock
    if default is not None and default.algorithm != S3_KEYS:
        return False
    if (lock is not None and lock.default is not None) or target.configuration.payer is not None:
        return False
    policy = target.configuration.policy
    if policy is None:
        return is_open(target)
    # Only statements about the service count; their other elements apply to it as to any principal.
    about = tuple(replace(each, principals=None) for each in policy.statements if _is_about_service(each))
    keys = {
        "aws:sourcearn": (source.arn,),
        "aws:sourceaccount": (source.account.id,),
        "aws:securetransport": ("true",),
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (SERVICE,),
    }
    request = PolicyRequest(None, "s3:PutObject", f"{target.identity.arn}/{prefix}log", keys)
    effect = evaluate((replace(policy, statements=about),), request).effect
    return effect != "Deny" and (effect == "Allow" or is_open(target))


def is_permitted(target: BucketState) -> bool:
    """Whether the bucket is accepted as a target: if its ACL is open to log delivery.

    Also if ACLs are disabled, or if its policy allows the service anything; whether that is enough, the delivery shows
    (assumed).
    """
    if ownership_controls.sole_owner(target) is not None or is_open(target):
        return True
    policy = target.configuration.policy
    statements = () if policy is None else policy.statements
    return any(statement.effect == "Allow" and _is_about_service(statement) for statement in statements)


def is_open(target: BucketState) -> bool:
    """Whether the bucket's ACL grants the log-delivery group WRITE and READ_ACP."""
    acl = target.configuration.acl
    if acl is None or ownership_controls.sole_owner(target) is not None:
        return False
    granted = {grant.permission for grant in acl.grants if grant.grantee == LOG_DELIVERY}
    return "FULL_CONTROL" in granted or {"WRITE", "READ_ACP"} <= granted


def _is_about_service(statement: Statement) -> bool:
    named = statement.principals
    is_named = named is not None and (named.everyone or SERVICE in named.services)
    return is_named != statement.not_principals
