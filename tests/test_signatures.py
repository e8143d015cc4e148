"""Signatures in headers: verified if the settings say "all"; dates are checked for requests over a connection."""

from __future__ import annotations

import http.client
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from freezegun import freeze_time

from s3mock import mock_s3
from s3mock.__main__ import main
from s3mock.http import Body, Request
from s3mock.models import signing
from s3mock.models.credentials import Identity
from s3mock.server import S3MockServer
from s3mock.transports import adapter
from s3mock.wire import model
from s3mock.wire.signing.credential import V4A
from tests.support import browser
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.control import S3

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
HOST = "s3.us-east-1.amazonaws.com"
KEY, SECRET = "AKIAALICE", "secret"
EMPTY_SHA256 = sha256(b"").hexdigest()


@pytest.fixture
def all_verified() -> Iterator[S3]:
    """A mock that verifies all signatures and knows a secret."""
    with mock_s3(verify_signatures="all", credentials={KEY: SECRET}) as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="a-bucket")
        yield mock


def client(version: str = "s3v4", key: str = KEY, secret: str = SECRET, **keywords: Any) -> Any:
    keywords = {"region_name": "us-east-1"} | keywords
    config = Config(signature_version=version, retries={"max_attempts": 0})
    return boto3.client("s3", aws_access_key_id=key, aws_secret_access_key=secret, config=config, **keywords)


def signed(method: str = "GET", path: str = "/a-bucket/", version: str = "v4", **headers: str) -> Request:
    """A request that botocore signed with the known secret; names of headers have underscores."""
    request: Any = AWSRequest(method, f"https://{HOST}{path}", data=b"")
    for name, value in headers.items():
        request.headers[name.replace("_", "-")] = value
    credentials: Any = Credentials(KEY, SECRET)
    signer = auth.S3SigV4Auth(credentials, "s3", "us-east-1") if version == "v4" else auth.HmacV1Auth(credentials)
    signer.add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    path, _, query = path.partition("?")
    return Request(method, "https", HOST, path, query, {"host": HOST} | headers)


def send(mock: S3, request: Request) -> tuple[int, str]:
    response = adapter.answer(mock.cloud, request)
    assert isinstance(response.body, bytes)
    return response.status, response.body.decode()


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_known_key_needs_its_secret(all_verified: S3, version: str) -> None:
    right, wrong = client(version), client(version, secret="wrong")
    right.put_object(Bucket="a-bucket", Key="a/ü b", Body=b"bytes", Metadata={"a": "x  y"}, Tagging="a=b%20c")
    with refused("SignatureDoesNotMatch", 403) as refusal:
        wrong.put_object(Bucket="a-bucket", Key="a/ü b", Body=b"other")
    assert refusal.error["AWSAccessKeyId"] == KEY
    assert ("CanonicalRequest" in refusal.error) == (version == "s3v4")
    assert right.get_object(Bucket="a-bucket", Key="a/ü b")["Body"].read() == b"bytes"
    assert right.list_objects_v2(Bucket="a-bucket", Prefix="a/ü")["KeyCount"] == 1


def test_by_default_a_known_key_needs_no_valid_signature() -> None:
    with mock_s3(credentials={KEY: SECRET}):
        client(secret="wrong").create_bucket(Bucket="a-bucket")


def test_an_unknown_key_needs_no_valid_signature() -> None:
    with mock_s3(verify_signatures="all"):
        client(key="AKIABOB", secret="whatever").create_bucket(Bucket="a-bucket")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_an_unknown_key_is_refused_where_all_signatures_are_verified_and_keys_are_listed(version: str) -> None:
    with mock_s3(verify_signatures="all", credentials={KEY: SECRET}, accounts={"AKIATHEM": "111122223333"}) as mock:
        bob = client(version, key="AKIABOB", secret="whatever")
        with refused("InvalidAccessKeyId", 403, AWSAccessKeyId="AKIABOB"):
            bob.list_objects_v2(Bucket="no-such-bucket")  # the key comes first
        url = urlsplit(bob.generate_presigned_url("get_object", Params={"Bucket": "no-such-bucket", "Key": "a-key"}))
        status, body = send(mock, Request("GET", "https", url.netloc, url.path, url.query, {"host": url.netloc}))
        assert (status, "<Code>InvalidAccessKeyId</Code>" in body) == (403, True)
        ours = mock.client(region_name="us-east-1")
        for number, known in enumerate((ours, client(version), client(version, key="AKIATHEM"))):
            known.create_bucket(Bucket=f"bucket-{number}")
        with refused("AccessDenied", 403):
            mock.client(**mock.add_principal("ann")).list_buckets()


def test_clients_of_the_mock_have_valid_signatures(all_verified: S3) -> None:
    s3 = all_verified.client(region_name="us-east-1")
    s3.put_object(Bucket="a-bucket", Key="key", Body=b"bytes", ContentMD5="SzpiGLs+OnMD6KFxpg/Pkg==")
    all_verified.clock.advance(days=31)
    assert s3.get_object(Bucket="a-bucket", Key="key", Range="bytes=0-1")["Body"].read() == b"by"
    with freeze_time("2040-01-01"):
        assert s3.head_object(Bucket="a-bucket", Key="key")["ContentLength"] == 5


def test_an_anonymous_request_has_nothing_to_verify(all_verified: S3) -> None:
    all_verified.client(region_name="us-east-1").put_bucket_acl(Bucket="a-bucket", ACL="public-read")
    assert send(all_verified, Request("GET", "https", HOST, "/a-bucket", "", {"host": HOST}))[0] == 200


@pytest.mark.parametrize("version", ["v4", "v2"])
def test_a_request_must_be_sent_as_it_was_signed(all_verified: S3, version: str) -> None:
    def tampered(**changed: Any) -> str:
        request = signed("PUT", "/a-bucket/key?acl", version, x_amz_acl="private", Content_Type="text/plain")
        for name, value in changed.items():
            if name in Request.__slots__:
                setattr(request, name, value)
            else:
                request.headers[name.replace("_", "-")] = value
        return send(all_verified, request)[1]

    assert "NoSuchKey" in tampered()
    for changed in (
        {"method": "GET"},
        {"path": "/a-bucket/kez"},
        {"query": "tagging"},
        {"x_amz_acl": "public-read"},
        {"content_type": "text/html"},
    ):
        assert "<Code>SignatureDoesNotMatch</Code>" in tampered(**changed)


def test_amazon_headers_must_be_signed(all_verified: S3) -> None:
    request = signed("PUT", "/a-bucket/key")
    request.headers |= {"x-amz-acl": "private", "x-amz-meta-a": "b"}
    status, document = send(all_verified, request)
    assert status == 403
    assert "<HeadersNotSigned>x-amz-acl, x-amz-meta-a</HeadersNotSigned>" in document


def test_the_digest_of_the_payload_is_required_in_version_4(all_verified: S3) -> None:
    request = signed()
    del request.headers["x-amz-content-sha256"]
    status, document = send(all_verified, request)
    assert status == 400
    assert "<Code>InvalidRequest</Code>" in document
    assert "Missing required header for this request: x-amz-content-sha256" in document


@pytest.mark.parametrize("version", ["v4", "v2"])
def test_a_date_is_required(all_verified: S3, version: str) -> None:
    for date in (None, "", "Bad Date", "Tue, 07 Jul 1950 21:53:04 GMT"):
        request = signed(version=version)
        request.headers.pop("x-amz-date", None)
        request.headers.pop("date", None)
        if date is not None:
            request.headers["x-amz-date"] = date
        status, document = send(all_verified, request)
        assert (status, "<Code>AccessDenied</Code>" in document) == (403, True)
        assert "AWS authentication requires a valid Date or x-amz-date header" in document


@pytest.mark.parametrize(("version", "date"), [("v4", "20261120T120000Z"), ("v2", "Fri, 20 Nov 2026 12:00:00 GMT")])
def test_the_date_can_be_15_minutes_off(all_verified: S3, version: str, date: str) -> None:
    with freeze_time(NOON):
        request = signed(version=version)
    for minutes, status in ((-16, 403), (-15, 200), (15, 200), (16, 403)):
        with freeze_time(NOON + timedelta(minutes=minutes)):
            assert (minutes, send(all_verified, request)[0]) == (minutes, status)
    with freeze_time(NOON + timedelta(minutes=16)):
        assert (
            "<Code>RequestTimeTooSkewed</Code>"
            "<Message>The difference between the request time and the current time is too large.</Message>"
            f"<RequestTime>{date}</RequestTime><ServerTime>2026-11-20T12:16:00Z</ServerTime>"
            "<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>"
        ) in send(all_verified, request)[1]


def test_the_date_must_match_the_credential(all_verified: S3) -> None:
    with freeze_time("2026-11-20 23:59:00"):
        request = signed()
    request.headers["x-amz-date"] = "20261121T000100Z"
    with freeze_time("2026-11-21"):
        status, document = send(all_verified, request)
    assert (status, "<Code>AuthorizationHeaderMalformed</Code>" in document) == (400, True)
    assert (
        "The authorization header is malformed; Invalid credential date "
        '"20261120". This date is not the same as X-Amz-Date: "20261121".'
    ) in document.replace("&quot;", '"')


def in_chunks(mock: S3, content: list[bytes], change: dict[bytes, bytes]) -> tuple[int, str]:
    """Put an object in signed chunks, with something replaced in the body."""
    size = sum(map(len, content))
    kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    request: Any = AWSRequest("PUT", f"https://{HOST}/a-bucket/key", data=b"")
    request.headers["x-amz-decoded-content-length"] = str(size)
    credentials: Any = Credentials(KEY, SECRET)
    signer: Any = auth.S3SigV4Auth(credentials, "s3", "us-east-1")
    signer.payload = lambda _: kind
    signer.add_auth(request)
    headers = {"host": HOST} | {name.lower(): value for name, value in request.headers.items()}
    date, scope = headers["x-amz-date"], f"{headers['x-amz-date'][:8]}/us-east-1/s3/aws4_request"
    mark, body = headers["authorization"].rpartition("=")[2], b""
    for piece in [*content, b""]:
        digest = sha256(piece).hexdigest()
        text = f"AWS4-HMAC-SHA256-PAYLOAD\n{date}\n{scope}\n{mark}\n{EMPTY_SHA256}\n{digest}"
        mark = signing.version_4(SECRET, scope, text)
        body += f"{len(piece):x};chunk-signature={mark}\r\n".encode() + piece + b"\r\n"
    for before, after in change.items():
        body = body.replace(before, after)
    return send(mock, Request("PUT", "https", HOST, "/a-bucket/key", "", headers, Body(body)))


def test_chunks_are_verified(all_verified: S3) -> None:
    s3 = client()
    content = [b"a" * 8192, b"b" * 100]
    assert in_chunks(all_verified, content, {b"bbb": b"bbc"})[0] == 403
    status, document = in_chunks(all_verified, content, {b"64;chunk-signature=": b"64;chunk-signature=0"})
    assert (status, "<Code>SignatureDoesNotMatch</Code>" in document) == (403, True)
    assert s3.list_objects_v2(Bucket="a-bucket")["KeyCount"] == 0
    assert in_chunks(all_verified, content, {})[0] == 200
    assert s3.get_object(Bucket="a-bucket", Key="key")["Body"].read() == b"".join(content)


def test_temporary_credentials_have_a_token_and_expire() -> None:
    with mock_s3() as mock:
        end = mock.clock.now() + timedelta(hours=1)
        identity = Identity("ASIATEMPORARY", SECRET, "111122223333", token="a-token", expiration=end)
        mock.cloud.update(lambda store: store._replace(identities=store.identities.with_identity(identity)))
        right = client(key="ASIATEMPORARY", aws_session_token="a-token")
        right.create_bucket(Bucket="a-bucket")
        assert mock.cloud.find_bucket("a-bucket") in mock.cloud.account("111122223333").region("us-east-1").buckets
        url = right.generate_presigned_url("list_objects", {"Bucket": "a-bucket"}, 86400)
        with refused("InvalidToken", 400, **{"Token-0": "another"}):
            client(key="ASIATEMPORARY", aws_session_token="another").list_buckets()
        with refused("InvalidAccessKeyId", 403, AWSAccessKeyId="ASIATEMPORARY"):
            client(key="ASIATEMPORARY").list_buckets()
        path, _, query = url.partition("?")
        host = path.split("/")[2]
        presigned = Request("GET", "https", host, "/a-bucket" if host == HOST else "/", query, {"host": host})
        assert send(mock, presigned)[0] == 200
        mock.clock.advance(hours=1)
        with refused("ExpiredToken", 400, **{"Token-0": "a-token"}):
            right.list_buckets()
        assert "ExpiredToken" in send(mock, presigned)[1]
        mock.reset()
        client(key="ASIATEMPORARY").list_buckets()


@pytest.fixture(scope="module")
def server() -> Iterator[S3MockServer]:
    with S3MockServer(credentials=f"{KEY}:{SECRET}") as server:
        yield server


def ask(server: S3MockServer, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", "/", headers={"Authorization": "AWS AKID:signature"} | given)
    response = connection.getresponse()
    document = response.read().decode()
    connection.close()
    return response.status, document


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("Bad Date", "AccessDenied"),
        ("", "AccessDenied"),
        ("Tue, 07 Jul 1950 21:53:04 GMT", "AccessDenied"),
        ("Tue, 07 Jul 2010 21:53:04 GMT", "RequestTimeTooSkewed"),
        ("20300707T215304Z", "RequestTimeTooSkewed"),
        ("Tue, 07 Jul 9999 21:53:04 GMT", "RequestTimeTooSkewed"),
    ],
)
def test_a_server_checks_the_date_of_a_request_that_has_one(server: S3MockServer, date: str, code: str) -> None:
    for name in ("x_amz_date", "Date"):
        status, document = ask(server, **{name: date})
        assert (status, f"<Code>{code}</Code>" in document) == (403, True)
    assert ask(server)[0] == 200


def test_a_server_with_an_advanced_clock_accepts_the_real_time() -> None:
    with S3MockServer() as server:
        server.cloud.clock.advance(days=31)
        client(endpoint_url=server.endpoint_url).create_bucket(Bucket="a-bucket")


@pytest.mark.parametrize("settings", [{"verify_signatures": "off"}, {}])
def test_a_setting_turns_off_the_date_check_of_a_server(settings: dict[str, Any]) -> None:
    with S3MockServer(**settings) as server:
        assert ask(server, Date="Tue, 07 Jul 2010 21:53:04 GMT")[0] == (200 if settings else 403)


def test_a_setting_makes_a_server_verify_all_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3MOCK_VERIFY_SIGNATURES", "all")
    monkeypatch.setenv("S3MOCK_CREDENTIALS", f"{KEY}:{SECRET}:111122223333")
    with S3MockServer() as server:
        client(endpoint_url=server.endpoint_url).create_bucket(Bucket="a-bucket")
        with refused("SignatureDoesNotMatch", 403):
            client(endpoint_url=server.endpoint_url, secret="wrong").list_objects_v2(Bucket="a-bucket")
        assert server.cloud.account("111122223333").region("us-east-1").buckets


def test_a_form_is_verified_with_the_keys_of_the_settings(server: S3MockServer) -> None:
    s3 = client(endpoint_url=server.endpoint_url)
    s3.create_bucket(Bucket=browser.BUCKET)
    wrong = client(endpoint_url=server.endpoint_url, secret="wrong")
    assert browser.error(browser.post_object(*browser.presign(wrong)))[1]["Code"] == "SignatureDoesNotMatch"
    assert browser.post_object(*browser.presign(s3)).status == 204


def test_a_setting_turns_off_the_verification_of_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", browser.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    for setting, status in (("off", 204), ("presigned", 403)):
        with S3MockServer(verify_signatures=setting) as server:
            s3 = browser.client_of(server.endpoint_url)
            s3.create_bucket(Bucket=browser.BUCKET)
            assert browser.post_object(*browser.presign(s3)).status == status


def test_the_command_line_accepts_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    output = capsys.readouterr().out
    assert "--verify-signatures VALUE" in output
    assert "--credentials VALUE" in output
    with pytest.raises(SystemExit) as stopped:
        main(["--port", "0", "--verify-signatures", "some"])
    assert stopped.value.code == 2
    assert "verify_signatures is 'some', but should be" in capsys.readouterr().err


OF_BUCKETS = {
    name
    for operation in model.operation_names()
    if model.http(operation)[:2] == ("GET", "/{Bucket}")
    for name in model.http(operation).query
} - {"list-type", "session"}
"""The subresources of buckets that can be read, except of directory buckets."""


@pytest.mark.parametrize("name", sorted(OF_BUCKETS))
@pytest.mark.parametrize("escaped", [False, True], ids=["plain", "escaped"])
def test_no_subresource_can_be_appended_to_a_presigned_url_of_version_2(
    all_verified: S3, name: str, *, escaped: bool
) -> None:
    """https://github.com/aws/aws-sdk-java/issues/3059, of object-lock."""
    spelled = f"%{ord(name[0]):02x}{name[1:]}" if escaped else name
    url = urlsplit(client("s3").generate_presigned_url("list_objects", Params={"Bucket": "a-bucket"}))
    for query, code in ((url.query, 200), (f"{url.query}&{spelled}=1", 403)):
        status, body = send(all_verified, Request("GET", "https", url.netloc, url.path, query, {"host": url.netloc}))
        assert status == code
    assert "<Code>SignatureDoesNotMatch</Code>" in body


@pytest.mark.parametrize("signature", ["", "garbage", "30450221"])
def test_version_4a_is_refused_outside_of_multi_region_access_points(all_verified: S3, signature: str) -> None:
    now = all_verified.clock.now()
    headers = {
        "authorization": f"{V4A} Credential={KEY}/{now:%Y%m%d}/s3/aws4_request,"
        f"SignedHeaders=host;x-amz-date;x-amz-region-set,Signature={signature}",
        "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
        "x-amz-region-set": "*",
        "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    }
    point = "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com"
    for host, code in ((HOST, "SignatureDoesNotMatch"), (point, "NoSuchMultiRegionAccessPoint")):
        _, body = send(all_verified, Request("GET", "https", host, "/a-bucket/a-key", "", {"host": host} | headers))
        assert f"<Code>{code}</Code>" in body
