"""What moto made while its ``mock_aws`` is active.

These are the users, roles and access keys of ``iam`` and ``sts``, the access points of ``s3control`` and the keys of
``kms``.

moto's own objects are read at each request, so the mocks may start in either order, and a reset of moto takes effect
at once. moto is never imported for this.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from s3mock.backend.elsewhere import Elsewhere, Key, Signer
from s3mock.errors import S3Error
from s3mock.models.account import account
from s3mock.models.credentials import Identity
from s3mock.models.principal import Principal, root
from s3mock.process import beside_moto

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.models.access_points import AccessPoint
    from s3mock.models.policy import Policy

EVERYTHING = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'

SERVICES = "S3MOCKSERVICES"
"""The beginning of the access keys with which moto's other services call our S3; their account's number follows."""


def install(cloud: Cloud) -> None:
    """Let the cloud look up what moto made."""
    cloud.elsewhere = Elsewhere(beside_moto.is_active, signer, access_points, key, has_principal)


def key_of_services(account_id: str) -> tuple[str, str]:
    """The access key and the secret with which moto's other services call our S3, as the root user of an account."""
    return SERVICES + account_id, SERVICES


def signer(access_key: str) -> Signer | None:
    """The user, role's session or service that has an access key of moto's; None for another key.

    Differs: one without any policy in moto's ``iam`` may do what its account may, since moto's users seldom write any.

    Raises MalformedPolicy for a policy that IAM would have refused.
    """
    if not beside_moto.is_active():
        return None
    account_id = access_key.removeprefix(SERVICES)
    if account_id != access_key:
        identity = Identity(access_key, SERVICES, account_id)
        return Signer(identity, root(account(account_id), "aws"))
    for backend in _backends("moto.sts.models", "sts_backends"):
        role = backend.get_assumed_role_from_access_key(access_key)
        if role is not None:
            return _session(access_key, role)
    for backend in _backends("moto.iam.models", "iam_backends"):
        user = backend.get_user_from_access_key_id(access_key)
        if user is not None:
            return _user(access_key, user, backend)
    return None


def _session(access_key: str, role: Any) -> Signer:
    expiration = role.expiration.replace(tzinfo=timezone.utc)  # moto's datetimes are naive
    secret, token = role.secret_access_key, role.session_token
    identity = Identity(access_key, secret, role.account_id, token, role.arn, expiration)
    backends = _backends("moto.iam.models", "iam_backends")
    holders = [each for backend in backends for each in backend.roles.values() if each.arn == role.role_arn]
    limits = (_read(role.policy),) if role.policy else None
    owner, policies = account(role.account_id), _policies(holders)
    principal = Principal(owner, role.arn, "AssumedRole", role.user_id, None, role.role_arn, policies, limits)
    return Signer(identity, principal)


def _user(access_key: str, user: Any, backend: Any) -> Signer:
    key = next(each for each in user.access_keys if each.access_key_id == access_key)
    is_active = key.status == "Active"
    identity = Identity(access_key, key.secret_access_key, user.account_id, principal=user.arn, is_active=is_active)
    policies = _policies([user, *backend.get_groups_for_user(user.name)])
    return Signer(identity, Principal(account(user.account_id), user.arn, "User", user.id, user.name, None, policies))


def _policies(holders: list[Any]) -> tuple[Policy, ...]:
    """The inline and managed policies of users, groups or roles; one that allows everything if they have none."""
    documents = [document for holder in holders for document in holder.policies.values()]
    for holder in holders:
        for managed in holder.managed_policies.values():
            default = managed.default_version_id
            documents += [version.document for version in managed.versions if version.version_id == default]
    return tuple(map(_read, documents or [EVERYTHING]))


@lru_cache(maxsize=256)
def _read(document: str) -> Policy:
    from s3mock.models import policy  # noqa: PLC0415 - few tests have moto's users

    return policy.of_identity(document)


def access_points() -> Iterator[tuple[AccessPoint, tuple[str, ...]]]:
    """The access points, each with the alias that moto gave it, without those that S3 would have refused to make."""
    if not beside_moto.is_active():
        return
    for backend in _backends("moto.s3control.models", "s3control_backends"):
        for account_id, points in list(backend.access_points.items()):
            for made in list(points.values()):
                with suppress(S3Error):
                    yield _access_point(made, account_id), (made.alias,)


def key(arn: str) -> Key | None:
    """The key of moto's ``kms`` with this ARN or alias ARN; None without one.

    An AWS managed key is created on first use, as by moto's own services.
    """
    if not beside_moto.is_active():
        return None
    _, _, _, region, account_id, resource = arn.split(":", 5)
    accounts = getattr(sys.modules.get("moto.kms.models"), "kms_backends", {})
    if account_id not in accounts and not resource.startswith("alias/aws/"):
        return None
    try:
        found = accounts[account_id][region].describe_key(arn)
    except (KeyError, AttributeError):  # no such key; no such alias
        return None
    return Key(found.arn, found.key_state)


def has_principal(arn: str) -> bool:
    """Whether moto has a user or role with this ARN, or a role that a session belongs to.

    Its ``sts`` also returns sessions of roles that its ``iam`` does not have: such a role counts. Users of CloudFront
    and federated users, of which moto keeps no record, are taken to exist.
    """
    kind, _, name = arn.rpartition(":")[2].partition("/")
    if "iam::cloudfront:" in arn or kind == "federated-user":
        return True
    sessions = [each for backend in _backends("moto.sts.models", "sts_backends") for each in backend.assumed_roles]
    backends = _backends("moto.iam.models", "iam_backends")
    if kind == "user":
        return any(user.arn == arn for backend in backends for user in backend.users.values())
    roles = {role.arn for backend in backends for role in backend.roles.values()}
    roles |= {session.role_arn for session in sessions}
    if kind == "role":
        return arn in roles
    account_id, role = arn.split(":")[4], name.partition("/")[0]  # a session's ARN lacks the path of its role
    return any(each.split(":")[4] == account_id and each.rpartition("/")[2] == role for each in roles)


def _access_point(made: Any, account_id: str) -> AccessPoint:
    from s3mock.models.access_points import AccessPoint  # noqa: PLC0415

    _, partition, _, region = made.arn.split(":")[:4]
    written = None if made.policy is None else _read_of_point(made.policy, made.arn)
    return AccessPoint(made.name, made.bucket, account(account_id), region, partition, written, made.vpc_id)


@lru_cache(maxsize=256)
def _read_of_point(document: str, arn: str) -> Policy:
    from s3mock.models import policy  # noqa: PLC0415

    return policy.of_access_point(document, arn)


def _backends(module: str, name: str) -> list[Any]:
    """The backends of a service in all accounts and partitions; none if moto has not loaded the service."""
    by_account = getattr(sys.modules.get(module), name, {})
    return [backend for backends in list(by_account.values()) for backend in list(backends.values())]
