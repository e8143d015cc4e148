"""Directory buckets (S3 Express One Zone): their names and zones, what they do not support, and sessions.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error, invalid_argument

SUFFIX = "--x-s3"
AVAILABILITY_ZONE, LOCAL_ZONE = "AvailabilityZone", "LocalZone"
REDUNDANCY = {AVAILABILITY_ZONE: "SingleAvailabilityZone", LOCAL_ZONE: "SingleLocalZone"}
DELIMITER = "/"

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html
_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?--(?P<zone>[a-z0-9]+(?:-[a-z0-9]+)+)--x-s3", re.ASCII)
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")


def zone_of(name: str) -> str | None:
    """The id of the zone in the name of a directory bucket; None for any other name."""
    if not name.endswith(SUFFIX):
        return None
    match = _NAME.fullmatch(name)
    return None if match is None or name.startswith(_RESERVED_PREFIXES) else match["zone"]


def lies_in(zone: str, region: str) -> bool:
    """Whether a zone can be one of a region: ``usw2-az1`` and ``usw2-lax1-az1`` belong to us-west-2.

    The zones that have S3 Express One Zone change from month to month, and are not checked.
    """
    # A zone begins with its region abbreviated: use1, apne1, aps1, euw1, eun1 ... (the User Guide's page of zones)
    area, *words = region.split("-")
    number = words.pop() if words else ""
    initials = "".join(
        part[0] for word in words for part in re.findall("north|south|east|west|central|gov|iso[a-z]?", word) or [word]
    )
    return zone.startswith(f"{area}{initials}{number}-")


def storage_class(zone: str, requested: str | None) -> str:
    """The storage class of a new object: a zone has only one.

    Availability Zones have EXPRESS_ONEZONE, Local Zones ONEZONE_IA; any other is a 400 (CopyObject, StorageClass),
    and InvalidStorageClass is the only 400 about them in Error responses. Raises InvalidStorageClass.
    """
    only = "ONEZONE_IA" if is_local(zone) else "EXPRESS_ONEZONE"
    if requested not in (None, only):
        raise S3Error("InvalidStorageClass", StorageClassRequested=requested)
    return only


def is_local(zone: str) -> bool:
    """Whether a zone is a Local Zone, whose id contains that of a city: ``usw2-lax1-az1``."""
    return zone.count("-") > 1


READ_ONLY = frozenset(
    {"GetObject", "HeadObject", "ListObjectsV2", "GetObjectAttributes", "ListParts", "ListMultipartUploads"}
)
"""The operations that a ReadOnly session allows (CreateSession, SessionMode), besides HeadBucket, which botocore signs
with the session as well."""

_CONFIGURATIONS = {
    "PutBucketAccelerateConfiguration": "AccelerateConfiguration",
    "PutBucketAcl": "AccessControlPolicy",
    "PutBucketAnalyticsConfiguration": "AnalyticsConfiguration",
    "PutBucketCors": "CORSConfiguration",
    "PutBucketIntelligentTieringConfiguration": "IntelligentTieringConfiguration",
    "PutBucketLogging": "BucketLoggingStatus",
    "PutBucketNotificationConfiguration": "NotificationConfiguration",
    "PutBucketOwnershipControls": "OwnershipControls",
    "PutBucketReplication": "ReplicationConfiguration",
    "PutBucketRequestPayment": "RequestPaymentConfiguration",
    "PutBucketTagging": "Tagging",
    "PutBucketVersioning": "VersioningConfiguration",
    "PutBucketWebsite": "WebsiteConfiguration",
    "PutObjectLockConfiguration": "ObjectLockConfiguration",
    "PutPublicAccessBlock": "PublicAccessBlockConfiguration",
}
"""The root elements of documents that the regional endpoint mistakes for an invalid CreateBucket. Terraform's AWS
provider (internal/service/s3, since pull request 34612) recognizes directory buckets by this answer."""

_METHODS = {"Get": "GET", "List": "GET", "Head": "HEAD", "Put": "PUT", "Delete": "DELETE", "Update": "PUT"}


def unsupported(operation: str) -> S3Error:
    """The refusal of an operation that directory buckets do not have.

    InvalidArgument for the configurations above, NotSupported for ListObjects
    (https://github.com/boto/boto3/issues/3972), and otherwise MethodNotAllowed for operations on buckets and
    NotImplemented for operations on objects (assumed).
    """
    if operation in _CONFIGURATIONS:
        return S3Error(
            "InvalidArgument", f"{_CONFIGURATIONS[operation]} is not valid, expected CreateBucketConfiguration"
        )
    if operation == "ListObjects":
        return S3Error("NotSupported")
    if "Bucket" in operation or operation in {"PostObject", "ListObjectVersions", "GetObjectLockConfiguration"}:
        method = next((method for verb, method in _METHODS.items() if operation.startswith(verb)), "POST")
        return S3Error("MethodNotAllowed", Method=method, ResourceType="BUCKET")
    return S3Error("NotImplemented", "This bucket does not support this operation.")


REFUSED_MEMBERS: Mapping[str, str] = {
    "ACL": "x-amz-acl",
    "GrantFullControl": "x-amz-grant-full-control",
    "GrantRead": "x-amz-grant-read",
    "GrantReadACP": "x-amz-grant-read-acp",
    "GrantWrite": "x-amz-grant-write",
    "GrantWriteACP": "x-amz-grant-write-acp",
    "BypassGovernanceRetention": "x-amz-bypass-governance-retention",
    "ConfirmRemoveSelfBucketAccess": "x-amz-confirm-remove-self-bucket-access",
    "CopySourceSSECustomerAlgorithm": "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "CopySourceSSECustomerKey": "x-amz-copy-source-server-side-encryption-customer-key",
    "CopySourceSSECustomerKeyMD5": "x-amz-copy-source-server-side-encryption-customer-key-MD5",
    "MFA": "x-amz-mfa",
    "ObjectLockEnabledForBucket": "x-amz-bucket-object-lock-enabled",
    "ObjectLockEventHold": "x-amz-object-lock-event-hold",
    "ObjectLockEventHoldDurationDays": "x-amz-object-lock-event-hold-duration-days",
    "ObjectLockEventHoldDurationYears": "x-amz-object-lock-event-hold-duration-years",
    "ObjectLockLegalHoldStatus": "x-amz-object-lock-legal-hold",
    "ObjectLockMode": "x-amz-object-lock-mode",
    "ObjectLockRetainUntilDate": "x-amz-object-lock-retain-until-date",
    "ObjectOwnership": "x-amz-object-ownership",
    "BucketNamespace": "x-amz-bucket-namespace",
    "OptionalObjectAttributes": "x-amz-optional-object-attributes",
    "RequestPayer": "x-amz-request-payer",
    "SSECustomerAlgorithm": "x-amz-server-side-encryption-customer-algorithm",
    "SSECustomerKey": "x-amz-server-side-encryption-customer-key",
    "SSECustomerKeyMD5": "x-amz-server-side-encryption-customer-key-MD5",
    "StartAfter": "start-after",
    "Tagging": "x-amz-tagging",
    "TransitionDefaultMinimumObjectSize": "x-amz-transition-default-minimum-object-size",
    "UploadIdMarker": "upload-id-marker",
    "WebsiteRedirectLocation": "x-amz-website-redirect-location",
}
"""Members of which botocore's documentation says "This functionality is not supported for directory buckets", and their
names on the wire. (CopyObject's copy-source members are refused where the source is a directory bucket.)"""

DIRECTORY_ONLY: Mapping[str, str] = {
    "IfMatchInitiatedTime": "x-amz-if-match-initiated-time",
    "RenameSource": "x-amz-rename-source",
    "WriteOffsetBytes": "x-amz-write-offset-bytes",
}
"""Members that other buckets do not support."""


def check_directory_only(request: Mapping[str, Any], member: str) -> None:
    """Refuse, in other buckets, a member that only directory buckets support.

    "A header that you provided implies functionality that is not implemented" (Error responses), as seen of conditional
    deletes by size (s3_facts 8). Raises NotImplemented.
    """
    if member in request:
        raise S3Error("NotImplemented", Header=DIRECTORY_ONLY[member])


def check_members(operation: str, request: Mapping[str, Any], *, zonal: bool) -> None:
    """Refuse members of a request that directory buckets do not support.

    "A header that you provided implies functionality that is not implemented" (Error responses) is documented for tags
    (CopyObject) and for the expected owner (DeleteBucket), and seen of ACLs (Terraform's AWS provider, bucket_acl.go)
    and Content-MD5 (https://github.com/ByConity/ByConity/issues/1798, with the words). That members of a query have the
    same answer is assumed. Raises NotImplemented, InvalidArgument for a version id.
    """
    if "ContentMD5" in request and operation != "DeleteObjects":
        raise S3Error("NotImplemented", "This bucket does not support Content Md5 header.")
    if "ExpectedBucketOwner" in request and not zonal:
        raise S3Error("NotImplemented", Header="x-amz-expected-bucket-owner")
    for member, value in request.items():
        if member in REFUSED_MEMBERS and value != "" and not member.startswith("CopySource"):
            raise S3Error("NotImplemented", Header=REFUSED_MEMBERS[member])
    if request.get("AnnotationDirective") == "COPY":  # CopyObject: a 501
        raise S3Error("NotImplemented", Header="x-amz-annotation-directive")
    if request.get("VersionId", "null") != "null":  # "only the null value of the version ID is supported"
        raise invalid_argument("Invalid version id specified", "versionId", request["VersionId"])


def check_listing(prefix: str, delimiter: str | None) -> None:
    """Refuse a prefix that does not end in the delimiter, and a delimiter other than a slash. Raises InvalidRequest."""
    if prefix and not prefix.endswith(DELIMITER):
        # https://github.com/eclipse-store/store/issues/224
        raise S3Error(
            "InvalidRequest",
            "This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending with "
            "a delimiter and try again.",
        )
    if delimiter and delimiter != DELIMITER:  # the words are assumed
        raise S3Error("InvalidRequest", "This bucket does not support a delimiter other than a forward slash (/).")


SESSION_LASTS = timedelta(minutes=5)
"""CreateSession: "Temporary security credentials are scoped to the bucket and expire after 5 minutes"."""
READ_WRITE, READ_ONLY_MODE = "ReadWrite", "ReadOnly"
_TOKEN_BEGINS = b"s3mock-session:"


@dataclass(frozen=True, slots=True)
class Session:
    """A session of CreateSession.

    It is stored nowhere: its token contains all of it. ``encryption`` are members of the CreateSession request.
    """

    account_id: str
    bucket: str
    mode: str
    expiration: datetime
    encryption: Mapping[str, Any] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """The session token, which contains all the fields."""
        values = [self.account_id, self.bucket, self.mode, int(self.expiration.timestamp()), dict(self.encryption)]
        return urlsafe_b64encode(_TOKEN_BEGINS + json.dumps(values, separators=(",", ":")).encode()).decode()

    @property
    def credentials(self) -> dict[str, Any]:
        """The Credentials in the answer of CreateSession; the key and the secret are derived from the token."""
        digest = sha256(self.token.encode()).hexdigest().upper()
        return {
            "AccessKeyId": f"ASIA{digest[:16]}",
            "SecretAccessKey": urlsafe_b64encode(sha256(digest.encode()).digest()).decode()[:40],
            "SessionToken": self.token,
            "Expiration": self.expiration,
        }

    def secret_of(self, access_key: str) -> str | None:
        """The secret of ``access_key``; None where the session has another key."""
        credentials = self.credentials
        return str(credentials["SecretAccessKey"]) if credentials["AccessKeyId"] == access_key else None

    @classmethod
    def of(cls, token: str) -> Session:
        """The session with this token.

        Raises InvalidToken for any other text: it is "malformed or otherwise not valid" (Error responses).
        """
        try:
            _, values = urlsafe_b64decode(token).split(_TOKEN_BEGINS)
            account_id, bucket, mode, expiration, encryption = json.loads(values)
            end = datetime.fromtimestamp(expiration, timezone.utc)
            return cls(str(account_id), str(bucket), str(mode), end, dict(encryption))
        except (ValueError, TypeError, OverflowError, OSError):
            raise S3Error("InvalidToken") from None

    def check(self, operation: str, bucket: str, now: datetime) -> None:
        """Refuse an operation that the session does not allow.

        Raises InvalidSessionException once it has expired (Error responses page), AccessDenied for another bucket and
        for a write in a ReadOnly session (CreateSession).
        """
        if now >= self.expiration:
            raise S3Error("InvalidSessionException")
        allowed = self.mode != READ_ONLY_MODE or operation in READ_ONLY or operation == "HeadBucket"
        if bucket != self.bucket or not allowed:
            raise S3Error("AccessDenied")
