"""The actions of S3 that a resource's policy may have, and the kind of resource that each applies to.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html; the actions of
annotations and s3:UpdateObjectEncryption are from the API pages.
"""

from __future__ import annotations

from collections.abc import Mapping

BUCKET, OBJECT, ELSEWHERE = "bucket", "object", "elsewhere"
"""The kinds of resources: a bucket, an object, or something that no bucket's policy applies to."""

_OF_BUCKETS = """
CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket DeleteBucketMetadataTableConfiguration
DeleteBucketPolicy DeleteBucketWebsite GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac GetBucketAcl
GetBucketCORS GetBucketLocation GetBucketLogging GetBucketMetadataTableConfiguration GetBucketNotification
GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
GetMetricsConfiguration GetReplicationConfiguration ListBucket ListBucketMultipartUploads ListBucketVersions
ListTagsForResource PauseReplication PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketAbac PutBucketAcl
PutBucketCORS PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls
PutBucketPolicy PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite
PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource
UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration
UpdateBucketMetadataJournalTableConfiguration
"""

_OF_OBJECTS = """
AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectAnnotation DeleteObjectTagging
DeleteObjectVersion DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAnnotation GetObjectAttributes
GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl
GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent
InitiateReplication ListMultipartUploadParts ListObjectAnnotations ObjectOwnerOverrideToBucketOwner PutObject
PutObjectAcl PutObjectAnnotation PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionAcl
PutObjectVersionTagging ReplicateDelete ReplicateObject ReplicateTags RestoreObject UpdateObjectEncryption
"""

_OF_OTHERS = """
CreateAccessPoint CreateJob DeleteAccessPoint DeleteAccessPointPolicy GetAccessPoint GetAccessPointPolicy
GetAccessPointPolicyStatus GetAccountPublicAccessBlock ListAccessPoints ListAllMyBuckets ListJobs
ListMultiRegionAccessPoints PutAccessPointPolicy PutAccessPointPublicAccessBlock PutAccountPublicAccessBlock
"""

_OF_DIRECTORY_BUCKETS = """
CreateBucket CreateSession DeleteBucket DeleteBucketPolicy GetBucketPolicy GetEncryptionConfiguration
GetInventoryConfiguration GetLifecycleConfiguration PutBucketPolicy PutEncryptionConfiguration
PutInventoryConfiguration PutLifecycleConfiguration
"""


def _table(service: str, *kinds: tuple[str, str]) -> dict[str, str]:
    return {f"{service}:{name}".lower(): kind for kind, names in kinds for name in names.split()}


KINDS: Mapping[str, str] = {
    **_table("s3", (BUCKET, _OF_BUCKETS), (OBJECT, _OF_OBJECTS), (ELSEWHERE, _OF_OTHERS)),
    **_table("s3express", (BUCKET, _OF_DIRECTORY_BUCKETS)),
}
"""The kind of resource of each action; actions are compared in lower case."""
