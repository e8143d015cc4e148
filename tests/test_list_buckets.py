"""ListBuckets: by owner, in pages, by prefix and by region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from s3mock.backend.cloud import Cloud
from tests.support.raw_requests import ask, document
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ALL = "bucket-0", "bucket-1", "bucket-2", "bucket-3", "bucket-4"


def regional(region: str) -> S3Client:
    s3: S3Client = boto3.client("s3", region_name=region)
    return s3


def names_of(reply: Any) -> list[str]:
    return [bucket["Name"] for bucket in reply["Buckets"]]


@pytest.fixture
def ireland(s3: S3Client) -> str:
    """The name of a bucket in eu-west-1."""
    s3.create_bucket(Bucket="ireland", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return "ireland"


def test_an_account_without_buckets_has_an_empty_list(s3: S3Client) -> None:
    reply = without_metadata(s3.list_buckets())
    assert reply == {"Buckets": [], "Owner": {"ID": reply["Owner"]["ID"]}}


def test_buckets_are_listed_by_name_with_their_dates_and_arns(s3: S3Client) -> None:
    for name in ("charlie", "alpha", "bravo"):
        s3.create_bucket(Bucket=name)
    buckets = s3.list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == ["alpha", "bravo", "charlie"]
    assert all(bucket["BucketArn"] == f"arn:aws:s3:::{bucket['Name']}" for bucket in buckets)
    assert all(bucket.keys() == {"Name", "CreationDate", "BucketArn"} for bucket in buckets)


def test_the_buckets_of_all_regions_are_listed_at_any_endpoint(s3: S3Client, ireland: str) -> None:
    s3.create_bucket(Bucket="virginia")
    for region in ("us-east-1", "eu-west-1", "ap-south-1"):
        assert names_of(regional(region).list_buckets()) == [ireland, "virginia"]


@pytest.mark.usefixtures("ireland")
def test_any_parameter_adds_the_region(s3: S3Client) -> None:
    calls: list[Any] = [{"Prefix": ""}, {"MaxBuckets": 10}, {"ContinuationToken": ""}]
    for parameters in calls:
        assert [bucket["BucketRegion"] for bucket in s3.list_buckets(**parameters)["Buckets"]] == ["eu-west-1"]


def test_buckets_are_listed_in_pages(s3: S3Client) -> None:
    for name in ALL:
        s3.create_bucket(Bucket=name)
    first = s3.list_buckets(MaxBuckets=2)
    assert names_of(first) == [*ALL[:2]]
    assert without_metadata(first).keys() == {"Buckets", "Owner", "ContinuationToken"}
    second = s3.list_buckets(MaxBuckets=3, ContinuationToken=first["ContinuationToken"])
    assert names_of(second) == [*ALL[2:]]
    assert without_metadata(second).keys() == {"Buckets", "Owner"}
    pages = s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 2})
    assert [names_of(page) for page in pages] == [[*ALL[:2]], [*ALL[2:4]], [*ALL[4:]]]


def test_an_empty_token_starts_from_the_beginning(s3: S3Client) -> None:
    for name in ("alpha", "bravo"):
        s3.create_bucket(Bucket=name)
    reply = s3.list_buckets(MaxBuckets=1, ContinuationToken="")
    assert reply["Buckets"][0]["Name"] == "alpha"
    assert reply["ContinuationToken"]


@pytest.mark.parametrize("token", ["garbage", "YWJj", "YWJ", "é", " "])
def test_an_invalid_token_is_refused(s3: S3Client, token: str) -> None:
    message = "The continuation token provided is incorrect"
    with refused("InvalidArgument", 400, Message=message, ArgumentName="continuation-token"):
        s3.list_buckets(ContinuationToken=token)


def test_a_prefix_is_case_sensitive_and_echoed(s3: S3Client) -> None:
    for name in ("photos-1", "photos-2", "videos"):
        s3.create_bucket(Bucket=name)
    reply = s3.list_buckets(Prefix="photos")
    assert names_of(reply) == ["photos-1", "photos-2"]
    assert reply["Prefix"] == "photos"
    assert s3.list_buckets(Prefix="PHOTOS")["Buckets"] == []
    assert s3.list_buckets(Prefix="")["Prefix"] == ""


def test_the_buckets_of_a_region_are_listed_at_its_endpoint(s3: S3Client, ireland: str) -> None:
    s3.create_bucket(Bucket="virginia")
    assert names_of(s3.list_buckets(BucketRegion="us-east-1")) == ["virginia"]
    assert names_of(regional("eu-west-1").list_buckets(BucketRegion="EU-west-1")) == [ireland]
    assert names_of(regional("ap-south-1").list_buckets(BucketRegion="ap-south-1")) == []
    message = "Requests with bucket-region specified must be made to the corresponding regional endpoint"
    with refused("InvalidArgument", 400, Message=message, ArgumentName="bucket-region"):
        regional("eu-west-1").list_buckets(BucketRegion="us-east-1")


def test_the_endpoint_of_us_east_1_lists_the_buckets_of_any_region(s3: S3Client, ireland: str) -> None:
    assert names_of(s3.list_buckets(BucketRegion="eu-west-1")) == [ireland]
    assert s3.list_buckets(BucketRegion="ap-south-1", Prefix=ireland)["Buckets"] == []


@pytest.mark.parametrize("region", ["eu-east-1", "", "us-east-1a"])
def test_an_invalid_region_is_refused(s3: S3Client, region: str) -> None:
    message = f"Argument value {region} is not a valid AWS Region"
    with refused("InvalidArgument", 400, Message=message, ArgumentName="bucket-region"):
        s3.list_buckets(BucketRegion=region)


@pytest.mark.parametrize("number", [0, -1, 10_001])
def test_a_page_has_from_one_to_ten_thousand_buckets(empty_cloud: Cloud, number: int) -> None:
    error = document(empty_cloud, f"/?max-buckets={number}&bucket-region=nowhere")
    assert "<Message>Argument max-buckets must be an integer between 1 and 10000</Message>" in error
    assert f"<ArgumentName>max-buckets</ArgumentName><ArgumentValue>{number}</ArgumentValue>" in error
    assert ask(empty_cloud, "GET", "/?max-buckets=10000").status == 200


def test_an_invalid_number_of_buckets_is_refused(empty_cloud: Cloud) -> None:
    error = document(empty_cloud, "/?max-buckets=many")
    assert "<Message>Provided max-buckets not an integer or within integer range</Message>" in error
