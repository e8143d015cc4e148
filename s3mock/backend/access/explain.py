"""Why a request is allowed or refused, for people who look for the fault in a policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.access import Asked, decide, questions
from s3mock.errors import S3Error
from s3mock.models.account import ANONYMOUS
from s3mock.models.principal import Principal, root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from s3mock.backend.cloud import Cloud
    from s3mock.models.policy import Statement

ALL = "*"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether somebody may do something, and why; ``str`` says it in a sentence.

    ``statement`` is the statement that decided, None where none did: its ``sid``, its ``number`` in the policy, its
    ``effect``.
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
    """Return whether a request would be allowed now, and why.

    ``by`` is the ARN of a principal, an account, an access key or credentials, None for somebody who does not sign.
    Raises NoSuchBucket.
    """
    principal = _who(cloud, by)
    said = {name.lower(): (value,) if isinstance(value, str) else tuple(value) for name, value in keys.items()}
    if principal is not None:
        said = {**principal_keys(principal), **said, **principal.keys}
    asked = _asked(cloud, principal, action, resource, said)
    verdict = decide(asked, lenient=cloud.settings.allow_crossaccount_access)
    who = "Anonymous" if principal is None else principal.arn
    return Explanation(verdict.allowed, who, action, resource, verdict.because, verdict.statement)


def principal_keys(principal: Principal) -> dict[str, tuple[str, ...]]:
    """Return the condition keys that say who calls."""
    found: dict[str, tuple[str, ...]] = {
        "aws:principalarn": (principal.principal_arn,),
        "aws:principalaccount": (principal.account.id,),
        "aws:principaltype": (principal.type,),
        "aws:principalisawsservice": ("false",),
        "aws:userid": (principal.user_id,),
    }
    if principal.user_name is not None:
        found["aws:username"] = (principal.user_name,)
    return found


def _who(cloud: Cloud, by: str | Mapping[str, str] | None) -> Principal | None:
    if by is None:
        return None
    key = by if isinstance(by, str) else by["aws_access_key_id"]
    found = cloud.principals.find(key) or cloud.principals.named(key)
    if found is not None:
        return found
    return root(cloud.caller(key.split(":")[4] if key.startswith("arn:") else key))


def _asked(
    cloud: Cloud, principal: Principal | None, action: str, resource: str, keys: Mapping[str, tuple[str, ...]]
) -> Asked:
    if resource == ALL:
        return Asked(principal, action, ALL, ALL, keys, ANONYMOUS if principal is None else principal.account)
    name, slash, key = (
        resource.rpartition(":")[2].partition("/") if resource.startswith("arn:") else (resource.partition("/"))
    )
    bucket = cloud.find_bucket(name)
    if bucket is None:
        raise S3Error("NoSuchBucket", BucketName=name)
    if not slash:
        return questions.of_bucket(bucket, action, principal, keys)
    version = versions.latest(bucket.state, key)
    return questions.of_object(bucket, key, action, principal, keys, version=version)
