"""S3 over real HTTP: through botocore, and byte by byte on a socket."""

from __future__ import annotations

import gc
import http.client
import io
import json
import socket
import ssl
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.httpchecksum import Crc32Checksum

from s3mock import certificates
from s3mock.backend.cloud import Cloud
from s3mock.http import utf8
from s3mock.server import S3MockServer
from s3mock.settings import Settings
from s3mock.transports import remote
from s3mock.transports.sockets import Server

SIGNED = "AWS AKID:signature"
OK = b"HTTP/1.1 200 OK\r\n"
ENABLED = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"


@pytest.fixture
def bucket(server: S3MockServer) -> str:
    client(server).create_bucket(Bucket="bucket")
    return "bucket"


RESETS = ["/_s3mock/reset", "/moto-api/reset"]


@pytest.mark.parametrize("path", RESETS)
def test_a_client_in_another_process_can_reset_the_s3(server: S3MockServer, bucket: str, path: str) -> None:
    with urlopen(f"{server.endpoint_url}{path}", data=b"") as response:
        assert response.status == 200
    assert client(server).list_buckets()["Buckets"] == []


CROSS_SITE = {
    "another site": {"Origin": "https://example.com"},
    "a name that resolves to us": {"Origin": "http://example.com:{port}", "Host": "example.com:{port}"},
    "no address at all": {"Origin": "http://["},
    "a page from a file": {"Origin": "null"},
    "a browser that says so": {"Sec-Fetch-Site": "cross-site"},
    "a name that begins like ours": {"Origin": "http://localhost.example.com"},
}


@pytest.mark.parametrize("path", RESETS)
@pytest.mark.parametrize("kind", CROSS_SITE)
def test_no_page_of_another_site_resets_the_s3(server: S3MockServer, bucket: str, kind: str, path: str) -> None:
    lines = [f"{name}: {value.format(port=server.port)}" for name, value in CROSS_SITE[kind].items()]
    host = [] if "Host" in CROSS_SITE[kind] else ["Host: 127.0.0.1"]
    sent = "\r\n".join([f"POST {path} HTTP/1.1", *host, *lines, "Connection: close", "", ""])
    assert talk(server, sent.encode()).startswith(b"HTTP/1.1 403 ")
    assert [there["Name"] for there in client(server).list_buckets()["Buckets"]] == [bucket]


@pytest.mark.parametrize("path", RESETS)
@pytest.mark.parametrize(
    "origin", ["http://localhost:{port}", "http://127.0.0.1:{port}", "http://a.localhost", "http://[::1]:80"]
)
def test_a_page_of_this_machine_may_reset_the_s3(server: S3MockServer, bucket: str, origin: str, path: str) -> None:
    lines = [f"Origin: {origin.format(port=server.port)}", "Sec-Fetch-Site: same-site", "Connection: close"]
    talk(server, head("POST", path, *lines))
    assert client(server).list_buckets()["Buckets"] == []


@pytest.mark.parametrize("path", RESETS)
def test_only_a_post_resets_the_s3(server: S3MockServer, bucket: str, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path)
    assert connection.getresponse().status >= 400
    connection.close()
    assert [there["Name"] for there in client(server).list_buckets()["Buckets"]] == [bucket]


def unsigned(method: str, target: str) -> bytes:
    """The head of an unsigned request, the last one of its connection."""
    return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


HEALTH = sorted(remote.HEALTH)
SHADOWABLE = [path for path in HEALTH if not path.startswith("/_localstack")]


@pytest.mark.parametrize("path", HEALTH)
def test_a_health_check_of_other_servers_is_answered(server: S3MockServer, path: str) -> None:
    with urlopen(server.endpoint_url + path) as reply:
        assert reply.status == 200
        assert reply.read() == remote.HEALTH[path][1]
    assert talk(server, unsigned("HEAD", path)).startswith(OK)


@pytest.mark.parametrize("path", SHADOWABLE)
def test_a_health_check_does_not_shadow_a_bucket(server: S3MockServer, path: str) -> None:
    name, _, key = path[1:].partition("/")
    s3 = client(server)
    s3.create_bucket(Bucket=name)
    with pytest.raises(HTTPError) as refused:
        urlopen(server.endpoint_url + path)
    refused.value.close()
    assert refused.value.code == 403
    if key:
        s3.put_object(Bucket=name, Key=key, Body=b"an object")
        assert s3.get_object(Bucket=name, Key=key)["Body"].read() == b"an object"


@pytest.mark.parametrize("path", HEALTH)
def test_a_health_check_is_unsigned_and_without_a_query_at_no_buckets_host(server: S3MockServer, path: str) -> None:
    assert not talk(server, head("GET", path, "Connection: close")).startswith(OK)
    assert not talk(server, unsigned("GET", f"{path}?acl")).startswith(OK)
    assert not talk(server, unsigned("GET", f"http://photos.localhost{path}")).startswith(OK)
    assert not talk(server, unsigned("DELETE", path)).startswith(OK)


def test_a_server_can_start_with_buckets_and_objects() -> None:
    with S3MockServer(buckets={"photos": {"a.txt": "text", "b/c": b"bytes"}, "empty": {}}) as server:
        s3 = server.s3.client(region_name="us-east-1")
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["empty", "photos"]
        text = s3.get_object(Bucket="photos", Key="a.txt")
        assert (text["ContentType"], text["Body"].read()) == ("text/plain", b"text")
        assert s3.get_object(Bucket="photos", Key="b/c")["Body"].read() == b"bytes"


@pytest.mark.parametrize("buckets", ["one", ["one"], {"one": {}}])
def test_buckets_are_there_where_all_signatures_are_verified(buckets: Any) -> None:
    server = S3MockServer(buckets=buckets, verify_signatures="all", credentials="KEY:SECRET")
    assert [bucket.name for bucket in server.cloud.namespace.buckets()] == ["one"]
    assert server.cloud.checks_headers


def test_a_server_with_a_certificate_speaks_https(tmp_path: Path) -> None:
    context, authority = certificates.make()
    (tmp_path / "ca.pem").write_bytes(authority)
    with S3MockServer(tls=context, buckets={"photos": {"a": "text"}}) as server:
        assert server.endpoint_url == f"https://127.0.0.1:{server.port}"
        s3 = server.s3.client(region_name="us-east-1", verify=str(tmp_path / "ca.pem"))
        assert s3.get_object(Bucket="photos", Key="a")["Body"].read() == b"text"
        insecure = {"Bool": {"aws:SecureTransport": "false"}}
        statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::photos/*"}
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Condition": insecure}]}
        s3.put_bucket_policy(Bucket="photos", Policy=json.dumps(policy))
        s3.put_object(Bucket="photos", Key="b", Body=b"bytes" * 1_000_000)
        assert s3.get_object(Bucket="photos", Key="b")["ContentLength"] == 5_000_000


def test_clients_without_tls_do_not_disturb_a_server_with_it(capfd: pytest.CaptureFixture[str]) -> None:
    context, authority = certificates.make()
    trusting = ssl.create_default_context(cadata=authority.decode())
    with S3MockServer(tls=context) as server:
        with suppress(ConnectionError):
            assert b"HTTP" not in talk(server, head("GET", "/"))
        with socket.create_connection(("127.0.0.1", server.port), timeout=5):
            with urlopen(f"{server.endpoint_url}/_s3mock/health", context=trusting) as reply:
                assert reply.status == 200
            server.stop()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("keywords", "kind", "message"),
    [
        ({"port": "5000"}, ValueError, "port is a number from 0 to 65535, not '5000'"),
        ({"port": 1 << 16}, ValueError, "port is a number from 0 to 65535, not 65536"),
        ({"tls": True}, TypeError, "tls is a PEM file, a tuple of two, or an SSLContext"),
        ({"tls": "nowhere.pem"}, OSError, "cannot use the certificate in nowhere.pem"),
    ],
)
def test_a_server_says_what_its_arguments_should_be(
    keywords: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        S3MockServer(**keywords)


def test_a_server_refuses_a_bucket_that_s3_refuses() -> None:
    with pytest.raises(ValueError, match="cannot create No: InvalidBucketName: The specified bucket is not valid"):
        S3MockServer(buckets=["No"])


def test_the_host_and_port_of_a_server_are_where_it_listens() -> None:
    server = S3MockServer()
    with pytest.raises(RuntimeError):
        server.get_host_and_port()
    with server:
        assert server.get_host_and_port() == ("127.0.0.1", server.port)


def client(server: S3MockServer) -> Any:
    return client_at(server.endpoint_url)


@cache
def client_at(endpoint_url: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="AKID",
        aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 0}, max_pool_connections=10),
    )


def talk(server: S3MockServer, *pieces: bytes, wait_for: bytes | None = None) -> bytes:
    """Send the pieces and return the response, up to ``wait_for`` or the end of the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if wait_for is None:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
            if wait_for is not None and wait_for in received:
                break
        return received


def head(method: str, target: str, *headers: str) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: {SIGNED}", *headers, "", ""]
    return "\r\n".join(lines).encode()


def test_an_object_makes_the_round_trip(server: S3MockServer, bucket: str) -> None:
    s3 = client(server)
    s3.put_object(Bucket=bucket, Key="key", Body=b"bytes", Metadata={"a_b": "under", "a-b": "minus"})
    response = s3.get_object(Bucket=bucket, Key="key")
    assert response["Body"].read() == b"bytes"
    assert response["Metadata"] == {"a_b": "under", "a-b": "minus"}
    assert s3.head_object(Bucket=bucket, Key="key")["ContentLength"] == 5
    s3.delete_object(Bucket=bucket, Key="key")
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="key")
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket=bucket, Key="key")


@pytest.mark.parametrize("key", ["a//b", "/a", "//", "a/../b", ".", "a%2Fb", "a+b", "é/🦆", "a?b#c", " ", "%"])
def test_every_key_makes_the_round_trip(server: S3MockServer, bucket: str, key: str) -> None:
    s3 = client(server)
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()


def test_a_bucket_is_found_at_its_own_localhost(server: S3MockServer, bucket: str) -> None:
    client(server).put_object(Bucket=bucket, Key="/key", Body=b"bytes", ACL="public-read")
    sent = b"GET //key HTTP/1.1\r\nHost: bucket.localhost:%d\r\nConnection: close\r\n\r\n" % server.port
    reply = talk(server, sent)
    assert reply.startswith(OK)
    assert reply.endswith(b"\r\n\r\nbytes")


def test_a_large_body_is_streamed_both_ways(server: S3MockServer, bucket: str) -> None:
    s3 = client(server)
    data = bytes(range(256)) * 40_000
    s3.upload_fileobj(io.BytesIO(data), bucket, "large")
    received = io.BytesIO()
    s3.download_fileobj(bucket, "large", received)
    assert received.getvalue() == data


def test_a_chunked_upload_with_a_trailer_is_decoded(server: S3MockServer, bucket: str) -> None:
    checksum = Crc32Checksum().handle(b"bytes")
    body = b"5\r\nbytes\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n" % checksum.encode()
    sent = head(
        "PUT",
        "/bucket/key",
        "Content-Encoding: aws-chunked",
        "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-trailer: x-amz-checksum-crc32",
        "x-amz-decoded-content-length: 5",
        "Transfer-Encoding: chunked",
        "Connection: close",
    )
    # Also in HTTP chunks with other boundaries, and with an HTTP trailer that is ignored.
    outer = b"".join(b"%x;a=b\r\n%s\r\n" % (len(piece), piece) for piece in (body[:4], body[4:]))
    reply = talk(server, sent, outer + b"0\r\nx-a: b\r\n\r\n")
    assert reply.startswith(OK)
    response = client(server).get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
    assert (response["Body"].read(), response["ChecksumCRC32"]) == (b"bytes", checksum)
    assert "ContentEncoding" not in response


def test_several_requests_share_a_connection(server: S3MockServer, bucket: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.connect()
    used = connection.sock
    for method, path, body, status in [
        ("PUT", "/bucket/key", b"bytes", 200),
        ("GET", "/bucket/key", None, 200),
        ("HEAD", "/bucket/key", None, 200),
        ("PUT", "/missing/key", b"a body that is not read" * 10_000, 404),
        ("HEAD", "/bucket/missing", None, 404),
        ("DELETE", "/bucket/key", None, 204),
        ("PATCH", "/bucket/key", b"body", 405),
        ("GET", "/bucket", None, 200),
    ]:
        connection.request(method, path, body, {"Authorization": SIGNED})
        response = connection.getresponse()
        response.read()
        assert (method, response.status) == (method, status)
        assert connection.sock is used
    connection.close()


def test_a_204_has_neither_content_type_nor_length(server: S3MockServer, bucket: str) -> None:
    reply = talk(server, head("DELETE", "/bucket/key", "Connection: close"))
    assert reply.startswith(b"HTTP/1.1 204 No Content\r\n")
    assert b"content-" not in reply.lower()
    assert b"transfer-encoding" not in reply.lower()


def test_every_response_has_one_date_and_one_server(server: S3MockServer, bucket: str) -> None:
    reply = talk(server, head("GET", "/bucket", "Connection: close")).lower()
    assert reply.count(b"\r\nserver: amazons3\r\n") == reply.count(b"\r\nserver:") == 1
    assert reply.count(b"\r\ndate:") == reply.count(b"\r\nx-amz-request-id:") == 1


def test_a_client_that_expects_100_continue_gets_it_once(server: S3MockServer, bucket: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(head("PUT", "/bucket/key", "Content-Length: 5", "Expect: 100-continue"))
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"bytes")
        assert connection.recv(65536).startswith(OK)
    assert client(server).get_object(Bucket=bucket, Key="key")["Body"].read() == b"bytes"


def test_a_client_without_a_body_gets_no_100_continue(server: S3MockServer, bucket: str) -> None:
    sent = head("PUT", "/bucket/key", "Content-Length: 0", "Expect: 100-continue", "Connection: close")
    assert talk(server, sent).startswith(OK)


def test_a_request_refused_early_does_not_have_to_send_its_body(server: S3MockServer, bucket: str) -> None:
    sent = head("PUT", "/missing/key", "Content-Length: 5", "Expect: 100-continue")
    reply = talk(server, sent, wait_for=b"</Error>")
    assert reply.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert b"\r\nConnection: close\r\n" in reply


def test_a_truncated_body_stores_nothing(server: S3MockServer, bucket: str) -> None:
    reply = talk(server, head("PUT", "/bucket/key", "Content-Length: 50"), b"bytes")
    assert b"<Code>IncompleteBody</Code>" in reply
    assert "Contents" not in client(server).list_objects_v2(Bucket=bucket)


def test_a_malformed_chunk_of_http_stores_nothing(server: S3MockServer, bucket: str) -> None:
    aws_chunked = ("x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length: 5")
    sent = head("PUT", "/bucket/key", "Transfer-Encoding: chunked", *aws_chunked)
    reply = talk(server, sent, b"nonsense\r\n")
    assert b"<Code>IncompleteBody</Code>" in reply
    assert "Contents" not in client(server).list_objects_v2(Bucket=bucket)


def test_a_document_can_come_in_chunks_of_http(server: S3MockServer, bucket: str) -> None:
    sent = head("PUT", "/bucket?versioning", "Transfer-Encoding: chunked", "Connection: close")
    pieces = [ENABLED[:30], ENABLED[30:]]
    reply = talk(server, sent, *(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces), b"0\r\n\r\n")
    assert reply.startswith(OK)
    assert client(server).get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_an_object_needs_a_length(server: S3MockServer, bucket: str) -> None:
    assert b"<Code>MissingContentLength</Code>" in talk(server, head("PUT", "/bucket/key", "Connection: close"))
    assert talk(server, head("PUT", "/bucket/key", "Content-Length: 0", "Connection: close")).startswith(OK)


def test_an_invalid_length_is_a_bad_request(server: S3MockServer) -> None:
    assert b" 400 " in talk(server, head("PUT", "/bucket/key", "Content-Length: five"))


def test_a_repeated_header_is_joined(server: S3MockServer, bucket: str) -> None:
    sent = head("PUT", "/bucket/key", "Content-Length: 0", "x-amz-meta-a: 1", "x-amz-meta-a: 2", "Connection: close")
    talk(server, sent)
    assert client(server).head_object(Bucket=bucket, Key="key")["Metadata"] == {"a": "1,2"}


def test_the_host_can_be_in_the_request_line(server: S3MockServer, bucket: str) -> None:
    client(server).put_object(Bucket=bucket, Key="key", Body=b"bytes")
    reply = talk(server, head("GET", "http://bucket.localhost/key", "Connection: close"))
    assert reply.endswith(b"\r\n\r\nbytes")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/", (None, "/", "")),
        ("/a%2Fb//c?d=e?f", (None, "/a%2Fb//c", "d=e?f")),
        ("//a", (None, "//a", "")),
        ("http://host:80/a?b", ("host:80", "/a", "b")),
        ("http://host", ("host", "/", "")),
        ("*", (None, "/", "")),
        ("/\u00c3\u00a9?\u00c3\u00a9", (None, "/%C3%A9", "%C3%A9")),
    ],
)
def test_the_target_of_a_request_stays_encoded(target: str, expected: tuple[str | None, str, str]) -> None:
    assert remote.split_target(target) == expected


@pytest.mark.parametrize(("text", "sent"), [("plain", b"plain"), ("é", b"\xe9"), ("€", "€".encode())])
def test_a_header_is_sent_in_latin_1_if_that_can_express_it(text: str, sent: bytes) -> None:
    assert remote.encode_header(text).encode("latin-1") == sent


@pytest.mark.parametrize(("sent", "text"), [("\u00c3\u00a9", "é"), ("é", "é"), ("€", "€"), ("plain", "plain")])
def test_a_header_is_read_as_utf_8_if_its_bytes_are_valid(sent: str, text: str) -> None:
    assert utf8(sent) == text


def test_a_bug_in_s3mock_is_an_internal_error(
    server: S3MockServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("s3mock.transports.adapter.answer", fail)
    reply = talk(server, head("GET", "/bucket", "Connection: close"))
    assert reply.startswith(b"HTTP/1.1 500 ")
    assert b"<Code>InternalError</Code>" in reply
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_many_clients_are_served_at_once(server: S3MockServer, bucket: str) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            s3 = client(server)
            for turn in range(10):
                s3.put_object(Bucket=bucket, Key=f"{number}-{turn}", Body=b"bytes")
                assert s3.get_object(Bucket=bucket, Key=f"{number}-{turn}")["Body"].read() == b"bytes"
        except BaseException as error:  # noqa: BLE001 - the test reports it
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert client(server).list_objects_v2(Bucket=bucket)["KeyCount"] == 40


def test_a_server_keeps_its_objects_between_stop_and_start() -> None:
    server = S3MockServer()
    with pytest.raises(RuntimeError):
        _ = server.endpoint_url
    with server:
        client(server).create_bucket(Bucket="bucket")
        port = server.port
        with pytest.raises(RuntimeError):
            server.start()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    server.stop()
    with server:
        assert [entry["Name"] for entry in client(server).list_buckets()["Buckets"]] == ["bucket"]


def test_stopping_closes_open_connections() -> None:
    before = threading.active_count()
    with S3MockServer() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        connection.request("GET", "/", headers={"Authorization": SIGNED})
        assert connection.getresponse().read()
    assert connection.sock.recv(1) == b""
    connection.close()
    assert threading.active_count() <= before  # threads of an earlier test may end meanwhile


def test_stopping_closes_a_connection_whose_thread_has_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    accepted, stopped = threading.Event(), threading.Event()
    serve = Server.process_request_thread

    def late(*arguments: Any) -> None:
        accepted.set()
        assert stopped.wait(10)
        serve(*arguments)

    monkeypatch.setattr(Server, "process_request_thread", late)
    monkeypatch.setattr("s3mock.transports.sockets._JOIN_SECONDS", 0)
    with S3MockServer() as server:
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        assert accepted.wait(10)
    stopped.set()
    assert connection.recv(1) == b""
    connection.close()


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="Windows does not list a process's descriptors")
def test_starting_and_stopping_200_times_leaks_neither_descriptors_nor_threads() -> None:
    one = S3MockServer(buckets=["bucket"])

    def turn(number: int) -> None:
        with one if number % 2 else S3MockServer() as server:
            silent, broken = (socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(2))
            broken.sendall(head("PUT", "/bucket/key", "Content-Length: 100") + b"half")
            kept = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
            kept.request("GET", "/", headers={"Authorization": SIGNED})
            assert kept.getresponse().read()
            if number % 3:
                silent.close()
        for connection in (silent, broken, kept):
            connection.close()

    def in_use() -> tuple[int, set[threading.Thread]]:
        gc.collect()
        return len(list(Path("/dev/fd").iterdir())), set(threading.enumerate())

    turn(0)
    turn(1)
    descriptors, threads = in_use()
    for number in range(200):
        turn(number)
    after = in_use()
    assert after[0] <= descriptors  # what an earlier test has left may end meanwhile
    assert after[1] <= threads


def test_servers_can_share_a_cloud() -> None:
    cloud = Cloud(Settings())
    with S3MockServer(cloud=cloud) as one, S3MockServer(cloud=cloud) as other:
        client(one).create_bucket(Bucket="bucket")
        assert client(other).list_buckets()["Buckets"]
    with pytest.raises(TypeError):
        S3MockServer(cloud=cloud, account_id="111111111111")
    assert S3MockServer(account_id="111111111111").cloud.settings.account_id == "111111111111"


def test_a_server_has_the_control_object_of_a_mock() -> None:
    with S3MockServer(account_id="111111111111") as server:
        s3 = server.s3
        assert (s3.cloud, s3.settings.account_id) == (server.cloud, "111111111111")
        s3.client(region_name="us-east-1").create_bucket(Bucket="photos")
        bucket = s3.resource().Bucket("photos")
        bucket.put_object(Key="a", Body=b"bytes")
        s3.clock.advance(days=2)
        assert (s3.clock.now() - bucket.Object("a").last_modified).days == 2

        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        ann = s3.add_principal("ann", [{"Version": "2012-10-17", "Statement": [statement]}])
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.client(**ann).list_objects_v2(Bucket="photos")
        assert s3.client(**ann).get_object(Bucket="photos", Key="a")["Body"].read() == b"bytes"
        assert s3.explain("s3:GetObject", "arn:aws:s3:::photos/a", by=ann).allowed
        assert not s3.explain("s3:ListBucket", "arn:aws:s3:::photos", by=ann).allowed

        s3.reset()
        assert s3.client().list_buckets()["Buckets"] == []


def test_the_events_of_a_server_reach_functions_and_are_kept() -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:made"
    received: list[dict[str, Any]] = []
    with S3MockServer() as server:
        s3 = server.s3
        s3.on_event(arn, lambda event, _: received.append(event))
        client = s3.client(region_name="us-east-1")
        client.create_bucket(Bucket="photos")
        functions = [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        client.put_bucket_notification_configuration(
            Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": functions}
        )
        client.put_object(Bucket="photos", Key="a")
        assert len(s3.events) == 1
    assert [event["Records"][0]["s3"]["object"]["key"] for event in received] == ["a"]


def test_a_servers_clients_have_its_endpoint_and_the_mocks_credentials() -> None:
    server = S3MockServer()
    with pytest.raises(RuntimeError, match="not running"):
        server.s3.client()
    given = {"aws_access_key_id": "999999999999", "aws_secret_access_key": "any", "endpoint_url": "http://localhost:1"}
    assert server.s3.client(**given).meta.endpoint_url == "http://localhost:1"
    with server:
        assert server.s3.client().meta.endpoint_url == server.endpoint_url
        assert server.s3.resource().meta.client.meta.endpoint_url == server.endpoint_url
        other = server.s3.client(region_name="us-east-1", aws_access_key_id="999999999999", aws_secret_access_key="any")
        other.create_bucket(Bucket="photos")
        assert server.cloud.account("999999999999").region("us-east-1").buckets


def test_a_server_can_listen_on_an_ipv6_address() -> None:
    try:
        server = S3MockServer("::1")
        server.start()
    except OSError:
        pytest.skip("no IPv6 here")
    with urlopen(f"{server.endpoint_url}/?anything") as reply:
        assert reply.status == 200
    server.stop()


def test_a_connection_for_which_there_is_no_thread_is_closed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if "process_request_thread" in thread.name:
            raise RuntimeError("can't start new thread")
        start(thread)

    with S3MockServer() as server:
        monkeypatch.setattr(threading.Thread, "start", refuse)
        with socket.create_connection(server.get_host_and_port()) as connection:
            assert connection.recv(1) == b""
        monkeypatch.undo()
        assert server.s3.client().list_buckets()["Buckets"] == []
    assert "can't start new thread" in capsys.readouterr().err
