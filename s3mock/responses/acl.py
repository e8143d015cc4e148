"""Access control lists: reading and writing them, and the one that a request for something new asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.access import ownership_controls
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import acl
from s3mock.models.acl import Acl
from s3mock.models.ownership_controls import BUCKET_OWNER_ENFORCED
from s3mock.responses import public_access_block
from s3mock.responses.reading import find_version, version_id_shown
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import BucketState, Change
    from s3mock.models.account import Account
    from s3mock.models.configuration import Configuration
    from s3mock.models.version import Version


def requested_acl(exchange: Exchange, request: Parameters, owner: Account) -> Acl:
    """Return the list that the headers of a request ask for on the object it makes, by default a private one.

    ``owner`` will own the object. Raises ``InvalidArgument`` and ``InvalidRequest`` for headers that are no list;
    ``AccessControlListNotSupported`` for a list that says more than that the bucket's owner may do everything, where
    ownership is enforced; and then ``AccessDenied`` for a public list where those are blocked.
    """
    # S3 ignores an empty x-amz-acl: https://github.com/open-io/swift3/pull/90
    if not request.get("ACL") and acl.GRANT_HEADERS.keys().isdisjoint(request):
        return acl.private(owner)
    bucket_owner = exchange.bucket.account
    wanted = _of_headers(request, owner, bucket_owner)
    # The canned list is the writer's: "private" fits from the bucket's account, and from no other
    # (https://github.com/thephpleague/flysystem/issues/1904).
    if (
        _enforced(exchange)
        and request.get("ACL") != acl.BUCKET_OWNER_FULL_CONTROL
        and _of_headers(request, exchange.caller, bucket_owner).grants != acl.private(bucket_owner).grants
    ):
        raise S3Error("AccessControlListNotSupported")
    public_access_block.check_acl(exchange, request.get("Key"), wanted)
    return wanted


def of_new_bucket(request: Parameters, owner: Account, configuration: Configuration) -> Acl:
    """Return the list that the headers of a CreateBucket ask for, by default a private one.

    ``configuration`` is what the bucket has else. Raises ``InvalidArgument`` and ``InvalidRequest`` for headers that
    are no list, and what ``check_new_bucket`` does.
    """
    if not request.get("ACL") and acl.GRANT_HEADERS.keys().isdisjoint(request):
        return acl.private(owner)
    wanted = _of_headers(request, owner, None)
    check_new_bucket(wanted, configuration)
    return wanted


def check_new_bucket(wanted: Acl, configuration: Configuration) -> None:
    """Refuse a list that a CreateBucket may not ask for, in this order.

    Raises ``InvalidBucketAclWithObjectOwnership`` for one that grants others something where ownership is enforced, and
    ``InvalidBucketAclWithBlockPublicAccessError`` for a public one where those are blocked.
    """
    if configuration.ownership == BUCKET_OWNER_ENFORCED and wanted != acl.private(wanted.owner):
        raise S3Error("InvalidBucketAclWithObjectOwnership")
    block = configuration.public_access_block
    if block is not None and block.block_public_acls and wanted.is_public:
        raise S3Error("InvalidBucketAclWithBlockPublicAccessError")


@operation("GetBucketAcl", action="s3:GetBucketAcl", log="REST.GET.ACL", access_point=True)
def get_bucket_acl(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return the bucket's access control list.

    S3 API: GetBucketAcl
    """
    private = acl.private(exchange.bucket.account)
    stored: Acl = private if _enforced(exchange) else exchange.bucket.configuration.acl or private
    return stored.describe()


@operation("PutBucketAcl", action="s3:PutBucketAcl", log="REST.PUT.ACL")
def put_bucket_acl(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the bucket's access control list.

    S3 API: PutBucketAcl
    """
    exchange.configure(acl=_written(exchange, request, exchange.bucket.account, None))
    return {}


@operation(
    "GetObjectAcl",
    action="s3:GetObjectAcl",
    version_action="s3:GetObjectVersionAcl",
    on="object",
    hides_absence=True,
    log="REST.GET.ACL",
    multi_region=True,
)
def get_object_acl(exchange: Exchange, request: Parameters) -> Parameters:
    """Return the access control list of a version of an object.

    S3 API: GetObjectAcl
    """
    version = find_version(exchange, request["Key"], request.get("VersionId"), "GET")
    _show_version_id(exchange, version)
    stored = None if _enforced(exchange) else version.acl
    return (stored or acl.private(_owner(exchange, version))).describe()


@operation(
    "PutObjectAcl",
    action="s3:PutObjectAcl",
    version_action="s3:PutObjectVersionAcl",
    on="object",
    log="REST.PUT.ACL",
    event="ObjectAcl:Put",
    multi_region=True,
)
def put_object_acl(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the access control list of a version of an object; everything else of it stays.

    S3 API: PutObjectAcl
    """
    version = find_version(exchange, request["Key"], request.get("VersionId"), "PUT")
    wanted = _written(exchange, request, _owner(exchange, version), exchange.bucket.account)

    def decide(state: BucketState) -> Change:
        present = versions.find(state, version.key, version.version_id) or version
        return versions.replace(state, replace(present, acl=wanted), exchange.declared.event)

    exchange.commit(decide)
    _show_version_id(exchange, version)
    return {}


def _written(exchange: Exchange, request: Parameters, owner: Account, bucket_owner: Account | None) -> Acl:
    """Return the list that PutBucketAcl or PutObjectAcl writes, in its body or in its headers."""
    policy = request.get("AccessControlPolicy")
    in_headers = bool(request.get("ACL")) or not acl.GRANT_HEADERS.keys().isdisjoint(request)
    if policy is None:
        if not in_headers:
            raise S3Error("MissingSecurityHeader", MissingHeaderName="x-amz-acl")
        wanted = _of_headers(request, owner, bucket_owner)
    elif in_headers:  # https://github.com/aws/aws-sdk-php/issues/441
        raise S3Error("UnexpectedContent")
    else:
        wanted = acl.from_policy(policy, owner)
    # In this order: where both refuse it a public list is AccessDenied, and with PutObject it is not (sessions with the
    # AWS CLI and buckets as they are made today, published 2024-11 and 2026-07).
    public_access_block.check_acl(exchange, request.get("Key"), wanted)
    _check_ownership(exchange, request, wanted)
    return wanted


def _of_headers(request: Parameters, owner: Account, bucket_owner: Account | None) -> Acl:
    name = request.get("ACL")
    if not name:
        return acl.from_headers(request, owner)
    if not acl.GRANT_HEADERS.keys().isdisjoint(request):
        raise S3Error("InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed")
    return acl.canned(name, owner, bucket_owner)


def _check_ownership(exchange: Exchange, request: Parameters, wanted: Acl) -> None:
    """Refuse a list where the bucket's owner owns everything, unless it says just that.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html; the canned list
    "private" is refused although it grants the same (https://github.com/hashicorp/terraform-provider-aws/issues/34079).
    """
    if not _enforced(exchange):
        return
    name = request.get("ACL")
    fits = name == acl.BUCKET_OWNER_FULL_CONTROL if name else wanted == acl.private(exchange.bucket.account)
    if not fits:
        raise S3Error("AccessControlListNotSupported")


def _enforced(exchange: Exchange) -> bool:
    return ownership_controls.sole_owner(exchange.bucket) is not None


def _owner(exchange: Exchange, version: Version) -> Account:
    """Return who owns the version: the bucket's owner while ownership is enforced, whoever put it."""
    return ownership_controls.sole_owner(exchange.bucket) or version.owner


def _show_version_id(exchange: Exchange, version: Version) -> None:
    """Answer the version id, as the samples of PutObjectAcl and GetObjectAcl do; the model has no member for it."""
    version_id = version_id_shown(exchange, version)
    if version_id is not None:
        exchange.reply_headers["x-amz-version-id"] = version_id
