"""aioboto3's resources and transfers share the store with boto3."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import aioboto3
import pytest
from boto3.s3.transfer import TransferConfig

from s3mock import mock_s3

pytestmark = pytest.mark.usefixtures("no_network")

CONTENT = bytes(range(256)) * 40_000


def test_resources_make_fill_list_and_empty_a_bucket() -> None:
    async def main() -> None:
        async with aioboto3.Session().resource("s3", region_name="us-east-1") as s3:
            bucket = await s3.Bucket("photos")
            await bucket.create()
            await (await bucket.Object("cat")).put(Body=b"meow")
            reply = await (await s3.Object("photos", "cat")).get()
            assert await reply["Body"].read() == b"meow"
            assert [found.key async for found in bucket.objects.all()] == ["cat"]
            await bucket.objects.all().delete()
            assert [found.key async for found in bucket.objects.filter(Prefix="c")] == []

    with mock_s3() as mock:
        asyncio.run(main())
        assert mock.client().list_objects_v2(Bucket="photos")["KeyCount"] == 0


def test_transfers_in_parts_go_there_and_back(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(CONTENT)

    async def main() -> None:
        async with aioboto3.Session().client("s3", region_name="us-east-1") as s3:
            await s3.create_bucket(Bucket="photos")
            config = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
            await s3.upload_file(str(source), "photos", "file", Config=config)
            await s3.upload_fileobj(io.BytesIO(CONTENT), "photos", "memory", Config=config)
            await s3.copy({"Bucket": "photos", "Key": "file"}, "photos", "copy", Config=config)
            await s3.download_file("photos", "copy", str(target))
            memory = io.BytesIO()
            await s3.download_fileobj("photos", "memory", memory)
            assert memory.getvalue() == target.read_bytes() == CONTENT

    with mock_s3() as mock:
        asyncio.run(main())
        for key in ("file", "memory"):
            assert mock.client().head_object(Bucket="photos", Key=key)["ETag"].endswith('-2"')
