"""The signature of a posted form: it is its policy that is signed, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from s3mock.errors import S3Error
from s3mock.models import signing


def verify(fields: Mapping[str, str], secret: str) -> None:
    """Raise SignatureDoesNotMatch unless ``secret`` signed the policy: the field's text is what is signed.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html, and for version 2
    https://docs.aws.amazon.com/AmazonS3/latest/API/HTTPPOSTForms.html
    """
    policy, credential = fields["policy"], fields.get("x-amz-credential")
    if credential is not None:
        access_key, *parts = credential.rsplit("/", 4)
        provided, calculated = fields["x-amz-signature"], signing.version_4(secret, "/".join(parts), policy)
    else:
        access_key, provided = fields["awsaccesskeyid"], fields["signature"]
        calculated = signing.version_2(secret, policy)
    signing.compare(access_key, provided, calculated, policy)


# Regions older than version 4 (User Guide, "Authenticating requests (AWS signature version 2)", and botocore's
# endpoints.json); the others have never known version 2.
VERSION_2_REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-gov-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    }
)


def check_region(fields: Mapping[str, str], region: str) -> None:
    """Refuse a signature that is not good in the region of the bucket.

    Raises InvalidArgument where version 4 signed for another (https://github.com/CulturalMe/meteor-slingshot/issues/150),
    InvalidRequest where version 2 is not known (https://github.com/benefitcloud/ember-uploader/issues/143).
    """
    scope = fields.get("x-amz-credential")
    if scope is None:
        if region not in VERSION_2_REGIONS:
            raise S3Error(
                "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            )
        return
    signed = scope.rsplit("/", 3)[1]
    if signed != region:
        raise S3Error(
            "InvalidArgument",
            f"the region '{signed}' is wrong; expecting '{region}'",
            ArgumentName="X-Amz-Credential",
            ArgumentValue=scope,
            Region=region,
        )
