"""S3 Object Ownership: who owns the objects that other accounts put into a bucket."""

from __future__ import annotations

from s3mock.errors import S3Error

BUCKET_OWNER_ENFORCED = "BucketOwnerEnforced"
"""The bucket's owner owns every object, and ACLs are disabled."""

BUCKET_OWNER_PREFERRED = "BucketOwnerPreferred"
"""The writer owns an object, unless it is put with the canned ACL bucket-owner-full-control."""

OBJECT_WRITER = "ObjectWriter"
"""The writer owns an object, as in a bucket without ownership controls."""

SETTINGS = frozenset({BUCKET_OWNER_ENFORCED, BUCKET_OWNER_PREFERRED, OBJECT_WRITER})


def check_header(ownership: str) -> str:
    """The setting in ``x-amz-object-ownership``. Raises InvalidArgument for any other value, including an empty one."""
    if ownership not in SETTINGS:  # aws_recorded: test_bucket_ownership_controls_exc
        message = f"Invalid x-amz-object-ownership header: {ownership}"
        raise S3Error("InvalidArgument", message, ArgumentName="x-amz-object-ownership")
    return ownership
