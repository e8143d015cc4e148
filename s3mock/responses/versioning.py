"""Bucket versioning: ?versioning."""

from __future__ import annotations

from s3mock.errors import S3Error
from s3mock.responses.context import Context
from s3mock.responses.registry import Parameters, operation


@operation("GetBucketVersioning")
def get_bucket_versioning(ctx: Context, _request: Parameters) -> Parameters:
    """Return the versioning state; a bucket whose versioning was never set answers with neither element.

    S3 API: GetBucketVersioning
    """
    return {
        "Status": ctx.bucket.configuration("versioning"),
        "MFADelete": ctx.bucket.configuration("mfa_delete"),
    }


@operation("PutBucketVersioning")
def put_bucket_versioning(ctx: Context, request: Parameters) -> Parameters:
    """Enable or suspend versioning; once set it can never be unset.

    S3 API: PutBucketVersioning
    """
    wanted = request["VersioningConfiguration"]
    status = wanted.get("Status")
    if status is None:
        # aws_recorded: test_bucket_versioning_crud, put-versioning-empty.
        raise S3Error("IllegalVersioningConfigurationException", "The Versioning element must be specified")
    mfa_delete = wanted.get("MFADelete")
    if "MFA" not in request and "Enabled" in {mfa_delete, ctx.bucket.configuration("mfa_delete")}:
        raise S3Error("AccessDenied", "Mfa Authentication must be used for this request")
    ctx.bucket.configure(versioning=status, **({"mfa_delete": mfa_delete} if mfa_delete else {}))
    return {}
