"""Access control lists: ?acl, and the ACLs that requests for new buckets and objects set in their headers."""

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
from s3mock.responses.registry import UNAUTHENTICATED, Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.models.account import Account
    from s3mock.models.configuration import Configuration
    from s3mock.models.version import Version


def requested_acl(exchange: Exchange, request: Parameters, owner: Account) -> Acl:
    """The ACL of a new object, from the headers of the request; a private one by default.

    ``owner`` will own the object. Raises ``InvalidArgument`` and ``InvalidRequest`` for invalid headers;
    ``AccessControlListNotSupported`` where ownership is enforced, for an ACL that grants more than full control to the
    bucket's owner; and then ``AccessDenied`` for a public ACL where these are blocked.
    """
    # S3 ignores an empty x-amz-acl: https://github.com/open-io/swift3/pull/90
    if not request.get("ACL") and acl.GRANT_HEADERS.keys().isdisjoint(request):
        return acl.private(owner)
    bucket_owner = exchange.bucket.account
    requested = _of_headers(request, owner, bucket_owner)
    # A canned ACL is the writer's: "private" is accepted from the bucket's account, and from no other
    # (https://github.com/thephpleague/flysystem/issues/1904).
    if (
        _enforced(exchange)
        and request.get("ACL") != acl.BUCKET_OWNER_FULL_CONTROL
        and _of_headers(request, exchange.caller, bucket_owner).grants != acl.private(bucket_owner).grants
    ):
        raise S3Error("AccessControlListNotSupported")
    public_access_block.check_acl(exchange, request.get("Key"), requested)
    return requested


def of_new_bucket(request: Parameters, owner: Account, configuration: Configuration) -> Acl:
    """The ACL of a new bucket, from the headers of CreateBucket; a private one by default.

    ``configuration`` is the rest of the bucket's configuration. Raises ``InvalidArgument`` and ``InvalidRequest`` for
    invalid headers, and what ``check_new_bucket`` raises.
    """
    if not request.get("ACL") and acl.GRANT_HEADERS.keys().isdisjoint(request):
        return acl.private(owner)
    requested = _of_headers(request, owner, None)
    check_new_bucket(requested, configuration)
    return requested


def check_new_bucket(requested: Acl, configuration: Configuration) -> None:
    """Refuse an ACL that a new bucket cannot have, in this order.

    Raises ``InvalidBucketAclWithObjectOwnership`` where ownership is enforced, for one that grants others anything, and
    ``InvalidBucketAclWithBlockPublicAccessError`` for a public one where these are blocked.
    """
    if configuration.ownership == BUCKET_OWNER_ENFORCED and requested != acl.private(requested.owner):
        raise S3Error("InvalidBucketAclWithObjectOwnership")
    block = configuration.public_access_block
    if block is not None and block.block_public_acls and requested.is_public:
        raise S3Error("InvalidBucketAclWithBlockPublicAccessError")


@operation("GetBucketAcl", action="s3:GetBucketAcl", log="REST.GET.ACL", access_point=True)
def get_bucket_acl(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's access control list; a private one where ownership is enforced.

    S3 API: GetBucketAcl
    """
    private = acl.private(exchange.bucket.account)
    stored: Acl = private if _enforced(exchange) else exchange.configuration.acl or private
    return stored.describe()


@operation("PutBucketAcl", action="s3:PutBucketAcl", log="REST.PUT.ACL", unsigned=UNAUTHENTICATED)
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
    """The access control list of a version of an object; a private one where ownership is enforced.

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
    unsigned=UNAUTHENTICATED,
)
def put_object_acl(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the access control list of a version of an object, and nothing else of it.

    A delete marker is refused, even as the latest version (aws_recorded: test_put_object_acl_on_delete_marker);
    GetObjectAcl answers NoSuchKey there.

    S3 API: PutObjectAcl
    """
    version = find_version(exchange, request["Key"], request.get("VersionId"), "PUT", marker_hides=False)
    new = _written(exchange, request, _owner(exchange, version), exchange.bucket.account)

    def decide(state: BucketState) -> Change:
        present = versions.find(state, version.key, version.version_id) or version
        changes = new != (present.acl or acl.private(_owner(exchange, present)))  # otherwise no event (s3_facts 29)
        return versions.replace(state, replace(present, acl=new), exchange.declared.event if changes else None)

    exchange.commit(decide)
    _show_version_id(exchange, version)
    return {}


def _written(exchange: Exchange, request: Parameters, owner: Account, bucket_owner: Account | None) -> Acl:
    """The ACL in the body or in the headers of PutBucketAcl and PutObjectAcl.

    Raises MissingSecurityHeader, UnexpectedContent, InvalidArgument, InvalidRequest, AccessDenied and
    AccessControlListNotSupported.
    """
    policy = request.get("AccessControlPolicy")
    in_headers = bool(request.get("ACL")) or not acl.GRANT_HEADERS.keys().isdisjoint(request)
    if policy is None:
        if not in_headers:
            raise S3Error("MissingSecurityHeader", MissingHeaderName="x-amz-acl")
        requested = _of_headers(request, owner, bucket_owner)
    elif in_headers:  # https://github.com/aws/aws-sdk-php/issues/441
        raise S3Error("UnexpectedContent")
    else:
        requested = acl.from_policy(policy, owner)
    # A public ACL that both checks refuse is AccessDenied, unlike in PutObject (sessions with the AWS CLI and buckets
    # with today's defaults, published 2024-11 and 2026-07).
    public_access_block.check_acl(exchange, request.get("Key"), requested)
    # Where ownership is enforced, only full control for the bucket's owner is accepted:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html; the canned ACL
    # "private" is refused although it grants the same (https://github.com/hashicorp/terraform-provider-aws/issues/34079).
    if _enforced(exchange):
        name = request.get("ACL")
        accepted = name == acl.BUCKET_OWNER_FULL_CONTROL if name else requested == acl.private(exchange.bucket.account)
        if not accepted:
            raise S3Error("AccessControlListNotSupported")
    return requested


def _of_headers(request: Parameters, owner: Account, bucket_owner: Account | None) -> Acl:
    name = request.get("ACL")
    if not name:
        return acl.from_headers(request, owner)
    if not acl.GRANT_HEADERS.keys().isdisjoint(request):
        raise S3Error("InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed")
    return acl.canned(name, owner, bucket_owner)


def _enforced(exchange: Exchange) -> bool:
    return ownership_controls.sole_owner(exchange.bucket.state) is not None


def _owner(exchange: Exchange, version: Version) -> Account:
    """The version's owner: the bucket's owner while ownership is enforced."""
    return ownership_controls.sole_owner(exchange.bucket.state) or version.owner


def _show_version_id(exchange: Exchange, version: Version) -> None:
    """Add the version id, as in the samples of PutObjectAcl and GetObjectAcl; the model has no member for it."""
    version_id = version_id_shown(exchange, version)
    if version_id is not None:
        exchange.reply_headers["x-amz-version-id"] = version_id
