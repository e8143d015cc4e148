"""The requests of the conversations recorded from S3, by the conversations' names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.recordings import Conversation

REQUESTS: dict[str, Callable[[Conversation], None]] = {}

NEVER_A_VERSION = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"
NO_BUCKET = "a-bucket-that-nobody-made"


def _requests(topic: str) -> Callable[[Callable[[Conversation], None]], Callable[[Conversation], None]]:
    """A decorator: the function sends the requests of the topic's conversation that has the function's name."""

    def add(send: Callable[[Conversation], None]) -> Callable[[Conversation], None]:
        REQUESTS[f"{topic}::{send.__name__}"] = send
        return send

    return add


CRUD = "api/TestS3ObjectCRUD"


@_requests(CRUD)
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


@_requests(CRUD)
def test_delete_object(c: Conversation) -> None:
    c("put-object", "put_object", Key="test-delete", Body="test-delete")
    c("delete-object", "delete_object", Key="test-delete")
    c("delete-nonexistent-object", "delete_object", Key="test-delete")
    c("delete-nonexistent-object-versionid", "delete_object", Key="test-delete", VersionId=NEVER_A_VERSION)


@_requests("api/TestS3BucketCRUD")
def test_delete_versioned_bucket_with_objects(c: Conversation) -> None:
    c.versioned()
    version = c("", "put_object", Key="a-key", Body="a")["VersionId"]
    marker = c("", "delete_object", Key="a-key")["VersionId"]
    c("delete-with-obj-and-delete-marker", "delete_bucket")
    c("delete-obj-by-version", "delete_object", Key="a-key", VersionId=version)
    c("delete-with-only-delete-marker", "delete_bucket")
    c("delete-marker-by-version", "delete_object", Key="a-key", VersionId=marker)
    c("success-delete-bucket", "delete_bucket")


@_requests("api/TestS3BucketCRUD")
def test_delete_bucket_with_objects(c: Conversation) -> None:
    c("", "put_object", Key="a-key", Body="a")
    c("delete-with-obj", "delete_bucket")
    c("delete-obj", "delete_object", Key="a-key")
    c("delete-bucket", "delete_bucket")


@_requests(CRUD)
def test_get_object_with_version_unversioned_bucket(c: Conversation) -> None:
    c("put-object", "put_object", Key="test-version", Body="test-version")
    c("get-obj-with-version", "get_object", Key="test-version", VersionId=NEVER_A_VERSION)
    c("get-obj-with-null-version", "get_object", Key="test-version", VersionId="null")


@_requests(CRUD)
def test_list_object_versions_order_unversioned(c: Conversation) -> None:
    c("list-empty", "list_object_versions")
    c("put-object", "put_object", Key="a-test-object-1", Body="test-object-1")
    c("put-object-3", "put_object", Key="c-test-object-3", Body="test-object-3")
    c("put-object-2", "put_object", Key="b-test-object-2", Body="test-object-2")
    c("list-object-versions", "list_object_versions")


@_requests(CRUD)
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


@_requests("api/TestS3BucketVersioning")
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


@_requests("api/TestS3BucketVersioning")
def test_object_version_id_format(c: Conversation) -> None:
    c.versioned()
    c("put-object", "put_object", Key="test-version-id")


@_requests(CRUD)
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


@_requests(CRUD)
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


@_requests(BUCKET_ENCRYPTION)
def test_s3_default_bucket_encryption(c: Conversation) -> None:
    c("default-bucket-encryption", "get_bucket_encryption")
    c("delete-bucket-encryption", "delete_bucket_encryption")
    c("delete-bucket-encryption-idempotent", "delete_bucket_encryption")
    c("get-bucket-no-encryption", "get_bucket_encryption")


@_requests(BUCKET_ENCRYPTION)
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


@_requests(BUCKET_ENCRYPTION)
def test_s3_bucket_encryption_sse_s3(c: Conversation) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    c("put-bucket-enc", "put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": [rule]})
    c("put-object-encrypted", "put_object", Key="test-enc", Body="test-encrypted")
    c("head-object-encrypted", "head_object", Key="test-enc")
    c("get-object-encrypted", "get_object", Key="test-enc")


TAGGING = "api/TestS3BucketObjectTagging"
TWO_TAGS = {"TagSet": [{"Key": "tag1", "Value": "tag1"}, {"Key": "tag2", "Value": ""}]}
THIRD_TAG = {"TagSet": [{"Key": "tag3", "Value": "tag3"}]}


@_requests(TAGGING)
def test_bucket_tagging_crud(c: Conversation) -> None:
    c("get-bucket-tags-empty", "get_bucket_tagging")
    c("put-bucket-tags", "put_bucket_tagging", Tagging=TWO_TAGS)
    c("get-bucket-tags", "get_bucket_tagging")
    c("put-bucket-tags-overwrite", "put_bucket_tagging", Tagging=THIRD_TAG)
    c("get-bucket-tags-overwritten", "get_bucket_tagging")
    c("delete-bucket-tags", "delete_bucket_tagging")
    c("put-bucket-tags-empty", "put_bucket_tagging", Tagging={"TagSet": []})


@_requests(TAGGING)
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


@_requests(TAGGING)
def test_bucket_tagging_exc(c: Conversation) -> None:
    c("get-no-bucket-tags", "get_bucket_tagging", Bucket=NO_BUCKET)
    c("delete-no-bucket-tags", "delete_bucket_tagging", Bucket=NO_BUCKET)
    c("put-no-bucket-tags", "put_bucket_tagging", Bucket=NO_BUCKET, Tagging={"TagSet": []})


@_requests(TAGGING)
def test_object_tagging_exc(c: Conversation) -> None:
    c("get-no-bucket-tags", "get_object_tagging", Bucket=NO_BUCKET, Key="fake-key")
    c("delete-no-bucket-tags", "delete_object_tagging", Bucket=NO_BUCKET, Key="fake-key")
    c("put-no-bucket-tags", "put_object_tagging", Bucket=NO_BUCKET, Key="fake-key", Tagging=TWO_TAGS)
    c("get-no-key-tags", "get_object_tagging", Key="fake-key")
    c("delete-no-key-tags", "delete_object_tagging", Key="fake-key")
    c("put-no-key-tags", "put_object_tagging", Key="fake-key", Tagging=TWO_TAGS)
    c("put-obj-duplicate-tagging", "put_object", Key="fake-key", Tagging="key1=val1&key1=val2")
    c("put-obj-wrong-format", "put_object", Key="fake-key", Tagging="key1=val1,key2=val2")


@_requests("api/TestS3PublicAccessBlock")
def test_crud_public_access_block(c: Conversation) -> None:
    off = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), False)
    c("get-default-public-access-block", "get_public_access_block")
    c("put-public-access-block", "put_public_access_block", PublicAccessBlockConfiguration=off)
    c("get-public-access-block", "get_public_access_block")
    c("delete-public-access-block", "delete_public_access_block")
    c("get-public-access-block-after-delete", "get_public_access_block")
    c("idempotent-delete-public-access-block", "delete_public_access_block")


@_requests("api/TestS3BucketPolicy")
def test_bucket_policy_exc(c: Conversation) -> None:
    c("put-empty-bucket-policy", "put_bucket_policy", Policy="")
    c("put-bucket-policy-randomstring", "put_bucket_policy", Policy="invalid json")
    c("put-bucket-policy-empty-json", "put_bucket_policy", Policy="{}")


@_requests("api/TestS3BucketAccelerateConfiguration")
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


@_requests(WRITES)
def test_put_object_if_none_match(c: Conversation) -> None:
    c("put-obj", "put_object", **SAMPLE)
    c("put-obj-if-none-match", "put_object", **SAMPLE, IfNoneMatch="*")
    c("del-obj", "delete_object", **SAMPLE)
    c("put-obj-after-del", "put_object", **SAMPLE, IfNoneMatch="*")


@_requests(WRITES)
def test_put_object_if_none_match_validation(c: Conversation) -> None:
    c("put-obj", "put_object", **SAMPLE)
    c("put-obj-if-none-match-bad-value", "put_object", **SAMPLE, IfNoneMatch="bad-value")


@_requests(WRITES)
def test_put_object_if_none_match_versioned_bucket(c: Conversation) -> None:
    c.versioned()
    test_put_object_if_none_match(c)
    c("list-object-versions", "list_object_versions")


@_requests(WRITES)
def test_multipart_if_none_match_with_delete(c: Conversation) -> None:
    c("put-obj", "put_object", **SAMPLE)
    upload = _upload(c, "create-multipart")
    c("complete-multipart-if-none-match", "complete_multipart_upload", **upload, IfNoneMatch="*")
    c("del-obj", "delete_object", **SAMPLE)
    c("complete-multipart-after-del", "complete_multipart_upload", **upload, IfNoneMatch="*")
    c("complete-multipart-after-del-restart", "complete_multipart_upload", **_upload(c, ""), IfNoneMatch="*")


@_requests(WRITES)
def test_multipart_if_none_match_with_put(c: Conversation) -> None:
    upload = _upload(c, "create-multipart")
    c("put-obj", "put_object", **SAMPLE)
    c("complete-multipart-if-none-match-put-during", "complete_multipart_upload", **upload, IfNoneMatch="*")


@_requests(WRITES)
def test_put_object_if_match(c: Conversation) -> None:
    etag = c("put-obj", "put_object", **SAMPLE, Body="test")["ETag"]
    c("put-obj-if-match-wrong-etag", "put_object", **SAMPLE, IfMatch="d41d8cd98f00b204e9800998ecf8427e")
    c("put-obj-overwrite", "put_object", **SAMPLE, IfMatch=etag)
    c("del-obj", "delete_object", **SAMPLE)
    c("put-obj-if-match-key-not-exists", "put_object", **SAMPLE, IfMatch=etag)
    c("put-obj-after-del", "put_object", **SAMPLE)


@_requests(WRITES)
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


@_requests(WRITES)
def test_multipart_if_match_with_put(c: Conversation) -> None:
    _put_during(c, "test2")


@_requests(WRITES)
def test_multipart_if_match_with_put_identical(c: Conversation) -> None:
    _put_during(c, "test")


@_requests(WRITES)
def test_multipart_if_match_with_delete(c: Conversation) -> None:
    etag = c("put-obj", "put_object", **SAMPLE, Body="test")["ETag"]
    upload = _upload(c, "create-multipart")
    c("del-obj", "delete_object", **SAMPLE)
    c("complete-multipart-after-del", "complete_multipart_upload", **upload, IfMatch=etag)
    c("put-obj-2", "put_object", **SAMPLE, Body="test")
    c("complete-multipart-if-match-after-put", "complete_multipart_upload", **upload, IfMatch=etag)


@_requests(WRITES)
def test_put_object_if_match_versioned_bucket(c: Conversation) -> None:
    c.versioned()
    etag = c("put-obj", "put_object", **SAMPLE, Body="test")["ETag"]
    c("put-obj-if-none-match-bad-value", "put_object", **SAMPLE, IfMatch="abcdef")
    c("del-obj", "delete_object", **SAMPLE)
    c("put-obj-after-del-exc", "put_object", **SAMPLE, IfMatch=etag)
    etag = c("put-obj-after-del", "put_object", **SAMPLE, Body="test-after-del")["ETag"]
    c("put-obj-if-match", "put_object", **SAMPLE, Body="test-if-match", IfMatch=etag)
    c("list-object-versions", "list_object_versions")


@_requests(WRITES)
def test_put_object_if_match_and_if_none_match_validation(c: Conversation) -> None:
    c("put-obj-both-precondition", "put_object", **SAMPLE, IfMatch="", IfNoneMatch="*")


@_requests(WRITES)
def test_multipart_if_match_etag(c: Conversation) -> None:
    etag = c("put-obj", "put_object", **SAMPLE, Body="test")["ETag"]
    upload = _upload(c, "create-multipart")
    done = c("complete-multipart-if-match", "complete_multipart_upload", **upload, IfMatch=etag)["ETag"]
    upload = _upload(c, "create-multipart-overwrite")
    c("complete-multipart-if-match-true-etag", "complete_multipart_upload", **upload, IfMatch=etag)
    c("complete-multipart-if-match-overwrite-multipart", "complete_multipart_upload", **upload, IfMatch=done)
