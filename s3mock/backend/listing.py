"""The pages of S3's listings: pure functions over a key index.

A page is a range scan. Keys that share a common prefix are not all scanned: the walk goes on behind the last key that
the prefix could have, so the cost of a page is the number of its entries, however big the bucket.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from s3mock.backend.ids import upload_order, version_order
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from s3mock.backend.keys import KeyIndex


class HasVersionId(Protocol):
    """A version, as far as a listing cares."""

    @property
    def version_id(self) -> str: ...  # noqa: D102


class HasUploadId(Protocol):
    """A multipart upload, as far as a listing cares."""

    @property
    def upload_id(self) -> str: ...  # noqa: D102


V = TypeVar("V")
E = TypeVar("E")
Version = TypeVar("Version", bound=HasVersionId)
Upload = TypeVar("Upload", bound=HasUploadId)


@dataclass(frozen=True, slots=True)
class Page(Generic[E]):
    """A page of objects. ``last`` is the last key or common prefix on it ("" if empty): the marker of the next page."""

    entries: list[tuple[str, E]]
    common_prefixes: list[str]
    truncated: bool
    last: str


@dataclass(frozen=True, slots=True)
class VersionsPage(Generic[Version]):
    """A page of versions: ``entries`` are (key, version, is latest). The next markers are None where S3 sends none."""

    entries: list[tuple[str, Version, bool]]
    common_prefixes: list[str]
    truncated: bool
    next_key_marker: str | None
    next_version_id_marker: str | None


@dataclass(frozen=True, slots=True)
class UploadsPage(Generic[Upload]):
    """A page of multipart uploads. The next markers are always sent, and may be empty."""

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
    """Return the page of the keys that start with ``prefix`` and come after the marker ``after``.

    ``pick`` returns what to list of a key's value, or None where the key is not to be seen (a delete marker is the
    latest). With a ``delimiter``, the keys that have it behind the prefix are rolled up into common prefixes. These and
    the keys are one sequence, and both count toward ``limit``.
    """
    walk = _walk(index, prefix, delimiter, after, lambda value: pick(value) is not None)
    entries, common_prefixes, truncated, (last, _) = _filled(_picked(walk, pick), limit)
    return Page(entries, common_prefixes, truncated, last)


def versions_page(
    index: KeyIndex[tuple[Version, ...]],
    *,
    prefix: str = "",
    delimiter: str = "",
    key_marker: str = "",
    version_id_marker: str = "",
    limit: int = 1000,
) -> VersionsPage[Version]:
    """Return the page of versions and delete markers, newest first within a key, that come after the markers.

    Without a version id marker the page begins at the next key. Raises InvalidArgument for one without a key marker.
    """
    if version_id_marker and not key_marker:
        raise S3Error(
            "InvalidArgument",
            "A version-id marker cannot be specified without a key marker.",
            ArgumentName="version-id-marker",
            ArgumentValue=version_id_marker,
        )
    done = _done_versions(index.get(key_marker) or (), version_id_marker) if version_id_marker else None
    walk = _walk(index, prefix, delimiter, key_marker, bool, inclusive=done is not None)
    entries, common_prefixes, truncated, (key, last) = _filled(_stacked(walk, key_marker, done or 0), limit)
    return VersionsPage(
        [(key, version, place == 0) for key, (version, place) in entries],
        common_prefixes,
        truncated,
        key if truncated else None,
        last[0].version_id if truncated and last else None,
    )


def uploads_page(
    index: KeyIndex[tuple[Upload, ...]],
    *,
    prefix: str = "",
    delimiter: str = "",
    key_marker: str = "",
    upload_id_marker: str = "",
    limit: int = 1000,
) -> UploadsPage[Upload]:
    """Return the page of multipart uploads, oldest first within a key, that come after the markers.

    An upload id marker without a key marker says nothing. Raises InvalidArgument where it is no upload id of that key.
    The next markers name the last upload on the page, truncated or not, and are empty where it has only common
    prefixes (aws_recorded ``test_list_multiparts_next_marker``, ``test_list_multipart_uploads_marker_common_prefixes``;
    that a page of uploads whose last entry is a common prefix names the last upload is assumed).
    """
    done = None
    if upload_id_marker and key_marker:
        done = _done_uploads(index.get(key_marker) or (), key_marker, upload_id_marker)
    walk = _walk(index, prefix, delimiter, key_marker, bool, inclusive=done is not None)
    stacked, common_prefixes, truncated, _ = _filled(_stacked(walk, key_marker, done or 0), limit)
    entries = [(key, upload) for key, (upload, _) in stacked]
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
    """Iterate over what comes after the marker: (key, value), and (common prefix, None) where one of its keys is shown.

    A marker inside a common prefix is behind all of it, even where the prefix has keys after the marker (aws_recorded
    ``test_list_objects_marker_common_prefixes`` and its like for versions and uploads; for StartAfter it is assumed).
    """
    start, after = (marker, not inclusive) if marker >= prefix else (prefix, False)
    stop = _behind(prefix)
    if not delimiter:
        yield from index.scan(start, after=after, stop=stop)
        return
    listed = _common_prefix(marker, prefix, delimiter) if marker.startswith(prefix) else ""
    if listed:
        behind = _behind(listed)
        if behind is None:
            return
        start, after = behind, False
    walk = index.walk(start, after=after, stop=stop)
    item = next(walk, None)
    while item is not None:
        key, value = item
        listed = _common_prefix(key, prefix, delimiter)
        behind = None
        if not listed:
            yield key, value
        elif shown(value):
            yield listed, None
            behind = _behind(listed)
            if behind is None:
                return
        try:
            item = walk.send(behind)
        except StopIteration:
            return


def _common_prefix(key: str, prefix: str, delimiter: str) -> str:
    """Return ``key`` up to the first delimiter behind ``prefix``, delimiter included; "" where it has none."""
    cut = key.find(delimiter, len(prefix))
    return key[: cut + len(delimiter)] if cut >= 0 else ""


def _behind(prefix: str) -> str | None:
    """Return the least string greater than all that start with ``prefix``, or None where nothing is."""
    stem = prefix.rstrip("\U0010ffff")
    return stem[:-1] + chr(ord(stem[-1]) + 1) if stem else None


def _picked(walk: Iterator[tuple[str, V | None]], pick: Callable[[V], E | None]) -> Iterator[tuple[str, E | None]]:
    for key, value in walk:
        if value is None:
            yield key, None
        elif (picked := pick(value)) is not None:
            yield key, picked


def _stacked(
    walk: Iterator[tuple[str, tuple[V, ...] | None]], marker: str, done: int
) -> Iterator[tuple[str, tuple[V, int] | None]]:
    """Spread the stack of each key into its values and their places, without the first ``done`` of the marker's key."""
    for key, stack in walk:
        if stack is None:
            yield key, None
        else:
            for place in range(done if key == marker else 0, len(stack)):
                yield key, (stack[place], place)


def _filled(
    items: Iterator[tuple[str, E | None]], limit: int
) -> tuple[list[tuple[str, E]], list[str], bool, tuple[str, E | None]]:
    """Return the first ``limit`` items as entries and common prefixes, whether there are more, and the last of them."""
    if limit <= 0:
        return [], [], False, ("", None)  # not truncated: nobody could go on from it
    taken = list(islice(items, limit))
    truncated = len(taken) == limit and next(items, None) is not None
    entries = [(name, entry) for name, entry in taken if entry is not None]
    common_prefixes = [name for name, entry in taken if entry is None] if len(entries) < len(taken) else []
    return entries, common_prefixes, truncated, taken[-1] if taken else ("", None)


def _done_versions(stack: Sequence[HasVersionId], marker: str) -> int:
    """Return how many versions of the stack, newest first, are up to the marker.

    A version that is gone since the last page still marks its place (aws_recorded
    ``test_list_objects_versions_with_prefix_only_and_pagination``, page-2-after-delete). A null version that is gone
    has no place: all are listed, which is right for those who delete page by page (assumed).
    """
    order = version_order(marker)
    done = 0
    for place, version in enumerate(stack, 1):
        if version.version_id == marker:
            return place
        if order and version_order(version.version_id) > order:
            done = place
    return done


def _done_uploads(stack: Sequence[HasUploadId], key: str, marker: str) -> int:
    """Return how many uploads of the stack, oldest first, are up to the marker, which may be gone itself."""
    order = upload_order(marker, key)
    done = 0
    for place, upload in enumerate(stack, 1):
        if upload.upload_id == marker:
            return place
        if upload_order(upload.upload_id, key) < order:
            done = place
    if not order:
        # aws_recorded test_list_multiparts_next_marker, wrong-id-for-key
        raise S3Error(
            "InvalidArgument",
            "Invalid uploadId marker",
            ArgumentName="upload-id-marker",
            ArgumentValue=marker,
        )
    return done
