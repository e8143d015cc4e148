"""Who signed a request, and for which region: read from wherever the signature is. Nothing is verified here.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html (version 2)
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from s3mock.errors import S3Error, invalid_argument
from s3mock.http import Credential

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.http import Request

V2, V4, V4A = "AWS", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"

SERVICES = frozenset({"s3", "s3express", "s3-object-lambda", "s3-outposts"})
"""What S3's endpoints are called in a credential (botocore's endpoint rules)."""

_V4_PARAMETERS = (
    *("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"),
    *("X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"),
)
_V2_PARAMETERS = ("Signature", "Expires", "AWSAccessKeyId")
# What makes a query a signed one: SDKs send no other of the parameters by itself (assumed).
_V4_MARKS = frozenset({"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"})
_OF_THE_SIGNATURE = frozenset(
    {*map(str.lower, _V4_PARAMETERS), "x-amz-security-token", "x-amz-s3session-token", "x-amz-region-set"}
)
_MALFORMED_CREDENTIAL = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
_TERMINATOR = "aws4_request"
_DATE_DIGITS = 8
_V4_SCOPE = ("key", "date", "region", "service", "terminator")
_V4A_SCOPE = ("key", "date", "service", "terminator")


def credential(request: Request, query: Mapping[str, str]) -> Credential | None:
    """Return what the Authorization header or the query says of the signer; None where the request is anonymous.

    A request that is signed in its query has the headers that stand in there (``hoisted``) from now on.

    Raises ``InvalidArgument`` where both do, and for an Authorization of a kind that S3 does not know;
    ``AuthorizationHeaderMalformed`` or ``AuthorizationQueryParametersError`` for a signature of version 4 whose
    credential cannot be read or that lacks a parameter; ``AccessDenied`` for one of version 2 that lacks one.
    """
    authorization = request.headers.get("authorization")
    if authorization:
        if query and ("X-Amz-Algorithm" in query or "Signature" in query):
            # https://github.com/catalyst/moodle-tool_objectfs/issues/303
            raise invalid_argument(
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
                "parameter or the Authorization header should be specified",
                "Authorization",
                authorization,
            )
        return _from_header(authorization, request.headers)
    if not query:
        return None
    found = _from_query(query)
    if found is not None:
        request.headers = hoisted(query) | request.headers
    return found


def hoisted(query: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that a signed query brings: ``x-amz-acl`` in a presigned URL is as good as in a header.

    SDKs put them there (botocore in version 2, those for JavaScript and Go in version 4).
    """
    named = ((name.lower(), value) for name, value in query.items())
    return {name: value for name, value in named if name.startswith("x-amz-") and name not in _OF_THE_SIGNATURE}


def _from_query(query: Mapping[str, str]) -> Credential | None:
    if not _V4_MARKS.isdisjoint(query):
        return _from_v4_query(query)
    if "AWSAccessKeyId" not in query and "Signature" not in query:
        return None
    if not all(query.get(name) for name in _V2_PARAMETERS):
        # https://github.com/aws/aws-sdk-php/issues/97
        raise S3Error(
            "AccessDenied",
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
        )
    return Credential(V2, query["AWSAccessKeyId"], in_query=True)


def _from_v4_query(query: Mapping[str, str]) -> Credential:
    if not all(query.get(name) for name in _V4_PARAMETERS):
        # https://github.com/kaliber-scala/play-s3/issues/73
        raise query_error(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
            "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
        )
    algorithm = query["X-Amz-Algorithm"]
    if algorithm not in (V4, V4A):
        # https://github.com/versity/versitygw/pull/1543
        raise query_error(f'X-Amz-Algorithm only supports "{V4} and {V4A}"')
    found = _parse_scope(algorithm, query["X-Amz-Credential"], query.get("X-Amz-Region-Set", ""))
    if isinstance(found, str):
        # https://github.com/TTLabs/EvaporateJS/issues/491
        raise query_error(f"Error parsing the X-Amz-Credential parameter; {found}")
    return found._replace(in_query=True)


def query_error(message: str) -> S3Error:
    """Return the error for a presigned URL of version 4 with something wrong in it."""
    return S3Error("AuthorizationQueryParametersError", message)


def header_error(reason: str) -> S3Error:
    """Return the error for an Authorization header of version 4 with something wrong in it."""
    return S3Error("AuthorizationHeaderMalformed", f"The authorization header is malformed; {reason}")


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
    return invalid_argument(message, name, "")


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
    if isinstance(found, str):
        # Code and name as in https://github.com/CulturalMe/meteor-slingshot/issues/150 (where the region is wrong)
        # and https://github.com/outline/outline/issues/7065.
        raise S3Error("InvalidArgument", found, ArgumentName="X-Amz-Credential", ArgumentValue=scope)
    return found


def _from_header(authorization: str, headers: Mapping[str, str]) -> Credential:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm == V2:
        key, colon, signature = rest.strip().partition(":")
        if not (key and colon and signature):
            # With both blanks; assumed.
            raise invalid_argument(
                "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature",
                "Authorization",
                authorization,
            )
        return Credential(V2, key)
    if algorithm not in (V4, V4A):
        # https://github.com/versity/versitygw/issues/1512
        raise invalid_argument("Unsupported Authorization Type", "Authorization", authorization)
    _, named, tail = rest.partition("Credential=")
    if not (named and "SignedHeaders=" in rest and "Signature=" in rest):
        # https://github.com/ex-aws/ex_aws/issues/537
        raise header_error(
            "the authorization header requires three components: Credential, SignedHeaders, and Signature."
        )
    found = _parse_scope(algorithm, tail.partition(",")[0].strip(), headers.get("x-amz-region-set", ""))
    if isinstance(found, str):
        # https://github.com/krobertson/deb-s3/issues/157
        raise header_error(found)
    return found


@lru_cache(maxsize=1024)
def _parse_scope(algorithm: str, scope: str, region_set: str) -> Credential | str:
    """Return what a credential says, or what is wrong with it (https://github.com/versity/versitygw/pull/1543)."""
    names = _V4A_SCOPE if algorithm == V4A else _V4_SCOPE
    parts = scope.rsplit("/", len(names) - 1)
    if len(parts) != len(names) or not all(parts[1:]):
        return _MALFORMED_CREDENTIAL
    said = dict(zip(names, parts, strict=True))
    if not said["key"]:  # https://github.com/outline/outline/issues/7065
        return "a non-empty Access Key (AKID) must be provided in the credential."
    date, service, terminator = said["date"], said["service"], said["terminator"]
    if len(date) != _DATE_DIGITS or not (date.isascii() and date.isdigit()):
        return f'incorrect date format "{date}". This date in the credential must be in the format "yyyyMMdd".'
    if service not in SERVICES:
        return f'incorrect service "{service}". This endpoint belongs to "s3".'
    if terminator != _TERMINATOR:
        return f'incorrect terminal "{terminator}". This endpoint uses "{_TERMINATOR}".'
    # The scope of version 4A has no region: the set of regions is a value of its own, with asterisks in it.
    region = said.get("region", region_set)
    several = not region or "," in region or "*" in region
    return Credential(algorithm, said["key"], date, None if several else region, service)
