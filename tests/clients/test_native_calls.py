"""C libraries that resolve names below Python's ``socket`` are refused where their Python reaches them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiodns
import curl_cffi.requests
import httpx
import httpx2
import pytest
import uvloop

from s3mock import RealCallError, mock_s3
from tests.support.http_clients import fill, presign

SQS = "sqs.us-east-1.amazonaws.com"


async def by_httpx(url: str) -> Any:
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).content


async def by_httpx2(url: str) -> Any:
    async with httpx2.AsyncClient() as client:
        return (await client.get(url)).content


async def by_asyncio(url: str) -> Any:
    return await asyncio.open_connection(httpx.URL(url).host, 443)


async def by_the_loops_resolver(url: str) -> Any:
    return await asyncio.get_running_loop().getaddrinfo(httpx.URL(url).host, 443)


Fetch = Callable[[str], Awaitable[Any]]


def on_uvloop(fetch: Fetch, url: str) -> Any:
    loop = uvloop.new_event_loop()
    try:
        return loop.run_until_complete(fetch(url))
    finally:
        loop.close()


@pytest.mark.parametrize("fetch", [by_httpx, by_httpx2, by_asyncio, by_the_loops_resolver])
def test_what_uvloop_would_connect_to_is_refused(fetch: Fetch) -> None:
    with mock_s3(), pytest.raises(RealCallError, match=SQS):
        on_uvloop(fetch, f"https://{SQS}/")


@pytest.mark.parametrize("fetch", [by_httpx, by_httpx2])
def test_s3_is_answered_on_uvloop(fetch: Fetch) -> None:
    with mock_s3() as s3:
        assert on_uvloop(fetch, presign(fill(s3), "get_object", "a cat.jpg")) == b"meow" * 50_000


def test_a_local_server_is_reached_on_uvloop() -> None:
    async def ask() -> bytes:
        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"hello")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        greeting = await reader.read()
        writer.close()
        server.close()
        return greeting

    with mock_s3():
        assert on_uvloop(lambda _: ask(), "") == b"hello"


@pytest.mark.parametrize("call", [("getaddrinfo", SQS), ("gethostbyname", SQS, 2), ("query", SQS, "A")])
def test_what_c_ares_would_resolve_is_refused(call: tuple[Any, ...]) -> None:
    async def resolve() -> Any:
        return await getattr(aiodns.DNSResolver(), call[0])(*call[1:])

    with mock_s3(), pytest.raises(RealCallError, match=SQS):
        asyncio.run(resolve())


@pytest.mark.parametrize("host", [SQS, "photos.s3.amazonaws.com"])
def test_what_curl_cffi_would_fetch_is_refused(host: str) -> None:
    with mock_s3(), pytest.raises(RealCallError, match=f"curl_cffi to {host}"):
        curl_cffi.requests.get(f"https://{host}/")


def test_a_service_that_is_allowed_gets_through_to_curl() -> None:
    curl = curl_cffi.Curl()
    with mock_s3(allow_services=["sqs"]):
        curl.setopt(curl_cffi.CurlOpt.URL, f"https://{SQS}/".encode())
    curl.close()
