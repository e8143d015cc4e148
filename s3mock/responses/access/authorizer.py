"""Authorization of a request where something can be denied: the actions that its operation needs, decided in order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend import multipart, versions
from s3mock.backend.access import ownership_controls, requests
from s3mock.backend.access.decision import AccessRequest, Decision, decide
from s3mock.errors import S3Error
from s3mock.exchange import Exchange, Parameters
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
from s3mock.responses.access import condition_keys, is_unlimited

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.models.access_points import Point
    from s3mock.models.account import Account
    from s3mock.models.policy import RequestContext
    from s3mock.models.version import Version

ANY_RESOURCE = "*"


def check(exchange: Exchange, request: Parameters) -> None:
    """Authorize the request. Raises AccessDenied."""
    declared = exchange.declared
    if declared.on == "token":
        return
    if not exchange.has_bucket:
        _check_without_bucket(exchange, request)
        return
    authorizer = Authorizer(exchange, request)
    if exchange.bucket.zone is not None:
        # Within a session the session decides, and it had to be created.
        if exchange.session_token is None:
            action = declared.actions[0] if declared.directory == "regional" else "s3express:CreateSession"
            action = f"s3express:{action.rpartition(':')[2]}"
            authorizer.require(requests.on_bucket(authorizer.bucket, action, authorizer.principal, authorizer.keys))
    elif declared.on == "bucket":
        for action in declared.actions:
            authorizer.require(
                requests.on_bucket(authorizer.bucket, action, authorizer.principal, authorizer.keys, authorizer.point)
            )
    elif declared.on == "upload":
        # The bucket's owner and the upload's initiator may list and abort it by default.
        key, upload_id = request["Key"], request["UploadId"]
        upload = multipart.find(authorizer.bucket.state, key, upload_id)
        initiated = upload is not None and upload.initiator == exchange.caller
        for action in declared.actions:
            owner = exchange.caller if initiated and action != "s3:PutObject" else None
            authorizer.require(authorizer.on_object(key, action, owner=owner))
    elif declared.on == "new object":
        _check_new_object(authorizer, request["Key"])
    elif declared.on == "object":
        key, version_id = request["Key"], request.get("VersionId")
        version = find(authorizer.bucket, key, version_id)
        for action in declared.actions if version_id is None else declared.version_actions:
            authorizer.require_on_version(key, action, version, hides_absence=declared.hides_absence)
        authorizer.require_bypass(key, version)


def check_visit(exchange: Exchange, request: Parameters) -> None:
    """Authorize a website to show an object, or to say that it is missing. Raises AccessDenied."""
    Authorizer(exchange, request).require_visit(request["Key"])


class Authorizer:
    """Authorizes one request in one bucket: the request's own, or the one that it copies from."""

    def __init__(
        self, exchange: Exchange, request: Parameters, bucket: Bucket | None = None, point: Point | None = None
    ) -> None:
        self.exchange = exchange
        self.request = request
        self.principal = exchange.principal
        if bucket is None:
            self.bucket = exchange.bucket
            point = None if exchange.through is None else exchange.through.point
            # The policy of the access point below counts for an Object Lambda access point:
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-policies.html
            self.point = point.supporting if isinstance(point, ObjectLambdaAccessPoint) else point
        else:
            self.bucket, self.point = bucket, point
        self._keys: RequestContext | None = None

    @property
    def keys(self) -> RequestContext:
        """The condition keys of the request context."""
        if self._keys is None:
            self._keys = condition_keys.of_request(self.exchange, self.request, self.point)
        return self._keys

    def decide(self, request: AccessRequest) -> Decision:
        """The decision on one access request."""
        return decide(request, allow_crossaccount_access=self.exchange.cloud.settings.allow_crossaccount_access)

    def require(self, request: AccessRequest) -> None:
        """Refuse the exchange unless the access request is allowed. Raises AccessDenied."""
        decision = self.decide(request)
        if not decision.allowed:
            raise access_denied(request, decision)

    def on_object(
        self, key: str, action: str, version: Version | None = None, owner: Account | None = None
    ) -> AccessRequest:
        """The access request for an action on an object of the bucket."""
        return requests.on_object(
            self.bucket, key, action, self.principal, self.keys, version=version, owner=owner, point=self.point
        )

    def require_on_version(self, key: str, action: str, version: Version | None, *, hides_absence: bool) -> None:
        """Require an action on an object that may not exist.

        With ``hides_absence`` a caller who may not list the bucket gets AccessDenied for a missing object, and one who
        may list it learns that it is missing. That this takes no right to read it, and that a condition on s3:prefix
        sees the key, is assumed. Raises AccessDenied.
        """
        request = self.on_object(key, action, version)
        decision = self.decide(request)
        exists = version is not None and not version.delete_marker
        if exists or not hides_absence or decision.is_explicit_deny:
            if not decision.allowed:
                raise access_denied(request, decision)
            return
        keys = {**self.keys, "s3:prefix": (key,)}
        listing = requests.on_bucket(self.bucket, "s3:ListBucket", self.principal, keys, self.point)
        may_list = self.decide(listing)
        if not may_list.allowed:
            raise access_denied(listing, may_list) if decision.allowed else access_denied(request, decision)

    def require_visit(self, key: str) -> None:
        """Require that a website may show an object, or say that it is missing. Raises AccessDenied.

        A missing object is a 404 where the policy lets everyone get it, or the bucket's ACL lets everyone list;
        s3:ListBucket in the policy does not count (s3_facts 27; User Guide, "Setting permissions for website access";
        https://github.com/scality/cloudserver/pull/5517 and, for the ACL, issue 553 and ceph's test_s3_website.py).
        """
        version = find(self.bucket, key, None)
        if version is not None and version.delete_marker:
            version = None
        request = self.on_object(key, "s3:GetObject", version)
        self.require(request if version is not None else replace(request, permission="READ"))

    def require_bypass(self, key: str, version: Version | None) -> None:
        """Require s3:BypassGovernanceRetention where the request asks for the bypass. Raises AccessDenied."""
        if self.request.get("BypassGovernanceRetention"):
            self.require(self.on_object(key, "s3:BypassGovernanceRetention", version))

    def require_deletion(self, key: str, version_id: str | None) -> None:
        """Require the deletion of one of the objects of a DeleteObjects. Raises AccessDenied."""
        declared = self.exchange.declared
        version = find(self.bucket, key, version_id)
        for action in declared.actions if version_id is None else declared.version_actions:
            self.require(self.on_object(key, action, version))
        self.require_bypass(key, version)


def access_denied(request: AccessRequest, decision: Decision) -> S3Error:
    """The refusal; callers of the bucket's account read the principal, the action, the resource and the reason.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
    """
    if not decision.disclosed or request.principal is None:
        return S3Error("AccessDenied")
    resource = "" if request.resource == ANY_RESOURCE else f' on resource: "{request.named}"'
    return S3Error(
        "AccessDenied",
        f"User: {request.principal.arn} is not authorized to perform: {request.action}{resource} {decision.reason}",
    )


def _check_without_bucket(exchange: Exchange, request: Parameters) -> None:
    """Authorize an operation on no existing bucket. Raises AccessDenied."""
    declared = exchange.declared
    actions, resource = list(declared.actions), ANY_RESOURCE
    if declared.on == "new bucket":
        # The other actions of CreateBucket: botocore's documentation of it.
        resource = f"arn:aws:s3:::{request['Bucket']}"
        if request.get("ACL", "private") != "private" or any(member.startswith("Grant") for member in request):
            actions.append("s3:PutBucketAcl")
        if request.get("ObjectLockEnabledForBucket"):
            actions += ["s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"]
        if "ObjectOwnership" in request:
            actions.append("s3:PutBucketOwnershipControls")
        if request.get("CreateBucketConfiguration", {}).get("Tags"):
            actions.append("s3:TagResource")
    keys = condition_keys.of_request(exchange, request)
    for action in actions:
        access_request = AccessRequest(exchange.principal, action, resource, resource, keys, exchange.caller)
        decision = decide(access_request, allow_crossaccount_access=False)
        if not decision.allowed:
            raise access_denied(access_request, decision)


def _check_new_object(authorizer: Authorizer, key: str) -> None:
    """Authorize a new object with everything that the request sets of it. Raises AccessDenied."""
    exchange, request = authorizer.exchange, authorizer.request
    actions = list(exchange.declared.actions)
    if request.get("Tagging") or request.get("TagSet"):
        actions.append("s3:PutObjectTagging")
    if "ObjectLockMode" in request or "ObjectLockRetainUntilDate" in request:
        actions.append("s3:PutObjectRetention")
    if "ObjectLockLegalHoldStatus" in request:
        actions.append("s3:PutObjectLegalHold")
    for action in actions:
        authorizer.require(authorizer.on_object(key, action))
    writes_acl = bool(request.get("ACL")) or any(member.startswith("Grant") for member in request)
    if writes_acl and authorizer.principal is not None:
        # It takes "s3:PutObjectAcl in your IAM permissions" (PutObject), and the bucket's policy need not allow it:
        # User Guide, "Granting s3:PutObject permission with a condition requiring the bucket owner to get full
        # control".
        authorizer.require(authorizer.on_object(key, "s3:PutObjectAcl", owner=exchange.caller))


def find(bucket: Bucket, key: str, version_id: str | None) -> Version | None:
    """The version that a request is about; None where it does not exist."""
    state = bucket.state
    return versions.latest(state, key) if version_id is None else versions.find(state, key, version_id)


def check_source(
    exchange: Exchange, request: Parameters, bucket: Bucket, key: str, version_id: str | None, point: Point | None
) -> None:
    """Authorize the source of a copy, and its tags where they are copied. Raises AccessDenied.

    ``point`` is the access point by which the source is named, None for the bucket itself.
    """
    version = find(bucket, key, version_id)
    unlimited = point is None and is_unlimited(exchange, bucket)
    if unlimited and (version is None or not _is_closed_to_bucket_owner(exchange, bucket, version)):
        return
    versioned = version_id is not None
    source = Authorizer(exchange, request, bucket, point)
    action = "s3:GetObjectVersion" if versioned else "s3:GetObject"
    source.require_on_version(key, action, version, hides_absence=True)
    copies_tags = exchange.operation == "CopyObject" and request.get("TaggingDirective", "COPY") == "COPY"
    if version is not None and version.tags and copies_tags:
        action = "s3:GetObjectVersionTagging" if versioned else "s3:GetObjectTagging"
        source.require(source.on_object(key, action, version))
        destination = Authorizer(exchange, request)
        destination.require(destination.on_object(request["Key"], "s3:PutObjectTagging"))


def check_owner(exchange: Exchange, version: Version) -> None:
    """Refuse the bucket's owner an object that another account owns and did not open to it. Raises AccessDenied.

    ``check`` could not know, since ``is_unlimited`` looks at no version.
    """
    bucket, declared = exchange.bucket, exchange.declared
    if declared.on == "bucket" or not is_unlimited(exchange, bucket):
        return
    if _is_closed_to_bucket_owner(exchange, bucket, version):
        request = requests.on_object(bucket, version.key, declared.actions[0], exchange.principal, {}, version=version)
        decision = decide(request, allow_crossaccount_access=False)
        if not decision.allowed:
            raise access_denied(request, decision)


def _is_closed_to_bucket_owner(exchange: Exchange, bucket: Bucket, version: Version) -> bool:
    """Whether another account owns the version, and only its ACL can open it."""
    return (
        version.owner != bucket.account
        and ownership_controls.sole_owner(bucket.state) is None
        and not exchange.cloud.settings.allow_crossaccount_access
    )
