"""mock_s3 beside moto's mock_aws: s3mock serves S3 and moto the rest, in any order of starting and stopping."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import boto3
import moto.core.models
import pytest
from botocore.exceptions import NoCredentialsError
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from s3mock import mock_s3
from s3mock.process.real_calls import RealCallError

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
}
STOP, ANSWER = moto.core.models.MockAWS.stop, BotocoreStubber.__call__


@pytest.fixture(autouse=True, params=["real credentials", "no credentials"])
def _as_before(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in REAL.items():
        if request.param == "real credentials":
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)
    session = boto3.session.Session()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    environment = dict(os.environ)
    yield
    assert {name: os.environ.get(name) for name in REAL} == {name: environment.get(name) for name in REAL}
    assert boto3.DEFAULT_SESSION is session
    assert (moto.core.models.MockAWS.stop, BotocoreStubber.__call__) == (STOP, ANSWER)


def s3_is_ours(mock: Any, client: Any = None) -> bool:
    client = client or boto3.client("s3")
    client.create_bucket(Bucket="photos")
    exists = mock.cloud.find_bucket("photos") is not None
    client.delete_bucket(Bucket="photos")
    return exists


def sqs_is_motos() -> bool:
    queue: str = boto3.client("sqs", "us-east-1").create_queue(QueueName="queue")["QueueUrl"]
    return queue == "https://sqs.us-east-1.amazonaws.com/123456789012/queue"


def test_mock_s3_works_inside_mock_aws() -> None:
    with mock_aws():
        with mock_s3() as s3:
            assert s3_is_ours(s3)
            assert sqs_is_motos()
        boto3.client("s3").create_bucket(Bucket="photos")
        assert "photos" in moto.backends.get_backend("s3")["123456789012"]["aws"].buckets


def test_mock_aws_works_inside_mock_s3() -> None:
    with mock_s3() as s3:
        with mock_aws():
            assert s3_is_ours(s3)
            assert sqs_is_motos()
        assert s3_is_ours(s3)
        with pytest.raises(RealCallError):
            sqs_is_motos()


def test_mock_aws_can_start_first_and_stop_first() -> None:
    theirs, ours = mock_aws(), mock_s3()
    theirs.start()
    s3 = ours.start()
    assert s3_is_ours(s3)
    theirs.stop()
    assert s3_is_ours(s3)
    with pytest.raises((RealCallError, NoCredentialsError)):  # moto has removed its credentials from the environment
        sqs_is_motos()
    ours.stop()


def test_mock_s3_can_start_first_and_stop_first() -> None:
    theirs, ours = mock_aws(), mock_s3()
    s3 = ours.start()
    theirs.start()
    assert s3_is_ours(s3)
    ours.stop()
    assert sqs_is_motos()
    boto3.client("s3").create_bucket(Bucket="photos")
    assert "photos" in moto.backends.get_backend("s3")["123456789012"]["aws"].buckets
    theirs.stop()


def test_mock_s3_can_restart_inside_mock_aws() -> None:
    theirs, ours = mock_aws(), mock_s3()
    ours.start()
    theirs.start()
    ours.stop()
    s3 = ours.start()
    assert s3_is_ours(s3)
    theirs.stop()
    assert s3_is_ours(s3)
    ours.stop()


def test_both_decorators_work_in_either_order() -> None:
    @mock_aws
    @mock_s3
    def inner() -> bool:
        with mock_s3() as s3:
            return sqs_is_motos() and s3_is_ours(s3)

    @mock_s3
    @mock_aws
    def outer() -> bool:
        with mock_s3() as s3:
            return sqs_is_motos() and s3_is_ours(s3)

    assert inner()
    assert outer()


def test_an_s3_client_made_under_either_mock_uses_mock_s3() -> None:
    with mock_aws():
        client = boto3.client("s3")
        with mock_s3() as s3:
            assert s3_is_ours(s3, client)


def test_credentials_from_motos_sts_can_sign_requests() -> None:
    with mock_aws(), mock_s3() as s3:
        role = boto3.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/any", RoleSessionName="any")
        given = role["Credentials"]
        client = boto3.client(
            "s3",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        assert s3_is_ours(s3, client)


def test_moto_can_be_imported_while_mock_s3_is_active() -> None:
    program = """
import boto3, sys
from s3mock import mock_s3
with mock_s3() as s3:
    early = boto3.client("s3")
    early.create_bucket(Bucket="early")
    assert "moto" not in sys.modules
    from moto import mock_aws
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="late")
        boto3.client("sqs", "us-east-1").create_queue(QueueName="queue")
        early.create_bucket(Bucket="later")
    print(*[bucket.name for bucket in s3.resource().buckets.all()])
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["early", "late", "later"]
