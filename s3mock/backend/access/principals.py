"""The users, roles and sessions that were added to a cloud: who they are, by access key."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from s3mock.models import policy
from s3mock.models.account import account
from s3mock.models.credentials import Identity
from s3mock.models.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from s3mock.backend.cloud import Cloud
    from s3mock.backend.store import Store
    from s3mock.models.policy import Policy


SESSION = "s3mock"
"""What the session of a role is called that is not named itself."""

_ARN = re.compile(
    r"arn:(?P<partition>[a-z-]+):(?P<service>iam|sts)::(?P<account>\d{12}):"
    r"(?P<kind>root|user|role|assumed-role|federated-user)(?:/(?P<path>.+))?",
    re.ASCII,
)
_ID_LENGTH = 16


def add_principal(
    cloud: Cloud,
    name: str,
    policies: Iterable[str | Mapping[str, Any]],
    *,
    account_id: str | None,
    session_policies: Iterable[str | Mapping[str, Any]] | None,
    seconds: float,
    keys: Mapping[str, str | Iterable[str]],
) -> dict[str, str]:
    """Add a principal and return its credentials, as keywords of a client.

    Raises ValueError for a name that is no principal's, MalformedPolicy for a policy.
    """
    limits = None if session_policies is None else _read(session_policies)
    account_id = account_id or cloud.settings.account_id
    arn = name if name.startswith("arn:") else f"arn:aws:iam::{account_id}:{name if '/' in name else f'user/{name}'}"
    principal = _principal(arn, _read(policies), limits, _keys(keys))
    access_key = secret = token = ""

    def add(store: Store) -> Store:
        nonlocal access_key, secret, token
        access_key = f"S3MOCK{_noise(f'{principal.arn}/{store.principals.added + 1}')}"
        secret = _noise(f"secret/{access_key}").lower()
        expiration = None
        if principal.type in ("AssumedRole", "FederatedUser"):
            token, expiration = f"token-{secret}", cloud.clock.now() + timedelta(seconds=seconds)
        identity = Identity(access_key, secret, principal.account.id, token or None, principal.arn, expiration)
        principals = store.principals.with_principal(access_key, principal)
        return store._replace(principals=principals, identities=store.identities.with_identity(identity))

    cloud.update(add)
    found = {"aws_access_key_id": access_key, "aws_secret_access_key": secret}
    return {**found, "aws_session_token": token}


def _read(policies: Iterable[str | Mapping[str, Any]]) -> tuple[Policy, ...]:
    return tuple(policy.of_identity(written) for written in policies)


def _keys(keys: Mapping[str, str | Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(
        {name.lower(): (value,) if isinstance(value, str) else tuple(value) for name, value in keys.items()}
    )


def _principal(
    arn: str, policies: tuple[Policy, ...], limits: tuple[Policy, ...] | None, keys: Mapping[str, tuple[str, ...]]
) -> Principal:
    found = _ARN.fullmatch(arn)
    if found is None or (found["path"] is None) != (found["kind"] == "root"):
        raise ValueError(f"{arn} is no user, role or session: name a user, or give an ARN")
    kind, path = found["kind"], found["path"] or ""
    owner, last = account(found["account"]), path.rpartition("/")[2]
    sts = f"arn:{found['partition']}:sts::{owner.id}"
    if kind == "root":
        return Principal(owner, arn, user_id=owner.id, policies=policies, session_policies=limits, keys=keys)
    if kind == "user" and limits is None:
        return Principal(owner, arn, "User", f"AIDA{_noise(arn)}", last, None, policies, None, keys)
    if kind in ("user", "federated-user"):
        named = f"{sts}:federated-user/{last}"
        return Principal(owner, named, "FederatedUser", f"{owner.id}:{last}", None, None, policies, limits, keys)
    role, _, session = (path, "", SESSION) if kind == "role" else path.rpartition("/")
    role_arn = f"arn:{found['partition']}:iam::{owner.id}:role/{role}"
    named = f"{sts}:assumed-role/{role.rpartition('/')[2]}/{session}"
    user_id = f"AROA{_noise(role_arn)}:{session}"
    return Principal(owner, named, "AssumedRole", user_id, None, role_arn, policies, limits, keys)


def _noise(text: str) -> str:
    """Return what looks like the random part of an id; AWS makes it up, here it follows from ``text``."""
    return sha256(text.encode()).hexdigest()[:_ID_LENGTH].upper()
