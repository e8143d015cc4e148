"""Each effect of a fault through each client: its own exceptions, as those of a connection; and no waiting."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import http.client
import io
import ssl
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import botocore.exceptions
import httpx
import pytest
import requests
import trustme
import urllib3
from botocore.config import Config

from s3mock import S3MockServer, create_app, mock_s3
from tests.support.http_clients import by_aiohttp, by_async_httpx, by_httpx
from tests.support.raw_requests import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.control import S3

BODY = b"0123456789" * 10
CONNECT, READ = 3, 5
MODES = ("legacy", "standard", "adaptive")

EFFECTS: Mapping[str, dict[str, Any]] = {
    "error": {"code": "SlowDown"},
    "refused": {"connection": "refused"},
    "connect timeout": {"connection": "connect timeout"},
    "reset": {"connection": "reset"},
    "reset after": {"connection": "reset", "after": True},
    "closed": {"connection": "closed"},
    "read timeout": {"connection": "read timeout"},
    "late": {"latency": 2},
    "too late": {"latency": 9},
    "cut": {"body": "cut"},
    "reset within": {"connection": "reset", "at": 0.5},
    "slow": {"body": "slow", "pace": 50},
}
SECONDS = {"connect timeout": CONNECT, "read timeout": READ, "late": 2, "too late": READ, "slow": 2}
"""The seconds of the mock's clock that pass; 0 for the other effects."""


def by_requests(url: str) -> bytes:
    response = requests.get(url, timeout=(CONNECT, READ))
    response.raise_for_status()
    return response.content


def by_urllib3(url: str) -> bytes:
    timeout = urllib3.Timeout(connect=CONNECT, read=READ)
    response = urllib3.PoolManager().request("GET", url, timeout=timeout, retries=False)
    if response.status != 200:
        raise urllib3.exceptions.HTTPError(response.reason)
    return response.data


def by_urllib(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=READ) as response:
        content: bytes = response.read()
        return content


def by_http_client(url: str) -> bytes:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=READ)
    with contextlib.closing(connection):
        connection.request("GET", parts.path)
        response = connection.getresponse()
        if response.status != 200:
            raise http.client.HTTPException(response.reason)
        return response.read()


def by_sync_httpx(url: str) -> bytes:
    return httpx.get(url, timeout=httpx.Timeout(READ, connect=CONNECT)).raise_for_status().content


def by_httpx_async(url: str) -> bytes:
    async def call() -> bytes:
        async with httpx.AsyncClient(timeout=httpx.Timeout(READ, connect=CONNECT)) as client:
            return (await client.get(url)).raise_for_status().content

    return asyncio.run(call())


def by_aiohttp_(url: str) -> bytes:
    async def call() -> bytes:
        timeout = aiohttp.ClientTimeout(sock_connect=CONNECT, sock_read=READ)
        async with (
            aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
            session.get(url) as response,
        ):
            return await response.read()

    return asyncio.run(call())


def by_boto3(mode: str) -> Callable[[str], bytes]:
    def get(url: str) -> bytes:
        with mock_s3() as mock:
            retries: Any = {"mode": mode, "total_max_attempts": 1}
            config = Config(connect_timeout=CONNECT, read_timeout=READ, retries=retries)
            content: bytes = (
                mock.client(region_name="us-east-1", config=config)
                .get_object(Bucket=urlsplit(url).netloc.partition(".")[0], Key="a")["Body"]
                .read()
            )
            return content

    return get


BOTO3 = {
    "error": botocore.exceptions.ClientError,
    "refused": botocore.exceptions.EndpointConnectionError,
    "connect timeout": botocore.exceptions.ConnectTimeoutError,
    "reset": botocore.exceptions.ConnectionClosedError,
    "closed": botocore.exceptions.ConnectionClosedError,
    "read timeout": botocore.exceptions.ReadTimeoutError,
    "cut": botocore.exceptions.ResponseStreamingError,
    "reset within": botocore.exceptions.ResponseStreamingError,
}
HTTPX = {
    "error": httpx.HTTPStatusError,
    "refused": httpx.ConnectError,
    "connect timeout": httpx.ConnectTimeout,
    "reset": httpx.ReadError,
    "closed": httpx.RemoteProtocolError,
    "read timeout": httpx.ReadTimeout,
    "cut": httpx.RemoteProtocolError,
    "reset within": httpx.ReadError,
}
CLIENTS: Mapping[str, tuple[Callable[[str], bytes], Mapping[str, type[Exception]]]] = {
    **{f"boto3 {mode}": (by_boto3(mode), BOTO3) for mode in MODES},
    "requests": (
        by_requests,
        {
            "error": requests.HTTPError,
            "refused": requests.ConnectionError,
            "connect timeout": requests.ConnectTimeout,
            "reset": requests.ConnectionError,
            "closed": requests.ConnectionError,
            "read timeout": requests.ReadTimeout,
            "cut": requests.exceptions.ChunkedEncodingError,
            "reset within": requests.exceptions.ChunkedEncodingError,
        },
    ),
    "urllib3": (
        by_urllib3,
        {
            "error": urllib3.exceptions.HTTPError,
            "refused": urllib3.exceptions.NewConnectionError,
            "connect timeout": urllib3.exceptions.ConnectTimeoutError,
            "reset": urllib3.exceptions.ProtocolError,
            "closed": urllib3.exceptions.ProtocolError,
            "read timeout": urllib3.exceptions.ReadTimeoutError,
            "cut": urllib3.exceptions.ProtocolError,
            "reset within": urllib3.exceptions.ProtocolError,
        },
    ),
    "urllib.request": (
        by_urllib,
        {
            "error": urllib.error.HTTPError,
            "refused": urllib.error.URLError,
            "connect timeout": urllib.error.URLError,
            "reset": ConnectionResetError,
            "closed": http.client.RemoteDisconnected,
            "read timeout": TimeoutError,
            "cut": http.client.IncompleteRead,
            "reset within": ConnectionResetError,
        },
    ),
    "http.client": (
        by_http_client,
        {
            "error": http.client.HTTPException,
            "refused": ConnectionRefusedError,
            "connect timeout": TimeoutError,
            "reset": ConnectionResetError,
            "closed": http.client.RemoteDisconnected,
            "read timeout": TimeoutError,
            "cut": http.client.IncompleteRead,
            "reset within": ConnectionResetError,
        },
    ),
    "httpx": (by_sync_httpx, HTTPX),
    "httpx.AsyncClient": (by_httpx_async, HTTPX),
    "aiohttp": (
        by_aiohttp_,
        {
            "error": aiohttp.ClientResponseError,
            "refused": aiohttp.ClientConnectorError,
            "connect timeout": aiohttp.ConnectionTimeoutError,
            "reset": aiohttp.ClientOSError,
            "closed": aiohttp.ServerDisconnectedError,
            "read timeout": aiohttp.SocketTimeoutError,
            "cut": aiohttp.ClientPayloadError,
            "reset within": aiohttp.ClientPayloadError,
        },
    ),
}
SAME = {"reset after": "reset", "too late": "read timeout"}
"""Effects that a client cannot tell from others."""


@pytest.fixture
def photos() -> Iterator[S3]:
    """A mock with an object that everyone may read."""
    with mock_s3() as mock:
        client = mock.client(region_name="us-east-1")
        client.create_bucket(Bucket="photos")
        client.put_object(Bucket="photos", Key="a", Body=BODY, ACL="public-read")
        yield mock


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_has_its_own_exceptions(photos: S3, client: str, effect: str) -> None:
    get, errors = CLIENTS[client]
    before = photos.clock.offset
    error = errors.get(SAME.get(effect, effect))
    with photos.fail("GetObject", **EFFECTS[effect]) as fault:
        if error is None:
            assert get("https://photos.s3.amazonaws.com/a") == BODY
        else:
            with pytest.raises(error) as raised:
                get("https://photos.s3.amazonaws.com/a")
            assert type(raised.value) is error or effect in ("refused", "reset within")
    # aiohttp itself repeats a GET over a connection that has ended.
    assert len(fault.fired) == (2 if client == "aiohttp" and effect in ("reset", "reset after", "closed") else 1)
    seconds = SECONDS.get(effect, 0)
    if (client, effect) == ("urllib.request", "connect timeout") or (client, effect) == (
        "http.client",
        "connect timeout",
    ):
        seconds = READ  # these have one timeout
    assert photos.clock.offset - before == pytest.approx(seconds, abs=0.01)


@pytest.fixture
def _left_open() -> Iterator[None]:
    """Collect the sockets that http.client leaves open after an error, and not in a later test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.usefixtures("_left_open")
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("effect", ["error", "reset", "reset after", "closed", "cut", "reset within"])
@pytest.mark.parametrize("client", [name for name in CLIENTS if not name.startswith("boto3")])
def test_a_server_really_ends_its_connections(client: str, effect: str) -> None:
    get, errors = CLIENTS[client]
    with S3MockServer(buckets={"photos": {}}) as server:
        owner = server.s3.client(region_name="us-east-1")
        owner.put_object(Bucket="photos", Key="a", Body=BODY, ACL="public-read")
        url = f"{server.endpoint_url}/photos/a"
        error = errors[SAME.get(effect, effect)]
        with server.s3.fail("GetObject", **EFFECTS[effect]), pytest.raises(error) as raised:
            get(url)
        assert type(raised.value) is error
        assert get(url) == BODY


@pytest.mark.parametrize("connection", ["read timeout", "connect timeout"])
def test_a_server_is_silent_until_the_client_gives_up(connection: Any) -> None:
    with S3MockServer(buckets={"photos": {"a": BODY}}) as server:
        server.s3.fail("GetObject", connection=connection, times=1)
        client = server.s3.client(
            region_name="us-east-1", config=Config(read_timeout=0.05, retries={"total_max_attempts": 1})
        )
        with pytest.raises(botocore.exceptions.ReadTimeoutError):
            client.get_object(Bucket="photos", Key="a")
        assert client.get_object(Bucket="photos", Key="a")["Body"].read() == BODY


def test_a_server_is_really_late_and_slow() -> None:
    waited: list[float] = []
    with S3MockServer(buckets={"photos": {"a": BODY}}) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("s3mock.clock.time.sleep", waited.append)
        server.s3.fail("GetObject", latency=2)
        server.s3.fail("GetObject", body="slow", pace=100)
        client = server.s3.client(region_name="us-east-1")
        assert client.get_object(Bucket="photos", Key="a")["Body"].read() == BODY
    assert waited[0] == 2
    assert sum(waited[1:]) == pytest.approx(1)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "effect", [effect for effect in EFFECTS if effect not in ("late", "slow", "cut", "reset within")]
)
def test_botocore_retries_in_all_modes(photos: S3, mode: str, effect: str) -> None:
    retries: Any = {"mode": mode, "total_max_attempts": 4}
    config = Config(connect_timeout=CONNECT, read_timeout=READ, retries=retries)
    client = photos.client(region_name="us-east-1", config=config)
    before = photos.clock.offset
    with photos.fail("PutObject", **EFFECTS[effect], times=3) as fault:
        response = client.put_object(Bucket="photos", Key="b", Body=b"bytes")
    assert response["ResponseMetadata"]["RetryAttempts"] == 3
    assert [fired.attempt for fired in fault.fired] == [1, 2, 3]
    assert photos.clock.offset > before
    with photos.fail("PutObject", **EFFECTS[effect]) as fault, pytest.raises(BOTO3[SAME.get(effect, effect)]):
        client.put_object(Bucket="photos", Key="c", Body=b"bytes")
    assert len(fault.fired) == 4
    assert (ask(photos.cloud, "HEAD", "/photos/c").status == 200) == (effect in ("reset after", "too late"))


def test_the_quota_of_retries_runs_out(photos: S3) -> None:
    client = photos.client(
        region_name="us-east-1", config=Config(retries={"mode": "standard", "total_max_attempts": 3})
    )
    with photos.fail("PutObject", connection="reset") as fault:
        for _ in range(40):
            with pytest.raises(botocore.exceptions.ConnectionClosedError):
                client.put_object(Bucket="photos", Key="b", Body=b"bytes")
    attempts = [fired.attempt for fired in fault.fired]
    assert attempts[:6] == [1, 2, 3, 1, 2, 3]
    assert attempts[-6:] == [1] * 6


def test_a_retry_waits_as_long_as_s3_says(photos: S3) -> None:
    client = photos.client(region_name="us-east-1", config=Config(retries={"mode": "standard"}))
    before = photos.clock.offset
    with photos.fail("PutObject", code="InternalError", set_headers={"x-amz-retry-after": "3000"}, times=1):
        client.put_object(Bucket="photos", Key="b", Body=b"bytes")
    assert photos.clock.offset - before == pytest.approx(3, abs=0.1)


def test_the_adaptive_mode_waits_by_the_clock_alone(photos: S3) -> None:
    client = photos.client(region_name="us-east-1", config=Config(retries={"mode": "adaptive"}))
    before = photos.clock.offset
    with photos.fail("PutObject", code="SlowDown", sequence="fail pass", repeat=True):
        for number in range(20):
            client.put_object(Bucket="photos", Key=str(number), Body=b"bytes")
    assert photos.clock.offset - before > 10


def test_waiters_and_urllib3_retries_do_not_wait(photos: S3) -> None:
    client = photos.client(region_name="us-east-1")
    before = photos.clock.offset
    with photos.fail("HeadObject", code="NoSuchKey", times=3):
        client.get_waiter("object_exists").wait(Bucket="photos", Key="a")
    assert photos.clock.offset - before == pytest.approx(15, abs=0.1)
    retry = urllib3.Retry(total=4, backoff_factor=1, status_forcelist=[503])
    with photos.fail("GetObject", code="SlowDown", times=3) as slow:
        response = urllib3.PoolManager().request("GET", "https://photos.s3.amazonaws.com/a", retries=retry)
    assert (response.data, len(slow.fired)) == (BODY, 3)


def test_a_body_that_was_streamed_is_sent_again(photos: S3, tmp_path: Any) -> None:
    client = photos.client(region_name="us-east-1")
    file = tmp_path / "file"
    file.write_bytes(BODY * 1000)
    for effect in ({"code": "SlowDown"}, {"connection": "reset"}, {"connection": "reset", "after": True}):
        with photos.fail("PutObject", **effect, times=1) as fault, file.open("rb") as stream:
            client.put_object(Bucket="photos", Key="b", Body=stream)
        assert len(fault.fired) == 1
        assert client.get_object(Bucket="photos", Key="b")["Body"].read() == BODY * 1000


@pytest.mark.parametrize("body", ["corrupt", "wrong checksum"])
def test_botocore_finds_a_wrong_body(photos: S3, body: Any) -> None:
    client = photos.client(region_name="us-east-1")
    with photos.fail("GetObject", body=body), pytest.raises(botocore.exceptions.FlexibleChecksumError):
        client.get_object(Bucket="photos", Key="a")["Body"].read()
    assert by_httpx(httpx)("GET", "https://photos.s3.amazonaws.com/a").body == BODY
    with photos.fail("GetObject", body=body):
        found = {
            send("GET", "https://photos.s3.amazonaws.com/a").body == BODY
            for send in (by_httpx(httpx), by_async_httpx(httpx), by_aiohttp)
        }
    assert found == {body == "wrong checksum"}


def test_a_server_of_tls_resets_connections() -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(tls)
    with S3MockServer(buckets={"photos": {"a": BODY}}, tls=tls) as server:
        client = server.s3.client(region_name="us-east-1", verify=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with server.s3.fail("GetObject", connection="reset", times=1) as fault:
                assert client.get_object(Bucket="photos", Key="a")["Body"].read() == BODY
    assert len(fault.fired) == 1


def test_a_wsgi_application_is_late_and_cut_and_raises_a_reset() -> None:
    application = create_app()
    waited: list[float] = []

    def get() -> tuple[str, bytes]:
        heads: list[str] = []

        def start(status: str, *_: Any) -> Any:
            heads.append(status)

        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
        environ |= {"wsgi.url_scheme": "http", "HTTP_AUTHORIZATION": "AWS any:signature"}
        pieces = application(environ | {"wsgi.input": io.BytesIO()}, start)
        return heads[0], b"".join(pieces)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("s3mock.clock.time.sleep", waited.append)
        whole = get()
        with application.s3.fail(latency=2), application.s3.fail(body="cut"):
            status, body = get()
        assert (status, waited, len(body) < len(whole[1])) == ("200 OK", [2], True)
        with application.s3.fail(code="SlowDown"):
            assert get()[0] == "503 Slow Down"
        with application.s3.fail(connection="reset"), pytest.raises(ConnectionResetError):
            get()
