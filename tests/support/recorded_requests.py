"""The requests of the conversations recorded from S3, by the conversations' names."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.support import (  # noqa: F401 (each adds its requests to the table)
    recorded_browsers,
    recorded_events,
    recorded_forms,
    recorded_listings,
    recorded_objects,
    recorded_settings,
    recorded_urls,
)
from tests.support.recorded_listings import FOLDER
from tests.support.recorded_objects import BLOB
from tests.support.recordings import NO_BUCKET, REQUESTS, requests_of

if TYPE_CHECKING:
    from tests.support.recordings import Conversation

__all__ = ["REQUESTS"]

NEVER_A_VERSION = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"


CRUD = "api/TestS3ObjectCRUD"


@requests_of(CRUD)
def test_delete_object_versioned(c: Conversation) -> None:
    c.versioned()
    key: Any = {"Key": "test-delete"}
    version = c("put-object", "put_object", **key, Body="test-delete")["VersionId"]
    marker = c("delete-object", "delete_object", **key)["VersionId"]
    c("get-deleted-object", "get_object", **key)
    c("get-object-with-version", "get_object", **key, VersionId=version)
    c("get-delete-marker", "get_object", **key, VersionId=marker)
    c("delete-object-2", "delete_object", **key)
    c("list-object-versions", "list_object_versions", Prefix="test-delete")
    c("delete-delete-marker", "delete_object", **key, VersionId=marker)
    c("delete-object-version", "delete_object", **key, VersionId=version)
    c("get-deleted-object-with-version", "get_object", **key, VersionId=version)
    c("delete-with-bad-version", "delete_object", **key, VersionId=version[:-4] + "ABCD" if version else "")
    c("delete-wrong-key", "delete_object", Key="wrong-key")


@requests_of(CRUD)
def test_delete_object(c: Conversation) -> None:
    c("put-object", "put_object", Key="test-delete", Body="test-delete")
    c("delete-object", "delete_object", Key="test-delete")
    c("delete-nonexistent-object", "delete_object", Key="test-delete")
    c("delete-nonexistent-object-versionid", "delete_object", Key="test-delete", VersionId=NEVER_A_VERSION)


@requests_of("api/TestS3BucketCRUD")
def test_delete_versioned_bucket_with_objects(c: Conversation) -> None:
    c.versioned()
    version = c("", "put_object", Key="a-key", Body="a")["VersionId"]
    marker = c("", "delete_object", Key="a-key")["VersionId"]
    c("delete-with-obj-and-delete-marker", "delete_bucket")
    c("delete-obj-by-version", "delete_object", Key="a-key", VersionId=version)
    c("delete-with-only-delete-marker", "delete_bucket")
    c("delete-marker-by-version", "delete_object", Key="a-key", VersionId=marker)
    c("success-delete-bucket", "delete_bucket")


@requests_of("api/TestS3BucketCRUD")
def test_delete_bucket_with_objects(c: Conversation) -> None:
    c("", "put_object", Key="a-key", Body="a")
    c("delete-with-obj", "delete_bucket")
    c("delete-obj", "delete_object", Key="a-key")
    c("delete-bucket", "delete_bucket")


@requests_of(CRUD)
def test_get_object_with_version_unversioned_bucket(c: Conversation) -> None:
    c("put-object", "put_object", Key="test-version", Body="test-version")
    c("get-obj-with-version", "get_object", Key="test-version", VersionId=NEVER_A_VERSION)
    c("get-obj-with-null-version", "get_object", Key="test-version", VersionId="null")


@requests_of(CRUD)
def test_list_object_versions_order_unversioned(c: Conversation) -> None:
    c("list-empty", "list_object_versions")
    c("put-object", "put_object", Key="a-test-object-1", Body="test-object-1")
    c("put-object-3", "put_object", Key="c-test-object-3", Body="test-object-3")
    c("put-object-2", "put_object", Key="b-test-object-2", Body="test-object-2")
    c("list-object-versions", "list_object_versions")


@requests_of(CRUD)
def test_delete_objects(c: Conversation) -> None:
    c("put-object", "put_object", Key="test-delete", Body="test-delete")
    c(
        "delete-object-wrong-version-id",
        "delete_objects",
        Delete={"Objects": [{"Key": "test-delete", "VersionId": NEVER_A_VERSION}]},
    )
    c(
        "delete-objects",
        "delete_objects",
        Delete={"Objects": [{"Key": key} for key in ("c-wrong-key", "a-wrong-key", "test-delete")]},
    )


@requests_of("api/TestS3BucketVersioning")
def test_bucket_versioning_crud(c: Conversation) -> None:
    def put(step: str, bucket: str = "a-bucket", **configuration: str) -> None:
        c(step, "put_bucket_versioning", Bucket=bucket, VersioningConfiguration=configuration)

    c("get-versioning-before", "get_bucket_versioning")
    put("put-versioning-suspended-before", Status="Suspended")
    c("get-versioning-after-suspended", "get_bucket_versioning")
    put("put-versioning-enabled-lowercase", Status="enabled")
    put("put-versioning-enabled-capitalized", Status="Enabled")
    c("get-versioning-after-enabled", "get_bucket_versioning")
    put("put-versioning-suspended-after", Status="Suspended")
    put("put-versioning-disabled", Status="Disabled")
    put("put-versioning-empty")
    put("put-versioning-no-bucket", NO_BUCKET, Status="Suspended")
    c("get-versioning-no-bucket", "get_bucket_versioning", Bucket=NO_BUCKET)


@requests_of("api/TestS3BucketVersioning")
def test_object_version_id_format(c: Conversation) -> None:
    c.versioned()
    c("put-object", "put_object", Key="test-version-id")


@requests_of(CRUD)
def test_put_object_on_suspended_bucket(c: Conversation) -> None:
    key: Any = {"Key": "test-version"}
    c.versioned()
    for number in range(3):
        c(f"put-object-{number}", "put_object", **key, Body=f"test-version-{number}")
    c("list-enabled", "list_object_versions")
    c.versioned("Suspended")
    c("list-suspended", "list_object_versions")
    c("put-object-suspended", "put_object", **key, Body="test-version-suspended")
    c("list-suspended-after-put", "list_object_versions")
    c("put-object-suspended-overwrite", "put_object", **key, Body="test-version-suspended")
    c("list-suspended-after-overwrite", "list_object_versions")
    c("get-object-current", "get_object", **key)


@requests_of(CRUD)
def test_delete_object_on_suspended_bucket(c: Conversation) -> None:
    key: Any = {"Key": "test-delete-suspended"}
    c.versioned()
    for number in range(2):
        c(f"put-object-{number}", "put_object", **key, Body=f"test-version-{number}")
    c.versioned("Suspended")
    c("list-suspended", "list_object_versions")
    c("delete-object-no-version", "delete_object", **key)
    c("list-suspended-delete", "list_object_versions")
    c("put-object-suspended", "put_object", **key, Body="test-version-suspended-after-delete")
    c("list-suspended-put", "list_object_versions")
    c("delete-object-no-version-after-put", "delete_object", **key)
    c("list-suspended-after-put", "list_object_versions")


BUCKET_ENCRYPTION = "api/TestS3BucketEncryption"


@requests_of(BUCKET_ENCRYPTION)
def test_s3_default_bucket_encryption(c: Conversation) -> None:
    c("default-bucket-encryption", "get_bucket_encryption")
    c("delete-bucket-encryption", "delete_bucket_encryption")
    c("delete-bucket-encryption-idempotent", "delete_bucket_encryption")


@requests_of(BUCKET_ENCRYPTION)
def test_s3_default_bucket_encryption_exc(c: Conversation) -> None:
    def put(step: str, rules: list[Any], bucket: str = "a-bucket") -> None:
        c(step, "put_bucket_encryption", Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})

    aes = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    with_key = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "a-key"}}
    c("get-bucket-enc-no-bucket", "get_bucket_encryption", Bucket=NO_BUCKET)
    c("delete-bucket-enc-no-bucket", "delete_bucket_encryption", Bucket=NO_BUCKET)
    put("put-bucket-enc-no-bucket", [aes], NO_BUCKET)
    put("put-bucket-encryption-no-rules", [])
    put("put-bucket-encryption-two-rules", [aes, aes])
    put("put-bucket-encryption-kms-with-aes", [with_key])


@requests_of(BUCKET_ENCRYPTION)
def test_s3_bucket_encryption_sse_s3(c: Conversation) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    c("put-bucket-enc", "put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": [rule]})
    c("put-object-encrypted", "put_object", Key="test-enc", Body="test-encrypted")
    c("head-object-encrypted", "head_object", Key="test-enc")
    c("get-object-encrypted", "get_object", Key="test-enc")


TAGGING = "api/TestS3BucketObjectTagging"
TWO_TAGS = {"TagSet": [{"Key": "tag1", "Value": "tag1"}, {"Key": "tag2", "Value": ""}]}
THIRD_TAG = {"TagSet": [{"Key": "tag3", "Value": "tag3"}]}


@requests_of(TAGGING)
def test_bucket_tagging_crud(c: Conversation) -> None:
    c("get-bucket-tags-empty", "get_bucket_tagging")
    c("put-bucket-tags", "put_bucket_tagging", Tagging=TWO_TAGS)
    c("get-bucket-tags", "get_bucket_tagging")
    c("put-bucket-tags-overwrite", "put_bucket_tagging", Tagging=THIRD_TAG)
    c("get-bucket-tags-overwritten", "get_bucket_tagging")
    c("delete-bucket-tags", "delete_bucket_tagging")
    c("put-bucket-tags-empty", "put_bucket_tagging", Tagging={"TagSet": []})


@requests_of(TAGGING)
def test_object_tagging_crud(c: Conversation) -> None:
    key: Any = {"Key": "test-tagging"}
    c("put-object", "put_object", **key, Body="test-tagging")
    c("get-object-tags-empty", "get_object_tagging", **key)
    c("put-object-tags", "put_object_tagging", **key, Tagging=TWO_TAGS)
    c("get-object-tags", "get_object_tagging", **key)
    c("put-object-tags-overwrite", "put_object_tagging", **key, Tagging=THIRD_TAG)
    c("get-object-tags-overwritten", "get_object_tagging", **key)
    c("get-obj-after-tags", "get_object", **key)
    c("delete-object-tags", "delete_object_tagging", **key)
    c("get-object-tags-deleted", "get_object_tagging", **key)
    c("get-obj-after-tags-deleted", "get_object", **key)


@requests_of(TAGGING)
def test_bucket_tagging_exc(c: Conversation) -> None:
    c("get-no-bucket-tags", "get_bucket_tagging", Bucket=NO_BUCKET)
    c("delete-no-bucket-tags", "delete_bucket_tagging", Bucket=NO_BUCKET)
    c("put-no-bucket-tags", "put_bucket_tagging", Bucket=NO_BUCKET, Tagging={"TagSet": []})


@requests_of(TAGGING)
def test_object_tagging_exc(c: Conversation) -> None:
    c("get-no-bucket-tags", "get_object_tagging", Bucket=NO_BUCKET, Key="fake-key")
    c("delete-no-bucket-tags", "delete_object_tagging", Bucket=NO_BUCKET, Key="fake-key")
    c("put-no-bucket-tags", "put_object_tagging", Bucket=NO_BUCKET, Key="fake-key", Tagging=TWO_TAGS)
    c("get-no-key-tags", "get_object_tagging", Key="fake-key")
    c("delete-no-key-tags", "delete_object_tagging", Key="fake-key")
    c("put-no-key-tags", "put_object_tagging", Key="fake-key", Tagging=TWO_TAGS)
    c("put-obj-duplicate-tagging", "put_object", Key="fake-key", Tagging="key1=val1&key1=val2")
    c("put-obj-wrong-format", "put_object", Key="fake-key", Tagging="key1=val1,key2=val2")


@requests_of("api/TestS3PublicAccessBlock")
def test_crud_public_access_block(c: Conversation) -> None:
    off = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), False)
    c("get-default-public-access-block", "get_public_access_block")
    c("put-public-access-block", "put_public_access_block", PublicAccessBlockConfiguration=off)
    c("get-public-access-block", "get_public_access_block")
    c("delete-public-access-block", "delete_public_access_block")
    c("get-public-access-block-after-delete", "get_public_access_block")
    c("idempotent-delete-public-access-block", "delete_public_access_block")


@requests_of("api/TestS3BucketPolicy")
def test_bucket_policy_exc(c: Conversation) -> None:
    c("put-empty-bucket-policy", "put_bucket_policy", Policy="")
    c("put-bucket-policy-randomstring", "put_bucket_policy", Policy="invalid json")
    c("put-bucket-policy-empty-json", "put_bucket_policy", Policy="{}")


@requests_of("api/TestS3BucketAccelerateConfiguration")
def test_bucket_acceleration_configuration_crud(c: Conversation) -> None:
    c("get-bucket-default-accelerate-config", "get_bucket_accelerate_configuration")
    for word, status in (("enabled", "Enabled"), ("disabled", "Suspended")):
        c(
            f"put-bucket-accelerate-config-{word}",
            "put_bucket_accelerate_configuration",
            AccelerateConfiguration={"Status": status},
        )
        c(f"get-bucket-accelerate-config-{word}", "get_bucket_accelerate_configuration")


WRITES = "api/TestS3ObjectWritePrecondition"
SAMPLE: Any = {"Key": "test-precondition"}


def _upload(c: Conversation, step: str) -> dict[str, Any]:
    """The parameters that complete a new upload of one part "test"."""
    upload = c(step, "create_multipart_upload", **SAMPLE)["UploadId"]
    part = c("", "upload_part", **SAMPLE, UploadId=upload, PartNumber=1, Body="test")
    return {**SAMPLE, "UploadId": upload, "MultipartUpload": {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}}


@requests_of(WRITES)
def test_put_object_if_none_match(c: Conversation) -> None:
    c("put-obj", "put_object", **SAMPLE)
    c("put-obj-if-none-match", "put_object", **SAMPLE, IfNoneMatch="*")
    c("del-obj", "delete_object", **SAMPLE)
    c("put-obj-after-del", "put_object", **SAMPLE, IfNoneMatch="*")


@requests_of(WRITES)
def test_put_object_if_none_match_validation(c: Conversation) -> None:
    c("put-obj", "put_object", **SAMPLE)
    c("put-obj-if-none-match-bad-value", "put_object", **SAMPLE, IfNoneMatch="bad-value")


@requests_of(WRITES)
def test_put_object_if_none_match_versioned_bucket(c: Conversation) -> None:
    c.versioned()
    test_put_object_if_none_match(c)
    c("list-object-versions", "list_object_versions")


@requests_of(WRITES)
def test_multipart_if_none_match_with_delete(c: Conversation) -> None:
    c("put-obj", "put_object", **SAMPLE)
    upload = _upload(c, "create-multipart")
    c("complete-multipart-if-none-match", "complete_multipart_upload", **upload, IfNoneMatch="*")
    c("del-obj", "delete_object", **SAMPLE)
    c("complete-multipart-after-del", "complete_multipart_upload", **upload, IfNoneMatch="*")
    c("complete-multipart-after-del-restart", "complete_multipart_upload", **_upload(c, ""), IfNoneMatch="*")


@requests_of(WRITES)
def test_multipart_if_none_match_with_put(c: Conversation) -> None:
    upload = _upload(c, "create-multipart")
    c("put-obj", "put_object", **SAMPLE)
    c("complete-multipart-if-none-match-put-during", "complete_multipart_upload", **upload, IfNoneMatch="*")


@requests_of(WRITES)
def test_put_object_if_match(c: Conversation) -> None:
    etag = c("put-obj", "put_object", **SAMPLE, Body="test")["ETag"]
    c("put-obj-if-match-wrong-etag", "put_object", **SAMPLE, IfMatch="d41d8cd98f00b204e9800998ecf8427e")
    c("put-obj-overwrite", "put_object", **SAMPLE, IfMatch=etag)
    c("del-obj", "delete_object", **SAMPLE)
    c("put-obj-if-match-key-not-exists", "put_object", **SAMPLE, IfMatch=etag)
    c("put-obj-after-del", "put_object", **SAMPLE)


@requests_of(WRITES)
def test_put_object_if_match_validation(c: Conversation) -> None:
    key: Any = {"Key": "test-precondition-validation"}
    c("put-obj-if-match-star-value", "put_object", **key, IfMatch="*")
    c("put-obj-if-match-bad-value", "put_object", **key, IfMatch="abcdef")
    c("put-obj-if-match-bad-value-2", "put_object", **key, IfMatch="bad-char_/")


def _put_during(c: Conversation, body: str) -> None:
    """Complete an upload under If-Match after its key was written again."""
    etag = c("put-obj", "put_object", **SAMPLE, Body="test")["ETag"]
    upload = _upload(c, "create-multipart")
    during = c("put-obj-during", "put_object", **SAMPLE, Body=body)["ETag"]
    if body != "test":
        c("complete-multipart-if-match-put-before", "complete_multipart_upload", **upload, IfMatch=etag)
    c("complete-multipart-if-match-put-during", "complete_multipart_upload", **upload, IfMatch=during)
    upload = _upload(c, "create-multipart-again")
    c("complete-multipart-if-match-put-before-restart", "complete_multipart_upload", **upload, IfMatch=during)


@requests_of(WRITES)
def test_multipart_if_match_with_put(c: Conversation) -> None:
    _put_during(c, "test2")


@requests_of(WRITES)
def test_multipart_if_match_with_put_identical(c: Conversation) -> None:
    _put_during(c, "test")


@requests_of(WRITES)
def test_multipart_if_match_with_delete(c: Conversation) -> None:
    etag = c("put-obj", "put_object", **SAMPLE, Body="test")["ETag"]
    upload = _upload(c, "create-multipart")
    c("del-obj", "delete_object", **SAMPLE)
    c("complete-multipart-after-del", "complete_multipart_upload", **upload, IfMatch=etag)
    c("put-obj-2", "put_object", **SAMPLE, Body="test")
    c("complete-multipart-if-match-after-put", "complete_multipart_upload", **upload, IfMatch=etag)


@requests_of(WRITES)
def test_put_object_if_match_versioned_bucket(c: Conversation) -> None:
    c.versioned()
    etag = c("put-obj", "put_object", **SAMPLE, Body="test")["ETag"]
    c("put-obj-if-none-match-bad-value", "put_object", **SAMPLE, IfMatch="abcdef")
    c("del-obj", "delete_object", **SAMPLE)
    c("put-obj-after-del-exc", "put_object", **SAMPLE, IfMatch=etag)
    etag = c("put-obj-after-del", "put_object", **SAMPLE, Body="test-after-del")["ETag"]
    c("put-obj-if-match", "put_object", **SAMPLE, Body="test-if-match", IfMatch=etag)
    c("list-object-versions", "list_object_versions")


@requests_of(WRITES)
def test_put_object_if_match_and_if_none_match_validation(c: Conversation) -> None:
    c("put-obj-both-precondition", "put_object", **SAMPLE, IfMatch="", IfNoneMatch="*")


@requests_of(WRITES)
def test_multipart_if_match_etag(c: Conversation) -> None:
    etag = c("put-obj", "put_object", **SAMPLE, Body="test")["ETag"]
    upload = _upload(c, "create-multipart")
    done = c("complete-multipart-if-match", "complete_multipart_upload", **upload, IfMatch=etag)["ETag"]
    upload = _upload(c, "create-multipart-overwrite")
    c("complete-multipart-if-match-true-etag", "complete_multipart_upload", **upload, IfMatch=etag)
    c("complete-multipart-if-match-overwrite-multipart", "complete_multipart_upload", **upload, IfMatch=done)


@requests_of(TAGGING)
def test_put_object_with_tags(c: Conversation) -> None:
    key: Any = {"Key": "test-put-object-tagging"}
    c("put-object", "put_object", **key, Body="test-tagging", Tagging="tag1=tag1&tag2=tag2&tag=")
    c("get-object-tags", "get_object_tagging", **key)
    c("put-object-tags", "put_object_tagging", **key, Tagging=THIRD_TAG)
    c("get-object-tags-override", "get_object_tagging", **key)
    c("head-obj", "head_object", **key)
    c("get-obj", "get_object", **key)
    c("", "put_object", **key, Tagging="wrongquery&wrongagain")
    c("get-object-tags-wrong-format-qs", "get_object_tagging", **key)
    c("", "put_object", **key, Tagging="key1&key2")
    c("get-object-tags-wrong-format-qs-2", "get_object_tagging", **key)


@requests_of(TAGGING)
def test_object_tagging_versioned(c: Conversation) -> None:
    key: Any = {"Key": "test-version-tagging"}
    c.versioned()
    versions = [
        c(f"put-obj-{n}", "put_object", **key, Body=f"test-{n}", Tagging=f"test_tag=tagv{n + 1}")["VersionId"]
        for n in range(2)
    ]
    c("put-object-tags-current-version", "put_object_tagging", **key, Tagging=THIRD_TAG)
    c("get-object-tags-current-version", "get_object_tagging", **key)
    old: Any = {**key, "VersionId": versions[0]}
    c("get-object-tags-previous-version", "get_object_tagging", **old)
    one = {"TagSet": [{"Key": "tag1", "Value": "tag1"}]}
    c("put-object-tags-previous-version", "put_object_tagging", **old, Tagging=one)
    c("get-object-tags-previous-version-again", "get_object_tagging", **old)
    c("", "delete_object_tagging", **key)
    c("get-object-tags-deleted-current", "get_object_tagging", **key)
    c("get-object-tags-previous-version-deleted", "get_object_tagging", **key, VersionId=versions[1])
    marker = c("put-delete-marker", "delete_object", **key)["VersionId"]
    for step, parameters in (("id", {**key, "VersionId": marker}), ("latest", key)):
        c(f"put-object-tags-delete-marker-{step}", "put_object_tagging", **parameters, Tagging=THIRD_TAG)
        c(f"get-object-tags-delete-marker-{step}", "get_object_tagging", **parameters)
        c(f"delete-object-tags-delete-marker-{step}", "delete_object_tagging", **parameters)


@requests_of(TAGGING)
def test_object_tags_delete_or_overwrite_object(c: Conversation) -> None:
    key: Any = {"Key": "test-tagging"}
    c("", "put_object", **key, Tagging="tag1=val1")
    c("get-object-after-creation", "get_object_tagging", **key)
    c("", "put_object", **key)
    c("get-object-after-overwrite", "get_object_tagging", **key)
    c("", "put_object", **key, Tagging="tag1=val1")
    c("", "delete_object", **key)
    c("", "put_object", **key)
    c("get-object-after-recreation", "get_object_tagging", **key)


@requests_of(TAGGING)
def test_tagging_validation(c: Conversation) -> None:
    tags: dict[str, list[dict[str, Any]]] = {
        "duplicate-keys": [{"Key": "Key1", "Value": "Val1"}, {"Key": "Key1", "Value": "Val1"}],
        "invalid-key": [{"Key": "Key1,Key2", "Value": "Val1"}],
        "invalid-field": [{"Key": "Key1,Key2", "Value": "Val1"}],
        "invalid-value": [{"Key": "Key1", "Value": "Val1,Val2"}],
        "aws-prefixed": [{"Key": "aws:prefixed", "Value": "Val1"}],
        "none-key": [{"Value": "Val1"}],
        "none-value": [{"Key": "Key1"}],
    }
    c("", "put_object", Key="tagged")
    for step in c.recorded:
        fault = step.removeprefix("put-bucket-tags-").removeprefix("put-object-tags-")
        if step.startswith("put-bucket"):
            c(step, "put_bucket_tagging", Tagging={"TagSet": tags[fault]})
        else:
            c(step, "put_object_tagging", Key="tagged", Tagging={"TagSet": tags[fault]})


LOCK = "api/TestS3ObjectLock"


@requests_of(LOCK)
def test_put_object_lock_configuration_on_existing_bucket(c: Conversation) -> None:
    enabled = {"ObjectLockEnabled": "Enabled"}
    c("get-object-lock-existing-bucket-no-config", "get_object_lock_configuration")
    put = "put_object_lock_configuration"
    c("put-object-lock-existing-bucket-no-versioning", put, ObjectLockConfiguration=enabled)
    c("suspended-versioning", "put_bucket_versioning", VersioningConfiguration={"Status": "Suspended"})
    c("put-object-lock-existing-bucket-versioning-disabled", put, ObjectLockConfiguration=enabled)
    c("enabled-versioning", "put_bucket_versioning", VersioningConfiguration={"Status": "Enabled"})
    c("put-object-lock-existing-bucket-enabled", put, ObjectLockConfiguration=enabled)
    c("get-object-lock-existing-bucket-enabled", "get_object_lock_configuration")


@requests_of(LOCK)
def test_get_put_object_lock_configuration(c: Conversation) -> None:
    c.locked()
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    enabled: Any = {"ObjectLockEnabled": "Enabled"}
    c("get-lock-config-start", "get_object_lock_configuration")
    c("put-lock-config", "put_object_lock_configuration", ObjectLockConfiguration={**enabled, "Rule": rule})
    c("get-lock-config", "get_object_lock_configuration")
    c("put-lock-config-enabled", "put_object_lock_configuration", ObjectLockConfiguration=enabled)
    c("get-lock-config-only-enabled", "get_object_lock_configuration")


@requests_of(LOCK)
def test_put_object_lock_configuration_exc(c: Conversation) -> None:
    c.locked()

    def put(step: str, **configuration: Any) -> None:
        c(f"put-lock-config-{step}", "put_object_lock_configuration", ObjectLockConfiguration=configuration)

    put("no-enabled", Rule={"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}})
    put("empty")
    put("empty-rule", ObjectLockEnabled="Enabled", Rule={})
    for step, retention in {
        "empty-retention": {},
        "no-days": {"Mode": "GOVERNANCE"},
        "bad-mode": {"Mode": "BAD-VALUE", "Days": 1},
        "both-days-years": {"Mode": "GOVERNANCE", "Days": 1, "Years": 1},
    }.items():
        put(step, ObjectLockEnabled="Enabled", Rule={"DefaultRetention": retention})


@requests_of(LOCK)
def test_get_object_lock_configuration_exc(c: Conversation) -> None:
    c("get-lock-config-no-enabled", "get_object_lock_configuration")
    c("get-lock-config-bucket-not-exists", "get_object_lock_configuration", Bucket=NO_BUCKET)


@requests_of(LOCK)
def test_disable_versioning_on_locked_bucket(c: Conversation) -> None:
    c.locked()
    for step, status in (("disable-versioning", "Suspended"), ("enable-versioning-again", "Enabled")):
        c(f"{step}-on-locked-bucket", "put_bucket_versioning", VersioningConfiguration={"Status": status})


@requests_of(LOCK)
def test_delete_object_with_no_locking(c: Conversation) -> None:
    c("", "put_object", Key="a-key")
    c("delete-object-bypass-no-lock", "delete_object", Key="a-key", BypassGovernanceRetention=True)
    c("delete-object-bypass-no-lock-false", "delete_object", Key="a-key", BypassGovernanceRetention=False)
    objects = {"Objects": [{"Key": "a-key"}]}
    c("delete-objects-bypass-no-lock", "delete_objects", Delete=objects, BypassGovernanceRetention=True)


@requests_of("api/TestS3BucketOwnershipControls")
def test_crud_bucket_ownership_controls(c: Conversation) -> None:
    c("default-ownership", "get_bucket_ownership_controls")
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    c("put-ownership", "put_bucket_ownership_controls", OwnershipControls=rules)
    c("get-ownership", "get_bucket_ownership_controls")
    c("delete-ownership", "delete_bucket_ownership_controls")
    c("get-ownership-after-delete", "get_bucket_ownership_controls")
    c("delete-ownership-after-delete", "delete_bucket_ownership_controls")
    c("", "create_bucket", Bucket="another-bucket", ObjectOwnership="BucketOwnerPreferred")
    c("get-ownership-at-creation", "get_bucket_ownership_controls", Bucket="another-bucket")


@requests_of("api/TestS3BucketOwnershipControls")
def test_bucket_ownership_controls_exc(c: Conversation) -> None:
    c("default-ownership", "get_bucket_ownership_controls")
    two = [{"ObjectOwnership": "BucketOwnerPreferred"}, {"ObjectOwnership": "ObjectWriter"}]
    for step, rules in {
        "multiple-rules": two,
        "wrong-value": [{"ObjectOwnership": "RandomValue"}],
        "empty-rule": [],
    }.items():
        c(f"put-ownership-{step}", "put_bucket_ownership_controls", OwnershipControls={"Rules": rules})
    c("ownership-wrong-value-at-creation", "create_bucket", Bucket="another-bucket", ObjectOwnership="RandomValue")
    c("ownership-non-value-at-creation", "create_bucket", Bucket="another-bucket", ObjectOwnership="")


@requests_of("api/TestS3BucketAccelerateConfiguration")
def test_bucket_acceleration_configuration_exc(c: Conversation) -> None:
    put = "put_bucket_accelerate_configuration"
    c("put-bucket-accelerate-config-lowercase", put, AccelerateConfiguration={"Status": "enabled"})
    c("put-bucket-accelerate-config-random", put, AccelerateConfiguration={"Status": "random"})
    c("", "create_bucket", Bucket="a.dotted.bucket")
    status = {"Status": "Enabled"}
    c("put-bucket-accelerate-config-dot-bucket", put, Bucket="a.dotted.bucket", AccelerateConfiguration=status)


@requests_of(CRUD)
def test_get_object_range(c: Conversation) -> None:
    key: Any = {"Key": "test-range"}
    c("", "put_object", **key, Body="0123456789")
    ranges = {"multiple-ranges": "bytes=0-1,3-4,7-9", "wrong-format": "0-8"}
    for step in c.recorded:
        name = step.removeprefix("get-")
        if step == "get-0-8-checksum":
            c(step, "get_object", **key, Range="bytes=0-8", ChecksumMode="ENABLED")
        elif step.startswith("get"):
            c(step, "get_object", **key, Range=ranges.get(name, f"bytes={name}"))
    c.body_unknown = True
    c("put-after-failed", "put_object", **key, Body="a")


MULTIPART = "api/TestS3Multipart"


def _copying(c: Conversation) -> dict[str, Any]:
    """The parameters of an UploadPartCopy of the ten bytes of "test-src"."""
    c("put-src-object", "put_object", Key="test-src", Body="0123456789")
    upload = c("create-multipart", "create_multipart_upload", Key="test-upload-part-copy")["UploadId"]
    source = {"Bucket": c.bucket, "Key": "test-src"}
    return {"Key": "test-upload-part-copy", "UploadId": upload, "CopySource": source}


@requests_of(MULTIPART)
def test_upload_part_copy_range(c: Conversation) -> None:
    copy = _copying(c)
    for number, span in enumerate(("0-8", "1-1", "0-0"), 1):
        c(f"upload-part-copy-{number}", "upload_part_copy", **copy, PartNumber=number, CopySourceRange=f"bytes={span}")
    c("list-parts", "list_parts", Key=copy["Key"], UploadId=copy["UploadId"])
    c("upload-part-copy-wrong-format", "upload_part_copy", **copy, PartNumber=1, CopySourceRange="0-8")
    for step in c.recorded:
        _, exception, span = step.partition("-exc-")
        if exception:
            c(step, "upload_part_copy", **copy, PartNumber=1, CopySourceRange=f"bytes={span}")


@requests_of(MULTIPART)
def test_upload_part_copy_no_copy_source_range(c: Conversation) -> None:
    copy = _copying(c)
    c("upload-part-copy", "upload_part_copy", **copy, PartNumber=1)
    c("list-parts", "list_parts", Key=copy["Key"], UploadId=copy["UploadId"])


@requests_of(
    "list_operations/TestS3ListObjectsV2",
    "list_objects_v2",
    "list_objects",
    "list_object_versions",
    "list_multipart_uploads",
)
def test_list_ops_encoding_type_validation(c: Conversation, variant: str) -> None:
    c(f"{variant}-error-wrong-value", variant, EncodingType="value")
    c(f"{variant}-error-empty-value", variant, EncodingType="")


COPIES = "objects/TestS3"


@requests_of(COPIES, "CRC32C", "CRC64NVME", "SHA1", "SHA256")
def test_s3_copy_object_with_default_checksum(c: Conversation, variant: str) -> None:
    c.body_unknown = True
    key: Any = {"Key": "test-object"}
    attributes: Any = {"ObjectAttributes": ["Checksum"]}
    c("put-object-no-checksum", "put_object", **key, Body="a", ChecksumAlgorithm=variant)
    c("object-attrs", "get_object_attributes", **key, **attributes)
    source = {"Bucket": c.bucket, "Key": "test-object"}
    c(
        "copy-object-in-place-with-no-checksum",
        "copy_object",
        **key,
        CopySource=source,
        StorageClass="STANDARD",
        MetadataDirective="REPLACE",
    )
    c("object-attrs-after-copy", "get_object_attributes", **key, **attributes)
    c("copy-object-to-dest-keep-checksum", "copy_object", Key="dest-object", CopySource=source)
    c("dest-object-attrs-after-copy", "get_object_attributes", Key="dest-object", **attributes)


@requests_of(COPIES, "CRC32C", "SHA256")
def test_s3_copy_object_with_checksum(c: Conversation, variant: str) -> None:
    key: Any = {"Key": "test-object"}
    attributes: Any = {"ObjectAttributes": ["Checksum"]}
    source = {"Bucket": c.bucket, "Key": "test-object"}
    c.body_unknown = True
    c("put-object-no-checksum", "put_object", **key, Body="a")
    c("object-attrs", "get_object_attributes", **key, **attributes)
    c(
        "copy-object-in-place-with-checksum",
        "copy_object",
        **key,
        CopySource=source,
        ChecksumAlgorithm=variant,
        MetadataDirective="REPLACE",
    )
    c("object-attrs-after-copy", "get_object_attributes", **key, **attributes)
    c("copy-object-to-dest-keep-checksum", "copy_object", Key="dest-object", CopySource=source)


@requests_of(COPIES, "COPY", "REPLACE")
def test_s3_copy_tagging_directive(c: Conversation, variant: str) -> None:
    source = {"Bucket": c.bucket, "Key": "source-key"}
    copy: Any = {"CopySource": source, "TaggingDirective": variant}
    c("put-object", "put_object", Key="source-key", Body="test", Tagging="key1=value1")
    c("get-object-tag", "get_object_tagging", Key="source-key")
    c("copy-object", "copy_object", Key="dest-key", **copy, Tagging="key2=value2")
    c("get-copy-object-tag", "get_object_tagging", Key="dest-key")
    c("copy-object-tag-empty", "copy_object", Key="dest-key", **copy)
    c("get-copy-object-tag-empty", "get_object_tagging", Key="dest-key")


@requests_of(COPIES)
def test_put_object_acl_on_delete_marker(c: Conversation) -> None:
    key: Any = {"Key": "test-key-versioned"}
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    c("", "put_bucket_ownership_controls", OwnershipControls=rules)
    c("", "delete_public_access_block")
    c.versioned()
    c("put-obj-1", "put_object", **key, Body="something")
    c("put-obj-2", "put_object", **key, Body="something-v2")
    marker = c("delete-object", "delete_object", **key)["VersionId"]
    c("put-acl-delete-marker", "put_object_acl", **key, ACL="public-read")
    c("get-acl-delete-marker", "get_object_acl", **key)
    c("put-acl-delete-marker-version-id", "put_object_acl", **key, VersionId=marker, ACL="public-read")
    c("get-acl-delete-marker-version-id", "get_object_acl", **key, VersionId=marker)


@requests_of(COPIES)
def test_put_object_storage_class_outposts(c: Conversation) -> None:
    c("put-object-outposts", "put_object", Key="outposts", Body="a", StorageClass="OUTPOSTS")
    c("create-multipart-outposts-exc", "create_multipart_upload", Key="outposts", StorageClass="OUTPOSTS")


@requests_of(COPIES)
def test_multipart_no_such_upload(c: Conversation) -> None:
    upload: Any = {"Key": "fake-key", "UploadId": "fakeid"}
    c("upload-exc", "upload_part", **upload, PartNumber=1, Body="a")
    c(
        "complete-exc",
        "complete_multipart_upload",
        **upload,
        MultipartUpload={"Parts": [{"ETag": "a", "PartNumber": 1}]},
    )
    c("abort-exc", "abort_multipart_upload", **upload)


@requests_of(COPIES)
def test_head_object_fields(c: Conversation) -> None:
    c("", "put_object", Key="my-key", Body="abcdefgh")
    c("head-object", "head_object", Key="my-key")
    c("head-object-404", "head_object", Key="another-key")


@requests_of(COPIES)
def test_invalid_range_error(c: Conversation) -> None:
    c("", "put_object", Key="my-key", Body="abcdefgh")
    c("exc", "get_object", Key="my-key", Range="bytes=1024-4096")


@requests_of(COPIES)
def test_get_object_after_deleted_in_versioned_bucket(c: Conversation) -> None:
    c.versioned()
    c("", "put_object", Key="my-key", Body="abcdefgh")
    c("get-object", "get_object", Key="my-key")
    c("", "delete_object", Key="my-key")
    c("get-object-after-delete", "get_object", Key="my-key")


@requests_of(COPIES)
def test_delete_non_existing_keys(c: Conversation) -> None:
    keys = ("test-key-nonexistent", "dummy1", "dummy2")
    c("deleted-resp", "delete_objects", Delete={"Objects": [{"Key": key} for key in keys]})


@requests_of(COPIES)
def test_delete_non_existing_keys_quiet(c: Conversation) -> None:
    c("deleted-resp", "delete_objects", Delete={"Objects": [{"Key": "dummy1"}], "Quiet": True})


@requests_of(COPIES)
def test_delete_bucket_no_such_bucket(c: Conversation) -> None:
    c("expected_error", "delete_bucket", Bucket="does-not-exist-localstack-test")


@requests_of(COPIES)
def test_bucket_availability(c: Conversation) -> None:
    c("bucket-lifecycle", "get_bucket_lifecycle_configuration", Bucket=NO_BUCKET)
    c("bucket-replication", "get_bucket_replication", Bucket=NO_BUCKET)


@requests_of(COPIES, "us-east-1")
def test_bucket_constraint_aws_global(c: Conversation, variant: str) -> None:
    del variant
    where = {"LocationConstraint": "aws-global"}
    c("aws-global-constraint", "create_bucket", Bucket="another-bucket", CreateBucketConfiguration=where)


@requests_of(COPIES, "aa000000000$")
def test_get_bucket_policy_invalid_account_id(c: Conversation, variant: str) -> None:
    c("get-bucket-policy-invalid-bucket-owner", "get_bucket_policy", ExpectedBucketOwner=variant)


@requests_of(COPIES, "aa000000000$", "abcd")
def test_put_bucket_policy_invalid_account_id(c: Conversation, variant: str) -> None:
    c("put-bucket-policy-invalid-bucket-owner", "put_bucket_policy", Policy="{}", ExpectedBucketOwner=variant)


@requests_of(COPIES)
def test_put_object_tagging_empty_list(c: Conversation) -> None:
    c("", "put_object", Key="my-key", Body="a")
    c("created-object-tags", "get_object_tagging", Key="my-key")
    c("", "put_object_tagging", Key="my-key", Tagging=TWO_TAGS)
    c("updated-object-tags", "get_object_tagging", Key="my-key")
    c("", "put_object_tagging", Key="my-key", Tagging={"TagSet": []})
    c("deleted-object-tags", "get_object_tagging", Key="my-key")


@requests_of(COPIES)
def test_get_object_attributes_versioned(c: Conversation) -> None:
    key: Any = {"Key": "key-attrs-versioned"}
    c.versioned()
    first = c("put-obj-v1", "put_object", **key, Body="69\n420\n")["VersionId"]
    c("put-obj-v2", "put_object", **key, Body="version 2")
    members = ["StorageClass", "ETag", "ObjectSize", "ObjectParts", "Checksum"]
    c("object-attrs", "get_object_attributes", **key, ObjectAttributes=members)
    c("get-object-attrs-v1", "get_object_attributes", **key, VersionId=first, ObjectAttributes=members[:4])
    c("delete-key", "delete_object", **key)
    c("deleted-object-attrs", "get_object_attributes", **key, ObjectAttributes=members)


METRICS = "api/TestS3MetricsConfiguration"


def _measure(c: Conversation, step: str, identifier: str, prefix: str) -> None:
    metrics = {"Id": identifier, "Filter": {"Prefix": prefix}}
    c(step, "put_bucket_metrics_configuration", Id=identifier, MetricsConfiguration=metrics)


@requests_of(METRICS)
def test_put_bucket_metrics_configuration(c: Conversation) -> None:
    _measure(c, "put_bucket_metrics_configuration", "one", "logs/")
    c("get_bucket_metrics_configuration", "get_bucket_metrics_configuration", Id="one")


@requests_of(METRICS)
def test_get_bucket_metrics_configuration(c: Conversation) -> None:
    _measure(c, "", "one", "logs/")
    c("get_bucket_metrics_configuration", "get_bucket_metrics_configuration", Id="one")


@requests_of(METRICS)
def test_overwrite_bucket_metrics_configuration(c: Conversation) -> None:
    _measure(c, "", "one", "logs/")
    _measure(c, "overwrite_bucket_metrics_configuration", "one", "logs/new-prefix")
    c("get_bucket_metrics_configuration", "get_bucket_metrics_configuration", Id="one")


@requests_of(METRICS)
def test_list_bucket_metrics_configurations(c: Conversation) -> None:
    _measure(c, "", "one", "logs/prefix")
    _measure(c, "", "two", "logs/prefix")
    c("list_bucket_metrics_configurations", "list_bucket_metrics_configurations")


@requests_of(METRICS)
def test_list_bucket_metrics_configurations_paginated(c: Conversation) -> None:
    for number in range(102):
        _measure(c, "", f"metrics-{number:03}", "logs/prefix")
    token = c("", "list_bucket_metrics_configurations")["NextContinuationToken"]
    c("list_bucket_metrics_configurations_page_2", "list_bucket_metrics_configurations", ContinuationToken=token)


@requests_of(METRICS)
def test_get_bucket_metrics_configuration_not_exist(c: Conversation) -> None:
    c("get_bucket_metrics_configuration", "get_bucket_metrics_configuration", Id="one")


@requests_of(METRICS)
def test_delete_metrics_configuration(c: Conversation) -> None:
    _measure(c, "", "one", "logs/")
    c("delete_bucket_metrics_configuration", "delete_bucket_metrics_configuration", Id="one")
    c("get_bucket_metrics_configuration", "get_bucket_metrics_configuration", Id="one")


@requests_of(METRICS)
def test_delete_metrics_configuration_twice(c: Conversation) -> None:
    _measure(c, "", "one", "logs/")
    c("delete_bucket_metrics_configuration_1", "delete_bucket_metrics_configuration", Id="one")
    c("delete_bucket_metrics_configuration_2", "delete_bucket_metrics_configuration", Id="one")


DELETES = "api/TestS3DeletePrecondition"
MODIFIED = "Fri, 01 Jan 2021 00:00:00 GMT"


def _delete_if(c: Conversation, step: str, **conditions: Any) -> None:
    c("", "put_object", Key="a-key", Body="test")
    c(step, "delete_object", Key="a-key", **conditions)


@requests_of(DELETES)
def test_delete_object_if_match_non_express(c: Conversation) -> None:
    _delete_if(c, "delete-obj-if-match", IfMatch="badvalue")


@requests_of(DELETES)
def test_delete_object_if_match_modified_non_express(c: Conversation) -> None:
    _delete_if(c, "delete-obj-if-match-last-modified", IfMatchLastModifiedTime=MODIFIED)


@requests_of(DELETES)
def test_delete_object_if_match_size_non_express(c: Conversation) -> None:
    _delete_if(c, "delete-obj-if-match-size", IfMatchSize=10)


@requests_of(DELETES)
def test_delete_object_if_match_all_non_express(c: Conversation) -> None:
    conditions: Any = {"IfMatchLastModifiedTime": MODIFIED, "IfMatchSize": 10}
    _delete_if(c, "delete-obj-if-match-all", IfMatch="badvalue", **conditions)


NOTIFICATIONS = "api/TestS3BucketNotificationConfiguration"


def _notify(c: Conversation, step: str, rules: Any) -> None:
    queue = {
        "QueueArn": "arn:aws:sqs:us-east-1:123456789012:a-queue",
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }
    configuration = {"QueueConfigurations": [queue]}
    c(step, "put_bucket_notification_configuration", NotificationConfiguration=configuration)


@requests_of(NOTIFICATIONS)
def test_bucket_notification_with_missing_values_in_rule(c: Conversation) -> None:
    _notify(c, "invalid-rule-no-values", [{}])
    _notify(c, "invalid-rule-no-value", [{"Name": "prefix"}])
    _notify(c, "invalid-rule-no-name", [{"Value": "a"}])


@requests_of(NOTIFICATIONS)
def test_bucket_notification_with_invalid_filter_rules(c: Conversation) -> None:
    _notify(c, "invalid_filter_name", [{"Name": "INVALID", "Value": "test"}])


ETAG, LAST_MODIFIED = "the source's ETag", "the source's date"
LONG_AGO, IN_FUTURE = "Wed, 01 Jan 2020 00:00:00 GMT", "Tue, 01 Jan 2036 00:00:00 GMT"
PART_COPIES: dict[str, tuple[str, dict[str, str]]] = {
    "copy_source_if_match_and_if_unmodified_since_match": (
        "upload-part-copy",
        {"CopySourceIfMatch": ETAG, "CopySourceIfUnmodifiedSince": LONG_AGO},
    ),
    "copy_source_if_none_match_and_if_unmodified_since_match_failed": (
        "upload-part-copy-source-unmodified-since-and-if-none-match",
        {"CopySourceIfNoneMatch": "another", "CopySourceIfUnmodifiedSince": LONG_AGO},
    ),
    "copy_source_if_match_failed": ("upload-part-copy-source-if-match", {"CopySourceIfMatch": "another"}),
    "copy_source_if_none_match_failed": ("upload-part-copy-source-if-none-match", {"CopySourceIfNoneMatch": ETAG}),
    "copy_source_if_unmodified_since_match_failed": (
        "upload-part-copy-source-unmodified-since-match",
        {"CopySourceIfUnmodifiedSince": LONG_AGO},
    ),
    "copy_source_if_match_success": ("upload-part-copy-if-match", {"CopySourceIfMatch": ETAG}),
    "copy_source_if_match_none_success": ("upload-part-copy-if-none-match", {"CopySourceIfNoneMatch": "another"}),
    "copy_source_if_unmodified_since_success": (
        "upload-part-copy-if-unmodified-since",
        {"CopySourceIfUnmodifiedSince": IN_FUTURE},
    ),
    "copy_source_if_modified_since_success": (
        "upload-part-copy-if-modified-since",
        {"CopySourceIfModifiedSince": LONG_AGO},
    ),
    "if_modified_since_failed": (
        "upload-part-copy-source-modified-since-match",
        {"CopySourceIfModifiedSince": LAST_MODIFIED},
    ),
    "copy_source_if_modified_since_in_future_success": (
        "upload-part-copy-if-modified-since-in-future",
        {"CopySourceIfModifiedSince": IN_FUTURE},
    ),
}
"""The conditions on the source of UploadPartCopy: the step's name and the parameters, by the conversation's name."""


def _copy_part(c: Conversation, variant: str) -> None:
    step, conditions = PART_COPIES[variant]
    etag = c("", "put_object", Key="source_file.txt", Body="0123456789")["ETag"]
    date = c.s3.head_object(Bucket=c.bucket, Key="source_file.txt")["LastModified"]
    own: dict[str, Any] = {ETAG: etag, LAST_MODIFIED: date}
    upload: Any = {"Key": "destination_file.txt"}
    upload["UploadId"] = c("", "create_multipart_upload", **upload)["UploadId"]
    values = {name: own.get(value, value) for name, value in conditions.items()}
    source = {"Bucket": c.bucket, "Key": "source_file.txt"}
    c(step, "upload_part_copy", **upload, PartNumber=1, CopySource=source, **values)
    if "list-parts" in c.recorded:
        c("list-parts", "list_parts", **upload)


for _variant in PART_COPIES:
    REQUESTS[f"{MULTIPART}::test_upload_part_copy_with_{_variant}"] = partial(_copy_part, variant=_variant)


@requests_of(TAGGING)
def test_head_object_with_tags(c: Conversation) -> None:
    key: Any = {"Key": "test-tagging"}
    three = "tag1=tag1&tag2=tag2&tag="
    c("put-object", "put_object", **key, Body="test-tagging", Tagging=three)
    c("head-obj-after-create", "head_object", **key)
    c("put-object-tags", "put_object_tagging", **key, Tagging=THIRD_TAG)
    c("head-obj-after-tagging", "head_object", **key)
    c("", "put_object", **key, Body="test-tagging", Tagging=three)
    c("head-obj-after-overwrite", "head_object", **key)
    c("", "delete_object_tagging", **key)
    c("head-obj-after-removal", "head_object", **key)


def _copies(c: Conversation, key: str = "dest-object") -> dict[str, Any]:
    """The parameters of a CopyObject of "source content"."""
    c("", "put_object", Key="source-object", Body="source content")
    return {"Key": key, "CopySource": {"Bucket": c.bucket, "Key": "source-object"}}


@requests_of(WRITES)
def test_copy_object_if_none_match(c: Conversation) -> None:
    copy = _copies(c)
    c("copy-obj", "copy_object", **copy, IfNoneMatch="*")
    c("copy-obj-if-none-match-fail", "copy_object", **copy, IfNoneMatch="*")


@requests_of(WRITES)
def test_copy_object_if_match(c: Conversation) -> None:
    copy = _copies(c)
    etag = c("", "put_object", Key="dest-object", Body="dest content")["ETag"]
    c("copy-obj-if-match", "copy_object", **copy, IfMatch=etag)
    c("copy-obj-if-match-fail-wrong-etag", "copy_object", **copy, IfMatch=etag)
    missing = {**copy, "Key": "non-existent-key"}
    c("copy-obj-if-match-fail-no-object", "copy_object", **missing, IfMatch=etag)


@requests_of(WRITES)
def test_copy_object_if_none_match_versioned_bucket(c: Conversation) -> None:
    c.versioned()
    copy = _copies(c)
    c("copy-obj", "copy_object", **copy, IfNoneMatch="*")
    c("copy-obj-if-none-match-fail", "copy_object", **copy, IfNoneMatch="*")
    c("del-obj", "delete_object", Key="dest-object")
    c("copy-obj-after-del", "copy_object", **copy, IfNoneMatch="*")
    c("list-object-versions", "list_object_versions")


@requests_of(WRITES)
def test_copy_object_precondition_write_validation(c: Conversation) -> None:
    copy = _copies(c)
    c("copy-obj-none-match-etag", "copy_object", **copy, IfNoneMatch="etag")
    c("copy-obj-if-match-star", "copy_object", **copy, IfMatch="*")
    c("copy-obj-both", "copy_object", **copy, IfMatch="etag", IfNoneMatch="*")


@requests_of(WRITES)
def test_copy_object_if_none_match_in_place(c: Conversation) -> None:
    copy = _copies(c, "source-object")
    c("copy-obj-if-none-match-fail", "copy_object", **copy, MetadataDirective="REPLACE", IfNoneMatch="*")


@requests_of(WRITES)
def test_copy_object_if_match_in_place(c: Conversation) -> None:
    copy = _copies(c, "source-object")
    etag = c("", "head_object", Key="source-object")["ETag"]
    c("copy-obj-if-match-in-place", "copy_object", **copy, MetadataDirective="REPLACE", IfMatch=etag)


@requests_of("list_operations/TestS3ListObjects", "", "/")
def test_list_objects_with_prefix(c: Conversation, variant: str) -> None:
    c("", "put_object", Key="test/foo/bar/123", Body="content 123")
    c("list-objects", "list_objects", Prefix="test/", Delimiter=variant, MaxKeys=1)


@requests_of("list_operations/TestS3ListObjects")
def test_s3_list_objects_empty_marker(c: Conversation) -> None:
    c("list-objects", "list_objects", Marker="")


@requests_of("list_operations/TestS3ListObjectsV2")
def test_list_objects_v2_with_prefix_and_delimiter(c: Conversation) -> None:
    for key in ("test/foo/bar/123", "test/foo/bar/456", "test/bar/foo/123"):
        c("", "put_object", Key=key, Body="content 123")
    c("list-objects-v2-1", "list_objects_v2", Prefix="test/", Delimiter="/")
    c("list-objects-v2-1-with-max-keys", "list_objects_v2", Prefix="test/", Delimiter="/", MaxKeys=1)
    c("list-objects-v2-2", "list_objects_v2", Prefix="test/foo", Delimiter="/")
    c("list-objects-v2-3", "list_objects_v2", Prefix="test/foo/bar", Delimiter="/")


def _fill_folder(c: Conversation) -> None:
    for key in FOLDER:
        c("", "put_object", Key=key, Body="content 123")


@requests_of("list_operations/TestS3ListObjectsV2")
def test_list_objects_v2_continuation_common_prefixes(c: Conversation) -> None:
    _fill_folder(c)
    page: Any = {"Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}
    c("list-objects-v2-all-keys", "list_objects_v2")
    token = c("list-objects-v2-start", "list_objects_v2", **page)["NextContinuationToken"]
    token = c("list-objects-v2-next-1", "list_objects_v2", **page, ContinuationToken=token)["NextContinuationToken"]
    c("list-objects-v2-end", "list_objects_v2", **page, ContinuationToken=token)


@requests_of("list_operations/TestS3ListObjects")
def test_list_objects_marker_common_prefixes(c: Conversation) -> None:
    _fill_folder(c)
    page: Any = {"Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}
    c("list-objects-all-keys", "list_objects")
    marker = c("list-objects-start", "list_objects", **page)["NextMarker"]
    marker = c("list-objects-next-1", "list_objects", **page, Marker=marker)["NextMarker"]
    c("list-objects-end", "list_objects", **page, Marker=marker)
    c("list-objects-manual-first-file", "list_objects", **page, Marker="folder/aSubfolder/subFile1")


@requests_of("list_operations/TestS3ListObjectVersions")
def test_list_object_versions_pagination_common_prefixes(c: Conversation) -> None:
    c.versioned()
    _fill_folder(c)
    page: Any = {"Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}
    c("list-object-versions-all-keys", "list_object_versions")
    marker = c("list-object-versions-start", "list_object_versions", **page)["NextKeyMarker"]
    marker = c("list-object-versions-next-1", "list_object_versions", **page, KeyMarker=marker)["NextKeyMarker"]
    c("list-object-versions-end", "list_object_versions", **page, KeyMarker=marker)
    first = "folder/aSubfolder/subFile1"
    c("list-object-versions-manual-first-file", "list_object_versions", **page, KeyMarker=first)


@requests_of("list_operations/TestS3ListBuckets")
def test_list_buckets_region_validation(c: Conversation) -> None:
    c("bad-region", "list_buckets", BucketRegion="eu-east-1")


UPLOADS = "objects/TestS3MultipartUploadChecksum"


@requests_of(UPLOADS, "COMPOSITE-CRC64NVME", "COMPOSITE-SHA256", "FULL_OBJECT-CRC32", "FULL_OBJECT-SHA1")
def test_multipart_checksum_type_compatibility(c: Conversation, variant: str) -> None:
    kind, _, algorithm = variant.partition("-")
    checksum: Any = {"ChecksumType": kind, "ChecksumAlgorithm": algorithm}
    for step in c.recorded:
        c(step, "create_multipart_upload", Key="test-multipart-checksum-compat", **checksum)


@requests_of(UPLOADS, "CRC64NVME", "SHA1", "SHA256")
def test_multipart_checksum_type_default_for_checksum(c: Conversation, variant: str) -> None:
    key: Any = {"Key": "test-multipart-checksum-default"}
    c("create-mpu-default-checksum-type", "create_multipart_upload", **key, ChecksumAlgorithm=variant)


@requests_of(COPIES)
def test_s3_copy_metadata_directive_copy(c: Conversation) -> None:
    meta: Any = {"Metadata": {"key": "value"}, "ContentLanguage": "en-US"}
    c("put-object", "put_object", Key="source-key", Body="test", **meta)
    c("head-object", "head_object", Key="source-key")
    source = {"Bucket": c.bucket, "Key": "source-key"}
    other = {"another": "value"}
    directive: Any = {"MetadataDirective": "COPY"}
    c(
        "copy-object",
        "copy_object",
        Key="copied",
        CopySource=source,
        Metadata=other,
        ContentLanguage="en-GB",
        **directive,
    )
    c("head-object-copy", "head_object", Key="copied")


@requests_of(COPIES)
def test_s3_copy_object_storage_class(c: Conversation) -> None:
    key: Any = {"Key": "source-object"}
    copy: Any = {**key, "CopySource": {"Bucket": c.bucket, "Key": "source-object"}}
    c("put-object", "put_object", **key, Body="test", StorageClass="STANDARD_IA")
    c("head-object", "head_object", **key)
    c("object-attrs", "get_object_attributes", **key, ObjectAttributes=["StorageClass"])
    c("exc-invalid-request-storage-class", "copy_object", **copy)
    c("copy-object-in-place-with-storage-class", "copy_object", **copy, StorageClass="STANDARD")
    c("object-attrs-after-copy", "get_object_attributes", **key, ObjectAttributes=["StorageClass"])


@requests_of(COPIES)
def test_s3_copy_object_in_place_suspended_only(c: Conversation) -> None:
    key: Any = {"Key": "non-versioned"}
    copy: Any = {**key, "CopySource": {"Bucket": c.bucket, "Key": "non-versioned"}, "MetadataDirective": "REPLACE"}
    meta: Any = {"ContentType": "application/json", "Metadata": {"key": "value"}}
    c("put_object", "put_object", **key, Body=BLOB, **meta)
    c("head_object", "head_object", **key)
    c("copy-in-place-non-versioned", "copy_object", **copy)
    c("head-object-copied", "head_object", **key)
    c("get-object-copied", "get_object", **key)
    c.versioned("Suspended")
    c("copy-in-place-versioned-suspended", "copy_object", **copy)
    c("head-object-copied-suspended", "head_object", **key)
    c("get-object-copied-suspended", "get_object", **key)
    c("copy-in-place-versioned-suspended-twice", "copy_object", **copy)


@requests_of(COPIES)
def test_s3_uppercase_key_names(c: Conversation) -> None:
    c("", "put_object", Key="CamelCaseKey", Body="something")
    c("response", "get_object", Key="CamelCaseKey")
    c("wrong-case-key", "get_object", Key="camelcasekey")


@requests_of("objects/TestS3ObjectLockLegalHold")
def test_put_get_object_legal_hold(c: Conversation) -> None:
    c.locked()
    key: Any = {"Key": "locked-object"}
    c("put-obj", "put_object", **key, Body="test")
    c("get-legal-hold-unset", "get_object_legal_hold", **key)
    c("put-object-legal-hold", "put_object_legal_hold", **key, LegalHold={"Status": "ON"})
    c("head-object-with-legal-hold", "head_object", **key)
    c("get-legal-hold-set", "get_object_legal_hold", **key)
    c("put-object-legal-hold-off", "put_object_legal_hold", **key, LegalHold={"Status": "OFF"})


@requests_of("objects/TestS3BucketLifecycle")
def test_delete_lifecycle_configuration_on_bucket_deletion(c: Conversation) -> None:
    rule = {"Expiration": {"Days": 7}, "ID": "wholebucket", "Filter": {"Prefix": ""}, "Status": "Enabled"}
    c("", "put_bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": [rule]})
    c("get-bucket-lifecycle-conf", "get_bucket_lifecycle_configuration")
    c("", "delete_bucket")
    c("", "create_bucket", Bucket=c.bucket)
    c("get-bucket-lifecycle-exc", "get_bucket_lifecycle_configuration")


def _acl_faults(c: Conversation, what: str, operation: str, **where: Any) -> None:
    """The refused ACLs whose requests follow from the names of the steps and from the errors."""
    group = "http://acs.amazonaws.com/groups/s3/FakeGroup"
    faults: dict[str, dict[str, Any]] = {
        "empty": {},
        "grant-acl-fake-uri": {"GrantWrite": f'uri="{group}"'},
        "grant-acl-fake-key": {"GrantWrite": 'fakekey="1234"'},
        "grant-acl-wrong-id": {"GrantWrite": 'id="wrong-id"'},
        "two-type-acl": {"ACL": "private", "GrantRead": f'uri="{group}"'},
        "empty-acp": {"AccessControlPolicy": {}},
        "two-type-acl-acp": {"ACL": "private", "AccessControlPolicy": {"Grants": []}},
    }
    owner = c("", "get_bucket_acl")["Owner"]
    wrong, right = {"Type": "CanonicalUser", "ID": "wrong-id"}, {"Type": "CanonicalUser", **owner}
    for number, owned_by, grantee in (
        (3, owner, wrong),
        (4, owner, {"Type": "Group", "URI": group}),
        (5, {"ID": "wrong-id"}, right),
    ):
        policy = {"Owner": owned_by, "Grants": [{"Grantee": grantee, "Permission": "READ"}]}
        faults[f"acp-acl-{number}"] = {"AccessControlPolicy": policy}
    for step, parameters in faults.items():
        name = "put-object-acl-empty" if (what, step) == ("object", "empty") else f"put-{what}-{step}"
        c(name, operation, **where, **parameters)


@requests_of(COPIES)
def test_s3_bucket_acl_exceptions(c: Conversation) -> None:
    c("put-bucket-canned-acl", "put_bucket_acl", ACL="fake-acl")
    _acl_faults(c, "bucket", "put_bucket_acl")


@requests_of(COPIES)
def test_s3_object_acl_exceptions(c: Conversation) -> None:
    c("", "put_object", Key="a-key")
    c("put-object-canned-acl", "put_object", Key="a-key", ACL="fake-acl")
    c("put-object-acl-canned-acl", "put_object_acl", Key="a-key", ACL="fake-acl")
    _acl_faults(c, "object", "put_object_acl", Key="a-key")


@requests_of("objects/TestS3PutObjectChecksum", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "None")
def test_s3_get_object_checksum(c: Conversation, variant: str) -> None:
    key: Any = {"Key": "test-checksum-retrieval"}
    c.body_unknown = True
    algorithm: Any = {} if variant == "None" else {"ChecksumAlgorithm": variant}
    size = c.recorded["get-object"]["ContentLength"]
    c("put-object", "put_object", **key, Body=c.recorded["get-object"]["Body"] or b"a" * size, **algorithm)
    c("get-object", "get_object", **key)
    c("get-object-with-checksum", "get_object", **key, ChecksumMode="ENABLED")
    c("head-object-with-checksum", "get_object", **key, ChecksumMode="ENABLED")  # its answer has a body
    c("get-object-attrs", "get_object_attributes", **key, ObjectAttributes=["Checksum"])


SPECIAL_KEYS = (
    "file%2Fname",
    "test key//",
    "test key/",
    "test%123/",
    "test%123",
    "test%percent",
    "test@key/",
)


@requests_of(COPIES, *SPECIAL_KEYS)
def test_put_get_object_special_character(c: Conversation, variant: str) -> None:
    c("put-object-special-char", "put_object", Key=variant, Body="test")
    c("list-object-special-char", "list_objects_v2")
    c("get-object-special-char", "get_object", Key=variant)
    c("del-object-special-char", "delete_object", Key=variant)


@requests_of("objects/TestS3StaticWebsiteHosting")
def test_crud_website_configuration(c: Conversation) -> None:
    c("get-no-such-website-config", "get_bucket_website")
    c("del-no-such-website-config", "delete_bucket_website")
    website = {"IndexDocument": {"Suffix": "index.html"}}
    c("put-website-config", "put_bucket_website", WebsiteConfiguration=website)
    c("get-website-config", "get_bucket_website")


@requests_of(COPIES)
def test_s3_put_inventory_report_exceptions(c: Conversation) -> None:
    def put(step: str, destination: dict[str, str] | None = None, identifier: str = "one", **changes: Any) -> None:
        inventory = {
            "Destination": {
                "S3BucketDestination": {"Bucket": f"arn:aws:s3:::{c.bucket}", "Format": "CSV", **(destination or {})}
            },
            "Id": identifier,
            "IncludedObjectVersions": "All",
            "IsEnabled": True,
            "Schedule": {"Frequency": "Daily"},
            **changes,
        }
        c(step, "put_bucket_inventory_configuration", Id="one", InventoryConfiguration=inventory)

    put("wrong-id", identifier="another")
    put("wrong-destination-arn", {"Bucket": c.bucket})
    put("wrong-destination-format", {"Format": "WRONG"})
    put("wrong-object-versions", IncludedObjectVersions="Wrong")
    put("wrong-schedule-frequency", Schedule={"Frequency": "Hourly"})
    put("wrong-optional-field", OptionalFields=["Wrong"])


@requests_of("objects/TestS3PutObjectChecksum", "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
def test_put_object_checksum(c: Conversation, variant: str) -> None:
    key: Any = {"Key": "file-1", "Body": "test data..", "ChecksumAlgorithm": variant}
    member = f"Checksum{variant}"
    value = c.recorded["put-object-generated"][member]
    attributes: Any = {"Key": "file-1", "ObjectAttributes": ["ETag", "Checksum"]}
    wrong = "A" * (len(value) - value.count("=")) + "=" * value.count("=")
    c("put-wrong-checksum-no-b64", "put_object", **{**key, member: "test"})
    c("put-wrong-checksum-value", "put_object", **{**key, member: wrong})
    c("put-object-generated", "put_object", **{**key, member: value})
    c("get-object-attrs-generated", "get_object_attributes", **attributes)
    c("put-object-autogenerated", "put_object", **key)
    c("get-object-attrs-auto-generated", "get_object_attributes", **attributes)
    c("head-object-with-checksum", "head_object", Key="file-1", ChecksumMode="ENABLED")


@requests_of(TAGGING)
def test_create_bucket_with_tags_us_east_1_idempotency(c: Conversation) -> None:
    def create(step: str, *values: str, **configuration: Any) -> None:
        if values:
            configuration = {"Tags": [{"Key": "tag1", "Value": value} for value in values]}
        more: Any = {"CreateBucketConfiguration": configuration} if configuration else {}
        c(step, "create_bucket", Bucket="a-tagged-bucket", **more)

    c.bucket = "a-tagged-bucket"
    create("create-bucket-with-tags", "value1")
    c("get-bucket-tags", "get_bucket_tagging")
    create("create-bucket-different-tags", "value2")
    create("create-bucket-with-no-tags")
    c("get-bucket-tags-after-re-create", "get_bucket_tagging")
    create("create-bucket-with-same-tags", "value1")
    create("create-bucket-with-empty-tags", Tags=[])
    c("get-bucket-tags-after-create-empty", "get_bucket_tagging")


@requests_of(TAGGING)
def test_put_bucket_tagging_none_value(c: Conversation) -> None:
    c("put-bucket-tags-origin", "put_bucket_tagging", Tagging=TWO_TAGS)
    c("put-none-tag-set", "put_bucket_tagging", Tagging={"TagSet": []})
    c("no-such-tag-set", "get_bucket_tagging")


@requests_of(TAGGING)
def test_put_object_tagging_none_value(c: Conversation) -> None:
    c("", "put_object", Key="a-key", Tagging="tag1=tag1")
    c("put-none-tag-set", "put_object_tagging", Key="a-key", Tagging={"TagSet": []})
    c("get-object-tags-none", "get_object_tagging", Key="a-key")


@requests_of(UPLOADS, "CRC32", "CRC32C")
def test_multipart_upload_part_checksum_exception(c: Conversation, variant: str) -> None:
    key: Any = {"Key": "test-multipart-checksum-exc"}
    upload = c("", "create_multipart_upload", **key, ChecksumAlgorithm=variant)["UploadId"]
    part: Any = {**key, "UploadId": upload, "PartNumber": 1, "Body": "test", "ChecksumAlgorithm": variant}
    c("put-wrong-checksum-no-b64", "upload_part", **part, **{f"Checksum{variant}": "test"})
    c("put-wrong-checksum-value", "upload_part", **part, **{f"Checksum{variant}": "AAAAAA=="})


@requests_of(COPIES)
def test_s3_copy_content_type_and_metadata(c: Conversation) -> None:
    meta: Any = {"ContentType": "application/json", "Metadata": {"key": "value"}}
    c("put_object", "put_object", Key="source", Body=BLOB, **meta)
    c("head_object", "head_object", Key="source")
    c("copy_object", "copy_object", Key="copy", CopySource={"Bucket": c.bucket, "Key": "source"})
    c("head_object_copy", "head_object", Key="copy")
    c("", "delete_object", Key="copy")
    c("copy_object_second", "copy_object", Key="copy", CopySource={"Bucket": c.bucket, "Key": "source"}, **meta)
    c("head_object_second_copy", "head_object", Key="copy")


@requests_of("list_operations/TestS3ListParts")
def test_list_parts_pagination(c: Conversation) -> None:
    key: Any = {"Key": "test-list-part-pagination"}
    key["UploadId"] = c("", "create_multipart_upload", **key)["UploadId"]
    c("list-parts-empty", "list_parts", **key)
    c.body_unknown = True
    for number in (1, 2):
        size = c.recorded["list-parts-all"]["Parts"][number - 1]["Size"]
        c("", "upload_part", **key, PartNumber=number, Body=b"a" * size)
    c("list-parts-all", "list_parts", **key)
    c("list-parts-1", "list_parts", **key, MaxParts=1)
    c("list-parts-next", "list_parts", **key, MaxParts=1, PartNumberMarker=1)
    c("list-parts-wrong-part", "list_parts", **key, MaxParts=1, PartNumberMarker=10)


@requests_of(CRUD)
def test_delete_objects_versioned(c: Conversation) -> None:
    def delete(step: str, *keys: str, version: str = "") -> Any:
        which = {"VersionId": version} if version else {}
        return c(step, "delete_objects", Delete={"Objects": [{"Key": key, **which} for key in keys]})

    c.versioned()
    version = c("put-object", "put_object", Key="test-delete", Body="test-delete")["VersionId"]
    markers = delete("delete-objects-no-version-id", "test-delete", "wrongkey", "wrongkey-x")["Deleted"]
    marker = next(entry["DeleteMarkerVersionId"] for entry in markers if entry["Key"] == "test-delete")
    delete("delete-objects-marker", "test-delete", version=marker)
    delete("delete-objects-wrong-version-id", "test-delete", "wrong-key-2", version=NEVER_A_VERSION)
    delete("delete-objects-version-id", "test-delete", version=version)


def _encrypt_by_default(c: Conversation, step: str, *, bucket_key: bool = True, **more: str) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", **more}, "BucketKeyEnabled": bucket_key}
    c(step, "put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": [rule]})


def _put_encrypted(c: Conversation) -> None:
    c("get-bucket-enc", "get_bucket_encryption")
    c("put-object-encrypted", "put_object", Key="test-enc", Body="test-encrypted")
    c("head-object-encrypted", "head_object", Key="test-enc")
    c("get-object-encrypted", "get_object", Key="test-enc")


@requests_of(BUCKET_ENCRYPTION)
def test_s3_bucket_encryption_sse_kms_aws_managed_key(c: Conversation) -> None:
    c.etag_unknown = True
    _encrypt_by_default(c, "put-bucket-enc")
    _put_encrypted(c)


KMS_KEY = "0f4b6a1e-3d52-4a6c-9c1f-2f1f3f5d7a90"


@requests_of(BUCKET_ENCRYPTION)
def test_s3_bucket_encryption_sse_kms(c: Conversation) -> None:
    c.etag_unknown = True
    _encrypt_by_default(c, "put-bucket-enc", KMSMasterKeyID=KMS_KEY)
    _put_encrypted(c)
    _encrypt_by_default(c, "put-bucket-enc-bucket-key-disabled", bucket_key=False, KMSMasterKeyID=KMS_KEY)
    c("put-object-encrypted-bucket-key-disabled", "put_object", Key="test-enc", Body="test-encrypted")


@requests_of("api/TestS3BucketPolicy")
def test_bucket_policy_crud(c: Conversation) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": f"arn:aws:s3:::{c.bucket}/*"}]}
    c("", "delete_public_access_block")
    c("get-bucket-default-policy", "get_bucket_policy")
    c("put-bucket-policy", "put_bucket_policy", Policy=json.dumps(policy))
    c("get-bucket-policy", "get_bucket_policy")
    c("delete-bucket-policy", "delete_bucket_policy")
    c("get-bucket-policy-after-delete", "get_bucket_policy")
    c("delete-bucket-policy-after-delete", "delete_bucket_policy")


def _create_tagged(c: Conversation, step: str, *tags: dict[str, str]) -> None:
    c.bucket = "a-tagged-bucket"
    c(step, "create_bucket", Bucket=c.bucket, CreateBucketConfiguration={"Tags": tags})


@requests_of(TAGGING)
def test_create_bucket_with_tags(c: Conversation) -> None:
    _create_tagged(c, "create-bucket-with-tags", {"Key": "tag1", "Value": "value1"})
    c("get-bucket-tags", "get_bucket_tagging")


@requests_of(TAGGING)
def test_create_bucket_with_empty_tags(c: Conversation) -> None:
    _create_tagged(c, "create-bucket-with-empty-tags")
    c("get-bucket-tags", "get_bucket_tagging")
    c("create-bucket-with-none-tags", "create_bucket", Bucket=c.bucket)


@requests_of(TAGGING)
def test_create_bucket_with_tags_exc(c: Conversation) -> None:
    tag = {"Key": "test", "Value": "value"}
    _create_tagged(c, "tags-key-none", {"Value": "value"})
    _create_tagged(c, "tags-value-none", {"Key": "test"})
    _create_tagged(c, "tags-key-aws-prefix", {"Key": "aws:test", "Value": "value"})
    _create_tagged(c, "tags-key-aws-duplicated-key", tag, tag)
    _create_tagged(c, "tags-key-aws-bad-value", {"Key": "test", "Value": "value1,value2"})
    _create_tagged(c, "tags-key-aws-bad-key", {"Key": "test,test2", "Value": "value"})


@requests_of(WRITES)
def test_copy_object_if_match_versioned_bucket(c: Conversation) -> None:
    c.versioned()
    c.body_unknown = True
    copy = _copies(c)
    etag = c("put-obj", "put_object", Key="dest-object", Body="a" * 15)["ETag"]
    c("copy-obj-if-match-wrong-etag", "copy_object", **copy, IfMatch="d41d8cd98f00b204e9800998ecf8427e")
    c("del-obj", "delete_object", Key="dest-object")
    c("copy-obj-after-del-exc", "copy_object", **copy, IfMatch=etag)
    etag = c("put-obj-after-del", "put_object", Key="dest-object", Body="a" * 24)["ETag"]
    c("copy-obj-if-match", "copy_object", **copy, IfMatch=etag)
    c("list-object-versions", "list_object_versions")
