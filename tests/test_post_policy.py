"""The policy of a posted form: its conditions, its expiration, and its signature."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from s3mock import mock_s3
from s3mock.errors import S3Error
from s3mock.models import post_policy
from s3mock.models.credentials import ACCESS_KEY
from s3mock.models.signing import form as post_signature
from s3mock.server import S3MockServer
from tests.support import browser
from tests.support.browser import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from tests.support.browser import Fields, FormResponse

LATER = "2040-01-01T12:00:00.000Z"
COVERED = [{"bucket": BUCKET}, ["starts-with", "$key", ""]]


def post_with(signer: S3Client, policy: Any, fields: Fields | None = None, file: Any = browser.FILE) -> FormResponse:
    """Post a form with a policy that is signed with a key that the server does not know."""
    text = policy if isinstance(policy, str) else b64encode(json.dumps(policy).encode()).decode()
    signed = {"AWSAccessKeyId": "somebody", "signature": "a-signature", "policy": text}
    url = f"{signer.meta.endpoint_url}/{BUCKET}"
    return browser.post_object(url, {"key": "a-key"} | (fields or {}) | signed, file)


def refusal(response: FormResponse) -> tuple[int, str, str]:
    status, document = browser.error(response)
    assert set(document) == {"Code", "Message"}
    return status, document["Code"], document["Message"]


def denied(reason: str) -> tuple[int, str, str]:
    return 403, "AccessDenied", f"Invalid according to Policy: {reason}"


def invalid(reason: str) -> tuple[int, str, str]:
    return 400, "InvalidPolicyDocument", f"Invalid Policy: {reason}"


@pytest.mark.parametrize(
    ("condition", "fields"),
    [
        ({"acl": "private"}, {"acl": "private"}),
        ({"AcL": "private"}, {"aCl": "private"}),
        (["eq", "$acl", "private"], {"acl": "private"}),
        (["EQ", "$ACL", "private"], {"acl": "private"}),
        (["starts-with", "$Content-Type", "image/"], {"Content-Type": "image/png"}),
        (["StArTs-WiTh", "$Content-Type", "image/"], {"Content-Type": "image/png, image/jpeg"}),
        (["starts-with", "$x-amz-meta-colour", ""], {"x-amz-meta-colour": "anything"}),
        (["starts-with", "$x-amz-meta-colour", ""], {"x-amz-meta-colour": ""}),
        (["eq", "$success_action_status", 204], {"success_action_status": "204"}),
        (["starts-with", "$key", "a-"], {"x-ignore-submit": "Upload"}),
        (["content-length-range", 10, 10], {}),
        (["content-length-range", "0", "10"], {}),
    ],
)
def test_a_form_that_fits_its_policy_is_stored(signer: S3Client, condition: Any, fields: Fields) -> None:
    response = post_with(signer, {"expiration": LATER, "conditions": [*COVERED, condition]}, fields)
    assert (response.status, response.document) == (204, {})
    assert signer.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1


@pytest.mark.parametrize(
    ("condition", "fields", "written"),
    [
        ({"acl": "private"}, {"acl": "public-read"}, '["eq", "$acl", "private"]'),
        ({"X-Amz-Meta-A": "b"}, {"x-amz-meta-a": "B"}, '["eq", "$X-Amz-Meta-A", "b"]'),
        (["eq", "$acl", "private"], {}, '["eq", "$acl", "private"]'),
        (["eq", "$x-amz-meta-foo", ""], {"x-amz-meta-foo": "bar"}, '["eq", "$x-amz-meta-foo", ""]'),
        (["starts-with", "$key", "folder/"], {}, '["starts-with", "$key", "folder/"]'),
        (["starts-with", "$Content-Type", ""], {}, '["starts-with", "$Content-Type", ""]'),
        (
            ["starts-with", "$Content-Type", "image/"],
            {"Content-Type": "image/png,text/html"},
            '["starts-with", "$Content-Type", "image/"]',
        ),
        (["eq", "key", "a-key"], {}, '["eq", "key", "a-key"]'),
        ({"bucket": "another-bucket"}, {"bucket": "another-bucket"}, '["eq", "$bucket", "another-bucket"]'),
        ({"key": "président"}, {}, '["eq", "$key", "président"]'),
        # aws_recorded test_post_object_policy_validation_size
        (["content-length-range", "test", "10"], {}, '["content-length-range", "test", "10"]'),
        (["content-length-range", 0, "many"], {}, '["content-length-range", "0", "many"]'),
        (["content-length-range", "$key", ""], {}, '["content-length-range", "$key", ""]'),
    ],
)
def test_a_failed_condition_is_a_403_that_names_it(
    signer: S3Client, condition: Any, fields: Fields, written: str
) -> None:
    response = post_with(signer, {"expiration": LATER, "conditions": [*COVERED, condition]}, fields)
    assert refusal(response) == denied(f"Policy Condition failed: {written}")
    assert signer.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@pytest.mark.parametrize(
    ("conditions", "fields", "extra"),
    [
        (COVERED, {"acl": "private"}, "acl"),
        (COVERED, {"submit": "Upload"}, "submit"),
        (COVERED, {"X-Amz-Checksum-CRC32": "n1l/VQ=="}, "x-amz-checksum-crc32"),
        (COVERED[:1], {}, "key"),
        (COVERED[1:], {}, "bucket"),
        ([], {}, "key, bucket"),
    ],
)
def test_every_field_needs_a_condition(signer: S3Client, conditions: list[Any], fields: Fields, extra: str) -> None:
    response = post_with(signer, {"expiration": LATER, "conditions": conditions}, fields)
    assert refusal(response) == denied(f"Extra input fields: {extra}")


def test_conditions_see_the_key_with_the_file_name_filled_in(signer: S3Client) -> None:
    url, fields = browser.presign(signer, "user/${filename}")
    assert browser.post_object(url, fields, ("me.jpg", b"some bytes")).status == 204
    policy = {"expiration": LATER, "conditions": [{"bucket": BUCKET}, {"key": "me.jpg"}]}
    assert post_with(signer, policy, {"key": "${filename}"}, ("me.jpg", b"some bytes")).status == 204
    assert refusal(post_with(signer, policy, {"key": "${filename}"}, ("you.jpg", b"some bytes"))) == denied(
        'Policy Condition failed: ["eq", "$key", "me.jpg"]'
    )


@pytest.mark.parametrize(
    ("least", "most", "document"),
    [
        (0, 9, {"Code": "EntityTooLarge", "ProposedSize": "10", "MaxSizeAllowed": "9"}),
        (-1, 0, {"Code": "EntityTooLarge", "ProposedSize": "10", "MaxSizeAllowed": "0"}),
        (11, 20, {"Code": "EntityTooSmall", "ProposedSize": "10", "MinSizeAllowed": "11"}),
    ],
)
def test_content_length_range_limits_the_size_of_the_file(
    signer: S3Client, least: int, most: int, document: dict[str, str]
) -> None:
    url, fields = browser.presign(signer, conditions=[["content-length-range", least, most]])
    status, error = browser.error(browser.post_object(url, fields))
    del error["Message"]
    assert (status, error) == (400, document)
    assert signer.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_file_that_is_too_large_is_counted_but_not_kept() -> None:
    policy = post_policy.parse(encoded({"expiration": LATER, "conditions": [["content-length-range", 0, 5]]}))
    kept: list[bytes] = []
    with pytest.raises(S3Error, match="EntityTooLarge") as caught:
        kept.extend(post_policy.measured([b"123", b"45", b"6", b"789"], policy.ranges))
    assert caught.value.fields == {"ProposedSize": 9, "MaxSizeAllowed": 5}
    assert kept == [b"123", b"45"]


def test_a_file_is_at_most_as_large_as_a_put(signer: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3MOCK_PUT_MAX_SIZE", "9")
    url, fields = browser.presign(signer, conditions=[["content-length-range", 0, 1 << 40]])
    for response in (browser.post_object(url, fields), browser.post_unsigned(signer)):
        status, document = browser.error(response)
        assert (status, document["Code"], document["MaxSizeAllowed"]) == (400, "EntityTooLarge", "9")


def test_a_policy_is_valid_until_it_expires(signer: S3Client, server: S3MockServer) -> None:
    url, fields = browser.presign(signer)
    server.cloud.clock.advance(minutes=59)
    assert browser.post_object(url, fields).status == 204
    server.cloud.clock.advance(minutes=2)
    assert refusal(browser.post_object(url, fields)) == denied("Policy expired.")


def encoded(policy: Any) -> str:
    return b64encode((policy if isinstance(policy, str) else json.dumps(policy)).encode()).decode()


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("", "Expecting '{' but found End-of-Input"),
        ("?", "invalid Base64 encoding."),
        (encoded("nonsense"), "Invalid JSON."),
        (encoded("[]"), "Invalid JSON."),
        (encoded("[" * 5000), "Invalid JSON."),
        (b64encode(b'{"\xff": 1}').decode(), "Invalid JSON."),
        (encoded({"conditions": []}), "Policy missing expiration."),
        (encoded({"EXPIRATION": LATER, "conditions": []}), "Policy missing expiration."),
        (encoded({"expiration": LATER}), "Policy missing conditions."),
        (encoded({"expiration": LATER, "CONDITIONS": []}), "Policy missing conditions."),
        (encoded({"expiration": LATER, "conditions": [], "extra": 1}), 'Unexpected: "extra"'),
        (encoded({"expiration": 1, "conditions": []}), "Invalid JSON."),
        (encoded({"expiration": "tomorrow", "conditions": []}), "Invalid 'expiration' value: 'tomorrow'"),
        (
            encoded({"expiration": "2040-01-01 12:00:00+00:00", "conditions": []}),
            "Invalid 'expiration' value: '2040-01-01 12:00:00+00:00'",
        ),
        (
            encoded({"expiration": "2040-13-01T12:00:00Z", "conditions": []}),
            "Invalid 'expiration' value: '2040-13-01T12:00:00Z'",
        ),
        (encoded({"expiration": LATER, "conditions": {}}), "Invalid 'conditions' value: must be a List."),
    ],
)
def test_an_invalid_policy_is_a_400_with_the_reason(signer: S3Client, policy: str, reason: str) -> None:
    assert refusal(post_with(signer, policy)) == invalid(reason)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("acl", "Invalid condition test: must be a List or Object."),
        ({}, "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."),
        ({"a": "1", "b": "2"}, "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."),
        ({"success_action_status": 201}, "Invalid Simple-Condition: value must be a string."),
        ([], "Invalid Condition: missing operation identifier."),
        (["matches", "$key", "a"], "Invalid Condition: unknown operation 'matches'."),
        ([1, "$key", "a"], "Invalid JSON."),
        (["eq", "$key"], "Invalid eq: wrong number of arguments."),
        (["eq", 1, "a"], "Invalid JSON."),
        (["eq", "$key", None], "Invalid JSON."),
        (["content-length-range", 0], "Invalid content-length-range: wrong number of arguments."),
        (["content-length-range", 0, True], "Invalid JSON."),
        (["content-length-range", 0, 1.5], "Invalid JSON."),
    ],
)
def test_an_invalid_condition_is_a_400_with_the_reason(signer: S3Client, condition: Any, reason: str) -> None:
    assert refusal(post_with(signer, {"expiration": LATER, "conditions": [condition]})) == invalid(reason)


def test_a_policy_can_escape_dollars_and_have_trailing_commas() -> None:
    policy = post_policy.parse(
        encoded(
            '{ "expiration": "2007-12-01T12:00:00.000Z",\n'
            r'"conditions": [ {"acl": "public-read" }, ["eq", "$x-amz-meta-price", "\$5,]\v\\$"],'
            '\n["starts-with", "$key", "user/eric/"],\n],\n}'
        )
    )
    assert [tuple(condition) for condition in policy.conditions] == [
        ("eq", "$acl", "public-read"),
        ("eq", "$x-amz-meta-price", "$5,]\v\\$"),
        ("starts-with", "$key", "user/eric/"),
    ]


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_signature_is_verified_if_the_secret_is_known(signer: S3Client, version: str) -> None:
    url, fields = browser.presign(browser.client_of(signer.meta.endpoint_url, version))
    signature = "x-amz-signature" if version == "s3v4" else "signature"
    for wrong in ({signature: "nonsense"}, {"policy": encoded({"expiration": LATER, "conditions": []})}):
        posted = fields | wrong
        status, document = browser.error(browser.post_object(url, posted))
        del document["Message"]
        assert status == 403
        assert list(document.items()) == [
            ("Code", "SignatureDoesNotMatch"),
            ("AWSAccessKeyId", browser.KEY),
            ("StringToSign", posted["policy"]),
            ("SignatureProvided", posted[signature]),
            ("StringToSignBytes", posted["policy"].encode().hex(" ")),
        ]
    assert signer.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_the_example_of_the_api_reference_has_its_signature() -> None:
    # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
    policy = (
        '{ "expiration": "2015-12-30T12:00:00.000Z",\r\n'
        '  "conditions": [\r\n'
        '    {"bucket": "sigv4examplebucket"},\r\n'
        '    ["starts-with", "$key", "user/user1/"],\r\n'
        '    {"acl": "public-read"},\r\n'
        '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},\r\n'
        '    ["starts-with", "$Content-Type", "image/"],\r\n'
        '    {"x-amz-meta-uuid": "14365123651274"},\r\n'
        '    {"x-amz-server-side-encryption": "AES256"},\r\n'
        '    ["starts-with", "$x-amz-meta-tag", ""],\r\n'
        "\r\n"
        '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},\r\n'
        '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},\r\n'
        '    {"x-amz-date": "20151229T000000Z" }\r\n'
        "  ]\r\n"
        "}"
    )
    fields = {
        "policy": encoded(policy),
        "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
        "x-amz-signature": "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
    }
    post_signature.verify(fields, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


def test_the_secret_of_the_mock_is_known(signer: S3Client) -> None:
    url, fields = browser.presign(browser.client_of(signer.meta.endpoint_url, key=ACCESS_KEY))  # with another secret
    status, document = browser.error(browser.post_object(url, fields))
    assert (status, document["Code"], document["AWSAccessKeyId"]) == (403, "SignatureDoesNotMatch", ACCESS_KEY)
    with mock_s3() as mock:
        own = mock.client(region_name="us-east-1").generate_presigned_post(BUCKET, "a-key")["fields"]
    assert browser.post_object(url, own).status == 204


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_form_of_a_temporary_key_has_its_token_and_expires(
    signer: S3Client, server: S3MockServer, version: str
) -> None:
    everything = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    role = server.s3.add_principal("role/uploader", everything, seconds=900)
    session: S3Client = server.s3.client(**role, config=Config(signature_version=version))
    fields = session.generate_presigned_post(BUCKET, "a-key")["fields"]
    url, token = f"{signer.meta.endpoint_url}/{BUCKET}", "x-amz-security-token"
    assert browser.post_object(url, fields).status == 204
    codes = [browser.error(browser.post_object(url, fields | {token: "another"}))[1]["Code"]]
    codes.append(browser.error(browser.post_object(url, {k: v for k, v in fields.items() if k != token}))[1]["Code"])
    server.s3.clock.advance(seconds=901)
    codes.append(browser.error(browser.post_object(url, fields))[1]["Code"])
    server.s3.remove_principal(role)
    codes.append(browser.error(browser.post_object(url, fields))[1]["Code"])
    assert codes == ["InvalidToken", "InvalidAccessKeyId", "ExpiredToken", "InvalidAccessKeyId"]


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_an_unknown_signer_is_accepted_unless_the_policy_has_expired(
    signer: S3Client, server: S3MockServer, version: str
) -> None:
    url, fields = browser.presign(browser.client_of(signer.meta.endpoint_url, version, key="somebody"))
    assert browser.post_object(url, fields).status == 204
    server.cloud.clock.advance(hours=2)
    assert refusal(browser.post_object(url, fields)) == denied("Policy expired.")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_an_unknown_signer_is_refused_where_all_signatures_are_verified_and_keys_are_listed(version: str) -> None:
    with S3MockServer(verify_signatures="all", credentials={"AKIAALICE": "secret"}) as server:
        server.s3.client(region_name="us-east-1").create_bucket(Bucket=BUCKET)
        url, fields = browser.presign(browser.client_of(server.endpoint_url, version, key="somebody"))
        status, error = browser.error(browser.post_object(url, fields))
        assert (status, error["Code"], error["AWSAccessKeyId"]) == (403, "InvalidAccessKeyId", "somebody")


def test_a_policy_is_signed_for_the_region_of_its_bucket(signer: S3Client) -> None:
    url, fields = browser.presign(browser.client_of(signer.meta.endpoint_url, region="eu-west-1"))
    assert browser.error(browser.post_object(url, fields)) == (
        400,
        {
            "Code": "InvalidArgument",
            "Message": "the region 'eu-west-1' is wrong; expecting 'us-east-1'",
            "ArgumentName": "X-Amz-Credential",
            "ArgumentValue": fields["x-amz-credential"],
            "Region": "us-east-1",
        },
    )


def test_version_2_is_refused_in_regions_that_only_support_version_4(signer: S3Client) -> None:
    signer.create_bucket(Bucket="in-london", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    form = browser.client_of(signer.meta.endpoint_url, "s3").generate_presigned_post("in-london", "a-key")
    assert refusal(browser.post_object(form["url"], form["fields"])) == (
        400,
        "InvalidRequest",
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    )


@pytest.mark.parametrize(
    ("version", "field"),
    [
        ("s3v4", "policy"),
        ("s3v4", "X-Amz-Algorithm"),
        ("s3v4", "X-Amz-Credential"),
        ("s3v4", "X-Amz-Date"),
        ("s3v4", "X-Amz-Signature"),
        ("s3", "policy"),
        ("s3", "AWSAccessKeyId"),
        ("s3", "Signature"),
    ],
)
def test_a_signed_form_has_all_the_fields_of_its_signature(signer: S3Client, version: str, field: str) -> None:
    url, fields = browser.presign(browser.client_of(signer.meta.endpoint_url, version))
    posted = {name: value for name, value in fields.items() if name.lower() != field.lower()}
    assert browser.error(browser.post_object(url, posted)) == (400, browser.missing_field(field))


def test_an_unsigned_policy_is_denied(signer: S3Client) -> None:
    url, fields = browser.presign(signer)
    posted = {"key": fields["key"], "policy": fields["policy"]}
    assert refusal(browser.post_object(url, posted)) == (403, "AccessDenied", "Access Denied")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("X-Amz-Algorithm", "AWS4-HMAC-MD5", "Only AWS4-HMAC-SHA256 is supported"),
        (
            "X-Amz-Credential",
            "me/20260101/us-east-1/s3",
            'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
        ),
        (
            "X-Amz-Credential",
            "/20260101/us-east-1/s3/aws4_request",
            "a non-empty Access Key (AKID) must be provided in the credential.",
        ),
        *(
            ("X-Amz-Date", date, "X-Amz-Date must be formated via ISO8601 Long format")
            for date in ("2026-01-01T12:00:00Z", "20260101", "20261301T120000Z", "Thu, 01 Jan 2026 12:00:00 GMT", "")
        ),
    ],
)
def test_a_form_with_an_invalid_field_of_its_signature_is_refused(
    signer: S3Client, field: str, value: str, message: str
) -> None:
    url, fields = browser.presign(signer)
    status, document = browser.error(browser.post_object(url, fields | {field.lower(): value}))
    assert (status, document["Code"]) == (400, "InvalidArgument")
    assert (document["ArgumentName"], document["ArgumentValue"], document["Message"]) == (field, value, message)


def test_a_form_without_a_policy_is_anonymous_and_unrestricted(signer: S3Client) -> None:
    assert browser.post_unsigned(signer, acl="public-read", submit="Upload").status == 204
