"""An AWS account: who owns buckets and objects, and who calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account, equal to any other with the same ``id`` (12 digits).

    ``canonical_id`` is what S3 shows as the ID of an Owner: 64 hex digits. S3's cannot be derived from the account;
    here they can, so that a test sees the same one in every run.
    """

    id: str
    canonical_id: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        digest = sha256(f"s3mock:{self.id}".encode()).hexdigest()
        object.__setattr__(self, "canonical_id", _ANONYMOUS_CANONICAL_ID if self.id == _ANONYMOUS_ID else digest)


_ANONYMOUS_ID = "anonymous"
_ANONYMOUS_CANONICAL_ID = "65a011a29cdf8ec533ec3d1ccaae921c"  # User Guide, "Access control list (ACL) overview"
ANONYMOUS = Account(_ANONYMOUS_ID)
"""Who calls without a signature, and owns what such a caller puts."""


@lru_cache(maxsize=1024)
def account(account_id: str) -> Account:
    """Return the account with the id ``account_id``; cheaper than making it, since every request asks."""
    return Account(account_id)
