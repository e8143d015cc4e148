"""Bucket policies: putting and getting them, their status, and public policies that are blocked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from s3mock import mock_s3
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

NONE = {"BucketName": "a-bucket", "Message": "The bucket policy does not exist"}


def document(**elements: Any) -> str:
    """A policy for "a-bucket" that lets everyone read, with these elements replaced, as S3 writes it."""
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject"}
    statement |= {"Resource": "arn:aws:s3:::a-bucket/*", **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def test_a_policy_is_read_until_it_is_deleted(s3: S3Client, bucket: str) -> None:
    """aws_recorded: test_bucket_policy_crud."""
    with refused("NoSuchBucketPolicy", 404, **NONE):
        s3.get_bucket_policy(Bucket=bucket)
    assert s3.put_bucket_policy(Bucket=bucket, Policy=document())["ResponseMetadata"]["HTTPStatusCode"] == 204
    reply = s3.get_bucket_policy(Bucket=bucket)
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert without_metadata(reply) == {"Policy": document()}
    for _ in range(2):
        assert s3.delete_bucket_policy(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
        with refused("NoSuchBucketPolicy", 404, **NONE):
            s3.get_bucket_policy(Bucket=bucket)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Policies must be valid JSON and the first byte must be '{'"),
        ("random string", "Policies must be valid JSON and the first byte must be '{'"),
        ("{}", "Missing required field Statement"),
        (r'{"Id":"\ud800","Statement":[]}', "This policy contains invalid Json"),
    ],
)
def test_an_invalid_policy_is_refused_and_the_old_one_stays(s3: S3Client, bucket: str, text: str, message: str) -> None:
    """aws_recorded: test_bucket_policy_exc."""
    s3.put_bucket_policy(Bucket=bucket, Policy=document())
    with refused("MalformedPolicy", 400) as refusal:
        s3.put_bucket_policy(Bucket=bucket, Policy=text)
    assert refusal.error["Message"] == message
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == document()


def test_an_invalid_principal_is_named_in_the_error(s3: S3Client, bucket: str) -> None:
    fields = {"Message": "Invalid principal in policy", "Detail": '"AWS" : "ann"'}
    with refused("MalformedPolicy", 400, **fields):
        s3.put_bucket_policy(Bucket=bucket, Policy=document(Principal={"AWS": "ann"}))


def test_a_policy_is_about_its_own_bucket(s3: S3Client, bucket: str) -> None:
    with refused("MalformedPolicy", 400, Message="Policy has invalid resource"):
        s3.put_bucket_policy(Bucket=bucket, Policy=document(Resource="arn:aws:s3:::another/*"))


def test_a_missing_bucket_has_no_policy(s3: S3Client) -> None:
    with refused("NoSuchBucket", 404):
        s3.get_bucket_policy(Bucket="no-such-bucket")
    with refused("NoSuchBucket", 404):
        s3.put_bucket_policy(Bucket="no-such-bucket", Policy=document())
    with refused("NoSuchBucket", 404):
        s3.get_bucket_policy_status(Bucket="no-such-bucket")


def test_a_bucket_without_a_policy_has_no_status_even_with_a_public_acl(s3: S3Client, bucket: str) -> None:
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    with refused("NoSuchBucketPolicy", 404, **NONE):
        s3.get_bucket_policy_status(Bucket=bucket)


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
# "The meaning of public"
POINT = "arn:aws:s3:us-west-2:{}:accesspoint/*"
PUBLIC: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"Principal": "*"}, True),
    ({"Effect": "Deny"}, False),
    ({"Principal": {"AWS": "111122223333"}}, False),
    ({"Principal": {"Service": "cloudtrail.amazonaws.com"}}, False),
    ({"Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}, True),
    ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}}, False),
    ({"Condition": {"StringEqualsIfExists": {"aws:SourceVpc": "vpc-91237329"}}}, True),
    ({"Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-91237329"}}}, True),
    ({"Condition": {"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-91237329"}}}, True),
    ({"Condition": {"StringEquals": {"aws:SourceVpce": "${aws:username}"}}}, True),
    ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}}, False),
    ({"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, False),
    ({"Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2.0.0.0/7"]}}}, True),
    ({"Condition": {"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}}, False),
    ({"Condition": {"IpAddress": {"aws:SourceIp": "2001::/16"}}}, True),
    ({"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, True),
    ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}}}, False),
    ({"Condition": {"StringLike": {"aws:userid": "AROLEID:*"}}}, True),
    ({"Condition": {"StringLike": {"s3:DataAccessPointArn": POINT.format("111122223333")}}}, False),
    ({"Condition": {"StringLike": {"s3:DataAccessPointArn": POINT.format("*")}}}, True),
    ({"Condition": {"StringEquals": {"aws:UserAgent": "a friend"}}}, True),
    ({"Principal": {"AWS": "111122223333"}, "Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}, False),
]


@pytest.mark.parametrize(("elements", "public"), PUBLIC, ids=str)
def test_a_policy_is_public_unless_it_allows_fixed_values_only(
    s3: S3Client, bucket: str, elements: dict[str, Any], public: bool
) -> None:
    s3.put_bucket_policy(Bucket=bucket, Policy=document(**elements))
    reply = s3.get_bucket_policy_status(Bucket=bucket)
    assert without_metadata(reply) == {"PolicyStatus": {"IsPublic": public}}


def test_a_public_policy_is_refused_where_these_are_blocked(s3: S3Client, bucket: str) -> None:
    blocked: Any = {"BlockPublicPolicy": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)
    message = (
        "User: arn:aws:iam::123456789012:root is not authorized to perform: s3:PutBucketPolicy on resource: "
        '"arn:aws:s3:::a-bucket" because public policies are prevented by the BlockPublicPolicy setting in S3 Block '
        "Public Access."
    )
    with refused("AccessDenied", 403, Message=message):
        s3.put_bucket_policy(Bucket=bucket, Policy=document())
    with refused("NoSuchBucketPolicy", 404):
        s3.get_bucket_policy(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=document(Principal={"AWS": "111122223333"}))


def test_a_public_policy_stays_when_these_are_blocked_later(s3: S3Client, bucket: str) -> None:
    s3.put_bucket_policy(Bucket=bucket, Policy=document())
    blocked: Any = {"BlockPublicPolicy": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True


def test_another_account_cannot_put_or_get_a_policy_with_any_permissions(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_bucket_policy(Bucket=bucket, Policy=document(Action="s3:*", Resource="arn:aws:s3:::a-bucket"))
    other: S3Client = mock.client(aws_access_key_id="444455556666", aws_secret_access_key="any")
    with refused("MethodNotAllowed", 405, Method="GET", ResourceType="BUCKETPOLICY"):
        other.get_bucket_policy(Bucket=bucket)
    with refused("MethodNotAllowed", 405, Method="PUT", ResourceType="BUCKETPOLICY"):
        other.put_bucket_policy(Bucket=bucket, Policy=document())
    with refused("MethodNotAllowed", 405, Method="DELETE", ResourceType="BUCKETPOLICY"):
        other.delete_bucket_policy(Bucket=bucket)
    assert other.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True


@mock_s3(bucket_defaults="current")
def test_a_bucket_with_current_defaults_refuses_a_public_policy() -> None:
    s3: S3Client = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="a-bucket")
    with refused("AccessDenied", 403):
        s3.put_bucket_policy(Bucket="a-bucket", Policy=document())


def test_a_directory_buckets_policy_is_about_sessions(west: S3Client, directory: str) -> None:
    arn = f"arn:aws:s3express:us-west-2:123456789012:bucket/{directory}"
    written = document(Action="s3express:CreateSession", Resource=arn, Principal={"AWS": "444455556666"})
    west.put_bucket_policy(Bucket=directory, Policy=written)
    returned = json.loads(west.get_bucket_policy(Bucket=directory)["Policy"])
    assert returned["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::444455556666:root"}
    with refused("MalformedPolicy", 400, Message="Policy has invalid action"):
        west.put_bucket_policy(Bucket=directory, Policy=document(Resource=arn))
    west.delete_bucket_policy(Bucket=directory)
