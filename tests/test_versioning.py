"""Bucket versioning, and ListObjectVersions. Docstrings that name a test refer to aws_recorded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from freezegun import freeze_time

from s3mock.backend.cloud import Cloud
from s3mock.settings import Settings
from tests.support.raw_requests import ask, document
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_s3 import S3Client

FOLDER = ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"]
MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
MFA = "arn:aws:iam::123456789012:mfa/root-account-mfa-device 123456"


def configure(s3: S3Client, bucket: str, *, mfa: str | None = None, **configuration: Any) -> None:
    parameters: Any = {} if mfa is None else {"MFA": mfa}
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=configuration, **parameters)  # type: ignore[arg-type]


def state_of(s3: S3Client, bucket: str) -> dict[str, Any]:
    return without_metadata(s3.get_bucket_versioning(Bucket=bucket))


def put(s3: S3Client, bucket: str, keys: Iterable[str]) -> list[str]:
    """Put a version of each key and return their version ids, "null" where S3 returns none."""
    return [s3.put_object(Bucket=bucket, Key=key).get("VersionId", "null") for key in keys]


def delete(s3: S3Client, bucket: str, key: str) -> str:
    return s3.delete_object(Bucket=bucket, Key=key)["VersionId"]


def versions_of(reply: Any) -> list[tuple[str, str, bool]]:
    return [(listed["Key"], listed["VersionId"], listed["IsLatest"]) for listed in reply.get("Versions", [])]


def markers_of(reply: Any) -> list[tuple[str, str, bool]]:
    return [(listed["Key"], listed["VersionId"], listed["IsLatest"]) for listed in reply.get("DeleteMarkers", [])]


def head_of(reply: Any) -> dict[str, Any]:
    """The members of a listing except its entries."""
    lists = {"Versions", "DeleteMarkers", "CommonPrefixes", "Name"}
    return {name: value for name, value in without_metadata(reply).items() if name not in lists}


# GetBucketVersioning and PutBucketVersioning


def test_versioning_is_unset_then_suspended_or_enabled_and_never_unset(s3: S3Client, bucket: str) -> None:
    """test_bucket_versioning_crud."""
    assert state_of(s3, bucket) == {}
    for status in ("Suspended", "Enabled", "Suspended"):
        configure(s3, bucket, Status=status)
        assert state_of(s3, bucket) == {"Status": status}
    for status in ("enabled", "Disabled", ""):
        with refused("MalformedXML", 400, Message=MALFORMED):
            configure(s3, bucket, Status=status)
    with refused("IllegalVersioningConfigurationException", 400, Message="The Versioning element must be specified"):
        configure(s3, bucket)
    assert state_of(s3, bucket) == {"Status": "Suspended"}


def test_a_missing_bucket_has_no_versioning(s3: S3Client) -> None:
    with refused("NoSuchBucket", 404, BucketName="nowhere"):
        configure(s3, "nowhere", Status="Enabled")
    with refused("NoSuchBucket", 404, BucketName="nowhere"):
        s3.get_bucket_versioning(Bucket="nowhere")


def test_an_unset_versioning_is_an_empty_document() -> None:
    cloud = Cloud(Settings())
    ask(cloud, "PUT", "/bkt")
    namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    assert (
        document(cloud, "/bkt?versioning") == f'<VersioningConfiguration xmlns="{namespace}"></VersioningConfiguration>'
    )


def test_mfa_delete_needs_a_device(s3: S3Client, bucket: str) -> None:
    no_mfa = "Mfa Authentication must be used for this request"
    with refused("AccessDenied", 403, Message=no_mfa):
        configure(s3, bucket, Status="Enabled", MFADelete="Enabled")
    assert state_of(s3, bucket) == {}
    configure(s3, bucket, mfa=MFA, Status="Enabled", MFADelete="Enabled")
    assert state_of(s3, bucket) == {"Status": "Enabled", "MFADelete": "Enabled"}
    configurations: list[dict[str, str]] = [{"Status": "Suspended"}, {"Status": "Enabled", "MFADelete": "Disabled"}]
    for configuration in configurations:
        with refused("AccessDenied", 403, Message=no_mfa):
            configure(s3, bucket, **configuration)
    version = put(s3, bucket, ["a-key"])[0]
    with refused("AccessDenied", 403, Message=no_mfa):
        s3.delete_object(Bucket=bucket, Key="a-key", VersionId=version)
    s3.delete_object(Bucket=bucket, Key="a-key", VersionId=version, MFA=MFA)
    configure(s3, bucket, mfa=MFA, Status="Suspended", MFADelete="Disabled")
    configure(s3, bucket, Status="Enabled")
    assert state_of(s3, bucket) == {"Status": "Enabled", "MFADelete": "Disabled"}


@pytest.mark.parametrize("mfa", ["970589", "serial ", ""])
def test_an_mfa_has_a_serial_number_and_a_token(s3: S3Client, bucket: str, mfa: str) -> None:
    message = "Mfa header is invalid -- the header should be formatted as {serialNumber}(space){tokenCode}"
    with refused("InvalidArgument", 400) as refusal:
        configure(s3, bucket, mfa=mfa, Status="Enabled", MFADelete="Enabled")
    assert (refusal.error["Message"], refusal.error["ArgumentName"]) == (message, "x-amz-mfa")
    configure(s3, bucket, mfa=MFA, Status="Enabled", MFADelete="Enabled")
    version = put(s3, bucket, ["a-key"])[0]
    with refused("InvalidArgument", 400) as refusal:
        s3.delete_object(Bucket=bucket, Key="a-key", VersionId=version, MFA=mfa)
    assert (refusal.error["Message"], refusal.error["ArgumentName"]) == (message, "x-amz-mfa")
    with refused("InvalidArgument", 400):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a-key", "VersionId": version}]}, MFA=mfa)
    assert s3.head_object(Bucket=bucket, Key="a-key")["VersionId"] == version


# Versions of a key


def test_an_object_from_before_versioning_is_the_null_version(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    configure(s3, bucket, Status="Enabled")
    (version,) = put(s3, bucket, ["k"])
    assert versions_of(s3.list_object_versions(Bucket=bucket)) == [("k", version, True), ("k", "null", False)]
    assert s3.get_object(Bucket=bucket, Key="k", VersionId="null")["Body"].read() == b"before"


def test_a_put_while_suspended_replaces_the_null_version(s3: S3Client, versioned: str) -> None:
    """test_put_object_on_suspended_bucket."""
    first, second = put(s3, versioned, ["k", "k"])
    configure(s3, versioned, Status="Suspended")
    assert versions_of(s3.list_object_versions(Bucket=versioned)) == [("k", second, True), ("k", first, False)]
    for body in (b"once", b"twice"):
        assert "VersionId" not in s3.put_object(Bucket=versioned, Key="k", Body=body)
        assert versions_of(s3.list_object_versions(Bucket=versioned)) == [
            ("k", "null", True),
            ("k", second, False),
            ("k", first, False),
        ]
    assert s3.get_object(Bucket=versioned, Key="k")["VersionId"] == "null"
    assert s3.get_object(Bucket=versioned, Key="k")["Body"].read() == b"twice"


def test_a_delete_while_suspended_replaces_the_null_version_by_a_null_marker(s3: S3Client, versioned: str) -> None:
    """test_delete_object_on_suspended_bucket."""
    first, second = put(s3, versioned, ["k", "k"])
    configure(s3, versioned, Status="Suspended")
    for _ in range(2):
        assert delete(s3, versioned, "k") == "null"
        reply = s3.list_object_versions(Bucket=versioned)
        assert markers_of(reply) == [("k", "null", True)]
        assert versions_of(reply) == [("k", second, False), ("k", first, False)]
        put(s3, versioned, ["k"])
        reply = s3.list_object_versions(Bucket=versioned)
        assert markers_of(reply) == []
        assert versions_of(reply) == [("k", "null", True), ("k", second, False), ("k", first, False)]


def test_the_last_put_is_the_latest_even_if_the_clock_runs_backwards(s3: S3Client, versioned: str) -> None:
    put_at = {}
    for year in (2040, 2012, 2026):
        with freeze_time(f"{year}-01-01"):
            put_at[year] = put(s3, versioned, ["k"])[0]
    with freeze_time("2012-01-01"):
        marker = delete(s3, versioned, "k")
        reply = s3.list_object_versions(Bucket=versioned)
        assert markers_of(reply) == [("k", marker, True)]
        assert versions_of(reply) == [("k", put_at[year], False) for year in (2026, 2012, 2040)]
        assert [version["LastModified"].year for version in reply["Versions"]] == [2026, 2012, 2040]
        s3.delete_object(Bucket=versioned, Key="k", VersionId=marker)
        s3.delete_object(Bucket=versioned, Key="k", VersionId=put_at[2026])
        assert s3.head_object(Bucket=versioned, Key="k")["VersionId"] == put_at[2012]


# ListObjectVersions


def test_a_bucket_without_versioning_lists_null_versions_in_the_order_of_keys(s3: S3Client, bucket: str) -> None:
    """test_list_object_versions_order_unversioned."""
    echoed = {
        "EncodingType": "url",
        "IsTruncated": False,
        "KeyMarker": "",
        "MaxKeys": 1000,
        "Prefix": "",
        "VersionIdMarker": "",
    }
    assert without_metadata(s3.list_object_versions(Bucket=bucket)) == echoed | {"Name": bucket}
    put(s3, bucket, ["a", "c", "b"])
    reply = s3.list_object_versions(Bucket=bucket)
    assert (versions_of(reply), head_of(reply)) == ([(key, "null", True) for key in "abc"], echoed)


@pytest.mark.model("ObjectVersion.ChecksumType")
def test_a_version_and_a_delete_marker_are_described(s3: S3Client, versioned: str) -> None:
    s3.put_object(Bucket=versioned, Key="k", Body=b"content 123")
    delete(s3, versioned, "k")
    reply = s3.list_object_versions(Bucket=versioned)
    common = {"Key", "VersionId", "IsLatest", "LastModified", "Owner"}
    assert reply["DeleteMarkers"][0].keys() == common
    assert reply["DeleteMarkers"][0]["Owner"] == s3.list_buckets()["Owner"]
    version = {name: value for name, value in reply["Versions"][0].items() if name not in common}
    assert version == {
        "ETag": '"0d9fa06a66933b40f615f530e59edd6b"',
        "ChecksumAlgorithm": ["CRC32"],
        "ChecksumType": "FULL_OBJECT",
        "Size": 11,
        "StorageClass": "STANDARD",
    }


def test_versions_and_delete_markers_are_listed_in_one_order() -> None:
    cloud = Cloud(Settings())
    ask(cloud, "PUT", "/bkt")
    ask(cloud, "PUT", "/bkt?versioning", b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
    for method, key in (("PUT", "b"), ("DELETE", "b"), ("PUT", "b"), ("DELETE", "a"), ("PUT", "a")):
        ask(cloud, method, f"/bkt/{key}")
    text = document(cloud, "/bkt?versions")
    assert re.findall(r"<(Version|DeleteMarker)><Key>(.)</Key>", text) == [
        *(("Version", "a"), ("DeleteMarker", "a")),
        *(("Version", "b"), ("DeleteMarker", "b"), ("Version", "b")),
    ]


def test_markers_name_a_key_and_a_version_of_it(s3: S3Client, versioned: str) -> None:
    """test_list_objects_versions_markers."""
    v1, v2, v3, v4 = put(s3, versioned, ["k0", "k1", "k2", "k2"])
    v5, v6, v7 = (delete(s3, versioned, key) for key in ("k0", "k1", "k2"))
    v8, v9 = put(s3, versioned, ["k0", "k1"])
    reply = s3.list_object_versions(Bucket=versioned)
    assert markers_of(reply) == [("k0", v5, False), ("k1", v6, False), ("k2", v7, True)]
    assert [version_id for _, version_id, _ in versions_of(reply)] == [v8, v1, v9, v2, v4, v3]
    reply = s3.list_object_versions(Bucket=versioned, MaxKeys=5)
    assert (reply["NextKeyMarker"], reply["NextVersionIdMarker"]) == ("k1", v6)
    pages: list[tuple[Any, list[str], Any]] = [
        ({"KeyMarker": "k1"}, [v7], ("k2", v7)),
        ({"KeyMarker": "k2"}, [], None),
        ({"KeyMarker": "k1", "VersionIdMarker": v6}, [v2], ("k1", v2)),
        ({"KeyMarker": "k2", "VersionIdMarker": v4}, [v3], None),
        ({"KeyMarker": ""}, [v8], ("k0", v8)),
    ]
    for parameters, listed, following in pages:
        reply = s3.list_object_versions(Bucket=versioned, MaxKeys=1, **parameters)
        assert [version_id for _, version_id, _ in versions_of(reply) + markers_of(reply)] == listed
        echoed = {"EncodingType": "url", "MaxKeys": 1, "Prefix": "", "VersionIdMarker": "", "IsTruncated": False}
        if following is not None:
            echoed |= {"IsTruncated": True, "NextKeyMarker": following[0], "NextVersionIdMarker": following[1]}
        assert head_of(reply) == echoed | parameters


def test_an_invalid_version_id_marker_is_refused(s3: S3Client, versioned: str) -> None:
    """test_list_objects_versions_markers; the others: measured by brekkylab/backlot, versity/versitygw issue 1811."""
    (version,) = put(s3, versioned, ["k"])
    wrong: list[tuple[Any, str | None, str]] = [
        ({"VersionIdMarker": version}, version, "A version-id marker cannot be specified without a key marker."),
        ({"VersionIdMarker": "", "KeyMarker": "k"}, None, "A version-id marker cannot be empty."),
        ({"VersionIdMarker": "x", "KeyMarker": "k"}, "x", "Invalid version id specified"),
    ]
    for parameters, value, message in wrong:
        with refused("InvalidArgument", 400, Message=message, ArgumentName="version-id-marker", ArgumentValue=value):
            s3.list_object_versions(Bucket=versioned, **parameters)
    assert versions_of(s3.list_object_versions(Bucket=versioned, KeyMarker="a", VersionIdMarker="null")) == [
        ("k", version, True)
    ]


def test_with_an_empty_key_marker_a_version_id_marker_is_ignored(s3: S3Client, versioned: str) -> None:
    """s3_facts 31."""
    old, new = put(s3, versioned, ["k", "k"])
    for marker in (old, new, "null"):
        page = s3.list_object_versions(Bucket=versioned, MaxKeys=1, KeyMarker="", VersionIdMarker=marker)
        assert versions_of(page) == [("k", new, True)]
        assert (page["NextKeyMarker"], page["NextVersionIdMarker"]) == ("k", new)


def test_a_page_continues_after_a_deleted_version(s3: S3Client, versioned: str) -> None:
    """test_list_objects_versions_with_prefix_only_and_pagination."""
    v5, v4, v3, v2, v1 = put(s3, versioned, ["prefixed"] * 5)
    first = s3.list_object_versions(Bucket=versioned, Prefix="prefix", MaxKeys=3)
    assert [version_id for _, version_id, _ in versions_of(first)] == [v1, v2, v3]
    following: Any = {"KeyMarker": first["NextKeyMarker"], "VersionIdMarker": first["NextVersionIdMarker"]}
    rest = s3.list_object_versions(Bucket=versioned, Prefix="prefix", **following)
    assert versions_of(rest) == [("prefixed", v4, False), ("prefixed", v5, False)]
    for version in (v1, v2, v3):
        s3.delete_object(Bucket=versioned, Key="prefixed", VersionId=version)
    rest = s3.list_object_versions(Bucket=versioned, Prefix="prefix", **following)
    assert versions_of(rest) == [("prefixed", v4, True), ("prefixed", v5, False)]


def test_a_key_marker_inside_a_common_prefix_skips_it(s3: S3Client, versioned: str) -> None:
    """test_list_object_versions_pagination_common_prefixes."""
    *_, file1, file2 = put(s3, versioned, FOLDER)
    parameters: Any = {"Bucket": versioned, "Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}
    first = s3.list_object_versions(**parameters)
    assert first["CommonPrefixes"] == [{"Prefix": "folder/aSubfolder/"}]
    assert (first["NextKeyMarker"], "NextVersionIdMarker" in first) == ("folder/aSubfolder/", False)
    for marker in ("folder/aSubfolder/", "folder/aSubfolder/subFile1"):
        second = s3.list_object_versions(KeyMarker=marker, **parameters)
        assert versions_of(second) == [("folder/file1", file1, True)]
        assert (second["NextKeyMarker"], second["NextVersionIdMarker"]) == ("folder/file1", file1)
    last = s3.list_object_versions(KeyMarker="folder/file1", **parameters)
    assert (versions_of(last), last["IsTruncated"]) == ([("folder/file2", file2, True)], False)


def test_the_paginator_and_the_resource_see_every_version(s3: S3Client, versioned: str) -> None:
    keys = ["a", "b/1", "b/2", "c d", "e%"]
    put(s3, versioned, keys * 3)
    for key in keys:
        delete(s3, versioned, key)
    paginate = s3.get_paginator("list_object_versions").paginate
    pages = list(paginate(Bucket=versioned, PaginationConfig={"PageSize": 3}))
    assert [key for page in pages for key, _, _ in versions_of(page)] == [key for key in keys for _ in range(3)]
    assert [key for page in pages for key, _, latest in markers_of(page) if latest] == keys
    pages = list(paginate(Bucket=versioned, Delimiter="/", PaginationConfig={"PageSize": 1}))
    assert [prefix["Prefix"] for page in pages for prefix in page.get("CommonPrefixes", [])] == ["b/"]
    assert len(pages) == 4 * 3 + 1


def test_an_empty_page_is_not_truncated_and_a_negative_size_is_refused(s3: S3Client, versioned: str) -> None:
    """In other words than those of the other listings: versity/versitygw issue 1809."""
    put(s3, versioned, ["k"])
    reply = s3.list_object_versions(Bucket=versioned, MaxKeys=0)
    assert (versions_of(reply), reply["IsTruncated"], "NextKeyMarker" in reply) == ([], False, False)
    with refused("InvalidArgument", 400, Message="max-keys cannot be negative", ArgumentName="max-keys"):
        s3.list_object_versions(Bucket=versioned, MaxKeys=-1)


def test_keys_prefixes_and_markers_are_encoded_and_version_ids_are_not(s3: S3Client, versioned: str) -> None:
    (version, _) = put(s3, versioned, ["a b", "c+d"])
    reply = s3.list_object_versions(Bucket=versioned, EncodingType="url", MaxKeys=1, KeyMarker="a ", Delimiter="")
    assert versions_of(reply) == [("a+b", version, True)]
    echoed = {"KeyMarker": "a+", "NextKeyMarker": "a+b", "NextVersionIdMarker": version, "Delimiter": ""}
    assert echoed.items() <= head_of(reply).items()
