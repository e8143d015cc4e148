"""The access keys and the principals that were added to a cloud, immutable parts of its store; and who holds a key."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from s3mock.models.account import ANONYMOUS, Account

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from s3mock.models.credentials import Identity
    from s3mock.models.principal import Principal


class Holder(NamedTuple):
    """Who signs with an access key.

    ``identity`` and ``principal`` are those of a key that was added, is in the settings or belongs to another mock,
    otherwise None. ``is_accepted`` is whether S3 has the key in its records.
    """

    account: Account
    identity: Identity | None = None
    principal: Principal | None = None
    is_accepted: bool = True


NOBODY = Holder(ANONYMOUS)
"""Signs nothing."""


class Identities(NamedTuple):
    """Access keys that were added to a cloud, and the keys that were ``removed``, which S3 does not accept any more."""

    by_key: Mapping[str, Identity] = MappingProxyType({})
    removed: frozenset[str] = frozenset()

    def with_identity(self, identity: Identity) -> Identities:
        """These and another one, which replaces one with the same access key."""
        return self._replace(by_key={**self.by_key, identity.access_key: identity})

    def without(self, access_keys: Collection[str]) -> Identities:
        """These with some keys removed."""
        by_key = {key: identity for key, identity in self.by_key.items() if key not in access_keys}
        return self._replace(by_key=by_key, removed=self.removed.union(access_keys))


class Principals(NamedTuple):
    """The principals that were added to a cloud, by access key; ``added`` counts them."""

    by_key: Mapping[str, Principal] = MappingProxyType({})
    added: int = 0

    def with_principal(self, access_key: str, principal: Principal) -> Principals:
        """These and another one."""
        return Principals({**self.by_key, access_key: principal}, self.added + 1)

    def without(self, access_keys: Collection[str]) -> Principals:
        """These without those that sign with some keys."""
        return self._replace(by_key={key: each for key, each in self.by_key.items() if key not in access_keys})

    def named(self, arn: str) -> Principal | None:
        """The latest principal with this ARN, which may also be the ARN of a session's role; None without one."""
        return next((each for each in tuple(self.by_key.values())[::-1] if arn in each.names), None)
