"""obstore, the binding of Rust's object_store."""

from __future__ import annotations

import asyncio
import urllib.request
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import obstore
import pytest
from obstore.exceptions import AlreadyExistsError, NotFoundError, NotModifiedError, PreconditionError
from obstore.store import S3Store

from tests.over_http.place import LARGE, TREE, Place


def client() -> tuple[str, str]:
    return "obstore", version("obstore")


@pytest.fixture
def store(place: Place, bucket: str) -> Any:
    return S3Store(
        bucket,
        endpoint=place.url,
        access_key_id=place.keywords["aws_access_key_id"],
        secret_access_key=place.keywords["aws_secret_access_key"],
        region=place.keywords["region_name"],
        client_options={"allow_http": True},
    )


def test_objects_of_every_name_and_size(store: Any, place: Place, bucket: str) -> None:
    for name, content in TREE.items():
        obstore.put(store, name, content, attributes={"Content-Type": "text/x-odd", "colour": "blue"})
    assert {key: place.body(bucket, key) for key in place.keys(bucket)} == TREE
    head = place.s3.head_object(Bucket=bucket, Key="large.bin")
    assert (head["ContentType"], head["Metadata"]["colour"], head["ETag"][-3:]) == ("text/x-odd", "blue", '-3"')
    for name, content in TREE.items():
        got = obstore.get(store, name)
        assert (bytes(got.bytes()), got.meta["size"]) == (content, len(content))
    assert bytes(obstore.get_range(store, "large.bin", start=256, length=256)) == bytes(range(256))
    ranges = obstore.get_ranges(store, "large.bin", starts=[0, 1_000_000], lengths=[3, 3])
    assert [bytes(piece) for piece in ranges] == [LARGE[:3], LARGE[1_000_000:1_000_003]]


def test_listings(store: Any) -> None:
    names = [f"d{n % 3}/{n:04}" for n in range(1010)]
    for name in names:
        obstore.put(store, name, b"x")
    assert [meta["path"] for batch in obstore.list(store) for meta in batch] == sorted(names)
    assert [meta["path"] for batch in obstore.list(store, offset="d2/1000") for meta in batch] == [
        "d2/1001",
        "d2/1004",
        "d2/1007",
    ]
    shallow = obstore.list_with_delimiter(store)
    assert (shallow["common_prefixes"], list(shallow["objects"])) == (["d0", "d1", "d2"], [])
    obstore.delete(store, names)
    assert list(obstore.list(store)) == []


def test_conditions_copies_and_renames(store: Any, place: Place, bucket: str) -> None:
    first = obstore.put(store, "a", b"one", mode="create")
    with pytest.raises(AlreadyExistsError):
        obstore.put(store, "a", b"two", mode="create")
    obstore.put(store, "a", b"two", mode={"e_tag": first["e_tag"]})
    with pytest.raises(PreconditionError):
        obstore.put(store, "a", b"three", mode={"e_tag": first["e_tag"]})
    with pytest.raises(NotModifiedError):
        obstore.get(store, "a", options={"if_none_match": obstore.head(store, "a")["e_tag"]})
    obstore.copy(store, "a", "b c")
    obstore.rename(store, "b c", "d")
    assert place.keys(bucket) == ["a", "d"]
    assert place.body(bucket, "d") == b"two"


def test_streams(store: Any, place: Place, bucket: str) -> None:
    with obstore.open_writer(store, "written", buffer_size=5 * 1024 * 1024) as writer:
        for begin in range(0, len(LARGE), 1_000_000):
            writer.write(LARGE[begin : begin + 1_000_000])
    assert place.body(bucket, "written") == LARGE
    reader = obstore.open_reader(store, "written")
    reader.seek(-7, 2)
    assert bytes(reader.read()) == b"the end"

    async def both() -> list[int]:
        await obstore.put_async(store, "async", LARGE)
        got = await obstore.get_async(store, "async")
        return [len(chunk) async for chunk in got.stream()]

    assert sum(asyncio.run(both())) == len(LARGE)


def test_signed_urls(store: Any) -> None:
    url = obstore.sign(store, "PUT", "signed", timedelta(hours=1))
    urllib.request.urlopen(urllib.request.Request(url, data=b"signed", method="PUT"))
    url = obstore.sign(store, "GET", "signed", timedelta(hours=1))
    assert urllib.request.urlopen(url).read() == b"signed"


def test_errors(store: Any) -> None:
    with pytest.raises((NotFoundError, FileNotFoundError)):
        obstore.get(store, "none")
    with pytest.raises((NotFoundError, FileNotFoundError)):
        obstore.head(store, "none")
