"""What another mock in this process holds of the things that S3 looks up: access keys and access points.

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


class Elsewhere(NamedTuple):
    """The other mock.

    ``signer`` finds an access key, None for one that it does not know; ``access_points`` are those it has made, with
    names beside those that S3 would give them.
    """

    signer: Callable[[str], Signer | None]
    access_points: Callable[[], Iterable[tuple[AccessPoint, tuple[str, ...]]]]


NOTHING = Elsewhere(lambda _: None, lambda: ())
"""No other mock."""
