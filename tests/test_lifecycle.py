"""Lifecycle configurations: how they are stored, and the headers of responses about the rules."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.lifecycles import BUCKET, Life, midnight, rule
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATE = datetime(2030, 1, 1, tzinfo=timezone.utc)
EXPIRE = {"Expiration": {"Days": 3}}

RULES = [
    rule(ID="all", Expiration={"Days": 30}),
    rule(ID="empty prefix", Filter={"Prefix": ""}, Expiration={"Date": DATE}),
    rule(ID="prefix", Filter={"Prefix": "logs/"}, Expiration={"ExpiredObjectDeleteMarker": False}),
    rule(ID="tag", Filter={"Tag": {"Key": "a", "Value": ""}}, Expiration={"Days": 1}),
    rule(ID="larger", Filter={"ObjectSizeGreaterThan": 0}, Expiration={"Days": 1}),
    rule(ID="smaller", Filter={"ObjectSizeLessThan": 1}, NoncurrentVersionExpiration={"NoncurrentDays": 1}),
    rule(
        ID="everything",
        Filter={
            "And": {
                "Prefix": "x",
                "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}],
                "ObjectSizeGreaterThan": 5,
                "ObjectSizeLessThan": 500,
            }
        },
        Transitions=[
            {"Days": 30, "StorageClass": "STANDARD_IA"},
            {"Days": 60, "StorageClass": "GLACIER"},
            {"Days": 61, "StorageClass": "DEEP_ARCHIVE"},
        ],
        Expiration={"Days": 62},
        NoncurrentVersionTransitions=[
            {"NoncurrentDays": 0, "StorageClass": "GLACIER_IR", "NewerNoncurrentVersions": 2},
            {"NoncurrentDays": 5, "StorageClass": "DEEP_ARCHIVE"},
        ],
        NoncurrentVersionExpiration={"NoncurrentDays": 10, "NewerNoncurrentVersions": 500},
    ),
    rule(ID="uploads", Status="Disabled", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
    rule(
        ID="dates", Transitions=[{"Date": DATE, "StorageClass": "ONEZONE_IA"}], Expiration={"Date": DATE.replace(day=2)}
    ),
]


def test_a_new_bucket_has_no_rules(life: Life) -> None:
    message = "The lifecycle configuration does not exist"
    with refused("NoSuchLifecycleConfiguration", 404, BucketName=BUCKET, Message=message):
        life.read()
    life.rules(*RULES)
    life.s3.delete_bucket_lifecycle(Bucket=BUCKET)
    with refused("NoSuchLifecycleConfiguration", 404, BucketName=BUCKET, Message=message):
        life.read()
    reply = life.s3.delete_bucket_lifecycle(Bucket=BUCKET)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_rules_are_returned_as_put_in_order(life: Life) -> None:
    life.rules(*RULES)
    assert life.read() == RULES
    life.rules(RULES[3])
    assert life.read() == [RULES[3]]


def test_old_rules_have_a_prefix_instead_of_a_filter(life: Life) -> None:
    old: Any = [
        rule(ID="a", Prefix="a", Expiration={"Days": 2}, Transition={"Days": 1, "StorageClass": "GLACIER"}),
        rule(ID="b", Prefix="b", Expiration={"Days": 2}, NoncurrentVersionExpiration={"NoncurrentDays": 1}),
    ]
    reply = life.s3.put_bucket_lifecycle(Bucket=BUCKET, LifecycleConfiguration={"Rules": old})
    assert without_metadata(reply) == {}
    assert life.s3.get_bucket_lifecycle(Bucket=BUCKET)["Rules"] == old
    life.rules(rule(ID="", Prefix="", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}))
    assert [set(each) for each in life.read()] == [{"ID", "Prefix", "Status", "AbortIncompleteMultipartUpload"}]


def test_a_rule_without_an_id_gets_one(life: Life) -> None:
    life.rules(rule(**EXPIRE), rule(ID="", **EXPIRE), rule(ID="x" * 255, **EXPIRE))
    first, second, third = (each["ID"] for each in life.read())
    assert len({first, second}) == 2
    assert {len(first), len(second)} == {48}
    assert third == "x" * 255
    assert [each["ID"] for each in life.read()] == [first, second, third]


def test_small_objects_do_not_move_by_default(life: Life) -> None:
    assert life.rules(rule(**EXPIRE))["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"
    for minimum in ("varies_by_storage_class", "all_storage_classes_128K"):
        reply = life.rules(rule(**EXPIRE), TransitionDefaultMinimumObjectSize=minimum)
        assert reply["TransitionDefaultMinimumObjectSize"] == minimum
        configuration = life.s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)
        assert configuration["TransitionDefaultMinimumObjectSize"] == minimum
    message = "Invalid TransitionDefaultMinimumObjectSize found: value"
    with refused("InvalidRequest", 400, Message=message):
        life.rules(rule(**EXPIRE), TransitionDefaultMinimumObjectSize="value")


def test_a_bucket_with_mfa_delete_has_no_rules(life: Life) -> None:
    life.rules(rule(**EXPIRE))
    enabled: Any = {"Status": "Enabled", "MFADelete": "Enabled"}
    message = (
        "Mfa Authentication is not supported on a bucket with lifecycle configuration. "
        "Delete lifecycle configuration before enabling Mfa Authentication."
    )
    with refused("InvalidBucketState", 409, Message=message):
        life.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=enabled, MFA="serial 123456")
    life.s3.delete_bucket_lifecycle(Bucket=BUCKET)
    life.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=enabled, MFA="serial 123456")
    with refused("InvalidBucketState", 409):
        life.rules(rule(**EXPIRE))
    with refused("NoSuchLifecycleConfiguration", 404):
        life.read()


def test_a_directory_bucket_only_has_rules_for_expiration_and_uploads(west: S3Client, directory: str) -> None:
    rules: Any = [
        rule(ID="a", Filter={"Prefix": "a/"}, **EXPIRE),
        rule(ID="b", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}),
    ]

    def put(*rules: Any) -> Any:
        return west.put_bucket_lifecycle_configuration(Bucket=directory, LifecycleConfiguration={"Rules": [*rules]})

    assert without_metadata(put(*rules)) == {}
    configuration = without_metadata(west.get_bucket_lifecycle_configuration(Bucket=directory))
    assert configuration == {"Rules": rules}
    for bad, element in (
        (rule(Filter={"Tag": {"Key": "a", "Value": "b"}}, **EXPIRE), "Tag"),
        (rule(Prefix="", **EXPIRE), "Prefix"),
        (rule(Expiration={"Date": DATE}), "Date"),
        (rule(Expiration={"ExpiredObjectDeleteMarker": True}), "ExpiredObjectDeleteMarker"),
        (rule(Transitions=[{"Days": 1, "StorageClass": "GLACIER"}]), "Transitions"),
        (rule(NoncurrentVersionExpiration={"NoncurrentDays": 1}), "NoncurrentVersionExpiration"),
    ):
        with refused("InvalidRequest", 400, Message=f"{element} is not supported for directory buckets."):
            put(bad)
    with refused("NotImplemented", 501, Header="x-amz-transition-default-minimum-object-size"):
        west.put_bucket_lifecycle_configuration(
            Bucket=directory,
            LifecycleConfiguration={"Rules": rules},
            TransitionDefaultMinimumObjectSize="varies_by_storage_class",
        )
    assert without_metadata(west.get_bucket_lifecycle_configuration(Bucket=directory)) == configuration
    upload: Any = west.create_multipart_upload(Bucket=directory, Key="a/b")
    assert "AbortDate" not in upload
    assert west.put_object(Bucket=directory, Key="a/b")["Expiration"] == "NotImplemented"
    west.delete_bucket_lifecycle(Bucket=directory)
    with refused("NoSuchLifecycleConfiguration", 404):
        west.get_bucket_lifecycle_configuration(Bucket=directory)


# Headers of responses


def test_every_response_about_an_object_has_its_expiration(life: Life) -> None:
    """User Guide, "Lifecycle configuration elements": from 10:30 and 3 days to the midnight after the third day."""
    life.rules(rule(ID="Delete after 3 days", Filter={"Prefix": "a"}, **EXPIRE))
    expected = 'expiry-date="Wed, 14 Jan 2026 00:00:00 GMT", rule-id="Delete after 3 days"'
    names: Any = {"Bucket": BUCKET, "Key": "a"}
    s3 = life.s3
    assert life.put("a")["Expiration"] == expected
    assert s3.get_object(**names)["Expiration"] == expected
    assert s3.head_object(**names)["Expiration"] == expected
    copied: Any = s3.copy_object(**names, CopySource=f"{BUCKET}/a", MetadataDirective="REPLACE")
    assert copied["Expiration"] == expected
    upload_id = s3.create_multipart_upload(**names)["UploadId"]
    part: Any = s3.upload_part(**names, UploadId=upload_id, PartNumber=1, Body=b"a")
    parts: Any = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    done = s3.complete_multipart_upload(**names, UploadId=upload_id, MultipartUpload=parts)
    assert done["Expiration"] == expected
    assert "Expiration" not in life.put("b")
    assert "Expiration" not in s3.head_object(Bucket=BUCKET, Key="b")


def test_the_expiration_names_the_first_of_the_earliest_rules(life: Life) -> None:
    life.rules(
        rule(ID="off", Status="Disabled", Expiration={"Days": 1}),
        rule(ID="late", Expiration={"Days": 9}),
        rule(ID="first", Expiration={"Days": 5}),
        rule(ID="second", Filter={"Prefix": "a"}, Expiration={"Days": 5}),
        rule(ID="tag", Filter={"Tag": {"Key": "k", "Value": "v"}}, Expiration={"Date": midnight(2)}),
    )
    assert 'rule-id="first"' in life.put("a")["Expiration"]
    tagged = 'expiry-date="Mon, 12 Jan 2026 00:00:00 GMT", rule-id="tag"'
    assert life.put("a", Tagging="k=v")["Expiration"] == tagged
    life.s3.put_object_tagging(Bucket=BUCKET, Key="a", Tagging={"TagSet": []})
    assert 'rule-id="first"' in life.s3.head_object(Bucket=BUCKET, Key="a")["Expiration"]


def test_a_version_requested_by_its_id_has_no_expiration(life: Life) -> None:
    life.version()
    life.rules(rule(**EXPIRE))
    version = life.put("a")["VersionId"]
    assert "Expiration" in life.s3.head_object(Bucket=BUCKET, Key="a")
    assert "Expiration" not in life.s3.head_object(Bucket=BUCKET, Key="a", VersionId=version)


def test_rules_for_noncurrent_versions_give_no_expiration(life: Life) -> None:
    life.rules(
        rule(Expiration={"ExpiredObjectDeleteMarker": True}, NoncurrentVersionExpiration={"NoncurrentDays": 1}),
        rule(Transitions=[{"Days": 1, "StorageClass": "GLACIER"}]),
    )
    assert "Expiration" not in life.put("a")


@pytest.mark.parametrize(
    ("rule_id", "encoded"), [("a b/c:d", "a b/c:d"), ('é"%', "%C3%A9%22%25")], ids=["readable", "encoded"]
)
def test_characters_of_a_rules_id_are_encoded_in_the_header(life: Life, rule_id: str, encoded: str) -> None:
    life.rules(rule(ID=rule_id, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}, **EXPIRE))
    assert life.put("a")["Expiration"].endswith(f', rule-id="{encoded}"')
    assert life.s3.create_multipart_upload(Bucket=BUCKET, Key="a")["AbortRuleId"] == encoded
    assert life.read()[0]["ID"] == rule_id


def test_responses_about_an_upload_have_its_abort_date(life: Life) -> None:
    life.rules(
        rule(ID="later", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
        rule(ID="soon", Filter={"Prefix": "a"}, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}),
    )
    for key, (date, rule_id) in {"a": (midnight(2), "soon"), "b": (midnight(8), "later")}.items():
        begun = life.s3.create_multipart_upload(Bucket=BUCKET, Key=key)
        listed = life.s3.list_parts(Bucket=BUCKET, Key=key, UploadId=begun["UploadId"])
        assert (begun["AbortDate"], begun["AbortRuleId"]) == (date, rule_id)
        assert (listed["AbortDate"], listed["AbortRuleId"]) == (date, rule_id)
    life.rules(rule(**EXPIRE))
    assert "AbortDate" not in life.s3.list_parts(Bucket=BUCKET, Key=key, UploadId=begun["UploadId"])
