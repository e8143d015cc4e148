"""Facts about S3 that botocore's model does not have: one row each, with its source.

"API page" is the page of that operation in the Amazon S3 API Reference; "recorded" is an entry of aws_recorded.
"""

from __future__ import annotations

from collections.abc import Mapping

# They look like their successors on the wire, which serve them. (API pages, "This operation is deprecated")
SUCCESSORS: Mapping[str, str] = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}

# The subresources of buckets and of keys that botocore's model has got since 1.34, and an operation of each. By a model
# that lacks one, its requests would be taken for requests of the bucket or the object.
LATER_OF_BUCKETS: Mapping[str, str] = {
    "abac": "PutBucketAbac",
    "metadataAnnotationTable": "UpdateBucketMetadataAnnotationTableConfiguration",
    "metadataConfiguration": "CreateBucketMetadataConfiguration",
    "metadataInventoryTable": "UpdateBucketMetadataInventoryTableConfiguration",
    "metadataJournalTable": "UpdateBucketMetadataJournalTableConfiguration",
    "metadataTable": "CreateBucketMetadataTableConfiguration",
}
LATER_OF_KEYS: Mapping[str, str] = {
    "annotation": "PutObjectAnnotation",
    "encryption": "UpdateObjectEncryption",
    "renameObject": "RenameObject",
}

# The root element of a reply, where it is not the name of the model's shape. (API pages, Response Syntax)
ROOTS: Mapping[str, str] = {
    "CompleteMultipartUpload": "CompleteMultipartUploadResult",
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "CreateSession": "CreateSessionResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketAccelerateConfiguration": "AccelerateConfiguration",
    "GetBucketAcl": "AccessControlPolicy",
    "GetBucketCors": "CORSConfiguration",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "GetBucketLocation": "LocationConstraint",
    "GetBucketLogging": "BucketLoggingStatus",
    "GetBucketRequestPayment": "RequestPaymentConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetBucketWebsite": "WebsiteConfiguration",
    "GetObjectAcl": "AccessControlPolicy",
    "GetObjectAttributes": "GetObjectAttributesResponse",
    "GetObjectTagging": "Tagging",
    "ListBucketAnalyticsConfigurations": "ListBucketAnalyticsConfigurationResult",
    "ListBucketInventoryConfigurations": "ListInventoryConfigurationsResult",
    "ListBucketMetricsConfigurations": "ListMetricsConfigurationsResult",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListDirectoryBuckets": "ListAllMyDirectoryBucketsResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "ListParts": "ListPartsResult",
}

# The members that come first in a structure, where S3 has another order than the model: a listing describes itself
# before its entries. The other members follow in the model's order. (Sample responses of the API pages, and raw
# responses in public threads where one is named)
ORDER: Mapping[str, tuple[str, ...]] = {
    "CORSRule": ("ID", "AllowedOrigins", "AllowedMethods", "MaxAgeSeconds", "ExposeHeaders", "AllowedHeaders"),
    "CopyObjectResult": ("LastModified", "ETag"),
    "CopyPartResult": ("LastModified", "ETag"),
    "DeleteMarkerEntry": ("Key", "VersionId", "IsLatest", "LastModified"),
    "Grantee": ("ID", "DisplayName"),
    "InventoryConfiguration": (
        *("Id", "IsEnabled", "Destination", "Schedule", "Filter", "IncludedObjectVersions", "OptionalFields"),
    ),
    "InventoryS3BucketDestination": ("Format", "AccountId", "Bucket", "Prefix", "Encryption"),
    "GetBucketWebsiteOutput": ("RedirectAllRequestsTo", "IndexDocument", "ErrorDocument", "RoutingRules"),
    "LifecycleRule": ("ID", "Prefix", "Filter", "Status", "Transitions"),
    "ListBucketAnalyticsConfigurationsOutput": ("AnalyticsConfigurationList", "IsTruncated"),
    "ListBucketInventoryConfigurationsOutput": ("InventoryConfigurationList", "IsTruncated"),
    "ListBucketsOutput": ("Owner", "Buckets"),  # s3_facts 30
    "ListMultipartUploadsOutput": (
        "Bucket",
        "KeyMarker",
        "UploadIdMarker",
        "NextKeyMarker",
        "NextUploadIdMarker",
        "Delimiter",
        "Prefix",
        "MaxUploads",
        "IsTruncated",
    ),
    "ListObjectVersionsOutput": (
        "Name",
        "Prefix",
        "KeyMarker",
        "VersionIdMarker",
        "NextKeyMarker",
        "NextVersionIdMarker",
        "MaxKeys",
        "Delimiter",
        "EncodingType",
        "IsTruncated",
    ),
    "ListObjectsOutput": (
        "Name",
        "Prefix",
        "Marker",
        "NextMarker",
        "MaxKeys",
        "Delimiter",
        "EncodingType",
        "IsTruncated",
    ),
    "ListObjectsV2Output": (
        "Name",
        "Prefix",
        "ContinuationToken",
        "NextContinuationToken",
        "StartAfter",
        "KeyCount",
        "MaxKeys",
        "Delimiter",
        "EncodingType",
        "IsTruncated",
    ),
    "ListPartsOutput": (
        "Bucket",
        "Key",
        "UploadId",
        "Initiator",
        "Owner",
        "StorageClass",
        "PartNumberMarker",
        "NextPartNumberMarker",
        "MaxParts",
        "IsTruncated",
    ),
    "LoggingEnabled": ("TargetBucket", "TargetPrefix", "TargetGrants"),
    "MultipartUpload": ("Key", "UploadId", "Initiator", "Owner", "StorageClass", "Initiated"),
    # The owner before the storage class: https://github.com/versity/versitygw/issues/862, of versions; public
    # listings such as jclouds/jclouds, ListBucketHandlerTest, of objects. The API pages have it the other way round.
    "Object": ("Key", "LastModified", "ETag", "ChecksumAlgorithm", "ChecksumType", "Size", "Owner", "StorageClass"),
    "ObjectVersion": (
        *("Key", "VersionId", "IsLatest", "LastModified", "ETag", "ChecksumAlgorithm", "ChecksumType", "Size"),
        *("Owner", "StorageClass"),
    ),
    "Owner": ("ID", "DisplayName"),
    "ReplicationConfiguration": ("Rules", "Role"),
    "ReplicationRule": ("ID", "Status", "Priority", "DeleteMarkerReplication"),
}

# A member that the model does not have: pairs of a list's name and one entry of it, written in their order, because S3
# mixes the elements and the model's separate lists cannot express that. (API page ListObjectVersions, sample response)
MIXED: Mapping[str, tuple[str, frozenset[str]]] = {
    "ListObjectVersions": ("VersionsAndDeleteMarkers", frozenset({"Versions", "DeleteMarkers"})),
}

# Replies whose root element is the value of their only member. (API page GetBucketLocation: us-east-1 is empty)
UNWRAPPED: Mapping[str, str] = {"GetBucketLocation": "LocationConstraint"}

STATUSES: Mapping[str, int] = {
    "PutBucketAnalyticsConfiguration": 204,  # recorded, test_s3_analytics_configurations
    "PutBucketIntelligentTieringConfiguration": 204,  # recorded, test_s3_intelligent_tier_config
    "PutBucketInventoryConfiguration": 204,  # s3_facts 30
    "PutBucketMetricsConfiguration": 204,  # recorded, test_put_bucket_metrics_configuration
    "PutBucketPolicy": 204,  # recorded, test_bucket_policy_crud
    "PutBucketTagging": 204,  # recorded, test_bucket_tagging_crud
}

# Of replies that are neither XML nor an object.
CONTENT_TYPES: Mapping[str, str] = {
    "GetBucketPolicy": "application/json",  # assumed
    "GetObjectTorrent": "application/x-bittorrent",  # API page
    "HeadBucket": "application/xml",  # s3_facts 4
}

# Dates that S3 keeps and returns as the text that was sent, whatever it is.
TEXT_DATES = frozenset({"Expires", "ResponseExpires"})

# Roots of requests that S3 accepts besides the model's.
OTHER_ROOTS: Mapping[str, frozenset[str]] = {
    # aws/aws-sdk-js issue 3778: version 3 of the SDK for JavaScript was published with it, and S3 accepted it.
    "CompleteMultipartUpload": frozenset({"CompletedMultipartUpload"}),
    "CreateBucket": frozenset({"CreateBucketConstraint"}),  # boto 2 sent it
    "SelectObjectContent": frozenset({"SelectRequest"}),  # API page, sample request
}

# Headers that S3 reads although the model does not have them, and the parameters that they become.
OTHER_HEADERS: Mapping[str, Mapping[str, str]] = {
    "GetObject": {"if-range": "IfRange"},  # aws/aws-sdk-kotlin issue 1645
    "HeadObject": {"if-range": "IfRange"},  # assumed, as it reads Range as GetObject does
}

# Elements of the deprecated operations that their successors' model does not have. (API page PutBucketNotification)
DROPPED_ELEMENTS = frozenset({"InvocationRole"})

# Members of XML structures whose absence is MalformedXML although the model does not require them ...
ALSO_REQUIRED: Mapping[str, frozenset[str]] = {
    "CompletedPart": frozenset({"ETag", "PartNumber"}),  # versity/versitygw issue 2111
    "FilterRule": frozenset({"Name", "Value"}),  # recorded, test_bucket_notification_with_missing_values_in_rule
    "ObjectLockConfiguration": frozenset({"ObjectLockEnabled"}),  # recorded, test_put_object_lock_configuration_exc
    "ObjectLockRule": frozenset({"DefaultRetention"}),  # recorded, test_put_object_lock_configuration_exc
}
# ... and members that S3 does not require although the model does.
NOT_REQUIRED: Mapping[str, frozenset[str]] = {
    # MissingRequiredParameter, which the handler answers (aws/aws-sdk-java issue 1609, of the JSON type)
    "SelectObjectContentRequest": frozenset(
        {"Expression", "ExpressionType", "InputSerialization", "OutputSerialization"}
    ),
    "SSEKMSEncryption": frozenset({"KMSKeyArn"}),  # API page UpdateObjectEncryption: InvalidRequest
    "Tagging": frozenset({"TagSet"}),  # recorded, test_put_bucket_tagging_none_value
}

# Enums in XML whose invalid values have another error than MalformedXML: their handlers check them.
OPEN_ENUMS = frozenset(
    {
        "BucketLogsPermission",  # any of an ACL: aws_recorded, test_put_bucket_logging_accept_wrong_grants
        "BucketLocationConstraint",  # s3_facts 4: InvalidLocationConstraint
        "CompressionType",  # Error responses, List of SELECT Object Content error codes: each has its own
        "Event",  # InvalidArgument "The event is not supported for notifications" (assumed)
        "ExpressionType",
        "FileHeaderInfo",
        "FilterRuleName",  # recorded, test_bucket_notification_with_invalid_filter_rules; s3_facts 16
        "JSONType",
        "Protocol",  # PutBucketWebsite: InvalidRequest with its own messages (ceph/ceph, rgw_website.cc)
        "QuoteFields",
    },
)

MALFORMED: Mapping[str, str] = {
    "PutBucketAcl": "MalformedACLError",  # Error responses, List of error codes
    "PutObjectAcl": "MalformedACLError",
}

# The largest documents, in bytes, where S3 documents a limit; a larger one is malformed (scality/cloudserver).
LARGEST_DOCUMENTS: Mapping[str, int] = {
    "PutBucketCors": 64 * 1024,  # API page
    "PutBucketWebsite": 128 * 1024,  # API page
}

# The elements that a document's root may have only so many of: one with more is refused before the rest is read.
MOST_ELEMENTS: Mapping[str, tuple[str, int]] = {
    "DeleteObjects": ("Object", 1000),  # API page
}

MOST_BYTES = 2 << 20
"""The most bytes of any other document: those of a replication configuration (User Guide, "Replication configuration
file elements"). That the others have the same limit is assumed."""
MOST_BYTES_OF: Mapping[str, int] = {
    "CompleteMultipartUpload": 8 << 20,  # 10,000 parts with all their checksums
    "DeleteObjects": 8 << 20,  # 1,000 keys of 1,024 characters, each a reference, and versions
}
"""Larger limits, where a valid document may be larger."""

# An empty body where the model requires XML is MissingRequestBodyError (Error responses; aws/aws-sdk-cpp issue 733).
# These are optional in the model, but not in S3 ...
EMPTY_BODIES: Mapping[str, str] = {
    "PutObjectLegalHold": "MalformedXML",  # s3s-project/s3s pull 377
    "PutObjectRetention": "MalformedXML",  # s3s-project/s3s pull 377
    "SelectObjectContent": "EmptyRequestBody",  # Error responses, List of SELECT Object Content error codes
    "PutBucketLifecycleConfiguration": "MissingRequestBodyError",
    "PutObjectLockConfiguration": "MissingRequestBodyError",  # versity/versitygw, test_rest_put_object_lock_config
}
# ... and an optional payload without a row may be left out: CreateBucket, the ACLs, RestoreObject.

NOT_AN_INTEGER = "Provided {} not an integer or within integer range"
# Integers in headers and queries that have their own message; unlike others, these must not be empty.
INTEGER_MESSAGES: Mapping[str, str] = {
    "partNumber": "Part number must be an integer between 1 and 10000, inclusive",
}
# ... and one that is an InvalidRequest (https://github.com/versity/versitygw/issues/1398).
INVALID_INTEGERS: Mapping[str, str] = {
    "x-amz-mp-object-size": "Value for x-amz-mp-object-size header is invalid: '{}'",
}
DATE_MESSAGES: Mapping[str, str] = {
    "x-amz-object-lock-retain-until-date": "The retain until date must be provided in ISO 8601 format",
}

# Headers whose value is UTF-8: names that are sent without being percent-encoded. Other headers are their bytes.
UTF8_HEADERS = frozenset({"x-amz-copy-source", "x-amz-rename-source", "x-amz-tagging"})

# Headers and parameters whose invalid values are ignored.
IGNORED_WHEN_BAD = frozenset(
    {
        "if-modified-since",  # RFC 9110 13.1.3 (assumed for S3)
        "if-unmodified-since",
        "x-amz-max-parts",  # versity/versitygw, commit 790bac2: measured
    },
)

_NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"

# (code, message) of a required header or parameter that is missing; otherwise InvalidArgument, "The request was missing
# a required header" (Error responses).
MISSING: Mapping[str, tuple[str, str]] = {
    # Error responses, List of Object Lambda error codes; the wording, in the form of
    # https://github.com/aws/aws-sdk-ruby/issues/2508, is assumed.
    "x-amz-request-route": ("ValidationError", _NULL.format("requestRoute")),
    "x-amz-request-token": ("ValidationError", _NULL.format("requestToken")),
    "annotationName": ("UserAnnotationNameMustBeSpecified", "You must specify a user annotation name."),
    "x-amz-object-attributes": (
        "InvalidRequest",
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    ),
}
