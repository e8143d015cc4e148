"""The request context: the condition keys of a request and their values.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from s3mock.backend.access import explain
from s3mock.http import utf8
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint

if TYPE_CHECKING:
    from s3mock.exchange import Exchange, Parameters
    from s3mock.models.access_points import Point

HEADERS = (
    *("x-amz-acl", "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write"),
    *("x-amz-grant-write-acp", "x-amz-metadata-directive", "x-amz-object-ownership", "x-amz-server-side-encryption"),
    *("x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-customer-algorithm"),
    *("x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-content-sha256", "if-match", "if-none-match"),
)
"""Headers that are condition keys themselves, with ``s3:`` before them."""

MEMBERS = {
    "s3:prefix": "Prefix",
    "s3:delimiter": "Delimiter",
    "s3:max-keys": "MaxKeys",
    "s3:versionid": "VersionId",
    "s3:object-lock-mode": "ObjectLockMode",
    "s3:object-lock-legal-hold": "ObjectLockLegalHoldStatus",
    "s3:object-lock-retain-until-date": "ObjectLockRetainUntilDate",
}
"""Condition keys that are members of the input."""

_VPC_ENDPOINT = re.compile(r"(?:^|\.)(vpce-[0-9a-f]+)-[^.]+\.")
"""A host of an interface endpoint, ``vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com``."""

OBJECTLESS = frozenset({"CreateMultipartUpload", "UploadPart", "UploadPartCopy"})
"""Operations with s3:PutObject that create no object yet: s3:ObjectCreationOperation is false for them."""


def of_request(exchange: Exchange, request: Parameters, point: Point | None = None) -> dict[str, tuple[str, ...]]:
    """The condition keys of a request, with their names in lower case; those of the resource are not among them.

    ``point`` is the access point by which the request names the bucket.
    """
    headers, query, signer, principal = exchange.headers, exchange.query, exchange.signer, exchange.principal
    clock, now = exchange.cloud.clock, exchange.cloud.clock.now()

    # The connection. User Guide, "Configuring IAM policies for Object Lambda Access Points": requests to the access
    # point below come from S3 Object Lambda.
    by_object_lambda = exchange.through is not None and isinstance(exchange.through.point, ObjectLambdaAccessPoint)
    https, address = exchange.request.scheme == "https", exchange.request.remote_address
    vpc_endpoint = _VPC_ENDPOINT.search(exchange.request.host)
    agent, referer = headers.get("user-agent"), headers.get("referer")
    keys: dict[str, str | None] = {
        "aws:currenttime": _text(now),
        "aws:epochtime": str(int(now.timestamp())),
        "aws:securetransport": _text(https),
        "s3:tlsversion": "1.3" if https else None,  # nothing is encrypted here: the version that clients use today
        "aws:requestedregion": exchange.region,
        "aws:useragent": None if agent is None else utf8(agent),
        "aws:referer": None if referer is None else utf8(referer),
        "aws:viaawsservice": _text(by_object_lambda),
        "aws:calledvia": "s3-object-lambda.amazonaws.com" if by_object_lambda else None,
    }
    if vpc_endpoint is None:
        keys["aws:sourceip"] = address
    else:  # "The aws:SourceIp key is not there if the request came through a VPC endpoint"
        keys |= {"aws:sourcevpce": vpc_endpoint[1], "aws:vpcsourceip": address}
    if point is not None:
        keys |= {name: value for name, (value,) in explain.point_keys(point).items()}

    # The headers, or the fields that a form has in their place.
    fields: Mapping[str, str] = request.get("Fields", headers)
    if fields is not headers and "acl" in fields:
        fields = {**fields, "x-amz-acl": fields["acl"]}
    keys |= {f"s3:{name}": fields.get(name, query.get(name)) for name in HEADERS}

    # The signature.
    if signer is not None:
        keys["s3:signatureversion"] = signer.algorithm
        keys["s3:authtype"] = "REST-QUERY-STRING" if signer.in_query else "REST-HEADER"
        if signer.in_query and "X-Amz-Date" in query:
            with suppress(ValueError):  # nothing has checked the date where the settings turn verification off
                signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
                keys["s3:signatureage"] = str(int((clock.timestamp() - signed.timestamp()) * 1000))
    elif exchange.access_key is not None:
        keys["s3:signatureversion"] = fields.get("x-amz-algorithm") or "AWS"
        keys["s3:authtype"] = "POST"

    # The input.
    keys |= {key: _text(request[member]) for key, member in MEMBERS.items() if member in request}
    if "CopySource" in request:
        keys["s3:x-amz-copy-source"] = unquote(request["CopySource"])
    bucket_configuration = request.get("CreateBucketConfiguration", {})
    keys["s3:locationconstraint"] = bucket_configuration.get("LocationConstraint")
    retention, legal_hold = request.get("Retention") or {}, request.get("LegalHold", {})
    if "Mode" in retention:
        keys["s3:object-lock-mode"] = retention["Mode"]
    until = retention.get("RetainUntilDate", request.get("ObjectLockRetainUntilDate"))
    if until is not None:
        days = (until - now).total_seconds() / 86400
        keys["s3:object-lock-retain-until-date"] = _text(until)
        keys["s3:object-lock-remaining-retention-days"] = str(max(0, round(days)))
    if "Status" in legal_hold:
        keys["s3:object-lock-legal-hold"] = legal_hold["Status"]
    if exchange.declared.actions == ("s3:PutObject",):
        keys["s3:objectcreationoperation"] = _text(exchange.operation not in OBJECTLESS)
    context: dict[str, tuple[str, ...]] = {name: (value,) for name, value in keys.items() if value is not None}

    # The tags that the request gives to an object or to a bucket: in a header, in a document or in a form.
    tagging = request.get("Tagging")
    if isinstance(tagging, str):
        tags = parse_qsl(tagging, keep_blank_values=True)
    else:
        elements = request.get("TagSet") or bucket_configuration.get("Tags") or ()
        if tagging is not None:
            elements = tagging.get("TagSet", ())
        tags = [(tag.get("Key", ""), tag.get("Value", "")) for tag in elements]
    tag, tag_keys = "aws:requesttag", "aws:tagkeys"
    if "Key" in request:
        tag, tag_keys = "s3:requestobjecttag", "s3:requestobjecttagkeys"
    context |= {f"{tag}/{name}".lower(): (value,) for name, value in tags}
    if tags:
        context[tag_keys] = tuple(name for name, _ in tags)

    # The caller; what was given for an added principal replaces everything else.
    if principal is None:
        return context | {"aws:principaltype": ("Anonymous",), "aws:userid": ("anonymous",)}
    return {**context, **explain.principal_keys(principal), **principal.keys}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)
