"""Replies as the API pages of S3 show them, retyped: for what botocore ignores (roots, order, empty or absent)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from s3mock.wire import codec

NOON = datetime(2009, 10, 12, 17, 50, 30, tzinfo=timezone.utc)
THEN = "2009-10-12T17:50:30.000Z"
NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
OWNER = {"DisplayName": "me", "ID": "75aa"}

REPLIES: list[tuple[str, dict[str, Any], str]] = [
    (
        "ListBuckets",
        {
            "Owner": {"ID": "75aa"},
            "Buckets": [{"Name": "a", "CreationDate": NOON}, {"Name": "b", "CreationDate": NOON}],
        },
        f"""<ListAllMyBucketsResult@>
            <Owner><ID>75aa</ID></Owner>
            <Buckets>
                <Bucket><Name>a</Name><CreationDate>{THEN}</CreationDate></Bucket>
                <Bucket><Name>b</Name><CreationDate>{THEN}</CreationDate></Bucket>
            </Buckets>
        </ListAllMyBucketsResult>""",
    ),
    (
        "ListBuckets",
        {"Owner": {"ID": "75aa"}, "Buckets": []},
        """<ListAllMyBucketsResult@>
            <Owner><ID>75aa</ID></Owner>
            <Buckets></Buckets>
        </ListAllMyBucketsResult>""",
    ),
    (
        "GetBucketLifecycleConfiguration",
        {
            "Rules": [
                {
                    "ID": "Archive and then delete rule",
                    "Prefix": "projectdocs/",
                    "Status": "Enabled",
                    "Expiration": {"Days": 3650},
                    "Transitions": [
                        {"Days": 30, "StorageClass": "STANDARD_IA"},
                        {"Days": 365, "StorageClass": "GLACIER"},
                    ],
                }
            ],
        },
        """<LifecycleConfiguration@>
            <Rule>
                <ID>Archive and then delete rule</ID>
                <Prefix>projectdocs/</Prefix>
                <Status>Enabled</Status>
                <Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>
                <Transition><Days>365</Days><StorageClass>GLACIER</StorageClass></Transition>
                <Expiration><Days>3650</Days></Expiration>
            </Rule>
        </LifecycleConfiguration>""",
    ),
    (
        "ListObjectsV2",
        {
            "Contents": [
                {
                    "Key": "my-image.jpg",
                    "LastModified": NOON,
                    "ETag": '"fba9"',
                    "Size": 434234,
                    "StorageClass": "STANDARD",
                },
            ],
            "CommonPrefixes": [{"Prefix": "photos/"}],
            "Name": "bucket",
            "Prefix": "",
            "KeyCount": 2,
            "MaxKeys": 1000,
            "Delimiter": "/",
            "IsTruncated": False,
        },
        f"""<ListBucketResult@>
            <Name>bucket</Name><Prefix></Prefix><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter>
            <IsTruncated>false</IsTruncated>
            <Contents>
                <Key>my-image.jpg</Key><LastModified>{THEN}</LastModified><ETag>&quot;fba9&quot;</ETag>
                <Size>434234</Size><StorageClass>STANDARD</StorageClass>
            </Contents>
            <CommonPrefixes><Prefix>photos/</Prefix></CommonPrefixes>
        </ListBucketResult>""",
    ),
    (
        "ListObjects",
        {"IsTruncated": False, "Marker": "", "Name": "bucket", "Prefix": "", "MaxKeys": 1000},
        """<ListBucketResult@>
            <Name>bucket</Name><Prefix></Prefix><Marker></Marker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>
        </ListBucketResult>""",
    ),
    (
        "ListObjectVersions",
        {
            "Name": "bucket",
            "Prefix": "my",
            "KeyMarker": "",
            "VersionIdMarker": "",
            "MaxKeys": 5,
            "IsTruncated": False,
            "VersionsAndDeleteMarkers": [
                (
                    "DeleteMarkers",
                    {"Key": "my-image", "VersionId": "3", "IsLatest": True, "LastModified": NOON, "Owner": OWNER},
                ),
                (
                    "Versions",
                    {
                        "Key": "my-image",
                        "VersionId": "2",
                        "IsLatest": False,
                        "LastModified": NOON,
                        "ETag": '"fba9"',
                        "Size": 4,
                        "StorageClass": "STANDARD",
                        "Owner": OWNER,
                    },
                ),
                ("DeleteMarkers", {"Key": "my-image", "VersionId": "1", "IsLatest": False, "LastModified": NOON}),
            ],
        },
        f"""<ListVersionsResult@>
            <Name>bucket</Name><Prefix>my</Prefix><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker>
            <MaxKeys>5</MaxKeys><IsTruncated>false</IsTruncated>
            <DeleteMarker>
                <Key>my-image</Key><VersionId>3</VersionId><IsLatest>true</IsLatest><LastModified>{THEN}</LastModified>
                <Owner><ID>75aa</ID><DisplayName>me</DisplayName></Owner>
            </DeleteMarker>
            <Version>
                <Key>my-image</Key><VersionId>2</VersionId><IsLatest>false</IsLatest><LastModified>{THEN}</LastModified>
                <ETag>&quot;fba9&quot;</ETag><Size>4</Size>
                <Owner><ID>75aa</ID><DisplayName>me</DisplayName></Owner><StorageClass>STANDARD</StorageClass>
            </Version>
            <DeleteMarker>
                <Key>my-image</Key><VersionId>1</VersionId><IsLatest>false</IsLatest><LastModified>{THEN}</LastModified>
            </DeleteMarker>
        </ListVersionsResult>""",
    ),
    (
        "ListMultipartUploads",
        {
            "Bucket": "bucket",
            "KeyMarker": "",
            "UploadIdMarker": "",
            "NextKeyMarker": "my-movie.m2ts",
            "NextUploadIdMarker": "YW55",
            "MaxUploads": 3,
            "IsTruncated": True,
            "Uploads": [
                {
                    "Key": "my-divisor",
                    "UploadId": "XMgb",
                    "Initiator": {"ID": "arn:aws:iam::111122223333:user/u", "DisplayName": "u"},
                    "Owner": OWNER,
                    "StorageClass": "STANDARD",
                    "Initiated": NOON,
                },
            ],
        },
        f"""<ListMultipartUploadsResult@>
            <Bucket>bucket</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker>
            <NextKeyMarker>my-movie.m2ts</NextKeyMarker><NextUploadIdMarker>YW55</NextUploadIdMarker>
            <MaxUploads>3</MaxUploads><IsTruncated>true</IsTruncated>
            <Upload>
                <Key>my-divisor</Key><UploadId>XMgb</UploadId>
                <Initiator><ID>arn:aws:iam::111122223333:user/u</ID><DisplayName>u</DisplayName></Initiator>
                <Owner><ID>75aa</ID><DisplayName>me</DisplayName></Owner>
                <StorageClass>STANDARD</StorageClass><Initiated>{THEN}</Initiated>
            </Upload>
        </ListMultipartUploadsResult>""",
    ),
    (
        "ListParts",
        {
            "Bucket": "example-bucket",
            "Key": "example-object",
            "UploadId": "XXBs",
            "Initiator": {"ID": "arn:aws:iam::111122223333:user/u", "DisplayName": "u"},
            "Owner": OWNER,
            "StorageClass": "STANDARD",
            "PartNumberMarker": 1,
            "NextPartNumberMarker": 3,
            "MaxParts": 2,
            "IsTruncated": True,
            "Parts": [{"PartNumber": 2, "LastModified": NOON, "ETag": '"7778"', "Size": 10485760}],
        },
        f"""<ListPartsResult@>
            <Bucket>example-bucket</Bucket><Key>example-object</Key><UploadId>XXBs</UploadId>
            <Initiator><ID>arn:aws:iam::111122223333:user/u</ID><DisplayName>u</DisplayName></Initiator>
            <Owner><ID>75aa</ID><DisplayName>me</DisplayName></Owner>
            <StorageClass>STANDARD</StorageClass><PartNumberMarker>1</PartNumberMarker>
            <NextPartNumberMarker>3</NextPartNumberMarker><MaxParts>2</MaxParts><IsTruncated>true</IsTruncated>
            <Part>
                <PartNumber>2</PartNumber><LastModified>{THEN}</LastModified><ETag>&quot;7778&quot;</ETag><Size>10485760</Size>
            </Part>
        </ListPartsResult>""",
    ),
    (
        "CreateMultipartUpload",
        {"UploadId": "VXBs", "Key": "example-object", "Bucket": "example-bucket", "ServerSideEncryption": "AES256"},
        """<InitiateMultipartUploadResult@>
            <Bucket>example-bucket</Bucket><Key>example-object</Key><UploadId>VXBs</UploadId>
        </InitiateMultipartUploadResult>""",
    ),
    (
        "CompleteMultipartUpload",
        {
            "ETag": '"3858-1"',
            "Location": "http://Example-Bucket.s3.us-west-2.amazonaws.com/Example-Object",
            "Bucket": "Example-Bucket",
            "Key": "Example-Object",
        },
        """<CompleteMultipartUploadResult@>
            <Location>http://Example-Bucket.s3.us-west-2.amazonaws.com/Example-Object</Location>
            <Bucket>Example-Bucket</Bucket><Key>Example-Object</Key><ETag>&quot;3858-1&quot;</ETag>
        </CompleteMultipartUploadResult>""",
    ),
    (
        "CopyObject",
        {"CopyObjectResult": {"ETag": '"9b2c"', "LastModified": NOON}, "VersionId": "v"},
        f"""<CopyObjectResult@><LastModified>{THEN}</LastModified><ETag>&quot;9b2c&quot;</ETag></CopyObjectResult>""",
    ),
    (
        "UploadPartCopy",
        {"CopyPartResult": {"ETag": '"9b2c"', "LastModified": NOON}},
        f"""<CopyPartResult@><LastModified>{THEN}</LastModified><ETag>&quot;9b2c&quot;</ETag></CopyPartResult>""",
    ),
    (
        "DeleteObjects",
        {
            "Errors": [{"Key": "sample2.txt", "Code": "AccessDenied", "Message": "Access Denied"}],
            "Deleted": [{"Key": "sample1.txt"}],
        },
        """<DeleteResult@>
            <Deleted><Key>sample1.txt</Key></Deleted>
            <Error><Key>sample2.txt</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>
        </DeleteResult>""",
    ),
    (
        "GetBucketAcl",
        {
            "Owner": OWNER,
            "Grants": [{"Grantee": {"ID": "75aa", "DisplayName": "me", "Type": "CanonicalUser"}, "Permission": "READ"}],
        },
        """<AccessControlPolicy@>
            <Owner><ID>75aa</ID><DisplayName>me</DisplayName></Owner>
            <AccessControlList>
                <Grant>
                    <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">
                        <ID>75aa</ID><DisplayName>me</DisplayName>
                    </Grantee>
                    <Permission>READ</Permission>
                </Grant>
            </AccessControlList>
        </AccessControlPolicy>""",
    ),
    (
        "GetBucketLocation",
        {"LocationConstraint": "eu-west-1"},
        "<LocationConstraint@>eu-west-1</LocationConstraint>",
    ),
    ("GetBucketLocation", {"LocationConstraint": None}, "<LocationConstraint@></LocationConstraint>"),
    ("GetBucketLocation", {}, "<LocationConstraint@></LocationConstraint>"),
    ("GetBucketVersioning", {}, "<VersioningConfiguration@></VersioningConfiguration>"),
    (
        "GetBucketVersioning",
        {"Status": "Enabled", "MFADelete": "Disabled"},
        "<VersioningConfiguration@><Status>Enabled</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>",
    ),
    ("GetBucketLogging", {}, "<BucketLoggingStatus@></BucketLoggingStatus>"),
    ("GetBucketAccelerateConfiguration", {}, "<AccelerateConfiguration@></AccelerateConfiguration>"),
    ("GetBucketNotificationConfiguration", {}, "<NotificationConfiguration@></NotificationConfiguration>"),
    (
        "GetBucketReplication",
        {
            "ReplicationConfiguration": {
                "Role": "arn:aws:iam::35667example:role/CrossRegionReplicationRoleForS3",
                "Rules": [
                    {
                        "ID": "rule1",
                        "Priority": 1,
                        "Filter": {"Prefix": "TaxDocs"},
                        "Status": "Enabled",
                        "Destination": {"Bucket": "arn:aws:s3:::exampletargetbucket"},
                        "DeleteMarkerReplication": {"Status": "Disabled"},
                    },
                ],
            },
        },
        """<ReplicationConfiguration@>
            <Rule>
                <ID>rule1</ID><Status>Enabled</Status><Priority>1</Priority>
                <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
                <Filter><Prefix>TaxDocs</Prefix></Filter>
                <Destination><Bucket>arn:aws:s3:::exampletargetbucket</Bucket></Destination>
            </Rule>
            <Role>arn:aws:iam::35667example:role/CrossRegionReplicationRoleForS3</Role>
        </ReplicationConfiguration>""",
    ),
    (
        "GetBucketRequestPayment",
        {"Payer": "Requester"},
        "<RequestPaymentConfiguration@><Payer>Requester</Payer></RequestPaymentConfiguration>",
    ),
    (
        "GetBucketCors",
        {
            "CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}],
        },
        "<CORSConfiguration@><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
    ),
    (
        "GetBucketAbac",
        {"AbacStatus": {"Status": "Enabled"}},
        "<AbacStatus@><Status>Enabled</Status></AbacStatus>",
    ),
    (
        "GetBucketTagging",
        {"TagSet": [{"Key": "Project", "Value": ""}]},
        "<Tagging@><TagSet><Tag><Key>Project</Key><Value></Value></Tag></TagSet></Tagging>",
    ),
    ("GetObjectTagging", {"TagSet": []}, "<Tagging@><TagSet></TagSet></Tagging>"),
    (
        "GetObjectAttributes",
        {
            "ETag": "9b2c",
            "LastModified": NOON,
            "ObjectParts": {"TotalPartsCount": 1, "IsTruncated": False},
            "ObjectSize": 1,
        },
        """<GetObjectAttributesResponse@>
            <ETag>9b2c</ETag>
            <ObjectParts><PartsCount>1</PartsCount><IsTruncated>false</IsTruncated></ObjectParts>
            <ObjectSize>1</ObjectSize>
        </GetObjectAttributesResponse>""",
    ),
    (
        "GetObjectRetention",
        {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": NOON}},
        f"<Retention@><Mode>GOVERNANCE</Mode><RetainUntilDate>{THEN}</RetainUntilDate></Retention>",
    ),
    ("GetObjectLegalHold", {"LegalHold": {"Status": "ON"}}, "<LegalHold@><Status>ON</Status></LegalHold>"),
    (
        "GetBucketPolicyStatus",
        {"PolicyStatus": {"IsPublic": True}},
        "<PolicyStatus@><IsPublic>true</IsPublic></PolicyStatus>",
    ),
    (
        "ListBucketMetricsConfigurations",
        {"IsTruncated": False, "MetricsConfigurationList": [{"Id": "EntireBucket"}]},
        """<ListMetricsConfigurationsResult@>
            <IsTruncated>false</IsTruncated><MetricsConfiguration><Id>EntireBucket</Id></MetricsConfiguration>
        </ListMetricsConfigurationsResult>""",
    ),
    (
        "ListBucketAnalyticsConfigurations",
        {"IsTruncated": False},
        "<ListBucketAnalyticsConfigurationResult@><IsTruncated>false</IsTruncated></ListBucketAnalyticsConfigurationResult>",
    ),
    (
        "ListBucketInventoryConfigurations",
        {"IsTruncated": False},
        "<ListInventoryConfigurationsResult@><IsTruncated>false</IsTruncated></ListInventoryConfigurationsResult>",
    ),
    (
        "CreateSession",
        {"Credentials": {"SessionToken": "t", "SecretAccessKey": "s", "AccessKeyId": "a", "Expiration": NOON}},
        f"""<CreateSessionResult@><Credentials>
            <AccessKeyId>a</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
            <Expiration>{THEN}</Expiration>
        </Credentials></CreateSessionResult>""",
    ),
]


def compact(document: str) -> str:
    return "".join(line.strip() for line in document.splitlines()).replace("@", NAMESPACE, 1)


@pytest.mark.parametrize(("operation", "result", "document"), REPLIES)
def test_a_response_equals_the_sample_on_its_api_page(operation: str, result: dict[str, Any], document: str) -> None:
    response = codec.of(operation).serialize(result)
    assert response.headers["Content-Type"] == "application/xml"
    assert response.body == f'<?xml version="1.0" encoding="UTF-8"?>\n{compact(document)}'.encode()
