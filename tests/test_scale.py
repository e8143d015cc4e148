"""A request costs the same however much an S3 holds: it makes as many calls of functions, of Python's and of C's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import scale

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

SMALL, LARGE = 300, 1200
"""Both have more than one chunk of everything."""

FLAT = [
    "Versions of one key: PutObject",
    "Versions of one key: GetObject",
    "Versions of one key: GetObject by id",
    "Versions of one key: PutObjectTagging by id",
    "Versions of one key: DeleteObject",
    "Versions of one key: DeleteObject by id",
    "Versions of one key: ListObjectVersions, a page of 100 in the middle",
    "Versions of one key, with rules: PutObject",
    "Versions of one key, NewerNoncurrentVersions: PutObject",
    "Keys, with rules: PutObject",
    "Keys, with rules: GetObject with x-amz-expiration",
    "Keys: PutBucketLifecycleConfiguration",
    "Buckets: PutObject",
    "Buckets: GetObject",
    "Buckets: CreateBucket and DeleteBucket",
    "Buckets: ListBuckets, a page of 100",
    "Buckets: a snapshot, taken and restored",
    "Parts: UploadPart",
    "Parts: ListParts, a page of 50 in the middle",
    "Uploads: PutObject",
    "Uploads: CreateMultipartUpload and AbortMultipartUpload",
    "Uploads: ListMultipartUploads, a page of 50",
    "Uploads of one key: PutObject",
    "Uploads of one key: CreateMultipartUpload and AbortMultipartUpload",
    "Uploads of one key: UploadPart",
    "Data folder, versions of one key: PutObject",
    "Data folder, versions of one key: DeleteObject by id",
    "Data folder, keys: PutObject",
    "Data folder, buckets: PutObject",
    "Data folder, parts: UploadPart",
]
"""The rows of the benchmark whose cost does not depend on the size."""


def calls_in(call: Callable[[], object]) -> int:
    """The calls of functions in the second call of something."""
    count = 0

    def see(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    call()
    before = sys.getprofile()
    sys.setprofile(see)
    try:
        call()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("row", FLAT)
def test_a_request_makes_as_many_calls_where_there_is_much(row: str) -> None:
    prepare = scale.CASES[row].prepare
    few, many = calls_in(prepare(SMALL)), calls_in(prepare(LARGE))
    assert many < few + (LARGE - SMALL) / 4  # some for each chunk


def test_a_key_that_is_put_again_and_again_is_visited_once_a_night() -> None:
    world = scale.surplus_versions(50)
    assert len(world.cloud.store.agenda.entries) == 1
