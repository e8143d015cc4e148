"""boto3's managed transfers do not use the AWS Common Runtime, which would bypass the mock."""

from __future__ import annotations

import io
import os
from pkgutil import resolve_name

import boto3
import pytest
from boto3.s3.transfer import TransferConfig

from s3mock import mock_s3


@pytest.mark.parametrize("preferred", ["crt", "auto", "classic"])
def test_transfers_fall_back_to_the_classic_manager(preferred: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("awscrt.s3.is_optimized_for_system", lambda: True)
    config = TransferConfig(preferred_transfer_client=preferred)
    assert resolve_name("boto3.s3.transfer:_should_use_crt")(config) == (preferred != "classic")
    client = boto3.client("s3", "us-east-1")
    content = os.urandom(1 << 16) * (9 << 4)
    with mock_s3():
        client.create_bucket(Bucket="photos")
        client.upload_fileobj(io.BytesIO(content), "photos", "a", Config=config)
        client.copy({"Bucket": "photos", "Key": "a"}, "photos", "b", Config=config)
        target = io.BytesIO()
        client.download_fileobj("photos", "b", target, Config=config)
    assert target.getvalue() == content
