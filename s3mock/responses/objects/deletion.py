"""Deleting objects, one or a thousand."""

from __future__ import annotations

from s3mock.backend import versions
from s3mock.backend.bucket_state import BucketState, Change
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import names
from s3mock.models.conditions import Condition
from s3mock.models.version import NULL
from s3mock.responses import access, object_lock, reading, versioning
from s3mock.responses.objects import new
from s3mock.responses.registry import Parameters, operation

DIRECTORY_CONDITIONS = {
    "IfMatchLastModifiedTime": "x-amz-if-match-last-modified-time",
    "IfMatchSize": "x-amz-if-match-size",
}
"""Conditions that only directory buckets support, in the order in which they are refused, and their headers."""


@operation(
    "DeleteObject",
    action="s3:DeleteObject",
    version_action="s3:DeleteObjectVersion",
    on="object",
    log="REST.DELETE.OBJECT",
    event="ObjectRemoved",
    directory="zonal",
    multi_region=True,
)
def delete_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Delete an object, hide it behind a delete marker, or remove a version; if nothing is there, it is a success.

    S3 API: DeleteObject
    """
    key, version_id = request["Key"], request.get("VersionId")
    names.check_key(key, exchange.cloud.settings.key_max_length)
    if "MFA" in request:
        versioning.check_mfa(request["MFA"])
    if version_id is not None:
        reading.check_version_id(version_id)
        if "IfMatch" in request:  # https://github.com/localstack/localstack/issues/13894
            raise S3Error("NotImplemented", Header="If-Match")
        _check_mfa_delete(exchange, request)
    bypass = object_lock.bypasses_governance(exchange, request)
    if exchange.bucket.zone is None:
        for member, header in DIRECTORY_CONDITIONS.items():
            if member in request:  # aws_recorded: test_delete_object_if_match_all_non_express
                raise S3Error("NotImplemented", Header=header)
    condition = Condition.for_delete(
        request.get("IfMatch"), request.get("IfMatchSize"), request.get("IfMatchLastModifiedTime")
    )
    change = _delete(exchange, key, version_id, condition, bypass=bypass)
    if change.version is not None and change.version.delete_marker:
        return {"DeleteMarker": True, "VersionId": change.version.version_id}
    if version_id == NULL and exchange.configuration.versioning is None:
        return {}  # no "null" in a bucket that was never versioned (assumed, as in reads)
    return {} if version_id is None else {"VersionId": version_id}


def _delete(
    exchange: Exchange,
    key: str,
    version_id: str | None,
    condition: Condition | None,
    *,
    bypass: bool,
    reports_absence: bool = False,
) -> Change:
    """Delete a key or a version; with ``reports_absence``, the event of a key that does not exist is sent as well.

    DeleteObjects sends it (s3_facts 29).
    """
    now, owner, event = exchange.cloud.clock.now(), new.owner(exchange), exchange.declared.event

    def decide(state: BucketState) -> Change:
        change = versions.delete(state, key, version_id, condition, owner=owner, now=now, bypass=bypass, event=event)
        absent = change.event is None and version_id is None
        return change._replace(event=f"{event}:Delete") if absent and reports_absence else change

    return exchange.commit(decide)


def _check_mfa_delete(exchange: Exchange, request: Parameters) -> None:
    """Refuse to remove a version without MFA where the bucket has MFA Delete. Raises AccessDenied."""
    if exchange.configuration.mfa_delete == "Enabled" and "MFA" not in request:
        raise S3Error("AccessDenied", "Mfa Authentication must be used for this request")


@operation(
    "DeleteObjects",
    action="s3:DeleteObject",
    version_action="s3:DeleteObjectVersion",
    on="objects",
    log="REST.POST.MULTI_OBJECT_DELETE",
    event="ObjectRemoved",
    directory="zonal",
    needs_digest=True,
)
def delete_objects(exchange: Exchange, request: Parameters) -> Parameters:
    """Delete up to 1,000 objects or versions; each succeeds or fails by itself.

    S3 API: DeleteObjects
    """
    if "MFA" in request:
        versioning.check_mfa(request["MFA"])
    identifiers = request["Delete"].get("Objects", [])
    # API page ObjectIdentifier: a key has at least one character. Errors of the schema are MalformedXML (s3_facts 6).
    most = exchange.cloud.settings.delete_max_keys
    if not 1 <= len(identifiers) <= most or not all(identifier["Key"] for identifier in identifiers):
        raise S3Error("MalformedXML")
    bypass = object_lock.bypasses_governance(exchange, request)
    authorizer = None
    if not access.is_unlimited(exchange) and exchange.bucket.zone is None:
        from s3mock.responses.access.authorizer import Authorizer  # noqa: PLC0415 - the engine of policies

        authorizer = Authorizer(exchange, request)
    deleted: list[Parameters] = []
    errors: list[Parameters] = []
    for identifier in identifiers:
        key, version_id = identifier["Key"], identifier.get("VersionId")
        try:
            if authorizer is not None:
                authorizer.require_deletion(key, version_id)
            deleted.append(_delete_identified(exchange, request, identifier, bypass=bypass))
        except S3Error as error:
            errors.append({"Key": key, "VersionId": version_id, "Code": error.code, "Message": error.message})
    return {"Deleted": [] if request["Delete"].get("Quiet") else deleted, "Errors": errors}


def _delete_identified(exchange: Exchange, request: Parameters, identifier: Parameters, *, bypass: bool) -> Parameters:
    """Delete one object or version of a DeleteObjects; its ``Deleted`` element."""
    if exchange.bucket.zone is None and ("LastModifiedTime" in identifier or "Size" in identifier):
        raise S3Error("NotImplemented")
    key, version_id = identifier["Key"], identifier.get("VersionId")
    names.check_key(key, exchange.cloud.settings.key_max_length)
    if version_id is not None:
        _check_mfa_delete(exchange, request)
        try:
            reading.check_version_id(version_id)
        except S3Error:
            # Unlike in DeleteObject (aws_recorded: test_delete_objects, test_delete_objects_versioned).
            raise S3Error("NoSuchVersion") from None
    condition = Condition.for_delete(identifier.get("ETag"), identifier.get("Size"), identifier.get("LastModifiedTime"))
    change = _delete(exchange, key, version_id, condition, bypass=bypass, reports_absence=True)
    reply = {"Key": key, "VersionId": version_id}
    if change.version is not None and change.version.delete_marker:
        reply |= {"DeleteMarker": True, "DeleteMarkerVersionId": change.version.version_id}
    return reply
