"""HTTP clients in the process are answered from the same store as boto3, and no connection is opened."""

from __future__ import annotations

import asyncio
import gzip
import io
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest
import requests
import urllib3
from boto3.session import Session

from s3mock import RealCallError, S3MockServer, mock_s3
from s3mock.control import S3
from s3mock.process.real_calls import client_decided
from tests.support.http_clients import CLIENTS, SITE, Send, fill, presign

CAT = b"meow" * 50_000


@pytest.fixture
def s3(no_network: list[str]) -> Iterator[S3]:
    """The control object of a mock in a process without a network."""
    del no_network
    with mock_s3() as s3:
        yield s3


@pytest.fixture
def client(s3: S3) -> Any:
    """A client of boto3, and the bucket "photos"."""
    return fill(s3)


@pytest.fixture(params=CLIENTS)
def send(request: pytest.FixtureRequest) -> Send:
    """Each of the clients."""
    return CLIENTS[request.param]


def test_a_presigned_url_is_answered_with_body_headers_and_reason(client: Any, send: Send) -> None:
    answer = send("GET", presign(client, "get_object", "a cat.jpg"))
    assert (answer.status, answer.reason, answer.body) == (200, "OK", CAT)
    assert answer.headers["x-amz-meta-who"] == "Tom"
    assert answer.headers["content-length"] == str(len(CAT))


def test_a_missing_key_is_404_with_s3s_document(client: Any, send: Send) -> None:
    answer = send("GET", presign(client, "get_object", "missing"))
    assert answer.status == 404
    assert b"<Code>NoSuchKey</Code>" in answer.body


def test_a_tampered_url_is_refused(client: Any, send: Send) -> None:
    answer = send("GET", presign(client, "get_object", "a cat.jpg").replace("Expires=", "Expires=1"))
    assert answer.status == 403


def test_a_range_is_answered(client: Any, send: Send) -> None:
    answer = send("GET", presign(client, "get_object", "a cat.jpg"), headers={"Range": "bytes=4-7"})
    assert (answer.status, answer.body) == (206, b"meow")


def test_a_head_has_a_length_and_no_body(client: Any, send: Send) -> None:
    answer = send("HEAD", presign(client, "head_object", "a cat.jpg"))
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, str(len(CAT)), b"")


@pytest.mark.parametrize("body", [b"some bytes", b"", io.BytesIO], ids=["bytes", "empty", "file"])
def test_boto3_reads_what_a_client_uploads(client: Any, send: Send, body: Any) -> None:
    if body is io.BytesIO:
        sent, headers = io.BytesIO(b"from a file"), {"Content-Length": "11"}
    else:
        sent, headers = body, {}
    assert send("PUT", presign(client, "put_object", "new"), sent, headers).status == 200
    read = client.get_object(Bucket="photos", Key="new")["Body"].read()
    assert read == (b"from a file" if body is io.BytesIO else body)


def test_a_delete_is_204(client: Any, send: Send) -> None:
    assert send("DELETE", presign(client, "delete_object", "a cat.jpg")).status == 204
    assert client.list_objects_v2(Bucket="photos", Prefix="a")["KeyCount"] == 0


def test_a_public_object_needs_no_signature(client: Any, send: Send) -> None:
    del client
    assert send("GET", "https://photos.s3.amazonaws.com/public/index.html").body == b"<p>hello</p>"
    assert send("GET", "https://s3.us-east-1.amazonaws.com/photos/public/index.html").body == b"<p>hello</p>"
    assert send("GET", "https://photos.s3.amazonaws.com/a%20cat.jpg").status == 403


def test_a_website_redirects_by_its_rules(client: Any, send: Send) -> None:
    del client
    answer = send("GET", f"http://{SITE}/old/")
    assert (answer.status, answer.headers["location"]) == (301, f"http://{SITE}/public/")
    assert send("GET", f"http://{SITE}/public/").body == b"<p>hello</p>"


def test_gzip_is_decoded_by_the_client_as_it_always_does(client: Any, send: Send) -> None:
    packed = gzip.compress(b"hello" * 100)
    client.put_object(Bucket="photos", Key="packed", Body=packed, ContentEncoding="gzip")
    decodes = send not in (CLIENTS["urllib.request"], CLIENTS["http.client"])
    assert send("GET", presign(client, "get_object", "packed")).body == (b"hello" * 100 if decodes else packed)


@pytest.mark.parametrize("host", ["photos.s3.amazonaws.com:443", "PHOTOS.S3.AMAZONAWS.COM", "photos.s3.amazonaws.com."])
def test_a_host_with_port_capitals_or_a_final_dot_is_s3s(client: Any, send: Send, host: str) -> None:
    del client
    assert send("GET", f"https://{host}/public/index.html").status == 200


def test_a_custom_endpoint_is_s3s(no_network: list[str], send: Send) -> None:
    del no_network
    with mock_s3(custom_endpoints="https://s3.example.com:9000") as s3:
        fill(s3)
        assert send("GET", "https://s3.example.com:9000/photos/public/index.html").status == 200
        assert send("GET", "https://photos.s3.example.com:9000/public/index.html").status == 200


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_in_the_environment_is_not_asked(
    client: Any, send: Send, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del client
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send("GET", f"{scheme}://photos.s3.amazonaws.com/public/index.html").status == 200


def test_an_event_handler_runs_before_the_client_gets_its_answer(s3: S3, client: Any, send: Send) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:seen"
    seen: list[str] = []
    s3.on_event(arn, lambda event: seen.append(event["Records"][0]["s3"]["object"]["key"]))
    rule = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    client.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )
    send("PUT", presign(client, "put_object", "new"), b"x")
    assert seen == ["new"]


# Each library's own features


def test_requests_sends_forms_streams_and_follows_redirects(client: Any) -> None:
    form = client.generate_presigned_post("photos", "form")
    assert requests.post(form["url"], data=form["fields"], files={"file": ("n", b"data")}, timeout=5).status_code == 204
    assert client.get_object(Bucket="photos", Key="form")["Body"].read() == b"data"
    with requests.get(presign(client, "get_object", "a cat.jpg"), stream=True, timeout=5) as response:
        assert response.raw.read(4) == b"meow"
        assert sum(map(len, response.iter_content(1000))) == len(CAT) - 4
    followed = requests.get(f"http://{SITE}/old/", timeout=5)
    assert (followed.content, len(followed.history)) == (b"<p>hello</p>", 1)


def test_a_body_of_unknown_length_is_refused_as_by_s3(client: Any) -> None:
    response = requests.put(presign(client, "put_object", "new"), data=iter([b"a", b"b"]), timeout=5)
    assert (response.status_code, "NotImplemented" in response.text) == (501, True)


@pytest.mark.parametrize("name", ["requests", "urllib3", "urllib.request", "http.client", "aiohttp"])
def test_a_head_that_a_client_writes_is_read_as_strictly_as_by_the_server(client: Any, name: str) -> None:
    url = presign(client, "put_object", "new")
    answer = CLIENTS[name]("PUT", url, b"bytes", {"Transfer-Encoding": "gzip"})
    assert (answer.status, b"<Header>Transfer-Encoding</Header>" in answer.body) == (501, True)


def test_requests_retries_and_blocks_by_its_own_pool(client: Any) -> None:
    session = requests.Session()
    retry = urllib3.Retry(2, status_forcelist=[404], backoff_factor=0)
    session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retry, pool_maxsize=1, pool_block=True))
    with pytest.raises(requests.exceptions.RetryError):
        session.get(presign(client, "get_object", "missing"), timeout=5)
    assert all(session.get(presign(client, "get_object", "a cat.jpg"), timeout=5).ok for _ in range(3))


def test_urllib3_streams_releases_and_follows_redirects(client: Any) -> None:
    pool = urllib3.PoolManager()
    response = pool.request("GET", presign(client, "get_object", "a cat.jpg"), preload_content=False)
    assert response.read(4) == b"meow"
    assert len(b"".join(response.stream(4096))) == len(CAT) - 4
    response.release_conn()
    followed = pool.request("GET", f"http://{SITE}/old/")
    assert followed.data == b"<p>hello</p>"
    assert followed.retries is not None
    assert followed.retries.history


@pytest.mark.parametrize("secure", [True, False])
def test_a_connection_of_urllib3_without_a_pool_is_answered(client: Any, secure: bool) -> None:
    kind: Any = urllib3.connection.HTTPSConnection if secure else urllib3.connection.HTTPConnection
    connection = kind("photos.s3.amazonaws.com")
    for _ in range(2):
        connection.request("GET", "/public/index.html")
        response = connection.getresponse()
        assert (response.read() or response.data) == b"<p>hello</p>"  # urllib3 before 2.0 reads no body by itself
    connection.close()
    del client


def test_urllib3_through_a_proxy_asks_no_proxy(client: Any) -> None:
    proxy = urllib3.ProxyManager("http://127.0.0.1:9")
    for scheme in ("http", "https"):
        assert proxy.request("GET", f"{scheme}://photos.s3.amazonaws.com/public/index.html").status == 200
    del client


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_httpx_streams_raises_and_calls_event_hooks(client: Any, library: Any) -> None:
    url = presign(client, "get_object", "a cat.jpg")
    seen: list[Any] = []
    hooks = {"request": [lambda _: seen.append("sent")], "response": [lambda r: seen.append(r.status_code)]}
    with library.Client(event_hooks=hooks, limits=library.Limits(max_connections=1)) as session:
        for _ in range(3):
            assert session.get(url).http_version == "HTTP/1.1"
        assert seen == ["sent", 200] * 3
        with session.stream("GET", url) as response:
            assert sum(map(len, response.iter_bytes(1000))) == len(CAT)
        with pytest.raises(library.HTTPStatusError):
            session.get(presign(client, "get_object", "missing")).raise_for_status()
        assert session.get(f"http://{SITE}/old/", follow_redirects=True).content == b"<p>hello</p>"
        form = client.generate_presigned_post("photos", "form")
        assert session.post(form["url"], data=form["fields"], files={"file": ("n", b"data")}).status_code == 204
    assert library.Client(transport=library.HTTPTransport(retries=3)).get(url).status_code == 200


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_async_httpx_gathers_streams_and_sends_async_bodies(client: Any, library: Any) -> None:
    url = presign(client, "get_object", "a cat.jpg")

    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    async def main() -> None:
        async with library.AsyncClient() as session:
            responses = await asyncio.gather(*(session.get(url) for _ in range(10)))
            assert {response.content for response in responses} == {CAT}
            async with session.stream("GET", url) as response:
                assert sum([len(piece) async for piece in response.aiter_bytes()]) == len(CAT)
            put = await session.put(
                presign(client, "put_object", "new"), content=pieces(), headers={"Content-Length": "2"}
            )
            assert put.status_code == 200

    asyncio.run(main())
    assert client.get_object(Bucket="photos", Key="new")["Body"].read() == b"ab"


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
@pytest.mark.parametrize("host", ["", "https://photos.s3.amazonaws.com"], ids=["path", "absolute"])
def test_httpx_sends_the_target_of_its_extension(client: Any, library: Any, host: str) -> None:
    client.put_object(Bucket="photos", Key="public/./a//../b", Body=b"dots")
    target = {"target": f"{host}/public/./a//../b".encode()}
    response = library.Client().get("https://photos.s3.amazonaws.com/x", extensions=target)
    assert (response.status_code, response.content) == (200, b"dots")


def test_aiohttp_streams_traces_limits_and_follows_redirects(client: Any) -> None:
    url = presign(client, "get_object", "a cat.jpg")
    traced: list[str] = []

    async def trace(*_: Any) -> None:
        traced.append("request")

    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    async def main() -> None:
        config = aiohttp.TraceConfig()
        config.on_request_end.append(trace)
        connector = aiohttp.TCPConnector(limit=2, limit_per_host=1)
        async with aiohttp.ClientSession(connector=connector, trace_configs=[config]) as session:

            async def read() -> bytes:
                async with session.get(url) as response:
                    return await response.read()

            assert set(await asyncio.gather(*(read() for _ in range(10)))) == {CAT}
            assert len(traced) == 10
            async with session.get(url) as response:
                assert await response.content.readexactly(4) == b"meow"
                assert sum([len(piece) async for piece in response.content.iter_chunked(1000)]) == len(CAT) - 4
            async with session.get(f"http://{SITE}/old/") as response:
                assert (await response.read(), len(response.history)) == (b"<p>hello</p>", 1)
            put = presign(client, "put_object", "new")
            async with session.put(put, data=b"e", skip_auto_headers=["Content-Type"], expect100=True) as response:
                assert response.status == 200
            headers = {"Content-Length": "2"}
            async with session.put(put, data=pieces(), headers=headers, skip_auto_headers=["Content-Type"]) as response:
                assert response.status == 200
            form = client.generate_presigned_post("photos", "form")
            data = aiohttp.FormData(form["fields"])
            data.add_field("file", b"data", filename="n")
            async with session.post(form["url"], data=data) as response:
                assert response.status == 204

    asyncio.run(main())
    assert client.get_object(Bucket="photos", Key="new")["Body"].read() == b"ab"
    assert client.get_object(Bucket="photos", Key="form")["Body"].read() == b"data"


def test_a_function_of_the_user_may_run_a_loop_of_its_own_inside_an_async_request(s3: S3, client: Any) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:seen"
    seen: list[str] = []

    def handler(event: Any) -> None:
        async def read() -> None:
            seen.append(event["Records"][0]["eventName"])

        asyncio.run(read())

    s3.on_event(arn, handler)
    rule = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    client.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )
    for name in ("aiohttp", "httpx.AsyncClient"):
        assert CLIENTS[name]("PUT", presign(client, "put_object", name), b"x").status == 200
    assert seen == ["ObjectCreated:Put"] * 2


@pytest.mark.parametrize("name", ["aiohttp", "httpx.AsyncClient"])
def test_a_function_of_the_user_decides_for_itself_what_is_s3s(
    name: str, s3: S3, client: Any, no_network: list[str]
) -> None:
    # As inside a request of aiobotocore, which has marked its context as S3's.
    arn = "arn:aws:lambda:us-east-1:123456789012:function:seen"
    seen: list[str] = []

    def handler(_event: Any) -> None:
        try:
            requests.get("http://other.example/", timeout=1)
        except OSError as error:
            seen.append(type(error).__name__)

    s3.on_event(arn, handler)
    rule = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    client.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )
    url = presign(client, "put_object", "new")
    token = client_decided.set("ours")
    try:
        assert CLIENTS[name]("PUT", url, b"x").status == 200
    finally:
        client_decided.reset(token)
    assert seen == ["ConnectionError"]
    assert no_network == ["other.example"]
    no_network.clear()


def test_an_endpoint_in_passthrough_is_really_called(send: Send) -> None:
    with S3MockServer() as server, mock_s3(custom_endpoints=server.endpoint_url, passthrough=server.endpoint_url):
        elsewhere = Session(aws_access_key_id="any", aws_secret_access_key="any").client(
            "s3", endpoint_url=server.endpoint_url, region_name="us-east-1"
        )
        elsewhere.create_bucket(Bucket="elsewhere")
        url = elsewhere.generate_presigned_url("list_objects_v2", Params={"Bucket": "elsewhere"})
        assert (send("GET", url).status, [*server.s3.cloud.store.buckets]) == (200, [("aws", "elsewhere")])


@pytest.mark.parametrize("name", [name for name in CLIENTS if name != "http.client"])  # which sees no URL there
def test_passthrough_with_the_mocks_own_credentials_is_refused(name: str, no_network: list[str]) -> None:
    with mock_s3(passthrough="https://s3.us-east-1.amazonaws.com") as s3:
        client = s3.client(region_name="us-east-1", endpoint_url="https://s3.us-east-1.amazonaws.com")
        with pytest.raises(RealCallError, match="passthrough"):
            CLIENTS[name]("GET", client.generate_presigned_url("list_buckets"))
    assert no_network == []


# Clients from before the mock, and after it


def test_sessions_made_before_the_mock_are_answered_and_afterwards_reach_the_network() -> None:
    session, pool, client = requests.Session(), urllib3.PoolManager(retries=False), httpx.Client()
    with mock_s3() as s3:
        url = presign(fill(s3), "get_object", "a cat.jpg")
        assert session.get(url, timeout=5).content == pool.request("GET", url).data == client.get(url).content == CAT
    refused = pytest.MonkeyPatch()
    with refused.context() as patch:
        patch.setattr("socket.getaddrinfo", _offline)
        for fetch in (lambda: session.get(url, timeout=5), lambda: pool.request("GET", url), lambda: client.get(url)):
            with pytest.raises(Exception, match="offline"):
                fetch()


def _offline(*_: Any, **__: Any) -> Any:
    raise OSError("offline")


def test_a_response_opened_in_the_mock_can_be_read_after_it() -> None:
    with mock_s3() as s3:
        response = requests.get(presign(fill(s3), "get_object", "a cat.jpg"), stream=True, timeout=5)
    assert response.content == CAT


def test_a_session_is_shared_by_threads(client: Any) -> None:
    url = presign(client, "get_object", "a cat.jpg")
    session = requests.Session()
    bodies: list[bytes] = []
    threads = [threading.Thread(target=lambda: bodies.append(session.get(url, timeout=5).content)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == [CAT] * 8
