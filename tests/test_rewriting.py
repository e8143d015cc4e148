"""What S3 returns of a configuration that was put: rewritten, completed, or as it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


OBJECTS = "arn:aws:s3:::a-bucket/*"
ROOT = "arn:aws:iam::123456789012:root"
TERRAFORM = "https://github.com/hashicorp/terraform/issues"

STATEMENTS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    # what is put, in any order; the statement that is returned, in this order; and the evidence
    (
        {"Resource": OBJECTS, "Action": "s3:GetObject", "Principal": "*", "Effect": "Allow", "Sid": ""},
        {"Sid": "", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": OBJECTS},
        f"{TERRAFORM}/9933; the AWS CLI's example of get-bucket-policy",
    ),
    (
        {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"], "Resource": [OBJECTS]},
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": OBJECTS},
        f"{TERRAFORM}/2432, 4948; aws_recorded test_bucket_policy_crud",
    ),
    (
        {
            "NotAction": ["s3:PutObject", "s3:GetObject"],
            "NotResource": OBJECTS,
            "NotPrincipal": {"AWS": "123456789012"},
            "Effect": "Deny",
        },
        {
            "Effect": "Deny",
            "NotPrincipal": {"AWS": ROOT},
            "NotAction": ["s3:PutObject", "s3:GetObject"],
            "NotResource": OBJECTS,
        },
        f"{TERRAFORM}/9036; https://github.com/aws/aws-cdk/issues/9334",
    ),
    (
        {
            "Effect": "Allow",
            "Principal": {"Service": ["logging.s3.amazonaws.com"]},
            "Condition": {"StringEquals": {"s3:x-amz-acl": ["private"]}, "Bool": {"aws:SecureTransport": True}},
            "Action": "s3:PutObject",
            "Resource": OBJECTS,
        },
        {
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": OBJECTS,
            "Condition": {"StringEquals": {"s3:x-amz-acl": "private"}, "Bool": {"aws:SecureTransport": "true"}},
        },
        f"{TERRAFORM}/2432, of lists",
    ),
]


def compact(**elements: Any) -> str:
    return json.dumps(elements, separators=(",", ":"))


@pytest.mark.parametrize(("put", "returned"), [(put, returned) for put, returned, _ in STATEMENTS])
def test_a_statement_of_a_policy_is_written_anew(s3: S3Client, bucket: str, put: Any, returned: Any) -> None:
    policy = json.dumps({"Statement": [put], "Id": "an id", "Version": "2012-10-17"}, indent=2)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    expected = compact(Version="2012-10-17", Id="an id", Statement=[returned])
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == expected


def test_a_policy_without_a_version_has_the_first_one(s3: S3Client, bucket: str) -> None:
    """https://github.com/versity/versitygw/issues/1536."""
    put, returned, _ = STATEMENTS[0]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": put}))
    expected = compact(Version="2008-10-17", Statement=[returned])
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == expected


def test_the_canonical_id_of_an_account_becomes_its_root_user(s3: S3Client, bucket: str) -> None:
    """https://github.com/hashicorp/terraform/issues/9933."""
    owner = s3.list_buckets()["Owner"]["ID"]
    put = STATEMENTS[0][0] | {"Principal": {"CanonicalUser": owner.upper()}}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": put}))
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert statement["Principal"] == {"AWS": ROOT}


def test_a_policy_begins_with_its_brace(s3: S3Client, bucket: str) -> None:
    """https://github.com/hashicorp/terraform/issues/16285: a policy with white space before it."""
    policy = json.dumps({"Statement": STATEMENTS[0][0]})
    s3.put_bucket_policy(Bucket=bucket, Policy=f"{policy}\n")
    with refused("MalformedPolicy", 400, Message="Policies must be valid JSON and the first byte must be '{'"):
        s3.put_bucket_policy(Bucket=bucket, Policy=f"\n{policy}")
