"""The endpoint of S3 in the environment is for other processes: clients in the mock's own process do not change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import boto3
import pytest
import requests
from botocore.config import Config

from s3mock import mock_s3
from s3mock.process.environment import ENDPOINT, NOT_SHARED

CHILD = """
import socket, boto3
def resolve(host, *args, **kwargs):
    raise socket.gaierror(f"asked for {host}")
socket.getaddrinfo = resolve
boto3.client("s3", region_name="us-east-1").list_buckets()
"""
AWS = "https://s3.amazonaws.com"
MINIO = "http://minio.example:9000"


@pytest.fixture(autouse=True)
def _nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in (ENDPOINT, "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def endpoint() -> str:
    """The endpoint of a new client of boto3."""
    url: str = boto3.session.Session().client("s3", region_name="us-east-1").meta.endpoint_url
    return url


def test_a_child_of_a_mock_that_is_not_shared_is_told_to_share_it() -> None:
    with mock_s3():
        child = subprocess.run(
            [sys.executable, "-c", CHILD],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"AWS_MAX_ATTEMPTS": "1"},
        )
    assert f'Could not connect to the endpoint URL: "{NOT_SHARED}/"' in child.stderr
    assert "use-mock-s3-share-true" in child.stderr


@pytest.mark.parametrize(
    ("variable", "before", "settings", "children", "here"),
    [
        (ENDPOINT, None, {}, NOT_SHARED, AWS),
        (ENDPOINT, "http://localhost:4566", {}, NOT_SHARED, AWS),
        (ENDPOINT, NOT_SHARED, {}, NOT_SHARED, AWS),
        (ENDPOINT, MINIO, {"custom_endpoints": MINIO}, NOT_SHARED, MINIO),
        (ENDPOINT, MINIO, {"passthrough": MINIO}, MINIO, MINIO),
        (ENDPOINT, MINIO, {"passthrough": "http://localhost:9001"}, NOT_SHARED, AWS),
        (ENDPOINT, None, {"passthrough": "https://s3.eu-west-1.amazonaws.com"}, None, AWS),
        ("AWS_ENDPOINT_URL", MINIO, {}, NOT_SHARED, AWS),
        ("AWS_ENDPOINT_URL", MINIO, {"custom_endpoints": MINIO}, NOT_SHARED, MINIO),
        ("AWS_ENDPOINT_URL", MINIO, {"passthrough": MINIO}, None, MINIO),
    ],
)
def test_the_endpoint_of_children_and_that_of_clients_in_the_process(
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    before: str | None,
    settings: dict[str, Any],
    children: str | None,
    here: str,
) -> None:
    if before is not None:
        monkeypatch.setenv(variable, before)
    unchanged = dict(os.environ)
    with mock_s3(**settings):
        assert (os.environ.get(ENDPOINT), endpoint()) == (children, here)
    assert dict(os.environ) == unchanged


def test_the_endpoint_in_a_profile_counts_as_before(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(f"[default]\nendpoint_url = {MINIO}\n")
    with mock_s3(custom_endpoints=MINIO):
        assert (os.environ[ENDPOINT], endpoint()) == (NOT_SHARED, MINIO)


def test_other_services_keep_their_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    with mock_s3():
        assert boto3.client("sqs", region_name="us-east-1").meta.endpoint_url == "http://localhost:4566"


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_code_that_gives_the_variable_to_a_client_is_answered(style: Literal["path", "virtual"]) -> None:
    with mock_s3() as s3:
        s3.client(region_name="us-east-1").create_bucket(Bucket="photos")
        config = Config(s3={"addressing_style": style})
        client = boto3.client("s3", endpoint_url=os.environ[ENDPOINT], config=config)
        client.put_object(Bucket="photos", Key="a", Body=b"body")
        url = client.generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "a"})
        assert requests.get(url, timeout=5).content == b"body"


def test_a_variable_that_is_set_inside_the_mock_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, "")  # put back at the end
    with mock_s3():
        os.environ[ENDPOINT] = MINIO
        assert endpoint() == AWS
    assert os.environ[ENDPOINT] == MINIO
