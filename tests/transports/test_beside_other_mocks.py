"""Other mocks of HTTP clients beside this one: S3's hosts are ours, all others are theirs, in any order of start.

Each mock answers https://other.example/ with "theirs" while it is active.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import aioresponses
import httpretty
import httpx
import httpx2
import pytest
import pytest_httpx
import pytest_socket
import requests
import requests_mock
import responses
import respx
import vcr
from moto import mock_aws

from s3mock import mock_s3
from tests.support.http_clients import CLIENTS, fill, presign

OTHER = "https://other.example/"


class Mock(NamedTuple):
    """Another mock: how to start it, and the clients that it answers for ``OTHER``."""

    start: Callable[[], AbstractContextManager[Any]]
    answers: tuple[str, ...]
    takes: str = ""
    """The client of which it takes S3's hosts as well: it replaces the client's class itself."""


@contextmanager
def by_responses() -> Iterator[None]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(OTHER, body="theirs")
        yield


@contextmanager
def by_requests_mock() -> Iterator[None]:
    with requests_mock.Mocker() as mock:
        mock.get(OTHER, text="theirs")
        yield


def by_respx(using: str) -> Callable[[], AbstractContextManager[Any]]:
    @contextmanager
    def start() -> Iterator[None]:
        with respx.mock(using=using, assert_all_called=False) as mock:
            mock.get(OTHER).respond(text="theirs")
            yield

    return start


@contextmanager
def by_pytest_httpx() -> Iterator[None]:
    options = pytest_httpx._options._HTTPXMockOptions(assert_all_responses_were_requested=False)
    mock = pytest_httpx.HTTPXMock(options)
    mock.add_response(url=OTHER, text="theirs", is_reusable=True)
    with pytest.MonkeyPatch.context() as patch:
        # As the fixture httpx_mock does it.
        patch.setattr(
            httpx.HTTPTransport,
            "handle_request",
            lambda *arguments: mock._handle_request(*arguments),  # noqa: PLW0108 - a bound method would lose its transport
        )

        async def handle_async_request(transport: Any, request: Any) -> Any:
            return await mock._handle_async_request(transport, request)

        patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request)
        yield


@contextmanager
def by_vcr() -> Iterator[None]:
    body = {"string": b"theirs"}
    with vcr.use_cassette(path=str(Path(__file__).with_name("no-such-cassette.yaml")), record_mode="none") as cassette:
        request = vcr.request.Request("GET", OTHER, "", {})
        response = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": body}
        cassette.allow_playback_repeats = True
        cassette.data = [(request, response)]
        yield


@contextmanager
def by_httpretty() -> Iterator[None]:
    with httpretty.enabled(allow_net_connect=False):
        httpretty.register_uri(httpretty.GET, OTHER, body="theirs")
        yield


@contextmanager
def by_pytest_socket() -> Iterator[None]:
    pytest_socket.disable_socket(allow_unix_socket=True)  # asyncio makes a pair
    try:
        yield
    finally:
        pytest_socket.enable_socket()


@contextmanager
def by_aioresponses() -> Iterator[None]:
    with aioresponses.aioresponses():
        yield  # it cannot make a response of aiohttp 3.14


MOCKS: Mapping[str, Mock] = {
    "responses": Mock(by_responses, ("requests",)),
    "requests-mock": Mock(by_requests_mock, ("requests",)),
    "respx": Mock(by_respx("httpcore"), ("httpx", "httpx.AsyncClient")),
    "pytest-httpx": Mock(by_pytest_httpx, ("httpx", "httpx.AsyncClient")),
    "vcrpy": Mock(by_vcr, ("requests", "urllib3", "urllib.request", "httpx", "aiohttp"), "http.client"),
    "aioresponses": Mock(by_aioresponses, ()),
    "httpretty": Mock(by_httpretty, ()),
    "pytest-socket": Mock(by_pytest_socket, ()),
    "moto": Mock(mock_aws, ()),
}


@pytest.mark.parametrize("order", ["theirs inside ours", "ours inside theirs"])
@pytest.mark.parametrize("name", MOCKS)
def test_s3_is_ours_and_all_else_is_theirs(name: str, order: str) -> None:
    mock = MOCKS[name]
    with ExitStack() as stack:
        if order == "ours inside theirs":
            stack.enter_context(mock.start())
        s3 = stack.enter_context(mock_s3())
        if order == "theirs inside ours":
            stack.enter_context(mock.start())
        url = presign(fill(s3), "get_object", "public/index.html")
        got = {client: send("GET", url).body for client, send in CLIENTS.items() if client != mock.takes}
        assert set(got.values()) == {b"<p>hello</p>"}, got
        theirs = {client: CLIENTS[client]("GET", OTHER).body for client in mock.answers}
        assert theirs == dict.fromkeys(mock.answers, b"theirs")


@pytest.mark.parametrize("name", MOCKS)
def test_mocks_that_end_in_the_order_of_their_start_leave_nothing(name: str) -> None:
    for _ in range(2):
        theirs, ours = MOCKS[name].start(), mock_s3()
        theirs.__enter__()
        url = presign(fill(ours.start()), "get_object", "public/index.html")
        theirs.__exit__(None, None, None)
        assert {client: send("GET", url).body for client, send in CLIENTS.items()} == dict.fromkeys(
            CLIENTS, b"<p>hello</p>"
        )
        ours.stop()
    replaced = (
        (requests.Session, "send"),
        (requests.adapters.HTTPAdapter, "send"),
        (httpx.HTTPTransport, "handle_request"),
    )
    assert not [owner for owner, method in replaced if hasattr(vars(owner)[method], "__s3mock_replaces__")]


def test_respx_above_the_transport_wins() -> None:
    # With using="httpx" it replaces what chooses the transport: a client under it never gets to ours.
    with mock_s3() as s3, by_respx("httpx")():
        url = presign(fill(s3), "get_object", "public/index.html")
        with pytest.raises(respx.models.AllMockedAssertionError):
            httpx.get(url)


def test_a_transport_that_the_user_has_given_is_the_users() -> None:
    with mock_s3() as s3:
        url = presign(fill(s3), "get_object", "public/index.html")
        for library in (httpx, httpx2):
            transport = library.MockTransport(lambda _, library=library: library.Response(200, text="mine"))
            assert library.Client(transport=transport).get(url).text == "mine"
        session = requests.Session()
        adapter = requests_mock.Adapter()
        adapter.register_uri("GET", url, text="mine")
        session.mount("https://", adapter)
        assert session.get(url, timeout=5).text == "mine"


def test_a_library_wrapped_by_an_instrumentation_stays_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    send = requests.Session.send

    def instrumented(session: Any, request: Any, **kwargs: Any) -> Any:
        seen.append(request.url)
        return send(session, request, **kwargs)

    monkeypatch.setattr(requests.Session, "send", instrumented)
    with mock_s3() as s3:
        url = presign(fill(s3), "get_object", "public/index.html")
        assert requests.get(url, timeout=5).ok
    assert seen == [url]


@pytest.mark.parametrize(
    ("owner", "name", "client"),
    [
        (requests.Session, "send", "requests"),
        (requests.adapters.HTTPAdapter, "send", "requests"),
        (aiohttp.ClientSession, "_request", "aiohttp"),
    ],
)
@pytest.mark.parametrize("inside", [False, True], ids=["before the mock", "inside the mock"])
def test_an_instrumentation_sees_the_requests_to_s3(
    owner: type, name: str, client: str, inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def instrument() -> None:
        original = vars(owner)[name]

        @functools.wraps(original)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            seen.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, wrapper)

    if not inside:
        instrument()
    with mock_s3() as s3:
        if inside:
            instrument()
        assert CLIENTS[client]("GET", presign(fill(s3), "get_object", "a cat.jpg")).status == 200
    assert seen == [name]


def test_tasks_of_one_loop_see_the_mock() -> None:
    async def main(url: str) -> list[int]:
        async with httpx.AsyncClient() as client:
            tasks = [asyncio.create_task(client.get(url)) for _ in range(3)]
            return [(await task).status_code for task in tasks]

    with mock_s3() as s3:
        assert asyncio.run(main(presign(fill(s3), "get_object", "public/index.html"))) == [200] * 3
