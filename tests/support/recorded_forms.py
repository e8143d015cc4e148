"""The requests of the recorded conversations about browsers' forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import xmltodict
from urllib3.filepost import encode_multipart_formdata

from tests.support.recordings import requests_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from s3mock.http import Response
    from tests.support.recordings import Conversation

FORMS = "objects/TestS3PresignedPost"
SIGNED_BY = {
    "s3": ("AWSAccessKeyId", "signature"),
    "s3v4": ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"),
}
"""The fields of a signature, by its version; the signature itself is the last."""


def post_form(
    c: Conversation,
    key: str,
    file: Any,
    *,
    version: str = "s3v4",
    fields: Mapping[str, str] | None = None,
    conditions: Iterable[Any] = (),
    left_out: Collection[str] = (),
    late: bool = False,
) -> Response:
    """The response to a form that boto3 signed, with a file: its name and bytes, or only bytes."""
    c.connect(signature_version=version, s3={"addressing_style": "path"})
    fields = dict(fields or {})
    conditions = [*conditions, *({name: value} for name, value in fields.items())]
    form = c.s3.generate_presigned_post(c.bucket, key, Fields=dict(fields), Conditions=conditions)
    if late:
        c.mock.clock.advance(hours=2)
    posted = [(name, value) for name, value in form["fields"].items() if name not in left_out]
    body, kind = encode_multipart_formdata([*posted, ("file", file)])
    url = urlsplit(form["url"])
    headers = {"host": url.netloc, "authorization": "", "content_type": kind, "content_length": str(len(body))}
    return c.send("POST", url.path, body, endpoint=url.netloc, **headers)


def _document(response: Response) -> Any:
    assert isinstance(response.body, bytes)
    return xmltodict.parse(response.body)


def _refused(c: Conversation, step: str, response: Response) -> None:
    answer = _document(response)
    if "StatusCode" in c.recorded[step]:
        answer["StatusCode"] = response.status
    c.note(step, answer)


def _accepted(response: Response) -> None:
    assert response.status == 204, response.body


@requests_of(FORMS)
def test_post_object_default_checksum(c: Conversation) -> None:
    c.body_unknown = True
    _accepted(post_form(c, "key", ("name", b"seventeen letters")))
    c("head-object", "head_object", Key="key", ChecksumMode="ENABLED")


@requests_of(FORMS)
def test_presigned_post_with_different_user_credentials(c: Conversation) -> None:
    _accepted(post_form(c, "key", ("name", b"abcdef")))
    c("get-obj", "get_object", Key="key", ChecksumMode="ENABLED")


@requests_of(FORMS)
def test_post_object_policy_validation_size(c: Conversation) -> None:
    def post(size: int, least: Any = 5, most: Any = 10) -> Response:
        return post_form(c, "key", ("name", b"a" * size), conditions=[["content-length-range", least, most]])

    _refused(c, "invalid-content-length-too-big", post(12))
    _refused(c, "invalid-content-length-too-small", post(1))
    _refused(c, "invalid-content-length-wrong-type", post(10, "test", "10"))
    _accepted(post(10))
    c("final-object", "get_object", Key="key", ChecksumMode="ENABLED")


@requests_of(FORMS)
def test_post_object_with_file_as_string(c: Conversation) -> None:
    c.body_unknown = True
    _accepted(post_form(c, "test-presigned-post-file-as-field", "text of 23 characters..."[:23]))
    c("head-object", "head_object", Key="test-presigned-post-file-as-field")
    _accepted(post_form(c, "file-as-field-${filename}", "x" * 44))
    c("list-objects", "list_objects_v2")


TAG = "<Tag><Key>{0[Key]}</Key><Value>{0[Value]}</Value></Tag>"


@requests_of(FORMS, "invalid", "list", "notxml")
def test_post_object_with_tags(c: Conversation, variant: str) -> None:
    tags = c.recorded.get("get-tagging", {}).get("TagSet", ())
    documents = {
        "invalid": "<Other></Other>",
        "list": f"<Tagging><TagSet>{''.join(map(TAG.format, tags))}</TagSet></Tagging>",
        "notxml": "not XML",
    }
    response = post_form(c, "key", ("name", b"abc"), fields={"tagging": documents[variant]})
    if variant == "notxml":
        _refused(c, "tagging-error", response)
        return
    _accepted(response)
    c("get-tagging", "get_object_tagging", Key="key")


@requests_of(FORMS)
def test_post_request_expires(c: Conversation) -> None:
    _refused(c, "exception", post_form(c, "key", ("name", b"abc"), late=True))


@requests_of(FORMS, "s3v4")
def test_post_request_missing_fields(c: Conversation, variant: str) -> None:
    first, *_ = signature = SIGNED_BY[variant]
    _refused(c, "exception-missing-fields", post_form(c, "key", ("name", b"abc"), version=variant, left_out=[first]))
    response = post_form(c, "key", ("name", b"abc"), version=variant, left_out=signature)
    _refused(c, "exception-no-sig-related-fields", response)


@requests_of(FORMS, "s3", "s3v4")
def test_post_request_missing_signature(c: Conversation, variant: str) -> None:
    *_, signature = SIGNED_BY[variant]
    response = post_form(c, "key", ("name", b"abc"), version=variant, left_out=[signature])
    _refused(c, "exception-missing-signature", response)


@requests_of(FORMS)
def test_post_object_with_unicode_metadata(c: Conversation) -> None:
    c.body_unknown = True
    metadata = {
        "b-encoded": "=?UTF-8?B?YWJj?=",
        "nonascii": "ÄMÄZÕÑ S3",
        "nonascii-2": "test_—_file%E2%80%94_é_2👑.pdf",
        "q-encoded": "=?UTF-8?Q?actually-ascii?=",
        "safe-chars": c.recorded["head-object"]["Metadata"]["safe-chars"],
        "utf-8": "\x00\x01\x02\x03\x04",
    }
    fields = {
        "Cache-Control": "non-ascii-%E2%80%94_—_é_",
        "Content-Disposition": 'filename="test_—_file%E2%80%94_é_2-.pdf"',
        "success_action_status": "201",
        **{f"x-amz-meta-{name}": value for name, value in metadata.items()},
    }
    response = post_form(c, "test_unicode—_file.pdf", ("name", b"seventeen letters"), fields=fields)
    c.note("post-object", {"LocationHeader": response.headers["Location"], **_document(response)})
    c("head-object", "head_object", Key="test_unicode—_file.pdf")
