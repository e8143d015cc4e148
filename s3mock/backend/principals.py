"""The users, roles and sessions that were added to a cloud, by access key."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.models.principal import Principal


class Principals:
    """A table by access key. Reading takes no lock: the table is replaced, never changed."""

    def __init__(self) -> None:
        self.by_key: Mapping[str, Principal] = MappingProxyType({})

    def add(self, access_key: str, principal: Principal) -> None:
        """Know whose key this is."""
        self.by_key = MappingProxyType({**self.by_key, access_key: principal})

    def find(self, access_key: str) -> Principal | None:
        """Return who signs with ``access_key``; None for a key that was not added."""
        return self.by_key.get(access_key)

    def clear(self) -> None:
        """Forget all."""
        self.by_key = MappingProxyType({})
