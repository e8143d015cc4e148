"""May this caller do this? Decided once for every request, before its handler runs."""

from __future__ import annotations

from s3mock.backend.bucket import Bucket
from s3mock.errors import S3Error
from s3mock.models.account import Account

ACCOUNT_ID_DIGITS = 12


def admit(bucket: Bucket | None, name: str, _caller: Account, expected_owner: str | None) -> Bucket:
    """Return the bucket called ``name``, unless it is not there or is not whose the caller takes it for.

    Every caller may do everything, as long as no policy can say otherwise.

    Raises NoSuchBucket, InvalidBucketOwnerAWSAccountID, or AccessDenied where ``expected_owner`` is another account.
    """
    if bucket is None:
        raise S3Error("NoSuchBucket", BucketName=name)
    if expected_owner is not None and expected_owner != bucket.account.id:
        if len(expected_owner) != ACCOUNT_ID_DIGITS or not (expected_owner.isascii() and expected_owner.isdigit()):
            raise S3Error("InvalidBucketOwnerAWSAccountID")
        raise S3Error("AccessDenied")
    return bucket
