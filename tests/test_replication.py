"""The replication configuration of a bucket: both versions of its document, and what S3 refuses of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from s3mock import mock_s3
from tests.support.replication import KEY, OTHER, ROLE, SOURCE, TARGET, create_versioned, old_rule, replicate, rule
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
SCHEMA = "Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information."
FIFTEEN = {"Minutes": 15}
RTC = {"ReplicationTime": {"Status": "Enabled", "Time": FIFTEEN}}
METRICS = {"Metrics": {"Status": "Enabled", "EventThreshold": FIFTEEN}}
BY_KMS: Any = {"SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}}}
A_TAG = {"Key": "a", "Value": "1"}


@pytest.fixture
def s3() -> Iterator[S3Client]:
    """A client without parameter validation, with a source and two destination buckets."""
    with mock_s3():
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        client = boto3.client("s3", region_name="us-east-1", config=config)
        for bucket in (SOURCE, TARGET, OTHER):
            create_versioned(client, bucket)
        yield client


def configuration(s3: S3Client) -> Any:
    return without_metadata(s3.get_bucket_replication(Bucket=SOURCE))["ReplicationConfiguration"]


def not_found() -> Any:
    message = "The replication configuration was not found"
    return refused("ReplicationConfigurationNotFoundError", 404, BucketName=SOURCE, Message=message)


def test_replication_is_put_read_and_deleted(s3: S3Client) -> None:
    with not_found():
        s3.get_bucket_replication(Bucket=SOURCE)
    document: Any = {"Role": ROLE, "Rules": [rule(ID="all")]}
    reply = s3.put_bucket_replication(Bucket=SOURCE, ReplicationConfiguration=document)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert configuration(s3) == document
    for _ in range(2):
        assert s3.delete_bucket_replication(Bucket=SOURCE)["ResponseMetadata"]["HTTPStatusCode"] == 204
        with not_found():
            s3.get_bucket_replication(Bucket=SOURCE)


def test_the_token_for_object_lock_is_ignored(s3: S3Client) -> None:
    document: Any = {"Role": ROLE, "Rules": [rule()]}
    s3.put_bucket_replication(Bucket=SOURCE, ReplicationConfiguration=document, Token="any")
    assert len(configuration(s3)["Rules"]) == 1


def test_a_rule_without_an_id_gets_one(s3: S3Client) -> None:
    replicate(s3, rule(), rule(to=OTHER, priority=2))
    first, second = configuration(s3)["Rules"]
    assert first["ID"] != second["ID"]
    assert {name: value for name, value in first.items() if name != "ID"} == rule()


@pytest.mark.parametrize(
    "a_rule",
    [
        old_rule("logs/", ID="v1"),
        rule(ID="a prefix", Filter={"Prefix": "logs/"}),
        rule(ID="a tag", Filter={"Tag": A_TAG}),
        rule(ID="both", Filter={"And": {"Prefix": "logs/", "Tags": [A_TAG, {"Key": "b", "Value": ""}]}}),
        rule(ID="not", Filter={"Not": {"Prefix": "tmp/"}}),
        rule(ID="not any", Filter={"And": {"Prefix": "a", "Not": {"Or": {"Prefixes": ["ab", "ac"], "Tags": [A_TAG]}}}}),
        rule(ID="off", Status="Disabled"),
        rule(ID="owner", Destination={"Account": "123456789012", "AccessControlTranslation": {"Owner": "Destination"}}),
        rule(ID="class", Destination={"StorageClass": "GLACIER_IR"}),
        rule(ID="metrics", Destination={"Metrics": {"Status": "Enabled"}}),
        rule(ID="rtc", Destination=RTC | METRICS),
        rule(ID="kms", Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": KEY}}, **BY_KMS),
        rule(
            ID="the key of the other region",
            Destination={"EncryptionConfiguration": {"UseSourceMultiRegionKey": {"Status": "Enabled"}}},
            **BY_KMS,
        ),
        rule(ID="sync", SourceSelectionCriteria={"ReplicaModifications": {"Status": "Enabled"}}),
    ],
    ids=lambda a_rule: a_rule["ID"],
)
def test_a_rule_is_returned_as_it_was_put(s3: S3Client, a_rule: Any) -> None:
    replicate(s3, a_rule)
    assert configuration(s3) == {"Role": ROLE, "Rules": [a_rule]}


def check_refused(s3: S3Client, code: str, message: str, *rules: Any, **fields: str) -> None:
    replicate(s3, rule(ID="before"))
    with refused(code, 400, Message=message, **fields):
        replicate(s3, *rules)
    assert configuration(s3)["Rules"] == [rule(ID="before")]


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [{"Status": "Enabled", "Destination": {"Bucket": f"arn:aws:s3:::{TARGET}"}}],
        [rule(Prefix="")],
        [rule(), old_rule()],
        [rule(Status="On")],
        [rule(DeleteMarkerReplication={})],
        [rule(Filter={"Prefix": "a", "Tag": A_TAG})],
        [rule(Filter={"And": {"Prefix": "a"}})],
        [rule(Filter={"And": {"Tags": [A_TAG]}})],
        [rule(Filter={"Not": {}})],
        [rule(Filter={"Not": {"Prefix": "a", "Tag": A_TAG}})],
        [rule(ExistingObjectReplication={"Status": "Enabled"})],
        [rule(Destination={"StorageClass": "OUTPOSTS"})],
        [rule(Destination={"StorageClass": "COLD"})],
        [rule(Destination={"AccessControlTranslation": {"Owner": "Source"}, "Account": "123456789012"})],
        [rule(SourceSelectionCriteria={"ReplicaModifications": {}})],
    ],
    ids=str,
)
def test_an_invalid_replication_configuration_is_malformed(s3: S3Client, rules: Any) -> None:
    check_refused(s3, "MalformedXML", MALFORMED, *rules)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([{**rule(), "Priority": None}], f"Priority must be specified for this version of {SCHEMA}"),
        (
            [{**rule(), "DeleteMarkerReplication": None}],
            f"DeleteMarkerReplication must be specified for this version of {SCHEMA}",
        ),
        ([old_rule(Priority=1)], f"Priority cannot be used for this version of {SCHEMA}"),
        (
            [old_rule(DeleteMarkerReplication={"Status": "Disabled"})],
            f"DeleteMarkerReplication cannot be used for this version of {SCHEMA}",
        ),
        (
            [old_rule(SourceSelectionCriteria={"ReplicaModifications": {"Status": "Disabled"}})],
            f"ReplicaModifications cannot be used for this version of {SCHEMA}",
        ),
        ([rule(priority=-1)], "Priority must be between 0 and 2147483647."),
        ([rule(priority=7), rule(to=OTHER, priority=7)], "Found duplicate priority 7."),
        ([old_rule("a"), old_rule("b", to=OTHER)], "Number of distinct destination bucket ARNs cannot exceed 1"),
        ([old_rule("a"), old_rule("ba"), old_rule("b")], "Found overlapping prefixes 'ba' and 'b'"),
        ([rule(to=SOURCE)], "Destination bucket cannot be the same as the source bucket."),
        ([rule(to="no-bucket")], "Destination bucket must have versioning enabled."),
        ([rule(SourceSelectionCriteria={})], "SourceSelectionCriteria cannot be empty."),
        ([rule(Filter={"Prefix": "p" * 1025})], "The maximum size of a prefix is 1024"),
        ([rule(Filter={"And": {"Tags": [A_TAG, A_TAG]}})], "Duplicate Tag Keys are not allowed."),
        (
            [rule(Destination={"AccessControlTranslation": {"Owner": "Destination"}})],
            "Account must be specified if the Owner in AccessControlTranslation has a value",
        ),
        (
            [rule(Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": KEY}})],
            "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
        ),
        ([rule(**BY_KMS)], "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present."),
        (
            [rule(Destination=RTC)],
            "Replication destination must contain both ReplicationTime and Metrics or neither.",
        ),
        (
            [rule(Destination=RTC | {"Metrics": {"Status": "Disabled"}})],
            "ReplicationTime and ReplicationMetrics must have the same status.",
        ),
        (
            [rule(to=TARGET, priority=number) for number in range(1001)],
            "The number of replication rules must not exceed the allowed limit of 1000 rules.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rules_that_conflict_are_invalid_requests(s3: S3Client, rules: Any, message: str) -> None:
    given = [{name: value for name, value in each.items() if value is not None} for each in rules]
    check_refused(s3, "InvalidRequest", message, *given)


@pytest.mark.parametrize("filter_", [{"Tag": A_TAG}, {"And": {"Prefix": "", "Tags": [A_TAG]}}, {"Not": {"Tag": A_TAG}}])
def test_delete_markers_cannot_be_filtered_by_tags(s3: S3Client, filter_: Any) -> None:
    message = (
        "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide "
        "for more information."
    )
    check_refused(s3, "InvalidRequest", message, rule(markers="Enabled", Filter=filter_))


@pytest.mark.parametrize(
    ("wrong", "name", "value", "message"),
    [
        (rule(ID="x" * 256), "ID", "x" * 256, "Rule Id cannot be greater than 255"),
        (rule(ID="\u00e4"), "ID", "\u00e4", "Rule ID must not contain non-ASCII characters."),
        (rule(Destination={"Bucket": TARGET}), "Bucket", TARGET, "Invalid bucket ARN"),
        (rule(to="No_Bucket"), "Bucket", "arn:aws:s3:::No_Bucket", "Invalid bucket ARN"),
        (
            rule(Destination={"Bucket": f"arn:aws-cn:s3:::{TARGET}"}),
            "Bucket",
            f"arn:aws-cn:s3:::{TARGET}",
            "Invalid bucket ARN",
        ),
        (
            rule(Destination={"Account": "1234"}),
            "Account",
            "1234",
            "The AWS account specified in the Account element must match the destination bucket owner.",
        ),
        (
            rule(Destination={"Account": "999988887777"}),
            "Account",
            "999988887777",
            "The AWS account specified in the Account element must match the destination bucket owner.",
        ),
        (
            rule(Destination={"EncryptionConfiguration": {"ReplicaKmsKeyID": "alias/mine"}}, **BY_KMS),
            "ReplicaKmsKeyID",
            "alias/mine",
            "Invalid ReplicaKmsKeyID ARN.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_invalid_arguments_of_rules_are_named(s3: S3Client, wrong: Any, name: str, value: str, message: str) -> None:
    check_refused(s3, "InvalidArgument", message, wrong, ArgumentName=name, ArgumentValue=value)


def test_an_empty_account_is_refused(s3: S3Client) -> None:
    with refused("InvalidArgument", 400) as refusal:
        replicate(s3, rule(Destination={"Account": ""}))
    assert refusal.error["Message"] == "The Account element is empty. It must contain a valid account ID."
    assert refusal.error["ArgumentName"] == "Account"


def test_the_ids_of_rules_are_unique(s3: S3Client) -> None:
    fields = {"ArgumentName": "ID", "ArgumentValue": "same"}
    rules = [rule(ID="same"), rule(ID="same", to=OTHER, priority=2)]
    check_refused(s3, "InvalidArgument", "Rule Id must be unique", *rules, **fields)


@pytest.mark.parametrize(
    ("destination", "name", "message"),
    [
        (
            {"ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 14}}} | METRICS,
            "ReplicationTime",
            "Invalid time minute value",
        ),
        (
            RTC | {"Metrics": {"Status": "Enabled"}},
            "ReplicationMetrics",
            "ReplicationMetrics must contain an event threshold",
        ),
        (
            RTC | {"Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 16}}},
            "ReplicationMetrics",
            "Invalid event threshold minute value",
        ),
        (
            METRICS,
            "Metrics",
            "Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled",
        ),
    ],
    ids=["14 minutes", "no threshold", "16 minutes", "a threshold alone"],
)
def test_replication_time_control_has_fifteen_minutes(s3: S3Client, destination: Any, name: str, message: str) -> None:
    wrong = rule(Destination=destination)
    check_refused(s3, "InvalidArgument", message, wrong, ArgumentName=name)


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ("replicates", "Invalid Role specified in replication configuration"),
        ("arn:aws:iam::1234:role/replicates", "Invalid Role specified in replication configuration"),
        ("arn:aws:iam::123456789012:user/somebody", "The relative id should start with role"),
        ("arn:aws:iam::123456789012:role/", "The relative id should start with role"),
    ],
)
def test_the_role_must_be_a_role_arn(s3: S3Client, role: str, message: str) -> None:
    with refused("InvalidArgument", 400, ArgumentName="Role", ArgumentValue=role, Message=message):
        replicate(s3, rule(), role=role)
    with not_found():
        s3.get_bucket_replication(Bucket=SOURCE)


@pytest.mark.parametrize("versioning", [None, "Suspended"])
def test_only_a_bucket_that_keeps_versions_is_replicated(s3: S3Client, versioning: Any) -> None:
    s3.create_bucket(Bucket="unversioned")
    if versioning:
        s3.put_bucket_versioning(Bucket="unversioned", VersioningConfiguration={"Status": versioning})
    message = "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
    with refused("InvalidRequest", 400, Message=message):
        replicate(s3, rule(), bucket="unversioned")
    message = "Destination bucket must have versioning enabled."
    check_refused(s3, "InvalidRequest", message, rule(to="unversioned"))


def test_versioning_cannot_be_suspended_while_replication_is_configured(s3: S3Client) -> None:
    replicate(s3, rule())
    message = (
        "A replication configuration is present on this bucket, so you cannot change the versioning state. To change "
        "the versioning state, first delete the replication configuration."
    )
    with refused("InvalidBucketState", 409, Message=message):
        s3.put_bucket_versioning(Bucket=SOURCE, VersioningConfiguration={"Status": "Suspended"})
    assert s3.get_bucket_versioning(Bucket=SOURCE)["Status"] == "Enabled"
    s3.put_bucket_versioning(Bucket=SOURCE, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_versioning(Bucket=TARGET, VersioningConfiguration={"Status": "Suspended"})
    s3.delete_bucket_replication(Bucket=SOURCE)
    s3.put_bucket_versioning(Bucket=SOURCE, VersioningConfiguration={"Status": "Suspended"})


def test_a_missing_bucket_has_no_replication(s3: S3Client) -> None:
    fields = {"BucketName": "no-bucket", "Message": "The specified bucket does not exist"}
    with refused("NoSuchBucket", 404, **fields):
        s3.get_bucket_replication(Bucket="no-bucket")
    with refused("NoSuchBucket", 404, **fields):
        replicate(s3, rule(), bucket="no-bucket")
    with refused("NoSuchBucket", 404, **fields):
        s3.delete_bucket_replication(Bucket="no-bucket")
