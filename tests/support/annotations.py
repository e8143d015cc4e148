"""Calls to the annotation operations for one object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "a-key"
TEXT = '{"label": "é"}'.encode()


def put(s3: Any, bucket: str, name: str = "label", text: bytes = TEXT, **more: Any) -> Any:
    return s3.put_object_annotation(
        **{"Bucket": bucket, "Key": KEY, "AnnotationName": name, "AnnotationPayload": text} | more
    )


def get(s3: Any, bucket: str, name: str = "label", **more: Any) -> Any:
    reply = s3.get_object_annotation(**{"Bucket": bucket, "Key": KEY, "AnnotationName": name} | more)
    return reply["AnnotationPayload"].read()


def delete(s3: Any, bucket: str, name: str = "label", **more: Any) -> Any:
    return s3.delete_object_annotation(**{"Bucket": bucket, "Key": KEY, "AnnotationName": name} | more)


def names(s3: Any, bucket: str, **more: Any) -> list[str]:
    listed = s3.list_object_annotations(**{"Bucket": bucket, "Key": KEY} | more)["Annotations"]
    return [each["AnnotationName"] for each in listed]


@pytest.fixture
def annotated(s3: S3Client, bucket: str) -> str:
    """The name of a bucket with an object to annotate."""
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"bytes")
    return bucket
