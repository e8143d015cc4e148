"""Bucket versioning: ?versioning."""

from __future__ import annotations

from s3mock.backend import object_lock
from s3mock.backend.bucket_state import BucketState, Change, configured
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.responses.registry import Parameters, operation


@operation("GetBucketVersioning", action="s3:GetBucketVersioning", log="REST.GET.VERSIONING")
def get_bucket_versioning(exchange: Exchange, _request: Parameters) -> Parameters:
    """The versioning state; a bucket whose versioning was never set has neither element.

    S3 API: GetBucketVersioning
    """
    return {
        "Status": exchange.configuration.versioning,
        "MFADelete": exchange.configuration.mfa_delete,
    }


@operation("PutBucketVersioning", action="s3:PutBucketVersioning", log="REST.PUT.VERSIONING")
def put_bucket_versioning(exchange: Exchange, request: Parameters) -> Parameters:
    """Enable or suspend versioning; once set it can never be unset.

    S3 API: PutBucketVersioning
    """
    document = request["VersioningConfiguration"]
    status = document.get("Status")
    if status is None:  # aws_recorded: test_bucket_versioning_crud, put-versioning-empty
        raise S3Error("IllegalVersioningConfigurationException", "The Versioning element must be specified")
    mfa, mfa_delete = request.get("MFA"), document.get("MFADelete")
    if mfa is not None:
        check_mfa(mfa)
    elif "Enabled" in {mfa_delete, exchange.configuration.mfa_delete}:
        # https://github.com/cloudposse/terraform-aws-codebuild/issues/76
        raise S3Error("AccessDenied", "Mfa Authentication must be used for this request")

    from s3mock.backend import replication  # noqa: PLC0415 - every deletion imports this module

    def decide(state: BucketState) -> Change:
        object_lock.check_versioning(state, status)
        replication.check_versioning(state, status)
        if mfa_delete == "Enabled" and state.configuration.lifecycle is not None:
            # https://github.com/cloudposse/terraform-aws-codebuild/issues/76
            raise S3Error(
                "InvalidBucketState",
                "Mfa Authentication is not supported on a bucket with lifecycle configuration. "
                "Delete lifecycle configuration before enabling Mfa Authentication.",
            )
        return configured(state, versioning=status, **({"mfa_delete": mfa_delete} if mfa_delete else {}))

    exchange.commit(decide)
    return {}


def check_mfa(mfa: str) -> None:
    """Refuse anything but a serial number, a blank and a token; any token will do. Raises InvalidArgument."""
    serial, _, token = mfa.rpartition(" ")
    if not (serial and token):
        # https://github.com/iterate-ch/cyberduck/issues/16267
        message = "Mfa header is invalid -- the header should be formatted as {serialNumber}(space){tokenCode}"
        raise invalid_argument(message, "x-amz-mfa", mfa)
