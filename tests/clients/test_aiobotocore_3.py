"""What only newer releases of aiobotocore can do: trio, and bodies with an async ``read``."""

from __future__ import annotations

import asyncio
import io
from functools import partial

import pytest
import trio
from aiobotocore.config import AioConfig
from aiobotocore.httpxsession import HttpxSession
from aiobotocore.session import get_session

from s3mock import mock_s3
from tests.clients.test_aiobotocore import CONTENT, filled

pytestmark = pytest.mark.usefixtures("no_network")


class AsyncFile:
    """A file with an async ``read``, like aiofiles', and aiohttp's response."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


def test_an_async_body_is_uploaded() -> None:
    async def main() -> None:
        async with get_session().create_client("s3", region_name="us-east-1") as client:
            await client.put_object(Bucket="photos", Key="read", Body=AsyncFile(b"async file"), ContentLength=10)

    with mock_s3():
        s3 = filled()
        asyncio.run(main())
        assert s3.get_object(Bucket="photos", Key="read")["Body"].read() == b"async file"


def test_a_client_works_under_trio() -> None:
    async def main() -> None:
        config = AioConfig(http_session_cls=HttpxSession)
        async with get_session().create_client("s3", region_name="us-east-1", config=config) as client:
            async with (await client.get_object(Bucket="photos", Key="cat"))["Body"] as body:
                assert await body.read() == CONTENT
            async with trio.open_nursery() as nursery:
                for key in "abc":
                    nursery.start_soon(partial(client.put_object, Bucket="photos", Key=key, Body=b"x"))

    with mock_s3():
        s3 = filled()
        trio.run(main)
        assert s3.list_objects_v2(Bucket="photos")["KeyCount"] == 4
