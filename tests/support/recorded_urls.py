"""The requests of the recorded conversations about presigned URLs and the pages of websites."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import xmltodict
from botocore.handlers import validate_ascii_metadata

from tests.support.recordings import NO_BUCKET, requests_of

if TYPE_CHECKING:
    from tests.support.recordings import Conversation

URLS = "objects/TestS3PresignedUrl"


def _presign(c: Conversation, variant: str, method: str = "get_object", seconds: int = 60, **more: Any) -> str:
    """A URL of a signature's version, with the bucket in its path or, after "-True", in its host."""
    version, _, virtual = variant.partition("-")
    c.connect(signature_version=version, s3={"addressing_style": "virtual" if virtual == "True" else "path"})
    return str(c.s3.generate_presigned_url(method, {"Bucket": c.bucket, "Key": "key", **more}, seconds))


def _visit(c: Conversation, method: str, url: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
    """The status and the document of the response to a URL."""
    split = urlsplit(url)
    sent: Any = {"authorization": "", "host": split.netloc, **headers}
    response = c.send(method, f"{split.path}?{split.query}", body, endpoint=split.netloc, **sent)
    assert isinstance(response.body, bytes)
    return response.status, xmltodict.parse(response.body) if response.body.startswith(b"<") else {}


@requests_of(URLS, "s3v4-False", "s3v4-True")
def test_presigned_url_signature_authentication_expired(c: Conversation, variant: str) -> None:
    url = _presign(c, variant, seconds=1)
    c.mock.clock.advance(seconds=3)
    c.note("expired", _visit(c, "GET", url)[1])


@requests_of(URLS, "s3v4")
def test_s3_presigned_url_expired(c: Conversation, variant: str) -> None:
    url = _presign(c, variant, seconds=2)
    c.mock.clock.advance(seconds=4)
    c.note("expired-exception", _visit(c, "GET", url)[1])


@requests_of(URLS, "s3-True", "s3v4-False", "s3v4-True")
def test_presigned_url_signature_authentication(c: Conversation, variant: str) -> None:
    for step, method, operation in (("invalid-get-1", "GET", "get_object"), ("invalid-put-1", "PUT", "put_object")):
        url = _presign(c, variant, operation)
        c.note(step, _visit(c, method, url.replace("/key?", "/another-key?"))[1])


@requests_of(URLS, "s3")
def test_s3_put_presigned_url_missing_sig_param(c: Conversation, variant: str) -> None:
    url = re.sub(r"(?<=[?&])Signature=[^&]*&?", "", _presign(c, variant, "put_object"))
    status, document = _visit(c, "PUT", url)
    c.note("missing-param-exception", {**document, "StatusCode": status})


BEYOND_LATIN = "non-ascii-%E2%80%94_—_é_"


@requests_of(URLS)
def test_get_response_overrides_unicode_metadata_with_sig_s3(c: Conversation) -> None:
    c("", "put_object", Key="key")
    c.note("unicode-error", _visit(c, "GET", _presign(c, "s3", ResponseCacheControl=BEYOND_LATIN))[1])


@requests_of(URLS)
def test_put_unicode_metadata_with_sig_s3(c: Conversation) -> None:
    c.connect(signature_version="s3", s3={"addressing_style": "path"})
    c.s3.meta.events.unregister("before-parameter-build.s3.PutObject", validate_ascii_metadata)
    metadata: Any = {"Bucket": c.bucket, "Key": "key", "Metadata": {"foo": BEYOND_LATIN}}
    assert _visit(c, "PUT", c.s3.generate_presigned_url("put_object", metadata))[0] == 200
    c("head_object", "head_object", Key="key")


@requests_of(URLS, "False")
def test_put_url_metadata_with_sig_s3v4(c: Conversation, variant: str) -> None:
    c.body_unknown = True
    url = _presign(c, f"s3v4-{variant}", "put_object", Metadata={"foo": "bar"})
    right: Any = {"x_amz_meta_foo": "bar"}
    assert _visit(c, "PUT", url, b"some bytes.", **right)[0] == 200
    c("head_object", "head_object", Key="key")
    c.note("no-meta-headers", _visit(c, "PUT", url, b"some bytes.")[1])
    c.note("wrong-meta-headers", _visit(c, "PUT", url, b"some bytes.", x_amz_meta_wrong="bar", **right)[1])


@requests_of(URLS, "s3", "s3v4")
def test_s3_put_presigned_url_with_different_headers(c: Conversation, variant: str) -> None:
    def put(step: str, url: str, **headers: str) -> None:
        status, document = _visit(c, "PUT", url, b"", **headers)
        c.note(step, {**document, "StatusCode": status})

    put("content-type-exception", _presign(c, variant, "put_object", ContentType="text/plain"), content_type="text/xml")
    put("content-type-response", _presign(c, variant, "put_object"), content_type="text/plain")
    put(
        "wrong-content-encoding-response",
        _presign(c, variant, "put_object", ContentEncoding="identity"),
        content_encoding="gzip",
    )


WEBSITES = "objects/TestS3StaticWebsiteHosting"


def _page(c: Conversation, step: str, path: str) -> None:
    """Compare a page of the bucket's website."""
    body = c.send("GET", path, endpoint=f"{c.bucket}.s3-website-us-east-1.amazonaws.com", authorization="").body
    assert isinstance(body, bytes)
    text = re.sub(r"(RequestId|HostId|BucketName): [^<]+", lambda found: f"{found[1]}: {found[1]}", body.decode())
    names = {"<request-id>": "RequestId", "<host-id>": "HostId", "<bucket-name>": "BucketName"}
    recorded = c.recorded[step]
    for token, name in names.items():
        recorded = recorded.replace(token, name)
    c.steps.add(step)
    if text != recorded:
        c.differences[step] = f"S3 answered {recorded!r}, the mock {text!r}"


def _website(c: Conversation, **documents: Any) -> None:
    c("", "delete_public_access_block")
    public = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"]}
    resources = [f"arn:aws:s3:::{c.bucket}", f"arn:aws:s3:::{c.bucket}/*"]
    policy = {"Version": "2012-10-17", "Statement": [{**public, "Resource": resources}]}
    c("", "put_bucket_policy", Policy=json.dumps(policy))
    configuration = {"IndexDocument": {"Suffix": "index.html"}, **documents}
    c("", "put_bucket_website", WebsiteConfiguration=configuration)


@requests_of(WEBSITES)
def test_website_hosting_404(c: Conversation) -> None:
    _website(c)
    _page(c, "404-no-such-key", "/")
    _website(c, ErrorDocument={"Key": "error.html"})
    _page(c, "404-no-such-key-nor-custom", "/")


@requests_of(WEBSITES)
def test_website_hosting_index_lookup(c: Conversation) -> None:
    _website(c)
    _page(c, "404-no-trailing-slash", "/directory-wrong")
    _page(c, "404-with-trailing-slash", "/directory-wrong/")


@requests_of(WEBSITES)
def test_website_hosting_no_such_website(c: Conversation) -> None:
    _page(c, "no-such-website-config", "/")
    _page(c, "no-such-website-config-key", "/key")
    c.bucket = NO_BUCKET
    _page(c, "no-such-bucket", "/")
