"""Example policies of the User Guide, each with a request that it allows and one that it denies.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from botocore.config import Config

from s3mock import mock_s3
from tests.support.accounts import client
from tests.support.presigned_urls import Response
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.control import S3

OWNER, OTHER = "111122223333", "444455556666"
BUCKET, ARN = "a-bucket", "arn:aws:s3:::a-bucket"
OBJECTS, BOTH = f"{ARN}/*", [ARN, f"{ARN}/*"]
PUT: dict[str, Any] = {"Bucket": BUCKET, "Key": "new", "Body": b"bytes"}
GET: dict[str, Any] = {"Bucket": BUCKET, "Key": "k"}
LIST: dict[str, Any] = {"Bucket": BUCKET}
VERSION_4 = "AWS4-HMAC-SHA256"


class Example(NamedTuple):
    """A policy's statements, a call of another account that it allows, and one that it denies."""

    statements: list[dict[str, Any]]
    allowed: tuple[str, dict[str, Any]] | None
    refused: tuple[str, dict[str, Any]] | None


def allow_other(action: Any, resource: Any = OBJECTS, **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def deny(action: Any, resource: Any = OBJECTS, **condition: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource, "Condition": condition}


ALL = allow_other("s3:*", BOTH)
KMS = "x-amz-server-side-encryption"

EXAMPLES: dict[str, Example] = {
    "requiring encryption with KMS": Example(
        [ALL, deny("s3:PutObject", Null={f"s3:{KMS}-aws-kms-key-id": "true"})],
        ("put_object", {**PUT, "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/mine"}),
        ("put_object", PUT),
    ),
    "requiring a canned ACL of uploads": Example(
        [allow_other("s3:PutObject", StringEquals={"s3:x-amz-acl": "bucket-owner-full-control"})],
        ("put_object", {**PUT, "ACL": "bucket-owner-full-control"}),
        ("put_object", PUT),
    ),
    "objects to everyone with the tag of their environment": Example(
        [allow_other("s3:GetObject", StringEquals={"s3:ExistingObjectTag/environment": "production"})],
        ("get_object", {**GET, "Key": "tagged"}),
        ("get_object", GET),
    ),
    "only these tags on new objects": Example(
        [
            allow_other(
                ["s3:PutObject", "s3:PutObjectTagging"],
                **{"ForAllValues:StringLike": {"s3:RequestObjectTagKeys": ["Owner", "CreationDate"]}},
            )
        ],
        ("put_object", {**PUT, "Tagging": "Owner=a&CreationDate=b"}),
        ("put_object", {**PUT, "Tagging": "Owner=a&Colour=red"}),
    ),
    "a tag that has to be there with one of these values": Example(
        [allow_other("s3:PutObjectTagging", StringEquals={"s3:RequestObjectTag/Project": ["X", "Y"]})],
        ("put_object_tagging", {**GET, "Tagging": {"TagSet": [{"Key": "Project", "Value": "X"}]}}),
        ("put_object_tagging", {**GET, "Tagging": {"TagSet": [{"Key": "Project", "Value": "Z"}]}}),
    ),
    "only addresses of the company, but for one": Example(
        [
            ALL,
            deny("s3:*", BOTH, NotIpAddress={"aws:SourceIp": ["127.0.0.0/8"]}),
            deny("s3:*", f"{ARN}/secret/*", IpAddress={"aws:SourceIp": "127.0.0.1/32"}),
        ],
        ("get_object", GET),
        ("get_object", {**GET, "Key": "secret/k"}),
    ),
    "only https": Example([ALL, deny("s3:*", BOTH, Bool={"aws:SecureTransport": "false"})], ("get_object", GET), None),
    "only modern TLS": Example(
        [ALL, deny("s3:*", BOTH, NumericLessThan={"s3:TlsVersion": 1.2})], ("get_object", GET), None
    ),
    "only from a website": Example(
        [allow_other("s3:GetObject", StringLike={"aws:Referer": ["http://www.example.com/*"]})],
        None,
        ("get_object", GET),
    ),
    "only members of an organization": Example(
        [allow_other("s3:GetObject", StringEquals={"aws:PrincipalOrgID": "o-xxxxx"})], None, ("get_object", GET)
    ),
    "only through a VPC endpoint": Example(
        [ALL, deny("s3:*", BOTH, StringNotEquals={"aws:SourceVpce": "vpce-1a2b3c4d"})], None, ("get_object", GET)
    ),
    "multi-factor authentication": Example(
        [ALL, deny("s3:*", f"{ARN}/secret/*", Null={"aws:MultiFactorAuthAge": True})],
        ("get_object", GET),
        ("get_object", {**GET, "Key": "secret/k"}),
    ),
    "listing a folder": Example(
        [allow_other("s3:ListBucket", ARN, StringEquals={"s3:prefix": "finance"})],
        ("list_objects_v2", {**LIST, "Prefix": "finance"}),
        ("list_objects_v2", LIST),
    ),
    "listing a few keys at a time": Example(
        [allow_other("s3:ListBucket", ARN, NumericLessThanEquals={"s3:max-keys": 10})],
        ("list_objects_v2", {**LIST, "MaxKeys": 2}),
        ("list_objects_v2", {**LIST, "MaxKeys": 11}),
    ),
    "copying from one folder only": Example(
        [
            allow_other(["s3:PutObject", "s3:GetObject"]),
            deny("s3:PutObject", StringNotLike={"s3:x-amz-copy-source": f"{BUCKET}/public/*"}),
        ],
        ("copy_object", {"Bucket": BUCKET, "Key": "new", "CopySource": f"{BUCKET}/public/k"}),
        ("copy_object", {"Bucket": BUCKET, "Key": "new", "CopySource": f"{BUCKET}/k"}),
    ),
    "one version only": Example(
        [allow_other("s3:GetObjectVersion", StringEquals={"s3:VersionId": "null"})],
        ("get_object", {**GET, "VersionId": "null"}),
        ("get_object", GET),
    ),
    "one storage class only": Example(
        [allow_other("s3:PutObject", StringEquals={"s3:x-amz-storage-class": "STANDARD_IA"})],
        ("put_object", {**PUT, "StorageClass": "STANDARD_IA"}),
        ("put_object", PUT),
    ),
    "only conditional writes": Example(
        [allow_other("s3:PutObject"), deny("s3:PutObject", Null={"s3:if-none-match": "true"})],
        ("put_object", {**PUT, "IfNoneMatch": "*"}),
        ("put_object", PUT),
    ),
    "conditional writes, but for the parts of uploads": Example(
        [
            allow_other("s3:PutObject"),
            deny("s3:PutObject", Null={"s3:if-none-match": "true"}, Bool={"s3:ObjectCreationOperation": "true"}),
        ],
        ("create_multipart_upload", {"Bucket": BUCKET, "Key": "new"}),
        ("put_object", PUT),
    ),
    "only signatures of version 4": Example(
        [ALL, deny("s3:*", StringNotEquals={"s3:signatureversion": VERSION_4})], ("get_object", GET), None
    ),
    "only signatures in headers": Example(
        [ALL, deny("s3:*", StringNotEquals={"s3:authType": "REST-HEADER"})], ("get_object", GET), None
    ),
    "no SSE-C": Example(
        [ALL, deny("s3:PutObject", Null={f"s3:{KMS}-customer-algorithm": "false"})],
        ("put_object", PUT),
        ("put_object", {**PUT, "SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}),
    ),
    "only buckets of this account": Example(
        [ALL, deny("s3:*", StringNotEquals={"s3:ResourceAccount": OWNER})], ("get_object", GET), None
    ),
}


@pytest.fixture
def mock() -> Iterator[S3]:
    """The control object of an S3 with a few objects."""
    with mock_s3(allow_crossaccount_access=False) as control:
        owner = client(OWNER)
        owner.create_bucket(Bucket=BUCKET)
        for key in ("k", "secret/k", "public/k"):
            owner.put_object(Bucket=BUCKET, Key=key)
        owner.put_object(Bucket=BUCKET, Key="tagged", Tagging="environment=production")
        yield control


def attach(*statements: dict[str, Any]) -> None:
    """Set the bucket policy."""
    client(OWNER).put_bucket_policy(
        Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_user_guide_allows_exactly_what_it_describes(mock: S3, name: str) -> None:
    del mock
    example = EXAMPLES[name]
    attach(*example.statements)
    other = client(OTHER)
    if example.allowed is not None:
        call, parameters = example.allowed
        getattr(other, call)(**parameters)
    if example.refused is not None:
        call, parameters = example.refused
        with refused("AccessDenied", 403, Message="Access Denied"):
            getattr(other, call)(**parameters)


def test_the_host_and_the_scheme_are_condition_keys(mock: S3) -> None:
    del mock
    attach(ALL, deny("s3:*", BOTH, Bool={"aws:SecureTransport": "false"}))
    with refused("AccessDenied", 403):
        client(OTHER, use_ssl=False).get_object(**GET)
    attach(ALL, deny("s3:*", BOTH, StringNotEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}))
    endpoint = "https://bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com"
    client(OTHER, endpoint_url=endpoint).get_object(**GET)


def test_the_kind_of_signature_is_a_condition_key(mock: S3) -> None:
    del mock
    attach(ALL, deny("s3:*", StringNotEquals={"s3:signatureversion": VERSION_4}))
    with refused("AccessDenied", 403):
        client(OTHER, config=Config(signature_version="s3")).get_object(**GET)


@pytest.mark.parametrize(
    ("keys", "condition"),
    [
        ({"aws:PrincipalOrgID": "o-xxxxx"}, {"StringEquals": {"aws:PrincipalOrgID": "o-xxxxx"}}),
        ({"aws:SourceVpc": "vpc-1"}, {"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}),
        ({"aws:MultiFactorAuthAge": "60"}, {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
        ({"aws:PrincipalTag/team": "red"}, {"StringEquals": {"aws:PrincipalTag/team": "red"}}),
    ],
    ids=str,
)
def test_the_keys_of_a_principal_are_condition_keys(mock: S3, keys: dict[str, str], condition: dict[str, Any]) -> None:
    attach(allow_other("s3:GetObject", **condition))
    own = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    mock.client(**mock.add_principal("ann", [own], account=OTHER, keys=keys)).get_object(**GET)
    with refused("AccessDenied", 403):
        mock.client(**mock.add_principal("bob", [own], account=OTHER)).get_object(**GET)


def test_the_tags_of_a_bucket_are_condition_keys_with_abac(mock: S3) -> None:
    del mock
    owner = client(OWNER)
    owner.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "team", "Value": "red"}]})
    attach(allow_other("s3:GetObject", StringEquals={"s3:BucketTag/team": "red"}))
    with refused("AccessDenied", 403):
        client(OTHER).get_object(**GET)
    owner.put_bucket_abac(Bucket=BUCKET, AbacStatus={"Status": "Enabled"})
    client(OTHER).get_object(**GET)


def test_the_age_of_a_presigned_url_is_a_condition_key(mock: S3) -> None:
    """User Guide, "Limiting presigned URL capabilities": the age is in milliseconds."""
    attach(ALL, deny("s3:*", NumericGreaterThan={"s3:signatureAge": "600000"}))
    url = client(OTHER, config=Config(signature_version="s3v4")).generate_presigned_url("get_object", GET, 3600)
    mock.clock.advance(minutes=9)
    assert Response("GET", url).status == 200
    mock.clock.advance(minutes=1, seconds=1)
    assert Response("GET", url).error["Code"] == "AccessDenied"


def test_a_presigned_url_with_an_unverified_invalid_date_has_no_age() -> None:
    with mock_s3(verify_signatures="off"):
        client(OWNER).create_bucket(Bucket=BUCKET)
        client(OWNER).put_object(**PUT)
        attach(ALL, deny("s3:*", NumericGreaterThan={"s3:signatureAge": "600000"}))
        other = client(OTHER, config=Config(signature_version="s3v4"))
        url = other.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "new"})
        date = url.partition("X-Amz-Date=")[2].partition("&")[0]
        assert Response("GET", url.replace(f"X-Amz-Date={date}", "X-Amz-Date=today")).status == 200


def test_a_bucket_policy_can_delegate_access_to_access_points(mock: S3) -> None:
    """User Guide, "Delegating access control to access points"."""
    attach(allow_other("s3:GetObject", OBJECTS, StringEquals={"s3:DataAccessPointAccount": OWNER}))
    arn = f"arn:aws:s3:us-east-1:{OWNER}:accesspoint/open"
    statement = allow_other("s3:GetObject", f"{arn}/object/*")
    point = mock.add_access_point("open", BUCKET, policy=json.dumps({"Version": "2012-10-17", "Statement": statement}))
    closed = mock.add_access_point("closed", BUCKET)
    client(OTHER).get_object(Bucket=point.arn, Key="k")
    client(OTHER).create_bucket(Bucket="theirs")
    client(OTHER).copy_object(Bucket="theirs", Key="k", CopySource={"Bucket": point.arn, "Key": "k"})
    for name in (BUCKET, closed.arn):
        with refused("AccessDenied", 403):
            client(OTHER).get_object(Bucket=name, Key="k")
        with refused("AccessDenied", 403):
            client(OTHER).copy_object(Bucket="theirs", Key="k", CopySource={"Bucket": name, "Key": "k"})


def test_a_date_condition_ends_a_permission(mock: S3) -> None:
    attach(allow_other("s3:GetObject", DateLessThan={"aws:CurrentTime": "2100-01-01T00:00:00Z"}))
    client(OTHER).get_object(**GET)
    mock.clock.advance(days=36525)
    with refused("AccessDenied", 403):
        client(OTHER).get_object(**GET)
