"""The attributes of an object: GetObjectAttributes."""

from __future__ import annotations

from collections.abc import Callable

from s3mock.errors import invalid_argument
from s3mock.exchange import Exchange
from s3mock.models.checksums import COMPOSITE
from s3mock.models.multipart import Part
from s3mock.models.version import Version
from s3mock.responses import encryption, reading
from s3mock.responses.listing import LONGEST_PAGE
from s3mock.responses.objects import part_numbers
from s3mock.responses.registry import Parameters, operation


@operation(
    "GetObjectAttributes",
    action=("s3:GetObject", "s3:GetObjectAttributes"),
    version_action=("s3:GetObjectVersion", "s3:GetObjectVersionAttributes"),
    on="object",
    hides_absence=True,
    log="REST.GET.ATTRIBUTES",
    directory="zonal",
)
def get_object_attributes(exchange: Exchange, request: Parameters) -> Parameters:
    """Tell those attributes of an object that the request names.

    S3 API: GetObjectAttributes
    """
    asked = request["ObjectAttributes"]
    for name in asked:
        if name not in ATTRIBUTES:  # an answer of S3 in https://github.com/versity/versitygw/issues/917
            raise invalid_argument("Invalid attribute name specified.", "x-amz-object-attributes", name)
    after = part_numbers.marker_of(request)
    version = reading.find_version(exchange, request["Key"], request.get("VersionId"), "GET")
    encryption.check_read(exchange, request, version)
    reply = {name: ATTRIBUTES[name](version) for name in asked if name != "ObjectParts"}
    if "ObjectParts" in asked and version.parts:
        reply["ObjectParts"] = _parts(exchange, request, version, after)
    reply["LastModified"] = version.last_modified
    reply["VersionId"] = reading.version_id_shown(exchange, version)
    return reply


def _checksum(version: Version) -> Parameters | None:
    """Return the checksum; a COMPOSITE one lacks the number of parts that it has elsewhere.

    Answers of S3 in https://github.com/floci-io/floci/issues/3083 and https://github.com/getmoto/moto/pull/8875.
    """
    if version.checksum is None:
        return None
    return version.checksum.members | {version.checksum.member: version.checksum.value.partition("-")[0]}


ATTRIBUTES: dict[str, Callable[[Version], object]] = {
    "ETag": lambda version: version.etag,  # without quotes: https://github.com/floci-io/floci/pull/3093
    "Checksum": _checksum,
    "ObjectParts": lambda version: version.parts,
    "StorageClass": lambda version: version.storage_class,  # STANDARD too: API page, sample response
    "ObjectSize": lambda version: version.size,
}
"""The attributes, and how they are taken from a version; those of parts are paged."""


def _parts(exchange: Exchange, request: Parameters, version: Version, after: int) -> Parameters:
    """Return the parts of an object that was uploaded in parts, as ListParts has them.

    Those of an upload whose checksum is of the whole object are counted only (botocore's documentation of Parts,
    https://github.com/localstack/localstack/pull/12764); directory buckets list them in any case. The pages are as in
    aws_recorded test_list_parts_via_object_attrs_pagination.
    """
    described: Parameters = {"TotalPartsCount": len(version.parts)}
    composite = version.checksum is not None and version.checksum.type == COMPOSITE
    if not composite and exchange.bucket.zone is None:
        return described
    wanted = request.get("MaxParts", LONGEST_PAGE)
    # What is no such number is ignored: https://github.com/versity/versitygw/issues/1806
    limit = min(wanted, LONGEST_PAGE) if wanted >= 0 else LONGEST_PAGE
    numbered = [(number, part) for number, part in enumerate(version.parts, 1) if number > after]
    page = numbered[:limit]
    return described | {
        "PartNumberMarker": after,
        "NextPartNumberMarker": page[-1][0] if page else 0,
        "MaxParts": limit,
        "IsTruncated": 0 < len(page) < len(numbered),
        "Parts": [_described(number, part, told=composite) for number, part in page],
    }


def _described(number: int, part: Part, *, told: bool) -> Parameters:
    described: Parameters = {"PartNumber": number, "Size": part.size}
    if told and part.checksum is not None:
        described[part.checksum.member] = part.checksum.value
    return described
