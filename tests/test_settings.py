"""The settings: keyword, environment, default, and the errors for invalid values."""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

import freezegun
import pytest

from s3mock import mock_s3
from s3mock.settings import ELSEWHERE, TABLE, Keywords, SettingError, Settings, checked

VALUES: dict[str, tuple[str, Any]] = {
    "account_id": ("111122223333", "111122223333"),
    "credentials": ("KEY:SECRET, 0:/+=:111122223333", {"KEY": ("SECRET", None), "0": ("/+=", "111122223333")}),
    "verify_signatures": ("all", "all"),
    "bucket_defaults": ("2024-02", date(2024, 2, 29)),
    "allow_crossaccount_access": ("false", False),
    "upload_part_min_size": ("256", 256),
    "restore_duration": ("documented", "documented"),
    "replication_time": ("900", 900),
    "max_keys": ("3", 3),
    "page_max_size": ("3", 3),
    "delete_max_keys": ("3", 3),
    "key_max_length": ("10", 10),
    "metadata_max_size": ("0", 0),
    "put_max_size": ("1024", 1024),
    "upload_max_parts": ("3", 3),
    "account_max_buckets": ("100", 100),
    "seed": ("1", 1),
    "journal": ("100", 100),
    "custom_endpoints": ("https://S3.example.com:443/, http://minio:9000", ("s3.example.com", "minio:9000")),
    "passthrough": ("http://localhost:80,localhost:9000", ("localhost", "localhost:9000")),
    "allow_services": ("sqs, sns", ("sqs", "sns")),
}

INVALID: dict[str, list[Any]] = {
    "account_id": ["12345678901", "12345678901x", "\u0661" * 12, "1" * 13],
    "credentials": ["KEY", "KEY:", ":SECRET", "KEY:SECRET:12", "KEY:SECRET:111122223333:x"],
    "verify_signatures": ["some"],
    "bucket_defaults": [
        *("modern", "2005", "2005-12-31", "9999", "24", "2024-13", "2024-00", "2024-02-30", "2024-2", "202402"),
        *("2024-02-01T00:00", " 2024", "2024-", "\u0662\u0660\u0662\u0664", "0000"),
    ],
    "allow_crossaccount_access": ["perhaps"],
    "upload_part_min_size": ["5MiB", "-1", "5.0"],
    "restore_duration": ["never"],
    "replication_time": ["15 minutes", "-1", "0.5"],
    "max_keys": ["0", "1001", "many"],
    "page_max_size": ["0", "1001"],
    "delete_max_keys": ["0", "1001"],
    "key_max_length": ["0", "1025"],
    "metadata_max_size": ["-1", "2049"],
    "put_max_size": ["-1", "5368709121"],
    "upload_max_parts": ["0", "10001"],
    "account_max_buckets": ["0", "1000001"],
    "seed": ["-1", "one"],
    "journal": ["-1", "all"],
    "custom_endpoints": ["ftp://files", "http://host/path", "http://", "two words"],
    "passthrough": ["http://host?query", "http://user@host"],
    "allow_services": [],
}

ROWS_WITH_VARIABLES = [(row.keyword, variable) for row in TABLE.values() for variable in row.variables]


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for _, variable in ROWS_WITH_VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def test_the_table_and_the_typed_keywords_name_the_same_settings() -> None:
    assert set(TABLE) == set(Keywords.__annotations__)
    assert all(row.keyword == name and row.doc and row.expected for name, row in TABLE.items())


def test_every_setting_has_the_documented_default() -> None:
    settings = Settings()
    assert {name: getattr(settings, name) for name in TABLE} == {
        "account_id": "123456789012",
        "accounts": {},
        "credentials": {},
        "verify_signatures": "presigned",
        "bucket_defaults": "classic",
        "allow_crossaccount_access": True,
        "upload_part_min_size": 5 * 1024 * 1024,
        "restore_duration": "instant",
        "replication_time": 0,
        "max_keys": 1000,
        "page_max_size": None,
        "delete_max_keys": 1000,
        "key_max_length": 1024,
        "metadata_max_size": 2048,
        "put_max_size": 5 * 1024**3,
        "upload_max_parts": 10_000,
        "account_max_buckets": 10_000,
        "seed": None,
        "journal": 10_000,
        "custom_endpoints": (),
        "passthrough": (),
        "allow_services": (),
    }


@pytest.mark.parametrize(("keyword", "variable"), ROWS_WITH_VARIABLES)
def test_every_variable_is_read(keyword: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, value = VALUES[keyword]
    monkeypatch.setenv(variable, text)
    assert getattr(Settings(), keyword) == value


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.variables], ids=lambda row: row.keyword)
def test_a_setting_is_read_when_it_is_used_or_at_the_start(row: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    text, value = VALUES[row.keyword]
    monkeypatch.setenv(row.variables[0], text)
    assert getattr(settings, row.keyword) == (row.default if row.at_start else value)
    assert row.at_start == (row.keyword in {"custom_endpoints", "credentials", "journal", "seed", "verify_signatures"})


@pytest.mark.parametrize(("keyword", "variable"), ROWS_WITH_VARIABLES)
def test_a_keyword_wins_over_the_environment(keyword: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, value = VALUES[keyword]
    monkeypatch.setenv(variable, "nonsense /")
    assert getattr(Settings(**{keyword: text}), keyword) == value


def test_the_first_of_several_variables_wins_and_an_empty_one_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "222222222222")
    assert Settings().account_id == "222222222222"
    monkeypatch.setenv("S3MOCK_ACCOUNT_ID", "111111111111")
    assert Settings().account_id == "111111111111"
    monkeypatch.setenv("S3MOCK_ACCOUNT_ID", "")
    assert Settings().account_id == "222222222222"


def test_settings_follow_a_replaced_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"S3MOCK_MAX_KEYS": "7"})
    assert Settings().max_keys == 7


@pytest.mark.parametrize(
    ("keyword", "variable", "text"),
    [(row.keyword, v, text) for row in TABLE.values() for v in row.variables for text in INVALID.get(row.keyword, [])],
)
def test_the_error_for_an_invalid_variable_names_it_its_value_and_what_is_valid(
    keyword: str, variable: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(SettingError) as raised:
        getattr(Settings(), keyword)
    assert str(raised.value) == f"{variable} is {text!r}, but should be {TABLE[keyword].expected}"


@pytest.mark.parametrize(
    "keywords",
    [{keyword: text} for keyword, texts in INVALID.items() for text in texts]
    + [
        {"account_id": 123456789012},
        {"accounts": {"AKIAIOSFODNN7EXAMPLE": "12"}},
        {"accounts": {"": "111122223333"}},
        {"accounts": "AKIAIOSFODNN7EXAMPLE=111122223333"},
        {"credentials": {"KEY": ("SECRET", "12")}},
        {"credentials": {"KEY": ""}},
        {"credentials": [("KEY",)]},
        {"credentials": 5},
        {"bucket_defaults": 2024},
        {"bucket_defaults": None},
        {"bucket_defaults": date(2005, 12, 31)},
        {"bucket_defaults": date.max},
        {"max_keys": True},
        {"max_keys": 2.5},
        {"max_keys": None},
        {"allow_services": 5},
    ],
)
def test_an_invalid_keyword_is_refused_at_once(keywords: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match=f"^{next(iter(keywords))} is "):
        Settings(**keywords)


def test_an_unknown_keyword_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TypeError, match=r"there is no setting 'bukets'; did you mean buckets\?"):
        mock_s3(bukets="photos")  # type: ignore[call-overload]
    for keyword, advice in ELSEWHERE.items():
        with pytest.raises(TypeError, match=re.escape(f"there is no setting {keyword!r}: {advice}")):
            checked({keyword: True})
    with pytest.raises(TypeError, match="there is no setting 'colour': there are account_id, accounts, "):
        Settings(colour="red")


def test_list_settings_can_be_given_as_lists() -> None:
    settings = Settings(custom_endpoints=["http://one", "https://two:8443"], allow_services=["sqs"])
    assert settings.custom_endpoints == ("one", "two:8443")
    assert settings.allow_services == ("sqs",)


@pytest.mark.parametrize(
    "given",
    [
        {"KEY": "SECRET", "OTHER": ("SEC:RET", "111122223333")},
        [("KEY", "SECRET"), ("OTHER", "SEC:RET", "111122223333")],
        ["KEY:SECRET", ("OTHER", "SEC:RET", "111122223333")],
    ],
)
def test_credentials_can_be_given_as_a_mapping_or_a_list(given: Any) -> None:
    assert Settings(credentials=given).credentials == {
        "KEY": ("SECRET", None),
        "OTHER": ("SEC:RET", "111122223333"),
    }


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2006", date(2006, 12, 31)),
        ("2006-01-01", date(2006, 1, 1)),
        ("2023", date(2023, 12, 31)),
        ("2023-02", date(2023, 2, 28)),
        ("2026-04-06", date(2026, 4, 6)),
        (date(2026, 4, 6), date(2026, 4, 6)),
        (datetime(2026, 4, 6, 23, 59, tzinfo=timezone.utc), date(2026, 4, 6)),
    ],
)
def test_the_date_of_bucket_defaults_is_the_last_day_of_its_year_or_month(given: Any, day: date) -> None:
    assert Settings(bucket_defaults=given).bucket_defaults == day


def test_the_date_of_bucket_defaults_may_be_today_and_not_in_the_future() -> None:
    today = datetime.now(timezone.utc).date()
    for period in (today, f"{today:%Y-%m-%d}", f"{today:%Y-%m}", f"{today:%Y}"):
        defaults = Settings(bucket_defaults=period).bucket_defaults
        assert defaults in {today, today + timedelta(days=1)}  # tomorrow has begun in the east
    with pytest.raises(SettingError, match=r"should be 'classic', 'current', or a date from 2006 to today like '2024'"):
        Settings(bucket_defaults=today + timedelta(days=2))


def test_the_date_of_bucket_defaults_may_be_after_a_frozen_clock() -> None:
    with freezegun.freeze_time("2020-01-01"):
        assert Settings(bucket_defaults="2024").bucket_defaults == date(2024, 12, 31)


def test_a_setting_of_a_mock_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Settings().max_keys = 5  # type: ignore[misc]
