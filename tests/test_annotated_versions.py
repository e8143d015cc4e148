"""Annotations are kept, copied and deleted with the version that they are attached to."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from tests.support.annotations import KEY, TEXT, delete, get, names, put
from tests.support.changes import recorded
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def test_each_version_has_its_own_annotations(s3: S3Client, versioned: str) -> None:
    first, second = (s3.put_object(Bucket=versioned, Key=KEY, Body=body)["VersionId"] for body in (b"1", b"2"))
    assert put(s3, versioned, text=b"of the first", VersionId=first)["ObjectVersionId"] == first
    assert names(s3, versioned) == []
    assert put(s3, versioned, text=b"of the second")["ObjectVersionId"] == second
    assert get(s3, versioned, VersionId=first) == b"of the first"
    reply: Any = s3.list_object_annotations(Bucket=versioned, Key=KEY)
    assert reply["ObjectVersionId"] == second
    marker = s3.delete_object(Bucket=versioned, Key=KEY)["VersionId"]
    assert get(s3, versioned, VersionId=second) == b"of the second"
    s3.delete_object(Bucket=versioned, Key=KEY, VersionId=marker)
    assert get(s3, versioned) == b"of the second"
    assert delete(s3, versioned)["ObjectVersionId"] == second
    assert len(s3.list_object_versions(Bucket=versioned)["Versions"]) == 2
    assert get(s3, versioned, VersionId=first) == b"of the first"


def test_overwriting_an_object_ends_its_annotations(s3: S3Client, annotated: str) -> None:
    put(s3, annotated)
    s3.put_object(Bucket=annotated, Key=KEY, Body=b"bytes")
    assert names(s3, annotated) == []
    put(s3, annotated)
    s3.delete_object(Bucket=annotated, Key=KEY)
    s3.put_object(Bucket=annotated, Key=KEY, Body=b"bytes")
    assert names(s3, annotated) == []


def copy(s3: Any, bucket: str, **more: Any) -> None:
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/{KEY}", **more)


def test_a_copy_copies_or_excludes_the_annotations(s3: S3Client, annotated: str) -> None:
    put(s3, annotated)
    copy(s3, annotated)
    assert get(s3, annotated, Key="copy") == TEXT
    delete(s3, annotated, Key="copy")
    assert get(s3, annotated) == TEXT
    copy(s3, annotated, AnnotationDirective="COPY", MetadataDirective="REPLACE")
    assert names(s3, annotated, Key="copy") == ["label"]
    copy(s3, annotated, AnnotationDirective="EXCLUDE")
    assert names(s3, annotated, Key="copy") == []
    arguments = {"ArgumentName": "x-amz-object-annotation-directive", "ArgumentValue": "REPLACE"}
    with refused(
        "InvalidArgument",
        400,
        Message="The annotation directive is not valid. Valid values are COPY and EXCLUDE.",
        **arguments,
    ):
        copy(s3, annotated, AnnotationDirective="REPLACE")


def test_a_copys_checksum_algorithm_is_also_that_of_its_annotations(s3: Any, annotated: str) -> None:
    put(s3, annotated, ChecksumAlgorithm="CRC32")
    copy(s3, annotated)
    assert s3.list_object_annotations(Bucket=annotated, Key="copy")["Annotations"][0]["ChecksumAlgorithm"] == ["CRC32"]
    copy(s3, annotated, ChecksumAlgorithm="SHA1")
    reply = s3.get_object_annotation(Bucket=annotated, Key="copy", AnnotationName="label", ChecksumMode="ENABLED")
    assert reply["ChecksumSHA1"] == base64.b64encode(hashlib.sha1(TEXT, usedforsecurity=False).digest()).decode()


def test_annotations_are_encrypted_like_their_object_but_never_with_sse_c(s3: Any, annotated: str) -> None:
    put(s3, annotated)
    customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    message = "The object is encrypted with SSE-C, which does not support annotations."
    with refused("InvalidRequest", 400, Message=message):
        copy(s3, annotated, **customer)
    copy(s3, annotated, AnnotationDirective="EXCLUDE", **customer)
    with refused("InvalidRequest", 400, Message=message):
        put(s3, annotated, Key="copy")
    copy(s3, annotated, ServerSideEncryption="aws:kms")
    assert put(s3, annotated, Key="copy")["ServerSideEncryption"] == "aws:kms"
    reply = s3.get_object_annotation(Bucket=annotated, Key="copy", AnnotationName="label")
    assert reply["ServerSideEncryption"] == "aws:kms"


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_an_object_lock_keeps_the_annotations_of_its_version(s3: Any, mode: str) -> None:
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    until = datetime(2999, 1, 1, tzinfo=timezone.utc)
    s3.put_object(Bucket="locked", Key=KEY, Body=b"", ObjectLockMode=mode, ObjectLockRetainUntilDate=until)
    put(s3, "locked")
    with refused("AccessDenied", 403, Message="Access Denied because object protected by object lock."):
        delete(s3, "locked")
    s3.meta.events.register("before-sign.s3.DeleteObjectAnnotation", bypass_governance)
    if mode == "COMPLIANCE":
        with refused("AccessDenied", 403):
            delete(s3, "locked")
    else:
        delete(s3, "locked")
        assert names(s3, "locked") == []


def bypass_governance(request: Any, **_more: Any) -> None:
    request.headers["x-amz-bypass-governance-retention"] = "true"


def test_archived_objects_are_annotated_without_being_restored(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"bytes", StorageClass="DEEP_ARCHIVE")
    put(s3, bucket)
    assert get(s3, bucket) == TEXT


def test_annotations_send_events() -> None:
    with mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        s3.put_object(Bucket="a-bucket", Key=KEY, Body=b"bytes")
        committed = recorded(mock.cloud)
        put(s3, "a-bucket")
        delete(s3, "a-bucket")
        delete(s3, "a-bucket")
    assert [each.change.event for each in committed] == ["ObjectAnnotation:Put", "ObjectAnnotation:Delete"]
