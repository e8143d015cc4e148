"""How S3 returns a configuration that was put: rewritten, completed, or unchanged."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from s3mock.backend.cloud import Cloud
from s3mock.models.account import account
from tests.support.digests import content_md5_of
from tests.support.raw_requests import ask, document
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
def test_a_statement_of_a_policy_is_rewritten(s3: S3Client, bucket: str, put: Any, returned: Any) -> None:
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


GENERATED = "<ID>GENERATED</ID>"
"""A rule's id that S3 makes: a UUID in base64."""
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
OWNER = f'<Grantee {XSI} xsi:type="CanonicalUser"><ID>OWNER</ID></Grantee>'
EVERYONE = f'<Grantee {XSI} xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>'
QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"
ROLE = "<Role>arn:aws:iam::123456789012:role/replication</Role>"
TO_B = "<Destination><Bucket>arn:aws:s3:::b-bucket</Bucket></Destination>"
EXPIRE = "<Expiration><Days>1</Days></Expiration>"
ENABLED = "<Status>Enabled</Status>"
PROVIDER = "https://github.com/hashicorp/terraform-provider-aws/issues"
CLI = "the AWS CLI's example of"


class Row(NamedTuple):
    """What the root element of a configuration has when it is put, when it is returned, and how that is known.

    ``returned`` is None where it is the same.
    """

    subresource: str
    root: str
    put: str
    returned: str | None
    evidence: str


def lifecycle(put: str, returned: str | None, evidence: str) -> Row:
    expected = None if returned is None else f"<Rule>{returned}</Rule>"
    return Row("lifecycle", "LifecycleConfiguration", f"<Rule>{put}</Rule>", expected, evidence)


ROWS = [
    lifecycle(
        f"{EXPIRE}{ENABLED}<Filter/>",
        f"{GENERATED}<Filter></Filter>{ENABLED}{EXPIRE}",
        "https://github.com/aws/aws-sdk-go-v2/issues/3165; an empty filter: test_bucket_lifecycle_configuration_date",
    ),
    lifecycle(f"<ID></ID>{ENABLED}<Filter/>{EXPIRE}", f"{GENERATED}<Filter></Filter>{ENABLED}{EXPIRE}", "as above"),
    lifecycle(
        f"<ID>all</ID><Filter><Prefix></Prefix></Filter>{ENABLED}{EXPIRE}",
        None,
        "aws_recorded test_delete_lifecycle_configuration_on_bucket_deletion",
    ),
    lifecycle(f"<ID>v1</ID><Prefix></Prefix>{ENABLED}{EXPIRE}", None, f"{CLI} get-bucket-lifecycle-configuration"),
    lifecycle(
        f"<ID>date</ID><Prefix></Prefix>{ENABLED}<Expiration><Date>2030-01-01T01:00:00+01:00</Date></Expiration>",
        f"<ID>date</ID><Prefix></Prefix>{ENABLED}<Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration>",
        f"{CLI} get-bucket-lifecycle-configuration",
    ),
    lifecycle(
        "<ID>tags</ID><Filter><And><Tag><Value>1</Value><Key>a</Key></Tag><Tag><Key>b</Key><Value></Value></Tag></And>"
        f"</Filter>{ENABLED}{EXPIRE}",
        "<ID>tags</ID><Filter><And><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value></Value></Tag></And>"
        f"</Filter>{ENABLED}{EXPIRE}",
        "aws_recorded test_bucket_lifecycle_tag_rules",
    ),
    lifecycle(
        "<ID>order</ID><Filter><Prefix>a</Prefix></Filter><Status>Disabled</Status>"
        "<Expiration><Days>3650</Days></Expiration><Transition><StorageClass>GLACIER</StorageClass><Days>0030</Days>"
        "</Transition>",
        "<ID>order</ID><Filter><Prefix>a</Prefix></Filter><Status>Disabled</Status>"
        "<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>"
        "<Expiration><Days>3650</Days></Expiration>",
        "sample response of GetBucketLifecycleConfiguration",
    ),
    Row(
        "notification",
        "NotificationConfiguration",
        f"<QueueConfiguration><Event>s3:ObjectCreated:*</Event><Queue>{QUEUE}</Queue><Filter><S3Key><FilterRule><Value>"
        "a</Value><Name>prefix</Name></FilterRule><FilterRule><Name>SUFFIX</Name><Value></Value></FilterRule></S3Key>"
        "</Filter></QueueConfiguration><EventBridgeConfiguration/>",
        f"<QueueConfiguration><Id>GENERATED</Id><Queue>{QUEUE}</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key>"
        "<FilterRule><Name>Prefix</Name><Value>a</Value></FilterRule><FilterRule><Name>Suffix</Name><Value></Value>"
        "</FilterRule></S3Key></Filter></QueueConfiguration><EventBridgeConfiguration></EventBridgeConfiguration>",
        f"{CLI} get-bucket-notification-configuration; aws_recorded test_filter_rules_case_insensitive, empty_value",
    ),
    Row(
        "replication",
        "ReplicationConfiguration",
        f"{ROLE}<Rule>{TO_B}{ENABLED}<Prefix></Prefix></Rule>",
        f"<Rule>{GENERATED}{ENABLED}<Prefix></Prefix>{TO_B}</Rule>{ROLE}",
        f"{CLI} get-bucket-replication",
    ),
    Row(
        "replication",
        "ReplicationConfiguration",
        "<Rule><ID>1</ID><Priority>0</Priority><Status>Enabled</Status><DeleteMarkerReplication><Status>Enabled</Status>"
        f"</DeleteMarkerReplication><Filter/>{TO_B}</Rule>{ROLE}",
        "<Rule><ID>1</ID><Status>Enabled</Status><Priority>0</Priority><DeleteMarkerReplication><Status>Enabled</Status>"
        f"</DeleteMarkerReplication><Filter></Filter>{TO_B}</Rule>{ROLE}",
        "sample response of GetBucketReplication; an empty filter: aws_recorded test_replication_config_without_filter",
    ),
    Row(
        "encryption",
        "ServerSideEncryptionConfiguration",
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
        "</ApplyServerSideEncryptionByDefault></Rule>",
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
        "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>",
        "aws_recorded test_s3_default_bucket_encryption, of the default",
    ),
    Row(
        "encryption",
        "ServerSideEncryptionConfiguration",
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>key</KMSMasterKeyID>"
        "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>",
        None,
        "aws_recorded test_s3_bucket_encryption_sse_kms: the key's id does not become an ARN",
    ),
    Row(
        "cors",
        "CORSConfiguration",
        "<CORSRule><AllowedHeader>*</AllowedHeader><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>"
        "<AllowedOrigin>*</AllowedOrigin><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>0</MaxAgeSeconds></CORSRule>",
        "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>"
        "<MaxAgeSeconds>0</MaxAgeSeconds><ExposeHeader>ETag</ExposeHeader><AllowedHeader>*</AllowedHeader></CORSRule>",
        "sample response of GetBucketCors; aws_recorded test_get_cors: a rule gets no ID",
    ),
    Row(
        "tagging",
        "Tagging",
        "<TagSet><Tag><Value>1</Value><Key>b</Key></Tag><Tag><Key>a</Key><Value/></Tag></TagSet>",
        "<TagSet><Tag><Key>b</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value></Value></Tag></TagSet>",
        "aws_recorded test_bucket_tagging_crud; sample response of GetBucketTagging",
    ),
    Row(
        "acl",
        "AccessControlPolicy",
        f"<AccessControlList><Grant><Permission>READ</Permission>{EVERYONE}</Grant><Grant>{OWNER}<Permission>"
        f"FULL_CONTROL</Permission></Grant><Grant>{OWNER}<Permission>FULL_CONTROL</Permission></Grant>"
        "</AccessControlList><Owner><DisplayName>owner</DisplayName><ID>OWNER</ID></Owner>",
        f"<Owner><ID>OWNER</ID></Owner><AccessControlList><Grant>{EVERYONE}<Permission>READ</Permission></Grant><Grant>"
        f"{OWNER}<Permission>FULL_CONTROL</Permission></Grant><Grant>{OWNER}<Permission>FULL_CONTROL</Permission></Grant>"
        "</AccessControlList>",
        "https://github.com/aws/aws-sdk-go-v2/issues/1078: a repeated grant stays; no DisplayName: s3_facts 3",
    ),
    Row(
        "publicAccessBlock",
        "PublicAccessBlockConfiguration",
        "<BlockPublicAcls>TRUE</BlockPublicAcls>",
        "<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>"
        "<BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets>",
        "sample request of PutPublicAccessBlock; aws_recorded test_crud_public_access_block",
    ),
    Row(
        "website",
        "WebsiteConfiguration",
        "<ErrorDocument><Key>404.html</Key></ErrorDocument><IndexDocument><Suffix>index.html</Suffix></IndexDocument>",
        "<IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument><Key>404.html</Key></ErrorDocument>",
        "sample response of GetBucketWebsite",
    ),
    Row(
        "inventory&id=all",
        "InventoryConfiguration",
        "<Schedule><Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions><Id>all</Id>"
        "<IsEnabled>true</IsEnabled><Destination><S3BucketDestination><Format>CSV</Format><Bucket>arn:aws:s3:::b-bucket"
        "</Bucket></S3BucketDestination></Destination>",
        "<Id>all</Id><IsEnabled>true</IsEnabled><Destination><S3BucketDestination><Format>CSV</Format><Bucket>"
        "arn:aws:s3:::b-bucket</Bucket></S3BucketDestination></Destination><Schedule><Frequency>Daily</Frequency>"
        "</Schedule><IncludedObjectVersions>All</IncludedObjectVersions>",
        "sample response of GetBucketInventoryConfiguration",
    ),
    Row(
        "metrics&id=all",
        "MetricsConfiguration",
        "<Filter><And><Tag><Value>v</Value><Key>k</Key></Tag><Prefix>p</Prefix></And></Filter><Id>all</Id>",
        "<Id>all</Id><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>",
        "sample response of GetBucketMetricsConfiguration; https://github.com/go-to-k/cdkd/pull/1576",
    ),
    Row(
        "analytics&id=all",
        "AnalyticsConfiguration",
        "<StorageClassAnalysis/><Id>all</Id>",
        "<Id>all</Id><StorageClassAnalysis></StorageClassAnalysis>",
        "API page GetBucketAnalyticsConfiguration",
    ),
    Row(
        "intelligent-tiering&id=all",
        "IntelligentTieringConfiguration",
        "<Tiering><Days>90</Days><AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering><Status>Enabled</Status><Filter><Prefix>"
        "a</Prefix></Filter><Id>all</Id>",
        "<Id>all</Id><Filter><Prefix>a</Prefix></Filter><Status>Enabled</Status><Tiering><Days>90</Days><AccessTier>"
        "ARCHIVE_ACCESS</AccessTier></Tiering>",
        "aws_recorded test_s3_intelligent_tier_config",
    ),
    Row(
        "logging",
        "BucketLoggingStatus",
        "<LoggingEnabled><TargetPrefix></TargetPrefix><TargetBucket>b-bucket</TargetBucket></LoggingEnabled>",
        "<LoggingEnabled><TargetBucket>b-bucket</TargetBucket><TargetPrefix></TargetPrefix></LoggingEnabled>",
        "sample response of GetBucketLogging",
    ),
    Row(
        "ownershipControls",
        "OwnershipControls",
        "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>",
        None,
        "aws_recorded test_crud_bucket_ownership_controls",
    ),
    Row(
        "object-lock",
        "ObjectLockConfiguration",
        "<Rule><DefaultRetention><Days>1</Days><Mode>GOVERNANCE</Mode></DefaultRetention></Rule>"
        "<ObjectLockEnabled>Enabled</ObjectLockEnabled>",
        "<ObjectLockEnabled>Enabled</ObjectLockEnabled>"
        "<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule>",
        "sample response of GetObjectLockConfiguration; aws_recorded test_get_put_object_lock_configuration",
    ),
]
GENERATED_ID = re.compile("(?<=<I[dD]>)[A-Za-z0-9+/]{48}(?=</I[dD]>)")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.subresource)
def test_a_configuration_is_returned_as_s3_writes_it(cloud: Cloud, row: Row) -> None:
    owner = account("123456789012").canonical_id
    for bucket in ("a-bucket", "b-bucket"):
        ask(cloud, "PUT", f"/{bucket}", x_amz_acl="log-delivery-write")
        ask(
            cloud,
            "PUT",
            f"/{bucket}?versioning",
            b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
        )
    body = f"<{row.root}>{row.put}</{row.root}>".replace("OWNER", owner).encode()
    reply = ask(cloud, "PUT", f"/a-bucket?{row.subresource}", body, content_md5=content_md5_of(body))
    assert reply.status < 300, reply.body
    returned = GENERATED_ID.sub("GENERATED", document(cloud, f"/a-bucket?{row.subresource}")).replace(owner, "OWNER")
    expected = row.put if row.returned is None else row.returned
    assert returned == f'<{row.root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{expected}</{row.root}>'
