"""The reason for allowing or refusing a request, to debug a policy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.access import requests
from s3mock.backend.access.decision import AccessRequest, decide
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models import credentials
from s3mock.models.access_points import AccessPoint
from s3mock.models.account import ANONYMOUS, account
from s3mock.models.policy.actions import BUCKET, KINDS, OBJECT
from s3mock.models.principal import Principal, root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from s3mock.backend.cloud import Cloud
    from s3mock.models.access_points import Point
    from s3mock.models.policy import Statement

ANY_RESOURCE = "*"

_ROOT = re.compile(r"(?:arn:(?P<partition>[a-z-]+):iam::)?(?P<account>\d{12})(?(partition):root)", re.ASCII)
_RESOURCE = re.compile(
    r"arn:[a-z-]+:(?:s3:::|s3express:[a-z0-9-]+:\d{12}:bucket/)(?P<bucket>[^/:*?]+)(?P<slash>/?)(?P<key>.*)",
    re.ASCII | re.DOTALL,
)
_POINT = re.compile(
    r"(?P<point>arn:[a-z-]+:s3:[a-z0-9-]*:\d{12}:accesspoint/[^/:*?]+)(?P<slash>(?:/object/)?)(?P<key>(?<=/object/).*|)",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether ``who`` may perform an action on a resource, and why; ``str`` gives it as a sentence.

    Its truth value is ``allowed``.

    ``statement`` is the deciding statement with its ``sid``, its ``number`` in the policy and its ``effect``; None
    where no statement decided.
    """

    allowed: bool
    who: str
    action: str
    resource: str
    because: str
    statement: Statement | None = None

    def __bool__(self) -> bool:
        return self.allowed

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
    Raises NoSuchBucket, NoSuchAccessPoint and its like; ValueError for an unknown caller, an unknown action, or a
    resource that is not S3's or that the action does not apply to.
    """
    kind = KINDS.get(action.lower())
    if kind is None:
        raise ValueError(f"S3 has no action {action!r}; actions are like s3:GetObject, without wildcards")
    parts = _RESOURCE.fullmatch(resource) or _POINT.fullmatch(resource)
    if parts is None and resource != ANY_RESOURCE:
        raise ValueError(
            f"{resource!r} is not the ARN of a bucket (arn:aws:s3:::photos) or of an object "
            f"(arn:aws:s3:::photos/a.jpg), nor one with an access point in the bucket's place"
        )
    if parts is not None and kind == (BUCKET if parts["slash"] else OBJECT):
        raise ValueError(f"{action} applies to {kind}s, and {resource!r} is the ARN of another resource")
    principal = None if by is None else _caller(cloud, by)
    context = {name.lower(): (value,) if isinstance(value, str) else tuple(value) for name, value in keys.items()}
    if principal is not None:
        context = {**principal_keys(principal), **context, **principal.keys}

    if parts is None:
        owner = ANONYMOUS if principal is None else principal.account
        request = AccessRequest(principal, action, ANY_RESOURCE, ANY_RESOURCE, context, owner)
    else:
        named = parts.groupdict()
        point = cloud.access_points.find(named["point"], "s3", "", "aws") if "point" in named else None
        if point is not None:
            context = {**point_keys(point), **context}
        name = named["bucket"] if point is None else point.buckets[0]
        bucket = cloud.find_bucket(name)
        if bucket is None:
            raise S3Error("NoSuchBucket", BucketName=name)
        if named["slash"]:
            key, version = named["key"], versions.latest(bucket.state, named["key"])
            request = requests.on_object(bucket, key, action, principal, context, version=version, point=point)
        else:
            request = requests.on_bucket(bucket, action, principal, context, point)

    decision = decide(request, allow_crossaccount_access=cloud.settings.allow_crossaccount_access)
    who = "Anonymous" if principal is None else principal.arn
    return Explanation(decision.allowed, who, action, resource, decision.reason, decision.statement)


def _caller(cloud: Cloud, by: str | Mapping[str, str]) -> Principal:
    """The principal with this ARN, account, access key or credentials.

    Raises ValueError for an unknown one: a request with its key would act as the default account, but an explanation
    of what that account may do would mislead.
    """
    name = by if isinstance(by, str) else by.get("aws_access_key_id", "")
    holder = cloud.holder(name)
    added = holder.principal or cloud.principals.named(name)
    if added is not None:
        return added
    known = _ROOT.fullmatch(name)
    if known is not None:
        return root(account(known["account"]), known["partition"] or "aws")
    settings = cloud.settings
    if cloud.knows(name):
        return root(holder.account)
    added_names = {principal.arn: key for key, principal in cloud.principals.by_key.items()}
    names = [*added_names, *added_names.values(), *settings.credentials, *settings.accounts, credentials.ACCESS_KEY]
    raise ValueError(f"{name!r} is no caller of this S3, which knows every account and {', '.join(names)}")


def point_keys(point: Point) -> dict[str, tuple[str, ...]]:
    """The condition keys about the access point by which a request names its bucket."""
    restricted = isinstance(point, AccessPoint) and point.vpc_id is not None
    return {
        "s3:dataaccesspointarn": (point.arn,),
        "s3:dataaccesspointaccount": (point.account.id,),
        "s3:accesspointnetworkorigin": ("VPC" if restricted else "Internet",),
    }


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
