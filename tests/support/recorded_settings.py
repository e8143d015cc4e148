"""The requests of the recorded conversations about settings of buckets, locks, checksums and customers' keys."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta, timezone
from hashlib import md5
from typing import TYPE_CHECKING, Any

from tests.support.recordings import NO_BUCKET, requests_of

if TYPE_CHECKING:
    from tests.support.recordings import Conversation

LIFECYCLE = "objects/TestS3BucketLifecycle"


def _rules(c: Conversation, *rules: dict[str, Any]) -> None:
    """Set the lifecycle, and compare how it is read."""
    enabled = [{"Status": "Enabled", **rule} for rule in rules]
    c("", "put_bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": enabled})
    c("get-bucket-lifecycle-conf", "get_bucket_lifecycle_configuration")


@requests_of(LIFECYCLE)
def test_bucket_lifecycle_configuration_date(c: Conversation) -> None:
    date = datetime(2030, 1, 1, tzinfo=timezone.utc)
    _rules(c, {"Expiration": {"Date": date}, "ID": "rule_number_one", "Filter": {}})


@requests_of(LIFECYCLE)
def test_bucket_lifecycle_multiple_rules(c: Conversation) -> None:
    prefixes = {"rule_one": "testobject", "rule_two": "test", "rule_three": "t"}
    _rules(
        c,
        *(
            {"Expiration": {"Days": days}, "ID": name, "Filter": {"Prefix": prefix}}
            for days, (name, prefix) in enumerate(prefixes.items(), 10)
        ),
    )
    c("put-object-match-both-rules", "put_object", Key="testobject", Body="test")
    c("put-object-match-rule-2", "put_object", Key="test", Body="test")
    c("put-object-no-match", "put_object", Key="no-rules", Body="test")


@requests_of(LIFECYCLE)
def test_bucket_lifecycle_object_size_rules(c: Conversation) -> None:
    large: dict[str, Any] = {"Filter": {"ObjectSizeGreaterThan": 20}}
    small: dict[str, Any] = {"Filter": {"ObjectSizeLessThan": 10}}
    days = {"Days": 10}
    _rules(c, {"Expiration": days, "ID": "rule_one", **large}, {"Expiration": days, "ID": "rule_two", **small})
    c("put-object-match-rule-1", "put_object", Key="rule-1", Body="a" * 22)
    c("put-object-match-rule-2", "put_object", Key="rule-2", Body="a" * 5)
    c("put-object-no-match", "put_object", Key="no-match", Body="a" * 15)


@requests_of(LIFECYCLE)
def test_bucket_lifecycle_tag_rules(c: Conversation) -> None:
    one = {"Key": "testlifecycle", "Value": "positive"}
    two = {"Key": "testlifecycletwo", "Value": "positive-two"}
    _rules(
        c,
        {"Expiration": {"Days": 10}, "ID": "rule_one", "Filter": {"Tag": one}},
        {"Expiration": {"Days": 10}, "ID": "rule_two", "Filter": {"And": {"Tags": [one, two]}}},
    )
    tags = {
        "match-both-rules": "testlifecycle=positive&testlifecycletwo=positive-two",
        "match-rule-1": "testlifecycle=positive",
        "no-match": "testlifecycle=negative",
        "no-tags": "",
    }
    for step, tagging in tags.items():
        c(f"put-object-{step}", "put_object", Key=step, Body="test", Tagging=tagging)
        c(f"get-object-{step}", "get_object", Key=step)


@requests_of(LIFECYCLE)
def test_lifecycle_expired_object_delete_marker(c: Conversation) -> None:
    _rules(c, {"Expiration": {"ExpiredObjectDeleteMarker": True}, "ID": "rule-marker", "Filter": {}})
    c("put-object", "put_object", Key="key", Body="test")
    c("head-object", "head_object", Key="key")


@requests_of(LIFECYCLE)
def test_s3_transition_default_minimum_object_size(c: Conversation) -> None:
    rule = {"Expiration": {"Days": 7}, "ID": "wholebucket", "Filter": {"Prefix": ""}, "Status": "Enabled"}
    sizes = {
        "bad-value": "value",
        "varies-by-storage": "varies_by_storage_class",
        "all-storage": "all_storage_classes_128K",
        "default": "",
    }
    for step, size in sizes.items():
        more = {"TransitionDefaultMinimumObjectSize": size} if size else {}
        c(step, "put_bucket_lifecycle_configuration", LifecycleConfiguration={"Rules": [rule]}, **more)
        if size != "value":
            c(f"get-{step}", "get_bucket_lifecycle_configuration")


LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
LOGGING = "objects/TestS3BucketLogging"


def _log(c: Conversation, step: str, target: str, bucket: str = "a-bucket", **more: Any) -> None:
    enabled = {"TargetBucket": target, "TargetPrefix": "log", **more}
    c(step, "put_bucket_logging", Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled})


def _create(c: Conversation, region: str) -> str:
    """A new bucket of a region."""
    bucket = f"bucket-of-{region}"
    c("", "create_bucket", Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    return bucket


@requests_of(LOGGING)
def test_put_bucket_logging_accept_wrong_grants(c: Conversation) -> None:
    c("", "create_bucket", Bucket="log-bucket", ObjectOwnership="ObjectWriter")
    granted: Any = {"GrantWrite": f'uri="{LOG_DELIVERY}"', "GrantReadACP": f'uri="{LOG_DELIVERY}"'}
    c("", "put_bucket_acl", Bucket="log-bucket", **granted)
    group = {"URI": LOG_DELIVERY, "Type": "Group"}
    grants = [{"Grantee": group, "Permission": permission} for permission in ("WRITE", "READ_ACP")]
    _log(c, "put-bucket-logging", "log-bucket", TargetGrants=grants)
    c("get-bucket-logging", "get_bucket_logging")


@requests_of(LOGGING)
def test_put_bucket_logging_cross_locations(c: Conversation) -> None:
    west, east = _create(c, "us-west-2"), _create(c, "us-east-2")
    _log(c, "put-bucket-logging-cross-us-east-1", west)
    c.connect("us-east-2")
    _log(c, "put-bucket-logging-different-regions", west, east)


@requests_of(LOGGING)
def test_put_bucket_logging_wrong_target(c: Conversation) -> None:
    _log(c, "put-bucket-logging-different-regions", _create(c, "us-west-2"))
    _log(c, "put-bucket-logging-non-existent-bucket", NO_BUCKET)


@requests_of("objects/TestS3BucketReplication")
def test_replication_config_without_filter(c: Conversation) -> None:
    def put(step: str, destination: str) -> None:
        minutes = {"Minutes": 15}
        rule = {
            "ID": "rtc",
            "Priority": 0,
            "Filter": {},
            "Status": "Disabled",
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {
                "Bucket": f"arn:aws:s3:::{destination}",
                "StorageClass": "STANDARD",
                "ReplicationTime": {"Status": "Enabled", "Time": minutes},
                "Metrics": {"Status": "Enabled", "EventThreshold": minutes},
            },
        }
        role = "arn:aws:iam::123456789012:role/replication"
        c(step, "put_bucket_replication", ReplicationConfiguration={"Role": role, "Rules": [rule]})

    c.versioned()
    put("expected_error_dest_does_not_exist", NO_BUCKET)
    c("", "create_bucket", Bucket="another-bucket")
    put("expected_error_dest_versioning_disabled", "another-bucket")
    enabled: Any = {"Status": "Enabled"}
    c("", "put_bucket_versioning", Bucket="another-bucket", VersioningConfiguration=enabled)
    put("put-bucket-replication", "another-bucket")
    c("get-bucket-replication", "get_bucket_replication")


UPLOADS = "objects/TestS3MultipartUploadChecksum"


def _read_completed(c: Conversation, key: dict[str, Any]) -> None:
    """The reads that both conversations about a completed upload end with."""
    members = ["Checksum", "ETag", "ObjectParts"]
    c("get-object-with-checksum", "get_object", **key, ChecksumMode="ENABLED")
    c("head-object-with-checksum", "head_object", **key, ChecksumMode="ENABLED")
    c("get-object-attrs", "get_object_attributes", **key, ObjectAttributes=members)
    copy: Any = {"Key": "copied", "CopySource": {"Bucket": c.bucket, **key}}
    c("copy-obj-checksum", "copy_object", **copy)
    c("get-copy-object-attrs", "get_object_attributes", Key="copied", ObjectAttributes=members)


@requests_of(UPLOADS)
def test_complete_multipart_parts_checksum_default(c: Conversation) -> None:
    key: Any = {"Key": "test-multipart-checksum"}
    c.body_read = True
    upload: Any = {**key, "UploadId": c("create-mpu-no-checksum", "create_multipart_upload", **key)["UploadId"]}
    c("list-multiparts", "list_multipart_uploads")
    step = "upload-part-different-checksum-than-default"
    part = c(step, "upload_part", **upload, PartNumber=1, Body="aaa", ChecksumAlgorithm="CRC32C")
    c("list-parts", "list_parts", **upload)

    def complete(step: str, checksum: str = "", **more: str) -> None:
        named = {"PartNumber": 1, "ETag": part["ETag"], **({"ChecksumCRC32C": checksum} if checksum else {})}
        step = f"complete-multipart-{step}"
        c(step, "complete_multipart_upload", **upload, MultipartUpload={"Parts": [named]}, **more)

    complete("wrong-parts-checksum", "AAAAAA==")
    complete("parts-checksum", part["ChecksumCRC32C"])
    complete("composite-type", ChecksumType="COMPOSITE")
    complete("full-object-type", ChecksumType="FULL_OBJECT")
    complete("checksum")
    _read_completed(c, key)


@requests_of(UPLOADS, "CRC32")
def test_complete_multipart_parts_checksum_full_object(c: Conversation, variant: Any) -> None:
    key: Any = {"Key": "test-multipart-checksum"}
    checksum: Any = {"ChecksumAlgorithm": variant}
    started = c("create-mpu-checksum", "create_multipart_upload", **key, **checksum, ChecksumType="FULL_OBJECT")
    upload: Any = {**key, "UploadId": started["UploadId"]}
    parts = []
    for index, size in enumerate((5242881, 5242881, 10)):
        sent: Any = {"PartNumber": index + 1, "Body": b"a" * size, **checksum}
        part = c(f"upload-part-{index}", "upload_part", **upload, **sent)
        value = part[f"Checksum{variant}"]
        parts.append({"PartNumber": index + 1, "ETag": part["ETag"], f"Checksum{variant}": value})
    c("list-parts", "list_parts", **upload)
    wrong = [*parts[:2], {**parts[2], f"Checksum{variant}": "AAAAAA=="}]
    for step, named in (("-wrong-parts", wrong), ("", parts)):
        c(f"complete-multipart{step}-checksum", "complete_multipart_upload", **upload, MultipartUpload={"Parts": named})
    c("get-object-part-checksum", "get_object", **key, PartNumber=3, ChecksumMode="ENABLED")
    c.body_read = True
    _read_completed(c, key)


@requests_of(UPLOADS)
def test_multipart_parts_checksum_exceptions_full_object(c: Conversation) -> None:
    key: Any = {"Key": "test-multipart-checksum-exc"}
    full: Any = {"ChecksumType": "FULL_OBJECT"}
    checksum: Any = {"ChecksumAlgorithm": "CRC32C"}
    c("create-mpu-no-checksum-algo-with-type", "create_multipart_upload", **key, **full)
    started = c("create-mpu-checksum-crc32c", "create_multipart_upload", **key, **full, **checksum)
    upload: Any = {**key, "UploadId": started["UploadId"]}
    c("list-multiparts", "list_multipart_uploads")
    sent: Any = {**upload, "PartNumber": 1, "Body": "abc"}
    c("upload-part-different-checksum-exc", "upload_part", **sent, ChecksumAlgorithm="CRC32")
    c.connect(request_checksum_calculation="when_required")
    part = c("upload-part-no-checksum-ok", "upload_part", **sent)
    good: Any = {"ChecksumCRC32C": part["ChecksumCRC32C"]}

    def complete(step: str, **more: str) -> None:
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        c(f"complete-{step}", "complete_multipart_upload", **upload, MultipartUpload=parts, **more)

    complete("part-bad-checksum", ChecksumCRC32C="AAAAAA==", **full)
    complete("part-bad-checksum-type", ChecksumType="COMPOSITE", **good)
    # Which checksums were sent does not follow from these answers: each is of a kind that S3 refuses in these words.
    complete("part-bad-checksum-algo", ChecksumCRC32="AAAAAA==", **full)
    complete("part-good-checksum-no-type", **good)
    complete("part-only-checksum-algo", ChecksumCRC32C="AAAAAA==")
    complete("part-only-checksum-algo-diff", ChecksumCRC32="AAAAAA==")
    complete("success", **full, **good)
    c("create-mpu-with-checksum", "create_multipart_upload", **key, **full, **checksum)


PUTS = "objects/TestS3PutObjectChecksum"


@requests_of(PUTS)
def test_s3_checksum_no_automatic_sdk_calculation(c: Conversation) -> None:
    key: Any = {"Key": "key", "Body": "test data.."}
    head: Any = {"Key": "key", "ChecksumMode": "ENABLED"}
    sha256: Any = {"ChecksumSHA256": c.recorded["head-obj-right-checksum"]["ChecksumSHA256"]}
    c.connect(request_checksum_calculation="when_required")
    c.raw("wrong-checksum", f"/{c.bucket}/key", "PUT", x_amz_checksum_sha256="wrong")
    c("", "put_object", **key)
    c("head-obj-no-checksum", "head_object", **head)
    c("get-obj-attrs-no-checksum", "get_object_attributes", Key="key", ObjectAttributes=["Checksum"])
    c("copy-obj-default-checksum", "copy_object", Key="copy", CopySource={"Bucket": c.bucket, "Key": "key"})
    c("get-copy-obj-attrs-no-checksum", "get_object_attributes", Key="copy", ObjectAttributes=["Checksum"])
    c("", "put_object", **key, **sha256)
    c("head-obj-right-checksum", "head_object", **head)
    # PutObject does not know the header x-amz-checksum-algorithm, which creates uploads.
    sent: Any = {"x_amz_checksum_sha256": sha256["ChecksumSHA256"], "x_amz_checksum_algorithm": "CRC32"}
    c.send("PUT", f"/{c.bucket}/key", body=b"test data..", **sent)
    c("head-obj-diff-checksum-algo", "head_object", **head)
    c.send("PUT", f"/{c.bucket}/key", body=b"test data..", x_amz_checksum_algorithm="SHA256")
    c("head-obj-only-checksum-algo", "head_object", **head)


@requests_of(PUTS)
def test_s3_checksum_with_content_encoding(c: Conversation) -> None:
    key: Any = {"Key": "data.gz"}
    c.body_unknown = c.body_read = True
    c("put-object", "put_object", **key, Body="a" * 41, ChecksumAlgorithm="SHA256", ContentEncoding="gzip")
    c("get-object", "get_object", **key)
    c("get-object-with-checksum", "get_object", **key, ChecksumMode="ENABLED")
    c("get-object-attrs", "get_object_attributes", **key, ObjectAttributes=["Checksum"])


RETENTION = "objects/TestS3ObjectLockRetention"


def _retention(days: float, mode: str = "GOVERNANCE") -> dict[str, Any]:
    return {"Mode": mode, "RetainUntilDate": datetime.now(timezone.utc) + timedelta(days=days)}


def _lock() -> dict[str, Any]:
    """The parameters of a PutObject with a retention of ten days."""
    until = _retention(10)
    return {"ObjectLockMode": until["Mode"], "ObjectLockRetainUntilDate": until["RetainUntilDate"]}


def _put_locked(c: Conversation) -> None:
    """Put and look at the object "locked", of 20 bytes, with a retention."""
    c.locked()
    c.body_unknown = True
    c("put-object-with-lock", "put_object", Key="locked", Body="a" * 20, **_lock())
    c("head-object-with-lock", "head_object", Key="locked")


@requests_of(RETENTION)
def test_object_lock_delete_markers(c: Conversation) -> None:
    _put_locked(c)
    marker: Any = {"Key": "locked", "VersionId": c("put-delete-marker", "delete_object", Key="locked")["VersionId"]}
    c("put-object-retention-delete-marker", "put_object_retention", **marker, Retention=_retention(20))
    c("get-object-retention-delete-marker", "get_object_retention", **marker)
    c("head-object-locked-delete-marker", "head_object", **marker)


@requests_of(RETENTION)
def test_object_lock_extend_duration(c: Conversation) -> None:
    _put_locked(c)
    c("put-object-retention-extend", "put_object_retention", Key="locked", Retention=_retention(20))
    c("head-object-with-lock-extended", "head_object", Key="locked")
    c("put-object-retention-reduce", "put_object_retention", Key="locked", Retention=_retention(5))


@requests_of(RETENTION)
def test_s3_object_retention(c: Conversation) -> None:
    c.locked()

    def retain(step: str, key: str, retention: dict[str, Any], **more: Any) -> None:
        c(step, "put_object_retention", Key=key, Retention=retention, **more)

    first: Any = {
        "Key": "key-1",
        "VersionId": c("put-obj-locked-1", "put_object", Key="key-1", Body="test")["VersionId"],
    }
    retain("put-object-retention-on-key-1", "key-1", _retention(10))
    c("get-object-retention-on-key-1", "get_object_retention", Key="key-1")
    c("head-object-locked", "head_object", Key="key-1")
    c("delete-obj-locked", "delete_object", **first)
    c("delete-obj-locked-bypass", "delete_object", **first, BypassGovernanceRetention=True)
    c("put-obj-locked-2", "put_object", Key="key-2", Body="test", **_lock())
    retain("update-retention-object", "key-2", _retention(20))
    retain("update-retention-locked-object", "key-2", _retention(5))
    retain("put-object-empty-retention", "key-2", {}, BypassGovernanceRetention=True)


@requests_of(RETENTION)
def test_s3_object_retention_exc(c: Conversation) -> None:
    regular = c.bucket
    c("", "put_object", Key="key", Bucket=regular)
    c.locked()

    def retain(step: str, retention: Any, key: str = "key", **where: Any) -> None:
        c(step, "put_object_retention", Key=key, Retention=retention, **where)

    c("", "put_object", Key="key")
    retain("put-object-retention-no-bucket", _retention(10), Bucket=NO_BUCKET)
    retain("put-object-retention-no-key", _retention(10), "non-existing-key")
    c("get-object-retention-never-set", "get_object_retention", Key="key")
    retain("put-object-missing-retention-fields", {"Mode": "GOVERNANCE"})
    past = {"Mode": "GOVERNANCE", "RetainUntilDate": datetime(2020, 1, 1, tzinfo=timezone.utc)}
    retain("update-retention-past-date", past)
    retain("update-retention-bad-value", _retention(10, "BAD-VALUE"))
    retain("", _retention(10))
    retain("update-retention-no-bypass", _retention(5))
    retain("put-object-retention-regular-bucket", _retention(10), Bucket=regular)
    c("get-object-retention-regular-bucket", "get_object_retention", Key="key", Bucket=regular)


CUSTOMER_KEYS = "objects/TestS3SSECEncryption"
SECRET = "01234567890123456789012345678901"
ENCODED = {
    "SSECustomerAlgorithm": "AES256",
    "SSECustomerKey": b64encode(SECRET.encode()).decode(),
    "SSECustomerKeyMD5": b64encode(md5(SECRET.encode(), usedforsecurity=False).digest()).decode(),
}
"""A customer's key for GetObjectAttributes, where boto3 neither encodes it nor adds its digest."""
ENCODED_TWICE = {name: value for name, value in ENCODED.items() if name != "SSECustomerKeyMD5"}
"""What an encoded key without a digest becomes: boto3 encodes it once more, and adds the digest of that."""
WRONG_DIGEST = ENCODED["SSECustomerKeyMD5"][::-1].strip("=") + "=="


def _secret(**changes: str) -> dict[str, str]:
    """The parameters of a customer's key; boto3 adds the digest of a key that has none."""
    return {"SSECustomerKey": SECRET, "SSECustomerAlgorithm": "AES256", **changes}


@requests_of(CUSTOMER_KEYS)
def test_put_object_lifecycle_with_sse_c(c: Conversation) -> None:
    key: Any = {"Key": "test-sse-c"}
    c.body_unknown = True  # the key is not recorded: the ETag is another one
    c.hide("SSECustomerKeyMD5")
    c("put-obj-sse-c", "put_object", **key, Body="test_data", **_secret())
    c("head-obj-sse-c", "head_object", **key, **_secret())
    c("get-obj-sse-c", "get_object", **key, **_secret())
    c("get-obj-attrs-sse-c", "get_object_attributes", **key, **ENCODED, ObjectAttributes=["ETag", "ObjectSize"])
    c("del-obj-sse-c", "delete_object", **key)


@requests_of(CUSTOMER_KEYS)
def test_sse_c_with_versioning(c: Conversation) -> None:
    key: Any = {"Key": "test-sse-c"}
    c.body_unknown = True  # the keys are not recorded: the ETags are others
    c.hide("SSECustomerKeyMD5")
    c.versioned()
    other = _secret(SSECustomerKey=SECRET[::-1])
    first = c("put-obj-sse-c-version-1", "put_object", **key, Body="version1", **_secret())["VersionId"]
    second = c("put-obj-sse-c-version-2", "put_object", **key, Body="version2", **other)["VersionId"]
    c("get-obj-sse-c-last-version-wrong-key", "get_object", **key, **_secret())
    c("get-obj-sse-c-last-version", "get_object", **key, **other)
    c("get-obj-sse-c-version-1", "get_object", **key, **_secret(), VersionId=first)
    c("get-obj-sse-c-version-2", "get_object", **key, **other, VersionId=second)


@requests_of(CUSTOMER_KEYS)
def test_put_object_validation_sse_c(c: Conversation) -> None:
    key: Any = {"Key": "test-sse-c", "Body": "test_data"}
    c("put-obj-sse-c-no-algo", "put_object", **key, SSECustomerKey=SECRET)
    c("put-obj-sse-c-no-key", "put_object", **key, SSECustomerAlgorithm="AES256")
    c("put-obj-sse-c-wrong-algo", "put_object", **key, **_secret(SSECustomerAlgorithm="KMS"))
    c("put-obj-sse-c-no-md5", "put_object", **key, **ENCODED_TWICE)
    c("put-obj-sse-c-wrong-key-size", "put_object", **key, **_secret(SSECustomerKey="short"))
    c("put-obj-sse-c-bad-md5", "put_object", **key, **_secret(SSECustomerKeyMD5=WRONG_DIGEST))
    c("put-obj-sse-c-both-encryption", "put_object", **key, **_secret(), ServerSideEncryption="AES256")


@requests_of(CUSTOMER_KEYS)
def test_object_retrieval_sse_c(c: Conversation) -> None:
    key: Any = {"Key": "test-sse-c"}
    c.body_unknown = True
    c.hide("SSECustomerKeyMD5")
    c("put-obj-sse-c", "put_object", **key, Body="test_data", **_secret())
    c("get-obj-no-sse-c", "get_object", **key)
    c("get-obj-sse-c-wrong-key", "get_object", **key, **_secret(SSECustomerKey=SECRET[::-1]))
    c("get-obj-sse-c-no-md5", "get_object", **key, **ENCODED_TWICE)
    c("head-obj-sse-c-no-md5", "head_object", **key, **ENCODED_TWICE)
    c("get-obj-sse-c-wrong-algo", "get_object", **key, **_secret(SSECustomerAlgorithm="KMS"))
    c("head-obj-sse-c-wrong-algo", "head_object", **key, **_secret(SSECustomerAlgorithm="KMS"))
    c("get-obj-sse-c-bad-md5", "get_object", **key, **{**ENCODED, "SSECustomerKeyMD5": WRONG_DIGEST})
    algorithm: Any = {**key, **ENCODED, "SSECustomerAlgorithm": "KMS", "ObjectAttributes": ["ETag"]}
    c("get-obj-attrs-sse-c-wrong-algo", "get_object_attributes", **algorithm)


@requests_of(CUSTOMER_KEYS)
def test_put_object_default_checksum_with_sse_c(c: Conversation) -> None:
    key: Any = {"Key": "test-sse-c"}
    c.etag_unknown = True
    c.hide("SSECustomerKeyMD5")
    c.connect(request_checksum_calculation="when_required")
    c("", "put_object", **key, Body="test data..", **_secret())
    c("get-obj-sse-c", "get_object", **key, **_secret(), ChecksumMode="ENABLED")
    c("head-obj-sse-c", "head_object", **key, **_secret(), ChecksumMode="ENABLED")
    c("get-obj-attrs-sse-c", "get_object_attributes", **key, **ENCODED, ObjectAttributes=["Checksum", "ETag"])


@requests_of("objects/TestS3StaticWebsiteHosting")
def test_validate_website_configuration(c: Conversation) -> None:
    index = {"Suffix": "index.html"}
    redirect = {"HostName": "example.org"}

    def routed(condition: Any = None, **more: Any) -> dict[str, Any]:
        rule = {"Redirect": {"HostName": "example.org", **more}}
        return {
            "IndexDocument": index,
            "RoutingRules": [rule if condition is None else {"Condition": condition, **rule}],
        }

    configurations: list[dict[str, Any]] = [
        {"IndexDocument": {"Suffix": "/index.html"}},
        {"IndexDocument": {"Suffix": ""}},
        {"IndexDocument": index, "RedirectAllRequestsTo": redirect},
        {"ErrorDocument": {"Key": "error.html"}},
        {"RedirectAllRequestsTo": {**redirect, "Protocol": "protocol"}},
        routed({"KeyPrefixEquals": "prefix"}, ReplaceKeyPrefixWith="new", ReplaceKeyWith="new"),
        routed({}),
        {"IndexDocument": index, "RoutingRules": []},
    ]
    for number, configuration in enumerate(configurations):
        c(f"invalid-website-conf-{number}", "put_bucket_website", WebsiteConfiguration=configuration)
