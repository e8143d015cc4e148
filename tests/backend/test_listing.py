"""The pages of the listings: keys, versions and uploads. Tests that share a name with one of aws_recorded replay it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.backend import ids, listing
from s3mock.backend.keys import KeyIndex
from s3mock.backend.listing import Page, page, uploads_page, versions_page
from s3mock.errors import S3Error
from tests.support.search import search

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

FOLDER = ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"]


@dataclass(frozen=True)
class Version:
    version_id: str


@dataclass(frozen=True)
class Upload:
    upload_id: str


def objects(*keys: str) -> KeyIndex[str]:
    return KeyIndex.of((key, key.upper()) for key in keys)


def stacks(**versions: str) -> KeyIndex[Sequence[Version]]:
    """An index of keys with one version per letter, newest first."""
    return KeyIndex.of((key, tuple(map(Version, letters))) for key, letters in versions.items())


def versions_of(stacks_of: dict[str, list[Version]]) -> KeyIndex[Sequence[Version]]:
    return KeyIndex.of((key, tuple(stack)) for key, stack in stacks_of.items())


def uploads_of(stacks_of: dict[str, list[Upload]]) -> KeyIndex[Sequence[Upload]]:
    return KeyIndex.of((key, tuple(stack)) for key, stack in stacks_of.items())


def list_keys(
    index: KeyIndex[str], prefix: str = "", delimiter: str = "", after: str = "", limit: int = 1000
) -> Page[str]:
    return page(index, prefix=prefix, delimiter=delimiter, after=after, limit=limit, pick=lambda value: value or None)


def names(listed: Page[str]) -> list[str]:
    return [key for key, _ in listed.entries]


class CountingIndex(KeyIndex[str]):
    """Counts the keys that a listing scans."""

    scanned = 0

    def scan(self, start: str = "", *, after: bool = False, stop: str | None = None) -> Iterator[tuple[str, str]]:
        for item in KeyIndex.scan(self, start, after=after, stop=stop):
            self.scanned += 1
            yield item

    def walk(
        self, start: str = "", *, after: bool = False, stop: str | None = None
    ) -> Generator[tuple[str, str], str | None, None]:
        walk = KeyIndex.walk(self, start, after=after, stop=stop)
        item = next(walk, None)
        while item is not None:
            self.scanned += 1
            to = yield item
            try:
                item = walk.send(to)
            except StopIteration:
                return

    @classmethod
    def counting(cls, keys: list[str]) -> CountingIndex:
        index = cls.of((key, "v") for key in keys)
        assert isinstance(index, CountingIndex)
        return index


# Objects


def test_a_page_has_the_keys_after_the_marker_in_order() -> None:
    listed = list_keys(objects("c", "a", "b", "d"), after="a", limit=2)
    assert listed == Page([("b", "B"), ("c", "C")], [], truncated=True, last="c")
    assert list_keys(objects("c", "a", "b", "d"), after=listed.last) == Page(
        [("d", "D")], [], truncated=False, last="d"
    )


def test_a_page_that_ends_with_the_last_key_is_not_truncated() -> None:
    assert not list_keys(objects("a", "b"), limit=2).truncated


def test_an_empty_index_has_an_empty_page() -> None:
    assert list_keys(objects()) == Page([], [], truncated=False, last="")


def test_a_page_with_a_limit_of_zero_is_empty_and_not_truncated() -> None:
    assert list_keys(objects("a"), limit=0) == Page([], [], truncated=False, last="")


def test_a_filtered_key_is_neither_listed_nor_counted_and_does_not_truncate() -> None:
    index = KeyIndex.of([("a", "A"), ("b", ""), ("c", "C"), ("d", "")])
    assert list_keys(index, limit=2) == Page([("a", "A"), ("c", "C")], [], truncated=False, last="c")


def test_a_common_prefix_is_listed_only_if_one_of_its_keys_has_an_entry() -> None:
    index = KeyIndex.of([("a/1", ""), ("a/2", ""), ("b/1", ""), ("b/2", "B")])
    assert list_keys(index, delimiter="/").common_prefixes == ["b/"]


def test_a_prefix_can_be_any_text_including_a_whole_key() -> None:
    index = objects("fol", "folder", "folder/", "folder/a", "folder0")
    assert names(list_keys(index, prefix="folder")) == ["folder", "folder/", "folder/a", "folder0"]
    assert names(list_keys(index, prefix="folder/", delimiter="/")) == ["folder/", "folder/a"]


def test_keys_and_common_prefixes_are_one_sequence() -> None:
    index = objects("a", "b/1", "b/2", "c", "d/1")
    assert list_keys(index, delimiter="/", limit=2) == Page([("a", "A")], ["b/"], truncated=True, last="b/")
    assert list_keys(index, delimiter="/", after="b/", limit=2) == Page(
        [("c", "C")], ["d/"], truncated=False, last="d/"
    )


@pytest.mark.parametrize("delimiter", ["/", "--", "a", "\U0010ffff", " "])
def test_a_delimiter_can_be_any_text(delimiter: str) -> None:
    listed = list_keys(objects(f"x{delimiter}1", f"x{delimiter}2", "z"), delimiter=delimiter)
    assert listed == Page([("z", "Z")], [f"x{delimiter}"], truncated=False, last="z")


def test_a_common_prefix_of_the_greatest_characters_ends_the_listing() -> None:
    top = "\U0010ffff"
    assert list_keys(objects(top, top * 2), delimiter=top) == Page([], [top], truncated=False, last=top)
    assert list_keys(objects(top, top * 2), delimiter=top, after=top) == Page([], [], truncated=False, last="")
    assert names(list_keys(objects("a", top, top * 2), prefix=top)) == [top, top * 2]


def test_a_marker_before_or_after_the_keys_of_the_prefix() -> None:
    index = objects("a", "b/1", "b/2", "c")
    assert names(list_keys(index, prefix="b/", after="a")) == ["b/1", "b/2"]
    assert names(list_keys(index, prefix="b/", after="c")) == []
    assert names(list_keys(index, prefix="b/", delimiter="/", after="a/x")) == ["b/1", "b/2"]


def test_list_objects_marker_common_prefixes() -> None:
    def listed(after: str) -> Page[str]:
        return list_keys(objects(*FOLDER), "folder/", "/", after, limit=1)

    assert listed("") == Page([], ["folder/aSubfolder/"], truncated=True, last="folder/aSubfolder/")
    file1 = Page([("folder/file1", "FOLDER/FILE1")], [], truncated=True, last="folder/file1")
    assert listed("folder/aSubfolder/") == file1
    assert listed("folder/file1") == Page([("folder/file2", "FOLDER/FILE2")], [], truncated=False, last="folder/file2")
    # manual-first-file: the common prefix has another key after the marker, but is not listed again
    assert listed("folder/aSubfolder/subFile1") == file1


def test_a_common_prefix_that_starts_with_the_marker_is_listed() -> None:
    assert list_keys(objects(*FOLDER), "folder/", "/", "folder/aSub", limit=1).common_prefixes == ["folder/aSubfolder/"]


KEYS = st.text(alphabet="ab/", min_size=1, max_size=6)


@search(300)
@given(
    keys=st.dictionaries(KEYS, st.sampled_from(["", "v"]), max_size=30),
    prefix=st.text(alphabet="ab/", max_size=2),
    delimiter=st.sampled_from(["", "/", "a", "b/"]),
    limit=st.integers(1, 5),
)
def test_all_pages_together_are_the_complete_listing(
    keys: dict[str, str], prefix: str, delimiter: str, limit: int
) -> None:
    shown = [key for key in sorted(keys) if key.startswith(prefix) and keys[key]]
    expected: list[str] = []
    for key in shown:
        head, separator, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
        name = prefix + head + separator if separator else key
        if name not in expected:
            expected.append(name)
    index = KeyIndex.of(keys.items())
    got: list[str] = []
    marker = ""
    while True:
        listed = list_keys(index, prefix, delimiter, marker, limit)
        got += sorted(names(listed) + listed.common_prefixes)
        if not listed.truncated:
            break
        assert len(listed.entries) + len(listed.common_prefixes) == limit
        marker = listed.last
    assert got == expected


def test_a_page_reads_only_its_own_keys() -> None:
    index = CountingIndex.counting([f"{number:06}" for number in range(20_000)])
    list_keys(index, after="010000", limit=100)
    assert index.scanned == 101


def test_a_page_skips_the_keys_of_a_common_prefix() -> None:
    index = CountingIndex.counting([f"{number // 5_000}/{number:06}" for number in range(20_000)])
    assert list_keys(index, delimiter="/").common_prefixes == ["0/", "1/", "2/", "3/"]
    assert index.scanned == 4


# Versions


def test_list_objects_versions_markers() -> None:
    index = stacks(test_0="851", test_1="962", test_2="743")

    def listed(
        key_marker: str = "", version_id_marker: str = "", limit: int = 1
    ) -> tuple[str, bool, str | None, str | None]:
        page = versions_page(index, key_marker=key_marker, version_id_marker=version_id_marker, limit=limit)
        ids_of = "".join(version.version_id for _, version, _ in page.entries)
        return ids_of, page.truncated, page.next_key_marker, page.next_version_id_marker

    assert listed(limit=1000) == ("851962743", False, None, None)
    assert listed(limit=5) == ("85196", True, "test_1", "6")
    assert listed("test_1") == ("7", True, "test_2", "7")
    assert listed("test_2") == ("", False, None, None)
    assert listed("test_1", "6") == ("2", True, "test_1", "2")
    assert listed("test_2", "4") == ("3", False, None, None)
    assert listed("", "6") == ("8", True, "test_0", "8")  # s3_facts 31


def test_only_the_first_version_of_a_key_is_the_latest() -> None:
    index = stacks(a="21", b="3")
    assert [latest for _, _, latest in versions_page(index).entries] == [True, False, True]
    assert [latest for _, _, latest in versions_page(index, key_marker="a", version_id_marker="2").entries] == [
        False,
        True,
    ]


def test_list_object_versions_pagination_common_prefixes() -> None:
    index = versions_of({key: [Version(str(number))] for number, key in enumerate(FOLDER, 1)})

    def listed(key_marker: str) -> listing.VersionsPage[Version]:
        return versions_page(index, prefix="folder/", delimiter="/", key_marker=key_marker, limit=1)

    first = listed("")
    assert (first.entries, first.common_prefixes, first.truncated) == ([], ["folder/aSubfolder/"], True)
    assert (first.next_key_marker, first.next_version_id_marker) == ("folder/aSubfolder/", None)
    file1 = listing.VersionsPage([("folder/file1", Version("3"), True)], [], True, "folder/file1", "3")
    assert listed("folder/aSubfolder/") == file1
    assert listed("folder/aSubfolder/subFile1") == file1
    assert listed("folder/file1").entries == [("folder/file2", Version("4"), True)]
    assert not listed("folder/file1").truncated


def test_the_id_of_a_deleted_version_is_still_a_marker() -> None:
    """test_list_objects_versions_with_prefix_only_and_pagination: page 2 is the same after page 1 was deleted."""
    versions = [Version(ids.version_id()) for _ in range(5)][::-1]
    marker = versions[2].version_id
    for left in (versions, versions[3:], versions[:2] + versions[3:], versions[:2]):
        index = versions_of({"prefixed_key": left, "z": [Version("z")]})
        page = versions_page(index, prefix="prefix", key_marker="prefixed_key", version_id_marker=marker)
        assert [version for _, version, _ in page.entries] == [version for version in left if version in versions[3:]]
    index = versions_of({"prefixed_key": versions[3:]})
    page = versions_page(index, key_marker="prefixed_key", version_id_marker=marker, limit=1)
    assert page.entries == [("prefixed_key", versions[3], True)]


def test_the_marker_of_a_deleted_null_version_skips_nothing() -> None:
    old = Version(ids.version_id())
    index = versions_of({"a": [old]})
    assert versions_page(index, key_marker="a", version_id_marker="null").entries == [("a", old, True)]
    index = versions_of({"a": [Version("null"), old]})
    assert versions_page(index, key_marker="a", version_id_marker="null").entries == [("a", old, False)]


def test_a_version_marker_within_a_common_prefix_skips_all_of_it() -> None:
    index = versions_of({"a/1": [Version("2"), Version("1")], "b": [Version("3")]})
    page = versions_page(index, delimiter="/", key_marker="a/1", version_id_marker="2")
    assert (page.entries, page.common_prefixes) == ([("b", Version("3"), True)], [])


def test_an_empty_page_of_versions_is_not_truncated() -> None:
    assert versions_page(stacks(a="1"), limit=0) == listing.VersionsPage([], [], False, None, None)


# Uploads


def uploads(**letters: str) -> KeyIndex[Sequence[Upload]]:
    return KeyIndex.of((key, tuple(map(Upload, ids_of))) for key, ids_of in letters.items())


def test_list_multiparts_next_marker() -> None:
    index = uploads(key1="345", key2="2", key3="1")

    def listed(key_marker: str = "", upload_id_marker: str = "", limit: int = 1) -> tuple[str, bool, str, str]:
        page = uploads_page(index, key_marker=key_marker, upload_id_marker=upload_id_marker, limit=limit)
        ids_of = "".join(upload.upload_id for _, upload in page.entries)
        return ids_of, page.truncated, page.next_key_marker, page.next_upload_id_marker

    assert uploads_page(KeyIndex[Sequence[Upload]]()) == listing.UploadsPage([], [], False, "", "")
    assert listed(limit=1000) == ("34521", False, "key3", "1")
    assert listed() == ("3", True, "key1", "3")
    assert listed("key1") == ("2", True, "key2", "2")
    assert listed("key3") == ("", False, "", "")
    assert listed("", "3") == ("3", True, "key1", "3")
    assert listed("key1", "3") == ("4", True, "key1", "4")
    assert listed("key1", "5") == ("2", True, "key2", "2")
    assert listed("key2", "2") == ("1", False, "key3", "1")
    with pytest.raises(S3Error, match="Invalid uploadId marker") as error:
        listed("key1", "2")
    assert error.value.fields == {"ArgumentName": "upload-id-marker", "ArgumentValue": "2"}


def test_list_multiparts_with_prefix_and_delimiter() -> None:
    index = uploads_of({"test/bar/foo/1": [Upload("1")], "test/foo/bar/1": [Upload("2"), Upload("3")]})

    def listed(prefix: str) -> tuple[list[tuple[str, Upload]], list[str], bool, str, str]:
        page = uploads_page(index, prefix=prefix, delimiter="/")
        markers = page.next_key_marker, page.next_upload_id_marker
        return page.entries, page.common_prefixes, page.truncated, *markers

    assert listed("test/") == ([], ["test/bar/", "test/foo/"], False, "", "")
    assert listed("test/foo/") == ([], ["test/foo/bar/"], False, "", "")
    assert listed("test/foo/bar") == ([], ["test/foo/bar/"], False, "", "")


def test_list_multipart_uploads_marker_common_prefixes() -> None:
    index = uploads_of({key: [Upload(str(number))] for number, key in enumerate(FOLDER)})

    def listed(key_marker: str) -> listing.UploadsPage[Upload]:
        return uploads_page(index, prefix="folder/", delimiter="/", key_marker=key_marker, limit=1)

    assert listed("") == listing.UploadsPage([], ["folder/aSubfolder/"], True, "", "")
    file1 = listing.UploadsPage([("folder/file1", Upload("2"))], [], True, "folder/file1", "2")
    assert listed("folder/aSubfolder/") == file1
    assert listed("folder/aSubfolder/subFile1") == file1


def test_the_id_of_a_finished_upload_is_still_a_marker() -> None:
    made = [Upload(ids.upload_id("key")) for _ in range(3)]
    marker = made[1].upload_id
    for left in (made, made[2:], [made[0], made[2]]):
        index = uploads_of({"key": left})
        assert uploads_page(index, key_marker="key", upload_id_marker=marker).entries == [("key", made[2])]
    nothing: KeyIndex[Sequence[Upload]] = KeyIndex()
    assert uploads_page(nothing, key_marker="key", upload_id_marker=marker).entries == []
    with pytest.raises(S3Error, match="Invalid uploadId marker"):
        uploads_page(nothing, key_marker="another key", upload_id_marker=marker)
