"""Deleting objects, one or many: markers, versions, and what is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from s3mock.backend.cloud import Cloud
from s3mock.http import Response
from s3mock.settings import Settings
from tests.support.digests import content_md5_of, crc32_of
from tests.support.raw_requests import ask
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MADE_UP = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"
NO_SUCH_VERSION = {"Code": "NoSuchVersion", "Message": "The specified version does not exist."}


def stack(s3: S3Client, bucket: str) -> list[tuple[str, bool]]:
    """The content of a bucket: each version id and whether it is a delete marker, newest first."""
    reply = s3.list_object_versions(Bucket=bucket)
    entries: list[Any] = [*reply.get("Versions", []), *reply.get("DeleteMarkers", [])]
    entries.sort(key=lambda entry: not entry["IsLatest"])
    return [(entry["VersionId"], "ETag" not in entry) for entry in entries]


def post(body: str, **headers: str) -> Response:
    """The response to a DeleteObjects that botocore would not send, for a bucket with ``a-key``."""
    cloud = Cloud(Settings())
    ask(cloud, "PUT", "/a-bucket")
    ask(cloud, "PUT", "/a-bucket/a-key")
    return ask(cloud, "POST", "/a-bucket?delete", body.encode(), **headers)


def test_a_delete_removes_the_object_and_returns_no_members(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    reply = s3.delete_object(Bucket=bucket, Key="a-key")
    assert without_metadata(reply) == {}
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert stack(s3, bucket) == []


def test_deleting_a_missing_object_is_a_success(s3: S3Client, bucket: str) -> None:
    assert without_metadata(s3.delete_object(Bucket=bucket, Key="no-such-key")) == {}


def test_a_delete_marker_hides_the_object_but_keeps_its_versions(s3: S3Client, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="a-key", Body=b"1")["VersionId"]
    reply = s3.delete_object(Bucket=versioned, Key="a-key")
    marker = reply["VersionId"]
    assert without_metadata(reply) == {"DeleteMarker": True, "VersionId": marker}
    assert stack(s3, versioned) == [(marker, True), (version, False)]
    assert s3.get_object(Bucket=versioned, Key="a-key", VersionId=version)["Body"].read() == b"1"


def test_the_error_for_a_key_under_a_delete_marker_has_the_marker(s3: S3Client, versioned: str) -> None:
    marker = s3.delete_object(Bucket=versioned, Key="a-key")["VersionId"]
    with refused("NoSuchKey", 404, Key="a-key") as refusal:
        s3.get_object(Bucket=versioned, Key="a-key")
    assert refusal.headers["x-amz-delete-marker"] == "true"
    assert refusal.headers["x-amz-version-id"] == marker
    with refused("404", 404) as refusal:
        s3.head_object(Bucket=versioned, Key="a-key")
    assert refusal.headers["x-amz-delete-marker"] == "true"


def test_a_delete_marker_itself_cannot_be_read(s3: S3Client, versioned: str) -> None:
    before = datetime.now(timezone.utc).replace(microsecond=0)
    marker = s3.delete_object(Bucket=versioned, Key="a-key")["VersionId"]
    with refused(
        "MethodNotAllowed",
        405,
        Method="GET",
        ResourceType="DeleteMarker",
        Message="The specified method is not allowed against this resource.",
    ) as refusal:
        s3.get_object(Bucket=versioned, Key="a-key", VersionId=marker)
    assert refusal.headers["x-amz-delete-marker"] == "true"
    assert refusal.headers["allow"] == "DELETE"
    assert before <= parsedate_to_datetime(refusal.headers["last-modified"]) <= datetime.now(timezone.utc)
    with refused("405", 405) as refusal:
        s3.head_object(Bucket=versioned, Key="a-key", VersionId=marker)
    assert refusal.headers["x-amz-delete-marker"] == "true"


def test_every_delete_adds_a_marker_even_to_a_missing_key(s3: S3Client, versioned: str) -> None:
    first = s3.delete_object(Bucket=versioned, Key="a-key")["VersionId"]
    second = s3.delete_object(Bucket=versioned, Key="a-key")["VersionId"]
    assert stack(s3, versioned) == [(second, True), (first, True)]


def test_deleting_the_marker_brings_the_object_back(s3: S3Client, versioned: str) -> None:
    s3.put_object(Bucket=versioned, Key="a-key", Body=b"1")
    marker = s3.delete_object(Bucket=versioned, Key="a-key")["VersionId"]
    reply = s3.delete_object(Bucket=versioned, Key="a-key", VersionId=marker)
    assert without_metadata(reply) == {"DeleteMarker": True, "VersionId": marker}
    assert s3.get_object(Bucket=versioned, Key="a-key")["Body"].read() == b"1"


def test_deleting_a_version_removes_it_for_good(s3: S3Client, versioned: str) -> None:
    first = s3.put_object(Bucket=versioned, Key="a-key", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=versioned, Key="a-key", Body=b"2")["VersionId"]
    for _ in range(2):  # deleting it again succeeds
        reply = s3.delete_object(Bucket=versioned, Key="a-key", VersionId=second)
        assert without_metadata(reply) == {"VersionId": second}
    assert stack(s3, versioned) == [(first, False)]
    assert s3.get_object(Bucket=versioned, Key="a-key")["Body"].read() == b"1"


def test_with_versioning_suspended_a_null_marker_replaces_the_null_version(s3: S3Client, versioned: str) -> None:
    kept = s3.put_object(Bucket=versioned, Key="a-key")["VersionId"]
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=versioned, Key="a-key")
    for _ in range(2):
        reply = s3.delete_object(Bucket=versioned, Key="a-key")
        assert without_metadata(reply) == {"DeleteMarker": True, "VersionId": "null"}
        assert stack(s3, versioned) == [("null", True), (kept, False)]
    reply = s3.delete_object(Bucket=versioned, Key="a-key", VersionId="null")
    assert without_metadata(reply) == {"DeleteMarker": True, "VersionId": "null"}
    assert stack(s3, versioned) == [(kept, False)]


def test_the_null_version_can_be_deleted_by_its_id(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    newer = s3.put_object(Bucket=bucket, Key="a-key")["VersionId"]
    reply = s3.delete_object(Bucket=bucket, Key="a-key", VersionId="null")
    assert without_metadata(reply) == {"VersionId": "null"}
    assert stack(s3, bucket) == [(newer, False)]


def test_the_null_version_can_be_deleted_where_versioning_was_never_set(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    assert without_metadata(s3.delete_object(Bucket=bucket, Key="a-key", VersionId="null")) == {}
    assert stack(s3, bucket) == []


def test_a_version_id_that_s3_cannot_generate_cannot_be_deleted(s3: S3Client, bucket: str) -> None:
    with refused(
        "InvalidArgument",
        400,
        ArgumentName="versionId",
        ArgumentValue=MADE_UP,
        Message="Invalid version id specified",
    ):
        s3.delete_object(Bucket=bucket, Key="a-key", VersionId=MADE_UP)


def test_a_bypass_is_refused_in_a_bucket_without_object_lock(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    header = "x-amz-bypass-governance-retention"
    message = "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets."
    for bypass in (True, False):
        with refused("InvalidArgument", 400, ArgumentName=header, Message=message):
            s3.delete_object(Bucket=bucket, Key="a-key", BypassGovernanceRetention=bypass)
        with refused("InvalidArgument", 400, ArgumentName=header, Message=message):
            s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a-key"}]}, BypassGovernanceRetention=bypass)
    assert stack(s3, bucket) == [("null", False)]


# DeleteObjects


def test_delete_objects_reports_each_object(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    reply = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a-key"}, {"Key": "no-such-key"}]})
    assert without_metadata(reply) == {"Deleted": [{"Key": "a-key"}, {"Key": "no-such-key"}]}
    assert stack(s3, bucket) == []


def test_delete_objects_reports_the_markers_that_it_makes_and_removes(s3: S3Client, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="a-key")["VersionId"]
    (made,) = s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "a-key"}]})["Deleted"]
    marker = made["DeleteMarkerVersionId"]
    assert made == {"Key": "a-key", "DeleteMarker": True, "DeleteMarkerVersionId": marker}
    objects: Any = [{"Key": "a-key", "VersionId": marker}, {"Key": "a-key", "VersionId": version}]
    reply = s3.delete_objects(Bucket=versioned, Delete={"Objects": objects})
    assert without_metadata(reply) == {"Deleted": [objects[0] | made, objects[1]]}
    assert stack(s3, versioned) == []
    # Deleting the same versions again succeeds, without a marker in the response.
    reply = s3.delete_objects(Bucket=versioned, Delete={"Objects": objects})
    assert without_metadata(reply) == {"Deleted": objects}


def test_an_invalid_version_id_does_not_fail_the_other_deletes(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    s3.put_object(Bucket=bucket, Key="another")
    objects: Any = [{"Key": "a-key", "VersionId": MADE_UP}, {"Key": "another"}]
    reply = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    assert without_metadata(reply) == {"Deleted": [{"Key": "another"}], "Errors": [objects[0] | NO_SUCH_VERSION]}


def test_a_quiet_delete_reports_errors_only(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    objects: Any = [{"Key": "a-key"}, {"Key": "a-key", "VersionId": MADE_UP}]
    reply = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    assert without_metadata(reply) == {"Errors": [objects[1] | NO_SUCH_VERSION]}
    assert stack(s3, bucket) == []
    reply = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a-key"}], "Quiet": True})
    assert without_metadata(reply) == {}


def test_at_most_a_thousand_objects_are_deleted_at_once(s3: S3Client, bucket: str) -> None:
    keys: Any = [{"Key": f"key-{number}"} for number in range(1001)]
    s3.put_object(Bucket=bucket, Key="key-999")
    with refused("MalformedXML", 400):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})
    assert stack(s3, bucket) == [("null", False)]
    assert len(s3.delete_objects(Bucket=bucket, Delete={"Objects": keys[:1000]})["Deleted"]) == 1000
    assert stack(s3, bucket) == []


def test_a_delete_without_objects_is_malformed(s3: S3Client, bucket: str) -> None:
    with refused("MalformedXML", 400):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": []})


def test_an_empty_key_is_malformed() -> None:
    response = post("<Delete><Object><Key/></Object></Delete>", content_md5="cwZIEkS/o7fhb/Mr+igcnA==")
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert b"<Code>MalformedXML</Code>" in response.body


def test_keys_in_the_document_keep_their_spaces(s3: S3Client, bucket: str) -> None:
    for key in ("a ", " a", "a", "<&>", "%41"):
        s3.put_object(Bucket=bucket, Key=key)
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a "}, {"Key": "<&>"}, {"Key": "%41"}]})
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [" a", "a"]


def test_a_document_without_a_digest_is_refused() -> None:
    document = "<Delete><Object><Key>a-key</Key></Object></Delete>"
    response = post(document)
    assert response.status == 400
    assert isinstance(response.body, bytes)
    assert b"<Message>Missing required header for this request: Content-MD5 OR " in response.body
    md5 = content_md5_of(document.encode())
    assert post(document, content_md5=md5).status == 200
    crc32 = crc32_of(document.encode())
    assert post(document, x_amz_checksum_crc32=crc32).status == 200
    assert post(document, x_amz_checksum_xxhash64="AAAAAAAAAAA=").status == 400
    another = post(document, x_amz_checksum_crc32=crc32, x_amz_sdk_checksum_algorithm="SHA1")
    assert another.status == 400


def test_threads_that_delete_the_same_versions_all_succeed(s3: S3Client, versioned: str) -> None:
    objects: Any = [
        {"Key": f"key-{number % 5}", "VersionId": s3.put_object(Bucket=versioned, Key=f"key-{number % 5}")["VersionId"]}
        for number in range(15)
    ]
    with ThreadPoolExecutor(5) as pool:
        replies = list(pool.map(lambda _: s3.delete_objects(Bucket=versioned, Delete={"Objects": objects}), range(5)))
    assert [without_metadata(reply) for reply in replies] == [{"Deleted": objects}] * 5
    assert stack(s3, versioned) == []
