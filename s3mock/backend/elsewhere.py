"""What S3 looks up in another mock in this process: access keys, access points, keys of KMS, users and roles.

It is not S3's own state: nothing here is saved, restored or reset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from s3mock.models.access_points import AccessPoint
    from s3mock.models.credentials import Identity
    from s3mock.models.principal import Principal


class Signer(NamedTuple):
    """An access key of the other mock, and the user or session that signs with it."""

    identity: Identity
    principal: Principal


class Key(NamedTuple):
    """A key of KMS: its ARN and its KeyState there ("Enabled", "Disabled", "PendingDeletion", ...)."""

    arn: str
    state: str


class Elsewhere(NamedTuple):
    """The other mock.

    ``is_active`` is whether it is active now; ``signer`` looks up an access key, and returns None for one that it does
    not know; ``access_points`` are those that it has made, each with the names that it answers to in addition to S3's;
    ``key`` finds a key of KMS by its ARN or that of an alias, None where there is none; ``has_principal`` is whether
    there is a user or role, or a session of a role, with an ARN.
    """

    is_active: Callable[[], bool]
    signer: Callable[[str], Signer | None]
    access_points: Callable[[], Iterable[tuple[AccessPoint, tuple[str, ...]]]]
    key: Callable[[str], Key | None]
    has_principal: Callable[[str], bool]


NOTHING = Elsewhere(lambda: False, lambda _: None, lambda: (), lambda _: None, lambda _: True)
"""No other mock."""
