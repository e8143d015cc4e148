"""Which permission each operation takes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Mapping

_BUCKETS = """
CreateBucketMetadataConfiguration CreateBucketMetadataTableConfiguration
CreateBucketMetadataTableConfiguration CreateBucketMetadataTableConfiguration
DeleteBucket DeleteBucket
DeleteBucketAnalyticsConfiguration PutAnalyticsConfiguration
DeleteBucketCors PutBucketCORS
DeleteBucketEncryption PutEncryptionConfiguration
DeleteBucketIntelligentTieringConfiguration PutIntelligentTieringConfiguration
DeleteBucketInventoryConfiguration PutInventoryConfiguration
DeleteBucketLifecycle PutLifecycleConfiguration
DeleteBucketMetadataConfiguration DeleteBucketMetadataTableConfiguration
DeleteBucketMetadataTableConfiguration DeleteBucketMetadataTableConfiguration
DeleteBucketMetricsConfiguration PutMetricsConfiguration
DeleteBucketOwnershipControls PutBucketOwnershipControls
DeleteBucketPolicy DeleteBucketPolicy
DeleteBucketReplication PutReplicationConfiguration
DeleteBucketTagging PutBucketTagging
DeleteBucketWebsite DeleteBucketWebsite
DeletePublicAccessBlock PutBucketPublicAccessBlock
GetBucketAbac GetBucketAbac
GetBucketAccelerateConfiguration GetAccelerateConfiguration
GetBucketAcl GetBucketAcl
GetBucketAnalyticsConfiguration GetAnalyticsConfiguration
GetBucketCors GetBucketCORS
GetBucketEncryption GetEncryptionConfiguration
GetBucketIntelligentTieringConfiguration GetIntelligentTieringConfiguration
GetBucketInventoryConfiguration GetInventoryConfiguration
GetBucketLifecycleConfiguration GetLifecycleConfiguration
GetBucketLocation GetBucketLocation
GetBucketLogging GetBucketLogging
GetBucketMetadataConfiguration GetBucketMetadataTableConfiguration
GetBucketMetadataTableConfiguration GetBucketMetadataTableConfiguration
GetBucketMetricsConfiguration GetMetricsConfiguration
GetBucketNotificationConfiguration GetBucketNotification
GetBucketOwnershipControls GetBucketOwnershipControls
GetBucketPolicy GetBucketPolicy
GetBucketPolicyStatus GetBucketPolicyStatus
GetBucketReplication GetReplicationConfiguration
GetBucketRequestPayment GetBucketRequestPayment
GetBucketTagging GetBucketTagging
GetBucketVersioning GetBucketVersioning
GetBucketWebsite GetBucketWebsite
GetObjectLockConfiguration GetBucketObjectLockConfiguration
GetPublicAccessBlock GetBucketPublicAccessBlock
HeadBucket ListBucket
ListBucketAnalyticsConfigurations GetAnalyticsConfiguration
ListBucketIntelligentTieringConfigurations GetIntelligentTieringConfiguration
ListBucketInventoryConfigurations GetInventoryConfiguration
ListBucketMetricsConfigurations GetMetricsConfiguration
ListMultipartUploads ListBucketMultipartUploads
ListObjectVersions ListBucketVersions
ListObjects ListBucket
ListObjectsV2 ListBucket
PutBucketAbac PutBucketAbac
PutBucketAccelerateConfiguration PutAccelerateConfiguration
PutBucketAcl PutBucketAcl
PutBucketAnalyticsConfiguration PutAnalyticsConfiguration
PutBucketCors PutBucketCORS
PutBucketEncryption PutEncryptionConfiguration
PutBucketIntelligentTieringConfiguration PutIntelligentTieringConfiguration
PutBucketInventoryConfiguration PutInventoryConfiguration
PutBucketLifecycleConfiguration PutLifecycleConfiguration
PutBucketLogging PutBucketLogging
PutBucketMetricsConfiguration PutMetricsConfiguration
PutBucketNotificationConfiguration PutBucketNotification
PutBucketOwnershipControls PutBucketOwnershipControls
PutBucketPolicy PutBucketPolicy
PutBucketReplication PutReplicationConfiguration
PutBucketRequestPayment PutBucketRequestPayment
PutBucketTagging PutBucketTagging
PutBucketVersioning PutBucketVersioning
PutBucketWebsite PutBucketWebsite
PutObjectLockConfiguration PutBucketObjectLockConfiguration
PutPublicAccessBlock PutBucketPublicAccessBlock
UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataAnnotationTableConfiguration
UpdateBucketMetadataInventoryTableConfiguration UpdateBucketMetadataInventoryTableConfiguration
UpdateBucketMetadataJournalTableConfiguration UpdateBucketMetadataJournalTableConfiguration
"""

_OBJECTS = """
AbortMultipartUpload AbortMultipartUpload
CompleteMultipartUpload PutObject
CopyObject PutObject
CreateMultipartUpload PutObject
DeleteObject DeleteObject DeleteObjectVersion
DeleteObjectAnnotation DeleteObjectAnnotation
DeleteObjectTagging DeleteObjectTagging DeleteObjectVersionTagging
GetObject GetObject GetObjectVersion
GetObjectAcl GetObjectAcl GetObjectVersionAcl
GetObjectAnnotation GetObjectAnnotation
GetObjectAttributes GetObject GetObjectVersion
GetObjectLegalHold GetObjectLegalHold
GetObjectRetention GetObjectRetention
GetObjectTagging GetObjectTagging GetObjectVersionTagging
GetObjectTorrent GetObjectTorrent GetObjectVersionTorrent
HeadObject GetObject GetObjectVersion
ListObjectAnnotations ListObjectAnnotations
ListParts ListMultipartUploadParts
PostObject PutObject
PutObject PutObject
PutObjectAcl PutObjectAcl PutObjectVersionAcl
PutObjectAnnotation PutObjectAnnotation
PutObjectLegalHold PutObjectLegalHold
PutObjectRetention PutObjectRetention
PutObjectTagging PutObjectTagging PutObjectVersionTagging
RenameObject PutObject
RestoreObject RestoreObject
SelectObjectContent GetObject
UpdateObjectEncryption UpdateObjectEncryption
UploadPart PutObject
UploadPartCopy PutObject
"""

OF_BUCKETS: Mapping[str, str] = dict(row.split() for row in _BUCKETS.split("\n") if row)
"""The action, without its service, of each operation on a bucket."""

OF_OBJECTS: Mapping[str, tuple[str, ...]] = {
    operation: tuple(actions) for operation, *actions in (row.split() for row in _OBJECTS.split("\n") if row)
}
"""The action of each operation on an object; and the one with a version id, where it is another."""

OF_NOTHING: Mapping[str, str] = {"ListBuckets": "ListAllMyBuckets", "CreateBucket": "CreateBucket"}
"""Operations on no bucket that is there."""

UNLIMITED = frozenset({"WriteGetObjectResponse"})
"""An operation whose own token says who may."""

ATTRIBUTES = ("GetObjectAttributes", "GetObjectVersionAttributes")
"""What GetObjectAttributes takes besides GetObject."""

NEW_OBJECTS = frozenset({"CopyObject", "CreateMultipartUpload", "PostObject", "PutObject"})
"""Operations that may say more of a new object than its bytes."""

PARTS = frozenset({"AbortMultipartUpload", "CompleteMultipartUpload", "ListParts", "UploadPart", "UploadPartCopy"})
"""Operations on an upload, whatever object is there."""

IN_UPLOADS = frozenset({"CreateMultipartUpload", "UploadPart", "UploadPartCopy"})
"""Operations for which s3:ObjectCreationOperation is false: they make no object yet."""

READS = frozenset(
    {
        "GetObject",
        "GetObjectAcl",
        "GetObjectAttributes",
        "GetObjectTagging",
        "GetObjectTorrent",
        "HeadObject",
        "SelectObjectContent",
    }
)
"""Operations that tell who may not list a bucket nothing of what is not there."""

OF_DIRECTORY_BUCKETS: Mapping[str, str] = {
    operation: action
    for operation, action in OF_BUCKETS.items()
    if action
    in (
        *("DeleteBucket", "DeleteBucketPolicy", "GetBucketPolicy", "PutBucketPolicy", "GetEncryptionConfiguration"),
        *("GetLifecycleConfiguration", "GetInventoryConfiguration", "PutEncryptionConfiguration"),
        *("PutLifecycleConfiguration", "PutInventoryConfiguration"),
    )
}
"""The actions of s3express; all operations of the zonal endpoint take s3express:CreateSession."""
