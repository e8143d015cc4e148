"""Files that a browser's form posts: what they become, and what the form is answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests
from urllib3.filepost import encode_multipart_formdata

from s3mock.backend.cloud import Cloud
from s3mock.gateway import handle
from s3mock.server import S3MockServer
from s3mock.settings import Settings
from s3mock.wire.http import Body, Request
from tests import browser
from tests.browser import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from tests.browser import Fields


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
    client.create_bucket(Bucket=BUCKET)
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


def test_a_document_of_tags_is_refused_where_it_is_none(s3: S3Client) -> None:
    assert browser.error(browser.anonymous(s3, tagging="<Tagging>"))[1]["Code"] == "MalformedXML"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_a_post_to_a_bucket_is_a_form_or_a_412(s3: S3Client, form: str, kind: str) -> None:
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


def test_a_file_that_breaks_off_is_not_stored(s3: S3Client, form: str) -> None:
    body, kind = encode_multipart_formdata([("key", "a-key"), ("file", browser.FILE)])
    for missing in (4, 20, 45):
        status, document = browser.error(browser.post_body(form, body[:-missing], kind))
        assert (status, document["Code"]) == (400, "MalformedPOSTRequest")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_form_without_a_key_is_refused(form: str) -> None:
    assert browser.error(browser.post_object(form, {"acl": "private"})) == (400, browser.missing("key"))


def test_a_key_after_the_file_is_none(form: str) -> None:
    answer = browser.post_parts(form, [("file", browser.FILE), ("key", "a-key")])
    assert browser.error(answer) == (400, browser.missing("key"))


@pytest.mark.parametrize("keys", [[""], ["${filename}"]])
def test_an_empty_key_is_refused(form: str, keys: list[str]) -> None:
    status, document = browser.error(browser.post_parts(form, [("key", keys[0]), ("file", b"some text")]))
    assert (status, document["Code"]) == (400, "InvalidArgument")
    assert document["Message"] == "User key must have a length greater than 0."


def test_a_form_has_one_key(form: str) -> None:
    answer = browser.post_parts(form, [("key", "a-key"), ("key", "a-key"), ("file", browser.FILE)])
    status, document = browser.error(answer)
    assert (status, document["Code"], document["ArgumentName"]) == (400, "InvalidArgument", "key")


def test_a_key_may_have_1024_bytes(s3: S3Client) -> None:
    assert browser.anonymous(s3, key="k" * 1024).status == 204
    status, document = browser.error(browser.anonymous(s3, key="k" * 1025))
    assert (status, document["Code"], document["Size"]) == (400, "KeyTooLongError", "1025")


def test_a_form_without_a_file_is_refused(form: str) -> None:
    answer = browser.post_parts(form, [("key", "a-key"), ("files[]", browser.FILE)])
    assert browser.error(answer) == (
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
def test_what_precedes_the_file_may_have_20_kb(s3: S3Client, large: Fields) -> None:
    assert browser.anonymous(s3, ("large", b"a" * 100_000), **{"x-ignore-a": "a" * 19000}).status == 204
    assert browser.error(browser.anonymous(s3, **large)) == (
        400,
        {
            "Code": "MaxPostPreDataLengthExceeded",
            "Message": "Your POST request fields preceeding the upload file was too large.",
            "MaxPostPreDataLengthBytes": "20480",
        },
    )


def test_a_part_that_never_begins_is_not_read_to_its_end(form: str) -> None:
    body = DISPOSITION + b"a" * 3_000_000 + b"\r\n\r\n"
    assert browser.error(browser.post_body(form, body, MULTIPART))[1]["Code"] == "MaxPostPreDataLengthExceeded"


def test_a_bucket_that_is_not_there_takes_no_forms(s3: S3Client) -> None:
    answer = browser.post_object(f"{s3.meta.endpoint_url}/nowhere", {"key": "a-key"})
    assert browser.error(answer)[1]["Code"] == "NoSuchBucket"


def test_a_form_may_be_posted_to_the_buckets_own_host() -> None:
    cloud = Cloud(Settings())
    host = "a-bucket.s3.amazonaws.com"
    handle(cloud, Request("PUT", "https", host, "/"))
    body, kind = encode_multipart_formdata([("key", "a/key"), ("success_action_status", "201"), ("file", b"some text")])
    response = handle(cloud, Request("POST", "https", host, "/", "", {"content-type": kind}, Body(body)))
    assert (response.status, response.headers["Location"]) == (201, f"https://{host}/a%2Fkey")
    assert handle(cloud, Request("GET", "https", host, "/a/key")).body == b"some text"


def test_a_form_says_how_long_it_is(s3: S3Client, form: str) -> None:
    body, kind = encode_multipart_formdata([("key", "a-key"), ("file", browser.FILE)])
    # requests sends an iterator in chunks of HTTP.
    response = requests.post(form, data=iter([body]), headers={"Content-Type": kind}, timeout=10)
    status, document = browser.error(browser.Answer(response))
    assert (status, document["Code"], document["Header"]) == (501, "NotImplemented", "Transfer-Encoding")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@pytest.mark.parametrize("content", [b"", b"\r", b"\n", b"\r\n--some\r\n-\n", b"\r\n--boundary", b"-" * 100])
def test_a_form_may_come_in_pieces_of_any_size(content: bytes) -> None:
    cloud = Cloud(Settings())
    handle(cloud, Request("PUT", "https", "s3.amazonaws.com", "/a-bucket"))
    large = content + b"." * 50_000 + content  # more than is read at once
    body, kind = encode_multipart_formdata([("key", "a-key"), ("file", ("a.txt", large))], "boundary-of-parts")
    for size in (*range(1, 20), 40_960, 50_000):
        # The pieces end near the end of the form.
        pieces = [body[:-40], *(body[-40:][at : at + size] for at in range(0, 40, size))]
        posted = Request(
            "POST", "https", "s3.amazonaws.com", "/a-bucket", "", {"content-type": kind}, Body(pieces, len(body))
        )
        assert handle(cloud, posted).status == 204
        assert handle(cloud, Request("GET", "https", "s3.amazonaws.com", "/a-bucket/a-key")).body == large
