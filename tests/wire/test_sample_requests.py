"""Requests as the API pages of S3 show them, retyped."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from s3mock.http import Body, Request, Target, parse_query
from s3mock.wire import codec

REQUESTS: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "CompleteMultipartUpload",
        "uploadId=AAAs",
        """<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <Part><PartNumber>1</PartNumber><ETag>"a54357aff0632cce46d942af68356b38"</ETag></Part>
            <Part><PartNumber>2</PartNumber><ETag>"0c78aef83f66abc1fa1e8477f296d394"</ETag></Part>
        </CompleteMultipartUpload>""",
        {
            "UploadId": "AAAs",
            "MultipartUpload": {
                "Parts": [
                    {"PartNumber": 1, "ETag": '"a54357aff0632cce46d942af68356b38"'},
                    {"PartNumber": 2, "ETag": '"0c78aef83f66abc1fa1e8477f296d394"'},
                ],
            },
        },
    ),
    (
        "DeleteObjects",
        "delete",
        """<Delete>
            <Object><Key>SampleDocument.txt</Key><VersionId>OYcLXagmS.WaD..oyH4KRguB95_YhLs7</VersionId></Object>
            <Object><Key>sample2.txt</Key></Object>
        </Delete>""",
        {
            "Delete": {
                "Objects": [
                    {"Key": "SampleDocument.txt", "VersionId": "OYcLXagmS.WaD..oyH4KRguB95_YhLs7"},
                    {"Key": "sample2.txt"},
                ],
            },
        },
    ),
    (
        "CreateBucket",
        "",
        """<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <LocationConstraint>Europe</LocationConstraint>
        </CreateBucketConfiguration >""",
        {"CreateBucketConfiguration": {"LocationConstraint": "Europe"}},
    ),
    (
        "PutBucketLifecycleConfiguration",
        "lifecycle",
        """<LifecycleConfiguration>
            <Rule>
                <ID>id1</ID>
                <Filter><Prefix>documents/</Prefix></Filter>
                <Status>Enabled</Status>
                <Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>
            </Rule>
            <Rule>
                <ID>id2</ID>
                <Filter><And><Prefix>logs/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>
                <Status>Enabled</Status>
                <Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration>
            </Rule>
        </LifecycleConfiguration>""",
        {
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "ID": "id1",
                        "Filter": {"Prefix": "documents/"},
                        "Status": "Enabled",
                        "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
                    },
                    {
                        "ID": "id2",
                        "Filter": {"And": {"Prefix": "logs/", "Tags": [{"Key": "k", "Value": "v"}]}},
                        "Status": "Enabled",
                        "Expiration": {"Date": datetime(2030, 1, 1, tzinfo=timezone.utc)},
                    },
                ],
            },
        },
    ),
    (
        "PutBucketCors",
        "cors",
        """<CORSConfiguration>
            <CORSRule>
                <AllowedOrigin>http://www.example.com</AllowedOrigin>
                <AllowedMethod>PUT</AllowedMethod>
                <AllowedMethod>POST</AllowedMethod>
                <AllowedHeader>*</AllowedHeader>
                <MaxAgeSeconds>3000</MaxAgeSeconds>
                <ExposeHeader>x-amz-server-side-encryption</ExposeHeader>
            </CORSRule>
        </CORSConfiguration>""",
        {
            "CORSConfiguration": {
                "CORSRules": [
                    {
                        "AllowedOrigins": ["http://www.example.com"],
                        "AllowedMethods": ["PUT", "POST"],
                        "AllowedHeaders": ["*"],
                        "MaxAgeSeconds": 3000,
                        "ExposeHeaders": ["x-amz-server-side-encryption"],
                    },
                ],
            },
        },
    ),
    (
        "PutBucketWebsite",
        "website",
        """<WebsiteConfiguration xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>
            <IndexDocument><Suffix>index.html</Suffix></IndexDocument>
            <ErrorDocument><Key>Error.html</Key></ErrorDocument>
            <RoutingRules>
                <RoutingRule>
                    <Condition><KeyPrefixEquals>docs/</KeyPrefixEquals></Condition>
                    <Redirect><ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith></Redirect>
                </RoutingRule>
            </RoutingRules>
        </WebsiteConfiguration>""",
        {
            "WebsiteConfiguration": {
                "IndexDocument": {"Suffix": "index.html"},
                "ErrorDocument": {"Key": "Error.html"},
                "RoutingRules": [
                    {
                        "Condition": {"KeyPrefixEquals": "docs/"},
                        "Redirect": {"ReplaceKeyPrefixWith": "documents/"},
                    },
                ],
            },
        },
    ),
    (
        "PutBucketNotificationConfiguration",
        "notification",
        """<NotificationConfiguration>
            <TopicConfiguration>
                <Topic>arn:aws:sns:us-east-1:123456789012:myTopic</Topic>
                <Event>s3:ReducedRedundancyLostObject</Event>
                <Event>s3:ObjectCreated:*</Event>
            </TopicConfiguration>
            <EventBridgeConfiguration/>
        </NotificationConfiguration>""",
        {
            "NotificationConfiguration": {
                "TopicConfigurations": [
                    {
                        "TopicArn": "arn:aws:sns:us-east-1:123456789012:myTopic",
                        "Events": ["s3:ReducedRedundancyLostObject", "s3:ObjectCreated:*"],
                    },
                ],
                "EventBridgeConfiguration": {},
            },
        },
    ),
    (
        "PutBucketReplication",
        "replication",
        """<ReplicationConfiguration>
            <Role>arn:aws:iam::35667example:role/CrossRegionReplicationRoleForS3</Role>
            <Rule>
                <ID>rule1</ID>
                <Priority>1</Priority>
                <Status>Enabled</Status>
                <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
                <Filter>
                    <And>
                        <Prefix>TaxDocs</Prefix>
                        <Tag><Key>key1</Key><Value>value1</Value></Tag>
                        <Tag><Key>key1</Key><Value>value1</Value></Tag>
                    </And>
                </Filter>
                <Destination><Bucket>arn:aws:s3:::exampletargetbucket</Bucket></Destination>
            </Rule>
        </ReplicationConfiguration>""",
        {
            "ReplicationConfiguration": {
                "Role": "arn:aws:iam::35667example:role/CrossRegionReplicationRoleForS3",
                "Rules": [
                    {
                        "ID": "rule1",
                        "Priority": 1,
                        "Status": "Enabled",
                        "DeleteMarkerReplication": {"Status": "Disabled"},
                        "Filter": {"And": {"Prefix": "TaxDocs", "Tags": [{"Key": "key1", "Value": "value1"}] * 2}},
                        "Destination": {"Bucket": "arn:aws:s3:::exampletargetbucket"},
                    },
                ],
            },
        },
    ),
    (
        "PutPublicAccessBlock",
        "publicAccessBlock",
        """<PublicAccessBlockConfiguration>
            <BlockPublicAcls>TRUE</BlockPublicAcls>
            <IgnorePublicAcls>FALSE</IgnorePublicAcls>
        </PublicAccessBlockConfiguration>""",
        {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "IgnorePublicAcls": False}},
    ),
    (
        "SelectObjectContent",
        "select&select-type=2",
        """<SelectObjectContentRequest xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <Expression>Select * from S3Object</Expression>
            <ExpressionType>SQL</ExpressionType>
            <InputSerialization>
                <CompressionType>GZIP</CompressionType>
                <CSV><FileHeaderInfo>IGNORE</FileHeaderInfo><RecordDelimiter>&#10;</RecordDelimiter></CSV>
            </InputSerialization>
            <OutputSerialization><CSV/></OutputSerialization>
        </SelectObjectContentRequest>""",
        {
            "Expression": "Select * from S3Object",
            "ExpressionType": "SQL",
            "InputSerialization": {
                "CompressionType": "GZIP",
                "CSV": {"FileHeaderInfo": "IGNORE", "RecordDelimiter": "\n"},
            },
            "OutputSerialization": {"CSV": {}},
        },
    ),
]


@pytest.mark.parametrize(("operation", "query", "document", "parameters"), REQUESTS)
def test_the_sample_requests_on_api_pages_are_parsed(
    operation: str,
    query: str,
    document: str,
    parameters: dict[str, Any],
) -> None:
    request = Request("PUT", "https", "bucket.s3.amazonaws.com", "/", query, {}, Body(document.encode()))
    parsed = codec.of(operation).parse(request, Target(bucket="bucket", key="key"), parse_query(query))
    parse_document = codec.of(operation).parse_document
    if parse_document is not None:
        parse_document(request, parsed)
    assert {name: value for name, value in parsed.items() if name not in {"Bucket", "Key"}} == parameters
