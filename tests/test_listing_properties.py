"""All listings of a bucket compared with a naive lister, for any keys, markers and delimiters.

The naive lister builds the whole rolled-up listing and then cuts out the page: S3's documentation to the letter.
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
# A space, a percent sign and a letter of three bytes: S3 URL-encodes keys in listings, and boto3 decodes them.
TEXT = st.text(alphabet="ab/ %\uffee", max_size=4)
KEY = st.text(alphabet="ab/ %\uffee", min_size=1, max_size=5)
DELIMITER = st.sampled_from(["", "", "/", "/", "a", "b/", " ", "\uffee", "//"])


class Query(NamedTuple):
    """The parameters of a page."""

    prefix: str
    delimiter: str
    marker: str
    limit: int


QUERIES = st.builds(Query, TEXT, DELIMITER, TEXT, st.integers(1, 4))


class Page(NamedTuple):
    """A page: its entries, its common prefixes, and whether it is truncated."""

    entries: list[Any]
    common_prefixes: list[str]
    truncated: bool


def common_prefix(key: str, query: Query) -> str | None:
    """``key`` up to the first delimiter after the prefix, or None if it has none."""
    if not query.delimiter or not key.startswith(query.prefix):
        return None
    head, separator, _ = key[len(query.prefix) :].partition(query.delimiter)
    return query.prefix + head + separator if separator else None


def naive(items: list[tuple[str, Any]], query: Query, *, passed: Callable[[str, Any], bool] | None = None) -> Page:
    """Return the page of ``items``, (key, entry) in order; ``passed`` is true for entries up to the marker."""
    rolled: list[tuple[str, Any]] = []
    for key, entry in items:
        name = common_prefix(key, query)
        if not key.startswith(query.prefix):
            continue
        if name is None:
            if not (passed(key, entry) if passed else key <= query.marker):
                rolled.append((key, entry))
        elif name > query.marker and not query.marker.startswith(name) and (name, None) not in rolled:
            rolled.append((name, None))
    page = rolled[: query.limit]
    return Page(
        [entry for _, entry in page if entry is not None],
        [name for name, entry in page if entry is None],
        truncated=len(rolled) > len(page),
    )


def naive_after(items: list[tuple[str, Any]], number: int, query: Query, name: str) -> tuple[Page, dict[str, Any]]:
    """The page after an item, or after the marker of the query if there are too few items, and its markers.

    An entry is a key and the id of a version or an upload; ``name`` is the marker of ids, which goes with its own key.
    """
    if number >= len(items):
        return naive(items, query), {"KeyMarker": query.marker}
    key, (_, entry_id) = items[number]
    before = [entry for _, entry in items[: number + 1]]
    page = naive(items, query._replace(marker=key), passed=lambda _key, entry: entry in before)
    return page, {"KeyMarker": key, name: entry_id}


def common(reply: Any) -> list[str]:
    return [prefix["Prefix"] for prefix in reply.get("CommonPrefixes", [])]


@pytest.fixture(autouse=True)
def _tiny_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "CHUNK", 4)
    monkeypatch.setattr(keys, "SMALL", 1)


OBJECTS = search(40)


@OBJECTS
@given(st.sets(KEY, max_size=16), st.lists(QUERIES, min_size=1, max_size=6))
def test_object_listings_agree_with_a_naive_lister(names: set[str], questions: list[Query]) -> None:
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        for name in names:
            s3.put_object(Bucket=BUCKET, Key=name)
        items = [(name, name) for name in sorted(names)]
        for query in questions:
            expected = naive(items, query)
            how: Any = {"Bucket": BUCKET, "Prefix": query.prefix, "Delimiter": query.delimiter, "MaxKeys": query.limit}
            first = s3.list_objects(**how, Marker=query.marker)
            second = s3.list_objects_v2(**how, StartAfter=query.marker)
            for reply in (first, second):
                listed_keys = [content["Key"] for content in reply.get("Contents", [])]
                assert Page(listed_keys, common(reply), reply["IsTruncated"]) == expected
            last = max([*expected.entries, *expected.common_prefixes], default="")
            assert first.get("NextMarker") == (last if expected.truncated and query.delimiter else None)
            assert second["KeyCount"] == len(expected.entries) + len(expected.common_prefixes)
            if expected.truncated:
                rest = s3.list_objects_v2(**how, ContinuationToken=second["NextContinuationToken"])
                assert [content["Key"] for content in rest.get("Contents", [])] == naive(
                    items, query._replace(marker=last)
                ).entries


@OBJECTS
@given(
    st.lists(st.tuples(KEY, st.booleans()), max_size=16),
    st.lists(st.tuples(QUERIES, st.integers(0, 30)), min_size=1, max_size=6),
)
def test_version_listings_agree_with_a_naive_lister(
    writes: list[tuple[str, bool]], questions: list[tuple[Query, int]]
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
        for query, number in questions:
            expected, markers = naive_after(items, number, query, "VersionIdMarker")
            reply = s3.list_object_versions(
                Bucket=BUCKET, Prefix=query.prefix, Delimiter=query.delimiter, MaxKeys=query.limit, **markers
            )
            listed = reply.get("Versions", []) + reply.get("DeleteMarkers", [])
            ids = {(entry["Key"], entry["VersionId"]) for entry in listed}
            assert Page(sorted(ids), common(reply), reply["IsTruncated"]) == expected._replace(
                entries=sorted(expected.entries)
            )
            assert all(entry["IsLatest"] == (stacks[entry["Key"]][0] == entry["VersionId"]) for entry in listed)


@OBJECTS
@given(st.lists(KEY, max_size=12), st.lists(st.tuples(QUERIES, st.integers(0, 20)), min_size=1, max_size=6))
def test_upload_listings_agree_with_a_naive_lister(names: list[str], questions: list[tuple[Query, int]]) -> None:
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        stacks: dict[str, list[str]] = {}
        for name in names:
            reply: Any = s3.create_multipart_upload(Bucket=BUCKET, Key=name)
            stacks.setdefault(name, []).append(reply["UploadId"])
        items = [(key, (key, upload)) for key in sorted(stacks) for upload in stacks[key]]
        for query, number in questions:
            expected, markers = naive_after(items, number, query, "UploadIdMarker")
            reply = s3.list_multipart_uploads(
                Bucket=BUCKET, Prefix=query.prefix, Delimiter=query.delimiter, MaxUploads=query.limit, **markers
            )
            uploads = [(upload["Key"], upload["UploadId"]) for upload in reply.get("Uploads", [])]
            assert Page(uploads, common(reply), reply["IsTruncated"]) == expected
            last_key, last_upload = expected.entries[-1] if expected.entries else ("", "")
            assert (reply["NextKeyMarker"], reply["NextUploadIdMarker"]) == (last_key, last_upload)
