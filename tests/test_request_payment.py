"""Requester Pays: the configuration of a bucket, and the consent of requesters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from s3mock.backend.cloud import Cloud
from s3mock.server import S3MockServer
from tests.support import browser
from tests.support.accounts import client
from tests.support.raw_requests import ask, document
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OWNER, OTHER = "111122223333", "444455556666"
CONSENT = {"x-amz-request-payer": "requester"}


def make_requesters_pay(s3: Any, bucket: str, payer: str = "Requester") -> None:
    """Make the requesters pay."""
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": payer})


@pytest.fixture
def paid(s3: S3Client) -> str:
    """The name of a Requester Pays bucket with an object; everyone has full access to it."""
    del s3
    owner = client(OWNER)
    owner.create_bucket(Bucket="paid", ACL="public-read-write")
    owner.put_object(Bucket="paid", Key="a-key", Body=b"bytes", ACL="public-read")
    make_requesters_pay(owner, "paid")
    return "paid"


# The configuration


def test_the_owner_pays_by_default(s3: S3Client, bucket: str) -> None:
    assert without_metadata(s3.get_bucket_request_payment(Bucket=bucket)) == {"Payer": "BucketOwner"}
    make_requesters_pay(s3, bucket)
    assert without_metadata(s3.get_bucket_request_payment(Bucket=bucket)) == {"Payer": "Requester"}
    make_requesters_pay(s3, bucket, "BucketOwner")
    assert without_metadata(s3.get_bucket_request_payment(Bucket=bucket)) == {"Payer": "BucketOwner"}


@pytest.mark.parametrize("payer", ["requester", "Owner", ""])
def test_the_payer_is_the_owner_or_the_requester(s3: S3Client, bucket: str, payer: str) -> None:
    make_requesters_pay(s3, bucket)
    with refused("MalformedXML", 400):
        make_requesters_pay(s3, bucket, payer)
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "Requester"


def test_a_configuration_without_a_payer_is_malformed(cloud: Cloud) -> None:
    empty = b'<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'
    assert ask(cloud, "PUT", "/a-bucket?requestPayment", empty).status == 400
    assert "<Payer>BucketOwner</Payer>" in document(cloud, "/a-bucket?requestPayment")


def test_the_requesters_of_a_directory_bucket_do_not_pay(west: S3Client, directory: str) -> None:
    message = "RequestPaymentConfiguration is not valid, expected CreateBucketConfiguration"
    with refused("InvalidArgument", 400, Message=message):
        make_requesters_pay(west, directory)
    with refused("MethodNotAllowed", 405):
        west.get_bucket_request_payment(Bucket=directory)


# Consent and charges


def test_a_requester_without_consent_is_denied(paid: str) -> None:
    other = client(OTHER)
    with refused("AccessDenied", 403):
        other.get_object(Bucket=paid, Key="a-key")
    with refused("AccessDenied", 403):
        other.list_objects_v2(Bucket=paid)
    with refused("AccessDenied", 403):
        other.put_object(Bucket=paid, Key="another", Body=b"bytes")
    with refused("403", 403):  # boto3 has no parameter for it
        other.head_bucket(Bucket=paid)
    assert [entry["Key"] for entry in client(OWNER).list_objects_v2(Bucket=paid)["Contents"]] == ["a-key"]


def test_a_charged_response_has_the_header_where_the_model_has_it(paid: str) -> None:
    other = client(OTHER)
    got = other.get_object(Bucket=paid, Key="a-key", RequestPayer="requester")
    assert (got["Body"].read(), got["RequestCharged"]) == (b"bytes", "requester")
    assert other.list_objects_v2(Bucket=paid, RequestPayer="requester")["RequestCharged"] == "requester"
    assert other.head_object(Bucket=paid, Key="a-key", RequestPayer="requester")["RequestCharged"] == "requester"
    assert other.put_object(Bucket=paid, Key="b", RequestPayer="requester")["RequestCharged"] == "requester"
    assert other.delete_object(Bucket=paid, Key="b", RequestPayer="requester")["RequestCharged"] == "requester"


def test_a_charged_response_has_no_header_that_the_model_lacks(paid: str) -> None:
    other = client(OTHER)
    other.meta.events.register("before-sign.s3", _consent)
    headers = other.head_bucket(Bucket=paid)["ResponseMetadata"]["HTTPHeaders"]
    assert "x-amz-request-charged" not in headers


def _consent(request: Any, **_others: Any) -> None:
    request.headers["x-amz-request-payer"] = CONSENT["x-amz-request-payer"]


def test_an_error_does_not_have_the_header(paid: str) -> None:
    with refused("NoSuchKey", 404) as refusal:
        client(OTHER).get_object(Bucket=paid, Key="missing", RequestPayer="requester")
    assert "x-amz-request-charged" not in refusal.headers


def test_the_owner_needs_no_consent_and_is_not_charged(paid: str) -> None:
    owner = client(OWNER)
    assert "RequestCharged" not in owner.get_object(Bucket=paid, Key="a-key")
    assert "RequestCharged" not in owner.get_object(Bucket=paid, Key="a-key", RequestPayer="requester")


def test_consent_in_a_bucket_whose_owner_pays_is_not_charged(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key", Body=b"bytes")
    assert "RequestCharged" not in s3.get_object(Bucket=bucket, Key="a-key", RequestPayer="requester")


def test_consent_can_be_in_the_query_or_a_header_of_a_presigned_url() -> None:
    with S3MockServer(account_id=OWNER) as server:
        owner = browser.client_of(server.endpoint_url, key=OWNER)
        owner.create_bucket(Bucket=browser.BUCKET, ACL="public-read-write")
        owner.put_object(Bucket=browser.BUCKET, Key="a-key", Body=b"bytes", ACL="public-read")
        make_requesters_pay(owner, browser.BUCKET)
        parameters = {"Bucket": browser.BUCKET, "Key": "a-key"}
        for version in ("s3", "s3v4"):
            other = browser.client_of(server.endpoint_url, version, key=OTHER)
            url = other.generate_presigned_url("get_object", Params=parameters)
            assert requests.get(url, timeout=10).status_code == 403
            url = other.generate_presigned_url("get_object", Params={**parameters, "RequestPayer": "requester"})
            # Version 2 has it in the query, and version 4 signs the header that is to be sent.
            headers = {} if "x-amz-request-payer=requester" in url else CONSENT
            assert bool(headers) == (version == "s3v4")
            response = requests.get(url, headers=headers, timeout=10)
            assert (response.status_code, response.headers["x-amz-request-charged"]) == (200, "requester")
        # Anonymous requests are refused there, even for a public object.
        assert requests.get(url.partition("?")[0], headers=CONSENT, timeout=10).status_code == 403


def test_consent_can_be_in_a_field_of_a_form() -> None:
    with S3MockServer(account_id=OWNER) as server:
        owner, other = (
            browser.client_of(server.endpoint_url, key=OWNER),
            browser.client_of(server.endpoint_url, key=OTHER),
        )
        owner.create_bucket(Bucket=browser.BUCKET, ACL="public-read-write")
        make_requesters_pay(owner, browser.BUCKET)
        assert browser.post_object(*browser.presign(other)).status == 403
        response = browser.post_object(*browser.presign(other, fields=CONSENT))
        assert (response.status, response.headers["x-amz-request-charged"]) == (204, "requester")
        assert browser.post_unsigned(owner, **CONSENT).status == 403


def test_a_copy_is_charged_for_a_source_whose_requesters_pay(paid: str) -> None:
    other = client(OTHER)
    other.create_bucket(Bucket="theirs")
    source: Any = {"Bucket": paid, "Key": "a-key"}
    with refused("AccessDenied", 403):
        other.copy_object(Bucket="theirs", Key="copy", CopySource=source)
    assert "Contents" not in other.list_objects_v2(Bucket="theirs")
    copied = other.copy_object(Bucket="theirs", Key="copy", CopySource=source, RequestPayer="requester")
    assert copied["RequestCharged"] == "requester"
    upload = other.create_multipart_upload(Bucket="theirs", Key="parts")["UploadId"]
    part: Any = {"Bucket": "theirs", "Key": "parts", "UploadId": upload, "PartNumber": 1, "CopySource": source}
    with refused("AccessDenied", 403):
        other.upload_part_copy(**part)
    assert other.upload_part_copy(**part, RequestPayer="requester")["RequestCharged"] == "requester"
