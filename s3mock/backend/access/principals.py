"""Adding users, roles and sessions to a cloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from s3mock.backend import ids
from s3mock.models import policy
from s3mock.models.account import account
from s3mock.models.credentials import Identity
from s3mock.models.principal import Principal

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.store import Store
    from s3mock.models.policy import Policy


Policies: TypeAlias = "str | Mapping[str, Any] | Iterable[str | Mapping[str, Any]]"
"""One policy or several, each as JSON or as a dictionary."""

SESSION = "s3mock"
"""The name of a role's session, unless its ARN gives one."""

_ARN = re.compile(
    r"arn:(?P<partition>[a-z-]+):(?P<service>iam|sts)::(?P<account>\d{12}):"
    r"(?P<kind>root|user|role|assumed-role|federated-user)(?:/(?P<path>.+))?",
    re.ASCII,
)
_ID_LENGTH = 16


def add_principal(
    cloud: Cloud,
    name: str,
    policies: Policies,
    *,
    account_id: str | None,
    session_policies: Policies | None,
    seconds: float,
    keys: Mapping[str, str | Iterable[str]],
) -> dict[str, str]:
    """Add a principal and return its credentials, as keywords of a client.

    Raises ValueError for an invalid name, ARN or time, MalformedPolicy for an invalid policy.
    """
    limits = None if session_policies is None else _read(session_policies)
    account_id = cloud.settings.account_id if account_id is None else account_id
    arn = name if name.startswith("arn:") else f"arn:aws:iam::{account_id}:{name if '/' in name else f'user/{name}'}"
    condition_keys = MappingProxyType(
        {key.lower(): (value,) if isinstance(value, str) else tuple(value) for key, value in keys.items()}
    )
    principal = _principal(arn, _read(policies), limits, condition_keys)
    access_key = secret = token = ""

    def add(store: Store) -> Store:
        nonlocal access_key, secret, token
        access_key = f"S3MOCK{_noise(f'{principal.arn}/{store.principals.added + 1}')}"
        secret = _noise(f"secret/{access_key}").lower()
        expiration = None
        if principal.type in ("AssumedRole", "FederatedUser"):
            token, expiration = f"token-{secret}", _expiration(cloud.clock.now(), seconds)
        identity = Identity(access_key, secret, principal.account.id, token or None, principal.arn, expiration)
        principals = store.principals.with_principal(access_key, principal)
        return store._replace(principals=principals, identities=store.identities.with_identity(identity))

    cloud.update(add)
    return {"aws_access_key_id": access_key, "aws_secret_access_key": secret, "aws_session_token": token}


def _expiration(now: datetime, seconds: float) -> datetime:
    try:
        return now + timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"credentials cannot be valid for {seconds} seconds: that is beyond the year 9999") from None


def remove_principal(cloud: Cloud, name: str) -> None:
    """Remove the principal with an access key, or all with an ARN. Raises ValueError if there is none."""

    def remove(store: Store) -> Store:
        keys = [key for key, each in store.principals.by_key.items() if name == key or name in each.names]
        if not keys:
            raise ValueError(f"no principal with the ARN or access key {name!r} was added, or it has been removed")
        return store._replace(principals=store.principals.without(keys), identities=store.identities.without(keys))

    cloud.update(remove)


def _read(policies: Policies) -> tuple[Policy, ...]:
    if isinstance(policies, (str, Mapping)):
        policies = (policies,)
    return tuple(policy.of_identity(written) for written in policies)


def _principal(
    arn: str, policies: tuple[Policy, ...], limits: tuple[Policy, ...] | None, keys: Mapping[str, tuple[str, ...]]
) -> Principal:
    """The principal with this ARN; of a role, or of a user with session policies (``limits``), it is a session.

    Raises ValueError for an invalid ARN.
    """
    parts = _ARN.fullmatch(arn)
    if parts is None or (parts["path"] is None) != (parts["kind"] == "root"):
        raise ValueError(f"{arn} is no user, role or session: name a user, or give an ARN")
    kind, path = parts["kind"], parts["path"] or ""
    owner, last = account(parts["account"]), path.rpartition("/")[2]
    sts = f"arn:{parts['partition']}:sts::{owner.id}"
    if kind == "root":
        return Principal(owner, arn, user_id=owner.id, policies=policies, session_policies=limits, keys=keys)
    if kind == "user" and limits is None:
        return Principal(owner, arn, "User", ids.iam_id(arn, "AIDA"), last, None, policies, None, keys)
    if kind in ("user", "federated-user"):
        named = f"{sts}:federated-user/{last}"
        return Principal(owner, named, "FederatedUser", f"{owner.id}:{last}", None, None, policies, limits, keys)
    role, _, session = (path, "", SESSION) if kind == "role" else path.rpartition("/")
    role_arn = f"arn:{parts['partition']}:iam::{owner.id}:role/{role}"
    named = f"{sts}:assumed-role/{role.rpartition('/')[2]}/{session}"
    user_id = f"{ids.iam_id(role_arn, 'AROA')}:{session}"
    return Principal(owner, named, "AssumedRole", user_id, None, role_arn, policies, limits, keys)


def _noise(text: str) -> str:
    """16 characters like the random part of an id of AWS; always the same for a text."""
    return sha256(text.encode()).hexdigest()[:_ID_LENGTH].upper()
