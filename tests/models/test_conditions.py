from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from s3mock.backend.blobs import EMPTY
from s3mock.errors import S3Error
from s3mock.models.account import Account
from s3mock.models.conditions import Condition, matches
from s3mock.models.version import Version

MODIFIED = datetime(2026, 2, 21, 12, tzinfo=timezone.utc)
BEFORE, AFTER, NOW = MODIFIED - timedelta(days=1), MODIFIED + timedelta(days=1), MODIFIED + timedelta(days=9)
FUTURE = NOW + timedelta(days=1)
OWNER = Account("123456789012")
OBJECT = Version(key="k", last_modified=MODIFIED, owner=OWNER, etag="abc", blob=EMPTY)
MARKER = Version(key="k", last_modified=MODIFIED, owner=OWNER)

CONFLICTING = "Multiple conditional request headers present in the request"
NOT_ACCEPTED = "We don't accept the provided value of {} header for this API"


def write_error(condition: Condition | None, current: Version | None) -> tuple[str, dict[str, str]] | None:
    assert condition is not None
    try:
        condition.check_write(current, "k")
    except S3Error as error:
        return error.code, error.fields
    return None


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "header", "message"),
    [
        ("abc", "*", "If-Match,If-None-Match", CONFLICTING),
        ("*", "abc", "If-Match,If-None-Match", CONFLICTING),
        ("*", None, "If-Match", NOT_ACCEPTED.format("If-Match")),
        (None, "abc", "If-None-Match", NOT_ACCEPTED.format("If-None-Match")),
    ],
)
def test_a_write_accepts_an_etag_in_if_match_or_a_star_in_if_none_match(
    if_match: str | None, if_none_match: str | None, header: str, message: str
) -> None:
    with pytest.raises(S3Error) as caught:
        Condition.for_write(if_match, if_none_match)
    assert (caught.value.code, caught.value.status) == ("NotImplemented", 501)
    assert caught.value.fields == {"Header": header, "additionalMessage": message}


def test_a_request_without_conditional_headers_has_no_condition() -> None:
    assert Condition.for_write(None, None) is None
    assert Condition.for_delete(None) is None
    assert Condition.for_read() is None


@pytest.mark.parametrize("absent", [None, MARKER])
def test_if_match_on_a_missing_object_is_no_such_key(absent: Version | None) -> None:
    assert write_error(Condition.for_write("abc", None), absent) == ("NoSuchKey", {"Key": "k"})
    assert write_error(Condition.for_delete("*"), absent) == ("NoSuchKey", {"Key": "k"})


@pytest.mark.parametrize("absent", [None, MARKER])
def test_if_none_match_holds_for_a_missing_object(absent: Version | None) -> None:
    assert write_error(Condition.for_write(None, "*"), absent) is None


def test_if_none_match_fails_for_an_existing_object() -> None:
    assert write_error(Condition.for_write(None, "*"), OBJECT) == ("PreconditionFailed", {"Condition": "If-None-Match"})


@pytest.mark.parametrize("etag", ["abc", '"abc"'])
def test_a_write_succeeds_if_the_etag_matches(etag: str) -> None:
    assert write_error(Condition.for_write(etag, None), OBJECT) is None
    assert write_error(Condition.for_delete(etag), OBJECT) is None


@pytest.mark.parametrize("etag", ["abd", "", '""', "abc-1", "ABC"])
def test_a_write_fails_if_the_etag_does_not_match(etag: str) -> None:
    failed = ("PreconditionFailed", {"Condition": "If-Match"})
    assert write_error(Condition.for_write(etag, None), OBJECT) == failed
    assert write_error(Condition.for_delete(etag), OBJECT) == failed


def test_if_match_of_a_delete_can_be_a_star() -> None:
    assert write_error(Condition.for_delete("*"), OBJECT) is None


READS = [
    # If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since; then True or the header of the failed condition
    ("abc", None, None, None, True),
    ("*", None, None, None, True),
    ("abd", None, None, None, "If-Match"),
    ("abc", None, None, BEFORE, True),
    ("abd", None, None, AFTER, "If-Match"),
    (None, None, None, AFTER, True),
    (None, None, None, FUTURE, True),
    (None, None, None, MODIFIED, True),
    (None, None, None, BEFORE, "If-Unmodified-Since"),
    (None, "abd", None, None, True),
    (None, "abc", None, None, "If-None-Match"),
    (None, "*", None, None, "If-None-Match"),
    (None, "abc", BEFORE, None, "If-None-Match"),
    (None, "abd", AFTER, None, True),
    (None, None, BEFORE, None, True),
    (None, None, MODIFIED, None, "If-Modified-Since"),
    (None, None, AFTER, None, "If-Modified-Since"),
    (None, None, FUTURE, None, True),
    (None, "abc", None, BEFORE, "If-Unmodified-Since"),
    ("abc", "abc", None, None, "If-None-Match"),
    ("abc", None, AFTER, None, "If-Modified-Since"),
]


@pytest.mark.parametrize(("match", "none_match", "modified", "unmodified", "outcome"), READS)
def test_the_conditions_of_a_read_are_checked_in_order(
    match: str | None,
    none_match: str | None,
    modified: datetime | None,
    unmodified: datetime | None,
    outcome: bool | str,
) -> None:
    condition = Condition.for_read(match, none_match, modified, unmodified)
    assert condition is not None
    if outcome is True:
        assert condition.check_read(OBJECT, NOW)
    elif outcome in {"If-None-Match", "If-Modified-Since"}:
        assert not condition.check_read(OBJECT, NOW)
    else:
        with pytest.raises(S3Error) as caught:
            condition.check_read(OBJECT, NOW)
        assert (caught.value.code, caught.value.status) == ("PreconditionFailed", 412)
        assert caught.value.fields == {"Condition": outcome}


@pytest.mark.parametrize(("match", "none_match", "modified", "unmodified", "outcome"), READS)
def test_a_copy_source_condition_fails_with_412_and_its_own_header_never_304(
    match: str | None,
    none_match: str | None,
    modified: datetime | None,
    unmodified: datetime | None,
    outcome: bool | str,
) -> None:
    condition = Condition.for_read(match, none_match, modified, unmodified, prefix="x-amz-copy-source-")
    assert condition is not None
    if outcome is True:
        assert condition.check_read(OBJECT, NOW)
    else:
        with pytest.raises(S3Error) as caught:
            condition.check_read(OBJECT, NOW)
        assert caught.value.fields == {"Condition": f"x-amz-copy-source-{outcome}"}


@pytest.mark.parametrize("header", ["abc", '"abc"', 'W/"abc"', '"x", "abc"', "*", " abc "])
def test_a_header_names_an_etag_with_or_without_quotes_in_a_list_or_by_a_star(header: str) -> None:
    assert matches(header, "abc")


@pytest.mark.parametrize("header", ["", "ab", "abcd", "ABC", '"x", "y"'])
def test_a_header_does_not_name_another_etag(header: str) -> None:
    assert not matches(header, "abc")
