"""What S3 does and botocore's model does not say: a row each, with where it was seen.

"API page" is the page of that operation in the Amazon S3 API Reference; "recorded" is an entry of aws_recorded.
"""

from __future__ import annotations

from collections.abc import Mapping

# These look like their successors on the wire and are served by them. (API pages, "This operation is deprecated")
SUCCESSORS: Mapping[str, str] = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
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

# The members that come first in a structure, where the sample responses of the API pages show another order than the
# model's: there every listing says what it is before it lists. The rest follows as the model has it.
ORDER: Mapping[str, tuple[str, ...]] = {
    "CopyObjectResult": ("LastModified", "ETag"),
    "CopyPartResult": ("LastModified", "ETag"),
    "DeleteMarkerEntry": ("Key", "VersionId", "IsLatest", "LastModified"),
    "Grantee": ("ID", "DisplayName"),
    "GetBucketWebsiteOutput": ("RedirectAllRequestsTo", "IndexDocument", "ErrorDocument", "RoutingRules"),
    "LifecycleRule": ("ID", "Prefix", "Filter", "Status", "Transitions"),
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
    "ObjectVersion": ("Key", "VersionId", "IsLatest", "LastModified"),
    "Owner": ("ID", "DisplayName"),
    "ReplicationConfiguration": ("Rules", "Role"),
    "ReplicationRule": ("ID", "Status", "Priority", "DeleteMarkerReplication"),
}

# A member beside the model's: pairs of a listed member's name and one entry, written in their order, because S3 mixes
# the elements and the model's lists cannot say how. (API page ListObjectVersions, sample response)
MIXED: Mapping[str, tuple[str, frozenset[str]]] = {
    "ListObjectVersions": ("VersionsAndDeleteMarkers", frozenset({"Versions", "DeleteMarkers"})),
}

# Replies whose root element is itself the value of the one member. (API page GetBucketLocation: us-east-1 is empty)
UNWRAPPED: Mapping[str, str] = {"GetBucketLocation": "LocationConstraint"}

STATUSES: Mapping[str, int] = {
    "PutBucketAnalyticsConfiguration": 204,  # assumed, as its sister for metrics
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

# Dates that S3 keeps and gives back as the text that came, whatever it is: they are the reader's business.
TEXT_DATES = frozenset({"Expires", "ResponseExpires"})

# Roots of requests besides the model's that S3 takes.
OTHER_ROOTS: Mapping[str, frozenset[str]] = {
    # aws/aws-sdk-js issue 3778: version 3 of the SDK for JavaScript was published with it, and S3 took it.
    "CompleteMultipartUpload": frozenset({"CompletedMultipartUpload"}),
    "CreateBucket": frozenset({"CreateBucketConstraint"}),  # what boto 2 sent
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
# ... and members that S3 can do without although the model requires them.
NOT_REQUIRED: Mapping[str, frozenset[str]] = {
    # MissingRequiredParameter, which the handler answers (aws/aws-sdk-java issue 1609, of the JSON type)
    "SelectObjectContentRequest": frozenset(
        {"Expression", "ExpressionType", "InputSerialization", "OutputSerialization"}
    ),
    "SSEKMSEncryption": frozenset({"KMSKeyArn"}),  # API page UpdateObjectEncryption: InvalidRequest of its own words
    "Tagging": frozenset({"TagSet"}),  # recorded, test_put_bucket_tagging_none_value
}

# Enums in XML whose values S3 answers with another error than MalformedXML: their handlers look at them.
OPEN_ENUMS = frozenset(
    {
        "BucketLocationConstraint",  # s3_facts 4: InvalidLocationConstraint
        "CompressionType",  # Error responses, List of SELECT Object Content error codes: each has its own
        "Event",  # InvalidArgument "The event is not supported for notifications" (assumed)
        "ExpressionType",
        "FileHeaderInfo",
        "FilterRuleName",  # recorded, test_bucket_notification_with_invalid_filter_rules; s3_facts 16
        "JSONType",
        "Protocol",  # PutBucketWebsite: InvalidRequest with words of its own (ceph/ceph, rgw_website.cc)
        "QuoteFields",
    },
)

MALFORMED: Mapping[str, str] = {
    "PutBucketAcl": "MalformedACLError",  # Error responses, List of error codes
    "PutObjectAcl": "MalformedACLError",
}

# The most bytes of a document, where S3 says so; a larger one is as good as malformed (scality/cloudserver).
LARGEST_DOCUMENTS: Mapping[str, int] = {
    "PutBucketCors": 64 * 1024,  # API page
    "PutBucketWebsite": 128 * 1024,  # API page
}

# No XML where the model requires some is MissingRequestBodyError (aws/aws-sdk-cpp issue 733). The model calls these
# optional, and S3 does not ...
EMPTY_BODIES: Mapping[str, str] = {
    "PutObjectLegalHold": "MalformedXML",  # s3s-project/s3s pull 377
    "PutObjectRetention": "MalformedXML",  # s3s-project/s3s pull 377
    "SelectObjectContent": "MissingRequestBodyError",  # assumed
    "PutBucketLifecycleConfiguration": "MissingRequestBodyError",  # assumed
    "PutObjectLockConfiguration": "MissingRequestBodyError",  # assumed
}
# ... and an optional payload that is not named there may be left out: CreateBucket, the ACLs, RestoreObject.

NOT_AN_INTEGER = "Provided {} not an integer or within integer range"
# Integers in headers and queries with a message of their own; these may not be empty either.
INTEGER_MESSAGES: Mapping[str, str] = {
    "partNumber": "Part number must be an integer between 1 and 10000, inclusive",
}
DATE_MESSAGES: Mapping[str, str] = {
    "x-amz-object-lock-retain-until-date": "The retain until date must be provided in ISO 8601 format",
}

# A value that cannot be read is as good as none.
IGNORED_WHEN_BAD = frozenset(
    {
        "if-modified-since",  # RFC 9110 13.1.3 (assumed of S3)
        "if-unmodified-since",
        "x-amz-max-parts",  # versity/versitygw, commit 790bac2: measured
    },
)

_NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"

# (code, message) of a required header or parameter that is missing; otherwise InvalidArgument (assumed).
MISSING: Mapping[str, tuple[str, str]] = {
    # In the form of https://github.com/aws/aws-sdk-ruby/issues/2508; the words are assumed.
    "x-amz-request-route": ("ValidationError", _NULL.format("requestRoute")),
    "x-amz-request-token": ("ValidationError", _NULL.format("requestToken")),
    "annotationName": ("UserAnnotationNameMustBeSpecified", "You must specify a user annotation name."),
    "x-amz-object-attributes": (
        "InvalidRequest",
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    ),
}
