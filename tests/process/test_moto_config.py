"""The config of moto's mock_aws, given to mock_s3: what it means for S3, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from s3mock import SettingError, mock_s3


@pytest.mark.parametrize(
    ("config", "given"),
    [
        ({}, {}),
        ({"core": {}}, {}),
        ({"core": {"mock_credentials": True, "reset_boto3_session": True, "service_whitelist": None}}, {}),
        ({"core": {"service_whitelist": ["s3", "sqs"]}}, {}),
        ({"core": {"passthrough": {"urls": [], "services": []}}}, {}),
        ({"core": {"passthrough": {"services": ["dynamodb"]}}}, {"allow_services": ("dynamodb",)}),
        (
            {"core": {"passthrough": {"urls": ["http://localhost:9000", r"^https://minio\.example\.com/.*$"]}}},
            {"passthrough": ("localhost:9000", "minio.example.com")},
        ),
    ],
)
def test_a_config_of_moto_is_settings_of_ours(config: Any, given: dict[str, Any]) -> None:
    with mock_s3(config=config) as s3:
        assert s3.settings.keywords == given


@pytest.mark.parametrize(
    ("config", "instead"),
    [
        ({"lambda": {"use_docker": False}}, "give it to moto's mock_aws"),
        ({"core": {"unknown": 1}}, "'unknown'"),
        ({"core": {"mock_credentials": False}}, "credentials="),
        ({"core": {"reset_boto3_session": False}}, "default session"),
        ({"core": {"service_whitelist": ["sqs"]}}, "lacks 's3'"),
        ({"core": {"passthrough": {"unknown": []}}}, "'unknown'"),
        ({"core": {"passthrough": {"services": ["s3"]}}}, "passthrough="),
        ({"core": {"passthrough": {"urls": ["https://[a-z]+.example.com"]}}}, "passthrough="),
        ({"core": {"passthrough": {"urls": ["https://s3.amazonaws.com/real-bucket"]}}}, "passthrough="),
    ],
)
def test_what_means_nothing_here_is_refused_with_what_does(config: Any, instead: str) -> None:
    with pytest.raises(SettingError, match=instead):
        mock_s3(config=config)


def test_a_setting_is_given_once() -> None:
    config = {"core": {"passthrough": {"services": ["sqs"]}}}
    with pytest.raises(TypeError, match="allow_services and config say the same"):
        mock_s3(config=config, allow_services="sqs")
