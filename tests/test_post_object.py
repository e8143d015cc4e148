"""Files that a browser's form posts: what they become, and what the form is answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from s3mock.server import S3MockServer
from tests.support import browser
from tests.support.browser import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture(scope="module")
def server() -> Iterator[S3MockServer]:
    with S3MockServer() as server:
        yield server


@pytest.fixture
def s3(server: S3MockServer, monkeypatch: pytest.MonkeyPatch) -> S3Client:
    """Give a client of a server that knows the client's secret, and has an empty bucket."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", browser.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", browser.SECRET)
    server.cloud.reset()
    client: S3Client = browser.client_of(server.endpoint_url)
    client.create_bucket(Bucket=BUCKET, ACL="public-read-write")  # also for forms that nobody has signed
    return client


@pytest.fixture
def form(s3: S3Client) -> str:
    """Give the address that forms are posted to."""
    return f"{s3.meta.endpoint_url}/{BUCKET}"


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_form_that_boto3_signed_stores_its_file(s3: S3Client, version: str) -> None:
    url, fields = browser.presign(browser.client_of(s3.meta.endpoint_url, version), "folder/a-key")
    answer = browser.post_object(url, fields)
    assert (answer.status, answer.document) == (204, {})
    stored = s3.get_object(Bucket=BUCKET, Key="folder/a-key", ChecksumMode="ENABLED")
    assert stored["Body"].read() == b"some bytes"
    assert stored["ContentType"] == "binary/octet-stream"
    assert (stored["ChecksumCRC64NVME"], stored["ChecksumType"]) == ("71zg0HRv9O4=", "FULL_OBJECT")
    assert answer.headers["ETag"] == stored["ETag"]
    assert answer.headers["x-amz-server-side-encryption"] == "AES256"
    assert answer.headers["Location"] == f"{url}/folder%2Fa-key"
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize(("wanted", "status"), [("200", 200), ("204", 204), ("404", 204), ("", 204)])
def test_a_form_says_which_status_it_wants_where_that_is_one_of_three(s3: S3Client, wanted: str, status: int) -> None:
    url, fields = browser.presign(s3, fields={"success_action_status": wanted})
    answer = browser.post_object(url, fields)
    assert (answer.status, answer.document) == (status, {})


def test_a_201_says_what_was_stored_where(s3: S3Client) -> None:
    url, fields = browser.presign(s3, "a folder/prés&ident.jpg", fields={"success_action_status": "201"})
    answer = browser.post_object(url, fields)
    location = f"{url}/a+folder%2Fpr%C3%A9s%26ident.jpg"
    assert (answer.status, answer.root) == (201, "PostResponse")
    assert list(answer.document.items()) == [
        ("Location", location),
        ("Bucket", BUCKET),
        ("Key", "a folder/prés&ident.jpg"),
        ("ETag", answer.headers["ETag"]),
    ]
    assert answer.headers["Location"] == location
    assert answer.headers["Content-Type"] == "application/xml"


@pytest.mark.parametrize("name", ["success_action_redirect", "redirect"])
def test_the_browser_is_sent_to_where_the_form_says_and_told_what_was_stored(s3: S3Client, name: str) -> None:
    url, fields = browser.presign(s3, "a/key", fields={name: "https://example.com/done?id=7#top"})
    answer = browser.post_object(url, fields | {"x-ignore-status": "201"})
    etag = s3.head_object(Bucket=BUCKET, Key="a/key")["ETag"].strip('"')
    assert answer.status == 303
    assert answer.headers["Location"] == (
        f"https://example.com/done?id=7&bucket={BUCKET}&key=a%2Fkey&etag=%22{etag}%22#top"
    )


@pytest.mark.parametrize("url", ["#", "somewhere", "http://[", ""])
def test_a_redirect_that_is_no_url_is_as_good_as_none(s3: S3Client, url: str) -> None:
    assert browser.anonymous(s3, success_action_redirect=url).status == 204


@pytest.mark.parametrize(
    ("filename", "key"),
    [
        ("a.txt", "folder/a.txt"),
        (r"C:\Program Files\directory1\file.txt", "folder/file.txt"),
        ("/home/me/b c.txt", "folder/b c.txt"),
        ("président.jpg", "folder/président.jpg"),
        (None, "folder/"),
    ],
)
def test_the_name_of_the_file_is_put_into_every_field_without_its_path(
    s3: S3Client, filename: str | None, key: str
) -> None:
    url, fields = browser.presign(
        s3, "folder/${filename}", [["starts-with", "$x-amz-meta-name", ""]], {"success_action_status": "201"}
    )
    file = b"some bytes" if filename is None else (filename, b"some bytes")
    answer = browser.post_parts(url, [*fields.items(), ("x-amz-meta-name", "<${filename}>"), ("file", file)])
    assert answer.document["Key"] == key
    if key.isascii():
        name = key.rpartition("/")[2]
        assert s3.head_object(Bucket=BUCKET, Key=key)["Metadata"] == {"name": f"<{name}>"}


def test_the_fields_say_what_the_headers_of_a_put_say(s3: S3Client) -> None:
    said = {
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
    url, fields = browser.presign(s3, fields=said)
    assert browser.post_object(url, fields, ("a.png", b"some bytes", "image/png")).status == 204
    head: dict[str, Any] = dict(s3.head_object(Bucket=BUCKET, Key="a-key"))
    assert (head["ContentType"], head["CacheControl"]) == ("text/plain", "no-store")
    assert (head["ContentDisposition"], head["ContentEncoding"]) == ("attachment", "identity")
    assert (head["ContentLanguage"], head["ExpiresString"]) == ("fr", "tomorrow")
    assert (head["StorageClass"], head["WebsiteRedirectLocation"]) == ("STANDARD_IA", "/elsewhere")
    assert head["Metadata"] == {"colour": "red"}
    grants = s3.get_object_acl(Bucket=BUCKET, Key="a-key")["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL", "READ"]


def test_the_type_of_the_part_is_not_the_objects(s3: S3Client) -> None:
    browser.anonymous(s3, ("a.png", b"some bytes", "image/png"))
    assert s3.head_object(Bucket=BUCKET, Key="a-key")["ContentType"] == "binary/octet-stream"


def test_names_of_fields_are_the_same_in_any_case(s3: S3Client) -> None:
    url, fields = browser.presign(s3)
    assert browser.post_object(url, {name.swapcase(): value for name, value in fields.items()}).status == 204
    assert s3.head_object(Bucket=BUCKET, Key="a-key")["ContentLength"] == 10


def test_what_comes_after_the_file_is_not_looked_at(s3: S3Client) -> None:
    url, fields = browser.presign(s3)
    parts = [*fields.items(), ("file", ("a.txt", b"some bytes")), ("key", "another-key"), ("acl", "nonsense")]
    assert browser.post_parts(url, parts).status == 204
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["a-key"]


def test_only_the_part_that_is_called_file_is_the_file_although_others_have_filenames(s3: S3Client) -> None:
    url, fields = browser.presign(s3)
    parts = [(name, (name, value)) for name, value in (fields | {"file": "some text"}).items()]
    assert browser.post_parts(url, parts).status == 204
    assert s3.get_object(Bucket=BUCKET, Key="a-key")["Body"].read() == b"some text"


def test_a_large_file_of_any_bytes_is_stored_as_it_is(s3: S3Client) -> None:
    content = (b"\r\n--\r\n-" + bytes(range(256))) * 20_000
    url, fields = browser.presign(s3, conditions=[["content-length-range", 0, len(content)]])
    assert browser.post_object(url, fields, ("large", content)).status == 204
    assert s3.get_object(Bucket=BUCKET, Key="a-key")["Body"].read() == content


def test_an_empty_file_is_an_empty_object(s3: S3Client) -> None:
    assert browser.anonymous(s3, ("empty", b"")).status == 204
    assert s3.head_object(Bucket=BUCKET, Key="a-key")["ContentLength"] == 0


def test_a_form_makes_a_new_version(s3: S3Client) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key="a-key")
    answer = browser.anonymous(s3)
    head = s3.head_object(Bucket=BUCKET, Key="a-key")
    assert head["VersionId"] == answer.headers["x-amz-version-id"]
    assert len(s3.list_object_versions(Bucket=BUCKET)["Versions"]) == 2


def test_who_signed_the_form_owns_the_object(s3: S3Client) -> None:
    url, fields = browser.presign(browser.client_of(s3.meta.endpoint_url, key="444455556666"))
    browser.post_object(url, fields)
    theirs = browser.client_of(s3.meta.endpoint_url, key="444455556666").list_buckets()["Owner"]["ID"]
    assert s3.get_object_acl(Bucket=BUCKET, Key="a-key")["Owner"]["ID"] == theirs
    assert s3.list_buckets()["Owner"]["ID"] != theirs


def test_it_is_told_as_a_post(s3: S3Client, server: S3MockServer) -> None:
    events: list[str | None] = []
    listener: Any = lambda _, change: events.append(change.event)  # noqa: E731
    server.cloud.listeners.append(listener)
    try:
        browser.anonymous(s3)
    finally:
        server.cloud.listeners.remove(listener)
    assert events == ["ObjectCreated:Post"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("x-amz-checksum-crc32", "n1l/VQ=="), ("x-amz-checksum-sha1", "8kl9hzRRQO1btT+iM6ukXhrv3XU=")],
)
def test_a_checksum_is_verified_and_kept(s3: S3Client, field: str, value: str) -> None:
    member = {"x-amz-checksum-crc32": "ChecksumCRC32", "x-amz-checksum-sha1": "ChecksumSHA1"}[field]
    answer = browser.anonymous(s3, **{field: value})
    head: dict[str, Any] = dict(s3.head_object(Bucket=BUCKET, Key="a-key", ChecksumMode="ENABLED"))
    assert (head[member], head["ChecksumType"]) == (value, "FULL_OBJECT")
    assert answer.headers[field] == value


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("x-amz-checksum-crc32", "AAAAAA==", "BadDigest"),
        ("x-amz-checksum-sha256", "sailor", "InvalidRequest"),
        ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==", "BadDigest"),
        ("Content-MD5", "nonsense", "InvalidDigest"),
    ],
)
def test_a_wrong_one_stores_nothing(s3: S3Client, field: str, value: str, code: str) -> None:
    status, document = browser.error(browser.anonymous(s3, **{field: value}))
    assert (status, document["Code"]) == (400, code)
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


TAGGING = "<Tagging><TagSet>{}</TagSet></Tagging>"
TAG = "<Tag><Key>{}</Key><Value>a = b</Value></Tag>"


def test_the_tags_of_a_form_are_a_document(s3: S3Client) -> None:
    url, fields = browser.presign(s3, fields={"tagging": TAGGING.format(TAG.format("2") + TAG.format("1"))})
    assert browser.post_object(url, fields).status == 204
    tags = s3.get_object_tagging(Bucket=BUCKET, Key="a-key")["TagSet"]
    assert tags == [{"Key": "2", "Value": "a = b"}, {"Key": "1", "Value": "a = b"}]


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
def test_tags_that_cannot_be_are_refused(s3: S3Client, document: str, code: str) -> None:
    assert browser.error(browser.anonymous(s3, tagging=document))[1]["Code"] == code
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_file_to_be_locked_comes_with_a_digest(s3: S3Client) -> None:
    retention: Any = {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}, "ObjectLockEnabled": "Enabled"}
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=retention)
    status, document = browser.error(browser.anonymous(s3))
    assert (status, document["Code"]) == (400, "InvalidRequest")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert browser.anonymous(s3, **{"x-amz-checksum-crc32": "n1l/VQ=="}).status == 204
    assert s3.head_object(Bucket=BUCKET, Key="a-key")["ObjectLockMode"] == "GOVERNANCE"


def test_a_form_appends_to_nothing(s3: S3Client) -> None:
    status, document = browser.error(browser.anonymous(s3, **{"x-amz-write-offset-bytes": "0"}))
    assert (status, document["Code"], document["Header"]) == (501, "NotImplemented", "x-amz-write-offset-bytes")
