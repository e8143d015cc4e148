"""Whatever no patch answers, and names AWS, is refused before a name is resolved or a socket connected."""

from __future__ import annotations

import asyncio
import http.client
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

from s3mock import RealCallError, mock_s3
from s3mock.process import real_calls

SQS = "sqs.us-east-1.amazonaws.com"


async def by_aiohttp(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        await session.get(url)


async def by_async_httpx(url: str) -> None:
    async with httpx.AsyncClient() as client:
        await client.get(url)


def by_http_client(url: str) -> None:
    http.client.HTTPSConnection(url.split("/")[2], timeout=1).request("GET", "/")


def connect(address: tuple[str, int]) -> None:
    with socket.socket() as sock:
        sock.connect(address)


WAYS_OUT: dict[str, Callable[[str], Any]] = {
    "requests": lambda url: requests.get(url, timeout=1),
    "urllib3": lambda url: urllib3.PoolManager().request("GET", url),
    "urllib": lambda url: urllib.request.build_opener().open(url, timeout=1),  # urlopen would keep the proxies
    "http.client": by_http_client,
    "httpx": httpx.get,
    "httpx.AsyncClient": lambda url: asyncio.run(by_async_httpx(url)),
    "aiohttp": lambda url: asyncio.run(by_aiohttp(url)),
    "getaddrinfo": lambda url: socket.getaddrinfo(url.split("/")[2], 443),
    "gethostbyname": lambda url: socket.gethostbyname(url.split("/")[2]),
    "create_connection": lambda url: socket.create_connection((url.split("/")[2], 443), timeout=1),
    "connect": lambda url: connect((url.split("/")[2], 443)),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_a_host_of_aws_is_refused(way: str, no_network: list[str]) -> None:
    with mock_s3(), pytest.raises(RealCallError, match=rf"{SQS} would have left .*allow_services=\['sqs'\]"):
        WAYS_OUT[way](f"https://{SQS}/")
    assert no_network == []


@pytest.mark.parametrize("way", [way for way in WAYS_OUT if "url" in way or "http" in way or way == "requests"])
def test_a_proxy_is_not_asked_for_a_host_of_aws(
    way: str, no_network: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for scheme in ("http", "https"):
        with mock_s3(), pytest.raises(RealCallError, match=SQS):
            WAYS_OUT[way](f"{scheme}://{SQS}/")
    assert no_network == []


@pytest.mark.parametrize("way", ["requests", "urllib3", "urllib", "httpx", "aiohttp"])
def test_the_error_names_the_library(way: str, no_network: list[str]) -> None:
    del no_network
    with mock_s3(), pytest.raises(RealCallError, match=f"A connection of {way} to"):
        WAYS_OUT[way](f"https://{SQS}/")


@pytest.mark.parametrize("address", sorted(real_calls.METADATA))
def test_the_metadata_of_instances_and_containers_is_refused(address: str, no_network: list[str]) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with mock_s3(), socket.socket(family) as sock, pytest.raises(RealCallError, match=r"allow_services=\['imds'\]"):
        sock.connect((address, 80))
    assert no_network == []


@pytest.mark.parametrize(
    ("host", "service"),
    [
        (SQS, "sqs"),
        ("iam.amazonaws.com", "iam"),
        ("sqs-fips.us-east-1.amazonaws.com", "sqs"),
        ("sqs.us-east-1.api.aws", "sqs"),
        ("abc.execute-api.us-east-1.amazonaws.com", "execute-api"),
        ("123456789012.s3-control.dualstack.us-east-1.amazonaws.com", "s3-control"),
        ("dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb"),
        ("us-east-1.signin.aws.amazon.com", "signin"),
        ("us-east-1.oauth.signin.aws", "signin.aws"),
        ("signin.amazonaws.cn", "signin"),
        ("d-123.awsapps.com", "d-123"),
        ("abc.lambda-url.us-east-1.on.aws", "lambda-url"),
        ("169.254.169.254", "imds"),
        ("[fd00:ec2::254]:80", "imds"),
    ],
)
def test_a_host_of_aws_has_a_service(host: str, service: str) -> None:
    assert real_calls.is_aws(host)
    assert real_calls.service_of(host) == service


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "amazonaws.com.example.org", "notamazonaws.com", "::1"])
def test_other_hosts_are_not_aws(host: str) -> None:
    assert not real_calls.is_aws(host)


@pytest.mark.parametrize(
    "settings", [{"allow_services": ["sqs"]}, {"allow_services": "*"}, {"passthrough": [SQS]}], ids=str
)
def test_what_a_setting_allows_leaves(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: [])
    with mock_s3(**settings):
        assert socket.getaddrinfo(SQS, 443) == []


def test_s3_by_a_client_that_is_not_answered_is_refused(no_network: list[str]) -> None:
    with mock_s3(), pytest.raises(RealCallError, match=r"S3MockServer, or let it reach .*passthrough"):
        socket.create_connection(("photos.s3.amazonaws.com", 443), timeout=1)
    assert no_network == []


def test_everything_is_put_back() -> None:
    before = dict(vars(socket)), dict(vars(socket.socket))
    with mock_s3():
        assert (dict(vars(socket)), dict(vars(socket.socket))) != before
    assert (dict(vars(socket)), dict(vars(socket.socket))) == before


def test_connections_to_this_machine_work() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, mock_s3():
        socket.create_connection(listener.getsockname(), timeout=1).close()


@pytest.mark.parametrize("kind", ["s3transfer.crt:CRTTransferManager", "awscrt.s3:S3Client"])
def test_the_common_runtimes_own_clients_are_refused(kind: str) -> None:
    module, name = kind.split(":")
    code = (
        "import importlib, s3mock\n"
        "with s3mock.mock_s3():\n"
        f"    kind = getattr(importlib.import_module({module!r}), {name!r})\n"
        "    try: kind()\n"
        "    except s3mock.RealCallError as error: print(error)\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "Common Runtime" in printed


@pytest.mark.parametrize("library", ["requests", "httpx", "httpx2", "aiohttp"])
def test_a_library_imported_inside_the_mock_is_answered(library: str) -> None:
    code = (
        "import sys, s3mock\n"
        "with s3mock.mock_s3() as s3:\n"
        f"    assert {library!r} not in sys.modules\n"
        "    from tests.support import http_clients\n"
        "    url = http_clients.presign(http_clients.fill(s3), 'get_object', 'public/index.html')\n"
        f"    print(http_clients.CLIENTS[{library!r}]('GET', url).body)\n"
        "assert not any(type(finder).__name__ == 'Patches' for finder in sys.meta_path)\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == "b'<p>hello</p>'\n"
