"""Signatures of versions 2 and 4, and S3's error for a wrong one."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from functools import lru_cache
from typing import Any

from s3mock.errors import S3Error


@lru_cache(maxsize=1024)
def key(secret: str, scope: str) -> bytes:
    """The signing key for ``scope``, which is DATE/REGION/SERVICE/aws4_request."""
    signing_key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        signing_key = hmac.digest(signing_key, part.encode(), hashlib.sha256)
    return signing_key


def version_4(secret: str, scope: str, text: str) -> str:
    """The signature of ``text`` in version 4, which is valid in ``scope``."""
    return hmac.digest(key(secret, scope), text.encode(), hashlib.sha256).hex()


def version_2(secret: str, text: str) -> str:
    """The signature of ``text`` in version 2."""
    return b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha1)).decode()


def compare(access_key: str, provided: str, calculated: str | None, text: str, canonical: str | None = None) -> None:
    """Raise SignatureDoesNotMatch unless both signatures are the same; always if ``calculated`` is None.

    ``text`` is the string to sign, ``canonical`` the canonical request if there is one. The fields and their order are
    those of https://github.com/s3tools/s3cmd/issues/1053.
    """
    if calculated is not None and hmac.compare_digest(provided.encode(), calculated.encode()):
        return
    fields: dict[str, Any] = {
        "AWSAccessKeyId": access_key,
        "StringToSign": text,
        "SignatureProvided": provided,
        "StringToSignBytes": text.encode().hex(" "),
    }
    if canonical is not None:
        fields |= {"CanonicalRequest": canonical, "CanonicalRequestBytes": canonical.encode().hex(" ")}
    raise S3Error("SignatureDoesNotMatch", **fields)


# Regions older than version 4 (User Guide, "Authenticating requests (AWS signature version 2)", and botocore's
# endpoints.json); the others have never supported version 2.
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


def check_version_2(region: str) -> None:
    """Refuse version 2 in a region without it (https://github.com/benefitcloud/ember-uploader/issues/143).

    Raises InvalidRequest.
    """
    if region not in VERSION_2_REGIONS:
        raise S3Error(
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        )
