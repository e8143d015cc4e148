"""All listings of a bucket against one that is too simple to be wrong, whatever the keys, markers and delimiters are.

The naive lister makes the whole listing, rolled up, and then cuts the page out of it: S3's documentation to the letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock import mock_s3
from s3mock.backend import keys
from tests.support.search import search

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

BUCKET = "a-bucket"
# A blank, a percent sign and a letter of three bytes: keys are URL-encoded on their way, and boto3 decodes them.
TEXT = st.text(alphabet="ab/ %\uffee", max_size=4)
KEY = st.text(alphabet="ab/ %\uffee", min_size=1, max_size=5)
DELIMITER = st.sampled_from(["", "", "/", "/", "a", "b/", " ", "\uffee", "//"])


class Asked(NamedTuple):
    """What a page is asked for."""

    prefix: str
    delimiter: str
    marker: str
    limit: int


ASKED = st.builds(Asked, TEXT, DELIMITER, TEXT, st.integers(1, 4))


class Page(NamedTuple):
    """A page: what it lists of keys, the common prefixes, and whether there is more."""

    entries: list[Any]
    common_prefixes: list[str]
    truncated: bool


def common_prefix(key: str, asked: Asked) -> str | None:
    """Return ``key`` up to the first delimiter behind the prefix, or None where it has none."""
    if not asked.delimiter or not key.startswith(asked.prefix):
        return None
    head, found, _ = key[len(asked.prefix) :].partition(asked.delimiter)
    return asked.prefix + head + found if found else None


def naive(items: list[tuple[str, Any]], asked: Asked, *, passed: Callable[[str, Any], bool] | None = None) -> Page:
    """Return the page of ``items``, (key, entry) in order; ``passed`` tells which entries are up to the marker."""
    rolled: list[tuple[str, Any]] = []
    for key, entry in items:
        name = common_prefix(key, asked)
        if not key.startswith(asked.prefix):
            continue
        if name is None:
            if not (passed(key, entry) if passed else key <= asked.marker):
                rolled.append((key, entry))
        elif name > asked.marker and not asked.marker.startswith(name) and (name, None) not in rolled:
            rolled.append((name, None))
    page = rolled[: asked.limit]
    return Page(
        [entry for _, entry in page if entry is not None],
        [name for name, entry in page if entry is None],
        truncated=len(rolled) > len(page),
    )


def naive_behind(items: list[tuple[str, Any]], number: int, asked: Asked, name: str) -> tuple[Page, dict[str, Any]]:
    """Return the page behind an item, or behind the marker that is asked for where there are too few, and its markers.

    An entry is a key and the id of a version or an upload; ``name`` is the marker of ids, which goes with its own key.
    """
    if number >= len(items):
        return naive(items, asked), {"KeyMarker": asked.marker}
    key, (_, entry_id) = items[number]
    before = [entry for _, entry in items[: number + 1]]
    page = naive(items, asked._replace(marker=key), passed=lambda _key, entry: entry in before)
    return page, {"KeyMarker": key, name: entry_id}


def common(reply: Any) -> list[str]:
    return [prefix["Prefix"] for prefix in reply.get("CommonPrefixes", [])]


@pytest.fixture(autouse=True)
def _tiny_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "CHUNK", 4)
    monkeypatch.setattr(keys, "SMALL", 1)


OBJECTS = search(40)


@OBJECTS
@given(st.sets(KEY, max_size=16), st.lists(ASKED, min_size=1, max_size=6))
def test_object_listings_agree_with_a_naive_lister(names: set[str], questions: list[Asked]) -> None:
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        for name in names:
            s3.put_object(Bucket=BUCKET, Key=name)
        items = [(name, name) for name in sorted(names)]
        for asked in questions:
            expected = naive(items, asked)
            how: Any = {"Bucket": BUCKET, "Prefix": asked.prefix, "Delimiter": asked.delimiter, "MaxKeys": asked.limit}
            first = s3.list_objects(**how, Marker=asked.marker)
            second = s3.list_objects_v2(**how, StartAfter=asked.marker)
            for reply in (first, second):
                found = [content["Key"] for content in reply.get("Contents", [])]
                assert Page(found, common(reply), reply["IsTruncated"]) == expected
            last = max([*expected.entries, *expected.common_prefixes], default="")
            assert first.get("NextMarker") == (last if expected.truncated and asked.delimiter else None)
            assert second["KeyCount"] == len(expected.entries) + len(expected.common_prefixes)
            if expected.truncated:
                rest = s3.list_objects_v2(**how, ContinuationToken=second["NextContinuationToken"])
                assert [content["Key"] for content in rest.get("Contents", [])] == naive(
                    items, asked._replace(marker=last)
                ).entries


@OBJECTS
@given(
    st.lists(st.tuples(KEY, st.booleans()), max_size=16),
    st.lists(st.tuples(ASKED, st.integers(0, 30)), min_size=1, max_size=6),
)
def test_version_listings_agree_with_a_naive_lister(
    writes: list[tuple[str, bool]], questions: list[tuple[Asked, int]]
) -> None:
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        stacks: dict[str, list[str]] = {}
        for key, deletes in writes:
            reply: Any = s3.delete_object(Bucket=BUCKET, Key=key) if deletes else s3.put_object(Bucket=BUCKET, Key=key)
            stacks.setdefault(key, []).insert(0, reply["VersionId"])
        items = [(key, (key, version)) for key in sorted(stacks) for version in stacks[key]]
        for asked, number in questions:
            expected, markers = naive_behind(items, number, asked, "VersionIdMarker")
            reply = s3.list_object_versions(
                Bucket=BUCKET, Prefix=asked.prefix, Delimiter=asked.delimiter, MaxKeys=asked.limit, **markers
            )
            listed = reply.get("Versions", []) + reply.get("DeleteMarkers", [])
            found = {(entry["Key"], entry["VersionId"]) for entry in listed}
            assert Page(sorted(found), common(reply), reply["IsTruncated"]) == expected._replace(
                entries=sorted(expected.entries)
            )
            assert all(entry["IsLatest"] == (stacks[entry["Key"]][0] == entry["VersionId"]) for entry in listed)


@OBJECTS
@given(st.lists(KEY, max_size=12), st.lists(st.tuples(ASKED, st.integers(0, 20)), min_size=1, max_size=6))
def test_upload_listings_agree_with_a_naive_lister(names: list[str], questions: list[tuple[Asked, int]]) -> None:
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        stacks: dict[str, list[str]] = {}
        for name in names:
            reply: Any = s3.create_multipart_upload(Bucket=BUCKET, Key=name)
            stacks.setdefault(name, []).append(reply["UploadId"])
        items = [(key, (key, upload)) for key in sorted(stacks) for upload in stacks[key]]
        for asked, number in questions:
            expected, markers = naive_behind(items, number, asked, "UploadIdMarker")
            reply = s3.list_multipart_uploads(
                Bucket=BUCKET, Prefix=asked.prefix, Delimiter=asked.delimiter, MaxUploads=asked.limit, **markers
            )
            found = [(upload["Key"], upload["UploadId"]) for upload in reply.get("Uploads", [])]
            assert Page(found, common(reply), reply["IsTruncated"]) == expected
            last_key, last_upload = expected.entries[-1] if expected.entries else ("", "")
            assert (reply["NextKeyMarker"], reply["NextUploadIdMarker"]) == (last_key, last_upload)
