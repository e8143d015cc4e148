"""What metrics, analytics, inventory and tiering configurations have in common: a bucket has many of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore import xform_name

from s3mock.backend.cloud import Cloud
from tests.support.raw_requests import ask
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3
    from s3mock.models.configuration import ListedTopic, Topics

DESTINATION = {"S3BucketDestination": {"Bucket": "arn:aws:s3:::a-bucket", "Format": "CSV"}}

REST: dict[str, dict[str, Any]] = {
    "Metrics": {},
    "Analytics": {"StorageClassAnalysis": {}},
    "Inventory": {
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "Destination": DESTINATION,
    },
    "IntelligentTiering": {"Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]},
}
"""The required members of each kind besides the Id."""


class Kind:
    """The four operations of one kind of configuration, for one bucket."""

    def __init__(self, s3: S3Client, bucket: str, name: str) -> None:
        self.s3: Any = s3
        self.bucket = bucket
        self.name = name
        self.member = f"{name}Configuration"

    def document(self, name: str, **members: Any) -> dict[str, Any]:
        return {"Id": name, **REST[self.name], **members}

    def _call(self, verb: str, **parameters: Any) -> Any:
        operation = xform_name(f"{verb}Bucket{self.member}" + ("s" if verb == "List" else ""))
        return getattr(self.s3, operation)(Bucket=self.bucket, **parameters)

    def put(self, name: str, document: dict[str, Any] | None = None) -> int:
        reply = self._call("Put", Id=name, **{self.member: document or self.document(name)})
        return int(reply["ResponseMetadata"]["HTTPStatusCode"])

    def get(self, name: str) -> Any:
        return self._call("Get", Id=name)[self.member]

    def delete(self, name: str) -> int:
        return int(self._call("Delete", Id=name)["ResponseMetadata"]["HTTPStatusCode"])

    def page(self, **parameters: Any) -> dict[str, Any]:
        return without_metadata(self._call("List", **parameters))

    def ids(self, page: dict[str, Any]) -> list[str]:
        return [configuration["Id"] for configuration in page[f"{self.member}List"]]


@pytest.fixture(params=REST)
def kind(request: pytest.FixtureRequest, s3: S3Client, bucket: str) -> Kind:
    """Each kind of configuration, for the empty bucket "a-bucket"."""
    return Kind(s3, bucket, request.param)


def test_a_configuration_is_read_as_it_was_put(kind: Kind) -> None:
    """aws_recorded: test_put_bucket_metrics_configuration, test_overwrite_bucket_metrics_configuration."""
    document = kind.document("a.b_c-1", **({} if kind.name == "Inventory" else {"Filter": {"Prefix": "logs/"}}))
    assert kind.put("a.b_c-1", document) == 204
    assert kind.get("a.b_c-1") == document
    kind.put("a.b_c-1")
    assert kind.get("a.b_c-1") == kind.document("a.b_c-1")


def test_a_missing_configuration_cannot_be_read_or_deleted(kind: Kind) -> None:
    """aws_recorded: test_get_bucket_metrics_configuration_not_exist, test_delete_metrics_configuration_twice."""
    with refused("NoSuchConfiguration", 404, Message="The specified configuration does not exist."):
        kind.get("none")
    kind.put("one")
    kind.put("two")
    assert kind.delete("one") == 204
    with refused("NoSuchConfiguration", 404, Message="The specified configuration does not exist."):
        kind.delete("one")
    assert kind.get("two")
    assert kind.ids(kind.page()) == ["two"]


def test_no_configurations_are_an_empty_list(kind: Kind) -> None:
    assert kind.page() == {"IsTruncated": False}
    kind.put("one")
    kind.delete("one")
    assert kind.page() == {"IsTruncated": False}


def test_configurations_are_listed_in_pages_of_a_hundred(kind: Kind) -> None:
    """aws_recorded: test_list_bucket_metrics_configurations_paginated."""
    names = [f"id-{number:03}" for number in range(102)]
    for name in reversed(names):
        kind.put(name)
    first = kind.page()
    assert (first["IsTruncated"], kind.ids(first)) == (True, names[:100])
    second = kind.page(ContinuationToken=first["NextContinuationToken"])
    assert (second["IsTruncated"], kind.ids(second)) == (False, names[100:])
    assert second["ContinuationToken"] == first["NextContinuationToken"]
    assert "NextContinuationToken" not in second


def test_an_invalid_token_is_refused(kind: Kind) -> None:
    with refused("InvalidArgument", 400, ArgumentName="continuation-token"):
        kind.page(ContinuationToken="next")


@pytest.mark.parametrize("name", ["a b", "ä", "a/b", "x" * 65])
def test_an_id_has_letters_digits_periods_dashes_and_underscores(kind: Kind, name: str) -> None:
    with refused("InvalidArgument", 400, ArgumentName="id", ArgumentValue=name):
        kind.put(name)
    assert kind.page() == {"IsTruncated": False}


def test_an_empty_id_is_refused(kind: Kind) -> None:
    with refused("InvalidArgument", 400):
        kind.put("")
    kind.put("x" * 64)


def test_both_ids_are_the_same(kind: Kind) -> None:
    """https://github.com/aws/aws-cli/issues/2355, https://github.com/aws/aws-cli/issues/4476; s3_facts 25."""
    with refused("IdMismatch" if kind.name == "Inventory" else "MalformedXML", 400):
        kind.put("one", kind.document("other"))
    assert kind.page() == {"IsTruncated": False}


def test_a_bucket_has_at_most_a_thousand_of_a_kind(kind: Kind, mock: S3) -> None:
    kind.put("id-0")
    bucket = mock.cloud.namespace.get(kind.bucket)
    assert bucket is not None
    topic = cast("ListedTopic", xform_name(kind.name))
    present = bucket.configuration.listed(topic)["id-0"]
    bucket.configure(**cast("Topics", {topic: {f"id-{number}": present for number in range(1000)}}))
    with refused("TooManyConfigurations", 400):
        kind.put("one-more")
    kind.put("id-0")
    with refused("NoSuchConfiguration", 404):
        kind.get("one-more")


def test_a_configuration_needs_a_bucket(kind: Kind) -> None:
    kind.bucket = "another-bucket"
    for call in (kind.put, kind.get, kind.delete):
        with refused("NoSuchBucket", 404, BucketName="another-bucket"):
            call("one")
    with refused("NoSuchBucket", 404, BucketName="another-bucket"):
        kind.page()


@pytest.mark.parametrize("name", ["metrics", "analytics", "inventory", "intelligent-tiering"])
def test_a_put_without_an_id_is_refused(cloud: Cloud, name: str) -> None:
    reply = ask(cloud, "PUT", f"/a-bucket?{name}", b"<x/>")
    assert isinstance(reply.body, bytes)
    assert (reply.status, b"<ArgumentName>id</ArgumentName>" in reply.body) == (400, True)


FILTERED = ["Metrics", "Analytics", "IntelligentTiering"]
TAG, OTHER = {"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}


@pytest.mark.parametrize("name", FILTERED)
@pytest.mark.parametrize(
    "accepted",
    [
        {"Prefix": "logs/"},
        {"Tag": TAG},
        {"And": {"Prefix": "logs/", "Tags": [TAG]}},
        {"And": {"Tags": [TAG, OTHER]}},
    ],
)
def test_a_filter_is_one_predicate_or_several_in_an_and(
    s3: S3Client, bucket: str, name: str, accepted: dict[str, Any]
) -> None:
    kind = Kind(s3, bucket, name)
    kind.put("one", kind.document("one", Filter=accepted))
    assert kind.get("one")["Filter"] == accepted


def test_an_empty_prefix_is_no_filter_of_analytics(s3: S3Client, bucket: str) -> None:
    """s3_facts 31. That the others may have one is assumed."""
    analytics, *others = (Kind(s3, bucket, name) for name in ("Analytics", "Metrics", "IntelligentTiering"))
    with refused("MalformedXML", 400):
        analytics.put("one", analytics.document("one", Filter={"Prefix": ""}))
    assert analytics.page() == {"IsTruncated": False}
    for kind in others:
        kind.put("one", kind.document("one", Filter={"Prefix": ""}))
        assert kind.get("one")["Filter"] == {"Prefix": ""}


@pytest.mark.parametrize("name", FILTERED)
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({}, "MalformedXML"),
        ({"Prefix": "logs/", "Tag": TAG}, "MalformedXML"),
        ({"And": {"Prefix": "logs/"}}, "MalformedXML"),
        ({"And": {"Tags": [TAG]}}, "MalformedXML"),
        ({"And": {"Tags": [TAG, TAG]}}, "InvalidTag"),
        ({"Tag": {"Key": "aws:a", "Value": ""}}, "InvalidTag"),
    ],
)
def test_any_other_filter_is_refused(s3: S3Client, bucket: str, name: str, wrong: dict[str, Any], code: str) -> None:
    kind = Kind(s3, bucket, name)
    with refused(code, 400):
        kind.put("one", kind.document("one", Filter=wrong))
    assert kind.page() == {"IsTruncated": False}
