"""S3 Object Ownership: the bucket's account, or the writer, as the owner of an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend.bucket_state import configured
from s3mock.errors import S3Error
from s3mock.models.acl import BUCKET_OWNER_FULL_CONTROL
from s3mock.models.ownership_controls import BUCKET_OWNER_ENFORCED, BUCKET_OWNER_PREFERRED

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.models.account import Account


def sole_owner(state: BucketState) -> Account | None:
    """The owner of everything in the bucket under BucketOwnerEnforced; None where each object has an owner of its own.

    The owners from before the setting come back when it is removed: User Guide, "Controlling ownership of objects and
    disabling ACLs".
    """
    return state.identity.account if state.configuration.ownership == BUCKET_OWNER_ENFORCED else None


def owner_of_new(bucket_owner: Account, ownership: str | None, writer: Account, canned: str | None) -> Account:
    """The bucket's owner, or the writer, as the owner of an object that ``writer`` puts with the canned ACL ``canned``.

    Under BucketOwnerPreferred only the canned ACL bucket-owner-full-control hands the object over, and not grants that
    amount to it: the User Guide speaks of the canned ACL alone.
    """
    preferred = ownership == BUCKET_OWNER_PREFERRED and canned == BUCKET_OWNER_FULL_CONTROL
    return bucket_owner if preferred or ownership == BUCKET_OWNER_ENFORCED else writer


def control(state: BucketState, ownership: str) -> Change:
    """Set the bucket's ownership.

    Raises InvalidBucketAclWithObjectOwnership where the owner is to be enforced and the bucket's list grants something
    to others (User Guide, "object-ownership-error-responses").
    """
    acl = state.configuration.acl
    if ownership == BUCKET_OWNER_ENFORCED and acl is not None and acl.reaches_others:
        raise S3Error("InvalidBucketAclWithObjectOwnership")
    return configured(state, ownership=ownership)
