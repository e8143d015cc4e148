"""The reason for allowing or refusing a request, to debug a policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.access import AccessRequest, decide, requests
from s3mock.errors import S3Error
from s3mock.models.account import ANONYMOUS
from s3mock.models.principal import Principal, root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from s3mock.backend.cloud import Cloud
    from s3mock.models.policy import Statement

ANY_RESOURCE = "*"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether ``who`` may perform an action on a resource, and why; ``str`` gives it as a sentence.

    ``statement`` is the deciding statement with its ``sid``, its ``number`` in the policy and its ``effect``; None
    where no statement decided.
    """

    allowed: bool
    who: str
    action: str
    resource: str
    because: str
    statement: Statement | None = None

    def __str__(self) -> str:
        may = "may" if self.allowed else "may not"
        by = "" if self.statement is None else f": statement {self.statement.name}"
        return f"{self.who} {may} {self.action} on {self.resource}, {self.because}{by}"


def explain(
    cloud: Cloud,
    action: str,
    resource: str,
    by: str | Mapping[str, str] | None,
    keys: Mapping[str, str | Iterable[str]],
) -> Explanation:
    """The decision on a request as of now, and the reason for it.

    ``by`` is the ARN of a principal, an account, an access key or credentials, None for an unsigned request.
    Raises NoSuchBucket.
    """
    principal = None
    if by is not None:
        name = by if isinstance(by, str) else by["aws_access_key_id"]
        principal = cloud.principals.find(name) or cloud.principals.named(name)
        if principal is None:
            principal = root(cloud.caller(name.split(":")[4] if name.startswith("arn:") else name))
    context = {name.lower(): (value,) if isinstance(value, str) else tuple(value) for name, value in keys.items()}
    if principal is not None:
        context = {**principal_keys(principal), **context, **principal.keys}

    path = resource.rpartition(":")[2] if resource.startswith("arn:") else resource
    name, slash, key = path.partition("/")
    bucket = cloud.find_bucket(name)
    if resource == ANY_RESOURCE:
        owner = ANONYMOUS if principal is None else principal.account
        request = AccessRequest(principal, action, ANY_RESOURCE, ANY_RESOURCE, context, owner)
    elif bucket is None:
        raise S3Error("NoSuchBucket", BucketName=name)
    elif slash:
        version = versions.latest(bucket.state, key)
        request = requests.on_object(bucket, key, action, principal, context, version=version)
    else:
        request = requests.on_bucket(bucket, action, principal, context)

    decision = decide(request, allow_crossaccount_access=cloud.settings.allow_crossaccount_access)
    who = "Anonymous" if principal is None else principal.arn
    return Explanation(decision.allowed, who, action, resource, decision.reason, decision.statement)


def principal_keys(principal: Principal) -> dict[str, tuple[str, ...]]:
    """The condition keys about the caller."""
    keys: dict[str, tuple[str, ...]] = {
        "aws:principalarn": (principal.principal_arn,),
        "aws:principalaccount": (principal.account.id,),
        "aws:principaltype": (principal.type,),
        "aws:principalisawsservice": ("false",),
        "aws:userid": (principal.user_id,),
    }
    if principal.user_name is not None:
        keys["aws:username"] = (principal.user_name,)
    return keys
