"""Files posted by a browser's form: the objects that they become, and the response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3mock.server import S3MockServer
from tests.support import browser
from tests.support.browser import BUCKET
from tests.support.changes import recorded

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_form_that_boto3_signed_stores_its_file(signer: S3Client, version: str) -> None:
    url, fields = browser.presign(browser.client_of(signer.meta.endpoint_url, version), "folder/a-key")
    response = browser.post_object(url, fields)
    assert (response.status, response.document) == (204, {})
    stored = signer.get_object(Bucket=BUCKET, Key="folder/a-key", ChecksumMode="ENABLED")
    assert stored["Body"].read() == b"some bytes"
    assert stored["ContentType"] == "binary/octet-stream"
    assert (stored["ChecksumCRC64NVME"], stored["ChecksumType"]) == ("71zg0HRv9O4=", "FULL_OBJECT")
    assert response.headers["ETag"] == stored["ETag"]
    assert response.headers["x-amz-server-side-encryption"] == "AES256"
    assert response.headers["Location"] == f"{url}/folder%2Fa-key"
    assert "Content-Type" not in response.headers


@pytest.mark.parametrize(("requested", "status"), [("200", 200), ("204", 204), ("404", 204), ("", 204)])
def test_a_form_can_choose_one_of_three_statuses(signer: S3Client, requested: str, status: int) -> None:
    url, fields = browser.presign(signer, fields={"success_action_status": requested})
    response = browser.post_object(url, fields)
    assert (response.status, response.document) == (status, {})


def test_a_201_has_a_document_about_the_object(signer: S3Client) -> None:
    url, fields = browser.presign(signer, "a folder/prés&ident.jpg", fields={"success_action_status": "201"})
    response = browser.post_object(url, fields)
    location = f"{url}/a+folder%2Fpr%C3%A9s%26ident.jpg"
    assert (response.status, response.root) == (201, "PostResponse")
    assert list(response.document.items()) == [
        ("Location", location),
        ("Bucket", BUCKET),
        ("Key", "a folder/prés&ident.jpg"),
        ("ETag", response.headers["ETag"]),
    ]
    assert response.headers["Location"] == location
    assert response.headers["Content-Type"] == "application/xml"


@pytest.mark.parametrize("name", ["success_action_redirect", "redirect"])
def test_the_browser_is_redirected_with_the_objects_bucket_key_and_etag(signer: S3Client, name: str) -> None:
    url, fields = browser.presign(signer, "a/key", fields={name: "https://example.com/done?id=7#top"})
    response = browser.post_object(url, fields | {"x-ignore-status": "201"})
    etag = signer.head_object(Bucket=BUCKET, Key="a/key")["ETag"].strip('"')
    assert response.status == 303
    assert response.headers["Location"] == (
        f"https://example.com/done?id=7&bucket={BUCKET}&key=a%2Fkey&etag=%22{etag}%22#top"
    )


@pytest.mark.parametrize("url", ["#", "somewhere", "http://[", ""])
def test_a_redirect_that_is_not_a_url_is_ignored(signer: S3Client, url: str) -> None:
    assert browser.post_unsigned(signer, success_action_redirect=url).status == 204


@pytest.mark.parametrize(
    ("filename", "key"),
    [
        ("a.txt", "folder/a.txt"),
        (r"C:\Program Files\directory1\file.txt", "folder/file.txt"),
        ("/home/me/b c.txt", "folder/b c.txt"),
        ("président.jpg", "folder/président.jpg"),
        ("", "folder/"),
        (None, "folder/${filename}"),  # aws_recorded test_post_object_with_file_as_string
    ],
)
def test_the_name_of_the_file_is_put_into_every_field_without_its_path(
    signer: S3Client, filename: str | None, key: str
) -> None:
    url, fields = browser.presign(
        signer, "folder/${filename}", [["starts-with", "$x-amz-meta-name", ""]], {"success_action_status": "201"}
    )
    file = b"some bytes" if filename is None else (filename, b"some bytes")
    response = browser.post_parts(url, [*fields.items(), ("x-amz-meta-name", "<${filename}>"), ("file", file)])
    assert response.document["Key"] == key
    if key.isascii():
        name = key.rpartition("/")[2]
        assert signer.head_object(Bucket=BUCKET, Key=key)["Metadata"] == {"name": f"<{name}>"}


def test_fields_have_the_meaning_of_put_objects_headers(signer: S3Client) -> None:
    form_fields = {
        "Content-Type": "text/plain",
        "Cache-Control": "no-store",
        "Content-Disposition": "attachment",
        "Content-Encoding": "identity",
        "Content-Language": "fr",
        "Expires": "tomorrow",
        "x-amz-storage-class": "STANDARD_IA",
        "x-amz-website-redirect-location": "/elsewhere",
        "x-amz-meta-Colour": "red",
        "acl": "public-read",
    }
    url, fields = browser.presign(signer, fields=form_fields)
    assert browser.post_object(url, fields, ("a.png", b"some bytes", "image/png")).status == 204
    head: dict[str, Any] = dict(signer.head_object(Bucket=BUCKET, Key="a-key"))
    assert (head["ContentType"], head["CacheControl"]) == ("text/plain", "no-store")
    assert (head["ContentDisposition"], head["ContentEncoding"]) == ("attachment", "identity")
    assert (head["ContentLanguage"], head["ExpiresString"]) == ("fr", "tomorrow")
    assert (head["StorageClass"], head["WebsiteRedirectLocation"]) == ("STANDARD_IA", "/elsewhere")
    assert head["Metadata"] == {"colour": "red"}
    grants = signer.get_object_acl(Bucket=BUCKET, Key="a-key")["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL", "READ"]


def test_the_type_of_the_part_is_not_the_objects(signer: S3Client) -> None:
    browser.post_unsigned(signer, ("a.png", b"some bytes", "image/png"))
    assert signer.head_object(Bucket=BUCKET, Key="a-key")["ContentType"] == "binary/octet-stream"


def test_the_names_of_fields_are_case_insensitive(signer: S3Client) -> None:
    url, fields = browser.presign(signer)
    assert browser.post_object(url, {name.swapcase(): value for name, value in fields.items()}).status == 204
    assert signer.head_object(Bucket=BUCKET, Key="a-key")["ContentLength"] == 10


def test_fields_after_the_file_are_ignored(signer: S3Client) -> None:
    url, fields = browser.presign(signer)
    parts = [*fields.items(), ("file", ("a.txt", b"some bytes")), ("key", "another-key"), ("acl", "nonsense")]
    assert browser.post_parts(url, parts).status == 204
    assert [item["Key"] for item in signer.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["a-key"]


def test_only_the_part_named_file_is_the_file(signer: S3Client) -> None:
    url, fields = browser.presign(signer)
    parts = [(name, (name, value)) for name, value in (fields | {"file": "some text"}).items()]
    assert browser.post_parts(url, parts).status == 204
    assert signer.get_object(Bucket=BUCKET, Key="a-key")["Body"].read() == b"some text"


def test_a_large_file_of_any_bytes_is_stored_as_it_is(signer: S3Client) -> None:
    content = (b"\r\n--\r\n-" + bytes(range(256))) * 20_000
    url, fields = browser.presign(signer, conditions=[["content-length-range", 0, len(content)]])
    assert browser.post_object(url, fields, ("large", content)).status == 204
    assert signer.get_object(Bucket=BUCKET, Key="a-key")["Body"].read() == content


def test_an_empty_file_is_an_empty_object(signer: S3Client) -> None:
    assert browser.post_unsigned(signer, ("empty", b"")).status == 204
    assert signer.head_object(Bucket=BUCKET, Key="a-key")["ContentLength"] == 0


def test_a_form_creates_a_new_version(signer: S3Client) -> None:
    signer.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    signer.put_object(Bucket=BUCKET, Key="a-key")
    response = browser.post_unsigned(signer)
    head = signer.head_object(Bucket=BUCKET, Key="a-key")
    assert head["VersionId"] == response.headers["x-amz-version-id"]
    assert len(signer.list_object_versions(Bucket=BUCKET)["Versions"]) == 2


def test_the_signer_of_the_form_owns_the_object(signer: S3Client) -> None:
    url, fields = browser.presign(browser.client_of(signer.meta.endpoint_url, key="444455556666"))
    browser.post_object(url, fields)
    theirs = browser.client_of(signer.meta.endpoint_url, key="444455556666").list_buckets()["Owner"]["ID"]
    assert signer.get_object_acl(Bucket=BUCKET, Key="a-key")["Owner"]["ID"] == theirs
    assert signer.list_buckets()["Owner"]["ID"] != theirs


def test_a_form_sends_a_post_event(signer: S3Client, server: S3MockServer) -> None:
    commit, committed = server.cloud.commit, recorded(server.cloud)
    try:
        browser.post_unsigned(signer)
    finally:
        server.cloud.commit = commit  # type: ignore[method-assign]
    assert [each.change.event for each in committed] == ["ObjectCreated:Post"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("x-amz-checksum-crc32", "n1l/VQ=="), ("x-amz-checksum-sha1", "8kl9hzRRQO1btT+iM6ukXhrv3XU=")],
)
def test_a_checksum_is_verified_and_kept(signer: S3Client, field: str, value: str) -> None:
    member = {"x-amz-checksum-crc32": "ChecksumCRC32", "x-amz-checksum-sha1": "ChecksumSHA1"}[field]
    response = browser.post_unsigned(signer, **{field: value})
    head: dict[str, Any] = dict(signer.head_object(Bucket=BUCKET, Key="a-key", ChecksumMode="ENABLED"))
    assert (head[member], head["ChecksumType"]) == (value, "FULL_OBJECT")
    assert response.headers[field] == value


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("x-amz-checksum-crc32", "AAAAAA==", "BadDigest"),
        ("x-amz-checksum-sha256", "sailor", "InvalidRequest"),
        ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==", "BadDigest"),
        ("Content-MD5", "nonsense", "InvalidDigest"),
    ],
)
def test_a_wrong_checksum_stores_nothing(signer: S3Client, field: str, value: str, code: str) -> None:
    status, document = browser.error(browser.post_unsigned(signer, **{field: value}))
    assert (status, document["Code"]) == (400, code)
    assert signer.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


TAGGING = "<Tagging><TagSet>{}</TagSet></Tagging>"
TAG = "<Tag><Key>{}</Key><Value>a = b</Value></Tag>"


def test_the_tags_of_a_form_are_a_document(signer: S3Client) -> None:
    url, fields = browser.presign(signer, fields={"tagging": TAGGING.format(TAG.format("2") + TAG.format("1"))})
    assert browser.post_object(url, fields).status == 204
    tags = signer.get_object_tagging(Bucket=BUCKET, Key="a-key")["TagSet"]
    assert tags == [{"Key": "2", "Value": "a = b"}, {"Key": "1", "Value": "a = b"}]


@pytest.mark.parametrize("document", ["<Other/>", f"<TagSet>{TAG.format('a')}</TagSet>", "<Tagging/>"])
def test_another_document_has_no_tags(signer: S3Client, document: str) -> None:
    """aws_recorded test_post_object_with_tags[invalid]."""
    url, fields = browser.presign(signer, fields={"tagging": document})
    assert browser.post_object(url, fields).status == 204
    assert signer.get_object_tagging(Bucket=BUCKET, Key="a-key")["TagSet"] == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Tagging>", "MalformedXML"),
        ("a=b", "MalformedXML"),
        (TAGGING.format("<Tag><Key>a</Key></Tag>"), "MalformedXML"),
        (TAGGING.format(TAG.format("a") * 2), "InvalidTag"),
        (TAGGING.format(TAG.format("aws:a")), "InvalidTag"),
        (TAGGING.format("".join(TAG.format(number) for number in range(11))), "BadRequest"),
    ],
)
def test_invalid_tags_are_refused(signer: S3Client, document: str, code: str) -> None:
    url, fields = browser.presign(signer, fields={"tagging": document})
    assert browser.error(browser.post_object(url, fields))[1]["Code"] == code
    assert signer.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_locked_file_needs_a_digest(signer: S3Client) -> None:
    retention: Any = {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}, "ObjectLockEnabled": "Enabled"}
    signer.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    signer.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=retention)
    status, document = browser.error(browser.post_unsigned(signer))
    assert (status, document["Code"]) == (400, "InvalidRequest")
    assert signer.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert browser.post_unsigned(signer, **{"x-amz-checksum-crc32": "n1l/VQ=="}).status == 204
    assert signer.head_object(Bucket=BUCKET, Key="a-key")["ObjectLockMode"] == "GOVERNANCE"


def test_a_form_cannot_append(signer: S3Client) -> None:
    status, document = browser.error(browser.post_unsigned(signer, **{"x-amz-write-offset-bytes": "0"}))
    assert (status, document["Code"], document["Header"]) == (501, "NotImplemented", "x-amz-write-offset-bytes")


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_a_signed_form_for_a_bucket_that_does_not_exist_is_no_such_bucket(signer: S3Client, version: str) -> None:
    client = browser.client_of(signer.meta.endpoint_url, version)
    post = client.generate_presigned_post("missing", "a.txt")
    status, document = browser.error(browser.post_object(post["url"], post["fields"]))
    assert (status, document["Code"], document["BucketName"]) == (404, "NoSuchBucket", "missing")
