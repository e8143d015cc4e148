"""The signature of a posted form, which signs the form's policy and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from s3mock.errors import invalid_argument
from s3mock.models import signing


def verify(fields: Mapping[str, str], secret: str) -> None:
    """Raise SignatureDoesNotMatch unless ``secret`` signed the policy, in the encoding of its field.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html, and for version 2
    https://docs.aws.amazon.com/AmazonS3/latest/API/HTTPPOSTForms.html
    """
    policy = fields["policy"]
    if "awsaccesskeyid" in fields:
        access_key, provided = fields["awsaccesskeyid"], fields["signature"]
        calculated = signing.version_2(secret, policy)
    else:
        access_key, *parts = fields["x-amz-credential"].rsplit("/", 4)
        provided, calculated = fields["x-amz-signature"], signing.version_4(secret, "/".join(parts), policy)
    signing.compare(access_key, provided, calculated, policy)


def check_region(fields: Mapping[str, str], region: str) -> None:
    """Refuse a signature that is invalid in the region of the bucket.

    Raises InvalidArgument for version 4 of another region (https://github.com/CulturalMe/meteor-slingshot/issues/150),
    InvalidRequest for version 2 in a region without it.
    """
    if "awsaccesskeyid" in fields:
        signing.check_version_2(region)
        return
    scope = fields["x-amz-credential"]
    signed = scope.rsplit("/", 3)[1]
    if signed != region:
        message = f"the region '{signed}' is wrong; expecting '{region}'"
        raise invalid_argument(message, "X-Amz-Credential", scope, Region=region)
