"""Tags of objects and of buckets: ?tagging, and the header x-amz-tagging of requests that make an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models import names, tagging
from s3mock.models.tagging import NO_TAGS
from s3mock.responses import abac, reading
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.models.tagging import TagSet
    from s3mock.models.version import Version

DIRECTIVES = frozenset({"COPY", "REPLACE"})


def requested_tags(request: Parameters) -> TagSet:
    """The tags that a request gives the object that it makes; none where they are copied from its source.

    Raises InvalidArgument, InvalidTag, BadRequest.
    """
    header = request.get("Tagging")
    if header is None or ("CopySource" in request and copies_tags(request)):
        return NO_TAGS
    return tagging.of_header(header)


def copies_tags(request: Parameters) -> bool:
    """Whether a CopyObject copies the tags of its source. Raises InvalidArgument for an unknown directive."""
    directive: str = request.get("TaggingDirective", "COPY")
    if directive not in DIRECTIVES:  # the message: versity/versitygw
        raise invalid_argument("Unknown tagging directive.", "x-amz-tagging-directive", directive)
    return directive == "COPY"


@operation(
    "GetObjectTagging",
    action="s3:GetObjectTagging",
    version_action="s3:GetObjectVersionTagging",
    on="object",
    hides_absence=True,
    log="REST.GET.OBJECT_TAGGING",
    multi_region=True,
)
def get_object_tagging(exchange: Exchange, request: Parameters) -> Parameters:
    """The tags of a version of an object.

    S3 API: GetObjectTagging
    """
    version = _find(exchange, request, "GET")
    return _answer(exchange, version) | {"TagSet": tagging.elements(version.tags)}


@operation(
    "PutObjectTagging",
    action="s3:PutObjectTagging",
    version_action="s3:PutObjectVersionTagging",
    on="object",
    log="REST.PUT.OBJECT_TAGGING",
    event="ObjectTagging:Put",
    multi_region=True,
)
def put_object_tagging(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the tags of a version of an object.

    S3 API: PutObjectTagging
    """
    version = _find(exchange, request, "PUT")
    tags = tagging.of_elements(request["Tagging"].get("TagSet", ()), tagging.OBJECT)
    _tag(exchange, version, tags)
    return _answer(exchange, version)


@operation(
    "DeleteObjectTagging",
    action="s3:DeleteObjectTagging",
    version_action="s3:DeleteObjectVersionTagging",
    on="object",
    log="REST.DELETE.OBJECT_TAGGING",
    event="ObjectTagging:Delete",
    multi_region=True,
)
def delete_object_tagging(exchange: Exchange, request: Parameters) -> Parameters:
    """Take all tags off a version of an object.

    S3 API: DeleteObjectTagging
    """
    version = _find(exchange, request, "DELETE")
    _tag(exchange, version, NO_TAGS)
    return _answer(exchange, version)


def _find(exchange: Exchange, request: Parameters, method: str) -> Version:
    """The version to read or tag; a delete marker is refused, even as the latest version (s3_facts 7).

    Raises what ``reading.find_version`` does; GET's NoSuchKey has the bucket's name before the key
    (aws_recorded: test_object_tagging_exc).
    """
    key, version_id = request["Key"], request.get("VersionId")
    names.check_key(key, exchange.cloud.settings.key_max_length)
    if method == "GET" and version_id is None and versions.latest(exchange.bucket.state, key) is None:
        raise S3Error("NoSuchKey", Key=f"{exchange.bucket.name}/{key}")
    return reading.find_version(exchange, key, version_id, method, marker_hides=False)


def _tag(exchange: Exchange, version: Version, tags: TagSet) -> None:
    def decide(state: BucketState) -> Change:
        present = versions.find(state, version.key, version.version_id) or version
        return versions.replace(state, replace(present, tags=tags), exchange.declared.event)

    exchange.commit(decide)


def _answer(exchange: Exchange, version: Version) -> Parameters:
    return {"VersionId": reading.version_id_shown(exchange, version)}


@operation("GetBucketTagging", action="s3:GetBucketTagging", log="REST.GET.TAGGING")
def get_bucket_tagging(exchange: Exchange, _request: Parameters) -> Parameters:
    """The tags of the bucket.

    S3 API: GetBucketTagging
    """
    tags = exchange.configuration.tags
    if not tags:
        raise S3Error("NoSuchTagSet", BucketName=exchange.bucket.name)
    return {"TagSet": tagging.elements(tags)}


@operation("PutBucketTagging", action="s3:PutBucketTagging", log="REST.PUT.TAGGING", needs_digest=True)
def put_bucket_tagging(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the tags of the bucket; an empty set removes them.

    S3 API: PutBucketTagging
    """
    abac.check_tagging(exchange)
    tags = tagging.of_elements(request["Tagging"].get("TagSet", ()), tagging.BUCKET)
    exchange.configure(tags=tags)
    return {}


@operation("DeleteBucketTagging", action="s3:PutBucketTagging", log="REST.DELETE.TAGGING")
def delete_bucket_tagging(exchange: Exchange, _request: Parameters) -> Parameters:
    """Take all tags off the bucket.

    S3 API: DeleteBucketTagging
    """
    abac.check_tagging(exchange)
    exchange.configure(tags=())
    return {}


def of_new_bucket(elements: Iterable[Mapping[str, str]]) -> TagSet:
    """The tags that CreateBucket gives a new bucket. Raises InvalidTag, BadRequest, InternalError."""
    return tagging.of_elements(elements, tagging.NEW_BUCKET)
