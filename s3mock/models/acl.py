"""Access control lists: the grants on a bucket or an object, and the ways in which a request writes them.

A request has the name of a canned ACL, grant headers, or an AccessControlPolicy in its body. It grants exactly what it
writes: only canned ACLs give the owner FULL_CONTROL by themselves.

Since October 2025, S3 has refused every grant by e-mail address with MethodNotAllowed:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error, invalid_argument
from s3mock.models.account import Account

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
GROUPS = frozenset({ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY})
_PUBLIC = frozenset({ALL_USERS, AUTHENTICATED_USERS})

PERMISSIONS = frozenset({"FULL_CONTROL", "READ", "READ_ACP", "WRITE", "WRITE_ACP"})
MOST_GRANTS = 100

# Amazon EC2's account "za-team", as GetBucketAcl returns it after aws-exec-read.
EC2_IMAGES = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"

_BUCKET_OWNER = "bucket owner"
# The grants of each canned ACL, as grantee and permission, after FULL_CONTROL for the owner, which comes first.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
# Objects take log-delivery-write as well (https://github.com/jenkinsci/pipeline-aws-plugin/issues/183).
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

# By member of a request: its header, and the permission that it grants. The order of the grants is assumed.
GRANT_HEADERS: Mapping[str, tuple[str, str]] = {
    "GrantFullControl": ("x-amz-grant-full-control", "FULL_CONTROL"),
    "GrantRead": ("x-amz-grant-read", "READ"),
    "GrantReadACP": ("x-amz-grant-read-acp", "READ_ACP"),
    "GrantWrite": ("x-amz-grant-write", "WRITE"),
    "GrantWriteACP": ("x-amz-grant-write-acp", "WRITE_ACP"),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission of one grantee, which is the canonical id of an account or the URI of a group."""

    grantee: str
    permission: str

    def describe(self) -> dict[str, Any]:
        """The grant in boto3's terms."""
        kind, member = ("Group", "URI") if self.grantee in GROUPS else ("CanonicalUser", "ID")
        return {"Grantee": {"Type": kind, member: self.grantee}, "Permission": self.permission}


@dataclass(frozen=True, slots=True)
class Acl:
    """The grants on a bucket or an object, and its owner."""

    owner: Account
    grants: tuple[Grant, ...]

    @property
    def is_public(self) -> bool:
        """Whether anything is granted to everyone, or to everyone with an AWS account.

        Block Public Access, "The meaning of public"; aws-exec-read and log-delivery-write are not public
        (https://github.com/jenkinsci/pipeline-aws-plugin/issues/183).
        """
        return any(grant.grantee in _PUBLIC for grant in self.grants)

    @property
    def reaches_others(self) -> bool:
        """Whether anything is granted to anyone other than the owner."""
        return any(grant.grantee != self.owner.canonical_id for grant in self.grants)

    def describe(self) -> dict[str, Any]:
        """The answer of GetBucketAcl and GetObjectAcl; owners have had no DisplayName since November 2025."""
        return {
            "Owner": {"ID": self.owner.canonical_id},
            "Grants": [grant.describe() for grant in self.grants],
        }


@lru_cache(maxsize=1024)  # every PutObject without an ACL needs it
def private(owner: Account) -> Acl:
    """FULL_CONTROL for the owner, and nothing for anyone else."""
    return Acl(owner, (Grant(owner.canonical_id, "FULL_CONTROL"),))


@lru_cache(maxsize=1024)
def canned(name: str, owner: Account, bucket_owner: Account | None) -> Acl:
    """The canned ACL of an object of ``owner``, or of a bucket: then ``bucket_owner`` is None.

    Buckets ignore the grants to the bucket owner. Raises ``InvalidArgument`` for an unknown name.
    """
    if name not in CANNED:  # The empty message: https://github.com/versity/versitygw/issues/1379
        raise invalid_argument("", "x-amz-acl", name)
    grants = list(private(owner).grants)
    for grantee, permission in CANNED[name]:
        if grantee != _BUCKET_OWNER:
            grants.append(Grant(grantee, permission))
        elif bucket_owner is not None and bucket_owner != owner:
            grants.append(Grant(bucket_owner.canonical_id, permission))
    return Acl(owner, tuple(grants))


def from_headers(params: Mapping[str, Any], owner: Account) -> Acl:
    """The ACL that the grant headers of a request write, for a bucket or an object of ``owner``.

    Raises ``InvalidArgument`` for an invalid grantee, ``MethodNotAllowed`` for an e-mail address.
    """
    grants = []
    for member, (header, permission) in GRANT_HEADERS.items():
        if member not in params:
            continue
        for field in params[member].split(","):
            kind, _, grantee = field.strip().partition("=")
            grantee = grantee.strip().strip('"')
            match kind.strip().lower():
                case "id":
                    grants.append(Grant(_canonical_id(grantee, "id"), permission))
                case "uri":
                    grants.append(Grant(_group(grantee, "uri"), permission))
                case "emailaddress":
                    raise S3Error("MethodNotAllowed")
                case _:
                    # https://github.com/versity/versitygw/issues/1384, which shows "Invalid id" in a header as well
                    raise invalid_argument("Argument format not recognized", header, params[member])
    return _acl(owner, grants)


def from_policy(policy: Mapping[str, Any], owner: Account) -> Acl:
    """The ACL that an AccessControlPolicy writes, for a bucket or an object of ``owner``.

    Raises ``MalformedACLError`` where a part is missing, ``InvalidArgument`` for an invalid grantee,
    ``MethodNotAllowed`` for an e-mail address, and ``AccessDenied`` where the policy names another owner.
    """
    if "Grants" not in policy:
        raise S3Error("MalformedACLError")
    policy_owner = _canonical_id(_required(policy.get("Owner", {}), "ID"), "CanonicalUser/ID")
    grants = []
    for element in policy["Grants"]:
        grantee = element.get("Grantee", {})
        match grantee.get("Type"):
            case "CanonicalUser":
                name = _canonical_id(_required(grantee, "ID"), "CanonicalUser/ID")
            case "Group":
                name = _group(_required(grantee, "URI"), "Group/URI")
            case "AmazonCustomerByEmail":
                raise S3Error("MethodNotAllowed")
            case _:
                raise S3Error("MalformedACLError")
        permission = _required(element, "Permission")
        if permission not in PERMISSIONS:
            raise S3Error("MalformedACLError")
        grants.append(Grant(name, permission))
    if policy_owner != owner.canonical_id:  # https://github.com/scality/cloudserver/issues/367
        raise S3Error("AccessDenied")
    return _acl(owner, grants)


def _acl(owner: Account, grants: list[Grant]) -> Acl:
    if len(grants) > MOST_GRANTS:  # the error is assumed
        raise S3Error("MalformedACLError")
    return Acl(owner, tuple(grants))


def _required(structure: Mapping[str, Any], member: str) -> str:
    value: str | None = structure.get(member)
    if value is None:
        raise S3Error("MalformedACLError")
    return value


def _canonical_id(text: str, argument: str) -> str:
    """The canonical id in lower case; S3 takes upper case as well (https://github.com/scality/cloudserver/pull/366).

    Any account may exist, so that no id is refused for an unknown one.
    """
    if len(text) != 64 or not set(text.lower()) <= _HEX_DIGITS:
        raise invalid_argument("Invalid id", argument, text)
    return text.lower()


_HEX_DIGITS = frozenset("0123456789abcdef")


def _group(uri: str, argument: str) -> str:
    if uri not in GROUPS:
        raise invalid_argument("Invalid group uri", argument, uri)
    return uri
