"""Faults through aiobotocore, by each of its HTTP libraries and in each mode: botocore's exceptions, and no waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import aiobotocore.response
import aiohttp
import botocore.exceptions
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from s3mock import mock_s3
from s3mock.control import S3

CONNECT, READ = 3, 5
MODES = ("legacy", "standard", "adaptive")
SESSIONS: dict[str, dict[str, Any]] = {"aiohttp": {}}
if hasattr(aiobotocore.response, "AioHttpxStreamingBody"):  # aiobotocore 2.25 cannot stream by httpx
    SESSIONS["httpx"] = {"http_session_cls": import_module("aiobotocore.httpxsession").HttpxSession}

EFFECTS: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "error": ({"code": "SlowDown"}, botocore.exceptions.ClientError),
    "refused": ({"connection": "refused"}, botocore.exceptions.EndpointConnectionError),
    "connect timeout": ({"connection": "connect timeout"}, botocore.exceptions.ConnectTimeoutError),
    "reset": ({"connection": "reset"}, botocore.exceptions.EndpointConnectionError),
    "reset after": ({"connection": "reset", "after": True}, botocore.exceptions.EndpointConnectionError),
    "closed": ({"connection": "closed"}, botocore.exceptions.ConnectionClosedError),
    "read timeout": ({"connection": "read timeout"}, botocore.exceptions.ReadTimeoutError),
    "too late": ({"latency": 9}, botocore.exceptions.ReadTimeoutError),
}


@pytest.fixture
def photos() -> Iterator[S3]:
    """A mock with an object."""
    with mock_s3() as mock:
        client = mock.client(region_name="us-east-1")
        client.create_bucket(Bucket="photos")
        client.put_object(Bucket="photos", Key="a", Body=b"0123456789" * 10)
        yield mock


def create(library: str, mode: str, attempts: int = 4) -> Any:
    retries: Any = {"mode": mode, "total_max_attempts": attempts}
    config = AioConfig(connect_timeout=CONNECT, read_timeout=READ, retries=retries, **SESSIONS[library])
    return get_session().create_client("s3", region_name="us-east-1", config=config)


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("library", SESSIONS)
def test_a_call_is_retried_until_it_gives_up(photos: S3, library: str, mode: str, effect: str) -> None:
    rule, error = EFFECTS[effect]
    attempts = [1, 2, 3, 4]
    if library == "httpx" and effect in ("reset", "reset after", "closed"):
        # aiobotocore has no exception of botocore's for these, and the legacy mode does not know the general one.
        error = botocore.exceptions.HTTPClientError
        attempts = [1] if mode == "legacy" else attempts

    async def main() -> None:
        async with create(library, mode) as client:
            with photos.fail("PutObject", **rule) as fault, pytest.raises(error) as raised:
                await client.put_object(Bucket="photos", Key="c", Body=b"bytes")
            assert type(raised.value) is error
            assert [fired.attempt for fired in fault.fired] == attempts
            if len(attempts) > 1:
                with photos.fail("PutObject", **rule, times=2) as fault:
                    response = await client.put_object(Bucket="photos", Key="b", Body=b"bytes")
                assert len(fault.fired) == response["ResponseMetadata"]["RetryAttempts"] == 2

    before = photos.clock.offset
    asyncio.run(main())
    assert (photos.clock.offset > before) == (len(attempts) > 1)


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"body": "cut"}, None),
        ({"connection": "reset", "at": 0.5}, None),
        ({"body": "corrupt"}, botocore.exceptions.FlexibleChecksumError),
        ({"body": "wrong checksum"}, botocore.exceptions.FlexibleChecksumError),
    ],
    ids=str,
)
@pytest.mark.parametrize("library", SESSIONS)
def test_a_broken_body_is_an_error(
    photos: S3, library: str, rule: dict[str, Any], error: type[Exception] | None
) -> None:
    streaming = {"aiohttp": aiohttp.ClientPayloadError, "httpx": botocore.exceptions.ResponseStreamingError}

    async def main() -> None:
        async with create(library, "standard") as client:
            with photos.fail("GetObject", **rule) as fault:
                response = await client.get_object(Bucket="photos", Key="a")
                with pytest.raises(error or streaming[library]):
                    await response["Body"].read()
            assert len(fault.fired) == 1

    asyncio.run(main())


@pytest.mark.parametrize("library", SESSIONS)
def test_a_slow_body_and_a_latency_pass_by_the_clock(photos: S3, library: str) -> None:
    async def main() -> None:
        async with create(library, "standard") as client:
            with photos.fail(latency=2), photos.fail("GetObject", body="slow", pace=100):
                response = await client.get_object(Bucket="photos", Key="a")
                assert await response["Body"].read() == b"0123456789" * 10

    before = photos.clock.offset
    asyncio.run(main())
    assert photos.clock.offset - before == pytest.approx(3, abs=0.01)
