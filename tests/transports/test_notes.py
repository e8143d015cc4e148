"""Errors whose message does not say why have a note that does, and are S3's otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from s3mock import mock_s3
from s3mock.transports.notes import NOTES, notes_on

RULES = [note for code, _, _, note in NOTES if code == "InvalidBucketName"]
HAS_NOTES = hasattr(BaseException, "add_note")  # since Python 3.11


def notes(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("ab", [0]),
        ("a" * 64, [0]),
        ("MyBucket", [1]),
        ("my_bucket", [2]),
        ("My_Bucket", [1, 2]),
        ("café", [3]),
        ("-bucket", [4]),
        ("bucket.", [4]),
        ("my..bucket", [5]),
        ("my.-bucket", [5]),
        ("192.168.0.1", [6]),
        ("xn--bucket", [7]),
        ("bucket-s3alias", [8]),
        ("a" * 63, []),
    ],
)
def test_an_invalid_bucket_name_is_told_each_rule_that_it_breaks(name: str, numbers: list[int]) -> None:
    error = {"Code": "InvalidBucketName", "BucketName": name}
    assert notes_on(error) == [f"s3mock: {RULES[number]}" for number in numbers]


def replicate(client: Any, role: str) -> None:
    client.create_bucket(Bucket="destination")
    for bucket in ("bucket", "destination"):
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::destination"},
    }
    client.put_bucket_replication(Bucket="bucket", ReplicationConfiguration={"Role": role, "Rules": [rule]})


def without_digest(client: Any) -> None:
    def remove(request: Any, **_: Any) -> None:
        for name in [name for name in request.headers if name.lower().startswith(("content-md5", "x-amz-checksum"))]:
            del request.headers[name]

    client.meta.events.register("before-send.s3", remove)
    client.put_bucket_tagging(Bucket="bucket", Tagging={"TagSet": []})


def put_with_key(client: Any, key: str) -> None:
    client.put_object(Bucket="bucket", Key="key", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)


@pytest.mark.parametrize(
    ("act", "note"),
    [
        (lambda client: client.create_bucket(Bucket="my_bucket"), "no underscores"),
        (lambda client: put_with_key(client, "my-key"), "its id (a UUID"),
        (lambda client: put_with_key(client, "arn:aws:kms:eu-west-1:123456789012:key/any"), "in the bucket's Region"),
        (lambda client: replicate(client, "role"), "arn:aws:iam::ACCOUNT:role/NAME"),
        (lambda client: replicate(client, "arn:aws:iam::123456789012:user/me"), "arn:aws:iam::ACCOUNT:role/NAME"),
        (without_digest, "boto3 adds a checksum"),
    ],
)
def test_an_error_has_a_note(act: Callable[[Any], Any], note: str) -> None:
    with mock_s3():
        client = boto3.client(
            "s3", region_name="us-east-1", config=Config(request_checksum_calculation="when_required")
        )
        client.create_bucket(Bucket="bucket")
        with pytest.raises(ClientError) as raised:
            act(client)
    assert len(notes(raised.value)) == HAS_NOTES
    assert not HAS_NOTES or note in notes(raised.value)[0]
    assert note not in str(raised.value)
    assert note not in str(raised.value.response)


def test_other_errors_have_none() -> None:
    with mock_s3() as s3, pytest.raises(ClientError) as raised:
        s3.client().head_bucket(Bucket="missing")
    assert notes(raised.value) == []
