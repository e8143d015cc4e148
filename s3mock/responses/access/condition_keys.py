"""What a request says to the conditions of a policy: the values of the condition keys.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from s3mock.backend.access.explain import principal_keys
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint

if TYPE_CHECKING:
    from s3mock.exchange import Exchange
    from s3mock.models.access_points import Point
    from s3mock.models.policy import RequestContext
    from s3mock.responses.registry import Parameters

HEADERS = (
    *("x-amz-acl", "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write"),
    *("x-amz-grant-write-acp", "x-amz-metadata-directive", "x-amz-object-ownership", "x-amz-server-side-encryption"),
    *("x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-customer-algorithm"),
    *("x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-content-sha256", "if-match", "if-none-match"),
)
"""Headers that are condition keys themselves, with ``s3:`` before them."""

_MEMBERS = {
    "s3:prefix": "Prefix",
    "s3:delimiter": "Delimiter",
    "s3:max-keys": "MaxKeys",
    "s3:versionid": "VersionId",
    "s3:object-lock-mode": "ObjectLockMode",
    "s3:object-lock-legal-hold": "ObjectLockLegalHoldStatus",
    "s3:object-lock-retain-until-date": "ObjectLockRetainUntilDate",
}
_ENDPOINT = re.compile(r"(?:^|\.)(vpce-[0-9a-f]+)-[^.]+\.")
"""A host of an interface endpoint, ``vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com``."""

OBJECTLESS = frozenset({"CreateMultipartUpload", "UploadPart", "UploadPartCopy"})
"""Operations with s3:PutObject that create no object yet: s3:ObjectCreationOperation is false for them."""


def of_request(exchange: Exchange, request: Parameters, point: Point | None = None) -> dict[str, tuple[str, ...]]:
    """Return the condition keys that the request has whatever it is about, their names in small letters.

    ``point`` is the access point by which it names the bucket that it is asked for.
    """
    found = dict(_of_connection(exchange))
    if point is not None:
        found["s3:dataaccesspointarn"] = point.arn
        found["s3:dataaccesspointaccount"] = point.account.id
        found["s3:accesspointnetworkorigin"] = "Internet"
    found.update(_of_caller(exchange))
    fields = _fields(exchange, request)
    found.update(_of_signature(exchange, fields))
    for name in HEADERS:
        value = fields.get(name, exchange.query.get(name))
        if value is not None:
            found[f"s3:{name}"] = value
    for key, member in _MEMBERS.items():
        if member in request:
            found[key] = _text(request[member])
    found.update(_of_content(exchange, request))
    keys: dict[str, tuple[str, ...]] = {name: (value,) for name, value in found.items()}
    keys.update(_of_tags(request))
    if exchange.principal is not None:
        keys.update(exchange.principal.keys)
    return keys


def _fields(exchange: Exchange, request: Parameters) -> Mapping[str, str]:
    """Return the headers, or the fields that a form has in their place."""
    fields: Mapping[str, str] | None = request.get("Fields")
    if fields is None:
        return exchange.headers
    return {**fields, "x-amz-acl": fields["acl"]} if "acl" in fields else fields


def _of_connection(exchange: Exchange) -> Iterator[tuple[str, str]]:
    now = exchange.cloud.clock.now()
    yield "aws:currenttime", now.strftime("%Y-%m-%dT%H:%M:%SZ")
    yield "aws:epochtime", str(int(now.timestamp()))
    yield "aws:securetransport", _text(exchange.request.scheme == "https")
    yield "aws:requestedregion", exchange.region
    if exchange.through is not None and isinstance(exchange.through.point, ObjectLambdaAccessPoint):
        # User Guide, "Configuring IAM policies for Object Lambda Access Points": the access point below is asked so.
        yield "aws:calledvia", "s3-object-lambda.amazonaws.com"
        yield "aws:viaawsservice", "true"
    else:
        yield "aws:viaawsservice", "false"
    if exchange.request.scheme == "https":
        yield "s3:tlsversion", "1.3"  # nothing is encrypted here: what a client of today would agree on
    endpoint = _ENDPOINT.search(exchange.request.host)
    if endpoint is None:
        yield "aws:sourceip", exchange.request.remote_address
    else:  # "The aws:SourceIp key is not there if the request came through a VPC endpoint"
        yield "aws:sourcevpce", endpoint[1]
        yield "aws:vpcsourceip", exchange.request.remote_address
    for key, header in (("aws:useragent", "user-agent"), ("aws:referer", "referer")):
        if header in exchange.headers:
            yield key, exchange.headers[header]


def _of_caller(exchange: Exchange) -> Iterator[tuple[str, str]]:
    principal = exchange.principal
    if principal is None:
        yield "aws:principaltype", "Anonymous"
        yield "aws:userid", "anonymous"
        return
    for key, values in principal_keys(principal).items():
        yield key, values[0]


def _of_signature(exchange: Exchange, fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Tell how the request was signed."""
    if exchange.access_key is None:
        return
    algorithm = fields.get("x-amz-algorithm") if exchange.signer is None else exchange.signer.algorithm
    yield "s3:signatureversion", algorithm or "AWS"
    if exchange.signer is None:
        yield "s3:authtype", "POST"
    elif exchange.headers.get("authorization"):
        yield "s3:authtype", "REST-HEADER"
    else:
        yield "s3:authtype", "REST-QUERY-STRING"
        signed = exchange.query.get("X-Amz-Date")
        if signed is not None:
            at = datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
            yield "s3:signatureage", str(int((exchange.cloud.clock.timestamp() - at.timestamp()) * 1000))


def _of_content(exchange: Exchange, request: Parameters) -> Iterator[tuple[str, str]]:
    if "CopySource" in request:
        yield "s3:x-amz-copy-source", unquote(request["CopySource"])
    location = request.get("CreateBucketConfiguration", {}).get("LocationConstraint")
    if location is not None:
        yield "s3:locationconstraint", location
    retention = request.get("Retention") or {}
    until = retention.get("RetainUntilDate", request.get("ObjectLockRetainUntilDate"))
    if "Mode" in retention:
        yield "s3:object-lock-mode", retention["Mode"]
    if until is not None:
        days = (until - exchange.cloud.clock.now()).total_seconds() / 86400
        yield "s3:object-lock-retain-until-date", _text(until)
        yield "s3:object-lock-remaining-retention-days", str(max(0, round(days)))
    if "LegalHold" in request and "Status" in request["LegalHold"]:
        yield "s3:object-lock-legal-hold", request["LegalHold"]["Status"]
    if exchange.declared.actions == ("s3:PutObject",):
        yield "s3:objectcreationoperation", _text(exchange.operation not in OBJECTLESS)


def _of_tags(request: Parameters) -> RequestContext:
    """Return the tags that the request would give to an object, and those to a bucket."""
    tags = _tags(request)
    if "Key" not in request:
        of_bucket = {f"aws:requesttag/{key}".lower(): (value,) for key, value in tags}
        return {**of_bucket, "aws:tagkeys": tuple(key for key, _ in tags)} if tags else {}
    of_object = {f"s3:requestobjecttag/{key}".lower(): (value,) for key, value in tags}
    return {**of_object, "s3:requestobjecttagkeys": tuple(key for key, _ in tags)} if tags else {}


def _tags(request: Parameters) -> list[tuple[str, str]]:
    tagging = request.get("Tagging")
    if isinstance(tagging, str):
        return parse_qsl(tagging, keep_blank_values=True)
    elements: Any = request.get("TagSet") or request.get("CreateBucketConfiguration", {}).get("Tags") or ()
    if tagging is not None:
        elements = tagging.get("TagSet", ())
    return [(tag.get("Key", ""), tag.get("Value", "")) for tag in elements]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)
