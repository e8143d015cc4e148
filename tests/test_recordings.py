"""The mock answers what S3 answered in the recorded conversations, member by member."""

from __future__ import annotations

import fnmatch
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from s3mock import mock_s3
from tests.support.recorded_requests import REQUESTS
from tests.support.recordings import CANNOT, EXPLAINED, RECORDINGS, STEPS_LEFT, Conversation, cannot, recordings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock import S3

if not RECORDINGS.is_dir():  # only where the file is named; in a run of all tests it is not collected
    pytest.skip(f"there is no folder {RECORDINGS}", allow_module_level=True)

recorded = cache(recordings)


@pytest.fixture
def mock_then() -> Iterator[S3]:
    """An S3 whose new buckets are those of the recordings."""
    with mock_s3(bucket_defaults="2026-02") as mock:
        yield mock


@pytest.mark.parametrize("name", REQUESTS)
def test_a_recorded_conversation_goes_the_same_way(mock_then: S3, name: str) -> None:
    conversation = Conversation(mock_then, recorded()[name])
    REQUESTS[name](conversation)
    explained = EXPLAINED.get(name, {})
    found = {pattern for pattern in explained for member in conversation.differences if re.search(pattern, member)}
    assert found == explained.keys(), f"{name} no longer differs: take these out of EXPLAINED"
    new = {
        member: text
        for member, text in conversation.differences.items()
        if not any(re.search(pattern, member) for pattern in explained)
    }
    assert not new, f"{name} differs from what S3 answered"
    assert recorded()[name].keys() - conversation.steps == STEPS_LEFT.get(name, {}).keys()


@pytest.mark.parametrize("pattern", CANNOT)
def test_what_cannot_be_replayed_is_recorded_and_not_replayed(pattern: str) -> None:
    assert fnmatch.filter(recorded(), pattern)
    assert not fnmatch.filter(REQUESTS, pattern)


def test_each_conversation_is_replayed_or_its_reason_is_given() -> None:
    neither = [name for name in recorded() if name not in REQUESTS and not cannot(name)]
    assert not neither


def test_what_is_said_about_a_conversation_is_said_of_a_replayed_one() -> None:
    assert EXPLAINED.keys() | STEPS_LEFT.keys() <= REQUESTS.keys()
