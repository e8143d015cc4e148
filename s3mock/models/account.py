"""An AWS account: the owner of buckets and objects, or the caller."""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from hashlib import sha256

from s3mock.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account, equal to any other with the same ``id`` (12 digits).

    ``canonical_id`` is the ID of an Owner in S3's answers: 64 hex digits. On S3 it cannot be derived from the account;
    here it can, so that a test sees the same one in every run.
    """

    id: str
    canonical_id: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        digest = sha256(f"s3mock:{self.id}".encode()).hexdigest()
        object.__setattr__(self, "canonical_id", _ANONYMOUS_CANONICAL_ID if self.id == _ANONYMOUS_ID else digest)


_ANONYMOUS_ID = "anonymous"
_ANONYMOUS_CANONICAL_ID = "65a011a29cdf8ec533ec3d1ccaae921c"  # User Guide, "Access control list (ACL) overview"
ANONYMOUS = Account(_ANONYMOUS_ID)
"""The caller of unsigned requests, and the owner of the objects that they put."""


@lru_cache(maxsize=1024)
def account(account_id: str) -> Account:
    """The account with this id, cached because every request needs one."""
    return Account(account_id)
