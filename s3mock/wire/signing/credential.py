"""The credential of a request, from its Authorization header, query or form. Nothing is verified here.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html (version 2)
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from s3mock.errors import S3Error, invalid_argument
from s3mock.http import Credential
from s3mock.wire import inputs
from s3mock.wire.signing import claim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.http import Request

V2, V4, V4A = "AWS", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"

SERVICES = frozenset({"s3", "s3express", "s3-object-lambda", "s3-outposts"})
"""The services of S3's endpoints in a credential scope (botocore's endpoint rules)."""

_V4_PARAMETERS = (
    *("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"),
    *("X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"),
)
_V2_PARAMETERS = ("Signature", "Expires", "AWSAccessKeyId")
# The parameters that make a query a signed one: no SDK sends another of them alone (assumed).
_V4_MARKS = frozenset({"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"})
_CONDITIONS = frozenset({"if-match", "if-none-match"})
"""s3_facts 26; https://github.com/boto/boto3/issues/4367 has such a URL."""
_CHECKSUMS = tuple(f"x-amz-checksum-{name}" for name in ("crc", "sha", "md5", "xxhash"))
_NO_HEADERS = frozenset(
    {
        *map(str.lower, _V4_PARAMETERS),
        *("x-amz-security-token", "x-amz-s3session-token", "x-amz-region-set", "x-amz-sdk-checksum-algorithm"),
    }
)
"""Parameters that are not headers: those of the signature, and, like ``_CHECKSUMS``, those of a checksum, since the SDK
for JavaScript presigns the checksum of an empty body: s3_facts 26, https://github.com/aws/aws-sdk-go-v2/issues/2610,
https://github.com/aws/aws-sdk-js-v3/issues/3906 (a header of that name counts as unsigned)."""
_MALFORMED_CREDENTIAL = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
_TERMINATOR = "aws4_request"
_DATE_DIGITS = 8
_V4_CREDENTIAL = ("key", "date", "region", "service", "terminator")
_V4A_CREDENTIAL = ("key", "date", "service", "terminator")


def credential(request: Request, query: Mapping[str, str]) -> Credential | None:
    """Return the credential in the Authorization header or in the query; None for an unsigned request.

    The headers in a signed query (``hoisted``) are added to ``request.headers``.

    Raises ``InvalidArgument`` where both are signed, and for a header of an unknown type or without its one space;
    ``AuthorizationHeaderMalformed`` or ``AuthorizationQueryParametersError`` for a signature of version 4 with a
    malformed credential or without a parameter; ``AccessDenied`` for one of version 2 without a parameter.
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
    signer = _from_query(query)
    if signer is not None:
        request.headers = hoisted(query) | request.headers
    return signer


def hoisted(query: Mapping[str, str]) -> dict[str, str]:
    """Return the headers in a signed query: ``x-amz-acl`` in a presigned URL is the same as a header.

    SDKs put them there (botocore in version 2, those for JavaScript and Go in version 4). Conditions of writes are
    headers there as well. Digests are signed but otherwise ignored: the SDK did not have the payload yet.

    Raises InvalidArgument for one that no header can hold.
    """
    named = ((name.lower(), value) for name, value in query.items())
    headers = {name: value for name, value in named if _is_header(name)}
    inputs.check_headers(headers)
    return headers


def _is_header(name: str) -> bool:
    if name in _CONDITIONS:
        return True
    return name.startswith("x-amz-") and name not in _NO_HEADERS and not name.startswith(_CHECKSUMS)


def _from_query(query: Mapping[str, str]) -> Credential | None:
    """Return the credential of a presigned URL, None for an unsigned query."""
    if _V4_MARKS.isdisjoint(query):
        if "AWSAccessKeyId" not in query and "Signature" not in query:
            return None
        if not all(query.get(name) for name in _V2_PARAMETERS):
            # https://github.com/aws/aws-sdk-php/issues/97
            raise S3Error(
                "AccessDenied",
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
            )
        return Credential(V2, query["AWSAccessKeyId"], in_query=True)

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
    parsed = _parse_credential(algorithm, query["X-Amz-Credential"], query.get("X-Amz-Region-Set", ""))
    if isinstance(parsed, str):
        # https://github.com/TTLabs/EvaporateJS/issues/491
        raise query_error(f"Error parsing the X-Amz-Credential parameter; {parsed}")
    return parsed._replace(in_query=True)


def query_error(message: str) -> S3Error:
    """Return the error for a malformed presigned URL of version 4."""
    return S3Error("AuthorizationQueryParametersError", message)


def header_error(reason: str) -> S3Error:
    """Return the error for a malformed Authorization header of version 4."""
    return S3Error("AuthorizationHeaderMalformed", f"The authorization header is malformed; {reason}")


_FORM_FIELDS = {
    V2: ("policy", "AWSAccessKeyId", "Signature"),
    V4: ("policy", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"),
}
"""The fields that a signed form must have, spelled as in S3's errors. One with both kinds is of version 2
(https://github.com/moxiecode/plupload/issues/1549).

https://github.com/CulturalMe/meteor-slingshot/issues/150, aws_recorded test_post_request_missing_signature.
"""


def of_form(fields: Mapping[str, str]) -> Credential | None:
    """Return the credential in the fields of a form; None for an unsigned one.

    ``fields`` have their names in lower case. Raises ``InvalidArgument`` for a field that is missing or malformed,
    ``AccessDenied`` for a policy without any signature (aws_recorded test_post_request_missing_fields[s3v4]).
    """
    signed = (a for a, names in _FORM_FIELDS.items() if any(name.lower() in fields for name in names[1:]))
    algorithm = next(signed, None)
    if algorithm is None:
        if "policy" in fields:
            raise S3Error("AccessDenied")
        return None
    for name in _FORM_FIELDS[algorithm]:
        if name.lower() not in fields:
            raise missing_field(name)
    if algorithm == V2:
        return Credential(V2, fields["awsaccesskeyid"])

    if fields["x-amz-algorithm"] != V4:  # assumed
        raise invalid_argument(f"Only {V4} is supported", "X-Amz-Algorithm", fields["x-amz-algorithm"])
    parsed = _parse_credential(V4, fields["x-amz-credential"], "")
    if isinstance(parsed, str):
        # Code and name as in https://github.com/CulturalMe/meteor-slingshot/issues/150 (where the region is wrong)
        # and https://github.com/outline/outline/issues/7065.
        raise invalid_argument(parsed, "X-Amz-Credential", fields["x-amz-credential"])
    if claim.basic_date(fields["x-amz-date"]) is None:
        # S3's spelling (s3_facts 31); the ArgumentName, like those of the other fields, is assumed.
        message = "X-Amz-Date must be formated via ISO8601 Long format"
        raise invalid_argument(message, "X-Amz-Date", fields["x-amz-date"])
    return parsed


def missing_field(name: str) -> S3Error:
    """Return the error for a form that lacks a field (https://github.com/danialfarid/ng-file-upload/issues/1283)."""
    message = (
        f"Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
    )
    return invalid_argument(message, name, "")


def _from_header(authorization: str, headers: Mapping[str, str]) -> Credential:
    """Return the credential of an Authorization header."""
    algorithm, space, rest = authorization.partition(" ")
    if not space or (algorithm == V2 and " " in rest):
        # s3_facts 31; https://github.com/benrady/learnjs/issues/23 for version 2
        message = "Authorization header is invalid -- one and only one ' ' (space) required"
        raise invalid_argument(message, "Authorization", authorization)
    if algorithm == V2:
        key, colon, signature = rest.partition(":")
        if not (key and colon and signature) or ":" in signature:
            # With both spaces, in OpenStack Swift's s3api and five other servers; brekkylab/backlot: one colon.
            raise invalid_argument(
                "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature",
                "Authorization",
                authorization,
            )
        return Credential(V2, key)
    if algorithm not in (V4, V4A):
        # https://github.com/versity/versitygw/issues/1512
        raise invalid_argument("Unsupported Authorization Type", "Authorization", authorization)
    _, found, tail = rest.partition("Credential=")
    if not (found and "SignedHeaders=" in rest and "Signature=" in rest):
        # https://github.com/ex-aws/ex_aws/issues/537
        raise header_error(
            "the authorization header requires three components: Credential, SignedHeaders, and Signature."
        )
    parsed = _parse_credential(algorithm, tail.partition(",")[0].strip(), headers.get("x-amz-region-set", ""))
    if isinstance(parsed, str):
        # https://github.com/krobertson/deb-s3/issues/157
        raise header_error(parsed)
    return parsed


@lru_cache(maxsize=1024)
def _parse_credential(algorithm: str, credential: str, region_set: str) -> Credential | str:
    """Return a parsed credential, or the error's message (https://github.com/versity/versitygw/pull/1543)."""
    names = _V4A_CREDENTIAL if algorithm == V4A else _V4_CREDENTIAL
    parts = credential.rsplit("/", len(names) - 1)
    if len(parts) != len(names) or not all(parts[1:]):
        return _MALFORMED_CREDENTIAL
    parsed = dict(zip(names, parts, strict=True))
    if not parsed["key"]:  # https://github.com/outline/outline/issues/7065
        return "a non-empty Access Key (AKID) must be provided in the credential."
    date, service, terminator = parsed["date"], parsed["service"], parsed["terminator"]
    if len(date) != _DATE_DIGITS or not (date.isascii() and date.isdigit()):
        return f'incorrect date format "{date}". This date in the credential must be in the format "yyyyMMdd".'
    if service not in SERVICES:
        return f'incorrect service "{service}". This endpoint belongs to "s3".'
    if terminator != _TERMINATOR:
        return f'incorrect terminal "{terminator}". This endpoint uses "{_TERMINATOR}".'
    # The credential scope of version 4A has no region: the region set is apart, and may have asterisks.
    region = parsed.get("region", region_set)
    several = not region or "," in region or "*" in region
    return Credential(algorithm, parsed["key"], date, None if several else region, service)
