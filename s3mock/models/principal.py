"""Who calls: the root, a user or a role's session of an account, and what its policies allow.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-infotouse
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from s3mock.models.account import Account

if TYPE_CHECKING:
    from s3mock.models.policy import Policy


NO_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller who has signed.

    ``arn`` is that of the caller itself: for a role, of its session (``arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME``);
    ``names`` are the ARNs by which a policy may name it, which for a session are the role's too. ``type`` is what
    aws:PrincipalType says, ``user_id`` what aws:userid does, ``user_name`` is None but for a user. ``policies`` are its
    own; ``session_policies`` are None where nothing limits it. ``keys`` are further condition keys of its requests, in
    small letters: its organization, its VPC, its tags ...
    """

    account: Account
    arn: str
    type: str = "Account"
    user_id: str = ""
    user_name: str | None = None
    role_arn: str | None = None
    policies: tuple[Policy, ...] = ()
    session_policies: tuple[Policy, ...] | None = None
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_KEYS)

    @property
    def is_root(self) -> bool:
        """Whether it is its account's root, whom no policy of its own limits."""
        return self.type == "Account"

    @property
    def names(self) -> frozenset[str]:
        """The ARNs by which a Principal may name it."""
        return frozenset({self.arn, self.role_arn or self.arn})

    @property
    def principal_arn(self) -> str:
        """What aws:PrincipalArn says: for a role's session the role's ARN."""
        return self.role_arn or self.arn


@lru_cache(maxsize=1024)
def root(account: Account, partition: str = "aws") -> Principal:
    """Return the root of an account."""
    return Principal(account, f"arn:{partition}:iam::{account.id}:root", user_id=account.id)
