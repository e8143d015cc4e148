"""Which objects are replicated, and which of their properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.replication import (
    OTHER,
    SOURCE,
    TARGET,
    create_versioned,
    exists,
    head,
    markers,
    old_rule,
    replicate,
    rule,
    status,
    versions,
)
from tests.support.uploads import begin, complete, etag_of, send

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Properties of replicas


def test_a_new_object_is_replicated_with_all_its_properties(buckets: S3Client) -> None:
    replicate(buckets, rule())
    made = buckets.put_object(
        Bucket=SOURCE,
        Key="k",
        Body=b"bytes",
        ContentType="text/plain",
        CacheControl="no-cache",
        Metadata={"a": "b"},
        Tagging="x=1&y=2",
        ChecksumAlgorithm="SHA256",
        StorageClass="STANDARD_IA",
        WebsiteRedirectLocation="/there",
    )
    assert status(buckets) == "COMPLETED"
    assert status(buckets, bucket=TARGET) == "REPLICA"
    assert head(buckets, TARGET) == head(buckets, SOURCE)
    replica = buckets.get_object(Bucket=TARGET, Key="k", VersionId=made["VersionId"])
    assert (replica["Body"].read(), replica["ReplicationStatus"], replica["TagCount"]) == (b"bytes", "REPLICA", 2)
    tags = buckets.get_object_tagging(Bucket=TARGET, Key="k")["TagSet"]
    assert tags == [{"Key": "x", "Value": "1"}, {"Key": "y", "Value": "2"}]
    assert versions(buckets) == versions(buckets, SOURCE) == [made["VersionId"]]


def test_an_upload_is_replicated_with_its_parts(buckets: S3Client) -> None:
    replicate(buckets, rule())
    bodies = b"x" * (5 << 20), b"y"
    upload_id = begin(buckets, SOURCE, "k", ChecksumAlgorithm="CRC32")
    parts: Any = []
    for number, body in enumerate(bodies, 1):
        named: Any = {"Bucket": SOURCE, "Key": "k", "UploadId": upload_id, "PartNumber": number}
        reply = buckets.upload_part(**named, Body=body, ChecksumAlgorithm="CRC32")
        parts.append({"PartNumber": number, "ETag": reply["ETag"], "ChecksumCRC32": reply["ChecksumCRC32"]})
    assert not exists(buckets)
    complete(buckets, SOURCE, upload_id, parts, "k")
    assert head(buckets, TARGET) == head(buckets, SOURCE)
    assert head(buckets, TARGET)["ETag"] == etag_of(*bodies)
    part = buckets.get_object(Bucket=TARGET, Key="k", PartNumber=2)
    assert (part["Body"].read(), part["PartsCount"]) == (b"y", 2)


def test_copies_are_replicated_and_parts_of_uploads_are_not(buckets: S3Client) -> None:
    buckets.put_object(Bucket=OTHER, Key="from", Body=b"bytes")
    replicate(buckets, rule())
    buckets.copy_object(Bucket=SOURCE, Key="k", CopySource={"Bucket": OTHER, "Key": "from"})
    send(buckets, SOURCE, begin(buckets, SOURCE, "part"), b"x", key="part")
    assert buckets.list_objects_v2(Bucket=TARGET)["Contents"][0]["Key"] == "k"
    assert "Uploads" not in buckets.list_multipart_uploads(Bucket=TARGET)


def test_existing_objects_are_not_replicated(buckets: S3Client) -> None:
    buckets.put_object(Bucket=SOURCE, Key="k")
    replicate(buckets, rule())
    buckets.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert status(buckets) is None
    assert not exists(buckets)


def test_nothing_is_replicated_after_the_configuration_is_deleted(buckets: S3Client) -> None:
    replicate(buckets, rule())
    buckets.put_object(Bucket=SOURCE, Key="before")
    buckets.delete_bucket_replication(Bucket=SOURCE)
    buckets.put_object(Bucket=SOURCE, Key="after")
    assert (status(buckets, "before"), status(buckets, "after")) == ("COMPLETED", None)
    assert (exists(buckets, "before"), exists(buckets, "after")) == (True, False)


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_archived_objects_are_not_replicated(buckets: S3Client, storage_class: Any) -> None:
    replicate(buckets, rule())
    buckets.put_object(Bucket=SOURCE, Key="k", StorageClass=storage_class)
    assert status(buckets) is None
    assert not exists(buckets)


def test_the_replica_of_a_deleted_version_stays(buckets: S3Client) -> None:
    replicate(buckets, rule(markers="Enabled"))
    made = buckets.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    assert versions(buckets) == [made]
    buckets.delete_object(Bucket=SOURCE, Key="k", VersionId=made)
    assert (versions(buckets, SOURCE), versions(buckets), markers(buckets)) == ([], [made], [])


def test_replicas_are_not_replicated_again(buckets: S3Client) -> None:
    replicate(buckets, rule())
    replicate(buckets, rule(to=OTHER), bucket=TARGET)
    replicate(buckets, rule(to=SOURCE), bucket=OTHER)
    buckets.put_object(Bucket=SOURCE, Key="k")
    assert (exists(buckets), exists(buckets, bucket=OTHER)) == (True, False)
    buckets.put_object(Bucket=TARGET, Key="k2")
    assert (exists(buckets, "k2", OTHER), exists(buckets, "k2", SOURCE)) == (True, False)


def test_two_buckets_can_be_replicated_to_each_other(buckets: S3Client) -> None:
    replicate(buckets, rule(markers="Enabled"))
    replicate(buckets, rule(to=SOURCE, markers="Enabled"), bucket=TARGET)
    first = buckets.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    second = buckets.put_object(Bucket=TARGET, Key="k")["VersionId"]
    gone = buckets.delete_object(Bucket=TARGET, Key="k")["VersionId"]
    for bucket in (SOURCE, TARGET):
        assert versions(buckets, bucket) == [second, first]
        assert markers(buckets, bucket) == [gone]
    assert status(buckets, bucket=SOURCE, VersionId=second) == "REPLICA"
    assert status(buckets, bucket=SOURCE, VersionId=first) == "COMPLETED"


# Selection of objects


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ({}, "a/1 a/2 b/1 b/2"),
        ({"Prefix": "a/"}, "a/1 a/2"),
        ({"Tag": {"Key": "n", "Value": "1"}}, "a/1 b/1"),
        ({"And": {"Prefix": "b/", "Tags": [{"Key": "n", "Value": "2"}]}}, "b/2"),
        ({"And": {"Tags": [{"Key": "n", "Value": "2"}, {"Key": "all", "Value": ""}]}}, "a/2 b/2"),
        ({"And": {"Tags": [{"Key": "n", "Value": "2"}, {"Key": "no", "Value": ""}]}}, ""),
        ({"Not": {"Prefix": "a/"}}, "b/1 b/2"),
        ({"Not": {"Tag": {"Key": "n", "Value": "2"}}}, "a/1 b/1"),
        ({"And": {"Prefix": "a", "Not": {"Tag": {"Key": "n", "Value": "2"}}}}, "a/1"),
        ({"Not": {"Or": {"Prefixes": ["a/1", "b/"], "Tags": [{"Key": "n", "Value": "3"}]}}}, "a/2"),
    ],
    ids=str,
)
def test_a_filter_selects_by_prefix_and_tags(buckets: S3Client, filter_: Any, expected: str) -> None:
    replicate(buckets, rule(Filter=filter_))
    keys = ["a/1", "a/2", "b/1", "b/2"]
    for key in keys:
        buckets.put_object(Bucket=SOURCE, Key=key, Tagging=f"n={key[-1]}&all=")
    assert [key for key in keys if exists(buckets, key)] == expected.split()
    assert [key for key in keys if status(buckets, key) == "COMPLETED"] == expected.split()
    assert [key for key in keys if status(buckets, key) is None] == [key for key in keys if key not in expected]


def test_an_object_that_is_tagged_later_is_not_replicated(buckets: S3Client) -> None:
    replicate(buckets, rule(Filter={"Tag": {"Key": "a", "Value": "1"}}))
    buckets.put_object(Bucket=SOURCE, Key="k")
    buckets.put_object_tagging(Bucket=SOURCE, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert status(buckets) is None
    assert not exists(buckets)


def test_the_old_rules_have_a_prefix(buckets: S3Client) -> None:
    replicate(buckets, old_rule("a"), old_rule("b", Status="Disabled"))
    for key in "abc":
        buckets.put_object(Bucket=SOURCE, Key=key)
    assert [key for key in "abc" if exists(buckets, key)] == ["a"]


def test_of_the_rules_for_one_destination_the_highest_priority_wins(buckets: S3Client) -> None:
    replicate(
        buckets,
        rule(priority=1, Destination={"StorageClass": "STANDARD_IA"}),
        rule(priority=3, Filter={"Prefix": "a"}, Destination={"StorageClass": "GLACIER_IR"}),
        rule(priority=2, Filter={"Prefix": "a"}, Destination={"StorageClass": "ONEZONE_IA"}),
        rule(priority=4, Status="Disabled"),
    )
    for key in "ab":
        buckets.put_object(Bucket=SOURCE, Key=key)
    classes = [head(buckets, TARGET, key)["StorageClass"] for key in "ab"]
    assert classes == ["GLACIER_IR", "STANDARD_IA"]
    assert "StorageClass" not in head(buckets, SOURCE, "a")


def test_an_object_can_be_replicated_to_several_destinations(buckets: S3Client) -> None:
    replicate(buckets, rule(), rule(to=OTHER, priority=2, Filter={"Prefix": "k"}))
    made = buckets.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    buckets.put_object(Bucket=SOURCE, Key="l")
    assert versions(buckets, OTHER) == [made]
    assert made in versions(buckets)
    assert [exists(buckets, "l", bucket) for bucket in (TARGET, OTHER)] == [True, False]


def test_destinations_can_be_in_other_regions(s3: S3Client) -> None:
    create_versioned(s3, SOURCE)
    create_versioned(s3, TARGET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    replicate(s3, rule())
    s3.put_object(Bucket=SOURCE, Key="k")
    assert status(s3, bucket=TARGET) == "REPLICA"


# Delete markers


@pytest.mark.parametrize("a_rule", [rule(markers="Enabled"), old_rule()], ids=["V2", "V1"])
def test_delete_markers_are_replicated_where_that_is_enabled_and_by_the_old_rules(
    buckets: S3Client, a_rule: Any
) -> None:
    replicate(buckets, a_rule)
    made = buckets.put_object(Bucket=SOURCE, Key="k")["VersionId"]
    marker = buckets.delete_object(Bucket=SOURCE, Key="k")["VersionId"]
    assert (markers(buckets), versions(buckets)) == ([marker], [made])
    assert not exists(buckets)
    buckets.delete_object(Bucket=SOURCE, Key="k", VersionId=marker)
    assert (exists(buckets, bucket=SOURCE), exists(buckets)) == (True, False)


def test_delete_markers_are_not_replicated_otherwise(buckets: S3Client) -> None:
    replicate(buckets, rule(), rule(to=OTHER, priority=2, markers="Enabled", Filter={"Prefix": "other"}))
    buckets.put_object(Bucket=SOURCE, Key="k")
    buckets.delete_object(Bucket=SOURCE, Key="k")
    assert exists(buckets)
    assert markers(buckets) == markers(buckets, OTHER) == []
