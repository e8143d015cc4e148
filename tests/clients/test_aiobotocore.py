"""aiobotocore's clients share the store with boto3's, by each of its HTTP libraries, with no name ever resolved."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

import aiobotocore.response
import aiohttp
import boto3
import pytest
import pytest_asyncio
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ClientError

from s3mock import RealCallError, mock_s3
from s3mock.control import S3

pytestmark = pytest.mark.usefixtures("no_network")

SESSIONS = [pytest.param({}, id="aiohttp")]
if hasattr(aiobotocore.response, "AioHttpxStreamingBody"):  # aiobotocore 2.25 cannot stream by httpx
    httpx = AioConfig(http_session_cls=import_module("aiobotocore.httpxsession").HttpxSession)
    SESSIONS.append(pytest.param({"config": httpx}, id="httpx"))

with_each_session = pytest.mark.parametrize("options", SESSIONS)
CONTENT = b"meow" * 50_000


def create(service: str = "s3", **options: Any) -> AbstractAsyncContextManager[Any]:
    client: AbstractAsyncContextManager[Any] = get_session().create_client(service, region_name="us-east-1", **options)
    return client


def filled() -> Any:
    """boto3's client of the mock, with the bucket "photos" and a cat in it."""
    s3: Any = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="cat", Body=CONTENT, Metadata={"who": "Tom"})
    return s3


@with_each_session
def test_each_sees_what_the_other_wrote(options: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a file")

    async def main() -> None:
        async with create(**options) as client:
            reply = await client.get_object(Bucket="photos", Key="cat")
            assert (reply["Metadata"], reply["ContentLength"]) == ({"who": "Tom"}, len(CONTENT))
            assert await reply["Body"].read(4) + await reply["Body"].read() == CONTENT
            await client.put_object(Bucket="photos", Key="bytes", Body=b"bytes")
            await client.put_object(Bucket="photos", Key="memory", Body=io.BytesIO(b"memory"))
            with (tmp_path / "file").open("rb") as file:
                await client.put_object(Bucket="photos", Key="file", Body=file)

    with mock_s3():
        s3 = filled()
        asyncio.run(main())
        read = {key: s3.get_object(Bucket="photos", Key=key)["Body"].read() for key in ("bytes", "memory", "file")}
        assert read == {"bytes": b"bytes", "memory": b"memory", "file": b"a file"}


@with_each_session
def test_a_body_is_streamed_in_chunks_and_lines(options: Any) -> None:
    async def main() -> None:
        async with create(**options) as client:
            body = (await client.get_object(Bucket="photos", Key="cat"))["Body"]
            sizes = [len(chunk) async for chunk in body.iter_chunks(1 << 16)]
            assert sum(sizes) == len(CONTENT)
            assert len(sizes) > 1
            await client.put_object(Bucket="photos", Key="lines", Body=b"one\ntwo\n")
            body = (await client.get_object(Bucket="photos", Key="lines"))["Body"]
            assert [line async for line in body.iter_lines()] == [b"one", b"two"]
            part = await client.get_object(Bucket="photos", Key="cat", Range="bytes=2-5")
            assert await part["Body"].read() == b"owme"

    with mock_s3():
        filled()
        asyncio.run(main())


@with_each_session
def test_errors_have_their_classes_and_are_not_retried(options: Any) -> None:
    async def main() -> None:
        async with create(**options) as client:
            with pytest.raises(client.exceptions.NoSuchKey) as missing:
                await client.get_object(Bucket="photos", Key="dog")
            assert missing.value.response["Error"]["Key"] == "dog"
            assert missing.value.response["ResponseMetadata"]["RetryAttempts"] == 0
            with pytest.raises(ClientError, match=r"\(404\)"):
                await client.head_object(Bucket="photos", Key="dog")
            with pytest.raises(client.exceptions.NoSuchBucket):
                await client.list_objects_v2(Bucket="films")

    with mock_s3():
        filled()
        asyncio.run(main())


@with_each_session
def test_paginators_waiters_and_multipart_uploads(options: Any) -> None:
    async def main() -> None:
        async with create(**options) as client:
            upload = {"Bucket": "photos", "Key": "big"}
            upload["UploadId"] = (await client.create_multipart_upload(**upload))["UploadId"]
            bodies = [b"1" * (5 << 20), b"2"]
            parts = await asyncio.gather(
                *(client.upload_part(**upload, PartNumber=number, Body=body) for number, body in enumerate(bodies, 1))
            )
            listed = [{"PartNumber": number, "ETag": part["ETag"]} for number, part in enumerate(parts, 1)]
            await client.complete_multipart_upload(**upload, MultipartUpload={"Parts": listed})
            await client.get_waiter("object_exists").wait(Bucket="photos", Key="big")
            pages = client.get_paginator("list_objects_v2").paginate(Bucket="photos", PaginationConfig={"PageSize": 1})
            assert [page["Contents"][0]["Key"] async for page in pages] == ["big", "cat"]

    with mock_s3():
        s3 = filled()
        asyncio.run(main())
        assert s3.head_object(Bucket="photos", Key="big")["ContentLength"] == (5 << 20) + 1


def test_a_presigned_url_and_a_form_are_valid_now_and_after_the_clock_was_moved() -> None:
    async def main(mock: Any) -> None:
        async with create() as client, aiohttp.ClientSession() as session:
            for _ in range(2):
                url = await client.generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "cat"})
                async with session.get(url) as response:
                    assert await response.read() == CONTENT
                form = await client.generate_presigned_post("photos", "form")
                data = aiohttp.FormData(form["fields"])
                data.add_field("file", b"data", filename="n")
                async with session.post(form["url"], data=data) as response:
                    assert response.status == 204
                mock.clock.advance(timedelta(days=31))

    with mock_s3() as mock:
        filled()
        asyncio.run(main(mock))


def test_select_streams_its_events() -> None:
    # By httpx this fails in aiobotocore itself: httpx.ResponseNotRead.
    async def main() -> None:
        async with create() as client:
            await client.put_object(Bucket="photos", Key="csv", Body=b"a,b\n1,2\n")
            reply = await client.select_object_content(
                Bucket="photos",
                Key="csv",
                ExpressionType="SQL",
                Expression="SELECT s.b FROM s3object s",
                InputSerialization={"CSV": {"FileHeaderInfo": "USE"}},
                OutputSerialization={"CSV": {}},
            )
            events = [event async for event in reply["Payload"]]
            assert events[0]["Records"]["Payload"] == b"2\n"
            assert [name for event in events for name in event] == ["Records", "Stats", "End"]

    with mock_s3():
        filled()
        asyncio.run(main())


def test_fifty_calls_at_once_see_one_store() -> None:
    async def main() -> None:
        async with create() as client:

            async def there_and_back(number: int) -> bytes:
                key = str(number)
                await client.put_object(Bucket="photos", Key=key, Body=key.encode())
                async with (await client.get_object(Bucket="photos", Key=key))["Body"] as body:
                    content: bytes = await body.read()
                    return content

            assert await asyncio.gather(*map(there_and_back, range(50))) == [str(n).encode() for n in range(50)]

    with mock_s3():
        filled()
        asyncio.run(main())


@pytest.mark.parametrize("credentials", [True, False], ids=["with credentials", "without credentials"])
def test_a_client_from_before_the_mock_is_answered(credentials: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"} if credentials else {}

    async def main() -> None:
        async with create(**keys) as early:
            async with mock_s3() as mock:
                await early.create_bucket(Bucket="photos")
                assert [bucket["Name"] for bucket in mock.client().list_buckets()["Buckets"]] == ["photos"]
                async with create(**keys) as late:
                    assert len((await late.list_buckets())["Buckets"]) == 1
            with mock_s3():
                assert (await early.list_buckets())["Buckets"] == []

    asyncio.run(main())


def test_any_endpoint_is_answered_and_one_in_passthrough_is_called(no_network: list[str]) -> None:
    keys = {"aws_access_key_id": "minioadmin", "aws_secret_access_key": "minioadmin"}

    async def main() -> None:
        async with create(endpoint_url="http://minio.local:9000", **keys) as client:
            assert len((await client.list_buckets())["Buckets"]) == 1
        once = AioConfig(retries={"total_max_attempts": 1})
        async with create(endpoint_url="http://real.local:9000", config=once, **keys) as client:
            with pytest.raises(Exception, match=r"real\.local"):
                await client.list_buckets()

    with mock_s3(passthrough=["real.local:9000"]):
        filled()
        asyncio.run(main())
    assert no_network == ["real.local"]
    no_network.clear()


def test_other_services_are_refused() -> None:
    async def main() -> None:
        async with create("sqs") as client:
            with pytest.raises(Exception, match="'sqs'") as refused:
                await client.list_queues()
            errors = [refused.value, refused.value.__cause__, refused.value.__context__]
            assert any(isinstance(error, RealCallError) for error in errors)

    with mock_s3():
        asyncio.run(main())


def test_coroutines_and_async_generators_are_decorated() -> None:
    @mock_s3
    async def count() -> int:
        async with create() as client:
            await client.create_bucket(Bucket="photos")
            return len((await client.list_buckets())["Buckets"])

    @mock_s3
    async def names() -> AsyncIterator[str]:
        async with create() as client:
            for name in ("films", "photos"):
                await client.create_bucket(Bucket=name)
                yield [bucket["Name"] for bucket in (await client.list_buckets())["Buckets"]][-1]

    async def main() -> None:
        assert (await count(), await count()) == (1, 1)
        assert [name async for name in names()] == ["films", "photos"]

    asyncio.run(main())


def test_tasks_and_threads_of_a_test_see_its_mock() -> None:
    async def names() -> list[str]:
        async with create() as client:
            return [bucket["Name"] for bucket in (await client.list_buckets())["Buckets"]]

    async def main() -> None:
        assert await asyncio.create_task(names()) == ["photos"]
        s3 = boto3.client("s3", "us-east-1")
        assert len((await asyncio.to_thread(s3.list_buckets))["Buckets"]) == 1

    with mock_s3():
        filled()
        asyncio.run(main())
        found: list[str] = []
        thread = threading.Thread(target=lambda: found.extend(asyncio.run(names())))
        thread.start()
        thread.join()
        assert found == ["photos"]


def test_a_response_opened_in_the_mock_is_read_after_it() -> None:
    async def main() -> None:
        mock = mock_s3()
        mock.start()
        filled()
        async with create() as client:
            body = (await client.get_object(Bucket="photos", Key="cat"))["Body"]
            mock.stop()
            assert await body.read() == CONTENT

    asyncio.run(main())


@with_each_session
def test_the_journal_has_the_line_of_each_call_whatever_task_runs_it(options: Any) -> None:
    def here(offset: int) -> str:
        return f"tests/clients/test_aiobotocore.py:{sys._getframe(1).f_lineno + offset}"

    async def main() -> list[str]:
        async with create(**options) as client:
            calls = [client.get_object(Bucket="photos", Key="cat"), client.head_object(Bucket="photos", Key="cat")]
            lines = [here(-1)] * 2
            await asyncio.gather(*calls)
            lines.append(here(1))
            await asyncio.create_task(client.put_object(Bucket="photos", Key="dog", Body=b"woof"))
            lines.append(here(1))
            async for _ in client.get_paginator("list_objects_v2").paginate(Bucket="photos"):
                pass
        return lines

    with mock_s3() as mock:
        filled()
        with mock.expect(GetObject=1, HeadObject=1, PutObject=1, ListObjectsV2=1, others=0) as calls:
            lines = asyncio.run(main())
        assert [entry.line for entry in sorted(calls.requests, key=lambda entry: entry.line)] == lines
        assert {entry.client for entry in calls.requests} == {"aiobotocore"}
        mock.assert_called("PutObject", Key="dog", times=1)


@with_each_session
def test_forks_and_a_frozen_clock_are_those_of_boto3(options: Any) -> None:
    async def main(mock: S3) -> None:
        async with create(**options) as client:
            before = mock.snapshot()
            with mock.fork(), mock.clock.freeze("2027-01-01"):
                await client.put_object(Bucket="photos", Key="dog", Body=b"woof")
                head = await client.head_object(Bucket="photos", Key="dog")
                assert head["LastModified"] == datetime(2027, 1, 1, tzinfo=timezone.utc)
                assert [(changed.kind, changed.key) for changed in mock.diff(before) if changed.key] == [
                    ("added", "dog")
                ]
            assert [found["Key"] for found in (await client.list_objects_v2(Bucket="photos"))["Contents"]] == ["cat"]
            await client.delete_object(Bucket="photos", Key="cat")
            mock.restore(before)
            assert (await client.head_object(Bucket="photos", Key="cat"))["ContentLength"] == len(CONTENT)

    with mock_s3() as mock:
        filled()
        asyncio.run(main(mock))


@pytest_asyncio.fixture
async def photos(aio_s3_client: Any) -> str:
    await aio_s3_client.create_bucket(Bucket="photos")
    return "photos"


@pytest.mark.asyncio
async def test_the_plugins_client_is_one_of_the_mock(aio_s3_client: Any, photos: str, s3_client: Any) -> None:
    await aio_s3_client.put_object(Bucket=photos, Key="cat", Body=b"meow")
    assert s3_client.get_object(Bucket="photos", Key="cat")["Body"].read() == b"meow"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_the_plugins_client_works_in_anyios_tests(anyio_backend: str, aio_s3_client: Any) -> None:
    await aio_s3_client.create_bucket(Bucket="photos")
    assert (await aio_s3_client.list_objects_v2(Bucket="photos"))["KeyCount"] == 0
