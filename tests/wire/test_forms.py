"""Requests that are not forms, incomplete forms, and forms that arrive in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from urllib3.filepost import encode_multipart_formdata

from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Request
from s3mock.settings import Settings
from s3mock.transports import adapter
from tests.support import browser
from tests.support.browser import BUCKET
from tests.support.raw_requests import SIGNED, ask

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from tests.support.browser import Fields


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_a_post_to_a_bucket_without_a_form_is_a_412(signer: S3Client, form: str, kind: str) -> None:
    assert browser.error(browser.post_body(form, b"key=a-key", kind)) == (
        412,
        {
            "Code": "PreconditionFailed",
            "Message": "At least one of the pre-conditions you specified did not hold",
            "Condition": "Bucket POST must be of the enclosure-type multipart/form-data",
        },
    )


MULTIPART = "multipart/form-data; boundary=b"
DISPOSITION = b"--b\r\nContent-Disposition: form-data"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        (MULTIPART, b""),
        ("Multipart/Form-Data; Boundary=b", b"nonsense"),
        (MULTIPART, b"--b\r\n\r\nvalue\r\n--b--\r\n"),
        (MULTIPART, DISPOSITION + b"\r\n\r\nvalue\r\n--b--\r\n"),
        (MULTIPART, DISPOSITION + b'; name="key"\r\n\r\na-key'),
        (MULTIPART, DISPOSITION + b'; name="\xff"\r\n\r\n\r\n--b--'),
    ],
)
def test_a_malformed_form_is_refused(form: str, kind: str, body: bytes) -> None:
    assert browser.error(browser.post_body(form, body, kind)) == (
        400,
        {
            "Code": "MalformedPOSTRequest",
            "Message": "The body of your POST request is not well-formed multipart/form-data.",
        },
    )


def test_a_truncated_file_is_not_stored(signer: S3Client, form: str) -> None:
    body, kind = encode_multipart_formdata([("key", "a-key"), ("file", browser.FILE)])
    for missing in (4, 20, 45):
        status, document = browser.error(browser.post_body(form, body[:-missing], kind))
        assert (status, document["Code"]) == (400, "MalformedPOSTRequest")
    assert signer.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_form_without_a_key_is_refused(form: str) -> None:
    assert browser.error(browser.post_object(form, {"acl": "private"})) == (400, browser.missing_field("key"))


def test_a_key_after_the_file_is_ignored(form: str) -> None:
    response = browser.post_parts(form, [("file", browser.FILE), ("key", "a-key")])
    assert browser.error(response) == (400, browser.missing_field("key"))


@pytest.mark.parametrize("key", ["", "${filename}"])
def test_an_empty_key_is_refused(form: str, key: str) -> None:
    status, document = browser.error(browser.post_parts(form, [("key", key), ("file", ("", b"some text"))]))
    assert (status, document["Code"]) == (400, "InvalidArgument")
    assert document["Message"] == "User key must have a length greater than 0."


def test_a_form_with_two_keys_is_refused(form: str) -> None:
    response = browser.post_parts(form, [("key", "a-key"), ("key", "a-key"), ("file", browser.FILE)])
    status, document = browser.error(response)
    assert (status, document["Code"], document["ArgumentName"]) == (400, "InvalidArgument", "key")


def test_a_key_can_have_1024_bytes(signer: S3Client) -> None:
    assert browser.post_unsigned(signer, key="k" * 1024).status == 204
    status, document = browser.error(browser.post_unsigned(signer, key="k" * 1025))
    assert (status, document["Code"], document["Size"]) == (400, "KeyTooLongError", "1025")


def test_a_form_without_a_file_is_refused(form: str) -> None:
    response = browser.post_parts(form, [("key", "a-key"), ("files[]", browser.FILE)])
    assert browser.error(response) == (
        400,
        {
            "Code": "InvalidArgument",
            "Message": "POST requires exactly one file upload per request.",
            "ArgumentName": "file",
            "ArgumentValue": "0",
        },
    )


@pytest.mark.parametrize(
    "large", [{"x-amz-meta-a": "a" * 20480}, {f"x-ignore-{number}": "a" * 100 for number in range(150)}]
)
def test_the_fields_before_the_file_can_have_20_kb(signer: S3Client, large: Fields) -> None:
    assert browser.post_unsigned(signer, ("large", b"a" * 100_000), **{"x-ignore-a": "a" * 19000}).status == 204
    assert browser.error(browser.post_unsigned(signer, **large)) == (
        400,
        {
            "Code": "MaxPostPreDataLengthExceeded",
            "Message": "Your POST request fields preceeding the upload file was too large.",
            "MaxPostPreDataLengthBytes": "20480",
        },
    )


def test_a_part_with_an_endless_header_is_refused_early(form: str) -> None:
    body = DISPOSITION + b"a" * 3_000_000 + b"\r\n\r\n"
    assert browser.error(browser.post_body(form, body, MULTIPART))[1]["Code"] == "MaxPostPreDataLengthExceeded"


def test_a_form_for_a_missing_bucket_is_refused(signer: S3Client) -> None:
    response = browser.post_object(f"{signer.meta.endpoint_url}/nowhere", {"key": "a-key"})
    assert browser.error(response)[1]["Code"] == "NoSuchBucket"


def test_a_form_can_be_posted_to_the_host_of_the_bucket() -> None:
    cloud = Cloud(Settings())
    host = "a-bucket.s3.amazonaws.com"
    adapter.answer(cloud, Request("PUT", "https", host, "/", "", SIGNED | {"x-amz-acl": "public-read-write"}))
    body, kind = encode_multipart_formdata([("key", "a/key"), ("success_action_status", "201"), ("file", b"some text")])
    response = adapter.answer(cloud, Request("POST", "https", host, "/", "", {"content-type": kind}, Body(body)))
    assert (response.status, response.headers["Location"]) == (201, f"https://{host}/a%2Fkey")
    assert adapter.answer(cloud, Request("GET", "https", host, "/a/key", "", SIGNED)).body == b"some text"


def test_a_form_of_unknown_length_is_not_implemented(signer: S3Client, form: str) -> None:
    body, kind = encode_multipart_formdata([("key", "a-key"), ("file", browser.FILE)])
    # requests sends an iterator in chunks of HTTP.
    response = requests.post(form, data=iter([body]), headers={"Content-Type": kind}, timeout=10)
    status, document = browser.error(browser.FormResponse(response))
    assert (status, document["Code"], document["Header"]) == (501, "NotImplemented", "Transfer-Encoding")
    assert signer.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@pytest.mark.parametrize("content", [b"", b"\r", b"\n", b"\r\n--some\r\n-\n", b"\r\n--boundary", b"-" * 100])
def test_a_form_can_arrive_in_pieces_of_any_size(content: bytes) -> None:
    cloud = Cloud(Settings())
    ask(cloud, "PUT", "/a-bucket", x_amz_acl="public-read-write")
    large = content + b"." * 50_000 + content  # more than is read at once
    body, kind = encode_multipart_formdata([("key", "a-key"), ("file", ("a.txt", large))], "boundary-of-parts")
    for size in (*range(1, 20), 40_960, 50_000):
        # The pieces end near the end of the form.
        pieces = [body[:-40], *(body[-40:][at : at + size] for at in range(0, 40, size))]
        posted = Request(
            "POST", "https", "s3.amazonaws.com", "/a-bucket", "", {"content-type": kind}, Body(pieces, len(body))
        )
        assert adapter.answer(cloud, posted).status == 204
        assert ask(cloud, "GET", "/a-bucket/a-key").body == large
