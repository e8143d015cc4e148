"""Restoring archived objects: ?restore, and the RestoreStatus of listings."""

from __future__ import annotations

from collections.abc import Iterable

from s3mock.backend import restore as restoring
from s3mock.backend.cause import Cause
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models import restore
from s3mock.models.version import Version
from s3mock.responses import reading
from s3mock.responses.registry import Parameters, operation

ACCEPTED = 202

OF_SELECT = ("Tier", "SelectParameters", "OutputLocation")
"""The members that only a restore of type SELECT may have.

Another one is MalformedXML, as in https://github.com/aws/aws-sdk/issues/505 (Tier) and
https://github.com/boto/boto3/issues/2109 (OutputLocation).
"""

ATTRIBUTES_HEADER = "x-amz-optional-object-attributes"


@operation(
    "RestoreObject",
    action="s3:RestoreObject",
    on="object",
    log="REST.POST.RESTORE",
    event="ObjectRestore:Post",
    multi_region=True,
)
def restore_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Retrieve an archived object, as a copy that can be read for some days; or set the days of such a copy again.

    S3 API: RestoreObject

    Restores of type SELECT are no longer offered (API page of RestoreObject): refused like SelectObjectContent to new
    customers (assumed). SelectParameters in another restore, and a request without a document, are MalformedXML, like
    the members that the issues below are about (assumed).

    Differs: a retrieval is over at once, unless the setting ``restore_duration`` is "documented": then it takes the
    time that S3 documents for the tier, by the mock's clock.
    """
    version = reading.find_version(exchange, request["Key"], request.get("VersionId"), "POST")
    document = request.get("RestoreRequest", {})
    if document.get("Type") == "SELECT":
        raise S3Error("MethodNotAllowed", Method="POST", ResourceType="OBJECT")
    if any(member in document for member in OF_SELECT):
        raise S3Error("MalformedXML")
    now = exchange.cloud.clock.now()
    days = _days(version, document)
    archive = restore.archive(version, now)
    if archive is None:
        raise S3Error("ObjectAlreadyInActiveTierError")
    tier = document.get("GlacierJobParameters", {}).get("Tier", restore.DEFAULT_TIER)
    if tier not in restore.RETRIEVALS[archive]:
        # The message is the one that https://github.com/FINRAOS/herd looks for in S3's answer; the code is assumed.
        raise invalid_argument("Retrieval option is not supported by this storage class", "Tier", tier)
    instant = exchange.cloud.settings.restore_duration == "instant"
    event = exchange.declared.event
    change = exchange.commit(
        lambda state: restoring.request(state, version, tier, days, now=now, instant=instant, event=event)
    )
    if change.previous is None or not restore.is_restored(change.previous, now):
        exchange.status = ACCEPTED
        made = change.made.restore
        if made is not None and made.ready <= now:
            restoring.report_end(exchange.bucket, change.made, Cause(exchange.outbox))
    return {}


def _days(version: Version, document: Parameters) -> int | None:
    """The lifetime of the restored copy in days; None for INTELLIGENT_TIERING, which must not have any.

    Raises InvalidObjectState for a storage class that is not an archive, MalformedXML, and InvalidArgument, whose
    fields are assumed, as are the words for less than one day: they are those of servers that follow S3.
    """
    days: int | None = document.get("Days")
    if version.storage_class == "INTELLIGENT_TIERING":
        if days is not None:  # https://github.com/s3tools/s3cmd/issues/1377
            raise invalid_argument(
                "INTELLIGENT_TIERING objects are not subject to restore expiry. "
                "Do not specify Days when restoring this object",
                "Days",
                str(days),
            )
        return None
    if version.storage_class not in restore.RETRIEVALS:
        # https://github.com/getmoto/moto/pull/4670: answered by S3 to a request without a document.
        raise S3Error(
            "InvalidObjectState",
            "Restore is not allowed for the object's current storage class",
            StorageClass=version.storage_class,
        )
    if days is None:  # https://github.com/aws/aws-sdk-ruby/issues/3134
        raise S3Error("MalformedXML")
    if days < 1:
        raise invalid_argument("restoration days should be at least 1", "Days", str(days))
    return days


def add_statuses(
    exchange: Exchange, request: Parameters, entries: Iterable[Parameters], versions: Iterable[Version]
) -> None:
    """Add the OptionalObjectAttributes to the entries of a listing, which are those of ``versions``.

    There is only RestoreStatus. Raises InvalidArgument for another attribute
    (https://github.com/noobaa/noobaa-core/pull/8106), with the fields of every InvalidArgument (s3_facts 6).
    """
    for attribute in request["OptionalObjectAttributes"]:
        if attribute != "RestoreStatus":
            raise invalid_argument("Invalid attribute name specified", ATTRIBUTES_HEADER, attribute)
    now = exchange.cloud.clock.now()
    for entry, version in zip(entries, versions, strict=True):
        if version.restore is not None:
            entry["RestoreStatus"] = restore.status(version, now)
