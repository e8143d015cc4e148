"""Is the bucket there, and is it whose the caller takes it for? Asked before anybody asks who may do what."""

from __future__ import annotations

from s3mock.backend.bucket import Bucket
from s3mock.errors import S3Error

ACCOUNT_ID_DIGITS = 12


def admit(bucket: Bucket | None, name: str, expected_owner: str | None) -> Bucket:
    """Return the bucket called ``name``, unless it is not there or is not whose the caller takes it for.

    Raises NoSuchBucket, InvalidBucketOwnerAWSAccountID, or AccessDenied where ``expected_owner`` is another account.
    """
    if expected_owner is not None and not _is_account_id(expected_owner):
        # The words are S3's: https://github.com/grafana/loki/issues/15382.
        message = f"The value of the expected bucket owner parameter must be an AWS Account ID... [{expected_owner}]"
        raise S3Error("InvalidBucketOwnerAWSAccountID", message)
    if bucket is None:
        raise S3Error("NoSuchBucket", BucketName=name)
    if expected_owner is not None and expected_owner != bucket.account.id:
        raise S3Error("AccessDenied")
    return bucket


def _is_account_id(text: str) -> bool:
    return len(text) == ACCOUNT_ID_DIGITS and text.isascii() and text.isdigit()
