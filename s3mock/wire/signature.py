"""Who signed a request, and for which region: read from wherever the signature is. Nothing is verified here.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html (version 2)
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from s3mock.errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.wire.http import Request

V2, V4, V4A = "AWS", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"

_MALFORMED_CREDENTIAL = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
_TERMINATOR = "aws4_request"
_V4_SCOPE = ("key", "date", "region", "service", "terminator")
_V4A_SCOPE = ("key", "date", "service", "terminator")


class Credential(NamedTuple):
    """A key and what it was used for; version 2 knows neither date, nor region, nor service.

    ``region`` is None where the signature is good in several.
    """

    algorithm: str
    access_key: str
    date: str | None = None
    region: str | None = None
    service: str | None = None


def credential(request: Request, query: Mapping[str, str]) -> Credential | None:
    """Return what the Authorization header says of the signer, else the query; None where the request is anonymous.

    Raises ``InvalidArgument`` for an Authorization of a kind that S3 does not know, ``AuthorizationHeaderMalformed`` or
    ``AuthorizationQueryParametersError`` for a signature of version 4 whose credential cannot be read.
    """
    authorization = request.headers.get("authorization")
    if authorization:
        return _from_header(authorization, request.headers)
    if not query:
        return None
    scope = query.get("X-Amz-Credential")
    if scope is not None:
        algorithm = query.get("X-Amz-Algorithm", V4)
        found = _parse_scope(algorithm, scope, query.get("X-Amz-Region-Set", ""))
        if found is None:
            # The words are S3's: https://github.com/TTLabs/EvaporateJS/issues/491
            raise S3Error(
                "AuthorizationQueryParametersError",
                f"Error parsing the X-Amz-Credential parameter; {_MALFORMED_CREDENTIAL}",
            )
        return found
    key = query.get("AWSAccessKeyId")
    return None if key is None else Credential(V2, key)


_FORM_FIELDS = {
    V4: ("policy", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"),
    V2: ("policy", "AWSAccessKeyId", "signature"),
}
"""What a signed form must have. S3 spells them so in its errors (https://github.com/CulturalMe/meteor-slingshot/issues/150)."""


def of_form(fields: Mapping[str, str]) -> Credential | None:
    """Return what the fields of a posted form say of the signer; None where nobody signed.

    ``fields`` have their names in lower case. Raises ``InvalidArgument`` for a field that is missing or malformed,
    ``AccessDenied`` for a policy without any signature (assumed).
    """
    for algorithm, names in _FORM_FIELDS.items():
        if any(name.lower() in fields for name in names[1:]):
            missing = next((name for name in names if name.lower() not in fields), None)
            if missing is not None:
                raise missing_field(missing)
            return Credential(V2, fields["awsaccesskeyid"]) if algorithm == V2 else _of_v4_form(fields)
    if "policy" in fields:
        raise S3Error("AccessDenied")
    return None


def missing_field(name: str) -> S3Error:
    """Return the error for a form that lacks a field (https://github.com/danialfarid/ng-file-upload/issues/1283)."""
    message = (
        f"Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
    )
    return S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue="")


def _of_v4_form(fields: Mapping[str, str]) -> Credential:
    algorithm, scope = fields["x-amz-algorithm"], fields["x-amz-credential"]
    if algorithm != V4:  # assumed
        raise S3Error(
            "InvalidArgument",
            f"Only {V4} is supported",
            ArgumentName="X-Amz-Algorithm",
            ArgumentValue=algorithm,
        )
    found = _parse_scope(V4, scope, "")
    if found is None:
        # Code and name as in https://github.com/CulturalMe/meteor-slingshot/issues/150 (where the region is wrong)
        # and https://github.com/outline/outline/issues/7065.
        anonymous = scope.startswith("/")
        message = (
            "a non-empty Access Key (AKID) must be provided in the credential." if anonymous else _MALFORMED_CREDENTIAL
        )
        raise S3Error("InvalidArgument", message, ArgumentName="X-Amz-Credential", ArgumentValue=scope)
    return found


def _from_header(authorization: str, headers: Mapping[str, str]) -> Credential:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm == V2:
        key, colon, signature = rest.strip().partition(":")
        if not (key and colon and signature):
            # With both blanks; assumed.
            raise _invalid("AWS authorization header is invalid.  Expected AwsAccessKeyId:signature", authorization)
        return Credential(V2, key)
    if algorithm not in (V4, V4A):
        # https://github.com/versity/versitygw/issues/1512
        raise _invalid("Unsupported Authorization Type", authorization)
    _, named, tail = rest.partition("Credential=")
    if not (named and "SignedHeaders=" in rest and "Signature=" in rest):
        # https://github.com/ex-aws/ex_aws/issues/537
        raise _malformed(
            "the authorization header requires three components: Credential, SignedHeaders, and Signature."
        )
    found = _parse_scope(algorithm, tail.partition(",")[0].strip(), headers.get("x-amz-region-set", ""))
    if found is None:
        # https://github.com/krobertson/deb-s3/issues/157
        raise _malformed(_MALFORMED_CREDENTIAL)
    return found


@lru_cache(maxsize=1024)
def _parse_scope(algorithm: str, scope: str, region_set: str) -> Credential | None:
    names = _V4A_SCOPE if algorithm == V4A else _V4_SCOPE
    parts = scope.rsplit("/", len(names) - 1)
    if len(parts) != len(names) or not all(parts) or parts[-1] != _TERMINATOR:
        return None
    said = dict(zip(names, parts, strict=True))
    # The scope of version 4A has no region: the set of regions is a value of its own, with asterisks in it.
    region = said.get("region", region_set)
    several = not region or "," in region or "*" in region
    return Credential(algorithm, said["key"], said["date"], None if several else region, said["service"])


def _invalid(message: str, authorization: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName="Authorization", ArgumentValue=authorization)


def _malformed(reason: str) -> S3Error:
    return S3Error("AuthorizationHeaderMalformed", f"The authorization header is malformed; {reason}")
