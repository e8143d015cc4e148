"""User metadata and system headers beyond ASCII, by each way that they come to S3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from s3mock import mock_s3
from s3mock.models import mail_encoding
from tests.support.browser import BUCKET, client_of, post_unsigned
from tests.support.presigned_urls import Response, client, presign
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


KEY = "key"
Headers = Mapping[str, str]
Put = Callable[["S3Client", Headers], Any]
"""Puts an object with headers in one of the ways to S3, and returns what HeadObject says."""


def _add(s3: Any, headers: Headers) -> None:
    """Let ``s3`` send headers, in UTF-8: botocore's parameter Metadata takes ASCII only."""

    def add(request: Any, **_: Any) -> None:
        for name, value in headers.items():
            request.headers[name] = value

    s3.meta.events.register("before-sign.s3.PutObject", add)


def in_process(_signer: S3Client, headers: Headers) -> Any:
    with mock_s3() as mock:
        s3: Any = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        _add(s3, headers)
        s3.put_object(Bucket=BUCKET, Key=KEY)
        return s3.head_object(Bucket=BUCKET, Key=KEY)


def in_headers(signer: S3Client, headers: Headers) -> Any:
    _add(signer, headers)
    signer.put_object(Bucket=BUCKET, Key=KEY)
    return signer.head_object(Bucket=BUCKET, Key=KEY)


def in_a_query(signer: S3Client, headers: Headers) -> Any:
    """Send a presigned URL of version 2, into whose query botocore writes the headers."""
    s3 = client_of(signer.meta.endpoint_url, "s3")
    _add(s3, headers)
    url = s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": KEY})
    assert requests.put(url, timeout=10).status_code == 200
    return signer.head_object(Bucket=BUCKET, Key=KEY)


def in_a_query_of_version_4(signer: S3Client, headers: Headers) -> Any:
    """Send a presigned URL as the SDK for JavaScript makes it, which signs the headers in the query."""
    s3 = client_of(signer.meta.endpoint_url)
    s3.meta.events.register("before-sign.s3.PutObject", lambda request, **_: request.params.update(headers))
    url = s3.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": KEY})
    assert "x-amz-meta-name=" in url
    assert requests.put(url, timeout=10).status_code == 200
    return signer.head_object(Bucket=BUCKET, Key=KEY)


def in_a_form(signer: S3Client, headers: Headers) -> Any:
    assert post_unsigned(signer, key=KEY, **headers).status == 204
    return signer.head_object(Bucket=BUCKET, Key=KEY)


IN_HEADERS = (in_process, in_headers)
IN_QUERIES = (in_a_query, in_a_query_of_version_4)
IN_TEXT = (*IN_QUERIES, in_a_form)

ROWS: list[tuple[tuple[Put, ...], str, str]] = [
    ((*IN_HEADERS, *IN_TEXT), "plain text", "plain text"),
    # The example of the User Guide, "User-defined object metadata": UTF-8 in a header counts as Latin-1.
    (IN_HEADERS, "ÄMÄZÕÑ S3", "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?="),
    (IN_HEADERS, "Miniö", "=?UTF-8?Q?Mini=C3=83=C2=B6?="),  # https://github.com/minio/minio/pull/21282
    (IN_HEADERS, "ö", "=?UTF-8?B?w4PCtg==?="),  # the same
    # aws_recorded test_user_metadata_rfc2047_bad_b64_encoded: U+FFFD for a byte that is not UTF-8
    (IN_HEADERS, "=?UTF-8?B?/2H/?=", "=?UTF-8?B?77+9Ye+/vQ==?="),
    (IN_HEADERS, "=?UTF-8?Q?abc?=", "abc"),  # s3_facts 24
    (IN_HEADERS, "=?UTF-7?Q?+2AA-?=", "=?UTF-7?Q?+2AA-?="),  # half of a surrogate pair: not text, so no encoded word
    (IN_TEXT, "ÄMÄZÕÑ S3", "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="),  # test_post_object_with_unicode_metadata
    (
        IN_QUERIES,  # test_put_unicode_metadata_with_sig_s3
        "non-ascii-%E2%80%94_—_é_",
        "=?UTF-8?Q?non-ascii-%E2%80%94=5F=E2=80=94=5F=C3=A9=5F?=",
    ),
    # test_post_object_with_unicode_metadata, this and the following
    (
        (in_a_form,),
        "test_—_file%E2%80%94_é_2👑.pdf",
        "=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=F0=9F=91=91.pdf?=",
    ),
    ((in_a_form,), "=?UTF-8?B?YWJj?=", "=?UTF-8?B?YWJj?="),
    ((in_a_form,), "=?UTF-8?Q?actually-ascii?=", "=?UTF-8?Q?actually-ascii?="),
    ((in_a_form,), "\x00\x01\x02\x03\x04", "=?UTF-8?B?AAECAwQ=?="),
    ((in_a_form,), "! \"#$%&'()*+,-./:;<>?@[\\]^_`{|}~\t", "! \"#$%&'()*+,-./:;<>?@[\\]^_`{|}~\t"),
]


@pytest.mark.parametrize(("put", "sent", "returned"), [(put, *row) for puts, *row in ROWS for put in puts])
def test_user_metadata_is_returned_in_ascii(signer: S3Client, put: Put, sent: str, returned: str) -> None:
    assert put(signer, {"x-amz-meta-name": sent})["Metadata"] == {"name": returned}


SYSTEM_ROWS: list[tuple[tuple[Put, ...], str, str]] = [
    # aws_recorded test_system_metadata_with_unicode: UTF-8 bytes come back as they are, and http.client reads Latin-1
    (IN_HEADERS, "ÄMÄZÕÑ S3", "Ã\x84MÃ\x84ZÃ\x95Ã\x91 S3"),
    (IN_HEADERS, "test_—_file%E2%80%94_é_2.pdf", "test_â\x80\x94_file%E2%80%94_Ã©_2.pdf"),
    # aws_recorded test_post_object_with_unicode_metadata: what Latin-1 lacks is a blank
    ((in_a_form,), "non-ascii-%E2%80%94_—_é_", "non-ascii-%E2%80%94_ _é_"),
]


@pytest.mark.parametrize(("put", "sent", "returned"), [(put, *row) for puts, *row in SYSTEM_ROWS for put in puts])
def test_system_headers_are_returned_as_their_bytes(signer: S3Client, put: Put, sent: str, returned: str) -> None:
    assert put(signer, {"Cache-Control": sent})["CacheControl"] == returned


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_an_override_that_a_header_cannot_hold_is_refused(version: str, s3: S3Client, bucket: str) -> None:
    """aws_recorded test_get_response_overrides_unicode_metadata_with_sig_s3."""
    s3.put_object(Bucket=bucket, Key=KEY)
    value = "non-ascii-%E2%80%94_—_é_"
    assert Response("GET", presign(version, ResponseCacheControl=value)).error == {
        "Code": "InvalidArgument",
        "Message": "Header value cannot be represented using ISO-8859-1.",
        "ArgumentName": "response-cache-control",
        "ArgumentValue": value,
    }
    assert Response("GET", presign(version, ResponseCacheControl="é")).headers["Cache-Control"] == "é"
    with refused("InvalidArgument", 400):
        client(version).get_object(Bucket=bucket, Key=KEY, ResponseCacheControl=value)


def test_a_long_value_is_several_words_of_halved_text() -> None:
    """https://github.com/aws-amplify/aws-sdk-ios/issues/241."""
    text = (
        "Workout Completed: Congratulations!  You just completed the “Finding Vocal Freedom Workout”.  Make sure you "
        "drink some water, rest your voice, and review your lesson in your vocal journal.  Make comments about how you "
        "felt, the circumstances of your workout, and anything you think you did poorly or well.  Be sure to come back "
        "tomorrow for another workout!  Practicing on a daily basis is key to growth."
    )
    assert mail_encoding.encode(text).startswith(
        "=?UTF-8?Q?Workout_Completed:_Congratulations!__You_just_comp?= =?UTF-8?Q?leted_the_=E2=80=9CFinding_Vocal_?= "
        "=?UTF-8?Q?Freedom_Workout=E2=80=9D.__Make_su?= =?UTF-8?Q?re_you_"
    )


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_encoded_text_is_ascii_and_says_what_it_said(text: str) -> None:
    encoded = mail_encoding.encode(text)
    assert encoded.isascii()
    if encoded != text:
        assert mail_encoding.decode(encoded) == text
        assert max(map(len, encoded.split(" "))) <= 75
