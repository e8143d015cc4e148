"""Credentials, as botocore writes them in every way of signing, and as other clients do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from s3mock.errors import S3Error
from s3mock.http import Credential, Request, parse_query
from s3mock.wire.signing import credential
from s3mock.wire.signing.credential import V2, V4, V4A

V4_HEADER = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20130524/eu-west-1/s3/aws4_request, "
    "SignedHeaders=host;range;x-amz-date, Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024"
)
V4A_HEADER = (
    "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20130524/s3/aws4_request, "
    "SignedHeaders=host;x-amz-region-set, Signature=3045022100"
)

V4_QUERY = "X-Amz-Signature=1&X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=1"


def credential_of(authorization: str | None = None, query: str = "", **headers: str) -> Credential | None:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if authorization is not None:
        sent["authorization"] = authorization
    request = Request("GET", "https", "localhost", "/bucket/key", query, sent)
    parameters = parse_query(query)
    return credential.credential(request, parameters)


def refusal(authorization: str | None = None, query: str = "") -> S3Error:
    with pytest.raises(S3Error) as caught:
        credential_of(authorization, query)
    return caught.value


def client(version: str) -> Any:
    return boto3.client(
        "s3",
        region_name="eu-west-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(signature_version=version),
    )


def presigned(version: str) -> str:
    url = str(client(version).generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"}))
    return urlsplit(url).query


def signed(version: str) -> str:
    request = AWSRequest("GET", "https://s3.eu-west-1.amazonaws.com/bucket/key")
    request.context["signing"] = {}
    s3 = client(version)  # kept alive here: the signer holds no reference to it
    s3._request_signer.sign("GetObject", request)
    return str(request.headers["Authorization"])


def test_a_header_of_version_4_has_the_access_key_and_the_region() -> None:
    assert credential_of(V4_HEADER) == Credential(V4, "AKIDEXAMPLE", "20130524", "eu-west-1", "s3")
    assert credential_of(V4_HEADER.replace(", ", ",")) == credential_of(V4_HEADER)


def test_a_header_of_botocore_has_the_access_key() -> None:
    signer = credential_of(signed("s3v4"))
    assert signer is not None
    assert signer._replace(date=None) == Credential(V4, "AKIDEXAMPLE", None, "eu-west-1", "s3")
    assert credential_of(signed("s3")) == Credential(V2, "AKIDEXAMPLE")


def test_a_presigned_url_of_version_4_has_the_access_key_and_the_region() -> None:
    signer = credential_of(query=presigned("s3v4"))
    assert signer is not None
    assert signer._replace(date=None) == Credential(V4, "AKIDEXAMPLE", None, "eu-west-1", "s3", in_query=True)


def test_a_presigned_url_of_version_2_has_the_access_key() -> None:
    assert credential_of(query=presigned("s3")) == Credential(V2, "AKIDEXAMPLE", in_query=True)


@pytest.mark.parametrize(
    ("regions", "region"),
    [("us-west-2", "us-west-2"), ("*", None), ("us-west-2,us-east-1", None), ("us-west-*", None), ("", None)],
)
def test_a_version_4a_signature_is_for_a_set_of_regions(regions: str, region: str | None) -> None:
    expected = Credential(V4A, "AKIDEXAMPLE", "20130524", region, "s3")
    assert credential_of(V4A_HEADER, x_amz_region_set=regions) == expected
    query = f"{V4_QUERY}&X-Amz-Algorithm={V4A}&X-Amz-Credential=AKIDEXAMPLE%2F20130524%2Fs3%2Faws4_request"
    assert credential_of(query=f"{query}&X-Amz-Region-Set={regions}") == expected._replace(in_query=True)


@pytest.mark.parametrize("query", ["", "prefix=a", "Expires=1", "X-Amz-Security-Token=1"])
def test_a_request_without_a_signature_is_anonymous(query: str) -> None:
    assert credential_of(query=query) is None
    assert credential_of("", query) is None


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_request_signed_in_its_header_and_its_query_is_refused(version: str) -> None:
    error = refusal("AWS OTHER:signature=", presigned(version))
    assert (error.code, error.status) == ("InvalidArgument", 400)
    assert error.message.startswith("Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, ")
    assert error.fields == {"ArgumentName": "Authorization", "ArgumentValue": "AWS OTHER:signature="}


@pytest.mark.parametrize("missing", ["Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires"])
def test_a_presigned_url_of_version_4_needs_six_parameters(missing: str) -> None:
    query = presigned("s3v4").replace(f"X-Amz-{missing}=", f"X-Amz-{missing[::-1]}=")
    for text in (query, query.replace("X-Amz-", "X-Amz-" + missing + "=&X-Amz-", 1)):
        error = refusal(query=text)
        assert (error.code, error.status) == ("AuthorizationQueryParametersError", 400)
        assert error.message == (
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
            "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
        )


@pytest.mark.parametrize("missing", ["Signature", "Expires", "AWSAccessKeyId"])
def test_a_presigned_url_of_version_2_needs_three_parameters(missing: str) -> None:
    error = refusal(query=presigned("s3").replace(f"{missing}=", "nothing="))
    assert (error.code, error.status) == ("AccessDenied", 403)
    assert error.message == "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"


def test_an_unknown_algorithm_of_a_presigned_url_is_refused() -> None:
    error = refusal(query=presigned("s3v4").replace(V4, "AWS4-HMAC-SHA512"))
    assert (error.code, error.status) == ("AuthorizationQueryParametersError", 400)
    assert error.message == 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"'


def test_an_access_key_can_contain_a_slash() -> None:
    signer = credential_of(V4_HEADER.replace("AKIDEXAMPLE", "a/b"))
    assert signer is not None
    assert signer.access_key == "a/b"


@pytest.mark.parametrize(
    "authorization", ["Bearer token", "Bearer a token", "Basic U1Q6", "AWS4-HMAC-SHA25 Credential=a"]
)
def test_an_unknown_type_of_authorization_is_unsupported(authorization: str) -> None:
    error = refusal(authorization)
    assert (error.code, error.message) == ("InvalidArgument", "Unsupported Authorization Type")
    assert error.fields == {"ArgumentName": "Authorization", "ArgumentValue": authorization}


@pytest.mark.parametrize(
    "authorization",
    [
        *("nonsense", "AWS", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "AWSAKIDEXAMPLE:signature"),
        *(
            V4_HEADER.replace(" ", ""),
            "AWS AKIDEXAMPLE: signature",
            "AWS  AKIDEXAMPLE:signature",
            "AWS AKID :signature",
        ),
    ],
)
def test_an_authorization_needs_a_space_and_in_version_2_only_one(authorization: str) -> None:
    error = refusal(authorization)
    assert (error.code, error.status) == ("InvalidArgument", 400)
    assert error.message == "Authorization header is invalid -- one and only one ' ' (space) required"
    assert error.fields == {"ArgumentName": "Authorization", "ArgumentValue": authorization}


@pytest.mark.parametrize(
    "authorization", ["AWS AKIDEXAMPLE", "AWS :signature", "AWS AKIDEXAMPLE:", "AWS a:b:c", "AWS "]
)
def test_an_authorization_of_version_2_needs_an_access_key_and_a_signature(authorization: str) -> None:
    error = refusal(authorization)
    assert error.code == "InvalidArgument"
    assert error.message == "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature"


@pytest.mark.parametrize("part", ["Credential=", "SignedHeaders=", "Signature="])
def test_an_authorization_of_version_4_needs_three_components(part: str) -> None:
    error = refusal(V4_HEADER.replace(part, "Nonsense="))
    assert (error.code, error.status) == ("AuthorizationHeaderMalformed", 400)
    assert error.message == (
        "The authorization header is malformed; "
        "the authorization header requires three components: Credential, SignedHeaders, and Signature."
    )


MALFORMED = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
EMPTY = "a non-empty Access Key (AKID) must be provided in the credential."
SCOPES = {
    "": MALFORMED,
    "a": MALFORMED,
    "a/20130524": MALFORMED,
    "a/20130524/eu-west-1/s3": MALFORMED,
    "a/20130524/s3/aws4_request": MALFORMED,
    "a/20130524//s3/aws4_request": MALFORMED,
    "/20130524/r/s3/aws4_request": EMPTY,
    "a/2013052/r/s3/aws4_request": 'incorrect date format "2013052". This date in the credential must be in the format '
    '"yyyyMMdd".',
    "a/20130524/r/s2/aws4_request": 'incorrect service "s2". This endpoint belongs to "s3".',
    "a/20130524/r/s3/aws2_request": 'incorrect terminal "aws2_request". This endpoint uses "aws4_request".',
}


@pytest.mark.parametrize(("scope", "reason"), SCOPES.items())
def test_a_credential_of_version_4_needs_five_parts(scope: str, reason: str) -> None:
    error = refusal(V4_HEADER.replace("AKIDEXAMPLE/20130524/eu-west-1/s3/aws4_request", scope))
    assert (error.code, error.status) == ("AuthorizationHeaderMalformed", 400)
    assert error.message == f"The authorization header is malformed; {reason}"
    if scope:  # otherwise it is missing
        error = refusal(query=f"{V4_QUERY}&X-Amz-Algorithm={V4}&X-Amz-Credential={scope}")
        assert (error.code, error.status) == ("AuthorizationQueryParametersError", 400)
        assert error.message == f"Error parsing the X-Amz-Credential parameter; {reason}"
