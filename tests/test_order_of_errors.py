"""Which error wins when a request is wrong in two ways: that of the earlier stage, for every operation.

``docs/order_of_errors.py`` has the stages in their order, with the evidence. ``WRONGS`` are ways to be wrong, each of
one stage. Every operation gets each pair of those that apply to it, in one raw request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from docs.order_of_errors import STAGES
from s3mock import gateway, mock_s3
from s3mock.backend import ids
from s3mock.backend.redirects import IN_ANY_REGION
from s3mock.http import Body, Request
from s3mock.wire import codec, model, quirks
from tests.support.digests import content_md5_of
from tests.support.minimal_parameters import parameters_of
from tests.support.operations import DECLARED, IMPLEMENTED
from tests.wire.test_codec_properties import sent_by_botocore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.control import S3

OTHER = "444455556666"
BUCKET, UNLOCKED, DOTTED, WEST, PAYER = "a-bucket", "unlocked", "a.dotted.bucket", "in-the-west", "requester-pays"
KEY, SOURCE, MARKED = "a-key", "a-source", "a-marked-key"

ORDER = {stage.name: place for place, stage in enumerate(STAGES)}


@dataclass(frozen=True)
class World:
    """What is there, and the ids that S3 made."""

    mock: S3
    version: str
    marker: str
    upload: str
    denied: str
    removed: str


@dataclass(frozen=True)
class Draft:
    """A request that is not yet sent; ``query`` may have parameters without a value."""

    method: str
    bucket: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    host: str = "s3.amazonaws.com"

    def with_query(self, **parameters: str) -> Draft:
        """The same with more parameters."""
        return replace(self, query={**self.query, **parameters})

    def with_headers(self, **headers: str) -> Draft:
        """The same with more headers, which are written with underscores."""
        return replace(self, headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}})

    def with_body(self, body: bytes) -> Draft:
        """The same with another document, and with its digest unless that is wrong already."""
        draft = replace(self, body=body)
        fits = self.headers.get("content-md5") == content_md5_of(self.body)
        return draft.with_headers(content_md5=content_md5_of(body)) if fits else draft

    def signed_by(self, access_key: str) -> Draft:
        """The same with a signature of the access key, which is not verified."""
        return self.with_headers(authorization=authorization(access_key))


Change = Callable[[Draft, World], Draft]


@dataclass(frozen=True)
class Wrong:
    """A way to be wrong: its stage, what it changes of a request, and the error of a request with nothing else wrong.

    ``message`` is a part of the error's message. Two wrongs with a ``slot`` in common cannot meet in one request.
    """

    name: str
    stage: str
    slots: frozenset[str]
    change: Change
    code: str
    message: str = ""

    def is_error_of(self, code: str | None, message: str | None) -> bool:
        """Whether an error is this one; a HEAD has no message."""
        return code == self.code and (message is None or self.message in message)


def authorization(access_key: str) -> str:
    """The value of the header with a signature that is not verified."""
    credential = f"{access_key}/20300101/us-east-1/s3/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature={'0' * 64}"


def without_digest(draft: Draft) -> Draft:
    """The request with a document, and without its digest."""
    headers = {name: value for name, value in draft.headers.items() if name != "content-md5"}
    return replace(draft, headers=headers, body=draft.body or b"<a/>")


def in_bucket(operation: str) -> bool:
    """Whether the operation needs a bucket that exists."""
    return DECLARED[operation].on not in {"account", "new bucket", "token"}


# What a request can have, by the model.


def bindings(operation: str, location: str) -> dict[str, model.Binding]:
    """The headers or parameters of the operation, by their names."""
    return {b.name: b for b in model.inputs(operation) if b.location == location}


NOT_PARSED = {*quirks.IGNORED_WHEN_BAD, "expires", "response-expires", "content-length", "x-amz-mp-object-size"}
PARSED_TYPES = {"integer", "long", "boolean", "timestamp"}


def wrong_parameter(operation: str) -> Wrong | None:
    """The first header or parameter of the operation that is a number, date or boolean, with a value that is not."""
    for location in ("querystring", "header"):
        for name, binding in bindings(operation, location).items():
            if binding.shape.type_name in PARSED_TYPES and name.lower() not in NOT_PARSED:
                change = in_query(name) if location == "querystring" else in_header(name)
                return Wrong(f"{name}: x", "parameters", frozenset({name}), change, "InvalidArgument")
    return None


def in_query(name: str) -> Change:
    """Set a parameter to a text that is not a number, date or boolean."""
    return lambda draft, _: draft.with_query(**{name: "x"})


def in_header(name: str) -> Change:
    """Set a header to a text that is not a number, date or boolean."""
    return lambda draft, _: draft.with_headers(**{name.lower(): "x"})


# The wrongs that many operations share.

ANYWHERE = (
    Wrong(
        "large header",
        "size",
        frozenset({"size"}),
        lambda draft, _: draft.with_headers(x_large="x" * 9000),
        "RequestHeaderSectionTooLarge",
    ),
    Wrong(
        "unknown method", "method", frozenset({"method"}), lambda draft, _: replace(draft, method="FLY"), "BadRequest"
    ),
    Wrong(
        "malformed credential",
        "credential",
        frozenset({"signer"}),
        lambda draft, _: draft.with_headers(authorization="AWS"),
        "InvalidArgument",
        "Authorization header is invalid",
    ),
    Wrong(
        "two subresources",
        "operation",
        frozenset({"subresource"}),
        lambda draft, _: draft.with_query(cors="", website=""),
        "InvalidArgument",
        "Conflicting query string parameters",
    ),
    Wrong(
        "expired URL",
        "signature",
        frozenset({"signer"}),
        lambda draft, _: replace(
            draft, headers={k: v for k, v in draft.headers.items() if k != "authorization"}
        ).with_query(AWSAccessKeyId="any", Expires="1", Signature="x"),
        "AccessDenied",
        "Request has expired",
    ),
    Wrong(
        "removed access key",
        "signature",
        frozenset({"signer"}),
        lambda draft, world: draft.signed_by(world.removed),
        "InvalidAccessKeyId",
    ),
)
NOT_UTF8 = Wrong(
    "path not UTF-8", "address", frozenset({"key"}), lambda draft, _: replace(draft, key="%FF"), "InvalidURI"
)
IN_BUCKET = (
    Wrong(
        "wrong region",
        "region",
        frozenset({"bucket"}),
        lambda draft, _: replace(draft, bucket=WEST, host="s3.us-west-2.amazonaws.com"),
        "PermanentRedirect",
    ),
    Wrong(
        "no bucket",
        "bucket",
        frozenset({"bucket"}),
        lambda draft, _: replace(draft, bucket="no-such-bucket"),
        "NoSuchBucket",
    ),
    Wrong(
        "no consent to pay",
        "payer",
        frozenset({"bucket", "signer"}),
        lambda draft, _: replace(draft, bucket=PAYER),
        "AccessDenied",
    ),
)
NOT_ALLOWED = Wrong(
    "not allowed",
    "access",
    frozenset({"signer"}),
    lambda draft, world: draft.signed_by(world.denied),
    "AccessDenied",
    "is not authorized to perform",
)
OWNERS = (
    Wrong(
        "malformed expected owner",
        "parameters",
        frozenset({"owner"}),
        lambda draft, _: draft.with_headers(x_amz_expected_bucket_owner="me"),
        "InvalidBucketOwnerAWSAccountID",
    ),
    Wrong(
        "another expected owner",
        "owner",
        frozenset({"owner"}),
        lambda draft, _: draft.with_headers(x_amz_expected_bucket_owner=OTHER),
        "AccessDenied",
    ),
)
NO_KEY = Wrong("no key", "lookup", frozenset({"key"}), lambda draft, _: replace(draft, key="no-such-key"), "NoSuchKey")
VERSIONS = (
    Wrong(
        "no version",
        "lookup",
        frozenset({"version"}),
        lambda draft, world: draft.with_query(versionId=world.version),
        "NoSuchVersion",
    ),
    Wrong(
        "delete marker",
        "lookup",
        frozenset({"version", "key"}),
        lambda draft, world: replace(draft, key=MARKED).with_query(versionId=world.marker),
        "MethodNotAllowed",
    ),
)
COPY_SOURCE = Wrong(
    "source of no copy",
    "operation",
    frozenset({"source"}),
    lambda draft, _: draft.with_headers(x_amz_copy_source=f"{BUCKET}/{SOURCE}"),
    "InvalidArgument",
    "You can only specify a copy source header for copy requests.",
)
BODY = Wrong(
    "body of a copy",
    "parameters",
    frozenset({"body"}),
    lambda draft, _: replace(draft, body=b"bytes"),
    "InvalidRequest",
    "The request included a body.",
)
MALFORMED_VERSION = Wrong(
    "malformed version id",
    "words",
    frozenset({"version"}),
    lambda draft, _: draft.with_query(versionId="first"),
    "InvalidArgument",
    "Invalid version id specified",
)
OVERRIDE = Wrong(
    "unknown override",
    "words",
    frozenset({"override"}),
    lambda draft, _: draft.with_query(**{"response-server": "mine"}),
    "InvalidArgument",
    "is not in the set of overridable response headers.",
)
NO_SOURCE = Wrong(
    "no source",
    "lookup",
    frozenset({"source"}),
    lambda draft, _: draft.with_headers(x_amz_copy_source=f"{BUCKET}/no-such-key"),
    "NoSuchKey",
)
NO_UPLOAD = Wrong(
    "no upload",
    "lookup",
    frozenset({"upload"}),
    lambda draft, _: draft.with_query(uploadId="no-such-upload"),
    "NoSuchUpload",
)
NO_CONFIGURATION = Wrong(
    "no configuration", "lookup", frozenset({"id"}), lambda draft, _: draft.with_query(id="none"), "NoSuchConfiguration"
)
NO_DIGEST = Wrong(
    "no digest",
    "parameters",
    frozenset({"digest"}),
    lambda draft, _: without_digest(draft),
    "InvalidRequest",
    "Missing required header for this request: Content-MD5",
)
BAD_DIGEST = Wrong(
    "another digest",
    "document",
    frozenset({"digest"}),
    lambda draft, _: replace(draft, body=draft.body or b" ").with_headers(content_md5=content_md5_of(b"another")),
    "BadDigest",
)
NO_LOCK = Wrong(
    "no Object Lock",
    "bucket's kind",
    frozenset({"bucket"}),
    lambda draft, _: replace(draft, bucket=UNLOCKED),
    "InvalidRequest",
    "Bucket is missing Object Lock Configuration",
)
PERIODS = Wrong(
    "periods in the name",
    "bucket's kind",
    frozenset({"bucket"}),
    lambda draft, _: replace(draft, bucket=DOTTED),
    "InvalidRequest",
    "periods (.) in their names",
)
RANGE = Wrong(
    "range",
    "range",
    frozenset({"range"}),
    lambda draft, _: draft.with_headers(range="bytes=999-"),
    "InvalidRange",
)


def condition(header: str, value: str = '"0"') -> Wrong:
    """A condition that does not hold."""
    return Wrong(
        header,
        "conditions",
        frozenset({"condition"}),
        lambda draft, _: replace(draft, headers={**draft.headers, header: value}),
        "PreconditionFailed",
    )


def value(document: str, code: str, message: str = "") -> Wrong:
    """A document that fits the schema and that S3 refuses."""
    return Wrong(
        "value",
        "values",
        frozenset({"body"}),
        lambda draft, _: draft.with_body(document.encode()),
        code,
        message,
    )


def document(operation: str) -> Wrong:
    """A document that is not well-formed."""
    code = "MalformedPolicy" if operation == "PutBucketPolicy" else quirks.MALFORMED.get(operation, "MalformedXML")
    return Wrong("document", "document", frozenset({"body"}), lambda draft, _: draft.with_body(b"<a"), code)


KEY_NOT_LOOKED_UP = {
    "DeleteObject": "deleting nothing is a success",
    "GetObjectTorrent": "405 whether the object exists or not (measured by brekkylab/backlot)",
    "RenameObject": "not an operation of these buckets",
}

VALUES: dict[str, Wrong] = {
    "CompleteMultipartUpload": value(
        "<CompleteMultipartUpload><Part><ETag>e</ETag><PartNumber>0</PartNumber></Part></CompleteMultipartUpload>",
        "InvalidArgument",
    ),
    "PutObjectTagging": value("<Tagging><TagSet><Tag><Key></Key><Value/></Tag></TagSet></Tagging>", "InvalidTag"),
    "PutObjectRetention": value(
        "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2001-01-01T00:00:00Z</RetainUntilDate></Retention>",
        "InvalidArgument",
        "must be in the future",
    ),
    "SelectObjectContent": value(
        "<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression></SelectObjectContentRequest>",
        "MissingRequiredParameter",
    ),
    "UpdateObjectEncryption": value(
        "<ObjectEncryption><SSE-KMS><KMSKeyArn>mine</KMSKeyArn></SSE-KMS></ObjectEncryption>", "InvalidRequest"
    ),
}
MORE: dict[str, tuple[Wrong, ...]] = {
    "GetObject": (OVERRIDE, condition("if-match"), RANGE),
    "HeadObject": (condition("if-match"), RANGE),
    "PutObject": (condition("if-none-match", "*"),),
    "CopyObject": (condition("if-none-match", "*"),),
    "DeleteObject": (condition("if-match"),),
    "PutBucketAccelerateConfiguration": (PERIODS,),
    **dict.fromkeys(
        ("GetObjectRetention", "PutObjectRetention", "GetObjectLegalHold", "PutObjectLegalHold"), (NO_LOCK,)
    ),
}


def wrongs(operation: str) -> list[Wrong]:
    """The ways in which a request for the operation can be wrong, in the order of their stages."""
    found: list[Wrong | None] = [*ANYWHERE, wrong_parameter(operation)]
    declared, query = DECLARED[quirks.SUCCESSORS.get(operation, operation)], bindings(operation, "querystring")
    has_key = "Key" in bindings(operation, "uri")
    if has_key:
        found.append(NOT_UTF8)
    if in_bucket(declared.name):
        found += [each for each in IN_BUCKET if each.stage != "region" or operation not in IN_ANY_REGION]
        if declared.on != "objects":  # which are authorized one by one
            found.append(NOT_ALLOWED)
        if "x-amz-expected-bucket-owner" in bindings(operation, "header"):
            found += OWNERS
    if declared.on == "object" and operation not in KEY_NOT_LOOKED_UP:
        found.append(NO_KEY)
        if "versionId" in query:
            found += (*VERSIONS, MALFORMED_VERSION)
    if "x-amz-copy-source" in bindings(operation, "header"):
        found += (BODY, NO_SOURCE)
    elif declared.name not in {"PutObject", "UploadPart"}:  # which the header turns into copies
        found.append(COPY_SOURCE)
    if declared.on == "upload":
        found.append(NO_UPLOAD)
    if "id" in query and not operation.startswith("Put"):
        found.append(NO_CONFIGURATION)
    if codec.of(operation).document_members:
        found += (document(operation), BAD_DIGEST)
    if declared.needs_digest:
        found.append(NO_DIGEST)
    if operation in VALUES:
        found.append(VALUES[operation])
    found += MORE.get(operation, ())
    return sorted(filter(None, found), key=lambda each: ORDER[each.stage])


# Requests


def draft(operation: str, world: World) -> Draft:
    """A request of the operation as botocore writes it, from the smallest parameters."""
    parameters = parameters_of(operation)
    for member, value in (("Bucket", BUCKET), ("Key", KEY), ("UploadId", world.upload)):
        if member in parameters:
            parameters[member] = value
    if "CopySource" in parameters:
        parameters["CopySource"] = f"{BUCKET}/{SOURCE}"
    written, target, query = sent_by_botocore(operation, parameters)
    if operation == "ListDirectoryBuckets":  # at this host only the query distinguishes it from ListBuckets
        query["x-id"] = operation
    body = written.body.read()
    headers = {**written.headers, "authorization": authorization("any")}
    if codec.of(operation).document_members:
        headers["content-md5"] = content_md5_of(body)
    bucket = target.bucket or written.path[1:]  # WriteGetObjectResponse has its own path
    return Draft(written.method, bucket, target.key or "", query, headers, body)


def outcome(world: World, request: Draft) -> tuple[str | None, str | None]:
    """The code and the message of the error; None for a success, and for the message of a HEAD."""
    query = "&".join(f"{quote(name)}={quote(value)}" if value else quote(name) for name, value in request.query.items())
    path = f"/{request.bucket}/{request.key}" if request.key else f"/{request.bucket}"
    exchange = gateway.handle(
        world.mock.cloud,
        Request(request.method, "https", request.host, path, query, dict(request.headers), Body(request.body)),
    )
    if exchange.error is None or request.method == "HEAD":
        return exchange.error, None
    assert isinstance(exchange.response.body, bytes)
    return exchange.error, ET.fromstring(exchange.response.body).findtext("Message")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A mock in which every operation of a request without faults finds what it asks for."""
    with mock_s3() as mock:
        s3: Any = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        for key in (KEY, SOURCE, MARKED):
            s3.put_object(Bucket=BUCKET, Key=key, Body=b"bytes")
        marker = s3.delete_object(Bucket=BUCKET, Key=MARKED)["VersionId"]
        for other in (UNLOCKED, DOTTED):
            s3.create_bucket(Bucket=other)
            s3.put_object(Bucket=other, Key=KEY, Body=b"bytes")
        upload = s3.create_multipart_upload(Bucket=BUCKET, Key=KEY)["UploadId"]
        west: Any = mock.client(region_name="eu-west-1")
        west.create_bucket(Bucket=WEST, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        payer: Any = mock.client(region_name="us-east-1", aws_access_key_id=OTHER, aws_secret_access_key="any")
        payer.create_bucket(Bucket=PAYER)
        payer.put_bucket_request_payment(Bucket=PAYER, RequestPaymentConfiguration={"Payer": "Requester"})
        denied = mock.add_principal("ann")["aws_access_key_id"]
        removed = mock.add_principal("bob")
        mock.remove_principal(removed)
        yield World(mock, ids.version_id(), marker, upload, denied, removed["aws_access_key_id"])


@pytest.mark.parametrize("operation", IMPLEMENTED)
def test_each_wrong_alone_is_its_error(world: World, operation: str) -> None:
    request = draft(operation, world)
    found = [(each, outcome(world, each.change(request, world))) for each in wrongs(operation)]
    assert {each.name: error for each, error in found if not each.is_error_of(*error)} == {}


@pytest.mark.parametrize("operation", IMPLEMENTED)
def test_of_two_wrongs_the_earlier_stage_is_the_error(world: World, operation: str) -> None:
    request = draft(operation, world)
    disorder = {}
    for first, second in combinations(wrongs(operation), 2):
        if first.stage == second.stage or first.slots & second.slots:
            continue
        error = outcome(world, second.change(first.change(request, world), world))
        if not first.is_error_of(*error):
            disorder[first.name, second.name] = error
    assert disorder == {}
