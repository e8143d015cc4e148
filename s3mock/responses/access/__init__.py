"""May this caller do this? What a request wants to do, asked of backend/access/__init__.py before its handler runs.

Nothing is asked where nothing can be denied: the root of the bucket's own account, and no policy.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.access import Asked, Verdict, decide, ownership_controls, questions
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
from s3mock.responses.access import condition_keys, permissions

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.models.access_points import Point
    from s3mock.models.account import Account
    from s3mock.models.policy import RequestContext
    from s3mock.models.version import Version
    from s3mock.responses.registry import Parameters

OF_ALL = "*"
SESSION_TOKEN = "x-amz-s3session-token"  # noqa: S105 - the name of a header


def is_unlimited(exchange: Exchange, bucket: Bucket | None = None) -> bool:
    """Whether nobody can deny the caller anything in the bucket: it is its account's root, and there is no policy."""
    bucket = bucket or exchange.bucket_or_none
    return (
        bucket is not None
        and exchange.caller.id == bucket.account.id
        and "policy" not in bucket.state.configuration
        and exchange.access_key not in exchange.cloud.principals.by_key
        and exchange.through is None
    )


def check(exchange: Exchange, request: Parameters) -> None:
    """Refuse a request that the caller may not make. Raises AccessDenied."""
    name = exchange.operation
    if name in permissions.UNLIMITED:
        return
    if not exchange.has_bucket:
        _check_without_bucket(exchange, request)
        return
    asker = Asker(exchange, request)
    if exchange.bucket.zone is not None:
        _check_directory(asker)
    elif name in permissions.OF_BUCKETS:
        asker.require(permissions.OF_BUCKETS[name])
    elif name in permissions.OF_OBJECTS:
        _check_object(asker, request["Key"], request.get("VersionId"))


class Asker:
    """Asks whether the caller of one request may do things in one bucket: the request's, or the one it copies from."""

    def __init__(
        self, exchange: Exchange, request: Parameters, bucket: Bucket | None = None, point: Point | None = None
    ) -> None:
        self.exchange = exchange
        self.request = request
        self.bucket = exchange.bucket if bucket is None else bucket
        self.point = _asked_point(exchange) if bucket is None else point
        self.principal = exchange.principal
        self._keys: RequestContext | None = None

    @property
    def keys(self) -> RequestContext:
        """What the request says to conditions."""
        if self._keys is None:
            self._keys = condition_keys.of_request(self.exchange, self.request, self.point)
        return self._keys

    def verdict(self, asked: Asked) -> Verdict:
        """Return whether it may, and why."""
        return decide(asked, lenient=self.exchange.cloud.settings.allow_crossaccount_access)

    def require(self, action: str) -> None:
        """Refuse the request unless it may do something to the bucket. Raises AccessDenied."""
        self.insist(questions.of_bucket(self.bucket, f"s3:{action}", self.principal, self.keys, self.point))

    def insist(self, asked: Asked) -> None:
        """Refuse the request unless it may do what is asked. Raises AccessDenied."""
        verdict = self.verdict(asked)
        if not verdict.allowed:
            raise refused(asked, verdict)

    def to_object(self, key: str, action: str, version: Version | None = None, owner: Account | None = None) -> Asked:
        """Return the question whether the request may do something to an object."""
        named = f"s3:{action}"
        return questions.of_object(
            self.bucket, key, named, self.principal, self.keys, version=version, owner=owner, point=self.point
        )

    def may_list(self, key: str) -> tuple[Asked, Verdict]:
        """Return whether the caller may know that there is no such key: who may list it may (s3:prefix: assumed)."""
        keys = {**self.keys, "s3:prefix": (key,)}
        asked = questions.of_bucket(self.bucket, "s3:ListBucket", self.principal, keys, self.point)
        return asked, self.verdict(asked)


def _asked_point(exchange: Exchange) -> Point | None:
    """Return the access point whose policy has a say: for an Object Lambda access point it is the one below.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-policies.html
    """
    point = None if exchange.through is None else exchange.through.point
    return point.supporting if isinstance(point, ObjectLambdaAccessPoint) else point


def refused(asked: Asked, verdict: Verdict) -> S3Error:
    """Return the refusal; who is of the bucket's account is told who may not do what, and why.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
    """
    if not verdict.told or asked.principal is None:
        return S3Error("AccessDenied")
    resource = "" if asked.resource == OF_ALL else f' on resource: "{asked.called}"'
    return S3Error(
        "AccessDenied",
        f"User: {asked.principal.arn} is not authorized to perform: {asked.action}{resource} {verdict.because}",
    )


def _check_without_bucket(exchange: Exchange, request: Parameters) -> None:
    """Check what no bucket is there for. Anonymous callers own no buckets, and may list them (ceph's s3-tests)."""
    principal = exchange.principal
    if principal is None:
        if exchange.operation == "CreateBucket":
            raise S3Error("AccessDenied")
        return
    if principal.is_root and principal.session_policies is None:
        return
    keys = condition_keys.of_request(exchange, request)
    if exchange.operation != "CreateBucket":
        action = "s3:ListAllMyBuckets" if exchange.operation == "ListBuckets" else "s3express:ListAllMyDirectoryBuckets"
        wanted, resource = [action], OF_ALL
    else:
        wanted, resource = _of_new_bucket(request), f"arn:aws:s3:::{request['Bucket']}"
    for action in wanted:
        asked = Asked(principal, action, resource, resource, keys, exchange.caller)
        verdict = decide(asked, lenient=False)
        if not verdict.allowed:
            raise refused(asked, verdict)


def _of_new_bucket(request: Parameters) -> list[str]:
    """Return what a CreateBucket takes: botocore's documentation has what it takes besides."""
    wanted = ["CreateBucket"]
    if request.get("ACL", "private") != "private" or any(member.startswith("Grant") for member in request):
        wanted.append("PutBucketAcl")
    if request.get("ObjectLockEnabledForBucket"):
        wanted += ["PutBucketObjectLockConfiguration", "PutBucketVersioning"]
    if "ObjectOwnership" in request:
        wanted.append("PutBucketOwnershipControls")
    if request.get("CreateBucketConfiguration", {}).get("Tags"):
        wanted.append("TagResource")
    return [f"s3:{action}" for action in wanted]


def _check_directory(asker: Asker) -> None:
    """Check a request to a directory bucket: within a session the session decides, which had to be created."""
    exchange = asker.exchange
    if SESSION_TOKEN in exchange.headers or "X-Amz-S3session-Token" in exchange.query:
        return
    action = permissions.OF_DIRECTORY_BUCKETS.get(exchange.operation, "CreateSession")
    asker.insist(questions.of_bucket(asker.bucket, f"s3express:{action}", asker.principal, asker.keys))


def _check_object(asker: Asker, key: str, version_id: str | None) -> None:
    exchange = asker.exchange
    actions = permissions.OF_OBJECTS[exchange.operation]
    if exchange.operation in permissions.PARTS:
        _check_upload(asker, key, actions[0])
    elif exchange.operation in permissions.NEW_OBJECTS:
        for action in (*actions, *_besides(asker.request)):
            asker.insist(_new(asker, key, action))
        if asker.principal is not None and _writes_acl(asker.request):
            # It takes "s3:PutObjectAcl in your IAM permissions" (PutObject), and no bucket's policy has to allow it:
            # User Guide, "Granting s3:PutObject permission with a condition requiring the bucket owner to get full
            # control".
            asker.insist(asker.to_object(key, "PutObjectAcl", owner=exchange.caller))
    else:
        version = find(asker.bucket, key, version_id)
        named = actions[-1 if version_id is not None else 0]
        check_version(asker, key, named, version, reads=exchange.operation in permissions.READS)
        if exchange.operation == "GetObjectAttributes":
            named = permissions.ATTRIBUTES[version_id is not None]
            check_version(asker, key, named, version, reads=True)
        if asker.request.get("BypassGovernanceRetention"):
            asker.insist(asker.to_object(key, "BypassGovernanceRetention", version))


def check_version(asker: Asker, key: str, action: str, version: Version | None, *, reads: bool) -> None:
    """Refuse a request for an object unless it may do ``action`` to it.

    Who reads and may not list the bucket is not told that an object is not there; who may list it is told that, also
    without the right to read it (assumed). Raises AccessDenied.
    """
    asked = asker.to_object(key, action, version)
    verdict = asker.verdict(asked)
    there = version is not None and not version.delete_marker
    if there or not reads or verdict.is_denial:
        if not verdict.allowed:
            raise refused(asked, verdict)
        return
    listing, may_list = asker.may_list(key)
    if not may_list.allowed:
        raise refused(listing, may_list) if verdict.allowed else refused(asked, verdict)


def _check_upload(asker: Asker, key: str, action: str) -> None:
    """Check an operation on an upload; the bucket's owner and who began it may list and abort it by default."""
    state = asker.bucket.state
    upload_id = asker.request["UploadId"]
    begun = any(
        upload.upload_id == upload_id and upload.initiator == asker.exchange.caller
        for upload in state.uploads.get(key) or ()
    )
    owner = asker.exchange.caller if begun and action != "PutObject" else None
    asker.insist(asker.to_object(key, action, owner=owner))


def _new(asker: Asker, key: str, action: str) -> Asked:
    """Return the question whether an object may be made so: whom a list lets write may say all of it (assumed)."""
    asked = asker.to_object(key, action)
    return asked if asked.permission is not None else replace(asked, permission="WRITE")


def _besides(request: Parameters) -> list[str]:
    """Return what else it takes to put an object, by what the request says of it."""
    wanted = []
    if request.get("Tagging") or request.get("TagSet"):
        wanted.append("PutObjectTagging")
    if "ObjectLockMode" in request or "ObjectLockRetainUntilDate" in request:
        wanted.append("PutObjectRetention")
    if "ObjectLockLegalHoldStatus" in request:
        wanted.append("PutObjectLegalHold")
    return wanted


def _writes_acl(request: Parameters) -> bool:
    return bool(request.get("ACL")) or any(member.startswith("Grant") for member in request)


def find(bucket: Bucket, key: str, version_id: str | None) -> Version | None:
    """Return the version that a request is about; None where there is none."""
    state = bucket.state
    return versions.latest(state, key) if version_id is None else versions.find(state, key, version_id)


def check_source(
    exchange: Exchange, request: Parameters, bucket: Bucket, key: str, version_id: str | None, point: Point | None
) -> None:
    """Refuse a copy of an object that the caller may not read, or whose tags it may not. Raises AccessDenied.

    ``point`` is the access point by which the source is named, if any: its policy has a say.
    """
    version = find(bucket, key, version_id)
    unlimited = point is None and is_unlimited(exchange, bucket)
    if unlimited and (version is None or not _is_anothers(exchange, bucket, version)):
        return
    asker = Asker(exchange, request, bucket, point)
    check_version(asker, key, _named("GetObject", version_id), version, reads=True)
    copies_tags = exchange.operation == "CopyObject" and request.get("TaggingDirective", "COPY") == "COPY"
    if version is not None and version.tags and copies_tags:
        asker.insist(asker.to_object(key, _named("GetObjectTagging", version_id), version))
        target = Asker(exchange, request)
        target.insist(_new(target, request["Key"], "PutObjectTagging"))


def _named(operation: str, version_id: str | None) -> str:
    return permissions.OF_OBJECTS[operation][-1 if version_id is not None else 0]


def deleter(exchange: Exchange, request: Parameters) -> Asker | None:
    """Return who is asked for each key of a DeleteObjects; None where nobody need be."""
    return (
        None
        if is_unlimited(exchange, exchange.bucket) or exchange.bucket.zone is not None
        else Asker(exchange, request)
    )


def check_delete(asker: Asker, key: str, version_id: str | None) -> None:
    """Refuse to delete one of the objects of a DeleteObjects. Raises AccessDenied."""
    version = find(asker.bucket, key, version_id)
    asker.insist(asker.to_object(key, _named("DeleteObject", version_id), version))
    if asker.request.get("BypassGovernanceRetention"):
        asker.insist(asker.to_object(key, "BypassGovernanceRetention", version))


def check_owner(exchange: Exchange, version: Version) -> None:
    """Refuse the bucket's owner what another account owns in its bucket and does not grant it. Raises AccessDenied.

    It is not asked before: only the version knows.
    """
    bucket = exchange.bucket
    if exchange.operation not in permissions.OF_OBJECTS or not is_unlimited(exchange, bucket):
        return
    if _is_anothers(exchange, bucket, version):
        action = f"s3:{permissions.OF_OBJECTS[exchange.operation][0]}"
        asked = questions.of_object(bucket, version.key, action, exchange.principal, {}, version=version)
        verdict = decide(asked, lenient=False)
        if not verdict.allowed:
            raise refused(asked, verdict)


def _is_anothers(exchange: Exchange, bucket: Bucket, version: Version) -> bool:
    """Whether the version is owned by another account than the bucket, and that matters."""
    return (
        version.owner != bucket.account
        and ownership_controls.sole_owner(bucket) is None
        and not exchange.cloud.settings.allow_crossaccount_access
    )
