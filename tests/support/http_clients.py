"""The HTTP clients that the mock answers in the process, behind one signature: a table of functions."""

from __future__ import annotations

import asyncio
import http.client
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp
import httpx
import httpx2
import pytest
import requests
import urllib3

from s3mock.control import S3

SITE = "photos.s3-website-us-east-1.amazonaws.com"
READ_BY_ALL = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",'
    ' "Resource": "arn:aws:s3:::photos/public/*"}]}'
)


class Answer(NamedTuple):
    """A response, with lower-case header names."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    reason: str | None = None


Send = Callable[..., Answer]
"""``send(method, url, body=None, headers={})`` without following redirects."""


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def by_requests(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    response = requests.request(method, url, data=body, headers=headers, timeout=5, allow_redirects=False)
    return Answer(response.status_code, lower(response.headers), response.content, response.reason)


def by_urllib3(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    response = urllib3.PoolManager().request(method, url, body=body, headers=headers, redirect=False)
    return Answer(response.status, lower(response.headers), response.data, response.reason)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def by_urllib(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    # urllib adds a content type to a body unless there is one; as at S3, a URL signed by version 2 would not match.
    request = urllib.request.Request(url, body, {"Content-Type": ""} | dict(headers or {}), method=method)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=5) as response:
            return Answer(response.status, lower(response.headers), response.read(), response.reason)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, lower(dict(error.headers)), error.read(), error.reason)


def by_http_client(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=5)
    connection.request(method, f"{parts.path or '/'}?{parts.query}".rstrip("?"), body, dict(headers or {}))
    response = connection.getresponse()
    answer = Answer(response.status, lower(dict(response.headers)), response.read(), response.reason)
    connection.close()
    return answer


def by_httpx(library: Any) -> Send:
    def send(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        response = library.request(method, url, content=body, headers=headers)
        return Answer(response.status_code, lower(response.headers), response.content, response.reason_phrase)

    return send


def by_async_httpx(library: Any) -> Send:
    def send(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        async def call() -> Answer:
            async with library.AsyncClient() as client:
                # An async client takes no synchronous iterator.
                content = body if body is None or isinstance(body, (bytes, str)) else b"".join(body)
                response = await client.request(method, url, content=content, headers=headers)
            return Answer(response.status_code, lower(response.headers), response.content, response.reason_phrase)

        return asyncio.run(call())

    return send


def by_aiohttp(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    async def call() -> Answer:
        async with (
            aiohttp.ClientSession(auto_decompress=True) as session,
            session.request(
                method,
                url,
                data=body,
                headers=dict(headers or {}),
                allow_redirects=False,
                skip_auto_headers=["Content-Type"],
            ) as response,
        ):
            return Answer(response.status, lower(response.headers), await response.read(), response.reason)

    return asyncio.run(call())


CLIENTS: Mapping[str, Send] = {
    "requests": by_requests,
    "urllib3": by_urllib3,
    "urllib.request": by_urllib,
    "http.client": by_http_client,
    "httpx": by_httpx(httpx),
    "httpx2": by_httpx(httpx2),
    "httpx.AsyncClient": by_async_httpx(httpx),
    "httpx2.AsyncClient": by_async_httpx(httpx2),
    "aiohttp": by_aiohttp,
}


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Make every resolution of a name and every connection an error; yields what was tried."""
    tried: list[str] = []

    def refuse(*args: Any, **_: Any) -> Any:
        tried.append(str(args[0]))
        raise OSError(f"no network in this test: {args}")

    def refuse_socket(_: Any, address: Any) -> Any:
        refuse(address)

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, refuse)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse_socket)
    yield tried
    assert tried == []


def fill(s3: S3) -> Any:
    """Make the bucket "photos", with a website; below ``public/`` everyone may read. Returns a client."""
    client = s3.client(region_name="us-east-1")
    client.create_bucket(Bucket="photos")
    client.put_bucket_policy(Bucket="photos", Policy=READ_BY_ALL)
    client.put_object(Bucket="photos", Key="a cat.jpg", Body=b"meow" * 50_000, Metadata={"who": "Tom"})
    client.put_object(Bucket="photos", Key="public/index.html", Body=b"<p>hello</p>", ContentType="text/html")
    rule = {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "public/"}}
    website = {"IndexDocument": {"Suffix": "index.html"}, "RoutingRules": [rule]}
    client.put_bucket_website(Bucket="photos", WebsiteConfiguration=website)
    return client


def presign(client: Any, operation: str, key: str, **parameters: Any) -> str:
    url: str = client.generate_presigned_url(operation, Params={"Bucket": "photos", "Key": key, **parameters})
    return url
