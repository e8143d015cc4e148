"""Apache OpenDAL's binding, with an S3 client of its own in Rust."""

from __future__ import annotations

import asyncio
import urllib.request
from importlib.metadata import version
from typing import Any

import opendal
import pytest

from tests.over_http.place import ACCESS_KEY, LARGE, REGION, SECRET_KEY, TREE, Place


def client() -> tuple[str, str]:
    return "OpenDAL", version("opendal")


@pytest.fixture
def files(place: Place, bucket: str) -> Any:
    return opendal.Operator(
        "s3",
        bucket=bucket,
        endpoint=place.url,
        access_key_id=ACCESS_KEY,
        secret_access_key=SECRET_KEY,
        region=REGION,
        enable_versioning="true",
    )


def test_objects(files: Any, place: Place, bucket: str) -> None:
    for name, content in TREE.items():
        files.write(name, content, content_type="text/x-odd", user_metadata={"colour": "blue"})
    assert {key: place.body(bucket, key) for key in place.keys(bucket)} == TREE
    assert {name: bytes(files.read(name)) for name in TREE} == TREE
    stat = files.stat("large.bin")
    assert (stat.content_length, stat.content_type) == (len(LARGE), "text/x-odd")
    with files.open("large.bin", "rb") as stream:
        stream.seek(-7, 2)
        assert stream.read() == b"the end"
    with files.open("streamed", "wb") as stream:
        for begin in range(0, len(LARGE), 6_000_000):
            stream.write(LARGE[begin : begin + 6_000_000])
    assert place.body(bucket, "streamed") == LARGE
    files.copy("plain.txt", "copy & more")
    assert place.body(bucket, "copy & more") == TREE["plain.txt"]
    assert files.exists("copy & more")
    assert not files.exists("none")


def test_listings_and_removal(files: Any, place: Place, bucket: str) -> None:
    for n in range(1010):
        files.write(f"d{n % 3}/{n:04}", b"x")
    assert sorted(entry.path for entry in files.list("")) == ["d0/", "d1/", "d2/"]
    assert len([entry for entry in files.scan("") if not entry.path.endswith("/")]) == 1010
    files.remove_all("d0/")
    assert len(place.keys(bucket)) == 673
    files.delete("d1/0001")
    assert "d1/0001" not in place.keys(bucket)
    with pytest.raises(opendal.exceptions.NotFound):
        files.read("none")


def test_signed_requests(files: Any, bucket: str) -> None:
    async def sign(method: str) -> Any:
        return await getattr(files.to_async_operator(), f"presign_{method}")("signed", 60)

    signed = asyncio.run(sign("write"))
    request = urllib.request.Request(signed.url, data=b"signed", method=signed.method, headers=dict(signed.headers))
    urllib.request.urlopen(request)
    assert urllib.request.urlopen(asyncio.run(sign("read")).url).read() == b"signed"
