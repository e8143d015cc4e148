"""The access keys whose secrets a mock knows, besides its own and that of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.models.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Identities:
    """A table by access key: what the settings give, and what is added later.

    ``temporary`` is whether some of them have a token, which every request is looked at for.
    """

    __slots__ = ("_by_key", "_given", "find", "temporary")

    find: Callable[[str], Identity | None]
    """Return what is known of a key; None if nothing is. Every request asks: it is the dictionary's own ``get``."""

    def __init__(self, given: Mapping[str, tuple[str, str | None]]) -> None:
        self._given = {key: Identity(key, secret, account_id) for key, (secret, account_id) in given.items()}
        self._by_key = dict(self._given)
        self.find = self._by_key.get
        self.temporary = False

    def add(self, identity: Identity) -> None:
        """Know another key, or know another of the same access key."""
        self._by_key[identity.access_key] = identity
        self.temporary = self.temporary or identity.token is not None

    def remove(self, access_key: str) -> None:
        """Forget a key; it need not be known."""
        self._by_key.pop(access_key, None)

    def clear(self) -> None:
        """Forget all but what the settings give."""
        self._by_key.clear()
        self._by_key.update(self._given)
        self.temporary = False
