"""The requests of the recorded conversations about listings and their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.recordings import requests_of

if TYPE_CHECKING:
    from tests.support.recordings import Conversation

OBJECTS, OBJECTS_V2 = "list_operations/TestS3ListObjects", "list_operations/TestS3ListObjectsV2"
VERSIONS, UPLOADS = "list_operations/TestS3ListObjectVersions", "list_operations/TestS3ListMultipartUploads"
PARTS, BUCKETS = "list_operations/TestS3ListParts", "list_operations/TestS3ListBuckets"

FOLDER = ("folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2")


@requests_of(OBJECTS, "%2F")
def test_list_objects_with_prefix(c: Conversation, variant: str) -> None:
    c("", "put_object", Key="test/foo/bar/123", Body="content 123")
    # The delimiter is not decoded in the answer, as by boto3 whenever the caller gives the encoding.
    c("list-objects", "list_objects", Prefix="test/", Delimiter=variant, MaxKeys=1, EncodingType="url")
    c.raw("list-objects-no-encoding", f"/{c.bucket}?prefix=test&delimiter=/")


@requests_of(OBJECTS)
def test_list_objects_next_marker(c: Conversation) -> None:
    for key in "abc":
        c("", "put_object", Key=key, Body="content 123")
    c("list-objects-all", "list_objects")
    c("list-objects-max-1", "list_objects", MaxKeys=1, Delimiter="/")
    c("list-objects-rest", "list_objects", MaxKeys=1, Marker="a")
    c("list-objects-marker-empty", "list_objects", MaxKeys=1, Marker="")


@requests_of(OBJECTS_V2)
def test_list_objects_v2_with_prefix(c: Conversation) -> None:
    for key in ("test/foo/bar/123", "test/foo/bar/456", "test/bar/foo/123"):
        c("", "put_object", Key=key, Body="content 123")
    for number, prefix in enumerate(("test/", "test/foo", "test/foo/bar"), 1):
        c(f"list-objects-v2-{number}", "list_objects_v2", Prefix=prefix)
    c.raw("list-objects-v2-no-encoding", f"/{c.bucket}?list-type=2&prefix=test/foo")


requests_of("objects/TestS3")(test_list_objects_v2_with_prefix)


@requests_of(OBJECTS_V2)
def test_list_objects_v2_continuation_start_after(c: Conversation) -> None:
    for number in range(12):
        c("", "put_object", Key=f"test_{number}", Body="content 123")
    token = c("list-objects-v2-max-5", "list_objects_v2", MaxKeys=5)["NextContinuationToken"]
    c("list-objects-v2-rest", "list_objects_v2", ContinuationToken=token)
    c("list-objects-start-after", "list_objects_v2", StartAfter="test_7", MaxKeys=2)
    c("list-objects-start-after-token", "list_objects_v2", StartAfter="test_7", ContinuationToken=token)
    c("exc-continuation-token", "list_objects_v2", ContinuationToken="")


def _drop_encoding(params: dict[str, Any], **_others: Any) -> None:
    params.pop("EncodingType", None)


@requests_of(OBJECTS_V2)
def test_list_objects_v2_continuation_token_safe_chars(c: Conversation) -> None:
    for step in ("list-objects-v2-max-5", "list-objects-v2-rest"):
        for entry in c.recorded[step]["Contents"]:
            c("", "put_object", Key=entry["Key"])
    token = c("list-objects-v2-max-5", "list_objects_v2", MaxKeys=5)["NextContinuationToken"]
    c("list-objects-v2-rest", "list_objects_v2", ContinuationToken=token)
    # An answer without EncodingType: its request had none, though boto3 adds one.
    event, after = "before-parameter-build.s3.ListObjectsV2", "date=2026-02-01/"
    c.s3.meta.events.register_last(event, _drop_encoding)
    c("list-objects-start-after", "list_objects_v2", StartAfter=after, MaxKeys=2)
    c.s3.meta.events.unregister(event, _drop_encoding)
    c("list-objects-start-after-url-type", "list_objects_v2", StartAfter=after, MaxKeys=2, EncodingType="url")
    encoded: Any = {"StartAfter": "date%3D2026-02-01/", "MaxKeys": 2}
    token = c("list-objects-start-after-encoded", "list_objects_v2", **encoded)["NextContinuationToken"]
    c("list-objects-start-after-token", "list_objects_v2", StartAfter=after, MaxKeys=2, ContinuationToken=token)
    c("list-objects-continuation-token-2", "list_objects_v2", MaxKeys=2, ContinuationToken=token)


@requests_of(VERSIONS)
def test_list_objects_versions_markers(c: Conversation) -> None:
    def put(number: int, body: str) -> str:
        return str(c("", "put_object", Key=f"test_{number}", Body=body)["VersionId"])

    def page(step: str, **markers: str) -> None:
        c(step, "list_object_versions", MaxKeys=1, **markers)

    c.versioned()
    ids = [put(number, "version 1") for number in range(3)]
    ids.append(put(2, "version 2"))
    ids += [c("", "delete_object", Key=f"test_{number}")["VersionId"] for number in range(3)]
    ids += [put(number, "version 2") for number in range(2)]
    c.note("version-order", {"Versions": [{"VersionId": version} for version in ids]})
    c("list-objects-versions-all", "list_object_versions")
    c("list-objects-versions-5", "list_object_versions", MaxKeys=5)
    page("list-objects-next-key-only", KeyMarker="test_1")
    page("list-objects-next-key-last", KeyMarker="test_2")
    page("list-objects-next-version-only", VersionIdMarker=ids[5])
    page("list-objects-both-markers", KeyMarker="test_1", VersionIdMarker=ids[5])
    page("list-objects-last-key-last-version", KeyMarker="test_2", VersionIdMarker=ids[3])
    page("list-objects-next-key-empty", KeyMarker="")


@requests_of(VERSIONS)
def test_list_objects_versions_with_prefix(c: Conversation) -> None:
    c.versioned()
    c.body_unknown = True
    for number, key in enumerate(("dir/test", "dir/test", "dir/subdir/test2", "dir/subdir/test2")):
        c("", "put_object", Key=key, Body=str(number) * 15)
    prefixes = ("dir/", "dir/s", "dir/test", "dir/subdir", "dir/subdir/", "dir/subdir/test2")
    for number, prefix in enumerate(prefixes, 1):
        c(f"list-object-version-{number}", "list_object_versions", Prefix=prefix, Delimiter="/")
    c.raw("list-objects-versions-no-encoding", f"/{c.bucket}?versions&prefix=dir/subdir&delimiter=/")


@requests_of(VERSIONS)
def test_list_objects_versions_with_prefix_only_and_pagination(c: Conversation) -> None:
    def page(step: str, **parameters: Any) -> None:
        c(step, "list_object_versions", Prefix="prefix", **parameters)

    c.versioned()
    key: Any = {"Key": "prefixed_key"}
    ids = [c("", "put_object", **key)["VersionId"] for _ in range(5)]
    c("", "put_object", Key="another_key")
    page("list-object-version-prefix-full")
    page("list-object-version-prefix-page-1", MaxKeys=3)
    page("list-object-version-prefix-key-marker-only", MaxKeys=4, KeyMarker="prefixed_key")
    second: Any = {"MaxKeys": 5, "KeyMarker": "prefixed_key", "VersionIdMarker": ids[2]}
    page("list-object-version-prefix-page-2", **second)
    for version in ids[2:]:
        c("", "delete_object", **key, VersionId=version)
    page("list-object-version-prefix-page-2-after-delete", **second)


def _start(c: Conversation, *keys: str) -> list[str]:
    """The ids of new uploads to the keys."""
    return [c("", "create_multipart_upload", Key=key)["UploadId"] for key in keys]


@requests_of(UPLOADS)
def test_list_multiparts_next_marker(c: Conversation) -> None:
    def page(step: str, **markers: str) -> None:
        c(step, "list_multipart_uploads", MaxUploads=1, **markers)

    c("list-multiparts-empty", "list_multipart_uploads")
    ids = _start(c, "key-3", "key-2", "key-1", "key-1", "key-1")
    c.note("upload-ids-order", {"UploadIds": [{"UploadId": upload} for upload in ids]})
    c("list-multiparts-all", "list_multipart_uploads")
    page("list-multiparts-max-1")
    page("list-multiparts-next-key-only", KeyMarker="key-1")
    page("list-multiparts-next-key-last", KeyMarker="key-3")
    page("list-multiparts-next-upload-only", UploadIdMarker=ids[2])
    page("list-multiparts-both-markers", KeyMarker="key-1", UploadIdMarker=ids[2])
    page("list-multiparts-both-markers-2", KeyMarker="key-1", UploadIdMarker=ids[4])
    page("list-multiparts-get-last-upload-no-truncate", KeyMarker="key-2", UploadIdMarker=ids[1])
    page("list-multiparts-wrong-id-for-key", KeyMarker="key-1", UploadIdMarker=ids[1])
    page("list-multiparts-next-key-empty", KeyMarker="")


@requests_of(UPLOADS)
def test_list_multiparts_with_prefix_and_delimiter(c: Conversation) -> None:
    _start(c, "test/foo/bar/123", "test/foo/bar/456", "test/bar/foo/123")
    grouped: Any = {"Delimiter": "/", "EncodingType": "url"}
    for number, prefix in enumerate(("test/", "test/foo/", "test/foo/bar"), 1):
        c(f"list-multiparts-{number}", "list_multipart_uploads", Prefix=prefix, **grouped)
    c.raw("list-multiparts-no-encoding", f"/{c.bucket}?uploads&prefix=test/foo")


@requests_of(UPLOADS)
def test_list_multipart_uploads_marker_common_prefixes(c: Conversation) -> None:
    _start(c, *FOLDER)
    page: Any = {"Prefix": "folder/", "Delimiter": "/", "MaxUploads": 1}
    c("list-multiparts-start", "list_multipart_uploads", **page)
    c("list-multiparts-manual-prefix", "list_multipart_uploads", **page, KeyMarker="folder/aSubfolder/")
    c("list-multiparts-manual-first-file", "list_multipart_uploads", **page, KeyMarker="folder/aSubfolder/subFile1")


@requests_of(PARTS)
def test_list_parts_empty_part_number_marker(c: Conversation) -> None:
    key: Any = {"Key": "test-list-part-empty-marker"}
    key["UploadId"] = c("", "create_multipart_upload", **key)["UploadId"]
    c("", "upload_part", **key, PartNumber=1, Body="data")
    empty: Any = ""
    c("list-parts-empty-marker", "list_parts", **key, PartNumberMarker=empty)
    c("list-parts-empty-max-parts", "list_parts", **key, MaxParts=empty)


@requests_of(PARTS)
def test_list_parts_via_object_attrs_pagination(c: Conversation) -> None:
    key: Any = {"Key": "test-object-attrs-pagination"}
    upload: Any = {**key, "UploadId": c("", "create_multipart_upload", **key, ChecksumAlgorithm="SHA256")["UploadId"]}
    parts = []
    for number in (1, 2):
        part = c("", "upload_part", **upload, PartNumber=number, Body=b"a" * 5242881, ChecksumAlgorithm="SHA256")
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
    c("list-parts", "list_parts", **upload)
    c("complete-mpu", "complete_multipart_upload", **upload, MultipartUpload={"Parts": parts})
    members: Any = {**key, "ObjectAttributes": ["ObjectParts"]}
    c("get-object-attrs-all", "get_object_attributes", **members)
    c("get-object-attrs-1", "get_object_attributes", **members, PartNumberMarker=0)
    c("get-object-attrs-next", "get_object_attributes", **members, MaxParts=1, PartNumberMarker=1)
    c("get-object-attrs-wrong-part", "get_object_attributes", **members, MaxParts=1, PartNumberMarker=10)


def _three_buckets(c: Conversation) -> None:
    for bucket in ("b-bucket", "c-bucket"):
        c("", "create_bucket", Bucket=bucket)


@requests_of(BUCKETS)
def test_list_buckets_with_max_buckets(c: Conversation) -> None:
    _three_buckets(c)
    c("list-objects-with-max-buckets", "list_buckets", MaxBuckets=1)


@requests_of(BUCKETS)
def test_list_buckets_with_continuation_token(c: Conversation) -> None:
    _three_buckets(c)
    token = c("", "list_buckets", MaxBuckets=1)["ContinuationToken"]
    c("list-objects-with-continuation", "list_buckets", MaxBuckets=1, ContinuationToken=token)


@requests_of(BUCKETS)
def test_list_buckets_when_continuation_token_is_empty(c: Conversation) -> None:
    _three_buckets(c)
    c("list-objects-with-empty-continuation-token", "list_buckets", MaxBuckets=1, ContinuationToken="")


@requests_of(BUCKETS)
def test_list_buckets_by_prefix_with_case_sensitivity(c: Conversation) -> None:
    c("list-objects-by-prefix-empty", "list_buckets", Prefix=c.bucket.upper())
    c("list-objects-by-prefix-not-empty", "list_buckets", Prefix=c.bucket)


@requests_of(BUCKETS)
def test_list_buckets_by_bucket_region(c: Conversation) -> None:
    c("list-objects-by-bucket-region-empty", "list_buckets", Prefix=c.bucket, BucketRegion="eu-west-2")
    c("list-objects-by-bucket-region-not-empty", "list_buckets", Prefix=c.bucket, BucketRegion="us-east-1")
