"""The pages of S3's listings: pure functions over a key index.

A page is a range scan. The keys that share a common prefix are not all scanned: the walk jumps past the last key that
the prefix could have. So the cost of a page depends on the number of its entries, not on the size of the bucket.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from s3mock.backend import series
from s3mock.backend.ids import upload_order, version_order
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models.version import NULL

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from s3mock.backend.keys import KeyIndex


class HasVersionId(Protocol):
    """All that a listing needs to know of a version."""

    @property
    def version_id(self) -> str: ...  # noqa: D102


class HasUploadId(Protocol):
    """All that a listing needs to know of a multipart upload."""

    @property
    def upload_id(self) -> str: ...  # noqa: D102


V = TypeVar("V")
E = TypeVar("E")
Version = TypeVar("Version", bound=HasVersionId)
Upload = TypeVar("Upload", bound=HasUploadId)


@dataclass(frozen=True, slots=True)
class Page(Generic[E]):
    """A page of objects. ``last``, the marker of the next page, is its last key or common prefix; "" if it is empty."""

    entries: list[tuple[str, E]]
    common_prefixes: list[str]
    truncated: bool
    last: str


@dataclass(frozen=True, slots=True)
class VersionsPage(Generic[Version]):
    """A page of versions: ``entries`` are (key, version, is latest). S3 leaves out a next marker that is None."""

    entries: list[tuple[str, Version, bool]]
    common_prefixes: list[str]
    truncated: bool
    next_key_marker: str | None
    next_version_id_marker: str | None


@dataclass(frozen=True, slots=True)
class UploadsPage(Generic[Upload]):
    """A page of multipart uploads. S3 always sends the next markers, which may be empty."""

    entries: list[tuple[str, Upload]]
    common_prefixes: list[str]
    truncated: bool
    next_key_marker: str
    next_upload_id_marker: str


def page(
    index: KeyIndex[V],
    *,
    prefix: str = "",
    delimiter: str = "",
    after: str = "",
    limit: int = 1000,
    pick: Callable[[V], E | None],
) -> Page[E]:
    """The page of the keys that start with ``prefix`` and come after the marker ``after``.

    ``pick`` returns the entry for a key's value, or None to leave the key out (its latest version is a delete marker).
    With a ``delimiter``, keys that contain it after the prefix are rolled up into common prefixes. Keys and common
    prefixes are one sequence, and both count toward ``limit``.
    """
    walk = _walk(index, prefix, delimiter, after, lambda value: pick(value) is not None)
    items = (
        (name, entry)
        for name, value in walk
        if (entry := None if value is None else pick(value)) is not None or value is None
    )
    entries, common_prefixes, truncated, (last, _) = _first(items, limit)
    return Page(entries, common_prefixes, truncated, last)


def versions_page(
    index: KeyIndex[Sequence[Version]],
    *,
    prefix: str = "",
    delimiter: str = "",
    key_marker: str = "",
    version_id_marker: str = "",
    limit: int = 1000,
) -> VersionsPage[Version]:
    """The page of versions and delete markers after the markers, ordered by key and then newest first.

    Without a version id marker the page begins at the next key. A version id marker beside an empty key marker is
    ignored (s3_facts 31). A version that was deleted since the last page still marks its place (aws_recorded
    ``test_list_objects_versions_with_prefix_only_and_pagination``, page-2-after-delete). A deleted null version has no
    place: then all versions of its key are listed, which is right for callers who delete page by page (assumed).
    """
    passed = 0
    resumed = bool(version_id_marker and key_marker)
    if resumed:
        stack = index.get(key_marker) or ()
        passed = _passed(stack, attrgetter("version_id"), version_id_marker, lambda each: -version_order(each))
    walk = _walk(index, prefix, delimiter, key_marker, bool, inclusive=resumed)
    entries, common_prefixes, truncated, (key, last) = _first(_unstacked(walk, key_marker, passed), limit)
    return VersionsPage(
        [(key, version, place == 0) for key, (version, place) in entries],
        common_prefixes,
        truncated,
        key if truncated else None,
        last[0].version_id if truncated and last else None,
    )


def uploads_page(
    index: KeyIndex[Sequence[Upload]],
    *,
    prefix: str = "",
    delimiter: str = "",
    key_marker: str = "",
    upload_id_marker: str = "",
    limit: int = 1000,
) -> UploadsPage[Upload]:
    """The page of multipart uploads after the markers, ordered by key and then oldest first.

    An upload id marker is ignored without a key marker, and may be the id of an upload that is gone. The next markers
    name the last upload on the page, truncated or not, and are empty on a page of common prefixes only (aws_recorded
    ``test_list_multiparts_next_marker``, ``test_list_multipart_uploads_marker_common_prefixes``). That they name the
    last upload where a common prefix follows it is assumed.

    Raises InvalidArgument for an upload id marker that is no upload id of the key.
    """
    passed = 0
    resumed = bool(upload_id_marker and key_marker)
    if resumed:
        uploads, upload_id_of = index.get(key_marker) or (), attrgetter("upload_id")
        present = series.find(uploads, upload_id_marker, upload_id_of)
        if present is None and not upload_order(upload_id_marker, key_marker):
            # aws_recorded test_list_multiparts_next_marker, wrong-id-for-key
            raise S3Error(
                "InvalidArgument",
                "Invalid uploadId marker",
                ArgumentName="upload-id-marker",
                ArgumentValue=upload_id_marker,
            )
        passed = _passed(uploads, upload_id_of, upload_id_marker, lambda each: upload_order(each, key_marker))
    walk = _walk(index, prefix, delimiter, key_marker, bool, inclusive=resumed)
    items, common_prefixes, truncated, _ = _first(_unstacked(walk, key_marker, passed), limit)
    entries = [(key, upload) for key, (upload, _) in items]
    key, upload_id = (entries[-1][0], entries[-1][1].upload_id) if entries else ("", "")
    return UploadsPage(entries, common_prefixes, truncated, key, upload_id)


def _walk(
    index: KeyIndex[V],
    prefix: str,
    delimiter: str,
    marker: str,
    shown: Callable[[V], bool],
    *,
    inclusive: bool = False,
) -> Iterator[tuple[str, V | None]]:
    """Iterate over (key, value) after the marker, and (common prefix, None) for one that has a key to be shown.

    A marker within a common prefix passes all of it, even if the prefix has keys after the marker (aws_recorded
    ``test_list_objects_marker_common_prefixes``, and the same tests of versions and uploads; of StartAfter:
    versity/versitygw, ListObjectsV2_non_truncated_common_prefixes).
    """
    start, after = (marker, not inclusive) if marker >= prefix else (prefix, False)
    stop = _past(prefix)
    if not delimiter:
        return index.scan(start, after=after, stop=stop)
    listed = _common_prefix(marker, prefix, delimiter) if marker.startswith(prefix) else ""
    if listed:
        past = _past(listed)
        if past is None:
            return iter(())
        start, after = past, False
    return _rolled_up(index.walk(start, after=after, stop=stop), prefix, delimiter, shown)


def _rolled_up(
    walk: Generator[tuple[str, V], str | None, None], prefix: str, delimiter: str, shown: Callable[[V], bool]
) -> Iterator[tuple[str, V | None]]:
    """Iterate over the keys of ``walk`` without the delimiter, and the common prefixes of the others."""
    past_delimiter = _past(delimiter)
    item = next(walk, None)
    while item is not None:
        key, value = item
        cut = key.find(delimiter, len(prefix))
        past = None
        if cut < 0:
            yield key, value
        elif shown(value):
            yield key[: cut + len(delimiter)], None
            past = _past(key[:cut]) if past_delimiter is None else key[:cut] + past_delimiter
            if past is None:
                return
        try:
            item = walk.send(past)
        except StopIteration:
            return


def _common_prefix(key: str, prefix: str, delimiter: str) -> str:
    """``key`` up to and including the first delimiter after ``prefix``; "" if there is no delimiter."""
    cut = key.find(delimiter, len(prefix))
    return key[: cut + len(delimiter)] if cut >= 0 else ""


def _past(prefix: str) -> str | None:
    """The least string that is greater than all strings with this prefix; None if there is no such string."""
    stem = prefix.rstrip("\U0010ffff")
    return stem[:-1] + chr(ord(stem[-1]) + 1) if stem else None


def _unstacked(
    walk: Iterator[tuple[str, Sequence[V] | None]], marker: str, passed: int
) -> Iterator[tuple[str, tuple[V, int] | None]]:
    """Iterate over the values in each key's stack with their places, skipping the first ``passed`` of the marker's."""
    for key, stack in walk:
        if stack is None:
            yield key, None
        else:
            first = passed if key == marker else 0
            for place, value in enumerate(series.starting_at(stack, first), first):
                yield key, (value, place)


def _first(
    items: Iterator[tuple[str, E | None]], limit: int
) -> tuple[list[tuple[str, E]], list[str], bool, tuple[str, E | None]]:
    """The first ``limit`` items: entries, common prefixes, whether there are more, and the last item."""
    if limit <= 0:
        return [], [], False, ("", None)  # not truncated: there is no marker to continue from
    taken = list(islice(items, limit))
    truncated = len(taken) == limit and next(items, None) is not None
    entries = [(name, entry) for name, entry in taken if entry is not None]
    common_prefixes = [name for name, entry in taken if entry is None] if len(entries) < len(taken) else []
    return entries, common_prefixes, truncated, taken[-1] if taken else ("", None)


def _passed(items: Sequence[V], id_of: Callable[[V], str], marker: str, order_of: Callable[[str], int]) -> int:
    """The number of items up to and including that with the id of the marker, which may be gone itself.

    They ascend by ``order_of`` their ids, which is 0 for an id that S3 did not generate: such a marker, once gone,
    passes none.
    """
    place = series.place(items, marker, id_of)
    if place is not None:
        return place + 1
    order = order_of(marker)
    if not order:
        return 0
    generated = [(place, each) for place, item in enumerate(items, 1) if (each := id_of(item)) != NULL]
    passed = bisect_left(generated, order, key=lambda entry: order_of(entry[1]))
    return generated[passed - 1][0] if passed else 0
