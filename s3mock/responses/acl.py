"""Access control lists: reading and writing them, and the one that a request for something new asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.errors import S3Error
from s3mock.models import acl
from s3mock.models.acl import Acl
from s3mock.responses.context import Context
from s3mock.responses.reading import find_version, version_id_shown
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import BucketState, Change
    from s3mock.models.account import Account
    from s3mock.models.version import Version

ENFORCED = "BucketOwnerEnforced"


def requested_acl(ctx: Context, request: Parameters, owner: Account) -> Acl:
    """Return the list that the headers of a request ask for on what it makes, by default a private one.

    ``owner`` will own the object, or the bucket where the request is a CreateBucket. Raises ``InvalidArgument`` and
    ``InvalidRequest`` for headers that are no list; ``AccessControlListNotSupported`` or, for CreateBucket,
    ``InvalidBucketAclWithObjectOwnership`` for a list where the ownership settings leave no room for one.
    """
    # S3 ignores an empty x-amz-acl: https://github.com/open-io/swift3/pull/90
    if not request.get("ACL") and acl.GRANT_HEADERS.keys().isdisjoint(request):
        return acl.private(owner)
    if ctx.operation == "CreateBucket":
        wanted = _of_headers(request, owner, None)
        ownership = ENFORCED if ctx.cloud.settings.bucket_defaults == "current" else None
        if request.get("ObjectOwnership", ownership) == ENFORCED and wanted != acl.private(owner):
            raise S3Error("InvalidBucketAclWithObjectOwnership")
        return wanted
    wanted = _of_headers(request, owner, ctx.bucket.account)
    _check_ownership(ctx, request, wanted)
    return wanted


@operation("GetBucketAcl")
def get_bucket_acl(ctx: Context, _request: Parameters) -> Parameters:
    """Return the bucket's access control list.

    S3 API: GetBucketAcl
    """
    private = acl.private(ctx.bucket.account)
    stored: Acl = private if _enforced(ctx) else ctx.bucket.configuration("acl", private)
    return stored.describe()


@operation("PutBucketAcl")
def put_bucket_acl(ctx: Context, request: Parameters) -> Parameters:
    """Replace the bucket's access control list.

    S3 API: PutBucketAcl
    """
    ctx.bucket.configure(acl=_written(ctx, request, ctx.bucket.account, None))
    return {}


@operation("GetObjectAcl")
def get_object_acl(ctx: Context, request: Parameters) -> Parameters:
    """Return the access control list of a version of an object.

    S3 API: GetObjectAcl
    """
    version = find_version(ctx, request["Key"], request.get("VersionId"), "GET")
    _show_version_id(ctx, version)
    stored = None if _enforced(ctx) else version.acl
    return (stored or acl.private(_owner(ctx, version))).describe()


@operation("PutObjectAcl")
def put_object_acl(ctx: Context, request: Parameters) -> Parameters:
    """Replace the access control list of a version of an object; everything else of it stays.

    S3 API: PutObjectAcl
    """
    version = find_version(ctx, request["Key"], request.get("VersionId"), "PUT")
    wanted = _written(ctx, request, _owner(ctx, version), ctx.bucket.account)

    def decide(state: BucketState) -> Change:
        present = versions.find(state, version.key, version.version_id) or version
        return versions.replace(state, replace(present, acl=wanted), "ObjectAcl:Put")

    ctx.bucket.commit(decide)
    _show_version_id(ctx, version)
    return {}


def _written(ctx: Context, request: Parameters, owner: Account, bucket_owner: Account | None) -> Acl:
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
    _check_ownership(ctx, request, wanted)
    return wanted


def _of_headers(request: Parameters, owner: Account, bucket_owner: Account | None) -> Acl:
    name = request.get("ACL")
    if not name:
        return acl.from_headers(request, owner)
    if not acl.GRANT_HEADERS.keys().isdisjoint(request):
        raise S3Error("InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed")
    return acl.canned(name, owner, bucket_owner)


def _check_ownership(ctx: Context, request: Parameters, wanted: Acl) -> None:
    """Refuse a list where the bucket's owner owns everything, unless it says just that.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html; the canned list
    "private" is refused although it grants the same (https://github.com/hashicorp/terraform-provider-aws/issues/34079).
    """
    if not _enforced(ctx):
        return
    name = request.get("ACL")
    fits = name == acl.BUCKET_OWNER_FULL_CONTROL if name else wanted == acl.private(ctx.bucket.account)
    if not fits:
        raise S3Error("AccessControlListNotSupported")


def _enforced(ctx: Context) -> bool:
    return bool(ctx.bucket.configuration("ownership") == ENFORCED)


def _owner(ctx: Context, version: Version) -> Account:
    """Return who owns the version: the bucket's owner while ownership is enforced, whoever put it."""
    return ctx.bucket.account if _enforced(ctx) else version.owner


def _show_version_id(ctx: Context, version: Version) -> None:
    """Answer the version id, as the samples of PutObjectAcl and GetObjectAcl do; the model has no member for it."""
    version_id = version_id_shown(ctx, version)
    if version_id is not None:
        ctx.reply_headers["x-amz-version-id"] = version_id
