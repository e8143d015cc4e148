"""Input members that no handler supports yet, by the feature that they belong to: a request with one is a 501."""

from __future__ import annotations

from s3mock.models.checksum import REFUSED_MEMBERS

RARE_CHECKSUMS = REFUSED_MEMBERS
CUSTOMER_KEYS = frozenset({"SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"})
SOURCE_CUSTOMER_KEYS = frozenset(
    {"CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5"}
)
KMS = frozenset({"SSEKMSKeyId", "SSEKMSEncryptionContext", "BucketKeyEnabled"})
OBJECT_LOCK = frozenset(
    {
        "ObjectLockMode",
        "ObjectLockRetainUntilDate",
        "ObjectLockLegalHoldStatus",
        "ObjectLockEventHold",
        "ObjectLockEventHoldDurationDays",
        "ObjectLockEventHoldDurationYears",
    }
)
TAGS = frozenset({"Tagging"})
NEW_OBJECT = CUSTOMER_KEYS | KMS | OBJECT_LOCK | TAGS
