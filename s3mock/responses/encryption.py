"""?encryption: the default encryption of buckets, and the encryption that requests choose or need a key for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend import keys_of_kms, versions
from s3mock.backend.bucket_state import configured
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models import customer_keys, encryption
from s3mock.models.customer_keys import OWN, SOURCE
from s3mock.models.encryption import DEFAULT, HEADER, KMS, S3_KEYS, SSE_C, BucketEncryption, Encryption, Keyring
from s3mock.models.object_lock import ON
from s3mock.responses.reading import find_version
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.models.configuration import Topics
    from s3mock.models.encryption import KeyArn
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

MEMBERS = customer_keys.MEMBERS | {
    "ServerSideEncryption",
    "SSEKMSKeyId",
    "SSEKMSEncryptionContext",
    "BucketKeyEnabled",
}
"""The members of a request that choose an encryption."""

KEYS = {"": OWN, "CopySource": SOURCE}
"""The members with a customer's key, by their prefix."""

WITHOUT_DECRYPTION = frozenset({"HeadObject", "GetObjectAttributes"})
"""The reads that do not need the bytes, and so not the key."""

BLOCKABLE = ([SSE_C], ["NONE"])
"""The lists of encryption types that may be blocked: one type so far, or nothing."""


def requested(exchange: Exchange, request: Parameters) -> Encryption:
    """The encryption of a new object or upload: the one that its request chooses, else the bucket's default.

    Raises what ``models.encryption`` and ``models.customer_keys`` raise, AccessDenied where the bucket blocks SSE-C,
    InvalidArgument where keys are sent over plain http, or KMS is chosen without a signature of version 4.
    """
    default = exchange.configuration.encryption
    if MEMBERS.isdisjoint(request):
        if default is None:
            return DEFAULT
        chosen = encryption.by_default(default, _key_arn(exchange))
    elif customer_keys.MEMBERS.isdisjoint(request):
        chosen = encryption.requested(request, default, _key_arn(exchange))
    else:
        _check_customer_key_allowed(exchange, request)
        method = request.get("ServerSideEncryption")
        if method is not None:  # https://github.com/confluentinc/kafka-connect-storage-cloud/issues/389
            raise invalid_argument(
                "Server Side Encryption with Customer provided key is incompatible with the encryption method "
                "specified",
                HEADER,
                method,
            )
        encryption.requested(request, None, _key_arn(exchange))  # refuses the members of KMS
        return encryption.shared(customer_key_md5=customer_keys.to_write(request))
    _check_signature(exchange, request, chosen)
    return chosen


def check_read(exchange: Exchange, request: Parameters, version: Version, prefix: str = "") -> None:
    """Refuse to read ``version`` without its customer's key, with another key, or with a key if it has none.

    ``prefix`` is ``CopySource`` where the version is the source of a copy. A version under KMS needs a signature of
    version 4, and a key that is enabled. Raises InvalidRequest, AccessDenied, InvalidArgument,
    InvalidEncryptionAlgorithmError, KMS.DisabledException, KMS.KMSInvalidStateException.
    """
    stored = version.encryption
    if stored is not DEFAULT:
        _check_signature(exchange, request, stored)
        if exchange.operation not in WITHOUT_DECRYPTION:
            _check_key(exchange, stored)
    names = KEYS[prefix]
    if names[0] in request or names[1] in request or names[2] in request:
        _check_connection(exchange)
    elif stored.customer_key_md5 is None:
        return
    customer_keys.check_read(stored.customer_key_md5, request, names)


def check_part(exchange: Exchange, request: Parameters, upload: Upload) -> None:
    """Refuse to write a part without the customer's key that the upload was created with, or with another one.

    An upload under KMS needs a signature of version 4, and a key that is enabled. Raises InvalidRequest, AccessDenied,
    InvalidArgument, InvalidEncryptionAlgorithmError, KMS.DisabledException, KMS.KMSInvalidStateException.
    """
    if upload.encryption is DEFAULT and customer_keys.MEMBERS.isdisjoint(request):
        return
    _check_signature(exchange, request, upload.encryption)
    _check_key(exchange, upload.encryption)
    if not customer_keys.MEMBERS.isdisjoint(request):
        _check_customer_key_allowed(exchange, request)
    customer_keys.check_part(upload.encryption.customer_key_md5, request)


def check_parts(exchange: Exchange, request: Parameters, upload: Upload) -> None:
    """Refuse to list or complete an upload with another key than its own, or without it where there are checksums.

    API pages CompleteMultipartUpload and ListParts: the key is "needed only when the object was created using a
    checksum algorithm"; the error is assumed. To complete an upload under KMS, S3 decrypts its parts (API page
    CreateMultipartUpload), so that it needs a signature of version 4 (assumed). Raises as ``check_part`` does.
    """
    if upload.encryption is DEFAULT and customer_keys.MEMBERS.isdisjoint(request):
        return
    if exchange.operation == "CompleteMultipartUpload":
        _check_signature(exchange, request, upload.encryption)
        _check_key(exchange, upload.encryption)
    if not customer_keys.MEMBERS.isdisjoint(request):
        _check_connection(exchange)
        if exchange.operation == "CompleteMultipartUpload":
            _check_not_blocked(exchange, request)
    needed = upload.checksum_algorithm is not None
    customer_keys.check_part(upload.encryption.customer_key_md5, request, needed=needed)


def header_refused(value: str) -> S3Error:
    """The error for x-amz-server-side-encryption in a request that neither makes an object nor begins an upload.

    Of uploads of parts, completions and listings: https://github.com/boto/botocore/issues/732,
    https://github.com/ClickHouse/ClickHouse/issues/64570, https://github.com/s3tools/s3cmd/issues/142; of reads: API
    pages GetObject and HeadObject, which have the status only. Of the fields, see ``models.encryption``.
    """
    message = f"{HEADER} header is not supported for this operation."
    return invalid_argument(message, HEADER, value)


def _key_arn(exchange: Exchange) -> KeyArn:
    """The look-up of the keys that a request may use."""
    keyring = Keyring(exchange.bucket.partition, exchange.bucket.region, exchange.caller.id)
    return keys_of_kms.look_up(exchange.cloud.elsewhere, keyring)


def _check_key(exchange: Exchange, used: Encryption) -> None:
    """Refuse to decrypt with a key of KMS that is not enabled, as ``keys_of_kms.check`` does."""
    if used.key_arn is not None:
        keys_of_kms.check(exchange.cloud.elsewhere, used.key_arn)


def _check_signature(exchange: Exchange, request: Parameters, chosen: Encryption) -> None:
    # https://github.com/boto/boto3/issues/2952, https://github.com/tailscale/tailscale/issues/15195; an unsigned
    # request: https://repost.aws/knowledge-center/s3-kms-signature-version-error
    if chosen.key_arn is not None and not _signed_with_v4(exchange, request):
        raise invalid_argument(
            "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
            "Authorization",
            "null",
        )


def _signed_with_v4(exchange: Exchange, request: Parameters) -> bool:
    if exchange.operation == "PostObject":
        return "x-amz-algorithm" in request["Fields"]
    return exchange.signer is not None and exchange.signer.algorithm.startswith("AWS4-")


def _check_customer_key_allowed(exchange: Exchange, request: Parameters) -> None:
    _check_connection(exchange)
    _check_not_blocked(exchange, request)


def _check_connection(exchange: Exchange) -> None:
    """Refuse a customer's key over plain http, before the key is checked (code and order as in ``customer_keys``).

    A custom endpoint and our own server may be without TLS: nothing is secret there.
    """
    if exchange.request.scheme == "http" and exchange.target.domain is not None:
        raise S3Error(
            "InvalidArgument",
            "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure "
            "connection.",
            ArgumentName=HEADER,
        )


def _check_not_blocked(exchange: Exchange, request: Parameters) -> None:
    """Refuse a customer's key where the bucket blocks them, before the key is checked.

    User Guide, "Troubleshoot access denied (403 Forbidden) errors"; that the action is named after the operation:
    https://github.com/DataDog/stratus-red-team/issues/946.
    """
    if SSE_C in (exchange.configuration.blocked_encryption_types or ()):
        raise S3Error(
            "AccessDenied",
            f"User: {exchange.caller_arn} is not authorized to perform: s3:{exchange.operation} on resource: "
            f'"{exchange.bucket.arn}/{request["Key"]}" because this bucket has blocked upload requests that specify '
            "Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side "
            "encryption type",
        )


@operation(
    "GetBucketEncryption", action="s3:GetEncryptionConfiguration", log="REST.GET.ENCRYPTION", directory="regional"
)
def get_bucket_encryption(exchange: Exchange, _request: Parameters) -> Parameters:
    """The default encryption of new objects, SSE-S3 unless configured, and the encryption types that are blocked.

    S3 API: GetBucketEncryption
    """
    default = exchange.configuration.encryption or BucketEncryption()
    rule: Parameters = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": default.algorithm, "KMSMasterKeyID": default.key_id},
        "BucketKeyEnabled": default.bucket_key,
    }
    blocked = exchange.configuration.blocked_encryption_types
    if blocked is not None:
        rule["BlockedEncryptionTypes"] = {"EncryptionType": list(blocked)}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


@operation(
    "PutBucketEncryption", action="s3:PutEncryptionConfiguration", log="REST.PUT.ENCRYPTION", directory="regional"
)
def put_bucket_encryption(exchange: Exchange, request: Parameters) -> Parameters:
    """Set the default encryption of new objects and the encryption types that are blocked; a key is not looked up.

    A rule without BlockedEncryptionTypes leaves them as they were
    (https://github.com/hashicorp/terraform-provider-aws/issues/47320); one with nothing else sets SSE-S3 (assumed).
    Values that the model has for other actions and services, and an empty rule, are MalformedXML (assumed).

    Differs: S3 requires a signature of version 4.

    S3 API: PutBucketEncryption
    """
    rules = request["ServerSideEncryptionConfiguration"]["Rules"]
    if len(rules) != 1 or not rules[0]:  # aws_recorded: test_s3_default_bucket_encryption_exc
        raise S3Error("MalformedXML")
    rule = rules[0]
    default = rule.get("ApplyServerSideEncryptionByDefault", {"SSEAlgorithm": S3_KEYS})
    method, key_id = default["SSEAlgorithm"], default.get("KMSMasterKeyID")
    if method not in encryption.METHODS:
        raise S3Error("MalformedXML")
    if method == S3_KEYS and key_id is not None:  # aws_recorded: test_s3_default_bucket_encryption_exc
        raise S3Error(
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            ArgumentName="ApplyServerSideEncryptionByDefault",
        )
    topics: Topics = {"encryption": BucketEncryption(method, key_id, rule.get("BucketKeyEnabled", False))}
    if "BlockedEncryptionTypes" in rule:
        blocked = rule["BlockedEncryptionTypes"].get("EncryptionType", [])
        if blocked not in BLOCKABLE:
            raise S3Error("MalformedXML")
        topics["blocked_encryption_types"] = tuple(blocked)
    exchange.commit(lambda state: configured(state, **topics))
    return {}


@operation(
    "DeleteBucketEncryption", action="s3:PutEncryptionConfiguration", log="REST.DELETE.ENCRYPTION", directory="regional"
)
def delete_bucket_encryption(exchange: Exchange, _request: Parameters) -> Parameters:
    """Set the default back to SSE-S3; what is blocked stays blocked (assumed).

    S3 API: DeleteBucketEncryption
    """
    exchange.configure(encryption=None)
    return {}


@operation("UpdateObjectEncryption", action="s3:UpdateObjectEncryption", on="object", log="REST.PUT.ENCRYPTION")
def update_object_encryption(exchange: Exchange, request: Parameters) -> Parameters:
    """Encrypt a version under SSE-S3 or SSE-KMS with another key of KMS; all else stays, including the ETag.

    The messages are those of the API page.

    Differs: no account is part of an organization; a BucketKeyEnabled that is neither true nor false is MalformedXML.

    S3 API: UpdateObjectEncryption
    """
    version = find_version(exchange, request["Key"], request.get("VersionId"), "PUT")
    chosen = _new_encryption(exchange, request)

    def decide(state: BucketState) -> Change:
        present = versions.find(state, version.key, version.version_id) or version
        now, lock = exchange.cloud.clock.now(), present.lock
        if present.encryption.customer_key_md5 is not None or present.encryption.algorithm not in (S3_KEYS, KMS):
            raise S3Error(
                "InvalidRequest",
                "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS "
                "or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.",
            )
        retained = lock is not None and lock.retention is not None and lock.retention.in_force(now)
        if retained or (lock is not None and lock.legal_hold == ON):
            raise S3Error(
                "AccessDenied",
                "The encryption type for the specified object can't be updated because that object is protected by S3 "
                "Object Lock. If the object has a governance-mode retention period or a legal hold, you must first "
                "remove the Object Lock status on the object before you issue your UpdateObjectEncryption request. You "
                "can't use the UpdateObjectEncryption operation with objects that have an Object Lock compliance mode "
                "retention period applied to them.",
            )
        return versions.replace(state, replace(present, encryption=chosen))

    exchange.commit(decide)
    return {}


def _new_encryption(exchange: Exchange, request: Parameters) -> Encryption:
    """The encryption that UpdateObjectEncryption gives a version. Raises InvalidRequest, AccessDenied."""
    if not _signed_with_v4(exchange, request):
        raise S3Error(
            "InvalidRequest",
            "Requests that modify an object encryption configuration require AWS Signature Version 4. Modify the "
            "request to use AWS Signature Version 4, and then try again.",
        )
    kms = request["ObjectEncryption"].get("SSEKMS")
    if kms is None:
        raise S3Error(
            "InvalidRequest",
            "Requests that modify an object encryption configuration require a valid new encryption type. Valid values "
            "are SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.",
        )
    modifying, arn = "Requests that modify an object's encryption type to SSE-KMS require ", kms.get("KMSKeyArn")
    if not arn:
        raise S3Error(
            "InvalidRequest",
            f"{modifying}an AWS KMS key Amazon Resource Name (ARN). Modify the request to specify a KMS key ARN, and "
            "then try again.",
        )
    account_id = encryption.account_of_key(arn)
    if account_id is None:
        raise S3Error(
            "InvalidRequest",
            f"{modifying}a valid AWS KMS key Amazon Resource Name (ARN). Confirm that you have a correctly formatted "
            "KMS key ARN in your request, and then try again.",
        )
    if account_id != exchange.bucket.account.id:
        raise S3Error(
            "AccessDenied",
            "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to "
            "specify a KMS key from the same account, and then try again.",
        )
    return encryption.shared(KMS, _key_arn(exchange)(arn), bucket_key=kms.get("BucketKeyEnabled", False))
