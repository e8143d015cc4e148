"""CopyObject: what a copy takes from its source and what it does not, and valid sources."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.backend import blobs, versions
from s3mock.models.account import account
from s3mock.models.acl import private
from s3mock.models.version import Version
from tests.support.accounts import client
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HEADERS: Any = {
    "CacheControl": "no-cache",
    "ContentDisposition": "inline",
    "ContentEncoding": "gzip",
    "ContentLanguage": "eo",
    "ContentType": "text/plain",
    "Metadata": {"a": "b"},
}
ONTO_ITSELF = (
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
    "metadata, storage class, website redirect location or encryption attributes."
)
HELLO_CRC32 = "NhCmhg=="
HELLO_SHA256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="


@pytest.fixture
def source(s3: S3Client, bucket: str) -> str:
    """The source of a copy: ``a-bucket/source``, with headers and metadata."""
    s3.put_object(Bucket=bucket, Key="source", Body=b"hello", **HEADERS)
    return f"{bucket}/source"


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.amazonaws.com/a-bucket/source",
        "http://s3-us-west-2.amazonaws.com/a-bucket/source",
        "https://a-bucket.s3.amazonaws.com/source",
        "https://a-bucket.s3.eu-west-1.amazonaws.com/source",
        "http://localhost:9000/a-bucket/source",
    ],
)
def test_the_source_of_a_copy_may_be_a_whole_url(s3: S3Client, bucket: str, source: str, url: str) -> None:
    """s3_facts 30."""
    assert source == "a-bucket/source"
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=url)
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"hello"


@pytest.mark.model("CopyObjectResult.ChecksumType")
def test_a_copy_has_the_bytes_the_headers_and_the_metadata_of_its_source(
    s3: S3Client, bucket: str, source: str
) -> None:
    reply = without_metadata(s3.copy_object(Bucket=bucket, Key="copy", CopySource=source))
    assert isinstance(reply["CopyObjectResult"].pop("LastModified"), datetime)
    assert reply == {
        "CopyObjectResult": {
            "ChecksumCRC32": HELLO_CRC32,
            "ChecksumType": "FULL_OBJECT",
            "ETag": '"5d41402abc4b2a76b9719d911017c592"',
        },
        "ServerSideEncryption": "AES256",
    }
    copy = s3.get_object(Bucket=bucket, Key="copy")
    assert copy["Body"].read() == b"hello"
    assert HEADERS.items() <= copy.items()


def test_the_copy_directive_ignores_the_headers_of_the_request(s3: S3Client, bucket: str, source: str) -> None:
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, ContentType="a/b", Metadata={"c": "d"})
    assert HEADERS.items() <= s3.head_object(Bucket=bucket, Key="copy").items()


def test_replace_takes_all_headers_from_the_request_and_none_from_the_source(
    s3: S3Client, bucket: str, source: str
) -> None:
    s3.copy_object(
        Bucket=bucket,
        Key="copy",
        CopySource=source,
        MetadataDirective="REPLACE",
        CacheControl="private",
        Metadata={"c": "d"},
    )
    copy = s3.head_object(Bucket=bucket, Key="copy")
    assert (copy["CacheControl"], copy["Metadata"]) == ("private", {"c": "d"})
    assert copy["ContentType"] == "binary/octet-stream"
    assert not {"ContentDisposition", "ContentEncoding", "ContentLanguage"} & copy.keys()


def test_storage_class_redirect_and_acl_are_never_copied(s3: S3Client, bucket: str) -> None:
    s3.put_object(
        Bucket=bucket, Key="source", StorageClass="STANDARD_IA", WebsiteRedirectLocation="/there", ACL="public-read"
    )
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/source")
    assert not {"StorageClass", "WebsiteRedirectLocation"} & s3.head_object(Bucket=bucket, Key="copy").keys()
    assert len(s3.get_object_acl(Bucket=bucket, Key="copy")["Grants"]) == 1
    s3.copy_object(
        Bucket=bucket,
        Key="copy",
        CopySource=f"{bucket}/source",
        StorageClass="ONEZONE_IA",
        WebsiteRedirectLocation="/here",
        ACL="public-read",
    )
    copy = s3.head_object(Bucket=bucket, Key="copy")
    assert (copy["StorageClass"], copy["WebsiteRedirectLocation"]) == ("ONEZONE_IA", "/here")
    assert len(s3.get_object_acl(Bucket=bucket, Key="copy")["Grants"]) == 2


def test_an_unknown_directive_is_refused(s3: S3Client, bucket: str, source: str) -> None:
    wrong: Any = "MERGE"
    with refused("InvalidArgument", 400, ArgumentName="x-amz-metadata-directive", ArgumentValue="MERGE"):
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, MetadataDirective=wrong)


def test_a_copy_onto_itself_must_change_something(s3: S3Client, bucket: str, source: str) -> None:
    with refused("InvalidRequest", 400) as refusal:
        s3.copy_object(Bucket=bucket, Key="source", CopySource=source)
    assert refusal.error["Message"] == ONTO_ITSELF
    changes: list[Any] = [
        {"MetadataDirective": "REPLACE", "Metadata": {"e": "f"}},
        {"StorageClass": "STANDARD_IA"},
        {"WebsiteRedirectLocation": "/there"},
        {"ServerSideEncryption": "AES256"},
    ]
    for change in changes:
        s3.copy_object(Bucket=bucket, Key="source", CopySource=source, **change)
    assert s3.head_object(Bucket=bucket, Key="source")["Metadata"] == {"e": "f"}


def test_with_default_encryption_any_copy_onto_itself_is_a_change(s3: S3Client, bucket: str, source: str) -> None:
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.copy_object(Bucket=bucket, Key="source", CopySource=source)
    s3.delete_bucket_encryption(Bucket=bucket)
    with refused("InvalidRequest", 400):
        s3.copy_object(Bucket=bucket, Key="source", CopySource=source)


def test_an_old_version_is_restored_by_copying_it_onto_its_key(s3: S3Client, versioned: str) -> None:
    old = s3.put_object(Bucket=versioned, Key="a-key", Body=b"old")["VersionId"]
    s3.put_object(Bucket=versioned, Key="a-key", Body=b"new")
    reply = s3.copy_object(
        Bucket=versioned, Key="a-key", CopySource={"Bucket": versioned, "Key": "a-key", "VersionId": old}
    )
    assert reply["CopySourceVersionId"] == old
    current = s3.get_object(Bucket=versioned, Key="a-key")
    assert (current["VersionId"], current["Body"].read()) == (reply["VersionId"], b"old")
    # Named, even the latest version may be copied onto its key; not named, it may not (getmoto/moto#7303 tried S3).
    s3.copy_object(
        Bucket=versioned,
        Key="a-key",
        CopySource={"Bucket": versioned, "Key": "a-key", "VersionId": current["VersionId"]},
    )
    with refused("InvalidRequest", 400):
        s3.copy_object(Bucket=versioned, Key="a-key", CopySource=f"{versioned}/a-key")


def test_the_response_has_version_ids_only_of_versioned_buckets(s3: S3Client, bucket: str, source: str) -> None:
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    into: Any = s3.copy_object(Bucket="versioned", Key="copy", CopySource=source)
    assert "CopySourceVersionId" not in into
    out: Any = s3.copy_object(Bucket=bucket, Key="back", CopySource="versioned/copy")
    assert out["CopySourceVersionId"] == into["VersionId"]
    assert "VersionId" not in out


def test_a_copy_in_a_suspended_bucket_answers_null_for_the_copy_only(s3: S3Client, bucket: str, source: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    reply: Any = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    assert (reply["VersionId"], "CopySourceVersionId" in set(reply)) == ("null", False)
    # PutObject answers without it (s3_facts 30).
    assert "VersionId" not in s3.put_object(Bucket=bucket, Key="put")


# Checksums


@pytest.mark.model("HeadObject.ChecksumType")
def test_a_copy_has_the_requested_checksum_or_that_of_its_source(s3: S3Client, bucket: str, source: str) -> None:
    reply = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, ChecksumAlgorithm="SHA256")
    assert reply["CopyObjectResult"]["ChecksumSHA256"] == HELLO_SHA256
    reply = s3.copy_object(Bucket=bucket, Key="another", CopySource=f"{bucket}/copy")
    assert reply["CopyObjectResult"]["ChecksumSHA256"] == HELLO_SHA256
    assert "ChecksumCRC32" not in reply["CopyObjectResult"]
    head = s3.head_object(Bucket=bucket, Key="another", ChecksumMode="ENABLED")
    assert (head["ChecksumSHA256"], head["ChecksumType"]) == (HELLO_SHA256, "FULL_OBJECT")


@pytest.mark.model("CopyObjectResult.ChecksumSHA512")
@pytest.mark.parametrize("name", ["SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"])
def test_a_copy_can_have_any_checksum_algorithm(s3: S3Client, bucket: str, source: str, name: Any) -> None:
    member = f"Checksum{name}"
    copied: Any = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, ChecksumAlgorithm=name)
    result, head = copied["CopyObjectResult"], s3.head_object(Bucket=bucket, Key="copy", ChecksumMode="ENABLED")
    assert (result[member], result["ChecksumType"]) == (head.get(member), "FULL_OBJECT")
    s3.put_object(**{"Bucket": bucket, "Key": "same", "Body": b"hello", member: result[member]})


def test_a_copy_with_an_unknown_checksum_algorithm_is_refused(s3: S3Client, bucket: str, source: str) -> None:
    # API page CopyObject: unrecognized or unsupported values are a 400.
    with refused("InvalidRequest", 400):
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, ChecksumAlgorithm="MD4")  # type: ignore[arg-type]


@pytest.mark.model("UploadPart.ChecksumCRC64NVME")
def test_the_copy_of_a_multipart_object_has_no_parts(s3: S3Client, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="source", ChecksumAlgorithm="CRC32")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="source", UploadId=upload, PartNumber=1, Body=b"hello")
    listed: Any = [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]}]
    s3.complete_multipart_upload(Bucket=bucket, Key="source", UploadId=upload, MultipartUpload={"Parts": listed})
    assert s3.head_object(Bucket=bucket, Key="source")["ETag"].endswith('-1"')
    result = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/source")["CopyObjectResult"]
    assert result["ETag"] == '"5d41402abc4b2a76b9719d911017c592"'
    assert (result["ChecksumCRC32"], result["ChecksumType"]) == (HELLO_CRC32, "FULL_OBJECT")


# Sources


def test_a_source_can_begin_with_a_slash_and_is_url_encoded(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="é +%?versionId=x", Body=b"hello")
    for source in (
        f"{bucket}/%C3%A9%20%2B%25%3FversionId=x",
        f"/{bucket}/%C3%A9+%2B%25%3FversionId=x",
        f"%2F{bucket}%2F%c3%a9%20%2b%25%3FversionId%3Dx",
    ):
        assert copied(s3, bucket, source) == b"hello"


def copied(s3: S3Client, bucket: str, source: str) -> bytes:
    """Copy from a source that is encoded already: botocore would encode it again."""

    def send(params: dict[str, Any], **_: object) -> None:
        params["headers"]["x-amz-copy-source"] = source

    s3.meta.events.register("before-call.s3.CopyObject", send)
    try:
        s3.copy_object(Bucket=bucket, Key="copy", CopySource="is/replaced")
    finally:
        s3.meta.events.unregister("before-call.s3.CopyObject", send)
    return s3.get_object(Bucket=bucket, Key="copy")["Body"].read()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "Invalid copy source bucket name"),
        ("/", "Invalid copy source bucket name"),
        ("//a-key", "Invalid copy source bucket name"),
        ("UPPER/a-key", "Invalid copy source bucket name"),
        ("a-bucket", "Invalid copy source object key"),
        ("a-bucket/", "Invalid copy source object key"),
        ("a-bucket/%", "Invalid copy source encoding"),
        ("a-bucket/%zz", "Invalid copy source encoding"),
        ("a-bucket/%ff", "Invalid copy source encoding"),
    ],
)
def test_a_source_that_names_no_object_is_invalid(s3: S3Client, bucket: str, source: str, message: str) -> None:
    with refused("InvalidArgument", 400) as refusal:
        copied(s3, bucket, source)
    assert refusal.error["Message"] == message
    assert refusal.error["ArgumentName"] == "x-amz-copy-source"


def test_the_error_for_a_missing_source_names_it(s3: S3Client, bucket: str, source: str) -> None:
    with refused("NoSuchBucket", 404, BucketName="no-such-bucket"):
        s3.copy_object(Bucket=bucket, Key="copy", CopySource="no-such-bucket/source")
    with refused("NoSuchBucket", 404, BucketName="no-such-bucket"):
        s3.copy_object(Bucket="no-such-bucket", Key="copy", CopySource=source)
    with refused("NoSuchKey", 404, Key="no-such-key"):
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/no-such-key")
    with refused("InvalidArgument", 400, ArgumentName="versionId", ArgumentValue="made-up"):
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{source}?versionId=made-up")


def test_a_delete_marker_cannot_be_copied(s3: S3Client, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="source")["VersionId"]
    marker = s3.delete_object(Bucket=versioned, Key="source")["VersionId"]
    with refused("NoSuchKey", 404, Key="source"):
        s3.copy_object(Bucket=versioned, Key="copy", CopySource=f"{versioned}/source")
    with refused("InvalidRequest", 400) as refusal:
        s3.copy_object(Bucket=versioned, Key="copy", CopySource=f"{versioned}/source?versionId={marker}")
    assert "delete marker" in refusal.error["Message"]
    s3.delete_object(Bucket=versioned, Key="source", VersionId=version)
    with refused("NoSuchVersion", 404, Key="source", VersionId=version):
        s3.copy_object(Bucket=versioned, Key="copy", CopySource=f"{versioned}/source?versionId={version}")


def test_a_source_of_more_than_5_gib_can_only_be_copied_in_parts() -> None:
    with mock_s3() as mock:
        s3 = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        mebibyte = blobs.Blob.of(bytes(1 << 20))
        owner = account("123456789012")
        large = Version(
            key="large",
            blob=blobs.concat([mebibyte] * 5121),
            last_modified=datetime.now(timezone.utc),
            owner=owner,
            acl=private(owner),
            etag="0" * 32,
        )
        bucket = mock.cloud.namespace.get("a-bucket")
        assert bucket is not None
        bucket.commit(lambda state: versions.put(state, large))
        with refused("InvalidRequest", 400) as refusal:
            s3.copy_object(Bucket="a-bucket", Key="copy", CopySource="a-bucket/large")
        assert refusal.error["Message"].endswith("maximum allowable size for a copy source: 5368709120")


def test_an_access_point_as_source_has_to_exist(s3: S3Client, bucket: str) -> None:
    arn = "arn:aws:s3:us-east-1:123456789012:accesspoint/an-access-point/object/a-key"
    with refused("NoSuchAccessPoint", 404, AccessPointName="an-access-point"):
        copied(s3, bucket, arn)


def test_failed_conditions_on_the_source_are_a_412_naming_their_header(s3: S3Client, bucket: str, source: str) -> None:
    head = s3.head_object(Bucket=bucket, Key="source")
    etag, modified = head["ETag"], head["LastModified"]
    hour = timedelta(hours=1)
    failing: dict[str, Any] = {
        "If-Match": {"CopySourceIfMatch": '"another"'},
        "If-None-Match": {"CopySourceIfNoneMatch": etag},
        "If-Modified-Since": {"CopySourceIfModifiedSince": modified},
        "If-Unmodified-Since": {"CopySourceIfUnmodifiedSince": modified - hour},
    }
    for name, condition in failing.items():
        with refused("PreconditionFailed", 412, Condition=f"x-amz-copy-source-{name}"):
            s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, **condition)
    holding: list[Any] = [
        {"CopySourceIfMatch": etag},
        {"CopySourceIfNoneMatch": "another"},
        {"CopySourceIfModifiedSince": modified - hour},
        {"CopySourceIfUnmodifiedSince": modified},
        {"CopySourceIfMatch": etag, "CopySourceIfUnmodifiedSince": modified - hour},
    ]
    for condition in holding:
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, **condition)


# Across regions and accounts


@mock_s3()
def test_objects_can_be_copied_between_regions() -> None:
    here: Any = client("111111111111", "eu-west-1")
    there: Any = client("111111111111", "ap-southeast-2")
    for s3, name, region in ((here, "here", "eu-west-1"), (there, "there", "ap-southeast-2")):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    here.put_object(Bucket="here", Key="source", Body=b"hello")
    there.copy_object(Bucket="there", Key="copy", CopySource="here/source")
    assert there.get_object(Bucket="there", Key="copy")["Body"].read() == b"hello"


@mock_s3()
def test_the_caller_owns_the_copy_and_can_expect_an_owner_of_the_source() -> None:
    one, two = client("111111111111"), client("222222222222")
    one.create_bucket(Bucket="of-one")
    one.put_object(Bucket="of-one", Key="source", Body=b"hello")
    two.create_bucket(Bucket="of-two")
    copy: Any = {"Bucket": "of-two", "Key": "copy", "CopySource": "of-one/source"}
    two.copy_object(**copy, ExpectedSourceBucketOwner="111111111111", ExpectedBucketOwner="222222222222")
    owner = two.list_buckets()["Owner"]["ID"]
    assert two.get_object_acl(Bucket="of-two", Key="copy")["Owner"]["ID"] == owner
    with refused("AccessDenied", 403):
        two.copy_object(**copy, ExpectedSourceBucketOwner="222222222222")
    with refused("AccessDenied", 403):
        two.copy_object(**copy, ExpectedBucketOwner="111111111111")


@mock_s3(bucket_defaults="current")
def test_the_bucket_owner_owns_the_copy_where_ownership_is_enforced() -> None:
    one, two = client("111111111111"), client("222222222222")
    one.create_bucket(Bucket="of-one")
    two.create_bucket(Bucket="of-two")
    two.put_object(Bucket="of-two", Key="source")
    two.copy_object(Bucket="of-one", Key="copy", CopySource="of-two/source")
    (copy,) = one.list_objects_v2(Bucket="of-one", FetchOwner=True)["Contents"]
    assert copy["Owner"]["ID"] == one.list_buckets()["Owner"]["ID"]
