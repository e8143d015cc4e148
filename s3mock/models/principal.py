"""The principal that signs a request: the root, a user or a role's session of an account.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-infotouse
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from s3mock.dataclass import dataclass
from s3mock.models.account import Account

if TYPE_CHECKING:
    from s3mock.models.policy import Policy


NO_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Principal:
    """The principal of a signed request.

    ``arn`` is the principal's own: for a role, that of its session (``arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME``).
    ``type`` is the value of aws:PrincipalType, ``user_id`` that of aws:userid; ``user_name`` is None except for a user.
    ``policies`` are its identity-based policies; ``session_policies`` are None if no session policy limits it. ``keys``
    are more condition keys of its requests, in lower case: its organization, its VPC, its tags ...
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
        """Whether it is the root of its account, which no identity policy limits."""
        return self.type == "Account"

    @property
    def names(self) -> frozenset[str]:
        """The ARNs that a Principal element may name it by: for a session, also its role's."""
        return frozenset({self.arn, self.role_arn or self.arn})

    @property
    def principal_arn(self) -> str:
        """The value of aws:PrincipalArn: for a role's session, the role's ARN."""
        return self.role_arn or self.arn


@lru_cache(maxsize=1024)
def root(account: Account, partition: str = "aws") -> Principal:
    """The root of an account."""
    return Principal(account, f"arn:{partition}:iam::{account.id}:root", user_id=account.id)
