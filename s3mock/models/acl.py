"""Access control lists: who may do what to a bucket or an object, and how requests say it.

A list comes as the name of a canned one, as grant headers, or as an AccessControlPolicy in the body. What is granted is
exactly what is written: only the canned lists give the owner FULL_CONTROL by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from s3mock.errors import S3Error
from s3mock.models.account import Account

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
GROUPS = frozenset({ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY})
_PUBLIC = frozenset({ALL_USERS, AUTHENTICATED_USERS})

PERMISSIONS = frozenset({"FULL_CONTROL", "READ", "READ_ACP", "WRITE", "WRITE_ACP"})
MOST_GRANTS = 100

# Amazon EC2's account "za-team", as GetBucketAcl shows it after aws-exec-read.
EC2_IMAGES = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"

_BUCKET_OWNER = "bucket owner"
# What a canned list grants besides the owner's FULL_CONTROL, which comes first: grantee and permission.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
# Objects take log-delivery-write too (https://github.com/jenkinsci/pipeline-aws-plugin/issues/183).
CANNED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "private": (),
    "public-read": ((ALL_USERS, "READ"),),
    "public-read-write": ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": ((AUTHENTICATED_USERS, "READ"),),
    "aws-exec-read": ((EC2_IMAGES, "READ"),),
    "bucket-owner-read": ((_BUCKET_OWNER, "READ"),),
    "bucket-owner-full-control": ((_BUCKET_OWNER, "FULL_CONTROL"),),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}
BUCKET_OWNER_FULL_CONTROL = "bucket-owner-full-control"

# Member of a request: the header it comes in, and the permission it grants. The order of the grants is assumed.
GRANT_HEADERS: Mapping[str, tuple[str, str]] = {
    "GrantFullControl": ("x-amz-grant-full-control", "FULL_CONTROL"),
    "GrantRead": ("x-amz-grant-read", "READ"),
    "GrantReadACP": ("x-amz-grant-read-acp", "READ_ACP"),
    "GrantWrite": ("x-amz-grant-write", "WRITE"),
    "GrantWriteACP": ("x-amz-grant-write-acp", "WRITE_ACP"),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission of one grantee: the canonical id of an account, or the URI of a group."""

    grantee: str
    permission: str

    def describe(self) -> dict[str, Any]:
        """Return the grant as boto3 shows it."""
        if self.grantee in GROUPS:
            return {"Grantee": {"Type": "Group", "URI": self.grantee}, "Permission": self.permission}
        return {"Grantee": {"Type": "CanonicalUser", "ID": self.grantee}, "Permission": self.permission}


@dataclass(frozen=True, slots=True)
class Acl:
    """The grants on a bucket or an object, and its owner."""

    owner: Account
    grants: tuple[Grant, ...]

    @property
    def is_public(self) -> bool:
        """Whether anything is granted to everyone, or to everyone with an account of AWS.

        Block Public Access, "The meaning of public"; aws-exec-read and log-delivery-write are not public
        (https://github.com/jenkinsci/pipeline-aws-plugin/issues/183).
        """
        return any(grant.grantee in _PUBLIC for grant in self.grants)

    @property
    def reaches_others(self) -> bool:
        """Whether anything is granted to somebody besides the owner."""
        return any(grant.grantee != self.owner.canonical_id for grant in self.grants)

    def describe(self) -> dict[str, Any]:
        """Return the list as GetBucketAcl and GetObjectAcl answer it; nobody has a DisplayName since November 2025."""
        return {
            "Owner": {"ID": self.owner.canonical_id},
            "Grants": [grant.describe() for grant in self.grants],
        }


@lru_cache(maxsize=1024)  # every PutObject without an ACL asks for it
def private(owner: Account) -> Acl:
    """Return the list that gives the owner FULL_CONTROL and nobody else anything."""
    return Acl(owner, (Grant(owner.canonical_id, "FULL_CONTROL"),))


def canned(name: str, owner: Account, bucket_owner: Account | None) -> Acl:
    """Return the canned list ``name`` for something of ``owner``'s; ``bucket_owner`` is None for a bucket itself.

    Buckets ignore what the canned lists grant to the bucket's owner. Raises ``InvalidArgument`` for an unknown name.
    """
    if name not in CANNED:  # The empty message: https://github.com/versity/versitygw/issues/1379
        raise S3Error("InvalidArgument", "", ArgumentName="x-amz-acl", ArgumentValue=name)
    grants = list(private(owner).grants)
    for grantee, permission in CANNED[name]:
        if grantee != _BUCKET_OWNER:
            grants.append(Grant(grantee, permission))
        elif bucket_owner is not None and bucket_owner != owner:
            grants.append(Grant(bucket_owner.canonical_id, permission))
    return Acl(owner, tuple(grants))


def from_headers(params: Mapping[str, Any], owner: Account) -> Acl:
    """Return the list that the grant headers of a request write, for something of ``owner``'s.

    Raises ``InvalidArgument`` for what is no grantee, ``MethodNotAllowed`` for an e-mail address.
    """
    grants = [
        Grant(_grantee_of_header(header, params[member], field), permission)
        for member, (header, permission) in GRANT_HEADERS.items()
        if member in params
        for field in params[member].split(",")
    ]
    return Acl(owner, _check_number(grants))


def _grantee_of_header(header: str, value: str, field: str) -> str:
    kind, _, grantee = field.strip().partition("=")
    grantee = grantee.strip().strip('"')
    match kind.strip().lower():
        case "id":
            return _canonical_id(grantee, "id")
        case "uri":
            return _group(grantee, "uri")
        case "emailaddress":
            raise _no_email()
    # https://github.com/versity/versitygw/issues/1384, which shows "Invalid id" in a header too
    raise S3Error("InvalidArgument", "Argument format not recognized", ArgumentName=header, ArgumentValue=value)


def from_policy(policy: Mapping[str, Any], owner: Account) -> Acl:
    """Return the list that an AccessControlPolicy writes, for something of ``owner``'s.

    Raises ``MalformedACLError`` where a part is missing, ``InvalidArgument`` for what is no grantee,
    ``MethodNotAllowed`` for an e-mail address, and ``AccessDenied`` where the policy names another owner.
    """
    if "Grants" not in policy:
        raise S3Error("MalformedACLError")
    claimed = _canonical_id(_required(policy.get("Owner", {}), "ID"), "CanonicalUser/ID")
    grants = [Grant(_grantee(grant.get("Grantee", {})), _permission(grant)) for grant in policy["Grants"]]
    if claimed != owner.canonical_id:  # https://github.com/scality/cloudserver/issues/367
        raise S3Error("AccessDenied")
    return Acl(owner, _check_number(grants))


def _grantee(grantee: Mapping[str, Any]) -> str:
    match grantee.get("Type"):
        case "CanonicalUser":
            return _canonical_id(_required(grantee, "ID"), "CanonicalUser/ID")
        case "Group":
            return _group(_required(grantee, "URI"), "Group/URI")
        case "AmazonCustomerByEmail":
            raise _no_email()
    raise S3Error("MalformedACLError")


def _permission(grant: Mapping[str, Any]) -> str:
    permission = _required(grant, "Permission")
    if permission not in PERMISSIONS:
        raise S3Error("MalformedACLError")
    return permission


def _required(structure: Mapping[str, Any], member: str) -> str:
    value: str | None = structure.get(member)
    if value is None:
        raise S3Error("MalformedACLError")
    return value


def _canonical_id(text: str, argument: str) -> str:
    """Return the canonical id in small letters; S3 takes large ones too (https://github.com/scality/cloudserver/pull/366).

    Whether there is such an account is not asked: any may exist.
    """
    if len(text) != 64 or not set(text.lower()) <= _HEX_DIGITS:
        raise S3Error("InvalidArgument", "Invalid id", ArgumentName=argument, ArgumentValue=text)
    return text.lower()


_HEX_DIGITS = frozenset("0123456789abcdef")


def _group(uri: str, argument: str) -> str:
    if uri not in GROUPS:
        raise S3Error("InvalidArgument", "Invalid group uri", ArgumentName=argument, ArgumentValue=uri)
    return uri


def _no_email() -> S3Error:
    """Return the answer to a grant by e-mail address.

    S3 refuses them all since October 2025: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
    """
    return S3Error("MethodNotAllowed")


def _check_number(grants: list[Grant]) -> tuple[Grant, ...]:
    """Refuse more than 100 grants; which error S3 has for it is assumed."""
    if len(grants) > MOST_GRANTS:
        raise S3Error("MalformedACLError")
    return tuple(grants)
