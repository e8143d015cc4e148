"""The operations of S3: a function for each, and a module for each of S3's subresources.

A module is imported for the first request to one of its operations, since a test that uses ten of them would otherwise
wait for all.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from s3mock.responses import registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.exchange import Handler, Operation

MODULES: Mapping[str, str] = {
    "abac": "GetBucketAbac PutBucketAbac",
    "accelerate": "GetBucketAccelerateConfiguration PutBucketAccelerateConfiguration",
    "access_points.object_lambda": "WriteGetObjectResponse",
    "acl": "GetBucketAcl PutBucketAcl GetObjectAcl PutObjectAcl",
    "analytics": "GetBucketAnalyticsConfiguration PutBucketAnalyticsConfiguration DeleteBucketAnalyticsConfiguration "
    "ListBucketAnalyticsConfigurations",
    "annotation": "GetObjectAnnotation PutObjectAnnotation DeleteObjectAnnotation ListObjectAnnotations",
    "buckets": "CreateBucket DeleteBucket GetBucketLocation HeadBucket ListBuckets",
    "cors": "GetBucketCors PutBucketCors DeleteBucketCors",
    "directory": "CreateSession ListDirectoryBuckets",
    "directory.objects": "RenameObject",
    "encryption": "GetBucketEncryption PutBucketEncryption DeleteBucketEncryption UpdateObjectEncryption",
    "intelligent_tiering": "GetBucketIntelligentTieringConfiguration PutBucketIntelligentTieringConfiguration "
    "DeleteBucketIntelligentTieringConfiguration ListBucketIntelligentTieringConfigurations",
    "inventory": "GetBucketInventoryConfiguration PutBucketInventoryConfiguration DeleteBucketInventoryConfiguration "
    "ListBucketInventoryConfigurations",
    "lifecycle": "GetBucketLifecycleConfiguration PutBucketLifecycleConfiguration DeleteBucketLifecycle",
    "listing": "ListObjects ListObjectsV2 ListObjectVersions",
    "logging": "GetBucketLogging PutBucketLogging",
    "metadata": "CreateBucketMetadataConfiguration GetBucketMetadataConfiguration DeleteBucketMetadataConfiguration "
    "CreateBucketMetadataTableConfiguration GetBucketMetadataTableConfiguration DeleteBucketMetadataTableConfiguration "
    "UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration "
    "UpdateBucketMetadataJournalTableConfiguration",
    "metrics": "GetBucketMetricsConfiguration PutBucketMetricsConfiguration DeleteBucketMetricsConfiguration "
    "ListBucketMetricsConfigurations",
    "notification": "GetBucketNotificationConfiguration PutBucketNotificationConfiguration",
    "object_lock": "GetObjectLockConfiguration PutObjectLockConfiguration GetObjectRetention PutObjectRetention "
    "GetObjectLegalHold PutObjectLegalHold",
    "objects.attributes": "GetObjectAttributes",
    "objects.completing": "CompleteMultipartUpload",
    "objects.copying": "CopyObject",
    "objects.deletion": "DeleteObject DeleteObjects",
    "objects.multipart": "CreateMultipartUpload UploadPart UploadPartCopy AbortMultipartUpload ListMultipartUploads "
    "ListParts",
    "objects.objects": "GetObject HeadObject PutObject",
    "objects.post_object": "PostObject",
    "ownership_controls": "GetBucketOwnershipControls PutBucketOwnershipControls DeleteBucketOwnershipControls",
    "policy": "GetBucketPolicy GetBucketPolicyStatus PutBucketPolicy DeleteBucketPolicy",
    "public_access_block": "GetPublicAccessBlock PutPublicAccessBlock DeletePublicAccessBlock",
    "replication": "GetBucketReplication PutBucketReplication DeleteBucketReplication",
    "request_payment": "GetBucketRequestPayment PutBucketRequestPayment",
    "restore": "RestoreObject",
    "select": "SelectObjectContent",
    "tagging": "GetBucketTagging PutBucketTagging DeleteBucketTagging GetObjectTagging PutObjectTagging "
    "DeleteObjectTagging",
    "torrent": "GetObjectTorrent",
    "versioning": "GetBucketVersioning PutBucketVersioning",
    "website": "GetBucketWebsite PutBucketWebsite DeleteBucketWebsite",
}
"""The operations that each module registers, checked by ``tests/test_coverage.py``."""

OPERATIONS: Mapping[str, str] = {name: module for module, names in MODULES.items() for name in names.split()}
"""The module of each operation."""

Variant = Literal["directory", "object lambda"]

VARIANTS: Mapping[Variant, str] = {"directory": "directory.objects", "object lambda": "access_points.object_lambda"}
"""The modules with the handlers of directory buckets and of Object Lambda access points."""


@cache
def declaration(name: str) -> Operation:
    """What is declared of the operation ``name``, one of OPERATIONS."""
    _load(OPERATIONS[name])
    return registry.OPERATIONS[name]


@cache
def handler(name: str, variant: Variant) -> Handler:
    """The handler of an operation in a directory bucket, or at an Object Lambda access point.

    It is often the operation's usual one.
    """
    _load(OPERATIONS[name])
    _load(VARIANTS[variant])
    return registry.VARIANTS.get((name, variant)) or registry.OPERATIONS[name].handler


def _load(module: str) -> None:
    """Import a module, which registers its operations. Another thread that is importing it is waited for."""
    import_module(f"{__name__}.{module}")
