"""Settings while a mock is active: the environment is read when a setting is used, and keywords win."""

from __future__ import annotations

from typing import Any

import pytest

from s3mock import mock_s3
from tests.support.responses import refused
from tests.support.uploads import begin, complete, send

VARIABLE = "S3_UPLOAD_PART_MIN_SIZE"


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def upload_of_small_parts(s3: Any) -> tuple[str, list[Any]]:
    s3.create_bucket(Bucket="a-bucket")
    upload_id = begin(s3, "a-bucket")
    return upload_id, send(s3, "a-bucket", upload_id, b"12345", b"1")


def test_the_minimum_size_of_a_part_is_read_when_an_upload_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1")
        upload = upload_of_small_parts(s3)
        with refused("EntityTooSmall", 400) as refusal:
            complete(s3, "a-bucket", *upload)
        assert refusal.error["MinSizeAllowed"] == "5242880"
        monkeypatch.setenv(VARIABLE, "6")
        with refused("EntityTooSmall", 400) as refusal:
            complete(s3, "a-bucket", *upload)
        assert (refusal.error["MinSizeAllowed"], refusal.error["ProposedSize"]) == ("6", "5")
        monkeypatch.setenv(VARIABLE, "5")
        complete(s3, "a-bucket", *upload)


def test_the_keyword_for_the_minimum_size_of_a_part_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    with mock_s3(upload_part_min_size=6) as mock:
        s3 = mock.client(region_name="us-east-1")
        upload = upload_of_small_parts(s3)
        with refused("EntityTooSmall", 400) as refusal:
            complete(s3, "a-bucket", *upload)
        assert refusal.error["MinSizeAllowed"] == "6"
    monkeypatch.setenv(VARIABLE, str(5 << 20))
    with mock_s3(upload_part_min_size=0) as mock:
        s3 = mock.client(region_name="us-east-1")
        complete(s3, "a-bucket", *upload_of_small_parts(s3))


@pytest.mark.parametrize("value", ["5 MiB", "-1", "1.5"])
def test_the_error_for_an_invalid_minimum_size_of_a_part_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    with mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1")
        upload = upload_of_small_parts(s3)
        monkeypatch.setenv(VARIABLE, value)
        with pytest.raises(Exception, match=rf"{VARIABLE} is '{value}', but should be a number of bytes"):
            complete(s3, "a-bucket", *upload)
