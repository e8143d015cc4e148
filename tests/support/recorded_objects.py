"""The requests of more recorded conversations about buckets, objects, versions, parts and copies."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws

from tests.support.recordings import NO_BUCKET, requests_of

if TYPE_CHECKING:
    from tests.support.recordings import Conversation

ACCOUNT, ANOTHER_ACCOUNT = "123456789012", "000000000002"
S3 = "objects/TestS3"


def _policy(c: Conversation) -> str:
    """A policy of the bucket that is not public."""
    statement = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "s3:GetObject"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": f"arn:aws:s3:::{c.bucket}/*"}]})


def _upload(c: Conversation, step: str, key: str, *bodies: Any, **more: Any) -> None:
    """Upload parts with the bodies and compare the completed upload."""
    upload: Any = {"Key": key, "UploadId": c("", "create_multipart_upload", Key=key, **more)["UploadId"]}
    more.pop("ChecksumType", None)
    parts = []
    for number, body in enumerate(bodies, 1):
        part = c("", "upload_part", **upload, PartNumber=number, Body=body, **more)
        named = {name: value for name, value in part.items() if more and name.startswith("Checksum")}
        parts.append({"PartNumber": number, "ETag": part["ETag"], **named})
    c(step, "complete_multipart_upload", **upload, MultipartUpload={"Parts": parts})


@requests_of(S3)
def test_bucket_exists(c: Conversation) -> None:
    rule = {"AllowedMethods": ["GET", "POST", "PUT", "DELETE"], "AllowedOrigins": ["localhost"]}
    c("", "put_bucket_cors", CORSConfiguration={"CORSRules": [rule]})
    c("get-bucket-cors", "get_bucket_cors")
    c("get-bucket-acl", "get_bucket_acl")
    c("get-bucket-not-exists", "get_bucket_acl", Bucket="bucket-not-exists")


@requests_of(S3)
def test_bucket_name_with_dots(c: Conversation) -> None:
    c.bucket = "a.dotted.bucket"
    c("", "create_bucket", Bucket=c.bucket)
    c("", "put_object", Key="my-content", Body="something")
    c("list-objects", "list_objects")
    c("", "delete_public_access_block")
    arn = f"arn:aws:s3:::{c.bucket}"
    public = {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": arn}
    c("", "put_bucket_policy", Policy=json.dumps({"Version": "2012-10-17", "Statement": [public]}))
    c.raw("request-path-url-content", f"/{c.bucket}", authorization="")
    c.raw("request-vhost-url-content", "/", endpoint=f"{c.bucket}.s3.amazonaws.com", authorization="")


@requests_of(S3)
def test_copy_in_place_with_bucket_encryption(c: Conversation) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    c("put-bucket-encryption", "put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": [rule]})
    c("put-obj", "put_object", Key="test")
    c("copy-obj", "copy_object", Key="test", CopySource={"Bucket": c.bucket, "Key": "test"})


@requests_of(S3)
def test_create_bucket_head_bucket(c: Conversation) -> None:
    where: Any = {"LocationConstraint": "us-west-1"}
    c("create_bucket", "create_bucket", Bucket="bucket-one")
    c("create_bucket_location_constraint", "create_bucket", Bucket="bucket-two", CreateBucketConfiguration=where)
    for step, bucket, region in (
        ("head_bucket", "bucket-one", "us-east-1"),
        ("head_bucket_2", "bucket-two", "us-west-1"),
    ):
        c(step, "head_bucket", Bucket=bucket)
        headers = c.headers("HEAD", f"/{bucket}", endpoint=f"s3.{region}.amazonaws.com")
        kept = {name: text for name, text in headers.items() if name.startswith("x-amz-") or name == "content-type"}
        c.note(f"{step}_filtered_header", kept)
    c("head_bucket_not_exist", "head_bucket", Bucket=NO_BUCKET)


@requests_of(S3, "us-east-1-us-east-1")
def test_create_bucket_with_invalid_location_constraint(c: Conversation, variant: str) -> None:
    del variant
    where: Any = {"LocationConstraint": "us-east-1"}
    step = "us-east-1-location-constraint-us-east-1-error"
    c(step, "create_bucket", Bucket="another-bucket", CreateBucketConfiguration=where)


@requests_of(S3)
def test_delete_bucket_policy(c: Conversation) -> None:
    c("", "put_bucket_policy", Policy=_policy(c))
    c("delete-bucket-policy", "delete_bucket_policy")
    c("get-bucket-policy-no-such-bucket-policy", "get_bucket_policy")


@requests_of(S3)
def test_delete_bucket_policy_expected_bucket_owner(c: Conversation) -> None:
    step = "delete-bucket-policy"
    c("", "put_bucket_policy", Policy=_policy(c))
    c(f"{step}-invalid-bucket-owner", "delete_bucket_policy", ExpectedBucketOwner="invalid")
    c(f"{step}-with-expected-bucket-owner-error", "delete_bucket_policy", ExpectedBucketOwner=ANOTHER_ACCOUNT)
    c(f"{step}-with-expected-bucket-owner", "delete_bucket_policy", ExpectedBucketOwner=ACCOUNT)


@requests_of(S3)
def test_put_bucket_policy_expected_bucket_owner(c: Conversation) -> None:
    step, policy = "put-bucket-policy-with-expected-bucket-owner", _policy(c)
    c(f"{step}-error", "put_bucket_policy", Policy=policy, ExpectedBucketOwner=ANOTHER_ACCOUNT)
    c(step, "put_bucket_policy", Policy=policy, ExpectedBucketOwner=ACCOUNT)


@requests_of(S3)
def test_delete_bucket_with_content(c: Conversation) -> None:
    keys = [f"test-key-{number}" for number in range(10)]
    for number, key in enumerate(keys):
        c("", "put_object", Key=key, Body=f"test-{number}")
    c("list-objects", "list_objects", MaxKeys=100)
    c("", "delete_objects", Delete={"Objects": [{"Key": key} for key in keys]})
    c("", "delete_bucket")
    c("", "create_bucket", Bucket="another-bucket")
    c("list-buckets", "list_buckets")


@requests_of(S3)
def test_delete_keys_in_versioned_bucket(c: Conversation) -> None:
    key: Any = {"Key": "test-key-versioned"}

    def delete(step: str, *versions: str) -> Any:
        objects = [{**key, "VersionId": version} for version in versions] or [key]
        return c(step, "delete_objects", Delete={"Objects": objects})["Deleted"]

    c.versioned()
    versions = [c("", "put_object", **key, Body=body)["VersionId"] for body in ("something", "something-v2")]
    c("list-objects-v2", "list_objects_v2")
    marker = delete("delete-object")[0]["DeleteMarkerVersionId"]
    c("list-objects-v2-after-delete", "list_objects_v2")
    c("list-object-version", "list_object_versions")
    delete("delete-object-version", *versions)
    c("list-object-version-after-delete", "list_object_versions")
    delete("delete-object-delete-marker", marker)


@requests_of(S3)
def test_delete_object_tagging(c: Conversation) -> None:
    c("", "put_object", Key="key", Body="something")
    c("get-obj", "get_object", Key="key")
    c("", "put_object_tagging", Key="key", Tagging={"TagSet": [{"Key": "tag", "Value": "value"}]})
    c("", "delete_object_tagging", Key="key")
    c("get-obj-after-tag-deletion", "get_object", Key="key")


@requests_of(S3)
def test_delete_objects_encoding(c: Conversation) -> None:
    bodies = {"a%2Fb": "percent encoding", "a/%F0%9F%98%80": "percent encoded emoji"}
    for key, body in bodies.items():
        c("", "put_object", Key=key, Body=body)
    c("list-objects-before-delete", "list_objects_v2")
    c("deleted-resp", "delete_objects", Delete={"Objects": [{"Key": key} for key in bodies]})
    c("list-objects", "list_objects_v2")


@requests_of(S3)
def test_different_location_constraint(c: Conversation) -> None:
    def create(step: str, bucket: str, constraint: str = "") -> None:
        where: Any = {"CreateBucketConfiguration": {"LocationConstraint": constraint}} if constraint else {}
        c(step, "create_bucket", Bucket=bucket, **where)

    create("create-bucket-constraint-us-east-1", "bucket-one", "us-east-1")
    create("create-bucket-constraint-us-east-1-with-None", "bucket-one")
    c("get-bucket-location-bucket-us-east-1", "get_bucket_location", Bucket="bucket-one")
    c.connect("us-east-2")
    create("create-bucket-constraint-us-east-2-with-None", "bucket-two")
    create("create-bucket-us-east-2-no-constraint-exc", "bucket-two")
    create("create-bucket-us-east-2-constraint-to-us-west-1", "bucket-two", "us-west-1")
    create("", "bucket-two", "us-east-2")
    c("get-bucket-location-bucket-us-east-2", "get_bucket_location", Bucket="bucket-two")
    c.connect("us-west-1")
    create("create-bucket-us-west-1-constraint-to-us-east-2", "bucket-three", "us-east-2")
    create("create-bucket-us-west-1-constraint-to-us-east-1", "bucket-three", "us-east-1")
    c("get-bucket-location-non-existent-bucket", "get_bucket_location", Bucket=NO_BUCKET)


@requests_of(S3)
def test_empty_bucket_fixture(c: Conversation) -> None:
    keys = [f"key{number}" for number in range(3)]
    for key in keys:
        c("", "put_object", Key=key, Body="123")
    c("list-obj", "list_objects_v2")
    c("", "delete_objects", Delete={"Objects": [{"Key": key} for key in keys]})
    c("list-obj-after-empty", "list_objects_v2")


LOREM = "Lorem ipsum dolor sit amet, ... " * 30


@requests_of(S3)
def test_etag_on_get_object_call(c: Conversation) -> None:
    c("", "put_object", Key="my-key", Body=LOREM)
    c("get_object", "get_object", Key="my-key")
    c("get_object_range", "get_object", Key="my-key", Range="bytes=0-16")


@requests_of(S3)
def test_get_object_attributes(c: Conversation) -> None:
    def attributes(step: str, key: str, *names: str) -> None:
        c(step, "get_object_attributes", Key=key, ObjectAttributes=["StorageClass", "ETag", "ObjectSize", *names])

    c("", "put_object", Key="data.txt", Body="69\n420\n")
    attributes("object-attrs", "data.txt", "ObjectParts", "Checksum")
    part = "upload-part-1" * 5
    _upload(c, "", "one", part)
    attributes("object-attrs-multiparts-1-part", "one", "ObjectParts")
    _upload(c, "", "two", part * 80660, part)
    attributes("object-attrs-multiparts-2-parts", "two", "ObjectParts")
    attributes("object-attrs-multiparts-2-parts-checksum", "two", "Checksum")


@requests_of(S3, "False")
def test_get_object_content_length_with_virtual_host(c: Conversation, variant: str) -> None:
    del variant
    c("", "put_object", Key="key", Body="123")
    c.note("get-obj-content-len-headers", c.headers("GET", f"/{c.bucket}/key"))


@requests_of(S3)
def test_get_object_part(c: Conversation) -> None:
    key: Any = {"Key": "test.file"}
    content = "test content 123"
    _upload(c, "multipart-upload", key["Key"], content * 327681, content)
    c("head-object-part", "head_object", **key, PartNumber=2)
    c("get-object-part", "get_object", **key, PartNumber=2)
    c("get-object-part-with-checksum", "get_object", **key, PartNumber=2, ChecksumMode="ENABLED")
    c("part-doesnt-exist", "get_object", **key, PartNumber=10)
    c("part-with-range", "get_object", **key, PartNumber=2, Range="bytes=0-8")
    c("", "put_object", Key="no-multipart", Body="test-123")
    c("part-no-multipart", "get_object", Key="no-multipart", PartNumber=2)
    c("get-obj-no-multipart", "get_object", Key="no-multipart", PartNumber=1)


@requests_of(S3, "COMPOSITE")
def test_get_object_part_checksum(c: Conversation, variant: Any) -> None:
    key: Any = {"Key": "test-multipart-checksum"}
    checksum: Any = {"ChecksumAlgorithm": "CRC32C"}
    started = c("create-mpu-checksum", "create_multipart_upload", **key, **checksum, ChecksumType=variant)
    upload: Any = {**key, "UploadId": started["UploadId"]}
    part = c("upload-part", "upload_part", **upload, **checksum, PartNumber=1, Body="test content 123")
    named = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32C": part["ChecksumCRC32C"]}
    c("complete-multipart-checksum", "complete_multipart_upload", **upload, MultipartUpload={"Parts": [named]})
    c("get-object-part", "get_object", **key, PartNumber=1, ChecksumMode="ENABLED")
    c("head-object-part", "head_object", **key, PartNumber=1, ChecksumMode="ENABLED")


@requests_of(S3)
def test_metadata_header_character_decoding(c: Conversation) -> None:
    c("", "put_object", Key="my-key", Body="foo", Metadata={"TEST_META_1": "foo", "__meta_2": "bar"})
    c("head-object", "head_object", Key="my-key")


@requests_of(S3)
def test_multipart_and_list_parts(c: Conversation) -> None:
    key: Any = {"Key": "test-list-parts"}
    upload: Any = {**key, "UploadId": c("create-multipart", "create_multipart_upload", **key)["UploadId"]}
    c("list-all-uploads", "list_multipart_uploads")
    c("list-part-after-created", "list_parts", **upload)
    part = c("upload-part", "upload_part", **upload, PartNumber=1, Body="upload-part-1" * 5)
    c("list-part-after-upload", "list_parts", **upload)
    c("list-all-uploads-after", "list_multipart_uploads")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    c("complete-multipart", "complete_multipart_upload", **upload, MultipartUpload=parts)
    c("list-part-after-complete-exc", "list_parts", **upload)
    c("list-all-uploads-completed", "list_multipart_uploads")
    c("get-multipart-checksum", "get_object", **key, ChecksumMode="ENABLED")
    c("head-multipart-checksum", "head_object", **key, ChecksumMode="ENABLED")


@requests_of(S3)
def test_multipart_copy_object_etag(c: Conversation) -> None:
    _upload(c, "multipart-upload", "test.file", "test content 123")
    source = {"Bucket": c.bucket, "Key": "test.file"}
    c("copy-object", "copy_object", Key="copy", CopySource=source)
    c("copy-object-in-place", "copy_object", Key="test.file", CopySource=source, MetadataDirective="REPLACE")
    c("head-obj", "head_object", Key="test.file", ChecksumMode="ENABLED")


@requests_of(S3)
def test_multipart_overwrite_key(c: Conversation) -> None:
    c("put-object", "put_object", Key="test.file", Body="test content 123")
    _upload(c, "multipart-upload", "test.file", "test content 123")


def _styled(c: Conversation, virtual: str) -> None:
    """Go on with path style or virtual hosts."""
    c.connect(s3={"addressing_style": "virtual" if virtual == "True" else "path"})


@requests_of(S3, "False", "True")
def test_object_with_slashes_in_key(c: Conversation, variant: str) -> None:
    _styled(c, variant)
    for key, body in (("/foo", "foobar"), ("bar", "barfoo"), ("/bar/foo/", "test")):
        c("", "put_object", Key=key, Body=body)
    c("list-objects-slashes", "list_objects_v2")


@requests_of(S3, "False", "True")
def test_url_encoded_key(c: Conversation, variant: str) -> None:
    _styled(c, variant)
    bodies = {"test@key/": "test-non-encoded", "test%40key/": "test-encoded", "test%40key": "test-encoded-no-trailing"}
    for key, body in bodies.items():
        c("", "put_object", Key=key, Body=body)
    c("list-object-encoded-char", "list_objects_v2")


@requests_of(S3)
def test_put_bucket_inventory_config_order(c: Conversation) -> None:
    for identifier in ("z-test", "a-test", "test-1"):
        inventory = {
            "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{c.bucket}", "Format": "CSV"}},
            "Id": identifier,
            "IncludedObjectVersions": "All",
            "IsEnabled": True,
            "Schedule": {"Frequency": "Daily"},
        }
        c("", "put_bucket_inventory_configuration", Id=identifier, InventoryConfiguration=inventory)
    c("list-inventory-config", "list_bucket_inventory_configurations")
    c("del-inventory-config", "delete_bucket_inventory_configuration", Id="z-test")
    c("list-inventory-config-after-del", "list_bucket_inventory_configurations")


@requests_of(S3)
def test_put_get_object_single_character_trailing_slash(c: Conversation) -> None:
    for key in ("a/", "t/", "u/"):
        c(f"put-object-single-char-{key}", "put_object", Key=key, Body="test")
        c(f"get-object-single-char-{key}", "get_object", Key=key)
    c("list-objects-single-char", "list_objects_v2")


@requests_of(S3, "ONEZONE_IA-True")
def test_put_object_storage_class(c: Conversation, variant: str) -> None:
    storage: Any = variant.partition("-")[0]
    c("", "put_object", Key="key", Body="body-test", StorageClass=storage)
    c("get-object", "get_object", Key="key")
    c("get-object-storage-class", "get_object_attributes", Key="key", ObjectAttributes=["StorageClass"])


@requests_of(S3)
def test_range_header_body_length(c: Conversation) -> None:
    c.body_read = True
    c("", "put_object", Key="sample.bin", Body=b"\0" * 2048)
    c("get-object", "get_object", Key="sample.bin", Range="bytes=0-1023")
    c("get-object-2", "get_object", Key="sample.bin", Range="bytes=1024-2047")


@requests_of(S3)
def test_region_header_exists_outside_us_east_1(c: Conversation) -> None:
    c.connect("us-west-1")
    where: Any = {"LocationConstraint": "us-west-1"}
    c("", "create_bucket", Bucket="another-bucket", CreateBucketConfiguration=where)
    c("head_bucket", "head_bucket", Bucket="another-bucket")
    c("list_objects_v2", "list_objects_v2", Bucket="another-bucket")


@requests_of(S3)
def test_s3_analytics_configurations(c: Conversation) -> None:
    name = "config_with_storage_analysis"

    def put(step: str, number: int, prefix: str, **changes: Any) -> None:
        destination = {"Bucket": f"arn:aws:s3:::{c.bucket}", "Format": "CSV", "Prefix": "test"}
        export = {"Destination": {"S3BucketDestination": destination}, "OutputSchemaVersion": "V_1"}
        configuration = {
            "Id": f"{name}_{number}",
            "Filter": {"Prefix": prefix},
            "StorageClassAnalysis": {"DataExport": export},
            **changes,
        }
        identifier = f"{name}_{number}"
        c(step, "put_bucket_analytics_configuration", Id=identifier, AnalyticsConfiguration=configuration)

    def of(step: str, operation: str, number: int) -> None:
        c(step, f"{operation}_bucket_analytics_configuration", Id=f"{name}_{number}")

    put(f"put_{name}_err", 1, "test_ls", StorageClassAnalysis={"DataExport": {"OutputSchemaVersion": "V_1"}})
    of(f"get_{name}_err", "get", 1)
    of(f"delete_{name}_err", "delete", 1)
    put(f"put_{name}_1", 1, "test_ls")
    of(f"get_{name}_1", "get", 1)
    put("", 1, "test_ls_2")
    of(f"get_{name}_2", "get", 1)
    put("", 2, "test_ls_3")
    of(f"get_{name}_3", "get", 2)
    c(f"list_{name}_1", "list_bucket_analytics_configurations")
    of("", "delete", 2)
    c(f"list_{name}_2", "list_bucket_analytics_configurations")


@requests_of(S3)
def test_s3_intelligent_tier_config(c: Conversation) -> None:
    topic = "bucket_intelligent_tiering_configuration"

    def put(step: str, identifier: str, prefix: str, tierings: Any) -> None:
        configuration = {"Id": identifier, "Filter": {"Prefix": prefix}, "Status": "Enabled", "Tierings": tierings}
        c(step, f"put_{topic}", Id=identifier, IntelligentTieringConfiguration=configuration)

    archive = [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}]
    put(f"put_{topic}_err_1`", "test1", "test1", [])
    put(f"put_{topic}_1", "test1", "test1", archive)
    c(f"get_{topic}_1", f"get_{topic}", Id="test1")
    put("", "test2", "test2", archive)
    c(f"list_{topic}s_1", f"list_{topic}s")
    put("", "test1", "testupdate", archive)
    c(f"list_{topic}s_2", f"list_{topic}s")
    c("", f"delete_{topic}", Id="test1")
    c(f"list_{topic}s_3", f"list_{topic}s")
    c(f"delete_{topic}_err_1", f"delete_{topic}", Bucket=NO_BUCKET, Id="test1")
    c(f"delete_{topic}_err_2", f"delete_{topic}", Id="test1")


BLOB = '{"key": "value"}'


@requests_of(S3)
def test_s3_copy_object_in_place_metadata_directive(c: Conversation) -> None:
    key: Any = {"Key": "source-object"}

    def copy(step: str, **more: Any) -> None:
        c(step, "copy_object", **key, CopySource={"Bucket": c.bucket, **key}, **more)
        c(step.replace("copy", "head", 1), "head_object", **key)

    c("put_object", "put_object", **key, Body=BLOB, ContentType="application/json", Metadata={"key": "value"})
    c("head_object", "head_object", **key)
    c("no-metadata-directive-fail", "copy_object", **key, CopySource={"Bucket": c.bucket, **key})
    second = {"key2": "value2"}
    copy("copy-replace-directive", Metadata=second, MetadataDirective="REPLACE")
    copy("copy-copy-directive", MetadataDirective="COPY", StorageClass="STANDARD")
    third = {"key3": "value3"}
    copy("copy-copy-directive-ignore", Metadata=third, MetadataDirective="COPY", StorageClass="STANDARD")
    copy("copy-replace-directive-empty", MetadataDirective="REPLACE")


@requests_of(S3)
def test_s3_copy_object_in_place_storage_class(c: Conversation) -> None:
    key: Any = {"Key": "source-object"}
    copy: Any = {**key, "CopySource": {"Bucket": c.bucket, **key}, "StorageClass": "STANDARD"}
    c("put-object", "put_object", **key, Body="test")
    c("head-object", "head_object", **key)
    c("object-attrs", "get_object_attributes", **key, ObjectAttributes=["StorageClass"])
    c("copy-object-in-place-with-storage-class", "copy_object", **copy)
    c("object-attrs-after-copy", "get_object_attributes", **key, ObjectAttributes=["StorageClass"])


@requests_of(S3)
def test_s3_copy_object_src_not_exists(c: Conversation) -> None:
    key: Any = {"Key": "random-src-key"}

    def copy(step: str, bucket: str = "a-bucket", **version: str) -> None:
        c(f"copy-object-src-{step}", "copy_object", Key="dest", CopySource={"Bucket": bucket, **key, **version})

    copy("bucket-not-exists", NO_BUCKET)
    copy("object-not-exists")
    c.versioned()
    version = c("put-obj-versioned", "put_object", **key)["VersionId"]
    marker = c("del-obj-versioned", "delete_object", **key)["VersionId"]
    copy("delete-marker-current-version")
    copy("target-delete-marker", VersionId=marker)
    copy("target-object-version", VersionId=version)


@requests_of(S3)
def test_s3_delete_object_with_version_id(c: Conversation) -> None:
    c.versioned()
    c("get_bucket_versioning", "get_bucket_versioning")
    keys = ("aws/s3/testkey1.txt", "aws/s3/testkey2.txt")
    first, _second = [c("", "put_object", Key=key, Body=LOREM)["VersionId"] for key in keys]
    c("delete_objects", "delete_objects", Delete={"Objects": [{"Key": keys[0], "VersionId": first}]})
    c("list_object_versions_after_delete", "list_object_versions")
    c.versioned("Suspended")
    c("get_bucket_versioning_suspended", "get_bucket_versioning")


@requests_of(S3)
def test_s3_get_object_headers(c: Conversation) -> None:
    etag = c("", "put_object", Key="key", Body="test")["ETag"]

    def get(step: str, **condition: str) -> None:
        try:
            answer: Any = c.s3.get_object(Bucket=c.bucket, Key="key", **condition)  # type: ignore[arg-type]
        except c.s3.exceptions.ClientError as error:
            c.note(step, {k: v for k, v in error.response["Error"].items() if k not in {"RequestId", "HostId"}})
        else:
            c.note(step, answer["ResponseMetadata"]["HTTPStatusCode"])

    wrong = '"d41d8cd98f00b204e9800998ecf8427e"'
    get("if_match_1", IfMatch=etag)
    get("if_match_2", IfMatch=etag.strip('"'))
    get("if_match_err_1", IfMatch=wrong)
    get("if_none_match_1", IfNoneMatch=wrong)
    get("if_none_match_err_1", IfNoneMatch=etag)
    get("if_none_match_err_2", IfNoneMatch=etag.strip('"'))


@requests_of(S3, "get_object")
def test_s3_get_object_preconditions(c: Conversation, variant: str) -> None:
    key: Any = {"Key": "test-object"}
    etag = c("", "put_object", **key, Body="data")["ETag"]
    modified = c.s3.head_object(Bucket=c.bucket, **key)["LastModified"]
    second, year = timedelta(seconds=1), timedelta(days=365)
    conditions: dict[str, dict[str, Any]] = {
        "precondition-if-match": {"IfMatch": "a-wrong-etag"},
        "precondition-if-unmodified-since": {"IfUnmodifiedSince": modified - second},
        "precondition-if-unmodified-since-is-object": {"IfUnmodifiedSince": modified},
        "precondition-if-none-match": {"IfNoneMatch": etag},
        "copy-precondition-if-modified-since": {"IfModifiedSince": modified},
        "precondition-if-modified-since-is-object": {"IfModifiedSince": modified},
        "obj-ignore-future-modified-since": {"IfModifiedSince": modified + year},
        "etag-missing-quotes": {"IfNoneMatch": etag.strip('"')},
        "obj-success": {"IfMatch": etag, "IfNoneMatch": "another", "IfModifiedSince": modified - second},
    }
    for step, condition in conditions.items():
        c(step, variant, **key, **condition)


@requests_of(S3)
def test_s3_put_more_than_1000_items(c: Conversation) -> None:
    for number in range(1010):
        c("", "put_object", Key=f"test-key-{number}", Body=f"test-{number}")
    c("get_object-0", "get_object", Key="test-key-0")
    c("get_object-1009", "get_object", Key="test-key-1009")
    c("list-objects", "list_objects", Delimiter="/", MaxKeys=1000)
    c("list-objects-next_marker", "list_objects", Marker="test-key-99", MaxKeys=1000)


@requests_of(S3)
def test_s3_put_object_versioned(c: Conversation) -> None:
    old: Any = {"Key": "non-version-bucket-key"}
    new: Any = {"Key": "versioned-bucket-key"}
    c("put-pre-versioned", "put_object", **old, Body="non-versioned-key")
    c("get-pre-versioned", "get_object", **old)
    c("list-object-pre-versioned", "list_object_versions")
    c.versioned()
    c("get-post-versioned", "get_object", **old)
    c("put-obj-versioned-1", "put_object", **new, Body="versioned-key")
    c("put-obj-versioned-2", "put_object", **new, Body="versioned-key-updated")
    c("get-obj-versioned", "get_object", **new)
    c("list-object-versioned", "list_object_versions")
    c.versioned("Suspended")
    c("list-bucket-suspended", "list_object_versions")
    c("get-obj-versioned-disabled", "get_object", **new)
    c("get-obj-non-versioned-disabled", "get_object", **old)
    post: Any = {"Key": "non-version-bucket-key-post"}
    c("put-non-versioned-post-disable", "put_object", **post, Body="non-versioned-key-post")
    c("get-non-versioned-post-disable", "get_object", **post)


@requests_of(S3)
def test_s3_sse_default_kms_key(c: Conversation) -> None:
    def put_and_get(bucket: str, suffix: str, **encryption: Any) -> None:
        put: Any = {"Bucket": bucket, "Key": f"test-sse{suffix}", "Body": "test-sse", **encryption}
        c(f"put-obj-default-kms-s3-key{suffix}", "put_object", **put)
        c(f"get-obj-default-kms-s3-key{suffix}", "get_object", Bucket=bucket, Key=put["Key"])

    c.etag_unknown = True
    c("", "create_bucket", Bucket="bucket-two")
    put_and_get(c.bucket, "", ServerSideEncryption="aws:kms")
    put_and_get("bucket-two", "-bucket-2", ServerSideEncryption="aws:kms")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    step = "bucket-encryption-default-kms-s3-key"
    c(f"put-{step}", "put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": [rule]})
    c(f"get-{step}", "get_bucket_encryption")
    put_and_get(c.bucket, "-from-bucket")


@requests_of(S3)
def test_system_metadata_with_unicode(c: Conversation) -> None:
    # The answer's UTF-8 is recorded as Latin-1.
    header = {
        name: value.encode("latin-1").decode()
        for name, value in c.recorded["get-object"].items()
        if name in {"CacheControl", "ContentDisposition", "ContentLanguage"}
    }
    c("put-object", "put_object", Key="my-key", **header)
    c("get-object", "get_object", Key="my-key")


@requests_of(S3)
def test_user_metadata_rfc2047_bad_b64_encoded(c: Conversation) -> None:
    c("put-object", "put_object", Key="my-key", Metadata={"bad-b64-encoded": "=?UTF-8?B?/2H/?="})
    c("get-object", "get_object", Key="my-key")


@requests_of(S3)
def test_upload_file_multipart(c: Conversation) -> None:
    c.body_read = True
    _upload(c, "", "my-key", b"1" * 6144, ChecksumAlgorithm="CRC32")
    c("get_object", "get_object", Key="my-key", ChecksumMode="ENABLED")


@requests_of(S3)
def test_upload_file_with_xml_preamble(c: Conversation) -> None:
    c("", "put_object", Key="my-key", Body='<?xml version="1.0" encoding="UTF-8"?><test/>')
    c("get_object", "get_object", Key="my-key")


@requests_of(S3)
def test_s3_lambda_integration(c: Conversation) -> None:
    c("", "put_object", Key="key", Body=b"")  # which a function did
    c("head_object", "head_object", Key="key")


@requests_of(S3)
def test_s3_sse_validate_kms_key_state(c: Conversation) -> None:
    c.etag_unknown = True
    with mock_aws():
        kms = boto3.client("kms", "us-east-1")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        encrypted: Any = {"Key": "test-sse", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
        c("success-put-object-sse", "put_object", Body="test-sse", **encrypted)
        c("success-get-object-sse", "get_object", Key="test-sse")
        kms.disable_key(KeyId=key)
        c("put-obj-disabled-key", "put_object", Body="test-sse", **encrypted)
        c("get-obj-disabled-key", "get_object", Key="test-sse")
        kms.schedule_key_deletion(KeyId=key)
        c("get-obj-pending-deletion-key", "get_object", Key="test-sse")
