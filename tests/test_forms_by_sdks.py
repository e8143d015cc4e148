"""Browser forms in the shapes that AWS's SDKs give them, signed by none of the project's code.

The shapes: the documentation of createPresignedPost (JavaScript), PostObject and PostObjectV4 (PHP), PresignedPost
(Ruby), and of boto3; https://github.com/aws/aws-sdk-php/issues/3292 for the field "bucket".
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

import pytest

from s3mock.server import S3MockServer
from tests.support import browser
from tests.support.small_signer import ACCESS_KEY, SECRET, signing_key

BUCKET = "a-bucket"


class Form(NamedTuple):
    """How an SDK names the fields of a form, in its order; ``conditions`` are those beside the fields' own."""

    sdk: str
    names: tuple[str, ...]
    fields: dict[str, str]
    conditions: list[Any]


V4 = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date")
FORMS = [
    Form("js3", ("bucket", *V4, "key", "Policy", "X-Amz-Signature"), {}, []),
    Form(
        "js3-fields",
        ("acl", "bucket", *V4, "key", "Policy", "X-Amz-Signature"),
        {"acl": "public-read"},
        [["content-length-range", 0, 100]],
    ),
    Form("js2", ("key", "bucket", *V4, "Policy", "X-Amz-Signature"), {}, [["starts-with", "$Content-Type", "text/"]]),
    Form("php3", ("key", "X-Amz-Credential", "X-Amz-Algorithm", "X-Amz-Date", "Policy", "X-Amz-Signature"), {}, []),
    Form("php-v2", ("key", "AWSAccessKeyId", "Policy", "Signature"), {}, [["starts-with", "$key", ""]]),
    Form("ruby3", ("key", "policy", "x-amz-credential", "x-amz-algorithm", "x-amz-date", "x-amz-signature"), {}, []),
    Form("ruby1-v2", ("AWSAccessKeyId", "key", "policy", "signature"), {}, []),
    Form("boto3", ("key", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "policy", "x-amz-signature"), {}, []),
    Form("boto3-v2", ("key", "AWSAccessKeyId", "policy", "signature"), {}, []),
    # https://github.com/moxiecode/plupload/issues/1549: S3 takes it for version 2
    Form("both versions", ("key", "AWSAccessKeyId", *V4, "policy", "X-Amz-Signature", "signature"), {}, []),
]


def signed(form: Form, now: datetime) -> dict[str, str]:
    """The fields of the form, in the SDK's order."""
    scope = f"{now:%Y%m%d}/us-east-1/s3/aws4_request"
    values = {
        "bucket": BUCKET,
        "key": "uploads/${filename}",
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"{ACCESS_KEY}/{scope}",
        "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
        "awsaccesskeyid": ACCESS_KEY,
        **form.fields,
    }
    if any("$Content-Type" in condition for condition in form.conditions):
        values["content-type"] = "text/plain"
    names = (*form.names, *(("Content-Type",) if "content-type" in values else ()))
    conditioned = {name: values[name.lower()] for name in names if name.lower() in values}
    conditions = [*form.conditions]
    for name, value in conditioned.items():
        if name == "key":
            conditions.append(["starts-with", "$key", "uploads/"])
        elif name not in ("AWSAccessKeyId", "Content-Type"):
            conditions.append({name: value})
    if "bucket" not in form.names:
        conditions.append({"bucket": BUCKET})
    expiration = f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    policy = b64encode(json.dumps({"expiration": expiration, "conditions": conditions}).encode()).decode()
    values |= {
        "policy": policy,
        "x-amz-signature": hmac.digest(signing_key(scope), policy.encode(), "sha256").hex(),
        "signature": b64encode(hmac.digest(SECRET.encode(), policy.encode(), "sha1")).decode(),
    }
    return {name: values[name.lower()] for name in names}


@pytest.fixture(scope="module")
def sdk_server() -> Iterator[S3MockServer]:
    """A server that verifies every signature and knows the SDKs' key."""
    with S3MockServer(verify_signatures="all", credentials={ACCESS_KEY: SECRET}) as server:
        client(server).create_bucket(Bucket=BUCKET)
        yield server


def client(server: S3MockServer) -> Any:
    return server.s3.client(region_name="us-east-1", aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.sdk)
def test_a_form_of_an_sdk_uploads_its_file(sdk_server: S3MockServer, form: Form) -> None:
    url = f"{sdk_server.endpoint_url}/{BUCKET}"
    fields = signed(form, datetime.now(timezone.utc))
    response = browser.post_object(url, fields)
    assert (response.status, response.document) == (204, {})
    stored = client(sdk_server).get_object(Bucket=BUCKET, Key="uploads/a.txt")
    assert stored["Body"].read() == b"some bytes"
    client(sdk_server).delete_object(Bucket=BUCKET, Key="uploads/a.txt")
    for name in fields:
        if name.lower() in ("signature", "x-amz-signature", "policy") and not (
            form.sdk == "both versions" and name == "X-Amz-Signature"
        ):
            status, error = browser.error(browser.post_object(url, fields | {name: "bm9uc2Vuc2U="}))
            assert (name, status, error["Code"]) == (name, 403, "SignatureDoesNotMatch")


def test_the_signature_of_a_form_comes_before_the_permissions_of_its_signer() -> None:
    with S3MockServer() as server:
        server.s3.client(region_name="us-east-1").create_bucket(Bucket=BUCKET)
        nobody: Any = server.s3.client(**server.s3.add_principal("user/nobody", []))
        fields = nobody.generate_presigned_post(BUCKET, "key")["fields"]
        url = f"{server.endpoint_url}/{BUCKET}"
        assert browser.error(browser.post_object(url, fields))[1]["Code"] == "AccessDenied"
        wrong = {name: "0" if name.endswith("ignature") else value for name, value in fields.items()}
        assert browser.error(browser.post_object(url, wrong))[1]["Code"] == "SignatureDoesNotMatch"
