"""The mock answers what S3 answered in the recorded conversations, member by member."""

from __future__ import annotations

import fnmatch
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config

from s3mock import mock_s3
from tests.support.recorded_requests import REQUESTS
from tests.support.recordings import CANNOT, OPEN, RECORDINGS, STEPS_LEFT, Conversation, recordings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

if not RECORDINGS.is_dir():  # only where the file is named; in a run of all tests it is not collected
    pytest.skip(f"there is no folder {RECORDINGS}", allow_module_level=True)

recorded = cache(recordings)


@pytest.fixture
def s3_then() -> Iterator[S3Client]:
    """A client that sends what botocore would refuse to send, of an S3 whose buckets are those of the recordings."""
    with mock_s3(bucket_defaults="2026-02") as mock:
        once = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        yield mock.client(region_name="us-east-1", config=once)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_recorded_conversation_goes_the_same_way(s3_then: S3Client, name: str) -> None:
    conversation = Conversation(s3_then, recorded()[name])
    REQUESTS[name](conversation)
    known: dict[str, Any] = {member: reason for (topic, member), reason in OPEN.items() if topic == name}
    new = {member: text for member, text in conversation.differences.items() if member not in known}
    assert not new, f"{name} differs from what S3 answered"
    vanished = sorted(known.keys() - conversation.differences.keys())
    assert not vanished, f"{name} no longer differs: take these out of OPEN"
    assert recorded()[name].keys() - conversation.steps == STEPS_LEFT.get(name, {}).keys()


@pytest.mark.parametrize("pattern", CANNOT)
def test_what_cannot_be_replayed_is_recorded_and_not_replayed(pattern: str) -> None:
    assert fnmatch.filter(recorded(), pattern)
    assert not fnmatch.filter(REQUESTS, pattern)


def test_each_open_difference_belongs_to_a_replayed_conversation() -> None:
    assert {name for name, _ in OPEN} <= REQUESTS.keys()
