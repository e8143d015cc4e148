"""The order of elements in S3's responses: of each sample response on an API page, as facts.

A sample is written as its elements in order, ``Root(first second(child))``. The response to be compared has every
member that the model knows; the elements of the sample must come in it in the sample's order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from s3mock.wire import codec, model, quirks

if TYPE_CHECKING:
    from s3mock.wire.model import Shape

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
OWNER = "Owner(ID DisplayName)"
INITIATOR = "Initiator(ID DisplayName)"
ACL = f"AccessControlPolicy({OWNER} AccessControlList(Grant(Grantee(ID DisplayName) Permission)))"
OBJECT = f"Contents(Key LastModified ETag Size {OWNER} StorageClass)"
TAGS = "Tagging(TagSet(Tag(Key Value)))"
ANALYTICS = (
    "AnalyticsConfiguration(Id Filter(And(Prefix Tag(Key Value))) StorageClassAnalysis(DataExport(OutputSchemaVersion "
    "Destination(S3BucketDestination(Format BucketAccountId Bucket Prefix)))))"
)
INVENTORY = (
    "InventoryConfiguration(Id IsEnabled Destination(S3BucketDestination(Format AccountId Bucket Prefix Encryption)) "
    "Schedule(Frequency) Filter(Prefix) IncludedObjectVersions OptionalFields(Field))"
)

# Of the page of the operation, unless a comment says otherwise.
SAMPLES = {
    "CompleteMultipartUpload": "CompleteMultipartUploadResult(Location Bucket Key ETag)",
    "CopyObject": "CopyObjectResult(LastModified ETag)",
    "CreateMultipartUpload": "InitiateMultipartUploadResult(Bucket Key UploadId)",
    "DeleteObjects": (
        "DeleteResult(Deleted(Key VersionId DeleteMarker DeleteMarkerVersionId) Error(Key VersionId Code Message))"
    ),
    "GetBucketAccelerateConfiguration": "AccelerateConfiguration(Status)",
    "GetBucketAcl": ACL,
    "GetBucketAnalyticsConfiguration": ANALYTICS,
    # AllowedHeader: what the console showed, in many public guides
    "GetBucketCors": (
        "CORSConfiguration(CORSRule(AllowedOrigin AllowedMethod MaxAgeSeconds ExposeHeader AllowedHeader))"
    ),
    "GetBucketEncryption": (
        "ServerSideEncryptionConfiguration(Rule(ApplyServerSideEncryptionByDefault(SSEAlgorithm KMSMasterKeyID)))"
    ),
    "GetBucketInventoryConfiguration": INVENTORY,
    "GetBucketLifecycleConfiguration": (
        "LifecycleConfiguration(Rule(ID Filter(Prefix) Status Transition(Days StorageClass) Expiration(Days)))"
    ),
    "GetBucketLocation": "LocationConstraint",
    "GetBucketLogging": (
        "BucketLoggingStatus(LoggingEnabled(TargetBucket TargetPrefix TargetGrants(Grant(Grantee(EmailAddress) "
        "Permission))))"
    ),
    "GetBucketMetricsConfiguration": "MetricsConfiguration(Id Filter(And(Prefix Tag(Key Value))))",
    "GetBucketNotificationConfiguration": "NotificationConfiguration(TopicConfiguration(Id Topic Event))",
    "GetBucketOwnershipControls": "OwnershipControls(Rule(ObjectOwnership))",
    "GetBucketPolicyStatus": "PolicyStatus(IsPublic)",
    "GetBucketReplication": (
        "ReplicationConfiguration(Rule(ID Status Priority DeleteMarkerReplication(Status) Filter(Prefix) "
        "Destination(Bucket)) Role)"
    ),
    "GetBucketRequestPayment": "RequestPaymentConfiguration(Payer)",
    "GetBucketTagging": TAGS,
    "GetBucketVersioning": "VersioningConfiguration(Status MfaDelete)",
    "GetBucketWebsite": "WebsiteConfiguration(IndexDocument(Suffix) ErrorDocument(Key))",
    "GetObjectAcl": ACL,
    # a response of S3 of 2026-08-10, quoted in a public client for Rust; the checksum: awslabs/aws-sdk-rust, 2022
    "GetObjectAttributes": (
        "GetObjectAttributesResponse(ETag Checksum(ChecksumSHA1) ObjectParts(PartsCount PartNumberMarker "
        "NextPartNumberMarker MaxParts IsTruncated Part(PartNumber Size ChecksumSHA256)) StorageClass ObjectSize)"
    ),
    "GetObjectLegalHold": "LegalHold(Status)",
    "GetObjectLockConfiguration": "ObjectLockConfiguration(ObjectLockEnabled Rule(DefaultRetention(Mode Days)))",
    "GetObjectRetention": "Retention(Mode RetainUntilDate)",
    "GetObjectTagging": TAGS,
    "GetPublicAccessBlock": (
        "PublicAccessBlockConfiguration(BlockPublicAcls IgnorePublicAcls BlockPublicPolicy RestrictPublicBuckets)"
    ),
    "ListBucketAnalyticsConfigurations": (
        f"ListBucketAnalyticsConfigurationResult({ANALYTICS} IsTruncated ContinuationToken NextContinuationToken)"
    ),
    "ListBucketInventoryConfigurations": (
        f"ListInventoryConfigurationsResult({INVENTORY} IsTruncated ContinuationToken NextContinuationToken)"
    ),
    # the owner first: s3_facts 30
    "ListBuckets": f"ListAllMyBucketsResult({OWNER} Buckets(Bucket(Name CreationDate)))",
    "ListMultipartUploads": (
        "ListMultipartUploadsResult(Bucket KeyMarker UploadIdMarker NextKeyMarker NextUploadIdMarker Delimiter Prefix "
        f"MaxUploads IsTruncated Upload(Key UploadId {INITIATOR} {OWNER} StorageClass Initiated) "
        "CommonPrefixes(Prefix))"
    ),
    # the owner before the storage class: https://github.com/versity/versitygw/issues/862
    "ListObjectVersions": (
        "ListVersionsResult(Name Prefix KeyMarker VersionIdMarker MaxKeys IsTruncated Version(Key VersionId IsLatest "
        f"LastModified ETag Size {OWNER} StorageClass) DeleteMarker(Key VersionId IsLatest LastModified {OWNER}))"
    ),
    # the same: User Guide, "Listing object keys hierarchically"
    "ListObjects": (
        f"ListBucketResult(Name Prefix Marker NextMarker MaxKeys Delimiter IsTruncated {OBJECT} CommonPrefixes(Prefix))"
    ),
    "ListObjectsV2": (
        "ListBucketResult(Name Prefix ContinuationToken NextContinuationToken StartAfter KeyCount MaxKeys Delimiter "
        f"IsTruncated {OBJECT} CommonPrefixes(Prefix))"
    ),
    "ListParts": (
        f"ListPartsResult(Bucket Key UploadId {INITIATOR} {OWNER} StorageClass PartNumberMarker NextPartNumberMarker "
        "MaxParts IsTruncated Part(PartNumber LastModified ETag Size))"
    ),
    "UploadPartCopy": "CopyPartResult(LastModified ETag)",
}

Tree = dict[str, Any]


def tree(sample: str) -> Tree:
    """The elements of a sample, by name, each with its own elements in order."""
    tokens = iter(re.findall(r"[\w]+|[()]", sample))

    def read() -> Tree:
        elements: Tree = {}
        name = ""
        for token in tokens:
            if token == ")":
                break
            if token == "(":
                elements[name] = read()
            else:
                name = token
                elements[name] = {}
        return elements

    return read()


def full(shape: Shape) -> Any:
    """A value of ``shape`` that has every member."""
    if shape.type_name == "structure":
        return {name: full(member) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [full(shape.member)]
    if shape.type_name == "string":
        return next(iter(shape.enum), "text")
    return {
        "boolean": True,
        "integer": 1,
        "long": 1,
        "map": {},
        "timestamp": datetime(2030, 1, 1, tzinfo=timezone.utc),
    }[shape.type_name]


def document(operation: str) -> bytes:
    shape = model.output_shape(operation)
    assert shape is not None
    result: Any = full(shape)
    if operation in quirks.MIXED:
        member, lists = quirks.MIXED[operation]
        result[member] = [(name, entry) for name in sorted(lists, reverse=True) for entry in result.pop(name)]
    body = codec.of(operation).serialize(result).body
    assert isinstance(body, bytes)
    return body


def misplaced(sample: Tree, element: ET.Element) -> Iterator[str]:
    """The elements of the sample that are missing below ``element``, or come in another order."""
    children = {child.tag.rpartition("}")[2]: child for child in reversed(element)}
    order = [name for name in dict.fromkeys(child.tag.rpartition("}")[2] for child in element) if name in sample]
    if order != list(sample):
        yield f"{element.tag.rpartition('}')[2]}: {' '.join(order)}"
    for name, elements in sample.items():
        if name in children:
            yield from misplaced(elements, children[name])


@pytest.mark.parametrize("operation", SAMPLES)
def test_elements_come_in_the_order_of_the_sample(operation: str) -> None:
    ((root, elements),) = tree(SAMPLES[operation]).items()
    body = document(operation)
    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<' + root.encode() + b' xmlns="')
    parsed = ET.fromstring(body)
    assert parsed.tag == f"{{{NAMESPACE}}}{root}"
    assert list(misplaced(elements, parsed)) == []


@pytest.mark.parametrize("operation", SAMPLES)
def test_the_only_attribute_is_the_type_of_a_grantee(operation: str) -> None:
    attributes = {(item.tag, name) for item in ET.fromstring(document(operation)).iter() for name in item.attrib}
    assert attributes <= {(f"{{{NAMESPACE}}}Grantee", XSI_TYPE)}
