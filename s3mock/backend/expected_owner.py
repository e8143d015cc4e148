"""The checks of a bucket before those of access: that it exists, and belongs to the expected bucket owner."""

from __future__ import annotations

import re

from s3mock.backend.bucket import Bucket
from s3mock.errors import S3Error


def existing_bucket(bucket: Bucket | None, name: str, expected_owner: str | None) -> Bucket:
    """The bucket called ``name``, which ``expected_owner`` (an account id; None is any account) must own.

    Raises NoSuchBucket, InvalidBucketOwnerAWSAccountID, or AccessDenied for a bucket of another account.
    """
    if expected_owner is not None and re.fullmatch("[0-9]{12}", expected_owner) is None:
        # The message: https://github.com/grafana/loki/issues/15382.
        message = f"The value of the expected bucket owner parameter must be an AWS Account ID... [{expected_owner}]"
        raise S3Error("InvalidBucketOwnerAWSAccountID", message)
    if bucket is None:
        raise S3Error("NoSuchBucket", BucketName=name)
    if expected_owner is not None and expected_owner != bucket.account.id:
        raise S3Error("AccessDenied")
    return bucket
